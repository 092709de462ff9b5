-- The settings of a row, found, locked and read.

-- Tenants share 64 locks for each table of settings, so that a transaction over all of them does not fill the server's
-- lock table. Equal keys of different types are one tenant.
CREATE FUNCTION upkeep_internal.lock_tenant(settings oid, key jsonb, is_exclusive boolean)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  owner_of_locks constant int := hashtext('upkeep settings ' || upkeep_internal.topmost(settings)::oid);
  bucket constant int := CASE jsonb_typeof(key) WHEN 'string' THEN hashtext(rtrim(key #>> '{}'))
                           ELSE jsonb_hash(key) END & 63;
BEGIN
  IF is_exclusive THEN
    PERFORM pg_advisory_xact_lock(owner_of_locks, bucket);
  ELSE
    PERFORM pg_advisory_xact_lock_shared(owner_of_locks, bucket);
  END IF;
END $$;

-- The rows of a partitioned table, or of an ordinary one without its children.
CREATE FUNCTION upkeep_internal.rows_of(target regclass)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE relkind WHEN 'p' THEN '' ELSE 'ONLY ' END || upkeep_internal.qualified(oid)
  FROM pg_class WHERE oid = target
$$;

-- FROM and WHERE of the settings s in force for a row of that name.
CREATE FUNCTION upkeep_internal.from_settings(settings regclass, condition text, settings_from text, date_column text,
                                              row_name text)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT format('FROM %s s WHERE %s', rows, format(condition, 's', row_name))
    || CASE WHEN settings_from IS NULL THEN ''
       ELSE format(' AND s.%1$I [=] (SELECT pg_catalog.max(x.%1$I) FROM %2$s x WHERE %3$s AND x.%1$I [<=] %4$s.%5$I)',
                   settings_from, rows, format(condition, 'x', row_name), row_name, date_column) END
  FROM upkeep_internal.rows_of(settings) rows
$$;

-- The settings of a row that a trigger of the target sees, as {name: value}; NULL if there are none. Read with the
-- writer's own rights where they are enough, and else as the installer. row_read has its key and its date.
CREATE FUNCTION upkeep_internal.settings_of(target regclass, trigger_name name, plan record, row_read jsonb,
                                            locks boolean, detail text)
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  IF upkeep_internal.may_read_settings(plan.settings) THEN
    RETURN upkeep_internal.read_settings(target, plan, row_read, locks, detail);
  END IF;
  RETURN upkeep_internal.read_settings_for_writer(target, trigger_name, row_read, locks, detail);
END $$;

-- All rows of them, and lock them.
CREATE FUNCTION upkeep_internal.may_read_settings(settings regclass)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'UPDATE')
     AND has_schema_privilege(c.relnamespace, 'USAGE') AND NOT row_security_active(c.oid)
  FROM pg_class c WHERE c.oid = settings
$$;

-- Runs as the installer: a writer needs no rights on the settings, but on the table that he writes.
CREATE FUNCTION upkeep_internal.read_settings_for_writer(target regclass, trigger_name name, row_read jsonb,
                                                         locks boolean, detail text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
  plan record;
BEGIN
  SELECT p.* INTO plan
  FROM upkeep_internal.triggers t, upkeep_internal.metrics_plan(t.object, t.arguments) p
  WHERE t.object = target AND t.name = trigger_name AND t.feature = 'metrics' AND p.settings IS NOT NULL;
  IF NOT FOUND OR pg_trigger_depth() = 0 THEN
    PERFORM upkeep_internal.fail('42501', 'settings are told to a trigger of metrics only');
  END IF;
  PERFORM upkeep_internal.require_readable(target, plan.settings);
  RETURN upkeep_internal.read_settings(target, plan, row_read, locks, detail);
END $$;

-- Settings are told to those who may write the table whose trigger reads them. In a function of an application that
-- runs as its owner that is still the role that has logged in, or the one that it has set.
CREATE FUNCTION upkeep_internal.require_readable(target regclass, settings regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  writer constant name := upkeep_internal.writer();
  is_trusted constant boolean := upkeep_internal.is_trusted(target) AND upkeep_internal.is_trusted(settings);
BEGIN
  IF NOT is_trusted OR NOT has_any_column_privilege(writer, target, 'INSERT, UPDATE')
     AND NOT has_any_column_privilege(writer, upkeep_internal.topmost(target), 'INSERT, UPDATE') THEN
    PERFORM upkeep_internal.fail('42501', format('permission denied for table %s',
        upkeep_internal.table_name(settings)),
      format('GRANT SELECT, UPDATE ON %s to the role that writes "%s", so that it can read its settings itself.',
        upkeep_internal.qualified(settings), upkeep_internal.table_name(target)),
      CASE WHEN is_trusted
        THEN format('Role "%s", which has logged in, may not write "%s" itself.', writer,
                    upkeep_internal.table_name(target))
        ELSE format('pg_upkeep was loaded by role "%s", which does not act for the owners of both tables.',
                    pg_get_userbyid(upkeep_internal.installer())) END);
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.read_settings(target regclass, plan record, row_read jsonb, locks boolean, detail text)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  query text;
  found_rows jsonb[];
BEGIN
  IF row_read -> plan.settings_key = 'null'
     OR plan.settings_from IS NOT NULL AND row_read -> plan.date_column = 'null' THEN
    RETURN NULL;
  END IF;
  query := format('SELECT pg_catalog.array_agg(pg_catalog.to_jsonb(f)) FROM %s CROSS JOIN LATERAL (SELECT %s %s%s) f',
    upkeep_internal.key_row(target, ARRAY[plan.settings_key]
      || CASE WHEN plan.settings_from IS NULL THEN '{}' ELSE ARRAY[plan.date_column] END, '$1', 'r'),
    (SELECT string_agg(format('s.%I', i), ', ') FROM unnest(plan.setting_inputs) i),
    upkeep_internal.from_settings(plan.settings, plan.condition, plan.settings_from, plan.date_column, 'r'),
    CASE WHEN locks THEN ' FOR SHARE OF s' ELSE '' END);
  -- Another period may begin at any time: with periods no lock on a row is enough.
  IF NOT locks OR plan.settings_from IS NULL THEN
    EXECUTE query INTO found_rows USING row_read;
  END IF;
  IF locks AND found_rows IS NULL THEN
    PERFORM upkeep_internal.lock_tenant(plan.settings, row_read -> plan.settings_key, false);
    EXECUTE query INTO found_rows USING row_read;
  END IF;
  IF cardinality(found_rows) > 1 THEN
    PERFORM upkeep_internal.fail('21000', format('table "%s" has more than one row of settings for one "%s"',
        upkeep_internal.table_name(plan.settings), plan.settings_key),
      format('Keep one of them, and make (%s) unique.', concat_ws(', ', plan.settings_key, plan.settings_from)),
      detail);
  END IF;
  RETURN found_rows[1];
END $$;

-- The key of a row, and its date, from a jsonb document, as an item of FROM with the columns of the table.
CREATE FUNCTION upkeep_internal.key_row(target regclass, columns text[], document text, row_name text)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT format('pg_catalog.jsonb_to_record(%s) AS %I(%s)', document, row_name,
                string_agg(format('%I %I.%I', a.attname, n.nspname, t.typname), ', '))
  FROM pg_attribute a
  CROSS JOIN LATERAL upkeep_internal.base_type(a.atttypid, a.atttypmod) b
  JOIN pg_type t ON t.oid = b.base
  JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE a.attrelid = target AND NOT a.attisdropped AND a.attname = ANY (columns)
$$;
