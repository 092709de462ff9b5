-- A column is renamed while the guard is on: every trigger that names it goes on naming it, and works.
CREATE SCHEMA guard_rename;
SET search_path = guard_rename, public;
SELECT upkeep.enable_guard(schemas => '{guard_rename}');
CREATE VIEW options AS SELECT DISTINCT object::text COLLATE "C" AS object, feature, options FROM upkeep.managed
  WHERE feature <> 'guard' AND object IN (SELECT oid FROM pg_class WHERE relnamespace = 'guard_rename'::regnamespace);
CREATE VIEW findings AS SELECT object, feature, finding FROM upkeep.check()
  WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'guard_rename'::regnamespace AND relname !~ '^sale');

-- updated_at: each option, and what is usual where there is none
CREATE TABLE notes (id int PRIMARY KEY, body text, seen int, sort int, author text, rev int DEFAULT 0,
  created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
SELECT upkeep.enable_updated_at('notes', ignore_columns => '{seen,sort}', protect_columns => '{author,created_at}',
  version_column => 'rev');
CREATE TABLE usual (id int PRIMARY KEY, body text, created_at date DEFAULT '2026-01-01', updated_at timestamptz);
CREATE TRIGGER by_hand BEFORE INSERT OR UPDATE ON usual FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at();
INSERT INTO notes (id, author) VALUES (1, 'ann');
INSERT INTO usual (id) VALUES (1);
CREATE TABLE before AS SELECT oid, tgname, tgrelid, tgtype, tgenabled, obj_description(oid, 'pg_trigger') AS comment
  FROM pg_trigger
  WHERE tgrelid = 'notes'::regclass AND tgname LIKE 'zz%updated_at';
ALTER TABLE notes RENAME updated_at TO "Changed at";
ALTER TABLE notes RENAME COLUMN seen TO "seen, by whom";
ALTER TABLE notes RENAME COLUMN author TO writer;
ALTER TABLE notes RENAME COLUMN created_at TO born;
ALTER TABLE notes RENAME COLUMN rev TO version;
ALTER TABLE notes RENAME COLUMN body TO text;
ALTER TABLE usual RENAME updated_at TO stamp;
ALTER TABLE usual RENAME created_at TO born;
SELECT * FROM options ORDER BY 1, 2;
SELECT moved('notes', $$UPDATE notes SET text = 'x', writer = 'bob', born = 'infinity'$$, stamp => 'Changed at');
SELECT moved('notes', $$UPDATE notes SET "seen, by whom" = 1, sort = 1$$, stamp => 'Changed at');
SELECT text, "seen, by whom", writer, isfinite(born), version FROM notes;
SELECT moved('usual', $$UPDATE usual SET body = 'x', born = 'infinity'$$, stamp => 'stamp');
SELECT born, stamp IS NOT NULL AS stamped FROM usual;
SELECT b.comment IS NOT DISTINCT FROM obj_description(t.oid, 'pg_trigger') AND b.tgtype = t.tgtype AS same FROM before b
  JOIN pg_trigger t USING (oid);
SELECT * FROM findings;
-- the protection that is usual is not given to the stamp, the version, or a column that is generated
CREATE TABLE roles (id int PRIMARY KEY, created_at timestamptz,
  made timestamptz GENERATED ALWAYS AS (created_at) STORED);
SELECT upkeep.enable_updated_at('roles', 'created_at');
ALTER TABLE roles RENAME created_at TO stamp;
CREATE TABLE generated (id int PRIMARY KEY, x timestamptz, created_at timestamptz GENERATED ALWAYS AS (x) STORED,
  updated_at timestamptz);
SELECT upkeep.enable_updated_at('generated');
ALTER TABLE generated RENAME created_at TO made;
SELECT * FROM options WHERE object IN ('roles', 'generated') ORDER BY 1;
INSERT INTO roles VALUES (1);
INSERT INTO generated (id) VALUES (1);

-- touch: the columns of the child, the keys of the parent, the stamp of the parent
CREATE TABLE parents (a int, b int, updated_at timestamptz DEFAULT now(), PRIMARY KEY (a, b));
CREATE TABLE children (id int PRIMARY KEY, parent_a int, parent_b int,
  FOREIGN KEY (parent_a, parent_b) REFERENCES parents);
SELECT upkeep.enable_touch('children', 'parents');
INSERT INTO parents VALUES (1, 1), (1, 2);
ALTER TABLE parents RENAME a TO "key A";
ALTER TABLE parents RENAME updated_at TO changed_at;
ALTER TABLE children RENAME parent_b TO "of B";
SELECT * FROM options WHERE object IN ('parents', 'children') ORDER BY 1;
SELECT moved('parents', 'INSERT INTO children VALUES (1, 1, 2)', 'b', 'changed_at');
-- a parent that was renamed is known by the foreign key
ALTER TABLE parents RENAME TO elders;
ALTER TABLE elders RENAME b TO key_b;
SELECT options -> 'keys' AS keys FROM options WHERE object = 'children';
SELECT moved('elders', 'UPDATE children SET "of B" = 1', 'key_b', 'changed_at');
ALTER TABLE elders RENAME TO parents;
SELECT * FROM findings;

-- metrics: formulas, and the columns by which settings are found
CREATE TABLE shop_settings (shop_id int, valid_from date, cogs_ratio numeric, PRIMARY KEY (shop_id, valid_from));
CREATE TABLE daily (shop_id int, record_date date, revenue bigint, round int, cogs_ratio int, margin numeric,
  share numeric(8,4), PRIMARY KEY (shop_id, record_date));
SELECT upkeep.enable_metrics('daily',
  '{"margin = revenue - settings.cogs_ratio * revenue - cogs_ratio", "share = round(round / revenue, 4)"}',
  'shop_settings', settings_from => 'valid_from', on_settings_change => 'recalculate');
INSERT INTO shop_settings VALUES (1, '2026-01-01', 0.4);
INSERT INTO daily VALUES (1, '2026-02-01', 100, 7, 5);
ALTER TABLE daily RENAME revenue TO "Revenue, net";
ALTER TABLE daily RENAME round TO rounds;
ALTER TABLE daily RENAME cogs_ratio TO cogs;
ALTER TABLE daily RENAME margin TO left_over;
ALTER TABLE daily RENAME record_date TO day;
ALTER TABLE shop_settings RENAME cogs_ratio TO "cost share";
ALTER TABLE shop_settings RENAME valid_from TO since;
-- one name for two tables: the second rename lets it follow
ALTER TABLE daily RENAME shop_id TO store_id;
SELECT * FROM failure('UPDATE daily SET cogs = 6');
ALTER TABLE shop_settings RENAME COLUMN shop_id TO store_id;
SELECT * FROM options WHERE object = 'daily';
UPDATE daily SET cogs = 6;
TABLE daily;
UPDATE shop_settings SET "cost share" = 0.5;
TABLE daily;
CALL upkeep.recalculate('daily', tenant => '1', from_date => '2026-01-01');
-- the commerce set of a trigger without formulas, as it was before the rename
CREATE TABLE campaign (revenue bigint, orders int, ad_spend bigint, aov numeric(12,2), roas numeric(6,2));
CREATE TRIGGER by_hand BEFORE INSERT OR UPDATE ON campaign FOR EACH ROW EXECUTE FUNCTION upkeep.metrics();
ALTER TABLE campaign RENAME roas TO return;
ALTER TABLE campaign RENAME aov TO "Basket";
INSERT INTO campaign VALUES (100, 8, 40);
TABLE campaign;
SELECT options FROM options WHERE object = 'campaign';
-- a formula cannot grow without end
CREATE TABLE long (a int, b numeric);
SELECT upkeep.enable_metrics('long', ARRAY['b = ' || repeat('a+', 8000) || 'a']);
ALTER TABLE long RENAME a TO longer;
ALTER TABLE long RENAME longer TO a;
INSERT INTO long VALUES (1) RETURNING b;
SELECT * FROM findings;
-- orders: every option of every feature, one name for two or three tables among them
CREATE TABLE products (tenant int, id int, name text, price numeric(10,2), cost numeric, active boolean DEFAULT true,
  stock_quantity int, PRIMARY KEY (tenant, id));
CREATE TABLE orders (tenant int, id int, order_number text, status text DEFAULT 'pending',
  total_amount numeric(10,2) DEFAULT 0, billing_address text, payment_completed_at timestamptz,
  PRIMARY KEY (tenant, id), UNIQUE (tenant, order_number));
CREATE TABLE order_items (tenant int, id int, order_id int, product_id int, quantity int, price_snapshot numeric(10,2),
  product_snapshot jsonb, taken int, PRIMARY KEY (tenant, id));
CREATE INDEX ON order_items (tenant, order_id);
SELECT upkeep.enable_order_snapshots('order_items', 'products', snapshot_fields => '{id,name,price}',
  active_column => 'active', tenant_column => 'tenant'),
  upkeep.enable_order_totals('orders', 'order_items', tenant_column => 'tenant'),
  upkeep.enable_order_lock('orders', 'order_items', tenant_column => 'tenant'),
  upkeep.enable_order_status('orders', '{"pending": ["paid", "cancelled"], "paid": []}', tenant_column => 'tenant'),
  upkeep.enable_order_number('orders', tenant_column => 'tenant'),
  upkeep.enable_stock('order_items', 'products', orders => 'orders', taken_column => 'taken',
    tenant_column => 'tenant');
INSERT INTO products VALUES (1, 1, 'tea', 4.50, 2, true, 10), (1, 2, 'cup', 9, 3, false, 5);
INSERT INTO orders (tenant, id) VALUES (1, 1), (1, 2);
INSERT INTO order_items (tenant, id, order_id, product_id, quantity) VALUES (1, 1, 1, 1, 2);
CREATE TABLE names AS SELECT * FROM (VALUES
  ('products', '{id,name,price,active,stock_quantity}'::text[]),
  ('orders', '{id,order_number,status,total_amount,billing_address,payment_completed_at}'),
  ('order_items', '{order_id,product_id,quantity,price_snapshot,product_snapshot,taken}')) n(of, columns);
-- each gets a name that needs quotes
DO $$
DECLARE command text;
BEGIN
  FOR command IN SELECT format('ALTER TABLE %I RENAME COLUMN %I TO %I', of, c, 'The ' || c || ' of ' || of)
    FROM names, unnest(columns) c LOOP
    EXECUTE command;
  END LOOP;
END $$;
SELECT DISTINCT feature, key, value FROM options, jsonb_each_text(options)
  WHERE object IN ('orders', 'order_items') AND value ~ ' of ' ORDER BY 1, 2;
SELECT object, feature, options FROM options, names
  WHERE object IN ('orders', 'order_items') AND options::text ~ ('"(' || array_to_string(columns, '|') || ')"');
INSERT INTO order_items (tenant, id, "The order_id of order_items", "The product_id of order_items",
  "The quantity of order_items") VALUES (1, 2, 1, 1, 1);
TABLE order_items;
TABLE orders;
SELECT "The stock_quantity of products" AS stock FROM products ORDER BY 1;
SELECT * FROM failure('INSERT INTO order_items VALUES (1, 3, 1, 2, 1)');
SELECT * FROM failure('INSERT INTO order_items VALUES (1, 3, 1, 1, 8)');
SELECT * FROM failure('UPDATE order_items SET "The price_snapshot of order_items" = 1');
SELECT * FROM failure($$UPDATE orders SET "The status of orders" = 'refunded'$$);
UPDATE orders SET "The status of orders" = 'cancelled' WHERE "The id of orders" = 2;
UPDATE orders SET "The status of orders" = 'paid' WHERE "The id of orders" = 1;
SELECT "The payment_completed_at of orders" IS NOT NULL AS paid, "The order_number of orders" AS number
  FROM orders ORDER BY 2;
SELECT state, message FROM failure('UPDATE order_items SET "The quantity of order_items" = 5');
SELECT state, message
  FROM failure($$UPDATE orders SET "The billing_address of orders" = 'x' WHERE "The id of orders" = 1$$);
SELECT state, message FROM failure('UPDATE orders SET "The total_amount of orders" = 1 WHERE "The id of orders" = 1');
-- the tenant's column has one name in three tables
ALTER TABLE order_items RENAME tenant TO shop;
ALTER TABLE orders RENAME tenant TO shop;
ALTER TABLE products RENAME tenant TO shop;
SELECT DISTINCT object, options -> 'tenant_column' AS tenant FROM options
  WHERE object IN ('orders', 'order_items') ORDER BY 1;
INSERT INTO orders (shop, "The id of orders") VALUES (1, 3);
INSERT INTO order_items (shop, id, "The order_id of order_items", "The product_id of order_items",
  "The quantity of order_items") VALUES (1, 4, 3, 1, 2);
SELECT "The total_amount of orders" AS total FROM orders WHERE "The id of orders" = 3;
SELECT "The stock_quantity of products" AS stock FROM products ORDER BY 1;
SELECT * FROM upkeep.check_orders('orders', 'order_items');
SELECT * FROM findings;
-- triggers by hand, with nothing but what they need
CREATE TABLE sales (id int PRIMARY KEY, total_amount numeric, payment_id text, status text);
CREATE TABLE sale_items (id int PRIMARY KEY, order_id int, quantity int, price_snapshot numeric);
CREATE TRIGGER l1 AFTER INSERT ON sale_items REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.order_total('orders=sales');
CREATE TRIGGER o1 BEFORE UPDATE ON sales FOR EACH ROW EXECUTE FUNCTION upkeep.order_lock('order_items=sale_items');
ALTER TABLE sales RENAME id TO sale;
ALTER TABLE sales RENAME payment_id TO payment;
ALTER TABLE sales RENAME total_amount TO sum;
ALTER TABLE sales RENAME status TO state;
ALTER TABLE sale_items RENAME order_id TO sale;
ALTER TABLE sale_items RENAME quantity TO amount;
ALTER TABLE sale_items RENAME price_snapshot TO price;
SELECT * FROM options WHERE object LIKE 'sale%' ORDER BY 1;
INSERT INTO sales VALUES (1, 0, 'p', 'pending');
INSERT INTO sale_items VALUES (1, 1, 2, 3);
UPDATE sales SET state = 'paid';
TABLE sales;
SELECT state, message FROM failure($$UPDATE sales SET payment = 'q'$$);

-- weekly diagnostics: the shop and the day follow; names that no option has cannot
CREATE TABLE days (shop_id int, record_date date, revenue bigint, orders int, PRIMARY KEY (shop_id, record_date));
CREATE TABLE weeks (shop_id int, week_start date, stale boolean DEFAULT false);
SELECT upkeep.enable_weekly_diagnostics('days', 'weeks');
ALTER TABLE days RENAME shop_id TO store;
ALTER TABLE days RENAME record_date TO day;
INSERT INTO weeks VALUES (1, '2026-11-02');
INSERT INTO days VALUES (1, '2026-11-03', 5, 1);
TABLE weeks;
ALTER TABLE days RENAME revenue TO sales;
ALTER TABLE days RENAME sales TO revenue;
ALTER TABLE weeks RENAME stale TO old;
ALTER TABLE weeks RENAME old TO stale;
SELECT * FROM findings;

-- ads that ask the days: the key follows once all tables have its new name, other names cannot; a trigger that does not
-- ask is left alone
CREATE TABLE sold (shop_id int, record_date date, orders int, revenue bigint);
CREATE TABLE rates (shop_id int, cogs_ratio numeric, week_start_day int);
CREATE TABLE ads (shop_id int, decided_on date, spend bigint, orders int, decision text, evidence jsonb);
CREATE TABLE other_ads (shop_id int, decided_on date, spend bigint, orders int, decision text, evidence jsonb);
SELECT upkeep.enable_ad_decisions('ads', 'rates', daily_records => 'sold'),
  upkeep.enable_ad_decisions('other_ads', 'rates');
INSERT INTO rates VALUES (1, 0.5, 1);
INSERT INTO sold VALUES (1, '2026-11-03', 2, 600000);
ALTER TABLE other_ads RENAME decided_on TO day;
ALTER TABLE other_ads RENAME day TO decided_on;
ALTER TABLE ads RENAME decided_on TO day;
ALTER TABLE ads RENAME day TO decided_on;
ALTER TABLE sold RENAME revenue TO turnover;
ALTER TABLE sold RENAME turnover TO revenue;
ALTER TABLE rates RENAME week_start_day TO first_day;
ALTER TABLE rates RENAME first_day TO week_start_day;
SELECT upkeep.disable_ad_decisions('other_ads');
SET client_min_messages = error;
ALTER TABLE sold RENAME shop_id TO store;
ALTER TABLE rates RENAME shop_id TO store;
ALTER TABLE ads RENAME shop_id TO store;
RESET client_min_messages;
INSERT INTO ads VALUES (1, '2026-11-10', 450000, 0)
  RETURNING evidence -> 'aov' AS aov, evidence -> 'aov_source' AS source;
SELECT options FROM upkeep.managed WHERE object = 'ads'::regclass AND feature = 'ad_decisions';
SELECT * FROM findings;

-- partitions: clones follow with their root, statement triggers too; what is disabled stays so,
-- and every trigger stays the one it was
CREATE TABLE events (id int, day date, x int, updated_at timestamptz DEFAULT now(), PRIMARY KEY (id, day))
  PARTITION BY RANGE (day);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE TABLE places (id int PRIMARY KEY, updated_at timestamptz DEFAULT now());
ALTER TABLE events ADD place int REFERENCES places;
SELECT upkeep.enable_updated_at('events', ignore_columns => '{x}'), upkeep.enable_touch('events', 'places');
ALTER TABLE events_2 DISABLE TRIGGER zz_upkeep_updated_at;
COMMENT ON TRIGGER zz_upkeep_updated_at ON events IS 'the stamp';
CREATE TABLE were AS SELECT oid, tgrelid::regclass::text, tgenabled, tgparentid,
  obj_description(oid, 'pg_trigger') AS comment FROM pg_trigger
  WHERE tgname LIKE 'zz_upkeep_updated%' AND tgrelid::regclass::text LIKE 'events%';
ALTER TABLE events RENAME updated_at TO "at";
ALTER TABLE events RENAME x TO y;
ALTER TABLE events RENAME place TO "where";
SELECT tgrelid::regclass, count(*),
  string_agg(DISTINCT replace(encode(tgargs, 'escape'), '\000', ' '), '| ') AS arguments FROM pg_trigger
  WHERE tgname LIKE 'zz_upkeep%' AND tgname NOT LIKE '%guard%'
  AND tgrelid IN ('events'::regclass, 'events_1'::regclass, 'events_2'::regclass) GROUP BY 1 ORDER BY 1;
SELECT w.tgrelid, w.tgenabled, w.comment, (w.tgenabled, w.tgparentid, w.comment) IS NOT DISTINCT FROM (t.tgenabled,
  t.tgparentid, obj_description(t.oid, 'pg_trigger')) AS same
  FROM were w LEFT JOIN pg_trigger t USING (oid) ORDER BY tgrelid;
INSERT INTO places VALUES (1);
SELECT moved('places',
  $$INSERT INTO events VALUES (1, '2026-01-05', 0, DEFAULT, 1), (2, '2026-02-05', 0, DEFAULT, 1)$$);
SELECT moved('events', 'UPDATE events SET "where" = NULL', stamp => 'at');
ALTER TABLE events_2 ENABLE TRIGGER zz_upkeep_updated_at;
SELECT moved('events', 'UPDATE events SET "where" = 1', stamp => 'at');
SELECT moved('events', 'UPDATE events SET y = 1', stamp => 'at');
-- a new partition gets what the root's trigger says now; one that was detached keeps its own and its names
ALTER TABLE events DETACH PARTITION events_2;
ALTER TABLE events RENAME y TO z;
ALTER TABLE places RENAME id TO place;
CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
INSERT INTO events VALUES (3, '2026-03-05');
SELECT moved('events', $$UPDATE events SET z = 5, "where" = 1 WHERE id = 3$$, stamp => 'at');
SELECT moved('events', $$UPDATE events SET z = 6 WHERE id = 3$$, stamp => 'at');
SELECT moved('places', 'UPDATE events_2 SET "where" = NULL', 'place');
SELECT upkeep.enable_touch('events', 'places');
ALTER TABLE events_2 RENAME "where" TO place;
SELECT moved('places', 'UPDATE events_2 SET place = 1', 'place');

-- inheritance: the children have triggers of their own
CREATE TABLE base (id int, body text, updated_at timestamptz DEFAULT now());
CREATE TABLE derived () INHERITS (base);
CREATE TABLE further () INHERITS (derived);
SELECT upkeep.enable_updated_at('base');
ALTER TABLE base RENAME updated_at TO changed;
INSERT INTO further VALUES (1);
SELECT moved('base', $$UPDATE base SET body = 'x'$$, stamp => 'changed');
SELECT * FROM options WHERE object IN ('base', 'derived', 'further') ORDER BY 1;

-- who renames need not own what follows, nor have a search_path that finds it;
-- a trigger that may not use the table is left
CREATE SCHEMA guard_rename_own AUTHORIZATION regress_upkeep_other;
GRANT USAGE, CREATE ON SCHEMA guard_rename TO regress_upkeep_owner;
CREATE TABLE owned (id int PRIMARY KEY, updated_at timestamptz DEFAULT now());
ALTER TABLE owned OWNER TO regress_upkeep_owner;
CREATE TABLE referring (id int PRIMARY KEY, owned int REFERENCES owned);
SELECT upkeep.enable_touch('referring', 'owned');
SET ROLE regress_upkeep_other;
CREATE TABLE guard_rename_own.spy (id int);
CREATE TRIGGER spy AFTER INSERT ON guard_rename_own.spy REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.touch('parent=guard_rename.owned', 'columns=id', 'keys=id');
CREATE FUNCTION guard_rename_own.never(anyelement, anyelement) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE 'somebody else''s operator'; END $$;
CREATE OPERATOR guard_rename_own.= (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = guard_rename_own.never);
RESET ROLE;
GRANT USAGE ON SCHEMA guard_rename_own TO PUBLIC;
SET ROLE regress_upkeep_owner;
SET search_path = guard_rename_own, pg_catalog;
ALTER TABLE guard_rename.owned RENAME id TO "key";
SET search_path = '';
ALTER TABLE guard_rename.owned RENAME updated_at TO stamp;
SET search_path = guard_rename, public;
RESET ROLE;
SELECT tgrelid::regclass, encode(tgargs, 'escape') AS arguments FROM pg_trigger
  WHERE tgname IN ('spy', 'zz_upkeep_touch_referring_owned_fkey_insert') ORDER BY encode(tgargs, 'escape') COLLATE "C";
INSERT INTO owned VALUES (1);
SELECT moved('owned', 'INSERT INTO referring VALUES (1, 1)', 'key', 'stamp');

-- rolled back; a trigger whose arguments are no options stops nobody
CREATE TABLE odd (id int, updated_at timestamptz);
CREATE TRIGGER odd BEFORE UPDATE ON odd FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at('colum=updated_at');
CREATE TRIGGER odder BEFORE UPDATE ON odd FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at('ignore=a"b');
ALTER TABLE odd RENAME updated_at TO x;
DROP TABLE odd;
BEGIN;
ALTER TABLE base RENAME changed TO altered;
UPDATE base SET body = 'y';
ROLLBACK;
SELECT moved('base', $$UPDATE base SET body = 'z'$$, stamp => 'changed');
ALTER TABLE base RENAME changed TO changed_at;
SELECT moved('base', $$UPDATE base SET body = 'y'$$, stamp => 'changed_at');
SELECT * FROM findings;

-- what a trigger computes can be dropped, under its new name too; not what it is computed from,
-- nor what nobody computes now
ALTER TABLE daily DROP COLUMN left_over;
ALTER TABLE orders DROP COLUMN "The total_amount of orders";
ALTER TABLE campaign DROP COLUMN "Basket";
ALTER TABLE campaign DISABLE TRIGGER by_hand;
SET client_min_messages = error;
SELECT c AS column, state
  FROM (VALUES ('daily', 'cogs'), ('daily', 'rounds'), ('campaign', 'return'), ('notes', 'version')) v(t, c),
  failure(format('ALTER TABLE %I DROP COLUMN %I', t, c));
RESET client_min_messages;

SELECT upkeep.disable_guard();
SET client_min_messages = warning;
RESET search_path;
DROP SCHEMA guard_rename, guard_rename_own CASCADE;
