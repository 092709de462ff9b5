-- One piece of one of three lines, or a cent of the order; now and then the order is cancelled and paid again.
\set line random(1, 3)
\set way random(1, 12)
\if :way = 1
UPDATE sale SET status = CASE status WHEN 'paid' THEN 'cancelled' ELSE 'paid' END WHERE id = 1;
\elif :way = 2
SELECT attempt('INSERT INTO refund (order_id, amount) VALUES (1, 0.01)');
\else
SELECT attempt(format('INSERT INTO refund (order_id, order_item_id, quantity, restock) VALUES (1, %s, 1,
  true)', :line));
\endif
