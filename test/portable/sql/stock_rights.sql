-- Stock runs as the role that has loaded the portable edition: what strangers, and strange names, can make of that.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA guarded_stock;
SET search_path = guarded_stock, public;
CREATE TABLE products (id int PRIMARY KEY, stock_quantity int);
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending');
CREATE TABLE items (id int PRIMARY KEY, order_id int REFERENCES orders, product_id int, quantity int);
INSERT INTO products VALUES (1, 10);
INSERT INTO orders VALUES (1);
SELECT upkeep.enable_stock('items', 'products', orders => 'orders') \g /dev/null
CREATE FUNCTION now_is() RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws(' / ', (SELECT string_agg(id || ':' || stock_quantity, ' ') FROM guarded_stock.products),
    (SELECT string_agg(line || ' ' || quantity, ', ') FROM upkeep.stock_taken
     WHERE order_items = 'guarded_stock.items'::regclass)) $$;
GRANT USAGE, CREATE ON SCHEMA guarded_stock TO regress_upkeep_other;
GRANT INSERT, UPDATE, DELETE, SELECT ON items TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
-- a table of his own that names the products of another
CREATE TABLE his (id int PRIMARY KEY, product_id int, quantity int);
CREATE TRIGGER hand AFTER INSERT ON his REFERENCING NEW TABLE AS upkeep_new FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.stock('products=guarded_stock.products');
SELECT * FROM failure('INSERT INTO his VALUES (1, 1, 5)');
CREATE TEMP TABLE mine (id int PRIMARY KEY, product_id int, quantity int, taken int);
CREATE TRIGGER hand AFTER INSERT ON mine REFERENCING NEW TABLE AS upkeep_new FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.stock('products=guarded_stock.products', 'taken_column=taken');
SELECT * FROM failure('INSERT INTO mine VALUES (1, 1, 5)');
DROP TABLE his, mine;
-- the functions behind it, and what it remembers
SELECT f.* FROM unnest('{
  "SELECT upkeep_internal.remember_stock(1259, 1259, ARRAY[''[1]''], NULL, NULL, NULL)",
  "SELECT upkeep_internal.remember_stock(1259, 1259, NULL, ARRAY[''[1]''], ARRAY[''[1]''], ARRAY[1])",
  "SELECT upkeep_internal.note_stock_orders(1, ARRAY[''[1]''])",
  "SELECT upkeep_internal.note_stock_key(''items'')",
  "SELECT upkeep_internal.forget_dropped_stock()",
  "SELECT upkeep_internal.rekey_stock(''items'')",
  "SELECT upkeep.stock()",
  "DELETE FROM upkeep.stock_taken",
  "SELECT FROM upkeep_internal.stock_orders"}'::text[]) WITH ORDINALITY u(statement, place), failure(statement) f
  ORDER BY place;
-- neither a pause nor a mark of his counts
SET upkeep.pause = 'stock,all,#quiet 1 ,#quiet 2 ,#derived 1 ';
INSERT INTO items VALUES (1, 1, 1, 2);
RESET upkeep.pause;
RESET ROLE;
SELECT now_is();
-- row security that is forced would hide products
ALTER TABLE products ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SELECT * FROM failure('UPDATE items SET quantity = 3');
ALTER TABLE products NO FORCE ROW LEVEL SECURITY;
UPDATE items SET quantity = 3;
SELECT now_is();

-- columns named as what the function calls its variables and rows
CREATE TABLE "n" (products int PRIMARY KEY, changes int, stock int, p int, given text);
CREATE TABLE "o" (older_orders int PRIMARY KEY, status text, i int);
CREATE TABLE "l" (line int PRIMARY KEY, taking int, gone int, quantity int, wanted int, t int, k text);
SELECT upkeep.enable_stock('l', 'n', stock_column => 'stock', product_column => 'gone', product_key => 'products',
  orders => 'o', order_column => 'taking', order_key => 'older_orders') \g /dev/null
INSERT INTO "n" VALUES (1, 0, 10);
INSERT INTO "o" VALUES (1, 'pending');
SELECT prosrc ~ '-- guarded_stock.l\n' AND prosrc ~ '-- guarded_stock.o\n' AS has_branches
  FROM pg_proc WHERE oid = 'upkeep.stock()'::regprocedure;
INSERT INTO "l" VALUES (1, 1, 1, 4), (2, 1, 1, 1);
UPDATE "l" SET quantity = 3 WHERE line = 1;
SELECT stock FROM "n";
UPDATE "o" SET status = 'cancelled';
SELECT stock FROM "n";
-- names and statuses with whatever may stand in them, a line's end too
CREATE TABLE "it's %s {lines}
" ("a""b
-- end of branches" int PRIMARY KEY, "product %I" int, quantity int, "order $$" int);
CREATE TABLE "Orders
" ("id '" int PRIMARY KEY, "{status}" text);
SELECT upkeep.enable_stock(E'"it''s %s {lines}\n"', 'n', stock_column => 'stock', product_column => 'product %I',
  product_key => 'products', orders => E'"Orders\n"', order_column => 'order $$', order_key => 'id ''',
  status_column => '{status}', released => ARRAY[E'it''s\n{over}', 'gone, %s']) \g /dev/null
INSERT INTO "Orders
" VALUES (1, 'new');
INSERT INTO "it's %s {lines}
" VALUES (1, 1, 4, 1);
SELECT stock FROM "n";
UPDATE "Orders
" SET "{status}" = E'it''s\n{over}';
SELECT stock FROM "n";
DROP SCHEMA guarded_stock CASCADE;
