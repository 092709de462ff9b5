-- The trigger function upkeep.metrics_settings(): what a change of the settings means for the figures that stand on
-- them. Runs as the installer: who changes settings needs no rights on the tables that follow them.

CREATE FUNCTION upkeep.metrics_settings(…) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
BEGIN
  IF TG_WHEN [<>] 'AFTER' OR (TG_LEVEL [=] 'ROW') [=] (TG_OP [=] 'TRUNCATE') THEN
    PERFORM upkeep_internal.misused_trigger(TG_NAME, TG_RELID, 'metrics_settings',
      'AFTER INSERT OR UPDATE OR DELETE ... FOR EACH ROW, or AFTER TRUNCATE ... FOR EACH STATEMENT');
  END IF;
  IF upkeep_internal.paused_for_writer('metrics', TG_RELID) THEN
    RETURN NULL;
  END IF;
  IF TG_OP [=] 'TRUNCATE' THEN
    PERFORM upkeep_internal.follow_settings(TG_RELID, NULL, NULL);
  ELSE
    PERFORM upkeep_internal.follow_settings(TG_RELID, CASE WHEN TG_OP [<>] 'INSERT' THEN pg_catalog.to_jsonb(OLD) END,
      CASE WHEN TG_OP [<>] 'DELETE' THEN pg_catalog.to_jsonb(NEW) END);
  END IF;
  RETURN NULL;
END $$;

-- A row of the settings before and after a change, NULL where it was not or is not there; both NULL after a TRUNCATE.
CREATE FUNCTION upkeep_internal.follow_settings(changed regclass, old_row jsonb, new_row jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  reader record;
  plan record;
  comes_or_goes boolean;
  key jsonb;
BEGIN
  FOR reader IN SELECT * FROM upkeep_internal.readers_of(changed) r WHERE r.enabled <> 'D' LOOP
    BEGIN
      SELECT * INTO plan FROM upkeep_internal.metrics_plan(reader.object, reader.arguments);
    EXCEPTION WHEN OTHERS THEN
      RAISE WARNING USING ERRCODE = '55000',
        MESSAGE = format('"%s" does not follow this change of its settings: %s',
          upkeep_internal.table_name(reader.object), SQLERRM),
        HINT = 'Mend its metrics, then call upkeep.recalculate for it.';
      CONTINUE;
    END;
    CONTINUE WHEN plan.settings IS NULL;
    IF old_row IS NULL AND new_row IS NULL THEN
      IF plan.follows THEN
        PERFORM upkeep_internal.compute_again(reader.object, changed, plan.metrics[1] ->> 'target',
          plan.options ->> 'touch_updated_at' = 'false', NULL, plan.settings_key, plan.condition);
      END IF;
      CONTINUE;
    END IF;
    comes_or_goes := old_row IS NULL OR new_row IS NULL
      OR old_row -> plan.settings_key <> new_row -> plan.settings_key
      OR old_row -> plan.settings_from <> new_row -> plan.settings_from;
    CONTINUE WHEN NOT coalesce(comes_or_goes, false) AND NOT EXISTS (
      SELECT FROM unnest(plan.setting_inputs) i WHERE old_row -> i <> new_row -> i);
    FOR key IN SELECT DISTINCT k FROM unnest(ARRAY[old_row -> plan.settings_key, new_row -> plan.settings_key]) k
               WHERE k <> 'null' ORDER BY k LOOP
      -- Others may have looked for a row that comes, or goes.
      IF comes_or_goes THEN
        PERFORM upkeep_internal.lock_tenant(changed, key, true);
      END IF;
      IF plan.follows THEN
        PERFORM upkeep_internal.compute_again(reader.object, changed, plan.metrics[1] ->> 'target',
          plan.options ->> 'touch_updated_at' = 'false', key, plan.settings_key, plan.condition);
      END IF;
    END LOOP;
  END LOOP;
END $$;

-- Has the trigger compute the rows of one tenant, or of all, where key is NULL.
CREATE FUNCTION upkeep_internal.compute_again(
  target regclass,
  settings regclass,
  metric text,
  is_quiet boolean,
  key jsonb,
  key_column text,
  condition text
)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before text;
BEGIN
  -- Otherwise anyone with settings could write to any table, and the owner of any table act as the installer.
  PERFORM upkeep_internal.require_role_of(settings, target), upkeep_internal.require_trusted(settings),
    upkeep_internal.require_trusted(target);
  before := upkeep_internal.begin_own(CASE WHEN is_quiet THEN 'quiet' ELSE 'derived' END);
  EXECUTE format('UPDATE %s t SET %I = t.%2$I', upkeep_internal.rows_of(target), metric)
    || CASE WHEN key IS NULL THEN '' ELSE format(' FROM %s WHERE %s',
         upkeep_internal.key_row(settings, ARRAY[key_column], '$1', 's'), format(condition, 's', 't')) END
    USING jsonb_build_object(key_column, key);
  PERFORM upkeep_internal.end_own(before);
END $$;
