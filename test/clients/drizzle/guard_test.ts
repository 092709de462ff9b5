// drizzle-orm's migrate() with a migration that the guard stops: what error.cause says, and that the SQL of its hint, put into
// the migration, is what unblocks it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { drizzle as drizzleNodePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migrateNodePostgres } from 'drizzle-orm/node-postgres/migrator';
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js';
import { migrate as migratePostgresJs } from 'drizzle-orm/postgres-js/migrator';
import pg from 'pg';
import postgres from 'postgres';
import { check, refusal } from './checks.js';

const folder = { migrationsFolder: './drizzle' };
const last = `./drizzle/${readdirSync('./drizzle').filter((name) => name.endsWith('.sql')).sort().at(-1)}`;
const expected = last.includes('description')
  ? { object: 'public.products.description', count: /\b2 of 3 rows\b/ }
  : { object: 'public.cart_items', count: /\b2 rows\b/ };

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const client = postgres(process.env.DATABASE_URL!, { onnotice: () => {} });
const refusals = {
  'node-postgres': await refusal(migrateNodePostgres(drizzleNodePostgres(pool), folder)),
  'postgres.js': await refusal(migratePostgresJs(drizzlePostgresJs(client), folder)),
};
await pool.end();
await client.end();

let confirmation = '';
for (const [driver, { code, message, hint }] of Object.entries(refusals)) {
  confirmation = hint?.match(/SELECT upkeep\.confirm_drop\([^;]*\);/)?.[0] ?? '';
  check(`guard, ${driver}: error.cause has the code`, 'UK007', code);
  check(`guard, ${driver}: its message has the count`, 'the count', expected.count.test(message) ? 'the count' : message);
  check(`guard, ${driver}: its hint has the SQL`, 'the SQL', confirmation.includes(`'${expected.object}'`) ? 'the SQL' : hint);
}
writeFileSync(last, `${confirmation || `SELECT upkeep.confirm_drop('${expected.object}');`}\n--> statement-breakpoint\n${readFileSync(last, 'utf8')}`);
