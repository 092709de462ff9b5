-- From 0.9.0 to 0.10.0: diagnoses one can trust.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.10.0'" to load this file. \quit

-- diagnose
COMMENT ON AGGREGATE upkeep.diagnose(date, integer, bigint, bigint, integer, date, jsonb, date) IS
'The diagnosis of one shop''s week from its days, that week''s and those of the eight weeks before (others do not count): a document with week_start, week_label, state (open, closed, future), issues, rules, facts and input_digest. Amounts in the currency''s smallest unit. settings: the shop''s settings as an object, to_jsonb(shop_settings row), to which may be added events [{starts_on, ends_on, name, kind: holiday | closed | promotion | outage}] and refund_days {date: amount given back}; closed_weekdays [1 for Monday to 7 for Sunday] NULL: as the weeks before show; today NULL: the date in the shop''s time zone. A row without record_date only brings the settings of a shop without days. Does not depend on the order of the rows. Errors: 22004, 22008, 22023.';

-- the weekly run

CREATE FUNCTION upkeep.answered_issues(issues jsonb, user_responses jsonb, facts jsonb DEFAULT NULL, previous jsonb DEFAULT NULL, previous_responses jsonb DEFAULT NULL) RETURNS jsonb
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'upkeep_answered_issues';
COMMENT ON FUNCTION upkeep.answered_issues(jsonb, jsonb, jsonb, jsonb, jsonb) IS
'The issues of a row of weekly_diagnostics as its user_responses have them now: only the keys response differ. facts: of the row; its today says which snoozes are over. previous, previous_responses: issues and user_responses of the week before, for answers that were taken back. NULL of NULL.';

-- the report

DROP FUNCTION upkeep.weekly_report(jsonb, text, text);
CREATE FUNCTION upkeep.weekly_report(diagnostic jsonb, format text DEFAULT 'markdown', language text DEFAULT NULL) RETURNS text
  LANGUAGE c STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_weekly_report';
COMMENT ON FUNCTION upkeep.weekly_report(jsonb, text, text) IS
'A page for the shop''s owner from to_jsonb of a weekly_diagnostics row, as its user_responses answer it now. Keys that may be added: shop_name; links, {week_start: http or https URL}; action_items, [to_jsonb of each row]. format: markdown; html, a page of its own without scripts; email, tables and inline styles, under 100 kB. language: en, vi, de, or one that upkeep.wordings has; NULL: the shop''s (facts.language), else en. NULL if diagnostic is NULL. Errors: 22004 format is NULL; 22023 an unknown format or language, or diagnostic is not an object.';

-- decisions
DROP FUNCTION upkeep.enable_ad_decisions(regclass, regclass, name);
CREATE FUNCTION upkeep.enable_ad_decisions(
  ad_decisions  regclass,
  settings      regclass DEFAULT NULL,
  settings_key  name     DEFAULT 'shop_id',
  daily_records regclass DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_ad_decisions';
COMMENT ON FUNCTION upkeep.enable_ad_decisions(regclass, regclass, name, regclass) IS
'From now on a row that is inserted gets decision, where that is NULL, and early_kill_signals and evidence, always, as upkeep.ad_decision says of its spend, orders, revenue, leads, age_days, impressions, clicks, marginal_roas and aov. cogs_ratio and desired_net_margin come from the row, where it has them, else from the settings by settings_key. An ad without an aov and without revenue of its own orders takes aov of the settings, where that is above 0, else revenue / orders of all of the shop''s daily_records in the 8 weeks before the one that decided_on is in, as the week_start_day of the settings has them (Monday without), rounded to the decimals of the amounts; evidence.aov_source: row, orders, settings, shop or null. daily_records has the columns settings_key, record_date, orders and revenue. Another decision of a person stays, and evidence.overrides names it. Replaces what was enabled before. For the owner of the tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809, 428C9, 42P17.';
COMMENT ON FUNCTION upkeep.ad_decision(numeric, integer, numeric, integer, numeric, numeric, integer, numeric, bigint, bigint, numeric) IS
'SCALE, KEEP or KILL for an ad, by the exact Poisson interval of its orders, one-sided 95 % at each end: KILL where even spend / upper bound is above the break-even CPA, aov x (1 - cogs_ratio); SCALE where spend / lower bound is below the target CPA, aov x (1 - cogs_ratio - desired_net_margin), marginal_roas x (1 - cogs_ratio) is 1 or more where it is known, and the ad is 3 days old or more where that is known; else KEEP. spend, revenue and aov are amounts in one currency, aov revenue / orders where NULL, which evidence.aov_source tells, row or orders; ratios and margins 0 to 1. early_kill_signals: [{code, value, limit, sample, strength}], which never decide. evidence: inputs, reason, rule_version and what was computed. Figures that are missing, or cannot be, are KEEP with the reason; no errors.';
COMMENT ON FUNCTION upkeep.goal_pace(text, date, date, regclass, regclass) IS
'How the month that a day is in goes on, as a shop knows it on the morning of today: a row revenue, and a row profit where daily_records has net_profit. so_far: of the complete days with a record; projected: so_far / the weight of those days x the weight of all open days of the month, by the weekdays'' mean shares of revenue in those of the last 8 weeks that are complete, all alike under 4; pace = projected / target; required: {day: amount} for the open days from today on, what is missing by the same weights; days_missing: complete open days without a record. Closed are the weekdays of closed_weekdays in shop_settings or, where that is NULL, those that fewer than half of the last 8 weeks with any record have, of four such weeks or more, and the days of events of kind closed in shop_events; what they bring nevertheless is added as it is. Days of events of kind outage are missing. Weeks begin on week_start_day of shop_settings. Both tables are read where they are beside daily_records, of the same owner, and the caller may read them. Amounts as in daily_records. Tables: NULL for those of these names in the search_path. Reads with the rights of the caller. Errors: 21000, 22004, 22008, 22023, 22P02, 42703, 42804, 42P01.';
