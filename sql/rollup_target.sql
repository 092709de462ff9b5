-- rollup: the rows of the target. An UPDATE keeps the figures that are there; a new row, and one with a new key, has
-- what the sources say. Rows of a deferrable foreign key, and of keys that none follows, can precede their group.
CREATE TABLE users (junk text, id bigint PRIMARY KEY, name text, orders_count int NOT NULL DEFAULT 7,
  spent numeric(10,2), last_order date, doubled int GENERATED ALWAYS AS (orders_count * 2) STORED);
ALTER TABLE users DROP COLUMN junk;
CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id int REFERENCES users DEFERRABLE INITIALLY DEFERRED, amount numeric, day date);
CREATE INDEX ON orders (user_id);
SELECT upkeep.enable_rollup('users', 'orders', '{orders_count = count(*), spent = sum(amount), last_order = max(day)}');

-- A row without orders.
INSERT INTO users (id, orders_count, spent) VALUES (1, 99, 99) RETURNING *;
-- Orders before their user, whose figures a client makes up; by INSERT, COPY, MERGE and an upsert.
BEGIN;
INSERT INTO orders (user_id, amount, day) SELECT u, u * 1.555, '2026-11-01'::date + u
  FROM generate_series(2, 7) u, generate_series(1, u) n;
INSERT INTO users (id, orders_count) VALUES (2, 99) RETURNING *;
COPY users (id, name, spent) FROM stdin;
3	c	99
\.
MERGE INTO users u USING (VALUES (1), (4)) AS v (id) ON u.id = v.id
  WHEN MATCHED THEN UPDATE SET name = 'merged', orders_count = 99
  WHEN NOT MATCHED THEN INSERT (id, spent) VALUES (v.id, 99);
INSERT INTO users (id) VALUES (4), (5)
  ON CONFLICT (id) DO UPDATE SET orders_count = excluded.orders_count + 1, name = 'there' RETURNING *;
PREPARE make(int) AS INSERT INTO users (id) VALUES ($1);
EXECUTE make(6);
EXECUTE make(7);
COMMIT;
SELECT * FROM users ORDER BY id;
SELECT * FROM upkeep.check_rollup('users');

-- A figure's column is nobody else's, whatever else is written with it.
UPDATE users SET orders_count = orders_count + 1, spent = NULL, last_order = 'infinity', name = 'kept'
  WHERE id = 3 RETURNING *;
UPDATE users SET (orders_count, spent) = (SELECT 1, 2) WHERE id IN (2, 4);
MERGE INTO users u USING (VALUES (5)) AS v (id) ON u.id = v.id WHEN MATCHED THEN UPDATE SET orders_count = 0;
SELECT * FROM users WHERE id < 6 ORDER BY id;
-- A stored NULL stays, and counts as 0.
ALTER TABLE users DISABLE TRIGGER USER;
UPDATE users SET spent = NULL WHERE id = 1;
ALTER TABLE users ENABLE TRIGGER USER;
UPDATE users SET spent = 5, name = 'null' WHERE id = 1 RETURNING spent, name;
SELECT * FROM upkeep.check_rollup('users');

-- Another key has other orders.
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
UPDATE users SET id = 70, orders_count = 1 WHERE id = 7 RETURNING *;
UPDATE users SET id = 7, spent = 1 WHERE id = 1 RETURNING *;
UPDATE users SET id = 1, spent = 1 WHERE id = 70 RETURNING *;
SELECT * FROM upkeep.check_rollup('users');
COMMIT;

-- What the session writes between the trigger and the row's being written.
CREATE FUNCTION welcome() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO orders (user_id, amount) VALUES (new.id, 1), (new.id + 1, 2);
  RETURN new; END $$;
CREATE TRIGGER zz_welcome BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION welcome();
BEGIN;
INSERT INTO users (id) VALUES (20), (21), (22), (23) RETURNING id, orders_count, spent;
SELECT id, orders_count, spent FROM users WHERE id >= 20 ORDER BY id;
SELECT * FROM upkeep.check_rollup('users');
ROLLBACK;
BEGIN;
SAVEPOINT one;
INSERT INTO users (id) VALUES (20);
ROLLBACK TO one;
INSERT INTO users (id) VALUES (20) RETURNING orders_count;
SELECT orders_count FROM users WHERE id = 20;
ROLLBACK;
DROP TRIGGER zz_welcome ON users;

-- Paused, and in statements whose triggers are silent, everything is the client's.
SET upkeep.pause = 'rollup';
UPDATE users SET orders_count = 42 WHERE id = 2 RETURNING orders_count;
RESET upkeep.pause;
SELECT * FROM upkeep.check_rollup('users');
CALL upkeep.recalculate_rollup('users');
SELECT * FROM upkeep.check_rollup('users');

-- A foreign key that is checked at once: a new user has no orders, and nothing is read; unless a user of that key was
-- there before, in the same statement.
ALTER TABLE orders ALTER CONSTRAINT orders_user_id_fkey NOT DEFERRABLE;
INSERT INTO users (id, spent) VALUES (30, 1), (31, 2) RETURNING *;
WITH gone AS (DELETE FROM users WHERE id = 2 RETURNING *)
INSERT INTO users (id, name) SELECT id, 'again' FROM gone RETURNING *;
SELECT * FROM upkeep.check_rollup('users');

-- One that is too large for its column.
BEGIN;
ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
INSERT INTO orders (user_id, amount) VALUES (40, 99999999), (40, 1);
\set VERBOSITY verbose
INSERT INTO users (id) VALUES (40);
\set VERBOSITY default
ROLLBACK;

-- Broken arguments are told by whoever needs them.
ALTER TABLE orders RENAME COLUMN amount TO total;
UPDATE users SET name = 'still' WHERE id = 3;
INSERT INTO users (id) VALUES (50);
ALTER TABLE orders RENAME COLUMN total TO amount;
ALTER TABLE orders RENAME TO sales;
UPDATE users SET orders_count = 1 WHERE id = 3 RETURNING orders_count;
INSERT INTO users (id) VALUES (50);
ALTER TABLE sales RENAME TO orders;
ALTER TABLE users RENAME COLUMN spent TO paid;
UPDATE users SET name = 'x';
ALTER TABLE users RENAME COLUMN paid TO spent;
INSERT INTO users (id) VALUES (50);
DROP TABLE orders, users;

-- Several rollups into one row: two foreign keys, one column that two sources feed, keys that differ.
CREATE TABLE accounts (id uuid PRIMARY KEY, shop int, code text COLLATE "C", sent int, received int, balance numeric,
  first_mail timestamptz, UNIQUE (shop, code));
CREATE TABLE mails (sender uuid REFERENCES accounts DEFERRABLE INITIALLY DEFERRED,
  receiver uuid REFERENCES accounts DEFERRABLE INITIALLY DEFERRED, price int, at timestamptz);
CREATE TABLE refunds (shop int, code text, amount numeric);
CREATE INDEX ON mails (sender);
CREATE INDEX ON mails (receiver);
CREATE INDEX ON refunds (shop, code);
SELECT upkeep.enable_rollup('accounts', 'mails', '{sent = count(*), balance = sum(-price), first_mail = min(at)}',
  '{id = sender}', missing => 'ignore');
SELECT upkeep.enable_rollup('accounts', 'mails', '{received = count(*), balance = sum(price)}', '{id = receiver}',
  missing => 'ignore');
SELECT upkeep.enable_rollup('accounts', 'refunds', '{balance = sum(amount)}', '{code = code, shop = shop}',
  missing => 'ignore');
BEGIN;
INSERT INTO mails VALUES (repeat('1', 32)::uuid, repeat('2', 32)::uuid, 5, '2026-01-01 00:00+00'),
  (repeat('1', 32)::uuid, repeat('1', 32)::uuid, 7, '2025-01-01 00:00+00');
INSERT INTO refunds VALUES (1, 'b', 100.5), (1, 'a', 0.25), (2, 'a', 1), (1, NULL, 1000);
SET timezone = 'UTC';
INSERT INTO accounts (id, shop, code) VALUES (repeat('1', 32)::uuid, 1, 'a'),
  (repeat('2', 32)::uuid, 1, 'b'), (repeat('3', 32)::uuid, 1, NULL) RETURNING *;
COMMIT;
SELECT * FROM upkeep.check_rollup('accounts');
-- One key changes, the other stays.
UPDATE accounts SET shop = 2, received = 9 WHERE code = 'a' RETURNING sent, received, balance, first_mail;
UPDATE accounts SET code = NULL WHERE code = 'b' RETURNING sent, received, balance, first_mail;
SELECT * FROM upkeep.check_rollup('accounts');
DROP TABLE accounts, mails, refunds;

-- NULL is a group of its own where the unique index says so; domains check what is computed.
CREATE DOMAIN few AS int CHECK (VALUE < 3);
CREATE TABLE groups (a int, b text, n few DEFAULT 0, UNIQUE NULLS NOT DISTINCT (a, b));
CREATE TABLE things (x int, y text);
SELECT upkeep.enable_rollup('groups', 'things', '{n = count(*)}', '{b = upper(y), a = x}', missing => 'ignore');
INSERT INTO things VALUES (NULL, 'p'), (NULL, 'p'), (1, NULL), (1, 'q'), (1, 'q'), (1, 'Q');
INSERT INTO groups VALUES (NULL, 'P', 1), (1, NULL, 2), (NULL, NULL, NULL) RETURNING *;
\set VERBOSITY terse
INSERT INTO groups VALUES (1, 'Q');
\set VERBOSITY default
UPDATE groups SET b = 'R' WHERE a = 1 RETURNING *;
UPDATE groups SET b = NULL, a = 1 WHERE b = 'R' RETURNING *;
DROP TABLE groups, things;
DROP DOMAIN few;

-- Partitions with columns in another order, and rows that move between them.
CREATE TABLE days (shop int, day date, note text, orders int DEFAULT 0, PRIMARY KEY (shop, day))
  PARTITION BY RANGE (day);
CREATE TABLE days_1 (orders int DEFAULT 0, day date NOT NULL, note text, gone int, shop int NOT NULL);
ALTER TABLE days_1 DROP COLUMN gone;
ALTER TABLE days ATTACH PARTITION days_1 FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE TABLE sales (shop int, at date);
CREATE INDEX ON sales (shop, at);
SELECT upkeep.enable_rollup('days', 'sales', '{orders = count(*)}', '{shop = shop, day = at}', missing => 'ignore');
INSERT INTO sales VALUES (1, '2026-01-05'), (1, '2026-01-05'), (1, '2026-02-05');
INSERT INTO days VALUES (1, '2026-01-05', 'a', 9), (2, '2026-01-05', 'b', 9) RETURNING *;
INSERT INTO days_2 VALUES (1, '2026-02-05', 'c', 9) RETURNING *;
UPDATE days SET orders = 5, note = note || '+' RETURNING *;
UPDATE days SET shop = 3, day = '2026-02-05' WHERE note = 'b+' RETURNING *;
UPDATE days SET shop = 4 WHERE note = 'c+' RETURNING *;
UPDATE days SET day = '2026-02-05' WHERE note = 'a+' RETURNING *;
SELECT * FROM upkeep.check_rollup('days');
DROP TABLE days, sales;

-- Two keys, and a statement that has computed figures for one that the row did not get: ON CONFLICT has met a row with
-- another one, or the change has failed.
CREATE TABLE people (id int PRIMARY KEY, nick int UNIQUE, sent int DEFAULT 0, got int DEFAULT 0, note text);
CREATE TABLE mails (sender int, receiver int);
CREATE INDEX ON mails (sender);
CREATE INDEX ON mails (receiver);
SELECT upkeep.enable_rollup('people', 'mails', '{sent = count(*)}', '{id = sender}', missing => 'ignore');
SELECT upkeep.enable_rollup('people', 'mails', '{got = count(*)}', '{nick = receiver}', missing => 'ignore');
INSERT INTO people VALUES (1, 1), (2, 2);
BEGIN;
INSERT INTO people VALUES (3);
WITH sent AS (INSERT INTO mails VALUES (3, 30))
  INSERT INTO people VALUES (3, 30) ON CONFLICT (id) DO NOTHING;
SELECT * FROM people ORDER BY id;
COMMIT;
SELECT * FROM upkeep.check_rollup('people');
BEGIN;
SAVEPOINT before;
UPDATE people SET nick = 1 WHERE id = 2;
ROLLBACK TO before;
INSERT INTO mails VALUES (1, 1);
UPDATE people SET note = 'kept' WHERE id = 2 RETURNING *;
COMMIT;
SELECT * FROM people ORDER BY id;
SELECT * FROM upkeep.check_rollup('people');
DROP TABLE people, mails;

-- Children of a target: their groups are those of the parent, which the source names, whatever the order of columns.
CREATE TABLE shops (id int, day int, visits int DEFAULT 0, last_visit int, orders int DEFAULT 0, total int DEFAULT 0,
  number int UNIQUE, PRIMARY KEY (id, day));
CREATE TABLE stands (place text, number int UNIQUE, day int, id int, PRIMARY KEY (id, day));
ALTER TABLE stands ADD visits int DEFAULT 0, ADD last_visit int, ADD orders int DEFAULT 0, ADD total int DEFAULT 0;
ALTER TABLE stands INHERIT shops;
CREATE TABLE visits (id int, shop int, day int);
CREATE TABLE orders (id int, number int);
CREATE INDEX ON visits (shop, day);
CREATE INDEX ON orders (number);
SELECT upkeep.enable_rollup('shops', 'visits', '{visits = count(*), last_visit = max(id), total = count(id)}',
  '{id = shop, day = day}', missing => 'ignore');
SELECT upkeep.enable_rollup('shops', 'orders', '{orders = count(*), total = count(id)}', '{number = number}',
  missing => 'ignore');
INSERT INTO stands (id, day, number) VALUES (1, 1, 1), (2, 1, 2);
INSERT INTO shops (id, day, number) VALUES (3, 1, 3);
WITH came AS (INSERT INTO visits VALUES (1, 5, 1), (2, 5, 1) RETURNING id)
  UPDATE shops SET id = 5 FROM (SELECT count(*) FROM came) c WHERE id = 1;
WITH came AS (INSERT INTO visits VALUES (3, 6, 1), (4, 6, 1), (5, 1, 6) RETURNING id)
  INSERT INTO stands (id, day) SELECT 6, 1 FROM (SELECT count(*) FROM came) c;
WITH ordered AS (INSERT INTO orders VALUES (1, 9), (2, 9), (3, 3) RETURNING id)
  UPDATE shops SET number = 9 FROM (SELECT count(*) FROM ordered) o WHERE id = 2;
INSERT INTO visits VALUES (6, 2, 1);
SELECT tableoid::regclass, id, day, number, visits, last_visit, orders, total FROM shops ORDER BY id;
SELECT * FROM upkeep.check_rollup('shops');
TRUNCATE orders;
SELECT id, visits, orders, total FROM shops ORDER BY id;
SELECT upkeep.enable_rollup('shops', 'visits', '{visits = count(*), last_visit = max(id), total = count(id)}',
  '{id = shop, day = day}', missing => 'insert');
SET upkeep.pause = 'rollup';
INSERT INTO visits VALUES (7, 3, 1), (8, 5, 1);
RESET upkeep.pause;
SELECT * FROM upkeep.check_rollup('stands', 'visits') WHERE metric = 'visits';
CALL upkeep.recalculate_rollup('stands', 'visits');
SELECT tableoid::regclass, id, day, visits FROM shops ORDER BY id, day;
DROP TABLE stands, shops, visits, orders;
-- And of a source: a statement that writes the child is one that writes the source.
CREATE TABLE members (id int PRIMARY KEY, boss int, reports int DEFAULT 0, mails int DEFAULT 0);
CREATE TABLE chiefs (PRIMARY KEY (id)) INHERITS (members);
CREATE TABLE mails (id int, member int);
CREATE TABLE old_mails () INHERITS (mails);
CREATE INDEX ON members (boss);
CREATE INDEX ON mails (member);
SELECT upkeep.enable_rollup('members', 'members', '{reports = count(*)}', '{id = boss}', missing => 'ignore');
SELECT upkeep.enable_rollup('members', 'mails', '{mails = count(*)}', '{id = member}', missing => 'ignore');
INSERT INTO chiefs VALUES (1, 1), (2, 1);
INSERT INTO chiefs VALUES (1, 2), (3, 3) ON CONFLICT (id) DO UPDATE SET boss = 2;
WITH came AS (INSERT INTO old_mails VALUES (1, 4), (2, 4) RETURNING id)
  INSERT INTO members SELECT 4, 4 FROM (SELECT count(*) FROM came) c;
SELECT * FROM members ORDER BY id;
SELECT * FROM upkeep.check_rollup('members');
DROP TABLE members, chiefs, mails, old_mails;

-- Whoever may write rows of the target need not see the source.
CREATE SCHEMA hidden;
CREATE TABLE hidden.facts (k int, v int);
CREATE TABLE shown (k int PRIMARY KEY, total bigint);
ALTER TABLE hidden.facts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SELECT upkeep.enable_rollup('shown', 'hidden.facts', '{total = sum(v)}', '{k = k}', missing => 'ignore');
INSERT INTO hidden.facts VALUES (1, 5), (1, 6);
CREATE ROLE rollup_clerk;
GRANT INSERT, UPDATE, SELECT ON shown TO rollup_clerk;
GRANT CREATE ON SCHEMA public TO rollup_clerk;
SET ROLE rollup_clerk;
CREATE FUNCTION public.count(int) RETURNS bigint LANGUAGE sql AS 'SELECT 666::bigint';
CREATE FUNCTION public.wrong(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR public.= (LEFTARG = int, RIGHTARG = int, FUNCTION = public.wrong);
SET search_path = public, pg_catalog;
INSERT INTO shown VALUES (1, 99), (2, 99) RETURNING *;
UPDATE shown SET k = k OPERATOR(pg_catalog.+) 10, total = 1 RETURNING *;
UPDATE shown SET k = k OPERATOR(pg_catalog.-) 10, total = 1 RETURNING *;
RESET search_path;
RESET ROLE;
DROP OPERATOR public.= (int, int);
DROP FUNCTION public.wrong, public.count(int);
REVOKE ALL ON SCHEMA public FROM rollup_clerk;
DROP TABLE shown, hidden.facts;
DROP SCHEMA hidden;
DROP ROLE rollup_clerk;
