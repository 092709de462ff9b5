-- Refunds of what was sold: the amount left out is computed, and never more is given back than was sold.
SET search_path = store;
ALTER TABLE orders ADD COLUMN refunded_amount numeric(12,3) NOT NULL DEFAULT 0;
ALTER TABLE order_items ADD COLUMN refunded_quantity int NOT NULL DEFAULT 0;
CREATE TABLE refunds (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id      text NOT NULL REFERENCES orders,
  order_item_id bigint REFERENCES order_items,
  quantity      int,
  amount        numeric(12,3) NOT NULL,
  cancellation  int NOT NULL  -- the line of the input
);
CREATE INDEX ON refunds (order_id);
CREATE INDEX ON refunds (order_item_id);
CREATE INDEX ON order_items (sale);
CREATE INDEX ON sold (customer, stock_code);
SELECT upkeep.enable_order_refunds('refunds', 'orders', 'order_items', refunded_column => 'refunded_amount',
  refunded_quantity_column => 'refunded_quantity') \g /dev/null

-- Each cancellation, in time order, refunds the line it cancels: the last one before it with that customer, product and
-- price, and enough pieces. The order is paid by then. Where the pieces have come back already, there is nothing left.
DO $$
DECLARE
  due record;
  sale record;
BEGIN
  FOR due IN SELECT * FROM store.sold WHERE invoice LIKE 'C%' AND quantity < 0 AND price > 0 ORDER BY sold_at, line LOOP
    SELECT i.id, i.order_id INTO sale
      FROM store.sold s JOIN store.order_items i ON i.sale = s.line
      WHERE s.customer = due.customer AND s.stock_code = due.stock_code AND s.price = due.price
        AND s.sold_at <= due.sold_at AND s.invoice NOT LIKE 'C%' AND s.quantity >= -due.quantity
      ORDER BY s.sold_at DESC, s.line DESC LIMIT 1;
    CONTINUE WHEN NOT FOUND;
    UPDATE store.orders SET status = 'paid' WHERE id = sale.order_id AND status = 'pending';
    BEGIN
      INSERT INTO store.refunds (order_id, order_item_id, quantity, cancellation)
        VALUES (sale.order_id, sale.id, -due.quantity, due.line);
    EXCEPTION WHEN SQLSTATE 'UK009' THEN NULL;
    END;
  END LOOP;
END
$$;
