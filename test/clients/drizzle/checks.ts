// What the tests share: a line a check, as test/lib.sh prints them, and a database through each of the two drivers.
import type { SQL } from 'drizzle-orm';
import { drizzle as drizzleNodePostgres } from 'drizzle-orm/node-postgres';
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { isDeepStrictEqual, inspect } from 'node:util';
import pg from 'pg';
import postgres from 'postgres';

export type Database<S extends Record<string, unknown>> = PgDatabase<PgQueryResultHKT, S>;

let prefix = '';

export function check(name: string, expected: unknown, actual: unknown) {
  if (isDeepStrictEqual(actual, expected)) {
    console.log(`ok - ${prefix}${name}`);
    return;
  }
  console.log(`not ok - ${prefix}${name}`);
  console.log(`expected:\n${inspect(expected, { depth: 9 })}\ngot:\n${inspect(actual, { depth: 9 })}`.replace(/^/gm, '#   '));
}

export type Refusal = { code?: string; message: string; detail?: string; hint?: string };

// What the server said to a query that must fail: drizzle-orm wraps it, both drivers' errors have the same fields.
export async function refusal(query: PromiseLike<unknown>): Promise<Refusal> {
  try {
    await query;
  } catch (error) {
    return ((error as Error).cause ?? error) as Refusal;
  }
  return { message: 'no error' };
}

// db.execute returns what the driver returns.
export async function rows(db: { execute(query: SQL): PromiseLike<unknown> }, query: SQL) {
  const result = (await db.execute(query)) as { rows?: unknown[] } & Iterable<unknown>;
  return (result.rows ?? [...result]) as Record<string, unknown>[];
}

export async function throughEachDriver<S extends Record<string, unknown>>(
  what: string, schema: S, test: (db: Database<S>, driver: string) => Promise<void>) {
  const url = process.env.DATABASE_URL!;
  const pool = new pg.Pool({ connectionString: url });
  const client = postgres(url, { onnotice: () => {} });
  const databases: [string, Database<S>][] = [
    ['node-postgres', drizzleNodePostgres(pool, { schema }) as unknown as Database<S>],
    ['postgres.js', drizzlePostgresJs(client, { schema }) as unknown as Database<S>],
  ];
  for (const [driver, db] of databases) {
    prefix = `${what}, ${driver}: `;
    await test(db, driver);
  }
  await pool.end();
  await client.end();
}
