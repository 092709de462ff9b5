-- A store that feeds its analytics. Nothing here computes a figure of a day: orders and refunds are written.
CREATE SCHEMA shop;
SET search_path = shop, shop_days;
CREATE TABLE orders (
  id           text PRIMARY KEY,
  status       text NOT NULL DEFAULT 'paid',
  total_amount numeric(12,3) NOT NULL DEFAULT 0,
  placed_at    timestamp NOT NULL
);
CREATE TABLE order_items (
  order_id       text NOT NULL REFERENCES orders ON DELETE CASCADE,
  quantity       int NOT NULL,
  price_snapshot numeric(10,3) NOT NULL,
  sale           int PRIMARY KEY  -- the line of the input
);
CREATE TABLE refunds (id text PRIMARY KEY, amount numeric(12,3) NOT NULL, refunded_at timestamp NOT NULL);
CREATE INDEX ON order_items (order_id);
CREATE INDEX ON orders ((placed_at::date));
CREATE INDEX ON refunds ((refunded_at::date));
SELECT upkeep.enable_order_totals('orders', 'order_items') \g /dev/null

-- All orders are of one shop. A day's revenue is what was sold on it less what was refunded on it, in pence or cents.
\set shop '5b3d1f7e-0000-4000-8000-000000000001'
SET client_min_messages = warning;
SELECT upkeep.create_analytics('shop_days', 'orders', jsonb_build_object('shop', format('%L::uuid', :'shop'),
  'amount', 'total_amount * 100', 'moment', 'placed_at', 'sold', $$status <> 'cancelled'$$)) \g /dev/null
SELECT upkeep.enable_rollup('shop_days.daily_records', 'refunds', '{revenue = sum(-amount * 100)}',
  ARRAY[format('shop_id = %L::uuid', :'shop'), 'record_date = refunded_at::date']) \g /dev/null
RESET client_min_messages;
INSERT INTO shop_days.shops (id, name, currency, timezone)
  SELECT :'shop', 'The shop', CASE WHEN min(sold_at) < '2012-01-01' THEN 'GBP' ELSE 'EUR' END, 'UTC' FROM store.sold;
INSERT INTO shop_days.shop_settings (shop_id, cogs_ratio) VALUES (:'shop', 0.4);

-- The sales, in time order, each hour a transaction. Invoices that begin with C take something back.
CREATE TABLE hours AS
SELECT date_trunc('hour', ordered_at) AS hour, invoice, ordered_at, line, quantity, price
FROM (SELECT *, min(sold_at) OVER (PARTITION BY invoice) AS ordered_at FROM store.sold) s;
CREATE INDEX ON hours (hour);
ANALYZE hours;
DO $$
DECLARE
  due timestamp;
BEGIN
  FOR due IN SELECT DISTINCT hour FROM shop.hours ORDER BY hour LOOP
    INSERT INTO shop.orders (id, placed_at)
      SELECT DISTINCT invoice, ordered_at FROM shop.hours WHERE hour = due AND invoice NOT LIKE 'C%';
    INSERT INTO shop.order_items (order_id, quantity, price_snapshot, sale)
      SELECT invoice, quantity, price, line FROM shop.hours WHERE hour = due AND invoice NOT LIKE 'C%';
    INSERT INTO shop.refunds
      SELECT invoice, -sum(quantity * price), min(ordered_at) FROM shop.hours WHERE hour = due AND invoice LIKE 'C%'
      GROUP BY invoice;
    COMMIT;
  END LOOP;
END
$$;

-- From the input alone: what was sold on a day, and what was taken back on it.
CREATE VIEW days_of_sales AS
SELECT day, count(*) FILTER (WHERE amount IS NOT NULL) AS orders, sum(round(coalesce(amount, back) * 100)) AS revenue,
  count(back) AS refunds
FROM (SELECT min(ordered_at)::date AS day, sum(quantity * price) FILTER (WHERE invoice NOT LIKE 'C%') AS amount,
        sum(quantity * price) FILTER (WHERE invoice LIKE 'C%') AS back
      FROM hours GROUP BY invoice) i
GROUP BY day;
CREATE VIEW wrong_days AS
SELECT day, r.revenue FROM days_of_sales s FULL JOIN shop_days.daily_records r ON r.record_date = s.day
WHERE (s.orders, s.revenue) IS DISTINCT FROM (r.orders::bigint, r.revenue::numeric);

\pset footer off
SELECT to_char(count(*), 'FM999,999') AS lines FROM order_items \gset
SELECT to_char(count(*), 'FM999,999') AS orders, to_char(sum(total_amount), 'FM999,999,990.00') AS turnover
  FROM orders \gset
SELECT count(*) AS days FROM shop_days.daily_records \gset
SELECT to_char(count(*), 'FM999,999') AS refunds, count(DISTINCT refunded_at::date) AS refund_days,
  to_char(sum(amount), 'FM999,999,990.00') AS refunded FROM refunds \gset
SELECT to_char(sum(revenue) / 100.0, 'FM999,999,990.00') AS revenue FROM shop_days.daily_records \gset
\echo :lines lines of the sales are those of :orders orders.
\echo :orders orders have totals of :turnover, kept from their lines.
\echo :days days have their orders and their revenue, kept from the orders.
\echo :refunds refunds of :refunded lower the revenue of :refund_days days: the days on which they were made.
\echo :revenue is the revenue of all days.
\echo
SELECT store.must_be_zero('days', (SELECT count(*) FROM wrong_days)) \g /dev/null
SELECT store.must_be_zero('check_rollup', (SELECT count(*) FROM upkeep.check_rollup('shop_days.daily_records')))
  \g /dev/null
\echo 0 of :days days differ from SUM … GROUP BY over the sales.
\echo

-- The busiest day, and what happens to it.
SELECT record_date AS day FROM shop_days.daily_records ORDER BY orders DESC, record_date LIMIT 1 \gset
CREATE TABLE told (n int, what text, orders int, revenue bigint, aov bigint);
CREATE FUNCTION tell(what text, day date) RETURNS void LANGUAGE sql AS $$
  INSERT INTO shop.told SELECT (SELECT count(*) FROM shop.told), what, orders, revenue, aov
  FROM shop_days.daily_records WHERE record_date = day
$$;
SELECT tell('sold', :'day') \g /dev/null
UPDATE order_items SET quantity = quantity + 1
  WHERE sale = (SELECT min(line) FROM hours WHERE ordered_at::date = :'day' AND invoice NOT LIKE 'C%' AND price > 0);
SELECT tell('one piece more in a line', :'day') \g /dev/null
UPDATE orders SET status = 'cancelled' WHERE id = (SELECT min(id) FROM orders WHERE placed_at::date = :'day');
SELECT tell('an order is cancelled', :'day') \g /dev/null
UPDATE orders SET placed_at = placed_at + interval '1 day'
  WHERE id = (SELECT max(id) FROM orders WHERE placed_at::date = :'day');
SELECT tell('an order turns out to be of the day after', :'day') \g /dev/null
UPDATE shop_days.daily_records SET orders = 0, revenue = 1000000000 WHERE record_date = :'day';
SELECT tell('somebody sets its revenue to 1000000000', :'day') \g /dev/null
\echo :day, with the average order value that metrics keep:
\echo
SELECT what, orders, revenue, aov FROM told ORDER BY n;
SELECT store.must_be_zero('check_rollup', (SELECT count(*) FROM upkeep.check_rollup('shop_days.daily_records')))
  \g /dev/null

-- The last week that is over.
SELECT date_trunc('week', max(sold_at))::date - 7 AS week, date_trunc('week', max(sold_at))::date AS today
  FROM store.sold \gset
-- What the ads cost is the client's to say: a fifth of the usual revenue, and in that week four times as much.
UPDATE shop_days.daily_records SET ad_spend = round(usual * CASE WHEN record_date >= :'week' THEN 0.8 ELSE 0.2 END)
FROM (SELECT avg(revenue) AS usual FROM shop_days.daily_records) u;
SET client_min_messages = warning;
CALL upkeep.run_weekly_diagnostics(:'week', today => :'today');
RESET client_min_messages;
CREATE VIEW shop_days.last_week AS
SELECT to_jsonb(w) || jsonb_build_object('shop_name', s.name) AS diagnosis
FROM shop_days.weekly_diagnostics w JOIN shop_days.shops s ON s.id = w.shop_id;
