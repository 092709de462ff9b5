-- A source or a target that is dropped leaves no trigger on the other table that would stop its writers.
CREATE SCHEMA rolled_drop;
SET search_path = rolled_drop, public;
GRANT USAGE, CREATE ON SCHEMA rolled_drop TO regress_upkeep_owner;
GRANT USAGE ON SCHEMA rolled_drop TO regress_upkeep_other;
CREATE VIEW left_over AS SELECT tgrelid::regclass AS of, tgname FROM pg_trigger
  WHERE tgfoid = 'upkeep.rollup'::regproc AND NOT tgisinternal ORDER BY 1, 2;
CREATE TABLE users (id int PRIMARY KEY, orders int NOT NULL DEFAULT 0, notes int) PARTITION BY RANGE (id);
CREATE TABLE users_1 PARTITION OF users DEFAULT;
CREATE TABLE orders (id int, user_id int) PARTITION BY LIST (id);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES IN (1);
CREATE TABLE orders_2 PARTITION OF orders FOR VALUES IN (2);
CREATE TABLE "Notes" (id int PRIMARY KEY, user_id int, words int NOT NULL DEFAULT 0);
CREATE INDEX ON orders (user_id);
CREATE INDEX ON "Notes" (user_id);
SELECT upkeep.enable_rollup('users', 'orders', '{orders = count(*)}', '{id = user_id}', missing => 'ignore'),
  upkeep.enable_rollup('users', '"Notes"', '{notes = count(*)}', '{id = user_id}', missing => 'ignore');
INSERT INTO users VALUES (1), (2);
INSERT INTO orders VALUES (1, 1), (2, 1);
INSERT INTO "Notes" VALUES (1, 2);

-- a partition of the source: its rows stay counted
DROP TABLE orders_2;
SELECT count(*) FROM left_over WHERE of = 'users'::regclass;
-- the source, with those of its partitions; another rollup into the table goes on
BEGIN;
DROP TABLE orders;
INSERT INTO users VALUES (3, 9, 9) RETURNING *;
INSERT INTO "Notes" VALUES (2, 3), (3, 1);
UPDATE users SET orders = 7, notes = 7 WHERE id = 1;
SELECT * FROM users ORDER BY id;
SELECT * FROM left_over;
ROLLBACK;
-- the target, with those of the sources and their partitions
BEGIN;
DROP TABLE users;
INSERT INTO orders VALUES (1, 1);
INSERT INTO orders_1 VALUES (1, 1);
INSERT INTO "Notes" VALUES (2, 3);
SELECT * FROM left_over;
ROLLBACK;
-- both; a table of its own; one in a chain
BEGIN;
DROP TABLE users, orders, "Notes";
SELECT * FROM left_over;
ROLLBACK;
CREATE TABLE replies (id int PRIMARY KEY, parent int REFERENCES replies, n int NOT NULL DEFAULT 0, note int);
CREATE INDEX ON replies (parent);
CREATE INDEX ON replies (note);
SELECT upkeep.enable_rollup('replies', 'replies', '{n = count(*)}'),
  upkeep.enable_rollup('"Notes"', 'replies', '{words = count(*)}', '{id = note}', missing => 'ignore');
BEGIN;
DROP TABLE replies;
SELECT * FROM left_over WHERE of = '"Notes"'::regclass;
ROLLBACK;
BEGIN;
DROP TABLE "Notes";
INSERT INTO replies VALUES (1, NULL), (2, 1);
SELECT id, n FROM replies ORDER BY id;
ROLLBACK;
DROP TABLE replies;

-- names without a schema mean that of the trigger's table; another table that has taken the name keeps its triggers
CREATE TRIGGER short BEFORE INSERT OR UPDATE ON "Notes" FOR EACH ROW
  EXECUTE FUNCTION upkeep.rollup('source=Orders', 'columns=words = count(*)', 'keys=id = user_id');
CREATE TRIGGER wrong BEFORE INSERT OR UPDATE ON "Notes" FOR EACH ROW
  EXECUTE FUNCTION upkeep.rollup('source=a.b.c', 'columns=words = count(*)');
CREATE TRIGGER wronger BEFORE INSERT OR UPDATE ON "Notes" FOR EACH ROW EXECUTE FUNCTION upkeep.rollup('nonsense');
BEGIN;
DROP TABLE orders;
SELECT tgname FROM left_over WHERE of = '"Notes"'::regclass;
ROLLBACK;
DROP TRIGGER short ON "Notes";
DROP TRIGGER wrong ON "Notes";
DROP TRIGGER wronger ON "Notes";

-- by one who has that table alone, while the guard is on; by DROP OWNED and DROP SCHEMA
ALTER TABLE orders OWNER TO regress_upkeep_owner;
SET client_min_messages = warning;
SELECT upkeep.enable_guard('warn', '{rolled_drop}');
RESET client_min_messages;
BEGIN;
ALTER TABLE users OWNER TO regress_upkeep_other;
REVOKE USAGE ON SCHEMA rolled_drop FROM regress_upkeep_other;
SET ROLE regress_upkeep_owner;
DROP TABLE orders;
RESET ROLE;
SELECT * FROM left_over WHERE of = 'users'::regclass;
ROLLBACK;
SELECT upkeep.disable_guard();
BEGIN;
DROP OWNED BY regress_upkeep_owner;
SELECT * FROM left_over WHERE of = 'users'::regclass;
ROLLBACK;
BEGIN;
CREATE SCHEMA rolled_drop_2;
SELECT upkeep.disable_rollup('users', 'orders');
ALTER TABLE orders SET SCHEMA rolled_drop_2;
ALTER TABLE rolled_drop_2.orders OWNER TO CURRENT_USER;
SELECT upkeep.enable_rollup('users', 'rolled_drop_2.orders', '{orders = count(*)}', '{id = user_id}',
  missing => 'ignore');
\set VERBOSITY terse
DROP SCHEMA rolled_drop_2 CASCADE;
SELECT * FROM left_over WHERE of = 'users'::regclass;
ROLLBACK;

-- tables of a session
SET client_min_messages = warning;
CREATE TEMPORARY TABLE brief (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
CREATE TEMPORARY TABLE briefer (id int PRIMARY KEY);
SELECT upkeep.enable_rollup('brief', 'briefer', '{n = count(*)}', '{id = id}');
DROP TABLE briefer;
INSERT INTO brief VALUES (1, 5) RETURNING *;
DROP TABLE brief;

-- where event triggers do not run, the triggers stay, and check() names them
ALTER EVENT TRIGGER upkeep_history_drop DISABLE;
DROP TABLE orders;
ALTER EVENT TRIGGER upkeep_history_drop ENABLE ALWAYS;
SELECT * FROM failure('INSERT INTO users VALUES (4)');
\x
SELECT * FROM upkeep.check() WHERE object = 'users'::regclass;
\x
SELECT upkeep.disable_rollup('users', '"Notes"');
INSERT INTO users VALUES (4, 3, 3) RETURNING *;
DROP SCHEMA rolled_drop CASCADE;
