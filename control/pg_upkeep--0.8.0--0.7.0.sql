-- Back from 0.8.0 to 0.7.0.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.7.0'" to load this file. \quit

-- reference tables

DROP FUNCTION upkeep.seed_analytics(name, integer, integer, date);
DROP FUNCTION upkeep.seed_storefront(name, integer, integer, date);
DROP FUNCTION upkeep.create_storefront(name, text);
CREATE FUNCTION upkeep.create_storefront(schema name) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_create_storefront';
COMMENT ON FUNCTION upkeep.create_storefront(name) IS
'Makes the tables of an online store, users, products, carts, cart_items, orders and order_items, in a schema, which it makes too where it is missing, with updated_at, snapshots, totals, lock, status and numbers enabled. The tables are the caller''s. Called again, adds what is missing and drops nothing. Errors: 22004, 42501, 42809.';

-- orders

COMMENT ON FUNCTION upkeep.stock() IS
'Trigger function. On the lines, AFTER INSERT, UPDATE, DELETE with transition tables and BEFORE TRUNCATE, FOR EACH STATEMENT: takes stock and gives it back. On the orders, AFTER INSERT, UPDATE with transition tables, FOR EACH STATEMENT: gives back what a released order has taken, also one that comes behind its lines. Arguments: products=schema.table, orders=schema.table, order_items=schema.table on the orders; stock_column=, product_column=, product_key=, quantity_column=, order_column=, order_key=, status_column=, released=a,b, taken_column=, tenant_column=. Errors: UK002, 21000, 22003, 22023, 39P01, 42501, 42703, 42804, 42P01.';
COMMENT ON FUNCTION upkeep.suggest(name) IS
'What could be enabled on the tables of a schema, from their names, types and keys, a statement a row, to be run in order. Where something is missing the statement is a comment, behind the ALTER TABLE that adds it, and note says why. Runs nothing. Errors: 22004, 3F000.';
COMMENT ON FUNCTION upkeep.enable_order_number(regclass, name, text, integer, name) IS
'From now on an order without a number gets the next one of a sequence, ORD-00000042; numbers can have gaps. The column needs a unique index. The sequence begins behind the numbers that are there, and goes on behind those that clients give. For the owner of the table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9, 55000.';

DROP FUNCTION upkeep.enable_stock(regclass, regclass, name, name, name, name, regclass, name, name, name, text[], name, name, text);
CREATE FUNCTION upkeep.enable_stock(
  order_items     regclass,
  products        regclass,
  stock_column    name     DEFAULT 'stock_quantity',
  product_column  name     DEFAULT 'product_id',
  product_key     name     DEFAULT 'id',
  quantity_column name     DEFAULT 'quantity',
  orders          regclass DEFAULT NULL,
  order_column    name     DEFAULT 'order_id',
  order_key       name     DEFAULT 'id',
  status_column   name     DEFAULT 'status',
  released        text[]   DEFAULT '{cancelled,canceled,refunded}',
  taken_column    name     DEFAULT NULL,
  tenant_column   name     DEFAULT NULL,
  opening         text     DEFAULT 'settled'
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_stock_opening';
COMMENT ON FUNCTION upkeep.enable_stock(regclass, regclass, name, name, name, name, regclass, name, name, name, text[], name, name, text) IS
'From now on a line takes its quantity from the stock of its product, and gives it back when it is deleted or, where orders is given, when its order enters a released status; what is short is UK002. NULL stock is unlimited. What a line has taken stands in taken_column or, without one, in upkeep.stock_taken. Where stock was not enabled, lines that are there count as taken and the stock stays (opening settled), or are taken now (reserve), but for those of released orders and those of which something is remembered. The keys of products and orders, with the tenant, must be unique, as for enable_order_totals; released is compared with the labels of the status as for enable_order_lock. For the owner of all tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10, 428C9, 55000, UK002.';

DROP FUNCTION upkeep.enable_order_lock(regclass, regclass, name, name, name, name, text[], name[], name);
CREATE FUNCTION upkeep.enable_order_lock(
  orders          regclass,
  order_items     regclass,
  order_column    name   DEFAULT 'order_id',
  order_key       name   DEFAULT 'id',
  paid_column     name   DEFAULT 'payment_completed_at',
  status_column   name   DEFAULT 'status',
  locked_statuses text[] DEFAULT '{paid,completed,refunded}',
  frozen_columns  name[] DEFAULT '{total_amount,billing_address,payment_id}',
  tenant_column   name   DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_order_lock';
COMMENT ON FUNCTION upkeep.enable_order_lock(regclass, regclass, name, name, name, name, text[], name[], name) IS
'From now on an order that has paid_column set, or one of the locked statuses, is closed: its lines cannot be added, changed or deleted, and its frozen columns do not change (UK003). The key of the orders, with the tenant, must be unique: a full unique index that is checked at once, on no other columns but those of partitioning. Where the labels of the status are known, from an enum or CHECK (status IN (...)), locked statuses must be among them; of the default list those that are not are left out, with a NOTICE. For the owner of both tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10, 42P17.';

-- what is managed

DROP VIEW upkeep.managed;
DROP FUNCTION upkeep_internal.managed_features();
CREATE FUNCTION upkeep.managed_triggers(
  OUT object regclass, OUT feature text, OUT options jsonb, OUT trigger name, OUT enabled boolean
) RETURNS SETOF record
  LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_managed_triggers';
COMMENT ON FUNCTION upkeep.managed_triggers() IS 'The rows of upkeep.managed.';

CREATE VIEW upkeep.managed AS
  SELECT object, feature, options, trigger, enabled FROM upkeep.managed_triggers();
COMMENT ON VIEW upkeep.managed IS
'What pg_upkeep keeps true in this database, read from the triggers: a row each. Clones on partitions belong to the partitioned table.';
COMMENT ON COLUMN upkeep.managed.object IS 'the table';
COMMENT ON COLUMN upkeep.managed.feature IS
'updated_at, touch, metrics, or metrics_settings for a table that metrics read settings from; order_snapshots, order_totals, order_lock, order_status, order_number or stock';
COMMENT ON COLUMN upkeep.managed.options IS 'the arguments of the trigger: name and value, lists and formulas as arrays; what is absent has its default';
COMMENT ON COLUMN upkeep.managed.trigger IS 'name of the trigger';
COMMENT ON COLUMN upkeep.managed.enabled IS 'whether it fires for ordinary writers';
GRANT SELECT ON upkeep.managed TO PUBLIC;

-- what nobody calls

ALTER FUNCTION upkeep_internal.diagnose_add(internal, date, integer, bigint, bigint, integer, date, jsonb, date) SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.diagnose_add(internal, date, bigint, numeric, numeric, bigint, date, jsonb, date) SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.diagnose_combine(internal, internal) SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.diagnose_serialise(internal) SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.diagnose_deserialise(bytea, internal) SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.diagnose_finish(internal) SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.fit_elasticity_add(internal, numeric, numeric) SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.fit_elasticity_combine(internal, internal) SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.fit_elasticity_serialise(internal) SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.fit_elasticity_deserialise(bytea, internal) SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.fit_elasticity_finish(internal) SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.running_commands() SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.rule_definitions() SET SCHEMA upkeep;
ALTER FUNCTION upkeep_internal.migration_list() SET SCHEMA upkeep;
DROP SCHEMA upkeep_internal;
