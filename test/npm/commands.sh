# npx pg-upkeep, and what the package exports. Sourced by run.

# upkeep ARGUMENT...: what it prints, on either channel, and its status where that is not 0.
upkeep() {
  local status
  "$place/node_modules/.bin/pg-upkeep" "$@" 2>&1
  status=$?
  [ $status -eq 0 ] || say "status $status"
}

version=$(sed -n "s/^default_version = '\(.*\)'/\1/p" control/pg_upkeep.control)
passes "sql prints the portable edition" diff <(upkeep sql) build/npm/packed/pg_upkeep.sql
passes "which is what make portable makes" diff build/npm/packed/pg_upkeep.sql build/portable/pg_upkeep.sql
passes "that is the migration from this version too" diff <(upkeep sql --from "$version") build/portable/pg_upkeep.sql
check "an unknown version is an error" \
  "pg-upkeep: there is no portable edition 0.12.0: this package knows $version
status 1" "$(upkeep sql --from 0.12.0)"
check "a newer one is, too" \
  "pg-upkeep: 1.0.0 is newer than this package, which is $version: update pg-upkeep
status 1" "$(upkeep sql --from 1.0.0)"
check "as a migration it is one statement" "1 0" \
  "$(upkeep sql --migration | grep -c '^DO \$pg_upkeep\$') $(upkeep sql --migration | grep -c '^\(BEGIN\|COMMIT\);$')"
check "who reads the first line only is no error" "-- pg_upkeep $version" \
  "$(set -o pipefail; upkeep sql | head -n 1 | cut -d , -f 1 || say "status $?")"

usage=$(upkeep help)
check "help names the commands" "sql check help" \
  "$(grep -o '^  pg-upkeep [a-z]*' <<< "$usage" | cut -d ' ' -f 4 | xargs)"
check "an unknown command is answered with that, and status 2" "pg-upkeep: there is no command sqll

$usage

status 2" "$(upkeep sqll | sed 's/^status/\n&/')"
check "so is none" "pg-upkeep: no command is given status 2" "$(upkeep | sed -n '1p; $p' | xargs)"
check "so is an unknown option" "pg-upkeep: Unknown option '--form' status 2" \
  "$(upkeep sql --form 1 | sed -n '1p; $p' | xargs -d '\n' | sed "s/'\. .* status/' status/; s/ status/ status/")"
check "so is a check of nothing" \
  "pg-upkeep: there is no database to check: set DATABASE_URL, or pass --url or --pglite status 2" \
  "$(unset DATABASE_URL; upkeep check | sed -n '1p; $p' | xargs -d '\n')"

# module TEXT: what a module of the project prints.
module() { (cd "$place" && node --input-type=module -e "$1" 2>&1); }
check "sql is exported as a string" "string true" "$(module "
  import { sql, version } from 'pg-upkeep'
  console.log(typeof sql, sql.startsWith('-- pg_upkeep ' + version))")"
check "where there is no module, its functions say so" \
  "55000 A package that was made without it has no diagnosis: make wasm puts it in." "$(module "
  import { weekLabel } from 'pg-upkeep'
  try { weekLabel('2026-11-09') } catch (error) { console.log(error.code, error.hint) }")"
check "what bundles the package needs no files" "string" "$(cd "$place" && node --input-type=module -e "
  import { sql } from './node_modules/pg-upkeep/index.js'
  console.log(typeof sql)")"
