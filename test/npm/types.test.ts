// Every option of pg-upkeep/drizzle, in statements that the portable edition takes.
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { sql } from 'pg-upkeep';
import { expect, test } from 'vitest';
import { everything } from './types.js';

test('statements with every option', async () => {
  const client = await PGlite.create();
  await client.exec(sql);
  await client.exec('CREATE ROLE accounting');
  await migrate(drizzle(client), { migrationsFolder: './tables' });
  for (const statement of everything.split('--> statement-breakpoint')) await client.query(statement);
  const { rows } = await client.query<{ kept: string }>(
    `SELECT object || ': ' || string_agg(feature, ', ' ORDER BY feature) AS kept FROM upkeep.managed GROUP BY object ORDER BY 1`);
  expect(rows.map((row) => row.kept)).toEqual([
    'days: metrics',
    'order_items: order_lock, order_refunds, order_snapshots, order_totals, stock, touch',
    'orders: order_lock, order_number, order_refunds, order_status, order_totals, stock, updated_at',
    'products: updated_at',
    'refunds: order_refunds',
    'settings: metrics_settings',
  ]);
});
