# Whichever way a version was reached, its catalogues are the same.

# digest_of VERSION...: that of the extension, created in the first version and updated to each of the others.
digest_of() {
  local version script="BEGIN; CREATE EXTENSION pg_upkeep VERSION '$1';"
  shift
  for version; do script+=" ALTER EXTENSION pg_upkeep UPDATE TO '$version';"; done
  { printf '%s\n' "$script"; cat test/upgrade/digest.sql; printf 'ROLLBACK;\n'; } | sql -At -d versions 2>&1
}

# fresh[VERSION]: the digest of an installation of the version that was never another.
declare -A fresh
fresh_of() { if [ -n "${fresh[$1]:-}" ]; then printf '%s\n' "${fresh[$1]}"; else digest_of "$1"; fi; }

# what_differs FROM TO PATH: says which way to TO is unlike a fresh installation of it, and how.
what_differs() {
  local expected
  expected=$(fresh_of "$2")
  compare() { [ "$2" = "$expected" ] || { say "$1"; diff <(printf '%s\n' "$expected") <(printf '%s\n' "$2") |
    grep '^[<>]'; }; }
  compare "$1 -> $2 in one step" "$(digest_of "$1" "$2")"
  # shellcheck disable=SC2046
  compare "${3//--/ -> } step by step" "$(digest_of $(printf '%s' "$3" | sed 's/--/ /g'))"
  if ways | grep -c "^$2|$1|" > /dev/null; then
    compare "$2 -> $1 -> $2, there and back" "$(digest_of "$2" "$1" "$2")"
  fi
}

for version in $(versions); do
  fresh[$version]=$(digest_of "$version")
  check "version $version: two installations are equal" "${fresh[$version]}" "$(digest_of "$version")"
  check "version $version: the digest is one of functions, comments and rights" "t t t" \
    "$(for word in 'function upkeep.*search_path' 'comment : .' 'schema: postgres =U/postgres'; do printf '%s' \
    "${fresh[$version]}" | grep -c "$word" > /dev/null && echo t || echo f; done | xargs)"
done
while IFS='|' read -r from to path; do
  check "$from -> $to: however it is reached, it equals a fresh installation" "" "$(what_differs "$from" "$to" "$path")"
done < <(ways)
check "every version leads to every other, and back" "$(versions | wc -l)" \
  "$(ways | awk -F '|' '{ n[$1]++ } END { for (v in n) if (n[v] != length(n) - 1) print v; print length(n) }')"
check "the library and the newest SQL are of one version" "library $current, SQL $current" \
  "$(in_versions "BEGIN; CREATE EXTENSION pg_upkeep; SELECT upkeep.version(); ROLLBACK")"

# --- upkeep.migrations ------------------------------------------------------------------------------------------------
sql -d versions -c "CREATE EXTENSION pg_upkeep"
check "upkeep.migrations: the versions that are installed on the server, oldest first" "$(versions)" \
  "$(in_versions "SELECT version FROM upkeep.migrations")"
check "upkeep.migrations: each says what it added, all are applied, only the first has no way back" \
  "$(versions | wc -l) t t f" \
  "$(in_versions "SELECT concat_ws(' ', count(*), bool_and(length(summary) > 10), bool_and(applied),
  string_agg(reversible::text, ' ') FILTER (WHERE NOT reversible OR version = '0.1.0'))
     FROM upkeep.migrations" | sed 's/false/f/')"
below=$(versions | tail -n 2 | head -n 1)
check "upkeep.migrations: everybody may read it" "$(versions | wc -l)" "$(PGUSER=boss in_versions "SELECT count(*)
  FROM upkeep.migrations")"
mv "$scripts/pg_upkeep--$current--$below.sql" "$scratch/inverse.sql"
check "upkeep.migrations: without its inverse script a migration is not reversible, and the others are" \
  "0.1.0 $current" \
  "$(in_versions "SELECT string_agg(version, ' ') FROM upkeep.migrations WHERE NOT reversible")"
mv "$scratch/inverse.sql" "$scripts/pg_upkeep--$current--$below.sql"
# What a newer library knows and an older database lacks.
check "upkeep.migrations: what is not applied" "f" \
  "$(in_versions "
    BEGIN;
    UPDATE pg_extension SET extversion = '$below' WHERE extname = 'pg_upkeep';
    SELECT applied FROM upkeep.migrations WHERE version = '$current';
    ROLLBACK")"
sql -d versions -c "DROP EXTENSION pg_upkeep"
