# The tables of create_storefront and create_analytics, distributed by their shop in the call that makes them.
store=upkeep_citus_shop app=upkeep_citus_week
run "create_storefront" <<< "SELECT upkeep.create_storefront('$store', names => 'generic', distribute => true);"
run "create_analytics" <<< "SELECT upkeep.create_analytics('$app', distribute => true);"
is "all their tables lie together, by the shop; users of analytics stay where they are" "$(q "
  SELECT count(*), count(DISTINCT colocationid), string_agg(logicalrelid::text, ' ') FILTER (
    WHERE column_to_column_name(logicalrelid, partkey) <> 'shop_id')
  FROM pg_dist_partition WHERE logicalrelid::text ~ '^($store|$app)\\.'")" "17|1|$app.shops"
is "keys and foreign keys begin with the shop" "$(q "
  SELECT count(*) > 30, string_agg(DISTINCT c.conrelid::regclass::text, ' ') FILTER (WHERE a.attname <> 'shop_id')
  FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
  WHERE c.contype IN ('p', 'u', 'f') AND c.connamespace::regnamespace::text IN ('$store', '$app')")" \
  "t|$app.shops $app.users"
one=upkeep_citus_one
run "the same on one node" <<SQL
SELECT upkeep.create_storefront('$one', names => 'generic', history => false);
CREATE SCHEMA upkeep_citus_other;
SELECT upkeep.create_analytics('upkeep_citus_other', history => false);
SQL
enabled() {
  q "SELECT DISTINCT regexp_replace(object::text, '^.*\\.', '') || ' ' || feature FROM upkeep.managed
     WHERE object::text ~ '^($1)\\.' AND feature <> 'history' ORDER BY 1"
}
is "what is enabled on one node is enabled" "$(enabled "$store|$app")" "$(enabled "$one|upkeep_citus_other")"
is "distributed tables have no history" "$(q "SELECT object FROM upkeep.managed
  WHERE feature = 'history' AND object::text ~ '^($store|$app)\\.'")" "$app.users"
is "called again, nothing changes" "$(code "SELECT upkeep.create_storefront('$store', 'generic', distribute => true)" \
  "SELECT upkeep.create_analytics('$app', distribute => true)")" none
is "without distribute they are refused beside distributed tables" "$(code "SELECT upkeep.create_analytics('$app')")" \
  0A000
is "with it, beside those that are not" \
  "$(code "SELECT upkeep.create_storefront('$one', 'generic', distribute => true)")" 0A000
is "a distributed storefront cannot be seeded" "$(code "SELECT upkeep.seed_storefront('$store')")" 0A000

# An order's life.
shop="'5b3d1f7e-0000-4000-8000-000000000001'" other="'5b3d1f7e-0000-4000-8000-000000000002'"
run "stock" <<SQL
ALTER TABLE $store.order_items ADD COLUMN taken integer;
SELECT upkeep.enable_stock('$store.order_items', '$store.products', orders => '$store.orders',
  tenant_column => 'shop_id', taken_column => 'taken');
SQL
run "two shops with the same keys" <<SQL
INSERT INTO $store.products (shop_id, id, sku, name, price, stock_quantity)
  SELECT s::uuid, md5(n::text)::uuid, 'P' || n, 'product ' || n, 10 * n, 100
  FROM generate_series(1, 5) n, unnest(ARRAY[$shop, $other]) s;
INSERT INTO $store.users (shop_id, id, email) VALUES ($shop, md5('user')::uuid, 'a@example.com');
INSERT INTO $store.orders (shop_id, id, user_id, shipping_amount)
  VALUES ($shop, md5('order')::uuid, md5('user')::uuid, 5), ($other, md5('order')::uuid, NULL, 0);
INSERT INTO $store.order_items (shop_id, id, order_id, product_id, quantity)
  SELECT $shop, md5('line' || n)::uuid, md5('order')::uuid, md5(n::text)::uuid, n FROM generate_series(1, 3) n;
SQL
is "lines have the prices of their shop's products, and only its order the total" "$(q "
  SELECT count(*), sum(price_snapshot * quantity), min(product_snapshot ->> 'sku') FROM $store.order_items") $(q "
  SELECT total_amount FROM $store.orders WHERE shop_id = $shop") $(q "
  SELECT total_amount FROM $store.orders WHERE shop_id = $other")" "3|140.00|P1 145.00 0.00"
is "stock is taken of one shop" "$(q "SELECT sum(stock_quantity) FROM $store.products GROUP BY shop_id ORDER BY 1")" \
  "$(printf '494\n500')"
is "a user of another shop is no buyer" \
  "$(code "UPDATE $store.orders SET user_id = md5('user')::uuid WHERE shop_id = $other")" 23503
is "the order is paid, and closed" "$(code "UPDATE $store.orders SET status = 'paid' WHERE shop_id = $shop") $(code "
  UPDATE $store.order_items SET quantity = 9 WHERE shop_id = $shop")" "none UK003"
run "a refund" <<< "INSERT INTO $store.refunds (shop_id, order_id, order_item_id, quantity)
  VALUES ($shop, md5('order')::uuid, md5('line3')::uuid, 2);"
is "a refund has its share, and the order what was refunded" "$(q "SELECT amount FROM $store.refunds") $(q "
  SELECT refunded_amount FROM $store.orders WHERE shop_id = $shop") $(q "
  SELECT refunded_quantity FROM $store.order_items WHERE id = md5('line3')::uuid")" "60.00 60.00 2"
is "more than was sold is UK009" "$(code "INSERT INTO $store.refunds (shop_id, order_id, order_item_id, quantity)
  VALUES ($shop, md5('order')::uuid, md5('line3')::uuid, 2)")" UK009
is "numbers differ" "$(q "SELECT count(DISTINCT order_number) FROM $store.orders WHERE order_number ~ '^ORD-'")" 2

# Carts are found by their ids alone.
run "a cart" <<SQL
INSERT INTO $store.carts (shop_id, id) VALUES ($shop, md5('cart')::uuid);
INSERT INTO $store.cart_items (shop_id, cart_id, product_id, quantity)
  VALUES ($shop, md5('cart')::uuid, md5('1')::uuid, 2);
SQL
cart="md5('cart')::uuid"
is "checkout, add_to_cart and merge_carts are refused" "$(code "SELECT upkeep.checkout($cart, schema => '$store')") $(
  code "SELECT upkeep.add_to_cart($cart, md5('1')::uuid, 1, '$store')") $(
  code "SELECT upkeep.merge_carts($cart, md5('other')::uuid, '$store')")" "0A000 0A000 0A000"
is "and say why" "$(message "SELECT upkeep.checkout($cart, schema => '$store')")" \
  "the carts of schema \"$store\" are distributed"
