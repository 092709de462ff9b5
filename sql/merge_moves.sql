-- merge_moves: rows that a MERGE moves to another partition.
-- PostgreSQL leaves them out of the transition tables of UPDATE.
CREATE SCHEMA merged;
SET search_path = merged, public;
SET client_min_messages = warning;
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending', payment_completed_at timestamptz,
  total_amount numeric(10,2), updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE products (id int PRIMARY KEY, price numeric(10,2), stock_quantity int,
  updated_at timestamptz DEFAULT '2020-01-01');
-- partitions with columns in another order, a dropped one, and partitions of their own
CREATE TABLE lines (id int, region text, order_id int REFERENCES orders, product_id int REFERENCES products,
  quantity int, price_snapshot numeric(10,2), taken int, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE lines_a PARTITION OF lines FOR VALUES IN ('a');
CREATE TABLE lines_b (gone int, taken int, price_snapshot numeric(10,2), quantity int, region text NOT NULL,
  product_id int, id int NOT NULL, order_id int);
ALTER TABLE lines_b DROP COLUMN gone;
ALTER TABLE lines ATTACH PARTITION lines_b FOR VALUES IN ('b');
CREATE TABLE lines_cd PARTITION OF lines FOR VALUES IN ('c', 'd') PARTITION BY LIST (region);
CREATE TABLE lines_c PARTITION OF lines_cd FOR VALUES IN ('c');
CREATE TABLE lines_d PARTITION OF lines_cd FOR VALUES IN ('d');
SELECT upkeep.enable_updated_at('orders'), upkeep.enable_touch('lines', 'orders');
SELECT upkeep.enable_order_totals('orders', 'lines'), upkeep.enable_order_lock('orders', 'lines');
SELECT upkeep.enable_stock('lines', 'products', orders => 'orders');
INSERT INTO products VALUES (1, 5, 100), (2, 7, 100);
INSERT INTO orders SELECT generate_series(1, 5);
INSERT INTO lines VALUES (1, 'a', 1, 1, 2, 5), (2, 'a', 1, 2, 1, 7), (3, 'b', 2, 1, 3, 5), (4, 'c', 3, 2, 1, 7),
  (5, 'd', 4, 1, 1, 5);
-- what a shop reads, and whatever is not as its lines say; a line gives and takes only what it should
CREATE FUNCTION shop() RETURNS TABLE (totals text, stock text, wrong text) LANGUAGE sql AS $$
  SELECT (SELECT string_agg(id || '=' || total_amount, ' ' ORDER BY id) FROM orders),
    (SELECT string_agg(id || '=' || stock_quantity, ' ' ORDER BY id) FROM products),
    concat_ws(', ', (SELECT string_agg(order_key || ' ' || finding, ', ') FROM upkeep.check_orders('orders', 'lines')),
      (SELECT string_agg('product ' || p.id, ', ') FROM products p
      WHERE stock_quantity <> 100 - coalesce((SELECT sum(quantity) FROM lines WHERE product_id = p.id), 0))) $$;
SELECT * FROM shop();

-- two lines move, one of them to another order; a third stays and is changed
SELECT moved('orders', $$MERGE INTO lines l
  USING (VALUES (1, 'b', 1, 9), (4, 'd', 2, 1), (5, 'd', 4, 2)) s(id, region, order_id, quantity) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, order_id = s.order_id, quantity = s.quantity$$);
SELECT * FROM shop();
-- beside insertions, beside deletions, beside both
MERGE INTO lines l USING (VALUES (1, 'c', 8), (6, 'a', 1)) s(id, region, quantity) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, quantity = s.quantity
  WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.region, 5, 2, s.quantity, 7);
SELECT * FROM shop();
MERGE INTO lines l USING (VALUES (1, 'a', 7), (6, NULL, 0)) s(id, region, quantity) ON l.id = s.id
  WHEN MATCHED AND s.quantity = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET region = s.region, quantity = s.quantity;
SELECT * FROM shop();
MERGE INTO lines l USING (VALUES (1, 'd', 6), (3, NULL, 0), (7, 'b', 2)) s(id, region, quantity) ON l.id = s.id
  WHEN MATCHED AND s.quantity = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET region = s.region, quantity = s.quantity
  WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.region, 5, 2, s.quantity, 7);
SELECT * FROM shop();
-- within a statement that deletes, too; aimed at a partition with partitions; in a savepoint, rolled back
WITH d AS (DELETE FROM lines WHERE id = 7) MERGE INTO lines l
  USING (VALUES (1, 'b', 5)) s(id, region, quantity) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, quantity = s.quantity;
SELECT * FROM shop();
WITH m AS (SELECT 5 AS id, 'c' AS region), i AS (INSERT INTO lines VALUES (8, 'a', 1, 1, 1, 5) RETURNING id)
MERGE INTO lines_cd l USING (SELECT * FROM m) s ON l.id = s.id
WHEN MATCHED THEN UPDATE SET region = s.region, quantity = 4;
SELECT * FROM shop();
BEGIN;
SAVEPOINT s;
MERGE INTO lines l USING (VALUES (1, 'a')) s(id, region) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, quantity = 50;
SELECT * FROM shop();
ROLLBACK TO s;
MERGE INTO lines l USING (VALUES (1, 'c')) s(id, region) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, quantity = 3;
SELECT * FROM shop();
COMMIT;
-- COPY and plain UPDATEs as ever
COPY lines FROM stdin;
9	c	4	2	1	7	\N
\.
UPDATE lines SET region = 'd', quantity = quantity + 1 WHERE id IN (1, 9);
SELECT * FROM shop();
-- too much; nothing of the statement stays
SELECT * FROM failure($$MERGE INTO lines l USING (VALUES (1, 'a')) s(id, region) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, quantity = 500$$);
-- a line of a paid order neither leaves nor comes
UPDATE orders SET payment_completed_at = now() WHERE id = 1;
SELECT state, message, detail ~ 'lines cannot be' AS d FROM failure($$MERGE INTO lines l
  USING (VALUES (1, 'a')) s(id, region) ON l.id = s.id WHEN MATCHED THEN UPDATE SET region = s.region$$);
SELECT state, message FROM failure($$MERGE INTO lines l USING (VALUES (1, 'a')) s(id, region) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, order_id = 2$$);
SELECT state, message FROM failure($$MERGE INTO lines l USING (VALUES (9, 'a')) s(id, region) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, order_id = 1$$);
SELECT * FROM shop();

-- the first statement of a session, before the library is loaded, alone and in a function
CREATE FUNCTION move(line int, target text, pieces int) RETURNS void
  LANGUAGE plpgsql SET search_path = merged AS $$ BEGIN
  MERGE INTO lines l USING (VALUES (line)) s(id) ON l.id = s.id
    WHEN MATCHED THEN UPDATE SET region = target, quantity = pieces;
END $$;
\c -
MERGE INTO merged.lines l USING (VALUES (9, 'a')) s(id, region) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, quantity = 7;
SET search_path = merged, public;
SELECT * FROM shop();
\c -
SELECT merged.move(9, 'b', 6);
SET search_path = merged, public;
SELECT * FROM shop();
\c -
MERGE INTO merged.lines l USING (VALUES (9, 'a', 5), (10, 'b', 1)) s(id, region, quantity) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, quantity = s.quantity
  WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.region, 5, 2, s.quantity, 7);
SET search_path = merged, public;
SET client_min_messages = warning;
SELECT * FROM shop();

-- however it is run, whatever its columns are called, and beside what it does to other tables
ALTER TABLE lines ADD COLUMN deleted_at timestamptz, ADD COLUMN inserted_at timestamptz;
CREATE TABLE log (n int);
CREATE FUNCTION move_sql(line int, target text, pieces int) RETURNS void LANGUAGE sql AS $$
  MERGE INTO merged.lines l USING (VALUES (line)) s(id) ON l.id = s.id
    WHEN MATCHED AND l.deleted_at IS NULL THEN UPDATE SET region = target, quantity = pieces, inserted_at = now();
$$;
CREATE OR REPLACE FUNCTION move(line int, target text, pieces int) RETURNS void
  LANGUAGE plpgsql SET search_path = merged AS $$ BEGIN
  MERGE INTO lines l USING (VALUES (line)) s(id) ON l.id = s.id
    WHEN MATCHED AND l.deleted_at IS NULL THEN UPDATE SET region = target, quantity = pieces, inserted_at = now();
END $$;
\c -
SELECT merged.move_sql(9, 'b', 6);
SET search_path = merged, public;
SELECT * FROM shop();
\c -
SELECT merged.move(9, 'c', 7);
SET search_path = merged, public;
SELECT * FROM shop();
\c -
DO $$ BEGIN EXECUTE $q$EXPLAIN (ANALYZE) MERGE INTO merged.lines l USING (VALUES (9)) s(id) ON l.id = s.id
  WHEN MATCHED AND l.deleted_at IS NULL THEN UPDATE SET region = 'd', quantity = 8$q$; END $$;
SET search_path = merged, public;
SELECT * FROM shop();
\c -
WITH i AS (INSERT INTO merged.log VALUES (1)), d AS (DELETE FROM merged.log)
  MERGE INTO merged.lines l USING (VALUES (9)) s(id) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = 'a', quantity = 5;
SET search_path = merged, public;
SET client_min_messages = warning;
SELECT * FROM shop();

-- with a column for what was taken; a move that changes nothing else leaves the stock
SELECT upkeep.disable_stock('lines', 'products');
SET upkeep.pause = 'order_lock';
UPDATE lines SET taken = quantity;
RESET upkeep.pause;
DELETE FROM upkeep.stock_taken WHERE order_items = 'lines'::regclass;
SELECT upkeep.enable_stock('lines', 'products', orders => 'orders', taken_column => 'taken');
MERGE INTO lines l USING (VALUES (5, 'd', 9), (9, 'c', 5), (10, 'b', 2)) s(id, region, quantity) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, quantity = s.quantity;
SELECT * FROM shop();
MERGE INTO lines l USING (VALUES (5, 'c', 8), (9, NULL, 0), (11, 'a', 3)) s(id, region, quantity) ON l.id = s.id
  WHEN MATCHED AND s.quantity = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET region = s.region, quantity = s.quantity
  WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.region, 5, 2, s.quantity, 7);
SELECT * FROM shop();
SELECT string_agg(id || '=' || taken, ' ' ORDER BY id) FROM lines WHERE taken <> quantity;

-- the triggers of others fire as they did: not for actions that the MERGE has not
CREATE TABLE fired (n int GENERATED ALWAYS AS IDENTITY, what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN INSERT INTO merged.fired (what) VALUES (tg_when || ' ' || tg_op); RETURN NULL; END $$;
CREATE TRIGGER mine_before BEFORE INSERT OR UPDATE OR DELETE ON lines FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE TRIGGER mine_after AFTER INSERT OR UPDATE OR DELETE ON lines FOR EACH STATEMENT EXECUTE FUNCTION note();
MERGE INTO lines l USING (VALUES (5, 'd')) s(id, region) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, quantity = 7;
INSERT INTO fired (what) VALUES ('and');
WITH d AS (DELETE FROM lines WHERE id = 11) MERGE INTO lines l USING (VALUES (5, 'c')) s(id, region) ON l.id = s.id
  WHEN MATCHED THEN UPDATE SET region = s.region, quantity = 6;
SELECT string_agg(what, ', ' ORDER BY n) FROM fired;
SELECT * FROM shop();
DROP TRIGGER mine_before ON lines;
DROP TRIGGER mine_after ON lines;

-- orders that a MERGE moves, by their status: they give back their stock; a paid one is not deleted by that
SELECT upkeep.disable_stock('lines', 'products'), upkeep.disable_order_lock('orders', 'lines'),
  upkeep.disable_order_totals('orders', 'lines');
CREATE TABLE sales (id int, status text, payment_completed_at timestamptz, PRIMARY KEY (id, status))
  PARTITION BY LIST (status);
CREATE TABLE sales_open PARTITION OF sales FOR VALUES IN ('pending');
CREATE TABLE sales_rest PARTITION OF sales DEFAULT;
CREATE TABLE sold (id int PRIMARY KEY, order_id int, product_id int REFERENCES products, quantity int);
SELECT upkeep.enable_stock('sold', 'products', orders => 'sales'),
  upkeep.enable_order_lock('sales', 'sold', frozen_columns => '{}');
UPDATE products SET stock_quantity = 100;
INSERT INTO sales VALUES (1, 'pending', NULL), (2, 'pending', NULL), (3, 'pending', now()), (4, 'pending', NULL);
INSERT INTO sold VALUES (1, 1, 1, 10), (2, 2, 2, 20);
MERGE INTO sales o USING (VALUES (1)) s(id) ON o.id = s.id WHEN MATCHED THEN UPDATE SET status = 'cancelled';
SELECT id, stock_quantity FROM products ORDER BY id;
MERGE INTO sales o USING (VALUES
  (1, 'pending'), (2, 'cancelled'), (3, 'shipped'), (4, NULL), (5, 'pending')) s(id, status) ON o.id = s.id
  WHEN MATCHED AND s.status IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET status = s.status
  WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.status);
SELECT id, stock_quantity FROM products ORDER BY id;
SELECT id, status FROM sales ORDER BY id;
-- a paid order that is deleted beside one that moves is still refused
SELECT state, detail ~ 'cannot be deleted' AS d
  FROM failure($$MERGE INTO sales o USING (VALUES (2, 'pending'), (3, NULL)) s(id, status) ON o.id = s.id
  WHEN MATCHED AND s.status IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET status = s.status$$);

-- diagnoses of days that a MERGE moves are stale
CREATE TABLE daily_records (shop_id int, record_date date, orders int, revenue bigint, ad_spend bigint, leads int,
  PRIMARY KEY (shop_id, record_date)) PARTITION BY RANGE (record_date);
CREATE TABLE october PARTITION OF daily_records FOR VALUES FROM ('2026-10-01') TO ('2026-11-01');
CREATE TABLE november PARTITION OF daily_records FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
CREATE TABLE weekly_diagnostics (shop_id int, week_start date, stale boolean NOT NULL DEFAULT false, issues jsonb,
  state text, week_label text, rules jsonb, facts jsonb, user_responses jsonb, input_digest text,
  UNIQUE (shop_id, week_start));
SELECT upkeep.enable_weekly_diagnostics('daily_records', 'weekly_diagnostics');
INSERT INTO daily_records VALUES (1, '2026-10-05', 1, 1, 1, 1), (2, '2026-10-05', 1, 1, 1, 1);
INSERT INTO weekly_diagnostics (shop_id, week_start) VALUES
  (1, '2026-10-05'), (1, '2026-11-23'), (1, '2026-12-21'), (2, '2026-10-05');
MERGE INTO daily_records d USING (VALUES (1)) s(id) ON d.shop_id = s.id
  WHEN MATCHED THEN UPDATE SET record_date = '2026-11-25';
SELECT shop_id, week_start, stale FROM weekly_diagnostics ORDER BY 1, 2;

-- EXPLAIN runs nothing
EXPLAIN (COSTS OFF) MERGE INTO lines_cd l USING (VALUES (5)) s(id) ON false WHEN MATCHED THEN UPDATE SET region = 'd';
SET client_min_messages = warning;
DELETE FROM upkeep.stock_taken WHERE order_items IN ('lines'::regclass, 'sold'::regclass);
DROP SCHEMA merged CASCADE;
