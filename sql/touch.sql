-- touch: a change of a child row stamps its parent, one UPDATE a statement.
CREATE TABLE customers (id int PRIMARY KEY, name text, version int DEFAULT 1,
  updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE invoices (id bigint PRIMARY KEY, customer_id int REFERENCES customers, total numeric,
  updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE lines (id int PRIMARY KEY, invoice_id int REFERENCES invoices ON DELETE CASCADE ON UPDATE CASCADE,
  quantity int, views int DEFAULT 0,
  doubled int GENERATED ALWAYS AS (quantity * 2) STORED, updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO customers (id) VALUES (1), (2);
INSERT INTO invoices VALUES (10, 1), (20, 2), (30, NULL);
INSERT INTO lines VALUES (1, 10, 1), (2, 20, 1), (3, NULL, 1);
SELECT upkeep.enable_updated_at('customers', version_column => 'version');
SELECT upkeep.enable_updated_at('invoices'), upkeep.enable_updated_at('lines', ignore_columns => '{views}');
SELECT upkeep.enable_touch('lines', 'invoices');
SELECT object, options, triggers FROM upkeep.managed WHERE feature = 'touch' AND object = 'lines'::regclass;

-- how many parent rows an UPDATE wrote, and in how many statements
CREATE TABLE writes (parent text, statements int DEFAULT 0, rows int DEFAULT 0);
INSERT INTO writes VALUES ('invoices'), ('customers');
CREATE FUNCTION count_writes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE writes SET statements = statements + 1, rows = rows + (SELECT count(*) FROM changed)
    WHERE parent = TG_TABLE_NAME;
  RETURN NULL; END $$;
CREATE TRIGGER count_writes AFTER UPDATE ON invoices REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
  EXECUTE FUNCTION count_writes();
CREATE TRIGGER count_writes AFTER UPDATE ON customers REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
  EXECUTE FUNCTION count_writes();

SELECT moved('invoices',
  'INSERT INTO lines (id, invoice_id, quantity) SELECT g, 10 + 10 * (g % 2), 1 FROM generate_series(100, 10099) g');
SELECT * FROM writes ORDER BY 1;
SELECT moved('invoices', 'UPDATE lines SET quantity = quantity');
SELECT moved('invoices', 'UPDATE lines SET views = views + 1');
SELECT moved('invoices', 'UPDATE lines SET quantity = 2 WHERE id = 1');
SELECT moved('invoices', 'UPDATE lines SET invoice_id = 20 WHERE id = 1') AS both_parents;
SELECT moved('invoices', 'UPDATE lines SET invoice_id = NULL WHERE id = 1') AS the_old_parent;
SELECT moved('invoices', 'UPDATE lines SET quantity = quantity + 1 WHERE id IN (1, 3)') AS no_parent;
SELECT moved('invoices',
  'UPDATE lines SET quantity = quantity + (id % 2) WHERE id BETWEEN 100 AND 200') AS only_of_changed_rows;
SELECT moved('invoices', 'DELETE FROM lines WHERE id BETWEEN 100 AND 101');
SELECT moved('invoices', 'DELETE FROM lines WHERE false');
SELECT moved('invoices', 'MERGE INTO lines USING (VALUES (102), (200000)) s (id) ON s.id = lines.id '
    'WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id, invoice_id) VALUES (s.id, 20)');
SELECT moved('invoices', 'WITH gone AS (DELETE FROM lines WHERE id = 104 RETURNING id) UPDATE lines SET quantity = 77 '
    'FROM gone WHERE lines.id = 105');
COPY lines (id, invoice_id) FROM stdin;
300001	10
\.
-- the parent's own options do not stop a touch; its version does not move, its protected columns stay
SELECT upkeep.enable_updated_at('invoices', explicit => 'respect');
SELECT moved('invoices', 'DELETE FROM lines WHERE id = 300001');
SELECT upkeep.enable_updated_at('invoices', explicit => 'reject');
SELECT moved('invoices', 'DELETE FROM lines WHERE id = 106');
SELECT upkeep.enable_updated_at('invoices');
-- two touches in one transaction increase; a touch goes on to the parent's parent
BEGIN;
SELECT upkeep.enable_touch('invoices', 'customers');
SELECT moved('customers', 'UPDATE lines SET quantity = 5 WHERE id = 108'), version FROM customers WHERE id = 1;
SELECT moved('customers', 'UPDATE lines SET quantity = 6 WHERE id = 108'), version FROM customers WHERE id = 1;
SELECT moved('customers', 'UPDATE lines SET quantity = 6 WHERE id = 108') AS unchanged;
COMMIT;
SELECT moved('customers', 'UPDATE invoices SET total = 9 WHERE id = 20');
SELECT moved('customers', 'UPDATE invoices SET updated_at = now() WHERE id = 20') AS the_stamp_alone;
-- the UPDATE that a touch makes is no way for others to stamp
SELECT moved('invoices', 'UPDATE invoices SET updated_at = updated_at');
-- foreign key actions; a parent that is gone is no error
UPDATE customers SET version = version;
SELECT moved('customers', 'UPDATE invoices SET id = 11 WHERE id = 10');
SELECT count(*) > 0 AS cascaded FROM lines WHERE invoice_id = 11;
SELECT moved('customers', 'DELETE FROM invoices WHERE id = 11');
SELECT count(*) AS left_over FROM lines WHERE invoice_id = 11;
-- pause and replica
BEGIN;
SET LOCAL upkeep.pause = 'touch';
SELECT moved('invoices', 'UPDATE lines SET quantity = 50 WHERE id = 107');
SET LOCAL upkeep.pause = 'updated_at';
SELECT moved('invoices', 'UPDATE lines SET quantity = 51 WHERE id = 107');
SET LOCAL upkeep.pause = '';
SELECT moved('invoices', 'UPDATE lines SET quantity = 52 WHERE id = 107');
COMMIT;
-- a failed touch fails the statement
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'closed' USING ERRCODE = 'UK003'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON invoices FOR EACH ROW WHEN (OLD.id = 20) EXECUTE FUNCTION refuse();
SELECT state, message FROM failure('UPDATE lines SET quantity = 99 WHERE id = 107');
SELECT quantity FROM lines WHERE id = 107;
DROP TRIGGER refuse ON invoices;

-- keys of several columns, of other types, of a type outside pg_catalog's operators, quoted names
CREATE TABLE "Shop Orders" (shop_id int, "Order, No" text COLLATE "C", updated_at timestamptz DEFAULT '2020-01-01',
  key text GENERATED ALWAYS AS (shop_id || '/' || "Order, No") STORED, PRIMARY KEY (shop_id, "Order, No"));
CREATE TABLE "Order Lines" (id int PRIMARY KEY, "order, no" text, shop bigint, x int,
  FOREIGN KEY (shop, "order, no") REFERENCES "Shop Orders");
INSERT INTO "Shop Orders" VALUES (1, 'a'), (1, 'b'), (2, 'a'), (2, 'it''s "b"');
SELECT upkeep.enable_updated_at('"Shop Orders"');
SELECT upkeep.enable_touch('"Order Lines"', '"Shop Orders"', 'Order Lines_shop_order, no_fkey');
SELECT moved('"Shop Orders"',
  $$INSERT INTO "Order Lines" VALUES (1, 'a', 1), (2, 'it''s "b"', 2), (3, NULL, 2), (4, 'a', NULL)$$, key => 'key');
SELECT moved('"Shop Orders"', $$UPDATE "Order Lines" SET shop = 2 WHERE id = 1$$, key => 'key');
SELECT DISTINCT options FROM upkeep.managed WHERE object = '"Order Lines"'::regclass;
SELECT count(*) AS longest_name FROM pg_trigger
  WHERE tgrelid = '"Order Lines"'::regclass AND length(tgname) <= 63 AND tgname LIKE 'zz\_upkeep%';
CREATE DOMAIN sku AS varchar(20);
CREATE TABLE goods (sku sku PRIMARY KEY, id uuid UNIQUE, updated_at timestamptz(3) DEFAULT '2020-01-01');
CREATE TABLE images (id int PRIMARY KEY, sku text REFERENCES goods, good uuid REFERENCES goods (id));
INSERT INTO goods VALUES ('A', '00000000-0000-0000-0000-00000000000a'), ('B', '00000000-0000-0000-0000-00000000000b');
SELECT upkeep.enable_updated_at('goods');
SELECT * FROM failure('SELECT upkeep.enable_touch(''images'', ''goods'')');
SELECT upkeep.enable_touch('images', 'goods', 'images_sku_fkey');
SELECT moved('goods', 'INSERT INTO images VALUES (1, ''A'', ''00000000-0000-0000-0000-00000000000b'')', key => 'sku');
SELECT upkeep.enable_touch('images', 'goods', 'images_good_fkey');
SELECT moved('goods', 'UPDATE images SET id = 2', key => 'sku');

-- a long foreign key's name is cut, and two that begin alike stay two
CREATE TABLE cut (a int CONSTRAINT a_foreign_key_with_a_name_that_is_much_too_long_for_a_trigger_1 REFERENCES customers,
  b int CONSTRAINT a_foreign_key_with_a_name_that_is_much_too_long_for_a_trigger_2 REFERENCES customers);
SELECT upkeep.enable_touch('cut', 'customers', conname) FROM pg_constraint
  WHERE conrelid = 'cut'::regclass AND contype = 'f';
SELECT count(DISTINCT tgname), max(length(tgname)) FROM pg_trigger WHERE tgrelid = 'cut'::regclass AND NOT tgisinternal;
SELECT moved('customers', 'INSERT INTO cut VALUES (1, 2)');
SELECT upkeep.disable_touch('cut', 'customers');
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'cut'::regclass AND NOT tgisinternal;
SELECT upkeep.disable_touch('cut', 'customers');

-- partitions: the root's triggers do not fire for what is aimed at a partition, so each has its own
CREATE TABLE plants (id int PRIMARY KEY, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE readings (plant_id int REFERENCES plants, day date, x int) PARTITION BY RANGE (day);
CREATE TABLE readings_1 PARTITION OF readings FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE readings_2 (x int, gone int, day date, plant_id int);
ALTER TABLE readings_2 DROP COLUMN gone;
ALTER TABLE readings ATTACH PARTITION readings_2 FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
INSERT INTO plants VALUES (1), (2);
SELECT upkeep.enable_updated_at('plants'), upkeep.enable_touch('readings', 'plants');
SELECT moved('plants', 'INSERT INTO readings VALUES (1, ''2026-01-05'', 1), (2, ''2026-02-05'', 1)');
SELECT moved('plants', 'UPDATE readings SET x = CASE plant_id WHEN 2 THEN 2 ELSE x END');
SELECT moved('plants', 'UPDATE readings_2 SET x = 3');
SELECT moved('plants', 'UPDATE readings SET day = ''2026-02-06'' WHERE plant_id = 1') AS moved_between_partitions;
SELECT moved('plants', 'DELETE FROM readings_2 WHERE plant_id = 1');
CREATE TABLE readings_3 PARTITION OF readings FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
SELECT object, finding, hint FROM upkeep.check() WHERE feature = 'touch' AND object = 'readings_3'::regclass;
SELECT moved('plants', 'INSERT INTO readings_3 VALUES (1, ''2026-03-05'', 1)') AS not_yet;
SELECT upkeep.enable_touch('readings', 'plants');
SELECT moved('plants', 'INSERT INTO readings_3 VALUES (1, ''2026-03-06'', 1)');
-- a trigger that swallows a row on its way to another partition
CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER swallow BEFORE INSERT ON readings_3 FOR EACH ROW EXECUTE FUNCTION swallow();
INSERT INTO readings VALUES (1, '2026-01-07', 1);
SELECT moved('plants',
  'UPDATE readings SET day = day + interval ''1 month'' WHERE day >= ''2026-01-01'' AND day < ''2026-03-01''');
SELECT upkeep.disable_touch('readings', 'plants');
SELECT count(*) FROM upkeep.managed WHERE feature = 'touch' AND object::text LIKE 'readings%';

-- what cannot be enabled leaves everything as it was
CREATE TABLE loops (id int PRIMARY KEY, parent_id int REFERENCES loops, customer_id int REFERENCES customers,
  updated_at timestamptz DEFAULT now());
ALTER TABLE customers ADD COLUMN loop_id int REFERENCES loops, ADD COLUMN invoice_id bigint REFERENCES invoices;
CREATE TABLE stampless (id int PRIMARY KEY, customer_id int REFERENCES customers);
ALTER TABLE loops ADD COLUMN stampless_id int REFERENCES stampless;
SELECT * FROM failure('SELECT upkeep.enable_touch(''loops'', ''loops'')');
SELECT upkeep.enable_touch('loops', 'customers');
SELECT * FROM failure('SELECT upkeep.enable_touch(''customers'', ''loops'')');
SELECT * FROM failure('SELECT upkeep.enable_touch(''customers'', ''invoices'')');
SELECT * FROM failure('SELECT upkeep.enable_touch(''lines'', ''customers'')');
SELECT * FROM failure('SELECT upkeep.enable_touch(''lines'', ''invoices'', ''no_such_key'')');
SELECT * FROM failure('SELECT upkeep.enable_touch(''loops'', ''stampless'')');
SELECT * FROM failure('SELECT upkeep.enable_touch(NULL, ''invoices'')');
CREATE VIEW line_view AS SELECT * FROM lines;
SELECT * FROM failure('SELECT upkeep.enable_touch(''line_view'', ''invoices'')');
SELECT count(*) FROM upkeep.managed
  WHERE object IN ('customers'::regclass, 'stampless'::regclass) AND feature = 'touch';
-- a parent without a trigger gets one, and is told so
CREATE TABLE bare (id int PRIMARY KEY, updated_at timestamptz DEFAULT now());
CREATE TABLE bare_child (bare_id int REFERENCES bare);
SELECT upkeep.enable_touch('bare_child', 'bare');
SELECT moved('bare', 'INSERT INTO bare VALUES (1, ''2020-01-01'')');
SELECT moved('bare', 'INSERT INTO bare_child VALUES (1)');
-- a renamed parent, a renamed column, triggers made by hand
ALTER TABLE bare RENAME TO renamed;
SELECT * FROM failure('INSERT INTO bare_child VALUES (1)');
SELECT upkeep.enable_touch('bare_child', 'renamed');
SELECT moved('renamed', 'INSERT INTO bare_child VALUES (1)');
ALTER TABLE bare_child RENAME CONSTRAINT bare_child_bare_id_fkey TO renamed_key;
ALTER TABLE renamed RENAME TO renamed_again;
SELECT upkeep.enable_touch('bare_child', 'renamed_again');
SELECT triggers, options ->> 'parent' AS parent FROM upkeep.managed WHERE object = 'bare_child'::regclass;
ALTER TABLE renamed_again RENAME TO renamed;
SELECT upkeep.disable_touch('bare_child', 'renamed');
SELECT count(*) FROM upkeep.managed WHERE object = 'bare_child'::regclass;
SELECT upkeep.enable_touch('bare_child', 'renamed');
ALTER TABLE bare_child RENAME bare_id TO b;
SELECT * FROM failure('INSERT INTO bare_child VALUES (1)');
SELECT upkeep.enable_touch('bare_child', 'renamed');
CREATE TABLE by_hand (renamed_id int, x int);
CREATE TRIGGER hand AFTER INSERT ON by_hand REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.touch('parent=renamed', 'columns=renamed_id', 'keys=id');
SELECT moved('renamed', 'INSERT INTO by_hand VALUES (1)');
CREATE TRIGGER hand_row AFTER UPDATE ON by_hand FOR EACH ROW
  EXECUTE FUNCTION upkeep.touch('parent=renamed', 'columns=renamed_id', 'keys=id');
SELECT * FROM failure('UPDATE by_hand SET x = 1');
CREATE TRIGGER hand_bare AFTER DELETE ON by_hand FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.touch('parent=renamed', 'columns=renamed_id', 'keys=id');
SELECT * FROM failure('DELETE FROM by_hand');
CREATE TRIGGER hand_before BEFORE INSERT ON by_hand FOR EACH STATEMENT EXECUTE FUNCTION upkeep.touch();
SELECT * FROM failure('INSERT INTO by_hand VALUES (1)');
DROP TRIGGER hand_before ON by_hand;
CREATE OR REPLACE TRIGGER hand AFTER INSERT ON by_hand REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.touch('parent=renamed', 'columns=renamed_id,x', 'keys=id');
SELECT * FROM failure('INSERT INTO by_hand VALUES (1)');
CREATE OR REPLACE TRIGGER hand AFTER INSERT ON by_hand REFERENCING NEW TABLE AS n FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.touch('columns=renamed_id', 'keys=id');
SELECT * FROM failure('INSERT INTO by_hand VALUES (1)');
DROP TABLE by_hand, bare_child, renamed;
