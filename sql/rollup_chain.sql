-- rollup: what follows a figure in the same statement. Lines make orders, orders make days, days make metrics, and what
-- was diagnosed of their week is stale; stamps, versions, history and soft deletion follow as for any change.
CREATE SCHEMA rollup_chain;
SET search_path = rollup_chain, public;
CREATE TABLE orders (id int PRIMARY KEY, shop_id int NOT NULL, status text NOT NULL DEFAULT 'open', day date NOT NULL,
  lines_count int NOT NULL DEFAULT 0, total numeric(12,2) NOT NULL DEFAULT 0, version int NOT NULL DEFAULT 1,
  updated_at timestamptz DEFAULT '2020-01-01', deleted_at timestamptz);
CREATE TABLE lines (order_id int NOT NULL REFERENCES orders ON DELETE CASCADE ON UPDATE CASCADE, quantity int NOT NULL,
  price numeric(10,2) NOT NULL);
CREATE INDEX ON lines (order_id);
CREATE TABLE days (shop_id int NOT NULL, record_date date NOT NULL, orders int NOT NULL DEFAULT 0,
  revenue numeric(14,2) NOT NULL DEFAULT 0, ad_spend numeric(14,2), aov numeric(12,2), roas numeric(8,2),
  updated_at timestamptz DEFAULT '2020-01-01', PRIMARY KEY (shop_id, record_date));
CREATE INDEX ON orders (shop_id, day);
CREATE TABLE weekly_diagnostics (id int GENERATED ALWAYS AS IDENTITY, shop_id int, week_start date, week_label text,
  state text, issues jsonb, rules jsonb, facts jsonb, user_responses jsonb DEFAULT '{}',
  input_digest text, stale boolean NOT NULL DEFAULT false, UNIQUE (shop_id, week_start));
CREATE TABLE shops (id int PRIMARY KEY, days int, best numeric, revenue numeric);
SELECT upkeep.enable_updated_at('orders', version_column => 'version'), upkeep.enable_updated_at('days');
SELECT upkeep.enable_soft_delete('orders');
SELECT upkeep.enable_history('orders'), upkeep.enable_history('days');
SELECT upkeep.enable_metrics('days', '{aov = revenue / orders, roas = revenue / ad_spend}');
SELECT upkeep.enable_weekly_diagnostics('days', 'weekly_diagnostics');
SELECT upkeep.enable_rollup('orders', 'lines', '{lines_count = count(*), total = sum(quantity * price)}');
SELECT upkeep.enable_rollup('days', 'orders', '{orders = count(*), revenue = sum(total)}',
  '{shop_id = shop_id, record_date = day}', 'status = ''paid'' AND deleted_at IS NULL');
SELECT upkeep.enable_rollup('shops', 'days', '{days = count(*), best = max(revenue), revenue = sum(revenue)}',
  '{id = shop_id}');
CREATE VIEW wrong AS
  SELECT 'orders' AS target, * FROM upkeep.check_rollup('orders')
  UNION ALL SELECT 'days', * FROM upkeep.check_rollup('days')
  UNION ALL SELECT 'shops', * FROM upkeep.check_rollup('shops');

INSERT INTO orders (id, shop_id, status, day) VALUES (1, 1, 'paid', '2026-11-02'), (2, 1, 'paid', '2026-11-02'),
  (3, 1, 'open', '2026-11-03'), (4, 2, 'paid', '2026-11-04');
INSERT INTO lines SELECT o, n, o * 10 FROM generate_series(1, 4) o, generate_series(1, 3) n;
SELECT id, lines_count, total, version, updated_at > '2020-01-01' AS is_stamped FROM orders ORDER BY id;
SELECT shop_id, record_date, orders, revenue, aov, roas FROM days ORDER BY 1, 2;
SELECT * FROM shops ORDER BY id;
TABLE wrong;
-- Figures and metrics stay, whatever a client writes; what is the client's has its metrics.
UPDATE days SET orders = 99, revenue = 1, ad_spend = 50 WHERE shop_id = 1
  RETURNING orders, revenue, ad_spend, aov, roas;
UPDATE lines SET quantity = quantity + 1 WHERE order_id IN (1, 4);
SELECT shop_id, record_date, orders, revenue, aov, roas FROM days ORDER BY 1, 2;
SELECT * FROM shops ORDER BY id;
-- Of the week that the figures belong to, what was diagnosed is stale.
INSERT INTO weekly_diagnostics (shop_id, week_start) VALUES (1, '2026-11-02'), (1, '2026-11-09'), (2, '2026-11-02');
UPDATE lines SET price = price + 1 WHERE order_id = 2;
SELECT shop_id, week_start, stale FROM weekly_diagnostics ORDER BY 1, 2;
-- An order is paid, moves to another day and shop, is deleted softly and comes back.
UPDATE orders SET status = 'paid' WHERE id = 3;
UPDATE orders SET day = '2026-11-05', shop_id = 2 WHERE id IN (1, 3);
SELECT shop_id, record_date, orders, revenue, aov, roas FROM days ORDER BY 1, 2;
UPDATE orders SET deleted_at = now() WHERE id = 2;
SELECT * FROM shops ORDER BY id;
UPDATE orders SET deleted_at = NULL WHERE id = 2;
TABLE wrong;
-- Keys that change take their lines along.
UPDATE orders SET id = id + 10 WHERE id IN (1, 2);
SELECT id, lines_count, total FROM orders ORDER BY id;
DELETE FROM orders WHERE id = 12;
TABLE wrong;
SELECT shop_id, record_date, orders, revenue, aov, roas FROM days ORDER BY 1, 2;

-- Savepoints take back all of it, and so does an error in the middle of a statement.
BEGIN;
SAVEPOINT one;
INSERT INTO lines VALUES (3, 1000, 1), (4, 1000, 1);
ROLLBACK TO one;
INSERT INTO lines VALUES (4, 7, 1);
SAVEPOINT two;
DELETE FROM lines WHERE order_id = 4;
RELEASE two;
TABLE wrong;
COMMIT;
\set VERBOSITY terse
INSERT INTO lines SELECT 4, 1, CASE n WHEN 3 THEN 1 / (n - 3) ELSE 1 END FROM generate_series(1, 3) n;
INSERT INTO lines VALUES (4, 1000000000, 99);
\set VERBOSITY default
DO $$ BEGIN
  INSERT INTO lines VALUES (4, 5, 5);
  BEGIN
    INSERT INTO lines VALUES (4, 1, 1), (3, 1, 1);
    RAISE EXCEPTION 'no';
  EXCEPTION WHEN raise_exception THEN NULL;
  END;
END $$;
TABLE wrong;
SELECT id, lines_count, total FROM orders ORDER BY id;
TRUNCATE lines;
TABLE wrong;
SELECT shop_id, record_date, orders, revenue, aov, roas FROM days ORDER BY 1, 2;
SELECT * FROM shops ORDER BY id;

-- Statements that write a source and its target at once, and triggers that make the parent.
ALTER TABLE lines ALTER CONSTRAINT lines_order_id_fkey DEFERRABLE INITIALLY DEFERRED;
WITH made AS (INSERT INTO lines VALUES (20, 2, 3), (21, 2, 4) RETURNING order_id)
INSERT INTO orders (id, shop_id, status, day) SELECT order_id, 1, 'paid', '2026-11-09' FROM made;
WITH made AS (INSERT INTO orders (id, shop_id, day) VALUES (22, 1, '2026-11-09') RETURNING id),
  more AS (UPDATE lines SET quantity = 5 WHERE order_id = 20)
INSERT INTO lines SELECT id, 1, 1 FROM made;
SELECT id, lines_count, total FROM orders WHERE id >= 20 ORDER BY id;
CREATE FUNCTION make_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO orders (id, shop_id, status, day) VALUES (new.order_id, 3, 'paid', '2026-11-10') ON CONFLICT DO NOTHING;
  RETURN new; END $$;
CREATE TRIGGER make_order BEFORE INSERT ON lines FOR EACH ROW EXECUTE FUNCTION make_order();
INSERT INTO lines VALUES (30, 1, 1), (30, 2, 1), (31, 3, 1);
DROP TRIGGER make_order ON lines;
CREATE TRIGGER make_order AFTER INSERT ON lines FOR EACH ROW EXECUTE FUNCTION make_order();
INSERT INTO lines VALUES (32, 1, 1), (32, 2, 1), (33, 3, 1);
COPY lines FROM stdin;
34	1	1
34	2	1
35	3	1
\.
DROP TRIGGER make_order ON lines;
CREATE FUNCTION make_orders() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO orders (id, shop_id, status, day) SELECT DISTINCT order_id, 3, 'paid', '2026-11-11'::date FROM made
    ON CONFLICT DO NOTHING;
  RETURN NULL; END $$;
CREATE TRIGGER make_orders AFTER INSERT ON lines REFERENCING NEW TABLE AS made FOR EACH STATEMENT
  EXECUTE FUNCTION make_orders();
INSERT INTO lines VALUES (36, 1, 1), (36, 2, 1), (37, 3, 1);
DROP TRIGGER make_orders ON lines;
CREATE TRIGGER zzz_make_orders AFTER INSERT ON lines REFERENCING NEW TABLE AS made FOR EACH STATEMENT
  EXECUTE FUNCTION make_orders();
INSERT INTO lines VALUES (38, 1, 1), (38, 2, 1), (39, 3, 1);
DROP TRIGGER zzz_make_orders ON lines;
SELECT id, lines_count, total FROM orders WHERE id >= 30 ORDER BY id;
TABLE wrong;
-- A key that changes in a statement that changes lines, too.
WITH moved AS (UPDATE orders SET id = id + 100 WHERE id IN (38, 39))
INSERT INTO lines VALUES (37, 1, 1), (138, 1, 1);
SELECT id, lines_count, total FROM orders WHERE id >= 37 ORDER BY id;
TABLE wrong;
-- A parent that comes back in the statement that deletes it.
WITH gone AS (DELETE FROM orders WHERE id = 37 RETURNING *)
INSERT INTO orders (id, shop_id, status, day) SELECT id, shop_id, status, day FROM gone;
SELECT id, lines_count, total FROM orders WHERE id = 37;
TABLE wrong;

-- Paused imports are put right afterwards.
BEGIN;
SET LOCAL upkeep.pause = 'rollup';
INSERT INTO lines SELECT 3, 1, n FROM generate_series(1, 10) n;
COMMIT;
SELECT target, row_key, metric FROM wrong;
CALL upkeep.recalculate_rollup('orders');
TABLE wrong;
DROP VIEW wrong;
SELECT upkeep.disable_history('orders'), upkeep.disable_history('days');
DROP TABLE lines, orders, days, shops, weekly_diagnostics;
DROP FUNCTION make_order, make_orders;

-- Replies: the source is the target.
CREATE TABLE comments (id int PRIMARY KEY, parent_id int REFERENCES comments ON DELETE CASCADE ON UPDATE CASCADE,
  replies int NOT NULL DEFAULT 0, depth_likes int, likes int NOT NULL DEFAULT 0);
CREATE INDEX ON comments (parent_id);
SELECT upkeep.enable_rollup('comments', 'comments', '{replies = count(*), depth_likes = sum(likes)}');
INSERT INTO comments VALUES (2, 1, 9, 9, 1), (1, NULL, 9, 9, 0), (3, 1, 9, 9, 1), (4, 2, 9, 9, 5);
SELECT * FROM comments ORDER BY id;
INSERT INTO comments SELECT g, g - 1 FROM generate_series(5, 100) g;
UPDATE comments SET likes = likes + 1 WHERE id < 5;
UPDATE comments SET id = id + 1000, parent_id = parent_id + CASE WHEN id > 51 THEN 1000 ELSE 0 END WHERE id > 50;
UPDATE comments SET id = 3000 WHERE id = 2;
SELECT * FROM comments WHERE id < 5 OR id = 3000 ORDER BY id;
SELECT * FROM upkeep.check_rollup('comments');
DELETE FROM comments WHERE id = 3000;
SELECT * FROM comments ORDER BY id;
SELECT * FROM upkeep.check_rollup('comments');
DROP TABLE comments;
SET client_min_messages = warning;
DROP SCHEMA rollup_chain CASCADE;
