-- Order totals for writers without rights on the orders: upkeep.order_total() runs as the role that has loaded the
-- portable edition, and does nothing for them but what it is there for.
CREATE SCHEMA shop;
GRANT USAGE ON SCHEMA shop TO regress_upkeep_other;
SET search_path = shop, public;
SET client_min_messages = warning;
CREATE TABLE orders (id int PRIMARY KEY, shipping numeric(10,2) DEFAULT 0, currency text, total_amount numeric(10,2),
  lines_sum numeric(10,2));
CREATE TABLE items (id int PRIMARY KEY, order_id int REFERENCES orders, quantity int DEFAULT 1,
  price_snapshot numeric(10,2), currency text);
CREATE INDEX ON items (order_id);
SELECT upkeep.enable_order_totals('orders', 'items', total_formula => 'lines + shipping', lines_column => 'lines_sum',
  currency_column => 'currency');
INSERT INTO orders (id, shipping, currency) SELECT g, g, 'EUR' FROM generate_series(1, 30) g;
GRANT SELECT, INSERT, UPDATE, DELETE ON items TO regress_upkeep_other;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY cheap ON items USING (price_snapshot < 100) WITH CHECK (true);
CREATE VIEW wrong AS SELECT order_key, finding, stored, expected FROM upkeep.check_orders('shop.orders', 'shop.items');
-- a shopper: one order, many, lines that are hidden, lines that are deleted
INSERT INTO items VALUES (1, 1, 1, 500);
SET ROLE regress_upkeep_other;
INSERT INTO items VALUES (2, 1, 1, 5) RETURNING currency;
INSERT INTO items SELECT 10 + g, g, 2, 7 FROM generate_series(1, 20) g;
UPDATE items SET quantity = 3 WHERE id = 2;
UPDATE items SET order_id = order_id + 1 WHERE id BETWEEN 11 AND 15;
DELETE FROM items WHERE id = 30;
SELECT * FROM failure('INSERT INTO shop.items VALUES (3, 1, 1, 5, ''USD'')');
SELECT state, message FROM failure('SELECT FROM shop.orders');
RESET ROLE;
SELECT id, lines_sum, total_amount FROM orders WHERE id IN (1, 2, 6, 20, 21) ORDER BY id;
SELECT * FROM wrong;

-- what stands in the way of the names that the functions use
CREATE SCHEMA harm;
CREATE FUNCTION harm.no(numeric, numeric) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE FUNCTION harm.no(int, int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE FUNCTION harm.no(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE FUNCTION harm.twice(numeric, numeric) RETURNS numeric LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE FUNCTION harm.unnest(anyarray) RETURNS SETOF anyelement LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE FUNCTION harm.cardinality(anyarray) RETURNS int LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE OPERATOR harm.= (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = harm.no);
CREATE OPERATOR harm.= (LEFTARG = int, RIGHTARG = int, FUNCTION = harm.no);
CREATE OPERATOR harm.= (LEFTARG = text, RIGHTARG = text, FUNCTION = harm.no);
CREATE OPERATOR harm.<> (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = harm.no);
CREATE OPERATOR harm.<= (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = harm.no);
CREATE OPERATOR harm.< (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = harm.no);
CREATE OPERATOR harm.* (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = harm.twice);
CREATE OPERATOR harm.+ (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = harm.twice);
CREATE FUNCTION harm.abs(numeric) RETURNS numeric LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE TABLE harm.pg_constraint (x int);
CREATE DOMAIN harm.numeric AS pg_catalog.text;
CREATE DOMAIN harm.text AS pg_catalog.int4;
CREATE DOMAIN harm.record AS pg_catalog.int4;
GRANT USAGE ON SCHEMA harm TO PUBLIC;
SET search_path = harm, pg_catalog;
SET ROLE regress_upkeep_other;
INSERT INTO shop.items VALUES (100, 2, 1, 1);
INSERT INTO shop.items SELECT 200 + g, g, 1, 1 FROM generate_series(1, 20) g;
UPDATE shop.items SET quantity = 2 WHERE id OPERATOR(pg_catalog.=) 100;
RESET ROLE;
INSERT INTO shop.orders VALUES (50, 3);
UPDATE shop.orders SET total_amount = 3 WHERE id OPERATOR(pg_catalog.=) 2;
-- and the long way, for what no branch knows
DROP TRIGGER zz_upkeep_order_total_insert ON shop.items;
CREATE TRIGGER zz_upkeep_order_total_insert AFTER INSERT ON shop.items REFERENCING NEW TABLE AS here
  FOR EACH STATEMENT EXECUTE FUNCTION upkeep.order_total('orders=shop.orders', 'total_formula=lines + shipping',
    'lines_column=lines_sum', 'currency_column=currency');
SET ROLE regress_upkeep_other;
INSERT INTO shop.items VALUES (101, 3, 1, 1);
INSERT INTO shop.items SELECT 300 + g, g, 1, 1 FROM generate_series(1, 20) g;
UPDATE shop.items SET quantity = 3 WHERE id OPERATOR(pg_catalog.=) 101;
RESET ROLE;
SET search_path = shop, public;
SELECT * FROM wrong;
-- transition tables of another name, under a branch that knows the usual ones
SELECT upkeep.enable_order_totals('orders', 'items', total_formula => 'lines + shipping', lines_column => 'lines_sum',
  currency_column => 'currency');
SELECT replace(replace(e, 'upkeep_new', 'other'), 'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER')
  FROM upkeep.export_sql('items') e WHERE e LIKE '%total_insert %' \gexec
INSERT INTO items SELECT 400 + g, g, 1, 1 FROM generate_series(1, 20) g;
INSERT INTO items VALUES (102, 3, 1, 1);
SELECT * FROM wrong;
SELECT upkeep.refresh();

-- who may pause, and whose marks count
GRANT UPDATE ON orders TO regress_upkeep_other;
GRANT SELECT ON orders TO regress_upkeep_other;
CREATE POLICY all_of_them ON orders USING (true);
SET ROLE regress_upkeep_other;
SET upkeep.pause = 'all';
UPDATE items SET quantity = 4 WHERE id = 2;
UPDATE orders SET total_amount = 0 WHERE id = 1 RETURNING total_amount;
SET upkeep.pause = '#quiet 1 forged';
UPDATE items SET quantity = 5 WHERE id = 2;
UPDATE orders SET total_amount = 0 WHERE id = 1 RETURNING total_amount;
SET upkeep.pause = '#total 1 ';
UPDATE orders SET total_amount = 0, lines_sum = 0 WHERE id = 1 RETURNING total_amount;
RESET upkeep.pause;
RESET ROLE;
SELECT * FROM wrong;

-- tables of others: nothing of theirs runs as the role that has loaded the portable edition
GRANT CREATE ON SCHEMA shop TO regress_upkeep_other, regress_upkeep_owner;
SET ROLE regress_upkeep_other;
CREATE TABLE mine (id int, order_id int, quantity int, price_snapshot numeric);
CREATE TRIGGER mine AFTER INSERT ON mine REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.order_total('orders=shop.orders');
SELECT state, replace(message, session_user, 'portable') AS message
  FROM failure('INSERT INTO mine VALUES (1, 1, 1, 1)');
CREATE TABLE my_orders (id int PRIMARY KEY, total_amount numeric);
SELECT state, replace(message, session_user, 'portable') AS message
  FROM failure('SELECT upkeep.enable_order_totals(''my_orders'', ''mine'')');
CREATE TYPE shade AS (x int);
CREATE FUNCTION shade_to_json(shade) RETURNS json LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'run as %', current_user; END $$;
CREATE CAST (shade AS json) WITH FUNCTION shade_to_json(shade);
ALTER TABLE my_orders ADD COLUMN s shade DEFAULT ROW(1);
CREATE TRIGGER mine BEFORE INSERT OR UPDATE ON my_orders FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_total('order_items=shop.mine');
SELECT state, replace(message, session_user, 'portable') AS message
  FROM failure('INSERT INTO my_orders VALUES (1)');
-- functions that stand behind it act as whoever calls them
SELECT state, message FROM failure($$SELECT upkeep_internal.settle_orders('shop.orders', 'DELETE FROM shop.orders',
  NULL, NULL, NULL, NULL, NULL, '{1}')$$);
SELECT state, message FROM failure($$CALL upkeep.repair_order_totals('shop.orders', 'shop.items')$$);
SELECT state, message FROM failure($$SELECT upkeep.check_orders('shop.orders', 'shop.items')$$);
RESET ROLE;

-- orders that are no longer told from each other by their key all get the sum of its lines
ALTER TABLE items DROP CONSTRAINT items_order_id_fkey;
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
INSERT INTO orders (id, shipping, currency) VALUES (1, 100, 'EUR');
UPDATE items SET quantity = 6 WHERE id = 2;
SELECT lines_sum, total_amount FROM orders WHERE id = 1 ORDER BY shipping;
RESET search_path;
DROP SCHEMA shop, harm CASCADE;
