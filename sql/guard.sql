-- The guard: what would lose rows or values needs a yes.
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE SCHEMA guarded_shop;
SET search_path = guarded_shop, public;
CREATE TABLE products (id int PRIMARY KEY, name text, price numeric(10,2),
  doubled numeric GENERATED ALWAYS AS (price * 2) STORED, note text, empty text);
CREATE TABLE items (id int PRIMARY KEY, product_id int REFERENCES products ON DELETE CASCADE, quantity int);
CREATE TABLE nothing (id int, x text);
INSERT INTO products (id, name, price, note) SELECT n, 'product ' || n, n + 0.99, CASE WHEN n <= 42 THEN 'note' END
  FROM generate_series(1, 50) n;
INSERT INTO items SELECT n, n, 1 FROM generate_series(1, 3) n;

-- off: nothing is stopped, nothing is logged
BEGIN;
DROP TABLE items;
TRUNCATE products;
SELECT count(*) FROM upkeep.ddl_log;
ROLLBACK;

SELECT upkeep.enable_guard(schemas => '{guarded_shop}');
SELECT schema_name, mode FROM upkeep.guard_rules;
-- and again: nothing changes
SELECT upkeep.enable_guard('block', '{guarded_shop}');
SELECT object, feature, options, triggers FROM upkeep.managed WHERE feature = 'guard';
SELECT * FROM upkeep.export_sql('items');
SELECT object, finding FROM upkeep.check() WHERE feature = 'guard';

-- each is told as a warning first, since some tools show only that
SET client_min_messages = warning;
DROP TABLE items;
SET client_min_messages = error;

\x on
SELECT * FROM failure('DROP TABLE items');
SELECT * FROM failure('DROP TABLE nothing, items, products');
SELECT * FROM failure('DROP TABLE products CASCADE');
SELECT * FROM failure('DROP SCHEMA guarded_shop CASCADE');
SELECT * FROM failure('TRUNCATE items');
-- CASCADE is refused as a whole, with all that it reaches
SELECT * FROM failure('TRUNCATE products CASCADE');
SELECT * FROM failure('TRUNCATE nothing, items');
SELECT * FROM failure('ALTER TABLE products DROP COLUMN note');
SELECT * FROM failure(
  'ALTER TABLE products DROP COLUMN empty, DROP COLUMN IF EXISTS absent, DROP COLUMN note, DROP COLUMN name CASCADE');
SELECT * FROM failure('ALTER TABLE products ALTER price TYPE int');
SELECT * FROM failure('ALTER TABLE products ALTER name TYPE varchar(9)');
-- C++ edition {
SELECT * FROM failure('ALTER TABLE products ALTER name TYPE text USING left(name, 4)');
-- }
SELECT * FROM failure('ALTER TABLE products ALTER name TYPE text USING NULL');
\x off
SELECT (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM items) AS items,
  (SELECT count(note) FROM products) AS notes;

-- what loses nothing goes through
BEGIN;
SET client_min_messages = notice;
ALTER TABLE products DROP COLUMN doubled;
ALTER TABLE products DROP COLUMN empty;
ALTER TABLE products ALTER name TYPE varchar(20), ALTER note TYPE varchar(4);
ALTER TABLE products ALTER name TYPE text, ALTER price TYPE numeric(12,4);
ALTER TABLE items ALTER quantity TYPE bigint, ALTER quantity SET NOT NULL, ADD UNIQUE (product_id);
ALTER TABLE items ALTER quantity TYPE numeric USING quantity;
ALTER TABLE items RENAME TO lines;
ALTER TABLE lines RENAME quantity TO amount;
ALTER TABLE lines ADD COLUMN size text NOT NULL DEFAULT 'M';
TRUNCATE nothing;
DROP TABLE nothing;
DROP TABLE IF EXISTS nothing, never;
DROP VIEW IF EXISTS never;
SET client_min_messages = error;
CREATE TABLE fresh AS SELECT 1 AS x;
TRUNCATE fresh;
INSERT INTO fresh VALUES (2);
ALTER TABLE fresh DROP COLUMN x;
DROP TABLE fresh;
CREATE TEMP TABLE passing AS SELECT 1 AS x;
TRUNCATE passing;
INSERT INTO passing VALUES (1);
DROP TABLE passing;
ROLLBACK;
CREATE TEMP TABLE passing AS SELECT 1 AS x;
TRUNCATE passing;
INSERT INTO passing VALUES (1);
DROP TABLE passing;

-- what PostgreSQL refuses safely it refuses by itself: nothing is read for a hint, but one row where a column comes
SET client_min_messages = warning;
ALTER TABLE products ALTER note SET NOT NULL;
ALTER TABLE products ADD UNIQUE (note);
CREATE UNIQUE INDEX CONCURRENTLY ON products (note, empty);
CREATE UNIQUE INDEX CONCURRENTLY broken ON products (note);
DROP INDEX broken;
-- C++ edition {
ALTER TABLE products ADD COLUMN size text NOT NULL;
-- }
ALTER TABLE products ADD PRIMARY KEY (note);
-- a domain that brings its default does
CREATE DOMAIN guarded_shop.size AS text DEFAULT 'M';
ALTER TABLE nothing ADD COLUMN size guarded_shop.size NOT NULL;
ALTER TABLE products ADD COLUMN size guarded_shop.size NOT NULL, DROP COLUMN IF EXISTS absent;
-- what PostgreSQL refuses for another reason is refused with its words
ALTER TABLE products ALTER name TYPE int USING name::int;
SELECT state, message FROM failure('ALTER TABLE products ALTER name TYPE no_such_type');
ALTER TABLE absent DROP COLUMN x;
DROP TABLE products;
SET client_min_messages = error;

-- derived by pg_upkeep: the figures of metrics, the total of orders
CREATE TABLE days (id int PRIMARY KEY, orders int, revenue bigint, aov bigint, updated_at timestamptz);
SELECT upkeep.enable_metrics('days', ARRAY['aov = revenue / orders']), upkeep.enable_updated_at('days');
INSERT INTO days (id, orders, revenue) VALUES (1, 2, 10);
SET client_min_messages = notice;
BEGIN;
ALTER TABLE days DROP COLUMN aov;
ROLLBACK;
SET client_min_messages = error;
-- a stamp cannot be computed again
SELECT message FROM failure('ALTER TABLE days DROP COLUMN updated_at');
SELECT message FROM failure('ALTER TABLE days DROP COLUMN revenue');

-- warn: told, and done
SELECT upkeep.enable_guard('warn', '{guarded_shop}');
SELECT mode FROM upkeep.guard_rules;
SET client_min_messages = warning;
BEGIN;
ALTER TABLE products DROP COLUMN doubled, ALTER price TYPE int;
TRUNCATE products CASCADE;
DROP TABLE days;
SELECT tag, object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current() ORDER BY "when";
ROLLBACK;
SET client_min_messages = error;

-- beyond 100,000 rows it says "at least"; but a value is sought to the end
SELECT upkeep.enable_guard(schemas => '{guarded_shop}');
CREATE TABLE large AS SELECT n, n % 2 AS bit, NULL::text AS rare, NULL::text AS never FROM generate_series(1, 100001) n;
SELECT message FROM failure('DROP TABLE large');
SELECT message FROM failure('ALTER TABLE large DROP COLUMN bit');
UPDATE large SET rare = 'here' WHERE n = 100001;
SELECT message FROM failure('ALTER TABLE large DROP COLUMN rare');
ALTER TABLE large DROP COLUMN never;
-- an expectation is held against all of them
BEGIN;
SELECT upkeep.confirm_drop('large', 100000);
SAVEPOINT before;
SELECT state, message FROM failure('DROP TABLE large');
SELECT upkeep.confirm_drop('large', 100001);
DROP TABLE large;
ROLLBACK;
DELETE FROM large WHERE n > 100000;
SELECT message FROM failure('DROP TABLE large');
BEGIN; SELECT upkeep.confirm_drop('large', 100000); DROP TABLE large; COMMIT;

-- the log: who, when, what, and what let it go
SELECT role, application, txid > 0 AS has_txid, "when" > now() - interval '1 hour' AS is_new, tag, object, statement,
  confirmation FROM upkeep.ddl_log WHERE object = 'guarded_shop.large' ORDER BY "when";
SELECT tag, object, confirmation FROM upkeep.ddl_log WHERE tag <> 'CREATE TABLE AS' AND object !~ 'large'
  ORDER BY "when";

-- paused, nobody is stopped, and nothing is written
BEGIN;
SET LOCAL upkeep.pause = 'guard';
CREATE TABLE unseen (id int);
TRUNCATE products CASCADE;
DROP TABLE items;
SELECT count(*) FROM upkeep.ddl_log WHERE object ~ 'unseen|items' AND tag ~ 'CREATE|DROP';
SET LOCAL upkeep.pause = '';
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'guard';
SELECT upkeep.enable_guard(schemas => '{guarded_shop}');
SELECT count(*) FROM upkeep.check() WHERE feature = 'guard';
ROLLBACK;

-- the trigger alone does nothing; the event trigger is none of a table's
-- C++ edition {
SELECT * FROM failure('SELECT upkeep.guard()');
SELECT * FROM failure('SELECT upkeep.guard_ddl()');
-- }
CREATE TRIGGER wrong BEFORE INSERT ON nothing EXECUTE FUNCTION upkeep.guard();
SELECT * FROM failure('INSERT INTO nothing VALUES (1)');
DROP TRIGGER wrong ON nothing;

-- off again: the log stays, the triggers go
SET client_min_messages = notice;
SELECT upkeep.disable_guard();
SELECT upkeep.disable_guard();
SELECT count(*) FROM upkeep.managed WHERE feature = 'guard';
SELECT count(*) FROM upkeep.guard_rules;
SELECT count(*) > 0 AS stays FROM upkeep.ddl_log;
SET client_min_messages = error;
DROP TABLE items;

-- what is wrong with a request
SELECT f.* FROM unnest(ARRAY['enable_guard(''stop'')', 'enable_guard(NULL)', 'enable_guard(schemas => NULL)',
  'enable_guard(schemas => ''{}'')',
  'enable_guard(schemas => ''{guarded_shop,NULL}'')', 'enable_guard(schemas => ''{nowhere}'')']) c,
  failure('SELECT upkeep.' || c) f;
CREATE TRIGGER zz_upkeep_guard BEFORE INSERT ON nothing EXECUTE FUNCTION suppress_redundant_updates_trigger();
SELECT * FROM failure('SELECT upkeep.enable_guard(schemas => ''{guarded_shop}'')');
SELECT count(*) FROM upkeep.guard_rules;
DROP SCHEMA guarded_shop CASCADE;
DELETE FROM upkeep.ddl_log;
