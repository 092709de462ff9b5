# Statements for Drizzle, and two applications with migrations made of them, in PGlite. Sourced by run.
tool() { "$place/node_modules/.bin/$1" "${@:2}"; }

# kit COMMAND...: drizzle-kit, without a terminal and without what it draws on one.
kit() { tool drizzle-kit "$@" < /dev/null 2>&1 | tr '\r' '\n' | sed 's/\x1b\[[0-9;]*[A-Za-z]//g'; }

cd "$place"
tool tsx statements.ts schema.sql
for each in analytics storefront; do
  rm -rf "$each"
  printf "%s\n" "import { defineConfig } from 'drizzle-kit';" \
    "export default defineConfig({ dialect: 'postgresql', schema: './$each.ts', out: './$each' });" > "$each.config.ts"
  kit generate --config="$each.config.ts" --name=tables > "$each.log"
  kit generate --config="$each.config.ts" --custom --name=upkeep >> "$each.log"
  tool tsx "$each.upkeep.ts" > "$each/0001_upkeep.sql" 2>> "$each.log"
  check "$each: its migrations are made" "0000_tables.sql 0001_upkeep.sql" "$(cd "$each" && ls -- *.sql | xargs)"
done
cd "$top"
