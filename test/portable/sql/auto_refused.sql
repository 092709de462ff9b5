-- auto_updated_at for a role that may not make event triggers.
CREATE SCHEMA refused;
SELECT * FROM failure('SELECT upkeep.auto_updated_at(''{refused}'')');
SELECT * FROM failure('SELECT upkeep.auto_updated_at(''{refused,nowhere}'', NULL)');
SELECT upkeep.auto_updated_at(NULL), upkeep.auto_updated_at('{}');
SET ROLE regress_upkeep_other;
SELECT * FROM failure('SELECT upkeep.auto_updated_at(NULL)');
SELECT * FROM failure('INSERT INTO upkeep.auto_updated_at_rules VALUES (''refused'', ''updated_at'')');
RESET ROLE;
-- A rule that comes with a dump says what is missing, and does no harm.
INSERT INTO upkeep.auto_updated_at_rules VALUES ('refused', 'changed_at');
CREATE TABLE refused.t (id int, changed_at timestamptz);
SELECT finding, hint FROM upkeep.check() WHERE object = 'refused.t'::regclass;
SELECT * FROM upkeep.enable_updated_at_in('refused', 'changed_at');
-- Who empties everything empties the rules.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT upkeep.disable_all('disable');
SELECT count(*) FROM upkeep.auto_updated_at_rules;
ROLLBACK;
-- Nobody gives rules to a schema that way that he has not renamed.
SELECT upkeep_internal.rename_auto_rules('refused', 'public'::regnamespace);
TABLE upkeep.auto_updated_at_rules;
SELECT upkeep.auto_updated_at(NULL);
SET client_min_messages = warning;
DROP SCHEMA refused CASCADE;
