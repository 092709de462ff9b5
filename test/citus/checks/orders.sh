# Lines, totals, stock, status and lock of orders in many shards; TRUNCATE; a shard that moves.
orders=$before.orders lines=$before.order_items products=$before.products
line_columns="shop_id, id, order_id, product_id, quantity"
run "products" <<< "INSERT INTO $products (shop_id, id, name, price, stock_quantity)
  SELECT n, i, 'p' || i, 10 * i, 1000 FROM generate_series(1, 30) n, generate_series(1, 3) i;"
run "orders" <<< "INSERT INTO $orders (shop_id, id)
  SELECT n, i FROM generate_series(1, 30) n, generate_series(1, 6) i;"
is "order numbers are there and unique" "$(q "SELECT count(DISTINCT order_number) FROM $orders")" 180
is "a line captures its product" "$(q "INSERT INTO $lines ($line_columns) VALUES (1, 1, 1, 2, 3)
  RETURNING price_snapshot, product_snapshot ->> 'name'")" "20.00|p2"
is "its order has the total and is touched" \
  "$(q "SELECT total_amount, updated_at > created_at FROM $orders WHERE shop_id = 1 AND id = 1")" "60.00|t"
is "a forged price is UK001" \
  "$(code "INSERT INTO $lines ($line_columns, price_snapshot) VALUES (1, 2, 1, 2, 3, 0.5)")" UK001

run "lines of all" <<< "INSERT INTO $lines ($line_columns) SELECT n, 100 + o * 10 + i, o, i, i
  FROM generate_series(1, 30) n, generate_series(2, 4) o, generate_series(1, 3) i;"
is "totals over all shards" "$(q "SELECT count(*) FROM $orders WHERE total_amount = 140")" 90
run "lines into lines" <<< "INSERT INTO $lines ($line_columns)
  SELECT shop_id, id + 1000, 5, product_id, quantity FROM $lines WHERE order_id = 4;"
run "change of lines" <<SQL
UPDATE $lines SET quantity = quantity + 1 WHERE order_id = 3;
DELETE FROM $lines WHERE order_id = 4 AND product_id = 3;
SQL
is "totals of an update" "$(q "SELECT count(*) FROM $orders WHERE id = 3 AND total_amount = 200")" 30
is "totals of a delete" "$(q "SELECT count(*) FROM $orders WHERE id = 4 AND total_amount = 50")" 30
is "stock is what is not sold" "$(unsold $before 1000)" 90
is "out of stock is UK002" "$(code "INSERT INTO $lines ($line_columns) VALUES (1, 3, 1, 1, 5000)")" UK002
run "cascade" <<< "DELETE FROM $orders WHERE id = 2;"
is "a cascade takes the lines and gives the stock back" \
  "$(q "SELECT count(*) FROM $lines WHERE order_id = 2") $(unsold $before 1000)" "0 90"

is "an illegal status is UK004" \
  "$(code "UPDATE $orders SET status = 'refunded' WHERE shop_id = 1 AND id = 1")" UK004
is "paying sets the moment" "$(q "UPDATE $orders SET status = 'paid' WHERE shop_id = 1 AND id = 1
  RETURNING payment_completed_at IS NOT NULL")" t
is "a paid order is UK003" "$(code "INSERT INTO $lines ($line_columns) VALUES (1, 4, 1, 1, 1)")" UK003
is "so it is among others, in many shards" "$(code "UPDATE $lines SET quantity = 9 WHERE order_id IN (1, 3)")" UK003

if [ "$(count_nodes)" -gt 1 ]; then
  move_shard "$orders" 1
  run "cancel" <<< "UPDATE $orders SET status = 'cancelled' WHERE id = 3;"
  is "stock is right after a move of the shard" "$(unsold $before 1000)" 90
else
  skip "stock after a move of the shard" "there is one node"
fi

is "check_orders finds nothing" "$(q "SELECT count(*) FROM upkeep.check_orders('$orders', '$lines')")" 0
is "check_orders is refused where the transaction has written its tables" "$(
  code BEGIN "UPDATE $products SET name = 'x' WHERE shop_id = 1" "SELECT upkeep.check_orders('$orders', '$lines')" \
    ROLLBACK) $(code BEGIN "ALTER TABLE $lines ADD COLUMN note text" \
    "SELECT upkeep.check_orders('$orders', '$lines')" ROLLBACK)" "0A000 0A000"
run "wrong totals" <<SQL
BEGIN;
SET LOCAL citus.propagate_set_commands = 'local';
SET LOCAL upkeep.pause = 'order_totals';
UPDATE $orders SET total_amount = 1 WHERE id = 5;
COMMIT;
SQL
is "upkeep.pause reaches the shards by SET LOCAL and citus.propagate_set_commands" \
  "$(q "SELECT count(*) FROM upkeep.check_orders('$orders', '$lines')")" 30
run "repair" <<< "CALL upkeep.repair_order_totals('$orders', '$lines');"
is "repair_order_totals puts them right" "$(q "SELECT count(*) FROM upkeep.check_orders('$orders', '$lines')")" 0

run "lines to truncate" <<SQL
SELECT upkeep.disable_stock('$after.order_items', '$after.products');
INSERT INTO $after.products (shop_id, id, name, price) SELECT n, 1, 'p', 10 FROM generate_series(1, 9) n;
INSERT INTO $after.orders (shop_id, id) SELECT n, 1 FROM generate_series(1, 9) n;
INSERT INTO $after.order_items ($line_columns) SELECT n, 1, 1, 1, 2 FROM generate_series(1, 9) n;
SQL
is "TRUNCATE of the lines makes the totals 0" \
  "$(q "TRUNCATE $after.order_items")$(q "SELECT sum(total_amount), count(*) FROM $after.orders")" "0.00|9"
run "a paid order" <<SQL
INSERT INTO $after.order_items ($line_columns) SELECT n, 1, 1, 1, 2 FROM generate_series(1, 9) n;
UPDATE $after.orders SET status = 'paid' WHERE shop_id = 4;
SQL
is "TRUNCATE of the lines of a paid order is UK003" "$(code BEGIN "TRUNCATE $after.order_items" ROLLBACK)" UK003
