-- touch runs as the role that has loaded this edition: what that lets others do, and that both ways do the same.
CREATE SCHEMA touched;
CREATE SCHEMA evil;
GRANT USAGE ON SCHEMA touched TO regress_upkeep_other;
GRANT USAGE, CREATE ON SCHEMA evil TO regress_upkeep_other;
SET search_path = touched, public;
CREATE TABLE orders (id int PRIMARY KEY, version int DEFAULT 1, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE lines (id int PRIMARY KEY, order_id int REFERENCES orders, x int);
INSERT INTO orders SELECT generate_series(1, 5000);
SELECT upkeep.enable_updated_at('orders', version_column => 'version'), upkeep.enable_touch('lines', 'orders');
-- how many orders a statement stamped, without another version
CREATE FUNCTION stamped() RETURNS bigint LANGUAGE sql AS $$
  WITH s AS (UPDATE touched.orders SET updated_at = '2020-01-01' WHERE updated_at > '2020-01-01' RETURNING version)
  SELECT count(*) FILTER (WHERE version = 1) FROM s $$;
CREATE FUNCTION moves(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  moved bigint;
BEGIN
  EXECUTE statement;
  PERFORM set_config('upkeep.pause', 'updated_at', true);
  moved := touched.stamped();
  PERFORM set_config('upkeep.pause', '', true);
  RETURN moved;
END $$;

-- who may write lines only stamps their orders, and nothing else, whatever stands in front
GRANT INSERT, UPDATE, DELETE, SELECT ON lines TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SET search_path = evil, pg_catalog;
CREATE FUNCTION evil.never(int, int) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'runs as %', current_user; END $$;
CREATE OPERATOR evil.= (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.never);
CREATE OPERATOR evil.<> (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.never);
CREATE FUNCTION evil.count(int) RETURNS bigint LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'runs as %', current_user; END $$;
CREATE DOMAIN evil.text AS pg_catalog.text CHECK (evil.never(1, 1));
INSERT INTO touched.lines VALUES (1, 1, 1), (2, 2, 1);
UPDATE touched.lines SET x = 2 WHERE id OPERATOR(pg_catalog.=) 2;
UPDATE touched.orders SET version = 5;
RESET ROLE;
RESET search_path;
SET search_path = touched, public;
SELECT moves('');
-- he cannot pause it, nor mark his statement
SET ROLE regress_upkeep_other;
SET upkeep.pause = 'touch, #quiet 1 ';
UPDATE touched.lines SET x = 3;
RESET ROLE;
RESET upkeep.pause;
SELECT moves('');
-- the owner can
SET upkeep.pause = 'touch';
UPDATE lines SET x = 4;
RESET upkeep.pause;
SELECT moves('');
-- row security of the parents does not stop it; one that is forced on their owner would
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
SET ROLE regress_upkeep_other;
UPDATE touched.lines SET x = 5;
RESET ROLE;
SELECT moves('');
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
SELECT * FROM failure('UPDATE lines SET x = 6');
SELECT * FROM failure('SELECT upkeep.enable_touch(''lines'', ''orders'')');
ALTER TABLE orders DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
-- a stranger's table stamps nobody's rows, and nobody's rows stamp a stranger's
SET ROLE regress_upkeep_other;
CREATE TABLE evil.mine (id int PRIMARY KEY, order_id int, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TRIGGER t AFTER INSERT ON evil.mine REFERENCING NEW TABLE AS upkeep_new FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.touch('parent=touched.orders', 'columns=order_id', 'keys=id');
SELECT * FROM failure('INSERT INTO evil.mine VALUES (1, 1)');
ALTER TABLE evil.mine DISABLE TRIGGER t;
CREATE TABLE evil.yours (id int, mine_id int REFERENCES evil.mine);
SELECT * FROM failure('SELECT upkeep.enable_touch(''evil.yours'', ''evil.mine'')');
RESET ROLE;
SELECT upkeep.refresh();
SELECT moves('');

-- the branch and what is done without it
CREATE TABLE tried (statement text);
INSERT INTO tried VALUES ('INSERT INTO lines SELECT g, g % 7 + 1, 0 FROM generate_series(10, 99) g'),
  ('UPDATE lines SET x = x'), ('UPDATE lines SET x = CASE WHEN id % 5 = 0 THEN 1 ELSE x END'),
  ('UPDATE lines SET order_id = order_id + 1 WHERE id < 20'), ('UPDATE lines SET order_id = NULL WHERE id = 50'),
  ('UPDATE lines SET x = 9 WHERE order_id IS NULL'), ('DELETE FROM lines WHERE id > 90'), ('DELETE FROM lines');
DELETE FROM lines;
SELECT moves('');
SELECT moves(statement), statement FROM tried;
ALTER TABLE orders ADD COLUMN note text;
SELECT moves(statement), statement FROM tried;
SELECT upkeep.refresh();
SELECT moves(statement), statement FROM tried;
-- a plan that was made for one row serves many
SET statement_timeout = '60s';
SELECT moves('INSERT INTO lines SELECT g, g, 1 FROM generate_series(1, 5000) g');
SELECT moves('UPDATE lines SET x = x + 1');
SELECT moves('UPDATE lines SET x = x + id % 2');
SELECT moves('DELETE FROM lines');
RESET statement_timeout;

-- the branch knows which columns count, and which one is the stamp
SELECT upkeep.enable_updated_at('orders', clock => 'statement');
SELECT text ~ upkeep_internal.fingerprint('updated_at', 'orders') AS fits FROM upkeep_internal.written_branches
  WHERE feature = 'touch' AND object = 'lines'::regclass;
-- a table with columns of any name
CREATE TABLE odd ("ctid " int, place int, n int, o int, t int, k int, key_1 int, p int, l int, c int REFERENCES orders);
SELECT upkeep.enable_touch('odd', 'orders');
SELECT moves('INSERT INTO odd (c) VALUES (3), (4)'), moves('UPDATE odd SET key_1 = c'), moves('DELETE FROM odd');
-- and tables whose names hold the end of a line
CREATE TABLE "odd
orders" (id int PRIMARY KEY, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE "odd
lines" (order_id int REFERENCES "odd
orders");
SELECT upkeep.enable_updated_at(E'"odd\norders"'), upkeep.enable_touch(E'"odd\nlines"', E'"odd\norders"');
INSERT INTO "odd
orders" VALUES (1), (2);
INSERT INTO "odd
lines" VALUES (1);
UPDATE "odd
lines" SET order_id = 2;
SELECT id, updated_at > '2020-01-01' AS is_stamped FROM "odd
orders" ORDER BY id;
SET client_min_messages = warning;
DROP SCHEMA touched, evil CASCADE;
