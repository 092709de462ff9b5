-- Writing the trigger functions. EXECUTE for each row would cost many times what a statement in the function's text
-- does, so a trigger function has a branch for each table, and for each list of arguments of its triggers there.

-- Sessions that enable or disable take turns until they commit: one that makes a trigger holds a lock on its function,
-- which another would wait for to write it anew. One that cannot see what another has enabled gets 40001 here.
CREATE FUNCTION upkeep_internal.take_turns()
RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ UPDATE upkeep_internal.installation SET generation = generation + 1 $$;

-- Writes the branches of a feature's trigger function anew, if they are no longer the same. Runs as the installer, who
-- owns the function; what it writes follows from the catalogue alone, whoever calls it.
CREATE FUNCTION upkeep_internal.write_triggers(feature text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  target constant regprocedure := (SELECT format('upkeep.%I()', f.function) FROM upkeep_internal.features f
                                   WHERE f.feature = write_triggers.feature);
  lines text[];
  source text;
  written text;
BEGIN
  PERFORM upkeep_internal.take_turns();
  SELECT prosrc INTO source FROM pg_proc WHERE oid = target;
  -- The last end is the function's own: a name in a branch may say the same.
  written := format(E'%s-- branches\n%s  -- end of branches%s', split_part(source, E'-- branches\n', 1),
    upkeep_internal.branches(feature), regexp_replace(source, '^.*-- end of branches', ''));
  IF written <> source THEN
    EXECUTE format('%s AS %L', split_part(pg_get_functiondef(target), E'\nAS $function', 1), written);
  END IF;
END $$;

-- The branches of all tables, found in a few steps however many there are.
CREATE FUNCTION upkeep_internal.branches(feature text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  tables oid[];
  texts text[];
BEGIN
  SELECT array_agg(object ORDER BY object), array_agg(text ORDER BY object) INTO tables, texts
  FROM (SELECT t.object::oid AS object, upkeep_internal.branch(feature, t.object) AS text
        FROM (SELECT DISTINCT object FROM upkeep_internal.triggers t WHERE t.feature = branches.feature) t
        JOIN pg_class c ON c.oid = t.object AND c.relpersistence <> 't') b
  WHERE text IS NOT NULL;
  RETURN coalesce(upkeep_internal.search_tree(tables, texts, 1, coalesce(cardinality(tables), 0), '  '), '');
END $$;

-- Those from first to last, by halves.
CREATE FUNCTION upkeep_internal.search_tree(tables oid[], texts text[], first int, last int, indent text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  middle constant int := (first + last) / 2;
BEGIN
  IF last - first < 4 THEN
    RETURN (SELECT string_agg(regexp_replace(texts[n], '^(?=.)', indent, 'gn'), '' ORDER BY n)
            FROM generate_series(first, last) n);
  END IF;
  RETURN format(E'%1$sIF TG_RELID [<=] %2$s THEN\n%3$s%1$sELSE\n%4$s%1$sEND IF;\n', indent, tables[middle],
    upkeep_internal.search_tree(tables, texts, first, middle, indent || '  '),
    upkeep_internal.search_tree(tables, texts, middle + 1, last, indent || '  '));
END $$;

-- The branch of a table; NULL if its triggers are none that can have one.
CREATE FUNCTION upkeep_internal.branch(feature text, target regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  trigger record;
  part text;
  parts text := '';
  is_alone constant boolean := (SELECT count(DISTINCT t.arguments) = 1 FROM upkeep_internal.triggers t
                                WHERE t.object = target AND t.feature = branch.feature);
BEGIN
  -- A line's end within a name does not survive being indented.
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = target AND attname ~ '[\n\r]') THEN
    RETURN NULL;
  END IF;
  FOR trigger IN SELECT t.arguments, bit_or(t.type) AS type FROM upkeep_internal.triggers t
      WHERE t.object = target AND t.feature = branch.feature GROUP BY t.arguments ORDER BY min(t.place) LOOP
    EXECUTE format('SELECT upkeep_internal.%I($1, $2, $3)', feature || '_branch') INTO part
      USING target, trigger.arguments, trigger.type;
    IF part IS NULL THEN
      RETURN NULL;
    END IF;
    parts := parts || CASE WHEN is_alone THEN part || E'\n'
      ELSE format(E'IF pg_catalog.array_to_string(TG_ARGV, '', '') [=] %L THEN\n%s\nEND IF;\n',
                  array_to_string(trigger.arguments, ', '), regexp_replace(part, '^(?=.)', '  ', 'gn')) END;
  END LOOP;
  RETURN format(E'IF TG_RELID [=] %1$s AND upkeep_internal.fits(%3$L, %4$L, %5$L) THEN -- %2$s\n%6$sEND IF;\n',
    target::oid, upkeep_internal.in_comment(upkeep_internal.qualified(target)), feature, target::oid,
    upkeep_internal.fingerprint(feature, target), regexp_replace(parts, '^(?=.)', '  ', 'gn'));
EXCEPTION
  -- Arguments that are wrong are an error when a row is written, not while somebody else enables something.
  WHEN OTHERS THEN
    RETURN NULL;
END $$;

CREATE FUNCTION upkeep_internal.in_comment(said text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT translate(said, E'\n\r', '  ') $$;

CREATE FUNCTION upkeep.refresh()
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  feature text;
BEGIN
  FOR feature IN SELECT f.feature FROM upkeep_internal.features f
      WHERE to_regproc(format('upkeep_internal.%I', f.feature || '_branch')) IS NOT NULL LOOP
    PERFORM upkeep_internal.write_triggers(feature);
  END LOOP;
END $$;
COMMENT ON FUNCTION upkeep.refresh() IS
  'Writes the trigger functions anew for the triggers that are there: after a restore, after triggers made by hand.';
