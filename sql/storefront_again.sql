-- create_storefront on a storefront of a version before 0.9.0: it gets the columns of its amounts, and its triggers
-- the formulas over them; totals and stamps stay, in locked orders too, and what somebody chose stays as it is.
-- older(schema): takes from a new storefront what 0.9.0 added
CREATE FUNCTION older(schema name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE each record; BEGIN
  EXECUTE format('SELECT upkeep.disable_order_refunds(%L)', schema || '.refunds');
  EXECUTE format('DROP TABLE %I.refunds', schema);
  EXECUTE format('SELECT upkeep.enable_order_totals(%L, %L), upkeep.enable_order_lock(%1$L, %2$L)',
    schema || '.orders', schema || '.order_items');
  FOR each IN SELECT attrelid::regclass AS of, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
      WHERE relnamespace = schema::regnamespace AND relname IN ('orders', 'order_items') AND attname ~
        '^(subtotal_amount|shipping_amount|discount_amount|tax_amount|refunded_.*|currency|fulfilled_at)$' LOOP
    EXECUTE format('ALTER TABLE %s DROP COLUMN %I', each.of, each.attname);
  END LOOP;
  -- The portable edition has it, for what migrations alter.
  IF to_regproc('upkeep.refresh') IS NOT NULL THEN
    EXECUTE 'SELECT upkeep.refresh()';
  END IF;
END $$;
-- options_of(schema): those of totals and lock, without the tables
CREATE VIEW options_of AS SELECT object, feature, options - '{orders,order_items}'::text[] AS options
  FROM upkeep.managed JOIN pg_class c ON c.oid = object
  WHERE feature IN ('order_totals', 'order_lock') AND relname = 'orders';
SET client_min_messages = warning;
SELECT upkeep.create_storefront('again', 'generic');
SELECT older('again');
SELECT upkeep.seed_storefront('again', 20, 200, today => '2026-11-20');
RESET client_min_messages;
SELECT feature, options FROM options_of WHERE object = 'again.orders'::regclass ORDER BY 1;
SET search_path = again, public;
INSERT INTO orders (id) VALUES ('00000000-0000-0000-0000-00000000000b');
INSERT INTO order_items (order_id, product_id, quantity) SELECT '00000000-0000-0000-0000-00000000000b', id, 2
  FROM products WHERE active ORDER BY sku LIMIT 2;
-- a total of its own stays too, although the order is open
SET upkeep.pause = 'all';
UPDATE orders SET total_amount = 1 WHERE id = (SELECT id FROM orders WHERE status = 'cancelled' ORDER BY id LIMIT 1);
SET upkeep.pause = '';
CREATE TEMPORARY TABLE before AS SELECT o.*, md5(i::text) AS lines FROM orders o
  JOIN LATERAL (SELECT array_agg((l.id, quantity, price_snapshot, updated_at) ORDER BY id) AS i FROM order_items l
    WHERE order_id = o.id) l ON true;
SELECT upkeep.create_storefront('again', 'generic', history => false);
SELECT count(*) AS orders, count(*) FILTER (WHERE o.total_amount <> b.total_amount) AS moved,
  count(*) FILTER (WHERE o.updated_at <> b.updated_at) AS stamped,
  count(*) FILTER (WHERE o.subtotal_amount <> (SELECT sum(price_snapshot * quantity) FROM order_items
    WHERE order_id = o.id)) AS wrong_sums,
  count(*) FILTER (WHERE b.lines <> (SELECT md5(array_agg((l.id, quantity, price_snapshot, l.updated_at)
    ORDER BY id)::text) FROM order_items l WHERE order_id = o.id)) AS lines_changed,
  count(*) FILTER (WHERE o.currency = 'EUR' AND o.shipping_amount + o.discount_amount + o.tax_amount
    + o.refunded_amount = 0) AS without_amounts
  FROM orders o JOIN before b USING (id);
SELECT finding, stored, count(*) FROM upkeep.check_orders('orders', 'order_items') GROUP BY 1, 2;
SELECT feature, options FROM options_of WHERE object = 'again.orders'::regclass ORDER BY 1;
SELECT count(*) FROM upkeep.check() WHERE object IN (SELECT oid FROM pg_class
  WHERE relnamespace = 'again'::regnamespace);
SELECT object, options - '{refunds,orders,order_items}'::text[] AS options FROM upkeep.managed
  WHERE feature = 'order_refunds' AND object IN (SELECT oid FROM pg_class WHERE relnamespace = 'again'::regnamespace)
  ORDER BY object::text;
-- once more: nothing to add, nothing to say
SELECT upkeep.create_storefront('again', 'generic', history => false);
-- what it has now works: an open order, and a locked one
\set open 00000000-0000-0000-0000-00000000000b
SELECT id AS locked FROM orders WHERE status = 'paid' ORDER BY id LIMIT 1 \gset
BEGIN;
UPDATE orders SET shipping_amount = 4.90, discount_amount = 1, tax_amount = 0.50 WHERE id = :'open'
  RETURNING total_amount - subtotal_amount AS beside;
UPDATE order_items SET discount_amount = 2, tax_amount = 0.10 WHERE order_id = :'open' RETURNING fulfilled_at;
SELECT total_amount - subtotal_amount AS beside, (SELECT sum(price_snapshot * quantity - 1.90) FROM order_items
  WHERE order_id = :'open') = subtotal_amount AS right FROM orders WHERE id = :'open';
SELECT DISTINCT currency FROM order_items WHERE order_id = :'open';
ROLLBACK;
UPDATE order_items SET fulfilled_at = '2026-11-20' WHERE order_id = :'locked';
BEGIN;
INSERT INTO refunds (order_id, order_item_id, quantity) SELECT order_id, id, quantity FROM order_items
  WHERE order_id = :'locked';
SELECT refunded_amount = total_amount AS all_of_it, bool_and(refunded_quantity = quantity) AS all_of_them
  FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.id = :'locked' GROUP BY o.id;
SELECT state FROM failure(format('INSERT INTO refunds (order_id, amount) VALUES (%L, 0.01)', :'locked'));
ROLLBACK;
SELECT state, detail ~ '"shipping_amount" cannot change' AS right
  FROM failure(format('UPDATE orders SET shipping_amount = 1 WHERE id = %L', :'locked'));
SELECT state, detail ~ '"currency" cannot change' AS right
  FROM failure(format('UPDATE orders SET currency = ''USD'' WHERE id = %L', :'locked'));
SELECT state FROM failure(format('UPDATE orders SET tax_amount = -1 WHERE id = %L', :'open'));
-- the other currency, as the notice says it, in locked orders too
ALTER TABLE again.orders ALTER currency SET DEFAULT 'USD', ALTER currency TYPE text USING 'USD';
SELECT currency, count(*) FROM orders GROUP BY 1;
RESET search_path;

-- what somebody chose stays, and a notice gives a call that keeps it
SET client_min_messages = warning;
SELECT upkeep.create_storefront('chosen');
SELECT older('chosen');
RESET client_min_messages;
SELECT upkeep.enable_order_lock('chosen.orders', 'chosen.order_items',
  frozen_columns => '{total_amount,payment_id}', locked_statuses => '{paid,"on hold"}');
ALTER TABLE chosen.order_items ADD weight numeric DEFAULT 1;
SELECT upkeep.enable_order_totals('chosen.orders', 'chosen.order_items',
  line_formula => 'price_snapshot * quantity * weight');
SELECT upkeep.create_storefront('chosen', history => false);
SELECT feature, options FROM options_of WHERE object = 'chosen.orders'::regclass ORDER BY 1;
SELECT upkeep.enable_order_lock('chosen.orders', 'chosen.order_items', locked_statuses => '{paid,"on hold"}',
  frozen_columns => '{total_amount,payment_id}', open_columns => '{fulfilled_at}');
SELECT upkeep.create_storefront('chosen', history => false);
-- with all that is new, and formulas of its own: there is nothing to add
SELECT upkeep.enable_order_totals('chosen.orders', 'chosen.order_items', line_formula => 'price_snapshot * quantity',
  total_formula => 'lines + shipping_amount', lines_column => 'subtotal_amount', currency_column => 'currency');
SELECT upkeep.create_storefront('chosen', history => false);
-- columns of these names that somebody had before: totals are not made of them unasked
SET client_min_messages = warning;
SELECT older('chosen');
ALTER TABLE chosen.orders ADD shipping_amount numeric(10,2);
RESET client_min_messages;
SELECT upkeep.create_storefront('chosen', history => false);
SELECT feature, options FROM options_of WHERE object = 'chosen.orders'::regclass ORDER BY 1;
-- nor where totals were not enabled, since NULL is no amount
SELECT upkeep.disable_order_totals('chosen.orders'), upkeep.disable_order_lock('chosen.orders');
SELECT upkeep.create_storefront('chosen', history => false);
SELECT feature, options FROM options_of WHERE object = 'chosen.orders'::regclass ORDER BY 1;
UPDATE chosen.orders SET shipping_amount = 0;
ALTER TABLE chosen.orders ALTER shipping_amount SET DEFAULT 0, ALTER shipping_amount SET NOT NULL;
SELECT upkeep.disable_order_totals('chosen.orders');
SELECT upkeep.create_storefront('chosen', history => false);
SELECT feature, options FROM options_of WHERE object = 'chosen.orders'::regclass ORDER BY 1;

-- refunds that somebody enabled without the columns
SET client_min_messages = warning;
SELECT upkeep.create_storefront('in_the_way', 'generic');
RESET client_min_messages;
SELECT upkeep.enable_order_refunds('in_the_way.refunds', 'in_the_way.orders', 'in_the_way.order_items');
SELECT upkeep.create_storefront('in_the_way', 'generic', history => false);
-- a table of that name, with other columns
SET client_min_messages = warning;
SELECT older('in_the_way');
RESET client_min_messages;
CREATE TABLE in_the_way.refunds (id int PRIMARY KEY, payment text, cents int);
INSERT INTO in_the_way.refunds VALUES (1, 'pay_1', 100);
SELECT upkeep.create_storefront('in_the_way', 'generic', history => false);
SELECT * FROM in_the_way.refunds;
SELECT count(*) FROM upkeep.managed WHERE feature = 'order_refunds' AND object = 'in_the_way.orders'::regclass;
ALTER TABLE in_the_way.refunds RENAME TO payments_back;
CREATE VIEW in_the_way.refunds AS SELECT 1 AS one;
SELECT upkeep.create_storefront('in_the_way', 'generic', history => false);
-- keys that are not uuid, in tables that refer to one another already
CREATE SCHEMA bigger
  CREATE TABLE orders (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY)
  CREATE TABLE order_items (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, order_id bigint REFERENCES orders);
SET client_min_messages = notice;
SELECT upkeep.create_storefront('bigger', 'generic', history => false);
SELECT count(*) FROM upkeep.managed WHERE feature = 'order_totals' AND object = 'bigger.orders'::regclass;
SET client_min_messages = warning;
DROP SCHEMA again, chosen, in_the_way, bigger CASCADE;
RESET client_min_messages;
DROP VIEW options_of;
DROP FUNCTION older;
