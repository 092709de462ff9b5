-- Order numbers, where the trigger function is written anew: who writes what, and what no branch knows.
CREATE SCHEMA numbered;
SET search_path = numbered, public;
CREATE TABLE drawn (id int GENERATED ALWAYS AS IDENTITY, order_number text UNIQUE, note text);
CREATE TABLE counted (shop int, order_number text, note text, UNIQUE (shop, order_number));
SELECT upkeep.enable_order_number('drawn'), upkeep.enable_order_number('counted', tenant_column => 'shop',
  per_tenant => true);

-- A shopper with no right but INSERT, whose search_path has types and functions of the usual names.
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.refuse(pg_catalog.text) RETURNS boolean LANGUAGE plpgsql AS
  'BEGIN RAISE EXCEPTION ''ran as %'', current_user; END';
CREATE DOMAIN hostile.text AS pg_catalog.text CHECK (hostile.refuse(VALUE));
CREATE FUNCTION hostile.nextval(regclass) RETURNS bigint LANGUAGE sql AS 'SELECT 7777';
GRANT USAGE ON SCHEMA numbered, hostile TO regress_upkeep_other;
GRANT INSERT ON drawn, counted TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SET search_path = hostile, pg_catalog;
INSERT INTO numbered.drawn (note) VALUES ('a'), ('b');
INSERT INTO numbered.drawn (order_number) VALUES ('ORD-00000005');
INSERT INTO numbered.counted VALUES (1, NULL), (1, 'ORD-00000004'), (2, NULL), (1, NULL);
-- He cannot pause them, count on his own, nor move a counter that is another's.
SET upkeep.pause = 'order_number';
INSERT INTO numbered.counted VALUES (2);
RESET upkeep.pause;
SET upkeep.counter = '(0,1)';
INSERT INTO numbered.counted VALUES (1), (2);
SET upkeep.counter = 'nowhere';
SELECT state FROM public.failure('INSERT INTO numbered.counted VALUES (1)');
RESET upkeep.counter;
SET search_path = public;
SELECT state, message FROM failure($$SELECT upkeep_internal.raise_counter('numbered.counted', '[1]', 1000)$$);
SELECT state, message FROM failure($$SELECT upkeep_internal.draw_number('numbered.drawn_order_number_seq')$$);
SELECT upkeep_internal.set_counters('numbered.counted');
-- Nor can a trigger of his own draw from a sequence of another's.
CREATE TEMP TABLE own (order_number text UNIQUE);
CREATE TRIGGER own BEFORE INSERT ON own FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('sequence=numbered.drawn_order_number_seq');
SELECT state, message FROM failure('INSERT INTO own DEFAULT VALUES');
RESET ROLE;
SET search_path = numbered, public;
SELECT order_number, note FROM drawn ORDER BY 1;
SELECT shop, order_number FROM counted ORDER BY 1, 2;

-- What no branch knows does the same: triggers made by hand, columns altered since; refresh() writes their branches.
CREATE TABLE by_hand (shop int, order_number varchar(12), number bigint);
CREATE TRIGGER a BEFORE INSERT OR UPDATE ON by_hand FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('tenant_column=shop', 'per_tenant=true', 'prefix=N', 'digits=3');
CREATE TRIGGER b BEFORE INSERT OR UPDATE ON by_hand FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('column=number', 'prefix=', 'gapless=true');
CREATE PROCEDURE write_by_hand() LANGUAGE sql AS $$
  TRUNCATE by_hand;
  DELETE FROM upkeep.order_counters WHERE orders = 'by_hand'::regclass;
  INSERT INTO by_hand VALUES (1, NULL, NULL), (1, 'N005', 7), (1, NULL, NULL), (2, NULL, NULL), (NULL, NULL, NULL);
  UPDATE by_hand SET order_number = 'N010', number = 20 WHERE order_number = 'N001' AND shop = 1;
  UPDATE by_hand SET shop = 3 WHERE order_number = 'N010';
  INSERT INTO by_hand VALUES (1), (3), (NULL);
$$;
CALL write_by_hand();
SELECT * FROM by_hand ORDER BY 1, 2;
CREATE TABLE slow AS SELECT * FROM by_hand;
SELECT upkeep.refresh();
CALL write_by_hand();
SELECT count(*) AS differing FROM (TABLE by_hand EXCEPT ALL TABLE slow) d;
ALTER TABLE by_hand ALTER order_number TYPE varchar(4);
INSERT INTO by_hand VALUES (1, 'N999') RETURNING *;
SELECT * FROM failure('INSERT INTO by_hand VALUES (1)');

-- A sequence of another name, and an UPDATE trigger, which gives no numbers.
ALTER SEQUENCE drawn_order_number_seq RENAME TO renamed;
SELECT * FROM failure('INSERT INTO drawn DEFAULT VALUES');
SELECT object, finding FROM upkeep.check() WHERE feature = 'order_number' AND object = 'drawn'::regclass;
SELECT upkeep.enable_order_number('drawn');
INSERT INTO drawn DEFAULT VALUES RETURNING order_number;
CREATE OR REPLACE TRIGGER zz_upkeep_order_number BEFORE UPDATE ON drawn FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_number('sequence=numbered.renamed');
SELECT state, message, hint FROM failure('UPDATE drawn SET note = order_number');
SELECT object, finding FROM upkeep.check() WHERE feature = 'order_number' AND object = 'drawn'::regclass;

-- Many numbers in one transaction: the thousandth costs as the first.
SELECT upkeep.enable_order_number('counted', tenant_column => 'shop', gapless => true);
INSERT INTO counted SELECT 1 FROM generate_series(1, 3000);
SELECT count(*), max(order_number) FROM counted WHERE shop = 1;

-- The counters of tables that are gone go with the next enabling.
DROP TABLE by_hand;
SELECT count(*) AS gone FROM upkeep.order_counters c WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = c.orders);
SELECT upkeep.enable_order_number('counted', tenant_column => 'shop', per_tenant => true);
SELECT count(*) AS gone FROM upkeep.order_counters c WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = c.orders);
SET client_min_messages = warning;
DROP SCHEMA numbered, hostile CASCADE;
