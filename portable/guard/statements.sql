-- Reading a command's text: an event trigger is told its tag only.

-- The parts between separators that stand outside quotes and parentheses.
CREATE FUNCTION upkeep_internal.split_sql(source text, separator text)
RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  token text;
  depth int := 0;
  part text := '';
  parts text[] := '{}';
BEGIN
  FOR token IN SELECT m[1] FROM regexp_matches(source,
      $r$("(?:[^"]|"")*"|'(?:[^']|'')*'|[(),;]|[^"'(),;]+|["'])$r$, 'g') m LOOP
    depth := depth + CASE token WHEN '(' THEN 1 WHEN ')' THEN -1 ELSE 0 END;
    IF token = separator AND depth = 0 THEN
      parts := parts || btrim(part, E' \t\r\n');
      part := '';
    ELSE
      part := part || token;
    END IF;
  END LOOP;
  RETURN parts || btrim(part, E' \t\r\n');
END $$;

-- The statements of a text that have this tag; none where the text is not known.
CREATE FUNCTION upkeep_internal.statements_of(tag text, command text)
RETURNS text[] IMMUTABLE LANGUAGE sql AS $$
  SELECT ARRAY(
    SELECT s
    FROM unnest(upkeep_internal.split_sql(upkeep_internal.without_comments(command), ';')) WITH ORDINALITY u(s, place)
    WHERE s ~* format('^%s\s', replace(tag, ' ', '\s+')) ORDER BY place)
$$;

-- A name at the beginning, with dots: its parts; and what follows it.
CREATE FUNCTION upkeep_internal.leading_name(source text, OUT parts text[], OUT rest text)
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  name constant text := '(?:"(?:[^"]|"")+"|[[:alpha:]_][\w$]*)';
  found text[] := regexp_match(source, format('^(%1$s(?:\s*\.\s*%1$s){0,2})(.*)$', name));
BEGIN
  parts := upkeep_internal.split_object(found[1]);
  rest := btrim(found[2], E' \t\r\n');
END $$;

-- The table, or partitioned one, that a name means in the writer's search_path.
CREATE FUNCTION upkeep_internal.table_in_path(parts text[], path name[])
RETURNS regclass STABLE LANGUAGE sql AS $$
  SELECT c.oid
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname = parts[cardinality(parts)]
    AND CASE WHEN cardinality(parts) = 1 THEN n.nspname = ANY (path) ELSE n.nspname = parts[cardinality(parts) - 1] END
  ORDER BY array_position(path, n.nspname)
  LIMIT 1
$$;

-- What DROP … a, b CASCADE names.
CREATE FUNCTION upkeep_internal.names_dropped(statement text)
RETURNS SETOF text IMMUTABLE LANGUAGE sql AS $$
  SELECT s
  FROM unnest(upkeep_internal.split_sql(regexp_replace(regexp_replace(statement,
    '^DROP\s+\w+\s+(IF\s+EXISTS\s+|BY\s+)?', '', 'i'), '\s+(CASCADE|RESTRICT)$', '', 'i'), ','))
    WITH ORDINALITY u(s, place)
  ORDER BY place
$$;

-- The tables that a DROP names, by themselves, by their schemas or by their owners, as far as the writer may drop them:
-- the command itself refuses a role that may not, which must not hold others up.
CREATE FUNCTION upkeep_internal.tables_dropped(tag text, statement text, path name[])
RETURNS SETOF regclass STABLE LANGUAGE sql AS $$
  SELECT c.oid::regclass
  FROM upkeep_internal.names_dropped(statement) WITH ORDINALITY n(name, place)
  CROSS JOIN LATERAL upkeep_internal.leading_name(n.name) l
  JOIN pg_class c ON c.relkind IN ('r', 'p') AND CASE tag
    WHEN 'DROP TABLE' THEN c.oid = upkeep_internal.table_in_path(l.parts, path)
    WHEN 'DROP SCHEMA' THEN statement ~* '\sCASCADE$' AND c.relnamespace = to_regnamespace(quote_ident(l.parts[1]))
    WHEN 'DROP OWNED' THEN c.relowner = upkeep_internal.role_meant(n.name, l.parts)
      AND pg_has_role(upkeep_internal.writer(), c.relowner, 'USAGE') END
  WHERE c.relpersistence <> 't' AND upkeep_internal.may_drop(c.oid)
  ORDER BY n.place, c.relispartition, c.oid
$$;

CREATE FUNCTION upkeep_internal.are_all_found(statement text, path name[])
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT bool_and(l.parts IS NOT NULL AND l.rest = '' AND upkeep_internal.table_in_path(l.parts, path) IS NOT NULL)
  FROM upkeep_internal.names_dropped(statement) n
  CROSS JOIN LATERAL upkeep_internal.leading_name(n) l
$$;

CREATE FUNCTION upkeep_internal.role_meant(name text, parts text[])
RETURNS oid STABLE LANGUAGE sql AS $$
  SELECT r.oid FROM pg_roles r
  WHERE r.rolname = CASE WHEN name ~* '^(current_user|current_role)$' THEN upkeep_internal.writer()
                         WHEN name ~* '^session_user$' THEN session_user ELSE parts[1] END
$$;

CREATE FUNCTION upkeep_internal.may_drop(target oid)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT upkeep_internal.owns_table(upkeep_internal.writer(), target)
    OR upkeep_internal.owns_schema(upkeep_internal.writer(), (SELECT relnamespace FROM pg_class WHERE oid = target))
$$;

-- ALTER TABLE: the table, whether its children follow, and the parts.
CREATE FUNCTION upkeep_internal.read_alter_table(statement text, path name[], OUT target regclass, OUT is_only boolean,
                                                 OUT actions text[])
STABLE LANGUAGE plpgsql AS $$
DECLARE
  source text := regexp_replace(statement, '^ALTER\s+TABLE\s+(IF\s+EXISTS\s+)?', '', 'i');
  named record;
BEGIN
  is_only := source ~* '^ONLY\s';
  SELECT * INTO named FROM upkeep_internal.leading_name(regexp_replace(source, '^ONLY\s+', '', 'i'));
  target := upkeep_internal.table_in_path(named.parts, path);
  actions := upkeep_internal.split_sql(regexp_replace(named.rest, '^\*\s*', ''), ',');
END $$;
