-- What a session remembers of a trigger is forgotten when a name in it comes to stand for something else: a schema, a
-- type, an operator, an owner. What another session then does is shown in test/isolation/specs/schema_swap.spec.
CREATE SCHEMA plans;
CREATE SCHEMA plans_types;
SET search_path = plans, public;

-- a key of an enum is compared through the type's name
CREATE TYPE plans_types.lane AS ENUM ('left', 'right');
CREATE TABLE orders (id plans_types.lane PRIMARY KEY, status plans_types.lane, total_amount numeric NOT NULL DEFAULT 0);
CREATE TABLE order_items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id plans_types.lane,
  price_snapshot numeric DEFAULT 1);
SELECT upkeep.enable_order_totals('orders', 'order_items');
SELECT upkeep.enable_order_lock('orders', 'order_items', paid_column => '', status_column => 'status',
  locked_statuses => ARRAY['right']);
INSERT INTO orders VALUES ('left');
INSERT INTO order_items (order_id) VALUES ('left');
UPDATE orders SET total_amount = 0 RETURNING total_amount;
ALTER TYPE plans_types.lane RENAME TO side;
INSERT INTO order_items (order_id) VALUES ('left');
UPDATE orders SET total_amount = 0 RETURNING total_amount;
ALTER TYPE plans_types.side SET SCHEMA plans;
INSERT INTO order_items (order_id) VALUES ('left');
UPDATE orders SET total_amount = 0 RETURNING total_amount;
ALTER SCHEMA plans RENAME TO plans_former;
SET search_path = plans_former, public;
SELECT upkeep.enable_order_totals('orders', 'order_items'), upkeep.enable_order_lock('orders', 'order_items',
  paid_column => '', status_column => 'status', locked_statuses => ARRAY['right']);
INSERT INTO order_items (order_id) VALUES ('left');
SELECT * FROM orders;
ALTER TYPE side RENAME VALUE 'right' TO 'wrong';
UPDATE orders SET status = 'wrong';
INSERT INTO order_items (order_id) VALUES ('left');
ALTER TYPE side RENAME VALUE 'wrong' TO 'right';
SELECT state, message FROM failure('INSERT INTO order_items (order_id) VALUES (''left'')');
ALTER SCHEMA plans_former RENAME TO plans;
SET search_path = plans, public;
DROP TABLE orders, order_items;

-- C++ edition {
-- an operator that moves to another schema
CREATE TYPE plans_types.number;
SET client_min_messages = warning;
CREATE FUNCTION plans_types.number_in(cstring) RETURNS plans_types.number LANGUAGE internal IMMUTABLE STRICT
  AS 'int4in';
CREATE FUNCTION plans_types.number_out(plans_types.number) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT
  AS 'int4out';
RESET client_min_messages;
CREATE TYPE plans_types.number (INPUT = plans_types.number_in, OUTPUT = plans_types.number_out, LIKE = int4);
CREATE FUNCTION plans_types.equals(plans_types.number, plans_types.number) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT AS 'int4eq';
CREATE FUNCTION plans_types.compared(plans_types.number, plans_types.number) RETURNS int
  LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';
CREATE OPERATOR plans_types.= (FUNCTION = plans_types.equals, LEFTARG = plans_types.number,
  RIGHTARG = plans_types.number);
CREATE OPERATOR CLASS plans_types.numbers DEFAULT FOR TYPE plans_types.number USING btree AS OPERATOR 3 plans_types.=,
  FUNCTION 1 plans_types.compared(plans_types.number, plans_types.number);
CREATE TABLE settings (shop_id plans_types.number, ratio numeric);
CREATE TABLE figures (shop_id plans_types.number, revenue numeric, margin numeric);
INSERT INTO settings VALUES ('1', 0.5);
SELECT upkeep.enable_metrics('figures', ARRAY['margin = revenue * settings.ratio'], settings => 'settings');
INSERT INTO figures VALUES ('1', 10) RETURNING margin;
ALTER OPERATOR plans_types.= (plans_types.number, plans_types.number) SET SCHEMA plans;
INSERT INTO figures VALUES ('1', 10) RETURNING margin;
-- }

-- other owners, and a role that loses its rights and gets them again
CREATE TYPE colour AS ENUM ('red');
CREATE TABLE products (id int PRIMARY KEY, price numeric, colour colour);
CREATE TABLE sold (product_id int, price_snapshot numeric, product_snapshot jsonb);
INSERT INTO products VALUES (1, 10, 'red');
SELECT upkeep.enable_order_snapshots('sold', 'products', order_column => '', snapshot_fields => ARRAY['colour']);
INSERT INTO sold VALUES (1) RETURNING product_snapshot;
ALTER TYPE colour RENAME VALUE 'red' TO 'scarlet';
INSERT INTO sold VALUES (1) RETURNING product_snapshot;
-- C++ edition {
ALTER TABLE sold OWNER TO regress_upkeep_owner;
SELECT * FROM failure('INSERT INTO sold VALUES (1)');
ALTER TABLE products OWNER TO regress_upkeep_other;
SELECT * FROM failure('INSERT INTO sold VALUES (1)');
GRANT regress_upkeep_other TO regress_upkeep_owner;
INSERT INTO sold VALUES (1) RETURNING product_snapshot;
REVOKE regress_upkeep_other FROM regress_upkeep_owner;
SELECT state, message FROM failure('INSERT INTO sold VALUES (1)');
ALTER TABLE products OWNER TO regress_upkeep_owner;
GRANT USAGE ON SCHEMA plans TO regress_upkeep_owner;
INSERT INTO sold VALUES (1) RETURNING product_snapshot;
-- }

-- a table that a trigger names without its schema is found beside the trigger's own
CREATE TABLE plans_types.products (id int PRIMARY KEY, price numeric, colour colour);
INSERT INTO plans_types.products VALUES (1, 20, NULL);
-- C++ edition {
GRANT USAGE ON SCHEMA plans_types TO regress_upkeep_owner;
ALTER TABLE plans_types.products OWNER TO regress_upkeep_owner;
-- }
CREATE TABLE beside (product_id int, price_snapshot numeric);
CREATE TRIGGER captured BEFORE INSERT ON beside FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_line('products=products', 'order_column=', 'snapshot_column=');
INSERT INTO beside VALUES (1) RETURNING price_snapshot;
ALTER TABLE beside SET SCHEMA plans_types;
INSERT INTO plans_types.beside VALUES (1) RETURNING price_snapshot;
-- dropped and made again at once
BEGIN;
DROP TABLE plans_types.products;
CREATE TABLE plans_types.products (price numeric, gone int, id int PRIMARY KEY);
INSERT INTO plans_types.products VALUES (30, 0, 1);
INSERT INTO plans_types.beside VALUES (1) RETURNING price_snapshot;
COMMIT;
INSERT INTO plans_types.beside VALUES (1) RETURNING price_snapshot;
SELECT * FROM failure('WITH moved AS (SELECT 1) INSERT INTO plans_types.beside SELECT 2 FROM moved');

-- C++ edition {
-- in the midst of a statement: each row reads what its name stands for when the row comes
CREATE FUNCTION swap_at(n int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  IF n = 3 THEN
    ALTER TABLE plans_types.products RENAME TO former;
    CREATE TABLE plans_types.products (id int PRIMARY KEY, price int);
    INSERT INTO plans_types.products VALUES (1, 40);
  END IF;
  RETURN 1;
END $$;
INSERT INTO plans_types.beside SELECT swap_at(n) FROM generate_series(1, 4) n RETURNING price_snapshot;
-- }

SET client_min_messages = warning;
DROP SCHEMA plans, plans_types CASCADE;
