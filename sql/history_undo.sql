-- History: undo.
SET client_min_messages = warning;
CREATE SCHEMA undone;
SET search_path = undone, public;
CREATE TABLE parents (id int PRIMARY KEY, name text,
  updated_at timestamptz DEFAULT '2026-01-01', version int DEFAULT 0);
CREATE TABLE children (id int PRIMARY KEY,
  parent_id int REFERENCES parents ON DELETE CASCADE DEFERRABLE, x numeric(10,2));
CREATE TABLE places (id int PRIMARY KEY, place int UNIQUE, pos int UNIQUE DEFERRABLE);
SELECT upkeep.enable_updated_at('parents', version_column => 'version'), upkeep.enable_touch('children', 'parents');
SELECT upkeep.enable_history(t) FROM unnest('{parents,children,places}'::regclass[]) t;
INSERT INTO parents VALUES (1, 'a'), (2, 'b'), (3, 'c');
INSERT INTO children SELECT n, 1 + n % 3, n FROM generate_series(1, 6) n;
INSERT INTO places VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3);
-- state(): all rows, but for what is stamped
CREATE FUNCTION state() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT md5(string_agg(r, E'\n' ORDER BY r)) FROM (
    SELECT 'p' || (id, name)::text FROM undone.parents UNION ALL SELECT 'c' || c::text FROM undone.children c
    UNION ALL SELECT 'l' || l::text FROM undone.places l) t(r)
$$;
CREATE TABLE states (name text PRIMARY KEY, state text, transaction xid8);
CREATE FUNCTION note(name text) RETURNS void LANGUAGE sql AS
  'INSERT INTO undone.states VALUES ($1, undone.state(), pg_catalog.pg_current_xact_id())';
-- undo(name): of that transaction, and whether all is as it was before it
CREATE FUNCTION undo(name text) RETURNS TABLE (rows bigint, as_before boolean) LANGUAGE plpgsql AS $$
BEGIN
  rows := upkeep.undo((SELECT s.transaction FROM undone.states s WHERE s.name = $1));
  as_before := undone.state() = (SELECT s.state FROM undone.states s WHERE s.name = $1);
  RETURN NEXT;
END $$;

-- everything at once: what goes, comes, changes, changes places, comes and goes
BEGIN;
SELECT note('all');
DELETE FROM parents WHERE id = 1;
UPDATE parents SET name = 'bb' WHERE id = 2;
UPDATE parents SET name = 'bbb' WHERE id = 2;
INSERT INTO parents VALUES (4, 'd');
INSERT INTO children VALUES (7, 4, 7);
UPDATE children SET parent_id = 4 WHERE id = 1;
UPDATE places SET pos = 4 - pos;
UPDATE places SET place = 9 WHERE id = 1;
UPDATE places SET place = 1 WHERE id = 2;
UPDATE places SET place = 2 WHERE id = 1;
INSERT INTO places VALUES (7, 7, 7);
DELETE FROM places WHERE id = 7;
UPDATE places SET id = 33 WHERE id = 3;
COMMIT;
BEGIN;
SELECT note('undo of all');
SELECT * FROM undo('all');
COMMIT;
-- a change is a change: stamps and versions go on
SELECT id, name, updated_at > '2026-01-02' AS is_stamped, version FROM parents ORDER BY id;
-- an undo can be undone, and that too
BEGIN;
SELECT note('redo');
SELECT * FROM undo('undo of all');
COMMIT;
SELECT * FROM undo('redo');
-- one after the other, the newest first; not the other way round
BEGIN; SELECT note('one'); UPDATE parents SET name = 'one' WHERE id = 2; COMMIT;
BEGIN; SELECT note('two'); UPDATE parents SET name = 'two' WHERE id = 2; COMMIT;
SELECT state, message, hint FROM failure($$SELECT undone.undo('one')$$);
SELECT * FROM undo('two');
SELECT * FROM undo('one');
-- what somebody changed since: another column, the row itself, a row that went or came; while history was paused, too
BEGIN; SELECT note('three'); UPDATE children SET x = 30 WHERE id = 3; UPDATE children SET x = 20 WHERE id = 2; COMMIT;
UPDATE children SET parent_id = 2 WHERE id = 2;
SELECT state, message FROM failure($$SELECT undone.undo('three')$$);
UPDATE children SET parent_id = 3 WHERE id = 2;
DELETE FROM children WHERE id = 3;
SELECT state, message FROM failure($$SELECT undone.undo('three')$$);
SELECT upkeep.restore_row('children', '{"id": 3}');
SET upkeep.pause = 'history';
UPDATE children SET x = 31 WHERE id = 3;
SELECT state, message FROM failure($$SELECT undone.undo('three')$$);
UPDATE children SET x = 30 WHERE id = 3;
RESET upkeep.pause;
SELECT rows FROM undo('three');
BEGIN; SELECT note('gone'); DELETE FROM children WHERE id = 3; COMMIT;
INSERT INTO children VALUES (3, 1, 3);
SELECT state, message FROM failure($$SELECT undone.undo('gone')$$);
DELETE FROM children WHERE id = 3;
SELECT rows FROM undo('gone');
-- rows of others do not go with one
BEGIN; SELECT note('parent'); INSERT INTO parents VALUES (5, 'e'); INSERT INTO children VALUES (50, 5, 1); COMMIT;
INSERT INTO children VALUES (51, 5, 2);
SELECT * FROM failure($$SELECT undone.undo('parent')$$);
DELETE FROM children WHERE id = 51;
SELECT * FROM undo('parent');
-- a row that came before what it refers to: foreign keys that are deferred
BEGIN;
SELECT note('deferred');
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO children VALUES (60, 6, 1);
INSERT INTO parents VALUES (6, 'f');
UPDATE children SET parent_id = 6 WHERE id = 4;
COMMIT;
SELECT * FROM undo('deferred');
BEGIN;
SELECT note('moved away');
UPDATE children SET parent_id = 1 WHERE parent_id = 2;
DELETE FROM parents WHERE id = 2;
COMMIT;
SELECT * FROM undo('moved away');
-- TRUNCATE, names that are others since
BEGIN; SELECT note('truncate'); TRUNCATE places; COMMIT;
ALTER TABLE places RENAME place TO spot;
ALTER TABLE places RENAME id TO number;
SELECT * FROM undo('truncate');

-- an order: totals and stock follow, the price stays, what others bought stays bought
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending',
  total_amount numeric(10,2), paid_at timestamptz);
CREATE TABLE products (id int PRIMARY KEY, price numeric(10,2), stock_quantity int);
CREATE TABLE order_items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders ON DELETE CASCADE,
  product_id int REFERENCES products, quantity int, price_snapshot numeric(10,2), product_snapshot jsonb);
SELECT upkeep.enable_order_snapshots('order_items', 'products'), upkeep.enable_order_totals('orders', 'order_items'),
  upkeep.enable_order_lock('orders', 'order_items', paid_column => 'paid_at', frozen_columns => '{total_amount}'),
  upkeep.enable_order_status('orders', '{"pending": ["paid"]}', paid_column => 'paid_at'),
  upkeep.enable_stock('order_items', 'products', orders => 'orders');
SELECT upkeep.enable_history(t) FROM unnest('{orders,products,order_items}'::regclass[]) t;
INSERT INTO products VALUES (1, 10, 100);
BEGIN;
SELECT note('order');
INSERT INTO orders VALUES (1);
INSERT INTO order_items VALUES (1, 1, 1, 2), (2, 1, 1, 3);
UPDATE orders SET status = 'paid' WHERE id = 1;
COMMIT;
INSERT INTO orders VALUES (2);
INSERT INTO order_items VALUES (3, 2, 1, 10);
UPDATE products SET price = 11;
SELECT stock_quantity FROM products;
BEGIN;
SELECT note('undo of order');
SELECT rows FROM undo('order');
COMMIT;
SELECT count(*), sum(stock_quantity) FROM orders, products;
SELECT rows FROM undo('undo of order');
SELECT o.id, o.status, o.total_amount, i.id, i.price_snapshot, p.stock_quantity FROM orders o
  JOIN order_items i ON i.order_id = o.id, products p ORDER BY o.id, i.id;
-- paying is undone; a line that went from an order which is locked now does not come back alone
BEGIN; SELECT note('line'); DELETE FROM order_items WHERE id = 3; COMMIT;
BEGIN; SELECT note('pay'); UPDATE orders SET status = 'paid' WHERE id = 2; COMMIT;
SELECT state, message FROM failure($$SELECT undone.undo('line')$$);
SELECT rows FROM undo('pay');
SELECT rows FROM undo('line');
SELECT id, status, paid_at, total_amount FROM orders WHERE id = 2;

-- what cannot be undone
BEGIN;
SELECT note('current');
INSERT INTO places VALUES (8, 8, 8);
SELECT * FROM failure($$SELECT undone.undo('current')$$);
ROLLBACK;
SELECT * FROM failure($$SELECT upkeep.undo('99999999999')$$);
SELECT state, message FROM failure($$SELECT upkeep.undo(NULL)$$);
-- a transaction of another cluster, whose entries a dump has brought
INSERT INTO upkeep.history_entries
  SELECT nextval('upkeep.history_id'), clock_timestamp(), '77777777777', 1, table_number, cluster + 1, action, key,
    before, after, role, actor, application, reason
  FROM upkeep.history_entries ORDER BY id DESC LIMIT 1;
SELECT * FROM failure($$SELECT upkeep.undo('77777777777')$$);
CREATE TABLE secrets (id int PRIMARY KEY, card text, mail text);
SELECT upkeep.enable_history('secrets', digest_columns => '{card}');
INSERT INTO secrets VALUES (1, 'c', 'm');
BEGIN; SELECT note('digest'); UPDATE secrets SET card = 'd'; COMMIT;
SELECT * FROM failure($$SELECT undone.undo('digest')$$);
BEGIN; SELECT note('mail'); UPDATE secrets SET mail = 'n'; COMMIT;
SELECT upkeep.erase('secrets', '{"id": 1}', '{mail}', 'asked for it') > 0 AS erased;
SELECT * FROM failure($$SELECT undone.undo('mail')$$);
BEGIN;
SELECT note('many');
INSERT INTO places SELECT n, n, n FROM generate_series(100, 10200) n;
COMMIT;
BEGIN; SELECT note('truncate many'); TRUNCATE places; COMMIT;
SELECT state, message, hint FROM failure($$SELECT undone.undo('truncate many')$$);
-- soft delete: each row gets the stamp that it had, and no live row is left under a deleted one
CREATE TABLE members (id int PRIMARY KEY, deleted_at timestamptz);
CREATE TABLE posts (id int PRIMARY KEY, member_id int REFERENCES members ON DELETE CASCADE, deleted_at timestamptz);
SELECT upkeep.enable_soft_delete('members'), upkeep.enable_soft_delete('posts');
SELECT upkeep.enable_history('members'), upkeep.enable_history('posts');
INSERT INTO members VALUES (1), (2), (3);
INSERT INTO posts VALUES (1, 1), (2, 1), (3, 2);
BEGIN; SELECT note('member goes'); UPDATE members SET deleted_at = '2026-01-01' WHERE id = 1; COMMIT;
BEGIN; SELECT note('member returns'); SELECT rows FROM undo('member goes'); COMMIT;
SELECT * FROM posts ORDER BY id;
INSERT INTO posts VALUES (4, 1);
SELECT * FROM failure($$SELECT undone.undo('member returns')$$);
DELETE FROM posts WHERE id = 4;
SELECT rows FROM undo('member returns');
SELECT * FROM posts ORDER BY id;
BEGIN; SELECT note('post goes'); UPDATE posts SET deleted_at = '2026-02-02' WHERE id = 3; COMMIT;
INSERT INTO posts VALUES (5, 2);
BEGIN; SELECT note('post leaves'); UPDATE posts SET member_id = 3 WHERE id = 5; COMMIT;
BEGIN; SELECT note('post is removed'); DELETE FROM posts WHERE id = 5; COMMIT;
BEGIN; SELECT note('post is there'); SELECT rows FROM undo('post is removed'); COMMIT;
UPDATE members SET deleted_at = '2026-03-03' WHERE id = 2;
SELECT state, message, hint FROM failure($$SELECT undone.undo('post goes')$$);
SELECT state, message FROM failure($$SELECT undone.undo('post leaves')$$);
SELECT rows FROM undo('post is there');
UPDATE members SET deleted_at = '2026-03-03' WHERE id = 3;
SELECT state, message FROM failure($$SELECT undone.undo('post is there')$$);
SELECT state, message FROM failure($$SELECT upkeep.restore_row('posts', '{"id": 5}')$$);
SELECT * FROM posts ORDER BY id;
-- the rights of the caller
GRANT USAGE ON SCHEMA undone TO regress_upkeep_other;
GRANT SELECT ON states TO regress_upkeep_other;
BEGIN; SELECT note('rights'); UPDATE parents SET name = 'r' WHERE id = 2; COMMIT;
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure($$SELECT undone.undo('rights')$$);
RESET ROLE;
-- what stands before pg_catalog in the search_path is not asked
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.never(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE FUNCTION hostile.never(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR hostile.= (FUNCTION = hostile.never, LEFTARG = int, RIGHTARG = int);
CREATE OPERATOR hostile.= (FUNCTION = hostile.never, LEFTARG = text, RIGHTARG = text);
CREATE FUNCTION hostile.unnest(anyarray) RETURNS SETOF int LANGUAGE sql AS 'SELECT 1 / 0';
BEGIN; SELECT note('hostile'); DELETE FROM parents WHERE id = 3; UPDATE parents SET name = 'h' WHERE id = 1; COMMIT;
SELECT transaction AS hostile FROM states WHERE name = 'hostile' \gset
SET search_path = hostile, pg_catalog, undone;
SELECT upkeep.undo(:'hostile') > 2 AS undone;
DELETE FROM parents;
SELECT upkeep.restore_row('parents', '{"id": 3}') > 1 AS restored;
SELECT count(*) FROM upkeep.row_history('parents', '{"id": 3}');
SELECT count(*) FROM upkeep.as_of(NULL::parents, 'infinity');
SET search_path = undone, public;
DROP SCHEMA hostile CASCADE;
-- a table that is dropped
BEGIN; SELECT note('dropped'); INSERT INTO secrets VALUES (2); COMMIT;
DROP TABLE secrets;
SELECT * FROM failure($$SELECT undone.undo('dropped')$$);
DROP SCHEMA undone CASCADE;
