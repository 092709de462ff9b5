-- upkeep.migrations: the chain of versions.
SELECT version, reversible, applied, summary <> '' AS told FROM upkeep.migrations;
-- every version that can be installed stands in it, and none that cannot
SELECT version FROM upkeep.migrations
  EXCEPT SELECT version FROM pg_available_extension_versions WHERE name = 'pg_upkeep';
SELECT version FROM pg_available_extension_versions WHERE name = 'pg_upkeep'
  EXCEPT SELECT version FROM upkeep.migrations;
-- and each is reached by one script from the one before
SELECT version, previous, path FROM upkeep_internal.migration_list()
  LEFT JOIN pg_extension_update_paths('pg_upkeep') ON (source, target) = (previous, version);
SELECT installed_version = (SELECT version FROM upkeep.migrations
  WHERE applied ORDER BY string_to_array(version, '.')::int[] DESC LIMIT 1) AS newest
  FROM pg_available_extensions WHERE name = 'pg_upkeep';
-- anybody may look
SET ROLE regress_upkeep_other;
SELECT count(*) = count(*) FILTER (WHERE applied) AS all FROM upkeep.migrations;
RESET ROLE;
