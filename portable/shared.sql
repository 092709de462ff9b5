-- What all features use: errors, names, tables and columns. What a row can ask for is PL/pgSQL, whose plans a session
-- keeps; a function in SQL with a search_path of its own is planned at each call.

CREATE FUNCTION upkeep_internal.fail(state text, message text, hint text DEFAULT NULL, detail text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF detail IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, DETAIL = detail, HINT = hint;
  ELSIF hint IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, HINT = hint;
  END IF;
  RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message;
END $$;

CREATE FUNCTION upkeep_internal.table_name(target regclass)
RETURNS name STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT relname FROM pg_class WHERE oid = target);
END $$;

-- As SQL names it, whatever the search_path.
CREATE FUNCTION upkeep_internal.qualified(target regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT format('%I.%I', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = target);
END $$;

-- a,"b, c": as PostgreSQL writes a list of identifiers, and how that is read.
CREATE FUNCTION upkeep_internal.join_names(names text[])
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT coalesce(string_agg(quote_ident(n), ',' ORDER BY place), '') FROM unnest(names) WITH ORDINALITY u(n, place)
$$;

CREATE FUNCTION upkeep_internal.split_names(list text, what text)
RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  item constant text := '"(?:[^"]|"")*"|[^\s,"][^\s,]*';
BEGIN
  IF list !~ format('^\s*(?:(?:%1$s)(?:\s*,\s*(?:%1$s))*)?\s*$', item) THEN
    PERFORM upkeep_internal.fail('22023', format('invalid list of names in %s: "%s"', what, list),
      'Separate names by commas; put a name with blanks, commas or capitals in double quotes.');
  END IF;
  RETURN coalesce((
    SELECT array_agg(CASE WHEN m[1] LIKE '"%' THEN replace(substr(m[1], 2, length(m[1]) - 2), '""', '"')
                          ELSE lower(m[1]) END::name ORDER BY place)
    FROM regexp_matches(list, format('(%s)', item), 'g') WITH ORDINALITY r(m, place)), '{}');
END $$;

-- Two names that differ in capitals and underscores only are the same here.
CREATE FUNCTION upkeep_internal.folded(name text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT lower(replace(name, '_', '')) $$;

-- Locks an ordinary or partitioned table of the caller's; an error if it is something else, or somebody else's.
CREATE FUNCTION upkeep_internal.require_own_table(target regclass, verb text,
                                                  lock text DEFAULT 'SHARE ROW EXCLUSIVE')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  kind "char" := (SELECT relkind FROM pg_class WHERE oid = target);
BEGIN
  IF kind IS NULL THEN
    PERFORM upkeep_internal.fail('42P01', format('there is no table with oid %s', target::oid),
      'Pass the table''s name: ''schema.table''.');
  ELSIF kind NOT IN ('r', 'p') THEN
    PERFORM upkeep_internal.fail('42809', format('cannot %s on "%s": it is %s', verb,
      upkeep_internal.table_name(target), CASE kind
        WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view' WHEN 'f' THEN 'a foreign table'
        WHEN 'S' THEN 'a sequence' WHEN 'c' THEN 'a composite type' WHEN 'i' THEN 'an index' WHEN 'I' THEN 'an index'
        ELSE 'not a table' END),
      CASE kind WHEN 'v' THEN 'Call it for the tables behind the view.'
                ELSE 'Call it for an ordinary or partitioned table.' END);
  END IF;
  -- Before the lock, so that nobody can block another's table; and after it, for the owner may have changed.
  PERFORM upkeep_internal.require_owner(target);
  EXECUTE format('LOCK TABLE ONLY %s IN %s MODE', upkeep_internal.qualified(target), lock);
  PERFORM upkeep_internal.require_owner(target);
END $$;

CREATE FUNCTION upkeep_internal.require_owner(target regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT upkeep_internal.is_owner(target) THEN
    PERFORM upkeep_internal.fail('42501', format('must be owner of table %s', upkeep_internal.table_name(target)),
      'Let the table''s owner call this, or a member of the owner''s role.');
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.is_owner(target regclass)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN coalesce(pg_has_role((SELECT relowner FROM pg_class WHERE oid = target), 'USAGE'), false);
END $$;

-- Nobody can pass NULL where a table, a name or a word is meant.
CREATE FUNCTION upkeep_internal.require_value(given anyelement, argument text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF given IS NULL THEN
    PERFORM upkeep_internal.fail('22004', format('argument "%s" must not be null', argument),
      CASE pg_typeof(given) WHEN 'regclass'::regtype THEN 'Pass the name of a table that exists.'
        ELSE 'Pass a value, or leave the argument out where it has a default.' END);
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.has_column(target regclass, name text)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pg_attribute a
                 WHERE a.attrelid = target AND a.attname = has_column.name AND a.attnum > 0 AND NOT a.attisdropped);
END $$;

-- given: the arguments of the enable_… that is running, NULL in a trigger.
CREATE FUNCTION upkeep_internal.require_column(target regclass, name text, feature text, given jsonb DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT upkeep_internal.has_column(target, name) THEN
    PERFORM upkeep_internal.fail('42703',
      format('column "%s" of table "%s" does not exist', name, upkeep_internal.table_name(target)),
      CASE WHEN given IS NULL
           THEN format('If it was renamed or dropped, call upkeep.enable_%s again with the columns that "%s" has now.',
                       feature, upkeep_internal.table_name(upkeep_internal.topmost(target)))
           ELSE upkeep_internal.hint_or_order(target, name, feature, given) END);
  END IF;
END $$;

-- Where two tables may have been passed the other way round, it is said; a foreign key makes it certain. given ->
-- 'tables': the tables that were passed and what they are called in a sentence, in their order.
CREATE FUNCTION upkeep_internal.hint_or_order(target regclass, missing text, feature text, given jsonb)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  parents constant text[] := '{orders,products}';
  hint constant text := upkeep_internal.hint_for_caller(target, missing, feature, given - 'tables');
  pair record;
BEGIN
  FOR pair IN
    SELECT first_words, words, is_certain
    FROM (SELECT t ->> 0 AS words, (t ->> 1)::oid AS object, place, lag(t ->> 0) OVER call AS first_words,
            lag((t ->> 1)::oid) OVER call AS first_object
          FROM jsonb_array_elements(given -> 'tables') WITH ORDINALITY u(t, place) WINDOW call AS (ORDER BY place)) t
    CROSS JOIN LATERAL (SELECT CASE WHEN words = ANY (parents) THEN object ELSE first_object END,
                          CASE WHEN words = ANY (parents) THEN first_object ELSE object END) p(parent, child)
    CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = parent
                                         AND c.confrelid = child)) r(is_certain)
    WHERE (words = ANY (parents)) <> (first_words = ANY (parents))
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = child AND c.confrelid = parent)
      AND (is_certain OR target IN (parent, child)
             AND upkeep_internal.has_column(CASE WHEN target = child THEN parent ELSE child END, missing))
    ORDER BY place
  LOOP
    RETURN concat_ws(' ', CASE WHEN NOT pair.is_certain THEN hint END,
      format('upkeep.enable_%s takes %s first, then %s.', feature, pair.first_words, pair.words));
  END LOOP;
  RETURN hint;
END $$;

-- What the caller of enable_… could have meant by a column that the table does not have.
CREATE FUNCTION upkeep_internal.hint_for_caller(target regclass, missing text, feature text, given jsonb)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  named constant name := upkeep_internal.table_name(target);
  similar_one text;
  pass text;
BEGIN
  SELECT min(attname) INTO similar_one
  FROM pg_attribute
  WHERE attrelid = target AND attnum > 0 AND NOT attisdropped
    AND upkeep_internal.folded(attname) = upkeep_internal.folded(missing)
  HAVING count(*) = 1;
  SELECT format('%s => %L', o.argument, CASE o.kind WHEN 'column' THEN coalesce(similar_one, 'its_name')
                                         ELSE format('{%I}', coalesce(similar_one, 'its_name')) END) INTO pass
  FROM upkeep_internal.options o
  WHERE o.feature = hint_for_caller.feature AND o.kind IN ('column', 'columns')
    AND (given ->> o.argument = missing OR given -> o.argument @> to_jsonb(missing))
  ORDER BY o.place
  LIMIT 1;
  IF pass IS NOT NULL THEN
    RETURN CASE WHEN similar_one IS NULL
                THEN format('If the column of "%s" has another name, pass %s; otherwise add it.', named, pass)
                ELSE format('"%s" has a column "%s": pass %s.', named, similar_one, pass) END;
  ELSIF EXISTS (SELECT FROM upkeep_internal.options o
                WHERE o.feature = hint_for_caller.feature AND o.kind = 'formulas') THEN
    RETURN format('Pass formulas => ARRAY[...] that name the columns "%s" has, or add the column.', named);
  END IF;
  RETURN CASE WHEN similar_one IS NULL THEN format('Add the column to "%s".', named)
              ELSE format('Add the column to "%s", or rename "%s": the name is fixed.', named, similar_one) END;
END $$;

-- The partitioned table at the top of a partition.
CREATE FUNCTION upkeep_internal.topmost(target regclass)
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN coalesce(pg_partition_root(target), target);
END $$;

-- The table and all that inherit from it, or are its partitions, each after its parent; foreign ones are elsewhere.
CREATE FUNCTION upkeep_internal.with_descendants(target regclass)
RETURNS SETOF regclass STABLE LANGUAGE sql AS $$
  WITH RECURSIVE tree(member, depth) AS (
    SELECT target::oid, 0
    UNION ALL
    SELECT i.inhrelid, t.depth + 1 FROM tree t JOIN pg_inherits i ON i.inhparent = t.member
  )
  SELECT c.oid::regclass
  FROM tree t JOIN pg_class c ON c.oid = t.member AND c.relkind IN ('r', 'p')
  GROUP BY c.oid
  ORDER BY min(t.depth), c.oid
$$;

-- The tables that inherit from an ordinary one; a partitioned table has none, for its triggers are cloned.
CREATE FUNCTION upkeep_internal.inheritance_children(target regclass)
RETURNS SETOF regclass STABLE LANGUAGE sql AS $$
  SELECT d
  FROM upkeep_internal.with_descendants(target) d
  WHERE d <> target AND EXISTS (SELECT FROM pg_class WHERE oid = target AND relkind = 'r')
$$;

-- The type under all domains, with the typmod that one of them may set.
CREATE FUNCTION upkeep_internal.base_type(declared oid, modifier int, OUT base regtype, OUT base_modifier int)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  domain record;
BEGIN
  base := declared;
  base_modifier := modifier;
  LOOP
    SELECT t.typbasetype, t.typtypmod INTO domain FROM pg_type t WHERE t.oid = base AND t.typtype = 'd';
    EXIT WHEN NOT FOUND;
    base := domain.typbasetype;
    base_modifier := CASE WHEN base_modifier < 0 THEN domain.typtypmod ELSE base_modifier END;
  END LOOP;
END $$;

-- Whether the column gets something on INSERT by itself.
CREATE FUNCTION upkeep_internal.has_default(target regclass, name text)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT coalesce(upkeep_internal.default_of(target, name) !~ '^NULL(::[^(]+(\(\d+\))?[^()]*)?$', false)
$$;

-- The default of the column, or else of its domain.
CREATE FUNCTION upkeep_internal.default_of(target regclass, name text)
RETURNS text STABLE LANGUAGE sql AS $$
  WITH RECURSIVE types(type, said, depth) AS (
    SELECT a.atttypid, pg_get_expr(d.adbin, d.adrelid), 0
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = target AND a.attname = default_of.name
    UNION ALL
    SELECT d.typbasetype, pg_get_expr(d.typdefaultbin, 0), t.depth + 1
    FROM types t JOIN pg_type d ON d.oid = t.type AND d.typtype = 'd'
  )
  SELECT said FROM types WHERE said IS NOT NULL ORDER BY depth LIMIT 1
$$;

-- Of a procedure that commits, before it does anything. What cannot be known here PostgreSQL says when it commits, with
-- the same SQLSTATE.
CREATE FUNCTION upkeep_internal.require_no_transaction_block(procedure name, why text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  context text;
  callers text;
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  -- The innermost line is the first.
  callers := regexp_replace(context, format('^.*?\nPL/pgSQL function (upkeep\.)?%s\([^\n]*', procedure), '');
  IF upkeep_internal.is_in_block()
     OR callers = '' AND pg_current_xact_id_if_assigned() IS NOT NULL
     -- CALL in a procedure or a DO lets it commit, and nothing else does.
     OR callers ~ '\n(PL/pgSQL function .* line \d+ at (?!CALL)[A-Za-z ]+|SQL function .*)(\n|$)' THEN
    PERFORM upkeep_internal.fail('2D000', format('upkeep.%s cannot run inside a transaction block', procedure),
      'Call it alone, outside BEGIN ... COMMIT, and not in a function.', why);
  END IF;
END $$;

-- A transaction that began before its statement is a block. One that began with a driver's message to parse or bind the
-- statement is none: that shows as a portal of the statement.
CREATE FUNCTION upkeep_internal.is_in_block()
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT now() < statement_timestamp() AND NOT EXISTS (
    SELECT FROM pg_cursors c WHERE c.statement = current_query() AND c.creation_time >= now())
$$;

-- For a function that the C++ edition has and this one has not.
CREATE FUNCTION upkeep_internal.lacks(function text, way text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('0A000', format('the portable edition has no upkeep.%s', function), way);
END $$;
