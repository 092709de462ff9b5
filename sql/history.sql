-- History: an entry for each changed row.
SET client_min_messages = warning;
CREATE SCHEMA past;
SET search_path = past, public;
SET application_name = 'shop';

-- told(): what was written since the last call, without stamps
CREATE TABLE told_up_to AS SELECT coalesce(max(id), 0) AS id FROM upkeep.history_entries;
CREATE FUNCTION told() RETURNS TABLE (n bigint, action text, key jsonb, before jsonb, after jsonb)
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  WITH news AS (
    SELECT h.* FROM upkeep.history h WHERE h.id > (SELECT id FROM past.told_up_to)
  ), up_to AS (
    UPDATE past.told_up_to t SET id = (SELECT max(id) FROM news) WHERE EXISTS (SELECT FROM news)
  )
  SELECT row_number() OVER (ORDER BY id), action, key, before - 'updated_at', after - 'updated_at' FROM news ORDER BY id
$$;

CREATE TABLE items (
  id int PRIMARY KEY, name text, price numeric(10,2), password_hash text, views int DEFAULT 0,
  double_price numeric GENERATED ALWAYS AS (price * 2) STORED, updated_at timestamptz
);
SELECT upkeep.enable_updated_at('items', ignore_columns => '{views}');
SET client_min_messages = notice;
SELECT upkeep.enable_history('items');
SET client_min_messages = warning;
SELECT tgname FROM pg_trigger WHERE tgrelid = 'items'::regclass AND tgname ~ 'history' ORDER BY 1;

INSERT INTO items (id, name, price, password_hash, updated_at) VALUES
  (1, 'one', 12, 'hash', '2026-01-01 00:00+00'), (2, 'two', NULL, NULL, NULL);
SELECT * FROM told();
-- 12, 14, 12: two entries; the same again: none
UPDATE items SET price = 14 WHERE id = 1;
UPDATE items SET price = 14 WHERE id = 1;
UPDATE items SET price = 12 WHERE id = 1;
SELECT * FROM told();
-- what updated_at ignores, its stamp, and what is excluded are no changes
UPDATE items SET views = views + 1;
UPDATE items SET password_hash = 'other';
SELECT * FROM told();
-- but come along with one
UPDATE items SET views = 100, name = 'uno', password_hash = 'third' WHERE id = 1;
SELECT before ? 'updated_at' AS has_stamp FROM upkeep.history WHERE id = (SELECT max(id) FROM upkeep.history);
SELECT * FROM told();
-- a key that changes
UPDATE items SET id = 3 WHERE id = 1;
SELECT * FROM told();
-- upsert, MERGE, COPY
INSERT INTO items (id, name) VALUES (2, 'dos'), (4, 'four') ON CONFLICT (id) DO UPDATE SET name = excluded.name;
SELECT * FROM told();
MERGE INTO items i USING (VALUES (2, 'zwei'), (3, NULL), (5, 'five')) v (id, name) ON v.id = i.id
WHEN MATCHED AND v.name IS NULL THEN DELETE
WHEN MATCHED THEN UPDATE SET name = v.name
WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name);
SELECT * FROM told();
COPY items (id, name) FROM stdin;
6	six
7	seven
\.
SELECT n, action, key, after FROM told();
-- TRUNCATE
TRUNCATE items;
SELECT * FROM told();
INSERT INTO items (id) SELECT generate_series(1, 10001);
SELECT count(*) FROM told();
TRUNCATE items;
SELECT * FROM told();
-- paused
SET upkeep.pause = 'history';
INSERT INTO items (id) VALUES (1);
RESET upkeep.pause;
SELECT * FROM told();
-- no entry is left of what was taken back
BEGIN;
INSERT INTO items (id) VALUES (8);
SAVEPOINT a;
INSERT INTO items (id) VALUES (9);
ROLLBACK TO a;
INSERT INTO items (id) VALUES (10);
COMMIT;
SELECT n, action, key FROM told();

-- who, and in which statement
BEGIN;
SELECT upkeep.set_actor('alice', 'ticket 7');
UPDATE items SET name = 'x' WHERE id = 8;
UPDATE items SET name = 'y' WHERE id IN (8, 10);
DO $$ BEGIN
  UPDATE past.items SET name = 'z' WHERE id = 8; UPDATE past.items SET name = 'zz' WHERE id = 8;
END $$;
COMMIT;
UPDATE items SET name = 'w' WHERE id = 8;
UPDATE items SET name = 'v' WHERE id = 8\; UPDATE items SET name = 'u' WHERE id = 8;
SELECT dense_rank() OVER (ORDER BY transaction) AS tx, statement, key, actor, reason, role = session_user AS role,
  application, target, table_name
FROM upkeep.history WHERE id > (SELECT id FROM told_up_to) ORDER BY id;
SELECT count(*) FROM told();
SELECT state, message, detail, hint FROM failure(format('SELECT upkeep.set_actor(%L)', repeat('x', 257)));
SELECT state, message, detail, hint FROM failure(format('SELECT upkeep.set_actor(NULL, %L)', repeat('x', 1001)));

-- columns of one's choice, digests
CREATE TABLE accounts (tenant int, no int, email text, api_key text, balance numeric, note text, UNIQUE (tenant, no),
  PRIMARY KEY (no, tenant));
SELECT upkeep.enable_history('accounts', columns => '{email,balance,api_key}', digest_columns => '{email}',
  ignore_columns => '{balance}', key_columns => '{tenant,no}');
SELECT options FROM upkeep.managed WHERE object = 'accounts'::regclass;
INSERT INTO accounts VALUES (1, 1, 'a@example.com', 'k1', 10, 'x'), (1, 2, 'a@example.com', NULL, 0, NULL);
UPDATE accounts SET note = 'y';
UPDATE accounts SET balance = 11;
UPDATE accounts SET email = 'b@example.com', balance = 12 WHERE no = 1;
UPDATE accounts SET email = 'a@example.com' WHERE no = 1;
CREATE TEMP TABLE digests AS SELECT * FROM told();
SELECT n, action, key, before - 'email' AS before, after - 'email' AS after FROM digests;
-- they show that a value changed, and that it came back; rows do not share them
SELECT (SELECT jsonb_object_keys(after->'email') FROM digests WHERE n = 1) AS mark,
  length(max(after->'email'->>'digest')) AS length,
  count(*) FILTER (WHERE n = 4 AND after->'email' = (SELECT after->'email' FROM digests WHERE n = 1)) AS came_back,
  count(*) FILTER (WHERE n > 1 AND after->'email' = (SELECT after->'email' FROM digests WHERE n = 1))
    AS all_like_the_first
FROM digests;

-- every partition, whichever table a statement names
CREATE TABLE parts (id int, kind text, v int, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
CREATE TABLE parts_a PARTITION OF parts FOR VALUES IN ('a');
CREATE TABLE parts_b (v int, kind text NOT NULL, id int NOT NULL);
ALTER TABLE parts ATTACH PARTITION parts_b FOR VALUES IN ('b');
SELECT upkeep.enable_history('parts');
CREATE TABLE parts_c (gone int, id int NOT NULL, kind text NOT NULL, v int);
ALTER TABLE parts_c DROP COLUMN gone;
ALTER TABLE parts ATTACH PARTITION parts_c FOR VALUES IN ('c');
INSERT INTO parts VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3);
INSERT INTO parts_c (id, kind, v) VALUES (4, 'c', 4);
UPDATE parts_b SET v = 20;
UPDATE parts SET kind = 'b' WHERE id = 1;
DELETE FROM parts_c WHERE id = 4;
SELECT * FROM told();
MERGE INTO parts p USING (VALUES (1)) v (id) ON p.id = v.id WHEN MATCHED THEN UPDATE SET kind = 'a';
SELECT * FROM told();
TRUNCATE parts_c;
TRUNCATE parts;
SELECT * FROM told();
SELECT DISTINCT target FROM upkeep.history WHERE target::text ~ 'parts';
-- a trigger that swallows what moves
CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN NEW.id > 1 THEN NEW END; END $$;
CREATE TRIGGER swallow BEFORE INSERT ON parts_b FOR EACH ROW EXECUTE FUNCTION swallow();
INSERT INTO parts VALUES (1, 'a', 1), (2, 'a', 2), (3, 'a', 3);
SELECT count(*) FROM told();
UPDATE parts SET kind = CASE WHEN id < 3 THEN 'b' ELSE kind END, v = v + 1;
SELECT * FROM told();
SELECT * FROM parts ORDER BY id;

-- names that change, in the options too
CREATE TABLE renamed (id int PRIMARY KEY, price int, note text, extra text);
SELECT upkeep.enable_history('renamed', exclude_columns => '{note}');
INSERT INTO renamed VALUES (1, 1, 'a');
ALTER TABLE renamed RENAME note TO remark;
ALTER TABLE renamed RENAME price TO amount;
UPDATE renamed SET amount = 2, remark = 'b';
ALTER TABLE renamed DROP COLUMN extra;
ALTER TABLE renamed RENAME TO "Renamed Items";
CREATE SCHEMA past2;
ALTER TABLE "Renamed Items" SET SCHEMA past2;
UPDATE past2."Renamed Items" SET amount = 3;
ALTER SCHEMA past2 RENAME TO past3;
ALTER TABLE past3."Renamed Items" DROP COLUMN remark;
UPDATE past3."Renamed Items" SET amount = 4;
SELECT h.table_name, h.target, h.action, h.key, h.before, h.after FROM upkeep.history h
WHERE h.id > (SELECT id FROM told_up_to) ORDER BY id;
SELECT count(*) FROM told();
SELECT options FROM upkeep.managed WHERE object = 'past3."Renamed Items"'::regclass;
DROP SCHEMA past3 CASCADE;
SELECT table_name, target, count(*) FROM upkeep.history WHERE table_name ~ 'enamed' GROUP BY 1, 2 ORDER BY 1;
CREATE TABLE renamed (id int PRIMARY KEY);
SELECT upkeep.enable_history('renamed');
INSERT INTO renamed VALUES (1);
SELECT table_name, target, count(*) FROM upkeep.history WHERE table_name ~ 'enamed' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) FROM told();

-- a secret stays one under another name; names can be changed by other commands than ALTER TABLE
CREATE TABLE secrets (id int PRIMARY KEY, password text, token text, v int);
SELECT upkeep.enable_history('secrets');
INSERT INTO secrets VALUES (1, 'S1', 'S2', 1);
SET client_min_messages = notice;
ALTER TABLE secrets RENAME password TO pw;
SET client_min_messages = warning;
ALTER VIEW secrets RENAME COLUMN v TO w;
ALTER INDEX secrets RENAME TO hidden;
UPDATE hidden SET pw = 'S3', token = 'S4', w = 2;
SELECT action, before, after FROM upkeep.history WHERE target = 'hidden'::regclass ORDER BY id;
SELECT count(*) FROM upkeep.history WHERE before::text ~ 'S[1-4]' OR after::text ~ 'S[1-4]';
SELECT options FROM upkeep.managed WHERE object = 'hidden'::regclass;
CREATE TABLE secrets (id int PRIMARY KEY);
SELECT count(*) FROM upkeep.history WHERE target = 'secrets'::regclass;
SET session_replication_role = replica;
DROP TABLE hidden;
RESET session_replication_role;
CREATE TABLE hidden (id int);
SELECT count(*) FROM upkeep.history WHERE target = 'hidden'::regclass;
SELECT count(*) FROM told();

-- where it was disabled, or rows came with a partition, it begins anew
CREATE TABLE anew (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);
CREATE TABLE anew_1 PARTITION OF anew FOR VALUES FROM (1) TO (10);
CREATE TABLE anew_2 (id int PRIMARY KEY, v int);
CREATE TABLE anew_3 (id int PRIMARY KEY, v int);
SELECT upkeep.enable_history('anew');
INSERT INTO anew VALUES (1, 1);
CREATE TEMP TABLE moments AS SELECT 1 AS n, clock_timestamp() AS at;
SELECT upkeep.enable_history('anew', exclude_columns => '{}');
ALTER TABLE anew ATTACH PARTITION anew_2 FOR VALUES FROM (10) TO (20);
UPDATE anew SET v = 2;
SELECT a.* FROM moments, LATERAL upkeep.as_of(NULL::anew, at) a;
INSERT INTO anew_3 VALUES (20, 20);
ALTER TABLE anew ATTACH PARTITION anew_3 FOR VALUES FROM (20) TO (30);
SELECT f.state, f.message FROM failure('SELECT upkeep.as_of(NULL::past.anew, (SELECT at FROM moments WHERE n = 1))') f;
INSERT INTO moments SELECT 2, clock_timestamp();
SELECT a.* FROM moments, LATERAL upkeep.as_of(NULL::anew, at) a WHERE n = 2 ORDER BY id;
SELECT upkeep.disable_history('anew');
UPDATE anew SET v = 3;
SELECT upkeep.enable_history('anew');
SELECT f.state, f.message FROM failure('SELECT upkeep.as_of(NULL::past.anew, (SELECT at FROM moments WHERE n = 2))') f;
SELECT count(*) FROM told();

-- a nested change of the same row comes after the one that set it off
CREATE TABLE nested (id int PRIMARY KEY, v int, w int);
CREATE FUNCTION nest() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE past.nested SET w = NEW.v WHERE id = NEW.id AND w IS DISTINCT FROM NEW.v; RETURN NULL; END $$;
CREATE TRIGGER nest AFTER INSERT OR UPDATE OF v ON nested FOR EACH ROW EXECUTE FUNCTION nest();
SELECT upkeep.enable_history('nested');
INSERT INTO nested VALUES (1, 1);
UPDATE nested SET v = 2;
SELECT * FROM told();
-- at any depth, without what is taken back
CREATE OR REPLACE FUNCTION nest() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.v < 3 THEN
    UPDATE past.nested SET v = NEW.v + 1 WHERE id = NEW.id;
    BEGIN
      UPDATE past.nested SET w = 99 WHERE id = NEW.id;
      RAISE 'back';
    EXCEPTION WHEN raise_exception THEN NULL;
    END;
    UPDATE past.nested SET w = w + 1 WHERE id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
INSERT INTO nested VALUES (2, 1, 0);
SELECT * FROM nested WHERE id = 2;
SELECT * FROM told();
-- where no trigger of the statement around it writes, they come all the same
ALTER TABLE nested DISABLE TRIGGER zz_upkeep_history_insert;
INSERT INTO nested VALUES (3, 2, 0);
SELECT * FROM told();
ALTER TABLE nested ENABLE TRIGGER zz_upkeep_history_insert;
-- a statement with several kinds of changes
CREATE OR REPLACE FUNCTION nest() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF pg_trigger_depth() < 2 THEN UPDATE past.nested SET w = w + 1 WHERE id = NEW.id; END IF;
  RETURN NULL;
END $$;
INSERT INTO nested VALUES (3, 0, 0), (4, 3, 0) ON CONFLICT (id) DO UPDATE SET v = 100;
SELECT * FROM told();
WITH a AS (UPDATE nested SET v = 4 WHERE id = 4 RETURNING 1), b AS (INSERT INTO nested VALUES (5, 5, 5) RETURNING 1)
SELECT FROM a, b;
SELECT * FROM told();
MERGE INTO nested n USING (VALUES (5), (6)) v (id) ON v.id = n.id
WHEN MATCHED THEN UPDATE SET v = 50 WHEN NOT MATCHED THEN INSERT VALUES (v.id, 60, 0);
SELECT * FROM told();
-- COPY, whose rows are changed at once, also after an error that was caught; as_of knows the rows from their beginning
CREATE OR REPLACE FUNCTION nest() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF pg_trigger_depth() < 3 THEN
    BEGIN RAISE 'back'; EXCEPTION WHEN raise_exception THEN NULL; END;
    UPDATE past.nested SET v = v + 1 WHERE id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
SELECT clock_timestamp() AS then \gset
COPY nested FROM STDIN;
11	0	0
12	0	0
\.
SELECT * FROM told();
SELECT count(*) AS of_copy FROM upkeep.as_of(NULL::nested, :'then') WHERE id > 10;
ALTER TABLE nested DISABLE TRIGGER zz_upkeep_history_insert;
COPY nested FROM STDIN;
13	0	0
\.
ALTER TABLE nested ENABLE TRIGGER zz_upkeep_history_insert;
SELECT * FROM told();
-- the first statement of a session, which loads the library when its triggers fire
\c -
SET search_path = past, public;
SET client_min_messages = warning;
INSERT INTO nested VALUES (14, 0, 0);
SELECT * FROM told();

-- plain CREATE TRIGGER in a migration
CREATE TABLE by_hand (id int PRIMARY KEY, v int);
CREATE TRIGGER h AFTER INSERT ON by_hand REFERENCING NEW TABLE AS n
  FOR EACH STATEMENT EXECUTE FUNCTION upkeep.record_history();
BEGIN;
INSERT INTO by_hand VALUES (1, 1);
ROLLBACK;
CREATE TABLE other_hand (id int PRIMARY KEY, v int);
SELECT upkeep.enable_history('other_hand');
INSERT INTO by_hand VALUES (2, 1);
INSERT INTO other_hand VALUES (3, 1);
SELECT target, key FROM upkeep.history WHERE target::text ~ 'hand' ORDER BY id;
SELECT count(*) FROM told();
CREATE TRIGGER wrong AFTER INSERT ON by_hand FOR EACH ROW EXECUTE FUNCTION upkeep.record_history();
SELECT state, message, hint FROM failure('INSERT INTO past.by_hand VALUES (4, 1)');

-- what cannot be enabled
CREATE TABLE no_key (id int);
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent);
CREATE TABLE token_key (session_token text PRIMARY KEY, v int);
CREATE TABLE computed_key (id int, key int GENERATED ALWAYS AS (id * 10) STORED PRIMARY KEY);
CREATE VIEW a_view AS SELECT * FROM items;
CREATE TEMP TABLE temporary_one (id int PRIMARY KEY);
SELECT f.* FROM (VALUES
  ($$'past.no_key'$$), ($$'past.no_key', key_columns => '{id}'$$), ($$'past.items', key_columns => '{name}'$$),
  ($$'past.parent'$$), ($$'past.child'$$), ($$'past.a_view'$$), ($$'temporary_one'$$), ($$'past.parts_a'$$),
  ($$'past.token_key'$$), ($$'past.items', exclude_columns => '{id}'$$), ($$'past.items', digest_columns => '{id}'$$),
  ($$'past.items', columns => '{name}', exclude_columns => '{name}'$$),
  ($$'past.items', digest_columns => '{name}', exclude_columns => '{name}'$$),
  ($$'past.items', columns => '{nothing}'$$), ($$'past.items', columns => '{double_price}'$$), ($$NULL$$),
  ($$'past.computed_key'$$), ($$'upkeep.history_keys'$$)
) v (arguments), LATERAL failure(format('SELECT upkeep.enable_history(%s)', v.arguments)) f;
SELECT upkeep.enable_history('token_key', columns => '{v}', digest_columns => NULL, exclude_columns => '{}');
INSERT INTO token_key VALUES ('t', 1);
SELECT * FROM told();

-- who may see what
CREATE ROLE past_reader;
GRANT USAGE ON SCHEMA past TO past_reader;
GRANT SELECT ON accounts, nested TO past_reader;
ALTER TABLE nested ENABLE ROW LEVEL SECURITY;
SET ROLE past_reader;
SELECT DISTINCT target FROM upkeep.history;
SELECT state, message FROM failure('SELECT FROM upkeep.history_entries');
SELECT state, message FROM failure('SELECT FROM upkeep.history_keys');
SELECT state, message FROM failure('SELECT FROM upkeep.history_tables');
SELECT state, message FROM failure('SELECT upkeep.enable_history(''past.items'')');
SELECT state, message FROM failure('SELECT upkeep.disable_history(''past.items'')');
RESET ROLE;
ALTER TABLE nested OWNER TO past_reader;
SET ROLE past_reader;
SELECT DISTINCT target FROM upkeep.history WHERE target = 'nested'::regclass;
RESET ROLE;
ALTER TABLE nested FORCE ROW LEVEL SECURITY;
SET ROLE past_reader;
SELECT DISTINCT target FROM upkeep.history WHERE target = 'nested'::regclass;
RESET ROLE;

-- an owner without any right to the extension's tables, under a search_path of somebody else's
CREATE SCHEMA trap;
CREATE FUNCTION trap.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE OPERATOR trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.eq);
CREATE TABLE past.owned (id text PRIMARY KEY, at interval);
ALTER TABLE owned OWNER TO past_reader;
GRANT USAGE ON SCHEMA trap TO past_reader;
SET ROLE past_reader;
SELECT upkeep.enable_history('owned');
SET search_path = trap, pg_catalog, past;
SET IntervalStyle = 'iso_8601';
INSERT INTO owned VALUES ('a', '1 day 2 hours');
DELETE FROM owned;
RESET IntervalStyle;
SET search_path = past, public;
RESET ROLE;
SELECT * FROM told();

-- an index that somebody gives the month is written to from the next entry on, and one that is gone no more
SELECT 'upkeep.' || to_char(now() AT TIME ZONE 'UTC', '"history_"YYYY_MM') AS month, clock_timestamp() AS began \gset
INSERT INTO items (id) VALUES (70);
CREATE INDEX added ON :month (table_number, at);
INSERT INTO items (id) VALUES (71);
CREATE INDEX of_inserts ON :month (at) WHERE action = 'i';
INSERT INTO items (id) VALUES (72);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT count(*) AS by_both FROM :month e
WHERE e.table_number = (SELECT max(number) FROM upkeep.history_tables WHERE name = 'past.items') AND e.at > :'began';
SELECT count(*) AS by_inserts FROM :month e WHERE e.action = 'i' AND e.at > :'began';
RESET enable_seqscan;
RESET enable_bitmapscan;
DROP INDEX upkeep.of_inserts;
INSERT INTO items (id) VALUES (73);
DROP INDEX upkeep.added;
INSERT INTO items (id) VALUES (74);
SELECT count(*) AS entries FROM told();

-- what check() finds
ALTER TABLE accounts DISABLE TRIGGER zz_upkeep_history_delete;
DROP TRIGGER zz_upkeep_history_truncate ON accounts;
DROP TRIGGER zz_upkeep_history_insert ON parts_a;
ALTER TABLE nested DROP CONSTRAINT nested_pkey;
CREATE TABLE heir () INHERITS (items);
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'history' ORDER BY object::text COLLATE "C", finding;

DROP TABLE heir;

-- the end of it
SET client_min_messages = notice;
SELECT upkeep.disable_history('items');
SELECT upkeep.disable_history('items');
SET client_min_messages = warning;
INSERT INTO items (id) VALUES (77);
SELECT * FROM told();
SELECT count(*) > 10 AS stays FROM upkeep.history WHERE target = 'items'::regclass;
DROP SCHEMA past, trap CASCADE;
DROP ROLE past_reader;
