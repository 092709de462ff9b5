-- From 0.12.0 to 0.13.0: tables that Citus distributes by tenant.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.13.0'" to load this file. \quit

CREATE FUNCTION upkeep_internal.count_in_shard(shard regclass, counted text, column_name name, new_type text) RETURNS bigint[]
  LANGUAGE c STRICT SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_count_in_shard';
COMMENT ON FUNCTION upkeep_internal.count_in_shard(regclass, text, name, text) IS
'What the guard asks of each shard of a distributed table: its rows, and in how many of them the column has a value (counted: values), has none (nulls) or has one that new_type, which may be followed by USING, would not keep (changed; NULL where that cannot be told). Does not wait for a lock. Errors: 22023, 42501, 42703, 42809, 55P03.';

-- Tables for applications, distributed by their shop.

DROP FUNCTION upkeep.create_storefront(name, text, boolean);
CREATE FUNCTION upkeep.create_storefront(
  schema     name,
  names      text    DEFAULT 'experimenta',
  history    boolean DEFAULT true,
  distribute boolean DEFAULT false
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_create_storefront_distributed';
COMMENT ON FUNCTION upkeep.create_storefront(name, text, boolean, boolean) IS
'Makes the tables of an online store, users, products, carts, cart_items, orders, order_items and refunds, in a schema, which it makes too if there is none, with updated_at, snapshots, totals, lock, status, numbers and refunds enabled. names: generic calls the keys of other systems users.external_id and products.sku, experimenta calls them experimenta_id and nav_product_id. history: users, with digests of what is personal, orders, order_items and refunds have history. distribute: every table has a column shop_id, with which its keys and foreign keys begin, and Citus keeps the rows of a shop together; such tables have no history. The tables are the caller''s. Called again, adds what is missing and drops nothing. Errors: 0A000 they cannot be distributed, 22004, 22023, 42501, 42804, 42809.';

DROP FUNCTION upkeep.create_analytics(name, regclass, jsonb, boolean);
CREATE FUNCTION upkeep.create_analytics(
    schema name,
    orders regclass DEFAULT NULL,
    columns jsonb DEFAULT NULL,
    history boolean DEFAULT true,
    distribute boolean DEFAULT false)
  RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_create_analytics_distributed';
COMMENT ON FUNCTION upkeep.create_analytics(name, regclass, jsonb, boolean, boolean) IS
'Makes the tables of a shop analytics app, users, shops, shop_settings, daily_records, weekly_diagnostics, action_items, monthly_goals, shop_events, product_presets, ad_decisions and growth_simulations, in a schema, which it makes too if there is none, with updated_at, metrics, stale diagnoses and decisions enabled. orders: a table whose rows are counted and summed up into daily_records, a rollup; columns replaces any of {"shop": "shop_id", "amount": "total_amount", "moment": "created_at", "sold": "status IN (''paid'', ''completed'')", "timezone": "''UTC''"}, SQL over a row of orders; amounts are in the smallest unit. history: users, with a digest of email, shop_settings and monthly_goals have history. distribute: keys and foreign keys begin with the shop, and Citus keeps its rows together; users stay where they are, and the others have no history. The tables are the caller''s. Called again, adds what is missing and drops nothing. Errors: 0A000 they cannot be distributed, 22004, 22023, 42501, 42804, 42809, and those of upkeep.enable_rollup.';
