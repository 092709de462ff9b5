-- The targets of one order at a time.
INSERT INTO bench.target (title, benchmark, contender, against, measure, at_most)
SELECT format('an order, three lines, payment, %s: added latency / by hand', feature),
  'an order, three lines, payment: ' || feature, 'pg_upkeep', 'by_hand', 'added latency', at_most
FROM (VALUES ('all', 0.60), ('updated_at', 0.80), ('snapshots', 0.80), ('totals', 0.80), ('lock', 0.80),
             ('status', 0.80), ('stock', 0.80)) AS t(feature, at_most);
INSERT INTO bench.target (title, benchmark, contender, against, measure, at_most) VALUES
  ('an order, three lines, payment, a refund: added latency / by hand', 'an order, three lines, payment, a refund',
    'pg_upkeep', 'by_hand', 'added latency', 0.60),
  ('a refund of one piece of a line: added latency / by hand', 'a refund', 'pg_upkeep', 'by_hand', 'added latency',
    0.80);
INSERT INTO bench.target (title, benchmark, contender, against, measure, at_most) VALUES
  ('stock, three lines in one statement: added latency / by hand', 'three lines: stock', 'pg_upkeep', 'by_hand',
    'added latency', 0.60),
  ('checkout of a cart of three: latency / by hand', 'checkout of a cart of three', 'pg_upkeep', 'by_hand', 'latency',
    0.70),
  ('sixteen clients, twelve hot products: time a transaction / by hand', 'sixteen clients, twelve products',
    'pg_upkeep', 'by_hand', 'latency', 0.77),
  ('an order in a store with 1,000,000 lines: latency / with 1,000', 'an order, three lines, payment: large',
    'pg_upkeep', 'bare', 'latency', 1.20),
  ('a quantity changed in a store with 1,000,000 lines: latency / with 1,000', 'a quantity: large', 'pg_upkeep', 'bare',
    'latency', 1.20);
INSERT INTO bench.target (title, benchmark, contender, against, measure, at_most)
SELECT 'stock of many lines in one statement: added cost / by hand', benchmark, 'pg_upkeep', 'by_hand', 'added', 0.60
FROM format('stock of %s lines', :lines) AS b(benchmark);

-- Orders of twenty lines that are placed, changed, cancelled and deleted, each in a transaction: a hundred calls of
-- triggers, or a few more.
CREATE PROCEDURE bench.orders_come_and_go(orders integer) LANGUAGE plpgsql AS $$
DECLARE
  placed uuid;
BEGIN
  FOR turn IN 1 .. orders LOOP
    INSERT INTO ours_all.orders (billing_address) VALUES ('{}') RETURNING id INTO placed;
    INSERT INTO ours_all.order_items (order_id, product_id, quantity)
      SELECT placed, md5((turn % 1000 + line)::text)::uuid, 2 FROM generate_series(1, 20) line;
    UPDATE ours_all.order_items SET quantity = 3 WHERE order_id = placed AND price_snapshot > 50;
    UPDATE ours_all.orders SET status = 'cancelled' WHERE id = placed;
    DELETE FROM ours_all.orders WHERE id = placed;
    COMMIT;
  END LOOP;
END $$;
