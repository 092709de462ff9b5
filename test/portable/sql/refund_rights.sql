-- Refunds by whoever writes them: a shop's clerk who has a right to nothing else, with types and functions of his own
-- in front, beside triggers of the shop that count on the search_path, and under isolation levels that see too little.
CREATE SCHEMA clerks;
SET search_path = clerks, public;
SET client_min_messages = warning;
CREATE TABLE products (id int PRIMARY KEY, stock_quantity int);
CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'pending', total_amount numeric(10,2) NOT NULL
  DEFAULT 0, refunded numeric(10,2));
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, product_id int, quantity int NOT NULL,
  price_snapshot numeric(10,2) NOT NULL, refunded int);
CREATE TABLE refunds (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, order_id int NOT NULL, order_item_id int,
  quantity int, amount numeric(10,2) NOT NULL, restock boolean, reason text);
CREATE INDEX ON order_items (order_id);
CREATE INDEX ON refunds (order_id);
CREATE INDEX ON refunds (order_item_id);
SELECT upkeep.enable_order_totals('orders', 'order_items'), upkeep.enable_order_lock('orders', 'order_items'),
  upkeep.enable_stock('order_items', 'products', orders => 'orders'),
  upkeep.enable_order_refunds('refunds', 'orders', 'order_items', restock_column => 'restock',
    refunded_column => 'refunded', refunded_quantity_column => 'refunded');
INSERT INTO products VALUES (1, 10);
INSERT INTO orders (id) VALUES (1), (2);
INSERT INTO order_items VALUES (1, 1, 1, 4, 2.50), (2, 2, 1, 1, 7);
UPDATE orders SET status = 'paid';
-- The shop's own triggers say what has changed, in tables that the search_path finds.
CREATE TABLE changes (what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
  $$ BEGIN INSERT INTO changes VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
CREATE TRIGGER note AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER note AFTER UPDATE ON order_items FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER note AFTER UPDATE ON products FOR EACH ROW EXECUTE FUNCTION note();

CREATE SCHEMA hostile;
CREATE FUNCTION hostile.refuse(pg_catalog.text) RETURNS boolean LANGUAGE plpgsql AS
  'BEGIN RAISE EXCEPTION ''ran as %'', current_user; END';
CREATE DOMAIN hostile.text AS pg_catalog.text CHECK (hostile.refuse(VALUE));
CREATE DOMAIN hostile.record AS pg_catalog.text CHECK (hostile.refuse(VALUE));
CREATE DOMAIN hostile.jsonb AS pg_catalog.jsonb CHECK (hostile.refuse(VALUE::pg_catalog.text));
CREATE FUNCTION hostile.never(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR hostile.= (LEFTARG = int, RIGHTARG = int, FUNCTION = hostile.never);
GRANT USAGE ON SCHEMA clerks, hostile TO regress_upkeep_other;
GRANT INSERT, UPDATE (reason) ON refunds TO regress_upkeep_other;
GRANT SELECT (id) ON refunds TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SET search_path = hostile, clerks, pg_catalog;
INSERT INTO refunds (order_id, order_item_id, quantity, restock) VALUES (1, 1, 1, true);
INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (1, 1, 1), (2, 2, 1);
UPDATE refunds SET reason = 'broken';
SELECT state, detail FROM public.failure('INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (1, 1, 3)');
-- He cannot pause refunds, nor say that his statement is one of ours.
SET upkeep.pause = 'order_refunds';
SELECT state FROM public.failure('INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (1, 1, 3)');
SET upkeep.pause = '#refund 1 forged';
SELECT state FROM public.failure('INSERT INTO refunds (order_id, amount) VALUES (1, 100)');
RESET upkeep.pause;
RESET ROLE;
SET search_path = clerks, public;
SELECT id, refunded FROM orders ORDER BY id;
SELECT id, refunded FROM order_items ORDER BY id;
SELECT stock_quantity FROM products;
SELECT what, count(*) FROM changes GROUP BY what ORDER BY what;

-- Another's table cannot have orders refunded.
GRANT CREATE, USAGE ON SCHEMA clerks TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
CREATE TABLE clerks.own_refunds (order_id int, order_item_id int, quantity int, amount numeric);
CREATE TRIGGER own AFTER INSERT ON own_refunds REFERENCING NEW TABLE AS upkeep_new FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.order_refund('orders=clerks.orders', 'order_items=clerks.order_items');
SELECT state, message FROM failure('INSERT INTO own_refunds VALUES (1, 1, 1, 1)');
RESET ROLE;
DROP TABLE own_refunds;

-- What others refund in the meantime is missed under REPEATABLE READ where no column of the orders tells of it.
SELECT upkeep.enable_order_refunds('refunds', 'orders', 'order_items');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM failure('INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (1, 1, 1)');
SELECT state FROM failure('INSERT INTO refunds (order_id, amount) VALUES (1, 1)');
ROLLBACK;
SELECT upkeep.enable_order_refunds('refunds', 'orders', 'order_items', refunded_column => 'refunded');
BEGIN ISOLATION LEVEL SERIALIZABLE;
INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (1, 1, 1) RETURNING amount;
COMMIT;
SELECT * FROM upkeep.check_orders('orders', 'order_items');

-- The branches follow the totals, the lock and the columns that they look at.
SELECT upkeep.enable_order_totals('orders', 'order_items', line_formula => 'price_snapshot * quantity - 0.5');
INSERT INTO orders (id) VALUES (3);
INSERT INTO order_items VALUES (3, 3, 1, 2, 5);
SELECT upkeep.enable_order_lock('orders', 'order_items', locked_statuses => '{shipped}');
UPDATE orders SET status = 'paid' WHERE id = 3;
SELECT state FROM failure('INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (3, 3, 1)');
UPDATE orders SET status = 'shipped' WHERE id = 3 RETURNING total_amount;
INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (3, 3, 1) RETURNING amount;
ALTER TABLE refunds ALTER amount TYPE numeric(12,3);
INSERT INTO refunds (order_id, order_item_id, quantity) VALUES (3, 3, 1) RETURNING amount;
SELECT refunded FROM orders WHERE id = 3;
DROP SCHEMA clerks, hostile CASCADE;
