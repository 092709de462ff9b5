-- From 0.3.0 to 0.4.0: weekly diagnostics.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.4.0'" to load this file. \quit

-- the calendar of a shop

CREATE FUNCTION upkeep.week_start(day date, settings jsonb DEFAULT '{}') RETURNS date
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_week_start';
COMMENT ON FUNCTION upkeep.week_start(date, jsonb) IS
'The first day of the week that a day is in, by week_start_day of a shop''s settings: 1 for Monday (the default) to 7 for Sunday (0 too), or the name of the day. Errors: 22023.';
CREATE FUNCTION upkeep.week_label(week_start date) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_week_label';
COMMENT ON FUNCTION upkeep.week_label(date) IS
'Year and number of the week that begins on a day, as 2026-W46: of the year that has the week''s fourth day, as in ISO 8601. Errors: 22008 for infinity.';
CREATE FUNCTION upkeep.shop_today(settings jsonb) RETURNS date
  LANGUAGE c STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_shop_today';
COMMENT ON FUNCTION upkeep.shop_today(jsonb) IS
'The date at which the transaction began, in the time zone of a shop''s settings (timezone), or of the session where they have none. Errors: 22023 for a time zone that does not exist.';

-- the diagnosis

CREATE FUNCTION upkeep.diagnose_add(internal, date, integer, bigint, bigint, integer, date, jsonb, date) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_diagnose_add';
COMMENT ON FUNCTION upkeep.diagnose_add(internal, date, integer, bigint, bigint, integer, date, jsonb, date) IS
'Adds one day to the state of upkeep.diagnose.';
CREATE FUNCTION upkeep.diagnose_add(internal, date, bigint, numeric, numeric, bigint, date, jsonb, date) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_diagnose_add_numeric';
COMMENT ON FUNCTION upkeep.diagnose_add(internal, date, bigint, numeric, numeric, bigint, date, jsonb, date) IS
'Adds one day, its amounts numeric, to the state of upkeep.diagnose.';
CREATE FUNCTION upkeep.diagnose_combine(internal, internal) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_diagnose_combine';
COMMENT ON FUNCTION upkeep.diagnose_combine(internal, internal) IS 'Adds one state of upkeep.diagnose to another.';
CREATE FUNCTION upkeep.diagnose_serialise(internal) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_diagnose_serialise';
COMMENT ON FUNCTION upkeep.diagnose_serialise(internal) IS 'A state of upkeep.diagnose as bytes.';
CREATE FUNCTION upkeep.diagnose_deserialise(bytea, internal) RETURNS internal
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_diagnose_deserialise';
COMMENT ON FUNCTION upkeep.diagnose_deserialise(bytea, internal) IS 'A state of upkeep.diagnose from bytes. Errors: 22P03.';
CREATE FUNCTION upkeep.diagnose_finish(internal) RETURNS jsonb
  LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_diagnose_finish';
COMMENT ON FUNCTION upkeep.diagnose_finish(internal) IS 'The document of upkeep.diagnose.';

CREATE AGGREGATE upkeep.diagnose(record_date date, orders integer, revenue bigint, ad_spend bigint, leads integer,
    week_start date, settings jsonb, today date) (
  SFUNC = upkeep.diagnose_add, STYPE = internal, SSPACE = 2048, FINALFUNC = upkeep.diagnose_finish,
  COMBINEFUNC = upkeep.diagnose_combine, SERIALFUNC = upkeep.diagnose_serialise,
  DESERIALFUNC = upkeep.diagnose_deserialise, PARALLEL = SAFE);
COMMENT ON AGGREGATE upkeep.diagnose(date, integer, bigint, bigint, integer, date, jsonb, date) IS
'The diagnosis of one shop''s week from its days, that week''s and those of the eight weeks before (others do not count): a document with week_start, week_label, state (open, closed, future), issues, rules, facts and input_digest. Amounts in the currency''s smallest unit. settings: the shop''s settings as an object, to_jsonb(shop_settings row); today NULL: the date in the shop''s time zone. A row without record_date only brings the settings of a shop without days. Does not depend on the order of the rows. Errors: 22004, 22008, 22023.';
CREATE AGGREGATE upkeep.diagnose(record_date date, orders bigint, revenue numeric, ad_spend numeric, leads bigint,
    week_start date, settings jsonb, today date) (
  SFUNC = upkeep.diagnose_add, STYPE = internal, SSPACE = 2048, FINALFUNC = upkeep.diagnose_finish,
  COMBINEFUNC = upkeep.diagnose_combine, SERIALFUNC = upkeep.diagnose_serialise,
  DESERIALFUNC = upkeep.diagnose_deserialise, PARALLEL = SAFE);
COMMENT ON AGGREGATE upkeep.diagnose(date, bigint, numeric, numeric, bigint, date, jsonb, date) IS
'As upkeep.diagnose of integers, with amounts in the currency itself, of up to six decimals. Errors: 22004, 22008, 22023.';

CREATE FUNCTION upkeep.rule_definitions()
  RETURNS TABLE (code text, basis text, severities text[], warning numeric, critical numeric, minimum_data text, meaning text)
  LANGUAGE c IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_rule_definitions';
COMMENT ON FUNCTION upkeep.rule_definitions() IS 'The rules of the weekly diagnosis, which the view upkeep.rules shows.';
CREATE VIEW upkeep.rules AS
  SELECT r.code, r.severities, r.warning, r.critical, r.minimum_data, r.basis, r.meaning FROM upkeep.rule_definitions() r;
COMMENT ON VIEW upkeep.rules IS 'The rules of the weekly diagnosis: when each fires, and what it needs. A shop overrides thresholds in its settings.';
COMMENT ON COLUMN upkeep.rules.code IS 'Name of the rule, as issues bear it';
COMMENT ON COLUMN upkeep.rules.severities IS 'What it can be: warning, critical';
COMMENT ON COLUMN upkeep.rules.warning IS 'Default threshold of a warning: a share (0.15 for 15 %), a factor or a count; NULL where there is none';
COMMENT ON COLUMN upkeep.rules.critical IS 'Default threshold of critical';
COMMENT ON COLUMN upkeep.rules.minimum_data IS 'What it needs to be evaluated at all';
COMMENT ON COLUMN upkeep.rules.basis IS 'What it looks at: level (the week), identity (a fixed bound), trend (the weeks before), settings, data, goal (the month)';
COMMENT ON COLUMN upkeep.rules.meaning IS 'What it means when it fires';

CREATE FUNCTION upkeep.explain_change(before jsonb, after jsonb) RETURNS TABLE (driver text, amount numeric)
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_explain_change';
COMMENT ON FUNCTION upkeep.explain_change(jsonb, jsonb) IS
'What drove a change, exactly (Shapley values), in whole units that sum up to it: with leads, orders and revenue on both sides the change of revenue by leads, cvr and aov; with ad_spend and cogs_ratio too the change of profit by leads, cvr, aov, cogs and cpl; other is what has no factors, where it is not 0. Errors: 22004, 22023.';

-- every week

CREATE TABLE upkeep.wordings (
  code text NOT NULL,
  language text NOT NULL CHECK (language OPERATOR(pg_catalog.~) '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'),
  wording text NOT NULL,
  builtin boolean NOT NULL DEFAULT false,
  PRIMARY KEY (code, language));
COMMENT ON TABLE upkeep.wordings IS 'Other wordings, and other languages, of what issues and reports say: a row replaces the wording that is built in.';
COMMENT ON COLUMN upkeep.wordings.code IS 'A rule (REV_DROP), an action or a phrase of the report';
COMMENT ON COLUMN upkeep.wordings.language IS 'en, vi, de, or any other language tag';
COMMENT ON COLUMN upkeep.wordings.wording IS 'The text; a rule''s may name {observed}, {expected}, {baseline}, {delta}, {delta_pct}, {impact}, {threshold}, {days} and {weeks}';
COMMENT ON COLUMN upkeep.wordings.builtin IS 'Whether the extension made the row; those are not dumped';
GRANT SELECT ON upkeep.wordings TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('upkeep.wordings', 'WHERE NOT builtin');

CREATE FUNCTION upkeep.merge_issues(fresh jsonb, stored jsonb, user_responses jsonb, previous jsonb, previous_responses jsonb, wordings jsonb DEFAULT NULL) RETURNS jsonb
  LANGUAGE c IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_merge_issues';
COMMENT ON FUNCTION upkeep.merge_issues(jsonb, jsonb, jsonb, jsonb, jsonb, jsonb) IS
'The issues of a fresh document (upkeep.diagnose) with baseline_state and response: against the issues stored for the same week, the user''s answers to them, and issues and answers of the week before. wordings: {code: {language: wording}}. Errors: 22004, 22023.';

CREATE PROCEDURE upkeep.run_weekly_diagnostics(week_start date DEFAULT NULL, shop text DEFAULT NULL, today date DEFAULT NULL,
    daily_records regclass DEFAULT NULL, shop_settings regclass DEFAULT NULL, weekly_diagnostics regclass DEFAULT NULL,
    action_items regclass DEFAULT NULL, batch_size integer DEFAULT 5000)
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_run_weekly_diagnostics';
COMMENT ON PROCEDURE upkeep.run_weekly_diagnostics(date, text, date, regclass, regclass, regclass, regclass, integer) IS
'Diagnoses a week of every shop, or of one, and writes weekly_diagnostics and action_items; what users answered stays. week_start: any day of the week, NULL for the last closed one; today: NULL for the date in each shop''s time zone; tables: NULL for those of these names in the search_path. Commits each batch of shops; called again, it writes only what changed. Progress in upkeep.progress, in shops. Errors: 22004, 22008, 22023, 2D000, 40001, 42703, 42804, 42P01, 42P10.';

CREATE FUNCTION upkeep.schedule_weekly_diagnostics(cron text DEFAULT '0 6 * * 1') RETURNS bigint
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_schedule_weekly_diagnostics';
COMMENT ON FUNCTION upkeep.schedule_weekly_diagnostics(text) IS
'Has pg_cron call upkeep.run_weekly_diagnostics at those times, for the tables that the caller''s search_path shows now; returns the number of the job, named upkeep_weekly_diagnostics. Again: replaces it. Errors: 0A000 without pg_cron, 22004, 42P01.';

CREATE FUNCTION upkeep.weekly_diagnostics() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_weekly_diagnostics';
COMMENT ON FUNCTION upkeep.weekly_diagnostics() IS
'Trigger function: marks diagnoses as stale when a day that they were made from changes. Made by upkeep.enable_weekly_diagnostics.';
CREATE FUNCTION upkeep.enable_weekly_diagnostics(daily_records regclass, weekly_diagnostics regclass, shop_column name DEFAULT 'shop_id', date_column name DEFAULT 'record_date') RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_weekly_diagnostics';
COMMENT ON FUNCTION upkeep.enable_weekly_diagnostics(regclass, regclass, name, name) IS
'A later edit of a day in daily_records sets stale in the rows of weekly_diagnostics that were made from it. For the owner of both tables. Errors: 22004, 42501, 42703, 42804, 42809.';
CREATE FUNCTION upkeep.disable_weekly_diagnostics(daily_records regclass) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_weekly_diagnostics';
COMMENT ON FUNCTION upkeep.disable_weekly_diagnostics(regclass) IS
'Undoes upkeep.enable_weekly_diagnostics. Errors: 22004, 42501.';

CREATE FUNCTION upkeep.weekly_report(diagnostic jsonb, format text DEFAULT 'markdown', language text DEFAULT 'en') RETURNS text
  LANGUAGE c STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_weekly_report';
COMMENT ON FUNCTION upkeep.weekly_report(jsonb, text, text) IS
'A page for the shop''s owner from to_jsonb of a weekly_diagnostics row, to which a key shop_name may be added. format: markdown or html, a page of its own without scripts. language: en, vi, de, or one that upkeep.wordings has. Errors: 22023.';

CREATE FUNCTION upkeep.create_analytics(schema name) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_create_analytics';
COMMENT ON FUNCTION upkeep.create_analytics(name) IS
'Makes the tables of a shop analytics app, users, shops, shop_settings, daily_records, weekly_diagnostics, action_items, monthly_goals, product_presets, ad_decisions and growth_simulations, in a schema, which it makes too where it is missing, with updated_at, metrics and stale diagnoses enabled. The tables are the caller''s. Called again, adds what is missing and drops nothing. Errors: 22004, 42501, 42809.';
