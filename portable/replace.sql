-- Loading over an older version. CREATE OR REPLACE changes neither the names of arguments nor what is returned, so what
-- has another head than before is dropped first. Trigger functions always have the same head, and stay: tables use
-- them.

-- An object of an older version goes, with our own views and aggregates that depend on it. One that something else
-- depends on is an error that names that.
CREATE FUNCTION upkeep_internal.drop_old(kind text, object text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  target constant oid := CASE kind WHEN 'VIEW' THEN to_regclass(object)::oid ELSE to_regprocedure(object)::oid END;
  dependent record;
  detail text;
BEGIN
  FOR dependent IN
    SELECT DISTINCT 'VIEW' AS kind, c.oid::regclass::text AS object
    FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    JOIN pg_class c ON c.oid = r.ev_class
      AND c.relnamespace IN ('upkeep'::regnamespace, 'upkeep_internal'::regnamespace)
    WHERE d.refobjid = target AND c.oid <> target
    UNION ALL
    SELECT 'AGGREGATE', p.oid::regprocedure::text
    FROM pg_depend d JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid AND p.prokind = 'a'
      AND p.pronamespace IN ('upkeep'::regnamespace, 'upkeep_internal'::regnamespace)
    WHERE d.refobjid = target AND p.oid <> target
  LOOP
    PERFORM upkeep_internal.drop_old(dependent.kind, dependent.object);
  END LOOP;
  EXECUTE format('DROP %s %s', kind, object);
EXCEPTION
  WHEN dependent_objects_still_exist THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RAISE dependent_objects_still_exist USING
      MESSAGE = format('%s %s is another one in this version of pg_upkeep, and something depends on it', lower(kind),
                       object),
      DETAIL = detail,
      HINT = 'Drop that, load this file again, and make it anew for what is there then.';
END $$;

-- NULL also where a type is not there yet.
CREATE FUNCTION upkeep_internal.find_function(signature text)
RETURNS regprocedure STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN to_regprocedure(signature);
EXCEPTION
  WHEN undefined_object OR invalid_schema_name THEN
    RETURN NULL;
END $$;

-- A table of an older version gets the columns that it lacks, and loses those that are gone. columns: as CREATE TABLE
-- has them.
CREATE FUNCTION upkeep_internal.complete_table(target regclass, columns text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  change text;
BEGIN
  FOR change IN
    SELECT 'ADD COLUMN ' || c FROM unnest(columns) c
    WHERE NOT EXISTS (SELECT FROM pg_attribute a
                      WHERE a.attrelid = target AND a.attname = (parse_ident(split_part(c, ' ', 1)))[1]
                        AND NOT a.attisdropped)
    UNION ALL
    SELECT format('DROP COLUMN %I', a.attname) FROM pg_attribute a
    WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
      AND NOT EXISTS (SELECT FROM unnest(columns) c WHERE (parse_ident(split_part(c, ' ', 1)))[1] = a.attname)
  LOOP
    EXECUTE format('ALTER TABLE %s %s', target, change);
  END LOOP;
END $$;

-- One row. generation is raised whenever a trigger function is written anew, so that two sessions take turns.
CREATE TABLE IF NOT EXISTS upkeep_internal.installation (
  version text NOT NULL,
  generation bigint NOT NULL DEFAULT 0,
  is_loading boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE upkeep_internal.installation IS
  'The version that is loaded, how often its triggers were written, and whether one is being loaded just now.';
INSERT INTO upkeep_internal.installation (version)
SELECT '' WHERE NOT EXISTS (SELECT FROM upkeep_internal.installation);

-- One row, for the installer alone: what the marks of our own statements are proved with.
CREATE TABLE IF NOT EXISTS upkeep_internal.secret (secret text NOT NULL);
COMMENT ON TABLE upkeep_internal.secret IS 'What proves that a statement is pg_upkeep''s own.';
REVOKE ALL ON TABLE upkeep_internal.secret FROM PUBLIC;
INSERT INTO upkeep_internal.secret (secret)
SELECT concat(gen_random_uuid(), gen_random_uuid()) WHERE NOT EXISTS (SELECT FROM upkeep_internal.secret);

-- What the file that was loaded last has made. is_changed: while this one is being loaded.
CREATE TABLE IF NOT EXISTS upkeep_internal.made (
  kind text NOT NULL,
  object text NOT NULL,
  head text NOT NULL,
  is_changed boolean,
  PRIMARY KEY (kind, object)
);
COMMENT ON TABLE upkeep_internal.made IS
  'The views and functions of this version, with a digest of what CREATE OR REPLACE does not change.';

-- Whoever is enabling something holds a lock on what is replaced here.
UPDATE upkeep_internal.installation SET generation = generation + 1, is_loading = true;

DO $$
DECLARE
  old record;
BEGIN
  UPDATE upkeep_internal.made SET is_changed = NULL;
  INSERT INTO upkeep_internal.made AS m (kind, object, head, is_changed) VALUES
    {heads}
  ON CONFLICT (kind, object) DO UPDATE SET head = excluded.head, is_changed = m.head <> excluded.head;
  DELETE FROM upkeep_internal.made WHERE is_changed IS NULL;
  -- A new database has nothing of it.
  IF (SELECT version FROM upkeep_internal.installation) = '' THEN
    RETURN;
  END IF;
  -- Those above must keep their heads: another one needs another name.
  FOR old IN SELECT m.kind, m.object FROM upkeep_internal.made m
      WHERE m.is_changed AND m.object !~ '^upkeep_internal\.(drop_old|find_function|complete_table)\('
      ORDER BY m.kind <> 'VIEW' LOOP
    IF old.kind <> 'VIEW' AND upkeep_internal.find_function(old.object) IS NOT NULL THEN
      PERFORM upkeep_internal.drop_old(old.kind, old.object);
    ELSIF old.kind = 'VIEW' AND to_regclass(old.object) IS NOT NULL THEN
      BEGIN
        PERFORM upkeep_internal.drop_old(old.kind, old.object);
      EXCEPTION
        -- It may be possible to replace it all the same.
        WHEN dependent_objects_still_exist THEN
      END;
    END IF;
  END LOOP;
END $$;
