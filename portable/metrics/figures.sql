-- The long way: the figures of a row for which a trigger has no branch, or which the branch cannot compute. It takes
-- milliseconds, and any number.

-- {"revenue": 5}: the value of an input, of which it must be known that it is finite.
CREATE FUNCTION upkeep_internal.finite_number(row_read jsonb, name text, what text, detail text)
RETURNS numeric IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  value constant numeric := row_read ->> name;
BEGIN
  PERFORM upkeep_internal.require_finite(value, format('column "%s" %s', name, what), detail);
  RETURN value;
END $$;

-- revenue = 5, settings.cogs_ratio = 0.4
CREATE FUNCTION upkeep_internal.describe_inputs(names text[], numbers numeric[])
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT string_agg(format('%s = %s', n.name, coalesce(trim_scale(numbers[n.place])::text, 'NULL')), ', '
                    ORDER BY n.place)
  FROM unnest(names) WITH ORDINALITY n(name, place)
$$;

-- While computing aov, roas of "daily"; revenue = 5.
CREATE FUNCTION upkeep_internal.describe_row(target regclass, metrics jsonb[], names text[], numbers numeric[])
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT format('While computing %s of "%s"%s.', (SELECT string_agg(m.metric ->> 'target', ', ' ORDER BY m.place)
      FROM unnest(metrics) WITH ORDINALITY m(metric, place)), upkeep_internal.table_name(target),
    coalesce('; ' || upkeep_internal.describe_inputs(names[:cardinality(numbers)], numbers), ''))
$$;

-- Whether the type of a column takes a value, with the checks of its domains.
CREATE FUNCTION upkeep_internal.takes_figure(target regclass, name text, value numeric)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  declared constant text := (SELECT format('%I.%I', n.nspname, t.typname)
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE a.attrelid = target AND a.attname = takes_figure.name);
BEGIN
  EXECUTE format('SELECT $1::%s', declared) USING value;
  RETURN true;
EXCEPTION
  WHEN check_violation OR not_null_violation THEN
    RETURN false;
END $$;

-- As messages name it: without a schema.
CREATE FUNCTION upkeep_internal.type_of_column(target regclass, name text)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE t.typtype WHEN 'd' THEN quote_ident(t.typname) ELSE format_type(a.atttypid, a.atttypmod) END
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  WHERE a.attrelid = target AND a.attname = type_of_column.name
$$;

-- A figure that its column does not take, and may not be NULL instead. refused: by its domain, else it is too large.
CREATE FUNCTION upkeep_internal.figure_not_stored(
  target regclass,
  metric text,
  figure text,
  inputs text,
  refused boolean,
  raises boolean
)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  type constant text := upkeep_internal.type_of_column(target, metric);
  shown constant text := format('metric "%s" of table "%s"', metric, upkeep_internal.table_name(target));
  root constant regclass := upkeep_internal.topmost(target);
  -- A partition has its columns and its trigger from its root.
  place constant text := CASE WHEN root = target THEN '' ELSE format(' on "%s"', upkeep_internal.table_name(root)) END;
  detail constant text := format('It is %s, of %s.', coalesce(figure, 'beyond any numeric'), inputs);
BEGIN
  IF NOT refused THEN
    PERFORM upkeep_internal.fail('22003', format('%s is too large for its type %s', shown, type),
      format('Give "%s"%s a wider type, or enable metrics%s with on_overflow => ''null''.', metric,
             replace(place, ' on ', ' of '), place), detail);
  END IF;
  PERFORM upkeep_internal.fail('23514', format('%s is refused by its domain %s', shown, type),
    CASE WHEN raises THEN format('Let %s take the figure, or enable metrics%s with on_overflow => ''null''.', type,
                                 place)
         ELSE format('The domain refuses NULL in its place too. Let %s take one of them.', type) END, detail);
END $$;

-- One metric's exact value. kind: value, null, too large or refused; text: also of one that is not stored.
CREATE FUNCTION upkeep_internal.figure_of(
  target regclass,
  metric jsonb,
  numbers numeric[],
  OUT kind text,
  OUT text text,
  OUT value numeric
) LANGUAGE plpgsql AS $$
DECLARE
  holds record;
  exact numeric;
BEGIN
  SELECT * INTO holds FROM upkeep_internal.number_column(target, metric ->> 'target');
  BEGIN
    exact := upkeep_internal.value_of(upkeep_internal.metric_code(metric), numbers,
                                      CASE WHEN holds.is_bounded THEN holds.s ELSE 20 END);
  EXCEPTION WHEN numeric_value_out_of_range THEN
    kind := 'too large';
    RETURN;
  END;
  exact := CASE WHEN holds.is_bounded THEN exact ELSE trim_scale(exact) END;
  text := exact;
  kind := CASE WHEN exact IS NULL THEN 'null'
    WHEN exact > holds.last OR exact < -holds.last - (holds.base <> 'numeric'::regtype)::int THEN 'too large'
    WHEN upkeep_internal.has_constraints(target, metric ->> 'target')
         AND NOT upkeep_internal.takes_figure(target, metric ->> 'target', exact) THEN 'refused'
    ELSE 'value' END;
  value := CASE kind WHEN 'value' THEN exact END;
END $$;

-- All metrics of a row, in the order of computing. numbers: as inputs_of_metrics has them.
CREATE FUNCTION upkeep_internal.figures_of(target regclass, metrics jsonb[], numbers numeric[])
RETURNS TABLE (metric text, kind text, text text, value numeric) LANGUAGE plpgsql AS $$
DECLARE
  each jsonb;
  known jsonb := (SELECT coalesce(jsonb_object_agg(CASE WHEN i.is_setting THEN 's ' ELSE 'r ' END || i.name,
                                                   numbers[i.number]), '{}')
                  FROM upkeep_internal.inputs_of_metrics(metrics) i);
BEGIN
  FOREACH each IN ARRAY metrics LOOP
    SELECT f.kind, f.text, f.value INTO kind, text, value
    FROM upkeep_internal.figure_of(target, each,
      ARRAY(SELECT n #>> '{}' FROM jsonb_array_elements(upkeep_internal.parts_for(each, known)) n)::numeric[]) f;
    metric := each ->> 'target';
    known := known || jsonb_build_object('r ' || metric, value);
    RETURN NEXT;
  END LOOP;
END $$;

-- {"aov": 5, …}: what a trigger puts into a row.
CREATE FUNCTION upkeep_internal.figures_of_row(target regclass, trigger_name name, arguments text[], new_row jsonb,
                                               old_row jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  plan record;
  numbers numeric[] := '{}';
  detail text;
  figures jsonb := '{}';
  figure record;
  names text[];
BEGIN
  SELECT * INTO plan FROM upkeep_internal.metrics_plan(target, arguments);
  FOR number IN 1..cardinality(plan.inputs) LOOP
    numbers[number] := upkeep_internal.finite_number(new_row, plan.inputs[number],
      format('of table "%s"', upkeep_internal.table_name(target)),
      upkeep_internal.describe_row(target, plan.metrics, plan.inputs, numbers));
  END LOOP;
  IF plan.settings IS NOT NULL THEN
    detail := upkeep_internal.describe_row(target, plan.metrics, plan.inputs, numbers);
    numbers := numbers || upkeep_internal.settings_numbers(target, plan.metrics, plan.settings, plan.setting_inputs,
      upkeep_internal.settings_of(target, trigger_name, plan, new_row, NOT coalesce(
        plan.follows AND new_row -> plan.settings_key = old_row -> plan.settings_key
        AND (plan.settings_from IS NULL OR new_row -> plan.date_column = old_row -> plan.date_column)
        AND coalesce(current_setting('upkeep.paused_in', true), '') = '', false), detail), detail);
  END IF;
  names := plan.inputs || ARRAY(SELECT 'settings.' || s FROM unnest(plan.setting_inputs) s);
  FOR figure IN SELECT * FROM upkeep_internal.figures_of(target, plan.metrics, numbers) LOOP
    IF figure.kind = 'too large' AND plan.raises OR figure.kind = 'refused'
       AND (plan.raises OR NOT upkeep_internal.takes_figure(target, figure.metric, NULL)) THEN
      PERFORM upkeep_internal.figure_not_stored(target, figure.metric, figure.text, (
          SELECT upkeep_internal.describe_inputs(array_agg(names[u] ORDER BY u), array_agg(numbers[u] ORDER BY u))
          FROM unnest(upkeep_internal.inputs_under(plan.metrics, figure.metric)) u),
        figure.kind = 'refused', plan.raises);
    END IF;
    figures := figures || jsonb_build_object(figure.metric, figure.value);
  END LOOP;
  RETURN figures;
END $$;

-- The settings that formulas name, from a row of them.
CREATE FUNCTION upkeep_internal.settings_numbers(target regclass, metrics jsonb[], settings regclass, names text[],
                                                 settings_row jsonb, detail text)
RETURNS numeric[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  numbers numeric[] := '{}';
  each text;
BEGIN
  FOREACH each IN ARRAY names LOOP
    numbers := numbers || upkeep_internal.finite_number(settings_row, each,
      format('of the settings of "%s"', upkeep_internal.table_name(target)), detail);
    IF each = 'cogs_ratio' THEN
      PERFORM upkeep_internal.require_fraction(numbers[cardinality(numbers)], 'Store 0.4 for 40 percent.',
        format('The settings of "%s" say so in table "%s". %s', upkeep_internal.table_name(target),
               upkeep_internal.table_name(settings), detail));
    END IF;
  END LOOP;
  RETURN numbers;
END $$;
