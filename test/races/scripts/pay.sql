-- Orders are paid, with a receipt of what was paid; some are opened again, by who may; a product goes and comes.
\set a random(1, 8)
\set c random(13, 14)
\set way random(1, 4)
\if :way <= 2
WITH paid AS (UPDATE orders SET status = 'paid' WHERE id = :a AND status = 'pending'
  RETURNING id, total_amount) INSERT INTO receipt (order_id, amount) SELECT * FROM paid;
\elif :way = 3
BEGIN;
SET LOCAL upkeep.pause = 'order_lock';
UPDATE orders SET status = 'pending', payment_completed_at = NULL WHERE id = :a AND status = 'paid';
COMMIT;
\else
DELETE FROM product WHERE id = :c;
INSERT INTO product VALUES (:c, 'again', 7) ON CONFLICT DO NOTHING;
\endif
