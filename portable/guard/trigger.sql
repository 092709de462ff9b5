-- upkeep.guard(): TRUNCATE of a filled table, which no event trigger sees. It runs as the installer, who owns what the
-- guard keeps.
CREATE FUNCTION upkeep.guard(…) LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  context pg_catalog.text;
BEGIN
  IF TG_WHEN OPERATOR(pg_catalog.<>) 'BEFORE' OR TG_OP OPERATOR(pg_catalog.<>) 'TRUNCATE' THEN
    PERFORM upkeep_internal.misused_trigger(TG_NAME, TG_RELID, 'guard', 'BEFORE TRUNCATE FOR EACH STATEMENT');
  END IF;
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM upkeep_internal.precede_truncate(TG_RELID, TG_NAME, pg_catalog.pg_trigger_depth(),
    pg_catalog.regexp_replace(context, '^[^\n]*\n?', ''), pg_catalog.current_schemas(true));
  RETURN NULL;
END $$;

CREATE FUNCTION upkeep_internal.precede_truncate(target oid, trigger name, depth int, context text, path name[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  tables oid[];
  losses jsonb;
BEGIN
  IF NOT EXISTS (SELECT FROM upkeep.guard_rules) THEN
    RETURN;
  END IF;
  DELETE FROM upkeep_internal.guard_decided d
  USING pg_trigger t
  WHERE t.tgrelid = target AND t.tgname = precede_truncate.trigger AND d.trigger = t.oid
    AND d.transaction = pg_current_xact_id() AND d.depth = precede_truncate.depth;
  IF FOUND THEN
    RETURN;
  END IF;
  tables := upkeep_internal.tables_truncated_with(target, upkeep_internal.running_command(context), path);
  losses := (SELECT jsonb_agg(upkeep_internal.loss_of_rows(t.members) ORDER BY t.place)
             FROM upkeep_internal.truncated_trees(tables) t);
  PERFORM upkeep_internal.note_decided(tables, target, trigger, depth);
  PERFORM upkeep_internal.log_ddl('TRUNCATE TABLE', upkeep_internal.qualified((g ->> 'table')::oid),
                                  g ->> 'confirmation')
  FROM (SELECT g FROM upkeep_internal.decide('TRUNCATE TABLE', coalesce(losses, '[]'), path) d,
               jsonb_array_elements(d.given) g ORDER BY (g ->> 'table')::oid) o(g);
END $$;

-- Those that lose rows of their own, each with those below it, which stand for it. Partitions are emptied with their
-- root. An inheritance child is a table by itself, since ONLY may leave it out.
CREATE FUNCTION upkeep_internal.truncated_trees(tables oid[])
RETURNS TABLE (place int, members regclass[]) LANGUAGE plpgsql AS $$
DECLARE
  guarded constant oid[] := ARRAY(SELECT t FROM unnest(tables) WITH ORDINALITY u(t, n)
                                  WHERE upkeep_internal.guards(t) ORDER BY n);
  top oid;
  seen oid[] := '{}';
BEGIN
  place := 0;
  FOREACH top IN ARRAY guarded LOOP
    CONTINUE WHEN top = ANY (seen);
    members := ARRAY(
      SELECT t FROM unnest(guarded) WITH ORDINALITY u(t, n)
      WHERE t <> ALL (seen) AND (t = top OR t IN (SELECT relid FROM pg_partition_tree(top)))
      ORDER BY t <> top, n);
    seen := seen || members::oid[];
    place := place + 1;
    RETURN NEXT;
  END LOOP;
END $$;

-- The triggers of the command that are still to fire. Those of an earlier one at this depth have fired, or never will.
CREATE FUNCTION upkeep_internal.note_decided(tables oid[], target oid, trigger name, depth int)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM upkeep_internal.guard_decided d
  WHERE d.transaction = pg_current_xact_id() AND d.depth >= note_decided.depth;
  INSERT INTO upkeep_internal.guard_decided (transaction, depth, trigger)
  SELECT pg_current_xact_id(), note_decided.depth, t.oid
  FROM pg_trigger t
  WHERE t.tgrelid = ANY (tables) AND t.tgfoid = 'upkeep.guard()'::regprocedure AND t.tgtype = 34
    AND t.tgqual IS NULL AND (t.tgrelid, t.tgname) <> (target, note_decided.trigger)
    AND t.tgenabled IN ('A', CASE current_setting('session_replication_role') WHEN 'replica' THEN 'R' ELSE 'O' END);
END $$;

-- Writes a row of upkeep.ddl_log. A migration file may be one statement for the server: its beginning will do.
CREATE FUNCTION upkeep_internal.log_ddl(tag text, object text, confirmation text)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO upkeep.ddl_log (role, tag, object, statement, confirmation)
  VALUES (upkeep_internal.writer(), tag, object, left(current_query(), 10000), confirmation)
$$;
