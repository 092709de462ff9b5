-- order_snapshots: what a line captures of its product, in the three modes, and that it stays.
CREATE SCHEMA snapshots;
SET search_path = snapshots, public;
CREATE TYPE size AS ENUM ('small', 'large');
CREATE DOMAIN amount AS numeric(10,2) CHECK (VALUE >= 0);
CREATE TYPE pair AS (at timestamptz, f float8);
CREATE TABLE products (
  id int PRIMARY KEY, name text NOT NULL, price numeric(10,2), active boolean, size size, tags text[],
  stamps timestamptz[], parts pair,
  small smallint, big bigint, n numeric, r real, f float8, code char(4), u uuid, made timestamptz, day date,
  local timestamp, at time, lasts interval,
  bits bytea, words tsvector, period daterange, addr inet, meta jsonb, raw json,
  doubled numeric GENERATED ALWAYS AS (n * 2) STORED,
  stock_quantity int, unit_cost numeric, "Secret note" text, internal_id int, embedding float8[]
);
INSERT INTO products VALUES
  (1, 'pen', 1.50, true, 'small', '{a,"b c"}', '{2026-01-02 03:04:05+02}', ROW('2026-01-02 03:04:05+02', 0.1), 1, 2,
   3.10, 0.1, 0.1, 'ab', '11111111-2222-3333-4444-555555555555',
   '2026-01-02 03:04:05.678+02', '2026-02-03', '2026-02-03 04:05:06', '04:05', '1 day 02:03', '\x00ff', 'a b',
   '[2026-01-01,2026-02-01)', '10.0.0.1', '{"b": [1, {"a": null}], "a": 1.10}', '{"z": 1, "a": 2}', DEFAULT, 5, 1,
   's', 7, '{1}'),
  (2, 'cup', 19.90, true, 'large', NULL, NULL, NULL, NULL, NULL, 'NaN', 'NaN', 'Infinity', NULL, NULL, 'infinity',
    '-infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '"scalar"', '[]', DEFAULT, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE lines (id int PRIMARY KEY, order_id int, product_id int, quantity int DEFAULT 1, note text,
  product_snapshot jsonb NOT NULL DEFAULT NULL, price_snapshot numeric(10,2) NOT NULL DEFAULT NULL);
SELECT upkeep.enable_order_snapshots('lines', 'products');
SELECT * FROM upkeep.managed WHERE object = 'lines'::regclass;

-- every type, and what is left out
INSERT INTO lines VALUES (1, 10, 1);
SELECT price_snapshot, jsonb_pretty(product_snapshot) FROM lines WHERE id = 1;
INSERT INTO lines VALUES (2, 10, 2) RETURNING price_snapshot, product_snapshot;
-- the same bytes whatever the session prints like
SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'SQL, DMY'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = -15;
SET bytea_output = 'escape';
INSERT INTO lines VALUES (3, 10, 1), (4, 10, 2);
RESET TimeZone; RESET DateStyle; RESET IntervalStyle; RESET extra_float_digits; RESET bytea_output;
SELECT a.id, a.product_snapshot::text = b.product_snapshot::text AS same FROM lines a
  JOIN lines b ON b.id = a.id + 2 ORDER BY 1;
-- what to_jsonb says too, where no setting plays a part
SELECT product_snapshot - '{made,local,lasts,parts,stamps,day,period}'::text[]
  = to_jsonb(p) - '{made,local,lasts,parts,stamps,day,period,doubled,bits,words,stock_quantity,unit_cost,Secret '
  'note,internal_id,embedding}'::text[] AS as_to_jsonb
FROM lines l JOIN products p ON p.id = l.product_id ORDER BY l.id;

-- verify: a price that is sent must be the product's
INSERT INTO lines (id, order_id, product_id, price_snapshot) VALUES (5, 10, 1, 1.5)
  RETURNING price_snapshot, product_snapshot ->> 'name';
SELECT * FROM failure('INSERT INTO lines (id, order_id, product_id, price_snapshot) VALUES (6, 10, 1, 0.01)');
SELECT * FROM failure('INSERT INTO lines (id, order_id, product_id, price_snapshot) VALUES (6, 10, 1, ''NaN'')');
INSERT INTO lines (id, order_id, product_id, product_snapshot) VALUES (6, 10, 1, '{"name": "forged"}')
  RETURNING product_snapshot ->> 'name';
-- enforce: it is overwritten
SELECT upkeep.enable_order_snapshots('lines', 'products', mode => 'enforce',
  snapshot_fields => '{unit_cost,name,bits,doubled,name}');
INSERT INTO lines VALUES (7, 10, 1, 1, NULL, '{"name": "forged"}', 0.01) RETURNING price_snapshot, product_snapshot;
-- fill: it is kept
SELECT upkeep.enable_order_snapshots('lines', 'products', mode => 'fill', snapshot_fields => '{name}');
INSERT INTO lines VALUES (8, 10, 1, 1, NULL, '{"name": "agreed"}', 0.01), (9, 10, 1, 1, NULL, NULL, 0.01),
  (10, 10, 1, 1, NULL, '{}', NULL) RETURNING price_snapshot, product_snapshot;
SELECT * FROM failure('INSERT INTO lines (id, product_id, price_snapshot) VALUES (11, 1, ''NaN'')');
SELECT upkeep.enable_order_snapshots('lines', 'products', snapshot_fields => '{id,name,price}',
  active_column => 'active');

-- products that are not there, no product, and no longer sold
SELECT * FROM failure('INSERT INTO lines (id, order_id, product_id) VALUES (11, 10, 99)');
SELECT * FROM failure('INSERT INTO lines (id, order_id) VALUES (11, 10)');
SELECT * FROM failure('INSERT INTO lines (id, order_id, price_snapshot) VALUES (11, 10, 5)');
SELECT *
  FROM failure('INSERT INTO lines (id, order_id, price_snapshot, product_snapshot) VALUES (11, 10, ''NaN'', ''{}'')');
INSERT INTO lines (id, order_id, price_snapshot, product_snapshot) VALUES (11, 10, 5, '{"name": "engraving"}')
  RETURNING product_id, price_snapshot, product_snapshot;
UPDATE products SET active = false WHERE id = 2;
SELECT * FROM failure('INSERT INTO lines (id, order_id, product_id) VALUES (12, 10, 2)');
UPDATE products SET active = NULL WHERE id = 2;
SELECT * FROM failure('INSERT INTO lines (id, order_id, product_id) VALUES (12, 10, 2)');
UPDATE products SET active = true WHERE id = 2;

-- what was captured stays, whatever happens to the product
UPDATE products SET price = price + 1, name = upper(name);
SELECT id, price_snapshot, product_snapshot ->> 'name' AS name FROM lines WHERE product_id IS NOT NULL ORDER BY id;
SELECT u AS change, f.state, f.message FROM unnest(ARRAY['price_snapshot = 2', 'price_snapshot = NULL',
  'product_snapshot = ''{}''', 'product_snapshot = NULL', 'order_id = 11', 'order_id = NULL', 'product_id = 2',
  'product_id = NULL, quantity = 2', 'product_id = NULL, note = ''x''',
  'product_id = NULL, price_snapshot = 2', 'price_snapshot = 1.5, quantity = 3', 'product_snapshot = product_snapshot',
  'product_snapshot = ''{"name": "pen", "id": 1, "price": 1.50}''', 'quantity = 4, note = ''y''']) u,
  failure('UPDATE lines SET ' || u || ' WHERE id = 5') f;
SELECT * FROM failure('UPDATE lines SET price_snapshot = 2 WHERE id = 5');
SELECT * FROM failure('UPDATE lines SET product_id = 2 WHERE id = 5');
SELECT id, order_id, product_id, quantity, note, price_snapshot, product_snapshot ->> 'name' AS name FROM lines
  WHERE id = 5;
UPDATE lines SET product_id = NULL WHERE id = 5 RETURNING product_id, price_snapshot;
SELECT * FROM failure('UPDATE lines SET product_id = 1 WHERE id = 5');
DELETE FROM lines WHERE id = 4;

-- an upsert cannot rewrite a line's price
INSERT INTO lines (id, order_id, product_id) VALUES (1, 10, 1)
  ON CONFLICT (id) DO UPDATE SET quantity = lines.quantity + 1 RETURNING quantity, price_snapshot;
SELECT state, message FROM failure('INSERT INTO lines (id, order_id, product_id) VALUES (1, 10, 1) '
  'ON CONFLICT (id) DO UPDATE SET price_snapshot = excluded.price_snapshot');
-- many lines at once: MERGE, COPY, INSERT ... SELECT, one CTE with the order
CREATE TABLE orders (id int PRIMARY KEY);
WITH o AS (INSERT INTO orders VALUES (20) RETURNING id) INSERT INTO lines (id, order_id, product_id)
  SELECT 20 + p.id, o.id, p.id FROM o, products p RETURNING id, order_id, price_snapshot;
MERGE INTO lines l USING (VALUES (21, 1), (31, 2)) v (id, product) ON l.id = v.id
  WHEN MATCHED THEN UPDATE SET quantity = 9
  WHEN NOT MATCHED THEN INSERT (id, order_id, product_id) VALUES (v.id, 10, v.product);
COPY lines (id, order_id, product_id, price_snapshot) FROM stdin;
41	10	1	2.50
42	10	2	\N
\.
INSERT INTO lines (id, order_id, product_id) SELECT g, 10, 1 + g % 2 FROM generate_series(100, 10099) g;
SELECT product_id, count(*), count(DISTINCT product_snapshot), min(price_snapshot), max(price_snapshot) FROM lines
  WHERE id >= 21 GROUP BY 1 ORDER BY 1;
SELECT state, message FROM failure('INSERT INTO lines (id, order_id, product_id, price_snapshot) '
  'SELECT g, 10, 1, CASE g WHEN 20500 THEN 1 END FROM generate_series(20000, 20999) g');
SELECT count(*) FROM lines WHERE id >= 20000;

-- a product that is written in the midst of the statement: the line has what was there when it came
CREATE FUNCTION reprice(product int) RETURNS int LANGUAGE plpgsql
  AS $$ BEGIN UPDATE products SET price = price + 1 WHERE id = product; RETURN product; END $$;
INSERT INTO lines (id, order_id, product_id) SELECT g, 10, reprice(1) FROM generate_series(51, 53) g
  RETURNING price_snapshot;
-- what this transaction has done and undone
BEGIN;
SAVEPOINT s;
UPDATE products SET price = 100, name = 'rolled back' WHERE id = 1;
INSERT INTO lines (id, order_id, product_id) VALUES (61, 10, 1) RETURNING price_snapshot, product_snapshot;
ROLLBACK TO s;
INSERT INTO lines (id, order_id, product_id) VALUES (61, 10, 1) RETURNING price_snapshot, product_snapshot;
COMMIT;

-- prepared before the products have another shape
PREPARE sell AS INSERT INTO lines (id, order_id, product_id) VALUES ($1, 10, 1)
  RETURNING price_snapshot, product_snapshot;
EXECUTE sell(71);
SELECT upkeep.enable_order_snapshots('lines', 'products');
ALTER TABLE products ADD COLUMN color text DEFAULT 'blue', DROP COLUMN made, DROP COLUMN parts;
ALTER TABLE products RENAME COLUMN name TO title;
INSERT INTO lines (id, order_id, product_id) VALUES (72, 10, 1)
  RETURNING product_snapshot ->> 'color', product_snapshot ->> 'title', product_snapshot ? 'made';
EXECUTE sell(73);

-- prices of other types, and what cannot be captured
CREATE TABLE wholes (id int PRIMARY KEY, cents bigint, price numeric, small smallint);
INSERT INTO wholes VALUES (1, 1999, 19.99, 19), (2, 40000, 40000.000, 1), (3, NULL, NULL, NULL), (4, 5, 'NaN', 5),
  (5, 6, 19.995, 6), (6, 7, 123456789.01, 7), (7, 8, 'Infinity', 8), (8, -32769, -5, -1);
CREATE TABLE w (id int, order_id int, product_id int, p amount, n numeric, s smallint, i int, c bigint);
CREATE FUNCTION sells(price text, target text, product int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text; said text; more text;
BEGIN
  PERFORM upkeep.enable_order_snapshots('w', 'wholes', product_price => price, price_column => target);
  EXECUTE format('INSERT INTO w (id, product_id) VALUES (1, %s) RETURNING %I', product, target) INTO got;
  RETURN got;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, more = PG_EXCEPTION_DETAIL;
  RETURN SQLSTATE || ' ' || said || ' ' || more;
END $$;
SET client_min_messages = warning;
SELECT price, target, product, sells(price, target, product)
FROM (VALUES ('cents'), ('price'), ('small')) s (price),
  (VALUES ('p'), ('n'), ('s'), ('c')) t (target), generate_series(1, 8) product ORDER BY 1, 2, 3;
RESET client_min_messages;

-- a plain CREATE TRIGGER, json in the products' order, no snapshot, no price
CREATE TABLE plain (id int, order_id int, product_id int, product_snapshot json, price_snapshot numeric(10,2));
CREATE TRIGGER zz_upkeep_order_line BEFORE INSERT OR UPDATE OR DELETE ON plain FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_line('products=products', 'snapshot_fields=price,title,id,tags');
INSERT INTO plain VALUES (1, 1, 1) RETURNING product_snapshot, price_snapshot;
UPDATE plain SET id = 2, product_snapshot = product_snapshot;
SELECT state, message FROM failure('UPDATE plain SET product_snapshot = ''{}''');
SELECT upkeep.enable_order_snapshots('plain', 'products', snapshot_column => '');
INSERT INTO plain VALUES (3, 1, 1) RETURNING product_snapshot, price_snapshot;
SELECT options FROM upkeep.managed WHERE object = 'plain'::regclass;
ALTER TABLE plain DROP COLUMN price_snapshot;
SELECT state, message, detail FROM failure('INSERT INTO plain VALUES (4, 1, 1)');
SELECT upkeep.enable_order_snapshots('plain', 'products', snapshot_fields => '{title}');
INSERT INTO plain VALUES (4, 1, 1) RETURNING product_snapshot;
SELECT upkeep.disable_order_snapshots('plain', 'wholes');
SELECT upkeep.disable_order_snapshots('plain');
SELECT upkeep.disable_order_snapshots('plain');
INSERT INTO plain VALUES (5, 1, 99);
UPDATE plain SET product_snapshot = '{}' WHERE id = 4 RETURNING product_snapshot;
-- paused
BEGIN;
SET LOCAL upkeep.pause = 'order_snapshots';
INSERT INTO lines VALUES (80, 10, 99, 1, NULL, '{}', 3);
UPDATE lines SET price_snapshot = 4 WHERE id = 80;
COMMIT;
SELECT state FROM failure('UPDATE lines SET price_snapshot = 5 WHERE id = 80');

-- a megabyte of text, and many of it: past the bound the oldest are read again
UPDATE products SET title = (SELECT string_agg(md5(g::text), '') FROM generate_series(1, 32768) g) WHERE id = 1;
INSERT INTO lines (id, order_id, product_id) SELECT 30000 + g, 10, 1 FROM generate_series(1, 3) g;
SELECT id, md5(product_snapshot ->> 'title') = (SELECT md5(title) FROM products WHERE id = 1) AS whole FROM lines
  WHERE id > 30000 ORDER BY id;

-- what is left out by its name, in a trigger of now and in one of an older version
CREATE TABLE shy (id int PRIMARY KEY, price numeric(10,2), "purchasePrice" numeric, supplier_id int, "MARGIN" numeric,
  admin_note text, wholesale numeric, unit_cost numeric);
INSERT INTO shy VALUES (1, 2, 3, 4, 5, '6', 7, 8);
CREATE TABLE shy_lines (id int PRIMARY KEY, order_id int, product_id int, product_snapshot jsonb,
  price_snapshot numeric(10,2));
SELECT upkeep.enable_order_snapshots('shy_lines', 'shy');
INSERT INTO shy_lines (id, product_id) VALUES (1, 1) RETURNING product_snapshot;
ALTER TABLE shy ADD COLUMN supplier_code text, ADD COLUMN colour text;
INSERT INTO shy_lines (id, product_id) VALUES (2, 1) RETURNING product_snapshot;
SELECT upkeep.enable_order_snapshots('shy_lines', 'shy', snapshot_fields => '{id,supplier_id}');
INSERT INTO shy_lines (id, product_id) VALUES (3, 1) RETURNING product_snapshot;
CREATE OR REPLACE TRIGGER zz_upkeep_order_line BEFORE INSERT OR UPDATE OR DELETE ON shy_lines FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_line('products=snapshots.shy');
INSERT INTO shy_lines (id, product_id) VALUES (4, 1) RETURNING product_snapshot;
CREATE OR REPLACE TRIGGER zz_upkeep_order_line BEFORE INSERT OR UPDATE OR DELETE ON shy_lines FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_line('products=snapshots.shy', 'without=');
INSERT INTO shy_lines (id, product_id) VALUES (5, 1) RETURNING product_snapshot;
SELECT upkeep.enable_order_snapshots('shy_lines', 'shy', snapshot_column => '');
