-- Back from 0.4.0 to 0.3.0. PostgreSQL refuses while a table still uses what goes.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.3.0'" to load this file. \quit

DROP FUNCTION upkeep.create_analytics(name);
DROP FUNCTION upkeep.weekly_report(jsonb, text, text);
DROP FUNCTION upkeep.disable_weekly_diagnostics(regclass);
DROP FUNCTION upkeep.enable_weekly_diagnostics(regclass, regclass, name, name);
DROP FUNCTION upkeep.weekly_diagnostics();
DROP FUNCTION upkeep.schedule_weekly_diagnostics(text);
DROP PROCEDURE upkeep.run_weekly_diagnostics(date, text, date, regclass, regclass, regclass, regclass, integer);
DROP FUNCTION upkeep.merge_issues(jsonb, jsonb, jsonb, jsonb, jsonb, jsonb);
-- A table that is to be dumped is noted by its number, which dropping alone would leave behind.
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.wordings;
DROP TABLE upkeep.wordings;
DROP FUNCTION upkeep.explain_change(jsonb, jsonb);
DROP VIEW upkeep.rules;
DROP FUNCTION upkeep.rule_definitions();
DROP AGGREGATE upkeep.diagnose(date, bigint, numeric, numeric, bigint, date, jsonb, date);
DROP AGGREGATE upkeep.diagnose(date, integer, bigint, bigint, integer, date, jsonb, date);
DROP FUNCTION upkeep.diagnose_finish(internal);
DROP FUNCTION upkeep.diagnose_deserialise(bytea, internal);
DROP FUNCTION upkeep.diagnose_serialise(internal);
DROP FUNCTION upkeep.diagnose_combine(internal, internal);
DROP FUNCTION upkeep.diagnose_add(internal, date, bigint, numeric, numeric, bigint, date, jsonb, date);
DROP FUNCTION upkeep.diagnose_add(internal, date, integer, bigint, bigint, integer, date, jsonb, date);
DROP FUNCTION upkeep.shop_today(jsonb);
DROP FUNCTION upkeep.week_label(date);
DROP FUNCTION upkeep.week_start(date, jsonb);
