-- From 0.11.0 to 0.12.0: counts and sums of other rows, exact while everybody writes.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.12.0'" to load this file. \quit

-- rollups

CREATE FUNCTION upkeep.rollup() RETURNS trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_rollup';
COMMENT ON FUNCTION upkeep.rollup() IS
'Trigger function. On a source, AFTER INSERT, UPDATE or DELETE with transition tables, or AFTER TRUNCATE, FOR EACH STATEMENT: adds what a statement brought and took to the figures of the target''s rows. On a target, BEFORE INSERT OR UPDATE, FOR EACH ROW, and AFTER INSERT or UPDATE, FOR EACH STATEMENT: nobody else writes the figures. Arguments as in upkeep.enable_rollup. Errors: 39P01 a wrong trigger; 22003 a figure that its column cannot hold; 22004 a NULL key under insert; 40001 a row that the transaction''s snapshot does not see; 27000; 22023, 42501, 42703, 42804, 42P01 and 42P17 its arguments.';

CREATE FUNCTION upkeep.enable_rollup(
    target regclass,
    source regclass,
    columns text[],
    keys text[] DEFAULT NULL,
    filter text DEFAULT NULL,
    missing text DEFAULT NULL,
    keep_empty boolean DEFAULT true,
    backfill boolean DEFAULT true)
  RETURNS void
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_enable_rollup';
COMMENT ON FUNCTION upkeep.enable_rollup(regclass, regclass, text[], text[], text, text, boolean, boolean) IS
'Keeps figures of the rows of target, each a bare count, sum, min, max, bool_or or bool_and over the rows of source that belong to it, as in ''{orders_count = count(*), "spent = sum(total_amount) filter (where amount > 0)"}''. keys says which, as in ''{shop_id = shop_id}''; NULL: the one foreign key from source to target. filter: which rows of source count. missing: insert makes a row for a group without one, ignore does not; NULL: ignore where keys is NULL, else insert. keep_empty => false: rows that hold nothing any more go. backfill => false leaves what is there now to upkeep.recalculate_rollup. Expressions are SQL over the source''s row, immutable. The same keys again replace a rollup, other keys add one. Errors: 22004, 22023, 23502, 42501, 42601, 42701, 42703, 42704, 42710, 42804, 42809, 42P01, 42P08, 42P10, 42P17, 0A000.';

CREATE FUNCTION upkeep.disable_rollup(target regclass, source regclass) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_rollup';
COMMENT ON FUNCTION upkeep.disable_rollup(regclass, regclass) IS
'Drops the triggers of every rollup from source to target; the figures stay as they are. A NOTICE where there is none. Errors: 22004, 42501, 42809.';

CREATE FUNCTION upkeep.check_rollup(target regclass, source regclass DEFAULT NULL)
  RETURNS TABLE (row_key jsonb, metric name, stored text, expected text)
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_check_rollup';
COMMENT ON FUNCTION upkeep.check_rollup(regclass, regclass) IS
'The figures of target that are not what its sources say, in one snapshot; none under load either. source: those of that one alone. row_key: the key of the row; metric: the column; stored NULL: the row is missing, or holds NULL. Errors: 22004, 42501, 42704 no rollup, and those of the triggers'' arguments.';

CREATE PROCEDURE upkeep.recalculate_rollup(target regclass, source regclass DEFAULT NULL, batch_size integer DEFAULT 10000)
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_recalculate_rollup';
COMMENT ON PROCEDURE upkeep.recalculate_rollup(regclass, regclass, integer) IS
'Computes the figures of target anew where they differ from what its sources say, in batches of that many groups, with a commit after each; progress in upkeep.progress. source: those of that one alone. Errors: 22003 a figure that its column cannot hold, 22004, 22023, 2D000 within a transaction, 42501, 42704 no rollup, 55000 one that was changed meanwhile, and those of the triggers'' arguments.';

-- A statement on a partition alone must not be missed.
COMMENT ON FUNCTION upkeep.follow_history() IS
'Event trigger function: what is renamed or dropped of tables that have history, into upkeep.history_tables and as entries; new partitions have history too, and the rollups of their table; the triggers of rollups with a table that was dropped go with it.';

-- A store feeds its analytics.

DROP FUNCTION upkeep.create_analytics(name, boolean);
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

-- history

ALTER TABLE upkeep.history_purges ADD COLUMN cluster integer, ADD COLUMN transactions int8multirange;
COMMENT ON COLUMN upkeep.history_purges.cluster IS 'that purged, as in upkeep.history_entries; NULL: by 0.11.0';
COMMENT ON COLUMN upkeep.history_purges.transactions IS
'of the entries that this cluster wrote, what is left of which upkeep.undo refuses; NULL: by 0.11.0';
