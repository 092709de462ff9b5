// What check asks a server.

export const server = `
SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
  current_database()::text AS database, current_user::text AS role, version() ~* 'emcc|emscripten' AS is_pglite`

// stranger: who owns one of the two schemas, if this role cannot or must not act as that. installer: whom functions
// will act as.
export const rights = `
WITH schemas AS (
  SELECT n.nspname, r.rolname, NOT pg_has_role(r.oid, 'USAGE')
      OR NOT r.rolsuper AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS is_strange
  FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE n.nspname IN ('upkeep', 'upkeep_internal')
)
SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS is_superuser,
  current_setting('transaction_read_only') = 'on' AS is_read_only,
  has_database_privilege(current_database(), 'CREATE') AS may_create,
  (SELECT extversion FROM pg_extension WHERE extname = 'pg_upkeep') AS extension,
  (SELECT default_version FROM pg_available_extensions WHERE name = 'pg_upkeep') AS available,
  EXISTS (SELECT FROM schemas WHERE nspname = 'upkeep') AS public_exists,
  EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = 'upkeep_internal' AND c.relname = 'installation') AS is_ours,
  (SELECT rolname::text FROM schemas WHERE is_strange ORDER BY nspname LIMIT 1) AS stranger,
  coalesce((SELECT rolname::text FROM schemas WHERE nspname = 'upkeep'), current_user::text) AS installer`

export const loaded = 'SELECT upkeep.version() AS version'

const ours = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'upkeep', 'upkeep_internal')
  AND c.relkind IN ('r', 'p')`

// The tables whose owner and whoever has loaded the file, or will, do not act for each other, as the features ask that
// work on several tables; not those of extensions. Of each owner the first three.
export const others = `
SELECT place, owner, count(*)::int AS tables,
  string_agg(name, ', ' ORDER BY number) FILTER (WHERE number <= 3) ||
    CASE WHEN count(*) > 3 THEN ', …' ELSE '' END AS some
FROM (SELECT n.nspname AS place, pg_get_userbyid(c.relowner) AS owner, c.relname::text AS name,
        row_number() OVER (PARTITION BY n.nspname, c.relowner ORDER BY c.relname COLLATE "C") AS number
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
        (SELECT coalesce((SELECT nspowner FROM pg_namespace WHERE nspname = 'upkeep'),
           (SELECT oid FROM pg_roles WHERE rolname = current_user))) i(installer)
      WHERE ${ours} AND NOT c.relispartition
        AND NOT (pg_has_role(c.relowner, i.installer, 'MEMBER') AND pg_has_role(i.installer, c.relowner, 'USAGE'))
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                          AND d.deptype = 'e')) t
GROUP BY place, owner
ORDER BY place COLLATE "C", owner COLLATE "C"`

export const forced = `
SELECT format('%I.%I', n.nspname, c.relname) AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE ${ours} AND c.relforcerowsecurity AND pg_has_role(c.relowner, 'USAGE')
ORDER BY n.nspname, c.relname`

// Raises granted where it may be made; then nothing of it is left.
export const granted = 'UKOK1'
export const event_trigger = `
DO $$
BEGIN
  CREATE FUNCTION pg_temp.upkeep_trial() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
  CREATE EVENT TRIGGER upkeep_trial ON ddl_command_end EXECUTE FUNCTION pg_temp.upkeep_trial();
  RAISE EXCEPTION USING ERRCODE = '${granted}', MESSAGE = 'a trial of npx pg-upkeep check, which leaves nothing';
END $$`
