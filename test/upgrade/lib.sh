# Databases with tables that are managed in every way, and what is looked at in them. Source it after test/lib.sh.
# Expects a cluster that runs and the role boss in it.

in_versions() { sql -At -d versions -c "$1" 2>&1; }

# Each way from a version to another: "from|to|from--between--to".
ways() { in_versions "SELECT source, target, path FROM pg_extension_update_paths('pg_upkeep') WHERE path IS NOT NULL
  ORDER BY 1, 2"; }
versions() { in_versions "SELECT version FROM pg_available_extension_versions WHERE name = 'pg_upkeep'
  ORDER BY string_to_array(version, '.')::int[]"; }
default_version() { in_versions "SELECT default_version FROM pg_available_extensions WHERE name = 'pg_upkeep'"; }

new_database() { sql -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1 OWNER boss" > /dev/null 2>&1; }
# clone DATABASE NAME: a copy of it, by the server.
clone() { sql -c "DROP DATABASE IF EXISTS $2" -c "CREATE DATABASE $2 OWNER boss TEMPLATE $1" 2>&1; }
update() { sql -d "$1" -c "ALTER EXTENSION pg_upkeep UPDATE TO '$2'"; }
installed() { sql -At -d "$1" -c "SELECT extversion FROM pg_extension WHERE extname = 'pg_upkeep'" 2>&1; }

# files NAME VERSION: the scripts of that name that a version can carry out: NAME.sql, and NAME-0.2.0.sql for what 0.2.0
# adds.
files() {
  local file
  # In the order of the versions: 0.10.0 comes after 0.9.0.
  for file in test/upgrade/"$1".sql $(printf '%s\n' test/upgrade/"$1"-*.sql | sort -V); do
    [ -e "$file" ] || continue
    local version=${file#"test/upgrade/$1"}
    version=${version%.sql}
    [ "$(printf '%s\n%s\n' "${version#-}" "$2" | sort -V | tail -n 1)" != "$2" ] || say "$file"
  done
}

# fill_database NAME VERSION [OF]: a database with tables managed in every way that the version has, or the version OF.
fill_database() {
  local file tables=${3:-$2}
  new_database "$1"
  sql -d "$1" -o /dev/null -c "CREATE EXTENSION pg_upkeep VERSION '$2'" -c "SELECT upkeep.auto_updated_at('{public}')"
  for file in $(files tables "$tables"); do PGUSER=boss sql -d "$1" -o /dev/null -f "$file"; done
  # What create_analytics and create_storefront make has history from 0.11.0 on.
  [ -z "${3:-}" ] || files tables "$3" | grep -c 0.11.0 > /dev/null || sql -d "$1" -o /dev/null \
    -c "SELECT upkeep.disable_history(object) FROM upkeep.managed WHERE feature = 'history'"
  for file in $(files rows "$tables"); do sql -d "$1" -o /dev/null -f "$file"; done
}

# scripts PART VERSION: the text that looks at that part of a database.
scripts() {
  # shellcheck disable=SC2046
  cat $(files "$1" "$2")
}

# look PART DATABASE [VERSION]: what the scripts of that name print there.
look() {
  local file
  for file in $(files "$1" "${3:-$current}"); do sql -At -d "$2" < "$file" 2>&1; done | sed 's/^psql:<stdin>:[0-9]*: //'
}

restore() { "$bindir/pg_restore" --exit-on-error "$@"; }
