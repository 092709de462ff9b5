-- Back from 0.10.0 to 0.9.0.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.9.0'" to load this file. \quit

-- decisions
DO $$
DECLARE
  used pg_catalog.regclass;
BEGIN
  SELECT t.tgrelid INTO used
    FROM pg_catalog.pg_trigger t
    WHERE t.tgfoid OPERATOR(pg_catalog.=) 'upkeep.ad_decisions()'::pg_catalog.regprocedure
      AND pg_catalog.encode(t.tgargs, 'escape') OPERATOR(pg_catalog.~) '(^|\\000)daily_records='
    LIMIT 1;
  IF used IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = '2BP01',
      MESSAGE = 'cannot drop function upkeep.enable_ad_decisions(regclass,regclass,name,regclass) '
        'because other objects depend on it',
      DETAIL = pg_catalog.format('The trigger of ad_decisions on %s asks daily_records what an order brings.', used),
      HINT = pg_catalog.format('SELECT upkeep.disable_ad_decisions(%L);', used);
  END IF;
END $$;
DROP FUNCTION upkeep.enable_ad_decisions(regclass, regclass, name, regclass);
CREATE FUNCTION upkeep.enable_ad_decisions(ad_decisions regclass, settings regclass DEFAULT NULL, settings_key name DEFAULT 'shop_id') RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_ad_decisions';
COMMENT ON FUNCTION upkeep.enable_ad_decisions(regclass, regclass, name) IS
'From now on a row that is inserted gets decision, where that is NULL, and early_kill_signals and evidence, always, as upkeep.ad_decision says of its spend, orders, revenue, leads, age_days, impressions, clicks, marginal_roas and aov. cogs_ratio and desired_net_margin come from the row, where it has them, else from the settings by settings_key. Another decision of a person stays, and evidence.overrides names it. Replaces what was enabled before. For the owner of both tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809, 428C9, 42P17.';
COMMENT ON FUNCTION upkeep.ad_decision(numeric, integer, numeric, integer, numeric, numeric, integer, numeric, bigint, bigint, numeric) IS
'SCALE, KEEP or KILL for an ad, by the exact Poisson interval of its orders, one-sided 95 % at each end: KILL where even spend / upper bound is above the break-even CPA, aov x (1 - cogs_ratio); SCALE where spend / lower bound is below the target CPA, aov x (1 - cogs_ratio - desired_net_margin), marginal_roas x (1 - cogs_ratio) is 1 or more where it is known, and the ad is 3 days old or more where that is known; else KEEP. spend, revenue and aov are amounts in one currency, aov revenue / orders where NULL; ratios and margins 0 to 1. early_kill_signals: [{code, value, limit, sample, strength}], which never decide. evidence: inputs, reason, rule_version and what was computed. Figures that are missing, or cannot be, are KEEP with the reason; no errors.';
COMMENT ON FUNCTION upkeep.goal_pace(text, date, date, regclass, regclass) IS
'How the month that a day is in goes on, as a shop knows it on the morning of today: a row revenue, and a row profit where daily_records has net_profit. so_far: of the complete days with a record; projected: so_far / the weight of those days x the weight of all days of the month, by the weekdays'' mean shares of revenue in the last 8 complete weeks, all alike under 4; pace = projected / target; required: {day: amount} for today and later, what is missing by the same weights; days_missing: complete days without a record. Amounts as in daily_records. Tables: NULL for those of these names in the search_path. Reads with the rights of the caller. Errors: 21000, 22004, 22008, 22023, 22P02, 42703, 42804, 42P01.';

-- the report

DROP FUNCTION upkeep.weekly_report(jsonb, text, text);
CREATE FUNCTION upkeep.weekly_report(diagnostic jsonb, format text DEFAULT 'markdown', language text DEFAULT 'en') RETURNS text
  LANGUAGE c STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_weekly_report';
COMMENT ON FUNCTION upkeep.weekly_report(jsonb, text, text) IS
'A page for the shop''s owner from to_jsonb of a weekly_diagnostics row, to which a key shop_name may be added. format: markdown or html, a page of its own without scripts. language: en, vi, de, or one that upkeep.wordings has. Errors: 22023.';

-- the weekly run

DROP FUNCTION upkeep.answered_issues(jsonb, jsonb, jsonb, jsonb, jsonb);

-- diagnose
COMMENT ON AGGREGATE upkeep.diagnose(date, integer, bigint, bigint, integer, date, jsonb, date) IS
'The diagnosis of one shop''s week from its days, that week''s and those of the eight weeks before (others do not count): a document with week_start, week_label, state (open, closed, future), issues, rules, facts and input_digest. Amounts in the currency''s smallest unit. settings: the shop''s settings as an object, to_jsonb(shop_settings row); today NULL: the date in the shop''s time zone. A row without record_date only brings the settings of a shop without days. Does not depend on the order of the rows. Errors: 22004, 22008, 22023.';
