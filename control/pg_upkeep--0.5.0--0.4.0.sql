-- Back from 0.5.0 to 0.4.0. PostgreSQL refuses while a table is guarded: call upkeep.disable_guard() first.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.4.0'" to load this file. \quit

DROP FUNCTION upkeep.disable_all(text);
DROP VIEW upkeep.migrations;
DROP FUNCTION upkeep.migration_list();
DROP FUNCTION upkeep.review(text);
DROP FUNCTION upkeep.allow_drop(text, interval);
DROP FUNCTION upkeep.confirm_drop(text, bigint);
DROP FUNCTION upkeep.disable_guard();
DROP FUNCTION upkeep.enable_guard(text, name[]);
DROP EVENT TRIGGER upkeep_guard_end;
DROP EVENT TRIGGER upkeep_guard_drop;
DROP EVENT TRIGGER upkeep_guard_start;
DROP FUNCTION upkeep.guard_ddl();
DROP FUNCTION upkeep.guard();
-- A table that is to be dumped is noted by its number, which dropping alone would leave behind.
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.ddl_log;
DROP TABLE upkeep.ddl_log;
DROP TABLE upkeep.drop_approvals;
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.guard_rules;
DROP TABLE upkeep.guard_rules;
