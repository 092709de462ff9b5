-- Where pg_upkeep is installed as an extension, or one of its schemas is somebody else's, nothing is done. What this
-- file makes belongs to the owner of the schemas, whichever member of that role loads it.
DO $$
DECLARE
  schema record;
BEGIN
  IF current_setting('server_version_num')::int < 150000 THEN
    RAISE feature_not_supported USING
      MESSAGE = format('pg_upkeep needs PostgreSQL 15 or later, and this is %s', current_setting('server_version')),
      HINT = 'Upgrade the server, then load this file.';
  END IF;
  -- Sessions that load it at the same time take turns.
  PERFORM pg_advisory_xact_lock(hashtext('pg_upkeep: load'), 0);
  -- not in an extension {
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_upkeep') THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = 'pg_upkeep is installed here as an extension',
      HINT = 'It does all that the portable edition does, and faster: leave out this file.';
  END IF;
  -- }
  IF to_regnamespace('upkeep') IS NOT NULL AND to_regclass('upkeep_internal.installation') IS NULL THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = 'schema "upkeep" is there, and is not pg_upkeep''s',
      HINT = 'Rename or drop it, and load this file again.';
  END IF;
  FOR schema IN
    SELECT n.nspname, n.nspowner, r.rolname, r.rolsuper
    FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
    WHERE n.nspname IN ('upkeep', 'upkeep_internal')
    ORDER BY n.nspname
  LOOP
    -- A superuser is a member of every role: what another one has made there could take his rights.
    IF NOT pg_has_role(schema.nspowner, 'USAGE')
       OR NOT schema.rolsuper AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      RAISE insufficient_privilege USING
        MESSAGE = format('must be owner of schema %I', schema.nspname),
        HINT = format('Load this file as role "%s", or as a member of that role that is no superuser.', schema.rolname);
    END IF;
  END LOOP;
  IF schema.rolname <> current_user THEN
    PERFORM set_config('role', schema.rolname, true);
  END IF;
END $$;

CREATE SCHEMA IF NOT EXISTS upkeep;
COMMENT ON SCHEMA upkeep IS 'pg_upkeep, the portable edition';
CREATE SCHEMA IF NOT EXISTS upkeep_internal;
COMMENT ON SCHEMA upkeep_internal IS 'What the functions of schema upkeep stand on. Call none of it.';
GRANT USAGE ON SCHEMA upkeep, upkeep_internal TO PUBLIC;
