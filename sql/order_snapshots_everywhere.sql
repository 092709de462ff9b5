-- order_snapshots with partitions and moves between them, tenants, foreign keys, owners, shoppers without rights, row
-- security, a hostile search_path.
CREATE SCHEMA selling;
GRANT USAGE, CREATE ON SCHEMA selling TO regress_upkeep_owner;
GRANT USAGE ON SCHEMA selling TO regress_upkeep_other;
SET search_path = selling, public;

-- partitions with their columns in another order, dropped columns, and rows that move
CREATE TABLE products (shop int, id int, name text, price numeric(10,2), PRIMARY KEY (shop, id))
  PARTITION BY LIST (shop);
CREATE TABLE products_1 PARTITION OF products FOR VALUES IN (1);
CREATE TABLE products_2 (gone int, price numeric(10,2), name text, id int NOT NULL, shop int NOT NULL);
ALTER TABLE products_2 DROP COLUMN gone;
ALTER TABLE products ATTACH PARTITION products_2 FOR VALUES IN (2);
INSERT INTO products VALUES (1, 1, 'one', 1), (2, 1, 'two', 2);
CREATE TABLE lines (id int, shop int, order_id int, product_id int, quantity int DEFAULT 1,
  price_snapshot numeric(10,2), product_snapshot jsonb, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE lines_jan PARTITION OF lines FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE lines_feb (product_snapshot jsonb, day date NOT NULL, gone text, price_snapshot numeric(10,2),
  quantity int DEFAULT 1, product_id int, order_id int, shop int, id int);
ALTER TABLE lines_feb DROP COLUMN gone;
ALTER TABLE lines ATTACH PARTITION lines_feb FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE TABLE lines_rest PARTITION OF lines DEFAULT PARTITION BY LIST (shop);
CREATE TABLE lines_rest_1 PARTITION OF lines_rest DEFAULT;
SELECT upkeep.enable_order_snapshots('lines', 'products', tenant_column => 'shop');
INSERT INTO lines (id, shop, order_id, product_id, day) VALUES
  (1, 1, 10, 1, '2026-01-05'), (2, 2, 10, 1, '2026-02-05'), (3, 2, 10, 1, '2026-01-06'), (4, 1, 10, 1, '2026-06-01');
SELECT f.state, f.message, f.detail FROM unnest(ARRAY['3, 10, 1', 'NULL, 10, 1', '1, 10, 9']) v,
  failure('INSERT INTO lines (id, shop, order_id, product_id, day) VALUES (5, ' || v || ', ''2026-01-05'')') f;
INSERT INTO lines_feb (id, shop, order_id, product_id, day) VALUES (5, 1, 10, 1, '2026-02-07');
UPDATE products SET price = price + 10, name = 'new ' || name;
-- a line that moves is no new sale
UPDATE lines SET day = day + 31, quantity = 2 WHERE day < '2026-02-01';
UPDATE lines SET day = '2026-01-09' WHERE id = 4;
UPDATE lines SET day = '2027-01-09' WHERE id = 2;
MERGE INTO lines l USING (VALUES (5), (6)) v (id) ON l.id = v.id WHEN MATCHED THEN UPDATE SET day = '2026-01-10'
  WHEN NOT MATCHED THEN INSERT (id, shop, order_id, product_id, day) VALUES (v.id, 1, 10, 1, '2026-01-11');
SELECT tableoid::regclass, id, shop, quantity, price_snapshot, product_snapshot, day FROM lines ORDER BY id;
-- but one that is deleted and written again is
SELECT state, message FROM failure('WITH d AS (DELETE FROM lines WHERE id = 1 RETURNING *) INSERT INTO lines '
  'SELECT id, shop, order_id, product_id, quantity, price_snapshot, product_snapshot, day - 31 FROM d');
WITH d AS (DELETE FROM lines WHERE id = 1 RETURNING *) INSERT INTO lines (id, shop, order_id, product_id, day)
  SELECT id, shop, order_id, product_id, day - 31 FROM d;
SELECT price_snapshot FROM lines WHERE id = 1;
SELECT f.state, f.message FROM unnest(ARRAY['day = ''2026-02-20'', price_snapshot = 1',
  'day = ''2026-02-20'', shop = 1', 'shop = 1', 'shop = 2']) u, failure('UPDATE lines SET ' || u || ' WHERE id = 3') f;
-- a move that a trigger swallows halfway leaves nothing behind for the next insert
CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER a BEFORE DELETE ON lines_jan FOR EACH ROW EXECUTE FUNCTION swallow();
CREATE TRIGGER zzz BEFORE DELETE ON lines_feb FOR EACH ROW EXECUTE FUNCTION swallow();
UPDATE lines SET day = '2026-02-11' WHERE id = 6;
UPDATE lines SET day = '2026-01-11' WHERE id = 3;
INSERT INTO lines (id, shop, order_id, product_id, day) VALUES (7, 2, 10, 1, '2026-01-12') RETURNING price_snapshot;
SELECT state, message FROM failure(
  'INSERT INTO lines (id, shop, order_id, product_id, price_snapshot, day) VALUES (7, 2, 10, 1, 2, ''2026-01-12'')');
DROP TRIGGER a ON lines_jan; DROP TRIGGER zzz ON lines_feb;
-- a partition that comes later
CREATE TABLE lines_mar PARTITION OF lines FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
INSERT INTO lines (id, shop, order_id, product_id, day) VALUES (8, 2, 10, 1, '2026-03-12') RETURNING price_snapshot;
SELECT object, triggers FROM upkeep.managed
  WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'selling'::regnamespace);
SELECT state, message FROM failure('SELECT upkeep.disable_order_snapshots(''lines_jan'')');

-- inheritance: a child fires its own trigger
CREATE TABLE papa (id int, order_id int, product_id int, price_snapshot numeric);
CREATE TABLE child () INHERITS (papa);
CREATE TABLE goods (id int PRIMARY KEY, name text, price numeric(10,2), secret_margin numeric);
INSERT INTO goods VALUES (1, 'one', 1), (2, 'two', 2);
SELECT upkeep.enable_order_snapshots('papa', 'goods');
INSERT INTO child VALUES (1, 1, 2) RETURNING price_snapshot;

-- foreign keys: SET NULL works, also on a line with updated_at; CASCADE takes lines away
CREATE TABLE orders (id int PRIMARY KEY);
CREATE TABLE kept (id int PRIMARY KEY, order_id int REFERENCES orders ON DELETE CASCADE,
  product_id int REFERENCES goods ON DELETE SET NULL, price_snapshot numeric(10,2), product_snapshot jsonb,
  updated_at timestamptz DEFAULT '2020-01-01');
SELECT upkeep.enable_order_snapshots('kept', 'goods'), upkeep.enable_updated_at('kept');
INSERT INTO orders VALUES (1), (2);
INSERT INTO kept VALUES (1, 1, 1), (2, 1, 2), (3, 2, 2), (4, 2, 1);
DELETE FROM goods WHERE id = 2;
SELECT id, product_id, price_snapshot, product_snapshot, updated_at > '2020-01-01' AS stamped FROM kept ORDER BY id;
DELETE FROM orders WHERE id = 1;
SELECT id FROM kept;
SELECT state, message FROM failure('UPDATE goods SET id = 5 WHERE id = 1');
SELECT state FROM failure('UPDATE orders SET id = 5 WHERE id = 2');

-- a shopper who may insert lines and nothing else; the products hide from everybody
CREATE TABLE bag (id int, order_id int, product_id int, price_snapshot numeric(10,2), product_snapshot jsonb);
SELECT upkeep.enable_order_snapshots('bag', 'goods');
ALTER TABLE goods ENABLE ROW LEVEL SECURITY;
-- C++ edition {
ALTER TABLE goods FORCE ROW LEVEL SECURITY;
-- }
GRANT INSERT ON bag TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
CREATE TEMP TABLE goods (id int PRIMARY KEY, price numeric);
CREATE FUNCTION pg_temp.forged(int, int) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR pg_temp.= (FUNCTION = pg_temp.forged, LEFTARG = int, RIGHTARG = int);
SET search_path = pg_temp, selling, pg_catalog;
INSERT INTO bag VALUES (1, 1, 1);
SELECT state FROM public.failure('SELECT * FROM selling.goods');
SELECT state, message FROM public.failure('INSERT INTO selling.bag VALUES (1, 1, 7)');
RESET ROLE;
SET search_path = selling, public;
SELECT * FROM bag;
ALTER TABLE goods DISABLE ROW LEVEL SECURITY;
-- C++ edition {
ALTER TABLE goods NO FORCE ROW LEVEL SECURITY;
-- }

-- who may enable it, and whose products a trigger may read
SET ROLE regress_upkeep_owner;
SET search_path = selling, public;
CREATE TABLE mine (id int, order_id int, product_id int, price_snapshot numeric(10,2));
CREATE TABLE my_goods (id int PRIMARY KEY, name text, price numeric(10,2));
INSERT INTO my_goods VALUES (1, 'mine', 3);
SELECT * FROM failure('SELECT upkeep.enable_order_snapshots(''mine'', ''selling.goods'')');
SELECT * FROM failure('SELECT upkeep.enable_order_snapshots(''selling.bag'', ''my_goods'')');
-- C++ edition {
SELECT upkeep.enable_order_snapshots('mine', 'my_goods');
INSERT INTO mine VALUES (1, 1, 1) RETURNING price_snapshot;
CREATE TRIGGER thief BEFORE INSERT ON mine FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_line('products=selling.goods', 'mode=enforce');
SELECT state, message FROM failure('INSERT INTO mine VALUES (1, 1, 1)');
DROP TRIGGER thief ON mine;
RESET ROLE;
ALTER TABLE my_goods OWNER TO regress_upkeep_other;
SELECT state, message FROM failure('INSERT INTO mine VALUES (1, 1, 1)');
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure('SELECT upkeep.disable_order_snapshots(''selling.mine'')');
RESET ROLE;
ALTER TABLE my_goods OWNER TO regress_upkeep_owner;
INSERT INTO mine VALUES (2, 1, 1) RETURNING price_snapshot;
-- }
RESET ROLE;
