-- Rollups: what a statement brought and took of each group.
SET client_min_messages = warning;
CREATE SCHEMA rollup_changes;
SET search_path = rollup_changes;

-- Each value is rounded to the column's scale, half away from zero, then added; integers and numeric may be mixed.
CREATE TABLE sums (id integer PRIMARY KEY, cents numeric(12, 2), hundreds numeric(5, -2), whole bigint, small smallint,
  plain numeric, large numeric);
CREATE TABLE amounts (id serial PRIMARY KEY, sum_id integer REFERENCES sums, amount numeric, count integer,
  long bigint);
SELECT upkeep.enable_rollup('sums', 'amounts',
  '{cents = sum(amount), hundreds = sum(count), whole = sum(amount), small = sum(count), plain = sum(amount),
    large = sum(long)}');
INSERT INTO sums (id) SELECT generate_series(1, 5);
INSERT INTO amounts (sum_id, amount, count, long) VALUES
  (1, 10.005, 49, 1), (1, -10.005, 50, 1), (1, 0.125, 50, 1), (1, 2.5, -150, 1), (2, -2.5, 50, 9223372036854775807),
  (2, -0.5, 50, 9223372036854775807), (3, NULL, NULL, NULL);
SELECT * FROM sums ORDER BY id;
SELECT * FROM upkeep.check_rollup('sums');
-- More digits than 64 bits hold, in one statement and over several.
CREATE TABLE long_sums (id integer PRIMARY KEY, plain numeric, exact numeric(40, 20));
CREATE TABLE long_amounts (sum_id integer REFERENCES long_sums, amount numeric);
SELECT upkeep.enable_rollup('long_sums', 'long_amounts', '{plain = sum(amount), exact = sum(amount)}');
INSERT INTO long_sums VALUES (1);
INSERT INTO long_amounts VALUES (1, 12345678901234567890.123), (1, 0.1), (1, 1e-20), (1, 1e-21);
SELECT * FROM long_sums;
UPDATE long_amounts SET amount = amount - 12345678901234567890 WHERE amount > 1;
SELECT * FROM long_sums;
INSERT INTO long_amounts SELECT 1, 999999999999999999 FROM generate_series(1, 20);
SELECT * FROM long_sums;
DELETE FROM long_amounts WHERE amount > 1;
SELECT * FROM long_sums;
SELECT * FROM upkeep.check_rollup('long_sums');
UPDATE amounts SET long = -long;
DELETE FROM amounts WHERE sum_id = 2 AND amount < -1;
SELECT * FROM sums ORDER BY id;
SELECT * FROM upkeep.check_rollup('sums');
-- What cancels changes nothing: no row is written.
CREATE TABLE written (place tid);
INSERT INTO written SELECT ctid FROM sums WHERE id IN (1, 2);
UPDATE amounts SET amount = amount + CASE amount WHEN 10.005 THEN 1 ELSE -1 END WHERE amount IN (10.005, 2.5);
SELECT count(*) FROM sums JOIN written ON place = sums.ctid;
-- What is not finite has no place in a sum.
SELECT * FROM public.failure($$INSERT INTO amounts (sum_id, amount) VALUES (1, 1), (5, 'NaN')$$);
SELECT * FROM public.failure($$INSERT INTO amounts (sum_id, amount) VALUES (5, '-infinity')$$);
SELECT * FROM public.failure($$UPDATE amounts SET long = 1, amount = 'Infinity' WHERE sum_id = 3$$);
SELECT * FROM upkeep.check_rollup('sums');

-- Filters, of the rollup and of a figure; NULL is not true.
CREATE TABLE shops (id uuid PRIMARY KEY, sales bigint, paid bigint, noted bigint, best numeric, worst numeric,
  all_paid boolean, any_paid boolean, latest text COLLATE "C");
CREATE TABLE sales (id integer PRIMARY KEY, shop_id uuid REFERENCES shops, status text, amount numeric(10, 2),
  note text, is_test boolean DEFAULT false);
SELECT upkeep.enable_rollup('shops', 'sales',
  '{sales = count(*), "paid = count(*) filter (where status = ''paid'')", noted = count(note), best = max(amount),
    "worst = min(amount) filter (where status = ''paid'')", "all_paid = bool_and(status = ''paid'')",
    "any_paid = bool_or(status = ''paid'')", latest = max(note)}', filter => 'NOT is_test');
INSERT INTO shops (id) SELECT md5(n::text)::uuid FROM generate_series(1, 3) n;
INSERT INTO sales (id, shop_id, status, amount, note, is_test) VALUES
  (1, md5('1')::uuid, 'paid', 10, 'b', false), (2, md5('1')::uuid, 'open', 5, NULL, false),
  (3, md5('1')::uuid, NULL, 99, 'a', false), (4, md5('1')::uuid, 'paid', 1000, 'z', true),
  (5, md5('2')::uuid, 'paid', 7, 'B', NULL), (6, NULL, 'paid', 7, 'c', false);
SELECT sales, paid, noted, best, worst, all_paid, any_paid, latest FROM shops ORDER BY id;
UPDATE sales SET status = 'paid', note = 'q' WHERE id IN (2, 3);
SELECT sales, paid, noted, best, worst, all_paid, any_paid, latest FROM shops ORDER BY id;
UPDATE sales SET is_test = NOT is_test WHERE id IN (1, 3, 4);
UPDATE sales SET shop_id = md5('3')::uuid WHERE id = 4;
SELECT sales, paid, noted, best, worst, all_paid, any_paid, latest FROM shops ORDER BY id;
DELETE FROM sales;
SELECT sales, paid, noted, best, worst, all_paid, any_paid, latest FROM shops ORDER BY id;
SELECT * FROM upkeep.check_rollup('shops');

-- Keys of other types, of expressions, and of several columns; where the first row of a group adds 0, its row comes
-- into being all the same.
CREATE TYPE kind AS ENUM ('old', 'new');
CREATE DOMAIN code AS text CHECK (VALUE <> '');
CREATE TABLE days (day date, kind kind, code code, rate numeric, revenue numeric(12, 2) DEFAULT 0, PRIMARY KEY
  (code, day, kind, rate));
CREATE TABLE visits (id integer, at timestamptz, kind kind, code varchar(10), rate numeric(10, 4), amount numeric);
SELECT upkeep.enable_rollup('days', 'visits', '{revenue = sum(amount)}',
  '{day = (at AT TIME ZONE ''Asia/Ho_Chi_Minh'')::date, kind = kind, code = lower(code), rate = rate}');
INSERT INTO visits VALUES (1, '2026-01-01 16:59:59Z', 'old', 'A', 1.5, 0), (2, '2026-01-01 17:00Z', 'new', 'a', 1.5, 2),
  (3, '2026-01-01 17:00Z', 'new', 'A', 1.50, 3);
SELECT * FROM days ORDER BY day, kind;
UPDATE visits SET at = at - interval '1 second', kind = 'old' WHERE id = 2;
SELECT * FROM days ORDER BY day, kind;
SELECT * FROM upkeep.check_rollup('days');

-- NULL in a key: an error where rows are inserted, but a group of its own where NULLs are equal.
SELECT * FROM public.failure($$INSERT INTO visits VALUES (4, NULL, 'old', 'A', 1.5, 1)$$);
CREATE TABLE places (region text, city text, people bigint, UNIQUE NULLS NOT DISTINCT (city, region));
CREATE TABLE people (id integer, region text, city text);
SELECT upkeep.enable_rollup('places', 'people', '{people = count(*)}', '{region = region, city = city}');
INSERT INTO people VALUES (1, NULL, NULL), (2, 'N', NULL), (3, NULL, 'N'), (4, NULL, NULL);
UPDATE people SET region = NULL WHERE id = 2;
SELECT * FROM places ORDER BY city, region;
SELECT * FROM upkeep.check_rollup('places');

-- A partition that is detached counts no more; one that is written by its own name does.
CREATE TABLE parts (id integer, shop uuid, at integer) PARTITION BY RANGE (at);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_2 (at integer, gone text, id integer, shop uuid);
ALTER TABLE parts_2 DROP COLUMN gone;
ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES FROM (10) TO (20);
CREATE TABLE part_counts (shop uuid PRIMARY KEY, parts integer, latest integer);
SELECT upkeep.enable_rollup('part_counts', 'parts', '{parts = count(*), latest = max(at)}', '{shop = shop}');
INSERT INTO parts SELECT n, md5((n % 2)::text)::uuid, n FROM generate_series(1, 14) n;
INSERT INTO parts_2 VALUES (15, 15, md5('1')::uuid);
UPDATE parts SET at = at + 5 WHERE id IN (6, 7, 8);
SELECT * FROM part_counts ORDER BY shop;
ALTER TABLE parts DETACH PARTITION parts_2;
INSERT INTO parts_2 VALUES (16, 16, md5('0')::uuid);
DELETE FROM parts_2 WHERE id = 15;
SELECT * FROM part_counts ORDER BY shop;
CALL upkeep.recalculate_rollup('part_counts');
SELECT * FROM part_counts ORDER BY shop;

-- Several rollups of one table, one table the source of itself, and a source whose name is gone.
CREATE TABLE members (id integer PRIMARY KEY, sponsor integer REFERENCES members, sent bigint DEFAULT 0,
  received bigint DEFAULT 0, messages bigint DEFAULT 0, sponsored bigint DEFAULT 0);
CREATE TABLE messages (id integer PRIMARY KEY, sender integer REFERENCES members, receiver integer REFERENCES members);
SELECT upkeep.enable_rollup('members', 'messages', '{sent = count(*), messages = count(*)}', '{id = sender}');
SELECT upkeep.enable_rollup('members', 'messages', '{received = count(*), messages = count(*)}', '{id = receiver}');
SELECT upkeep.enable_rollup('members', 'members', '{sponsored = count(*)}');
INSERT INTO members VALUES (1, NULL), (2, 1), (3, 1);
INSERT INTO messages VALUES (1, 1, 2), (2, 2, 1), (3, 3, 1), (4, 1, 1);
SELECT * FROM members ORDER BY id;
UPDATE messages SET receiver = 3 WHERE id = 1;
DELETE FROM messages WHERE id = 4;
UPDATE members SET sponsor = 2 WHERE id = 3;
SELECT * FROM members ORDER BY id;
SELECT * FROM upkeep.check_rollup('members');
SET session_replication_role = 'replica';
INSERT INTO messages VALUES (5, 1, 2);
RESET session_replication_role;
SELECT * FROM upkeep.check_rollup('members');
ALTER TABLE messages RENAME TO letters;
SELECT * FROM public.failure($$INSERT INTO letters VALUES (6, 1, 2)$$);

-- A function that is no longer immutable.
CREATE FUNCTION doubled(value integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN value * 2; END';
CREATE TABLE totals (id integer PRIMARY KEY, total bigint);
CREATE TABLE parcels (total_id integer REFERENCES totals, weight integer);
SELECT upkeep.enable_rollup('totals', 'parcels', '{total = sum(doubled(weight))}');
INSERT INTO totals VALUES (1);
INSERT INTO parcels VALUES (1, 2);
SELECT * FROM totals;
CREATE OR REPLACE FUNCTION doubled(value integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS
  'BEGIN RETURN value * 20; END';
INSERT INTO parcels VALUES (1, 2);
SELECT * FROM totals;
ALTER FUNCTION doubled STABLE;
SELECT state, message FROM public.failure('INSERT INTO parcels VALUES (1, 2)');

DROP SCHEMA rollup_changes CASCADE;
