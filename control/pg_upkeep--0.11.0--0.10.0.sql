-- Back from 0.11.0 to 0.10.0. Refuses while there are entries of history: export them, then purge them.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.10.0'" to load this file. \quit

-- soft delete

-- history: seals, erasure, retention

-- history: the way back

-- history

-- history: its tables
-- A table that is to be dumped is noted by its number, which dropping alone would leave behind.
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.history_keys;
DROP TABLE upkeep.history_keys;
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.history_tables;
DROP TABLE upkeep.history_tables;
DROP TABLE upkeep.history_entries;
ALTER EXTENSION pg_upkeep DROP SEQUENCE upkeep.history_id;
DROP SEQUENCE upkeep.history_id;
