-- Rollups: what a statement brings and takes is in the figures of its groups when it ends.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA rollup;
SET search_path = rollup, public;

CREATE TABLE users (
  id int PRIMARY KEY, name text, orders_count int, spent numeric(12,2) NOT NULL DEFAULT 0, big bigint DEFAULT 0,
  last_order date, first_order date, any_open boolean, all_open boolean);
CREATE TABLE orders (
  id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE, amount numeric(10,3),
  day date DEFAULT '2026-01-01', is_open boolean DEFAULT true, status text DEFAULT 'paid');
CREATE INDEX ON orders (user_id);
INSERT INTO users (id, name) VALUES (1, 'Ann'), (2, 'Ben'), (3, 'Cay');
SELECT upkeep.enable_rollup('users', 'orders',
  ARRAY['orders_count = count(*)', 'spent = sum(amount)', 'big = count(*) FILTER (WHERE amount > 100)',
    'last_order = max(day)', 'first_order = min(day)', 'any_open = bool_or(is_open)', 'all_open = bool_and(is_open)'],
  filter => $$status IN ('paid', 'completed')$$);
\set columns 'id, orders_count AS n, spent, big, first_order AS first, last_order AS last, any_open, all_open'
\set shown 'SELECT ' :columns ' FROM users ORDER BY id;'

-- Each value is rounded to the column's scale, then added.
INSERT INTO orders (id, user_id, amount) VALUES (1, 1, 10.005), (2, 1, 0.005), (3, 2, 101);
:shown
INSERT INTO orders VALUES (4, 1, 7, '2026-02-01', false, 'paid'), (5, 2, 1, '2025-12-31', true, 'draft'),
  (6, NULL, 5, '2026-01-01', true, 'paid');
:shown
-- From one group to another, into the filter, out of it.
UPDATE orders SET user_id = 3 WHERE id = 4;
:shown
UPDATE orders SET status = CASE id WHEN 5 THEN 'paid' ELSE 'draft' END WHERE id IN (2, 5);
:shown
UPDATE orders SET user_id = 1 WHERE id = 6;
UPDATE orders SET day = day + 1, is_open = NOT is_open WHERE user_id = 1;
:shown
-- One statement, every way.
WITH gone AS (DELETE FROM orders WHERE user_id = 2 RETURNING id),
  come AS (INSERT INTO orders SELECT 20 + n, 2, n, '2026-03-01'::date + n FROM generate_series(1, 3) n RETURNING id)
UPDATE orders SET amount = amount * 2 WHERE id = 1 RETURNING amount;
:shown
INSERT INTO orders VALUES (21, 3, 100, '2026-09-09'), (30, 3, 4, '2026-04-04')
  ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, amount = excluded.amount, day = excluded.day;
:shown
MERGE INTO orders o USING (VALUES (21, 1), (22, 2), (40, 2)) v (id, user_id) ON o.id = v.id
  WHEN MATCHED AND o.id = 22 THEN DELETE
  WHEN MATCHED THEN UPDATE SET user_id = v.user_id
  WHEN NOT MATCHED THEN INSERT VALUES (v.id, v.user_id, 8.88);
:shown
COPY orders FROM stdin;
50	3	1.11	2026-05-05	f	completed
51	3	2.22	2026-05-06	f	refused
\.
:shown
SELECT * FROM upkeep.check_rollup('users');

-- A statement that fails, and one that is taken back, have changed nothing.
INSERT INTO orders VALUES (60, 1, 1), (60, 2, 1);
BEGIN;
INSERT INTO orders VALUES (60, 1, 1);
SAVEPOINT s;
INSERT INTO orders VALUES (61, 1, 1);
DELETE FROM orders WHERE user_id = 3;
ROLLBACK TO s;
INSERT INTO orders VALUES (62, 2, 1);
SELECT id, orders_count, spent FROM users ORDER BY id;
ROLLBACK;
SELECT * FROM upkeep.check_rollup('users');
-- Foreign keys act.
UPDATE users SET id = 4 WHERE id = 1;
DELETE FROM users WHERE id = 3;
:shown
SELECT * FROM upkeep.check_rollup('users');

-- A figure's column is nobody else's, and a stored NULL counts as nothing.
UPDATE users SET orders_count = 99, spent = -1, last_order = NULL RETURNING id, orders_count, spent, last_order;
SET upkeep.pause = 'rollup';
UPDATE users SET orders_count = NULL, big = NULL WHERE id = 4;
RESET upkeep.pause;
INSERT INTO orders VALUES (70, 4, 1);
SELECT id, orders_count, big FROM users ORDER BY id;
CALL upkeep.recalculate_rollup('users');

-- What a column cannot hold is named with its group.
INSERT INTO orders VALUES (80, 2, 'NaN');
ALTER TABLE users ALTER big TYPE smallint;
\set VERBOSITY default
INSERT INTO orders SELECT 10000 + n, 2, 101 FROM generate_series(1, 32768) n;
INSERT INTO orders SELECT 1000 + n, 4, 9999999 FROM generate_series(1, 1001) n;
\set VERBOSITY terse
CREATE DOMAIN few AS int CHECK (VALUE < 5);
ALTER TABLE users ALTER orders_count TYPE few;
INSERT INTO orders SELECT 1000 + n, 4, 1 FROM generate_series(1, 5) n;
INSERT INTO orders SELECT 1000 + n, 4, 1 FROM generate_series(1, 1) n;
ALTER TABLE users ALTER orders_count TYPE int;
:shown

-- TRUNCATE.
TRUNCATE orders;
:shown
SELECT * FROM upkeep.check_rollup('users');

-- One row or many: a target with statement triggers is written by one statement.
CREATE TABLE log (line text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO rollup.log SELECT format('%s: %s', tg_op, string_agg(format('%s %s', id, orders_count), ', ' ORDER BY id))
  FROM written;
  RETURN NULL;
END $$;
CREATE TRIGGER note AFTER UPDATE ON users REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note();
INSERT INTO users (id) VALUES (5), (6);
INSERT INTO orders (id, user_id, amount) VALUES (1, 2, 1), (2, 4, 2), (3, 5, 3), (4, 4, 4);
INSERT INTO orders (id, user_id, amount) VALUES (5, 6, 1);
UPDATE orders SET status = 'draft' WHERE id = 5;
UPDATE orders SET status = 'draft' WHERE id = 5;
TABLE log;
:shown
SELECT * FROM upkeep.check_rollup('users');
TRUNCATE orders;
TABLE log OFFSET 3;
DROP TRIGGER note ON users;

-- Generated columns, columns that are gone, triggers for some columns, an index on a figure.
ALTER TABLE users DROP name, ADD average numeric GENERATED ALWAYS AS (round(spent / nullif(orders_count, 0), 2)) STORED;
CREATE INDEX ON users (spent);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO rollup.log VALUES (format('%s %s %s: %s -> %s', tg_name, tg_when, new.id, old.spent, new.spent));
  RETURN new;
END $$;
CREATE TRIGGER of_spent AFTER UPDATE OF spent ON users FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TRIGGER of_id AFTER UPDATE OF id ON users FOR EACH ROW EXECUTE FUNCTION tell();
TRUNCATE log;
INSERT INTO orders (id, user_id, amount) VALUES (1, 2, 1), (2, 4, 2), (3, 4, 3);
CREATE TRIGGER before_spent BEFORE UPDATE OF spent ON users FOR EACH ROW EXECUTE FUNCTION tell();
INSERT INTO orders (id, user_id, amount) VALUES (4, 2, 1), (5, 5, 2);
TABLE log;
SELECT id, orders_count, spent, average FROM users ORDER BY spent, id;
SET enable_seqscan = off;
SELECT id FROM users WHERE spent = 5;
RESET enable_seqscan;
SELECT * FROM upkeep.check_rollup('users');

-- A trigger of the target BEFORE UPDATE that writes the source is refused, one AFTER is not.
DROP TRIGGER before_spent ON users;
DROP TRIGGER of_spent ON users;
DROP TRIGGER of_id ON users;
CREATE FUNCTION add_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.orders_count < 6 THEN
    INSERT INTO rollup.orders (id, user_id, amount) SELECT max(id) + 1, new.id, 1 FROM rollup.orders;
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER add_order BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION add_order();
\set VERBOSITY default
\set SHOW_CONTEXT never
INSERT INTO orders (id, user_id, amount) VALUES (100, 2, 1);
UPDATE users SET average = DEFAULT WHERE id = 2;
\set VERBOSITY terse
DROP TRIGGER add_order ON users;
CREATE TRIGGER add_order AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION add_order();
INSERT INTO orders (id, user_id, amount) VALUES (100, 2, 1), (101, 5, 1);
SELECT id, orders_count, spent, average FROM users ORDER BY spent, id;
SELECT * FROM upkeep.check_rollup('users');
DROP TRIGGER add_order ON users;

-- Whoever writes the source needs no right to the target, and row security of either is nobody's matter.
CREATE ROLE rollup_owner;
CREATE ROLE rollup_clerk;
GRANT USAGE ON SCHEMA rollup TO rollup_clerk, rollup_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO rollup_clerk;
ALTER TABLE users OWNER TO rollup_owner;
ALTER TABLE orders OWNER TO rollup_owner;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON orders USING (user_id = 4);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
SET ROLE rollup_clerk;
INSERT INTO orders VALUES (200, 4, 50, '2026-01-01'), (201, 4, 50, '2027-01-01');
DELETE FROM orders WHERE day > '2026-12-31';
UPDATE orders SET amount = 5;
RESET ROLE;
:shown
SELECT * FROM upkeep.check_rollup('users');
-- The same by a statement, under a hostile path.
CREATE TRIGGER note AFTER UPDATE ON users REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note();
GRANT INSERT ON log TO rollup_owner;
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.equal(int, int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'stolen'; END $$;
CREATE OPERATOR hostile.= (LEFTARG = int, RIGHTARG = int, FUNCTION = hostile.equal);
CREATE FUNCTION hostile.count() RETURNS bigint LANGUAGE sql AS 'SELECT 666::bigint';
CREATE FUNCTION hostile.unnest(anyarray) RETURNS SETOF anyelement LANGUAGE plpgsql AS $$ BEGIN RAISE 'stolen'; END $$;
GRANT USAGE ON SCHEMA hostile TO rollup_clerk;
SET search_path = hostile, pg_catalog;
SET ROLE rollup_clerk;
INSERT INTO rollup.orders VALUES (300, 4, 50, '2026-01-01'), (301, 4, 50, '2027-01-01');
DELETE FROM rollup.orders WHERE day > '2026-12-31';
RESET ROLE;
INSERT INTO rollup.orders VALUES (302, 4, 50, '2026-01-01'), (303, 2, 50, '2027-01-01'), (304, 2, 1, '2027-01-01');
DELETE FROM rollup.orders WHERE day > '2026-12-31';
SET search_path = rollup, public;
:shown
SELECT * FROM upkeep.check_rollup('users');

-- Renamed tables, a target in another schema.
CREATE SCHEMA other;
GRANT USAGE ON SCHEMA other TO rollup_owner;
ALTER TABLE users RENAME TO people;
ALTER TABLE people SET SCHEMA other;
SELECT upkeep.enable_rollup('other.people', 'orders', '{orders_count = count(*), spent = sum(amount)}');
INSERT INTO orders VALUES (400, 4, 50);
SELECT id, orders_count, spent FROM other.people ORDER BY id;
SELECT * FROM upkeep.check_rollup('other.people');

\set VERBOSITY terse
DROP SCHEMA rollup, other, hostile CASCADE;
DROP ROLE rollup_owner;
DROP ROLE rollup_clerk;
