-- live views: the rows that live, as a table that others can write to.
CREATE SCHEMA soft;
SET search_path = soft, upkeep, public;
SET timezone = 'UTC';
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, visits int DEFAULT 0, doubled int
  GENERATED ALWAYS AS (visits * 2) STORED, deleted_at timestamptz);
SELECT * FROM failure('SELECT live_view(''users'')');
SELECT enable_soft_delete('users');
SELECT call, f.state, f.message FROM unnest(ARRAY['NULL', '''users'', NULL', '''pg_class''']) call,
  failure(format('SELECT live_view(%s)', call)) f;
SELECT live_view('users');
SELECT replace(pg_get_viewdef('live.users'), 't.', '') AS query, reloptions FROM pg_class
WHERE oid = 'live.users'::regclass;
INSERT INTO users (id, email, deleted_at) VALUES (1, 'a', NULL), (2, 'b', NULL), (3, 'c', '2026-01-01');

-- it is written as a table is
TABLE live.users ORDER BY id;
INSERT INTO live.users (id, email) VALUES (4, 'd') RETURNING *;
UPDATE live.users SET visits = 1 WHERE id = 1 RETURNING id, doubled;
INSERT INTO live.users (id, email) VALUES (4, 'e') ON CONFLICT (id) DO UPDATE SET email = excluded.email
  RETURNING email;
DELETE FROM live.users WHERE id IN (1, 3, 4) RETURNING id, email;
\set ECHO none
DELETE FROM live.users WHERE id = 1;
\echo :ROW_COUNT
DELETE FROM live.users WHERE id = 2;
\echo :ROW_COUNT
\set ECHO all
SELECT id, deleted_at = now() AS now, deleted_at > '2026-01-02' AS stamped FROM users ORDER BY id;
UPDATE users SET deleted_at = NULL;
-- what is in the way of a deletion is told, and children go with it
CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users, deleted_at timestamptz);
SELECT enable_soft_delete('posts', hard_delete => 'refuse'), live_view('posts');
INSERT INTO live.posts VALUES (1, 1);
SELECT state, message FROM failure('DELETE FROM live.users WHERE id = 1');
DELETE FROM live.posts;
DELETE FROM live.users WHERE id = 1;
TABLE live.users ORDER BY id;
-- rows that one DELETE deletes are one deletion, whatever refers to what
CREATE TABLE nodes (id int PRIMARY KEY, above int REFERENCES nodes, under int REFERENCES nodes ON DELETE CASCADE,
  deleted_at timestamptz);
SELECT enable_soft_delete('nodes'), live_view('nodes');
INSERT INTO nodes VALUES (1, NULL, NULL), (2, 1, NULL), (3, 2, NULL), (4, NULL, 3), (5, NULL, 4);
SELECT state, message FROM failure('DELETE FROM live.nodes WHERE id < 3');
DELETE FROM live.nodes RETURNING id;
SELECT count(*), count(DISTINCT deleted_at), min(deleted_at) = max(deleted_at) AS same FROM nodes;
UPDATE nodes SET deleted_at = NULL WHERE id IN (1, 2, 3);
SELECT json_agg(id ORDER BY id) FROM live.nodes;
DROP TABLE nodes CASCADE;
-- while it is paused, a view's DELETE deletes no row either
BEGIN;
SET LOCAL upkeep.pause = 'soft_delete';
DELETE FROM live.users WHERE id = 2;
SELECT count(*) FROM users;
ROLLBACK;

-- with the rights of whoever uses it
GRANT USAGE ON SCHEMA live, soft TO regress_upkeep_other;
GRANT SELECT, DELETE ON live.users TO regress_upkeep_other WITH GRANT OPTION;
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure('TABLE live.users');
RESET ROLE;
GRANT SELECT ON users TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT count(*) FROM live.users;
SELECT state, message FROM failure('DELETE FROM live.users');
RESET ROLE;
GRANT UPDATE (deleted_at) ON users TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure('SELECT upkeep.live_view(''users'')');
DELETE FROM live.users WHERE id = 2;
GRANT SELECT ON live.users TO regress_upkeep_owner;
RESET ROLE;
UPDATE users SET deleted_at = NULL;
REVOKE ALL ON users FROM regress_upkeep_other;

-- ALTER TABLE: the view steps aside and comes back with all that it was given
COMMENT ON VIEW live.users IS 'it''s for %s';
COMMENT ON COLUMN live.users.email IS 'kept';
COMMENT ON COLUMN live.users.visits IS 'goes';
GRANT UPDATE (email, visits) ON live.users TO PUBLIC;
ALTER VIEW live.users SET (security_barrier = true);
CREATE FUNCTION note_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER others INSTEAD OF INSERT ON live.users FOR EACH ROW EXECUTE FUNCTION note_insert();
CREATE VIEW gifts AS SELECT replace(c.relacl::text, 'Dxtm', 'Dxt') AS relacl, c.reloptions, c.relowner::regrole,
  obj_description(c.oid) AS comment,
    (SELECT json_object_agg(attname, concat(attacl, ' ', col_description(attrelid, attnum)) ORDER BY attnum)
     FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0) AS columns,
    (SELECT array_agg(tgname ORDER BY tgname) FROM pg_trigger WHERE tgrelid = c.oid) AS triggers
  FROM pg_class c WHERE c.oid = to_regclass('live.users');
\x
TABLE gifts;
ALTER TABLE users DROP COLUMN doubled, DROP COLUMN visits, ALTER email TYPE varchar(50), ADD COLUMN phone text;
TABLE gifts;
\x
TABLE live.users ORDER BY id;
DROP TRIGGER others ON live.users;
DELETE FROM live.users WHERE id = 2 RETURNING *;
-- a command that fails leaves it as it was; one of somebody else's does not touch it
SELECT state FROM failure('ALTER TABLE users DROP COLUMN phone, DROP COLUMN nowhere');
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure('ALTER TABLE users DROP COLUMN phone');
RESET ROLE;
SELECT count(*) FROM gifts;
-- column defaults and rules of its own come back too; what does not fit any more is told
ALTER TABLE users ADD COLUMN rank int, ADD COLUMN level int, ADD COLUMN extra int;
SELECT live_view('users');
ALTER VIEW live.users ALTER rank SET DEFAULT 7;
ALTER VIEW live.users ALTER level SET DEFAULT 1 + 1;
ALTER VIEW live.users ALTER extra SET DEFAULT 3;
CREATE RULE plain AS ON UPDATE TO live.users WHERE new.rank < 0 DO ALSO NOTHING;
CREATE RULE of_extra AS ON UPDATE TO live.users WHERE new.extra < 0 DO ALSO NOTHING;
ALTER TABLE users DROP COLUMN extra, ALTER level TYPE date USING NULL, ALTER rank TYPE bigint;
SELECT column_name, column_default FROM information_schema.columns
WHERE table_schema = 'live' AND table_name = 'users' AND column_default IS NOT NULL;
SELECT rulename FROM pg_rewrite WHERE ev_class = 'live.users'::regclass ORDER BY 1;
DROP RULE plain ON live.users;
ALTER TABLE users DROP COLUMN rank, DROP COLUMN level;
-- others' views of it are their own matter
CREATE VIEW of_others AS TABLE live.users;
SELECT state, message FROM failure('ALTER TABLE users DROP COLUMN phone');
DROP VIEW of_others;

-- what came, and what is called otherwise, is not in the view until it is made again
ALTER TABLE users ADD COLUMN city text;
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'soft_delete' AND finding LIKE '%live%';
CREATE VIEW of_others AS TABLE live.users;
SELECT live_view('users');
DROP VIEW of_others;
ALTER TABLE users RENAME email TO mail;
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'soft_delete' AND finding LIKE '%live%';
DELETE FROM live.users WHERE email = 'a';
SELECT live_view('users');
SELECT count(*) FROM upkeep.check() WHERE feature = 'soft_delete' AND finding LIKE '%live%';
ALTER TABLE users RENAME TO people;
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'soft_delete' AND finding LIKE '%live%';
ALTER TABLE people DROP COLUMN city;
SELECT count(*) FROM live.users;
ALTER TABLE people RENAME TO users;
-- in a schema of one's own, beside others
CREATE TABLE live.posts2 (id int);
CREATE SCHEMA "My Live";
SELECT live_view('users', 'My Live');
SELECT state, message FROM failure('SELECT live_view(''users'', ''soft'')');
SELECT relname FROM pg_class WHERE relnamespace = '"My Live"'::regnamespace;
ALTER TABLE users DROP COLUMN phone;
SELECT relnamespace::regnamespace FROM pg_class WHERE relname = 'users' AND relkind = 'v' ORDER BY 1;

-- partitions, and a table that is altered through its root
CREATE TABLE sales (id int, region text, note text, deleted_at timestamp, PRIMARY KEY (id, region))
  PARTITION BY LIST (region);
CREATE TABLE sales_a PARTITION OF sales FOR VALUES IN ('a');
SELECT enable_soft_delete('sales'), live_view('sales'), live_view('sales_a');
INSERT INTO live.sales VALUES (1, 'a'), (2, 'a');
DELETE FROM live.sales WHERE id = 1;
DELETE FROM live.sales_a WHERE id = 2;
SELECT count(*), count(deleted_at) FROM sales;
ALTER TABLE sales DROP COLUMN note;
TABLE live.sales_a;

-- without soft delete it deletes nothing any more
BEGIN;
DROP TRIGGER zz_upkeep_soft_delete ON users;
DROP TRIGGER zz_upkeep_soft_delete_insert ON users;
SELECT state, message, hint FROM failure('DELETE FROM live.users');
ROLLBACK;
-- disabling takes the views, which nothing would move out of the way of ALTER TABLE, and so does a column that is gone
BEGIN;
SELECT disable_soft_delete('users');
ALTER TABLE users DROP COLUMN deleted_at;
SELECT relname FROM pg_class WHERE relname = 'users' AND relkind = 'v';
ROLLBACK;
BEGIN;
ALTER TABLE sales ALTER COLUMN deleted_at TYPE text;
SELECT relname FROM pg_class WHERE relname LIKE 'sales%' AND relkind = 'v';
ROLLBACK;
-- who alters a table need not have the right to make views
CREATE TABLE owned (id int PRIMARY KEY, note text, deleted_at timestamptz);
SELECT enable_soft_delete('owned'), live_view('owned');
ALTER TABLE owned OWNER TO regress_upkeep_owner;
ALTER VIEW live.owned OWNER TO regress_upkeep_owner;
GRANT USAGE ON SCHEMA soft, live TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
SELECT state FROM failure('CREATE VIEW live.mine AS SELECT 1');
ALTER TABLE owned DROP COLUMN note;
SELECT count(*) FROM live.owned;
RESET ROLE;
SELECT relowner::regrole, replace(relacl::text, 'Dxtm', 'Dxt') AS relacl FROM pg_class
WHERE oid = 'live.owned'::regclass;
-- a view that only looks like one
CREATE VIEW looks AS SELECT p.id FROM posts p JOIN users u ON u.id = p.user_id;
CREATE TRIGGER zz_upkeep_soft_delete INSTEAD OF DELETE ON looks FOR EACH ROW EXECUTE FUNCTION soft_delete();
UPDATE users SET deleted_at = NULL;
UPDATE posts SET deleted_at = NULL;
SELECT state, message FROM failure('DELETE FROM looks');
DROP VIEW looks;
-- disable_all takes the views, whose DELETE would delete rows else
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT disable_all('disable');
SELECT count(*) FROM pg_class WHERE relnamespace IN ('live'::regnamespace, '"My Live"'::regnamespace) AND relkind = 'v';
ROLLBACK;

SET client_min_messages = error;
DROP SCHEMA live, "My Live", soft CASCADE;
