-- upkeep.disable_all: the way out, before DROP SCHEMA upkeep, upkeep_internal.

CREATE FUNCTION upkeep.disable_all(…) LANGUAGE plpgsql AS $$
DECLARE
  tables regclass[];
  each regclass;
  feature text;
  dropped int := 0;
  has_auto_rules constant boolean := EXISTS (SELECT FROM upkeep.auto_updated_at_rules);
  has_guard_rules constant boolean := EXISTS (SELECT FROM upkeep.guard_rules)
    OR EXISTS (SELECT FROM upkeep.guard_exemptions)
    OR EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'upkeep_guard_start');
BEGIN
  PERFORM upkeep_internal.require_value(confirm, 'confirm');
  IF confirm <> 'disable' THEN
    PERFORM upkeep_internal.fail('22023', format('disable_all is not confirmed by "%s"', confirm),
      'SELECT upkeep.disable_all(confirm => ''disable'');',
      'It drops every trigger of pg_upkeep in this database, and its rules.');
  END IF;
  tables := ARRAY(
    SELECT t.object FROM upkeep_internal.triggers t WHERE NOT t.is_clone GROUP BY t.object ORDER BY min(t.place));
  -- Whoever enables takes turns before locking a table.
  PERFORM upkeep_internal.take_turns();
  -- Before the locks, so that nobody can block another's tables; and after them.
  FOREACH each IN ARRAY tables LOOP
    PERFORM upkeep_internal.require_owner_of_all(each);
  END LOOP;
  FOREACH each IN ARRAY tables LOOP
    IF (SELECT relkind IN ('r', 'p') FROM pg_class WHERE oid = each) THEN
      EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE', upkeep_internal.qualified(each));
    END IF;
    PERFORM upkeep_internal.require_owner_of_all(each);
  END LOOP;
  -- First, so that nothing makes a trigger anew while they are dropped.
  IF has_auto_rules THEN
    PERFORM upkeep_internal.drop_auto_rules();
  END IF;
  IF has_guard_rules THEN
    PERFORM upkeep_internal.drop_guard_rules(), upkeep_internal.switch_guard_events(false);
  END IF;
  FOREACH each IN ARRAY tables LOOP
    FOR feature IN SELECT DISTINCT t.feature FROM upkeep_internal.triggers t WHERE t.object = each LOOP
      dropped := dropped + upkeep_internal.drop_triggers(each, feature);
    END LOOP;
  END LOOP;
  PERFORM upkeep.refresh();
  RAISE NOTICE USING MESSAGE = CASE
    WHEN dropped = 0 AND (has_auto_rules OR has_guard_rules) THEN 'there were rules, but no triggers to drop'
    WHEN dropped = 0 THEN 'there was nothing to disable'
    ELSE format('dropped %s trigger%s of %s table%s', dropped, CASE dropped WHEN 1 THEN '' ELSE 's' END,
                cardinality(tables), CASE cardinality(tables) WHEN 1 THEN '' ELSE 's' END) END;
END $$;

CREATE FUNCTION upkeep_internal.require_owner_of_all(target regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT upkeep_internal.is_owner(target) THEN
    PERFORM upkeep_internal.fail('42501', format('must be owner of table %s', upkeep_internal.table_name(target)),
      'Let a superuser call this, or disable what is enabled on your own tables, one by one.');
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.drop_auto_rules()
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_has_role(upkeep_internal.installer(), 'USAGE') THEN
    PERFORM upkeep_internal.fail('42501', 'must be superuser to switch automatic updated_at off',
      'Let a superuser call this, or SELECT upkeep.auto_updated_at(NULL); before.');
  END IF;
  PERFORM upkeep.auto_updated_at(NULL);
END $$;

-- Runs as the installer, who owns them, and so makes sure itself that tables and schemas are the caller's.
CREATE FUNCTION upkeep_internal.drop_guard_rules()
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  each record;
BEGIN
  FOR each IN SELECT e.object FROM upkeep_internal.exemptions e WHERE e.table_exists ORDER BY e.object LOOP
    IF NOT upkeep_internal.owns_table(upkeep_internal.writer(), each.object) THEN
      PERFORM upkeep_internal.fail('42501',
        format('must be owner of table %s', upkeep_internal.table_name(each.object)),
        'Let a superuser call this, or disable what is enabled on your own tables, one by one.');
    END IF;
  END LOOP;
  FOR each IN SELECT n.nspname, n.oid FROM upkeep.guard_rules r JOIN pg_namespace n ON n.nspname = r.schema_name
      ORDER BY 1 LOOP
    IF NOT upkeep_internal.owns_schema(upkeep_internal.writer(), each.oid) THEN
      PERFORM upkeep_internal.fail('42501', format('must be owner of schema %I', each.nspname),
        'Let a superuser call this, or the owner of the guarded schemas.');
    END IF;
  END LOOP;
  DELETE FROM upkeep.guard_rules;
  DELETE FROM upkeep.guard_exemptions;
END $$;
