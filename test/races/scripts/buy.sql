-- A purchase of two products in any order, in one statement, of an order that others may write to.
\set order random(1, 5)
\set a random(1, 12)
\set b random(1, 12)
\set many random(1, 3)
SELECT attempt(format('INSERT INTO purchase_items (purchase, product_id, quantity) VALUES (%s, %s, %s), (%s, %s, 1)',
  :order, :a, :many, :order, :b));
