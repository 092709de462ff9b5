-- What check() finds, and that nothing is found where all is well.
CREATE SCHEMA managed;
GRANT USAGE ON SCHEMA managed TO regress_upkeep_other;
SET search_path = managed;
CREATE VIEW findings AS SELECT object, feature, finding, hint FROM upkeep.check() WHERE object::text !~ '\.';
CREATE TABLE orders (id int PRIMARY KEY, x int, updated_at timestamptz DEFAULT now());
CREATE TABLE items (id int PRIMARY KEY, order_id int REFERENCES orders, updated_at timestamptz);
-- a column without a trigger
TABLE findings;
SELECT upkeep.enable_updated_at('orders'), upkeep.enable_updated_at('items'), upkeep.enable_touch('items', 'orders');
TABLE findings;
-- disabled, ALWAYS, REPLICA
ALTER TABLE orders DISABLE TRIGGER zz_upkeep_updated_at;
ALTER TABLE items ENABLE ALWAYS TRIGGER zz_upkeep_updated_at;
ALTER TABLE items ENABLE REPLICA TRIGGER zz_upkeep_touch_items_order_id_fkey_delete;
TABLE findings;
SELECT object, trigger, triggers, enabled FROM upkeep.managed WHERE object IN ('orders'::regclass, 'items'::regclass);
SELECT tgrelid::regclass AS object, tgname AS trigger, tgenabled FROM pg_trigger
  WHERE tgrelid IN ('orders'::regclass, 'items'::regclass) AND NOT tgisinternal ORDER BY 1, 2;
SELECT upkeep.export_sql('orders');
SELECT upkeep.export_sql('items');
ALTER TABLE orders ENABLE TRIGGER zz_upkeep_updated_at;
ALTER TABLE items ENABLE TRIGGER zz_upkeep_updated_at;
ALTER TABLE items ENABLE TRIGGER zz_upkeep_touch_items_order_id_fkey_delete;
TABLE findings;
-- doubled
CREATE FUNCTION old_habit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  NEW.updated_at = now(); RETURN NEW; END $$;
CREATE FUNCTION "quoted habit"() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN IF NEW.x > 0 THEN NEW."updated_at" := now(); END IF; RETURN NEW; END $$;
CREATE FUNCTION no_habit() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN IF NEW.updated_at = now() THEN NEW.x := 1; END IF; RETURN NEW; END $$;
CREATE TRIGGER set_updated_at BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION old_habit();
CREATE TRIGGER quoted BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION "quoted habit"();
CREATE TRIGGER harmless BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION no_habit();
CREATE TRIGGER twice BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at();
TABLE findings;
-- C++ edition {
CREATE EXTENSION moddatetime SCHEMA public;
CREATE TRIGGER mdt BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION public.moddatetime(updated_at);
CREATE TRIGGER other_mdt BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION public.moddatetime(touched_at);
SELECT finding, hint FROM findings WHERE finding ~ 'mdt';
DROP EXTENSION moddatetime CASCADE;
-- }
DROP TRIGGER set_updated_at ON orders;
DROP TRIGGER quoted ON orders;
DROP TRIGGER twice ON orders;
-- stamps in the future, of each type
CREATE TABLE local (id int PRIMARY KEY, updated_at timestamp DEFAULT now());
SELECT upkeep.enable_updated_at('local', timezone => 'session');
CREATE TABLE utc (id int PRIMARY KEY, updated_at timestamp DEFAULT (now() AT TIME ZONE 'UTC'));
SELECT upkeep.enable_updated_at('utc');
INSERT INTO orders VALUES (1, 0, 'infinity'), (2, 0, '-infinity'), (3, 0, now() + interval '2 hours'),
  (4, 0, now() + interval '50 minutes'), (5, 0, now());
SET TimeZone = 'America/New_York';
INSERT INTO local VALUES (1, localtimestamp + interval '2 hours'), (2, localtimestamp), (3, NULL);
INSERT INTO utc VALUES (1, now() AT TIME ZONE 'UTC' + interval '2 hours'), (2, now() AT TIME ZONE 'UTC'),
  (3, now() AT TIME ZONE 'UTC' + interval '50 minutes');
TABLE findings;
RESET TimeZone;
UPDATE orders SET x = 1;
DELETE FROM local;
DELETE FROM utc;
TABLE findings;
-- a trigger without its column, a touch without its parent, its columns or its parent's trigger
ALTER TABLE items ALTER updated_at SET DEFAULT now();
ALTER TABLE orders ALTER updated_at DROP DEFAULT;
TABLE findings;
ALTER TABLE orders ALTER updated_at SET DEFAULT now();
ALTER TABLE orders RENAME updated_at TO changed;
TABLE findings;
ALTER TABLE orders RENAME changed TO updated_at;
SELECT upkeep.disable_updated_at('orders');
TABLE findings;
SELECT upkeep.enable_updated_at('orders');
ALTER TABLE items RENAME order_id TO o;
TABLE findings;
ALTER TABLE items RENAME o TO order_id;
DROP TRIGGER zz_upkeep_touch_items_order_id_fkey_update ON items;
TABLE findings;
SELECT upkeep.enable_touch('items', 'orders');
ALTER TABLE orders RENAME TO sales;
TABLE findings;
ALTER TABLE sales RENAME TO orders;
TABLE findings;
-- arguments that are no options are shown, not hidden
CREATE TABLE odd (id int, updated_at timestamptz DEFAULT now());
CREATE TRIGGER odd BEFORE UPDATE ON odd FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at('colum=x');
SELECT options FROM upkeep.managed WHERE object = 'odd'::regclass;
TABLE findings;
DROP TABLE odd;
-- who may not read a table does not learn of its rows, and is not stopped
SET ROLE regress_upkeep_other;
SELECT count(*) FROM upkeep.check() WHERE object = 'managed.orders'::regclass;
RESET ROLE;
RESET search_path;
-- C++ edition {
SELECT upkeep.version() AS version;
-- }
