-- The tables that a TRUNCATE empties. A trigger is told only of its own, and so the command's text is read; where that
-- cannot be had, each table is decided on by itself.

-- context: of the trigger function, without its own line. In a function of PL/pgSQL it begins with the command; where
-- it is empty, the client has sent it.
CREATE FUNCTION upkeep_internal.running_command(context text)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE
    WHEN context = '' THEN current_query()
    WHEN context LIKE 'SQL statement "%' THEN
      regexp_replace(substr(context, 16), '"(\n(PL/\w+|SQL) (function|statement) .*)?$', '')
  END
$$;

CREATE FUNCTION upkeep_internal.without_comments(command text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT regexp_replace(command,
    $r$("(?:[^"]|"")*"|'(?:[^']|'')*')|--[^\n\r]*|/\*(?:[^\x2A]|\*+[^\x2A/])*\*+/$r$, '\1 ', 'g')
$$;

-- Of each TRUNCATE in a text, what it names and whether it goes on to what refers to that.
CREATE FUNCTION upkeep_internal.truncates_in(command text)
RETURNS TABLE (items text, cascades boolean) IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  name constant text := '(?:"(?:[^"]|"")+"|[[:alpha:]_][\w$]*)';
  full_name constant text := format('%1$s(?:\s*\.\s*%1$s){0,2}', name);
  item constant text := format('(?:ONLY\s*\(\s*%1$s\s*\)|ONLY\s+%1$s|%1$s(?:\s*\*)?)', full_name);
BEGIN
  RETURN QUERY
  SELECT m[1], m[2] IS NOT NULL
  FROM regexp_matches(upkeep_internal.without_comments(command), format(
    '(?:^|;)\s*TRUNCATE\s+(?:TABLE\s+)?(%1$s(?:\s*,\s*%1$s)*)(?:\s+(?:RESTART|CONTINUE)\s+IDENTITY)?'
    '(?:\s+(CASCADE)|\s+RESTRICT)?\s*(?=$|;)', item), 'gi') m;
END $$;

-- Those that this transaction holds the lock of.
CREATE FUNCTION upkeep_internal.locked_tables()
RETURNS oid[] LANGUAGE sql AS $$
  SELECT ARRAY(
    SELECT DISTINCT l.relation FROM pg_locks l
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
$$;

-- In the order in which the command empties them; NULL if one is not found.
CREATE FUNCTION upkeep_internal.tables_named(items text, path name[], locked oid[])
RETURNS oid[] LANGUAGE plpgsql AS $$
DECLARE
  item text;
  parts text[];
  named oid;
  found oid[] := '{}';
BEGIN
  FOR item IN SELECT btrim(m[1]) FROM regexp_matches(items, '((?:"(?:[^"]|"")*"|[^",])+)', 'g') m LOOP
    parts := upkeep_internal.split_object(
      regexp_replace(regexp_replace(item, '^only(\s*\((.*)\)|\s+(.*))$', '\2\3', 'i'), '\s*\*$', ''));
    named := (
      SELECT c.oid
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = ANY (locked) AND c.relname = parts[cardinality(parts)]
        AND CASE WHEN cardinality(parts) = 1 THEN n.nspname = ANY (path)
                 ELSE n.nspname = parts[cardinality(parts) - 1] END
      ORDER BY array_position(path, n.nspname)
      LIMIT 1);
    IF named IS NULL THEN
      RETURN NULL;
    END IF;
    found := found || ARRAY(
      SELECT d FROM upkeep_internal.with_descendants(named) WITH ORDINALITY u(d, place)
      WHERE d::oid <> ALL (found) AND (place = 1 OR item !~* '^only[\s(]')
      ORDER BY place);
  END LOOP;
  RETURN found;
END $$;

-- With those that have foreign keys to them, at any distance.
CREATE FUNCTION upkeep_internal.with_referring(tables oid[], locked oid[])
RETURNS oid[] LANGUAGE plpgsql AS $$
DECLARE
  more oid[];
BEGIN
  LOOP
    more := ARRAY(
      SELECT DISTINCT c.conrelid FROM pg_constraint c
      WHERE c.contype = 'f' AND c.confrelid = ANY (tables) AND c.conrelid <> ALL (tables) AND c.conrelid = ANY (locked)
      ORDER BY c.conrelid);
    EXIT WHEN more = '{}';
    tables := tables || more;
  END LOOP;
  RETURN tables;
END $$;

-- target: the table whose trigger fires; with its partitions where nothing else is known.
CREATE FUNCTION upkeep_internal.tables_truncated_with(target oid, command text, path name[])
RETURNS oid[] LANGUAGE plpgsql AS $$
DECLARE
  locked constant oid[] := upkeep_internal.locked_tables();
  one record;
  tables oid[];
  found oid[];
BEGIN
  FOR one IN SELECT DISTINCT t.* FROM upkeep_internal.truncates_in(command) t LOOP
    tables := upkeep_internal.tables_named(one.items, path, locked);
    IF one.cascades THEN
      tables := upkeep_internal.with_referring(tables, locked);
    END IF;
    CONTINUE WHEN tables IS NULL OR target <> ALL (tables);
    -- The text has several that may be meant.
    EXIT WHEN found IS NOT NULL AND found <> tables;
    found := tables;
  END LOOP;
  IF found IS NULL OR found <> tables AND target = ANY (tables) THEN
    RETURN CASE (SELECT relkind FROM pg_class WHERE oid = target)
      WHEN 'p' THEN ARRAY(SELECT d::oid FROM upkeep_internal.with_descendants(target) d) ELSE ARRAY[target] END;
  END IF;
  RETURN found;
END $$;
