-- json where a snapshot or a locked order is concerned: compared by value, kept by its bytes.
CREATE SCHEMA documents;
SET search_path = documents, public;
CREATE TYPE boxed AS (data json, n int);
CREATE TABLE products (id int PRIMARY KEY, name text, price numeric(10,2), data json, many json[], box boxed);
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending', total_amount numeric(10,2),
  billing_address json, note json);
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders,
  product_id int REFERENCES products ON DELETE SET NULL, quantity int,
  price_snapshot numeric(10,2), product_snapshot json, options json);
SELECT upkeep.enable_order_snapshots('order_items', 'products');
SELECT upkeep.enable_order_lock('orders', 'order_items');
INSERT INTO products VALUES (1, 'Mug', 12, '{"b": 1, "a": 2}', NULL, NULL),
  (2, 'Tea', 1, '{"x":  "\u0000"}', '{"{\"y\": 1e200000}",null}', '("""\\ud800""",3)'),
  (3, 'Cup', 1, '7', '{"{\"b\":1}"}', '("{""c"":1}",2)');
INSERT INTO orders (id, billing_address, note) VALUES
  (1, '{"city": "Bonn", "zip": 1.0}', '[1]'), (2, '{"city": "\u0000"}', NULL), (3, NULL, NULL);
INSERT INTO order_items (id, order_id, product_id, quantity, options) VALUES
  (1, 1, 1, 1, '{"size": 1}'), (3, 3, 3, 1, NULL) RETURNING product_snapshot;

-- what is the same: blanks, the order of keys, the last of double keys, the scale of a number;
-- what was captured keeps its bytes
UPDATE order_items SET quantity = 2,
  product_snapshot = '{"id":1,"name":"Mug","price":12.00,"data":{"a":2,"b":1},"many":null,"box":null}' WHERE id = 1
  RETURNING quantity, product_snapshot;
UPDATE order_items
  SET product_snapshot = '{"box":null,"name":"\u004dug","id":9,"id":1.0,"price":12,"many":null,"data":{"b":1e0,"a":2}}'
  WHERE id = 1 RETURNING product_snapshot;
INSERT INTO order_items (id, order_id, product_id, quantity, product_snapshot) VALUES (1, 1, 1, 5, '{}')
  ON CONFLICT (id) DO UPDATE SET quantity = 3, product_snapshot = to_json(to_jsonb(order_items.product_snapshot))
  RETURNING quantity, product_snapshot;
-- what is not
SELECT state, message FROM failure($$UPDATE order_items SET product_snapshot =
  '{"id":1,"name":"mug","price":12.00,"data":{"b":1,"a":2},"many":null,"box":null}' WHERE id = 1$$);
SELECT state, message FROM failure($$UPDATE order_items SET product_snapshot = '{"id":"\u0000"}' WHERE id = 1$$);
SELECT state, message FROM failure($$UPDATE order_items SET product_snapshot = '{"id":1e999999}' WHERE id = 1$$);
SELECT state, message FROM failure($$UPDATE order_items SET product_snapshot = NULL WHERE id = 1$$);

-- what jsonb cannot hold is captured as it stands, and compared by its characters, blanks between them left out
INSERT INTO order_items (id, order_id, product_id, quantity) VALUES
  (2, 2, 2, 1), (4, 3, 2, 1) RETURNING product_snapshot;
UPDATE order_items SET quantity = 2, product_snapshot = product_snapshot WHERE id = 2 RETURNING quantity;
UPDATE order_items SET product_snapshot = (replace(product_snapshot::text, ' ', E'\n'))::json WHERE id = 2
  RETURNING product_snapshot;
SELECT state, message FROM failure(
  $$UPDATE order_items SET product_snapshot = (replace(product_snapshot::text, 'Tea', 'Te a'))::json WHERE id = 2$$);

-- a locked order
UPDATE orders SET status = 'paid' WHERE id IN (1, 2);
UPDATE orders SET billing_address = '{"zip":1,"city":"Bonn"}', note = '[1 ]' WHERE id = 1
  RETURNING billing_address, note;
UPDATE orders SET billing_address = '{"city": "\u0000"}' WHERE id = 2 RETURNING billing_address;
SELECT state, detail FROM failure($$UPDATE orders SET billing_address = '{"city":"Bonn","zip":2}' WHERE id = 1$$);
UPDATE orders SET billing_address = '{"city":"\u0000"}' WHERE id = 2 RETURNING billing_address;
SELECT state, detail FROM failure($$UPDATE orders SET billing_address = '{"city":" \u0000"}' WHERE id = 2$$);
INSERT INTO orders (id, status, billing_address) VALUES (5, 'paid', '{"a": "\" x\\", "b": "\u0000"}');
UPDATE orders SET billing_address = '{"a" :"\" x\\","b":"\u0000" }' WHERE id = 5 RETURNING id;
SELECT state, detail FROM failure($$UPDATE orders SET billing_address = '{"a":"\"x\\","b":"\u0000"}' WHERE id = 5$$);
-- an open one takes what comes
UPDATE orders SET status = 'pending' WHERE id = 1;
UPDATE orders SET billing_address = '{"zip":1,"city":"Bonn"}' WHERE id = 1 RETURNING billing_address;
UPDATE orders SET status = 'paid' WHERE id = 1;
-- and its lines
UPDATE order_items SET options = '{"size":1.0}', product_snapshot = to_json(to_jsonb(product_snapshot)) WHERE id = 1
  RETURNING options;
SELECT state, message FROM failure($$UPDATE order_items SET options = '{"size":2}' WHERE id = 1$$);
SELECT state, message FROM failure($$UPDATE order_items SET options = NULL WHERE id = 1$$);
UPDATE order_items SET options = NULL WHERE id = 2;
-- the product of a line goes, whatever bytes come along
UPDATE order_items SET product_id = NULL, product_snapshot = to_json(to_jsonb(product_snapshot)) WHERE id = 1
  RETURNING product_id, product_snapshot;

-- into jsonb the error names the column
CREATE TABLE lines (id int PRIMARY KEY, order_id int, product_id int, price_snapshot numeric(10,2),
  product_snapshot jsonb);
SELECT upkeep.enable_order_snapshots('lines', 'products');
SELECT * FROM failure('INSERT INTO lines (id, product_id) VALUES (1, 2)');
UPDATE products SET box = NULL WHERE id = 2;
SELECT * FROM failure('INSERT INTO lines (id, product_id) VALUES (1, 2)');
UPDATE products SET data = '1' WHERE id = 2;
SELECT * FROM failure('INSERT INTO lines (id, product_id) VALUES (1, 2)');
SELECT upkeep.enable_order_snapshots('lines', 'products', snapshot_fields => '{id,data}');
INSERT INTO lines (id, product_id) VALUES (1, 2), (2, 1) RETURNING product_snapshot;

-- a domain over json, partitions
CREATE DOMAIN document AS json;
CREATE TABLE parted (id int, product_id int, quantity int, price_snapshot numeric(10,2), product_snapshot document,
  day int) PARTITION BY LIST (day);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
SELECT upkeep.enable_order_snapshots('parted', 'products');
INSERT INTO parted VALUES (1, 3, 1, NULL, NULL, 1) RETURNING product_snapshot;
UPDATE parted SET day = 2, product_snapshot = to_json(to_jsonb(product_snapshot::json))
  RETURNING tableoid::regclass, product_snapshot;

\set VERBOSITY terse
SET client_min_messages = warning;
DROP SCHEMA documents CASCADE;
RESET client_min_messages;
