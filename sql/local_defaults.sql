-- Defaults that write the session's local time into a timestamp, beside stamps in UTC.
CREATE SCHEMA local_time;
SET search_path = local_time, public;
SET timezone = 'Asia/Ho_Chi_Minh';
CREATE DOMAIN moment AS timestamp(3) DEFAULT CURRENT_TIMESTAMP;
CREATE DOMAIN moment_of AS moment;
CREATE TABLE defaults (n serial, d text, local boolean);
INSERT INTO defaults (d, local) VALUES ('now()', true), ('CURRENT_TIMESTAMP', true), ('CURRENT_TIMESTAMP(0)', true),
  ('LOCALTIMESTAMP', true), ('LOCALTIMESTAMP(3)', true),
  ('clock_timestamp()', true), ('statement_timestamp()', true), ('now()::timestamp(3)', true),
  ('CAST(now() AS timestamp)', true), ('date_trunc(''milliseconds'', now())', true), ('CURRENT_DATE', true),
  ('now() AT TIME ZONE ''Asia/Tokyo''', true), ('now() AT TIME ZONE current_setting(''TimeZone'')', true),
  ('now() AT TIME ZONE ''UTC''', false), ('timezone(''utc'', now())', false),
  ('CURRENT_TIMESTAMP(3) AT TIME ZONE ''Etc/UTC''', false),
  ('timezone(''utc'', clock_timestamp())::timestamp(0)', false),
  ('''2020-01-01''', false), ('NULL', false);
-- what check() finds, for each default
DO $$
DECLARE each record; finding text;
BEGIN
  FOR each IN SELECT * FROM defaults ORDER BY n LOOP
    EXECUTE format('CREATE TABLE d_%s (id int PRIMARY KEY, updated_at timestamp DEFAULT (%s))', each.n, each.d);
    SET LOCAL client_min_messages = warning;
    PERFORM upkeep.enable_updated_at(format('d_%s', each.n)::regclass);
    RESET client_min_messages;
    SELECT c.finding INTO finding FROM upkeep.check() c WHERE object = format('d_%s', each.n)::regclass;
    IF (finding IS NOT NULL) <> each.local THEN RAISE WARNING '%: %', each.d, finding; END IF;
  END LOOP;
END $$;
CREATE TABLE of_domain (id int PRIMARY KEY, updated_at moment_of);
SELECT upkeep.enable_updated_at('of_domain');
CREATE TABLE both_columns (id int PRIMARY KEY, x int, "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) DEFAULT CURRENT_TIMESTAMP);
SELECT upkeep.enable_updated_at('both_columns', 'updatedAt');
CREATE TABLE created_only (id int PRIMARY KEY, x int, created_at timestamp DEFAULT now(), updated_at timestamp);
SELECT upkeep.enable_updated_at('created_only');
-- nothing to tell: a zone, and local time that is wanted
CREATE TABLE zoned (id int PRIMARY KEY, created_at timestamp DEFAULT now(), updated_at timestamptz DEFAULT now());
CREATE TABLE wanted (id int PRIMARY KEY, created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now());
SELECT upkeep.enable_updated_at('zoned'), upkeep.enable_updated_at('wanted', timezone => 'session');
-- a partitioned table, by its root
CREATE TABLE root (id int, x int, created_at timestamp DEFAULT now(),
  updated_at timestamp DEFAULT (now() AT TIME ZONE 'UTC')) PARTITION BY LIST (id);
CREATE TABLE root_1 PARTITION OF root FOR VALUES IN (1);
SELECT upkeep.enable_updated_at('root');
CREATE VIEW found AS SELECT object, finding, hint FROM upkeep.check()
  WHERE object IN ('of_domain'::regclass, 'both_columns'::regclass, 'created_only'::regclass, 'zoned'::regclass,
    'wanted'::regclass, 'root'::regclass, 'root_1'::regclass)
  AND finding NOT LIKE '%infinite%' ORDER BY object::text COLLATE "C", finding;
TABLE found;
-- rows that show it: the stamp goes back, before the creation
INSERT INTO both_columns VALUES (1, 1), (2, 1);
INSERT INTO created_only VALUES (1, 1);
INSERT INTO root VALUES (1, 1);
UPDATE both_columns SET x = 2 WHERE id = 1 RETURNING "updatedAt" < "createdAt" AS goes_back;
-- where every session is in UTC the defaults do no harm: only the rows tell
SET timezone = 'UTC';
SELECT count(*) FROM pg_settings WHERE name = 'TimeZone' AND reset_val = 'UTC';
SELECT object, finding FROM found WHERE finding LIKE '% row%';
-- what the hint says mends it
ALTER TABLE local_time.both_columns ALTER COLUMN "updatedAt" SET DEFAULT (now() AT TIME ZONE 'UTC'),
  ALTER COLUMN "createdAt" SET DEFAULT (now() AT TIME ZONE 'UTC');
ALTER TABLE local_time.of_domain ALTER COLUMN updated_at SET DEFAULT (now() AT TIME ZONE 'UTC');
SET timezone = 'Asia/Ho_Chi_Minh';
INSERT INTO both_columns VALUES (3, 1);
UPDATE both_columns SET x = 2 WHERE id = 3 RETURNING "updatedAt" < "createdAt" AS goes_back;
SELECT object, finding FROM found;
RESET timezone;
SET client_min_messages = warning;
DROP SCHEMA local_time CASCADE;
