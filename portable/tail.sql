-- What an older version had and this one has not, goes, but for trigger functions, which a table may use.
DO $$
DECLARE
  old record;
BEGIN
  -- A new database has nothing of it.
  IF (SELECT version FROM upkeep_internal.installation) = '' THEN
    RETURN;
  END IF;
  FOR old IN
    SELECT 1 AS place, 'VIEW' AS kind, c.oid::regclass::text AS object
    FROM pg_class c
    WHERE c.relkind = 'v' AND c.relnamespace IN ('upkeep'::regnamespace, 'upkeep_internal'::regnamespace)
      AND c.oid NOT IN (SELECT m.object::regclass FROM upkeep_internal.made m WHERE m.kind = 'VIEW')
    UNION ALL
    SELECT CASE p.prokind WHEN 'a' THEN 2 ELSE 3 END,
      CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END, p.oid::regprocedure::text
    FROM pg_proc p
    WHERE p.pronamespace IN ('upkeep'::regnamespace, 'upkeep_internal'::regnamespace)
      AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
      AND p.oid NOT IN (SELECT m.object::regprocedure FROM upkeep_internal.made m WHERE m.kind <> 'VIEW')
    ORDER BY place
  LOOP
    PERFORM upkeep_internal.drop_old(old.kind, old.object);
  END LOOP;
END $$;

UPDATE upkeep_internal.made SET is_changed = false WHERE is_changed;
UPDATE upkeep_internal.installation SET version = '{version}', is_loading = false;
DO $$
BEGIN
  -- Without triggers there are no branches; to write none takes its time all the same.
  IF EXISTS (SELECT FROM upkeep_internal.written_branches)
     OR EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                WHERE p.pronamespace = 'upkeep'::regnamespace) THEN
    PERFORM upkeep.refresh();
  END IF;
END $$;
