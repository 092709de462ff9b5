# The updated_at benchmark, sourced by run: an UPDATE of every row, beside the triggers that shops have today.

# load TABLE CONTENDER ROWS: the table as new. Every timed statement begins with the same pages, packed alike, every row
# visible to all, no dead ones: no round bears what the one before left behind. Only one full copy exists at a time.
load() {
  printf '%s\n' "TRUNCATE bench.$1_$2;" "INSERT INTO bench.$1_$2 SELECT * FROM bench.$1 WHERE id <= $3;" \
    "VACUUM (FREEZE, ANALYZE) bench.$1_$2;"
}

# stamped CONTENDER KIND: how many of so many updated rows must carry a new stamp: all or none. KIND: counted, ignored
# (only ignored columns change), same (nothing changes). moddatetime stamps whatever is updated.
stamped() {
  case $1,$2 in
    bare,* | floor,*) echo none ;;
    moddatetime,* | *,counted) echo all ;;
    *) echo none ;;
  esac
}

# require_stamps TABLE CONTENDER KIND [STAMP]: the stamps are the ones that `stamped` tells, and equal to STAMP.
require_stamps() {
  local condition="updated_at = '2024-01-01Z'"
  [ "$(stamped "$2" "$3")" = none ] || condition="updated_at ${4:-> '2024-01-01Z'}"
  printf '%s\n' "SELECT bench.require(count(*) = count(*) FILTER (WHERE $condition) AND count(*) > 0," \
    "  '$1_$2: stamps after an update ($3)') FROM bench.$1_$2 \\g /dev/null"
}

# checked TABLE KIND SET COLUMN...: each contender on a few rows: right stamps, the columns of SET changed, and no
# others.
checked() {
  local table=$1 kind=$2 set=$3 contender column least=$((rows < 10000 ? rows : 10000)) same="'updated_at'" ; shift 3
  for column in "$@"; do same+=", '$column'"; done
  for contender in "${contenders[@]}"; do
    load "$table" "$contender" "$least"
    printf '%s\n' "BEGIN;" "UPDATE bench.${table}_$contender SET $set;"
    require_stamps "$table" "$contender" "$kind" "= now()"
    printf '%s\n' "SELECT bench.require(count(*) = $least, '${table}_$contender: columns that nobody changed')" \
      "FROM bench.${table}_$contender t JOIN bench.$table before USING (id)" \
      "WHERE to_jsonb(t) - array[$same] = to_jsonb(before) - array[$same] \\g /dev/null"
    for column in "$@"; do
      printf '%s\n' "SELECT bench.require(count(*) = $least, '${table}_$contender: column $column')" \
        "FROM bench.${table}_$contender t JOIN bench.$table before USING (id)" \
        "WHERE t.$column = before.$column + 1 \\g /dev/null"
    done
    printf '%s\n' "COMMIT;"
  done
}

# timed_update BENCHMARK TABLE KIND SET: the rounds.
timed_update() {
  local round contender
  while read -r round contender; do
    load "$2" "$contender" "$rows"
    clocked "$1" "$contender" "$round" "UPDATE bench.$2_$contender SET $4"
    require_stamps "$2" "$contender" "$3"
    printf '%s\n' "TRUNCATE bench.$2_$contender;"
  done < <(turns "$rounds")
}

measure_updated_at() {
  local moddatetime
  moddatetime=$(sql -At -c "SELECT count(*) > 0 FROM pg_available_extensions WHERE name = 'moddatetime'")
  contenders=(bare floor moddatetime plpgsql pg_upkeep)
  if [ "$moddatetime" != t ]; then
    contenders=(bare floor plpgsql pg_upkeep)
    say "contrib's moddatetime is not installed here: its targets are not measured"
  fi
  set_up $here/updated_at.sql -v rows="$rows" -v moddatetime="$moddatetime"
  {
    checked products counted "stock = stock + 1" stock
    checked products same "stock = stock, name = name, updated_at = updated_at"
    checked listings ignored "views = views + 1" views
    checked listings counted "views = views + 1, stock = stock + 1" views stock
    checked listings same "views = views, brand = brand"
  } | phase "updated_at: results checked, ${#contenders[@]} contenders" || exit 1
  timed_update "products" products counted "stock = stock + 1" |
    phase "updated_at: products, $rows rows, $rounds rounds" || exit 1
  timed_update "listings, counter" listings ignored "views = views + 1" |
    phase "updated_at: listings, a counter, $rows rows, $rounds rounds" || exit 1
  timed_update "listings, counter and stock" listings counted "views = views + 1, stock = stock + 1" |
    phase "updated_at: listings, a counter and the stock, $rows rows, $rounds rounds" || exit 1
}

load_products() { load products "$@"; }

memory_updated_at() {
  memory updated_at load_products products "stock = stock + 1" \
    "(SELECT bool_and(updated_at > '2024-01-01Z' AND created_at = '2023-06-01Z') FROM bench.products_pg_upkeep)"
}
