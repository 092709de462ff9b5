-- What the portable edition alone has: how it is loaded, its branches, who may pause it.
SELECT upkeep.version();
-- Functions that it lacks say so, and the way.
SELECT state, message, hint FROM failure('SELECT upkeep.live_view(''pg_class'')');
SELECT state, message FROM failure($$SELECT upkeep.fit_elasticity(1, 2)$$);
SELECT state, message FROM failure($$
  SELECT upkeep.diagnose(NULL::date, 1, 1::bigint, 1::bigint, 1, NULL, NULL, NULL)
$$);
SELECT state, message FROM failure('CALL upkeep.purge_history(now())');
-- Whatever the arguments: none of them is another error, or none at all.
SELECT f.signature, e.state, e.message FROM (
  SELECT p.oid::regprocedure AS signature, format('%s %s(%s)', CASE prokind WHEN 'p' THEN 'CALL' ELSE 'SELECT' END,
    p.oid::regproc, (SELECT string_agg(format('NULL::%s', CASE t WHEN 'anyelement'::regtype THEN 'pg_class'
                                                                 ELSE t::regtype::text END), ', ' ORDER BY n)
                     FROM unnest(proargtypes) WITH ORDINALITY u(t, n))) AS call
  FROM pg_proc p WHERE pronamespace = 'upkeep'::regnamespace AND prosrc ~ 'upkeep_internal.lacks'
    AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype) ORDER BY 1) f, failure(f.call) e
 WHERE e.state <> '0A000' OR e.message !~ '^the portable edition has no' OR e.hint IS NULL;
-- Every function has a comment.
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE pronamespace = 'upkeep'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL;

-- has_branch: whether the trigger function has a branch for a table that fits it.
CREATE SCHEMA frame;
SET search_path = frame, public;
CREATE FUNCTION has_branch(target regclass) RETURNS boolean LANGUAGE sql AS $$
  SELECT coalesce(bool_or(upkeep_internal.fingerprint('updated_at', target) = m[1]), false)
  FROM regexp_matches((SELECT prosrc FROM pg_proc WHERE oid = 'upkeep.updated_at()'::regprocedure),
                      format($r$'%s', '(\w+)'\) THEN$r$, target::oid), 'g') m
$$;
CREATE TABLE docs (id int PRIMARY KEY, body text, views int DEFAULT 0, updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO docs VALUES (1, 'a'), (2, 'b');
SELECT upkeep.enable_updated_at('docs', ignore_columns => '{views}'), has_branch('docs');
SELECT has_branch('docs');

-- In one session: the branch no longer fits, and the row is treated right all the same.
SELECT moved('docs', 'UPDATE docs SET body = ''c'' WHERE id = 1');
ALTER TABLE docs ADD note text;
SELECT has_branch('docs');
SELECT moved('docs', 'UPDATE docs SET note = ''new column'' WHERE id = 2');
SELECT moved('docs', 'UPDATE docs SET views = 9');
DO $$ BEGIN
  ALTER TABLE docs ADD more text;
  UPDATE docs SET updated_at = '2020-01-01', more = 'in one DO' WHERE id = 2;
END $$;
SELECT updated_at > '2020-01-01' AS stamped FROM docs WHERE id = 2;
ALTER TABLE docs DROP body;
SELECT moved('docs', 'UPDATE docs SET views = 10');
SELECT moved('docs', 'UPDATE docs SET more = ''x'' WHERE id = 1');
ALTER TABLE docs RENAME views TO seen;
SELECT * FROM failure('UPDATE docs SET seen = 11');
ALTER TABLE docs RENAME seen TO views;
ALTER TABLE docs RENAME TO papers;
SELECT moved('papers', 'UPDATE papers SET views = 12');
SELECT moved('papers', 'UPDATE papers SET more = ''y'' WHERE id = 1');
SELECT upkeep.refresh();
SELECT has_branch('papers');
SELECT moved('papers', 'UPDATE papers SET views = 13');
SELECT moved('papers', 'UPDATE papers SET more = ''z'' WHERE id = 1');
-- Another trigger by hand, with other arguments: each does what its arguments say.
CREATE OR REPLACE TRIGGER zz_upkeep_updated_at BEFORE UPDATE ON papers FOR EACH ROW
  EXECUTE FUNCTION upkeep.updated_at('column=updated_at', 'ignore=more');
SELECT has_branch('papers');
SELECT moved('papers', 'UPDATE papers SET more = ''-''');
SELECT moved('papers', 'UPDATE papers SET views = 14 WHERE id = 1');
ALTER TABLE papers ADD seen_at timestamptz DEFAULT '2020-01-01';
CREATE TRIGGER also BEFORE UPDATE ON papers FOR EACH ROW
  EXECUTE FUNCTION upkeep.updated_at('column=seen_at', 'ignore=updated_at,more', 'clock=statement');
SELECT upkeep.refresh();
SELECT has_branch('papers');
UPDATE papers SET views = 15 WHERE id = 1
  RETURNING updated_at = now() AS stamped, seen_at = statement_timestamp() AS seen;

-- Many tables, found by halves; partitions have branches of their own; temporary tables have none.
CREATE TABLE many (id int PRIMARY KEY, x int, updated_at timestamptz DEFAULT '2020-01-01') PARTITION BY RANGE (id);
SELECT format('CREATE TABLE many_%s PARTITION OF many FOR VALUES FROM (%1$s) TO (%s)', n, n + 1)
FROM generate_series(1, 20) n \gexec
INSERT INTO many SELECT n, 0 FROM generate_series(1, 20) n;
SELECT upkeep.enable_updated_at('many');
SELECT count(*) FROM pg_class WHERE relname LIKE 'many_%' AND relkind = 'r' AND has_branch(oid);
SELECT moved('many', 'UPDATE many SET x = id WHERE id % 2 = 0');
CREATE TEMP TABLE mine (id int, updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO mine VALUES (1);
SELECT upkeep.enable_updated_at('mine');
SELECT has_branch('mine');
SELECT moved('mine', 'UPDATE mine SET id = 2');
-- Names that would break out of a comment, a literal or a line.
CREATE TABLE "a
$function$ IF '" ("x
' y" int, z int, updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO "a
$function$ IF '" VALUES (1, 1);
SELECT upkeep.enable_updated_at(oid) FROM pg_class WHERE relname LIKE 'a%IF%';
SELECT moved(oid, format('UPDATE %s SET z = 2', oid::regclass), 'z') FROM pg_class WHERE relname LIKE 'a%IF%';

-- Whoever may not read schema upkeep's tables, or has another search_path, writes all the same.
CREATE FUNCTION public.no(timestamptz, timestamptz) RETURNS boolean LANGUAGE sql AS 'SELECT false';
GRANT USAGE ON SCHEMA frame TO regress_upkeep_other;
GRANT SELECT, UPDATE ON papers TO regress_upkeep_other;
CREATE SCHEMA evil;
CREATE OPERATOR evil.> (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = public.no);
SET ROLE regress_upkeep_other;
SET search_path = evil, pg_catalog;
UPDATE frame.papers SET views = 16 WHERE id = 1 RETURNING updated_at OPERATOR(pg_catalog.=) now() AS stamped;
-- Only the owner of a table, and the members of upkeep_pause, may pause it.
SET upkeep.pause = 'all';
UPDATE frame.papers SET views = 17 WHERE id = 1 RETURNING updated_at OPERATOR(pg_catalog.=) now() AS stamped;
-- Nor can anyone else mark a statement as ours.
SET upkeep.pause = '#touch 1 forged';
UPDATE frame.papers SET views = views WHERE id = 1 RETURNING updated_at OPERATOR(pg_catalog.=) now() AS stamped;
SET upkeep.pause = 'all';
RESET ROLE;
RESET search_path;
UPDATE frame.papers SET views = 18 WHERE id = 1 RETURNING updated_at = now() AS stamped;
RESET upkeep.pause;
-- A mark of another depth than the statement's own means nothing.
SET upkeep.pause = '#touch 9';
UPDATE frame.papers SET id = id WHERE id = 1 RETURNING updated_at = now() AS stamped;
RESET upkeep.pause;

SET search_path = frame, public;
-- disable_all: not by accident, nor by somebody
SELECT * FROM failure('SELECT upkeep.disable_all(NULL)');
SELECT * FROM failure('SELECT upkeep.disable_all(''DISABLE'')');
SET ROLE regress_upkeep_other;
SELECT state, regexp_replace(message, 'table .*', 'table (the first one)') AS message, hint
  FROM failure('SELECT upkeep.disable_all(''disable'')');
RESET ROLE;
SELECT count(*) > 0 AS some FROM upkeep.managed;
SET client_min_messages = warning;
SELECT upkeep.disable_all('disable');
RESET client_min_messages;
SELECT upkeep.disable_all('disable');
SELECT count(*) FROM upkeep.managed;
SELECT prosrc ~ 'record_image_ne' AS has_branches FROM pg_proc WHERE oid = 'upkeep.updated_at()'::regprocedure;
SET client_min_messages = warning;
DROP SCHEMA frame, evil CASCADE;
DROP FUNCTION public.no;
