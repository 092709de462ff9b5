-- A purchase of its own, which is cancelled, twice, or comes back, or one of whose lines does.
\set a random(1, 12)
\set b random(1, 12)
\set way random(1, 5)
INSERT INTO purchase DEFAULT VALUES RETURNING id AS own \gset
SELECT attempt(format('INSERT INTO purchase_items (purchase, product_id, quantity) VALUES (%s, %s, 1), (%s, %s, 2)',
  :own, :a, :own, :b));
\if :way = 1
UPDATE purchase SET status = 'cancelled' WHERE id = :own;
UPDATE purchase SET status = 'cancelled' WHERE id = :own;
\elif :way = 2
DELETE FROM purchase_items WHERE purchase = :own AND quantity = 2;
\elif :way = 3
UPDATE purchase SET status = 'cancelled' WHERE id = :own;
SELECT attempt(format('UPDATE purchase SET status = ''pending'' WHERE id = %s', :own));
\elif :way = 4
SELECT attempt(format('UPDATE purchase_items SET product_id = 13 - product_id WHERE purchase = %s', :own));
\endif
