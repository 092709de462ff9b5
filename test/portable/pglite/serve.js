// node serve.js FILE SOCKET: an empty PGlite in which FILE is loaded through its own API, behind a socket for psql. It
// has the settings that pg_regress asks for, which the socket does not pass on.
import { readFileSync } from 'node:fs';
import { PGlite, protocol } from '@electric-sql/pglite';
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

// All connections are one session of PGlite, and each of their messages is run by itself. A new connection begins with
// what no other has left; COPY FROM STDIN gets its rows at once, because PGlite does not wait for them.
const run = db.execProtocolRawStream.bind(db);
const type = (message) => (message[0] === 0 ? 'startup' : String.fromCharCode(message[0]));
const copyBegins = Buffer.from([0x47, 0, 0, 0, 7, 0, 0, 0]);
let copy = [];
db.execProtocolRawStream = async (message, options) => {
  const bytes = Buffer.from(message);
  if (type(bytes) === 'startup') {
    await db.execProtocolRaw(protocol.serialize.query('DISCARD ALL'));
  } else if (type(bytes) === 'Q' && /^\s*COPY\b.*\bFROM\s+stdin\b/is.test(bytes.toString('utf8', 5))) {
    copy = [bytes];
    return options.onRawData(copyBegins);
  } else if (copy.length > 0) {
    copy.push(bytes);
    if (type(bytes) === 'd') return;
    const answer = Buffer.from(await db.execProtocolRaw(Buffer.concat(copy)));
    copy = [];
    // PGlite's own message that the rows may come, which is the first one, if the COPY is no error.
    return options.onRawData(type(answer) === 'G' ? answer.subarray(1 + answer.readInt32BE(1)) : answer);
  }
  return run(message, options);
};
await new PGLiteSocketServer({ db, path, maxConnections: 10 }).start();
console.log('ready');
