-- What a command would lose, counted before it runs, under the locks that it is about to take.

-- Decides on what the command's text names, and notes the rest of what it may reach: {"given": …, "served": …,
-- "settled": ["1 ", "1 column"], "rows": {"1": a loss}, "columns": {"1 2": a loss}, …}
CREATE FUNCTION upkeep_internal.precede_ddl(tag text, statements text[], path name[])
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  statement constant text := CASE cardinality(statements) WHEN 1 THEN statements[1] END;
  losses jsonb := '[]';
  settled jsonb := '[]';
  served jsonb;
  given jsonb;
  notes jsonb := '{}';
BEGIN
  IF tag IN ('DROP TABLE', 'DROP SCHEMA', 'DROP OWNED') AND statement IS NOT NULL THEN
    SELECT j.losses, j.settled INTO losses, settled
    FROM upkeep_internal.judge_dropped(ARRAY(SELECT * FROM upkeep_internal.tables_dropped(tag, statement, path))) j;
  ELSIF tag = 'ALTER TABLE' AND statement IS NOT NULL THEN
    SELECT j.losses, j.settled INTO losses, settled FROM upkeep_internal.judge_alteration(statement, path) j;
  END IF;
  SELECT d.served, d.given INTO served, given FROM upkeep_internal.decide(tag, losses, path) d;
  IF tag ~ '^DROP ' AND (statement IS NULL OR statement ~* '\sCASCADE$'
                         OR tag = 'DROP TABLE' AND NOT upkeep_internal.are_all_found(statement, path)) THEN
    notes := upkeep_internal.note_reachable();
  ELSIF tag = 'ALTER TABLE' AND statement IS NULL THEN
    notes := CASE statements WHEN '{}' THEN upkeep_internal.note_columns('true')
                             ELSE upkeep_internal.note_alterations(statements, path) END;
  ELSIF tag = 'ALTER TYPE' THEN
    notes := upkeep_internal.note_columns('c.reloftype <> 0');
  END IF;
  RETURN notes || jsonb_build_object('given', given, 'served', served, 'settled', settled)
    || CASE WHEN tag IN ('ALTER TABLE', 'ALTER SCHEMA') THEN upkeep_internal.note_before_alteration() ELSE '{}' END;
END $$;

-- Tables that go, with their trees. Each is locked as the command will lock it, so that what is counted stays so.
CREATE FUNCTION upkeep_internal.judge_dropped(tables regclass[], OUT losses jsonb, OUT settled jsonb)
LANGUAGE plpgsql AS $$
DECLARE
  target regclass;
  members regclass[];
  seen oid[] := '{}';
BEGIN
  losses := '[]';
  FOREACH target IN ARRAY tables LOOP
    CONTINUE WHEN target::oid = ANY (seen);
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', upkeep_internal.qualified(target));
    members := ARRAY(SELECT d FROM upkeep_internal.with_descendants(target) WITH ORDINALITY u(d, place)
                     WHERE d::oid <> ALL (seen) ORDER BY place);
    losses := losses || upkeep_internal.losses_of_tree(members, NULL);
    seen := seen || members::oid[];
  END LOOP;
  settled := coalesce((SELECT jsonb_agg(s || ' ') FROM unnest(seen) s), '[]');
END $$;

-- Those members of a tree that are guarded lose rows, or the values of a column: the first of them, and what is below
-- it, is one loss; others that have no guarded one above them are their own. condition: on a row r.
CREATE FUNCTION upkeep_internal.losses_of_tree(members regclass[], column_name text, condition text DEFAULT 'true')
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  guarded constant oid[] := ARRAY(SELECT m FROM unnest(members) WITH ORDINALITY u(m, place)
                                  WHERE upkeep_internal.guards(m) ORDER BY place);
  top oid;
  tree regclass[];
  seen oid[] := '{}';
  losses jsonb := '[]';
BEGIN
  FOREACH top IN ARRAY guarded LOOP
    CONTINUE WHEN top = ANY (seen);
    tree := ARRAY(SELECT g FROM unnest(guarded) WITH ORDINALITY u(g, place)
                  WHERE g <> ALL (seen) AND g IN (SELECT upkeep_internal.with_descendants(top)::oid) ORDER BY place);
    seen := seen || tree::oid[];
    losses := losses || CASE WHEN column_name IS NULL THEN upkeep_internal.loss_of_rows(tree)
                             ELSE upkeep_internal.loss_of_values(tree, column_name, condition) END;
  END LOOP;
  RETURN losses;
END $$;

-- What of an ALTER TABLE loses values: DROP COLUMN, and TYPE between types of the server.
CREATE FUNCTION upkeep_internal.judge_alteration(statement text, path name[], OUT losses jsonb, OUT settled jsonb)
LANGUAGE plpgsql AS $$
DECLARE
  read record;
  action text;
  dropped record;
  name text;
BEGIN
  losses := '[]';
  settled := '[]';
  SELECT * INTO read FROM upkeep_internal.read_alter_table(statement, path);
  IF read.target IS NULL OR NOT upkeep_internal.owns_table(upkeep_internal.writer(), read.target)
     OR (SELECT relkind NOT IN ('r', 'p') OR relpersistence = 't' FROM pg_class WHERE oid = read.target) THEN
    RETURN;
  END IF;
  FOREACH action IN ARRAY read.actions LOOP
    CONTINUE WHEN action !~* '^(DROP|ALTER)\s' OR action ~* '^DROP\s+CONSTRAINT\s';
    EXECUTE format('LOCK TABLE %s %s IN ACCESS EXCLUSIVE MODE', CASE WHEN read.is_only THEN 'ONLY' ELSE '' END,
                   upkeep_internal.qualified(read.target));
    SELECT l.parts[1] INTO name
    FROM upkeep_internal.leading_name(regexp_replace(action,
      '^(DROP|ALTER)\s+(COLUMN\s+)?(IF\s+EXISTS\s+)?', '', 'i')) l;
    CONTINUE WHEN name IS NULL OR NOT upkeep_internal.has_column(read.target, name);
    IF action ~* '^DROP\s' THEN
      SELECT * INTO dropped FROM upkeep_internal.judge_dropped_column(read.target, name, read.is_only);
      losses := losses || dropped.losses;
      settled := settled || dropped.settled;
    ELSE
      losses := losses || upkeep_internal.judge_conversion(read.target, name, read.is_only,
        (regexp_match(action, '\s(?:SET\s+DATA\s+)?TYPE\s+(.*)$', 'i'))[1]);
    END IF;
  END LOOP;
END $$;

-- The table, and all that inherit its column from it. But a child keeps a column that it has of its own, or from
-- another parent too, when the parent drops it.
CREATE FUNCTION upkeep_internal.members_with(target regclass, column_name text, is_only boolean, is_dropped boolean)
RETURNS regclass[] STABLE LANGUAGE sql AS $$
  SELECT ARRAY(
    SELECT d
    FROM upkeep_internal.with_descendants(target) WITH ORDINALITY u(d, place)
    JOIN pg_attribute a ON a.attrelid = d AND a.attname = column_name AND NOT a.attisdropped
    WHERE d = target OR NOT is_only AND (NOT is_dropped OR NOT a.attislocal AND a.attinhcount = 1)
    ORDER BY place)
$$;

CREATE FUNCTION upkeep_internal.judge_dropped_column(target regclass, column_name text, is_only boolean,
                                                     OUT losses jsonb, OUT settled jsonb)
LANGUAGE plpgsql AS $$
DECLARE
  members constant regclass[] := upkeep_internal.members_with(target, column_name, is_only, true);
  computed text;
BEGIN
  losses := '[]';
  settled := (SELECT jsonb_agg(concat(m::oid, ' ', column_name)) FROM unnest(members) m);
  computed := CASE
    WHEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = target AND a.attname = column_name
                   AND a.attgenerated <> '') THEN 'is generated, and can be computed again: nothing is lost with it'
    WHEN upkeep_internal.is_derived(target, column_name)
      THEN 'is computed by a trigger of pg_upkeep, and can be computed again with today''s settings' END;
  IF members = '{}' OR NOT EXISTS (SELECT FROM unnest(members) m WHERE upkeep_internal.guards(m)) THEN
    RETURN;
  ELSIF computed IS NOT NULL THEN
    RAISE NOTICE USING
      MESSAGE = format('column %s.%I %s', upkeep_internal.qualified(target), column_name, computed);
    RETURN;
  END IF;
  losses := upkeep_internal.losses_of_tree(members, column_name, format('num_nonnulls(r.%I) = 1', column_name));
END $$;

-- Whether a trigger of pg_upkeep computes the column from others.
CREATE FUNCTION upkeep_internal.is_derived(target regclass, column_name text)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
  trigger record;
  options jsonb;
BEGIN
  FOR trigger IN SELECT * FROM upkeep_internal.triggers t WHERE t.object = target AND t.enabled IN ('O', 'A')
      AND t.feature IN ('metrics', 'order_totals', 'order_refunds') LOOP
    BEGIN
      options := upkeep_internal.read_options(trigger.feature, trigger.arguments);
      IF (CASE trigger.feature
           WHEN 'metrics' THEN EXISTS (SELECT FROM jsonb_array_elements_text(options -> 'formula') f
                                       WHERE (upkeep_internal.parse_formula(f)).target = column_name)
           WHEN 'order_totals' THEN column_name = upkeep_internal.text_option('order_totals', options, 'total_column')
             AND target = upkeep_internal.find_table_beside(options ->> 'orders', target)
           ELSE column_name IN (options ->> 'refunded_column', options ->> 'refunded_quantity_column') END) THEN
        RETURN true;
      END IF;
    EXCEPTION
      -- What its arguments do not say it does not compute.
      WHEN invalid_parameter_value OR syntax_error THEN
    END;
  END LOOP;
  RETURN false;
END $$;

-- type: with what follows it. A conversion is judged by what it leads back to. Of USING only the column itself, a cast
-- of it and a constant are understood: an expression of the caller's would run as the installer.
CREATE FUNCTION upkeep_internal.judge_conversion(target regclass, column_name text, is_only boolean, type text)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  new_type record;
  old_type record;
  using_what constant text := (regexp_match(type, '\sUSING\s+(.*)$', 'i'))[1];
  changed text;
  losses jsonb;
BEGIN
  SELECT * INTO old_type FROM pg_attribute a WHERE a.attrelid = target AND a.attname = column_name;
  IF type IS NULL OR old_type.attgenerated <> '' OR old_type.atttypid >= 16384 THEN
    RETURN '[]';
  END IF;
  SELECT * INTO new_type FROM upkeep_internal.type_named(regexp_replace(type, '\s(USING|COLLATE)\s.*$', '', 'i'));
  changed := CASE
    WHEN using_what ~* '^(NULL|[-+]?[\d.]+|''([^'']|'''')*'')(\s*::\s*\w+)?$' THEN 'true'
    WHEN using_what IS NULL
         OR regexp_replace(using_what, '\s*::\s*[\w\s(),]+$', '') IN (column_name, quote_ident(column_name))
      THEN format('CAST(CAST(r.%1$I AS %2$s) AS %3$s)::text IS DISTINCT FROM r.%1$I::text', column_name, new_type.name,
                  format_type(old_type.atttypid, old_type.atttypmod)) END;
  IF new_type.id IS NULL OR new_type.id >= 16384 OR changed IS NULL THEN
    RETURN '[]';
  END IF;
  losses := upkeep_internal.losses_of_tree(upkeep_internal.members_with(target, column_name, is_only, false),
    column_name, format('num_nonnulls(r.%I) = 1 AND %s', column_name, changed));
  RETURN coalesce((
    SELECT jsonb_agg(l || jsonb_build_object('kind', 'conversion', 'type', new_type.name) ORDER BY place)
    FROM jsonb_array_elements(losses) WITH ORDINALITY u(l, place)), '[]');
EXCEPTION
  -- The command fails likewise, or has another way.
  WHEN data_exception OR cannot_coerce OR syntax_error OR undefined_object OR undefined_function THEN
    RETURN '[]';
END $$;

-- The type of the server that a text names, and how PostgreSQL writes it with its modifier; NULL where it names none.
CREATE FUNCTION upkeep_internal.type_named(type text, OUT id oid, OUT name text)
LANGUAGE plpgsql AS $$
DECLARE
  modifier text := regexp_replace(substring(type FROM '\([\d\s,]+\)'), '\s', '', 'g');
BEGIN
  id := to_regtype(regexp_replace(type, '\s*\([\d\s,]+\)', ''));
  name := format_type(id, NULL);
  IF modifier ~ '^\(\d+\)$' AND name = 'numeric' THEN
    modifier := replace(modifier, ')', ',0)');
  END IF;
  IF modifier IS NOT NULL THEN
    name := regexp_replace(name, CASE WHEN name ~ '^time' THEN '^(\w+)()' ELSE '^(.*)()$' END, '\1' || modifier);
  END IF;
END $$;

-- What nothing names may be reached all the same: each table that the guard watches, and those of its columns that hang
-- on a type or a collation.
CREATE FUNCTION upkeep_internal.note_reachable()
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  RETURN jsonb_build_object('rows', coalesce((
      SELECT jsonb_object_agg(t::oid, upkeep_internal.loss_of_rows(ARRAY[t])
        || jsonb_build_object('exempt', upkeep_internal.is_exempt(t), 'above', ARRAY(
             SELECT a::oid::text FROM pg_partition_ancestors(t) a)))
      FROM upkeep_internal.guarded_tables() t WHERE upkeep_internal.guards(t)), '{}'))
    || upkeep_internal.note_columns('a.atttypid >= 16384 OR a.attcollation >= 16384');
END $$;

-- condition: on a column a of a table c.
CREATE FUNCTION upkeep_internal.note_columns(condition text)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  noted jsonb;
BEGIN
  EXECUTE format($q$
    SELECT jsonb_object_agg(concat(c.oid, ' ', a.attnum),
      upkeep_internal.loss_of_values(ARRAY[c.oid::regclass], a.attname, format('num_nonnulls(r.%%I) = 1', a.attname)))
    FROM upkeep_internal.guarded_tables() t
    JOIN pg_class c ON c.oid = t
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE (%s) AND upkeep_internal.guards(c.oid)$q$, condition) INTO noted;
  RETURN jsonb_build_object('columns', coalesce(noted, '{}'));
END $$;

-- The columns that any of several ALTER TABLE of one text drop: which of these is running is not known.
CREATE FUNCTION upkeep_internal.note_alterations(statements text[], path name[])
RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_build_object('columns', coalesce(jsonb_object_agg(concat(a.attrelid, ' ', a.attnum), l), '{}'))
  FROM unnest(statements) s
  CROSS JOIN LATERAL (SELECT * FROM upkeep_internal.judge_alteration(s, path)) j
  CROSS JOIN LATERAL jsonb_array_elements(j.losses) l
  JOIN pg_attribute a ON a.attrelid = (l ->> 'table')::oid AND a.attname = l ->> 'column'
  WHERE l ->> 'kind' = 'values'
$$;
