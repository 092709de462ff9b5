-- Back from 0.13.0 to 0.12.0.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.12.0'" to load this file. \quit

DROP FUNCTION upkeep_internal.count_in_shard(regclass, text, name, text);

DROP FUNCTION upkeep.create_storefront(name, text, boolean, boolean);
CREATE FUNCTION upkeep.create_storefront(
  schema  name,
  names   text    DEFAULT 'experimenta',
  history boolean DEFAULT true
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_create_storefront_with_history';
COMMENT ON FUNCTION upkeep.create_storefront(name, text, boolean) IS
'Makes the tables of an online store, users, products, carts, cart_items, orders, order_items and refunds, in a schema, which it makes too if there is none, with updated_at, snapshots, totals, lock, status, numbers and refunds enabled. names: generic calls the keys of other systems users.external_id and products.sku, experimenta calls them experimenta_id and nav_product_id. history: users, with digests of what is personal, orders, order_items and refunds have history. The tables are the caller''s. Called again, adds what is missing and drops nothing. Errors: 22004, 22023, 42501, 42804, 42809.';

DROP FUNCTION upkeep.create_analytics(name, regclass, jsonb, boolean, boolean);
CREATE FUNCTION upkeep.create_analytics(
    schema name,
    orders regclass DEFAULT NULL,
    columns jsonb DEFAULT NULL,
    history boolean DEFAULT true)
  RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_create_analytics_of_orders';
COMMENT ON FUNCTION upkeep.create_analytics(name, regclass, jsonb, boolean) IS
'Makes the tables of a shop analytics app, users, shops, shop_settings, daily_records, weekly_diagnostics, action_items, monthly_goals, shop_events, product_presets, ad_decisions and growth_simulations, in a schema, which it makes too if there is none, with updated_at, metrics, stale diagnoses and decisions enabled. orders: a table whose rows are counted and summed up into daily_records, a rollup; columns replaces any of {"shop": "shop_id", "amount": "total_amount", "moment": "created_at", "sold": "status IN (''paid'', ''completed'')", "timezone": "''UTC''"}, SQL over a row of orders; amounts are in the smallest unit. history: users, with a digest of email, shop_settings and monthly_goals have history. The tables are the caller''s. Called again, adds what is missing and drops nothing. Errors: 22004, 22023, 42501, 42804, 42809, and those of upkeep.enable_rollup.';
