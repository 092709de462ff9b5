// The statements of pg-upkeep/drizzle, letter by letter, and what they refuse.
import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { CasingCache } from 'drizzle-orm/casing';
import { integer, pgSchema, pgTable, pgTableCreator, text, timestamp } from 'drizzle-orm/pg-core';
import {
  inCasing, metrics, migration, orderLock, orderStatus, orderTotals, stock, touch, updatedAt, updatedAtIn,
} from 'pg-upkeep/drizzle';
import { check, refusal } from './checks.js';

const days = pgTable('days', { shopId: integer('shop_id'), orders: integer(), revenue: integer(), aov: integer(), 'Ad Spend': integer(), cpo: integer() });
const settings = pgTable('settings', { shopId: integer('shop_id'), ratio: integer('Ratio') });
const odd = pgSchema('Online "Shop"').table("it's", { id: integer(), back: integer('a\\b'), comma: integer('a,b'), empty: integer('null') });
const order = pgTable('order', { id: integer(), status: text(), shop: integer('shop_id') });
const lines = pgTable('lines', { id: integer(), orderId: integer('order_id'), shopId: integer('shop_id'), price: integer() });
const products = pgTable('products', { id: integer(), stock: integer() });

check('schema and names are quoted as regclass reads them', `SELECT upkeep.enable_updated_at('"Online ""Shop"""."it''s"');`, updatedAt(odd));
check('a schema in lower case', `SELECT upkeep.enable_touch('shop.lines', 'order');`,
  touch(pgSchema('shop').table('lines', {}), order));
check('columns are names, and elements of arrays are quoted', String.raw`SELECT upkeep.enable_updated_at('"Online ""Shop"""."it''s"', version_column => E'a\\b', ignore_columns => E'{"a\\\\b","a,b","null"}');`,
  updatedAt(odd, { versionColumn: 'back', ignoreColumns: ['back', odd.comma, 'empty'] }));
check('an empty list, and NULL', `SELECT upkeep.enable_updated_at('products', ignore_columns => '{}', protect_columns => NULL);`,
  updatedAt(products, { ignoreColumns: [], protectColumns: null }));
check('what is undefined is left out', `SELECT upkeep.enable_updated_at('products');`, updatedAt(products, { columnName: undefined, clock: undefined }));
check('a whole schema', `SELECT upkeep.enable_updated_at_in('Online "Shop"', protect_columns => '{made,"Made At"}');`,
  updatedAtIn(pgSchema('Online "Shop"'), { protectColumns: ['made', 'Made At'] }));
check('text with quotes', `SELECT upkeep.enable_order_lock('order', 'lines', locked_statuses => '{it''s,"a b"}', correct_role => 'the "owner"');`,
  orderLock(order, lines, { lockedStatuses: ["it's", 'a b'], correctRole: 'the "owner"' }));
check('transitions', `SELECT upkeep.enable_order_status('order', '{"new":["it''s paid"]}');`, orderStatus(order, { new: ["it's paid"] }));
check('formulas by column, of text and of templates',
  `SELECT upkeep.enable_metrics('days', formulas => ARRAY['aov = revenue / orders', 'cpo = ("Ad Spend" + 1.5) / orders * settings."Ratio"']::text[], settings => 'settings');`,
  metrics(days, { aov: 'revenue / orders', cpo: sql`(${days['Ad Spend']} + ${1.5}) / ${sql`${days.orders} * ${settings.ratio}`}` }, { settings }));
check('formulas as they are', `SELECT upkeep.enable_metrics('days', formulas => ARRAY['aov = revenue / orders']::text[]);`, metrics(days, ['aov = revenue / orders']));
check('a formula of the lines', `SELECT upkeep.enable_order_totals('order', 'lines', tenant_column => 'shop_id', line_formula => 'price * 2', total_formula => 'lines + 5');`,
  orderTotals(order, lines, { tenantColumn: lines.shopId, lineFormula: sql`${lines.price} * 2`, totalFormula: 'lines + 5' }));
check('a table among the options', `SELECT upkeep.enable_stock('lines', 'products', stock_column => 'stock', orders => 'order', released => '{}');`,
  stock(lines, products, { stockColumn: 'stock', orders: order, released: [] }));
check('the prefix of pgTableCreator', `SELECT upkeep.enable_updated_at('shop_carts');`, updatedAt(pgTableCreator((name) => `shop_${name}`)('carts', {})));
check('a migration', 'SELECT upkeep.enable_updated_at(\'products\');\n--> statement-breakpoint\nSELECT 1;\n--> statement-breakpoint\nSELECT 2;',
  migration(updatedAt(products), ['SELECT 1;', 'SELECT 2;']));

const unnamed = pgTable('unnamed', { HTTPCode2: integer(), updatedAt: timestamp(), 'it\'sOwn': integer(), other_name: integer(), kept: integer('KeptAsItIs') });
for (const casing of ['snake_case', 'camelCase'] as const) {
  const drizzle = new CasingCache(casing);
  const named = Object.values(unnamed).filter((each) => 'columnType' in each).map((each) => drizzle.getColumnCasing(each));
  check(`${casing} is that of Drizzle`, named, ['HTTPCode2', 'updatedAt', 'it\'sOwn', 'other_name', 'kept'].map((key) =>
    /column_name => '(.*)'\)/.exec(inCasing(casing).updatedAt(unnamed, { columnName: key as 'kept' }))![1]));
  check(`${casing} holds for formulas`, casing === 'camelCase' ? '"otherName" = "httpCode2" * 2' : 'other_name = http_code2 * 2',
    /ARRAY\['(.*)'\]/.exec(inCasing(casing).metrics(unnamed, { other_name: sql`${unnamed.HTTPCode2} * 2` }))![1]);
}

// What the compiler of TypeScript refuses, JavaScript learns when it runs.
const any = (value: unknown) => value as never;
check('a column that is not there', 'updatedAt: ignoreColumns: products has no column views', refusal(() => updatedAt(products, { ignoreColumns: any(['views']) })));
check('nor an inherited property', 'updatedAt: columnName: products has no column toString', refusal(() => updatedAt(products, { columnName: any('toString') })));
check('a column of another table', 'updatedAt: columnName: products has no column price', refusal(() => updatedAt(products, { columnName: any(lines.price) })));
check('a column that only one table has', 'orderTotals: currencyColumn: lines has no column status', refusal(() => orderTotals(order, lines, { currencyColumn: any(order.status) })));
check('of no table at all', 'metrics: settingsFrom: there is no column ratio', refusal(() => metrics(days, null, { settingsFrom: any('ratio') })));
check('a formula of another table', 'metrics: formulas: column price is of another table', refusal(() => metrics(days, { aov: sql`${lines.price}` })));
check('a parameter in a formula', 'metrics: formulas must be an expression of columns and numbers, and is "1"', refusal(() => metrics(days, { aov: sql`revenue * ${'1'}` })));
check('an unknown option', 'touch has no option foreignkey: it has foreignKey', refusal(() => touch(lines, order, any({ foreignkey: 'x' }))));
check('no table', 'touch: parent must be a table, and is "order"', refusal(() => touch(lines, any('order'))));
check('no text', 'updatedAt: clock must be a string, and is number', refusal(() => updatedAt(products, { clock: any(1) })));
check('a casing that Drizzle does not have', 'casing must be snake_case or camelCase', refusal(() => inCasing(any('kebab-case'))));

// One list makes them all: it is that of docs/schema.sql.
const schema = readFileSync(process.argv[2], 'utf8');
const { calls } = await import('./node_modules/pg-upkeep/drizzle/calls.js' as string);
const readme = readFileSync('./node_modules/pg-upkeep/README.md', 'utf8');
check('the README lists them', [], Object.entries(calls).filter(([name, { sql }]: any) => !new RegExp(`^\\| \`${name}\\(.*\`upkeep.${sql}\``, 'm').test(readme)).map(([name]) => name));
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
for (const { sql: name, given, options } of Object.values(calls) as { sql: string; given: object; options: object }[]) {
  const [, declared] = new RegExp(`^CREATE FUNCTION upkeep\\.${name}\\(([^;]*)\\) RETURNS`, 'm').exec(schema)!;
  const theirs = declared.split(/,(?![^']*'[^']*(?:'[^']*'[^']*)*$)/).map((each) => each.trim().split(' ', 1)[0]);
  check(`the arguments of upkeep.${name}`, theirs, [...Object.keys(given), ...Object.keys(options)].map(snake));
}
