-- Writing the trigger functions. EXECUTE for each row would cost many times what a statement in the function's text
-- does, so a trigger function has a branch for each table, and for each list of arguments of its triggers there.

-- Sessions that enable or disable take turns until they commit: one that makes a trigger holds a lock on its function,
-- which another would wait for to write it anew. One that cannot see what another has enabled gets 40001 here.
CREATE FUNCTION upkeep_internal.take_turns()
RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ UPDATE upkeep_internal.installation SET generation = generation + 1 $$;

-- What the trigger functions say for each table; text is NULL where there can be no branch. Kept so that enabling one
-- table does not make the branches of all others.
CREATE TABLE IF NOT EXISTS upkeep_internal.written_branches (
  feature text NOT NULL,
  object oid NOT NULL,
  fingerprint text NOT NULL,
  text text,
  PRIMARY KEY (feature, object)
);
COMMENT ON TABLE upkeep_internal.written_branches IS 'The branches of the trigger functions, table by table.';
REVOKE ALL ON TABLE upkeep_internal.written_branches FROM PUBLIC;

-- Writes the branches of a feature anew, and those of features whose branches look at its triggers.
CREATE FUNCTION upkeep_internal.write_triggers(feature text, all_anew boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  other text;
BEGIN
  -- Whoever enables much at once writes all of them at the end.
  IF current_setting('upkeep.writes_later', true) = 'yes' THEN
    RETURN;
  END IF;
  PERFORM upkeep_internal.write_function(feature, all_anew);
  FOR other IN
      SELECT o.looking
      FROM (VALUES
        -- A touch counts what a stamp does, and moves the parent's.
        ('updated_at', 'touch'),
        -- The lock of orders leaves alone what a stamp changes, and freezes what a total is made of.
        ('updated_at', 'order_lock'), ('order_totals', 'order_lock'),
        -- What a line captures leaves out the stock; what it returns looks at the totals' currency and at refunds.
        ('order_totals', 'order_snapshots'), ('order_refunds', 'order_snapshots'), ('stock', 'order_snapshots'),
        -- The totals and the lock say what may be refunded, and of a line what was returned is gone.
        ('order_totals', 'order_refunds'), ('order_lock', 'order_refunds'), ('order_snapshots', 'order_refunds'),
        ('stock', 'order_refunds'),
        -- What refunds and returns have given back, a line has not taken.
        ('order_refunds', 'stock'), ('order_snapshots', 'stock')) o(looked_at, looking)
      WHERE o.looked_at = feature LOOP
    PERFORM upkeep_internal.write_function(other, false);
  END LOOP;
END $$;

-- Writes the branches of a feature's trigger function anew, if they are no longer the same. Runs as the installer, who
-- owns the function; what it writes follows from the catalogue alone, whoever calls it and whatever he has set.
-- all_anew: also those of tables that look as they did.
CREATE FUNCTION upkeep_internal.write_function(feature text, all_anew boolean)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET check_function_bodies = on SET quote_all_identifiers = off AS $$
DECLARE
  target constant regprocedure := (SELECT format('upkeep.%I()', f.function) FROM upkeep_internal.features f
                                   WHERE f.feature = write_function.feature);
  source text;
  written text;
BEGIN
  PERFORM upkeep_internal.take_turns();
  SELECT prosrc INTO source FROM pg_proc WHERE oid = target;
  PERFORM upkeep_internal.write_branches(feature, source, all_anew);
  written := upkeep_internal.with_branches(source, upkeep_internal.branches(feature));
  IF written <> source THEN
    EXECUTE format('%s AS %L', split_part(pg_get_functiondef(target), E'\nAS $function', 1), written);
  END IF;
END $$;

-- The last end is the function's own: a name in a branch may say the same.
CREATE FUNCTION upkeep_internal.with_branches(source text, branches text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format(E'%s-- branches\n%s  -- end of branches%s', split_part(source, E'-- branches\n', 1), branches,
                regexp_replace(source, '^.*-- end of branches', ''))
$$;

-- Those of tables that have come, changed or gone, in the table above. Temporary tables have none.
CREATE FUNCTION upkeep_internal.write_branches(feature text, source text, all_anew boolean)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  each record;
  text text;
BEGIN
  DELETE FROM upkeep_internal.written_branches b
  WHERE b.feature = write_branches.feature AND (all_anew OR NOT EXISTS (
    SELECT FROM upkeep_internal.triggers t WHERE t.feature = b.feature AND t.object = b.object));
  FOR each IN
    SELECT t.object, upkeep_internal.fingerprint(write_branches.feature, t.object) AS fingerprint
    FROM (SELECT DISTINCT object FROM upkeep_internal.triggers t WHERE t.feature = write_branches.feature) t
    JOIN pg_class c ON c.oid = t.object AND c.relpersistence <> 't'
  LOOP
    CONTINUE WHEN EXISTS (
      SELECT FROM upkeep_internal.written_branches b
      WHERE b.feature = write_branches.feature AND b.object = each.object AND b.fingerprint = each.fingerprint
        AND upkeep_internal.others_still_are(b.text));
    text := upkeep_internal.branch(write_branches.feature, each.object, each.fingerprint);
    INSERT INTO upkeep_internal.written_branches (feature, object, fingerprint, text)
    VALUES (write_branches.feature, each.object, each.fingerprint,
            CASE WHEN upkeep_internal.is_readable(upkeep_internal.with_branches(source, text)) THEN text END)
    ON CONFLICT ON CONSTRAINT written_branches_pkey
      DO UPDATE SET fingerprint = excluded.fingerprint, text = excluded.text;
  END LOOP;
END $$;

-- Has the branch of a table written anew that no longer serves: after ALTER TABLE, a restore, a trigger made by hand.
-- The first statement that goes the long way does so for those after it, unless somebody enables something meanwhile;
-- once a transaction, for what a branch leaves to the long way comes here too.
CREATE FUNCTION upkeep_internal.mend_branch(feature text, target regclass)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  seen constant text := current_setting('upkeep.branches_seen', true);
  this_one constant text := format('%s %s,', feature, target::oid);
BEGIN
  IF seen = 'all' OR position(this_one IN seen) > 0 THEN
    RETURN;
  END IF;
  PERFORM set_config('upkeep.branches_seen', concat(seen, this_one), true);
  IF upkeep_internal.is_written(feature, target) THEN
    RETURN;
  END IF;
  PERFORM FROM upkeep_internal.installation FOR UPDATE SKIP LOCKED;
  IF FOUND THEN
    PERFORM upkeep_internal.write_function(feature, false);
  END IF;
EXCEPTION
  -- It goes without: in a transaction that cannot see what others have enabled, or may not write.
  WHEN OTHERS THEN
    RETURN;
END $$;

-- Whether the branch of a table is the one that it can have now.
CREATE FUNCTION upkeep_internal.is_written(feature text, target regclass)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT (SELECT relpersistence = 't' FROM pg_class WHERE oid = target) OR EXISTS (
    SELECT FROM upkeep_internal.written_branches b
    WHERE b.feature = is_written.feature AND b.object = target
      AND b.fingerprint = upkeep_internal.fingerprint(b.feature, target)
      AND (b.text IS NULL OR upkeep_internal.others_still_are(b.text)))
$$;

-- Whether PostgreSQL can read a trigger function: one branch that it cannot read would stop the writers of all tables.
CREATE FUNCTION upkeep_internal.is_readable(source text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE FUNCTION upkeep_internal.trial() RETURNS trigger LANGUAGE plpgsql AS %L', source);
  RAISE EXCEPTION SQLSTATE 'UK000';
EXCEPTION
  WHEN SQLSTATE 'UK000' THEN
    RETURN true;
  WHEN OTHERS THEN
    RETURN false;
END $$;

-- Whether what a branch relies on beside its own table is what it was: each still_is(…), fits(…) and …_fits(…) in it.
-- Only calls with plain literals are asked: a name in the text may look like one.
CREATE FUNCTION upkeep_internal.others_still_are(text text)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
  question text;
  holds boolean;
BEGIN
  FOR question IN SELECT DISTINCT m[1]
      FROM regexp_matches(text, $r$(upkeep_internal\.(?:still_is|\w*fits)\('\w*'(?:, '\w*')*\))$r$, 'g') m LOOP
    EXECUTE 'SELECT ' || question INTO holds;
    IF holds IS NOT TRUE THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN text IS NOT NULL;
EXCEPTION
  WHEN undefined_function OR invalid_text_representation OR numeric_value_out_of_range THEN
    RETURN false;
END $$;

-- The branches of all tables, found in a few steps however many there are.
CREATE FUNCTION upkeep_internal.branches(feature text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  tables oid[];
  texts text[];
BEGIN
  SELECT array_agg(b.object ORDER BY b.object), array_agg(b.text ORDER BY b.object) INTO tables, texts
  FROM upkeep_internal.written_branches b
  WHERE b.feature = branches.feature AND b.text IS NOT NULL;
  RETURN coalesce(upkeep_internal.search_tree(tables, texts, 1, coalesce(cardinality(tables), 0), '  '), '');
END $$;

-- Those from first to last, by halves.
CREATE FUNCTION upkeep_internal.search_tree(tables oid[], texts text[], first int, last int, indent text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  middle constant int := (first + last) / 2;
BEGIN
  IF last - first < 4 THEN
    RETURN (SELECT string_agg(upkeep_internal.indented(texts[n], indent), '' ORDER BY n)
            FROM generate_series(first, last) n);
  END IF;
  RETURN format(E'%1$sIF TG_RELID [<=] %2$s THEN\n%3$s%1$sELSE\n%4$s%1$sEND IF;\n', indent, tables[middle],
    upkeep_internal.search_tree(tables, texts, first, middle, indent || '  '),
    upkeep_internal.search_tree(tables, texts, middle + 1, last, indent || '  '));
END $$;

-- The branch of a table; NULL if its triggers are none that can have one. Triggers with the same arguments share a part
-- if they fire at the same time: it knows the events of all of them.
CREATE FUNCTION upkeep_internal.branch(feature text, target regclass, fingerprint text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  trigger record;
  part text;
  parts text := '';
BEGIN
  FOR trigger IN
    SELECT t.arguments, bit_or(t.type) AS type, count(*) OVER () = 1 AS is_alone,
      count(*) OVER (PARTITION BY t.arguments) > 1 AS differs_in_time
    FROM upkeep_internal.triggers t
    WHERE t.object = target AND t.feature = branch.feature
    GROUP BY t.arguments, t.type & 67
    ORDER BY min(t.place)
  LOOP
    EXECUTE format('SELECT upkeep_internal.%I($1, $2, $3)', feature || '_branch') INTO part
      USING target, trigger.arguments, trigger.type;
    CONTINUE WHEN part IS NULL;
    parts := parts || CASE WHEN trigger.is_alone THEN part || E'\n' ELSE format(E'IF %s THEN\n%s\nEND IF;\n',
      upkeep_internal.is_fired(trigger.arguments, CASE WHEN trigger.differs_in_time THEN trigger.type END),
      upkeep_internal.indented(part, '  ')) END;
  END LOOP;
  RETURN format(E'IF TG_RELID [=] %1$s AND upkeep_internal.fits(%3$L, %4$L, %5$L) THEN -- %2$s\n%6$sEND IF;\n',
    target::oid, upkeep_internal.in_comment(upkeep_internal.qualified(target)), feature, target::oid, fingerprint,
    upkeep_internal.indented(nullif(parts, ''), '  '));
EXCEPTION
  -- Arguments that are wrong are an error when a row is written, not while somebody else enables something.
  WHEN OTHERS THEN
    RETURN NULL;
END $$;

-- The condition that a trigger with these arguments fires, and at the time of this type, unless that is NULL.
CREATE FUNCTION upkeep_internal.is_fired(arguments text[], type int)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE cardinality(arguments) WHEN 0 THEN 'TG_NARGS [=] 0'
      -- They are counted from 0.
      ELSE format('TG_ARGV [=] %L::pg_catalog.text[]', format('[0:%s]=%s', cardinality(arguments) - 1, arguments)) END
    || CASE WHEN type IS NULL THEN ''
       ELSE format(' AND TG_LEVEL [=] %L AND TG_WHEN [=] %L', CASE type & 1 WHEN 1 THEN 'ROW' ELSE 'STATEMENT' END,
         CASE type & 66 WHEN 2 THEN 'BEFORE' WHEN 0 THEN 'AFTER' ELSE 'INSTEAD OF' END) END
$$;

-- Every line behind an indent; left as it is where a name or a literal holds the end of a line.
CREATE FUNCTION upkeep_internal.indented(text text, indent text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE
    WHEN text ~ '[\r]' OR EXISTS (
      SELECT FROM regexp_matches(text, $r$'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*$r$, 'g') m WHERE m[1] ~ '\n') THEN text
    ELSE regexp_replace(text, '^(?=.)', indent, 'gn') END
$$;

CREATE FUNCTION upkeep_internal.in_comment(said text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT translate(said, E'\n\r', '  ') $$;

-- A dump has the number of a dropped table, which another table may have where the dump is restored. Whoever calls it:
-- what it deletes is of no table.
CREATE FUNCTION upkeep_internal.forget_dropped_tables()
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM upkeep_internal.forget_dropped_stock();
  PERFORM upkeep_internal.forget_dropped_counters();
  PERFORM upkeep_internal.forget_dropped_exemptions();
END $$;

CREATE FUNCTION upkeep.refresh()
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  feature text;
BEGIN
  FOR feature IN SELECT f.feature FROM upkeep_internal.features f
      WHERE to_regproc(format('upkeep_internal.%I', f.feature || '_branch')) IS NOT NULL LOOP
    PERFORM upkeep_internal.write_triggers(feature, all_anew => true);
  END LOOP;
  PERFORM upkeep_internal.forget_dropped_tables();
END $$;
COMMENT ON FUNCTION upkeep.refresh() IS
  'Writes the trigger functions anew for the triggers that are there: after a restore, after triggers made by hand.';
