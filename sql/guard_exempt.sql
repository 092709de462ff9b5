-- A standing yes: the partitions of one table, or one table, for one role.
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE SCHEMA retained;
SET search_path = retained, public;
CREATE FUNCTION tried(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RAISE EXCEPTION USING ERRCODE = 'P0099', MESSAGE = 'goes through';
EXCEPTION WHEN OTHERS THEN
  RETURN CASE SQLSTATE WHEN 'P0099' THEN '' ELSE SQLSTATE || ' ' END || SQLERRM;
END $$;
SELECT upkeep.enable_guard(schemas => '{retained}');
CREATE ROLE regress_upkeep_job;
CREATE ROLE regress_upkeep_worker IN ROLE regress_upkeep_job;
GRANT USAGE, CREATE ON SCHEMA retained TO regress_upkeep_job;
CREATE TABLE events (id int, day int, note text) PARTITION BY LIST (day);
CREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1);
CREATE TABLE events_2 PARTITION OF events FOR VALUES IN (2) PARTITION BY LIST (id);
CREATE TABLE events_2_1 PARTITION OF events_2 FOR VALUES IN (1);
CREATE TABLE events_3 PARTITION OF events FOR VALUES IN (3);
CREATE TABLE "Scratch, all" (id int);
CREATE TABLE kept AS SELECT 1 AS id;
CREATE VIEW seen AS SELECT 1 AS x;
INSERT INTO events VALUES (1, 1, 'x'), (1, 2, 'y'), (1, 3, 'z');
INSERT INTO "Scratch, all" VALUES (1);

-- partitions at any depth; not the whole, nor a column
SELECT tried('DROP TABLE events_1');
SELECT upkeep.guard_exempt('events');
SELECT s, tried(s) FROM unnest(ARRAY['DROP TABLE events_1', 'TRUNCATE events_1', 'TRUNCATE events_1, events_2',
  'DROP TABLE events_2', 'TRUNCATE events_2_1', 'DROP TABLE events_1, events_2_1',
  'TRUNCATE events', 'DROP TABLE events', 'DROP TABLE events_1, kept',
  'ALTER TABLE events_1 ALTER note TYPE char(1) USING NULL', 'ALTER TABLE events DROP COLUMN note']) s;
-- a table by itself
SELECT upkeep.guard_exempt('retained."Scratch, all"');
SELECT s, tried(s) FROM unnest(ARRAY['DROP TABLE "Scratch, all"', 'TRUNCATE "Scratch, all"',
  'TRUNCATE "Scratch, all", kept', 'ALTER TABLE "Scratch, all" DROP COLUMN id']) s;
-- as any yes it is logged; a number that was confirmed is held against the truth all the same
BEGIN;
TRUNCATE events_1;
DROP TABLE events_2;
SELECT tag, object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current() ORDER BY "when";
SELECT upkeep.confirm_drop('events_3', 5);
SELECT tried('DROP TABLE events_3');
ROLLBACK;

-- detached and dropped, as retention does: within one transaction
SELECT s, tried(s) FROM unnest(ARRAY['ALTER TABLE events DETACH PARTITION events_1; DROP TABLE events_1', 'ALTER TABLE '
    'events DETACH PARTITION events_1; TRUNCATE events_1; INSERT INTO events_1 VALUES (1, 1); DROP TABLE events_1',
  'ALTER TABLE events DETACH PARTITION events_2; DROP TABLE events_2_1; DROP TABLE events_2',
  'ALTER TABLE events_2 DETACH PARTITION events_2_1; DROP TABLE events_2_1']) s;
BEGIN;
SAVEPOINT s;
ALTER TABLE events DETACH PARTITION events_1;
ROLLBACK TO s;
SELECT upkeep.guard_unexempt('events');
SELECT tried('DROP TABLE events_1');
ROLLBACK;
ALTER TABLE events DETACH PARTITION events_1;
SELECT tried('DROP TABLE events_1');
ALTER TABLE events ATTACH PARTITION events_1 FOR VALUES IN (1);
-- of plain inheritance
CREATE TABLE mother (id int);
CREATE TABLE daughter () INHERITS (mother);
INSERT INTO mother VALUES (1);
INSERT INTO daughter VALUES (1);
SELECT upkeep.guard_exempt('mother');
SELECT s, tried(s) FROM unnest(ARRAY['DROP TABLE daughter', 'TRUNCATE mother',
  'ALTER TABLE daughter NO INHERIT mother; DROP TABLE daughter']) s;

-- for one role, its members, and no superuser who is none of them
ALTER TABLE events OWNER TO regress_upkeep_job;
ALTER TABLE events_1 OWNER TO regress_upkeep_job;
ALTER TABLE events_3 OWNER TO regress_upkeep_owner;
GRANT ALL ON SCHEMA retained TO regress_upkeep_owner;
SELECT upkeep.guard_exempt('events', 'regress_upkeep_job');
-- C++ edition {
SELECT tried('DROP TABLE events_1');
-- }
SET ROLE regress_upkeep_job;
SELECT tried('DROP TABLE events_1');
SET ROLE regress_upkeep_worker;
SELECT tried('DROP TABLE events_1');
SET ROLE regress_upkeep_owner;
-- C++ edition {
SELECT tried('DROP TABLE events_3');
-- }
RESET ROLE;
-- until it ends
SELECT upkeep.guard_exempt('events', until => now() + interval '1 day');
SELECT tried('DROP TABLE events_1');
SET client_min_messages = notice;
SELECT upkeep.guard_exempt('events', until => '2020-01-01 00:00:00+00');
SET client_min_messages = error;
-- C++ edition {
SELECT tried('DROP TABLE events_1');
-- }

-- where it stands
SET timezone = 'UTC';
SELECT upkeep.guard_exempt('kept', 'regress_upkeep_worker', '2999-01-01');
SELECT object, role, until, exempted_by FROM upkeep.guard_exemptions ORDER BY object::text;
SELECT object, options FROM upkeep.managed WHERE feature = 'guard' AND options <> '{}' ORDER BY object::text;
SELECT * FROM upkeep.export_sql('kept');
SELECT e FROM upkeep.export_sql() e WHERE e ~ 'exempt';
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'guard';
RESET timezone;
-- a table keeps it with another name and in another schema, and takes it along when it is dropped,
-- whether or not the guard looks
ALTER TABLE kept RENAME TO kept_still;
SELECT object FROM upkeep.guard_exemptions WHERE object = 'kept_still'::regclass;
ALTER TABLE kept_still SET SCHEMA public;
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'guard' AND object = 'public.kept_still'::regclass;
SET upkeep.pause = 'guard';
DROP TABLE public.kept_still;
RESET upkeep.pause;
SELECT upkeep.guard_unexempt('events');
DROP TABLE "Scratch, all";
SELECT object FROM upkeep.guard_exemptions;
-- a role that is gone
SELECT upkeep.guard_exempt('events', 'regress_upkeep_worker');
DROP ROLE regress_upkeep_worker;
SELECT object, finding FROM upkeep.check() WHERE feature = 'guard';
-- ended
SET client_min_messages = notice;
SELECT upkeep.guard_unexempt('events');
SELECT upkeep.guard_unexempt('events');
SET client_min_messages = error;
-- C++ edition {
SELECT tried('DROP TABLE events_1');
-- }

-- whose it is, and what is wrong with a request
GRANT USAGE ON SCHEMA retained TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT f.* FROM unnest(ARRAY['guard_exempt(''retained.events'')', 'guard_unexempt(''retained.events'')']) c,
  public.failure('SELECT upkeep.' || c) f;
SELECT state FROM public.failure('INSERT INTO upkeep.guard_exemptions VALUES (''retained.events'')');
SELECT count(*) FROM upkeep.guard_exemptions;
SET ROLE regress_upkeep_job;
SELECT upkeep.guard_exempt('retained.events');
RESET ROLE;
SELECT c, f.* FROM unnest(ARRAY['guard_exempt(NULL)', 'guard_exempt('''')',
  'guard_exempt(''nope'')', 'guard_exempt(''retained'')', 'guard_exempt(''events.note'')', 'guard_exempt(''seen'')',
  'guard_exempt(''events.nope'')',
  'guard_exempt(''events'', ''no such role'')', 'guard_exempt(''events'', until => ''tomorrow or so'')',
  'guard_unexempt(NULL)', 'guard_unexempt(''nope'')']) c, failure('SELECT upkeep.' || c) f;

-- the guard off: exemptions stay, until all is disabled
SELECT upkeep.disable_guard();
SELECT count(*) FROM upkeep.guard_exemptions;
BEGIN;
SELECT upkeep.disable_all('disable');
SELECT count(*) FROM upkeep.guard_exemptions;
ROLLBACK;
DROP SCHEMA retained CASCADE;
-- C++ edition {
SELECT count(*) FROM upkeep.guard_exemptions;
-- }
DROP OWNED BY regress_upkeep_job;
DROP ROLE regress_upkeep_job;
DELETE FROM upkeep.ddl_log;
