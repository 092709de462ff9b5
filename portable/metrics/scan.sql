-- Stored figures beside what their formulas give: for check_metrics, recalculate and check().

-- WHERE for a tenant, $1, and days from $2 to $3, both included; NULL for all. The whole of the last day, where the
-- column has a time too.
CREATE FUNCTION upkeep_internal.scan_condition(target regclass, options jsonb, tenant text, from_date date,
                                               to_date date)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  key constant text := upkeep_internal.text_option('metrics', options, 'settings_key');
  day constant text := upkeep_internal.text_option('metrics', options, 'date_column');
  conditions text[] := '{}';
BEGIN
  IF tenant IS NOT NULL THEN
    PERFORM upkeep_internal.require_column(target, key, 'metrics');
    conditions := conditions || format('t.%I [=] (SELECT k.%1$I FROM %2$s)', key, upkeep_internal.key_row(target,
      ARRAY[key], format('pg_catalog.jsonb_build_object(%L, $1)', key), 'k'));
  END IF;
  IF from_date IS NOT NULL OR to_date IS NOT NULL THEN
    PERFORM upkeep_internal.require_column(target, day, 'metrics');
    conditions := conditions || format('t.%I::pg_catalog.date [>=] COALESCE($2, ''-infinity'') AND '
      't.%1$I::pg_catalog.date [<=] COALESCE($3, ''infinity'')', day);
  END IF;
  RETURN coalesce('WHERE ' || nullif(array_to_string(conditions, ' AND '), ''), '');
END $$;

-- The settings in force, s, beside each row t.
CREATE FUNCTION upkeep_internal.joined_settings(plan_settings regclass, names text[], condition text,
                                                settings_from text, date_column text)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE WHEN plan_settings IS NULL THEN '' ELSE format(
    'LEFT JOIN LATERAL (SELECT %s FROM %s s WHERE %s %s FETCH FIRST 1 ROW ONLY) s ON true',
    (SELECT string_agg(format('s.%I', n), ', ') FROM unnest(names) n), upkeep_internal.rows_of(plan_settings),
    format(condition, 's', 't'), CASE WHEN settings_from IS NULL THEN ''
      ELSE format('AND s.%I [<=] t.%I ORDER BY s.%1$I DESC', settings_from, date_column) END) END
$$;

-- A query for the rows of one table that need a look: (place tid, row_key jsonb, numbers, stored and expected
-- numeric[], is_short: whether expected says it). $1 to $3 as scan_condition has them. all_rows: one row for each,
-- to be counted.
CREATE FUNCTION upkeep_internal.scan_query(target regclass, arguments text[], filter text, all_rows boolean)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  plan record;
  names text[] := '{}';
  steps text[] := '{}';
  guards text[] := '{}';
  parts jsonb;
  metric jsonb;
  number int := 0;
  holds record;
  compiled record;
  made int := 0;
  variable text;
  is_short boolean;
  source text;
BEGIN
  SELECT * INTO plan FROM upkeep_internal.metrics_plan(target, arguments);
  is_short := NOT EXISTS (SELECT FROM unnest(plan.metrics) m
                          WHERE upkeep_internal.has_constraints(target, m ->> 'target'));
  SELECT coalesce(jsonb_object_agg(CASE WHEN v.is_setting THEN 's ' ELSE 'r ' END || v.name, v.part), '{}') INTO parts
  FROM upkeep_internal.metrics_variables(target, plan.metrics, plan.settings) v;
  FOREACH metric IN ARRAY plan.metrics LOOP
    number := number + 1;
    variable := upkeep_internal.variable('m', number, metric ->> 'target');
    SELECT * INTO holds FROM upkeep_internal.number_column(target, metric ->> 'target');
    SELECT * INTO compiled FROM upkeep_internal.compile_formula(upkeep_internal.metric_code(metric),
      upkeep_internal.parts_for(metric, parts), CASE WHEN holds.is_bounded THEN holds.s ELSE 20 END, false, made);
    is_short := is_short AND compiled.is_exact;
    names := names || ARRAY(SELECT 'x' || made + x FROM generate_series(1, cardinality(compiled.steps)) x) || variable;
    steps := steps || compiled.steps || compiled.value;
    made := made + cardinality(compiled.steps);
    IF holds.is_bounded THEN
      guards := guards || format('%1$s [<=] %2$s AND %1$s [>=] %3$s', variable, holds.last,
                                 -holds.last - (holds.base <> 'numeric'::regtype)::int);
    END IF;
    parts := parts || jsonb_build_object('r ' || (metric ->> 'target'), upkeep_internal.variable_part(variable,
      CASE WHEN holds.is_bounded THEN holds.w ELSE compiled.digits END,
      CASE WHEN holds.is_bounded THEN holds.s ELSE 20 END));
  END LOOP;
  SELECT format('(SELECT t.ctid AS place, %s AS row_key, ARRAY[%s]::pg_catalog.numeric[] AS numbers, '
      'ARRAY[%s] AS stored%s FROM ONLY %s t %s %s)', upkeep_internal.key_expression(target),
    string_agg(format('%s.%I', CASE WHEN v.is_setting THEN 's' ELSE 't' END, v.name), ', ' ORDER BY v.place),
    (SELECT string_agg(format('t.%I::pg_catalog.numeric', m.metric ->> 'target'), ', ' ORDER BY m.place)
     FROM unnest(plan.metrics) WITH ORDINALITY m(metric, place)),
    coalesce(string_agg(format(', %s.%I::pg_catalog.numeric AS %s', CASE WHEN v.is_setting THEN 's' ELSE 't' END,
                               v.name, v.variable), '' ORDER BY v.place), ''),
    upkeep_internal.qualified(target), upkeep_internal.joined_settings(plan.settings, plan.setting_inputs,
      plan.condition, plan.settings_from, plan.date_column), filter) INTO source
  FROM upkeep_internal.metrics_variables(target, plan.metrics, plan.settings)
       WITH ORDINALITY v(name, is_setting, variable, part, guard, is_bounded, place);
  IF NOT is_short THEN
    RETURN format('SELECT place, row_key, numbers, stored, NULL::pg_catalog.numeric[] AS expected, false AS is_short, '
      'NULL::boolean AS is_right FROM %s q', source);
  END IF;
  -- A guard that fails may be one of a number that cannot be computed with: nothing is computed before it is known.
  source := upkeep_internal.query_of_steps(source, ARRAY['computable'],
    ARRAY[coalesce('(' || (SELECT string_agg(v.guard, ' AND ')
      FROM upkeep_internal.metrics_variables(target, plan.metrics, plan.settings) v) || ') IS NOT FALSE', 'true')]);
  source := upkeep_internal.query_of_steps(source, names,
    ARRAY(SELECT format('CASE WHEN computable THEN %s END', s) FROM unnest(steps) s));
  RETURN format('SELECT place, row_key, numbers, stored, expected, is_short, is_short AND stored [=] expected '
      'AS is_right FROM (SELECT q.*, ARRAY[%s] AS expected, (computable%s) IS NOT FALSE AS is_short FROM %s q) q%s',
    (SELECT string_agg(upkeep_internal.variable('m', m.place::int, m.metric ->> 'target'), ', ' ORDER BY m.place)
     FROM unnest(plan.metrics) WITH ORDINALITY m(metric, place)),
    coalesce((SELECT string_agg(' AND ' || g, '') FROM unnest(guards) g), ''), source,
    CASE WHEN all_rows THEN '' ELSE ' WHERE NOT (is_short AND stored [=] expected)' END);
END $$;

-- What tells a row from others: its primary key as an object, else where it lies.
CREATE FUNCTION upkeep_internal.key_expression(target regclass)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT format('pg_catalog.jsonb_build_object(%s)', coalesce(string_agg(format('%L, t.%I', a.attname, a.attname), ', '
    ORDER BY k.place), '''ctid'', t.ctid'))
  FROM pg_index i
  CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place)
  JOIN pg_attribute a ON a.attrelid = target AND a.attnum = k.number
  WHERE i.indrelid = target AND i.indisprimary AND k.place <= i.indnkeyatts
$$;

-- The metrics of one row that need a word. A row that cannot be computed is an error.
CREATE FUNCTION upkeep_internal.row_findings(target regclass, metrics jsonb[], settings regclass, raises boolean,
                                             numbers numeric[], stored numeric[], expected numeric[])
RETURNS TABLE (metric text, kind text, stored_one numeric, right_one numeric, differs boolean) LANGUAGE plpgsql AS $$
DECLARE
  input record;
  figure record;
  number int := 0;
BEGIN
  IF expected IS NULL THEN
    FOR input IN SELECT * FROM upkeep_internal.inputs_of_metrics(metrics) i ORDER BY i.number LOOP
      PERFORM upkeep_internal.require_finite(numbers[input.number], format('column "%s" of %s "%s"', input.name,
        CASE WHEN input.is_setting THEN 'the settings of' ELSE 'table' END, upkeep_internal.table_name(target)));
      IF input.is_setting AND input.name = 'cogs_ratio' THEN
        PERFORM upkeep_internal.require_fraction(numbers[input.number], 'Store 0.4 for 40 percent.',
          format('The settings of "%s" say so in table "%s".', upkeep_internal.table_name(target),
                 upkeep_internal.table_name(settings)));
      END IF;
    END LOOP;
  END IF;
  FOR figure IN SELECT m ->> 'target' AS metric, 'value' AS kind, expected[place] AS value
                FROM unnest(metrics) WITH ORDINALITY u(m, place) WHERE expected IS NOT NULL
                UNION ALL
                SELECT f.metric, f.kind, CASE WHEN raises THEN f.text::numeric ELSE f.value END
                FROM upkeep_internal.figures_of(target, metrics, numbers) f WHERE expected IS NULL LOOP
    number := number + 1;
    metric := figure.metric;
    kind := figure.kind;
    stored_one := stored[number];
    right_one := figure.value;
    differs := CASE WHEN raises AND kind = 'too large' THEN stored_one IS NULL OR stored_one <> right_one
               ELSE stored_one IS DISTINCT FROM right_one END;
    IF differs OR kind IN ('too large', 'refused') THEN
      RETURN NEXT;
    END IF;
  END LOOP;
END $$;

-- The tables that hold rows: the table itself, or its partitions and children.
CREATE FUNCTION upkeep_internal.tables_of(target regclass)
RETURNS SETOF regclass STABLE LANGUAGE sql AS $$
  WITH RECURSIVE tree(member) AS (
    SELECT target::oid
    UNION
    SELECT i.inhrelid FROM tree t JOIN pg_inherits i ON i.inhparent = t.member
  )
  SELECT c.oid::regclass FROM tree t JOIN pg_class c ON c.oid = t.member WHERE c.relkind = 'r' ORDER BY c.oid
$$;

-- The arguments of the table's trigger.
CREATE FUNCTION upkeep_internal.metrics_arguments(target regclass)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  arguments text[];
BEGIN
  SELECT t.arguments INTO arguments
  FROM upkeep_internal.triggers t
  WHERE t.object = target AND t.feature = 'metrics'
  ORDER BY t.name <> 'zz_upkeep_metrics', t.place LIMIT 1;
  IF NOT FOUND THEN
    PERFORM upkeep_internal.fail('42704', format('metrics are not enabled on "%s"', upkeep_internal.table_name(target)),
      'Call upkeep.enable_metrics() first.');
  END IF;
  RETURN arguments;
END $$;

CREATE FUNCTION upkeep.check_metrics(…) LANGUAGE plpgsql AS $$
DECLARE
  member regclass;
  arguments text[];
  plan record;
  line record;
BEGIN
  PERFORM upkeep_internal.require_value(target, 'target'), upkeep_internal.require_own_kind(target, 'check metrics');
  PERFORM upkeep_internal.metrics_arguments(target);
  FOR member IN SELECT * FROM upkeep_internal.tables_of(target) LOOP
    PERFORM upkeep_internal.require_all_rows(member);
    arguments := upkeep_internal.metrics_arguments(member);
    SELECT * INTO plan FROM upkeep_internal.metrics_plan(member, arguments);
    FOR line IN EXECUTE upkeep_internal.scan_query(member, arguments,
        upkeep_internal.scan_condition(member, plan.options, tenant, NULL, NULL), false)
        USING tenant, NULL::date, NULL::date LOOP
      RETURN QUERY
      SELECT line.row_key, f.metric::name, f.stored_one, f.right_one
      FROM upkeep_internal.row_findings(member, plan.metrics, plan.settings, plan.raises, line.numbers, line.stored,
                                        CASE WHEN line.is_short THEN line.expected END) f
      WHERE f.differs;
    END LOOP;
  END LOOP;
END $$;

-- A table of the caller's, which others may go on writing.
CREATE FUNCTION upkeep_internal.require_own_kind(target regclass, verb text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  kind constant "char" := (SELECT relkind FROM pg_class WHERE oid = target);
BEGIN
  IF kind IS NULL THEN
    PERFORM upkeep_internal.fail('42P01', format('there is no table with oid %s', target::oid),
      'Pass the table''s name: ''schema.table''.');
  ELSIF kind NOT IN ('r', 'p') THEN
    PERFORM upkeep_internal.fail('42809', format('cannot %s on "%s": it is %s', verb,
        upkeep_internal.table_name(target), CASE kind WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view'
          WHEN 'f' THEN 'a foreign table' WHEN 'S' THEN 'a sequence' ELSE 'not a table' END),
      CASE kind WHEN 'v' THEN 'Call it for the tables behind the view.'
                ELSE 'Call it for an ordinary or partitioned table.' END);
  END IF;
  PERFORM upkeep_internal.require_owner(target);
END $$;

-- Who sees only some of the rows cannot say that all are right.
CREATE FUNCTION upkeep_internal.require_all_rows(target regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF row_security_active(target) THEN
    PERFORM upkeep_internal.fail('42501', format('row-level security hides rows of table %s',
        upkeep_internal.table_name(target)),
      format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY, or call this as a role with BYPASSRLS.',
        upkeep_internal.qualified(target)));
  END IF;
END $$;
