-- Rollups whose rows go when they hold nothing any more.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA rollup_empty;
SET search_path = rollup_empty, public;
CREATE TABLE sales (id int PRIMARY KEY, shop int, day date, amount numeric(10,2));
CREATE TABLE refunds (shop int, day date, amount numeric(10,2));
CREATE DOMAIN cost AS numeric(12,2) DEFAULT 0;
CREATE TABLE days (
  id bigint GENERATED ALWAYS AS IDENTITY, shop int, day date, sold int, revenue numeric(12,2), refunds int,
  last_refund numeric(10,2), ad_spend cost, note text DEFAULT 'none', settings json DEFAULT '{}',
  visits int DEFAULT 1 + 1, token uuid DEFAULT gen_random_uuid(),
  profit numeric GENERATED ALWAYS AS (revenue - ad_spend) STORED,
  margin numeric(12,2) DEFAULT 7, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(),
  PRIMARY KEY (shop, day));
SELECT upkeep.enable_updated_at('days');
SELECT upkeep.enable_metrics('days', '{margin = revenue / sold}');
SELECT upkeep.enable_rollup('days', 'sales', '{sold = count(*), revenue = sum(amount)}', '{shop = shop, day = day}',
  keep_empty => false);
SELECT upkeep.enable_rollup('days', 'refunds',
  '{refunds = count(*), last_refund = max(amount), revenue = sum(-amount)}',
  '{shop = shop, day = day}');
\set columns 'shop, day, sold, revenue, refunds, last_refund, ad_spend, note, visits, margin'
\set shown 'SELECT ' :columns ' FROM days ORDER BY shop, day;'
INSERT INTO sales SELECT n, n % 8, '2026-01-01', n FROM generate_series(1, 16) n;
INSERT INTO refunds VALUES (1, '2026-01-01', 5), (9, '2026-01-01', 0);
UPDATE days SET ad_spend = 3 WHERE shop = 2;
UPDATE days SET note = 'mine' WHERE shop = 3;
UPDATE days SET note = NULL, visits = NULL, settings = NULL, ad_spend = NULL WHERE shop = 4;
UPDATE days SET settings = '{"a": 1}' WHERE shop = 5;
UPDATE days SET token = NULL, created_at = NULL WHERE shop = 6;
:shown
UPDATE sales SET shop = 10 WHERE id > 8;
:shown
DELETE FROM sales WHERE shop < 8;
:shown
-- Another rollup's figures keep a row; that one does not take rows away.
DELETE FROM refunds;
:shown
DELETE FROM sales WHERE id = 9;
SELECT * FROM upkeep.check_rollup('days');
-- Gone and come again in one transaction, and in one statement.
BEGIN;
DELETE FROM sales WHERE shop = 10;
SELECT count(*) FROM days WHERE shop = 10;
INSERT INTO sales VALUES (100, 10, '2026-01-01', 4);
SELECT shop, sold, revenue FROM days WHERE shop = 10;
SAVEPOINT s;
DELETE FROM sales WHERE shop = 10;
SELECT count(*) FROM days WHERE shop = 10;
ROLLBACK TO s;
INSERT INTO sales VALUES (101, 10, '2026-01-01', 5);
COMMIT;
WITH gone AS (DELETE FROM sales WHERE shop = 10) INSERT INTO sales VALUES (102, 10, '2026-01-01', 6);
SELECT shop, sold, revenue FROM days WHERE shop = 10;
SELECT * FROM upkeep.check_rollup('days');
-- A row that a client has made empty stays until it has counted something.
INSERT INTO days (shop, day) VALUES (20, '2026-01-01');
INSERT INTO sales VALUES (200, 20, '2026-01-01', 1);
UPDATE sales SET amount = 2 WHERE id = 200;
SELECT shop, sold, revenue FROM days WHERE shop = 20;
DELETE FROM sales WHERE id = 200;
SELECT shop, sold, revenue FROM days WHERE shop = 20;
-- Where other rows refer to it, nobody can take it away.
CREATE TABLE notes (shop int, day date, FOREIGN KEY (shop, day) REFERENCES days);
INSERT INTO notes VALUES (10, '2026-01-01');
DELETE FROM sales WHERE shop = 10;
TRUNCATE notes;
-- By a statement; TRUNCATE.
CREATE TABLE log (line text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO rollup_empty.log SELECT format('%s %s', tg_op, string_agg(shop::text, ', ' ORDER BY shop)) FROM r;
  RETURN NULL;
END $$;
CREATE TRIGGER seen AFTER UPDATE ON days REFERENCING NEW TABLE AS r FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE TRIGGER gone AFTER DELETE ON days REFERENCING OLD TABLE AS r FOR EACH STATEMENT EXECUTE FUNCTION note();
INSERT INTO sales SELECT 300 + n, 30 + n % 4, '2026-01-01', n FROM generate_series(1, 8) n;
UPDATE sales SET shop = 30 WHERE shop > 30;
TRUNCATE log;
TRUNCATE sales;
TABLE log;
:shown
SELECT * FROM upkeep.check_rollup('days');
DROP SCHEMA rollup_empty CASCADE;
