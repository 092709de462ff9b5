-- The products of the first part had history while their prices were replayed; the orders of the last one get it now.
-- What entries say is compared with the input, and with a copy of the table.
\pset footer off
\pset null ''
SELECT to_char(count(*), 'FM999,999') AS entries FROM upkeep.history WHERE target = 'products'::regclass \gset
SELECT count(*) AS changes FROM (SELECT price IS DISTINCT FROM lag(price) OVER (PARTITION BY stock_code
  ORDER BY sold_at, line) AS c FROM sales) s WHERE c \gset
\echo The prices of products changed :changes times, says lag() over the sales. Their history has :entries entries: one
\echo more, of the price that was tried at the end. The latest of the product whose price changed most often:
\echo
SELECT stock_code FROM products ORDER BY (SELECT count(*) FROM moves m WHERE m.stock_code = products.stock_code) DESC,
  stock_code LIMIT 1 \gset
SELECT action, changes ->> 'price' AS price, role FROM upkeep.row_history('products',
  jsonb_build_object('stock_code', :'stock_code')) LIMIT 4;

SELECT min(now) AS then FROM products_then \gset
SELECT count(*) AS differ FROM upkeep.as_of(NULL::products, :'then') p
FULL JOIN products_then t USING (stock_code)
WHERE (p.price, p.created_at, p.updated_at) IS DISTINCT FROM (t.price, t.created_at, t.updated_at) \gset
SELECT count(*) AS now_differ FROM products p JOIN products_then t USING (stock_code)
WHERE p.price IS DISTINCT FROM t.price \gset
\echo Half way through the sales the table was copied. Of that copy :now_differ prices are others now. As upkeep.as_of
\echo has the table at that moment, :differ rows differ from the copy.
\echo

SET search_path = store, public;
SELECT upkeep.enable_history('orders'), upkeep.enable_history('order_items') \g /dev/null
SELECT order_id AS gone FROM order_items JOIN orders o ON o.id = order_id WHERE o.status = 'pending'
GROUP BY order_id ORDER BY count(*) DESC, order_id LIMIT 1 \gset
CREATE TEMP TABLE had AS
SELECT 'order' AS what, o::text AS image FROM orders o WHERE id = :'gone'
UNION ALL SELECT 'line', i::text FROM order_items i WHERE order_id = :'gone';
SELECT count(*) AS lines FROM had WHERE what = 'line' \gset
BEGIN;
SELECT upkeep.set_actor('trainee', 'cleaning up') \g /dev/null
DELETE FROM orders WHERE id = :'gone';
COMMIT;
SELECT count(*) AS left FROM order_items WHERE order_id = :'gone' \gset
\echo Somebody deletes order :gone, and with it its :lines lines; :left are left. Who was it?
\echo
SELECT action, actor, reason, count(*) AS rows FROM upkeep.history WHERE reason = 'cleaning up' GROUP BY 1, 2, 3;
SELECT upkeep.restore_row('orders', jsonb_build_object('id', :'gone')) AS restored \gset
SELECT count(*) AS same FROM had JOIN (
  SELECT 'order' AS what, o::text AS image FROM orders o WHERE id = :'gone'
  UNION ALL SELECT 'line', i::text FROM order_items i WHERE order_id = :'gone') n USING (what, image) \gset
\echo upkeep.restore_row brings :restored rows back; :same of them are what they were, to the last digit.

CREATE TEMP TABLE shown AS SELECT :'differ'::int AS differ, :'now_differ'::int AS now_differ, :'lines'::int AS lines,
  :'left'::int AS "left", :'restored'::int AS restored, :'same'::int AS same, :'changes'::int AS changes,
  (SELECT count(*) FROM upkeep.history WHERE target = 'public.products'::regclass) AS entries;
DO $$ BEGIN
  IF EXISTS (SELECT FROM shown WHERE differ <> 0 OR now_differ = 0 OR "left" <> 0 OR restored <> lines + 1
    OR same <> restored OR entries <> changes + 1) THEN
    RAISE 'history is wrong: %', (SELECT to_jsonb(s) FROM shown s);
  END IF;
END $$;
SELECT upkeep.disable_history('orders'), upkeep.disable_history('order_items') \g /dev/null
