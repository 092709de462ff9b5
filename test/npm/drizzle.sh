# Statements for Drizzle, and two applications with migrations made of them, in PGlite. Sourced by run.
tool() { "$place/node_modules/.bin/$1" "${@:2}"; }

# kit COMMAND...: drizzle-kit, without a terminal and without what it draws on one.
kit() { tool drizzle-kit "$@" < /dev/null 2>&1 | tr '\r' '\n' | sed 's/\x1b\[[0-9;]*[A-Za-z]//g'; }

# makes NAME MIGRATION...: the migrations of NAME.ts in the folder NAME, those after the first empty.
makes() {
  local name=$1 each; shift
  rm -rf "$name" "$name.log"
  printf "%s\n" "import { defineConfig } from 'drizzle-kit';" \
    "export default defineConfig({ dialect: 'postgresql', schema: './$name.ts', out: './$name' });" > "$name.config.ts"
  for each in "$@"; do
    kit generate --config="$name.config.ts" --name="$each" $([ "$each" = "$1" ] || say --custom) >> "$name.log"
  done
}

cd "$place"
tool tsx statements.ts schema.sql
makes tables tables
for each in analytics storefront; do
  makes "$each" tables upkeep
  tool tsx "$each.upkeep.ts" > "$each/0001_upkeep.sql" 2>> "$each.log"
  check "$each: its migrations are made" "0000_tables.sql 0001_upkeep.sql" "$(cd "$each" && ls -- *.sql | xargs)"
done
cd "$top"
