-- enable_rollup and disable_rollup: the triggers, what replaces what, names, notices, and what a rename leaves.
CREATE SCHEMA rolled;
SET search_path = rolled, public;
SET datestyle = ISO;

-- triggers_of(pattern): the tables, the names of their rollup triggers and when they fire, without arguments
CREATE FUNCTION triggers_of(pattern text) RETURNS TABLE (on_table regclass, trigger name, fires text) LANGUAGE sql AS $$
  SELECT t.tgrelid::regclass, t.tgname, regexp_replace(pg_get_triggerdef(t.oid),
    '^CREATE TRIGGER \S+ (.*) ON \S+ (.*)EXECUTE FUNCTION.*$', '\1 \2')
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE t.tgfoid = 'upkeep.rollup'::regproc AND c.relname ~ pattern AND c.relnamespace = 'rolled'::regnamespace
  ORDER BY c.relname, t.tgname
$$;

-- what is written: by the foreign key, which is written out, and by keys
CREATE TABLE users (id int PRIMARY KEY, orders_count bigint NOT NULL DEFAULT 0, spent numeric(12,2), last_order date);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, amount numeric(10,2), placed_at timestamp);
INSERT INTO users (id, orders_count) VALUES (1, 0), (2, 5), (3, 0);
INSERT INTO orders VALUES (1, 1, 10, '2026-01-01 10:00'), (2, 1, 20, '2026-01-02 10:00'), (3, 3, 5, NULL);
SELECT upkeep.enable_rollup('users', 'orders', ARRAY['orders_count = count(*)',
  'spent = SUM(amount) FILTER (WHERE amount > 5)', '"last_order" = max(placed_at::date)']);
SELECT * FROM users ORDER BY id;
SELECT * FROM triggers_of('.');
SELECT object, feature, jsonb_pretty(options) AS options, trigger, enabled FROM upkeep.managed
  WHERE feature = 'rollup' ORDER BY object;
CREATE TABLE days (shop int, day date, orders int, ad_spend numeric DEFAULT 0, PRIMARY KEY (shop, day));
CREATE TABLE sales (id int, shop int, sold_at timestamptz, state text);
CREATE INDEX ON sales (shop, ((sold_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date));
SELECT upkeep.enable_rollup('days', 'sales', '{orders = count(*)}',
  ARRAY['day = (sold_at at time zone ''Asia/Ho_Chi_Minh'')::date', 'shop = shop'], 'state in (''paid'', ''done'')',
  keep_empty => false, backfill => false);
SELECT upkeep.export_sql('sales');
SELECT upkeep.export_sql('days');

-- with the statement triggers of partitions: what is printed makes the same again
CREATE TABLE lists (id int PRIMARY KEY, items int DEFAULT 0) PARTITION BY RANGE (id);
CREATE TABLE lists_1 PARTITION OF lists FOR VALUES FROM (0) TO (10);
CREATE TABLE items (id int, list int) PARTITION BY LIST (id);
CREATE TABLE items_1 PARTITION OF items FOR VALUES IN (1);
CREATE INDEX ON items (list);
SELECT upkeep.enable_rollup('lists', 'items', '{items = count(*)}', '{id = list}');
CREATE VIEW kept AS SELECT object, options, triggers FROM upkeep.managed WHERE object::text ~ '^(lists|items)';
CREATE TABLE printed AS SELECT e FROM unnest('{lists,items}'::regclass[]) t, upkeep.export_sql(t) e;
CREATE TABLE before AS TABLE kept;
SELECT upkeep.export_sql('items_1');
SELECT upkeep.disable_rollup('lists', 'items');
DO $$ DECLARE s text; BEGIN FOR s IN SELECT e FROM printed LOOP EXECUTE s; END LOOP; END $$;
SELECT (SELECT count(*) FROM before), (SELECT count(*) FROM (TABLE before EXCEPT TABLE kept) d) AS lost;
INSERT INTO items_1 VALUES (1, 1), (1, 1);
SELECT tableoid::regclass, * FROM lists;
DROP VIEW kept;
DROP TABLE printed, before, lists, items;

-- the same keys replace, in any order and whatever else differs; others add, under the next number
SELECT upkeep.enable_rollup('days', 'sales', '{orders = count(state)}',
  ARRAY['shop = sales.shop', 'day = (sold_at at time zone ''Asia/Ho_Chi_Minh'')::date']);
SELECT trigger, options FROM upkeep.managed WHERE object = 'sales'::regclass;
CREATE TABLE mails (id int PRIMARY KEY, sender int REFERENCES users, receiver int REFERENCES users);
ALTER TABLE users ADD sent int, ADD received int;
CREATE INDEX ON mails (sender);
CREATE INDEX ON mails (receiver);
SELECT upkeep.enable_rollup('users', 'mails', '{sent = count(*)}', '{id = sender}', missing => 'ignore');
SELECT upkeep.enable_rollup('users', 'mails', '{received = count(*)}', '{id = receiver}', missing => 'ignore');
SELECT on_table, trigger FROM triggers_of('mails|users') WHERE trigger ~ 'mails|rollup_users';
SELECT upkeep.enable_rollup('users', 'mails', '{received = count(id)}', '{id = receiver}', missing => 'ignore');
SELECT trigger, options FROM upkeep.managed WHERE object = 'mails'::regclass;
SELECT upkeep.disable_rollup('users', 'mails');
SELECT upkeep.disable_rollup('users', 'mails');
SELECT count(*) FROM triggers_of('mails|users') WHERE trigger ~ 'mails|rollup_users_2';

-- names that are too long have a hash, and two tables of one name have numbers
CREATE TABLE a_table_whose_name_is_as_long_as_postgresql_lets_a_table_s_name (id int PRIMARY KEY, n int);
CREATE TABLE another_table_whose_name_is_as_long_as_postgresql_lets_it_be_so (id int,
  a int REFERENCES a_table_whose_name_is_as_long_as_postgresql_lets_a_table_s_name);
CREATE INDEX ON another_table_whose_name_is_as_long_as_postgresql_lets_it_be_so (a);
SELECT upkeep.enable_rollup('a_table_whose_name_is_as_long_as_postgresql_lets_a_table_s_name',
  'another_table_whose_name_is_as_long_as_postgresql_lets_it_be_so', '{n = count(*)}');
SELECT trigger FROM triggers_of('_name_is_as_long_');
CREATE SCHEMA rolled_too;
CREATE TABLE rolled_too.users (id int PRIMARY KEY, orders_count int);
SELECT upkeep.enable_rollup('rolled_too.users', 'orders', '{orders_count = count(*)}', '{id = id}');
SELECT on_table, trigger FROM triggers_of('orders');

-- partitions of either table, also those that come later; children; one table on both sides
CREATE TABLE whole (id int, part int, n int, PRIMARY KEY (id, part)) PARTITION BY LIST (part);
CREATE TABLE whole_1 PARTITION OF whole FOR VALUES IN (1);
CREATE TABLE pieces (id int, whole int, part int) PARTITION BY LIST (part);
CREATE TABLE pieces_1 PARTITION OF pieces FOR VALUES IN (1);
SELECT upkeep.enable_rollup('whole', 'pieces', '{n = count(*)}', '{id = whole, part = part}');
CREATE TABLE whole_2 PARTITION OF whole FOR VALUES IN (2);
CREATE TABLE pieces_2 PARTITION OF pieces FOR VALUES IN (2);
SELECT on_table, trigger FROM triggers_of('whole|pieces');
SELECT * FROM triggers_of('(whole|pieces)_2$');
SELECT upkeep.disable_rollup('whole_1', 'pieces');
SELECT upkeep.disable_rollup('whole', 'pieces');
SELECT * FROM triggers_of('whole|pieces');
CREATE TABLE talk (id int PRIMARY KEY, parent int REFERENCES talk, replies int);
CREATE INDEX ON talk (parent);
SELECT upkeep.enable_rollup('talk', 'talk', '{replies = count(*)}');
SELECT * FROM triggers_of('talk');
CREATE TABLE heard () INHERITS (talk);
SELECT upkeep.enable_rollup('talk', 'talk', '{replies = count(*)}');
SELECT on_table, trigger FROM triggers_of('heard');
SELECT upkeep.disable_rollup('talk', 'talk');
SELECT * FROM triggers_of('talk|heard');

-- key columns of a domain and of an array, in quotes and capitals; expressions by the caller's search_path
CREATE DOMAIN code AS text CHECK (value <> '');
CREATE TABLE "Odd ""Names" ("The Key" code, path int[], "Count, all" int, UNIQUE ("The Key", path));
CREATE TABLE "Odd Rows" ("The = Row" text, steps int[]);
CREATE FUNCTION shouted(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT upper($1)';
SELECT upkeep.enable_rollup('"Odd ""Names"', '"Odd Rows"', ARRAY['"Count, all" = count("The = Row")'],
  ARRAY['"The Key" = shouted("The = Row")', 'path = steps']);
SELECT trigger, options FROM upkeep.managed WHERE object = '"Odd Rows"'::regclass;

-- a figure that was wrong is replaced; an index, also of an expression, silences the notice
CREATE INDEX ON orders (user_id);
ALTER TABLE users DISABLE TRIGGER USER;
UPDATE users SET orders_count = 99 WHERE id = 1;
ALTER TABLE users ENABLE TRIGGER USER;
SELECT upkeep.enable_rollup('users', 'orders', ARRAY['orders_count = count(*)']);
SELECT id, orders_count FROM users ORDER BY id;

-- in the loop of a function, whatever it loops over
CREATE TABLE wanted (target regclass PRIMARY KEY, source regclass);
INSERT INTO wanted VALUES ('users', 'orders');
DO $$
DECLARE each record;
BEGIN
  FOR each IN UPDATE wanted SET source = source RETURNING * LOOP
    PERFORM upkeep.enable_rollup(each.target, each.source, '{orders_count = count(*)}');
  END LOOP;
  FOR each IN SELECT upkeep.enable_rollup(target, source, '{orders_count = count(*)}') FROM wanted LOOP
    NULL;
  END LOOP;
END $$;
SELECT count(*) FROM triggers_of('^orders$');
DROP TABLE wanted;

-- also under casts that change no byte, and of a part that the filter, or a key that is there, lies in
CREATE TABLE codes (code text PRIMARY KEY, n int NOT NULL DEFAULT 0);
CREATE TABLE coded (code varchar(9), state text, live boolean);
SELECT upkeep.enable_rollup('codes', 'coded', '{n = count(*)}', '{code = code}', 'state = ''a''');
CREATE INDEX coded_index ON coded (code) WHERE state = 'b';
SELECT upkeep.enable_rollup('codes', 'coded', '{n = count(*)}', '{code = code}', 'state = ''a''');
SELECT upkeep.enable_rollup('codes', 'coded', '{n = count(*)}', '{code = code}', 'state = ''b'' AND live');
DROP INDEX coded_index;
CREATE INDEX coded_index ON coded (code, live) WHERE code IS NOT NULL;
SELECT upkeep.enable_rollup('codes', 'coded', '{n = count(*)}', '{code = code}', 'state = ''a''');
DROP INDEX coded_index;
CREATE INDEX coded_index ON coded USING brin (code);
SELECT upkeep.enable_rollup('codes', 'coded', '{n = count(*)}', '{code = code}');
SELECT upkeep.disable_rollup('codes', 'coded');

-- renames while the guard is off: the next write says what is wrong, and enabling again puts it right
ALTER TABLE orders RENAME user_id TO buyer;
SELECT * FROM failure('INSERT INTO orders VALUES (10, 1, 1)');
SELECT upkeep.enable_rollup('users', 'orders', ARRAY['orders_count = count(*)']);
SELECT upkeep.disable_rollup('rolled_too.users', 'orders');
INSERT INTO orders VALUES (10, 1, 1);
ALTER TABLE users RENAME TO people;
SELECT * FROM failure('INSERT INTO orders VALUES (11, 1, 1)');
SELECT upkeep.enable_rollup('people', 'orders', ARRAY['orders_count = count(*)']);
INSERT INTO orders VALUES (11, 1, 1);
SELECT id, orders_count FROM people ORDER BY id;
SELECT on_table, trigger FROM triggers_of('orders|people');

-- another table that takes the target's name is not one that rows can be left out of
CREATE TABLE days_too (LIKE days INCLUDING ALL);
ALTER TABLE days RENAME TO days_before;
ALTER TABLE days_too RENAME TO days;
SELECT * FROM failure('INSERT INTO sales VALUES (1, 1, now())');
SELECT upkeep.enable_rollup('days', 'sales', '{orders = count(*)}',
  ARRAY['day = (sold_at at time zone ''Asia/Ho_Chi_Minh'')::date', 'shop = shop']);
INSERT INTO sales VALUES (1, 1, '2026-01-01 12:00Z');
SELECT * FROM days;

-- and while it is on: columns of either table, tables and schemas are followed
SET client_min_messages = warning;
SELECT upkeep.enable_guard('block', '{rolled}');
RESET client_min_messages;
SELECT upkeep.enable_rollup('people', 'orders', ARRAY['orders_count = count(*) filter (where amount > 0)',
  'spent = sum(amount)'], filter => '"placed_at" IS NULL OR amount <> 7 OR ''placed_at'' = ''x''');
ALTER TABLE orders RENAME amount TO "Amount";
ALTER TABLE orders RENAME buyer TO "Who";
ALTER TABLE orders RENAME placed_at TO at;
ALTER TABLE people RENAME id TO "Id";
ALTER TABLE people RENAME orders_count TO "number";
ALTER TABLE people RENAME TO "The People";
ALTER TABLE orders RENAME TO purchases;
ALTER SCHEMA rolled RENAME TO "Rolled";
SET search_path = "Rolled", public;
SELECT object, jsonb_pretty(options) AS options FROM upkeep.managed
  WHERE feature = 'rollup' AND object IN ('"The People"'::regclass, 'purchases') ORDER BY object::text;
INSERT INTO purchases VALUES (12, 2, 1);
SELECT "Id", "number", spent FROM "The People" ORDER BY 1;
CREATE SCHEMA elsewhere;
SET client_min_messages = warning;
SELECT upkeep.enable_guard('block', '{Rolled,elsewhere}');
RESET client_min_messages;
ALTER TABLE purchases SET SCHEMA elsewhere;
SELECT options ->> 'source' FROM upkeep.managed WHERE object = '"The People"'::regclass AND feature = 'rollup';
ALTER TABLE talk ADD again int, ADD n int;
SELECT upkeep.enable_rollup('talk', 'talk', '{again = sum(n)}');
ALTER TABLE talk RENAME n TO again_n;
ALTER TABLE talk RENAME again TO n;
SELECT options FROM upkeep.managed WHERE object = 'talk'::regclass AND feature = 'rollup';
-- a figure can be computed again: nothing is lost with it
UPDATE "The People" SET spent = 1;
ALTER TABLE "The People" DROP spent;
SELECT * FROM failure('INSERT INTO elsewhere.purchases VALUES (13, 2, 1)');
SET client_min_messages = warning;
SELECT upkeep.disable_guard();
DROP SCHEMA "Rolled", rolled_too, elsewhere CASCADE;
RESET search_path;
RESET datestyle;
