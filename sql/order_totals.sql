-- order_totals: the total of an order is the sum of its lines, whoever writes them, and whatever the client says.
CREATE SCHEMA totalled;
GRANT USAGE, CREATE ON SCHEMA totalled TO regress_upkeep_owner;
SET search_path = totalled, public;
SET client_min_messages = warning;
CREATE TABLE orders (id int PRIMARY KEY, total_amount numeric(10,2), note text);
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders ON DELETE CASCADE ON UPDATE CASCADE,
  quantity int DEFAULT 1, price_snapshot numeric(12,4), name text);
RESET client_min_messages;
INSERT INTO orders VALUES (1, 5), (2, NULL);
-- what enabling says, and what it makes
SELECT upkeep.enable_order_totals('orders', 'order_items');
CREATE INDEX ON order_items (order_id);
CALL upkeep.repair_order_totals('orders', 'order_items');
SELECT object, options, triggers FROM upkeep.managed WHERE object::text IN ('orders', 'order_items')
  ORDER BY object::text COLLATE "C", trigger;
-- totals(): what the orders say, and a mark at those that do not say the sum of their lines
CREATE FUNCTION totals(orders text DEFAULT 'orders', lines text DEFAULT 'order_items') RETURNS text
  LANGUAGE plpgsql AS $$
DECLARE result text; BEGIN
  EXECUTE format('SELECT string_agg(o.id || ''='' || coalesce(o.total_amount::text, ''NULL'')
      || CASE WHEN o.total_amount IS DISTINCT FROM coalesce(
        (SELECT sum(round(coalesce(l.price_snapshot * l.quantity, 0), 2)) FROM %s l WHERE l.order_id = o.id), 0)
      THEN '' WRONG'' ELSE '''' END, ''  '' ORDER BY o.id)
    FROM %s o', lines, orders) INTO result;
  RETURN result; END $$;
SELECT totals();

-- every way to write a line; each is rounded by itself: 3 x 0.335 is 1.01
INSERT INTO order_items VALUES
  (1, 1, 3, 0.335), (2, 1, 3, 0.335), (3, 2, 2, 10), (4, NULL, 1, 99), (5, 2, 1, NULL), (6, 2, NULL, 5);
SELECT totals();
UPDATE order_items SET quantity = 4 WHERE id = 1;
SELECT totals();
UPDATE order_items SET order_id = 2 WHERE id = 2;
SELECT totals() AS moved;
UPDATE order_items SET order_id = NULL WHERE id = 2;
SELECT totals() AS moved_away;
UPDATE order_items SET order_id = 2 WHERE id IN (2, 4);
SELECT totals() AS adopted;
DELETE FROM order_items WHERE id IN (2, 4, 5, 6);
SELECT totals();
WITH o AS (INSERT INTO orders VALUES (3, 1000) RETURNING id) INSERT INTO order_items SELECT 10 + g, o.id, g, 1.5
  FROM o, generate_series(1, 4) g;
SELECT totals() AS one_statement;
WITH l AS (INSERT INTO order_items VALUES (20, 4, 1, 7)) INSERT INTO orders VALUES (4, 1000);
SELECT totals() AS lines_first;
INSERT INTO order_items VALUES (20, 4, 2, 7), (21, 4, 1, 1) ON CONFLICT (id) DO UPDATE SET quantity = excluded.quantity;
SELECT totals() AS upsert;
INSERT INTO orders VALUES (4, 12345), (5, 12345)
  ON CONFLICT (id) DO UPDATE SET total_amount = excluded.total_amount, note = 'again';
SELECT totals() AS upsert_of_orders;
MERGE INTO order_items l USING (VALUES (20, 5), (21, 0), (22, 3)) s (id, quantity) ON l.id = s.id
  WHEN MATCHED AND s.quantity = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET quantity = s.quantity
  WHEN NOT MATCHED THEN INSERT VALUES (s.id, 5, s.quantity, 2);
SELECT totals() AS merge;
COPY order_items (id, order_id, quantity, price_snapshot) FROM stdin;
30	5	1	0.005
31	5	1	0.004
\.
SELECT totals() AS copy;
INSERT INTO order_items SELECT 1000 + g, 1 + g % 5, 1 + g % 3, g / 100.0 FROM generate_series(1, 500) g;
SELECT totals() AS many;
UPDATE order_items SET order_id = 6 - order_id WHERE id > 1000;
SELECT totals() AS all_moved;
DELETE FROM order_items WHERE id > 1000;
SELECT totals();
-- what is no change of a total writes no order
CREATE FUNCTION count_writes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE NOTICE 'writes %',
    (SELECT coalesce(string_agg(id || ':' || total_amount, ' ' ORDER BY id), 'nothing') FROM written);
  RETURN NULL; END $$;
CREATE TRIGGER writes AFTER UPDATE ON orders REFERENCING NEW TABLE AS written FOR EACH STATEMENT
  EXECUTE FUNCTION count_writes();
UPDATE order_items SET quantity = quantity;
UPDATE order_items SET name = 'x';
UPDATE order_items SET quantity = 2, price_snapshot = 5 WHERE id = 3;
UPDATE order_items SET quantity = 1, price_snapshot = 20 WHERE id = 3;
INSERT INTO order_items VALUES (40, 1, 0, 5);
DELETE FROM order_items WHERE false;
DROP TRIGGER writes ON orders;

-- a total that the client writes
UPDATE orders SET total_amount = 0.01, note = 'forged' WHERE id IN (1, 2);
UPDATE orders SET total_amount = NULL WHERE id = 3;
UPDATE orders SET total_amount = total_amount + 1;
SELECT totals();
INSERT INTO orders VALUES (6, 99.99), (7, NULL), (8, 'NaN') RETURNING id, total_amount;
UPDATE orders SET id = 60 WHERE id = 5;
SELECT totals() AS cascaded;
UPDATE orders SET id = 5, total_amount = 3 WHERE id = 60;
SELECT totals();
-- cascade
DELETE FROM orders WHERE id IN (3, 7, 8);
SELECT totals(), (SELECT count(*) FROM order_items WHERE order_id = 3) AS lines_of_3;

-- too large, not a number, infinite
SELECT * FROM failure('INSERT INTO order_items VALUES (50, 6, 1, 1), (51, 1, 100000, 99999), (52, 2, 100000, 99999)');
SELECT * FROM failure('UPDATE order_items SET price_snapshot = ''NaN'' WHERE id = 1');
ALTER TABLE order_items ALTER price_snapshot TYPE numeric;
SELECT * FROM failure('UPDATE order_items SET price_snapshot = ''-Infinity'' WHERE id = 1');
INSERT INTO order_items VALUES (53, 6, 1, 99999999.994);
SELECT * FROM failure('UPDATE order_items SET price_snapshot = 99999999.995 WHERE id = 53');
SELECT * FROM failure('INSERT INTO order_items SELECT 2000 + g, 6, 1, 1 FROM generate_series(1, 5) g');
DELETE FROM order_items WHERE id = 53;
BEGIN;
SET LOCAL upkeep.pause = 'order_totals';
UPDATE order_items SET price_snapshot = 99999999.99, quantity = 2 WHERE id = 1;
SET LOCAL upkeep.pause = '';
SELECT * FROM failure('UPDATE orders SET total_amount = 3 WHERE id = 1');
SELECT * FROM failure('CALL upkeep.repair_order_totals(''orders'', ''order_items'')');
ROLLBACK;
SELECT totals();

-- paused, replicated; found and repaired
BEGIN;
SET LOCAL upkeep.pause = 'order_totals';
INSERT INTO order_items VALUES (60, 1, 1, 100);
UPDATE orders SET total_amount = 77 WHERE id = 2;
INSERT INTO orders VALUES (9, 78);
SET LOCAL upkeep.pause = '';
UPDATE orders SET note = 'paid' WHERE id = 1;
SELECT totals();
SELECT * FROM upkeep.check_orders('orders', 'order_items');
CALL upkeep.repair_order_totals('orders', 'order_items');
SELECT * FROM upkeep.check_orders('orders', 'order_items');
SELECT totals();
COMMIT;
TRUNCATE order_items;
SELECT totals() AS truncated;

-- columns that were renamed or dropped
INSERT INTO order_items VALUES (1, 1, 2, 5);
ALTER TABLE order_items DROP COLUMN name;
ALTER TABLE orders DROP COLUMN note, ADD COLUMN added int DEFAULT 5;
INSERT INTO order_items VALUES (2, 2, 2, 6);
SELECT totals();
ALTER TABLE order_items RENAME COLUMN price_snapshot TO price;
SELECT * FROM failure('INSERT INTO order_items VALUES (3, 1, 1, 1)');
SELECT upkeep.enable_order_totals('orders', 'order_items', price_column => 'price');
INSERT INTO order_items VALUES (3, 1, 1, 1);
ALTER TABLE order_items DROP COLUMN quantity;
SELECT * FROM failure('INSERT INTO order_items VALUES (4, 1, 1)');
SELECT id, total_amount FROM orders WHERE id = 1;
SELECT * FROM failure($$SELECT upkeep.enable_order_totals('orders', 'order_items', price_column => 'price',
  quantity_column => 'pieces')$$);
ALTER TABLE order_items RENAME COLUMN price TO price_snapshot;
ALTER TABLE orders RENAME TO purchases;
SELECT * FROM failure('DELETE FROM order_items WHERE id = 4');
ALTER TABLE purchases RENAME TO orders;
ALTER TABLE order_items ADD COLUMN quantity int DEFAULT 1;
SELECT upkeep.enable_order_totals('orders', 'order_items');
CALL upkeep.repair_order_totals('orders', 'order_items');
SELECT DISTINCT options FROM upkeep.managed WHERE object = 'order_items'::regclass;
DELETE FROM order_items WHERE id = 4;
SELECT totals();

-- what enabling refuses
CREATE TABLE odd (id text PRIMARY KEY, order_id text, total_amount text, g int,
  total numeric GENERATED ALWAYS AS (g) STORED, price_snapshot float8, p numeric, quantity int);
CREATE TABLE odd_items (order_id text, quantity int, price_snapshot numeric);
CREATE TABLE other_items (LIKE order_items);
CREATE TABLE bare (id int PRIMARY KEY, total_amount numeric);
CREATE VIEW shown AS SELECT * FROM orders;
SELECT c, f.* FROM unnest(ARRAY[$$'odd', 'order_items'$$, $$'odd', 'odd_items'$$,
  $$'odd', 'odd_items', total_column => 'total'$$, $$'bare', 'odd'$$, $$'bare', 'order_items'$$, $$'orders', 'odd'$$,
  $$'orders', 'order_items', total_column => 'sum'$$,
  $$'orders', 'order_items', tenant_column => 'shop'$$, $$'orders', 'order_items', price_column => 'p'$$,
  $$'orders', 'orders'$$, $$'shown', 'order_items'$$, $$'orders', NULL$$,
  $$'orders', 'order_items', NULL$$, $$'orders', 'other_items'$$]) c,
  failure(format('SELECT upkeep.enable_order_totals(%s)', c)) f;
ALTER TABLE odd ADD COLUMN order_no int;
SELECT * FROM failure($$SELECT upkeep.enable_order_totals('bare', 'odd', order_column => 'order_no')$$);
SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
  WHERE relname IN ('odd', 'bare', 'odd_items', 'other_items') AND tgname LIKE '%order_total%';
-- plain CREATE TRIGGER: wrong ones, then right ones
CREATE TRIGGER bad AFTER INSERT ON other_items FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_total('orders=totalled.orders');
SELECT state, message, hint FROM failure('INSERT INTO other_items VALUES (1, 1)');
DROP TRIGGER bad ON other_items;
CREATE TRIGGER bad AFTER INSERT ON other_items FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.order_total('orders=totalled.orders');
SELECT state, message FROM failure('INSERT INTO other_items VALUES (1, 1)');
DROP TRIGGER bad ON other_items;
CREATE TRIGGER bad AFTER INSERT ON other_items REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.order_total();
SELECT * FROM failure('INSERT INTO other_items VALUES (1, 1)');
DROP TRIGGER bad ON other_items;
CREATE TABLE plain_orders (id int PRIMARY KEY, total_amount numeric(10,2) DEFAULT 0);
CREATE TRIGGER plain AFTER INSERT ON other_items REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.order_total('orders=plain_orders');
INSERT INTO plain_orders VALUES (1), (2);
INSERT INTO other_items (id, order_id, price_snapshot, quantity) VALUES (1, 1, 3, 4), (2, 77, 1, 1), (3, NULL, 1, 1);
SELECT totals('plain_orders', 'other_items');
-- without a foreign key an order may come behind its lines
CREATE TRIGGER plain BEFORE INSERT OR UPDATE ON plain_orders FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_total('order_items=other_items');
INSERT INTO plain_orders VALUES (77, 5), (78, 5);
SELECT totals('plain_orders', 'other_items');
SELECT upkeep.disable_order_totals('plain_orders');
SELECT count(*) FROM upkeep.managed WHERE object::text IN ('plain_orders', 'other_items');
-- a deferrable foreign key does not rule that out
ALTER TABLE other_items ADD FOREIGN KEY (order_id) REFERENCES plain_orders DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON other_items (order_id);
SELECT upkeep.enable_order_totals('plain_orders', 'other_items');
BEGIN;
INSERT INTO other_items (id, order_id, price_snapshot, quantity) VALUES (4, 90, 2, 2);
INSERT INTO plain_orders VALUES (90, 1), (91, 1);
COMMIT;
SELECT totals('plain_orders', 'other_items');
CALL upkeep.repair_order_totals('plain_orders', 'other_items');
SELECT totals('plain_orders', 'other_items');

-- totals of other types and scales
CREATE DOMAIN money_amount AS numeric(12,2) CHECK (VALUE >= 0);
CREATE TABLE t_orders (id uuid PRIMARY KEY, cents bigint, thousandths numeric(10,3), free numeric, small smallint,
  hundreds numeric(4,-2), positive money_amount);
CREATE TABLE t_items (id int PRIMARY KEY, order_id uuid REFERENCES t_orders, qty numeric(8,3), price numeric);
CREATE INDEX ON t_items (order_id);
INSERT INTO t_items VALUES (0, NULL, 1, 1);
CREATE PROCEDURE try_type(total name) LANGUAGE plpgsql AS $$ DECLARE line text; BEGIN
  PERFORM upkeep.enable_order_totals('t_orders', 't_items', total_column => total, quantity_column => 'qty',
    price_column => 'price');
  INSERT INTO t_orders (id) VALUES ('00000000-0000-0000-0000-00000000000a');
  EXECUTE format('SELECT %I FROM t_orders', total) INTO line;
  RAISE NOTICE '% starts at %', total, line;
  INSERT INTO t_items VALUES (1, '00000000-0000-0000-0000-00000000000a', 1.5, 0.001),
    (2, '00000000-0000-0000-0000-00000000000a', 2.500, 33.33), (3, '00000000-0000-0000-0000-00000000000a', 1, 66.6665);
  EXECUTE format('SELECT %I FROM t_orders', total) INTO line;
  RAISE NOTICE '% is %', total, line;
  EXECUTE format('UPDATE t_orders SET %I = 7', total);
  EXECUTE format('SELECT %I FROM t_orders', total) INTO line;
  RAISE NOTICE '% stays %', total, line;
  BEGIN
    UPDATE t_items SET price = 1e19 WHERE id = 2;
    RAISE NOTICE '% holds 1e19', total;
  EXCEPTION WHEN numeric_value_out_of_range THEN RAISE NOTICE '% %', SQLSTATE, SQLERRM;
  END;
  BEGIN
    UPDATE t_items SET price = 'NaN' WHERE id = 2;
  EXCEPTION WHEN OTHERS THEN RAISE NOTICE '% %', SQLSTATE, SQLERRM;
  END;
  BEGIN
    UPDATE t_items SET price = -100 WHERE id = 2;
    EXECUTE format('SELECT %I FROM t_orders', total) INTO line;
    RAISE NOTICE '% is %', total, line;
  EXCEPTION WHEN OTHERS THEN RAISE NOTICE '% %', SQLSTATE, SQLERRM;
  END;
  DELETE FROM t_items WHERE id > 0;
  DELETE FROM t_orders;
  PERFORM upkeep.disable_order_totals('t_orders', 't_items');
END $$;
CALL try_type('cents');
CALL try_type('thousandths');
CALL try_type('free');
CALL try_type('small');
CALL try_type('hundreds');
CALL try_type('positive');
SELECT upkeep.disable_order_totals('t_orders', 't_items'), upkeep.disable_order_totals('t_orders');

-- keys of (tenant, order), of other types, quoted names
CREATE TABLE "Shop Orders" (shop int, "No." bigint, "Sum" bigint, PRIMARY KEY (shop, "No."));
CREATE TABLE "Shop Lines" (id int, "Order, No" int, shop int, price int, quantity smallint,
  FOREIGN KEY (shop, "Order, No") REFERENCES "Shop Orders");
SELECT upkeep.enable_order_totals('"Shop Orders"', '"Shop Lines"', 'Order, No', 'No.', 'Sum', price_column => 'price',
  tenant_column => 'shop');
CREATE INDEX ON "Shop Lines" (shop, "Order, No");
SELECT upkeep.enable_order_totals('"Shop Orders"', '"Shop Lines"', 'Order, No', 'No.', 'Sum', price_column => 'price',
  tenant_column => 'shop');
INSERT INTO "Shop Orders" VALUES (1, 1), (1, 2), (2, 1), (2, 2);
INSERT INTO "Shop Lines" VALUES
  (1, 1, 1, 2000000000, 4), (2, 1, 2, 5, 1), (3, 2, 2, 6, 2), (4, NULL, 2, 6, 2), (5, 3, NULL, 6, 2);
UPDATE "Shop Orders" SET "Sum" = 3 WHERE shop = 2;
SELECT * FROM "Shop Orders" ORDER BY 1, 2;
UPDATE "Shop Lines" SET shop = 1 WHERE id = 3;
SELECT * FROM "Shop Orders" ORDER BY 1, 2;
INSERT INTO "Shop Lines" SELECT g, 1 + g % 2, 1 + g % 2, 1, 1 FROM generate_series(10, 59) g;
SELECT * FROM "Shop Orders" ORDER BY 1, 2;
BEGIN;
SET LOCAL upkeep.pause = 'all';
UPDATE "Shop Lines" SET price = 0 WHERE shop = 2;
SELECT * FROM upkeep.check_orders('"Shop Orders"', '"Shop Lines"');
CALL upkeep.repair_order_totals('"Shop Orders"', '"Shop Lines"');
SELECT * FROM "Shop Orders" ORDER BY 1, 2;
ROLLBACK;
SELECT * FROM failure('UPDATE "Shop Lines" SET price = 2147483647, quantity = 32767 WHERE shop = 1');
UPDATE "Shop Lines" SET price = 1, quantity = 1;
ALTER TABLE "Shop Orders" ALTER "Sum" TYPE int;
SELECT * FROM failure('UPDATE "Shop Lines" SET price = 2147483647, quantity = 32767 WHERE shop = 1');
TRUNCATE "Shop Lines";
SELECT * FROM "Shop Orders" ORDER BY 1, 2;

-- partitions of both: statements aimed at the root and at a partition, rows that move, a partition truncated
CREATE TABLE p_orders (id int, year int, total_amount numeric(10,2), PRIMARY KEY (id, year)) PARTITION BY LIST (year);
CREATE TABLE p_orders_1 PARTITION OF p_orders FOR VALUES IN (2025);
CREATE TABLE p_orders_2 PARTITION OF p_orders FOR VALUES IN (2026);
CREATE TABLE p_items (id int, order_id int, quantity int, price_snapshot numeric(10,2), region text)
  PARTITION BY LIST (region);
CREATE TABLE p_items_a PARTITION OF p_items FOR VALUES IN ('a');
CREATE TABLE p_items_b (region text, gone int, price_snapshot numeric(10,2), quantity int, order_id int, id int);
ALTER TABLE p_items_b DROP COLUMN gone;
ALTER TABLE p_items ATTACH PARTITION p_items_b FOR VALUES IN ('b');
CREATE INDEX ON p_items (order_id);
SELECT upkeep.enable_order_totals('p_orders', 'p_items');
SELECT state, message FROM failure($$SELECT upkeep.enable_order_totals('p_orders', 'p_items_a')$$);
INSERT INTO p_orders VALUES (1, 2025, 9), (2, 2026, 9);
INSERT INTO p_items VALUES (1, 1, 1, 1, 'a'), (2, 1, 1, 10, 'b'), (3, 2, 1, 100, 'a'), (4, 2, 1, 1000, 'b');
SELECT totals('p_orders', 'p_items');
INSERT INTO p_items_b (id, order_id, quantity, price_snapshot, region) VALUES (5, 1, 3, 3, 'b');
UPDATE p_items_a SET quantity = 2 WHERE id = 1;
DELETE FROM p_items_b WHERE id = 4;
SELECT totals('p_orders', 'p_items') AS aimed_at_partitions;
UPDATE p_items SET region = 'b', quantity = 3 WHERE id = 1;
SELECT totals('p_orders', 'p_items') AS line_moved;
UPDATE p_orders SET year = 2026 WHERE id = 1;
SELECT totals('p_orders', 'p_items') AS order_moved;
UPDATE p_orders SET year = 2025, total_amount = 1 WHERE id = 1;
SELECT totals('p_orders', 'p_items') AS order_moved_and_forged;
TRUNCATE p_items_b;
SELECT totals('p_orders', 'p_items') AS partition_truncated;
TRUNCATE p_items;
SELECT totals('p_orders', 'p_items') AS truncated;
CREATE TABLE p_items_c PARTITION OF p_items FOR VALUES IN ('c');
INSERT INTO p_items VALUES (6, 1, 1, 7, 'c');
SELECT totals('p_orders', 'p_items') AS new_partition;
SELECT upkeep.disable_order_totals('p_orders', 'p_items');
SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
  WHERE relname LIKE 'p\_%' AND tgname LIKE '%order_total%';
-- plain inheritance
CREATE TABLE h_orders (id int PRIMARY KEY, total_amount numeric(10,2));
CREATE TABLE h_items (id int, order_id int, quantity int, price_snapshot numeric(10,2));
CREATE TABLE h_items_child () INHERITS (h_items);
CREATE TABLE h_orders_child () INHERITS (h_orders);
CREATE INDEX ON h_items (order_id);
SELECT upkeep.enable_order_totals('h_orders', 'h_items');
INSERT INTO h_orders VALUES (1, 5);
INSERT INTO h_orders_child VALUES (2, 5);
INSERT INTO h_items VALUES (1, 1, 1, 1), (2, 2, 1, 10);
INSERT INTO h_items_child VALUES (3, 1, 1, 100), (4, 2, 1, 1000);
UPDATE h_orders SET total_amount = 0;
SELECT totals('h_orders', 'h_items');
UPDATE h_items SET quantity = 2;
SELECT totals('h_orders', 'h_items');

-- C++ edition {
-- who may: a shopper without any right on the orders, behind row security
CREATE SCHEMA owned AUTHORIZATION regress_upkeep_owner;
GRANT USAGE ON SCHEMA owned TO regress_upkeep_other;
SET ROLE regress_upkeep_owner;
CREATE TABLE owned.orders (id int PRIMARY KEY, total_amount numeric(10,2));
CREATE TABLE owned.items (id int PRIMARY KEY, order_id int REFERENCES owned.orders, quantity int,
  price_snapshot numeric(10,2));
CREATE INDEX ON owned.items (order_id);
INSERT INTO owned.orders SELECT g FROM generate_series(1, 30) g;
SET client_min_messages = warning;
SELECT upkeep.enable_order_totals('owned.orders', 'owned.items');
RESET client_min_messages;
GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON owned.items TO regress_upkeep_other;
ALTER TABLE owned.orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE owned.items ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY nobody ON owned.orders USING (false);
CREATE POLICY cheap ON owned.items USING (price_snapshot < 100) WITH CHECK (true);
RESET ROLE;
INSERT INTO owned.items VALUES (1, 1, 1, 500);
SET ROLE regress_upkeep_other;
INSERT INTO owned.items VALUES (2, 1, 1, 5);
INSERT INTO owned.items SELECT 10 + g, g, 1, 7 FROM generate_series(1, 20) g;
SELECT state, message FROM failure('SELECT FROM owned.orders');
SELECT f.state, f.message FROM unnest(ARRAY['enable_order_totals(''owned.orders'', ''owned.items'')',
  'disable_order_totals(''owned.orders'')', 'check_orders(''owned.orders'', ''owned.items'')']) c,
  failure('SELECT upkeep.' || c) f;
SELECT state, message FROM failure('CALL upkeep.repair_order_totals(''owned.orders'', ''owned.items'')');
-- one's own lines do not write to another's orders
CREATE TEMP TABLE mine (id int, order_id int, quantity int, price_snapshot numeric);
CREATE TRIGGER mine AFTER INSERT ON mine REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.order_total('orders=owned.orders');
SELECT * FROM failure('INSERT INTO mine VALUES (1, 1, 1, 1)');
DROP TABLE mine;
RESET ROLE;
SELECT id, total_amount FROM owned.orders WHERE id < 4 ORDER BY id;
-- a hostile search_path
CREATE SCHEMA harm;
CREATE FUNCTION harm.no(numeric, numeric) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE FUNCTION harm.no(int, int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE FUNCTION harm.no(numeric) RETURNS numeric LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE FUNCTION harm.times(numeric, numeric) RETURNS numeric LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE FUNCTION harm.unnest(anyarray) RETURNS SETOF anyelement LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE OPERATOR harm.= (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = harm.no);
CREATE OPERATOR harm.= (LEFTARG = int, RIGHTARG = int, FUNCTION = harm.no);
CREATE OPERATOR harm.<> (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = harm.no);
CREATE OPERATOR harm.< (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = harm.no);
CREATE OPERATOR harm.* (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = harm.times);
CREATE FUNCTION harm.abs(numeric) RETURNS numeric LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE TABLE harm.pg_constraint (x int);
CREATE DOMAIN harm.numeric AS text;
GRANT USAGE ON SCHEMA harm TO PUBLIC;
SET search_path = harm, pg_catalog;
SET ROLE regress_upkeep_other;
INSERT INTO owned.items VALUES (100, 2, 1, 1);
INSERT INTO owned.items SELECT 200 + g, g, 1, 1 FROM generate_series(1, 20) g;
UPDATE owned.items SET quantity = 2 WHERE id OPERATOR(pg_catalog.=) 100;
RESET ROLE;
SET ROLE regress_upkeep_owner;
ALTER TABLE owned.orders NO FORCE ROW LEVEL SECURITY;
INSERT INTO owned.orders VALUES (50, 3);
UPDATE owned.orders SET total_amount = 3 WHERE id OPERATOR(pg_catalog.=) 2;
SELECT upkeep.enable_order_totals('owned.orders', 'owned.items');
ALTER TABLE owned.items NO FORCE ROW LEVEL SECURITY;
SELECT order_key, finding, stored, expected FROM upkeep.check_orders('owned.orders', 'owned.items') LIMIT 3;
TRUNCATE owned.items;
CALL upkeep.repair_order_totals('owned.orders', 'owned.items');
SELECT upkeep.disable_order_totals('owned.orders', 'owned.items');
SELECT upkeep.enable_order_totals('owned.orders', 'owned.items');
RESET ROLE;
SET search_path = totalled, public;
SELECT count(*) AS zero FROM owned.orders WHERE total_amount = 0;
-- tables of two owners
ALTER TABLE owned.items OWNER TO regress_upkeep_other;
SELECT * FROM failure('INSERT INTO owned.items VALUES (300, 1, 1, 1)');
SELECT * FROM failure('SELECT upkeep.enable_order_totals(''owned.orders'', ''owned.items'')');

-- }
-- totals and updated_at, touch: an order whose total moves is stamped
CREATE TABLE s_orders (id int PRIMARY KEY, total_amount numeric(10,2), updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE s_items (id int PRIMARY KEY, order_id int REFERENCES s_orders, quantity int, price_snapshot numeric(10,2),
  updated_at timestamptz DEFAULT '2020-01-01');
CREATE INDEX ON s_items (order_id);
INSERT INTO s_orders VALUES (1), (2);
SET client_min_messages = warning;
SELECT upkeep.enable_updated_at('s_orders'), upkeep.enable_updated_at('s_items'),
  upkeep.enable_touch('s_items', 's_orders'), upkeep.enable_order_totals('s_orders', 's_items');
RESET client_min_messages;
SELECT moved('s_orders', 'INSERT INTO s_items VALUES (1, 1, 1, 5)');
SELECT moved('s_orders', 'UPDATE s_orders SET total_amount = 99 WHERE id = 1') AS nothing_but_a_forged_total;
SELECT totals('s_orders', 's_items');
SELECT upkeep.disable_order_totals('orders', 'order_items');
INSERT INTO order_items (id, order_id, price_snapshot) VALUES (500, 1, 5);
UPDATE orders SET total_amount = 1 WHERE id = 1;
SELECT total_amount FROM orders WHERE id = 1;
SELECT * FROM failure($$SELECT * FROM upkeep.check_orders('orders', 'order_items')$$);
SELECT * FROM failure($$CALL upkeep.repair_order_totals('orders', 'order_items')$$);

RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA totalled CASCADE;
-- C++ edition {
DROP SCHEMA owned, harm CASCADE;
-- }
RESET client_min_messages;
