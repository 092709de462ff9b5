# Who may create it, and when it can be dropped.

new_database copy
sql -d copy -c "CREATE SCHEMA upkeep AUTHORIZATION boss"
check "CREATE EXTENSION fails where somebody has made a schema upkeep" 'ERROR:  schema "upkeep" already exists' \
  "$(sql -d copy -c "CREATE EXTENSION pg_upkeep" 2>&1 | head -n 1)"
sql -d copy -c "DROP SCHEMA upkeep" -c "CREATE SCHEMA upkeep_internal AUTHORIZATION boss"
check "or a schema upkeep_internal" 'ERROR:  schema "upkeep_internal" already exists' \
  "$(sql -d copy -c "CREATE EXTENSION pg_upkeep" 2>&1 | head -n 1)"
sql -d copy -c "DROP SCHEMA upkeep_internal"
check "CREATE EXTENSION is refused to the owner of the database, who is not a superuser" \
  'ERROR:  permission denied to create extension "pg_upkeep"' \
  "$(PGUSER=boss sql -d copy -c "CREATE EXTENSION pg_upkeep" 2>&1 | head -n 1)"
sql -d copy -o /dev/null -c "
  CREATE EXTENSION pg_upkeep;
  CREATE TABLE parent (id int PRIMARY KEY, updated_at timestamptz DEFAULT now());
  CREATE TABLE child (parent_id int REFERENCES parent);
  SELECT upkeep.enable_updated_at('parent');
  SELECT upkeep.enable_touch('child', 'parent')"
check "DROP EXTENSION is refused while tables use it" \
  "ERROR:  cannot drop extension pg_upkeep because other objects depend on it" \
  "$(sql -d copy -c "DROP EXTENSION pg_upkeep" 2>&1 | head -n 1)"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_touch('child', 'parent')"
check "and while one of them does" "ERROR:  cannot drop extension pg_upkeep because other objects depend on it" \
  "$(sql -d copy -c "DROP EXTENSION pg_upkeep" 2>&1 | head -n 1)"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_updated_at('parent')"
passes "once they are disabled it can be dropped" sql -d copy -c "DROP EXTENSION pg_upkeep"
check "and leaves nothing" "0|0|0" "$(sql -At -d copy -c "
  SELECT (SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'upkeep%'), (SELECT count(*) FROM pg_event_trigger),
         (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal)" 2>&1)"

# CVE-2022-2625: what somebody has put where a script creates its object is not adopted: the update fails, and nothing
# changes.
# additions VERSION NEXT: each object that the step creates, and the statement that puts another one in its place.
additions() {
  printf '%s\n' "BEGIN;" "CREATE EXTENSION pg_upkeep VERSION '$1';" "
    CREATE TEMP VIEW member AS
    SELECT o.type, o.identity, d.objid FROM pg_depend d, pg_identify_object(classid, objid, 0) o
     WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
       AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'pg_upkeep');
    CREATE TEMP TABLE before AS TABLE member;
    ALTER EXTENSION pg_upkeep UPDATE TO '$2';
    SELECT identity, CASE type
        WHEN 'table' THEN 'SET LOCAL ROLE boss; CREATE TABLE ' || identity || ' (x int)'
        WHEN 'view' THEN 'SET LOCAL ROLE boss; CREATE VIEW ' || identity || ' AS SELECT 1 AS x'
        WHEN 'schema' THEN 'SET LOCAL ROLE boss; CREATE SCHEMA ' || identity
        WHEN 'event trigger' THEN 'CREATE EVENT TRIGGER ' || identity ||
           ' ON sql_drop EXECUTE FUNCTION public.planted()'
        ELSE format('SET LOCAL ROLE boss; CREATE FUNCTION upkeep.%I(%s) RETURNS int LANGUAGE sql AS %L',
           proname, oidvectortypes(proargtypes), 'SELECT 1') END
      FROM member LEFT JOIN pg_proc p ON p.oid = objid AND type IN ('function', 'procedure', 'aggregate')
     -- Functions of internal arguments are C, which only superusers write, and in a schema that the step makes
      -- nobody can be first.
     WHERE identity NOT LIKE 'upkeep_internal.%' 
        AND (NOT 'internal'::regtype = ANY (proargtypes) OR type IN ('table', 'view', 'event trigger'))
        AND (type, identity) NOT IN (SELECT type, identity FROM before)
     ORDER BY type, identity;" "ROLLBACK;" | sql -At -d versions
}
# planted VERSION NEXT: what the update says to each of them. All of it is one session, and nothing of it stays.
planted() {
  # In a session of its own: two that create the extension would wait for each other.
  additions "$1" "$2" > "$scratch/additions"
  { printf '%s\n' "\\set ON_ERROR_STOP 0" "\\set VERBOSITY sqlstate" "BEGIN;" \
    "CREATE EXTENSION pg_upkeep VERSION '$1';" "GRANT CREATE ON SCHEMA upkeep TO boss;" \
      "CREATE FUNCTION public.planted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
    while IFS='|' read -r name statement; do
      printf '%s\n' "SAVEPOINT a;" "$statement;" "RESET ROLE;" "\\echo $name:" \
        "ALTER EXTENSION pg_upkeep UPDATE TO '$2';" "ROLLBACK TO a;"
    done < "$scratch/additions"
    printf 'ROLLBACK;\n'; } | sql -At -d versions 2>&1 | sed 's/^psql:<stdin>:[0-9]*: //' | paste -s -d ' ' |
      sed 's/ERROR:  \([0-9A-Z]*\) */\1\n/g'
}
sql -d versions -c "GRANT TEMP, CREATE ON DATABASE versions TO boss"
while read -r from to; do
  said=$(planted "$from" "$to")
  check "$from -> $to: no object that another has made is adopted" \
    "$(wc -l < "$scratch/additions") refused, 0 adopted" \
    "$(printf '%s\n' "$said" | grep -cE ': +(42723|42P06|42P07|42710)$') refused, $(
      printf '%s\n' "$said" | grep -vcE ': +(42723|42P06|42P07|42710)$') adopted"
done < <(paste -d ' ' <(versions | sed '$d') <(versions | sed 1d))
