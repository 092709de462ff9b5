-- From 0.5.0 to 0.6.0: decisions on ads, unit economics, growth, the pace to a goal.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.6.0'" to load this file. \quit

-- figures

CREATE FUNCTION upkeep.unit_economics(sell_price numeric, cogs numeric, variable_cost_share numeric DEFAULT 0)
  RETURNS TABLE (unit_margin numeric, margin_ratio numeric, break_even_roas numeric, break_even_cpo numeric)
  LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_unit_economics';
COMMENT ON FUNCTION upkeep.unit_economics(numeric, numeric, numeric) IS
'What one sale leaves: m = 1 - cogs / sell_price - variable_cost_share; unit_margin = sell_price x m, margin_ratio = m, break_even_roas = 1 / m, NULL where m is not above 0, break_even_cpo = sell_price x m, the most that an order may cost in ads. Price and cogs are amounts of one, in one currency; the share is of the price, 0 to 1. NULL makes NULL what depends on it. Errors: 22023.';

CREATE FUNCTION upkeep.ad_decision(spend numeric, orders integer, revenue numeric, leads integer, cogs_ratio numeric, desired_net_margin numeric DEFAULT 0,
    age_days integer DEFAULT NULL, marginal_roas numeric DEFAULT NULL, impressions bigint DEFAULT NULL, clicks bigint DEFAULT NULL, aov numeric DEFAULT NULL)
  RETURNS TABLE (decision text, early_kill_signals jsonb, evidence jsonb)
  LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_ad_decision';
COMMENT ON FUNCTION upkeep.ad_decision(numeric, integer, numeric, integer, numeric, numeric, integer, numeric, bigint, bigint, numeric) IS
'SCALE, KEEP or KILL for an ad, by the exact Poisson interval of its orders, one-sided 95 % at each end: KILL where even spend / upper bound is above the break-even CPA, aov x (1 - cogs_ratio); SCALE where spend / lower bound is below the target CPA, aov x (1 - cogs_ratio - desired_net_margin), marginal_roas x (1 - cogs_ratio) is 1 or more where it is known, and the ad is 3 days old or more where that is known; else KEEP. spend, revenue and aov are amounts in one currency, aov revenue / orders where NULL; ratios and margins 0 to 1. early_kill_signals: [{code, value, limit, sample, strength}], which never decide. evidence: inputs, reason, rule_version and what was computed. Figures that are missing, or cannot be, are KEEP with the reason; no errors.';

CREATE FUNCTION upkeep.simulate_growth(target_revenue numeric, revenue numeric, ad_spend numeric, leads integer, orders integer, cogs_ratio numeric,
    elasticity numeric DEFAULT 0.7, max_observed_spend numeric DEFAULT NULL)
  RETURNS TABLE (model text, ad_spend numeric, leads integer, orders integer, revenue numeric, net_profit numeric, marginal_roas numeric, feasibility_level text, assumptions jsonb)
  LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 2 SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_simulate_growth';
COMMENT ON FUNCTION upkeep.simulate_growth(numeric, numeric, numeric, integer, integer, numeric, numeric, numeric) IS
'What a revenue would need, from the figures of a period of the same length: two rows. linear: orders = target / AOV and leads = orders / CVR, both rounded up, ad_spend = leads x CPL. diminishing: ad_spend x (target / revenue) ^ (1 / elasticity), with elasticity 0 < b <= 1, as upkeep.fit_elasticity measures it. Amounts in one currency, rounded as those that came in. feasibility_level: ACHIEVED, EASY, REALISTIC, HARD, UNREALISTIC, UNPROFITABLE or INSUFFICIENT. max_observed_spend: the largest ad_spend of such a period so far. assumptions: inputs, rule_version and what was computed. Errors: 22003, 22004, 22023.';

CREATE FUNCTION upkeep.fit_elasticity_add(internal, numeric, numeric) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_fit_elasticity_add';
COMMENT ON FUNCTION upkeep.fit_elasticity_add(internal, numeric, numeric) IS 'Adds one point to the state of upkeep.fit_elasticity.';
CREATE FUNCTION upkeep.fit_elasticity_combine(internal, internal) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_fit_elasticity_combine';
COMMENT ON FUNCTION upkeep.fit_elasticity_combine(internal, internal) IS 'Adds one state of upkeep.fit_elasticity to another.';
CREATE FUNCTION upkeep.fit_elasticity_serialise(internal) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_fit_elasticity_serialise';
COMMENT ON FUNCTION upkeep.fit_elasticity_serialise(internal) IS 'A state of upkeep.fit_elasticity as bytes.';
CREATE FUNCTION upkeep.fit_elasticity_deserialise(bytea, internal) RETURNS internal
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_fit_elasticity_deserialise';
COMMENT ON FUNCTION upkeep.fit_elasticity_deserialise(bytea, internal) IS 'A state of upkeep.fit_elasticity from bytes. Errors: 22P03.';
CREATE FUNCTION upkeep.fit_elasticity_finish(internal) RETURNS numeric
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'upkeep_fit_elasticity_finish';
COMMENT ON FUNCTION upkeep.fit_elasticity_finish(internal) IS 'The slope of upkeep.fit_elasticity.';

CREATE AGGREGATE upkeep.fit_elasticity(spend numeric, revenue numeric) (
  SFUNC = upkeep.fit_elasticity_add, STYPE = internal, FINALFUNC = upkeep.fit_elasticity_finish,
  COMBINEFUNC = upkeep.fit_elasticity_combine, SERIALFUNC = upkeep.fit_elasticity_serialise,
  DESERIALFUNC = upkeep.fit_elasticity_deserialise, PARALLEL = SAFE);
COMMENT ON AGGREGATE upkeep.fit_elasticity(numeric, numeric) IS
'By how much revenue follows ad spend: the slope of ln(revenue) on ln(spend) by least squares, kept within 0.3 and 0.95, for upkeep.simulate_growth. Points where one of both is NULL or not above 0 do not count. NULL under 8 points, or where the largest spend is less than twice the smallest. Amounts in one currency, a point a day or week.';

-- It finds the tables by the caller's search_path, and so sets none.
CREATE FUNCTION upkeep.goal_pace(shop text, month date, today date, daily_records regclass DEFAULT NULL, monthly_goals regclass DEFAULT NULL)
  RETURNS TABLE (metric text, target numeric, so_far numeric, projected numeric, pace numeric, required jsonb, days_missing integer)
  LANGUAGE c STABLE ROWS 2 AS 'MODULE_PATHNAME', 'upkeep_goal_pace';
COMMENT ON FUNCTION upkeep.goal_pace(text, date, date, regclass, regclass) IS
'How the month that a day is in goes on, as a shop knows it on the morning of today: a row revenue, and a row profit where daily_records has net_profit. so_far: of the complete days with a record; projected: so_far / the weight of those days x the weight of all days of the month, by the weekdays'' mean shares of revenue in the last 8 complete weeks, all alike under 4; pace = projected / target; required: {day: amount} for today and later, what is missing by the same weights; days_missing: complete days without a record. Amounts as in daily_records. Tables: NULL for those of these names in the search_path. Reads with the rights of the caller. Errors: 21000, 22004, 22008, 22023, 22P02, 42703, 42804, 42P01.';

-- rows that decide themselves

CREATE FUNCTION upkeep.ad_decisions() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_ad_decisions';
COMMENT ON FUNCTION upkeep.ad_decisions() IS
'Trigger function: decides on an ad when its row is inserted, and keeps the evidence. Made by upkeep.enable_ad_decisions.';
CREATE FUNCTION upkeep.enable_ad_decisions(ad_decisions regclass, settings regclass DEFAULT NULL, settings_key name DEFAULT 'shop_id') RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_ad_decisions';
COMMENT ON FUNCTION upkeep.enable_ad_decisions(regclass, regclass, name) IS
'From now on a row that is inserted gets decision, where that is NULL, and early_kill_signals and evidence, always, as upkeep.ad_decision says of its spend, orders, revenue, leads, age_days, impressions, clicks, marginal_roas and aov. cogs_ratio and desired_net_margin come from the row, where it has them, else from the settings by settings_key. Another decision of a person stays, and evidence.overrides names it. Replaces what was enabled before. For the owner of both tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809, 428C9, 42P17.';
CREATE FUNCTION upkeep.disable_ad_decisions(ad_decisions regclass) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_ad_decisions';
COMMENT ON FUNCTION upkeep.disable_ad_decisions(regclass) IS
'Undoes upkeep.enable_ad_decisions; rows keep what they have. A NOTICE where there is nothing to undo. Errors: 22004, 42501, 42809.';

CREATE FUNCTION upkeep.growth_simulations() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_growth_simulations';
COMMENT ON FUNCTION upkeep.growth_simulations() IS
'Trigger function: simulates growth when a row is inserted, and keeps the assumptions. Made by upkeep.enable_growth_simulations.';
CREATE FUNCTION upkeep.enable_growth_simulations(growth_simulations regclass, settings regclass DEFAULT NULL, settings_key name DEFAULT 'shop_id') RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_growth_simulations';
COMMENT ON FUNCTION upkeep.enable_growth_simulations(regclass, regclass, name) IS
'From now on a row that is inserted gets model, diminishing where that is NULL, and needed_ad_spend, needed_leads, needed_orders, net_profit, marginal_roas, feasibility_level and assumptions, always, as upkeep.simulate_growth says of its target_revenue, revenue, ad_spend, leads and orders. cogs_ratio, elasticity and max_observed_spend come from the row, where it has them, else from the settings by settings_key. Replaces what was enabled before. For the owner of both tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809, 428C9, 42P17.';
CREATE FUNCTION upkeep.disable_growth_simulations(growth_simulations regclass) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_growth_simulations';
COMMENT ON FUNCTION upkeep.disable_growth_simulations(regclass) IS
'Undoes upkeep.enable_growth_simulations; rows keep what they have. A NOTICE where there is nothing to undo. Errors: 22004, 42501, 42809.';

-- The rules of the weekly diagnosis are no secret.
GRANT SELECT ON upkeep.rules TO PUBLIC;
