# The orders benchmark, sourced by run: an INSERT of many lines, one line a transaction, and the totals of many orders.
contenders_of_lines=(bare by_hand plpgsql pg_upkeep)
contenders_of_totals=(bare plpgsql pg_upkeep)
# Twenty lines a product; the totals have half as many lines, five an order.
lines=$(((rows * 2 + 4) / 5)) goods=$(((rows + 49) / 50))
bought_lines=$(((rows + 4) / 5)) bought_orders=$(((rows + 24) / 25))

insert_lines() {
  local into="INSERT INTO bench.lines_$1 (id, order_id, product_id, quantity"
  case $1 in
    by_hand) printf '%s' "$into, price_snapshot, product_snapshot)" \
               " SELECT l.id, order_id, product_id, quantity, p.price, to_jsonb(p)" \
               " FROM bench.lines l JOIN bench.goods p ON p.id = product_id WHERE l.id <= $2" ;;
    *) printf '%s' "$into) SELECT id, order_id, product_id, quantity FROM bench.lines WHERE id <= $2" ;;
  esac
}

# captured CONTENDER: what is true of its lines l beside their products p.
captured() {
  case $1 in
    bare | floor) echo "num_nonnulls(price_snapshot, product_snapshot) = 0" ;;
    *) echo "price_snapshot = p.price AND product_snapshot = to_jsonb(p)" ;;
  esac
}

# require_lines TABLE CONTENDER ROWS: all lines are there, and have captured their products where somebody captures.
require_lines() {
  printf '%s\n' "SELECT bench.require(count(*) = $3 AND bool_and($(captured "$2")), '$1_$2: price and snapshot')" \
    "FROM bench.$1_$2 JOIN bench.goods p ON p.id = product_id \\g /dev/null"
}

checked_lines() {
  local contender least=$((lines < 10000 ? lines : 10000))
  for contender in "${contenders[@]}"; do
    printf '%s;\n' "TRUNCATE bench.lines_$contender" "$(insert_lines "$contender" $least)"
    require_lines lines "$contender" $least
  done
}

inserted_lines() {
  local round contender
  while read -r round contender; do
    printf '%s\n' "TRUNCATE bench.lines_$contender;"
    clocked "lines, INSERT" "$contender" "$round" "$(insert_lines "$contender" "$lines")"
    require_lines lines "$contender" "$lines"
    printf '%s\n' "TRUNCATE bench.lines_$contender;"
  done < <(turns "$rounds")
}

require_line() { require_lines line "$1" "(SELECT count(*) FROM bench.line_$1)"; }

single_lines() {
  local contender
  for contender in bare pg_upkeep; do
    printf '%s\n' "\\set product random(1, $goods)" "\\set order random(1, $bought_orders)" \
      '\set quantity random(1, 7)' \
      "INSERT INTO bench.line_$contender (order_id, product_id, quantity) VALUES (:order, :product, :quantity);" \
      > "build/bench/line_$contender.sql"
  done
  single_rows "one line a transaction" line goods sales
}

# load_orders CONTENDER: no lines, and orders as new, packed alike, so that no round bears what the one
# before left behind.
load_orders() {
  printf '%s\n' "TRUNCATE bench.bought_$1, bench.orders_$1;" "INSERT INTO bench.orders_$1 SELECT * FROM bench.orders;" \
    "VACUUM (FREEZE, ANALYZE) bench.orders_$1;"
}

insert_bought() { printf '%s' "INSERT INTO bench.bought_$1 SELECT * FROM bench.bought WHERE id <= $2"; }

# require_totals CONTENDER LINES: all lines are there, and every order has the sum of its own; 0 where nobody keeps
# totals.
require_totals() {
  local total="(SELECT coalesce(sum(price_snapshot * quantity), 0) FROM bench.bought_$1 WHERE order_id = o.id)"
  [ "$1" != bare ] || total=0
  printf '%s\n' "SELECT bench.require(count(*) = $bought_orders AND bool_and(total_amount = $total)" \
    "  AND (SELECT count(*) FROM bench.bought_$1) = $2, 'orders_$1: totals') FROM bench.orders_$1 o \\g /dev/null"
}

checked_totals() {
  local contender least=$((bought_lines < 10000 ? bought_lines : 10000))
  for contender in "${contenders[@]}"; do
    load_orders "$contender"
    printf '%s;\n' "$(insert_bought "$contender" $least)"
    require_totals "$contender" $least
  done
}

inserted_totals() {
  local round contender
  while read -r round contender; do
    load_orders "$contender"
    clocked "totals" "$contender" "$round" "$(insert_bought "$contender" "$bought_lines")"
    require_totals "$contender" "$bought_lines"
    printf '%s\n' "TRUNCATE bench.bought_$contender, bench.orders_$contender;"
  done < <(turns "$rounds")
}

measure_orders() {
  local contenders=("${contenders_of_lines[@]}")
  set_up $here/orders.sql -v lines="$lines" -v goods="$goods" -v bought_lines="$bought_lines" \
    -v bought_orders="$bought_orders"
  checked_lines | phase "orders: results checked, ${#contenders[@]} contenders" || exit 1
  inserted_lines | phase "orders: INSERT of $lines lines, $rounds rounds" || exit 1
  single_lines
  contenders=("${contenders_of_totals[@]}")
  checked_totals | phase "orders: totals checked, ${#contenders[@]} contenders" || exit 1
  inserted_totals | phase "orders: totals of $bought_orders orders, $bought_lines lines, $rounds rounds" || exit 1
}

memory_orders() {
  local contender statements=$(((calls + lines - 1) / lines))
  memory_between orders $((statements * lines)) $statements "TRUNCATE bench.lines_pg_upkeep" \
    "$(insert_lines pg_upkeep "$lines")"
  require_lines lines pg_upkeep "$lines"
  for contender in floor pg_upkeep; do
    printf '%s;\n' "TRUNCATE bench.lines_$contender" \
      "$(insert_lines "$contender" "$((lines - 1)) OR bench.note_memory('orders', '$contender')")" \
      "TRUNCATE bench.lines_$contender"
  done
  memory_within orders
}
