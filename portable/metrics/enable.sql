-- Enabling metrics composes the trigger that computes, and those on the table of the settings.

CREATE FUNCTION upkeep.enable_metrics(…) LANGUAGE plpgsql AS $$
DECLARE
  given constant jsonb := jsonb_build_object('formulas', formulas, 'settings', settings::oid,
    'settings_key', settings_key, 'settings_from', settings_from, 'date_column', date_column,
    'on_settings_change', on_settings_change, 'on_overflow', on_overflow, 'touch_updated_at', touch_updated_at);
  arguments text[];
  child regclass;
BEGIN
  PERFORM upkeep_internal.require_value(target, 'target');
  IF array_position(formulas, NULL) IS NOT NULL THEN
    PERFORM upkeep_internal.fail('22004', 'argument "formulas" must not contain a null', 'Leave the null out.');
  ELSIF formulas = '{}' THEN
    PERFORM upkeep_internal.fail('22023', 'there are no formulas',
      'Pass some, such as ARRAY[''aov = revenue / orders''], or NULL for the commerce set.');
  END IF;
  arguments := array_remove(upkeep_internal.trigger_arguments('metrics', given), 'settings_from=')
    || ARRAY(SELECT 'formula=' || f FROM unnest(formulas) f)
    || CASE WHEN settings IS NULL THEN '{}'
       ELSE ARRAY['settings=' || coalesce(upkeep_internal.qualified(settings), '')] END;
  IF settings IS NULL AND settings_from IS NOT NULL THEN
    PERFORM upkeep_internal.fail('22023', 'settings_from without settings',
      'Give the table that has the periods: settings => ''schema.table''.');
  END IF;
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_own_table(target, 'enable metrics');
  IF settings = target THEN
    PERFORM upkeep_internal.fail('42P17', format('table "%s" cannot be its own settings',
      upkeep_internal.table_name(target)), 'Name its columns without "settings.".');
  ELSIF settings IS NOT NULL THEN
    PERFORM upkeep_internal.require_own_table(settings, 'enable metrics');
  END IF;
  PERFORM upkeep_internal.enable_metrics_on(target, arguments, given);
  -- Rows of an inheritance child fire the child's triggers only.
  FOR child IN SELECT * FROM upkeep_internal.inheritance_children(target) LOOP
    PERFORM upkeep_internal.require_own_table(child, 'enable metrics');
    PERFORM upkeep_internal.enable_metrics_on(child, arguments, given);
  END LOOP;
  PERFORM upkeep_internal.require_open_columns_of(target);
  PERFORM upkeep_internal.write_triggers('metrics');
END $$;

CREATE FUNCTION upkeep_internal.enable_metrics_on(target regclass, arguments text[], given jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before constant regclass := upkeep_internal.settings_now(target);
  options constant jsonb := upkeep_internal.read_options('metrics', arguments);
  formulas text[];
  plan record;
BEGIN
  PERFORM upkeep_internal.require_no_clone(target, 'metrics');
  PERFORM upkeep_internal.require_free_name(target, 'zz_upkeep_metrics', 'metrics');
  formulas := upkeep_internal.formulas_for(target, options);
  IF NOT options ? 'formula' THEN
    PERFORM upkeep_internal.notice_net_profit(target, formulas, options ? 'settings');
    arguments := arguments || ARRAY(SELECT 'formula=' || f FROM unnest(formulas) f);
  END IF;
  arguments := upkeep_internal.in_order('metrics', arguments);
  -- Planning finds every mistake before the table is touched.
  SELECT * INTO plan FROM upkeep_internal.metrics_plan(target, arguments, given);
  PERFORM upkeep_internal.require_no_key(plan.metrics, plan.settings, plan.settings_key,
                                         CASE WHEN plan.settings_from IS NOT NULL THEN plan.date_column END);
  PERFORM upkeep_internal.warn_of_not_null(target, m ->> 'target') FROM unnest(plan.metrics) m;
  IF plan.settings IS NOT NULL THEN
    IF plan.follows THEN
      PERFORM upkeep_internal.require_role_of(plan.settings, target), upkeep_internal.require_trusted(plan.settings),
        upkeep_internal.require_trusted(target);
    END IF;
    PERFORM upkeep_internal.notice_unless_unique(plan.settings, plan.settings_key, plan.settings_from);
  END IF;
  EXECUTE format('CREATE OR REPLACE TRIGGER zz_upkeep_metrics BEFORE INSERT OR UPDATE ON %s FOR EACH ROW '
    'EXECUTE FUNCTION upkeep.metrics(%s)', upkeep_internal.qualified(target), upkeep_internal.literals(arguments));
  IF plan.settings IS NOT NULL THEN
    PERFORM upkeep_internal.watch_settings(plan.settings);
  END IF;
  IF before IS DISTINCT FROM plan.settings THEN
    PERFORM upkeep_internal.drop_unneeded(before);
  END IF;
  PERFORM upkeep_internal.notice_rows(target);
END $$;

-- The settings that the table's trigger names now.
CREATE FUNCTION upkeep_internal.settings_now(target regclass)
RETURNS regclass STABLE LANGUAGE sql AS $$
  SELECT upkeep_internal.settings_named(t.object, t.arguments)
  FROM upkeep_internal.triggers t
  WHERE t.object = target AND t.feature = 'metrics' AND NOT t.is_clone
  ORDER BY t.name <> 'zz_upkeep_metrics', t.place
  LIMIT 1
$$;

CREATE FUNCTION upkeep_internal.settings_named(target regclass, arguments text[])
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.find_table_beside(upkeep_internal.read_options('metrics', arguments) ->> 'settings', target);
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN NULL;
END $$;

-- The triggers that read settings. Anyone can name any table: one whose owner may not read it counts for nothing.
CREATE FUNCTION upkeep_internal.readers_of(settings regclass)
RETURNS TABLE (object regclass, arguments text[], enabled "char") STABLE LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT t.object, t.arguments, t.enabled
  FROM upkeep_internal.triggers t
  WHERE t.feature = 'metrics' AND NOT t.is_clone
    AND upkeep_internal.settings_named(t.object, t.arguments) IN (settings, upkeep_internal.topmost(settings))
    AND upkeep_internal.may_work_on(t.object, settings)
  ORDER BY t.place;
END $$;

CREATE FUNCTION upkeep_internal.watch_settings(settings regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_no_clone(settings, 'metrics_settings'),
    upkeep_internal.require_free_name(settings, 'zz_upkeep_metrics_settings', 'metrics_settings'),
    upkeep_internal.require_free_name(settings, 'zz_upkeep_metrics_truncate', 'metrics_settings');
  EXECUTE format('CREATE OR REPLACE TRIGGER zz_upkeep_metrics_settings AFTER INSERT OR UPDATE OR DELETE ON %1$s '
    'FOR EACH ROW EXECUTE FUNCTION upkeep.metrics_settings(); '
    'CREATE OR REPLACE TRIGGER zz_upkeep_metrics_truncate AFTER TRUNCATE ON %1$s '
    'FOR EACH STATEMENT EXECUTE FUNCTION upkeep.metrics_settings()', upkeep_internal.qualified(settings));
END $$;

-- The triggers on the settings go with the last table that reads them.
CREATE FUNCTION upkeep_internal.drop_unneeded(settings regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF settings IS NOT NULL AND NOT EXISTS (SELECT FROM upkeep_internal.readers_of(settings)) THEN
    PERFORM upkeep_internal.drop_triggers(settings, 'metrics_settings');
  END IF;
END $$;

-- The commerce set without net_profit, though the table has the column.
CREATE FUNCTION upkeep_internal.notice_net_profit(target regclass, formulas text[], has_settings boolean)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  formula constant text := (SELECT c.formula FROM upkeep_internal.commerce_set() c WHERE c.name = 'net_profit');
BEGIN
  IF formula <> ALL (formulas) AND upkeep_internal.has_column(target, 'net_profit') THEN
    RAISE NOTICE USING
      MESSAGE = format('net_profit of "%s" is not kept: %s', upkeep_internal.table_name(target), CASE
        WHEN has_settings THEN 'the settings have no cogs_ratio, or the table lacks a column of it'
        ELSE 'no settings are given' END),
      HINT = format('It is %s.', formula);
  END IF;
END $$;

-- A rewritten key or date would leave the row's settings behind.
CREATE FUNCTION upkeep_internal.require_no_key(metrics jsonb[], settings regclass, key text, date_column text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  metric text;
BEGIN
  SELECT m ->> 'target' INTO metric FROM unnest(metrics) m WHERE m ->> 'target' IN (key, date_column) LIMIT 1;
  IF FOUND THEN
    PERFORM upkeep_internal.fail('42P17', format('column "%s" cannot be a metric and the key of the settings', metric),
      'Keep the metric in a column of its own.');
  END IF;
END $$;

-- A metric can be NULL at any time; the insert must not die of it.
CREATE FUNCTION upkeep_internal.warn_of_not_null(target regclass, metric text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  named constant name := upkeep_internal.table_name(target);
  declared record;
BEGIN
  SELECT a.attnotnull, format_type(a.atttypid, a.atttypmod) AS type, EXISTS (
      WITH RECURSIVE types(type) AS (
        VALUES (a.atttypid) UNION
        SELECT d.typbasetype FROM types t JOIN pg_type d ON d.oid = t.type AND d.typtype = 'd'
      ) SELECT FROM types t JOIN pg_type d ON d.oid = t.type AND d.typnotnull) AS domain_refuses
    INTO declared
  FROM pg_attribute a WHERE a.attrelid = target AND a.attname = metric;
  IF declared.domain_refuses THEN
    RAISE WARNING USING
      MESSAGE = format('column "%s" of "%s" has domain %s, which refuses NULL: rows without the metric cannot be '
        'written', metric, named, declared.type),
      HINT = 'Let the domain take NULL, or end the formula in coalesce(..., 0).';
  END IF;
  IF declared.attnotnull THEN
    RAISE WARNING USING
      MESSAGE = format('column "%s" of "%s" is NOT NULL: rows without the metric cannot be written', metric, named),
      HINT = format('ALTER TABLE %I ALTER COLUMN %I DROP NOT NULL, or end the formula in coalesce(..., 0).', named,
        metric);
  END IF;
END $$;

-- Two rows of settings for one tenant would make every write fail.
CREATE FUNCTION upkeep_internal.notice_unless_unique(settings regclass, key text, settings_from text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT upkeep_internal.finds_one_row(settings, key, settings_from, false) THEN
    RAISE NOTICE USING
      MESSAGE = format('table "%s" has no unique index on (%s)', upkeep_internal.table_name(settings),
        concat_ws(', ', key, settings_from)),
      HINT = 'Two rows for one tenant make its writers fail.';
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.notice_rows(target regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  has_rows boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %s)', upkeep_internal.rows_of(target)) INTO has_rows;
  IF has_rows THEN
    RAISE NOTICE USING
      MESSAGE = format('existing rows of "%s" keep their figures', upkeep_internal.table_name(target)),
      HINT = format('CALL upkeep.recalculate(%L);', upkeep_internal.qualified(target));
  END IF;
END $$;

CREATE FUNCTION upkeep.disable_metrics(…) LANGUAGE plpgsql AS $$
DECLARE
  each regclass;
  settings regclass;
  dropped int := 0;
BEGIN
  PERFORM upkeep_internal.require_value(target, 'target');
  PERFORM upkeep_internal.take_turns();
  FOR each IN SELECT target UNION ALL SELECT * FROM upkeep_internal.inheritance_children(target) LOOP
    PERFORM upkeep_internal.require_own_table(each, 'disable metrics');
    PERFORM upkeep_internal.require_no_clone(each, 'metrics');
    settings := upkeep_internal.settings_now(each);
    dropped := dropped + upkeep_internal.drop_triggers(each, 'metrics');
    PERFORM upkeep_internal.drop_unneeded(settings);
  END LOOP;
  IF dropped = 0 THEN
    RAISE NOTICE 'metrics are not enabled on "%"', upkeep_internal.table_name(target);
  END IF;
  PERFORM upkeep_internal.write_triggers('metrics');
END $$;
