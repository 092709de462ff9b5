-- order_number: what a client gives as a number moves the sequence.
CREATE SCHEMA numbers;
SET search_path = numbers, public;
CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_number text NOT NULL UNIQUE);
SELECT upkeep.enable_order_number('orders');
CREATE FUNCTION next_number(target regclass DEFAULT 'orders') RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text; BEGIN EXECUTE format('INSERT INTO %s DEFAULT VALUES RETURNING order_number', target) INTO result;
RETURN result; END $$;

-- every way to write one
INSERT INTO orders (order_number) VALUES ('ORD-00000001'), ('ORD-00000002');
SELECT next_number(), next_number();
INSERT INTO orders (order_number) VALUES
  (NULL), ('ORD-00000008'), (NULL), ('ORD-00000007'), (NULL) RETURNING order_number;
COPY orders (order_number) FROM stdin;
ORD-00000020
ORD-00000019
\.
SELECT next_number();
INSERT INTO orders (order_number) SELECT 'ORD-' || lpad(n::text, 8, '0') FROM generate_series(30, 32) n;
SELECT next_number();
UPDATE orders SET order_number = 'ORD-00000040' WHERE order_number = 'ORD-00000001';
SELECT next_number();
INSERT INTO orders (order_number) VALUES ('ORD-00000002')
  ON CONFLICT (order_number) DO UPDATE SET order_number = 'ORD-00000050';
SELECT next_number();
MERGE INTO orders USING (VALUES ('ORD-00000060')) s (number) ON s.number = order_number
  WHEN NOT MATCHED THEN INSERT (order_number) VALUES (s.number);
SELECT next_number();
-- a rollback leaves a gap, as the numbers that a sequence draws do
BEGIN;
INSERT INTO orders (order_number) VALUES ('ORD-00000070');
ROLLBACK;
SELECT next_number();

-- what is none of ours moves nothing
INSERT INTO orders (order_number) VALUES ('ORD-100'), ('ORD-000000100'), ('ord-00000100'), ('ORD-0000010x'),
  ('ORD--0000100'), ('A-00000100'), ('00000100'), (''),
  ('ORD-9223372036854775807'), ('ORD-9223372036854775808'), ('ORD-99999999999999999999');
SELECT next_number();
-- of more digits
INSERT INTO orders (order_number) VALUES ('ORD-99999998');
SELECT next_number(), next_number();
INSERT INTO orders (order_number) VALUES ('ORD-1234567890');
SELECT next_number();
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'order_number';

-- an import under pause: rows stay as they come, and the shop goes on behind them
BEGIN;
SET LOCAL upkeep.pause = 'order_number';
INSERT INTO orders (order_number) VALUES ('ORD-2000000000');
SELECT state, message FROM failure('INSERT INTO orders DEFAULT VALUES');
COMMIT;
SELECT next_number();

-- a sequence that was set back is found, and mended by enabling again;
-- a trigger of an older version does not see updates
SELECT setval('orders_order_number_seq', 29);
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'order_number';
SELECT next_number();
SELECT state FROM failure('SELECT next_number()');
SELECT upkeep.enable_order_number('orders');
SELECT next_number();
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'order_number';
CREATE OR REPLACE TRIGGER zz_upkeep_order_number BEFORE INSERT ON orders FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('sequence=numbers.orders_order_number_seq');
UPDATE orders SET order_number = 'ORD-2000000010' WHERE order_number = 'A-00000100';
SELECT finding FROM upkeep.check() WHERE feature = 'order_number';
INSERT INTO orders (order_number) VALUES ('ORD-2000000010') ON CONFLICT DO NOTHING;
SELECT next_number();

-- the steps of a sequence, its end, and another's sequence
CREATE TABLE stepped (order_number varchar(20) UNIQUE);
SELECT upkeep.enable_order_number('stepped', prefix => '', digits => 1);
ALTER SEQUENCE stepped_order_number_seq INCREMENT 10 MAXVALUE 100;
INSERT INTO stepped VALUES ('15');
SELECT next_number('stepped'), next_number('stepped');
INSERT INTO stepped VALUES ('95'), ('100'), ('1000');
SELECT next_number('stepped');
-- the greatest that is there, be it of 19 digits
CREATE TABLE filled (order_number text UNIQUE);
INSERT INTO filled VALUES ('ORD-00000009'), ('ORD-1000000000000000000'), ('ORD-9999999999999999999'), ('ORD-12x');
SELECT upkeep.enable_order_number('filled');
SELECT next_number('filled');

-- a shopper who has no right to the sequence, under row security
GRANT USAGE ON SCHEMA numbers TO regress_upkeep_owner, regress_upkeep_other;
GRANT CREATE ON SCHEMA numbers TO regress_upkeep_owner;
CREATE TABLE owned (order_number text UNIQUE);
-- C++ edition {
ALTER TABLE owned OWNER TO regress_upkeep_owner;
-- }
SELECT upkeep.enable_order_number('owned');
ALTER TABLE owned ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON owned USING (false) WITH CHECK (true);
GRANT INSERT ON owned TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SET search_path = '';
INSERT INTO numbers.owned VALUES ('ORD-00000007'), (NULL);
RESET ROLE;
SET search_path = numbers, public;
SELECT * FROM owned ORDER BY 1;

-- partitions, a domain, camel case
CREATE DOMAIN document AS varchar(30);
CREATE TABLE "Parted" (shop int DEFAULT 1, "orderNumber" document, UNIQUE (shop, "orderNumber"))
  PARTITION BY LIST (shop);
CREATE TABLE parted_1 PARTITION OF "Parted" FOR VALUES IN (1);
CREATE TABLE parted_2 PARTITION OF "Parted" FOR VALUES IN (2);
SELECT upkeep.enable_order_number('"Parted"', 'orderNumber', 'N', 3, 'shop');
INSERT INTO parted_1 VALUES (1, 'N007');
INSERT INTO "Parted" VALUES (2, NULL), (1, 'N020'), (1, NULL) RETURNING *;
UPDATE "Parted" SET shop = 2, "orderNumber" = 'N030' WHERE "orderNumber" = 'N007';
INSERT INTO "Parted" DEFAULT VALUES RETURNING *;
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'order_number';

\set VERBOSITY terse
SET client_min_messages = warning;
DROP SCHEMA numbers CASCADE;
