-- purge_history: what is older than it need be kept.
CREATE SCHEMA purged;
CREATE TABLE purged.a (id int PRIMARY KEY);
CREATE TABLE purged.b (id int PRIMARY KEY);
CREATE TABLE purged.never (id int PRIMARY KEY);
SELECT upkeep.enable_history('purged.a'), upkeep.enable_history('purged.b');
-- entries of the past, as a restore brings them
CREATE TABLE upkeep.history_2020_01 (LIKE upkeep.history_entries);
CREATE TABLE upkeep.history_2020_02 (LIKE upkeep.history_entries);
ALTER TABLE upkeep.history_entries ATTACH PARTITION upkeep.history_2020_01
  FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-02-01 00:00+00');
ALTER TABLE upkeep.history_entries ATTACH PARTITION upkeep.history_2020_02
  FOR VALUES FROM ('2020-02-01 00:00+00') TO ('2020-03-01 00:00+00');
CREATE TABLE purged.first AS SELECT nextval('upkeep.history_id') AS id;
INSERT INTO upkeep.history_entries
  SELECT nextval('upkeep.history_id'), timestamptz '2020-01-01 12:00+00' + n * interval '1 day', '700', 1, t.number, 0,
    'i', '{"id": ' || n || '}', NULL, jsonb_build_object('id', n), 'somebody', '', '', ''
  FROM generate_series(0, 59) n, upkeep.history_tables t WHERE t.name IN ('purged.a', 'purged.b') ORDER BY n, t.name;
SELECT upkeep.seal_history() > 100 AS sealed;
CREATE VIEW purged.entries AS
  SELECT m.tableoid::regclass AS month, t.name, count(*)
  FROM upkeep.history_entries m JOIN upkeep.history_tables t ON t.number = m.table_number
  WHERE m.at < '2021-01-01' GROUP BY 1, 2 ORDER BY 1, 2;
TABLE purged.entries;
-- the ranges of ids, counted from the first of this test
CREATE FUNCTION purged.notes() RETURNS TABLE (before timestamptz, name text, ranges text) LANGUAGE sql AS $$
  SELECT p.before, t.name, string_agg(format('%s-%s', lower(r) - f.id, upper(r) - 1 - f.id), ' ' ORDER BY r)
  FROM purged.first f, upkeep.history_purges p LEFT JOIN upkeep.history_tables t ON t.number = p.table_number,
    unnest(p.ids) r WHERE lower(r) > f.id GROUP BY p.purged_at, 1, 2 ORDER BY p.purged_at $$;

-- one table's
CALL upkeep.purge_history('2020-01-03 00:00+00', 'purged.a');
TABLE purged.entries;
SET TimeZone = 'UTC';
SELECT * FROM purged.notes();
SELECT * FROM upkeep.verify_history();
-- one that never had history
CALL upkeep.purge_history('2020-01-03 00:00+00', 'purged.never');
-- all of a month that is over, and some of the next
CALL upkeep.purge_history('2020-02-03 00:00+00');
TABLE purged.entries;
SELECT * FROM purged.notes();
SELECT to_regclass('upkeep.history_2020_01');
SELECT * FROM upkeep.verify_history();
-- nothing that old is left, nothing is noted
CALL upkeep.purge_history('2020-02-01 00:00+00');
SELECT count(*) FROM purged.notes();
-- the months that come are there
SELECT count(*) FROM generate_series(0, 12) n
WHERE to_regclass('upkeep.history_' || to_char((now() AT TIME ZONE 'UTC') + n * interval '1 month', 'YYYY_MM')) IS NULL;

-- what it needs
SELECT * FROM failure('CALL upkeep.purge_history(now())');
CALL upkeep.purge_history(NULL);
CREATE FUNCTION purged.within() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL upkeep.purge_history(now()); END $$;
SELECT purged.within();
SET ROLE regress_upkeep_owner;
CALL upkeep.purge_history(now());
RESET ROLE;
-- whoever it is granted to; a hostile search_path changes nothing
GRANT EXECUTE ON PROCEDURE upkeep.purge_history(timestamptz, regclass) TO regress_upkeep_owner;
GRANT USAGE ON SCHEMA purged TO regress_upkeep_owner;
CREATE FUNCTION purged.less(a timestamptz, b timestamptz) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR purged.< (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = purged.less);
SET search_path = purged, pg_catalog;
SET ROLE regress_upkeep_owner;
CALL upkeep.purge_history('2020-02-05 00:00+00', 'purged.b');
RESET ROLE;
RESET search_path;
DROP OPERATOR purged.< (timestamptz, timestamptz);
REVOKE EXECUTE ON PROCEDURE upkeep.purge_history(timestamptz, regclass) FROM regress_upkeep_owner;
TABLE purged.entries;
SELECT role = session_user AS is_session_user, before FROM upkeep.history_purges ORDER BY purged_at DESC LIMIT 1;

-- the extension is not dropped by the way, nor taken back
INSERT INTO purged.a VALUES (1);
SELECT state, message, hint FROM failure('DROP EXTENSION pg_upkeep CASCADE');
SELECT state, message FROM failure('ALTER EXTENSION pg_upkeep UPDATE TO ''0.10.0''');
SELECT state, message FROM failure('DROP OWNED BY CURRENT_USER CASCADE');
-- everything: what was written since is in no month that is over
CALL upkeep.purge_history('infinity');
SELECT count(*) FROM upkeep.history_entries;
SELECT * FROM upkeep.verify_history();
SELECT bool_and(before <= clock_timestamp()) AS nothing_later FROM upkeep.history_purges;
-- what comes then is kept
INSERT INTO purged.a VALUES (2);
SELECT count(*) FROM upkeep.history_entries;
SELECT upkeep.seal_history();
SELECT * FROM upkeep.verify_history();
SET client_min_messages = warning;
DROP SCHEMA purged CASCADE;
