\set id random(1001, 1100)
\set line random(1000, 1000000000)
BEGIN;
INSERT INTO sales.orders (id) VALUES (:id) ON CONFLICT DO NOTHING;
INSERT INTO sales.order_items (id, order_id, product_id, quantity) VALUES (:line, :id, 1 + :id % 2, 2)
  ON CONFLICT DO NOTHING;
COMMIT;
