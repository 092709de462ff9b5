# The frame itself, on versions that are made up.

next=$current.1
cat > "$scripts/pg_upkeep--$current--$next.sql" <<'SQL'
CREATE FUNCTION upkeep.synthetic() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
COMMENT ON FUNCTION upkeep.synthetic() IS 'made up';
SQL
cat > "$scripts/pg_upkeep--$next--$current.sql" <<'SQL'
DROP FUNCTION upkeep.synthetic();
SQL
# all_that_differs: of all ways to or from the made-up version.
all_that_differs() {
  local from to path
  ways | grep -F "$next|" | while IFS='|' read -r from to path; do what_differs "$from" "$to" "$path"; done
}
check "a made-up migration and its inverse: there is a way up and one down" "t t" \
  "$(for way in "$current|$next|" "$next|$current|"; do ways | grep -cF "$way" > /dev/null && echo t || echo f; done |
  xargs)"
check "a made-up migration and its inverse: no difference" "" "$(all_that_differs)"

fill_database upgraded "$current"
sql -d upgraded -c "ALTER EXTENSION pg_upkeep UPDATE TO '$next'"
check "a database is upgraded with its tables: it has the new version" "1" \
  "$(sql -At -d upgraded -c "SELECT upkeep.synthetic()" 2>&1)"
same managed "a database is upgraded with its tables: what is managed stays" upgraded
same contents "a database is upgraded with its tables: rows stay" upgraded
same behaviour "a database is upgraded with its tables: it behaves as before" upgraded

finds() { printf '%s\n' "$1" | grep -cF "$2" > /dev/null && echo found || printf '%s\n' "$1"; }
printf "COMMENT ON VIEW upkeep.managed IS 'altered on the way down';\n" >> "$scripts/pg_upkeep--$next--$current.sql"
check "an inverse that leaves a comment behind is found" "found" \
  "$(finds "$(all_that_differs)" "altered on the way down")"
printf 'DROP FUNCTION upkeep.synthetic();\n' > "$scripts/pg_upkeep--$next--$current.sql"
# A base script for a version: that of the first, and the migrations on its way.
chain() {
  local at step
  at=$(versions | head -n 1)
  cat "$scripts/pg_upkeep--$at.sql"
  for step in $(ways | sed -n "s/^$at|$1|//p" | sed 's/--/ /g'); do
    [ "$step" = "$at" ] || cat "$scripts/pg_upkeep--$at--$step.sql"
    at=$step
  done
}
chain "$current" | cat - <(printf '%s\n' \
  "CREATE FUNCTION upkeep.synthetic() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';" \
  "COMMENT ON FUNCTION upkeep.synthetic() IS 'made up';") > "$scripts/pg_upkeep--$next.sql"
check "a base script that says the same as the migration: no difference" "" "$(all_that_differs)"
printf 'ALTER FUNCTION upkeep.synthetic() PARALLEL SAFE;\n' >> "$scripts/pg_upkeep--$next.sql"
check "a base script that says more than the migration is found" "found" \
  "$(finds "$(all_that_differs)" "$current -> $next in one step")"
printf 'REVOKE SELECT ON upkeep.managed FROM PUBLIC;\n' >> "$scripts/pg_upkeep--$current--$next.sql"
check "and so is a right that the migration takes away" "found" \
  "$(finds "$(all_that_differs)" "> view upkeep.managed: relation: postgres v p rls f f options acl postgres=")"
