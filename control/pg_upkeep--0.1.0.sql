-- pg_upkeep 0.1.0: updated_at that no writer can forget, and touches.
\echo Use "CREATE EXTENSION pg_upkeep" to load this file. \quit

-- A schema that somebody made before makes this fail, instead of letting its owner own what stands in it.
CREATE SCHEMA upkeep;
COMMENT ON SCHEMA upkeep IS 'pg_upkeep: derived data kept true inside the database';
GRANT USAGE ON SCHEMA upkeep TO PUBLIC;

-- Trigger functions. They set no search_path: that would cost more than the trigger; their queries qualify every name.

CREATE FUNCTION upkeep.updated_at() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_updated_at';
COMMENT ON FUNCTION upkeep.updated_at() IS
'Trigger function, BEFORE INSERT OR UPDATE, FOR EACH ROW: stamps a row that really changed. Arguments: column=, ignore=a,b, clock=transaction|statement|clock, explicit=ignore|respect|reject, protect=a,b, version=, timezone=utc|session. Errors: 39P01, 22023, 22003, 42703, 42804, 428C9, UK006.';

CREATE FUNCTION upkeep.touch() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_touch';
COMMENT ON FUNCTION upkeep.touch() IS
'Trigger function, AFTER INSERT, UPDATE or DELETE with transition tables, FOR EACH STATEMENT: stamps the parents of the rows that changed. The owner of the table must have the rights of the parent''s owner. Arguments: parent=schema.table, columns=a,b, keys=a,b. Errors: 39P01, 22023, 42501, 42703, 42804.';

-- updated_at

CREATE FUNCTION upkeep.enable_updated_at(
  target          regclass,
  column_name     name   DEFAULT 'updated_at',
  ignore_columns  name[] DEFAULT '{}',
  clock           text   DEFAULT 'transaction',
  explicit        text   DEFAULT 'ignore',
  protect_columns name[] DEFAULT NULL,
  version_column  name   DEFAULT NULL,
  timezone        text   DEFAULT 'utc'
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_updated_at';
COMMENT ON FUNCTION upkeep.enable_updated_at(regclass, name, name[], text, text, name[], name, text) IS
'Keeps a timestamp column true from now on, whoever writes; called again, replaces the options. For the owner of an ordinary or partitioned table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9.';

CREATE FUNCTION upkeep.disable_updated_at(target regclass) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_updated_at';
COMMENT ON FUNCTION upkeep.disable_updated_at(regclass) IS
'Drops the updated_at triggers of a table; a NOTICE where it has none. Errors: 22004, 42501, 42809.';

CREATE FUNCTION upkeep.enable_updated_at_in(schema name, column_name name DEFAULT 'updated_at') RETURNS SETOF regclass
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_updated_at_in';
COMMENT ON FUNCTION upkeep.enable_updated_at_in(name, name) IS
'Enables updated_at, with its defaults, on every table of the schema that has the column and no such trigger; returns those tables. Errors: 22004, 3F000, 42501.';

CREATE FUNCTION upkeep.auto_updated_at(schemas name[], column_name name DEFAULT 'updated_at') RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_auto_updated_at';
COMMENT ON FUNCTION upkeep.auto_updated_at(name[], name) IS
'New tables in these schemas get updated_at by themselves; replaces what was set before; NULL switches off. For superusers. Errors: 22004, 3F000, 42501.';

CREATE TABLE upkeep.auto_updated_at_rules (
  schema_name name NOT NULL,
  column_name name NOT NULL,
  PRIMARY KEY (schema_name, column_name)
);
COMMENT ON TABLE upkeep.auto_updated_at_rules IS
'The schemas whose new tables get updated_at by themselves. Written by upkeep.auto_updated_at.';
COMMENT ON COLUMN upkeep.auto_updated_at_rules.schema_name IS 'schema of the new tables';
COMMENT ON COLUMN upkeep.auto_updated_at_rules.column_name IS 'column that makes a table concerned';
GRANT SELECT ON upkeep.auto_updated_at_rules TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('upkeep.auto_updated_at_rules', '');

CREATE FUNCTION upkeep.follow_ddl() RETURNS event_trigger
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_follow_ddl';
COMMENT ON FUNCTION upkeep.follow_ddl() IS
'Event trigger function: gives new tables updated_at and new partitions the touches of their root. Does nothing while upkeep.auto_updated_at_rules is empty.';

CREATE EVENT TRIGGER upkeep_follow_ddl ON ddl_command_end
  WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE SCHEMA', 'ALTER TABLE')
  EXECUTE FUNCTION upkeep.follow_ddl();
COMMENT ON EVENT TRIGGER upkeep_follow_ddl IS 'pg_upkeep: updated_at for new tables, see upkeep.auto_updated_at';

CREATE FUNCTION upkeep.precede_ddl() RETURNS event_trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_precede_ddl';
COMMENT ON FUNCTION upkeep.precede_ddl() IS
'Event trigger function: takes the updated_at trigger off a table that is about to become a partition of one that has it. Does nothing while upkeep.auto_updated_at_rules is empty.';

CREATE EVENT TRIGGER upkeep_precede_ddl ON ddl_command_start
  WHEN TAG IN ('ALTER TABLE')
  EXECUTE FUNCTION upkeep.precede_ddl();
COMMENT ON EVENT TRIGGER upkeep_precede_ddl IS 'pg_upkeep: partitions that had updated_at by themselves, see upkeep.auto_updated_at';

-- touch

CREATE FUNCTION upkeep.enable_touch(child regclass, parent regclass, foreign_key name DEFAULT NULL) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_touch';
COMMENT ON FUNCTION upkeep.enable_touch(regclass, regclass, name) IS
'A change of a child row stamps its parent, one UPDATE a statement. foreign_key may be left out where there is one. For the owner of both tables. Errors: 22004, 42501, 42703, 42704, 42710, 42804, 42809, 42P08, 42P17.';

CREATE FUNCTION upkeep.disable_touch(child regclass, parent regclass) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_touch';
COMMENT ON FUNCTION upkeep.disable_touch(regclass, regclass) IS
'Drops the touches from child to parent; a NOTICE where there is none. Errors: 22004, 42501, 42809.';

-- what is managed, and whether it is well

CREATE FUNCTION upkeep.managed_triggers(
  OUT object regclass, OUT feature text, OUT options jsonb, OUT trigger name, OUT enabled boolean
) RETURNS SETOF record
  LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_managed_triggers';
COMMENT ON FUNCTION upkeep.managed_triggers() IS 'The rows of upkeep.managed.';

CREATE VIEW upkeep.managed AS
  SELECT object, feature, options, trigger, enabled FROM upkeep.managed_triggers();
COMMENT ON VIEW upkeep.managed IS
'What pg_upkeep keeps true in this database, read from the triggers: a row each. Clones on partitions belong to the partitioned table.';
COMMENT ON COLUMN upkeep.managed.object IS 'the table';
COMMENT ON COLUMN upkeep.managed.feature IS 'updated_at or touch';
COMMENT ON COLUMN upkeep.managed.options IS 'the arguments of the trigger: name and value, lists as arrays; what is absent has its default';
COMMENT ON COLUMN upkeep.managed.trigger IS 'name of the trigger';
COMMENT ON COLUMN upkeep.managed.enabled IS 'whether it fires for ordinary writers';
GRANT SELECT ON upkeep.managed TO PUBLIC;

CREATE FUNCTION upkeep.check(OUT object regclass, OUT feature text, OUT finding text, OUT hint text)
  RETURNS SETOF record
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_check';
COMMENT ON FUNCTION upkeep.check() IS
'Where triggers, tables and stamps have drifted apart: column without trigger, trigger without column, disabled, doubled, stamps in the future. Reads each managed table once, as its owner where the caller may act for the owner; changes nothing.';

CREATE FUNCTION upkeep.export_sql(target regclass DEFAULT NULL) RETURNS SETOF text
  LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_export_sql';
COMMENT ON FUNCTION upkeep.export_sql(regclass) IS
'The plain CREATE TRIGGER statements of one table, or of all, for a migration file: a row each.';

CREATE FUNCTION upkeep.version() RETURNS text
  LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_version';
COMMENT ON FUNCTION upkeep.version() IS 'Version of the library and of the SQL objects, and what to do where they differ.';
