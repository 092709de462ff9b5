-- Nothing of the extension is left when it is gone; DROP ... CASCADE takes the triggers along.
SET client_min_messages = warning;
CALL upkeep.purge_history('infinity');
DROP EXTENSION pg_upkeep CASCADE;
SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%upkeep%';
SELECT count(*) FROM pg_event_trigger WHERE evtname LIKE '%upkeep%';
SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'upkeep%';
DROP SCHEMA odd, guarded, closed, hostile, auto, "Other Auto", managed, shop, metered, snapshots, snapshots_refused,
  selling, status, status_hostile, stocked, stock_hostile CASCADE;
DROP OWNED BY regress_upkeep_owner, regress_upkeep_other;
DROP ROLE regress_upkeep_owner, regress_upkeep_other;
