-- What the guard keeps: its rules, what may be lost, and what was done. The tables are those of the C++ edition.

CREATE TABLE IF NOT EXISTS upkeep.guard_rules (
  schema_name name PRIMARY KEY,
  mode text NOT NULL CHECK (mode OPERATOR(pg_catalog.=) ANY ('{block,warn}'))
);
COMMENT ON TABLE upkeep.guard_rules IS 'The schemas whose tables the guard watches. Written by upkeep.enable_guard.';
GRANT SELECT ON TABLE upkeep.guard_rules TO PUBLIC;

CREATE TABLE IF NOT EXISTS upkeep.drop_approvals (
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

CREATE TABLE IF NOT EXISTS upkeep.ddl_log (
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
  'What DDL and TRUNCATE did to objects of guarded schemas while the guard was on: a row an object. For the owner of '
  'the database; delete from it as you like.';
GRANT SELECT, DELETE ON TABLE upkeep.ddl_log TO pg_database_owner;

CREATE TABLE IF NOT EXISTS upkeep.guard_exemptions (
  object regclass PRIMARY KEY,
  role name,
  until timestamptz,
  exempted_by name NOT NULL DEFAULT SESSION_USER
);
COMMENT ON TABLE upkeep.guard_exemptions IS
  'What may be dropped and emptied again and again. Written by upkeep.guard_exempt and upkeep.guard_unexempt.';
GRANT SELECT ON TABLE upkeep.guard_exemptions TO PUBLIC;

CREATE TABLE IF NOT EXISTS upkeep.guard_detached (
  detached oid NOT NULL,
  parent oid NOT NULL,
  transaction xid8 NOT NULL,
  PRIMARY KEY (detached, parent, transaction)
);
COMMENT ON TABLE upkeep.guard_detached IS
  'Partitions that a transaction has detached while there are exemptions: to it they go on being exempt as such. '
  'Written and read by the guard.';

-- A TRUNCATE is decided on as a whole when the first of its triggers fires; each of the others finds itself here, once.
-- What is rolled back takes its rows along.
CREATE TABLE IF NOT EXISTS upkeep_internal.guard_decided (
  transaction xid8 NOT NULL,
  depth int NOT NULL,
  trigger oid NOT NULL,
  PRIMARY KEY (transaction, depth, trigger)
);
COMMENT ON TABLE upkeep_internal.guard_decided IS
  'Triggers of the TRUNCATE that is running whose tables were decided on.';
REVOKE ALL ON TABLE upkeep_internal.guard_decided FROM PUBLIC;

-- ends: as JSON has it. table_exists: a table that was dropped where no event trigger looks leaves its number.
CREATE VIEW upkeep_internal.exemptions AS
SELECT e.object, e.role, to_jsonb(e.until) #>> '{}' AS ends, coalesce(e.until <= clock_timestamp(), false) AS is_over,
  c.oid IS NOT NULL AS table_exists
FROM upkeep.guard_exemptions e
LEFT JOIN pg_class c ON c.oid = e.object;
