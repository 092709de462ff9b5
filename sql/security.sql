-- Who may do what: owners, writers with few rights, row security, a hostile search_path.
CREATE SCHEMA guarded;
GRANT USAGE, CREATE ON SCHEMA guarded TO regress_upkeep_owner;
GRANT USAGE ON SCHEMA guarded TO regress_upkeep_other;
CREATE SCHEMA closed AUTHORIZATION regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
CREATE TABLE closed.parents (id int PRIMARY KEY, secret text, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE guarded.children (id int PRIMARY KEY, parent_id int REFERENCES closed.parents, x int, updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO closed.parents VALUES (1), (2);
INSERT INTO guarded.children VALUES (1, 1, 0), (2, 2, 0);
SELECT upkeep.enable_updated_at('closed.parents'), upkeep.enable_updated_at('guarded.children'), upkeep.enable_touch('guarded.children', 'closed.parents');
GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON guarded.children TO regress_upkeep_other;
RESET ROLE;

-- the TRIGGER privilege is not enough to enable, disable or touch
GRANT USAGE ON SCHEMA closed TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT f.* FROM unnest(ARRAY['enable_updated_at(''guarded.children'')', 'disable_updated_at(''guarded.children'')', 'enable_touch(''guarded.children'', ''closed.parents'')',
  'disable_touch(''guarded.children'', ''closed.parents'')']) c, failure('SELECT upkeep.' || c) f;
-- where nothing is left to enable there is nothing to refuse
SELECT count(*) FROM upkeep.enable_updated_at_in('guarded');
-- a child of one's own does not touch another's parent
CREATE TEMP TABLE mine (parent_id int);
SELECT state, message FROM failure('SELECT upkeep.enable_touch(''mine'', ''closed.parents'')');
RESET ROLE;
REVOKE USAGE ON SCHEMA closed FROM regress_upkeep_other;
SELECT object, feature, count(*) FROM upkeep.managed WHERE object::text LIKE 'guarded.%' GROUP BY 1, 2 ORDER BY 1, 2;
-- in a schema with another's table that is managed already, an owner enables the rest
SET ROLE regress_upkeep_owner;
CREATE TABLE guarded.late (id int, updated_at timestamptz);
SELECT upkeep.enable_updated_at_in('guarded');
RESET ROLE;
CREATE TABLE guarded.foreigner (id int, updated_at timestamptz);
SET ROLE regress_upkeep_owner;
SELECT * FROM failure('SELECT upkeep.enable_updated_at_in(''guarded'')');
RESET ROLE;

-- a writer without any right on the parent touches it
SET ROLE regress_upkeep_other;
UPDATE guarded.children SET x = 1 WHERE id = 1;
INSERT INTO guarded.children VALUES (3, 2, 0) RETURNING updated_at IS NOT NULL AS stamped;
SELECT state, message FROM failure('SELECT FROM closed.parents');
SELECT current_user;
RESET ROLE;
SELECT id, updated_at > '2020-01-01' AS touched FROM closed.parents ORDER BY id;

-- row security: the parent hides its rows from the writer, and forces its policies on its owner too
ALTER TABLE closed.parents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY nobody ON closed.parents USING (false);
ALTER TABLE guarded.children ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON guarded.children USING (x < 100) WITH CHECK (x < 100);
SET ROLE regress_upkeep_other;
UPDATE guarded.children SET x = x + 1;
SELECT state, message FROM failure('UPDATE guarded.children SET x = 500');
RESET ROLE;
SELECT id, updated_at > '2020-01-01' AS touched FROM closed.parents ORDER BY id;
SELECT moved('closed.parents', 'SET ROLE regress_upkeep_other; UPDATE guarded.children SET x = x + 1; RESET ROLE');
SELECT id, x, updated_at > '2020-01-01' AS stamped FROM guarded.children ORDER BY id;

-- a hostile search_path: operators, functions, types, tables and views in front of PostgreSQL's
CREATE SCHEMA hostile;
GRANT USAGE, CREATE ON SCHEMA hostile TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SET search_path = hostile, pg_catalog;
CREATE FUNCTION hostile.lies(int, int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the hostile operator ran as %', current_user; END $$;
CREATE OPERATOR hostile.= (LEFTARG = int, RIGHTARG = int, FUNCTION = hostile.lies);
CREATE FUNCTION hostile.lies(oid, oid) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the hostile operator ran as %', current_user; END $$;
CREATE OPERATOR hostile.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = hostile.lies);
CREATE FUNCTION hostile.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT '1999-01-01'::timestamptz $$;
CREATE FUNCTION hostile.unnest(anyarray) RETURNS SETOF anyelement LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the hostile function ran as %', current_user; END $$;
CREATE DOMAIN hostile.int4 AS pg_catalog.int4 CHECK (VALUE < 0);
CREATE TABLE hostile.pg_trigger (tgname name);
CREATE TEMP TABLE pg_class (oid oid);
UPDATE guarded.children SET x = x + 1;
DELETE FROM guarded.children WHERE id OPERATOR(pg_catalog.=) 3;
SELECT count(*) > 0 AS managed FROM upkeep.managed;
SELECT count(*) >= 0 AS checked FROM upkeep.check();
CREATE TABLE hostile.own (id pg_catalog.int4 PRIMARY KEY, updated_at timestamptz DEFAULT now());
CREATE TABLE hostile.own_child (own_id pg_catalog.int4 REFERENCES hostile.own);
SELECT upkeep.enable_updated_at('hostile.own'), upkeep.enable_touch('hostile.own_child', 'hostile.own');
INSERT INTO hostile.own VALUES (1);
INSERT INTO hostile.own_child VALUES (1);
SELECT upkeep.disable_touch('hostile.own_child', 'hostile.own'), upkeep.disable_updated_at('hostile.own');
SET search_path = '';
UPDATE guarded.children SET x = x OPERATOR(pg_catalog.+) 1;
RESET search_path;
RESET ROLE;
SELECT moved('closed.parents', 'SET ROLE regress_upkeep_other; SET search_path = hostile, pg_catalog; UPDATE guarded.children SET x = x + 1; RESET search_path; RESET ROLE');

-- the setting is for superusers and for those who were granted it
SET ROLE regress_upkeep_other;
SELECT * FROM failure('SET upkeep.pause = ''all''');
RESET ROLE;
GRANT SET ON PARAMETER upkeep.pause TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SET upkeep.pause = 'touch';
RESET upkeep.pause;
RESET ROLE;
REVOKE SET ON PARAMETER upkeep.pause FROM regress_upkeep_other;
-- set before the library is loaded by one who may not, it is dropped and never takes effect
\c -
SET ROLE regress_upkeep_other;
SET upkeep.pause = 'all';
UPDATE guarded.children SET x = x + 1 WHERE id = 1 RETURNING updated_at = now() AS stamped;
RESET ROLE;
\c -
SET upkeep.pause = 'all';
UPDATE guarded.children SET x = x + 1 WHERE id = 1 RETURNING updated_at = now() AS stamped_while_paused;

-- every function: who may call it, in what search_path, with whose rights
SELECT p.oid::regprocedure AS function, p.prosecdef AS definer, p.proconfig AS settings, has_function_privilege('public', p.oid, 'EXECUTE') AS public
FROM pg_proc p WHERE pronamespace = 'upkeep'::regnamespace ORDER BY p.oid::regprocedure::text COLLATE "C";
-- everything has a comment
SELECT pg_describe_object(classid, objid, objsubid) AS without_comment FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'pg_upkeep') AND deptype = 'e'
  AND NOT EXISTS (SELECT FROM pg_description d WHERE d.objoid = pg_depend.objid AND d.classoid = pg_depend.classid AND d.objsubid = 0)
  AND classid <> 'pg_type'::regclass;
