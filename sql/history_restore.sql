-- History: restore_row, alone and with what went with the row; what our features do not do to it.
SET client_min_messages = warning;
CREATE SCHEMA back;
SET search_path = back, public;
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending', total_amount numeric(10,2), paid_at timestamptz,
  order_number text UNIQUE, updated_at timestamptz, version int DEFAULT 0);
CREATE TABLE products (id int PRIMARY KEY, price numeric(10,2), stock_quantity int);
CREATE TABLE order_items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id int NOT NULL REFERENCES orders ON DELETE CASCADE, product_id int REFERENCES products, quantity int,
  price_snapshot numeric(10,2), product_snapshot jsonb);
CREATE TABLE notes (id int PRIMARY KEY, item_id int REFERENCES order_items ON DELETE CASCADE,
  reply_to int REFERENCES notes ON DELETE CASCADE, note text, password text DEFAULT 'unknown');
CREATE TABLE tags (order_id int REFERENCES orders ON DELETE CASCADE, tag text);
SELECT upkeep.enable_updated_at('orders', version_column => 'version'),
  upkeep.enable_order_snapshots('order_items', 'products'),
  upkeep.enable_order_totals('orders', 'order_items'), upkeep.enable_order_number('orders'),
  upkeep.enable_order_lock('orders', 'order_items', paid_column => 'paid_at', frozen_columns => '{total_amount}'),
  upkeep.enable_order_status('orders', '{"pending": ["paid"]}', paid_column => 'paid_at'),
  upkeep.enable_stock('order_items', 'products', orders => 'orders');
SELECT upkeep.enable_history(t) FROM unnest('{orders,products,order_items,notes}'::regclass[]) t;
INSERT INTO products VALUES (1, 10, 100), (2, 20, 100);
INSERT INTO orders (id, order_number) VALUES (1, 'A-1'), (2, 'A-2');
INSERT INTO order_items (order_id, product_id, quantity) VALUES (1, 1, 2), (1, 2, 1), (2, 2, 5);
INSERT INTO notes VALUES (1, 1, NULL, 'on the first'), (2, 2, 1, 'an answer'), (3, NULL, 2, 'another'),
  (4, 3, NULL, 'x');
UPDATE orders SET status = 'paid' WHERE id = 1;
INSERT INTO tags VALUES (1, 'gift');
CREATE TABLE saved_orders AS TABLE orders;
CREATE TABLE saved_items AS TABLE order_items;
CREATE TABLE saved_notes AS TABLE notes;

-- a locked order cannot be deleted; it is while the lock is paused. Prices change meanwhile
SELECT state FROM failure('DELETE FROM orders WHERE id = 1');
SET upkeep.pause = 'order_lock';
DELETE FROM orders WHERE id = 1;
RESET upkeep.pause;
SELECT stock_quantity FROM products ORDER BY id;
UPDATE products SET price = price + 1;
SELECT upkeep.restore_row('orders', '{"id": "1"}');
-- images are equal: no price is taken anew, nothing is stamped, nothing is numbered; what is excluded has its default
SELECT count(*) FROM orders o JOIN saved_orders s ON o *= s;
SELECT count(*) FROM order_items o JOIN saved_items s ON o *= s;
SELECT count(*), count(*) FILTER (WHERE o.password = 'unknown') FROM notes o JOIN saved_notes s USING (id)
  WHERE (o.item_id, o.reply_to, o.note) IS NOT DISTINCT FROM (s.item_id, s.reply_to, s.note);
-- stock follows, what has no history stays away, and the history tells of it
SELECT stock_quantity FROM products ORDER BY id;
SELECT count(*) FROM tags;
SELECT action, actor FROM upkeep.row_history('orders', '{"id": 1}') LIMIT 2;
SELECT state, message, detail FROM failure($$SELECT upkeep.restore_row('orders', '{"id": 1}')$$);

-- a line of a locked order does not come back alone
SET upkeep.pause = 'order_lock';
DELETE FROM order_items WHERE order_id = 1 AND product_id = 1;
RESET upkeep.pause;
SELECT state, message FROM failure($$SELECT upkeep.restore_row('order_items', '{"id": 1}')$$);
-- but it does in an open one, and the total follows
DELETE FROM order_items WHERE id = 3;
SELECT total_amount FROM orders WHERE id = 2;
SELECT upkeep.restore_row('order_items', '{"id": 3}');
SELECT total_amount FROM orders WHERE id = 2;
SELECT id FROM notes WHERE item_id = 3;
-- of others' deletions nothing comes, and of an older one only what went with it
DELETE FROM notes WHERE id = 4;
DELETE FROM orders WHERE id = 2;
SELECT upkeep.restore_row('orders', '{"id": 2}');
SELECT count(*) FROM notes WHERE id = 4;
SELECT upkeep.restore_row('notes', '{"id": 4}');
-- what a row refers to is gone
DELETE FROM orders WHERE id = 2;
SELECT state, message FROM failure($$SELECT upkeep.restore_row('order_items', '{"id": 3}')$$);
-- code that a trigger of somebody else runs meanwhile is checked as ever
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql SET search_path = back AS $$
BEGIN
  INSERT INTO order_items (order_id, product_id, quantity, price_snapshot) VALUES (NEW.id, 1, 1, 0.01);
  RETURN NEW;
END $$;
CREATE TRIGGER meddle AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION meddle();
SELECT state, message FROM failure($$SELECT upkeep.restore_row('orders', '{"id": 2}')$$);
DROP TRIGGER meddle ON orders;
-- and after an error all is as ever
SELECT state FROM failure('INSERT INTO order_items (order_id, product_id, price_snapshot) VALUES (1, 1, 0)');
SELECT upkeep.restore_row('orders', '{"id": 2}');

-- names that are others since, columns that came and went
CREATE TABLE renamed (id int PRIMARY KEY, a text, gone text, n int NOT NULL);
SELECT upkeep.enable_history('renamed');
INSERT INTO renamed VALUES (1, 'a', 'b', 1);
DELETE FROM renamed;
ALTER TABLE renamed RENAME id TO key;
ALTER TABLE renamed RENAME a TO "Some ""a";
ALTER TABLE renamed DROP gone;
ALTER TABLE renamed ADD gone int DEFAULT 5, ADD late text DEFAULT 'late';
ALTER TABLE renamed RENAME TO "other name";
SELECT upkeep.restore_row('"other name"', '{"key": 1}');
TABLE "other name";
-- a row that a constraint does not take
DELETE FROM "other name";
ALTER TABLE "other name" ADD more int NOT NULL;
SELECT state, message FROM failure($$SELECT upkeep.restore_row('"other name"', '{"key": 1}')$$);

-- composite keys, partitions, digests
CREATE TABLE parted (id int, region text, mail text DEFAULT 'none', parent int, PRIMARY KEY (id, region))
  PARTITION BY LIST (region);
CREATE TABLE parted_a PARTITION OF parted FOR VALUES IN ('a');
CREATE TABLE parted_b PARTITION OF parted FOR VALUES IN ('b');
ALTER TABLE parted ADD FOREIGN KEY (parent, region) REFERENCES parted ON DELETE CASCADE;
SELECT upkeep.enable_history('parted', digest_columns => '{mail}');
INSERT INTO parted VALUES (1, 'a', 'x'), (1, 'b', 'z');
INSERT INTO parted VALUES (2, 'a', 'y', 1), (3, 'a', 'y', 2);
DELETE FROM parted_a WHERE id = 1;
SELECT upkeep.restore_row('parted', '{"region": "a", "id": 1}');
SELECT * FROM parted ORDER BY region, id;
SELECT state, message, hint FROM failure($$SELECT upkeep.restore_row('parted_a', '{"region": "a", "id": 1}')$$);

-- errors and rights
SELECT * FROM failure($$SELECT upkeep.restore_row('parted', '{"id": 7, "region": "a"}')$$);
SELECT * FROM failure($$SELECT upkeep.restore_row('parted', '{"id": 7}')$$);
SELECT * FROM failure($$SELECT upkeep.restore_row('tags', '{"id": 7}')$$);
SELECT state, message FROM failure($$SELECT upkeep.restore_row(NULL, '{"id": 7}')$$);
SELECT state, message FROM failure($$SELECT upkeep.restore_row('parted', NULL)$$);
CREATE TABLE theirs (id int PRIMARY KEY, who text);
SELECT upkeep.enable_history('theirs');
INSERT INTO theirs VALUES (1, 'a'), (2, 'regress_upkeep_other');
DELETE FROM theirs;
GRANT USAGE ON SCHEMA back TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT * FROM failure($$SELECT upkeep.restore_row('theirs', '{"id": 1}')$$);
RESET ROLE;
GRANT INSERT ON theirs TO regress_upkeep_other;
ALTER TABLE theirs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON theirs USING (who = current_user);
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure($$SELECT upkeep.restore_row('theirs', '{"id": 1}')$$);
SELECT upkeep.restore_row('theirs', '{"id": 2}');
RESET ROLE;

-- triggers of others run with the caller's search_path
CREATE TABLE audit (id int);
CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN INSERT INTO audit VALUES (NEW.id); RETURN NEW; END';
CREATE TRIGGER note_it AFTER INSERT ON theirs FOR EACH ROW EXECUTE FUNCTION note_it();
SELECT upkeep.restore_row('theirs', '{"id": 1}');
TABLE audit;
DROP SCHEMA back CASCADE;
