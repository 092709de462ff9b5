-- Enabling and disabling updated_at: every mistake has its SQLSTATE and hint, and leaves the table as it was.
CREATE TABLE ok (id int PRIMARY KEY, a int, b int, created_at timestamptz, updated_at timestamptz DEFAULT now(),
  version int, day date, small smallint,
  made timestamptz GENERATED ALWAYS AS ('2020-01-01'::timestamptz) STORED);
CREATE VIEW ok_view AS SELECT * FROM ok;
CREATE MATERIALIZED VIEW ok_matview AS SELECT * FROM ok;
CREATE SEQUENCE ok_sequence;
CREATE TYPE ok_type AS (updated_at timestamptz);
CREATE FOREIGN TABLE ok_foreign (updated_at timestamptz) SERVER nowhere;
CREATE TABLE mistakes (n serial, call text);
INSERT INTO mistakes (call) VALUES
  ('enable_updated_at(''ok_view'')'), ('enable_updated_at(''ok_matview'')'), ('enable_updated_at(''ok_foreign'')'),
  ('enable_updated_at(''ok_sequence'')'), ('enable_updated_at(''ok_type'')'), ('enable_updated_at(''ok_pkey'')'),
  ('enable_updated_at(0)'), ('enable_updated_at(99999999)'),
  ('enable_updated_at(''no_such_table'')'),
  ('enable_updated_at(''ok'', ''no_such_column'')'), ('enable_updated_at(''ok'', ''ctid'')'),
  ('enable_updated_at(''ok'', ''day'')'), ('enable_updated_at(''ok'', ''made'')'),
  ('enable_updated_at(''ok'', ignore_columns => ''{a,nope}'')'),
  ('enable_updated_at(''ok'', ignore_columns => ''{a,NULL}'')'),
  ('enable_updated_at(''ok'', clock => ''wall'')'), ('enable_updated_at(''ok'', clock => '''')'),
  ('enable_updated_at(''ok'', clock => ''Transaction'')'),
  ('enable_updated_at(''ok'', explicit => ''maybe'')'), ('enable_updated_at(''ok'', timezone => ''Asia/Kolkata'')'),
  ('enable_updated_at(''ok'', protect_columns => ''{nope}'')'),
  ('enable_updated_at(''ok'', protect_columns => ''{updated_at}'')'),
  ('enable_updated_at(''ok'', protect_columns => ''{made}'')'),
  ('enable_updated_at(''ok'', version_column => ''nope'')'), ('enable_updated_at(''ok'', version_column => ''day'')'),
  ('enable_updated_at(''ok'', version_column => ''updated_at'')'),
  ('enable_updated_at(''ok'', version_column => ''version'', protect_columns => ''{version}'')'),
  ('enable_updated_at(NULL)'), ('enable_updated_at(''ok'', NULL)'), ('enable_updated_at(''ok'', clock => NULL)'),
  ('enable_updated_at(''ok'', explicit => NULL)'), ('enable_updated_at(''ok'', timezone => NULL)'),
  ('disable_updated_at(NULL)'), ('disable_updated_at(''ok_view'')'),
  ('enable_updated_at_in(''no_such_schema'')'), ('enable_updated_at_in(NULL)');
SELECT call, f.state, f.message, f.detail, f.hint FROM mistakes, failure('SELECT upkeep.' || call) f ORDER BY n;
-- C++ edition {
TRUNCATE mistakes;
INSERT INTO mistakes (call) VALUES
  ('enable_updated_at(''pg_class'', ''relname'')'),
  ('auto_updated_at(''{public,no_such_schema}'')'), ('auto_updated_at(''{public}'', NULL)'),
  ('updated_at()'), ('touch()');
SELECT call, f.state, f.message, f.detail, f.hint FROM mistakes, failure('SELECT upkeep.' || call) f ORDER BY n;
-- }
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'ok'::regclass;

-- NULL for the lists means the default
SELECT upkeep.enable_updated_at('ok', ignore_columns => NULL);
-- enabling again replaces the options; what differs from the defaults stands in the trigger
SELECT upkeep.enable_updated_at('ok', 'updated_at', '{a,b}', 'statement', 'respect', '{}', 'version', 'session');
SELECT upkeep.export_sql('ok');
SELECT upkeep.enable_updated_at('ok', protect_columns => '{a,created_at}');
SELECT upkeep.export_sql('ok');
SELECT upkeep.disable_updated_at('ok');
SELECT upkeep.disable_updated_at('ok');
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'ok'::regclass;

-- names that need quotes
CREATE TABLE "Odd, ""Table""" (id int PRIMARY KEY, "a, b" int, "It's" int, "select" int,
  "Stamp" timestamptz DEFAULT '2020-01-01', "Vers ion" int DEFAULT 1);
SELECT upkeep.enable_updated_at('"Odd, ""Table"""', 'Stamp', '{"a, b","It''s"}', protect_columns => '{select}',
  version_column => 'Vers ion');
SELECT upkeep.export_sql('"Odd, ""Table"""');
SELECT options FROM upkeep.managed WHERE object = '"Odd, ""Table"""'::regclass;
INSERT INTO "Odd, ""Table""" VALUES (1, 1, 1, 1);
SELECT moved('"Odd, ""Table"""', 'UPDATE "Odd, ""Table""" SET "a, b" = 2, "It''s" = 3, "select" = 4', stamp => 'Stamp');
SELECT "select", "Vers ion" FROM "Odd, ""Table""";

-- a name that is taken
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER zz_upkeep_updated_at BEFORE UPDATE ON ok FOR EACH ROW EXECUTE FUNCTION nothing();
SELECT * FROM failure('SELECT upkeep.enable_updated_at(''ok'')');
DROP TRIGGER zz_upkeep_updated_at ON ok;

-- triggers made by hand: with all defaults, with mistakes in their arguments, at the wrong time, level and event
CREATE TABLE hand (id int PRIMARY KEY, x int, updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO hand VALUES (1, 1);
CREATE TRIGGER plain BEFORE UPDATE ON hand FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at();
SELECT moved('hand', 'UPDATE hand SET x = 2');
CREATE TABLE wrong (n serial, kind text, arguments text);
INSERT INTO wrong (kind, arguments) VALUES
  ('BEFORE UPDATE ON hand FOR EACH ROW', '''colum=updated_at'''),
  ('BEFORE UPDATE ON hand FOR EACH ROW', '''updated_at'''), ('BEFORE UPDATE ON hand FOR EACH ROW', '''clock=now'''),
  ('BEFORE UPDATE ON hand FOR EACH ROW', '''clock=clock'', ''clock=clock'''),
  ('BEFORE UPDATE ON hand FOR EACH ROW', '''ignore="x'''), ('BEFORE UPDATE ON hand FOR EACH ROW', '''ignore=x y'''),
  ('BEFORE UPDATE ON hand FOR EACH ROW', '''ignore=,'''), ('BEFORE UPDATE ON hand FOR EACH ROW', '''column=nope'''),
  ('BEFORE UPDATE ON hand FOR EACH ROW', '''column=x'''),
  ('BEFORE UPDATE ON hand FOR EACH ROW', '''version=updated_at'''),
  ('AFTER UPDATE ON hand FOR EACH ROW', ''), ('BEFORE UPDATE ON hand FOR EACH STATEMENT', ''),
  ('AFTER UPDATE ON hand FOR EACH STATEMENT', ''), ('BEFORE DELETE OR UPDATE ON hand FOR EACH ROW', '');
DROP TRIGGER plain ON hand;
DO $$ DECLARE w record; f record; statement text; BEGIN
  FOR w IN SELECT * FROM wrong ORDER BY n LOOP
    EXECUTE format('CREATE TRIGGER wrong %s EXECUTE FUNCTION upkeep.updated_at(%s)', w.kind, w.arguments);
    statement := CASE WHEN w.kind LIKE '%DELETE%' THEN 'DELETE FROM hand' ELSE 'UPDATE hand SET x = 3' END;
    SELECT * FROM failure(statement) INTO f;
    RAISE NOTICE E'% (%)\n  % %\n  %', w.kind, w.arguments, f.state, f.message, f.hint;
    DROP TRIGGER wrong ON hand;
  END LOOP;
END $$;
CREATE TRIGGER wrong BEFORE TRUNCATE ON hand FOR EACH STATEMENT EXECUTE FUNCTION upkeep.updated_at();
SELECT state, message FROM failure('TRUNCATE hand');
DROP TRIGGER wrong ON hand;
CREATE VIEW hand_view AS SELECT * FROM hand;
CREATE TRIGGER wrong INSTEAD OF UPDATE ON hand_view FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at();
SELECT state, message FROM failure('UPDATE hand_view SET x = 3');
DROP VIEW hand_view;
SELECT x FROM hand;

-- every table of a schema that has the column
CREATE SCHEMA shop;
CREATE TABLE shop.a (id int, updated_at timestamptz);
CREATE TABLE shop.b (id int, updated_at timestamp(3) DEFAULT now());
CREATE TABLE shop.c (id int, updated_at date);
CREATE TABLE shop.d (id int, changed timestamptz);
CREATE TABLE shop.e (id int, updated_at timestamptz) PARTITION BY LIST (id);
CREATE TABLE shop.e1 PARTITION OF shop.e FOR VALUES IN (1);
CREATE VIEW shop.v AS SELECT * FROM shop.a;
SELECT upkeep.enable_updated_at('shop.b', ignore_columns => '{id}');
SELECT upkeep.enable_updated_at_in('shop');
SELECT upkeep.enable_updated_at_in('shop');
SELECT upkeep.enable_updated_at_in('shop', 'changed');
SELECT object, options FROM upkeep.managed WHERE object::text LIKE 'shop.%';

-- C++ edition {
-- the extension cannot go while tables use it
CALL upkeep.purge_history('infinity');
SELECT state, message FROM failure('DROP EXTENSION pg_upkeep');
-- }
