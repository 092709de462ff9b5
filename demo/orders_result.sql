-- What must hold, compared with the input by SQL alone; each count is of lines or orders that are wrong.
SET search_path = store;
CREATE VIEW wrong_lines AS
SELECT i.id FROM sold s FULL JOIN order_items i ON i.sale = s.line
WHERE (i.order_id, i.quantity, i.price_snapshot, i.product_snapshot ->> 'id', i.product_snapshot ->> 'name',
  (i.product_snapshot ->> 'price')::numeric)
  IS DISTINCT FROM (s.invoice, s.quantity, s.price, s.stock_code,
                    (SELECT t.description FROM turns t JOIN turns u USING (invoice, stock_code, turn)
                      WHERE u.line = s.line ORDER BY t.line LIMIT 1),
                    s.price);
CREATE VIEW wrong_totals AS
SELECT o.id FROM orders o
WHERE o.total_amount IS DISTINCT FROM (SELECT sum(s.price * s.quantity) FROM sold s WHERE s.invoice = o.id);
CREATE FUNCTION must_be_zero(what text, wrong bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF wrong <> 0 THEN RAISE '%: % wrong', what, wrong; END IF;
END
$$;

SELECT order_id AS shown FROM order_items JOIN products p ON p.id = product_id GROUP BY order_id
HAVING count(*) BETWEEN 3 AND 6 AND min(quantity) > 0 AND min(price_snapshot) > 0
ORDER BY count(*) FILTER (WHERE price_snapshot <> price) DESC, order_id LIMIT 1 \gset
CREATE VIEW invoice AS
SELECT order_id, product_snapshot ->> 'name' AS product, quantity, price_snapshot AS price,
  price_snapshot * quantity AS amount,
       coalesce((SELECT p.name || ', ' || p.price FROM products p WHERE p.id = product_id),
         'no longer sold') AS "in the catalogue"
FROM order_items ORDER BY order_items.id;
\echo Order :shown as it was sold:
\echo
SELECT product, quantity, price, amount, "in the catalogue" FROM invoice WHERE order_id = :'shown';
SELECT total_amount AS total FROM orders WHERE id = :'shown' \gset
\echo Total :total
\echo
SELECT must_be_zero('lines', (SELECT count(*) FROM wrong_lines)) \g /dev/null
SELECT must_be_zero('totals', (SELECT count(*) FROM wrong_totals)) \g /dev/null
SELECT must_be_zero('check_orders', (SELECT count(*) FROM upkeep.check_orders('orders', 'order_items'))) \g /dev/null
SELECT to_char(count(*), 'FM999,999') AS lines FROM order_items \gset
SELECT to_char(count(*), 'FM999,999') AS orders, to_char(sum(total_amount), 'FM999,999,999.000') AS turnover
  FROM orders \gset
\echo Each of :lines lines has the price and the description of its sale; each of :orders totals is the sum of its
\echo lines, :turnover in all.
\echo

-- Now the catalogue changes behind them.
CREATE TABLE before_change AS TABLE order_items;
UPDATE products SET name = 'RENAMED ' || id, price = price + 1;
DELETE FROM products WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY md5(id)) AS n,
  count(*) OVER () AS all_of_them FROM products) p WHERE n <= all_of_them / 2);
SELECT count(*) FILTER (WHERE i.product_id IS NULL) AS orphans, count(*) AS same_lines
FROM before_change b JOIN order_items i USING (id, order_id, product_snapshot, quantity, price_snapshot) \gset
SELECT must_be_zero('lines after the change', (SELECT count(*) FROM order_items) - :same_lines) \g /dev/null
SELECT must_be_zero('lines after the change', (SELECT count(*) FROM wrong_lines)) \g /dev/null
SELECT must_be_zero('totals after the change', (SELECT count(*) FROM wrong_totals)) \g /dev/null
\echo All products are renamed and cost 1 more, and half of them are deleted. :same_lines lines say what they said;
\echo :orphans of them have lost their product. Order :shown now:
\echo
SELECT product, quantity, price, amount, "in the catalogue" FROM invoice WHERE order_id = :'shown';
SELECT total_amount AS total FROM orders WHERE id = :'shown' \gset
\echo Total :total
\echo

UPDATE orders SET status = 'paid' WHERE id = :'shown';
SELECT id AS other_product FROM products ORDER BY id LIMIT 1 \gset
\echo The order is paid. Another line is refused, and so is another price:
\echo
\set VERBOSITY default
\set ON_ERROR_STOP off
INSERT INTO order_items (order_id, product_id, quantity, sale) VALUES (:'shown', :'other_product', 1, 0);
SELECT :'SQLSTATE' AS line_refused \gset
UPDATE order_items SET price_snapshot = 0 WHERE order_id = :'shown';
SELECT :'SQLSTATE' AS price_refused \gset
\set ON_ERROR_STOP on
\echo
SELECT must_be_zero('refusals', (:'line_refused' <> 'UK003')::int + (:'price_refused' <> 'UK005')::int) \g /dev/null
SELECT must_be_zero('lines at the end', (SELECT count(*) FROM wrong_lines)) \g /dev/null
SELECT must_be_zero('totals at the end', (SELECT count(*) FROM wrong_totals)) \g /dev/null
\echo Nothing has changed: still 0 of :lines lines and 0 of :orders totals are wrong.
