-- Where pg_upkeep is installed as an extension, or schema upkeep is somebody else's, nothing is done.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_upkeep') THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = 'pg_upkeep is installed here as an extension',
      HINT = 'It does all that the portable edition does, and faster: leave out this file.';
  END IF;
  IF to_regnamespace('upkeep') IS NOT NULL AND to_regclass('upkeep_internal.installation') IS NULL THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = 'schema "upkeep" is there, and is not pg_upkeep''s',
      HINT = 'Rename or drop it, and load this file again.';
  END IF;
  IF to_regnamespace('upkeep_internal') IS NOT NULL AND NOT pg_has_role(
       (SELECT nspowner FROM pg_namespace WHERE nspname = 'upkeep_internal'), 'USAGE') THEN
    RAISE insufficient_privilege USING
      MESSAGE = 'must be owner of schema upkeep_internal',
      HINT = 'Load this file as the role that has loaded it before, or as a member of that role.';
  END IF;
END $$;

CREATE SCHEMA IF NOT EXISTS upkeep;
COMMENT ON SCHEMA upkeep IS 'pg_upkeep, the portable edition';
CREATE SCHEMA IF NOT EXISTS upkeep_internal;
COMMENT ON SCHEMA upkeep_internal IS 'What the functions of schema upkeep stand on. Call none of it.';
GRANT USAGE ON SCHEMA upkeep, upkeep_internal TO PUBLIC;

-- One row. generation is raised whenever a trigger function is written anew, so that two sessions take turns.
CREATE TABLE IF NOT EXISTS upkeep_internal.installation (
  version text NOT NULL,
  generation bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE upkeep_internal.installation IS 'The version that is loaded, and how often its triggers were written.';
INSERT INTO upkeep_internal.installation (version)
SELECT '' WHERE NOT EXISTS (SELECT FROM upkeep_internal.installation);

-- One row, for the installer alone: what the marks of our own statements are proved with.
CREATE TABLE IF NOT EXISTS upkeep_internal.secret (secret text NOT NULL);
COMMENT ON TABLE upkeep_internal.secret IS 'What proves that a statement is pg_upkeep''s own.';
REVOKE ALL ON TABLE upkeep_internal.secret FROM PUBLIC;
INSERT INTO upkeep_internal.secret (secret)
SELECT concat(gen_random_uuid(), gen_random_uuid()) WHERE NOT EXISTS (SELECT FROM upkeep_internal.secret);
