-- purge_deleted: what was deleted long ago goes, children first, and nothing that a row needs which stays.
CREATE SCHEMA soft;
SET search_path = soft, upkeep, public;
SET timezone = 'UTC';
CREATE TABLE users (id int PRIMARY KEY, inviter int REFERENCES users, deleted_at timestamptz);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE, deleted_at timestamptz);
CREATE TABLE items (id int, order_id int REFERENCES orders ON DELETE CASCADE, deleted_at timestamptz,
  PRIMARY KEY (id, order_id)) PARTITION BY HASH (order_id);
CREATE TABLE items_0 PARTITION OF items FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE items_1 PARTITION OF items FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE logs (id int PRIMARY KEY, order_id int REFERENCES orders ON DELETE CASCADE);
CREATE TABLE notes (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE SET NULL);
SET client_min_messages = warning;
SELECT enable_soft_delete('users', hard_delete => 'refuse'), enable_soft_delete('orders', hard_delete => 'refuse'),
  enable_soft_delete('items', hard_delete => 'refuse');
RESET client_min_messages;
INSERT INTO users SELECT g, nullif(g - 1, 0) FROM generate_series(1, 6) g;
INSERT INTO orders SELECT g, 1 + (g - 1) / 2 FROM generate_series(1, 12) g;
INSERT INTO items SELECT g, 1 + (g - 1) / 3 FROM generate_series(1, 36) g;
INSERT INTO logs VALUES (1, 11);
INSERT INTO notes VALUES (1, 5);
CREATE VIEW counts AS SELECT
  (SELECT json_agg(id ORDER BY id) FROM users) AS users, (SELECT json_agg(id ORDER BY id) FROM orders) AS orders,
  (SELECT count(*) FROM items) AS items, (SELECT count(*) FROM items WHERE deleted_at IS NOT NULL) AS deleted;

-- what it needs
SELECT call, f.state, f.message, f.hint FROM unnest(ARRAY['NULL', '''logs''', '''users'', NULL',
  '''users'', ''-1 day''', '''users'', batch_size => 0', '''users''']) call,
  failure(format('CALL purge_deleted(%s)', call)) f;
CALL purge_deleted('logs');
CALL purge_deleted('users', '1 day ago');
CREATE ROLE regress_upkeep_purger;
GRANT USAGE ON SCHEMA soft TO regress_upkeep_purger;
SET ROLE regress_upkeep_purger;
CALL purge_deleted('users');
RESET ROLE;
DROP OWNED BY regress_upkeep_purger;
DROP ROLE regress_upkeep_purger;

-- nothing is deleted; something, but not long ago
CALL purge_deleted('users');
UPDATE users SET deleted_at = now() WHERE id = 6;
CALL purge_deleted('users');
TABLE counts;
-- the log needs its order, the order its user, and that one who invited them
UPDATE users SET deleted_at = now() - interval '31 days' WHERE id IN (5, 4);
UPDATE users SET deleted_at = NULL WHERE id IN (4, 5, 6);
UPDATE users SET deleted_at = now() - interval '31 days' WHERE id = 6;
UPDATE users SET deleted_at = now() - interval '31 days' WHERE id = 5;
UPDATE users SET deleted_at = now() - interval '31 days' WHERE id = 4;
CALL purge_deleted('users');
TABLE counts;
DELETE FROM logs;
CALL purge_deleted('users', batch_size => 1);
TABLE counts;
TABLE notes;
-- lines alone, of orders that live; all that is deleted
UPDATE items SET deleted_at = '2026-01-01' WHERE order_id IN (1, 2);
CALL purge_deleted('orders');
CALL purge_deleted('items', '0', 4);
TABLE counts;
-- what was deleted later than what it belongs to keeps that
SET upkeep.pause = 'soft_delete';
UPDATE orders SET deleted_at = '2026-01-01' WHERE id = 5;
UPDATE items SET deleted_at = now() WHERE order_id = 5;
RESET upkeep.pause;
CALL purge_deleted('orders');
UPDATE orders SET deleted_at = NULL WHERE id = 5;
SELECT deleted_at IS NULL AS lives FROM items WHERE order_id = 5 GROUP BY 1;

-- deleting a child changes its parent, which goes as well; a row that a trigger keeps takes the batch back
CREATE TABLE carts (id int PRIMARY KEY, lines int NOT NULL DEFAULT 0, updated_at timestamptz, deleted_at timestamptz);
CREATE TABLE cart_lines (id int PRIMARY KEY, cart_id int REFERENCES carts ON DELETE CASCADE, deleted_at timestamptz);
SET client_min_messages = warning;
SELECT enable_soft_delete('carts'), enable_soft_delete('cart_lines'), enable_touch('cart_lines', 'carts');
RESET client_min_messages;
INSERT INTO carts SELECT g FROM generate_series(1, 3) g;
INSERT INTO cart_lines SELECT g, 1 + g % 3 FROM generate_series(1, 9) g;
UPDATE carts SET deleted_at = '2026-01-01' WHERE id < 3;
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep BEFORE DELETE ON carts FOR EACH ROW WHEN (OLD.id = 2) EXECUTE FUNCTION keep();
\set SHOW_CONTEXT never
CALL purge_deleted('carts');
SELECT (SELECT json_agg(id ORDER BY id) FROM carts) AS carts, (SELECT count(*) FROM cart_lines) AS lines;
DROP TRIGGER keep ON carts;
CALL purge_deleted('carts', batch_size => 1);
SELECT (SELECT json_agg(id ORDER BY id) FROM carts) AS carts, (SELECT count(*) FROM cart_lines) AS lines;

-- a closed order keeps its lines: the others of the batch go
CREATE TABLE sales (id int PRIMARY KEY, status text DEFAULT 'pending', payment_completed_at timestamptz,
  deleted_at timestamptz);
CREATE TABLE sale_lines (id int PRIMARY KEY, order_id int NOT NULL REFERENCES sales ON DELETE CASCADE,
  deleted_at timestamptz);
SET client_min_messages = warning;
SELECT enable_soft_delete('sale_lines'), enable_soft_delete('sales'), enable_order_lock('sales', 'sale_lines');
RESET client_min_messages;
INSERT INTO sales SELECT g FROM generate_series(1, 4) g;
INSERT INTO sale_lines SELECT g, (g + 1) / 2 FROM generate_series(1, 8) g;
UPDATE sale_lines SET deleted_at = '2026-01-01' WHERE id % 2 = 0;
UPDATE sales SET status = 'paid' WHERE id IN (2, 4);
CALL purge_deleted('sale_lines');
SELECT json_agg(id ORDER BY id) FROM sale_lines;
UPDATE sales SET deleted_at = '2026-01-01' WHERE id = 3;
CALL purge_deleted('sales');
SELECT json_agg(id ORDER BY id) FROM sales;
DROP TABLE sale_lines, sales;

-- history and other triggers see a DELETE; a circle of rows goes as well
CREATE TABLE rings (id int PRIMARY KEY, next int, deleted_at timestamp);
ALTER TABLE rings ADD FOREIGN KEY (next) REFERENCES rings;
INSERT INTO rings VALUES (1, NULL), (2, 1), (3, 2), (4, NULL);
UPDATE rings SET next = 3 WHERE id = 1;
SELECT enable_soft_delete('rings');
SET upkeep.pause = 'soft_delete';
UPDATE rings SET deleted_at = '2026-01-01' WHERE id < 4;
RESET upkeep.pause;
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE NOTICE '% %', TG_OP, OLD.id; RETURN NULL; END $$;
CREATE TRIGGER tell AFTER DELETE ON rings FOR EACH ROW EXECUTE FUNCTION tell();
CALL purge_deleted('rings');
TABLE rings;
-- a long thread, with one row in its middle that something needs
DROP TRIGGER tell ON rings;
CREATE INDEX ON rings (next);
CREATE TABLE pins (ring int REFERENCES rings);
INSERT INTO rings SELECT g, nullif(g - 1, 100), '2026-01-01' FROM generate_series(101, 3100) g;
INSERT INTO pins VALUES (2000);
CALL purge_deleted('rings', batch_size => 500);
DELETE FROM pins;
CALL purge_deleted('rings', batch_size => 500);
TABLE rings;
SELECT * FROM upkeep.check() WHERE feature = 'soft_delete';

SET client_min_messages = error;
DROP SCHEMA soft CASCADE;
