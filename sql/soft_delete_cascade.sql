-- soft delete: what follows along foreign keys, down and up.
CREATE SCHEMA soft;
SET search_path = soft, upkeep, public;
SET timezone = 'UTC';
CREATE TABLE users (id int PRIMARY KEY, code text UNIQUE, deleted_at timestamptz);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
  deleted_at timestamptz);
CREATE TABLE items (id int PRIMARY KEY, order_id bigint, user_code text REFERENCES users (code) ON DELETE CASCADE,
  deleted_at timestamptz);
ALTER TABLE items ADD FOREIGN KEY (order_id) REFERENCES orders ON DELETE CASCADE NOT VALID;
CREATE TABLE logs (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
SET client_min_messages = warning;
SELECT enable_soft_delete('items'), enable_soft_delete('orders');
RESET client_min_messages;
SELECT enable_soft_delete('users');
INSERT INTO users VALUES (1, 'a'), (2, 'b'), (3, 'c');
INSERT INTO orders VALUES (1, 1), (2, 1), (3, 2);
INSERT INTO items VALUES (1, 1, NULL), (2, 2, NULL), (3, 2, NULL), (4, 3, 'a'), (5, 3, 'c'), (6, 1, 'b');
INSERT INTO logs VALUES (1, 1);
CREATE VIEW gone AS
  SELECT 'users' AS of, id, deleted_at FROM users WHERE deleted_at IS NOT NULL
  UNION ALL SELECT 'orders', id, deleted_at FROM orders WHERE deleted_at IS NOT NULL
  UNION ALL SELECT 'items', id, deleted_at FROM items WHERE deleted_at IS NOT NULL
  ORDER BY 1, 2;

-- live rows get the same stamp, at any depth; those without soft delete stay
UPDATE users SET deleted_at = '2026-01-01' WHERE id = 1;
TABLE gone;
SELECT count(*) FROM logs;
-- no live row under a deleted one: inserted, copied, moved, upserted, merged
SELECT * FROM failure('INSERT INTO orders VALUES (9, 1)');
SELECT statement, f.state, f.message FROM unnest(ARRAY['UPDATE orders SET user_id = 1 WHERE id = 3',
  'INSERT INTO items VALUES (9, 1)', 'UPDATE items SET user_code = ''a'' WHERE id = 5',
  'INSERT INTO orders VALUES (3, 2) ON CONFLICT (id) DO UPDATE SET user_id = 1',
  'MERGE INTO orders o USING (VALUES (3)) v (id) ON o.id = v.id WHEN MATCHED THEN UPDATE SET user_id = 1',
  'MERGE INTO orders o USING (VALUES (8)) v (id) ON o.id = v.id WHEN NOT MATCHED THEN INSERT VALUES (8, 1)',
  'WITH new AS (INSERT INTO orders VALUES (7, 1) RETURNING 1) SELECT * FROM new']) statement, failure(statement) f;
COPY orders FROM stdin;
8	1	\N
\.
-- but a deleted one may come under it, and what is not inserted after all
INSERT INTO orders VALUES (9, 1, '2020-01-01');
INSERT INTO orders VALUES (9, 1) ON CONFLICT DO NOTHING;
DELETE FROM orders WHERE id = 9;
-- a child alone does not come back, and names who must come first
SELECT * FROM failure('UPDATE orders SET deleted_at = NULL WHERE id = 1');
UPDATE users SET deleted_at = NULL WHERE id = 1;
TABLE gone;

-- exactly the children of that deletion come back
UPDATE items SET deleted_at = '2025-12-31' WHERE id = 1;
UPDATE users SET deleted_at = '2026-01-01' WHERE id = 1;
UPDATE users SET deleted_at = NULL WHERE id = 1;
TABLE gone;
UPDATE items SET deleted_at = NULL WHERE id = 1;
-- if their other parents live
UPDATE users SET deleted_at = '2026-01-01' WHERE id = 1;
UPDATE users SET deleted_at = '2026-01-02' WHERE id = 2;
SELECT * FROM failure('UPDATE users SET deleted_at = NULL WHERE id = 1');
UPDATE users SET deleted_at = NULL WHERE id = 2;
TABLE gone;
UPDATE users SET deleted_at = NULL WHERE id = 1;
TABLE gone;

-- a stamp is one deletion's: at each depth, also of rows that were deleted twice over
UPDATE items SET deleted_at = '2026-01-01' WHERE id = 2;
UPDATE orders SET deleted_at = '2026-01-01' WHERE id = 2;
UPDATE users SET deleted_at = '2026-01-01' WHERE id = 1;
TABLE gone;
UPDATE users SET deleted_at = NULL WHERE id = 1;
TABLE gone;
UPDATE orders SET deleted_at = NULL WHERE id = 2;
UPDATE items SET deleted_at = NULL WHERE id = 2;
BEGIN;
UPDATE items SET deleted_at = now() WHERE id = 1;
UPDATE orders SET deleted_at = now() WHERE id = 1;
UPDATE users SET deleted_at = now() WHERE id = 1;
SELECT of, id, deleted_at - now() AS later FROM gone;
UPDATE users SET deleted_at = NULL WHERE id = 1;
UPDATE orders SET deleted_at = NULL WHERE id = 1;
SELECT of, id, deleted_at - now() AS later FROM gone;
ROLLBACK;
-- one statement is one deletion
UPDATE users SET deleted_at = '2026-01-01';
SELECT of, count(*), min(deleted_at), max(deleted_at) FROM gone GROUP BY 1;
UPDATE users SET deleted_at = NULL;
TABLE gone;
-- a row with two ways up comes back by whichever comes first
UPDATE items SET user_code = 'a' WHERE id = 2;
UPDATE users SET deleted_at = '2026-01-01' WHERE id = 1;
UPDATE users SET deleted_at = NULL WHERE id = 1;
TABLE gone;
-- infinity has no tick
UPDATE items SET deleted_at = 'infinity' WHERE id = 1;
UPDATE orders SET deleted_at = 'infinity' WHERE id = 1;
TABLE gone;
UPDATE orders SET deleted_at = NULL WHERE id = 1;
TABLE gone;
UPDATE items SET deleted_at = NULL;

-- foreign keys' own actions reach deleted rows
UPDATE users SET deleted_at = '2026-01-01' WHERE id = 2;
BEGIN;
SET LOCAL upkeep.pause = 'soft_delete';
UPDATE users SET id = 20 WHERE id = 2;
COMMIT;
SELECT user_id, deleted_at FROM orders WHERE id = 3;
UPDATE users SET id = 2, deleted_at = NULL WHERE id = 20;
TABLE gone;
UPDATE users SET id = 21, deleted_at = '2026-01-01' WHERE id = 2;
SELECT user_id, deleted_at FROM orders WHERE id = 3;
UPDATE users SET id = 2, deleted_at = NULL WHERE id = 21;
TABLE gone;

-- another trigger swallows the deletion: nothing follows
CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER zzz_swallow BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION swallow();
UPDATE users SET deleted_at = '2026-01-01';
TABLE gone;
DROP TRIGGER zzz_swallow ON users;
-- another writes the stamp
CREATE FUNCTION write_stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  NEW.deleted_at := '2026-01-01'; RETURN NEW; END $$;
CREATE TRIGGER write_stamp BEFORE UPDATE OF code ON users FOR EACH ROW EXECUTE FUNCTION write_stamp();
UPDATE users SET code = code WHERE id = 2;
TABLE gone;
DROP TRIGGER write_stamp ON users;
UPDATE users SET deleted_at = NULL;

-- what another's trigger deletes meanwhile has taken its children along before the trigger goes on
CREATE FUNCTION delete_other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF OLD.id = 1 AND NEW.deleted_at IS NOT NULL THEN
    UPDATE users SET deleted_at = '2026-05-05' WHERE id = 3;
    RAISE NOTICE '% deleted', (SELECT count(*) FROM items WHERE user_code = 'c' AND deleted_at IS NOT NULL);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER delete_other AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION delete_other();
UPDATE users SET deleted_at = '2026-01-01' WHERE id = 1;
DROP TRIGGER delete_other ON orders;
UPDATE users SET deleted_at = NULL;

-- a statement in a block that fails leaves nothing behind
DO $$ BEGIN
  UPDATE users SET deleted_at = '2026-01-01' WHERE id = 1;
  RAISE EXCEPTION 'no';
EXCEPTION WHEN raise_exception THEN NULL; END $$;
TABLE gone;

-- cascade => false: live children of any kind are in the way, and nothing comes back with the row
SET client_min_messages = warning;
SELECT enable_soft_delete('users', cascade => false);
RESET client_min_messages;
SELECT * FROM failure('UPDATE users SET deleted_at = ''2026-01-01'' WHERE id = 1');
UPDATE items SET deleted_at = '2026-01-01' WHERE user_code = 'a';
UPDATE orders SET deleted_at = '2026-01-01' WHERE user_id = 1;
UPDATE users SET deleted_at = '2026-01-01' WHERE id = 1;
UPDATE users SET deleted_at = NULL WHERE id = 1;
SELECT count(*) FROM gone;
DROP VIEW gone;
DROP TABLE items, orders, logs, users;

-- RESTRICT, NO ACTION, SET NULL of some columns, SET DEFAULT
CREATE TABLE shops (id int, no int, name text, deleted_at timestamptz, PRIMARY KEY (id, no));
SELECT enable_soft_delete('shops');
CREATE TABLE restricted (id int PRIMARY KEY, shop int, no int, deleted_at timestamptz,
  FOREIGN KEY (shop, no) REFERENCES shops ON DELETE RESTRICT);
CREATE TABLE unacted (id int PRIMARY KEY, shop int, no int, deleted_at timestamptz,
  CONSTRAINT unacted_shop FOREIGN KEY (shop, no) REFERENCES shops);
CREATE TABLE emptied (id int PRIMARY KEY, shop int, no int, deleted_at timestamptz,
  FOREIGN KEY (shop, no) REFERENCES shops ON DELETE SET NULL (no));
CREATE TABLE defaulted (id int PRIMARY KEY, shop int DEFAULT 0, no int DEFAULT 0, deleted_at timestamptz,
  FOREIGN KEY (shop, no) REFERENCES shops ON DELETE SET DEFAULT);
SELECT enable_soft_delete('restricted'), enable_soft_delete('unacted'), enable_soft_delete('emptied'),
  enable_soft_delete('defaulted');
INSERT INTO shops VALUES (0, 0), (1, 1), (2, 2), (3, 3);
INSERT INTO restricted VALUES (1, 1, 1);
INSERT INTO unacted VALUES (1, 2, 2);
INSERT INTO emptied VALUES (1, 3, 3, NULL), (2, 3, NULL, NULL), (3, 3, 3, '2020-01-01');
INSERT INTO defaulted VALUES (1, 3, 3);
SELECT f.* FROM generate_series(1, 2) id,
  failure(format('UPDATE shops SET deleted_at = ''2026-01-01'' WHERE id = %s', id)) f;
UPDATE restricted SET deleted_at = '2026-01-01';
UPDATE shops SET deleted_at = '2026-01-01' WHERE id IN (1, 3);
SELECT 'emptied', * FROM emptied UNION ALL SELECT 'defaulted', * FROM defaulted ORDER BY 1, 2;
-- the default must live as well
UPDATE defaulted SET shop = 2, no = 2;
UPDATE unacted SET deleted_at = '2026-01-01';
UPDATE shops SET deleted_at = '2026-01-01' WHERE id = 0;
SELECT state, message FROM failure('UPDATE shops SET deleted_at = ''2026-01-01'' WHERE id = 2');
-- and be another row than the one that goes
UPDATE shops SET deleted_at = NULL WHERE id = 0;
UPDATE defaulted SET shop = 0, no = 0;
SELECT state, message FROM failure('UPDATE shops SET deleted_at = ''2026-01-01'' WHERE id = 0');
DROP TABLE restricted, unacted, emptied, defaulted, shops;

-- what one statement deletes is one deletion, also where the stamp of a row above moves on
CREATE TABLE trees (id int PRIMARY KEY, above int REFERENCES trees ON DELETE CASCADE, deleted_at timestamptz);
CREATE TABLE leaves (id int PRIMARY KEY, tree int REFERENCES trees ON DELETE CASCADE, deleted_at timestamptz);
SELECT enable_soft_delete('leaves'), enable_soft_delete('trees');
INSERT INTO trees VALUES (3, NULL), (2, 3), (1, 2);
INSERT INTO leaves VALUES (1, 1), (2, 2), (3, 3), (4, 3);
UPDATE leaves SET deleted_at = '2026-01-01' WHERE id = 4;
WITH l AS (UPDATE leaves SET deleted_at = '2026-01-01' WHERE id IN (1, 2))
UPDATE trees t SET deleted_at = '2026-01-01' FROM (SELECT id FROM trees ORDER BY id) o WHERE o.id = t.id;
SELECT 'tree' AS of, id, deleted_at FROM trees UNION ALL SELECT 'leaf', id, deleted_at FROM leaves ORDER BY 1, 2;
UPDATE trees SET deleted_at = NULL WHERE id = 3;
SELECT 'tree' AS of, id FROM trees WHERE deleted_at IS NULL
UNION ALL SELECT 'leaf', id FROM leaves WHERE deleted_at IS NULL ORDER BY 1, 2;
DROP TABLE leaves, trees;

-- to itself, in a tree and in a circle
CREATE TABLE nodes (id int PRIMARY KEY, above int REFERENCES nodes ON DELETE CASCADE DEFERRABLE,
  deleted_at timestamptz);
SELECT enable_soft_delete('nodes');
INSERT INTO nodes VALUES (1, NULL), (2, 1), (3, 2), (4, 3), (5, NULL);
UPDATE nodes SET above = 5 WHERE id = 5;
UPDATE nodes SET deleted_at = '2026-01-01' WHERE id = 4;
UPDATE nodes SET deleted_at = '2026-01-01' WHERE id = 1;
TABLE nodes ORDER BY id;
UPDATE nodes SET deleted_at = NULL WHERE id = 1;
TABLE nodes ORDER BY id;
UPDATE nodes SET deleted_at = NULL WHERE id = 4;
UPDATE nodes SET above = 4 WHERE id = 1;
UPDATE nodes SET deleted_at = '2026-01-01' WHERE id = 2;
UPDATE nodes SET deleted_at = '2026-01-02' WHERE id = 5;
TABLE nodes ORDER BY id;
-- in a circle of deleted rows, none comes first
UPDATE nodes SET deleted_at = NULL WHERE id = 3;
UPDATE nodes SET deleted_at = NULL;
SELECT id FROM nodes WHERE deleted_at IS NOT NULL;
-- all of a tree in one statement is one deletion, whichever row comes first
UPDATE nodes SET above = NULL WHERE id = 1;
UPDATE nodes SET deleted_at = '2026-01-01' WHERE id < 5;
SELECT count(*), count(DISTINCT deleted_at) FROM nodes WHERE id < 5;
UPDATE nodes SET deleted_at = NULL WHERE id = 1;
SELECT count(*) FROM nodes WHERE deleted_at IS NULL;
-- a key that is checked late: a child may come first, but not under a row that comes as a deleted one
TRUNCATE nodes;
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO nodes VALUES (2, 1);
INSERT INTO nodes VALUES (1, NULL, '2026-01-01');
COMMIT;
TABLE nodes ORDER BY id;
-- a long thread, each row under the one before
TRUNCATE nodes;
CREATE INDEX ON nodes (above);
INSERT INTO nodes SELECT g, nullif(g - 1, 0) FROM generate_series(1, 5000) g;
UPDATE nodes SET deleted_at = '2026-01-01' WHERE id = 1;
SELECT count(*), min(deleted_at), max(deleted_at) FROM nodes WHERE deleted_at IS NOT NULL;
UPDATE nodes SET deleted_at = NULL WHERE id = 1;
SELECT count(*) FROM nodes WHERE deleted_at IS NULL;
DROP TABLE nodes;

-- one type and one precision, whoever is enabled last
CREATE TABLE above (id int PRIMARY KEY, deleted_at timestamptz);
CREATE TABLE below (id int PRIMARY KEY, above_id int REFERENCES above ON DELETE CASCADE, deleted_at timestamptz(3));
SELECT enable_soft_delete('below');
SELECT * FROM failure('SELECT enable_soft_delete(''above'')');
ALTER TABLE below ALTER deleted_at TYPE timestamptz;
SET client_min_messages = warning;
SELECT enable_soft_delete('above');
RESET client_min_messages;
BEGIN;
ALTER TABLE above ALTER deleted_at TYPE timestamp;
SELECT state, message, hint FROM failure('INSERT INTO above VALUES (1)');
ROLLBACK;
-- a foreign key that comes later
CREATE TABLE later (id int PRIMARY KEY, above_id int, deleted_at timestamptz);
SELECT enable_soft_delete('later');
INSERT INTO above VALUES (1); INSERT INTO below VALUES (1, 1); INSERT INTO later VALUES (1, 1);
UPDATE above SET deleted_at = '2026-01-01';
SELECT deleted_at FROM later;
UPDATE above SET deleted_at = NULL;
ALTER TABLE later ADD FOREIGN KEY (above_id) REFERENCES above ON DELETE CASCADE;
UPDATE above SET deleted_at = '2026-01-01';
SELECT deleted_at FROM later;
UPDATE above SET deleted_at = NULL;
ALTER TABLE later RENAME TO latest;
ALTER TABLE latest RENAME above_id TO "up""per";
UPDATE above SET deleted_at = '2026-01-01';
SELECT deleted_at FROM latest;
UPDATE above SET deleted_at = NULL;
SELECT disable_soft_delete('latest');
UPDATE above SET deleted_at = '2026-01-01';
SELECT deleted_at FROM latest;
DROP TABLE latest, below, above;

-- partitions on both sides, rows that move on the way
CREATE TABLE parents (id int, region text, deleted_at timestamptz, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE parents_a (deleted_at timestamptz, region text NOT NULL, id int NOT NULL);
ALTER TABLE parents ATTACH PARTITION parents_a FOR VALUES IN ('a');
CREATE TABLE parents_b PARTITION OF parents FOR VALUES IN ('b');
CREATE TABLE children (id int, parent int, region text, deleted_at timestamptz, PRIMARY KEY (id, region),
  FOREIGN KEY (parent, region) REFERENCES parents ON UPDATE CASCADE ON DELETE CASCADE) PARTITION BY LIST (region);
CREATE TABLE children_a PARTITION OF children FOR VALUES IN ('a');
CREATE TABLE children_b PARTITION OF children FOR VALUES IN ('b');
SET client_min_messages = warning;
SELECT enable_soft_delete('parents'), enable_soft_delete('children');
RESET client_min_messages;
INSERT INTO parents VALUES (1, 'a'), (2, 'b');
INSERT INTO children VALUES (1, 1, 'a'), (2, 1, 'a'), (3, 2, 'b');
UPDATE parents SET deleted_at = '2026-01-01' WHERE id = 1;
SELECT tableoid::regclass, id, deleted_at FROM children ORDER BY id;
SELECT state, message FROM failure('INSERT INTO children_a VALUES (9, 1, ''a'')');
UPDATE parents_a SET deleted_at = NULL;
UPDATE children SET deleted_at = '2026-01-01' WHERE id = 1;
UPDATE parents SET deleted_at = '2026-01-01', region = 'b' WHERE id = 1;
SELECT tableoid::regclass, id, region, deleted_at FROM children ORDER BY id;
UPDATE parents SET deleted_at = NULL WHERE id = 1;
SELECT tableoid::regclass, id, region, deleted_at FROM children ORDER BY id;

SET client_min_messages = error;
DROP SCHEMA soft CASCADE;
