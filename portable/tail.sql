-- What an older version had and this one has not, goes, but for trigger functions, which a table may use.
DO $$
DECLARE
  old text;
BEGIN
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
DO $$ BEGIN PERFORM upkeep.refresh(); END $$;
