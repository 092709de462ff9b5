-- order_snapshots runs as the role that has loaded this edition: what that lets others do, and what it does not.
CREATE SCHEMA sold;
CREATE SCHEMA evil;
GRANT USAGE ON SCHEMA sold TO regress_upkeep_other, regress_upkeep_owner;
GRANT USAGE, CREATE ON SCHEMA evil TO regress_upkeep_other;
\set SHOW_CONTEXT never
SET search_path = sold, public;
SET client_min_messages = warning;
CREATE TABLE products (id int PRIMARY KEY, name text, price numeric(10,2), made timestamptz DEFAULT '2026-01-01Z');
CREATE TABLE lines (id int PRIMARY KEY, order_id int, product_id int, quantity int DEFAULT 1, returns_id int,
  price_snapshot numeric(10,2), product_snapshot jsonb);
INSERT INTO products VALUES (1, 'cup', 4.50), (2, 'pot', 20);
SELECT upkeep.enable_order_snapshots('lines', 'products', returns_column => 'returns_id');
-- whether the branch of a table serves, and nothing is done the long way
CREATE FUNCTION has_branch(target regclass) RETURNS boolean LANGUAGE sql AS $$
  SELECT coalesce(bool_or(b.text ~ 'order_snapshots_fits' AND upkeep_internal.others_still_are(b.text)
                          AND b.fingerprint = upkeep_internal.fingerprint('order_snapshots', b.object)), false)
  FROM upkeep_internal.written_branches b WHERE b.feature = 'order_snapshots' AND b.object = target $$;
SELECT has_branch('lines');

-- a shopper who may write lines and nothing else, and looks for everything in a schema of his own first
GRANT SELECT, INSERT, UPDATE, DELETE ON lines TO regress_upkeep_other;
ALTER TABLE products ENABLE ROW LEVEL SECURITY;
SELECT upkeep.refresh();
SET ROLE regress_upkeep_other;
CREATE FUNCTION evil.never(int, int) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'runs as %', current_user; END $$;
CREATE FUNCTION evil.never(pg_catalog.numeric, pg_catalog.numeric) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'runs as %', current_user; END $$;
CREATE FUNCTION evil.never(pg_catalog.text, pg_catalog.text) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'runs as %', current_user; END $$;
CREATE OPERATOR evil.= (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.never);
CREATE OPERATOR evil.< (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.never);
CREATE OPERATOR evil.= (LEFTARG = pg_catalog.numeric, RIGHTARG = pg_catalog.numeric, FUNCTION = evil.never);
CREATE OPERATOR evil.= (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = evil.never);
CREATE FUNCTION evil.to_jsonb(pg_catalog.text) RETURNS pg_catalog.jsonb LANGUAGE sql
  AS $$ SELECT '1'::pg_catalog.jsonb $$;
CREATE FUNCTION evil.scale(pg_catalog.numeric) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE DOMAIN evil.jsonb AS pg_catalog.jsonb CHECK (evil.never(1, 1));
CREATE DOMAIN evil.numeric AS pg_catalog.numeric CHECK (evil.never(1, 1));
CREATE DOMAIN evil.text AS pg_catalog.text CHECK (evil.never(1, 1));
CREATE DOMAIN evil.record AS pg_catalog.text CHECK (evil.never(1, 1));
CREATE TABLE evil.products (id int, price pg_catalog.numeric);
SET search_path = evil, pg_catalog;
INSERT INTO sold.lines (id, order_id, product_id) VALUES (1, 1, 1), (2, 1, 2)
  RETURNING price_snapshot, product_snapshot;
INSERT INTO sold.lines (id, order_id, quantity, returns_id) VALUES (3, 1, -1, 1) RETURNING product_id, price_snapshot;
UPDATE sold.lines SET quantity = 2, price_snapshot = 4.500 WHERE id OPERATOR(pg_catalog.=) 1 RETURNING price_snapshot;
SELECT * FROM public.failure('UPDATE sold.lines SET price_snapshot = 1');
SELECT * FROM public.failure('INSERT INTO sold.lines (id, product_id, price_snapshot) VALUES (4, 1, 1)');
SELECT state FROM public.failure('SELECT * FROM sold.products');
-- the same where the trigger function has no branch: a column has come since
RESET ROLE;
RESET search_path;
ALTER TABLE sold.products ADD colour text DEFAULT 'blue';
SELECT sold.has_branch('sold.lines');
SET ROLE regress_upkeep_other;
SET search_path = evil, pg_catalog;
INSERT INTO sold.lines (id, order_id, product_id) VALUES (5, 1, 1) RETURNING price_snapshot, product_snapshot;
INSERT INTO sold.lines (id, order_id, quantity, returns_id) VALUES (6, 1, -1, 5) RETURNING product_id, price_snapshot;
UPDATE sold.lines SET quantity = 2, price_snapshot = 4.500 WHERE id OPERATOR(pg_catalog.=) 5 RETURNING price_snapshot;
SELECT * FROM public.failure('UPDATE sold.lines SET price_snapshot = 1');
SELECT * FROM public.failure('INSERT INTO sold.lines (id, order_id, quantity, returns_id) VALUES (7, 1, -9, 5)');
-- nobody pauses another's table, and the functions behind it do nothing for who calls them
SET upkeep.pause = 'order_snapshots';
SELECT state FROM public.failure('INSERT INTO sold.lines (id, product_id, price_snapshot) VALUES (8, 1, 1)');
RESET upkeep.pause;
SELECT state FROM public.failure($$SELECT upkeep_internal.begin_move('sold.lines', 'x', '')$$);
RESET ROLE;
SET search_path = sold, public;
ALTER TABLE products DISABLE ROW LEVEL SECURITY;
SELECT upkeep.refresh();

-- Triggers made by hand: with transition tables of other names, and without any.
CREATE OR REPLACE TRIGGER zz_upkeep_order_line_insert AFTER INSERT ON lines REFERENCING NEW TABLE AS "New Ones"
  FOR EACH STATEMENT EXECUTE FUNCTION upkeep.order_line('products=sold.products', 'returns_column=returns_id');
SELECT upkeep.refresh();
INSERT INTO lines (id, order_id, quantity, returns_id) VALUES (10, 1, -1, 2);
SELECT state, detail FROM failure('INSERT INTO lines (id, order_id, quantity, returns_id) VALUES (11, 1, -1, 2)');
SELECT state, detail FROM failure('UPDATE lines SET quantity = 0 WHERE id = 2');
CREATE OR REPLACE TRIGGER zz_upkeep_order_line_update AFTER UPDATE ON lines
  FOR EACH STATEMENT EXECUTE FUNCTION upkeep.order_line('products=sold.products', 'returns_column=returns_id');
SELECT state, message FROM failure('UPDATE lines SET quantity = 2 WHERE id = 2');
SELECT upkeep.enable_order_snapshots('lines', 'products', returns_column => 'returns_id');

-- A line that moves to another partition keeps its price; one that is said to move does not.
CREATE TABLE parted (id int, order_id int, product_id int, quantity int, price_snapshot numeric(10,2), day int)
  PARTITION BY LIST (day);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
SELECT upkeep.enable_order_snapshots('parted', 'products');
GRANT SELECT, INSERT, DELETE ON parted TO regress_upkeep_other;
INSERT INTO parted VALUES (1, 1, 1, 1, NULL, 1), (2, 1, 1, 1, NULL, 1);
UPDATE products SET price = 5 WHERE id = 1;
UPDATE parted SET day = 2, quantity = 3 WHERE id = 1 RETURNING price_snapshot;
-- in one message, and in one block, the steps of a move are no move
SELECT state, message FROM failure($f$DO $d$ BEGIN
  UPDATE sold.parted SET day = 2 WHERE id = 2;
  DELETE FROM sold.parted WHERE id = 2;
  INSERT INTO sold.parted VALUES (2, 1, 1, 1, 4.50, 1);
END $d$ $f$);
SELECT tableoid::regclass, * FROM parted ORDER BY id;
-- what a move leaves behind cannot be used again, nor by another
BEGIN;
UPDATE parted SET day = 2 WHERE id = 2;
SELECT coalesce(current_setting('upkeep.moving', true), '') = '' AS left_nothing;
ROLLBACK;
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure($f$DO $d$ BEGIN
  PERFORM set_config('upkeep.moving', md5('a guess'), true);
  DELETE FROM sold.parted WHERE id = 2;
  INSERT INTO sold.parted VALUES (2, 1, 1, 9, 4.50, 2);
END $d$ $f$);
RESET ROLE;

-- Types of somebody else's: their checks and casts would run as the installer.
SET ROLE regress_upkeep_other;
CREATE FUNCTION evil.spy(value pg_catalog.numeric) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN IF value > 0 THEN RAISE EXCEPTION 'runs as %', current_user; END IF; RETURN true; END $$;
CREATE DOMAIN evil.cents AS pg_catalog.numeric(10,2);
CREATE TYPE evil.mood AS ENUM ('ok');
CREATE TYPE evil.moods AS (one evil.mood);
RESET ROLE;
CREATE TABLE own_lines (id int, order_id int, product_id int, price_snapshot evil.cents);
CREATE TABLE own_products (id int PRIMARY KEY, price numeric(10,2), feels evil.moods[]);
SELECT * FROM failure($$SELECT upkeep.enable_order_snapshots('own_lines', 'products')$$);
SELECT * FROM failure($$SELECT upkeep.enable_order_snapshots('lines', 'own_products')$$);
CREATE TRIGGER by_hand BEFORE INSERT OR UPDATE OR DELETE ON own_lines FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_line('products=sold.products');
SELECT upkeep.refresh();
SELECT has_branch('own_lines');
SET ROLE regress_upkeep_other;
ALTER DOMAIN evil.cents ADD CHECK (evil.spy(VALUE));
RESET ROLE;
SELECT state, message FROM failure('INSERT INTO own_lines VALUES (1, 1, 1)');

SET client_min_messages = warning;
DROP SCHEMA sold, evil CASCADE;
