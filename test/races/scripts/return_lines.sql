-- Lines come back, by one or two pieces, several in a statement and in any order; some returns grow, or are taken back;
-- the quantity of what was sold changes.
\set a random(1, 6)
\set b random(1, 6)
\set many random(1, 2)
\set basket random(11, 18)
\set way random(1, 8)
\if :way = 1
SELECT attempt(format('UPDATE returned SET quantity = quantity - 1 WHERE id = (SELECT min(id) FROM returned
  WHERE of_line = %s)', :a));
\elif :way = 2
SELECT attempt(format('DELETE FROM returned WHERE of_line = %s AND quantity = -%s', :a, :many));
\elif :way = 3
SELECT attempt(format('UPDATE returned SET quantity = 5 + %s WHERE id = %s', :many, :a));
\else
SELECT attempt(format('INSERT INTO returned (basket, of_line, quantity) VALUES (%s, %s, -%s), (%s, %s, -1)',
  :basket, :a, :many, :basket, :b));
\endif
