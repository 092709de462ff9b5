// An application's database in PGlite: pg_upkeep by its file, then the migrations that drizzle-kit and pg-upkeep/drizzle
// have made.
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { sql } from 'pg-upkeep';

export async function application<S extends Record<string, unknown>>(schema: S, migrationsFolder: string) {
  const client = await PGlite.create();
  await client.exec(sql);
  const db = drizzle(client, { schema });
  await migrate(db, { migrationsFolder });
  // As test suites do before each test: paid orders go too.
  const clean = () => db.execute("SELECT upkeep.empty_tables('public', current_database())");
  return { client, db, clean };
}

export async function refusal(query: PromiseLike<unknown>) {
  const error = await Promise.resolve(query).then(() => undefined, (error: Error) => (error.cause ?? error) as { code: string });
  return error?.code;
}
