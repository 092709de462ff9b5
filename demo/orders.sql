-- The tables as a shop has them. One price of the sales is 0.001, so money has three decimals here.
SET search_path = store;
CREATE TABLE products (id text PRIMARY KEY, name text NOT NULL, price numeric(10,3) NOT NULL);
CREATE TABLE orders (
  id                   text PRIMARY KEY,
  status               text NOT NULL DEFAULT 'pending',
  total_amount         numeric(12,3) NOT NULL DEFAULT 0,
  payment_completed_at timestamptz(3),
  ordered_at           timestamp NOT NULL
);
CREATE TABLE order_items (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id         text NOT NULL REFERENCES orders ON DELETE CASCADE,
  product_id       text REFERENCES products ON DELETE SET NULL,
  product_snapshot jsonb NOT NULL,
  quantity         int NOT NULL,
  price_snapshot   numeric(10,3) NOT NULL,
  sale             int NOT NULL  -- the line of the input
);
CREATE INDEX ON order_items (order_id);
CREATE INDEX ON order_items (product_id);

SELECT upkeep.enable_order_snapshots('order_items', 'products') \g /dev/null
SELECT upkeep.enable_order_totals('orders', 'order_items') \g /dev/null
SELECT upkeep.enable_order_lock('orders', 'order_items') \g /dev/null
SELECT upkeep.enable_order_status('orders',
  '{"pending": ["paid", "cancelled"], "paid": ["completed", "refunded", "cancelled"]}') \g /dev/null

-- An invoice that sells one product at two prices needs two turns:
-- what comes second is sold when the price has changed.
CREATE TABLE turns AS
SELECT *, min(sold_at) OVER (PARTITION BY invoice) AS ordered_at,
       dense_rank() OVER (PARTITION BY invoice, stock_code ORDER BY first) AS turn
FROM (SELECT *, min(line) OVER (PARTITION BY invoice, stock_code, price) AS first FROM sold) s;
CREATE INDEX ON turns (invoice, turn);
CREATE INDEX ON turns (line);
CREATE INDEX ON sold (invoice);
ANALYZE turns, sold;

-- The replay, in time order, each invoice a transaction: the catalogue gets the price of the sale, and the order its
-- lines, with the price that the client has seen; where it were another than the product's, the line would be refused.
DO $$
DECLARE
  due record;
BEGIN
  FOR due IN SELECT invoice, turn, min(ordered_at) AS ordered_at FROM store.turns GROUP BY 1, 2 ORDER BY 3, 1, 2 LOOP
    INSERT INTO store.products (id, name, price)
      SELECT DISTINCT ON (stock_code) stock_code, description, price FROM store.turns
      WHERE invoice = due.invoice AND turn = due.turn ORDER BY stock_code, line
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, price = excluded.price
      WHERE (products.name, products.price) IS DISTINCT FROM (excluded.name, excluded.price);
    INSERT INTO store.orders (id, ordered_at) VALUES (due.invoice, due.ordered_at) ON CONFLICT DO NOTHING;
    INSERT INTO store.order_items (order_id, product_id, quantity, price_snapshot, sale)
      SELECT invoice, stock_code, quantity, price, line FROM store.turns
      WHERE invoice = due.invoice AND turn = due.turn ORDER BY line;
    COMMIT;
  END LOOP;
END
$$;

\pset footer off
SELECT to_char(count(*), 'FM999,999') AS lines, to_char(count(DISTINCT order_id), 'FM999,999') AS orders,
       to_char(count(DISTINCT product_id), 'FM999,999') AS products,
       count(*) FILTER (WHERE quantity < 0) AS returned, count(*) FILTER (WHERE price_snapshot <= 0) AS free
FROM order_items \gset
\echo
\echo :lines lines of :orders orders sell :products products. :returned lines take something back: their quantity is
\echo negative, and so is what they add to the total. :free lines have a price of zero or less, and keep it like any
\echo other.
\echo
