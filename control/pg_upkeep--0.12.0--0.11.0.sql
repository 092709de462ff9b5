-- Back from 0.12.0 to 0.11.0. Refuses while a table has a rollup.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.11.0'" to load this file. \quit

ALTER TABLE upkeep.history_purges DROP COLUMN transactions, DROP COLUMN cluster;

DROP FUNCTION upkeep.rollup();
DROP PROCEDURE upkeep.recalculate_rollup(regclass, regclass, integer);
DROP FUNCTION upkeep.check_rollup(regclass, regclass);
DROP FUNCTION upkeep.disable_rollup(regclass, regclass);
DROP FUNCTION upkeep.enable_rollup(regclass, regclass, text[], text[], text, text, boolean, boolean);

DROP FUNCTION upkeep.create_analytics(name, regclass, jsonb, boolean);

CREATE FUNCTION upkeep.create_analytics(schema name, history boolean DEFAULT true) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_create_analytics_with_history';
COMMENT ON FUNCTION upkeep.create_analytics(name, boolean) IS
'Makes the tables of a shop analytics app, users, shops, shop_settings, daily_records, weekly_diagnostics, action_items, monthly_goals, shop_events, product_presets, ad_decisions and growth_simulations, in a schema, which it makes too if there is none, with updated_at, metrics, stale diagnoses and decisions enabled. history: users, with a digest of email, shop_settings and monthly_goals have history. The tables are the caller''s. Called again, adds what is missing and drops nothing. Errors: 22004, 42501, 42804, 42809.';

COMMENT ON FUNCTION upkeep.follow_history() IS
'Event trigger function: what is renamed or dropped of tables that have history, into upkeep.history_tables and as entries; new partitions have history too. Does nothing while no table has history.';
