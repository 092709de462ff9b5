# The benchmark of one order at a time, sourced by run: three stores, nothing kept, the rules by a careful hand's
# PL/pgSQL (store/by_hand) and by pg_upkeep (store/pg_upkeep), one feature alone or all of them.
store_features=(updated_at snapshots totals lock status stock)
# Refunds are of orders with prices, totals and a lock, and that stay paid.
refund_features=(snapshots totals lock status refunds)
goods_sold=10000
order_transactions=$((rows / 100 > 100 ? rows / 100 : 100))

# make_store SCHEMA BY FEATURE...: its tables and the triggers.
make_store() {
  local schema=$1 by=$2 feature files=("$here/store/tables.sql"); shift 2
  for feature; do files+=("$here/store/$by/$feature.sql"); done
  sed "s/\\bstore\\b\\([.;]\\)/$schema\\1/g" "${files[@]}" | sql -f - || die "the store $schema could not be made"
}

# fill_store SCHEMA GOODS: products with the ids md5(n).
fill_store() {
  sql -c "
    INSERT INTO $1.products (id, name, description, price, stock_quantity, created_at, updated_at)
      SELECT md5(n::text)::uuid, 'Product ' || n, 'Number ' || n || ', made to last and easy to mend',
        (100 + n * 31 % 9900) / 100.0, 100000000, '2026-01-01Z', '2026-01-01Z' FROM generate_series(1, $2) n" ||
    die "the store $1 could not be filled"
}

# stores_of FEATURE: the schemas of the three, "bare" first.
stores_of() { say "bare hand_$1 ours_$1"; }

make_stores() {
  local feature store
  make_store bare none
  fill_store bare $goods_sold
  sql -c "ANALYZE bare.products"
  for feature in "${store_features[@]}"; do
    make_store "hand_$feature" by_hand "$feature"
    make_store "ours_$feature" pg_upkeep "$feature"
  done
  make_store hand_refunds by_hand "${refund_features[@]}"
  make_store ours_refunds pg_upkeep "${refund_features[@]}"
  make_store hand_all by_hand "${store_features[@]}" refunds checkout
  make_store ours_all pg_upkeep "${store_features[@]}" refunds
  for feature in "${store_features[@]}" refunds all; do
    for store in "hand_$feature" "ours_$feature"; do
      fill_store "$store" $goods_sold
      sql -c "ANALYZE $store.products"
    done
  done
}

# checked_pair FEATURE: the same statements in the store by hand and in ours leave the same rows, and refuse the same.
checked_pair() {
  local store
  for store in "hand_$1" "ours_$1"; do
    sed "s/\\bstore\\b\\([.;]\\)/$store\\1/g" $here/store/exercise.sql | sql -f - > "build/bench/$store.txt" 2>&1
  done
  diff "build/bench/hand_$1.txt" "build/bench/ours_$1.txt" ||
    die "wrong result: the store by hand and ours differ in $1"
  grep -q '"quantity"' "build/bench/ours_$1.txt" || die "wrong result: nothing was compared in $1"
}

checked_stores() {
  local feature from=$SECONDS
  for feature in "${store_features[@]}" refunds all; do checked_pair "$feature"; done
  say "one order: results checked, $((${#store_features[@]} + 2)) pairs of stores: $((SECONDS - from)) s"
}

# interleaved BENCHMARK TRANSACTIONS CONTENDER=SCRIPT...: all scripts in one pgbench, which draws one of them for each
# transaction: whatever else the machine does meets all alike. The median of each is its latency.
interleaved() {
  local benchmark=$1 transactions=$2 from=$SECONDS round each scripts=() names=() folder=build/bench/interleaved
  shift 2
  for each; do names+=("${each%%=*}") scripts+=(-f "${each#*=}"); done
  local list; list=$(IFS=,; echo "${names[*]}")
  for ((round = 1; round <= (rounds < 5 ? rounds : 5); round++)); do
    rm -rf "$folder"; mkdir -p "$folder"
    step "pgbench" "$bindir/pgbench" -n -M prepared -c 1 -t "$transactions" --random-seed="$round" -l \
      --log-prefix="$folder/log" -D taken=$((round * 1000000)) "${scripts[@]}"
    awk '{ print $4, $3 }' "$folder"/log* | sql -c "TRUNCATE bench.latency" \
      -c "\\copy bench.latency from pstdin delimiter ' '" -c "
      INSERT INTO bench.sample SELECT '$benchmark', ('{$list}'::text[])[script + 1], $round,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY us) / 1000, NULL FROM bench.latency GROUP BY script" ||
      die "failed: $benchmark"
  done
  say "$benchmark, $transactions transactions, $((round - 1)) rounds: $((SECONDS - from)) s"
}

# order_script STORE [GOODS]: an order, three lines in one statement, its payment. Says where it is.
order_script() {
  local script=build/bench/order_$1.sql
  printf '%s\n' "\\set a random(1, $((${2:-$goods_sold} - 2)))" '\set b :a + 1' '\set c :a + 2' 'BEGIN;' \
    "INSERT INTO $1.orders (billing_address) VALUES ('{\"city\": \"Bonn\"}') RETURNING id AS bought \\gset" \
    "INSERT INTO $1.order_items (order_id, product_id, quantity)" \
    "  VALUES (:bought, md5(:a)::uuid, 1), (:bought, md5(:b)::uuid, 2), (:bought, md5(:c)::uuid, 1);" \
    "UPDATE $1.orders SET status = 'paid' WHERE id = :bought;" 'COMMIT;' > "$script"
  say "$script"
}

single_orders() {
  local feature
  for feature in "${store_features[@]}" all; do
    interleaved "an order, three lines, payment: $feature" $((3 * order_transactions)) \
      "bare=$(order_script bare)" "by_hand=$(order_script "hand_$feature")" "pg_upkeep=$(order_script "ours_$feature")"
  done
}

# refund_of STORE ORDER: a piece of one of its lines. What it gives back is computed, but in a bare store.
refund_of() {
  local column='' amount=''
  [ "$1" != bare ] || column=', amount' amount=', 10'
  printf '%s\n' "INSERT INTO $1.refunds (order_id, order_item_id, quantity$column)" \
    "  SELECT order_id, id, 1$amount FROM $1.order_items WHERE order_id = $2 LIMIT 1;"
}

# Orders of one line of so many pieces that they are not refunded to the last.
refunds() {
  local store orders=$((order_transactions * 4))
  for store in bare hand_all ours_all; do
    { sed '$d' "$(order_script $store)"; refund_of $store :bought; say 'COMMIT;'; } > build/bench/refunded_$store.sql
  done
  interleaved "an order, three lines, payment, a refund" $((3 * order_transactions)) \
    bare=build/bench/refunded_bare.sql by_hand=build/bench/refunded_hand_all.sql \
    pg_upkeep=build/bench/refunded_ours_all.sql
  for store in bare hand_refunds ours_refunds; do
    sql -c "
      INSERT INTO $store.orders (id) SELECT md5('refund ' || n)::uuid FROM generate_series(1, $orders) n;
      INSERT INTO $store.order_items (order_id, product_id, quantity)
        SELECT md5('refund ' || n)::uuid, md5((1 + n % $goods_sold)::text)::uuid, 1000
          FROM generate_series(1, $orders) n;
      UPDATE $store.orders SET status = 'paid'
        WHERE id IN (SELECT md5('refund ' || n)::uuid FROM generate_series(1, $orders) n)" \
      -c "VACUUM (ANALYZE) $store.orders, $store.order_items, $store.refunds" > /dev/null ||
      die "failed: orders to refund"
    { printf '%s\n' "\\set n random(1, $orders)"; refund_of $store "md5('refund ' || :n)::uuid"; } \
      > build/bench/refund_$store.sql
  done
  interleaved "a refund" $((3 * order_transactions)) bare=build/bench/refund_bare.sql \
    by_hand=build/bench/refund_hand_refunds.sql pg_upkeep=build/bench/refund_ours_refunds.sql
  sql -c "SELECT bench.require(count(*) = 0, 'what was refunded') FROM ours_refunds.orders o
    WHERE o.refunded_amount <> (SELECT coalesce(sum(amount), 0) FROM ours_refunds.refunds WHERE order_id = o.id)" \
    > /dev/null || die "failed: refunds"
}

# lines_script STORE: three lines for an order that is there. Says where it is.
lines_script() {
  local script=build/bench/lines_$1.sql
  sql -c "INSERT INTO $1.orders (id) SELECT md5('order ' || n)::uuid FROM generate_series(1, 1000) n"
  printf '%s\n' "\\set a random(1, $((goods_sold - 2)))" '\set b :a + 1' '\set c :a + 2' '\set o random(1, 1000)' \
    "INSERT INTO $1.order_items (order_id, product_id, quantity) SELECT md5('order ' || :o)::uuid, md5(p)::uuid, 1" \
    "  FROM (VALUES (:a::text), (:b::text), (:c::text)) AS v(p);" > "$script"
  say "$script"
}

# taken STORE LINES: all of them are there, and the stock is less by their quantities.
require_taken() {
  local taken="100000000 - coalesce((SELECT sum(quantity) FROM $1.order_items i WHERE i.product_id = p.id), 0)"
  [ "$1" != bare ] || taken=100000000
  printf '%s\n' "SELECT bench.require((SELECT count(*) FROM $1.order_items) = $2" \
    "  AND (SELECT bool_and(stock_quantity = $taken) FROM $1.products p), '$1: stock') \\g /dev/null"
}

# In bulk: 100,000 lines of 1,000 products for 500,000 rows.
bulk_stock() {
  local round contender lines=$(((rows + 4) / 5)) store
  for store in bare hand_stock ours_stock; do
    printf '%s\n' "TRUNCATE $store.order_items, $store.refunds;" \
      "INSERT INTO $store.orders (id) SELECT md5('bulk ' || n)::uuid" "  FROM generate_series(1, $((lines / 5 + 1))) n;"
  done
  while read -r round contender; do
    case $contender in bare) store=bare ;; by_hand) store=hand_stock ;; *) store=ours_stock ;; esac
    printf '%s\n' "UPDATE $store.products SET stock_quantity = 100000000;" \
      "VACUUM (ANALYZE) $store.products, $store.orders, upkeep.stock_taken;"
    clocked "stock of $lines lines" "$contender" "$round" "INSERT INTO $store.order_items
      (order_id, product_id, quantity)
      SELECT md5('bulk ' || 1 + n / 5)::uuid, md5((1 + n % 1000)::text)::uuid, 1 + n % 3
        FROM generate_series(1, $lines) n"
    require_taken "$store" "$lines"
    printf '%s\n' "TRUNCATE $store.order_items, $store.refunds;"
  done < <(contenders=(bare by_hand pg_upkeep); turns $((rounds < 5 ? rounds : 5)))
}

# Each transaction orders another cart.
checkouts() {
  local store carts=$((2 * order_transactions)) round
  for store in hand_all ours_all; do
    for ((round = 1; round <= (rounds < 5 ? rounds : 5); round++)); do
      printf '%s\n' "INSERT INTO $store.carts (id) SELECT md5((${round}000000 + n)::text)::uuid" \
        "  FROM generate_series(1, $carts) n;"
    done
    printf '%s\n' "INSERT INTO $store.cart_items (cart_id, product_id, quantity)" \
      "  SELECT c.id, md5(p::text)::uuid, 2 FROM (SELECT id, row_number() OVER () % 9000 AS n FROM $store.carts) c," \
      "    generate_series(n + 1, n + 3) p;" "VACUUM (ANALYZE) $store.carts, $store.cart_items;"
  done | sql -f - || die "failed: carts"
  printf '%s\n' '\set taken :taken + 1' 'SELECT hand_all.checkout(md5(:taken)::uuid);' > build/bench/checkout_hand.sql
  printf '%s\n' '\set taken :taken + 1' "SELECT upkeep.checkout(md5(:taken)::uuid, schema => 'ours_all');" \
    > build/bench/checkout_ours.sql
  interleaved "checkout of a cart of three" $carts by_hand=build/bench/checkout_hand.sql \
    pg_upkeep=build/bench/checkout_ours.sql
}

# Two stores of ours, one with a thousand lines, one with two lines a row of the benchmark, both with the statistics of
# empty tables.
grown_orders() {
  local store size goods
  for store in small large; do
    size=1000 goods=1000
    [ $store = small ] || size=$((2 * rows)) goods=$((rows / 5 > 1000 ? rows / 5 : 1000))
    make_store $store pg_upkeep "${store_features[@]::5}"
    sql -c "ANALYZE $store.products, $store.orders, $store.order_items"
    fill_store $store $goods
    sql -c "
      SET session_replication_role = replica;
      INSERT INTO $store.orders (id) SELECT md5('old ' || n)::uuid FROM generate_series(0, $size / 5) n;
      INSERT INTO $store.order_items (order_id, product_id, quantity, price_snapshot, product_snapshot)
        SELECT md5('old ' || n / 5)::uuid, md5((1 + n % $goods)::text)::uuid, 1, 0, '{}'
        FROM generate_series(1, $size) n;
      SET session_replication_role = origin;
      SELECT upkeep.enable_stock('$store.order_items', '$store.products', orders => '$store.orders',
        opening => 'settled')" > /dev/null || die "failed: the $store store"
  done
  sql -c "INSERT INTO bench.figure (title, value, at_most)
    SELECT 'stock: bytes of upkeep.stock_taken for a line sold', pg_total_relation_size('upkeep.stock_taken')
      / count(*)::float8, 250 FROM upkeep.stock_taken"
  for store in small large; do
    goods=1000; [ $store = small ] || goods=$((rows / 5 > 1000 ? rows / 5 : 1000))
    order_script $store $goods > /dev/null
    printf '%s\n' '\set n random(1, 190)' \
      "UPDATE $store.order_items SET quantity = quantity + 1 WHERE order_id = md5('old ' || :n)::uuid;" \
      > build/bench/quantity_$store.sql
  done
  interleaved "an order, three lines, payment: large" $((2 * order_transactions)) bare=build/bench/order_small.sql \
    pg_upkeep=build/bench/order_large.sql
  interleaved "a quantity: large" $order_transactions bare=build/bench/quantity_small.sql \
    pg_upkeep=build/bench/quantity_large.sql
}

# Sixteen clients buy two of twelve products each time.
hot_products() {
  local store round contender
  for store in hand_all ours_all; do
    printf '%s\n' '\set a random(1, 12)' '\set b 1 + (:a + random(0, 10)) % 12' 'BEGIN;' \
      "INSERT INTO $store.orders (billing_address) VALUES ('{}') RETURNING id AS bought \\gset" \
      "INSERT INTO $store.order_items (order_id, product_id, quantity)" \
      "  VALUES (:bought, md5(:a)::uuid, 1), (:bought, md5(:b)::uuid, 1);" 'COMMIT;' > "build/bench/hot_$store.sql"
  done
  while read -r round contender; do
    store=ours_all; [ "$contender" = pg_upkeep ] || store=hand_all
    sql -c "VACUUM $store.products, $store.orders"
    step "pgbench" "$bindir/pgbench" -n -M prepared -c 16 -j 2 -T $((rows / 100000 > 1 ? rows / 100000 : 1)) \
      --random-seed="$round" -f "build/bench/hot_$store.sql"
    sed -n 's/^tps = \([0-9.]*\).*/\1/p' build/log/pgbench.log | sql -c "CREATE TEMP TABLE measured (tps float8)" \
      -c "\\copy measured from pstdin" -c "INSERT INTO bench.sample
        SELECT 'sixteen clients, twelve products', '$contender', $round, 1000 / tps, NULL FROM measured"
  done < <(contenders=(by_hand pg_upkeep); turns $((rounds < 5 ? rounds : 5)))
  sql -c "SELECT bench.require(bool_and(stock_quantity >= 0), 'stock below zero') FROM ours_all.products" > /dev/null ||
    die "failed: hot products"
}

# What an order has planned anew when the session has written some.
planned_statements() {
  local n
  cat << 'END_OF_SQL'
SET plan_cache_mode = force_generic_plan;
PREPARE place AS INSERT INTO ours_all.orders (id) VALUES (md5('planned ' || $1)::uuid);
PREPARE line AS INSERT INTO ours_all.order_items (order_id, product_id, quantity)
  SELECT md5('planned ' || $1)::uuid, md5(p::text)::uuid, 1 FROM generate_series(1, 3) p;
PREPARE pay AS UPDATE ours_all.orders SET status = 'paid' WHERE id = md5('planned ' || $1)::uuid;
PREPARE buy AS SELECT upkeep.checkout(md5('planned ' || $1)::uuid, schema => 'ours_all');
PREPARE planned AS SELECT bench.planned() AS planned;
INSERT INTO ours_all.carts (id) SELECT md5('planned ' || n)::uuid FROM generate_series(1, 8) n;
INSERT INTO ours_all.cart_items (cart_id, product_id, quantity)
  SELECT c.id, md5(p::text)::uuid, 1 FROM ours_all.carts c, generate_series(1, 3) p
    WHERE c.id IN (SELECT md5('planned ' || n)::uuid FROM generate_series(1, 8) n);
END_OF_SQL
  for n in 1 2 3 4 5 6 7 8; do
    printf '%s\n' "EXECUTE planned \\gset" "BEGIN;" "EXECUTE place('$n');" "EXECUTE line('$n');" "EXECUTE pay('$n');" \
      "COMMIT;" "EXECUTE buy('$n');"
  done
  printf '%s\n' "\\set before :planned" "EXECUTE planned \\gset" \
    "INSERT INTO bench.figure (title, value, at_most)" \
    "  VALUES ('statements planned for an order and a checkout, after the first in a session', :planned - :before, 0);"
}

measure_one_order() {
  local from=$SECONDS
  set_up $here/one_order.sql -v lines=$(((rows + 4) / 5))
  make_stores
  checked_stores
  single_orders
  refunds
  interleaved "three lines: stock" $((3 * order_transactions)) "bare=$(lines_script bare)" \
    "by_hand=$(lines_script hand_stock)" "pg_upkeep=$(lines_script ours_stock)"
  bulk_stock | phase "one order: stock in bulk" || exit 1
  checkouts
  planned_statements | phase "one order: statements that are planned" || exit 1
  hot_products
  grown_orders
}

memory_one_order() {
  local turns=$(((calls + 49999) / 50000))
  memory_between one_order $((turns * 50000)) $turns "CALL bench.orders_come_and_go(500)" \
    "VACUUM ours_all.orders, ours_all.order_items, ours_all.products, upkeep.stock_taken"
  printf '%s\n' "SELECT bench.require(count(*) = 0, 'lines that were deleted') FROM ours_all.order_items i" \
    "  JOIN ours_all.orders o ON o.id = i.order_id WHERE o.status = 'cancelled' \\g /dev/null"
}
