-- Back from 0.11.0 to 0.10.0. Refuses while there are entries of history: export them, then purge them.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.10.0'" to load this file. \quit

SELECT upkeep_internal.require_no_history();

-- soft delete
DROP EVENT TRIGGER upkeep_soft_delete_end;
DROP EVENT TRIGGER upkeep_soft_delete_start;
DROP FUNCTION upkeep.follow_soft_delete();
DROP PROCEDURE upkeep.purge_deleted(regclass, interval, integer);
DROP FUNCTION upkeep.live_view(regclass, name);
DROP FUNCTION upkeep.disable_soft_delete(regclass);
DROP FUNCTION upkeep.enable_soft_delete(regclass, name, boolean, text);
DROP FUNCTION upkeep.soft_delete();

-- history: seals, erasure, retention
DROP EVENT TRIGGER upkeep_keep_history;
DROP FUNCTION upkeep_internal.refuse_history_loss();
DROP FUNCTION upkeep_internal.require_no_history();
DROP FUNCTION upkeep.erase(regclass, jsonb, name[], text);
DROP PROCEDURE upkeep.purge_history(timestamptz, regclass);
DROP FUNCTION upkeep.schedule_seal_history(text);
DROP FUNCTION upkeep.verify_history(timestamptz);
DROP FUNCTION upkeep.seal_history();
-- A table that is to be dumped is noted by its number, which dropping alone would leave behind.
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.history_purges;
DROP TABLE upkeep.history_purges;
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.history_seals;
DROP TABLE upkeep.history_seals;

-- history: the way back
DROP FUNCTION upkeep.undo(xid8);
DROP FUNCTION upkeep.restore_row(regclass, jsonb);
DROP FUNCTION upkeep.as_of(anyelement, timestamptz);
DROP FUNCTION upkeep.row_history(regclass, jsonb);

-- reference tables
DROP FUNCTION upkeep.create_analytics(name, boolean);
CREATE FUNCTION upkeep.create_analytics(schema name) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_create_analytics';
COMMENT ON FUNCTION upkeep.create_analytics(name) IS
'Makes the tables of a shop analytics app, users, shops, shop_settings, daily_records, weekly_diagnostics, action_items, monthly_goals, product_presets, ad_decisions and growth_simulations, in a schema, which it makes too where it is missing, with updated_at, metrics and stale diagnoses enabled. The tables are the caller''s. Called again, adds what is missing and drops nothing. Errors: 22004, 42501, 42809.';
DROP FUNCTION upkeep.create_storefront(name, text, boolean);
CREATE FUNCTION upkeep.create_storefront(schema name, names text DEFAULT 'experimenta') RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_create_storefront_named';
COMMENT ON FUNCTION upkeep.create_storefront(name, text) IS
'Makes the tables of an online store, users, products, carts, cart_items, orders and order_items, in a schema, which it makes too if there is none, with updated_at, snapshots, totals, lock, status and numbers enabled. names: generic calls the keys of other systems users.external_id and products.sku, experimenta calls them experimenta_id and nav_product_id. The tables are the caller''s. Called again, adds what is missing and drops nothing. Errors: 22004, 22023, 42501, 42804, 42809.';

-- history
DROP VIEW upkeep.history;
DROP FUNCTION upkeep.set_actor(text, text);
DROP EVENT TRIGGER upkeep_history_drop;
DROP EVENT TRIGGER upkeep_history_end;
DROP EVENT TRIGGER upkeep_history_start;
DROP FUNCTION upkeep.follow_history();
DROP FUNCTION upkeep.disable_history(regclass);
DROP FUNCTION upkeep.enable_history(regclass, name[], name[], name[], name[], name[]);
DROP FUNCTION upkeep.record_history();
DROP FUNCTION upkeep_internal.history_target(text);

-- history: its tables
-- A table that is to be dumped is noted by its number, which dropping alone would leave behind.
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.history_keys;
DROP TABLE upkeep.history_keys;
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.history_tables;
DROP TABLE upkeep.history_tables;
DROP TABLE upkeep.history_entries;
DROP FUNCTION upkeep_internal.refuse_history_change();
DROP FUNCTION upkeep_internal.history_row_hash(integer, text);
ALTER EXTENSION pg_upkeep DROP SEQUENCE upkeep.history_id;
DROP SEQUENCE upkeep.history_id;
