-- From 0.10.0 to 0.11.0: who changed what, and the way back.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.11.0'" to load this file. \quit

-- history: its tables

CREATE SEQUENCE upkeep.history_id;
COMMENT ON SEQUENCE upkeep.history_id IS
'The ids of upkeep.history_entries. Each is drawn while the changed row is locked, so they have the order of its changes.';
SELECT pg_catalog.pg_extension_config_dump('upkeep.history_id', '');

-- Its months are plain tables with an index each, and no members of the extension: pg_dump has them with all that is in
-- them. An index of the whole would be made twice by a restore.
CREATE TABLE upkeep.history_entries (
  id           bigint NOT NULL,
  at           timestamptz NOT NULL,
  transaction  xid8 NOT NULL,
  statement    integer NOT NULL,
  table_number integer NOT NULL,
  cluster      integer NOT NULL,
  action       text NOT NULL,
  key          jsonb,
  before       jsonb,
  after        jsonb,
  role         text NOT NULL,
  actor        text,
  application  text,
  reason       text
) PARTITION BY RANGE (at);
COMMENT ON TABLE upkeep.history_entries IS
'What upkeep.history shows, partitioned by month of at, in UTC. Written by the trigger function upkeep.record_history; nobody changes or deletes a row but upkeep.erase and upkeep.purge_history.';
COMMENT ON COLUMN upkeep.history_entries.id IS 'of upkeep.history_id: the order of the changes of a row';
COMMENT ON COLUMN upkeep.history_entries.at IS 'the clock''s time when the statement had changed its rows';
COMMENT ON COLUMN upkeep.history_entries.transaction IS 'of the cluster that wrote the entry';
COMMENT ON COLUMN upkeep.history_entries.statement IS 'counts the client''s statements of the transaction that wrote entries, from 1';
COMMENT ON COLUMN upkeep.history_entries.table_number IS 'of upkeep.history_tables';
COMMENT ON COLUMN upkeep.history_entries.cluster IS 'of the system identifier of the cluster that wrote the entry, folded to 32 bits';
COMMENT ON COLUMN upkeep.history_entries.action IS 'insert, update, delete, truncate, rename, erase or correct';
COMMENT ON COLUMN upkeep.history_entries.key IS 'of the row, after the change: {"id": 7}; NULL where it is the table that the entry tells of';
COMMENT ON COLUMN upkeep.history_entries.before IS 'of an update the columns that differ, of a delete all that are kept; NULL of an insert';
COMMENT ON COLUMN upkeep.history_entries.after IS 'of an update the columns that differ, of an insert all that are kept; NULL of a delete';
COMMENT ON COLUMN upkeep.history_entries.role IS 'session_user';
COMMENT ON COLUMN upkeep.history_entries.actor IS 'upkeep.actor, as the application has said';
COMMENT ON COLUMN upkeep.history_entries.application IS 'application_name';
COMMENT ON COLUMN upkeep.history_entries.reason IS 'upkeep.reason, as the application has said';
REVOKE ALL ON upkeep.history_entries FROM PUBLIC;
GRANT SELECT ON upkeep.history_entries TO pg_database_owner;

CREATE TABLE upkeep.history_tables (
  number integer NOT NULL,
  since  timestamptz NOT NULL,
  name   text,
  PRIMARY KEY (number, since)
);
COMMENT ON TABLE upkeep.history_tables IS
'The tables that upkeep.history_entries tells of, by number, with each name that they have had. Written by upkeep.enable_history and by event triggers.';
COMMENT ON COLUMN upkeep.history_tables.number IS 'what entries know the table by';
COMMENT ON COLUMN upkeep.history_tables.since IS 'when it got the name';
COMMENT ON COLUMN upkeep.history_tables.name IS 'with its schema, as in public.orders; NULL: dropped';
GRANT SELECT ON upkeep.history_tables TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('upkeep.history_tables', '');

CREATE TABLE upkeep.history_keys (
  number integer PRIMARY KEY,
  since  timestamptz NOT NULL,
  key    bytea NOT NULL
);
COMMENT ON TABLE upkeep.history_keys IS
'What digests in upkeep.history_entries and seals are keyed with; made by the first upkeep.enable_history. Anyone who reads it can try what a digest is of.';
COMMENT ON COLUMN upkeep.history_keys.number IS '1, 2, …: the newest is in use';
COMMENT ON COLUMN upkeep.history_keys.since IS 'when it was made';
COMMENT ON COLUMN upkeep.history_keys.key IS '32 random bytes, the key of HMAC-SHA256';
REVOKE ALL ON upkeep.history_keys FROM PUBLIC;
GRANT SELECT ON upkeep.history_keys TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('upkeep.history_keys', '');

-- history

-- history: the way back

-- history: seals, erasure, retention

-- soft delete
