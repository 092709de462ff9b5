-- Back from 0.6.0 to 0.5.0. PostgreSQL refuses while a table decides itself: disable ad_decisions and growth_simulations first.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.5.0'" to load this file. \quit

DROP FUNCTION upkeep.disable_growth_simulations(regclass);
DROP FUNCTION upkeep.enable_growth_simulations(regclass, regclass, name);
DROP FUNCTION upkeep.growth_simulations();
DROP FUNCTION upkeep.disable_ad_decisions(regclass);
DROP FUNCTION upkeep.enable_ad_decisions(regclass, regclass, name);
DROP FUNCTION upkeep.ad_decisions();
DROP FUNCTION upkeep.goal_pace(text, date, date, regclass, regclass);
DROP AGGREGATE upkeep.fit_elasticity(numeric, numeric);
DROP FUNCTION upkeep.fit_elasticity_finish(internal);
DROP FUNCTION upkeep.fit_elasticity_deserialise(bytea, internal);
DROP FUNCTION upkeep.fit_elasticity_serialise(internal);
DROP FUNCTION upkeep.fit_elasticity_combine(internal, internal);
DROP FUNCTION upkeep.fit_elasticity_add(internal, numeric, numeric);
DROP FUNCTION upkeep.simulate_growth(numeric, numeric, numeric, integer, integer, numeric, numeric, numeric);
DROP FUNCTION upkeep.ad_decision(numeric, integer, numeric, integer, numeric, numeric, integer, numeric, bigint, bigint, numeric);
DROP FUNCTION upkeep.unit_economics(numeric, numeric, numeric);

-- Made anew: a REVOKE would leave other rights than a view has on which nothing was granted.
DROP VIEW upkeep.rules;
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
