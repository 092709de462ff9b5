-- A metric whose domain refuses the figure: NULL under on_overflow => 'null', a clear error else.
CREATE SCHEMA domains;
SET search_path = domains, public;
CREATE DOMAIN share AS numeric(5,2);
CREATE DOMAIN pct AS share CHECK (VALUE <= 100);
CREATE DOMAIN small_pct AS pct CHECK (VALUE >= 0);
CREATE DOMAIN whole AS bigint CHECK (VALUE < 1000);
CREATE DOMAIN strict_pct AS numeric(5,2) NOT NULL CHECK (VALUE <= 100);
CREATE TABLE days (id int PRIMARY KEY, orders int, leads int, cvr small_pct, aov whole, twice numeric(8,2),
  revenue bigint);
SELECT upkeep.enable_metrics('days', '{cvr = 100 * orders / leads, aov = revenue / orders, twice = 2 * cvr}');
-- a metric that stands on a refused one is NULL too
INSERT INTO days (id, orders, leads, revenue) VALUES
  (1, 3, 4, 100), (2, 12, 1, 100), (3, -1, 2, 100), (4, 1, 3, 5000), (5, 0, 1, 1) RETURNING id, cvr, aov, twice;
UPDATE days SET leads = 20 WHERE id = 2 RETURNING cvr, aov, twice;
UPDATE days SET leads = 1 WHERE id = 2 RETURNING cvr, aov, twice;
INSERT INTO days (id, orders, leads, revenue) VALUES (2, 3, 5, 100) ON CONFLICT (id) DO UPDATE SET leads = 5
  RETURNING cvr, twice;
UPDATE days SET leads = 1 WHERE id = 2;
-- a constraint that comes later, in a session that has computed
ALTER DOMAIN small_pct ADD CHECK (VALUE <> 50);
INSERT INTO days (id, orders, leads, revenue) VALUES (6, 1, 2, 100) RETURNING cvr, twice;
ALTER DOMAIN small_pct DROP CONSTRAINT small_pct_check1;
UPDATE days SET revenue = 101 WHERE id = 6 RETURNING cvr, twice;
-- inputs beyond 128 bits
CREATE TABLE wide (id int PRIMARY KEY, n numeric, m pct, w whole);
SELECT upkeep.enable_metrics('wide',
  '{m = n / 1000000000000000000000000000000000000000, w = n / 1000000000000000000000000000000000000000}');
INSERT INTO wide VALUES (1, 99000000000000000000000000000000000000001), (2, 101000000000000000000000000000000000000001)
  RETURNING m, w;
-- check_metrics, recalculate and check() agree
SELECT count(*) FROM upkeep.check_metrics('days');
SELECT count(*) FROM upkeep.check_metrics('wide');
SET session_replication_role = replica;
UPDATE days SET cvr = 1, twice = 1 WHERE id IN (1, 2);
RESET session_replication_role;
SELECT * FROM upkeep.check_metrics('days');
CALL upkeep.recalculate('days', batch_size => 2);
SELECT id, cvr, aov, twice FROM days ORDER BY id;
SELECT object, finding, hint FROM upkeep.check() WHERE object IN ('days'::regclass, 'wide'::regclass)
  ORDER BY 1::text, 2;
-- error: names the metric and the figure
SELECT upkeep.enable_metrics('days', '{cvr = 100 * orders / leads, aov = revenue / orders, twice = 2 * cvr}',
  on_overflow => 'error');
SELECT * FROM failure('INSERT INTO days (id, orders, leads, revenue) VALUES (7, 3, 2, 100)');
SELECT * FROM failure('INSERT INTO days (id, orders, leads, revenue) VALUES (7, 1, 2, 100000)');
SELECT count(*), bool_and(expected IS NOT NULL) AS all_expected FROM upkeep.check_metrics('days');
-- a domain that takes neither
CREATE TABLE strict (id int PRIMARY KEY, n int, p strict_pct DEFAULT 0);
SELECT upkeep.enable_metrics('strict', '{p = n}');
INSERT INTO strict VALUES (1, 100) RETURNING p;
SELECT * FROM failure('INSERT INTO strict VALUES (2, 101)');
SELECT * FROM failure('INSERT INTO strict VALUES (2, NULL)');
-- a constraint that raises is an error that names the metric; nothing of it is left in the session
CREATE FUNCTION picky(numeric) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN IF $1 = 13 THEN RAISE 'no luck'; END IF;
  RETURN (SELECT count(*) < 100 FROM domains.days) AND $1 < 50; END $$;
CREATE DOMAIN lucky AS numeric CHECK (picky(VALUE));
CREATE TABLE luck (id int PRIMARY KEY, n int, m lucky);
SELECT upkeep.enable_metrics('luck', '{m = n}');
INSERT INTO luck VALUES (1, 12), (2, 51) RETURNING m;
SELECT state, message FROM failure('INSERT INTO luck VALUES (3, 13)');
-- C++ edition {
DO $$ DECLARE context text; BEGIN INSERT INTO luck VALUES (3, 13); EXCEPTION WHEN OTHERS
  THEN GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT; RAISE NOTICE '%', split_part(context, E'\n', 2); END $$;
-- }
INSERT INTO luck VALUES (4, 14) RETURNING m;
CALL upkeep.recalculate('luck', batch_size => 1);
-- a partition: what is advised is advised for the root
CREATE TABLE root (id int, n int, m pct, s numeric(3,1)) PARTITION BY LIST (id);
CREATE TABLE part PARTITION OF root FOR VALUES IN (1);
SELECT upkeep.enable_metrics('root', '{m = n, s = n}', on_overflow => 'error');
SELECT * FROM failure('INSERT INTO root VALUES (1, 101)');
SELECT * FROM failure('INSERT INTO part VALUES (1, 100)');
SET client_min_messages = warning;
DROP SCHEMA domains CASCADE;
