-- From 0.4.0 to 0.5.0: the guard over destructive DDL, the list of migrations, the way out.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.5.0'" to load this file. \quit

-- the guard

CREATE TABLE upkeep.guard_rules (
  schema_name name PRIMARY KEY,
  mode text NOT NULL CHECK (mode OPERATOR(pg_catalog.=) ANY ('{block,warn}'))
);
COMMENT ON TABLE upkeep.guard_rules IS
'The schemas whose tables the guard watches. Written by upkeep.enable_guard.';
COMMENT ON COLUMN upkeep.guard_rules.schema_name IS 'schema of the guarded tables';
COMMENT ON COLUMN upkeep.guard_rules.mode IS 'block or warn';
GRANT SELECT ON upkeep.guard_rules TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('upkeep.guard_rules', '');

-- Not dumped: an approval of ten minutes is not for another database.
CREATE TABLE upkeep.drop_approvals (
  catalog oid NOT NULL,
  object oid NOT NULL,
  column_name name NOT NULL DEFAULT '',
  transaction xid8 NOT NULL DEFAULT '0',
  expires timestamptz NOT NULL DEFAULT 'infinity',
  expect_rows bigint,
  approved_by name NOT NULL DEFAULT SESSION_USER,
  PRIMARY KEY (catalog, object, column_name, transaction)
);
COMMENT ON TABLE upkeep.drop_approvals IS
'What may be dropped, once. Written by upkeep.confirm_drop and upkeep.allow_drop, read by the guard.';
COMMENT ON COLUMN upkeep.drop_approvals.catalog IS 'pg_class or pg_namespace';
COMMENT ON COLUMN upkeep.drop_approvals.object IS 'oid of the table or schema';
COMMENT ON COLUMN upkeep.drop_approvals.column_name IS 'the column, or empty for the whole table or schema';
COMMENT ON COLUMN upkeep.drop_approvals.transaction IS 'the transaction that alone may use it, or 0 for any';
COMMENT ON COLUMN upkeep.drop_approvals.expires IS 'when it ends';
COMMENT ON COLUMN upkeep.drop_approvals.expect_rows IS 'how many rows may be lost, no more and no less; NULL for any number';
COMMENT ON COLUMN upkeep.drop_approvals.approved_by IS 'who gave it';

CREATE TABLE upkeep.ddl_log (
  "when" timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  role name NOT NULL,
  application text NOT NULL DEFAULT pg_catalog.current_setting('application_name'),
  txid bigint NOT NULL DEFAULT pg_catalog.txid_current(),
  tag text NOT NULL,
  object text NOT NULL,
  statement text,
  confirmation text
);
COMMENT ON TABLE upkeep.ddl_log IS
'What DDL and TRUNCATE did to objects of guarded schemas while the guard was on: a row an object. For the owner of the database; delete from it as you like.';
COMMENT ON COLUMN upkeep.ddl_log."when" IS 'time of the command';
COMMENT ON COLUMN upkeep.ddl_log.role IS 'current_role of the session';
COMMENT ON COLUMN upkeep.ddl_log.application IS 'application_name of the session';
COMMENT ON COLUMN upkeep.ddl_log.txid IS 'number of the transaction, as txid_current()';
COMMENT ON COLUMN upkeep.ddl_log.tag IS 'the command, as ALTER TABLE';
COMMENT ON COLUMN upkeep.ddl_log.object IS 'what it changed, with its schema';
COMMENT ON COLUMN upkeep.ddl_log.statement IS 'text that the client sent';
COMMENT ON COLUMN upkeep.ddl_log.confirmation IS 'what let rows be lost: confirm_drop, allow_drop, or warn in that mode; NULL where nothing was lost';
GRANT SELECT, DELETE ON upkeep.ddl_log TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('upkeep.ddl_log', '');

CREATE FUNCTION upkeep.guard() RETURNS trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_guard';
COMMENT ON FUNCTION upkeep.guard() IS
'Trigger function, BEFORE TRUNCATE: refuses to empty a filled table of a guarded schema without a confirmation. Made by upkeep.enable_guard. Errors: 39P01, UK007.';

CREATE FUNCTION upkeep.guard_ddl() RETURNS event_trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_guard_ddl';
COMMENT ON FUNCTION upkeep.guard_ddl() IS
'Event trigger function: stops DDL from losing rows of guarded tables, keeps triggers in step with renamed columns, and writes upkeep.ddl_log. Does nothing while upkeep.guard_rules is empty. Errors: 39P01, UK007.';

CREATE EVENT TRIGGER upkeep_guard_start ON ddl_command_start
  EXECUTE FUNCTION upkeep.guard_ddl();
COMMENT ON EVENT TRIGGER upkeep_guard_start IS 'pg_upkeep: what a command would lose, see upkeep.enable_guard';
CREATE EVENT TRIGGER upkeep_guard_drop ON sql_drop
  EXECUTE FUNCTION upkeep.guard_ddl();
COMMENT ON EVENT TRIGGER upkeep_guard_drop IS 'pg_upkeep: what a command has dropped, see upkeep.enable_guard';
CREATE EVENT TRIGGER upkeep_guard_end ON ddl_command_end
  EXECUTE FUNCTION upkeep.guard_ddl();
COMMENT ON EVENT TRIGGER upkeep_guard_end IS 'pg_upkeep: new tables, renamed columns and the log, see upkeep.enable_guard';

CREATE FUNCTION upkeep.enable_guard(mode text DEFAULT 'block', schemas name[] DEFAULT '{public}') RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_guard';
COMMENT ON FUNCTION upkeep.enable_guard(text, name[]) IS
'Watches over the tables of these schemas, those of today and of tomorrow: what would lose rows or values needs a confirmation (block) or says so (warn). Replaces the schemas and the mode there were. For the owner of the schemas and their tables. Errors: 22004, 22023, 3F000, 42501, 42710.';

CREATE FUNCTION upkeep.disable_guard() RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_guard';
COMMENT ON FUNCTION upkeep.disable_guard() IS
'Switches the guard off and drops its triggers; a NOTICE where it is off. upkeep.ddl_log stays. For the owner of the guarded tables. Errors: 42501.';

CREATE FUNCTION upkeep.confirm_drop(object text, expect_rows bigint DEFAULT NULL) RETURNS void
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_confirm_drop';
COMMENT ON FUNCTION upkeep.confirm_drop(text, bigint) IS
'Lets this transaction lose the rows of a table (schema.table), the values of a column (schema.table.column) or the tables of a schema, once. expect_rows: how many rows or values that must be, else the command fails. For the owner. Errors: 22004, 22023, 42501, 42703, 42809, 42P01.';

CREATE FUNCTION upkeep.allow_drop(object text, ttl interval DEFAULT '10 minutes') RETURNS void
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_allow_drop';
COMMENT ON FUNCTION upkeep.allow_drop(text, interval) IS
'The same for whichever transaction comes first within ttl: for tools that leave no place for SQL of one''s own. For the owner. Errors: 22004, 22023, 42501, 42703, 42809, 42P01.';

CREATE FUNCTION upkeep.review(sql text)
  RETURNS TABLE (statement integer, severity text, object text, finding text, hint text)
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_review';
COMMENT ON FUNCTION upkeep.review(text) IS
'What the statements of a migration would lose, against the tables as they are: parses them, runs none. statement counts from 1; severity is block, warn or note. Errors: 22004, 42601.';

-- the extension's own life

CREATE FUNCTION upkeep.migration_list(OUT version text, OUT summary text, OUT previous text, OUT applied boolean)
  RETURNS SETOF record
  LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_migration_list';
COMMENT ON FUNCTION upkeep.migration_list() IS
'The versions that the library knows, oldest first: what each added, the one before it, whether this database has it.';

CREATE VIEW upkeep.migrations AS
  SELECT m.version, m.summary,
    EXISTS (SELECT FROM pg_catalog.pg_extension_update_paths('pg_upkeep') p
            WHERE p.source OPERATOR(pg_catalog.=) m.version AND p.target OPERATOR(pg_catalog.=) m.previous AND p.path IS NOT NULL) AS reversible,
    m.applied
  FROM upkeep.migration_list() m;
COMMENT ON VIEW upkeep.migrations IS 'The chain of versions, oldest first. ALTER EXTENSION pg_upkeep UPDATE TO goes up and down it.';
COMMENT ON COLUMN upkeep.migrations.version IS 'the version that the migration leads to';
COMMENT ON COLUMN upkeep.migrations.summary IS 'what it added';
COMMENT ON COLUMN upkeep.migrations.reversible IS 'whether its inverse is installed; the first version has none but DROP EXTENSION';
COMMENT ON COLUMN upkeep.migrations.applied IS 'whether this database has it';
GRANT SELECT ON upkeep.migrations TO PUBLIC;

CREATE FUNCTION upkeep.disable_all(confirm text) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_all';
COMMENT ON FUNCTION upkeep.disable_all(text) IS
'Drops every trigger of pg_upkeep in this database and empties the rules of upkeep.auto_updated_at and upkeep.enable_guard, so that DROP EXTENSION goes through; no row of a table changes. confirm must be ''disable''. For the owner of every table concerned. Errors: 22004, 22023, 42501.';
