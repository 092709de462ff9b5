-- Several lines of a few orders that everybody writes to, at prices that change.
\set a random(1, 8)
\set b random(1, 8)
\set c random(1, 14)
\set d random(1, 14)
\set many random(1, 5)
\set way random(1, 8)
\if :way = 1
SELECT attempt(format('UPDATE line SET quantity = %s WHERE id = (SELECT max(id) FROM line WHERE order_id = %s)',
  :many, :a));
\elif :way = 2
SELECT attempt(format('DELETE FROM line WHERE order_id IN (%s, %s) AND quantity = %s', :a, :b, :many));
\elif :way = 3
UPDATE product SET price = :many + 0.05 WHERE id = :c;
\else
SELECT attempt(format('INSERT INTO line (order_id, product_id, quantity) VALUES (%s, %s, %s), (%s, %s, 1), (%s, %s, 2)',
  :a, :c, :many, :b, :d, :a, :d));
\endif
