-- What happens in a store, and what it looks like in the end. Errors show as their SQLSTATE.
\set ON_ERROR_STOP off
\set VERBOSITY sqlstate
UPDATE store.products SET stock_quantity = 5 WHERE id IN (md5('1')::uuid, md5('2')::uuid);
INSERT INTO store.orders (id, billing_address) SELECT md5('order ' || n)::uuid, '{"city": "Bonn"}'
  FROM generate_series(-5, -1) n;
INSERT INTO store.order_items (order_id, product_id, quantity)
  SELECT md5('order ' || n)::uuid, md5(p::text)::uuid, 1 FROM generate_series(-5, -1) n, generate_series(1, 3) p;
UPDATE store.order_items SET quantity = 4 WHERE product_id = md5('3')::uuid;
UPDATE store.order_items SET quantity = quantity WHERE product_id = md5('1')::uuid;
DELETE FROM store.order_items WHERE order_id = md5('order -5')::uuid AND product_id = md5('1')::uuid;
UPDATE store.orders SET status = 'cancelled' WHERE id = md5('order -4')::uuid;
UPDATE store.orders SET status = 'cancelled' WHERE id = md5('order -4')::uuid;
UPDATE store.orders SET status = 'paid' WHERE id = md5('order -3')::uuid;
UPDATE store.orders SET status = 'pending' WHERE id = md5('order -3')::uuid;
INSERT INTO store.order_items (order_id, product_id, quantity) VALUES (md5('order -3')::uuid, md5('4')::uuid, 1);
INSERT INTO store.order_items (order_id, product_id, quantity) VALUES (md5('order -2')::uuid, md5('1')::uuid, 9);
INSERT INTO store.order_items (order_id, product_id, quantity, price_snapshot)
  VALUES (md5('order -2')::uuid, md5('4')::uuid, 1, 0.01);
UPDATE store.order_items SET price_snapshot = 1 WHERE order_id = md5('order -2')::uuid;
UPDATE store.orders SET tracking_number = 'T1' WHERE id = md5('order -3')::uuid;
UPDATE store.orders SET billing_address = '{}' WHERE id = md5('order -2')::uuid;
-- Pieces of a paid order, one of an open order, too many, another order's, and money.
INSERT INTO store.refunds (order_id, order_item_id, quantity)
  SELECT order_id, id, 1 FROM store.order_items
    WHERE order_id = md5('order -3')::uuid AND product_id IN (md5('1')::uuid, md5('3')::uuid);
INSERT INTO store.refunds (order_id, order_item_id, quantity)
  SELECT order_id, id, 1 FROM store.order_items
    WHERE order_id = md5('order -2')::uuid AND product_id = md5('1')::uuid;
INSERT INTO store.refunds (order_id, order_item_id, quantity)
  SELECT order_id, id, 1 + n FROM store.order_items, generate_series(0, 1) n
    WHERE order_id = md5('order -3')::uuid AND product_id = md5('3')::uuid;
INSERT INTO store.refunds (order_id, order_item_id, quantity, amount)
  SELECT order_id, id, 1, 1000 FROM store.order_items
    WHERE order_id = md5('order -3')::uuid AND product_id = md5('2')::uuid;
INSERT INTO store.refunds (order_id, order_item_id, quantity)
  SELECT md5('order -3')::uuid, id, 1 FROM store.order_items
    WHERE order_id = md5('order -2')::uuid AND product_id = md5('1')::uuid;
INSERT INTO store.refunds (order_id, amount) VALUES (md5('order -3')::uuid, 0.5), (md5('order -3')::uuid, 0.01);
INSERT INTO store.refunds (order_id, amount) VALUES (md5('order -3')::uuid, 1000000);
INSERT INTO store.refunds (order_id, quantity) VALUES (md5('order -3')::uuid, 1);
INSERT INTO store.refunds (order_id, quantity, amount) VALUES (md5('order -3')::uuid, 0, 1);
UPDATE store.refunds SET amount = amount + 1;
DELETE FROM store.refunds;
UPDATE store.orders SET refunded_amount = 7 WHERE id = md5('order -3')::uuid;
SELECT r.order_id, i.product_id, r.quantity, r.amount, o.refunded_amount
  FROM store.refunds r JOIN store.orders o ON o.id = r.order_id LEFT JOIN store.order_items i ON i.id = order_item_id
  ORDER BY order_id, product_id, amount;
SELECT order_id, product_id, i.quantity, price_snapshot, product_snapshot - 'updated_at' AS snapshot
  FROM store.order_items i ORDER BY order_id, product_id;
SELECT jsonb_build_object('id', id, 'status', status, 'total', total_amount, 'address', billing_address,
    'paid', payment_completed_at IS NOT NULL, 'moved', updated_at > created_at, 'quantity', 'of lines')
  FROM store.orders ORDER BY id;
SELECT id, stock_quantity, updated_at > created_at AS moved FROM store.products
  WHERE id IN (md5('1')::uuid, md5('2')::uuid, md5('3')::uuid, md5('4')::uuid) ORDER BY id;
DELETE FROM store.orders WHERE status <> 'paid';
UPDATE store.products SET stock_quantity = 100000000;
