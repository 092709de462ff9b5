-- seed_storefront: rows for development, the same each time.
-- C++ edition {
SELECT upkeep.create_storefront('seeded');
-- }
SET client_min_messages = warning;
SELECT upkeep.create_storefront('seeded', history => false);
RESET client_min_messages;
SELECT upkeep.seed_storefront('seeded', 40, 400, today => '2026-11-20');
SET search_path = seeded, public;
SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM products) AS products,
  (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM order_items) AS lines,
  (SELECT count(*) FROM carts) AS carts, (SELECT count(*) FROM cart_items) AS cart_items;
SELECT experimenta_id, email, first_name, last_name, salutation, street, post_code, city, country_code
  FROM users ORDER BY 1 LIMIT 3;
SELECT nav_product_id, name, price, category FROM products ORDER BY nav_product_id LIMIT 5;
SELECT status, count(*), count(payment_completed_at) AS paid, count(payment_id) AS payments
  FROM orders GROUP BY 1 ORDER BY 1;
SELECT min(created_at AT TIME ZONE 'UTC') >= '2025-11-20' AS of_a_year,
  max(created_at AT TIME ZONE 'UTC') < '2026-11-20' AS until_today,
  bool_and(payment_completed_at > created_at) AS paid_later, count(*) FILTER (WHERE user_id IS NULL) AS guests,
  count(DISTINCT order_number) AS numbers, min(order_number) AS first, max(order_number) AS last FROM orders;
SELECT jsonb_object_keys(billing_address) AS key, count(*) FROM orders GROUP BY 1 ORDER BY 1;
SELECT count(*) AS wrong FROM orders o
 WHERE total_amount <> (SELECT sum(price_snapshot * quantity) FROM order_items i WHERE i.order_id = o.id);
SELECT min(n), max(n), bool_and(products = n) AS a_product_once
  FROM (SELECT count(*) AS n, count(DISTINCT product_id) AS products FROM order_items GROUP BY order_id) l;
SELECT count(*) FILTER (WHERE i.price_snapshot <> p.price) > 0 AS prices_rose,
  count(*) FILTER (WHERE i.price_snapshot = p.price) > 0 AS or_stayed FROM order_items i
  JOIN products p ON p.id = i.product_id;
SELECT count(*) FILTER (WHERE NOT active) AS withdrawn, count(DISTINCT category) AS categories,
  min(stock_quantity) AS least_stock,
  min(price), max(price), count(DISTINCT name) AS names FROM products;
SELECT count(*) AS inactive_in_carts FROM cart_items c JOIN products p ON p.id = c.product_id WHERE NOT active;
SELECT * FROM upkeep.check_orders('orders', 'order_items');
SELECT object, finding FROM upkeep.check()
  WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'seeded'::regnamespace);
-- a cart of theirs can be ordered
BEGIN;
SELECT upkeep.checkout((SELECT cart_id FROM cart_items ORDER BY cart_id LIMIT 1),
  schema => 'seeded') IS NOT NULL AS ordered;
ROLLBACK;

-- the same numbers and the same day: the same rows; in other names, with stock, by an owner with a search_path and
-- settings of his own
RESET search_path;
-- C++ edition {
SELECT upkeep.create_storefront('counted', names => 'generic');
-- }
SET client_min_messages = warning;
SELECT upkeep.create_storefront('counted', names => 'generic', history => false);
RESET client_min_messages;
SELECT upkeep.enable_stock('counted.order_items', 'counted.products', orders => 'counted.orders');
SELECT upkeep.seed_storefront('counted', 40, 400, '2026-11-20');
-- C++ edition {
CREATE SCHEMA owned AUTHORIZATION regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
SELECT upkeep.create_storefront('owned');
SET search_path = owned, pg_catalog;
CREATE FUNCTION owned.hashint8extended(bigint, bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
SET TimeZone = 'Asia/Tokyo';
SET DateStyle = 'German';
SELECT upkeep.seed_storefront('owned', 40, 400, '20.11.2026');
RESET TimeZone;
RESET DateStyle;
RESET search_path;
RESET ROLE;
-- }
CREATE FUNCTION contents(schema text) RETURNS TABLE (which text, content text) LANGUAGE plpgsql AS $$
DECLARE each text; BEGIN
  FOREACH each IN ARRAY ARRAY['users', 'products', 'orders', 'order_items', 'carts', 'cart_items'] LOOP
    RETURN QUERY EXECUTE format('SELECT %L, (to_jsonb(t) - ''{updated_at,stock_quantity,product_snapshot,'
      'experimenta_id,external_id,nav_product_id,sku}''::text[])::text
      FROM %I.%I t', each, schema, each);
  END LOOP;
END $$;
CREATE TABLE seeded_contents AS SELECT * FROM contents('seeded');
SELECT which, count(*) FROM (TABLE seeded_contents EXCEPT ALL SELECT * FROM contents('counted')) d GROUP BY 1;
SELECT which, count(*) FROM (SELECT * FROM contents('counted') EXCEPT ALL TABLE seeded_contents) d GROUP BY 1;
-- C++ edition {
SELECT which, count(*) FROM (TABLE seeded_contents EXCEPT ALL SELECT * FROM contents('owned')) d GROUP BY 1;
-- }
SELECT (SELECT min(external_id) FROM counted.users) AS external_id, (SELECT min(sku) FROM counted.products) AS sku;
SELECT min(stock_quantity) >= 0 AS enough,
  (SELECT count(*) FROM upkeep.check_orders('counted.orders', 'counted.order_items')) AS findings
  FROM counted.products;
-- stock is what it is where none is taken, and what cancelled and refunded orders gave back
SELECT count(*) AS differing FROM counted.products s JOIN seeded.products p USING (id)
 WHERE s.stock_quantity <> p.stock_quantity + (SELECT coalesce(sum(quantity), 0) FROM seeded.order_items i
   JOIN seeded.orders o ON o.id = i.order_id
   WHERE i.product_id = p.id AND o.status IN ('cancelled', 'refunded'));
DROP FUNCTION contents;
DROP TABLE seeded_contents;
-- none, no orders, one
SELECT upkeep.create_storefront('few', history => false), upkeep.seed_storefront('few', 0, 0);
CREATE VIEW few_rows AS SELECT (SELECT count(*) FROM few.users) AS users,
  (SELECT count(*) FROM few.products) AS products,
  (SELECT count(*) FROM few.orders) AS orders, (SELECT count(*) FROM few.order_items) > 0 AS lines;
TABLE few_rows;
SELECT upkeep.seed_storefront('few', 300, 0);
TABLE few_rows;
SELECT count(DISTINCT name) AS names, max(nav_product_id) FROM few.products;
DELETE FROM few.products;
SELECT upkeep.seed_storefront('few', 1, 1);
TABLE few_rows;
-- errors
SELECT * FROM failure($$SELECT upkeep.seed_storefront('few')$$);
SELECT * FROM failure($$SELECT upkeep.seed_storefront('nowhere')$$);
DROP VIEW few_rows;
DROP TABLE few.cart_items, few.carts;
SELECT * FROM failure($$SELECT upkeep.seed_storefront('few')$$);
SELECT c, state, message FROM unnest(ARRAY['NULL', '''few'', NULL', '''few'', 1, NULL', '''few'', -1', '''few'', 1, -1',
  '''few'', 0, 1',
  '''few'', 1, 1, ''infinity''']) c, failure(format('SELECT upkeep.seed_storefront(%s)', c)) f;
SET client_min_messages = warning;
DROP SCHEMA few CASCADE;
SELECT upkeep.create_storefront('few', history => false);
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure($$SELECT upkeep.seed_storefront('few')$$);
RESET ROLE;
-- to this day, without further arguments
SELECT upkeep.seed_storefront('few');
SELECT (SELECT count(*) FROM few.products) AS products, count(*) AS orders,
  max(created_at) BETWEEN now() - interval '4 days' AND now() + interval '1 day' AS of_late
  FROM few.orders;
-- C++ edition {
DROP SCHEMA owned CASCADE;
-- }
DROP SCHEMA seeded, counted, few CASCADE;
RESET client_min_messages;
