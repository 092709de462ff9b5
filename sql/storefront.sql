-- create_storefront in names of the trade, and its moves.
-- C++ edition {
SELECT upkeep.create_storefront('trade', names => 'generic');
-- }
SET client_min_messages = warning;
SELECT upkeep.create_storefront('trade', names => 'generic', history => false);
RESET client_min_messages;
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = 'trade' AND column_name ~ 'external_id|sku|nav_|experimenta' ORDER BY 1, 2;
SELECT conrelid::regclass AS on_table, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE connamespace = 'trade'::regnamespace AND contype = 'u' ORDER BY 1, 2;
SELECT attrelid::regclass, col_description(attrelid, attnum) FROM pg_attribute
 WHERE attrelid IN ('trade.users'::regclass, 'trade.products'::regclass)
 AND attname IN ('external_id', 'sku') ORDER BY 1;
SELECT options -> 'transitions' AS moves FROM upkeep.managed
 WHERE object = 'trade.orders'::regclass AND feature = 'order_status';
-- again: nothing to add
SELECT upkeep.create_storefront('trade', 'generic', history => false);
-- the default is what it was, by either name
-- C++ edition {
SELECT upkeep.create_storefront('usual'), upkeep.create_storefront('named', names => 'experimenta');
-- }
SET client_min_messages = warning;
SELECT upkeep.create_storefront('usual', history => false),
  upkeep.create_storefront('named', names => 'experimenta', history => false);
RESET client_min_messages;
CREATE VIEW columns_of AS SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns;
SELECT count(*) FROM (SELECT table_name, column_name, data_type FROM columns_of WHERE table_schema = 'usual'
  EXCEPT SELECT table_name, column_name, data_type FROM columns_of WHERE table_schema = 'named') d;
SELECT table_name, column_name FROM columns_of WHERE table_schema = 'usual'
  EXCEPT SELECT table_name, column_name FROM columns_of WHERE table_schema = 'trade' ORDER BY 1;
DROP VIEW columns_of;
SELECT * FROM failure($$SELECT upkeep.create_storefront('trade', names => 'sap')$$);
SELECT state, message FROM failure($$SELECT upkeep.create_storefront('trade', names => NULL)$$);
SELECT state FROM failure($$SELECT upkeep.create_storefront('nowhere', names => 'Generic')$$);
SELECT to_regnamespace('nowhere') IS NULL AS nothing_made;

-- its moves
SET search_path = trade, public;
INSERT INTO orders (id) VALUES ('00000000-0000-0000-0000-000000000001');
-- moves(statuses): the last status reached, or the error; all of it is undone
CREATE FUNCTION moves(VARIADIC statuses text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE each text; BEGIN
  FOREACH each IN ARRAY statuses LOOP UPDATE trade.orders SET status = each; END LOOP;
  RAISE SQLSTATE '90000' USING MESSAGE = each;
EXCEPTION WHEN SQLSTATE '90000' THEN RETURN SQLERRM; WHEN OTHERS THEN RETURN SQLSTATE || ': ' || SQLERRM; END $$;
SELECT unnest(ARRAY[moves('paid', 'shipped', 'completed', 'refunded'), moves('paid', 'completed'),
  moves('paid', 'shipped', 'refunded'), moves('paid', 'refunded'), moves('paid', 'cancelled'), moves('cancelled')]);
SELECT unnest(ARRAY[moves('shipped'), moves('paid', 'shipped', 'cancelled'), moves('paid', 'shipped', 'paid'),
  moves('completed'), moves('cancelled', 'paid')]);
SELECT hint FROM failure($$UPDATE orders SET status = 'shipped'$$);
-- a shipped order is closed, as it was paid
UPDATE orders SET status = 'paid';
UPDATE orders SET status = 'shipped';
INSERT INTO products (id, sku, name, price) VALUES ('00000000-0000-0000-0000-000000000002', 'MUG-1', 'Mug', 12);
SELECT state FROM failure($$INSERT INTO order_items (order_id, product_id, quantity)
  SELECT o.id, p.id, 1 FROM orders o, products p$$);
-- checkout, and the snapshot that it takes
INSERT INTO carts (id) VALUES ('00000000-0000-0000-0000-000000000003');
INSERT INTO cart_items (cart_id, product_id, quantity) SELECT c.id, p.id, 2 FROM carts c, products p;
SELECT upkeep.checkout('00000000-0000-0000-0000-000000000003', schema => 'trade') IS NOT NULL AS ordered;
SELECT product_snapshot ->> 'sku' AS sku, price_snapshot FROM order_items;
-- what is left to suggest
-- C++ edition {
SELECT feature, statement, note FROM upkeep.suggest('trade');
SELECT feature, statement, note FROM upkeep.suggest('usual');
-- }
-- where the column says which statuses there are, their moves are suggested
-- C++ edition {
SELECT upkeep.disable_order_status('orders');
ALTER TABLE orders ADD CHECK (status IN ('pending', 'paid', 'shipped', 'completed', 'cancelled', 'refunded'));
SELECT statement FROM upkeep.suggest('trade') WHERE feature = 'order_status';
-- without Citus nothing is distributed, and nothing made
SELECT state, message, hint FROM failure('SELECT upkeep.create_storefront(''spread'', distribute => true)');
-- }
SELECT state FROM failure('SELECT upkeep.create_storefront(''spread'', distribute => true)');
SELECT count(*) FROM pg_namespace WHERE nspname = 'spread';
SELECT state, message FROM failure('SELECT upkeep.create_storefront(''spread'', distribute => NULL)');
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA trade, usual, named CASCADE;
RESET client_min_messages;
