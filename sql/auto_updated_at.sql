-- auto_updated_at: new tables get updated_at by themselves.
CREATE SCHEMA auto;
CREATE SCHEMA "Other Auto";
CREATE VIEW auto_managed AS SELECT object, feature, options FROM upkeep.managed
  WHERE object::text LIKE 'auto%' OR object::text LIKE '"Other%';
SELECT upkeep.auto_updated_at('{auto,"Other Auto"}');
TABLE upkeep.auto_updated_at_rules;
CREATE TABLE auto.plain (id int PRIMARY KEY, updated_at timestamptz);
CREATE TABLE auto.without (id int);
CREATE TABLE auto_elsewhere (id int, updated_at timestamptz);
CREATE TABLE "Other Auto"."A Table" (id int, updated_at timestamp(3) DEFAULT now());
CREATE TABLE auto.as_select AS SELECT 1 AS id, now() AS updated_at;
SELECT 1 AS id, now() AS updated_at INTO auto.into_select;
CREATE TABLE auto.like_plain (LIKE auto.plain);
CREATE TABLE auto.root (id int, updated_at timestamptz) PARTITION BY LIST (id);
CREATE TABLE auto.root_1 PARTITION OF auto.root FOR VALUES IN (1);
CREATE TABLE auto.child (x int) INHERITS (auto.plain);
CREATE TEMP TABLE auto_temp (id int, updated_at timestamptz);
CREATE VIEW auto.a_view AS SELECT * FROM auto.plain;
CREATE FOREIGN TABLE auto.elsewhere (updated_at timestamptz) SERVER nowhere;
CREATE TABLE auto.wrong_type (id int, updated_at date);
TABLE auto_managed;
ALTER TABLE auto.without ADD COLUMN other int;
ALTER TABLE auto.without ADD COLUMN updated_at timestamptz DEFAULT now();
SELECT options FROM auto_managed WHERE object = 'auto.without'::regclass;
-- what is set stays
SELECT upkeep.enable_updated_at('auto.plain', ignore_columns => '{id}');
ALTER TABLE auto.plain ADD COLUMN note text;
SELECT options FROM auto_managed WHERE object = 'auto.plain'::regclass;
SELECT upkeep.disable_updated_at('auto.as_select');
ALTER TABLE auto.as_select ALTER id SET NOT NULL, ADD PRIMARY KEY (id);
SELECT count(*) AS still_off FROM auto_managed WHERE object = 'auto.as_select'::regclass;
-- in a function, in CREATE SCHEMA, in a transaction that is rolled back
DO $$ BEGIN CREATE TABLE auto.in_do (id int, updated_at timestamptz); END $$;
BEGIN;
CREATE TABLE auto.rolled_back (id int, updated_at timestamptz);
SELECT count(*) FROM auto_managed WHERE object = 'auto.rolled_back'::regclass;
ROLLBACK;
SELECT state, message FROM failure('SELECT upkeep.auto_updated_at(''{auto,new_auto}'')');
SELECT count(*) AS rules_as_before FROM upkeep.auto_updated_at_rules;
SELECT object FROM auto_managed WHERE object = 'auto.in_do'::regclass;
-- a table that got it by itself can become a partition of one that has it, named in the caller's search_path
SET search_path = auto, public;
-- C++ edition {
CREATE TABLE root_2 (LIKE root);
ALTER TABLE root ATTACH PARTITION root_2 FOR VALUES IN (2);
SELECT tgname, tgparentid <> 0 AS is_clone FROM pg_trigger WHERE tgrelid = 'root_2'::regclass;
INSERT INTO root VALUES (2);
SELECT moved('root', 'UPDATE root SET updated_at = NULL');
ALTER TABLE root DETACH PARTITION root_2;
-- }
SELECT state, message FROM failure('ALTER TABLE root ATTACH PARTITION nowhere FOR VALUES IN (3)');
RESET search_path;
-- a partition gets the touches of its root
CREATE TABLE auto.sensors (id int PRIMARY KEY, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE auto.readings (sensor_id int REFERENCES auto.sensors, day int) PARTITION BY LIST (day);
SELECT upkeep.enable_touch('auto.readings', 'auto.sensors');
CREATE TABLE auto.readings_1 PARTITION OF auto.readings FOR VALUES IN (1);
CREATE TABLE auto.readings_2 (day int, sensor_id int) PARTITION BY LIST (day);
CREATE TABLE auto.readings_2_2 PARTITION OF auto.readings_2 FOR VALUES IN (2);
ALTER TABLE auto.readings ATTACH PARTITION auto.readings_2 FOR VALUES IN (2);
INSERT INTO auto.sensors VALUES (1), (2);
SELECT moved('auto.sensors', 'INSERT INTO auto.readings_1 VALUES (1, 1)');
SELECT moved('auto.sensors', 'INSERT INTO auto.readings_2 VALUES (2, 2)');
SELECT moved('auto.sensors', 'INSERT INTO auto.readings_2_2 VALUES (2, 2)');
SELECT count(*) FROM upkeep.check() WHERE feature = 'touch' AND object::text LIKE 'auto.readings%';
-- another column, paused, switched off
SELECT upkeep.auto_updated_at('{auto}', 'changed_at');
CREATE TABLE auto.changed (id int, updated_at timestamptz, changed_at timestamptz);
SELECT options FROM auto_managed WHERE object = 'auto.changed'::regclass;
BEGIN;
SET LOCAL upkeep.pause = 'updated_at';
CREATE TABLE auto.paused (id int, changed_at timestamptz);
COMMIT;
SELECT finding, hint FROM upkeep.check() WHERE object = 'auto.paused'::regclass;
SELECT upkeep.auto_updated_at(NULL);
CREATE TABLE auto.off (id int, changed_at timestamptz);
SELECT count(*) FROM auto_managed WHERE object IN ('auto.off'::regclass, 'auto.paused'::regclass);
-- what makes a table fit: another name, another type, another schema, no longer a partition, no longer generated
SELECT upkeep.auto_updated_at('{auto,"Other Auto"}');
CREATE TABLE auto.grows (id int, modified timestamptz, at timestamptz);
ALTER TABLE auto.grows RENAME modified TO updated_at;
SELECT options FROM auto_managed WHERE object = 'auto.grows'::regclass;
ALTER TABLE auto.wrong_type ALTER updated_at TYPE timestamptz;
SELECT options FROM auto_managed WHERE object = 'auto.wrong_type'::regclass;
CREATE TABLE auto_moves (id int, updated_at timestamptz);
ALTER TABLE auto_moves SET SCHEMA auto;
SELECT options FROM auto_managed WHERE object = 'auto.auto_moves'::regclass;
CREATE TABLE auto.derived (id int, at timestamptz, updated_at timestamptz GENERATED ALWAYS AS (at) STORED);
ALTER TABLE auto.derived ALTER updated_at DROP EXPRESSION;
SELECT options FROM auto_managed WHERE object = 'auto.derived'::regclass;
SET search_path = auto, public;
ALTER TABLE root DETACH PARTITION root_1;
SELECT tgname, tgparentid <> 0 AS is_clone FROM pg_trigger WHERE tgrelid = 'root_1'::regclass;
RESET search_path;
-- switched off stays off: it was fit before
SELECT upkeep.disable_updated_at('auto.grows');
ALTER TABLE auto.grows ALTER updated_at TYPE timestamptz(3), ALTER id TYPE bigint;
ALTER TABLE auto.grows RENAME at TO seen_at;
SELECT count(*) AS still_off FROM auto_managed WHERE object = 'auto.grows'::regclass;
-- the same where an event trigger of somebody else's, who comes before, alters tables in the midst of the command
CREATE FUNCTION auto.hand_over() RETURNS event_trigger LANGUAGE plpgsql AS $$ DECLARE made record; BEGIN
  IF current_setting('auto.hands_over', true) = 'yes' THEN RETURN; END IF;
  PERFORM set_config('auto.hands_over', 'yes', true);
  FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_type = 'table' LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO CURRENT_USER', made.object_identity);
  END LOOP;
  PERFORM set_config('auto.hands_over', 'no', true);
END $$;
CREATE TABLE auto.root_3 PARTITION OF auto.root FOR VALUES IN (3);
CREATE EVENT TRIGGER hand_over ON ddl_command_end EXECUTE FUNCTION auto.hand_over();
ALTER TABLE auto.grows ALTER updated_at TYPE timestamptz(2);
SELECT count(*) AS still_off FROM auto_managed WHERE object = 'auto.grows'::regclass;
ALTER TABLE auto.root DETACH PARTITION auto.root_3;
SELECT tgname, tgparentid <> 0 AS is_clone FROM pg_trigger WHERE tgrelid = 'auto.root_3'::regclass;
DROP EVENT TRIGGER hand_over;
DROP TABLE auto.root_3;
DROP FUNCTION auto.hand_over();
-- within one transaction, and where the first attempt failed
BEGIN;
SAVEPOINT before;
ALTER TABLE auto.grows ALTER updated_at TYPE date;
ROLLBACK TO before;
ALTER TABLE auto.grows ALTER updated_at TYPE timestamptz;
SELECT count(*) AS still_off FROM auto_managed WHERE object = 'auto.grows'::regclass;
ALTER TABLE auto.grows ALTER updated_at TYPE date;
ALTER TABLE auto.grows ALTER updated_at TYPE timestamptz;
SELECT count(*) AS is_on FROM auto_managed WHERE object = 'auto.grows'::regclass;
ROLLBACK;
-- columns to protect: those that a table has; none of the usual ones then
SELECT upkeep.auto_updated_at('{auto}', protect_columns => '{born,"Made By"}');
CREATE TABLE auto.guards (id int, born date, created_at date, updated_at timestamptz);
CREATE TABLE auto.guards_none (id int, created_at date, updated_at timestamptz);
SELECT object, options FROM auto_managed WHERE object IN ('auto.guards'::regclass, 'auto.guards_none'::regclass);
SELECT * FROM failure('SELECT upkeep.auto_updated_at(''{auto}'', protect_columns => ''{updated_at}'')');
-- a schema that is renamed takes its rules along, whoever renames it, also while paused
CREATE SCHEMA auto_owned AUTHORIZATION regress_upkeep_owner;
SELECT upkeep.auto_updated_at('{auto,auto_owned,"Other Auto"}', protect_columns => '{}');
GRANT CREATE ON DATABASE regression TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
ALTER SCHEMA auto_owned RENAME TO "Auto Renamed";
CREATE TABLE "Auto Renamed".t (id int, created_at date, updated_at timestamptz);
SELECT options FROM upkeep.managed WHERE object = '"Auto Renamed".t'::regclass;
RESET ROLE;
BEGIN;
SET LOCAL upkeep.pause = 'updated_at';
ALTER SCHEMA "Other Auto" RENAME TO other_auto;
TABLE upkeep.auto_updated_at_rules ORDER BY 1;
ROLLBACK;
-- rules that are left from a schema that is gone give way to those of the one that takes its name
DROP SCHEMA "Auto Renamed" CASCADE;
ALTER SCHEMA "Other Auto" RENAME TO "Auto Renamed";
TABLE upkeep.auto_updated_at_rules ORDER BY 1;
ALTER SCHEMA "Auto Renamed" RENAME TO "Other Auto";
REVOKE CREATE ON DATABASE regression FROM regress_upkeep_owner;
-- by one who is no superuser
SET ROLE regress_upkeep_other;
SELECT * FROM failure('SELECT upkeep.auto_updated_at(''{auto}'')');
SELECT * FROM failure('DELETE FROM upkeep.auto_updated_at_rules');
RESET ROLE;
SELECT upkeep.auto_updated_at('{auto}');
GRANT CREATE, USAGE ON SCHEMA auto TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
CREATE TABLE auto.owned (id int, updated_at timestamptz);
RESET ROLE;
SELECT options FROM auto_managed WHERE object = 'auto.owned'::regclass;
SELECT upkeep.auto_updated_at('{}');
SELECT count(*) FROM upkeep.auto_updated_at_rules;
-- C++ edition {
SELECT failure('SELECT upkeep.follow_ddl()');
-- }
DROP VIEW auto_managed;
