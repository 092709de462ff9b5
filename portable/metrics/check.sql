-- What upkeep.check() says of metrics, and of the triggers on settings.

CREATE FUNCTION upkeep_internal.metrics_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  trigger record;
BEGIN
  feature := 'metrics';
  FOR trigger IN
      SELECT t.object, t.arguments, t.type, t.name,
        first_value(t.name) OVER (PARTITION BY t.object ORDER BY t.place) AS first
      FROM upkeep_internal.triggers t WHERE t.feature = 'metrics' AND NOT t.is_clone ORDER BY t.place LOOP
    object := trigger.object;
    IF trigger.name <> trigger.first THEN
      finding := format('trigger "%s" repeats "%s"', trigger.name, trigger.first);
      hint := upkeep_internal.drop_hint(trigger.name, object);
      RETURN NEXT;
    ELSE
      RETURN QUERY SELECT trigger.object, 'metrics', f.finding, f.hint
        FROM upkeep_internal.metrics_trigger_findings(object, trigger.arguments, trigger.type, trigger.name) f;
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION upkeep_internal.metrics_trigger_findings(target regclass, arguments text[], type int, trigger_name name)
RETURNS TABLE (finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  plan record;
BEGIN
  BEGIN
    SELECT * INTO plan FROM upkeep_internal.metrics_plan(target, arguments);
  EXCEPTION WHEN OTHERS THEN
    finding := SQLERRM;
    hint := upkeep_internal.enable_again('metrics', target, arguments);
    RETURN NEXT;
    RETURN;
  END;
  hint := upkeep_internal.enable_again('metrics', target, arguments);
  IF type & 20 <> 20 THEN
    finding := format('trigger "%s" computes on %s only', trigger_name,
      CASE WHEN type & 4 > 0 THEN 'INSERT' ELSE 'UPDATE' END);
    RETURN NEXT;
  END IF;
  -- INSERT, DELETE, UPDATE and TRUNCATE.
  IF plan.settings IS NOT NULL AND coalesce((SELECT bit_or(t.type) FROM upkeep_internal.triggers t
      WHERE t.object = plan.settings AND t.feature = 'metrics_settings' AND t.enabled <> 'D'), 0) & 60 <> 60 THEN
    finding := format('changes of its settings in %s are not followed', upkeep_internal.qualified(plan.settings));
    RETURN NEXT;
  END IF;
  IF upkeep_internal.may_scan(target) AND (plan.settings IS NULL OR upkeep_internal.may_scan(plan.settings))
     AND (upkeep_internal.acts_for_caller(target) OR NOT EXISTS (
       SELECT FROM unnest(plan.metrics) m WHERE upkeep_internal.has_constraints(target, m ->> 'target'))) THEN
    RETURN QUERY SELECT * FROM upkeep_internal.figure_findings(target, plan.metrics);
  END IF;
EXCEPTION
  -- A row that cannot be computed.
  WHEN numeric_value_out_of_range OR invalid_parameter_value THEN
    finding := SQLERRM;
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN NEXT;
END $$;

-- The checks of domains run as the caller: those of an owner who can do all that the caller can are no danger.
CREATE FUNCTION upkeep_internal.acts_for_caller(target regclass)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT pg_has_role(relowner, current_user, 'USAGE') FROM pg_class WHERE oid = target
$$;

-- The figures of a table and of its partitions: those that are too large, refused, or not what their formulas give.
CREATE FUNCTION upkeep_internal.figure_findings(target regclass, metrics jsonb[])
RETURNS TABLE (finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  called constant text := quote_literal(upkeep_internal.qualified(target));
  counted record;
BEGIN
  FOR counted IN
      SELECT f.metric, count(*) FILTER (WHERE f.kind = 'too large' AND f.stored_one IS NULL) AS too_large,
        count(*) FILTER (WHERE f.kind = 'refused' AND f.stored_one IS NULL) AS refused,
        count(*) FILTER (WHERE f.differs AND NOT f.may_differ) AS differing,
        (SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
         WHERE a.attrelid = target AND a.attname = f.metric) AS type
      FROM upkeep_internal.scan_findings(target) f
      JOIN unnest(metrics) WITH ORDINALITY m(metric, place) ON m.metric ->> 'target' = f.metric
      GROUP BY f.metric, m.place ORDER BY m.place LOOP
    IF counted.too_large > 0 THEN
      finding := format('%s no "%s": it is too large for %s', upkeep_internal.rows_have(counted.too_large),
        counted.metric, counted.type);
      hint := format('Give "%s" a wider type, then CALL upkeep.recalculate(%s);', counted.metric, called);
      RETURN NEXT;
    END IF;
    IF counted.refused > 0 THEN
      finding := format('%s no "%s": its domain %s refuses it', upkeep_internal.rows_have(counted.refused),
        counted.metric, counted.type);
      hint := format('Let %s take it, then CALL upkeep.recalculate(%s); or correct what it is computed from.',
        counted.type, called);
      RETURN NEXT;
    END IF;
    IF counted.differing > 0 THEN
      finding := format('%s a "%s" that its formula does not give', upkeep_internal.rows_have(counted.differing),
        counted.metric);
      hint := format('SELECT * FROM upkeep.check_metrics(%1$s); CALL upkeep.recalculate(%1$s);', called);
      RETURN NEXT;
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION upkeep_internal.rows_have(count bigint)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('%s %s', count, CASE count WHEN 1 THEN 'row has' ELSE 'rows have' END)
$$;

-- The findings of all rows. may_differ: with on_settings_change => 'keep', figures that stand on settings differ as
-- soon as those change, and shall.
CREATE FUNCTION upkeep_internal.scan_findings(target regclass)
RETURNS TABLE (metric text, kind text, stored_one numeric, differs boolean, may_differ boolean) LANGUAGE plpgsql AS $$
DECLARE
  member regclass;
  arguments text[];
  plan record;
  line record;
BEGIN
  FOR member IN SELECT t FROM upkeep_internal.tables_of(target) t
      WHERE t = target OR EXISTS (SELECT FROM pg_class c WHERE c.oid = target AND c.relkind = 'p') LOOP
    arguments := upkeep_internal.metrics_arguments(member);
    SELECT * INTO plan FROM upkeep_internal.metrics_plan(member, arguments);
    FOR line IN EXECUTE upkeep_internal.scan_query(member, arguments, '', false) LOOP
      RETURN QUERY
      SELECT f.metric, f.kind, f.stored_one, f.differs, NOT plan.follows AND EXISTS (
          SELECT FROM unnest(upkeep_internal.inputs_under(plan.metrics, f.metric)) u WHERE u > cardinality(plan.inputs))
      FROM upkeep_internal.row_findings(member, plan.metrics, plan.settings, plan.raises, line.numbers, line.stored,
                                        CASE WHEN line.is_short THEN line.expected END) f;
    END LOOP;
  END LOOP;
END $$;

-- Tables of settings by which no table computes any more, as where that one was rebuilt without its triggers.
CREATE FUNCTION upkeep_internal.metrics_settings_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) STABLE LANGUAGE sql AS $$
  WITH readers AS MATERIALIZED (
    SELECT t.object, upkeep_internal.settings_named(t.object, t.arguments) AS settings
    FROM upkeep_internal.triggers t
    WHERE t.feature = 'metrics' AND NOT t.is_clone)
  SELECT t.object, 'metrics_settings', 'no table''s metrics read settings from here',
    'Call upkeep.enable_metrics again for a table that was rebuilt, or '
      || string_agg(upkeep_internal.drop_hint(t.name, t.object), ' ' ORDER BY t.place)
  FROM upkeep_internal.triggers t
  WHERE t.feature = 'metrics_settings' AND NOT t.is_clone
    AND NOT EXISTS (SELECT FROM readers r WHERE r.settings IN (t.object, upkeep_internal.topmost(t.object))
                      AND upkeep_internal.may_work_on(r.object, t.object))
  GROUP BY t.object
  ORDER BY min(t.place)
$$;
