-- order_lock runs as the role that has loaded this edition: what that lets others do, and what it does not.
CREATE SCHEMA locked;
CREATE SCHEMA evil;
GRANT USAGE ON SCHEMA locked TO regress_upkeep_other, regress_upkeep_owner;
GRANT USAGE, CREATE ON SCHEMA evil TO regress_upkeep_other;
\set SHOW_CONTEXT never
SET search_path = locked, public;
SET client_min_messages = warning;
CREATE TABLE orders (id int PRIMARY KEY, status text DEFAULT 'pending', total_amount numeric(10,2), note text,
  payment_completed_at timestamptz);
CREATE TABLE lines (id int PRIMARY KEY, order_id int REFERENCES orders ON DELETE CASCADE, quantity int DEFAULT 1,
  note text);
SELECT upkeep.enable_order_lock('orders', 'lines', correct_role => 'regress_upkeep_other', open_columns => '{note}');
RESET client_min_messages;
INSERT INTO orders (id, status) VALUES (1, 'paid'), (2, 'pending'), (3, 'paid');
BEGIN;
SET LOCAL upkeep.pause = 'order_lock';
INSERT INTO lines VALUES (1, 1), (2, 2), (3, 3);
COMMIT;
-- verdicts(): what becomes of each statement, undone afterwards
CREATE FUNCTION public.verdicts(VARIADIC statements text[]) RETURNS TABLE (statement text, verdict text)
LANGUAGE plpgsql AS $$
BEGIN
  FOREACH statement IN ARRAY statements LOOP
    BEGIN
      EXECUTE statement;
      RAISE SQLSTATE 'OK000';
    EXCEPTION WHEN SQLSTATE 'OK000' THEN verdict := 'done'; WHEN OTHERS THEN
      verdict := SQLSTATE || ' ' || SQLERRM;
    END;
    RETURN NEXT;
  END LOOP;
END $$;
-- whether the branch of a table serves, and nothing is done the long way
CREATE FUNCTION has_branch(target regclass) RETURNS boolean LANGUAGE sql AS $$
  SELECT coalesce(bool_or(b.text ~ 'order_lock_fits' AND upkeep_internal.others_still_are(b.text) AND b.fingerprint
                          = upkeep_internal.fingerprint('order_lock', b.object)), false)
  FROM upkeep_internal.written_branches b WHERE b.feature = 'order_lock' AND b.object = target $$;

-- a shopper who has no right on the orders, which row security hides, with a hostile search_path
GRANT SELECT, INSERT, UPDATE, DELETE ON lines TO regress_upkeep_other;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
SET ROLE regress_upkeep_other;
CREATE FUNCTION evil.never(int, int) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'runs as %', current_user; END $$;
CREATE FUNCTION evil.never(pg_catalog.text, pg_catalog.text) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'runs as %', current_user; END $$;
CREATE OPERATOR evil.= (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.never);
CREATE OPERATOR evil.<> (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.never);
CREATE OPERATOR evil.= (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = evil.never);
CREATE OPERATOR evil.<> (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = evil.never);
CREATE FUNCTION evil.fits(pg_catalog.text, regclass, pg_catalog.text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE FUNCTION evil.unnest(int[]) RETURNS SETOF int LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION evil.array_agg(int) RETURNS int[] LANGUAGE sql AS 'SELECT ''{2}''::pg_catalog.int4[]';
CREATE DOMAIN evil.text AS pg_catalog.text CHECK (evil.never(1, 1));
CREATE DOMAIN evil.bool AS pg_catalog.bool CHECK (evil.never(1, 1));
CREATE DOMAIN evil.record AS pg_catalog.text CHECK (evil.never(1, 1));
CREATE TABLE evil.orders (id int, status pg_catalog.text, payment_completed_at timestamptz);
CREATE TABLE evil.upkeep_new (order_id int);
SET search_path = evil, pg_catalog;
SELECT * FROM public.verdicts('INSERT INTO locked.lines VALUES (10, 1)', 'INSERT INTO locked.lines VALUES (10, 2)',
  'INSERT INTO locked.lines VALUES (10, 2), (11, 1)', 'UPDATE locked.lines SET quantity = 2',
  'UPDATE locked.lines SET note = ''x''', 'UPDATE locked.lines SET order_id = 2 WHERE id OPERATOR(pg_catalog.=) 1',
  'DELETE FROM locked.lines', 'DELETE FROM locked.lines WHERE id OPERATOR(pg_catalog.=) 2', 'TRUNCATE locked.lines');
-- he cannot pause it, nor mark his statement as one of ours
SET upkeep.pause = 'order_lock, all, #quiet 1 , #refund 1 forged';
SELECT * FROM public.verdicts('INSERT INTO locked.lines VALUES (10, 1)');
RESET upkeep.pause;
RESET ROLE;
SET search_path = locked, public;
SELECT has_branch('orders'), has_branch('lines');
-- the owner can
BEGIN;
SET LOCAL upkeep.pause = 'order_lock';
INSERT INTO lines VALUES (10, 1);
ROLLBACK;

-- corrections: only who may can open an order, whatever door he takes
SET ROLE regress_upkeep_owner;
SELECT s, f.state, f.message FROM unnest(ARRAY['SELECT upkeep.correct_order(''locked.orders'', ''1'', ''r'')',
  'INSERT INTO upkeep_internal.correction_calls (orders, order_key, reason) VALUES (''locked.orders'', ''1'', ''r'')',
  'INSERT INTO upkeep_internal.correction_calls VALUES (''locked.orders'', ''1'', ''r'', ''portable'')',
  'INSERT INTO upkeep.order_corrections VALUES (''locked.orders'', ''1'', ''r'', current_user, NULL, now(), 1)',
  'SELECT * FROM upkeep_internal.correction_calls',
  'SELECT upkeep_internal.open_orders(''locked.orders'', ''locked.lines'')',
  'SELECT upkeep_internal.lock_order(''locked.orders'', upkeep_internal.lock_of(''locked.orders''), ''1'')'
  ]) s, public.failure(s) f;
RESET ROLE;
-- a table of his own, whose trigger is ours: nobody is believed who says there that he is another
SET ROLE regress_upkeep_other;
CREATE TABLE evil.calls (orders regclass, order_key pg_catalog.text, reason pg_catalog.text, role name);
CREATE TRIGGER t BEFORE INSERT ON evil.calls FOR EACH ROW EXECUTE FUNCTION upkeep_internal.open_order();
SELECT f.state, f.message
  FROM public.failure('INSERT INTO evil.calls VALUES (''locked.orders'', ''1'', ''r'', ''portable'')') f;
-- nor do a stranger's lines or orders get at anything of others
CREATE TYPE evil.state AS ENUM ('paid');
CREATE FUNCTION evil.as_text(evil.state) RETURNS pg_catalog.text LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'runs as %', current_user; END $$;
CREATE CAST (evil.state AS pg_catalog.text) WITH FUNCTION evil.as_text(evil.state) AS IMPLICIT;
CREATE TABLE evil.own_orders (id int PRIMARY KEY, status evil.state, payment_completed_at timestamptz);
CREATE TABLE evil.own_lines (id int, order_id int);
INSERT INTO evil.own_orders VALUES (1, 'paid');
CREATE TRIGGER t BEFORE UPDATE ON evil.own_orders FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_lock('order_items=evil.own_lines');
CREATE TRIGGER t AFTER INSERT ON evil.own_lines REFERENCING NEW TABLE AS upkeep_new FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.order_lock('orders=locked.orders');
SELECT f.state, f.message FROM unnest(ARRAY['UPDATE evil.own_orders SET id = 2',
  'INSERT INTO evil.own_lines VALUES (1, 1)',
  'SELECT upkeep.enable_order_lock(''evil.own_orders'', ''evil.own_lines'')',
  'SELECT upkeep.enable_order_lock(''locked.orders'', ''evil.own_lines'')']) s, public.failure(s) f;
RESET ROLE;
SELECT upkeep.refresh();
SELECT has_branch('orders'), has_branch('lines'), has_branch('evil.own_orders'), has_branch('evil.own_lines');

-- a function of the owner's that corrects: its statements go through, and nothing of the caller's after it
CREATE FUNCTION fix(key int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = locked, pg_temp AS $$
BEGIN
  PERFORM upkeep.correct_order('orders', key::text, 'fixed');
  UPDATE lines SET quantity = quantity + 1 WHERE order_id = key;
  UPDATE orders SET total_amount = 1 WHERE id = key;
END $$;
SET ROLE regress_upkeep_other;
BEGIN;
SELECT locked.fix(1);
SELECT * FROM public.verdicts('UPDATE locked.lines SET quantity = 9 WHERE id = 1');
COMMIT;
-- opened by himself
BEGIN;
SELECT upkeep.correct_order('locked.orders', '3', 'mine');
SELECT * FROM public.verdicts('UPDATE locked.lines SET quantity = 9 WHERE id = 3',
  'UPDATE locked.lines SET quantity = 9');
-- also where the owner's function does what he may not
SELECT * FROM public.verdicts('SELECT locked.fix(1)');
COMMIT;
RESET ROLE;
SELECT id, quantity FROM lines ORDER BY id;
SELECT order_key, reason, role FROM upkeep.order_corrections WHERE orders = 'orders'::regclass ORDER BY reason;

-- columns that come, go and are renamed while plans are there
SELECT * FROM verdicts('INSERT INTO lines VALUES (10, 1)', 'UPDATE orders SET id = 4 WHERE id = 1');
ALTER TABLE lines DROP COLUMN quantity;
ALTER TABLE lines ADD COLUMN pieces numeric DEFAULT 1;
ALTER TABLE orders ADD COLUMN region text;
SELECT has_branch('orders'), has_branch('lines');
SELECT * FROM verdicts('UPDATE lines SET pieces = 2 WHERE id = 1', 'UPDATE lines SET pieces = 1 WHERE id = 1',
  'UPDATE lines SET note = ''y'' WHERE id = 1', 'UPDATE orders SET region = ''x'', status = status',
  'UPDATE orders SET total_amount = 9 WHERE id = 1');
SELECT upkeep.refresh();
SELECT has_branch('orders'), has_branch('lines');
SELECT * FROM verdicts('UPDATE lines SET pieces = 2 WHERE id = 1', 'UPDATE lines SET pieces = 1 WHERE id = 1');
ALTER TABLE orders RENAME payment_completed_at TO paid_at;
SELECT * FROM verdicts('UPDATE lines SET pieces = 2 WHERE id = 2', 'UPDATE orders SET note = ''x''');
ALTER TABLE orders RENAME paid_at TO payment_completed_at;
SELECT * FROM verdicts('UPDATE lines SET pieces = 2 WHERE id = 2', 'UPDATE lines SET pieces = 2 WHERE id = 1');
-- what other features keep is not what the lock closes, from when they are enabled
ALTER TABLE lines ADD COLUMN updated_at timestamptz DEFAULT '2020-01-01';
SELECT * FROM verdicts('UPDATE lines SET updated_at = now()');
SELECT upkeep.enable_updated_at('lines');
SELECT has_branch('lines');
SELECT * FROM verdicts('UPDATE lines SET updated_at = now()', 'UPDATE lines SET note = ''z''');
SELECT upkeep.disable_updated_at('lines');
SELECT has_branch('lines');
SELECT * FROM verdicts('UPDATE lines SET updated_at = now()');
-- a reference that may become NULL
CREATE TABLE gifts (id int PRIMARY KEY);
INSERT INTO gifts VALUES (1);
ALTER TABLE lines ADD COLUMN gift_id int;
BEGIN;
SET LOCAL upkeep.pause = 'order_lock';
UPDATE lines SET gift_id = 1;
COMMIT;
SELECT upkeep.refresh();
SELECT * FROM verdicts('UPDATE lines SET gift_id = NULL');
ALTER TABLE lines ADD FOREIGN KEY (gift_id) REFERENCES gifts ON DELETE SET NULL;
SELECT * FROM verdicts('UPDATE lines SET gift_id = NULL', 'DELETE FROM gifts');
SELECT has_branch('lines');
SELECT upkeep.refresh();
SELECT * FROM verdicts('UPDATE lines SET gift_id = NULL', 'DELETE FROM gifts', 'UPDATE lines SET gift_id = 2');

-- many orders in one statement, whatever a plan was made for
SET client_min_messages = warning;
INSERT INTO orders (id) SELECT generate_series(100, 5000);
INSERT INTO lines (id, order_id) SELECT g, g FROM generate_series(100, 5000) g;
UPDATE lines SET pieces = pieces + 1 WHERE id >= 100;
UPDATE orders SET status = 'paid' WHERE id = 4000;
SELECT * FROM verdicts('UPDATE lines SET pieces = pieces + 1 WHERE id >= 100', 'DELETE FROM lines WHERE id > 4000',
  'DELETE FROM lines WHERE id >= 4000', 'DELETE FROM orders WHERE id > 4000', 'DELETE FROM orders WHERE id > 3999');
-- through a view of the owner's, by one who has no right on the lines
CREATE VIEW public.shown AS SELECT id, order_id, pieces FROM locked.lines;
GRANT SELECT, INSERT, UPDATE ON public.shown TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
SELECT * FROM public.verdicts('INSERT INTO public.shown VALUES (9003, 1, 1)',
  'UPDATE public.shown SET pieces = 3 WHERE id = 3', 'UPDATE public.shown SET pieces = 3 WHERE id = 2');
RESET ROLE;
DROP VIEW public.shown;
-- names that the statements of the lock have themselves
CREATE TABLE odd (upkeep_place int, upkeep_place_ int, order_id int, a int, b int, c int, o int, x int, key1 int,
  is_closed bool, plan int, closed int, changed int, "100%" int, upkeep_new int);
SELECT upkeep.enable_order_lock('orders', 'odd');
INSERT INTO odd (order_id, a) VALUES (2, 1);
SELECT * FROM verdicts('UPDATE odd SET upkeep_place = 1, "100%" = 1', 'UPDATE odd SET order_id = 1, key1 = 2',
  'INSERT INTO odd (order_id) VALUES (2), (1)');
SELECT has_branch('odd'), upkeep_internal.place_column('odd');
SELECT upkeep.disable_order_lock('orders', 'odd');
DROP TABLE odd;
-- another name for a transition table
CREATE TRIGGER by_hand AFTER DELETE ON lines REFERENCING OLD TABLE AS "o ld" FOR EACH STATEMENT
  EXECUTE FUNCTION upkeep.order_lock('orders=orders');
DROP TRIGGER zz_upkeep_order_lock_delete ON lines;
SELECT * FROM verdicts('DELETE FROM lines WHERE id > 4000', 'DELETE FROM lines WHERE id >= 4000');
SELECT upkeep.refresh();
SELECT * FROM verdicts('DELETE FROM lines WHERE id > 4000', 'DELETE FROM lines WHERE id >= 4000',
  'UPDATE lines SET pieces = 7 WHERE id >= 4000');
-- the owner changes
GRANT CREATE ON SCHEMA locked TO regress_upkeep_owner;
ALTER TABLE lines OWNER TO regress_upkeep_owner;
SELECT * FROM failure('UPDATE locked.lines SET pieces = 7');
ALTER TABLE lines OWNER TO CURRENT_USER;
SELECT * FROM verdicts('UPDATE lines SET pieces = 7 WHERE id > 4000');
DROP SCHEMA locked, evil CASCADE;
DROP FUNCTION verdicts(text[]);
