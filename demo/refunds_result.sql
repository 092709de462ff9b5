-- The same from the sales alone: which line each cancellation means, and whether pieces of it were left.
SET search_path = store;
CREATE TABLE expected AS
WITH RECURSIVE meant AS (
  SELECT DISTINCT ON (c.line) s.line AS sale, c.line AS cancellation, c.sold_at, s.quantity AS sold,
    -c.quantity AS quantity, price
  FROM sold c JOIN sold s USING (customer, stock_code, price)
  WHERE left(c.invoice, 1) = 'C' AND left(s.invoice, 1) <> 'C' AND c.quantity < 0 AND price > 0
    AND s.quantity + c.quantity >= 0 AND s.sold_at <= c.sold_at
  ORDER BY c.line, s.sold_at DESC, s.line DESC
), turn AS (
  SELECT *, row_number() OVER (PARTITION BY sale ORDER BY sold_at, cancellation) AS n FROM meant
), step AS (
  SELECT t.*, true AS is_left, quantity AS back FROM turn t WHERE n = 1
  UNION ALL
  SELECT t.*, s.back + t.quantity <= t.sold, s.back + CASE WHEN s.back + t.quantity <= t.sold THEN t.quantity ELSE 0 END
  FROM step s JOIN turn t ON t.sale = s.sale AND t.n = s.n + 1
)
SELECT sale, cancellation, quantity, quantity * price AS amount, is_left FROM step;

\pset footer off
SELECT to_char(count(*), 'FM999,999') AS cancelled FROM sold
  WHERE invoice LIKE 'C%' AND quantity < 0 AND price > 0 \gset
SELECT to_char(count(*), 'FM999,999') AS refunds, to_char(sum(amount), 'FM999,999,990.000') AS refunded
  FROM refunds \gset
SELECT to_char(count(*) FILTER (WHERE is_left), 'FM999,999') AS expected,
       to_char(sum(amount) FILTER (WHERE is_left), 'FM999,999,990.000') AS expected_amount,
       count(*) FILTER (WHERE NOT is_left) AS too_late FROM expected \gset
\echo
\echo Invoices that begin with C cancel :cancelled lines. :refunds of them refund a line that was sold to the same
\echo customer before, at the same price: :refunded in all. The sales alone say :expected, and :expected_amount.
\echo For :too_late more the pieces had come back already: UK009.
\echo
SELECT must_be_zero('refunds', count(*)) FROM (SELECT cancellation, quantity, amount FROM expected WHERE is_left) e
  FULL JOIN (SELECT cancellation, quantity, amount FROM refunds) r USING (cancellation, quantity, amount)
  WHERE e IS NULL OR r IS NULL \g /dev/null
SELECT must_be_zero('refunded lines', count(*)) FROM order_items i
  FULL JOIN (SELECT sale, sum(quantity) AS quantity FROM expected WHERE is_left GROUP BY sale) e USING (sale)
  WHERE i.refunded_quantity IS DISTINCT FROM coalesce(e.quantity, 0) \g /dev/null
SELECT must_be_zero('check_orders', count(*)) FROM upkeep.check_orders('orders', 'order_items') \g /dev/null
\echo 0 refunds, 0 refunded lines and 0 orders are wrong.
