-- carts: add_to_cart, merge_carts, and the unique index on which both stand.
SET client_min_messages = warning;
SELECT upkeep.create_storefront('shop');
RESET client_min_messages;
SET search_path = shop, public;
CREATE FUNCTION public.n(int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT lpad($1::text, 32, '0')::uuid $$;
CREATE FUNCTION public.in_cart(int) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(string_agg(quantity || ' ' || name, ', ' ORDER BY name), 'nothing')
  FROM shop.cart_items i JOIN shop.products p ON p.id = i.product_id WHERE cart_id = public.n($1) $$;
INSERT INTO products (id, name, price, stock_quantity) VALUES (n(1), 'cup', 4.50, 100), (n(2), 'pot', 20, 100),
  (n(3), 'tea', 7.50, 100);
INSERT INTO carts (id, session_id) VALUES (n(11), 'guest'), (n(12), 'user'), (n(13), 'empty');

-- the same product again adds to its line
SELECT upkeep.add_to_cart(n(11), n(1), 2);
SELECT upkeep.add_to_cart(n(11), n(1), 3);
SELECT upkeep.add_to_cart(cart => n(11), product => n(2), quantity => 1, schema => 'shop');
SELECT in_cart(11), count(*) AS rows FROM cart_items;
-- what cannot be added changes nothing
SELECT f.* FROM unnest('{1,0,-1,NULL}'::int[]) q, failure(format('SELECT upkeep.add_to_cart(%L, %L, %s)', n(99), n(1),
  coalesce(q::text, 'NULL'))) f;
SELECT * FROM failure(format('SELECT upkeep.add_to_cart(%L, %L, 1)', n(11), n(9)));
SELECT * FROM failure(format('SELECT upkeep.add_to_cart(NULL, %L, 1)', n(1)));
SELECT * FROM failure(format('SELECT upkeep.add_to_cart(%L, NULL, 1)', n(11)));
SELECT * FROM failure(format('SELECT upkeep.add_to_cart(%L, %L, 1, %L)', n(11), n(1), 'nowhere'));
SELECT state, message FROM failure(format('SELECT upkeep.add_to_cart(%L, %L, 2147483647)', n(11), n(1)));
SET search_path = public;
SELECT * FROM failure(format('SELECT upkeep.add_to_cart(%L, %L, 1)', n(11), n(1)));
SET search_path = shop, public;
SELECT in_cart(11);

-- two carts become one: the first is empty then, and stays
SELECT upkeep.add_to_cart(n(12), n(1), 1);
SELECT upkeep.add_to_cart(n(12), n(3), 4);
SELECT upkeep.merge_carts(n(11), n(12));
SELECT in_cart(11), in_cart(12), (SELECT count(*) FROM carts) AS carts, (SELECT count(*) FROM cart_items) AS rows;
SELECT upkeep.merge_carts(from_cart => n(12), into_cart => n(11), schema => 'shop');
SELECT in_cart(11), in_cart(12);
-- an empty one adds nothing
SELECT upkeep.merge_carts(n(13), n(11));
SELECT in_cart(11), in_cart(13);
SELECT * FROM failure(format('SELECT upkeep.merge_carts(%L, %L)', n(11), n(11)));
SELECT * FROM failure(format('SELECT upkeep.merge_carts(%L, %L)', n(11), n(99)));
SELECT * FROM failure(format('SELECT upkeep.merge_carts(%L, %L)', n(99), n(11)));
SELECT * FROM failure(format('SELECT upkeep.merge_carts(NULL, %L)', n(11)));
SELECT * FROM failure(format('SELECT upkeep.merge_carts(%L, NULL)', n(11)));
SELECT * FROM failure(format('SELECT upkeep.merge_carts(%L, %L, %L)', n(11), n(12), 'nowhere'));
UPDATE cart_items SET quantity = 2147483647 WHERE cart_id = n(11) AND product_id = n(1);
SELECT upkeep.add_to_cart(n(12), n(1), 1);
SELECT state, message FROM failure(format('SELECT upkeep.merge_carts(%L, %L)', n(12), n(11)));
UPDATE cart_items SET quantity = 5 WHERE cart_id = n(11) AND product_id = n(1);
SELECT in_cart(11), in_cart(12);
-- savepoints take it back
BEGIN;
SAVEPOINT s;
SELECT upkeep.merge_carts(n(12), n(11));
ROLLBACK TO s;
SELECT upkeep.add_to_cart(n(12), n(1), 1);
COMMIT;
SELECT in_cart(11), in_cart(12);
-- a trigger that suppresses the row
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER nothing BEFORE INSERT ON cart_items FOR EACH ROW EXECUTE FUNCTION nothing();
SELECT * FROM failure(format('SELECT upkeep.add_to_cart(%L, %L, 1)', n(12), n(2)));
DROP TRIGGER nothing ON cart_items;

-- with the caller's rights, of which reading products is none; and no operator of his
GRANT USAGE ON SCHEMA shop TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure(format('SELECT upkeep.add_to_cart(%L, %L, 1)', n(11), n(1)));
SELECT state, message FROM failure(format('SELECT upkeep.merge_carts(%L, %L)', n(12), n(11)));
RESET ROLE;
GRANT SELECT, UPDATE ON carts TO regress_upkeep_other;
GRANT SELECT, INSERT, UPDATE, DELETE ON cart_items TO regress_upkeep_other;
ALTER TABLE products ENABLE ROW LEVEL SECURITY;
-- C++ edition {
ALTER TABLE products FORCE ROW LEVEL SECURITY;
-- }
CREATE FUNCTION never(uuid, uuid) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE FUNCTION nought(int, int) RETURNS int LANGUAGE sql AS 'SELECT 0';
CREATE OPERATOR = (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = never);
CREATE OPERATOR + (LEFTARG = int, RIGHTARG = int, FUNCTION = nought);
SET ROLE regress_upkeep_other;
SET search_path = shop, pg_catalog, public;
SELECT upkeep.add_to_cart(n(11), n(1), 1);
SELECT upkeep.merge_carts(n(12), n(11));
SELECT state, message FROM failure(format('SELECT upkeep.add_to_cart(%L, %L, 1)', n(11), n(9)));
SELECT state FROM failure('SELECT count(*) FROM products');
RESET ROLE;
DROP OPERATOR = (uuid, uuid);
DROP OPERATOR + (int, int);
SET search_path = shop, public;
ALTER TABLE products DISABLE ROW LEVEL SECURITY;
SELECT in_cart(11), in_cart(12);
-- carts that are hidden are not there
ALTER TABLE carts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON carts USING (session_id = 'guest');
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure(format('SELECT upkeep.add_to_cart(%L, %L, 1)', n(12), n(1)));
SELECT state, message FROM failure(format('SELECT upkeep.merge_carts(%L, %L)', n(11), n(12)));
SELECT upkeep.add_to_cart(n(11), n(1), 1);
RESET ROLE;
ALTER TABLE carts DISABLE ROW LEVEL SECURITY;
SELECT in_cart(11);
SELECT upkeep.checkout(n(11)) IS NOT NULL AS ordered;
SELECT product_snapshot ->> 'name' AS name, quantity FROM order_items ORDER BY 1;

-- touched carts move once for each call
SELECT upkeep.enable_touch('cart_items', 'carts');
SELECT moved('carts', format('SELECT upkeep.add_to_cart(%L, %L, 1)', n(11), n(1)), 'session_id');
SELECT moved('carts', format('SELECT upkeep.add_to_cart(%L, %L, 1)', n(11), n(1)), 'session_id');
SELECT moved('carts', format('SELECT upkeep.merge_carts(%L, %L)', n(11), n(12)), 'session_id');
SELECT in_cart(12);
SELECT upkeep.disable_touch('cart_items', 'carts');

-- a storefront from before: the index is added, where no cart names a product twice
ALTER TABLE cart_items DROP CONSTRAINT cart_items_cart_id_product_id_key;
SELECT * FROM failure(format('SELECT upkeep.add_to_cart(%L, %L, 1)', n(11), n(1)));
SELECT * FROM failure(format('SELECT upkeep.merge_carts(%L, %L)', n(12), n(11)));
INSERT INTO cart_items (cart_id, product_id, quantity) VALUES (n(12), n(1), 3), (n(13), n(3), 1), (n(12), n(2), 1),
  (n(13), n(2), 2), (n(13), n(3), 5);
\set VERBOSITY default
SELECT upkeep.create_storefront('shop', history => false);
SELECT indexname FROM pg_indexes WHERE schemaname = 'shop' AND tablename = 'cart_items' ORDER BY 1;
-- checkout makes one line of them, in the order of the cart
SELECT upkeep.checkout(n(13)) AS ordered \gset
SELECT product_snapshot ->> 'name' AS name, quantity, price_snapshot FROM order_items WHERE order_id = :'ordered';
SELECT total_amount, (SELECT count(*) FROM cart_items WHERE cart_id = n(13)) AS left_in_cart
  FROM orders WHERE id = :'ordered';
INSERT INTO cart_items (cart_id, product_id, quantity) VALUES (n(13), n(3), 1), (n(13), n(2), 2), (n(13), n(3), 5);
-- what the notice says
WITH twice AS (
  SELECT cart_id, product_id, min(ctid) AS kept, sum(quantity) AS quantity FROM shop.cart_items
  GROUP BY cart_id, product_id HAVING count(*) > 1
), merged AS (
  UPDATE shop.cart_items i SET quantity = t.quantity FROM twice t WHERE i.ctid = t.kept
)
DELETE FROM shop.cart_items i USING twice t
WHERE i.cart_id = t.cart_id AND i.product_id = t.product_id AND i.ctid <> t.kept;
SELECT in_cart(11), in_cart(12), in_cart(13);
SELECT upkeep.create_storefront('shop', history => false);
SELECT indexname FROM pg_indexes WHERE schemaname = 'shop' AND tablename = 'cart_items' ORDER BY 1;
SELECT upkeep.add_to_cart(n(13), n(3), 1);
SELECT in_cart(13);
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA shop CASCADE;
DROP FUNCTION n, in_cart;
