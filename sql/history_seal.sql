-- seal_history and verify_history: what is changed, taken out or put in after it was sealed shows.
CREATE SCHEMA sealed;
CREATE TABLE sealed.t (id int PRIMARY KEY, body text);
SELECT upkeep.enable_history('sealed.t');
-- what other tests have left is sealed, and need not be read again and again
SELECT upkeep.seal_history() >= 0 AS sealed;
CALL upkeep.purge_history('infinity');
INSERT INTO sealed.t SELECT n, 'body ' || n FROM generate_series(1, 6) n;
UPDATE sealed.t SET body = 'changed' WHERE id = 2;
SELECT upkeep.seal_history();
SELECT upkeep.seal_history();
-- the number of an entry, counted from the first of this test
CREATE TABLE sealed.first AS SELECT min(id) AS id FROM upkeep.history WHERE target = 'sealed.t'::regclass;
CREATE FUNCTION sealed.findings() RETURNS TABLE (number bigint, finding text) LANGUAGE sql AS $$
  SELECT entry - (SELECT id - 1 FROM sealed.first), finding FROM upkeep.verify_history() $$;
SELECT * FROM sealed.findings();
-- what is not sealed yet is no finding; nor is a transaction's own entry that it seals
BEGIN;
DELETE FROM sealed.t WHERE id = 6;
SELECT * FROM sealed.findings();
SELECT upkeep.seal_history();
SELECT * FROM sealed.findings();
COMMIT;
-- a snapshot that is older than the entries
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM sealed.first;
INSERT INTO sealed.t VALUES (7);
SELECT upkeep.seal_history();
COMMIT;
-- the chain
SELECT count(*) > 2 AS several, bool_and(previous IS NOT DISTINCT FROM before) AS chained,
  bool_and(digest = sha256(coalesce(previous, decode(repeat('00', 32), 'hex')) ||
    int8send(from_id) || int8send(to_id) ||
    int8send((extract(epoch FROM sealed_at - '2000-01-01 00:00:00+00') * 1000000)::bigint) || entries)) AS digested,
  bool_and(length(entries) % 40 = 0) AS listed
FROM (SELECT *, lag(digest) OVER (ORDER BY from_id) AS before FROM upkeep.history_seals) s;

-- what a superuser can do, and cannot hide without the newest digest
CREATE FUNCTION sealed.forge(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  SET LOCAL session_replication_role = replica;
  EXECUTE replace(statement, 'entry', 'id - (SELECT id - 1 FROM sealed.first)');
  SET LOCAL session_replication_role = origin;
  RETURN QUERY SELECT f.number || ' ' || f.finding FROM sealed.findings() f;
  RAISE EXCEPTION USING errcode = 'UK000';
EXCEPTION WHEN SQLSTATE 'UK000' THEN
  RETURN;
END $$;
CREATE VIEW sealed.forged AS
  SELECT n AS number, statement, ARRAY(SELECT sealed.forge(statement)) AS findings
  FROM unnest(ARRAY[
    'UPDATE upkeep.history_entries SET after = ''{"id": 1, "body": "forged"}'' WHERE entry = 1',
    'UPDATE upkeep.history_entries SET after = ''[]'' WHERE entry = 1',
    'UPDATE upkeep.history_entries SET after = ''7'' WHERE entry = 1',
    'UPDATE upkeep.history_entries SET after = NULL WHERE entry = 1',
    'UPDATE upkeep.history_entries SET after = after - ''body'' WHERE entry = 1',
    'UPDATE upkeep.history_entries SET after = jsonb_set(after, ''{body}'',
      jsonb_build_object(''erased'', repeat(''0'', 64))) WHERE entry = 1',
    'UPDATE upkeep.history_entries SET before = ''{}'' WHERE entry = 1',
    'UPDATE upkeep.history_entries SET actor = ''somebody else'' WHERE entry IN (2, 3)',
    'UPDATE upkeep.history_entries SET at = at - interval ''1 microsecond'' WHERE entry = 4',
    'UPDATE upkeep.history_entries SET action = ''u'' WHERE entry = 4',
    'UPDATE upkeep.history_entries SET key = NULL WHERE entry = 4',
    'UPDATE upkeep.history_entries SET id = id + 100000 WHERE entry = 4',
    'DELETE FROM upkeep.history_entries WHERE entry BETWEEN 2 AND 3',
    'INSERT INTO upkeep.history_entries SELECT * FROM upkeep.history_entries WHERE entry = 5',
    'UPDATE upkeep.history_seals SET entries = '''' WHERE from_id - (SELECT id FROM sealed.first) = 0',
    'UPDATE upkeep.history_seals SET digest = sha256(''x'') WHERE from_id - (SELECT id FROM sealed.first) = 0',
    'UPDATE upkeep.history_seals SET sealed_at = now() WHERE from_id - (SELECT id FROM sealed.first) = 0',
    'DELETE FROM upkeep.history_seals WHERE from_id - (SELECT id FROM sealed.first) = 0'
  ]) WITH ORDINALITY u (statement, n);
SELECT number, left(regexp_replace(statement, '\s+', ' ', 'g'), 60) AS statement, findings
FROM sealed.forged ORDER BY 1;
-- the last seal is missed by nobody here, which is why its digest is kept elsewhere
SELECT * FROM sealed.forge('DELETE FROM upkeep.history_seals WHERE from_id = (SELECT max(from_id)
  FROM upkeep.history_seals)');
SELECT * FROM sealed.findings();
-- without the key nothing can be said
SELECT f.* FROM failure('DELETE FROM upkeep.history_keys; SELECT upkeep.verify_history()') f;
-- seals from a time on
SELECT * FROM upkeep.verify_history('infinity');
SELECT * FROM upkeep.verify_history(now() - interval '1 hour');

-- who may
SELECT f.name, r.role, has_function_privilege(r.role, f.name, 'EXECUTE')
FROM unnest(ARRAY['upkeep.seal_history()', 'upkeep.verify_history(timestamptz)', 'upkeep.schedule_seal_history(text)',
  'upkeep.purge_history(timestamptz, regclass)']) f (name), unnest(ARRAY['regress_upkeep_owner']) r (role);
SELECT t.name, has_table_privilege('regress_upkeep_owner', t.name, 'SELECT')
FROM unnest(ARRAY['upkeep.history_seals', 'upkeep.history_purges', 'upkeep.history_keys']) t (name);
-- granted, they do not need more
GRANT EXECUTE ON FUNCTION upkeep.seal_history(), upkeep.verify_history(timestamptz) TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
SELECT upkeep.seal_history();
SELECT * FROM upkeep.verify_history();
RESET ROLE;
REVOKE EXECUTE ON FUNCTION upkeep.seal_history(), upkeep.verify_history(timestamptz) FROM regress_upkeep_owner;
-- pg_cron is not there
SELECT * FROM failure('SELECT upkeep.schedule_seal_history()');
SELECT state FROM failure('SELECT upkeep.schedule_seal_history(NULL)');
SET client_min_messages = warning;
DROP SCHEMA sealed CASCADE;
