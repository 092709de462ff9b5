-- What others can make of triggers, tables and names, and that it stops nobody else.
CREATE SCHEMA misuse;
GRANT USAGE, CREATE ON SCHEMA misuse TO regress_upkeep_other;
SET search_path = misuse, public;

-- a touch made by hand does not write to another's table, nor run code as its owner
CREATE TABLE secret (id int PRIMARY KEY, updated_at timestamptz DEFAULT '2020-01-01');
SELECT upkeep.enable_updated_at('secret');
INSERT INTO secret VALUES (1), (2);
SET ROLE regress_upkeep_other;
CREATE TABLE mine (id int);
CREATE TRIGGER x AFTER INSERT ON mine REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.touch('parent=misuse.secret', 'columns=id', 'keys=id');
SELECT * FROM failure('INSERT INTO mine VALUES (1)');
RESET ROLE;
SELECT count(*) AS untouched FROM secret WHERE updated_at = '2020-01-01';
-- nor can a superuser enable what could not run
ALTER TABLE mine ADD FOREIGN KEY (id) REFERENCES secret;
SELECT * FROM failure('SELECT upkeep.enable_touch(''mine'', ''secret'')');
DROP TABLE mine;

-- check() by a superuser does not run a table owner's code as a superuser, and one table's failure is not everybody's
SET ROLE regress_upkeep_other;
-- C++ edition {
CREATE TABLE trap (id int, updated_at timestamptz DEFAULT now());
SELECT upkeep.enable_updated_at('trap');
CREATE FUNCTION spring(int) RETURNS int LANGUAGE plpgsql IMMUTABLE
  AS $$ BEGIN RAISE WARNING 'runs as %', current_user; RETURN 1; END $$;
CREATE INDEX ON trap (updated_at) WHERE spring(1) = 1;
RESET ROLE;
SELECT object, finding FROM upkeep.check() WHERE object::text ~ 'trap';
SET ROLE regress_upkeep_owner;
SELECT object, finding FROM upkeep.check() WHERE object::text ~ 'trap';
RESET ROLE;
DROP TABLE trap;
SET ROLE regress_upkeep_other;
-- }
CREATE TABLE walled (id int, updated_at timestamptz DEFAULT now());
SELECT upkeep.enable_updated_at('walled');
INSERT INTO walled VALUES (1);
ALTER TABLE walled ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY raises ON walled USING (1 / (id - 1) > 0);
GRANT SELECT ON walled TO regress_upkeep_owner;
RESET ROLE;
CREATE TABLE tree (id int, updated_at timestamptz DEFAULT now()) PARTITION BY LIST (id);
CREATE FOREIGN TABLE tree_far PARTITION OF tree FOR VALUES IN (1) SERVER nowhere;
CREATE TABLE tree_near PARTITION OF tree FOR VALUES IN (2);
SELECT * FROM failure('SELECT upkeep.enable_updated_at(''tree'')');
-- a foreign partition can have no touch, and lacks none
CREATE TABLE leafy (id int, secret_id int REFERENCES secret) PARTITION BY LIST (id);
CREATE TABLE leafy_near PARTITION OF leafy FOR VALUES IN (2);
SELECT upkeep.enable_touch('leafy', 'secret');
ALTER TABLE leafy DROP CONSTRAINT leafy_secret_id_fkey;
CREATE FOREIGN TABLE leafy_far PARTITION OF leafy FOR VALUES IN (1) SERVER nowhere;
SELECT object, finding FROM upkeep.check() WHERE object::text ~ 'leafy';
SELECT object, finding FROM upkeep.check() WHERE object::text ~ 'walled|tree';
SET ROLE regress_upkeep_owner;
SELECT object, finding FROM upkeep.check() WHERE object::text ~ 'walled|tree';
SET row_security = off;
SELECT count(*) >= 0 AS still_answers FROM upkeep.check();
RESET row_security;
RESET ROLE;

-- keys whose types have a length, whose comparison needs a cast or must not have one, and keys that cannot be looked up
CREATE TABLE coded (code char(5) PRIMARY KEY, bits bit(4) UNIQUE, n int UNIQUE,
  updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE by_code (code char(5) REFERENCES coded, bits bit(4) REFERENCES coded (bits),
  n bigint REFERENCES coded (n) DEFERRABLE INITIALLY DEFERRED);
INSERT INTO coded VALUES ('AB001', '1010', 1), ('A', '1000', 2);
SELECT upkeep.enable_updated_at('coded'), upkeep.enable_touch('by_code', 'coded', 'by_code_code_fkey');
SELECT moved('coded', 'INSERT INTO by_code (code) VALUES (''AB001'')', key => 'n');
SELECT upkeep.disable_touch('by_code', 'coded'), upkeep.enable_touch('by_code', 'coded', 'by_code_bits_fkey'),
  upkeep.enable_touch('by_code', 'coded', 'by_code_n_fkey');
SELECT moved('coded', 'INSERT INTO by_code (bits) VALUES (''1010'')', key => 'n');
SELECT moved('coded', 'INSERT INTO by_code (n) VALUES (2)', key => 'n');
BEGIN;
INSERT INTO by_code (n) VALUES (5000000000);
ROLLBACK;
CREATE TABLE listed (a int[] PRIMARY KEY, updated_at timestamptz DEFAULT now());
CREATE TABLE by_list (a int[] REFERENCES listed);
SELECT * FROM failure('SELECT upkeep.enable_touch(''by_list'', ''listed'')');

-- a parent that was renamed is found by the foreign key; one that is gone is no error
CREATE TABLE family (id int PRIMARY KEY, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE kid (family_id int REFERENCES family);
SELECT upkeep.enable_updated_at('family'), upkeep.enable_touch('kid', 'family');
INSERT INTO family VALUES (1);
ALTER TABLE family RENAME TO clan;
SELECT moved('clan', 'INSERT INTO kid VALUES (1)');
DROP TABLE clan CASCADE;
INSERT INTO kid VALUES (2);
SELECT object, finding FROM upkeep.check() WHERE object = 'kid'::regclass;
DROP TABLE kid;

-- triggers with malformed arguments are reported, and stop no other
CREATE TABLE odd (id int REFERENCES secret, updated_at timestamptz DEFAULT now());
CREATE TRIGGER a BEFORE UPDATE ON odd FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at('ignore=a,,b');
CREATE TRIGGER b AFTER INSERT ON odd REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.touch('parent=p');
CREATE TRIGGER c AFTER INSERT ON odd REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.touch('parent=a..b', 'columns=id', 'keys=id');
CREATE TRIGGER d AFTER INSERT ON odd REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION upkeep.touch('x=1');
SELECT triggers, options FROM upkeep.managed WHERE object = 'odd'::regclass;
SELECT finding, hint FROM upkeep.check() WHERE object = 'odd'::regclass;
SELECT upkeep.enable_touch('odd', 'secret');
SELECT upkeep.disable_touch('odd', 'secret');
DROP TABLE odd;
-- a trigger of another's with the name of a touch
CREATE TABLE taken (secret_id int REFERENCES secret);
CREATE FUNCTION nobody() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER zz_upkeep_touch_taken_secret_id_fkey_update AFTER UPDATE ON taken FOR EACH ROW EXECUTE FUNCTION nobody();
SELECT * FROM failure('SELECT upkeep.enable_touch(''taken'', ''secret'')');
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'taken'::regclass AND NOT tgisinternal;

-- C++ edition {
-- the auto rule leaves alone what it cannot stamp, and what is no CREATE TABLE and adds no such column
SELECT upkeep.auto_updated_at('{misuse}');
CREATE TABLE generated (a timestamp, updated_at timestamp GENERATED ALWAYS AS (a) STORED);
CREATE TABLE switched (id int, updated_at timestamptz DEFAULT now());
SELECT upkeep.disable_updated_at('switched');
ALTER TABLE switched ADD COLUMN foo int;
ALTER TABLE switched RENAME TO switched_2;
ALTER TABLE switched_2 RENAME foo TO bar;
SELECT count(*) AS still_off FROM upkeep.managed WHERE object IN ('switched_2'::regclass, 'generated'::regclass);
ALTER TABLE switched_2 SET SCHEMA public;
SELECT count(*) AS still_off FROM upkeep.managed WHERE object IN ('public.switched_2'::regclass, 'generated'::regclass);
ALTER TABLE public.switched_2 SET SCHEMA misuse;
SELECT count(*) AS comes_in FROM upkeep.managed WHERE object IN ('switched_2'::regclass, 'generated'::regclass);
SELECT upkeep.auto_updated_at(NULL);
-- }
-- enable_updated_at_in keeps the options that an inheritance child has, and tells of each table
CREATE SCHEMA inherited;
CREATE TABLE inherited.z (id int, views int, updated_at timestamptz DEFAULT now());
CREATE TABLE inherited.a () INHERITS (inherited.z);
CREATE TABLE inherited.zz () INHERITS (inherited.z);
CREATE TABLE inherited.g (a timestamp, updated_at timestamp GENERATED ALWAYS AS (a) STORED);
SELECT upkeep.enable_updated_at('inherited.a', ignore_columns => '{views}');
SELECT * FROM upkeep.enable_updated_at_in('inherited') AS enabled ORDER BY 1::text;
SELECT object, options FROM upkeep.managed WHERE object::text LIKE 'inherited.%';

-- a partition without the root's default is filled; created_at is protected also where it is ignored
CREATE TABLE filled (id int, updated_at timestamptz DEFAULT now()) PARTITION BY LIST (id);
CREATE TABLE filled_1 (id int, updated_at timestamptz);
ALTER TABLE filled ATTACH PARTITION filled_1 FOR VALUES IN (1);
SELECT upkeep.enable_updated_at('filled');
INSERT INTO filled_1 VALUES (1) RETURNING updated_at IS NOT NULL AS stamped;
CREATE TABLE born (id int, created_at timestamptz DEFAULT '2020-01-01', updated_at timestamptz DEFAULT '2020-01-01');
SELECT upkeep.enable_updated_at('born', ignore_columns => '{created_at}');
INSERT INTO born VALUES (1);
UPDATE born SET created_at = now() RETURNING created_at = '2020-01-01' AS kept;

-- check() reads through comments, blanks and INTO, and through domains over domains
CREATE TABLE noted (id int, updated_at timestamptz DEFAULT now());
SELECT upkeep.enable_updated_at('noted');
CREATE FUNCTION n1() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  -- stamp it; really
  NEW.updated_at := now(); RETURN NEW; END $$;
CREATE FUNCTION n2() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN IF true THEN /* x */ NEW . updated_at = now(); END IF; RETURN NEW; END $$;
CREATE FUNCTION n3() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN SELECT now() INTO NEW.updated_at; RETURN NEW; END $$;
CREATE FUNCTION n4() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  -- note; new.updated_at = is not written
  RETURN NEW; END $$;
CREATE TRIGGER n1 BEFORE UPDATE ON noted FOR EACH ROW EXECUTE FUNCTION n1();
CREATE TRIGGER n2 BEFORE UPDATE ON noted FOR EACH ROW EXECUTE FUNCTION n2();
CREATE TRIGGER n3 BEFORE UPDATE ON noted FOR EACH ROW EXECUTE FUNCTION n3();
CREATE TRIGGER n4 BEFORE UPDATE ON noted FOR EACH ROW EXECUTE FUNCTION n4();
CREATE DOMAIN d1 AS timestamptz;
CREATE DOMAIN d2 AS d1;
CREATE TABLE nested (id int, updated_at d2);
SELECT object, finding FROM upkeep.check() WHERE object IN ('noted'::regclass, 'nested'::regclass);

-- C++ edition {
-- the first statement of a session, within DO, when the library is not loaded yet
CREATE TABLE first (id int, x int, updated_at timestamptz DEFAULT '2020-01-01');
SELECT upkeep.enable_updated_at('first', explicit => 'respect');
INSERT INTO first VALUES (1, 0), (2, 0);
\c -
DO $$ BEGIN UPDATE misuse.first SET x = 1, updated_at = updated_at; END $$;
SELECT count(*) AS kept FROM misuse.first WHERE updated_at = '2020-01-01';
\c -
DO $$ BEGIN MERGE INTO misuse.first f USING (VALUES (1), (2)) s (id) ON f.id = s.id
  WHEN MATCHED AND f.id = 1 THEN UPDATE SET x = 2, updated_at = '2021-01-01' WHEN MATCHED THEN UPDATE SET x = 2; END $$;
SELECT id, updated_at = '2021-01-01' AS kept, updated_at > '2022-01-01' AS stamped FROM misuse.first ORDER BY id;
-- within a function
CREATE FUNCTION misuse.merges() RETURNS void LANGUAGE sql
  AS $$ MERGE INTO misuse.first f USING (VALUES (1), (2)) s (id) ON f.id = s.id WHEN MATCHED AND f.id = 2
    THEN UPDATE SET x = 3, updated_at = '2021-02-01' WHEN MATCHED THEN UPDATE SET x = 3, updated_at = f.updated_at; $$;
\c -
SELECT misuse.merges();
SELECT id, updated_at = '2021-02-01' AS kept, updated_at > '2022-01-01' AS stamped FROM misuse.first ORDER BY id;
SET upkeep.pause = '"all"';
RESET upkeep.pause;
\c -
-- }
SET client_min_messages = warning;
DROP SCHEMA misuse, inherited CASCADE;
