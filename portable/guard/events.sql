-- The event triggers of the guard, which see DROP and ALTER. PostgreSQL gives them to superusers, and some hosts to
-- others; without them only TRUNCATE is guarded.

-- Whether they are there then.
CREATE FUNCTION upkeep_internal.switch_guard_events(is_on boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  installer constant oid := upkeep_internal.installer();
  each record;
BEGIN
  FOR each IN
    SELECT e.*, g.oid IS NOT NULL AS is_there
    FROM (VALUES ('upkeep_guard_start', 'ddl_command_start'), ('upkeep_guard_drop', 'sql_drop'),
            ('upkeep_guard_end', 'ddl_command_end')) e(name, event)
    LEFT JOIN pg_event_trigger g ON g.evtname = e.name
  LOOP
    IF each.is_there AND NOT is_on THEN
      EXECUTE format('DROP EVENT TRIGGER %I', each.name);
    ELSIF is_on AND NOT each.is_there THEN
      -- A superuser's event trigger would run what another role has loaded whenever a superuser alters something.
      IF NOT pg_has_role(installer, 'USAGE') OR NOT pg_has_role(installer, current_user, 'USAGE') THEN
        RETURN false;
      END IF;
      EXECUTE format('CREATE EVENT TRIGGER %I ON %s EXECUTE FUNCTION upkeep.guard_ddl()', each.name, each.event);
    END IF;
  END LOOP;
  RETURN is_on;
EXCEPTION WHEN insufficient_privilege THEN
  RETURN EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'upkeep_guard_start');
END $$;

-- What is known of a command before it runs. It may run others, say in an event trigger of somebody else's: the last
-- row of a transaction is of the innermost.
CREATE TABLE IF NOT EXISTS upkeep_internal.guard_notes (
  transaction xid8 NOT NULL,
  number int NOT NULL,
  notes jsonb NOT NULL,
  PRIMARY KEY (transaction, number)
);
COMMENT ON TABLE upkeep_internal.guard_notes IS 'What the guard has found out before the commands that are running.';
REVOKE ALL ON TABLE upkeep_internal.guard_notes FROM PUBLIC;

-- Runs as the installer, who owns what the guard keeps.
CREATE FUNCTION upkeep.guard_ddl(…) LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  context pg_catalog.text;
BEGIN
  -- Loading this file over an older version drops and makes what is called here.
  IF (SELECT i.is_loading FROM upkeep_internal.installation i) THEN
    RETURN;
  END IF;
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM upkeep_internal.guard_command(TG_EVENT, TG_TAG, pg_catalog.regexp_replace(context, '^[^\n]*\n?', ''),
                                        pg_catalog.current_schemas(true));
END $$;

CREATE FUNCTION upkeep_internal.guard_command(event text, tag text, context text, path name[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  -- DROP INDEX CONCURRENTLY is refused where something was written before.
  is_noted constant boolean := tag ~ '^(DROP|ALTER) ' AND tag <> 'DROP INDEX';
BEGIN
  IF event = 'sql_drop' THEN
    IF upkeep_internal.is_guard_on() THEN
      PERFORM upkeep_internal.follow_drop(tag, path);
    END IF;
    -- Whether the guard is on or not: the number of a dropped table may be another's one day.
    PERFORM upkeep_internal.forget_approvals();
  ELSIF NOT upkeep_internal.is_guard_on() THEN
    RETURN;
  ELSIF event = 'ddl_command_start' AND is_noted THEN
    PERFORM upkeep_internal.push_notes(upkeep_internal.precede_ddl(tag, upkeep_internal.statements_of(tag,
      upkeep_internal.running_command(context)), path));
  ELSIF event = 'ddl_command_end' THEN
    PERFORM upkeep_internal.follow_command(tag, CASE WHEN is_noted THEN upkeep_internal.last_notes() ELSE '{}' END);
    IF is_noted THEN
      PERFORM upkeep_internal.pop_notes();
    END IF;
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.is_guard_on()
RETURNS boolean LANGUAGE sql AS $$
  SELECT EXISTS (SELECT FROM upkeep.guard_rules)
    AND NOT (upkeep_internal.is_named_in_pause('guard')
             AND (pg_has_role(upkeep_internal.writer(), upkeep_internal.installer(), 'USAGE')
                  OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'upkeep_pause'
                               AND pg_has_role(upkeep_internal.writer(), oid, 'USAGE'))))
$$;

CREATE FUNCTION upkeep_internal.push_notes(notes jsonb)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('transaction_isolation') = 'read committed' THEN
    DELETE FROM upkeep_internal.guard_notes n
    WHERE n.transaction < pg_snapshot_xmin(pg_current_snapshot())
      AND n.ctid = ANY (ARRAY(SELECT o.ctid FROM upkeep_internal.guard_notes o FOR UPDATE SKIP LOCKED));
  END IF;
  INSERT INTO upkeep_internal.guard_notes (transaction, number, notes)
  SELECT pg_current_xact_id(), coalesce(max(n.number), 0) + 1, push_notes.notes
  FROM upkeep_internal.guard_notes n WHERE n.transaction = pg_current_xact_id();
END $$;

CREATE FUNCTION upkeep_internal.last_notes()
RETURNS jsonb LANGUAGE sql AS $$
  SELECT coalesce((SELECT n.notes FROM upkeep_internal.guard_notes n
                   WHERE n.transaction = pg_current_xact_id_if_assigned() ORDER BY n.number DESC LIMIT 1), '{}')
$$;

CREATE FUNCTION upkeep_internal.pop_notes()
RETURNS void LANGUAGE sql AS $$
  DELETE FROM upkeep_internal.guard_notes n
  WHERE n.transaction = pg_current_xact_id_if_assigned()
    AND n.number = (SELECT max(o.number) FROM upkeep_internal.guard_notes o WHERE o.transaction = n.transaction)
$$;

-- {"more": true} is added to what is noted of the command that is running.
CREATE FUNCTION upkeep_internal.add_notes(more jsonb)
RETURNS void LANGUAGE sql AS $$
  UPDATE upkeep_internal.guard_notes n SET notes = n.notes || more
  WHERE n.transaction = pg_current_xact_id_if_assigned()
    AND n.number = (SELECT max(o.number) FROM upkeep_internal.guard_notes o WHERE o.transaction = n.transaction)
$$;
