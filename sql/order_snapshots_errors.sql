-- What order_snapshots refuses when it is enabled, triggers that are misused, and tables that change behind it.
CREATE SCHEMA snapshots_refused;
SET search_path = snapshots_refused, public;
CREATE TABLE products (id int PRIMARY KEY, uid uuid, name text, price numeric(10,2), f float8, active boolean,
  g numeric GENERATED ALWAYS AS (price * 2) STORED);
CREATE TABLE lines (id int, order_id int, product_id int, product_snapshot jsonb, price_snapshot numeric(10,2), t text,
  f float8, i int GENERATED ALWAYS AS IDENTITY,
  g numeric GENERATED ALWAYS AS (price_snapshot * 2) STORED, gj jsonb GENERATED ALWAYS AS ('{}'::jsonb) STORED);
CREATE TABLE bare (product_id int, order_id int);
CREATE VIEW v AS SELECT * FROM lines;
CREATE TABLE parted (id int, order_id int, product_id int, price_snapshot numeric) PARTITION BY LIST (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
SELECT upkeep.enable_order_snapshots('lines', 'products');
SELECT upkeep.enable_order_snapshots('parted', 'products');
CREATE TABLE before_failures AS SELECT tgrelid, tgname, tgargs, tgfoid, tgenabled FROM pg_trigger
  WHERE NOT tgisinternal;
SELECT c AS call, f.state, f.message, f.detail, f.hint FROM unnest(ARRAY[
  'NULL, ''products''', '''lines'', NULL', '''lines'', ''products'', NULL', '''lines'', ''products'', mode => NULL',
  '''lines'', ''lines''', '''v'', ''products''', '''lines'', ''v''', '''parted_1'', ''products''', '0, ''products''',
  '''lines'', ''products'', mode => ''loose''', '''lines'', ''products'', ''gone''',
  '''lines'', ''products'', product_key => ''gone''', '''lines'', ''products'', order_column => ''gone''',
  '''lines'', ''products'', price_column => ''gone''',
  '''lines'', ''products'', product_price => ''gone''', '''lines'', ''products'', snapshot_column => ''gone''',
  '''lines'', ''products'', snapshot_fields => ''{name,gone}''', '''lines'', ''products'', snapshot_fields => ''{}''',
  '''lines'', ''products'', snapshot_fields => ''{NULL}''',
  '''lines'', ''products'', active_column => ''gone''', '''lines'', ''products'', active_column => ''name''',
  '''lines'', ''products'', tenant_column => ''gone''', '''lines'', ''products'', tenant_column => ''order_id''',
  '''lines'', ''products'', product_key => ''uid''', '''lines'', ''products'', product_price => ''f''',
  '''lines'', ''products'', product_price => ''name''', '''lines'', ''products'', price_column => ''f''',
  '''lines'', ''products'', price_column => ''t''',
  '''lines'', ''products'', price_column => ''g''', '''lines'', ''products'', price_column => ''i''',
  '''lines'', ''products'', snapshot_column => ''t''', '''lines'', ''products'', snapshot_column => ''gj''',
  '''bare'', ''products'''
]) c, failure('SELECT upkeep.enable_order_snapshots(' || c || ')') f;
SELECT count(*) FROM (TABLE before_failures EXCEPT SELECT tgrelid, tgname, tgargs, tgfoid, tgenabled FROM pg_trigger) d;

-- not as a trigger, or as another one
-- C++ edition {
SELECT * FROM failure('SELECT upkeep.order_line()');
-- }
CREATE TABLE misused (id int, order_id int, product_id int, price_snapshot numeric);
CREATE FUNCTION with_trigger(trigger text, arguments text,
  statement text DEFAULT 'INSERT INTO misused VALUES (1, 1, 1)') RETURNS TABLE (state text, message text, hint text)
  LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER t %s EXECUTE FUNCTION upkeep.order_line(%s)', trigger, arguments);
  RETURN QUERY SELECT f.state, f.message, f.hint FROM failure(statement) f;
  DROP TRIGGER t ON misused;
END $$;
INSERT INTO products VALUES (1, NULL, 'pen', 1.50, NULL, true);
SELECT w.* FROM (VALUES ('AFTER INSERT ON misused FOR EACH ROW', '''products=products'''),
  ('BEFORE INSERT ON misused', '''products=products'''), ('BEFORE INSERT ON misused FOR EACH ROW', ''),
  ('BEFORE INSERT ON misused FOR EACH ROW', '''products'''),
  ('BEFORE INSERT ON misused FOR EACH ROW', '''products=nowhere.gone'''),
  ('BEFORE INSERT ON misused FOR EACH ROW', '''products=products'', ''mode=loose'''),
  ('BEFORE INSERT ON misused FOR EACH ROW', '''products=products'', ''price=x'''),
  ('BEFORE INSERT ON misused FOR EACH ROW', '''products=products'', ''products=products'''),
  ('BEFORE INSERT ON misused FOR EACH ROW', '''products=products'', ''snapshot_fields="open'''),
  ('BEFORE INSERT ON misused FOR EACH ROW', '''products=products'', ''price_column=gone''')) t (trigger, arguments),
  with_trigger(t.trigger, t.arguments) w;
SELECT count(*) FROM misused;

-- columns and tables that go or are renamed: a clear error, and nothing is written
ALTER TABLE products RENAME COLUMN price TO amount;
SELECT * FROM failure('INSERT INTO lines VALUES (1, 1, 1)');
SELECT upkeep.enable_order_snapshots('lines', 'products', product_price => 'amount');
INSERT INTO lines VALUES (1, 1, 1) RETURNING price_snapshot;
ALTER TABLE products RENAME TO goods;
SELECT * FROM failure('INSERT INTO lines VALUES (2, 1, 1)');
SELECT upkeep.enable_order_snapshots('lines', 'goods', product_price => 'amount');
ALTER TABLE lines RENAME COLUMN price_snapshot TO paid;
SELECT * FROM failure('INSERT INTO lines VALUES (2, 1, 1)');
SELECT upkeep.enable_order_snapshots('lines', 'goods', product_price => 'amount', price_column => 'paid');
INSERT INTO lines VALUES (2, 1, 1) RETURNING paid;
-- no unique index: it still works, and says so; two products with one key do not
ALTER TABLE goods DROP CONSTRAINT products_pkey;
INSERT INTO lines VALUES (3, 1, 1) RETURNING paid;
SELECT upkeep.enable_order_snapshots('lines', 'goods', product_price => 'amount', price_column => 'paid');
INSERT INTO goods VALUES (1, NULL, 'twin', 2);
SELECT * FROM failure('INSERT INTO lines VALUES (4, 1, 1)');
DROP TABLE goods;
SELECT * FROM failure('INSERT INTO lines VALUES (4, 1, 1)');
SELECT count(*) FROM lines;
