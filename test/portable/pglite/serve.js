// node serve.js FILE SOCKET: an empty PGlite in which FILE is loaded through its own API, behind a socket for psql. It
// has the settings that pg_regress asks for, which the socket does not pass on.
import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

const [file, path] = process.argv.slice(2);
const settings = { timezone: 'America/Los_Angeles', datestyle: 'Postgres,MDY', intervalstyle: 'postgres_verbose' };
const startParams = [
  ...PGlite.defaultStartParams,
  ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];
const db = await PGlite.create({ startParams });
await db.exec(readFileSync(file, 'utf8'));
await db.exec(`CREATE ROLE regress_upkeep_owner; CREATE ROLE regress_upkeep_other;
  GRANT USAGE ON SCHEMA public TO PUBLIC; GRANT CREATE ON SCHEMA public TO regress_upkeep_owner;
  CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere`);
await new PGLiteSocketServer({ db, path, maxConnections: 10 }).start();
console.log('ready');
