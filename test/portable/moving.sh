# A shop with every feature moves to a server with the C++ edition and back, by the commands of the chapter, and to
# others by dumps. Sourced by test/portable/run.

moving=$(realpath build/portable)/moving
rm -rf "$moving" && mkdir -p "$moving"
# commands FILE: those of docs/managed-hosts.md, for this server.
commands() {
  awk -v "name=$1" '/^```$/ { inside = 0 } inside { print } $0 == "```sh " name { inside = 1 }' docs/managed-hosts.md |
    sed "s/-U owner/-U portable/; s|npx pg-upkeep sql|cat $(realpath "$portable")|"
}
# moved_by FILE DATABASE COMMANDS: runs them; what goes wrong, and what upkeep.check() finds, is in the log.
moved_by() {
  commands "$1" > "$moving/$1"
  check "$1 has its commands" "$3" "$(wc -l < "$moving/$1")"
  passes "$1 goes through" env "DATABASE_URL=postgresql://portable@/$2" "PATH=$bindir:$PATH" \
    bash -c "cd '$moving' && bash -e -o pipefail $1 > $1.log && test \"\$(tail -n 2 $1.log | head -n 1)\" = '(0 rows)'"
}
does() { "$bindir/psql" -X -q -d "$1" -U portable -f test/portable/moved.sql > "$moving/$1.out" 2>&1; }
owner_dumps() { "$bindir/pg_dump" -U portable -d "$@" 2> /dev/null; }
nothing() {
  sql -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1 OWNER portable"
}

nothing shop_at_host
loads shop_at_host > /dev/null
sql -d shop_at_host -U portable -o /dev/null -f test/portable/moving.sql
sql -d shop_at_host -U portable -o /dev/null -c "CREATE TABLE gone (LIKE trade.sales, PRIMARY KEY (id))" \
  -c "SELECT upkeep.enable_stock('gone', 'trade.products', 'stock')" -c "INSERT INTO gone VALUES (1, 1, 1, 0)" \
  -c "DROP TABLE gone"
nothing shop
moved_by move.sh shop_at_host 7
check "what a dropped table had taken does not come along" 0 \
  "$(sql -d shop -At -c "SELECT count(*) FROM upkeep.stock_taken WHERE order_items::text ~ '^[0-9]'")"
nothing shop_back
moved_by back.sh shop_back 6

rows=(-t upkeep.stock_taken -t "upkeep.order_co*")
without=(-N upkeep -N upkeep_internal)
nothing shop_whole
owner_dumps shop_at_host -c --if-exists > "$moving/whole.sql"
passes "a dump of all restores as the owner" sql -d shop_whole -U portable -o /dev/null -f "$moving/whole.sql"
passes "and over what is there" sql -d shop_whole -U portable -o /dev/null -f "$moving/whole.sql"
nothing shop_parts
owner_dumps shop_at_host -s "${without[@]}" > "$moving/schema.sql"
owner_dumps shop_at_host -a "${without[@]}" > "$moving/data.sql"
owner_dumps shop_at_host -a "${rows[@]}" > "$moving/rows.sql"
loads shop_parts > /dev/null
passes "the schema restores apart" sql -d shop_parts -U portable -o /dev/null -f "$moving/schema.sql"
passes "the data after it" env PGOPTIONS="-c upkeep.pause=all" "$bindir/psql" -X -q -v ON_ERROR_STOP=1 -o /dev/null \
  -d shop_parts -U portable -f "$moving/data.sql" -f "$moving/rows.sql"

does shop_at_host
check "the shop does what it should" 19 "$(sed -n '/^UK/p; /^done/p' "$moving/shop_at_host.out" | wc -l)"
for each in shop shop_back shop_whole shop_parts; do
  does "$each"
  passes "$each says and does the same" diff "$moving/shop_at_host.out" "$moving/$each.out"
done
