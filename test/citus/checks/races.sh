# Many clients at once: a shard moves meanwhile, settings change beside records, the last piece is sold once.
if ! command -v pgbench > /dev/null; then
  skip "races" "there is no pgbench"
  return
fi
# bench ARGUMENT...: how many clients gave up: deadlocks and serialization failures are tried again.
bench() {
  pgbench -n -c 8 -j 2 --max-tries=20 "$@" > "$log.bench" 2>&1
  grep -c 'ERROR\|aborted in' "$log.bench"
}

run "orders of two shops, and much stock" <<SQL
INSERT INTO $before.products (shop_id, id, name, price, stock_quantity)
  SELECT n, i, 'hot ' || i, 10 * i, 1000000 FROM generate_series(71, 77) n, generate_series(1, 3) i;
INSERT INTO $before.orders (shop_id, id) SELECT n, i FROM generate_series(71, 77) n, generate_series(1, 2) i;
SQL
cat > "$log.hot" <<SQL
\\set o random(1, 2)
\\set a random(1, 1000000000)
\\set b random(1, 1000000000)
INSERT INTO $before.order_items (shop_id, id, order_id, product_id, quantity)
  VALUES (71, :a, :o, 2, 2), (71, :b, :o, 3, 1);
UPDATE $before.order_items SET quantity = quantity + 1 WHERE shop_id = 71 AND id = :b;
DELETE FROM $before.order_items WHERE shop_id = 71 AND id = :a;
SQL
if [ "$(count_nodes)" -gt 1 ]; then { sleep 3; move_shard "$before.orders" 71; } & fi
failed=$(bench -T 8 -f "$log.hot")
wait
is "8 clients on two orders while their shard moves: none fails" "$failed" 0
is "and totals and stock are the sums of the lines" "$(q "
  SELECT count(*) FROM upkeep.check_orders('$before.orders', '$before.order_items')") $(q "
  SELECT bool_and(stock_quantity + coalesce(sold, 0) = 1000000) FROM $before.products p LEFT JOIN (
    SELECT shop_id, product_id, sum(quantity) AS sold FROM $before.order_items WHERE shop_id = 71 GROUP BY 1, 2) i
  ON i.shop_id = p.shop_id AND i.product_id = p.id WHERE p.shop_id = 71") $(q "
  SELECT count(*) > 10 FROM $before.order_items WHERE shop_id = 71")" "0 t t"

run "little stock" <<< "UPDATE $before.products SET stock_quantity = 40 WHERE shop_id = 77 AND id = 1;"
cat > "$log.few" <<SQL
\\set a random(1, 1000000000)
INSERT INTO $before.order_items (shop_id, id, order_id, product_id, quantity) VALUES (77, :a, 2, 1, 1);
SQL
for _ in 1 2 3; do bench -t 10 -f "$log.few" > /dev/null; done
is "8 buyers, 40 pieces: 40 are sold" "$(q "SELECT stock_quantity, (
    SELECT sum(quantity) FROM $before.order_items WHERE shop_id = 77 AND order_id = 2)
  FROM $before.products WHERE shop_id = 77 AND id = 1")" "0|40"

cat > "$log.write" <<SQL
\\set n random(71, 73)
\\set d random(0, 2000)
INSERT INTO $after.daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
  VALUES (:n, date '2000-01-01' + :d, 1, 1000, 0, 1)
  ON CONFLICT (shop_id, record_date) DO UPDATE SET revenue = excluded.revenue + 100;
SQL
cat > "$log.set" <<SQL
\\set n random(71, 73)
\\set r random(1, 99)
INSERT INTO $after.shop_settings (shop_id, cogs_ratio) VALUES (:n, :r / 100.0)
  ON CONFLICT (shop_id) DO UPDATE SET cogs_ratio = excluded.cogs_ratio;
SQL
failed=$(bench -T 5 -f "$log.write@4" -f "$log.set@1")
is "settings against records, 8 clients: none fails, and no figure is stale" "$failed $(q "
  SELECT count(*) FROM upkeep.check_metrics('$after.daily_records')") $(q "
  SELECT count(*) > 10 FROM $after.daily_records WHERE net_profit IS NOT NULL")" "0 0 t"
