-- upkeep.disable_all: in a database of its own, for it leaves nothing.
\set home :DBNAME
CREATE DATABASE regress_upkeep_gone;
\c regress_upkeep_gone
CREATE EXTENSION pg_upkeep;
CREATE FUNCTION failure(statement text) RETURNS TABLE (state text, message text, detail text, hint text)
  LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  state := 'no error';
  RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
    hint = PG_EXCEPTION_HINT;
  RETURN NEXT;
END $$;
CREATE VIEW triggers AS SELECT count(*) AS triggers, count(*) FILTER (WHERE tgparentid <> 0) AS clones FROM pg_trigger
  WHERE tgname ~ 'upkeep' AND NOT tgisinternal
  AND tgrelid::regclass::text !~ '^upkeep\.';
SELECT upkeep.disable_all('disable');
-- a whole store, partitions, a name that needs quotes, a trigger by hand that is disabled, one whose arguments are none
SET client_min_messages = warning;
SELECT upkeep.create_storefront('shop');
SELECT upkeep.create_analytics('analytics');
RESET client_min_messages;
CREATE TABLE events (id int, day date, updated_at timestamptz DEFAULT now()) PARTITION BY RANGE (day);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
SELECT upkeep.enable_updated_at('events');
CREATE TABLE "Odd Table" (id int, updated_at timestamptz);
CREATE TRIGGER "odd upkeep" BEFORE UPDATE ON "Odd Table" FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at();
CREATE TRIGGER "wrong upkeep" BEFORE UPDATE ON "Odd Table" FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at('nonsense');
ALTER TABLE "Odd Table" DISABLE TRIGGER "odd upkeep";
CREATE VIEW seen AS SELECT * FROM "Odd Table";
CREATE TRIGGER seen_upkeep AFTER UPDATE ON seen FOR EACH STATEMENT EXECUTE FUNCTION upkeep.updated_at();
SELECT upkeep.auto_updated_at('{public}'), upkeep.enable_guard(schemas => '{public,shop}');
INSERT INTO shop.products (nav_product_id, name, price) VALUES ('p1', 'tea', 4.5);
INSERT INTO shop.orders DEFAULT VALUES;
INSERT INTO shop.order_items (order_id, product_id, quantity) SELECT o.id, p.id, 2 FROM shop.orders o, shop.products p;

-- not by accident
SELECT * FROM failure('SELECT upkeep.disable_all(NULL)');
SELECT * FROM failure($$SELECT upkeep.disable_all('')$$);
SELECT * FROM failure($$SELECT upkeep.disable_all('DISABLE')$$);
-- nor by somebody: whoever owns not all tables, or may not switch the rules, drops nothing
SET ROLE regress_upkeep_other;
SELECT state, message, hint FROM failure($$SELECT upkeep.disable_all('disable')$$);
RESET ROLE;
SELECT triggers > 40 AS many, clones FROM triggers;
-- all of it, or nothing
BEGIN;
SELECT upkeep.disable_all('disable');
SELECT * FROM triggers;
ROLLBACK;
SELECT triggers > 40 AS many, clones FROM triggers;
SELECT count(*) FROM upkeep.guard_rules;
\set VERBOSITY terse
CALL upkeep.purge_history('infinity');
DROP EXTENSION pg_upkeep;
\set VERBOSITY default
SET client_min_messages = warning;
SELECT upkeep.disable_all(confirm => 'disable');
RESET client_min_messages;
SELECT * FROM triggers;
SELECT (SELECT count(*) FROM upkeep.auto_updated_at_rules) AS auto_rules,
  (SELECT count(*) FROM upkeep.guard_rules) AS guard_rules;
SELECT upkeep.disable_all('disable');
SELECT * FROM upkeep.check() WHERE finding !~ 'has no trigger';
-- rows and sequences stay, and writes go on without anybody's help
SELECT total_amount, order_number FROM shop.orders;
INSERT INTO shop.orders (order_number) VALUES ('mine') RETURNING total_amount, order_number;
SELECT nextval('shop.orders_order_number_seq');

-- an owner who is no superuser
CREATE SCHEMA own AUTHORIZATION regress_upkeep_owner;
SELECT upkeep.auto_updated_at('{own}');
SET ROLE regress_upkeep_owner;
CREATE TABLE own.notes (id int, updated_at timestamptz);
SELECT upkeep.enable_updated_at('own.notes');
SELECT state, message, hint FROM failure($$SELECT upkeep.disable_all('disable')$$);
RESET ROLE;
SELECT upkeep.auto_updated_at(NULL);
SELECT upkeep.enable_guard(schemas => '{own,shop}');
SET ROLE regress_upkeep_owner;
SELECT state, message, hint FROM failure($$SELECT upkeep.disable_all('disable')$$);
RESET ROLE;
SELECT upkeep.disable_guard();
SELECT upkeep.enable_guard(schemas => '{own}');
CREATE SCHEMA empty;
INSERT INTO upkeep.guard_rules VALUES ('empty', 'block');
SET ROLE regress_upkeep_owner;
SELECT state, message, hint FROM failure($$SELECT upkeep.disable_all('disable')$$);
RESET ROLE;
DELETE FROM upkeep.guard_rules WHERE schema_name = 'empty';
SET ROLE regress_upkeep_owner;
SET client_min_messages = warning;
SELECT upkeep.disable_all('disable');
RESET client_min_messages;
SELECT count(*) FROM upkeep.guard_rules;
RESET ROLE;
SELECT * FROM triggers;
CALL upkeep.purge_history('infinity');
DROP EXTENSION pg_upkeep;
SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'upkeep%';
\c :home
DROP DATABASE regress_upkeep_gone;
