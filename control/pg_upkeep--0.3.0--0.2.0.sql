-- Back from 0.3.0 to 0.2.0. PostgreSQL refuses while a table still uses what goes.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.2.0'" to load this file. \quit

COMMENT ON FUNCTION upkeep.check() IS
'Where triggers, tables, stamps and figures have drifted apart: column without trigger, trigger without column, disabled, doubled, stamps in the future, figures that their formulas do not give or that are too large for their columns. Reads each managed table once, as its owner where the caller may act for the owner; changes nothing.';
COMMENT ON COLUMN upkeep.managed.feature IS 'updated_at, touch, metrics, or metrics_settings for a table that metrics read settings from';

DROP FUNCTION upkeep.create_storefront(name);
DROP PROCEDURE upkeep.repair_order_totals(regclass, regclass);
DROP FUNCTION upkeep.check_orders(regclass, regclass);
DROP FUNCTION upkeep.checkout(uuid, jsonb, name);
DROP FUNCTION upkeep.disable_order_number(regclass);
DROP FUNCTION upkeep.enable_order_number(regclass, name, text, integer, name);
DROP EVENT TRIGGER upkeep_forget_dropped;
DROP FUNCTION upkeep.forget_dropped();
-- A table that is to be dumped is noted by its number, which dropping alone would leave behind.
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.stock_taken;
DROP TABLE upkeep.stock_taken;
DROP FUNCTION upkeep.disable_stock(regclass, regclass);
DROP FUNCTION upkeep.enable_stock(regclass, regclass, name, name, name, name, regclass, name, name, name, text[], name, name);
DROP FUNCTION upkeep.disable_order_status(regclass);
DROP FUNCTION upkeep.enable_order_status(regclass, jsonb, name, text, name, name);
DROP FUNCTION upkeep.disable_order_lock(regclass, regclass);
DROP FUNCTION upkeep.enable_order_lock(regclass, regclass, name, name, name, name, text[], name[], name);
DROP FUNCTION upkeep.disable_order_totals(regclass, regclass);
DROP FUNCTION upkeep.enable_order_totals(regclass, regclass, name, name, name, name, name, name);
DROP FUNCTION upkeep.disable_order_snapshots(regclass, regclass);
DROP FUNCTION upkeep.enable_order_snapshots(regclass, regclass, name, name, name, name, name, name, name[], name, text, name);
DROP FUNCTION upkeep.stock();
DROP FUNCTION upkeep.order_number();
DROP FUNCTION upkeep.order_status();
DROP FUNCTION upkeep.order_lock();
DROP FUNCTION upkeep.order_total();
DROP FUNCTION upkeep.order_line();
