-- order_number: numbers per tenant, numbers without gaps, integer columns.
CREATE SCHEMA counters;
SET search_path = counters, public;
CREATE FUNCTION counted(target regclass DEFAULT NULL) RETURNS text LANGUAGE sql
  SET search_path = counters, pg_catalog AS $$
  SELECT string_agg(format('%s%s=%s', CASE WHEN target IS NULL THEN c.orders || ' ' END, c.tenant, c.last_number), ', '
    ORDER BY c.orders::text COLLATE "C", c.tenant)
  FROM upkeep.order_counters c
  WHERE c.orders = target OR target IS NULL AND c.orders IN (SELECT oid FROM pg_class
    WHERE relnamespace = 'counters'::regnamespace)
$$;
-- what it needs
CREATE TABLE orders (shop_id int, id int GENERATED ALWAYS AS IDENTITY, order_number text, note text);
SELECT * FROM failure($$SELECT upkeep.enable_order_number('orders', per_tenant => true)$$);
SELECT * FROM failure($$SELECT upkeep.enable_order_number('orders', tenant_column => 'shop_id', per_tenant => true)$$);
SELECT * FROM failure($$SELECT upkeep.enable_order_number('orders', gapless => true)$$);
SELECT * FROM failure($$SELECT upkeep.enable_order_number('orders', gapless => NULL)$$);
CREATE UNIQUE INDEX by_shop ON orders (shop_id, order_number);
ALTER TABLE orders ADD CONSTRAINT alone UNIQUE (order_number);
SELECT * FROM failure($$SELECT upkeep.enable_order_number('orders', tenant_column => 'shop_id', per_tenant => true)$$);
ALTER TABLE orders DROP CONSTRAINT alone;
CREATE UNIQUE INDEX alone ON orders (order_number) WHERE note IS NULL;
SELECT * FROM failure($$SELECT upkeep.enable_order_number('orders', tenant_column => 'shop_id', per_tenant => true)$$);
DROP INDEX alone;
SELECT * FROM failure($$SELECT upkeep.enable_order_number('orders', tenant_column => 'shop', per_tenant => true)$$);
CREATE TABLE loose (shop numeric, order_number text, UNIQUE (shop, order_number));
SELECT * FROM failure($$SELECT upkeep.enable_order_number('loose', tenant_column => 'shop', per_tenant => true)$$);
DROP TABLE loose;

-- after the numbers that are there
INSERT INTO orders (shop_id, order_number) VALUES (1, 'ORD-00000041'), (1, 'ORD-7'), (2, 'own'), (NULL, 'ORD-00000003');
SELECT upkeep.enable_order_number('orders', tenant_column => 'shop_id', per_tenant => true);
SELECT counted();
SELECT feature, options, triggers, enabled FROM upkeep.managed WHERE object = 'orders'::regclass;
SELECT upkeep.export_sql('orders');
INSERT INTO orders (shop_id) VALUES (1), (2), (1), (3), (NULL), (2) RETURNING shop_id, order_number;
SELECT counted('orders');
SELECT to_regclass('orders_order_number_seq');
-- a rollback leaves no gap: of a savepoint, of an error that is caught, of a statement, of a transaction
BEGIN;
INSERT INTO orders (shop_id) VALUES (1) RETURNING order_number;
SAVEPOINT a;
INSERT INTO orders (shop_id) VALUES (1), (4) RETURNING order_number;
SAVEPOINT b;
INSERT INTO orders (shop_id) VALUES (1), (5) RETURNING order_number;
RELEASE SAVEPOINT b;
ROLLBACK TO SAVEPOINT a;
INSERT INTO orders (shop_id) VALUES (1), (4), (5) RETURNING order_number;
SAVEPOINT c;
INSERT INTO orders (shop_id) VALUES (1) RETURNING order_number;
RELEASE SAVEPOINT c;
DO $$ BEGIN
  INSERT INTO counters.orders (shop_id) VALUES (1);
  RAISE EXCEPTION 'no';
EXCEPTION WHEN raise_exception THEN NULL;
END $$;
INSERT INTO orders (shop_id) VALUES (1) RETURNING order_number;
COMMIT;
SELECT counted('orders');
BEGIN;
INSERT INTO orders (shop_id) VALUES (1), (6);
ROLLBACK;
SELECT state FROM failure($$INSERT INTO orders (shop_id) SELECT 1 FROM generate_series(3, 0, -1) n WHERE 1 / n > 0$$);
INSERT INTO orders (shop_id) VALUES (1), (6) RETURNING order_number;
-- but what ON CONFLICT drops is one
INSERT INTO orders (shop_id, order_number) VALUES (6, NULL), (6, 'ORD-00000001') ON CONFLICT DO NOTHING
  RETURNING order_number;

-- a number that a client gives moves the counter of its tenant, forwards only
COPY orders (shop_id, order_number) FROM stdin;
7	ORD-00000007
7	ORD-00000005
8	ORD-00000100
7	ORD-9223372036854775807
\.
INSERT INTO orders (shop_id) VALUES (7), (8) RETURNING order_number;
SELECT counted('orders');
UPDATE orders SET order_number = 'ORD-00000020' WHERE order_number = 'ORD-00000005' AND shop_id = 7;
INSERT INTO orders (shop_id) VALUES (7) RETURNING order_number;
-- an order that moves to another tenant takes its number along
UPDATE orders SET shop_id = 9 WHERE order_number = 'ORD-00000020';
INSERT INTO orders (shop_id) VALUES (9), (7) RETURNING order_number;
MERGE INTO orders USING (VALUES (9, 'ORD-00000030')) s (shop, number) ON shop = shop_id AND number = order_number
  WHEN NOT MATCHED THEN INSERT (shop_id, order_number) VALUES (shop, number);
BEGIN;
INSERT INTO orders (shop_id, order_number) VALUES (9, 'ORD-00000050');
ROLLBACK;
INSERT INTO orders (shop_id) VALUES (9) RETURNING order_number;
-- what is imported under pause moves a counter that has begun; one that begins later begins after it
BEGIN;
SET LOCAL upkeep.pause = 'order_number';
INSERT INTO orders (shop_id, order_number) VALUES (9, 'ORD-00000060'), (10, 'ORD-00000010'), (10, NULL);
COMMIT;
SELECT counted('orders');
INSERT INTO orders (shop_id) VALUES (9), (10) RETURNING order_number;

-- a counter that was set back is found, and mended by enabling again; one ahead stays
UPDATE upkeep.order_counters SET last_number = 5 WHERE orders = 'orders'::regclass AND tenant IN ('[1]', '[10]');
UPDATE upkeep.order_counters SET last_number = 777 WHERE orders = 'orders'::regclass AND tenant = '[8]';
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'order_number';
SELECT upkeep.enable_order_number('orders', tenant_column => 'shop_id', per_tenant => true, gapless => true);
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'order_number';
INSERT INTO orders (shop_id) VALUES (1), (8), (10) RETURNING order_number;
-- enabled in the middle of a transaction, which may be taken back
BEGIN;
INSERT INTO orders (shop_id) VALUES (1) RETURNING order_number;
SAVEPOINT a;
SELECT upkeep.enable_order_number('orders', tenant_column => 'shop_id', per_tenant => true);
INSERT INTO orders (shop_id) VALUES (1) RETURNING order_number;
ROLLBACK TO SAVEPOINT a;
INSERT INTO orders (shop_id) VALUES (1) RETURNING order_number;
COMMIT;
CREATE UNIQUE INDEX alone ON orders (order_number) WHERE note = 'x';
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'order_number';
DROP INDEX alone;

-- renamed, truncated, disabled, dropped
ALTER TABLE orders RENAME TO sales;
INSERT INTO sales (shop_id) VALUES (1) RETURNING order_number;
TRUNCATE sales;
INSERT INTO sales (shop_id) VALUES (1) RETURNING order_number;
SELECT upkeep.disable_order_number('sales');
SELECT counted('sales') IS NOT NULL AS stays;
SELECT upkeep.enable_order_number('sales', tenant_column => 'shop_id', gapless => true);
INSERT INTO sales (shop_id) VALUES (1), (2) RETURNING order_number;
SELECT counted('sales');
SELECT upkeep.enable_order_number('sales', tenant_column => 'shop_id');
INSERT INTO sales (shop_id) VALUES (1), (2) RETURNING order_number;
BEGIN;
DROP TABLE sales;
SELECT counted();
ROLLBACK;
SELECT counted() IS NOT NULL AS is_back;
DROP TABLE sales;
SELECT counted();
-- C++ edition {
SELECT count(*) FROM upkeep.order_counters c WHERE NOT EXISTS (SELECT FROM pg_class t WHERE t.oid = c.orders);
-- }
-- a number is taken, and its table dropped, in one transaction
BEGIN;
CREATE TABLE short_lived (order_number text UNIQUE);
SELECT upkeep.enable_order_number('short_lived', gapless => true);
INSERT INTO short_lived DEFAULT VALUES RETURNING *;
DROP TABLE short_lived;
COMMIT;

-- texts and uuids as tenants, a domain, partitions, a partition written by itself, camel case
CREATE DOMAIN slug AS varchar(30);
CREATE TABLE "Parted" ("Shop" slug, year int, "orderNumber" varchar(9), UNIQUE ("Shop", year, "orderNumber"))
  PARTITION BY LIST (year);
CREATE TABLE parted_1 PARTITION OF "Parted" FOR VALUES IN (1);
CREATE TABLE parted_2 ("orderNumber" varchar(9), year int, "Shop" slug);
ALTER TABLE "Parted" ATTACH PARTITION parted_2 FOR VALUES IN (2);
SELECT upkeep.enable_order_number('"Parted"', 'orderNumber', 'N', 3, 'Shop', true);
INSERT INTO "Parted" VALUES ('a"\é', 1), ('b', 2), ('a"\é', 2) RETURNING *;
INSERT INTO parted_1 VALUES ('b', 1, 'N010');
UPDATE "Parted" SET year = 2 WHERE "orderNumber" = 'N010';
INSERT INTO parted_2 (year, "Shop") VALUES (2, 'b') RETURNING *;
SELECT counted('"Parted"');
SELECT object, finding FROM upkeep.check() WHERE feature = 'order_number';
CREATE TABLE by_uuid (tenant uuid, order_number text, UNIQUE (tenant, order_number));
INSERT INTO by_uuid VALUES ('00000000-0000-0000-0000-00000000000A', 'ORD-00000009');
SELECT upkeep.enable_order_number('by_uuid', tenant_column => 'tenant', per_tenant => true);
INSERT INTO by_uuid VALUES ('00000000-0000-0000-0000-00000000000a'), ('00000000-0000-0000-0000-00000000000b')
  RETURNING *;
SELECT counted('by_uuid');
DELETE FROM upkeep.order_counters WHERE orders = 'by_uuid'::regclass;
INSERT INTO by_uuid VALUES ('00000000-0000-0000-0000-00000000000a') RETURNING *;
-- children draw from the counter of their parent
CREATE TABLE parent (order_number text UNIQUE);
CREATE TABLE child (UNIQUE (order_number)) INHERITS (parent);
SELECT upkeep.enable_order_number('parent', gapless => true);
INSERT INTO child DEFAULT VALUES RETURNING *;
INSERT INTO parent DEFAULT VALUES RETURNING *;

-- integers
CREATE TABLE whole (number int UNIQUE, big bigint UNIQUE, small smallint UNIQUE,
  mine int GENERATED BY DEFAULT AS IDENTITY UNIQUE);
SELECT c, f.* FROM unnest('{number,small,mine}'::name[], '{ORD-,"",""}'::text[]) t(c, p),
  failure(format('SELECT upkeep.enable_order_number(''whole'', %L, %L)', c, p)) f;
INSERT INTO whole (number) VALUES (6), (-3);
SELECT upkeep.enable_order_number('whole', 'number', '');
INSERT INTO whole DEFAULT VALUES RETURNING number;
COPY whole (number) FROM stdin;
70
12
-5
\.
INSERT INTO whole DEFAULT VALUES RETURNING number;
SELECT object, finding FROM upkeep.check() WHERE feature = 'order_number';
SELECT setval('whole_number_seq', 3);
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'order_number';
SELECT upkeep.enable_order_number('whole', 'number', '');
UPDATE whole SET number = 90 WHERE number = 70;
INSERT INTO whole DEFAULT VALUES RETURNING number;
SELECT setval('whole_number_seq', 2147483646);
INSERT INTO whole DEFAULT VALUES RETURNING number;
SELECT * FROM failure($$INSERT INTO whole DEFAULT VALUES$$);
SELECT upkeep.enable_order_number('whole', 'big', '', gapless => true);
INSERT INTO whole (number, big) VALUES (1, 9223372036854775807), (2, 4), (3, NULL) RETURNING big;
CREATE TABLE last (big bigint UNIQUE);
SELECT upkeep.enable_order_number('last', 'big', '', gapless => true);
INSERT INTO last VALUES (9223372036854775806) RETURNING big;
INSERT INTO last VALUES (NULL) RETURNING big;
SELECT * FROM failure($$INSERT INTO last VALUES (NULL)$$);
CREATE TABLE tens (shop int, number int UNIQUE, UNIQUE (shop, number));
SELECT * FROM failure($$SELECT upkeep.enable_order_number('tens', 'number', '', 1, 'shop', true)$$);
ALTER TABLE tens DROP CONSTRAINT tens_number_key;
SELECT upkeep.enable_order_number('tens', 'number', '', tenant_column => 'shop', per_tenant => true);
INSERT INTO tens VALUES (1, NULL), (2, NULL), (1, NULL), (2, 10), (2, NULL) RETURNING *;
INSERT INTO tens VALUES (1, 2147483647);
SELECT * FROM failure($$INSERT INTO tens VALUES (1)$$);

-- a shopper who has no right to anything but INSERT, under row security and a hostile search_path
GRANT USAGE ON SCHEMA counters TO regress_upkeep_owner, regress_upkeep_other;
GRANT CREATE ON SCHEMA counters TO regress_upkeep_owner;
CREATE TABLE owned (shop int, order_number text, UNIQUE (shop, order_number));
INSERT INTO owned VALUES (2, 'ORD-00000004');
-- C++ edition {
ALTER TABLE owned OWNER TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
-- }
SELECT upkeep.enable_order_number('owned', tenant_column => 'shop', per_tenant => true);
-- C++ edition {
SELECT * FROM public.failure($$SELECT FROM upkeep.order_counters$$);
RESET ROLE;
-- }
INSERT INTO owned VALUES (5, 'ORD-00000008');
DELETE FROM upkeep.order_counters WHERE orders = 'owned'::regclass;
ALTER TABLE owned ENABLE ROW LEVEL SECURITY;
-- C++ edition {
ALTER TABLE owned FORCE ROW LEVEL SECURITY;
-- }
CREATE POLICY mine ON owned USING (false) WITH CHECK (true);
GRANT INSERT ON owned TO regress_upkeep_other;
CREATE SCHEMA counters_hostile;
CREATE TABLE counters_hostile.order_counters ();
CREATE FUNCTION counters_hostile.max(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT -1';
CREATE FUNCTION counters_hostile.starts_with(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
GRANT USAGE ON SCHEMA counters_hostile TO PUBLIC;
SET ROLE regress_upkeep_other;
SET search_path = counters_hostile, pg_catalog;
INSERT INTO counters.owned VALUES (1, NULL), (2, NULL), (5, NULL), (2, 'ORD-00000010'), (2, NULL);
RESET ROLE;
SET search_path = counters, public;
SELECT * FROM owned ORDER BY 1, 2;
SELECT counted('owned');
-- a trigger made by hand says what the function needs
CREATE TABLE hand (shop int, order_number text, UNIQUE (shop, order_number));
CREATE TRIGGER hand BEFORE INSERT ON hand FOR EACH ROW EXECUTE FUNCTION upkeep.order_number('per_tenant=true');
SELECT * FROM failure($$INSERT INTO hand VALUES (1)$$);
CREATE OR REPLACE TRIGGER hand BEFORE INSERT ON hand FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('per_tenant=yes', 'tenant_column=shop');
SELECT * FROM failure($$INSERT INTO hand VALUES (1)$$);
CREATE OR REPLACE TRIGGER hand BEFORE INSERT ON hand FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('per_tenant=true', 'tenant_column=shop');
INSERT INTO hand VALUES (1), (1) RETURNING *;
-- a snapshot that is older than the counter
BEGIN ISOLATION LEVEL SERIALIZABLE;
INSERT INTO hand VALUES (1), (2) RETURNING *;
COMMIT;

\set VERBOSITY terse
SET client_min_messages = warning;
DROP SCHEMA counters, counters_hostile CASCADE;
-- C++ edition {
SELECT count(*) FROM upkeep.order_counters c WHERE NOT EXISTS (SELECT FROM pg_class t WHERE t.oid = c.orders);
-- }
