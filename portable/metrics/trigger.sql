-- The trigger function upkeep.metrics(): computes the metrics of a row that is written.

-- Between the two lines upkeep_internal.write_triggers writes a branch for each table.
CREATE FUNCTION upkeep.metrics(…) LANGUAGE plpgsql AS $$
BEGIN
  IF pg_catalog.current_setting('upkeep.pause', true) [<>] '' THEN
    IF upkeep_internal.mark('metrics', TG_RELID, pg_catalog.pg_trigger_depth()) [=] 'paused' THEN
      -- Nobody has locked the settings of such a row.
      PERFORM pg_catalog.set_config('upkeep.paused_in', 'this transaction', true);
      RETURN NEW;
    END IF;
  END IF;
  -- branches
  -- end of branches
  PERFORM upkeep_internal.mend_branch('metrics', TG_RELID);

  -- What no branch knows, or computes: numbers without end, and figures that are refused.
  IF TG_WHEN [<>] 'BEFORE' OR TG_LEVEL [<>] 'ROW' OR TG_OP [<>] 'INSERT' AND TG_OP [<>] 'UPDATE' THEN
    PERFORM upkeep_internal.misused_trigger(TG_NAME, TG_RELID, 'metrics', 'BEFORE INSERT OR UPDATE ... FOR EACH ROW');
  END IF;
  RETURN pg_catalog.jsonb_populate_record(NEW, upkeep_internal.figures_of_row(TG_RELID, TG_NAME, TG_ARGV,
    pg_catalog.to_jsonb(NEW), CASE WHEN TG_OP [=] 'UPDATE' THEN pg_catalog.to_jsonb(OLD) END));
END $$;

-- A name for a variable, that tells what it is for and is no other's.
CREATE FUNCTION upkeep_internal.variable(kind text, number int, name text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT quote_ident(format('%s%s_%s', kind, number, CASE WHEN octet_length(name) <= 50 THEN name
                                                       ELSE left(name, 12) END))
$$;

-- An input or a metric as a part of an expression.
CREATE FUNCTION upkeep_internal.variable_part(variable text, w int, s int)
RETURNS jsonb IMMUTABLE LANGUAGE sql AS $$
  SELECT jsonb_build_object('n', variable, 'w', w, 's', greatest(s, 0), 'dw', 1, 'ds', 0)
$$;

-- A metric in the terms of its variables. parts: of all names, {"revenue": …, "settings.cogs_ratio": …, "aov": …}.
CREATE FUNCTION upkeep_internal.parts_for(metric jsonb, parts jsonb)
RETURNS jsonb IMMUTABLE LANGUAGE sql AS $$
  SELECT coalesce(jsonb_agg(parts -> (CASE WHEN (metric -> 'of_settings' -> (n.place::int - 1))::boolean THEN 's '
    ELSE 'r ' END || n.name) ORDER BY n.place), '[]')
  FROM jsonb_array_elements_text(metric -> 'names') WITH ORDINALITY n(name, place)
$$;

-- The variables of a plan, each with its part and with the condition under which the figures of a branch are right. Of
-- a column that is bounded it can be asked when they are computed: nothing but NaN fails.
CREATE FUNCTION upkeep_internal.metrics_variables(target regclass, metrics jsonb[], settings regclass)
RETURNS TABLE (name text, is_setting boolean, variable text, part jsonb, guard text, is_bounded boolean)
STABLE LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT i.name, i.is_setting, v.variable, upkeep_internal.variable_part(v.variable, c.w, c.s),
    CASE WHEN c.base = 'numeric'::regtype
         THEN concat(CASE WHEN i.is_setting AND i.name = 'cogs_ratio'
                          THEN format('%1$s [>=] 0 AND %1$s [<=] 1', v.variable)
                          ELSE format('pg_catalog.abs(%s) [<] 1e%s', v.variable, c.w) END,
                     CASE WHEN NOT c.is_bounded THEN format(' AND pg_catalog.scale(%s) [<=] %s', v.variable, c.s) END)
         WHEN i.is_setting AND i.name = 'cogs_ratio' THEN format('%1$s [>=] 0 AND %1$s [<=] 1', v.variable) END,
    c.is_bounded
  FROM upkeep_internal.inputs_of_metrics(metrics) i
  CROSS JOIN LATERAL upkeep_internal.number_column(CASE WHEN i.is_setting THEN settings ELSE target END, i.name) c
  CROSS JOIN LATERAL upkeep_internal.variable(CASE WHEN i.is_setting THEN 's' ELSE 'i' END, i.number, i.name)
    v(variable)
  ORDER BY i.number;
END $$;

-- What the branch of a metric does: statements compute it into its variable; fits is the condition that its column
-- takes it, NULL where it always does; store puts it into the row, and store_null does so or puts NULL.
CREATE FUNCTION upkeep_internal.metric_statements(
  target regclass,
  metric jsonb,
  number int,
  raises boolean,
  is_used boolean,
  INOUT parts jsonb,
  INOUT steps_before int,
  OUT statements text,
  OUT fits text,
  OUT store text,
  OUT store_null text,
  OUT is_exact boolean
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  name constant text := metric ->> 'target';
  variable constant text := upkeep_internal.variable('m', number, name);
  holds record;
  compiled record;
  scale int;
BEGIN
  SELECT * INTO holds FROM upkeep_internal.number_column(target, name);
  scale := CASE WHEN holds.is_bounded THEN holds.s ELSE 20 END;
  SELECT * INTO compiled FROM upkeep_internal.compile_formula(upkeep_internal.metric_code(metric),
    upkeep_internal.parts_for(metric, parts), scale, false, steps_before);
  is_exact := compiled.is_exact;
  fits := CASE WHEN holds.is_bounded THEN format('%1$s [<=] %2$s AND %1$s [>=] %3$s', variable, holds.last,
                                                 -holds.last - (holds.base <> 'numeric'::regtype)::int) END;
  store := format(E'NEW.%I := %s;\n', name, variable);
  store_null := CASE WHEN fits IS NULL THEN store
                     ELSE format(E'NEW.%I := CASE WHEN %s THEN %s END;\n', name, fits, variable) END;
  statements := format(E'-- %s\n', upkeep_internal.in_comment(metric ->> 'text'))
    || coalesce((SELECT string_agg(format(E'x%s := %s;\n', steps_before + place, step), '' ORDER BY place)
                 FROM unnest(compiled.steps) WITH ORDINALITY u(step, place)), '')
    || format(E'%s := %s;\n', variable, CASE WHEN holds.is_bounded THEN compiled.value
                                             ELSE format('pg_catalog.trim_scale(%s)', compiled.value) END);
  -- Others compute with what the column holds.
  IF is_used AND fits IS NOT NULL THEN
    statements := statements || CASE WHEN raises THEN format(E'EXIT short WHEN NOT (%s);\n', fits)
      ELSE format(E'%1$s := CASE WHEN %2$s THEN %1$s END;\n', variable, fits) END;
    fits := NULL;
  END IF;
  parts := parts || jsonb_build_object('r ' || name, upkeep_internal.variable_part(variable,
    CASE WHEN holds.is_bounded THEN holds.w ELSE compiled.digits END, scale));
  steps_before := steps_before + cardinality(compiled.steps);
END $$;

-- Whether another metric uses it.
CREATE FUNCTION upkeep_internal.is_used(metrics jsonb[], target text)
RETURNS boolean IMMUTABLE LANGUAGE sql AS $$
  SELECT EXISTS (
    SELECT FROM unnest(metrics) m(metric), jsonb_array_elements_text(m.metric -> 'names') WITH ORDINALITY n(name, place)
    WHERE n.name = target AND NOT (m.metric -> 'of_settings' -> (n.place::int - 1))::boolean)
$$;

CREATE FUNCTION upkeep_internal.metric_code(metric jsonb)
RETURNS text[] IMMUTABLE LANGUAGE sql AS $$ SELECT ARRAY(SELECT jsonb_array_elements_text(metric -> 'code')) $$;

-- Domains with constraints are asked for each figure, which the long way does.
CREATE FUNCTION upkeep_internal.has_constraints(target regclass, name text)
RETURNS boolean STABLE LANGUAGE sql AS $$
  WITH RECURSIVE types(type) AS (
    SELECT atttypid FROM pg_attribute WHERE attrelid = target AND attname = has_constraints.name
    UNION
    SELECT d.typbasetype FROM types t JOIN pg_type d ON d.oid = t.type AND d.typtype = 'd'
  )
  SELECT EXISTS (SELECT FROM types t JOIN pg_type d ON d.oid = t.type
                 WHERE d.typnotnull OR EXISTS (SELECT FROM pg_constraint c WHERE c.contypid = d.oid))
$$;

-- What a trigger of a table does to a row, as text for the function's body.
CREATE FUNCTION upkeep_internal.metrics_branch(target regclass, arguments text[], type int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  plan record;
  parts jsonb;
  made record;
  number int := 0;
  statements text := '';
  fitting text[] := '{}';
  stores text := '';
  stores_or_nulls text := '';
  steps int := 0;
  metric jsonb;
BEGIN
  -- FOR EACH ROW, BEFORE, and neither DELETE nor TRUNCATE.
  IF type & 3 <> 3 OR type & 104 <> 0 THEN
    RETURN NULL;
  END IF;
  SELECT * INTO plan FROM upkeep_internal.metrics_plan(target, arguments);
  IF plan.settings IS NOT NULL AND NOT (plan.is_unique
       AND EXISTS (SELECT FROM pg_class WHERE oid = plan.settings AND NOT (relrowsecurity AND relforcerowsecurity)))
     OR EXISTS (SELECT FROM unnest(plan.metrics) m WHERE upkeep_internal.has_constraints(target, m ->> 'target')) THEN
    RETURN NULL;
  END IF;
  SELECT coalesce(jsonb_object_agg(CASE WHEN v.is_setting THEN 's ' ELSE 'r ' END || v.name, v.part), '{}') INTO parts
  FROM upkeep_internal.metrics_variables(target, plan.metrics, plan.settings) v;
  FOREACH metric IN ARRAY plan.metrics LOOP
    number := number + 1;
    SELECT * INTO made FROM upkeep_internal.metric_statements(target, metric, number, plan.raises,
      upkeep_internal.is_used(plan.metrics, metric ->> 'target'), parts, steps);
    IF NOT made.is_exact THEN
      RETURN NULL;
    END IF;
    parts := made.parts;
    steps := made.steps_before;
    statements := statements || made.statements;
    fitting := fitting || made.fits;
    stores := stores || made.store;
    stores_or_nulls := stores_or_nulls || made.store_null;
  END LOOP;
  RETURN (
    SELECT format(E'<<short>>\nDECLARE\n%s%s%sBEGIN\n%s%s%s  RETURN NEW;\nEND;',
      coalesce(string_agg(format(E'  %s pg_catalog.numeric%s;\n', v.variable, CASE WHEN NOT v.is_setting
        THEN format(' := NEW.%I', v.name) ELSE '' END), '' ORDER BY v.place), ''),
      (SELECT string_agg(format(E'  %s pg_catalog.numeric;\n',
                                upkeep_internal.variable('m', m.number::int, m.metric ->> 'target')), ''
                         ORDER BY m.number)
       FROM unnest(plan.metrics) WITH ORDINALITY m(metric, number)),
      (SELECT coalesce(string_agg(format(E'  x%s pg_catalog.numeric;\n', x), '' ORDER BY x), '')
       FROM generate_series(1, steps) x),
      upkeep_internal.indented(upkeep_internal.settings_statements(target, plan,
        array_agg(v.variable ORDER BY v.place) FILTER (WHERE v.is_setting)), '  '),
      upkeep_internal.exit_unless(string_agg(v.guard, ' AND ' ORDER BY v.place) FILTER (WHERE NOT v.is_bounded)),
      upkeep_internal.indented(statements || upkeep_internal.storing(
        string_agg(v.guard, ' AND ' ORDER BY v.place) FILTER (WHERE v.is_bounded),
        array_to_string(array_remove(fitting, NULL), ' AND '), stores, stores_or_nulls, plan.raises), '  '))
    FROM upkeep_internal.metrics_variables(target, plan.metrics, plan.settings)
         WITH ORDINALITY v(name, is_setting, variable, part, guard, is_bounded, place));
END $$;

CREATE FUNCTION upkeep_internal.exit_unless(condition text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN condition <> '' THEN format(E'  EXIT short WHEN (%s) IS FALSE;\n', condition) ELSE '' END
$$;

-- All figures of a row are asked at once whether they are right and fit; one by one where one does not.
CREATE FUNCTION upkeep_internal.storing(guards text, fitting text, stores text, stores_or_nulls text, raises boolean)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE
    WHEN fitting = '' OR raises
      THEN ltrim(upkeep_internal.exit_unless(concat_ws(' AND ', guards, nullif(fitting, '')))) || stores
    ELSE format(E'IF (%s) IS NOT FALSE THEN\n%sELSE\n%s%sEND IF;\n', concat_ws(' AND ', guards, fitting),
      upkeep_internal.indented(stores, '  '), upkeep_internal.exit_unless(guards),
      upkeep_internal.indented(stores_or_nulls, '  ')) END
$$;

-- Reads the settings of the row into variables. A row that is updated is locked already, and a change of the settings
-- that has not been committed comes to it later: waiting for that one, which waits for the row, would be a deadlock.
CREATE FUNCTION upkeep_internal.settings_statements(target regclass, plan record, variables text[])
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  read text;
  keys constant text[] := ARRAY[plan.settings_key]
    || CASE WHEN plan.settings_from IS NULL THEN '{}' ELSE ARRAY[plan.date_column] END;
  may_read text;
  has_key text;
  locked_read text;
BEGIN
  IF plan.settings IS NULL THEN
    RETURN '';
  END IF;
  read := format('SELECT %s INTO %s %s', (SELECT string_agg(format('s.%I', i), ', ' ORDER BY place)
      FROM unnest(plan.setting_inputs) WITH ORDINALITY u(i, place)), array_to_string(variables, ', '),
    upkeep_internal.from_settings(plan.settings, plan.condition, plan.settings_from, plan.date_column, 'NEW'));
  may_read := format(E'upkeep_internal.still_is(%1$L, %2$L) AND (CURRENT_USER [=] %3$L\n'
      '  OR pg_catalog.has_table_privilege(%1$s::pg_catalog.oid, ''SELECT'')\n'
      '  AND pg_catalog.has_table_privilege(%1$s::pg_catalog.oid, ''UPDATE'')\n'
      '  AND pg_catalog.has_schema_privilege(%4$s::pg_catalog.oid, ''USAGE'')\n'
      '  AND NOT pg_catalog.row_security_active(%1$s::pg_catalog.oid))',
    plan.settings::oid, upkeep_internal.print_of(plan.settings),
    (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = plan.settings),
    (SELECT relnamespace FROM pg_class WHERE oid = plan.settings));
  has_key := (SELECT string_agg(format('NEW.%I IS NOT NULL', k), ' AND ') FROM unnest(keys) k);
  locked_read := CASE WHEN plan.settings_from IS NULL THEN format(E'%s FOR SHARE OF s;\nIF NOT FOUND THEN\n', read)
                      ELSE '' END
    || format(E'  PERFORM upkeep_internal.lock_tenant(%s, pg_catalog.to_jsonb(NEW.%I), false);\n  %s FOR SHARE OF s;\n',
              plan.settings::oid, plan.settings_key, read)
    || CASE WHEN plan.settings_from IS NULL THEN E'END IF;\n' ELSE '' END;
  IF plan.follows THEN
    locked_read := format(E'IF TG_OP [=] ''UPDATE'' AND pg_catalog.record_image_eq(ROW(%s), ROW(%s))\n'
      '   AND COALESCE(pg_catalog.current_setting(''upkeep.paused_in'', true), ) [=]  THEN\n  %s;\n'
      'ELSE\n%sEND IF;\n', upkeep_internal.fields('NEW', keys::name[]), upkeep_internal.fields('OLD', keys::name[]),
      read, upkeep_internal.indented(locked_read, '  '));
  END IF;
  RETURN format(E'IF %1$s AND %2$s THEN\n%3$sELSIF %1$s THEN\n  EXIT short;\nEND IF;\n', has_key, may_read,
                upkeep_internal.indented(locked_read, '  '));
END $$;
