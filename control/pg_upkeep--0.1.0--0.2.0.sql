-- pg_upkeep 0.2.0: metrics that cannot drift.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.2.0'" to load this file. \quit

-- Trigger functions. As those of 0.1.0, they set no search_path.

CREATE FUNCTION upkeep.metrics() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_metrics';
COMMENT ON FUNCTION upkeep.metrics() IS
'Trigger function, BEFORE INSERT OR UPDATE, FOR EACH ROW: computes the metrics of the row. Arguments: formula=column = expression (once for each; none: the commerce set), settings=schema.table, settings_key=, settings_from=, date_column=, on_settings_change=keep|recalculate, on_overflow=null|error, touch_updated_at=true|false. Errors: 21000, 22003, 22023, 39P01, 40001, 42501, 42601, 42703, 42804, 42P01, 42P17, 428C9, 54001.';

CREATE FUNCTION upkeep.metrics_settings() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_metrics_settings';
COMMENT ON FUNCTION upkeep.metrics_settings() IS
'Trigger function on a table of settings, AFTER INSERT OR UPDATE OR DELETE, FOR EACH ROW, and AFTER TRUNCATE, FOR EACH STATEMENT: lets no writer miss the change, and recalculates the tables whose triggers say so. Errors: 39P01, 40001, 42501.';

CREATE FUNCTION upkeep.enable_metrics(
  target             regclass,
  formulas           text[]   DEFAULT NULL,
  settings           regclass DEFAULT NULL,
  settings_key       name     DEFAULT 'shop_id',
  settings_from      name     DEFAULT NULL,
  date_column        name     DEFAULT 'record_date',
  on_settings_change text     DEFAULT 'keep',
  on_overflow        text     DEFAULT 'null',
  touch_updated_at   boolean  DEFAULT true
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_metrics';
COMMENT ON FUNCTION upkeep.enable_metrics(regclass, text[], regclass, name, name, name, text, text, boolean) IS
'Keeps columns equal to their formulas from now on, whoever writes; called again, replaces the options. For the owner of the table and of the settings. Rows that are there keep their figures: see upkeep.recalculate. Errors: 22003, 22004, 22023, 42501, 42601, 42703, 42710, 42804, 42809, 42P17, 428C9, 54001.';

CREATE FUNCTION upkeep.disable_metrics(target regclass) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_metrics';
COMMENT ON FUNCTION upkeep.disable_metrics(regclass) IS
'Drops the metrics trigger of a table, and those of its settings that no other table needs; the figures stay. A NOTICE where there is none. Errors: 22004, 42501, 42809.';

-- It commits, and so sets no search_path.
CREATE PROCEDURE upkeep.recalculate(
  target     regclass,
  tenant     text    DEFAULT NULL,
  from_date  date    DEFAULT NULL,
  to_date    date    DEFAULT NULL,
  batch_size integer DEFAULT 10000
)
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_recalculate';
COMMENT ON PROCEDURE upkeep.recalculate(regclass, text, date, date, integer) IS
'Computes the metrics of the rows of a table again, of one tenant (the text of its settings_key) and from one day to another where given, both included; writes those that differ. Commits each batch of batch_size rows and says so; can be cancelled and called again. For the owner. Errors: 22004, 22023, 2D000, 42501, 42703, 42704, 42P01, 55000.';

CREATE FUNCTION upkeep.running_commands(
  OUT pid integer, OUT object regclass, OUT rows_total bigint, OUT rows_done bigint, OUT rows_changed bigint,
  OUT batches bigint
) RETURNS SETOF record
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_running_commands';
COMMENT ON FUNCTION upkeep.running_commands() IS 'The rows of upkeep.progress.';

CREATE VIEW upkeep.progress AS
  SELECT pid, object, rows_total, rows_done, rows_changed, batches FROM upkeep.running_commands();
COMMENT ON VIEW upkeep.progress IS
'How far each running upkeep.recalculate of this database is: those of the roles the reader has, all for pg_read_all_stats.';
COMMENT ON COLUMN upkeep.progress.pid IS 'process of the session that runs it';
COMMENT ON COLUMN upkeep.progress.object IS 'the table';
COMMENT ON COLUMN upkeep.progress.rows_total IS 'rows to look at, counted at the beginning';
COMMENT ON COLUMN upkeep.progress.rows_done IS 'rows looked at and committed';
COMMENT ON COLUMN upkeep.progress.rows_changed IS 'rows written, since a figure differed';
COMMENT ON COLUMN upkeep.progress.batches IS 'batches committed';
GRANT SELECT ON upkeep.progress TO PUBLIC;

CREATE FUNCTION upkeep.check_metrics(
  target regclass, tenant text DEFAULT NULL,
  OUT row_key jsonb, OUT metric name, OUT stored numeric, OUT expected numeric
) RETURNS SETOF record
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_check_metrics';
COMMENT ON FUNCTION upkeep.check_metrics(regclass, text) IS
'The stored figures that are not what their formulas give with the settings of now, by primary key (by ctid where there is none): a row each. Changes nothing. For the owner. Errors: 22004, 42501, 42703, 42704.';

-- formulas on what the caller passes

CREATE FUNCTION upkeep.evaluate(formula text, inputs jsonb) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_evaluate';
COMMENT ON FUNCTION upkeep.evaluate(text, jsonb) IS
'Tries a formula, with or without "column =": exact, shown to 20 decimals. Inputs are JSON numbers or strings that hold one; null is NULL; a setting is "settings.name". Errors: 22003, 22023, 42601, 42703, 42804, 54001.';

CREATE FUNCTION upkeep.aov(revenue numeric, orders numeric) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_aov';
COMMENT ON FUNCTION upkeep.aov(numeric, numeric) IS
'Average order value: revenue / orders, in units of revenue; to 20 decimals. NULL without orders. Errors: 22003.';

CREATE FUNCTION upkeep.cpl(ad_spend numeric, leads numeric) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_cpl';
COMMENT ON FUNCTION upkeep.cpl(numeric, numeric) IS
'Cost per lead: ad_spend / leads, in units of ad_spend; to 20 decimals. NULL without leads. Errors: 22003.';

CREATE FUNCTION upkeep.cvr(orders numeric, leads numeric) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_cvr';
COMMENT ON FUNCTION upkeep.cvr(numeric, numeric) IS
'Conversion rate: 100 * orders / leads, in percent; to 20 decimals. NULL without leads. Errors: 22003.';

CREATE FUNCTION upkeep.roas(revenue numeric, ad_spend numeric) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_roas';
COMMENT ON FUNCTION upkeep.roas(numeric, numeric) IS
'Return on ad spend: revenue / ad_spend, a ratio; to 20 decimals. NULL without ad_spend. Errors: 22003.';

CREATE FUNCTION upkeep.net_profit(revenue numeric, ad_spend numeric, cogs_ratio numeric) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_net_profit';
COMMENT ON FUNCTION upkeep.net_profit(numeric, numeric, numeric) IS
'Net profit: revenue - round(revenue * cogs_ratio) - ad_spend, in units of revenue; cogs_ratio from 0 to 1. Errors: 22003, 22023.';

CREATE FUNCTION upkeep.poas(gross_profit numeric, ad_spend numeric) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_poas';
COMMENT ON FUNCTION upkeep.poas(numeric, numeric) IS
'Profit on ad spend: gross_profit / ad_spend, a ratio; to 20 decimals. NULL without ad_spend. Errors: 22003.';

CREATE FUNCTION upkeep.ad_ratio(ad_spend numeric, revenue numeric) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_ad_ratio';
COMMENT ON FUNCTION upkeep.ad_ratio(numeric, numeric) IS
'Share of revenue spent on ads: ad_spend / revenue, a ratio; to 20 decimals. NULL without revenue. Errors: 22003.';

CREATE FUNCTION upkeep.cpo(ad_spend numeric, orders numeric) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_cpo';
COMMENT ON FUNCTION upkeep.cpo(numeric, numeric) IS
'Cost per order: ad_spend / orders, in units of ad_spend; to 20 decimals. NULL without orders. Errors: 22003.';

CREATE FUNCTION upkeep.break_even_roas(margin numeric) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_break_even_roas';
COMMENT ON FUNCTION upkeep.break_even_roas(numeric) IS
'The ROAS at which ads earn nothing: 1 / margin, the contribution margin as a ratio; to 20 decimals. NULL where the margin is 0 or less. Errors: 22003.';

CREATE FUNCTION upkeep.ctr(clicks numeric, impressions numeric) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_ctr';
COMMENT ON FUNCTION upkeep.ctr(numeric, numeric) IS
'Click-through rate: 100 * clicks / impressions, in percent; to 20 decimals. NULL without impressions. Errors: 22003.';

CREATE FUNCTION upkeep.cpc(ad_spend numeric, clicks numeric) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_cpc';
COMMENT ON FUNCTION upkeep.cpc(numeric, numeric) IS
'Cost per click: ad_spend / clicks, in units of ad_spend; to 20 decimals. NULL without clicks. Errors: 22003.';

CREATE FUNCTION upkeep.cpm(ad_spend numeric, impressions numeric) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_cpm';
COMMENT ON FUNCTION upkeep.cpm(numeric, numeric) IS
'Cost per thousand impressions: 1000 * ad_spend / impressions, in units of ad_spend; to 20 decimals. NULL without impressions. Errors: 22003.';

-- what 0.1.0 says of itself

COMMENT ON COLUMN upkeep.managed.feature IS 'updated_at, touch, metrics, or metrics_settings for a table that metrics read settings from';
COMMENT ON COLUMN upkeep.managed.options IS 'the arguments of the trigger: name and value, lists and formulas as arrays; what is absent has its default';
COMMENT ON FUNCTION upkeep.check() IS
'Where triggers, tables, stamps and figures have drifted apart: column without trigger, trigger without column, disabled, doubled, stamps in the future, figures that their formulas do not give or that are too large for their columns. Reads each managed table once, as its owner where the caller may act for the owner; changes nothing.';
