-- protect_columns: what says when a row was created keeps its first value, whatever the column is called.
CREATE SCHEMA protecting;
SET search_path = protecting, public;
CREATE TABLE snake (id int PRIMARY KEY, created_at timestamptz, "createdAt" timestamptz, updated_at timestamptz);
CREATE TABLE camel (id int PRIMARY KEY, "createdAt" timestamptz, "CreatedAt" date, updated_at timestamptz);
CREATE TABLE pascal (id int PRIMARY KEY, "CreatedAt" timestamp, inserted_at timestamptz, updated_at timestamptz);
CREATE TABLE ecto (id int PRIMARY KEY, created date, inserted_at timestamp(0), updated_at timestamptz);
CREATE TABLE plain (id int PRIMARY KEY, created date, updated_at timestamptz);
CREATE TABLE flags (id int PRIMARY KEY, created boolean, updated_at timestamptz);
CREATE TABLE none (id int PRIMARY KEY, "CREATEDAT" date, updated_at timestamptz);
CREATE TABLE derived (id int PRIMARY KEY, born date, created_at date GENERATED ALWAYS AS (born) STORED,
  inserted_at date, updated_at timestamptz);
CREATE TABLE stamps (id int PRIMARY KEY, "createdAt" date, created_at timestamptz);
CREATE TABLE root (id int, created date, updated_at timestamptz) PARTITION BY LIST (id);
CREATE TABLE root_1 PARTITION OF root FOR VALUES IN (1);
CREATE VIEW found AS SELECT object, options
  FROM upkeep.managed WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'protecting'::regnamespace)
  ORDER BY object::text COLLATE "C";
SELECT upkeep.enable_updated_at_in('protecting');
SELECT upkeep.enable_updated_at('stamps', 'created_at');
TABLE found;
SELECT upkeep.export_sql('camel');
SELECT upkeep.export_sql('snake');
-- silently, also in an upsert; the second candidate is free
INSERT INTO camel VALUES (1, '2020-01-01', '2020-01-01', '2020-01-01');
INSERT INTO camel VALUES (1, now(), '2021-01-01', now())
  ON CONFLICT (id) DO UPDATE SET "createdAt" = excluded."createdAt", "CreatedAt" = excluded."CreatedAt"
  RETURNING "createdAt" = '2020-01-01' AS kept, "CreatedAt";
SELECT moved('camel', 'UPDATE camel SET "createdAt" = now()');
INSERT INTO root VALUES (1, '2020-01-01');
UPDATE root SET created = '2021-01-01' RETURNING created;
-- NULL may become a value, once, and that is a change
INSERT INTO flags VALUES (1, false);
UPDATE flags SET created = true RETURNING created;
INSERT INTO ecto VALUES (1, NULL, NULL, '2020-01-01');
SELECT moved('ecto', 'UPDATE ecto SET inserted_at = ''2019-01-01''');
SELECT moved('ecto', 'UPDATE ecto SET inserted_at = ''2018-01-01''');
UPDATE ecto SET inserted_at = NULL RETURNING inserted_at;
ALTER TABLE none ADD created_at timestamptz;
INSERT INTO none VALUES (1, NULL, '2020-01-01');
UPDATE none SET created_at = '2020-01-01' WHERE created_at IS NULL RETURNING created_at = '2020-01-01' AS filled;
UPDATE none SET created_at = '2021-01-01', id = 2 RETURNING created_at = '2020-01-01' AS kept;
-- two protected columns, one of them NULL, beside a change
SELECT upkeep.enable_updated_at('camel', protect_columns => '{createdAt,CreatedAt}');
UPDATE camel SET "CreatedAt" = NULL, "createdAt" = NULL RETURNING "CreatedAt", "createdAt" = '2020-01-01' AS kept;
ALTER TABLE camel DISABLE TRIGGER USER;
UPDATE camel SET "CreatedAt" = NULL;
ALTER TABLE camel ENABLE TRIGGER USER;
UPDATE camel SET id = 2, "CreatedAt" = '2022-01-01', "createdAt" = now()
  RETURNING id, "CreatedAt", "createdAt" = '2020-01-01' AS kept;
-- a trigger of an earlier version protects created_at, and no other
CREATE OR REPLACE TRIGGER zz_upkeep_updated_at BEFORE UPDATE ON derived FOR EACH ROW
  EXECUTE FUNCTION upkeep.updated_at('column=updated_at');
INSERT INTO derived (id, inserted_at) VALUES (1, '2020-01-01');
UPDATE derived SET inserted_at = '2021-01-01' RETURNING inserted_at;
-- '{}' protects nothing, names only those that a table has; a name that no table has is a mistake
SELECT upkeep.disable_updated_at(t) FROM unnest('{snake,camel,plain}'::regclass[]) t;
SELECT *
  FROM failure('SELECT upkeep.enable_updated_at_in(''protecting'', protect_columns => ''{createdAt,created_on}'')');
SELECT * FROM failure('SELECT upkeep.enable_updated_at_in(''protecting'', protect_columns => ''{updated_at}'')');
SELECT * FROM failure('SELECT upkeep.enable_updated_at_in(''protecting'', ''no_such'', ''{nowhere}'')');
SELECT upkeep.enable_updated_at_in('protecting', protect_columns => '{createdAt,created}');
SELECT object, options FROM found WHERE object IN ('snake'::regclass, 'camel'::regclass, 'plain'::regclass);
SELECT upkeep.disable_updated_at('snake');
SELECT upkeep.enable_updated_at_in('protecting', protect_columns => '{}');
SELECT options FROM found WHERE object = 'snake'::regclass;
SET client_min_messages = warning;
DROP SCHEMA protecting CASCADE;
