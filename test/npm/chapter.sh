# The project of docs/managed-hosts.md, from its shell lines to its tests. Sourced by run.
rm -rf "$place/chapter"
mkdir -p "$place/chapter"
for document in docs/managed-hosts.md docs/drizzle.md; do
  awk -v to="$place/chapter" '
    /^```/ && file { file = ""; next }
    /^```[a-z]+ (schema.ts|upkeep.ts|neon.sh|shop.test.ts)$/ && FILENAME ~ /managed/ { file = to "/" $2; next }
    /^```ts drizzle.config.ts$/ { file = to "/" $2; next }
    file { print > file }
  ' "$document"
done

fresh chapter shop
cd "$place/chapter"
check "chapter: five lines" 5 "$(wc -l < neon.sh)"
# Everything is installed; what npm would fetch is not.
sed -i 's/^npm install .* && npx/npx/' neon.sh
export DATABASE_URL=postgresql://shop@127.0.0.1:$port/chapter
passes "chapter: they run to the end" bash -e -o pipefail neon.sh < /dev/null
in_chapter() { sql -At -d chapter -c "$1"; }
check "chapter: pg_upkeep is there, and keeps what upkeep.ts says" "portable $version
days metrics
days updated_at
products updated_at" "$(in_chapter "SELECT upkeep.version()"; in_chapter "SELECT object || ' ' || feature
  FROM upkeep.managed ORDER BY 1")"
check "chapter: a second generate sees no change" "No schema changes" \
  "$(kit generate | grep -o 'No schema changes')"
(cd "$place" && passes "a misspelt column does not compile, and everything else does, the files of the chapter too" \
  tool tsc)

# vitest NAME: the tests of the current folder; what it says beside when it fails.
vitest() {
  local log=$top/build/log/vitest-$1.log status
  tool vitest run --reporter=tap-flat > "$log" 2>&1
  status=$?
  sed -n "/# SKIP$/d; s/^\(ok\|not ok\) [0-9]* - \(.*\) # time=.*/\1 - $1: \2/p" "$log"
  check "$1: vitest ends well" 0 "$status$([ $status -eq 0 ] || printf '\n%s' "$(grep -v '^ok' "$log" | head -n 60)")"
}
vitest chapter
cd "$place"
vitest applications
cd "$top"
