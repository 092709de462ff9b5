# Drizzle, as its users run it: two applications and the project of docs/drizzle.md, each in a folder and a database of
# its own. Sourced by test/clients/run.
source=$top/test/clients/drizzle
place=$top/build/clients/drizzle

# extract_chapter: the blocks of docs/drizzle.md that bear a file's name; several of one name are one file.
extract_chapter() {
  rm -rf "$place/chapter"
  mkdir -p "$place/chapter/drizzle"
  awk -v to="$place/chapter" '
    /^```/ && file { file = ""; next }
    /^```[a-z]+ [^ ]+$/ { file = to "/" $2; next }
    file { print > file }
  ' docs/drizzle.md
}

# kit COMMAND...: drizzle-kit, without a terminal and without what it draws on one.
kit() {
  "$place/node_modules/.bin/drizzle-kit" "$@" < /dev/null 2>&1 | tr '\r' '\n' | sed 's/\x1b\[[0-9;]*[A-Za-z]//g'
  return "${PIPESTATUS[0]}"
}

# says NAME TEXT COMMAND...: it succeeds and prints the text.
says() {
  local name=$1 text=$2 output; shift 2
  if output=$("$@") && [[ $output == *"$text"* ]]; then
    say "ok - $name"
  else
    say "not ok - $name"
    printf '%s\n' "$output" | sed 's/^/#   /'
  fi
}

# program NAME FILE: its lines are lines of the suite; what it says else when it dies too.
program() {
  local output status
  output=$(node "$place/js/$2" 2>&1)
  status=$?
  printf '%s\n' "$output" | grep -E '^(ok - |not ok - |# )'
  check "$1: the program ends well" 0 "$status$([ $status -eq 0 ] || printf '%s\n' "$output" |
    grep -vE '^(ok|not ok) - ' | head -n 40)"
}

# in_database NAME SQL: what a query returns.
in_database() { sql -At -d "$1" -c "$2" 2>&1; }

# enter NAME ROLE: its folder and its database, an empty one that belongs to the role. Only a superuser can create the
# extension.
enter() {
  fresh "$1" OWNER "$2"
  [ "$2" = postgres ] || sql -d "$1" -c "CREATE EXTENSION pg_upkeep"
  export DATABASE_URL=postgresql://$2@127.0.0.1:$port/$1
  mkdir -p "$place/$1"
  cd "$place/$1"
}

relations_of="SELECT string_agg(oid::regclass::text, ' ' ORDER BY oid::regclass::text) FROM pg_class
  WHERE relnamespace::regnamespace::text IN ('public', 'live', 'upkeep')"

# migrates NAME UPKEEP: tables and, as a custom migration, what is kept in them. No tool may see a difference then.
migrates() {
  local name=$1 upkeep=$2 before
  rm -rf pulled
  says "$name: generate" "Your SQL migration file" kit generate --name=tables
  says "$name: generate --custom" "Prepared empty file" kit generate --custom --name=upkeep
  cp "$upkeep" drizzle/0001_upkeep.sql
  says "$name: migrate" "migrations applied successfully" kit migrate
  before=$(in_database "$name" "$relations_of")
  says "$name: a second generate sees no change" "No schema changes" kit generate
  says "$name: check" "Everything's fine" kit check
  says "$name: push sees no change" "No changes detected" kit push
  says "$name: push --force sees no change" "No changes detected" kit push --force
  check "$name: push has dropped nothing" "$before t" \
    "$(in_database "$name" "$relations_of") $(in_database "$name" \
    "SELECT count(*) > 3 FROM pg_trigger WHERE tgname LIKE 'zz_upkeep%'")"
  sed "s|'./drizzle'|'./pulled'|" drizzle.config.ts > pull.config.ts
  says "$name: pull" "Your schema file is ready" kit pull --config=pull.config.ts
  check "$name: pull finds the tables, and nothing of pg_upkeep" "$(grep -o "pgTable('[a-z_]*'" schema.ts |
    cut -d "'" -f 2 | sort)" \
    "$(grep -o 'pgTable("[a-z_]*"' pulled/schema.ts | cut -d '"' -f 2 | sort; grep -rhiE 'upkeep|pgSchema' pulled)"
}

# application NAME: its project, then its queries through both drivers.
application() {
  enter "$1" shop
  rm -rf drizzle
  cp ../chapter/drizzle.config.ts .
  cp "$source/$1.ts" schema.ts
  migrates "$1" "$source/$1.sql"
  program "$1" "$1_test.js"
  cd "$top"
}

# chapter_project: its files in the order in which the chapter has them.
chapter_project() {
  enter chapter postgres
  mv drizzle given
  migrates chapter "$PWD/given/0001_upkeep.sql"
  check "chapter: shop.ts prints what stands there" "$(cat shop.out)" "$(node "$place/js/chapter/shop.js" 2>&1)"
  check "chapter: past.ts prints what stands there" "$(cat past.out)" "$(node "$place/js/chapter/past.js" 2>&1)"

  sql -d chapter -o /dev/null -f guard.sql -c "UPDATE products SET description = 'blue'"
  sed -i '/^  description: text(),$/d' schema.ts
  says "chapter: generate, for a column that is dropped" "Your SQL migration file" kit generate --name=drop_description
  check "chapter: the statement that it generates stands there" "$(cat drizzle/0002_drop_description.sql)" \
    "$(tail -n 1 given/0002_drop_description.sql)"
  check "chapter: migrate.ts says why it fails" \
    "UK007: ALTER TABLE would lose column public.products.description: 1 of 1 row has a value" \
    "$(node "$place/js/chapter/migrate.js" 2>&1 | head -n 1)"
  cp given/0002_drop_description.sql drizzle
  check "chapter: with the confirmation it has nothing to say" "0" "$(node "$place/js/chapter/migrate.js" 2>&1)$?"
  cd "$top"
}

# pushed_project: the same tables by push alone, and the migration's file by psql.
pushed_project() {
  local triggers="SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'zz_upkeep%'" before
  enter pushed postgres
  cp ../chapter/schema.ts ../chapter/drizzle.config.ts .
  says "pushed: push into an empty database" "Changes applied" kit push --force
  sql -d pushed -o /dev/null -c "SET client_min_messages = warning" -f ../chapter/given/0001_upkeep.sql
  before=$(in_database pushed "$triggers")
  sed -i 's/precision: 10/precision: 12/' schema.ts
  says "pushed: push changes the type of columns that triggers know" "Changes applied" kit push --force
  says "pushed: and sees no change then" "No changes detected" kit push
  check "pushed: the triggers are there, and right" "$before 0" \
    "$(in_database pushed "$triggers") $(in_database pushed 'SELECT count(*) FROM upkeep.check()')"
  check "pushed: the live view has the new type" "numeric(12,2)" "$(in_database pushed "SELECT format_type(atttypid,
    atttypmod) FROM pg_attribute WHERE attrelid = 'live.users'::regclass AND attname = 'credit'")"
  cd "$top"
}

. "$source/guard.sh"

if install_packages Drizzle test/clients/drizzle build/clients/drizzle 20; then
  cp "$source"/*.json "$source"/*.ts "$place"
  extract_chapter
  (cd "$place" && rm -rf js && passes "everything compiles, the files of docs/drizzle.md and the insert types too" \
    node_modules/.bin/tsc)
  sql -c "CREATE ROLE shop LOGIN"
  chapter_project
  pushed_project
  application storefront
  application analytics
  guard
fi
