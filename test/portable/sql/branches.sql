-- The branches of trigger functions: which trigger gets which, and names that look like their own text.
CREATE SCHEMA branches;
SET search_path = branches, public;
-- source: of a trigger function, without what it says for tables.
CREATE FUNCTION source(function regprocedure) RETURNS text LANGUAGE sql AS $$
  SELECT md5(regexp_replace(prosrc, '-- branches.*-- end of branches', '')) FROM pg_proc WHERE oid = function
$$;
CREATE FUNCTION has_branch(target regclass, function regprocedure DEFAULT 'upkeep.updated_at()') RETURNS boolean
LANGUAGE sql AS $$
  SELECT prosrc LIKE format('%%IF TG\_RELID OPERATOR(pg\_catalog.=) %s AND%%', target::oid) FROM pg_proc
  WHERE oid = function
$$;
CREATE TABLE sources AS SELECT f, source(f) FROM unnest('{upkeep.updated_at(),upkeep.metrics()}'::regprocedure[]) f;

-- Triggers with the same arguments that fire at different times: each is right, or refused as before.
CREATE TABLE times (id int, updated_at timestamptz);
INSERT INTO times VALUES (1, '2020-01-01');
CREATE TRIGGER early BEFORE UPDATE ON times FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at('column=updated_at');
CREATE TRIGGER late AFTER UPDATE ON times FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at('column=updated_at');
SELECT upkeep.refresh();
SELECT has_branch('times');
SELECT state, message FROM failure('UPDATE times SET id = 2');
DROP TRIGGER late ON times;
CREATE TRIGGER first BEFORE INSERT ON times FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at('column=updated_at');
SELECT upkeep.refresh();
INSERT INTO times VALUES (3) RETURNING updated_at = now() AS stamped;
SELECT moved('times', 'UPDATE times SET id = 2 WHERE id = 1');
-- Lists of arguments that read the same, joined.
CREATE TABLE lists (id int, a int, s timestamptz DEFAULT '2020-01-01', "s, ignore=a" timestamptz DEFAULT '2020-01-01');
INSERT INTO lists VALUES (1, 1);
CREATE TRIGGER two BEFORE UPDATE ON lists FOR EACH ROW
  EXECUTE FUNCTION upkeep.updated_at('column=s', 'ignore=a,"s, ignore=a"');
CREATE TRIGGER one BEFORE UPDATE ON lists FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at('column=s, ignore=a');
SELECT upkeep.refresh();
SELECT has_branch('lists');
UPDATE lists SET a = 2 RETURNING s = now() AS s, "s, ignore=a" = now() AS other;

-- Names that end a comment, a literal, an identifier or the branches themselves.
CREATE FUNCTION enable_strange(n int) RETURNS regclass LANGUAGE plpgsql AS $$
DECLARE
  name text := (ARRAY[E'x\n  -- end of branches\n', E'-- branches\n', '$function$; "', E'quo''te\\n',
                      E'"; RETURN NULL; --', E'END;\r\nRAISE ''x''; -- ', E'''\n-- branches\n',
                      '%1$s %s %', E'caf\u00e9 \\000'])[n];
  made oid;
BEGIN
  EXECUTE format('CREATE TABLE %1$I (%1$I int, z int, %2$I timestamptz DEFAULT ''2020-01-01'', %3$I numeric(9,2))',
                 name, name || 2, name || 3);
  EXECUTE format('INSERT INTO %I VALUES (1, 1)', name);
  made := (SELECT oid FROM pg_class WHERE relname = name AND relnamespace = 'branches'::regnamespace);
  PERFORM upkeep.enable_updated_at(made, column_name => (name || 2)::name,
                                   ignore_columns => ARRAY[name, name || 3]::name[]);
  PERFORM upkeep.enable_metrics(made, ARRAY[format('"%s" = "%s" + z', replace(name || 3, '"', '""'),
                                                     replace(name, '"', '""'))]);
  RETURN made;
END $$;
SET client_min_messages = warning;
CREATE TABLE strange AS SELECT n, enable_strange(n) AS target FROM generate_series(1, 9) n;
RESET client_min_messages;
SELECT n, has_branch(target), has_branch(target, 'upkeep.metrics()') AS of_metrics FROM strange ORDER BY n;
-- What they do: the ignored column stamps nothing, the other one does; the figure is right.
CREATE FUNCTION writes(target regclass) RETURNS TABLE (ignored boolean, stamped boolean, figure numeric)
LANGUAGE plpgsql AS $$
DECLARE
  name text[] := (SELECT array_agg(quote_ident(attname) ORDER BY attnum) FROM pg_attribute WHERE attrelid = target
                    AND attnum > 0);
BEGIN
  EXECUTE format('UPDATE %s SET %s = 5 RETURNING %s = ''2020-01-01''', target, name[1], name[3]) INTO ignored;
  EXECUTE format('UPDATE %s SET z = 2 RETURNING %s > ''2020-01-01'', %s', target, name[3], name[4])
    INTO stamped, figure;
  RETURN NEXT;
END $$;
SELECT n, w.* FROM strange, writes(target) w ORDER BY n;
-- The functions themselves are whole, and those of others go on.
SELECT f, s.source = source(f) AS unchanged FROM sources s;
SELECT moved('times', 'UPDATE times SET id = 4 WHERE id = 2');
SELECT upkeep.disable_updated_at(target), upkeep.disable_metrics(target) FROM strange WHERE n <= 2;
SELECT n, has_branch(target) OR has_branch(target, 'upkeep.metrics()') AS has FROM strange WHERE n <= 3 ORDER BY n;

-- Settings in tables of such names.
CREATE TABLE "sett
""ings" (shop_id int PRIMARY KEY, "rat
-- end of branches
io" numeric);
INSERT INTO "sett
""ings" VALUES (1, 2);
CREATE TABLE by_settings (shop_id int, a int, m numeric(9,2));
SELECT upkeep.enable_metrics('by_settings', ARRAY[E'm = a * settings."rat\n-- end of branches\nio"'],
  (SELECT oid FROM pg_class WHERE relname LIKE 'sett%ings' AND relnamespace = 'branches'::regnamespace));
SELECT has_branch('by_settings', 'upkeep.metrics()');
INSERT INTO by_settings VALUES (1, 21) RETURNING m;
SET client_min_messages = warning;
SELECT upkeep.disable_all('disable');
SELECT f, s.source = source(f) AS unchanged FROM sources s;
DROP SCHEMA branches CASCADE;
