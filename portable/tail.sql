-- What an older version had and this one has not, goes, but for trigger functions, which a table may use.
DO $$
DECLARE
  old text;
BEGIN
  -- A new database has nothing of it.
  IF (SELECT version FROM upkeep_internal.installation) = '' THEN
    RETURN;
  END IF;
  FOR old IN
    SELECT format('%s %s', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END,
                  p.oid::regprocedure)
    FROM pg_proc p
    WHERE p.pronamespace IN ('upkeep'::regnamespace, 'upkeep_internal'::regnamespace)
      AND p.prorettype <> 'trigger'::regtype
      AND p.oid <> ALL (ARRAY[
        {functions}
      ]::regprocedure[])
  LOOP
    EXECUTE format('DROP %s', old);
  END LOOP;
END $$;

UPDATE upkeep_internal.installation SET version = '{version}';
DO $$
BEGIN
  -- Without triggers there are no branches; to write none takes its time all the same.
  IF EXISTS (SELECT FROM upkeep_internal.written_branches)
     OR EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                WHERE p.pronamespace = 'upkeep'::regnamespace) THEN
    PERFORM upkeep.refresh();
  END IF;
END $$;
