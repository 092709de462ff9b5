# A store whose orders are the days of its shops, in the call that makes them: each shop's order, payment, figures,
# settings, diagnosis and report. It goes on with the store of created.sh, in which a shop has paid an order of 145.
store=upkeep_citus_shop fed=upkeep_citus_fed
shop="'5b3d1f7e-0000-4000-8000-000000000001'" other="'5b3d1f7e-0000-4000-8000-000000000002'"
run "analytics, and its shops" <<SQL
SELECT upkeep.create_analytics('$fed', history => false, distribute => true);
INSERT INTO $fed.shops (id, name) VALUES ($shop, 'one'), ($other, 'two');
INSERT INTO $fed.shop_settings (shop_id, cogs_ratio) VALUES ($shop, 0.5), ($other, 0.4);
SQL
run "create_analytics of orders" <<SQL
SELECT upkeep.create_analytics('$fed', orders => '$store.orders', columns => '{"amount": "total_amount * 100"}',
  history => false, distribute => true);
SQL
is "it lies with the store" "$(q "SELECT count(DISTINCT colocationid) FROM pg_dist_partition
  WHERE logicalrelid::text ~ '^($store|$fed)\\.'")" 1
figures() {
  q "SELECT right(shop_id::text, 1), sum(orders), sum(revenue), sum(net_profit) FROM $fed.daily_records
     WHERE orders <> 0 GROUP BY 1 ORDER BY 1"
}
is "what was sold before is there" "$(figures)" "1|1|14500|"
run "an order of the other shop" <<SQL
INSERT INTO $store.order_items (shop_id, order_id, product_id, quantity)
  SELECT $other, md5('order')::uuid, md5(n::text)::uuid, 1 FROM generate_series(1, 4) n;
UPDATE $store.orders SET status = 'paid' WHERE shop_id = $other;
SQL
is "its day has it" "$(figures | tail -n 1 | cut -d '|' -f 1-3)" "2|1|10000"
is "check_rollup finds nothing" "$(q "SELECT count(*) FROM upkeep.check_rollup('$fed.daily_records')")" 0
run "a day's other figures" <<< "UPDATE $fed.daily_records SET ad_spend = 1000, leads = 10 WHERE shop_id = $other;"
is "and its profit, with its settings" "$(q "SELECT net_profit FROM $fed.daily_records WHERE shop_id = $other")" 5000
run "recalculate" <<SQL
CALL upkeep.recalculate_rollup('$fed.daily_records');
CALL upkeep.recalculate('$fed.daily_records');
SQL
is "recalculating changes nothing that was right" "$(figures | cut -d '|' -f 1-3)" "$(printf '1|1|14500\n2|1|10000')"
