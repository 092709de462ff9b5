# A shop with all that orders can have: taxes, shipping, a currency, returns, refunds, corrections, enabled before its
# tables are distributed and afterwards; what is refused.
shop=upkeep_citus_full late=upkeep_citus_late

shop_tables() {
  cat <<SQL
DROP SCHEMA IF EXISTS $1 CASCADE;
CREATE SCHEMA $1;
SET search_path = $1;
CREATE TABLE products (
  shop_id bigint, id bigint, name text, price numeric(10,2), stock_quantity integer, updated_at timestamptz,
  PRIMARY KEY (shop_id, id));
CREATE TABLE orders (
  shop_id bigint, id bigint, order_number text, status text NOT NULL DEFAULT 'pending',
  subtotal numeric(12,2) NOT NULL DEFAULT 0, shipping numeric(12,2) NOT NULL DEFAULT 0,
  discount numeric(12,2) NOT NULL DEFAULT 0, total_amount numeric(12,2) NOT NULL DEFAULT 0,
  currency text NOT NULL DEFAULT 'EUR', refunded numeric(12,2) NOT NULL DEFAULT 0, payment_completed_at timestamptz,
  version integer NOT NULL DEFAULT 1, updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shop_id, id), UNIQUE (shop_id, order_number));
CREATE TABLE order_items (
  shop_id bigint, id bigint, order_id bigint NOT NULL, product_id bigint, quantity integer,
  price_snapshot numeric(10,2), product_snapshot jsonb, tax numeric(10,2) NOT NULL DEFAULT 0, currency text,
  taken integer, refunded_quantity integer NOT NULL DEFAULT 0, return_of bigint, note text, PRIMARY KEY (shop_id, id),
  FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE);
CREATE TABLE refunds (
  shop_id bigint, id bigint, order_id bigint NOT NULL, order_item_id bigint, quantity integer, amount numeric(12,2),
  restock boolean, PRIMARY KEY (shop_id, id),
  FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE);
SQL
}

shop_features() {
  cat <<SQL
SET search_path = $1;
SELECT upkeep.enable_updated_at('orders', version_column => 'version'), upkeep.enable_updated_at('products');
SELECT upkeep.enable_touch('order_items', 'orders');
SELECT upkeep.enable_order_snapshots('order_items', 'products', returns_column => 'return_of',
  tenant_column => 'shop_id');
SELECT upkeep.enable_order_totals('orders', 'order_items', tenant_column => 'shop_id', currency_column => 'currency',
  line_formula => 'price_snapshot * quantity + tax', total_formula => 'lines + shipping - discount',
  lines_column => 'subtotal');
SELECT upkeep.enable_order_lock('orders', 'order_items', open_columns => '{note}', tenant_column => 'shop_id');
SELECT upkeep.enable_order_status('orders', '{"pending": ["paid", "cancelled"], "paid": ["refunded"]}',
  tenant_column => 'shop_id');
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders', tenant_column => 'shop_id',
  taken_column => 'taken');
SELECT upkeep.enable_order_refunds('refunds', 'orders', 'order_items', restock_column => 'restock',
  refunded_column => 'refunded', refunded_quantity_column => 'refunded_quantity', tenant_column => 'shop_id');
SQL
}
shop_number() { echo "SELECT upkeep.enable_order_number('$1.orders', tenant_column => 'shop_id');"; }

shop_shards() {
  cat <<SQL
SET search_path = $1;
SET citus.shard_count = 8;
SELECT create_distributed_table('products', 'shop_id', colocate_with => 'none');
SELECT create_distributed_table(t, 'shop_id', colocate_with => '$1.products')
FROM unnest('{orders,order_items,refunds}'::text[]) t;
SQL
}

shop_rows() {
  cat <<SQL
SET search_path = $1;
INSERT INTO products (shop_id, id, name, price, stock_quantity)
  SELECT n, i, 'p' || i, 10 * i, 1000 FROM generate_series(1, 20) n, generate_series(1, 3) i;
INSERT INTO orders (shop_id, id, shipping, discount)
  SELECT n, i, 5, 1 FROM generate_series(1, 20) n, generate_series(1, 9) i;
INSERT INTO order_items (shop_id, id, order_id, product_id, quantity)
  SELECT n, 100 + o * 10 + i, o, i, i
  FROM generate_series(1, 20) n, generate_series(2, 6) o, generate_series(1, 3) i;
SQL
}

{ shop_tables $shop; shop_features $shop; shop_number $shop; shop_shards $shop; shop_rows $shop; } |
  run "a full shop, enabled, then distributed"
{ shop_tables $late; shop_number $late; shop_shards $late; shop_features $late; shop_rows $late; } |
  run "a full shop, distributed, then enabled"

shop_checks() { # schema, when it was enabled
  local orders=$1.orders lines=$1.order_items refunds=$1.refunds columns="shop_id, id, order_id, product_id, quantity"
  local one="shop_id = 1 AND id" when=$2
  is "$when: totals of lines, shipping and discount over all shards" \
    "$(q "SELECT count(*) FILTER (WHERE subtotal = 140 AND total_amount = 144),
      count(*) FILTER (WHERE subtotal = 0 AND total_amount = 4), count(DISTINCT order_number) FROM $orders")" \
    "100|80|180"
  is "$when: a line has its product and the currency of its order" \
    "$(q "INSERT INTO $lines ($columns, tax) VALUES (1, 1, 1, 2, 3, 2)
      RETURNING price_snapshot, product_snapshot ->> 'name', currency")" "20.00|p2|EUR"
  is "$when: its order has sum and total, touched, but no new version" \
    "$(q "SELECT subtotal, total_amount, version FROM $orders WHERE $one = 1")" "62.00|66.00|1"
  is "$when: another currency, a forged price and no such product are refused" \
    "$(code "INSERT INTO $lines ($columns, currency) VALUES (1, 2, 1, 2, 3, 'USD')") $(
      code "INSERT INTO $lines ($columns, price_snapshot) VALUES (1, 2, 1, 2, 3, 1)") $(
      code "INSERT INTO $lines ($columns) VALUES (1, 2, 1, 99, 3)")" "UK008 UK001 23503"
  run "$when: lines of lines, upsert, MERGE" <<SQL
INSERT INTO $lines ($columns) SELECT shop_id, id + 1000, 7, product_id, quantity FROM $lines WHERE order_id = 6;
INSERT INTO $lines ($columns) VALUES (2, 131, 3, 1, 1), (3, 131, 3, 1, 1)
  ON CONFLICT (shop_id, id) DO UPDATE SET quantity = order_items.quantity + 4;
MERGE INTO $lines i USING (SELECT shop_id, id FROM $lines WHERE order_id = 4) x
  ON i.shop_id = x.shop_id AND i.id = x.id
  WHEN MATCHED AND i.product_id = 1 THEN DELETE
  WHEN MATCHED THEN UPDATE SET quantity = i.quantity + 1;
SQL
  printf '%s\t2001\t8\t3\t2\n' 1 2 3 4 > "$log.copy"
  p -c "\\copy $lines ($columns) from '$log.copy'" > /dev/null 2>&1
  is "$when: totals of INSERT ... SELECT, upsert, MERGE and COPY" \
    "$(q "SELECT count(*) FILTER (WHERE id = 7 AND total_amount = 144),
      count(*) FILTER (WHERE id = 3 AND total_amount = 184), count(*) FILTER (WHERE id = 4 AND total_amount = 184),
      count(*) FILTER (WHERE id = 8 AND total_amount = 64) FROM $orders")" "20|2|20|4"
  is "$when: a forged total is put right" \
    "$(q "UPDATE $orders SET total_amount = 1, subtotal = 1 WHERE $one = 2 RETURNING subtotal, total_amount")" \
    "140.00|144.00"
  is "$when: a discount changes the total" \
    "$(q "UPDATE $orders SET discount = 2 WHERE $one = 2 RETURNING total_amount, version")" "143.00|2"
  run "$when: cancel, delete" <<SQL
UPDATE $orders SET status = 'cancelled' WHERE id = 6;
DELETE FROM $orders WHERE id = 7;
SQL
  is "$when: stock is what is not sold" "$(unsold "$1" 1000)" 60
  is "$when: out of stock is UK002, an illegal status UK004" \
    "$(code "INSERT INTO $lines ($columns) VALUES (1, 3, 1, 1, 5000)") $(
      code "UPDATE $orders SET status = 'refunded' WHERE id = 1")" "UK002 UK004"
  is "$when: out of stock names the products, not their shard" \
    "$(message "INSERT INTO $lines ($columns) VALUES (1, 3, 1, 1, 5000)")" \
    'out of stock: "products" does not have enough of 1 product'

  run "$when: pay" <<< "UPDATE $orders SET status = 'paid' WHERE id IN (2, 3);"
  is "$when: a paid order is UK003, its open columns are open" \
    "$(code "UPDATE $lines SET quantity = 9 WHERE order_id IN (1, 2)") $(code "DELETE FROM $orders WHERE id = 2") $(
      code "UPDATE $orders SET shipping = 0 WHERE $one = 2") $(
      code "UPDATE $lines SET note = 'x' WHERE shop_id = 1 AND order_id = 2")" "UK003 UK003 UK003 none"
  is "$when: the hint names the table, not its shard" \
    "$(p -c "UPDATE $lines SET quantity = 9 WHERE shop_id = 1 AND order_id = 2" 2>&1 |
      grep -o "upkeep.correct_order('[^']*'")" "upkeep.correct_order('$orders'"
  is "$when: correct_order opens one order on its node" \
    "$(code BEGIN "SELECT upkeep.correct_order('$orders', '[1, 2]', 'a test')" \
      "UPDATE $lines SET quantity = quantity + 1 WHERE shop_id = 1 AND order_id = 2" COMMIT)" none
  is "$when: and no other one, and not the next time" \
    "$(code BEGIN "SELECT upkeep.correct_order('$orders', '[1, 2]', 'a test')" \
      "UPDATE $lines SET quantity = quantity + 1 WHERE order_id = 2" ROLLBACK) $(
      code "UPDATE $lines SET quantity = quantity + 1 WHERE shop_id = 1 AND order_id = 2")" "UK003 UK003"
  is "$when: a correction stands on the coordinator" \
    "$(q "SELECT count(*) > 0 FROM upkeep.order_corrections
      WHERE orders = '$orders'::regclass AND order_key = '[1, 2]'")" t
  is "$when: an order that is not there cannot be corrected" \
    "$(code "SELECT upkeep.correct_order('$orders', '[1, 99]', 'a test')")" P0002

  is "$when: a refund of pieces has its share" \
    "$(q "INSERT INTO $refunds (shop_id, id, order_id, order_item_id, quantity, restock)
      VALUES (2, 1, 3, 132, 1, true) RETURNING amount")" 20.00
  run "$when: refunds of many" <<< "INSERT INTO $refunds (shop_id, id, order_id, order_item_id, quantity)
    SELECT n, 5, 3, 133, 1 FROM generate_series(3, 20) n;"
  is "$when: refunds are added up" "$(q "SELECT sum(refunded) FROM $orders") $(
    q "SELECT sum(refunded_quantity) FROM $lines")" "560.00 19"
  is "$when: too many pieces are UK009, a changed refund UK005" \
    "$(code "INSERT INTO $refunds (shop_id, id, order_id, order_item_id, quantity) VALUES (2, 2, 3, 132, 5)") $(
      code "UPDATE $refunds SET amount = 1 WHERE shop_id = 2")" "UK009 UK005"
  is "$when: what is returned has the price at which it was sold" \
    "$(q "INSERT INTO $lines ($columns, return_of) VALUES (1, 500, 8, 2, -1, 1) RETURNING price_snapshot")" 20.00
  is "$when: TRUNCATE: UK003 of locked orders and their lines, 0A000 of refunds" \
    "$(code "TRUNCATE $lines") $(code "TRUNCATE $orders CASCADE") $(code "TRUNCATE $refunds")" "UK003 UK003 0A000"
}
shop_checks $shop "enabled before"
shop_checks $late "enabled afterwards"

run "open orders only" <<SQL
SELECT upkeep.disable_order_refunds('$late.refunds');
SELECT upkeep.disable_order_lock('$late.orders');
SQL
is "TRUNCATE of lines is refused while stock is enabled" "$(code "TRUNCATE $late.order_items")" 0A000
q "SELECT upkeep.disable_stock('$late.order_items')" > /dev/null
is "TRUNCATE of lines leaves what orders cost beside them" "$(q "TRUNCATE $late.order_items")$(
  q "SELECT count(*) FILTER (WHERE subtotal = 0 AND total_amount = shipping - discount), count(*) FROM $late.orders")" \
  "160|160"

# Filled tables.
{ shop_tables $late; shop_features $late; shop_number $late; shop_rows $late; } | run "a filled shop"
before_copy=$(q "SELECT sum(total_amount), sum(version) FROM $late.orders")
stock_before_copy=$(q "SELECT sum(stock_quantity) FROM $late.products")
is "a filled table that is enabled is not distributed unawares" \
  "$(message "SELECT create_distributed_table('$late.products', 'shop_id', colocate_with => 'none')")" \
  'rows of "products" cannot be written in the transaction that distributes it'
{
  echo "BEGIN; SET LOCAL citus.propagate_set_commands = 'local'; SET LOCAL upkeep.pause = 'all';"
  shop_shards $late
  echo "COMMIT;"
} | run "a filled shop, distributed while upkeep is paused"
is "its rows are what they were" "$(q "SELECT sum(total_amount), sum(version) FROM $late.orders") $(
  q "SELECT sum(stock_quantity) FROM $late.products")" "$before_copy $stock_before_copy"
is "and are kept" "$(q "INSERT INTO $late.order_items (shop_id, id, order_id, product_id, quantity)
  VALUES (1, 1, 1, 2, 3) RETURNING price_snapshot")" 20.00

# What points at other nodes, or cannot be kept on one.
run "tables apart" <<SQL
SET search_path = $late;
CREATE TABLE goods (id bigint PRIMARY KEY, name text, price numeric(10,2), stock_quantity integer);
SELECT create_reference_table('goods');
INSERT INTO goods VALUES (1, 'g', 7, 10);
CREATE TABLE sold (shop_id bigint, id bigint, order_id bigint, product_id bigint, quantity integer,
  price_snapshot numeric(10,2), product_snapshot jsonb, taken integer, PRIMARY KEY (shop_id, id));
CREATE TABLE elsewhere (LIKE orders INCLUDING ALL);
SELECT create_distributed_table('sold', 'shop_id', colocate_with => 'orders');
SET citus.shard_count = 4;
SELECT create_distributed_table('elsewhere', 'shop_id', colocate_with => 'none');
SQL
is "snapshots of a reference table" "$(code "SELECT upkeep.enable_order_snapshots('$late.sold', '$late.goods')") $(
  q "INSERT INTO $late.sold (shop_id, id, order_id, product_id, quantity)
     SELECT n, 1, 1, 1, 1 FROM generate_series(1, 9) n;
     SELECT count(*) FROM $late.sold WHERE price_snapshot = 7 AND product_snapshot ->> 'name' = 'g'")" "none 9"
is "stock of a reference table is refused" \
  "$(code "SELECT upkeep.enable_stock('$late.sold', '$late.goods', taken_column => 'taken')")" 0A000
is "stock without a taken_column is refused" "$(code "SELECT upkeep.disable_stock('$late.order_items')" \
  "SELECT upkeep.enable_stock('$late.order_items', '$late.products', tenant_column => 'shop_id')")" 0A000
run "lines that have taken something" <<SQL
UPDATE $late.order_items SET taken = NULL;
SQL
stock="SELECT upkeep.enable_stock('$late.order_items', '$late.products', tenant_column => 'shop_id',
  taken_column => 'taken')"
pieces="SELECT sum(stock_quantity) FROM $late.products"
before_stock=$(q "$pieces")
is "lines that do not say what they have taken are refused" "$(code "$stock")" 0A000
is "and those that say so keep the stock" \
  "$(code "UPDATE $late.order_items SET taken = quantity" "$stock") $(q "$pieces")" "none $before_stock"
is "tables that lie apart are refused" \
  "$(code "SELECT upkeep.enable_order_totals('$late.elsewhere', '$late.sold', tenant_column => 'shop_id')") $(
    code "SELECT upkeep.enable_order_lock('$late.elsewhere', '$late.sold', tenant_column => 'shop_id')")" \
  "0A000 0A000"
is "a lookup without the tenant is refused" \
  "$(code "SELECT upkeep.enable_order_snapshots('$late.sold', '$late.products')")" 0A000
is "a number without a sequence is refused" \
  "$(code "SELECT upkeep.enable_order_number('$late.elsewhere', tenant_column => 'shop_id')")" 0A000
is "gapless numbers of each shop" "$(code "SELECT upkeep.enable_order_number('$late.elsewhere',
    tenant_column => 'shop_id', per_tenant => true, gapless => true)") $(
  q "INSERT INTO $late.elsewhere (shop_id, id) SELECT n, i FROM generate_series(1, 9) n, generate_series(1, 3) i;
     SELECT count(DISTINCT order_number), max(order_number) FROM $late.elsewhere")" "none 3|ORD-00000003"
is "gapless numbers of all shops are refused" \
  "$(code "SELECT upkeep.enable_order_number('$late.elsewhere', gapless => true)")" 55000
is "history of a distributed table is refused" "$(code "SELECT upkeep.enable_history('$late.orders')") $(
  code "CREATE TABLE $late.kept (shop_id bigint, id bigint, PRIMARY KEY (shop_id, id))" \
    "SELECT upkeep.enable_history('$late.kept')" "SELECT create_distributed_table('$late.kept', 'shop_id')" \
    "INSERT INTO $late.kept VALUES (1, 1)")" "0A000 0A000"
