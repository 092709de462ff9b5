-- order_status: legal moves only; the moment of payment once.
\set SHOW_CONTEXT never
CREATE SCHEMA status;
SET search_path = status, public;
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending', payment_completed_at timestamptz(3), note text);
SELECT upkeep.enable_order_status('orders', '{"pending": ["paid", "cancelled"], '
    '"paid": ["completed", "refunded", "cancelled"], "completed": ["refunded"], "cancelled": ["paid"]}');
SELECT object, feature, options, triggers FROM upkeep.managed WHERE feature = 'order_status';

-- whether the moment is this transaction's, rounded to the column
CREATE FUNCTION moments() RETURNS TABLE (id int, status text, paid text) LANGUAGE sql AS $$
  SELECT id, status, CASE WHEN payment_completed_at IS NULL THEN NULL
    WHEN payment_completed_at = now()::timestamptz(3) THEN 'now'
    ELSE payment_completed_at::text END FROM status.orders ORDER BY id $$;

-- an INSERT is no move; every way of writing
BEGIN;
INSERT INTO orders (id) VALUES (1), (2), (3);
INSERT INTO orders (id, status) VALUES (4, 'paid'), (5, 'completed'), (6, NULL), (7, 'unheard of');
INSERT INTO orders VALUES (8, 'paid', '2020-01-01');
SELECT * FROM moments();
UPDATE orders SET status = 'paid' WHERE id IN (1, 2, 6);
UPDATE orders SET status = 'paid', payment_completed_at = '2021-01-01' WHERE id = 3;
SELECT * FROM moments() WHERE id < 4 OR id = 6;
COMMIT;
SELECT * FROM failure('UPDATE orders SET status = ''pending'' WHERE id = 1');
SELECT * FROM failure('UPDATE orders SET status = ''paid'' WHERE id = 5');
SELECT * FROM failure('UPDATE orders SET status = NULL WHERE id = 1');
SELECT * FROM failure('UPDATE orders SET status = ''paid'' WHERE id = 7');
SELECT * FROM failure('UPDATE orders SET status = ''refunded'' WHERE id IN (1, 2, 7)');
UPDATE orders SET status = 'refunded' WHERE id = 2;
SELECT * FROM failure('UPDATE orders SET status = ''paid'' WHERE id = 2');
-- the same again is no error, and no second moment
UPDATE orders SET payment_completed_at = '2022-02-02' WHERE id = 1;
UPDATE orders SET status = 'paid' WHERE id = 1;
UPDATE orders SET status = status, note = 'webhook';
SELECT * FROM moments() WHERE id = 1;
-- paid, cancelled, paid: the first moment stays, also where the client clears it
UPDATE orders SET status = 'cancelled' WHERE id IN (1, 3);
UPDATE orders SET status = 'paid' WHERE id = 1;
UPDATE orders SET status = 'paid', payment_completed_at = NULL WHERE id = 3;
SELECT * FROM moments() WHERE id IN (1, 3);
-- where it is not entering, the client may clear it
UPDATE orders SET payment_completed_at = NULL WHERE id = 1;
UPDATE orders SET status = 'paid' WHERE id = 1;
SELECT * FROM moments() WHERE id = 1;
-- upsert, MERGE, COPY, CTE, a prepared statement
INSERT INTO orders (id, status) VALUES
  (1, 'completed'), (10, 'pending') ON CONFLICT (id) DO UPDATE SET status = excluded.status;
SELECT * FROM failure(
  'INSERT INTO orders (id, status) VALUES (1, ''pending'') ON CONFLICT (id) DO UPDATE SET status = excluded.status');
MERGE INTO orders USING (VALUES (10, 'cancelled'), (11, 'paid')) s (id, status) ON s.id = orders.id
  WHEN MATCHED THEN UPDATE SET status = s.status WHEN NOT MATCHED THEN INSERT (id, status) VALUES (s.id, s.status);
COPY orders (id, status) FROM stdin;
12	paid
13	pending
\.
SELECT id, status, payment_completed_at IS NOT NULL AS is_paid FROM orders WHERE id IN (1, 10, 11, 12, 13) ORDER BY id;
WITH paid AS (UPDATE orders SET status = 'paid' WHERE id = 13 RETURNING payment_completed_at)
  SELECT payment_completed_at IS NOT NULL AS is_paid FROM paid;
PREPARE move(text) AS UPDATE orders SET status = $1 WHERE id = 13;
EXECUTE move('completed');
-- options that are replaced count at once
SELECT upkeep.enable_order_status('orders', '{"completed": ["paid"]}');
EXECUTE move('paid');
EXECUTE move('completed');
-- a savepoint that is rolled back
BEGIN;
SAVEPOINT a;
UPDATE orders SET status = 'paid' WHERE id = 13;
ROLLBACK TO a;
SELECT status FROM orders WHERE id = 13;
COMMIT;
-- pause, disable, enable again
BEGIN;
SET LOCAL upkeep.pause = 'order_status';
UPDATE orders SET status = 'anything' WHERE id = 13;
INSERT INTO orders (id, status) VALUES (14, 'paid');
COMMIT;
SELECT id, status, payment_completed_at FROM orders WHERE id = 14;
SELECT upkeep.disable_order_status('orders');
SELECT upkeep.disable_order_status('orders');
UPDATE orders SET status = 'pending' WHERE id = 13;
SELECT upkeep.enable_order_status('orders', '{"pending": []}', paid_status => 'Bezahlt');
SELECT * FROM failure('UPDATE orders SET status = ''paid'' WHERE id = 13');
-- columns that move, come and go
ALTER TABLE orders DROP COLUMN note, ADD COLUMN early int;
INSERT INTO orders (id, status) VALUES (15, 'Bezahlt');
SELECT payment_completed_at IS NOT NULL AS is_paid FROM orders WHERE id = 15;
ALTER TABLE orders DROP COLUMN payment_completed_at;
INSERT INTO orders (id, status) VALUES (16, 'Bezahlt');
ALTER TABLE orders RENAME status TO state;
SELECT * FROM failure('INSERT INTO orders (id) VALUES (17)');
SELECT upkeep.enable_order_status('orders', '{}', status_column => 'state');
INSERT INTO orders (id, state) VALUES (17, 'Bezahlt');

-- other types: varchar, character, enum, domains; timestamp is UTC
CREATE TYPE phase AS ENUM ('pending', 'paid', 'gone');
CREATE DOMAIN settled AS timestamp(0) CHECK (VALUE > '2000-01-01');
CREATE DOMAIN kind AS varchar(10);
CREATE TABLE typed (id int, a varchar(10), b character(12), c phase, d kind, at timestamp, day settled);
DO $$ DECLARE col text; BEGIN
  FOREACH col IN ARRAY '{a,b,c,d}'::text[] LOOP
    TRUNCATE status.typed;
    PERFORM upkeep.enable_order_status('status.typed', '{"pending": ["paid"]}', status_column => col::name,
      paid_column => CASE col WHEN 'a' THEN 'day' ELSE 'at' END::name);
    EXECUTE format('INSERT INTO status.typed (id, %I) VALUES (1, ''pending'')', col);
    EXECUTE format('UPDATE status.typed SET %I = ''paid''', col);
    ASSERT (SELECT CASE col WHEN 'a' THEN day = (now() AT TIME ZONE 'UTC')::timestamp(0)
      ELSE at = now() AT TIME ZONE 'UTC' END FROM status.typed), col;
    BEGIN
      EXECUTE format('UPDATE status.typed SET %I = ''pending''', col);
      RAISE 'no error for %', col;
    EXCEPTION WHEN SQLSTATE 'UK004' THEN
      RAISE NOTICE '%', SQLERRM;
    END;
  END LOOP;
END $$;

-- partitions, one of which has its columns in another order, and a row that moves
CREATE TABLE parted (id int, year int, status text, payment_completed_at timestamptz) PARTITION BY LIST (year);
CREATE TABLE parted_1 (payment_completed_at timestamptz, gone int, status text, year int, id int);
ALTER TABLE parted_1 DROP COLUMN gone;
ALTER TABLE parted ATTACH PARTITION parted_1 FOR VALUES IN (1);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
SELECT upkeep.enable_order_status('parted', '{"pending": ["paid"]}');
INSERT INTO parted VALUES (1, 1, 'pending'), (2, 2, 'pending');
UPDATE parted SET status = 'paid';
SELECT tableoid::regclass, status, payment_completed_at IS NOT NULL AS is_paid FROM parted ORDER BY 1;
UPDATE parted SET year = 2 WHERE id = 1;
SELECT * FROM failure('UPDATE parted SET status = ''pending'', year = 1 WHERE id = 1');
SELECT * FROM failure('UPDATE status.parted_2 SET status = ''pending''');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''parted_1'', ''{}'')');
SELECT upkeep.disable_order_status('parted');

-- who writes, and with which search_path, makes no difference
CREATE SCHEMA status_hostile;
CREATE FUNCTION status_hostile.never(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR status_hostile.= (LEFTARG = text, RIGHTARG = text, FUNCTION = status_hostile.never);
CREATE TABLE open (id int PRIMARY KEY, status text, payment_completed_at timestamptz, tenant int);
ALTER TABLE open ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_rows ON open USING (tenant = 1);
GRANT USAGE ON SCHEMA status, status_hostile TO regress_upkeep_other;
GRANT SELECT, INSERT ON open TO regress_upkeep_other;
GRANT UPDATE (status) ON open TO regress_upkeep_other;
SELECT upkeep.enable_order_status('open', '{"pending": ["paid"]}', tenant_column => 'tenant');
SET ROLE regress_upkeep_other;
SET search_path = status_hostile, pg_catalog, status;
INSERT INTO open VALUES (1, 'pending', NULL, 1);
UPDATE open SET status = 'paid';
SELECT status, payment_completed_at IS NOT NULL AS is_paid FROM open;
SELECT * FROM public.failure('UPDATE open SET status = ''pending''');
SELECT * FROM public.failure('SELECT upkeep.enable_order_status(''open'', ''{}'')');
SELECT * FROM public.failure('SELECT upkeep.disable_order_status(''open'')');
RESET ROLE;
SET search_path = status, public;

-- what cannot be enabled
CREATE TABLE odd (id int, status text, state text GENERATED ALWAYS AS ('x') STORED, payment_completed_at date,
  made timestamptz GENERATED ALWAYS AS (NULL) STORED);
CREATE VIEW odd_view AS SELECT * FROM odd;
SELECT * FROM failure('SELECT upkeep.enable_order_status(NULL, ''{}'')');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''odd'', NULL)');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''odd'', ''[]'')');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''odd'', ''"pending"'')');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''odd'', ''{"pending": "paid"}'')');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''odd'', ''{"pending": [1]}'')');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''odd'', ''{"pending": [["paid"]]}'')');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''odd'', ''{"pending": {"paid": []}}'')');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''odd'', ''{}'')');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''odd'', ''{}'', paid_column => ''made'')');
SELECT * FROM failure(
  'SELECT upkeep.enable_order_status(''odd'', ''{}'', status_column => ''state'', paid_column => ''made'')');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''odd'', ''{}'', status_column => ''none'')');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''odd'', ''{}'', paid_column => ''none'')');
SELECT * FROM failure('SELECT upkeep.enable_order_status(''odd_view'', ''{}'')');
SELECT count(*) FROM upkeep.managed WHERE object = 'odd'::regclass;
-- plain CREATE TRIGGER
CREATE TABLE hand (id int, status text);
CREATE TRIGGER hand BEFORE INSERT OR UPDATE ON hand FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_status('transitions={"a": ["b"]}');
INSERT INTO hand VALUES (1, 'a');
UPDATE hand SET status = 'b';
SELECT * FROM failure('UPDATE hand SET status = ''a''');
CREATE OR REPLACE TRIGGER hand BEFORE INSERT OR UPDATE ON hand FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_status('transitions={"a": ');
SELECT * FROM failure('INSERT INTO hand VALUES (1)');
CREATE OR REPLACE TRIGGER hand BEFORE INSERT OR UPDATE ON hand FOR EACH ROW EXECUTE FUNCTION upkeep.order_status();
SELECT * FROM failure('INSERT INTO hand VALUES (1)');
CREATE OR REPLACE TRIGGER hand AFTER INSERT OR UPDATE ON hand FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_status('transitions={}');
SELECT * FROM failure('INSERT INTO hand VALUES (1)');
CREATE OR REPLACE TRIGGER hand BEFORE DELETE ON hand FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_status('transitions={}');
SELECT * FROM failure('DELETE FROM hand');
RESET search_path;
