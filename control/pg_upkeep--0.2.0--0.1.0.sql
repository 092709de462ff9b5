-- Back from 0.2.0 to 0.1.0. PostgreSQL refuses while a table still uses what goes.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.1.0'" to load this file. \quit

COMMENT ON FUNCTION upkeep.check() IS
'Where triggers, tables and stamps have drifted apart: column without trigger, trigger without column, disabled, doubled, stamps in the future. Reads each managed table once, as its owner where the caller may act for the owner; changes nothing.';
COMMENT ON COLUMN upkeep.managed.options IS 'the arguments of the trigger: name and value, lists as arrays; what is absent has its default';
COMMENT ON COLUMN upkeep.managed.feature IS 'updated_at or touch';

DROP FUNCTION upkeep.cpm(numeric, numeric);
DROP FUNCTION upkeep.cpc(numeric, numeric);
DROP FUNCTION upkeep.ctr(numeric, numeric);
DROP FUNCTION upkeep.break_even_roas(numeric);
DROP FUNCTION upkeep.cpo(numeric, numeric);
DROP FUNCTION upkeep.ad_ratio(numeric, numeric);
DROP FUNCTION upkeep.poas(numeric, numeric);
DROP FUNCTION upkeep.net_profit(numeric, numeric, numeric);
DROP FUNCTION upkeep.roas(numeric, numeric);
DROP FUNCTION upkeep.cvr(numeric, numeric);
DROP FUNCTION upkeep.cpl(numeric, numeric);
DROP FUNCTION upkeep.aov(numeric, numeric);
DROP FUNCTION upkeep.evaluate(text, jsonb);
DROP FUNCTION upkeep.check_metrics(regclass, text);
DROP VIEW upkeep.progress;
DROP FUNCTION upkeep.running_commands();
DROP PROCEDURE upkeep.recalculate(regclass, text, date, date, integer);
DROP FUNCTION upkeep.disable_metrics(regclass);
DROP FUNCTION upkeep.enable_metrics(regclass, text[], regclass, name, name, name, text, text, boolean);
DROP FUNCTION upkeep.metrics_settings();
DROP FUNCTION upkeep.metrics();
