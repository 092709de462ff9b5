-- What check_rollup finds, what enabling and recalculate_rollup put right, and what check() says of rollups.
CREATE SCHEMA rollups_checked;
SET search_path = rollups_checked, public;
CREATE TABLE users (
  id bigint PRIMARY KEY,
  orders_count int NOT NULL DEFAULT 0,
  spent numeric(12,2),
  points bigint DEFAULT 0,
  big smallint,
  exact numeric,
  first_at timestamptz,
  last_tag varchar(6),
  code uuid,
  any_paid boolean,
  all_paid boolean);
CREATE TABLE orders (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint REFERENCES users,
  amount numeric,
  at timestamptz,
  tag text,
  code uuid,
  paid boolean);
CREATE INDEX ON orders (user_id);
INSERT INTO users (id) SELECT * FROM generate_series(1, 4);
INSERT INTO orders (user_id, amount, at, tag, code, paid)
VALUES (1, 1.005, '2026-01-02 03:04:05+07', 'a', '00000000-0000-0000-0000-000000000002', true),
  (1, 2.005, '2026-01-01 03:04:05+07', 'b', '00000000-0000-0000-0000-000000000001', false),
  (1, NULL, NULL, NULL, NULL, NULL),
  (2, -10.5, '2026-01-03 00:00+00', '', NULL, false),
  (NULL, 1000, '2000-01-01', 'zz', NULL, true);

-- Every kind of figure; a sum is one of rounded values; a NULL counts as the 0 that it stands for.
SELECT upkeep.enable_rollup('users', 'orders',
  '{orders_count = count(*), spent = sum(amount), points = sum(amount), "big = count(amount) FILTER (WHERE amount > 1)",
    exact = sum(amount), first_at = min(at), last_tag = max(tag), code = max(code), any_paid = bool_or(paid),
    all_paid = bool_and(paid)}', backfill => false);
SET TimeZone = 'Asia/Ho_Chi_Minh';
SET DateStyle = 'German';
SELECT * FROM upkeep.check_rollup('users');
RESET TimeZone;
SET DateStyle = 'ISO';

-- Enabled again, what is there is computed. Figures that were there and wrong are counted.
SELECT upkeep.enable_rollup('users', 'orders', '{orders_count = count(*), spent = sum(amount)}');
SET upkeep.pause = 'rollup';
UPDATE users SET orders_count = 7, spent = 8 WHERE id IN (1, 3);
UPDATE users SET spent = NULL WHERE id = 4;
RESET upkeep.pause;
SELECT * FROM upkeep.check_rollup('users');
SELECT upkeep.enable_rollup('users', 'orders', '{orders_count = count(*), spent = sum(amount), last_tag = max(tag),
  code = max(code), first_at = min(at)}');
SELECT id, orders_count, spent, last_tag, code FROM users ORDER BY id;
SELECT * FROM upkeep.check_rollup('users');

-- What a column cannot hold.
SELECT * FROM failure($$SELECT upkeep.enable_rollup('users', 'orders',
  '{big = sum(amount * 10000)}')$$);
INSERT INTO users (id) VALUES (5);
SET upkeep.pause = 'rollup';
INSERT INTO orders (user_id, amount) VALUES (5, 'NaN');
RESET upkeep.pause;
SELECT * FROM upkeep.check_rollup('users');
SELECT * FROM failure($$SELECT upkeep.enable_rollup('users', 'orders', '{spent = sum(amount)}')$$);
SELECT upkeep.disable_rollup('users', 'orders');
DELETE FROM orders WHERE user_id = 5;
SELECT upkeep.enable_rollup('users', 'orders', '{orders_count = count(*), spent = sum(amount)}');

-- Days that have no row, of two sources that feed one figure.
CREATE DOMAIN shop AS int CHECK (VALUE > 0);
CREATE TABLE days (
  shop_id shop,
  day date,
  orders int NOT NULL DEFAULT 0,
  revenue numeric(10,2) NOT NULL DEFAULT 0,
  ad_spend numeric(10,2) NOT NULL DEFAULT 0,
  PRIMARY KEY (day, shop_id));
CREATE TABLE sales (shop_id int, at timestamptz, amount numeric(10,2), status text DEFAULT 'paid');
CREATE TABLE refunds (shop_id int, day date, amount numeric(10,2));
CREATE INDEX ON sales (shop_id, ((at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date));
CREATE INDEX ON refunds (shop_id, day);
INSERT INTO sales VALUES (1, '2026-01-01 16:59+00', 10), (1, '2026-01-01 17:00+00', 20), (2, '2026-01-01 12:00+00', 40);
INSERT INTO sales VALUES (2, '2026-01-01 12:00+00', 80, 'open');
INSERT INTO days (shop_id, day, ad_spend) VALUES (1, '2026-01-01', 5);
SELECT upkeep.enable_rollup('days', 'sales', '{orders = count(*), revenue = sum(amount)}',
  $${"shop_id = shop_id", "day = (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"}$$, $$status = 'paid'$$,
  backfill => false);
SELECT * FROM upkeep.check_rollup('days');
INSERT INTO refunds VALUES (1, '2026-01-01', 3), (3, '2026-01-05', 1);
SELECT upkeep.enable_rollup('days', 'refunds', '{revenue = sum(-amount)}', '{shop_id = shop_id, day = day}',
  backfill => false);
SELECT * FROM upkeep.check_rollup('days');
-- Of one source; a figure that others feed too is shown in total.
SELECT * FROM upkeep.check_rollup('days', 'refunds');
SELECT count(*) FROM upkeep.check_rollup('days', 'sales');
CALL upkeep.recalculate_rollup('days', 'sales', 2);
SELECT * FROM upkeep.check_rollup('days', 'sales');
SELECT * FROM upkeep.check_rollup('days');
CALL upkeep.recalculate_rollup('days');
SELECT * FROM upkeep.check_rollup('days');
SELECT * FROM days ORDER BY day, shop_id;
-- Nothing to do.
CALL upkeep.recalculate_rollup('days');
-- Rows of the target alone hold nothing then.
SET upkeep.pause = 'rollup';
TRUNCATE sales;
INSERT INTO refunds SELECT 9, date '2026-02-01' + g, 1 FROM generate_series(1, 150) g;
CALL upkeep.recalculate_rollup('days', batch_size => 1000);
RESET upkeep.pause;
SELECT * FROM upkeep.check_rollup('days');
SELECT * FROM days WHERE shop_id <> 9 ORDER BY day, shop_id;

-- A key that is NULL: a group of its own where the index has it, else refused where rows are inserted.
CREATE TABLE tags (name text, used bigint DEFAULT 0, UNIQUE NULLS NOT DISTINCT (name));
CREATE TABLE tag_uses (name text, n int);
INSERT INTO tag_uses VALUES ('a', 1), (NULL, 2), (NULL, 3), ('b', 4);
INSERT INTO tags VALUES ('a');
SELECT upkeep.enable_rollup('tags', 'tag_uses', '{used = sum(n)}', '{name = name}', backfill => false);
SELECT * FROM upkeep.check_rollup('tags');
CALL upkeep.recalculate_rollup('tags');
SELECT * FROM tags ORDER BY name;
SET upkeep.pause = 'rollup';
UPDATE tags SET used = used + 1;
RESET upkeep.pause;
CALL upkeep.recalculate_rollup('tags', batch_size => 1);
SELECT * FROM tags ORDER BY name;
SELECT * FROM upkeep.check_rollup('tags');
ALTER TABLE tags DROP CONSTRAINT tags_name_key, ADD UNIQUE (name);
SELECT * FROM failure($$SELECT upkeep.enable_rollup('tags', 'tag_uses', '{used = sum(n)}', '{name = name}')$$);
SELECT upkeep.enable_rollup('tags', 'tag_uses', '{used = sum(n)}', '{name = name}', missing => 'ignore');
SELECT * FROM upkeep.check_rollup('tags');

-- Keys that a collation takes for equal.
CREATE COLLATION blind (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE words (word text COLLATE blind PRIMARY KEY, uses int, last_use text COLLATE blind);
CREATE TABLE word_uses (word text, said text);
CREATE INDEX ON word_uses (word);
INSERT INTO word_uses VALUES ('Hello', 'b'), ('hello', 'C'), ('HELLO', 'a'), ('you', 'x');
SELECT upkeep.enable_rollup('words', 'word_uses', '{uses = count(*), last_use = max(said)}', '{word = word}');
SELECT lower(word) AS word, uses, last_use FROM words ORDER BY words.word;
SELECT * FROM upkeep.check_rollup('words');

-- Partitions on both sides.
CREATE TABLE halls (id int, seats int DEFAULT 0, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE halls_low PARTITION OF halls FOR VALUES FROM (0) TO (10);
CREATE TABLE halls_high PARTITION OF halls FOR VALUES FROM (10) TO (20);
CREATE TABLE seats (hall int, n int) PARTITION BY LIST (n);
CREATE TABLE seats_1 PARTITION OF seats FOR VALUES IN (1);
CREATE TABLE seats_2 PARTITION OF seats DEFAULT;
CREATE INDEX ON seats (hall);
INSERT INTO halls VALUES (1), (11), (12);
INSERT INTO seats VALUES (1, 1), (1, 2), (11, 5), (13, 1), (12, NULL);
SELECT upkeep.enable_rollup('halls', 'seats', '{seats = sum(n)}', '{id = hall}');
SELECT tableoid::regclass, * FROM halls ORDER BY id;
SELECT * FROM upkeep.check_rollup('halls');
SET upkeep.pause = 'rollup';
UPDATE halls SET seats = -1 WHERE id IN (1, 12);
DELETE FROM halls WHERE id = 13;
RESET upkeep.pause;
SELECT * FROM upkeep.check_rollup('halls');
SELECT * FROM upkeep.check_rollup('halls_low', 'seats_1');
CALL upkeep.recalculate_rollup('halls', 'seats');
SELECT * FROM upkeep.check_rollup('halls');

-- Two rollups of other keys, and one within a table.
CREATE TABLE members (id int PRIMARY KEY, boss_id int, sent int DEFAULT 0, received int DEFAULT 0, mails int DEFAULT 0,
  reports int DEFAULT 0);
CREATE TABLE mails (sender_id int REFERENCES members, receiver_id int REFERENCES members);
CREATE INDEX ON mails (sender_id);
CREATE INDEX ON mails (receiver_id);
CREATE INDEX ON members (boss_id);
INSERT INTO members (id, boss_id) VALUES (1, NULL), (2, 1), (3, 1), (4, 2);
INSERT INTO mails VALUES (1, 2), (1, 3), (2, 1), (4, 4);
SELECT upkeep.enable_rollup('members', 'mails', '{sent = count(*), mails = count(*)}', '{id = sender_id}',
  missing => 'ignore');
SELECT upkeep.enable_rollup('members', 'mails', '{received = count(*), mails = count(*)}', '{id = receiver_id}',
  missing => 'ignore');
SELECT upkeep.enable_rollup('members', 'members', '{reports = count(*)}', '{id = boss_id}', missing => 'ignore');
SELECT * FROM members ORDER BY id;
SELECT * FROM upkeep.check_rollup('members');
SET upkeep.pause = 'rollup';
UPDATE members SET mails = 0, reports = 9 WHERE id < 3;
RESET upkeep.pause;
SELECT * FROM upkeep.check_rollup('members', 'mails');
CALL upkeep.recalculate_rollup('members', batch_size => 1);
SELECT * FROM upkeep.check_rollup('members');

-- Rows that hold nothing any more go, one with a client's own value stays.
CREATE TABLE stores (id int PRIMARY KEY, n int DEFAULT 0, total bigint DEFAULT 0, note text);
CREATE TABLE bills (store int, amount int);
CREATE INDEX ON bills (store);
INSERT INTO bills SELECT g % 4, g FROM generate_series(1, 12) g;
SELECT upkeep.enable_rollup('stores', 'bills', '{n = count(*), total = sum(amount)}', '{id = store}',
  keep_empty => false);
UPDATE stores SET note = 'ours' WHERE id = 2;
SET upkeep.pause = 'rollup';
DELETE FROM bills WHERE store IN (1, 2);
RESET upkeep.pause;
CALL upkeep.recalculate_rollup('stores');
SELECT * FROM stores ORDER BY id;

-- Who may ask, and who may put right.
SELECT * FROM failure($$SELECT * FROM upkeep.check_rollup(NULL)$$);
SELECT * FROM failure($$SELECT * FROM upkeep.check_rollup('sales')$$);
SELECT * FROM failure($$SELECT * FROM upkeep.check_rollup('days', 'users')$$);
GRANT USAGE ON SCHEMA rollups_checked TO regress_upkeep_other;
GRANT SELECT ON users TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT * FROM failure($$SELECT * FROM upkeep.check_rollup('users')$$);
RESET ROLE;
GRANT SELECT ON orders TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT * FROM upkeep.check_rollup('users');
CALL upkeep.recalculate_rollup('users');
RESET ROLE;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
SET ROLE regress_upkeep_other;
SELECT * FROM failure($$SELECT * FROM upkeep.check_rollup('users')$$);
RESET ROLE;
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
ALTER TABLE users OWNER TO regress_upkeep_owner;
ALTER TABLE orders OWNER TO regress_upkeep_owner;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA rollups_checked TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
SELECT * FROM upkeep.check_rollup('users');
RESET ROLE;
ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
ALTER TABLE users OWNER TO CURRENT_USER;
ALTER TABLE orders OWNER TO CURRENT_USER;
SELECT f.* FROM unnest(ARRAY['0', '''users'', 0']) a,
  failure(format('SELECT * FROM upkeep.check_rollup(%s)', a)) f;
CALL upkeep.recalculate_rollup(0);
CALL upkeep.recalculate_rollup(NULL);
CALL upkeep.recalculate_rollup('users', batch_size => 0);
CALL upkeep.recalculate_rollup('sales');
BEGIN;
CALL upkeep.recalculate_rollup('users');
ROLLBACK;

-- A trigger that names the table of a mightier owner reads nothing of it, unless that table has one for it, too.
CREATE TABLE secrets (id int, word text);
INSERT INTO secrets VALUES (1, 'hidden');
GRANT CREATE ON SCHEMA rollups_checked TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
CREATE TABLE told (id int PRIMARY KEY, word text);
CREATE TRIGGER zz_upkeep_0_rollup_secrets BEFORE INSERT OR UPDATE ON told FOR EACH ROW
  EXECUTE FUNCTION upkeep.rollup('source=rollups_checked.secrets', 'columns=word = max(word)', 'keys=id = id');
SELECT * FROM failure($$INSERT INTO told VALUES (1)$$);
SELECT * FROM failure($$SELECT * FROM upkeep.check_rollup('told')$$);
SELECT * FROM failure($$SELECT upkeep.enable_rollup('told', 'secrets', '{word = max(word)}', '{id = id}')$$);
RESET ROLE;
SELECT upkeep.enable_rollup('told', 'secrets', '{word = max(word)}', '{id = id}');
SET ROLE regress_upkeep_other;
INSERT INTO told VALUES (2) RETURNING *;
TABLE told;
RESET ROLE;
DROP TABLE told, secrets;

-- What check() finds.
CREATE VIEW findings AS SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'rollup';
SELECT * FROM findings;
DROP TRIGGER zz_upkeep_rollup_users_delete ON orders;
ALTER TABLE users DISABLE TRIGGER zz_upkeep_0_rollup_orders;
SELECT * FROM findings;
SELECT upkeep.enable_rollup('users', 'orders', '{orders_count = count(*)}');
SELECT * FROM findings;
CREATE TABLE orders_again (LIKE orders);
ALTER TABLE orders RENAME TO orders_old;
SELECT * FROM findings ORDER BY 1, 2;
ALTER TABLE orders_again RENAME TO orders;
SELECT * FROM findings ORDER BY 1, 2;
ALTER TABLE orders RENAME TO orders_again;
ALTER TABLE orders_old RENAME TO orders;
ALTER TABLE orders RENAME user_id TO buyer_id;
SELECT * FROM findings;
ALTER TABLE orders RENAME buyer_id TO user_id;
ALTER TABLE orders_again DROP COLUMN user_id;
ALTER TABLE days DROP CONSTRAINT days_pkey;
SELECT * FROM findings;
ALTER TABLE days ADD PRIMARY KEY (shop_id, day);
DROP TRIGGER zz_upkeep_rollup_halls_update ON seats_1;
SELECT * FROM findings;
CREATE TRIGGER zz_upkeep_rollup_users_2_insert AFTER INSERT ON tag_uses REFERENCING NEW TABLE AS new
  FOR EACH STATEMENT EXECUTE FUNCTION upkeep.rollup('columns=orders_count = count(*)');
SELECT * FROM findings WHERE object = 'tag_uses'::regclass;
-- A child and a partition of the target that came later, and a rule.
CREATE TABLE vips () INHERITS (users);
CREATE TABLE halls_last PARTITION OF halls FOR VALUES FROM (20) TO (30);
SELECT * FROM findings WHERE object IN ('vips'::regclass, 'halls_last'::regclass) ORDER BY finding;
CREATE RULE kept AS ON UPDATE TO vips DO INSTEAD NOTHING;
SELECT * FROM findings WHERE finding ~ 'rule';
DROP RULE kept ON vips;
CREATE RULE kept AS ON UPDATE TO users DO INSTEAD NOTHING;
UPDATE orders SET user_id = NULL WHERE user_id IS NOT NULL;
SET upkeep.pause = 'rollup';
UPDATE orders SET user_id = NULL WHERE user_id IS NOT NULL;
RESET upkeep.pause;
CALL upkeep.recalculate_rollup('users');
DROP RULE kept ON users;
CALL upkeep.recalculate_rollup('users');
SELECT count(*) FROM users WHERE orders_count <> 0;
SELECT upkeep.enable_rollup('users', 'orders', '{orders_count = count(*)}');
SELECT * FROM findings WHERE object IN ('vips'::regclass, 'users'::regclass);
INSERT INTO vips (id, orders_count) VALUES (99, 9) RETURNING id, orders_count;

SET client_min_messages = warning;
DROP SCHEMA rollups_checked CASCADE;
