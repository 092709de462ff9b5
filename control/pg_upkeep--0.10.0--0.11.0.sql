-- From 0.10.0 to 0.11.0: who changed what, and the way back.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.11.0'" to load this file. \quit

-- history: its tables

CREATE SEQUENCE upkeep.history_id;
COMMENT ON SEQUENCE upkeep.history_id IS
'The ids of upkeep.history_entries. Each is drawn while the changed row is locked, so they have the order of its changes.';
GRANT SELECT ON SEQUENCE upkeep.history_id TO pg_database_owner;
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
  action       "char" NOT NULL,
  key          text,
  before       jsonb,
  after        jsonb,
  role         text NOT NULL,
  actor        text NOT NULL,
  application  text NOT NULL,
  reason       text NOT NULL
) PARTITION BY RANGE (at);
COMMENT ON TABLE upkeep.history_entries IS
'What upkeep.history shows, partitioned by month of at, in UTC. Written by the trigger function upkeep.record_history; nobody changes or deletes a row but upkeep.erase and upkeep.purge_history.';
COMMENT ON COLUMN upkeep.history_entries.id IS 'of upkeep.history_id: the order of the changes of a row';
COMMENT ON COLUMN upkeep.history_entries.at IS 'the clock''s time when the statement had changed its rows';
COMMENT ON COLUMN upkeep.history_entries.transaction IS 'of the cluster that wrote the entry';
COMMENT ON COLUMN upkeep.history_entries.statement IS 'counts the client''s statements of the transaction that wrote entries, from 1';
COMMENT ON COLUMN upkeep.history_entries.table_number IS 'of upkeep.history_tables';
COMMENT ON COLUMN upkeep.history_entries.cluster IS 'of the system identifier of the cluster that wrote the entry, folded to 32 bits';
COMMENT ON COLUMN upkeep.history_entries.action IS 'i insert, u update, d delete, t truncate, r rename, e erase, c correct';
COMMENT ON COLUMN upkeep.history_entries.key IS 'of the row after the change, a jsonb object as text: {"id": 7}; NULL where it is the table that the entry tells of';
COMMENT ON COLUMN upkeep.history_entries.before IS 'of an update the columns that differ, of a delete all that are kept; NULL of an insert';
COMMENT ON COLUMN upkeep.history_entries.after IS 'of an update the columns that differ, of an insert all that are kept; NULL of a delete';
COMMENT ON COLUMN upkeep.history_entries.role IS 'session_user';
COMMENT ON COLUMN upkeep.history_entries.actor IS 'upkeep.actor, as the application has said; empty: it has not';
COMMENT ON COLUMN upkeep.history_entries.application IS 'application_name; it may be empty';
COMMENT ON COLUMN upkeep.history_entries.reason IS 'upkeep.reason, as the application has said; empty: it has not';
REVOKE ALL ON upkeep.history_entries FROM PUBLIC;
GRANT SELECT ON upkeep.history_entries TO pg_database_owner;

CREATE TABLE upkeep.history_tables (
  number integer NOT NULL,
  since  timestamptz NOT NULL,
  name   text,
  PRIMARY KEY (number, since)
);
COMMENT ON TABLE upkeep.history_tables IS
'The tables that upkeep.history_entries tells of, by number, with each name that they have had; where a row has the name of the one before, history begins anew. Written by upkeep.enable_history and by event triggers.';
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

CREATE FUNCTION upkeep_internal.history_row_hash(table_number integer, key text) RETURNS bigint
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'upkeep_history_row_hash';
COMMENT ON FUNCTION upkeep_internal.history_row_hash(integer, text) IS
'What the entries of a row are found by in the index of a month; with a key that is NULL, those of the table itself.';

CREATE FUNCTION upkeep_internal.history_target(name text) RETURNS regclass
  LANGUAGE c STABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'upkeep_history_target';
COMMENT ON FUNCTION upkeep_internal.history_target(text) IS
'The table that upkeep.history_tables calls so, whoever asks; NULL where there is none.';

CREATE FUNCTION upkeep.record_history() RETURNS trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_record_history';
COMMENT ON FUNCTION upkeep.record_history() IS
'Trigger function, AFTER INSERT, UPDATE, DELETE with transition tables and BEFORE TRUNCATE, FOR EACH STATEMENT: writes an entry of upkeep.history for each row that the statement changed. Options: columns, exclude, digest, ignore, key. Made by upkeep.enable_history.';

CREATE FUNCTION upkeep.enable_history(
  target          regclass,
  columns         name[] DEFAULT NULL,
  exclude_columns name[] DEFAULT NULL,
  digest_columns  name[] DEFAULT '{}',
  ignore_columns  name[] DEFAULT NULL,
  key_columns     name[] DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_history';
COMMENT ON FUNCTION upkeep.enable_history(regclass, name[], name[], name[], name[], name[]) IS
'From now on each row that is inserted, updated or deleted has an entry in upkeep.history, in the transaction that changes it. columns: what entries keep, NULL for all that are not generated, later ones too. exclude_columns: never written; NULL: names with password, passwd, secret, token or api_key in them, later ones too, unless columns or digest_columns names them (NOTICE). digest_columns: kept as {"digest": HMAC-SHA256}, which shows that a value changed, not what it is. ignore_columns: a change of these or of excluded ones alone writes nothing; NULL: what the table''s updated_at ignores, and its stamp. key_columns: how rows are known, NULL for the primary key; unique and not nullable. Replaces what was enabled before. For the owner of the table and its partitions. Errors: 0A000 inheritance, 22004, 22023 a column in two roles, 42501, 42703, 42710, 42809, 428C9, 42P10 no such key.';

CREATE FUNCTION upkeep.disable_history(target regclass) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_history';
COMMENT ON FUNCTION upkeep.disable_history(regclass) IS
'Drops the triggers that upkeep.enable_history made; what was written stays. A NOTICE where there are none. For the owner of the table. Errors: 22004, 42501, 42809.';

CREATE FUNCTION upkeep.follow_history() RETURNS event_trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_follow_history';
COMMENT ON FUNCTION upkeep.follow_history() IS
'Event trigger function: what is renamed or dropped of tables that have history, into upkeep.history_tables and as entries; new partitions have history too. Does nothing while no table has history.';

CREATE EVENT TRIGGER upkeep_history_start ON ddl_command_start
  WHEN TAG IN ('ALTER TABLE', 'ALTER INDEX', 'ALTER VIEW', 'ALTER MATERIALIZED VIEW', 'ALTER FOREIGN TABLE')
  EXECUTE FUNCTION upkeep.follow_history();
ALTER EVENT TRIGGER upkeep_history_start ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER upkeep_history_start IS 'pg_upkeep: what a table was called before, see upkeep.enable_history';
CREATE EVENT TRIGGER upkeep_history_end ON ddl_command_end
  WHEN TAG IN ('ALTER TABLE', 'ALTER SCHEMA', 'CREATE TABLE', 'ALTER TYPE', 'ALTER INDEX', 'ALTER VIEW',
    'ALTER MATERIALIZED VIEW', 'ALTER FOREIGN TABLE')
  EXECUTE FUNCTION upkeep.follow_history();
ALTER EVENT TRIGGER upkeep_history_end ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER upkeep_history_end IS 'pg_upkeep: new names of tables and columns, new partitions, see upkeep.enable_history';
CREATE EVENT TRIGGER upkeep_history_drop ON sql_drop
  EXECUTE FUNCTION upkeep.follow_history();
-- Of what is dropped in a session that replicates nobody else could tell.
ALTER EVENT TRIGGER upkeep_history_drop ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER upkeep_history_drop IS 'pg_upkeep: dropped tables and columns, see upkeep.enable_history';

CREATE FUNCTION upkeep.set_actor(actor text, reason text DEFAULT NULL) RETURNS void
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_set_actor';
COMMENT ON FUNCTION upkeep.set_actor(text, text) IS
'Says until the end of the transaction who acts and why, as SET LOCAL upkeep.actor and upkeep.reason do: what upkeep.history and upkeep.order_corrections keep beside the role. At most 256 and 1,000 bytes; NULL and an empty text for none. Errors: 22023.';

CREATE VIEW upkeep.history WITH (security_barrier) AS
  SELECT e.id, e.at, e.transaction, e.statement,
    (SELECT n.name FROM upkeep.history_tables n
     WHERE n.number OPERATOR(pg_catalog.=) e.table_number AND n.since OPERATOR(pg_catalog.<=) e.at
     ORDER BY n.since DESC LIMIT 1) AS table_name,
    t.target, e.key::pg_catalog.jsonb AS key,
    CASE e.action WHEN 'i' THEN 'insert' WHEN 'u' THEN 'update' WHEN 'd' THEN 'delete' WHEN 't' THEN 'truncate'
      WHEN 'r' THEN 'rename' WHEN 'e' THEN 'erase' WHEN 'c' THEN 'correct' END AS action,
    e.before, e.after, NULLIF(e.actor, '') AS actor, e.role::pg_catalog.name AS role,
    NULLIF(e.application, '') AS application, NULLIF(e.reason, '') AS reason
  FROM upkeep.history_entries e
  JOIN (
    SELECT DISTINCT ON (n.number) n.number, upkeep_internal.history_target(n.name) AS target
    FROM upkeep.history_tables n
    ORDER BY n.number, n.since DESC
  ) t ON t.number OPERATOR(pg_catalog.=) e.table_number
  WHERE CASE
    WHEN t.target IS NULL THEN pg_catalog.has_table_privilege('upkeep.history_entries', 'SELECT')
    ELSE pg_catalog.has_table_privilege(t.target, 'SELECT') AND NOT pg_catalog.row_security_active(t.target)
  END;
COMMENT ON VIEW upkeep.history IS
'Who changed what, an entry a row, of the tables that the caller may SELECT and whose row security does not hold for the caller; of dropped tables for those who may read upkeep.history_entries. target: the table now, NULL: dropped.';
COMMENT ON COLUMN upkeep.history.id IS 'the order of the changes of a row';
COMMENT ON COLUMN upkeep.history.at IS 'when the statement had changed its rows, by the clock';
COMMENT ON COLUMN upkeep.history.transaction IS 'what upkeep.undo takes';
COMMENT ON COLUMN upkeep.history.statement IS 'of the client, counted in the transaction';
COMMENT ON COLUMN upkeep.history.table_name IS 'the table''s name then';
COMMENT ON COLUMN upkeep.history.target IS 'the table now, NULL: dropped';
COMMENT ON COLUMN upkeep.history.key IS 'of the row after the change: {"id": 7}; NULL for truncate and rename';
COMMENT ON COLUMN upkeep.history.action IS 'insert, update, delete, truncate, rename, erase or correct';
COMMENT ON COLUMN upkeep.history.before IS 'of an update what differs, of a delete all that is kept';
COMMENT ON COLUMN upkeep.history.after IS 'of an update what differs, of an insert all that is kept';
COMMENT ON COLUMN upkeep.history.actor IS 'who acted, as the application has said by upkeep.set_actor';
COMMENT ON COLUMN upkeep.history.role IS 'session_user';
COMMENT ON COLUMN upkeep.history.application IS 'application_name';
COMMENT ON COLUMN upkeep.history.reason IS 'why, as the application has said by upkeep.set_actor';
GRANT SELECT ON upkeep.history TO PUBLIC;

-- reference tables

DROP FUNCTION upkeep.create_storefront(name, text);
CREATE FUNCTION upkeep.create_storefront(
  schema  name,
  names   text    DEFAULT 'experimenta',
  history boolean DEFAULT true
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_create_storefront_with_history';
COMMENT ON FUNCTION upkeep.create_storefront(name, text, boolean) IS
'Makes the tables of an online store, users, products, carts, cart_items, orders, order_items and refunds, in a schema, which it makes too if there is none, with updated_at, snapshots, totals, lock, status, numbers and refunds enabled. names: generic calls the keys of other systems users.external_id and products.sku, experimenta calls them experimenta_id and nav_product_id. history: users, with digests of what is personal, orders, order_items and refunds have history. The tables are the caller''s. Called again, adds what is missing and drops nothing. Errors: 22004, 22023, 42501, 42804, 42809.';

DROP FUNCTION upkeep.create_analytics(name);
CREATE FUNCTION upkeep.create_analytics(schema name, history boolean DEFAULT true) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_create_analytics_with_history';
COMMENT ON FUNCTION upkeep.create_analytics(name, boolean) IS
'Makes the tables of a shop analytics app, users, shops, shop_settings, daily_records, weekly_diagnostics, action_items, monthly_goals, shop_events, product_presets, ad_decisions and growth_simulations, in a schema, which it makes too if there is none, with updated_at, metrics, stale diagnoses and decisions enabled. history: users, with a digest of email, shop_settings and monthly_goals have history. The tables are the caller''s. Called again, adds what is missing and drops nothing. Errors: 22004, 42501, 42804, 42809.';

-- history: the way back

CREATE FUNCTION upkeep.row_history(target regclass, key jsonb)
  RETURNS TABLE (at timestamptz, action text, actor text, role name, reason text, changes jsonb, transaction xid8)
  LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_row_history';
COMMENT ON FUNCTION upkeep.row_history(regclass, jsonb) IS
'What happened to one row, the newest first, also under keys that it had before. key: {"id": 7}. changes: {"price": [12.00, 14.00]}, by the names that columns had then, null before an insert and after a delete. transaction: what upkeep.undo takes. For those who may SELECT the table; under row security, of rows that the caller sees now. Errors: 22004, 22023 and 22P02 a key that is none of the table''s, 42501, 42809, 55000 a table without history.';

CREATE FUNCTION upkeep.as_of(target anyelement, at timestamptz) RETURNS SETOF anyelement
  LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_as_of';
COMMENT ON FUNCTION upkeep.as_of(anyelement, timestamptz) IS
'The rows of a table as they stood: SELECT * FROM upkeep.as_of(NULL::orders, ''2026-11-01''). Columns that were added since have what ADD COLUMN gave to old rows, generated ones are computed, those that the history does not keep, keeps as digests or has erased are NULL, and ignored ones as they were last written. For those who may SELECT the table; under row security, of rows that the caller sees now. Errors: 22004; 42501; 42809 not the row type of a table with history of its own; 55000 the history does not reach back that far, was truncated without its rows, or a row that changed since is not what its newest entry says.';

CREATE FUNCTION upkeep.restore_row(target regclass, key jsonb) RETURNS bigint
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_restore_row';
COMMENT ON FUNCTION upkeep.restore_row(regclass, jsonb) IS
'Brings a deleted row back as its last deletion found it, with the rows that the same transaction deleted by foreign keys ON DELETE CASCADE, at any distance, of tables that have history; returns how many rows. key: {"id": 7}. Parents first, a statement a table; columns that the history does not keep, or keeps as digests, get their defaults, erased ones NULL. What other features of pg_upkeep fill, check or compute comes back as it was; stock, totals and the history follow. Lines of a locked order come back with it only. With the rights of the caller, who must be allowed to insert the rows. Errors: 22004, 22023 and 22P02 a key that is none of the table''s, 42501, 42809, 55000 a table without history, P0002 no deletion of the row is known, 23502, 23503, 23505, UK003.';

CREATE FUNCTION upkeep.undo(transaction xid8) RETURNS bigint
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_undo';
COMMENT ON FUNCTION upkeep.undo(xid8) IS
'Writes the inverse of a transaction that upkeep.history has: what it deleted comes back, what it changed is changed back, what it inserted goes; returns how many rows. Each row must stand as the transaction left it, but for what pg_upkeep keeps itself (stamps, versions, metrics, totals, stock), which follows. Backward, but a row comes back after those that it refers to, and goes after those that refer to it. It is a transaction like others, and can be undone. With the rights of the caller, who must be allowed to write the rows. Errors: 22004; P0002 an unknown transaction, or one that has not ended; 55000 the current one, one of another cluster, one that truncated a table without its rows, values that were erased or kept as digests, a table that is dropped; 40001 naming the first row that was changed since; 42501, 23502, 23503, 23505.';

-- history: seals, erasure, retention

CREATE FUNCTION upkeep_internal.refuse_history_change() RETURNS trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_refuse_history_change';
COMMENT ON FUNCTION upkeep_internal.refuse_history_change() IS
'Trigger function BEFORE UPDATE or DELETE, FOR EACH ROW, and BEFORE TRUNCATE of upkeep.history_entries and of its months: nobody changes or deletes entries but upkeep.erase and upkeep.purge_history. Errors: 39P01, 42501.';

-- As each of its months has: a publication of all tables would have upkeep.erase fail without.
ALTER TABLE upkeep.history_entries REPLICA IDENTITY FULL;
-- Rows of the months have it from here; each month gets the other one when it is made.
CREATE TRIGGER upkeep_insert_only BEFORE UPDATE OR DELETE ON upkeep.history_entries
  FOR EACH ROW EXECUTE FUNCTION upkeep_internal.refuse_history_change();
COMMENT ON TRIGGER upkeep_insert_only ON upkeep.history_entries IS 'pg_upkeep: entries stay as they were written';
CREATE TRIGGER upkeep_insert_only_truncate BEFORE TRUNCATE ON upkeep.history_entries
  FOR EACH STATEMENT EXECUTE FUNCTION upkeep_internal.refuse_history_change();
COMMENT ON TRIGGER upkeep_insert_only_truncate ON upkeep.history_entries IS 'pg_upkeep: entries stay as they were written';

CREATE TABLE upkeep.history_seals (
  from_id   bigint PRIMARY KEY,
  to_id     bigint NOT NULL,
  entries   bytea NOT NULL,
  digest    bytea NOT NULL,
  previous  bytea,
  sealed_at timestamptz NOT NULL
);
COMMENT ON TABLE upkeep.history_seals IS
'What upkeep.verify_history compares upkeep.history_entries with. Written by upkeep.seal_history. The newest digest, kept where nobody of this database writes, vouches for all.';
COMMENT ON COLUMN upkeep.history_seals.from_id IS 'the first id of the range that is sealed; the last one of the seal before and 1';
COMMENT ON COLUMN upkeep.history_seals.to_id IS 'the last id of the range';
COMMENT ON COLUMN upkeep.history_seals.entries IS 'for each entry of the range, by id: the id, 8 bytes, highest first, and the HMAC-SHA256 of the entry, 32 bytes';
COMMENT ON COLUMN upkeep.history_seals.digest IS 'SHA-256 of previous (32 zeros of the first), from_id, to_id, sealed_at (microseconds since 2000), 8 bytes each, highest first, and entries';
COMMENT ON COLUMN upkeep.history_seals.previous IS 'the digest of the seal before; NULL of the first';
COMMENT ON COLUMN upkeep.history_seals.sealed_at IS 'when sealing began';
REVOKE ALL ON upkeep.history_seals FROM PUBLIC;
GRANT SELECT ON upkeep.history_seals TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('upkeep.history_seals', '');

CREATE TABLE upkeep.history_purges (
  purged_at    timestamptz NOT NULL,
  before       timestamptz NOT NULL,
  table_number integer,
  role         text NOT NULL,
  ids          int8multirange NOT NULL
);
COMMENT ON TABLE upkeep.history_purges IS
'What upkeep.purge_history has deleted, a row a batch: what was sealed of it is not missing.';
COMMENT ON COLUMN upkeep.history_purges.purged_at IS 'when';
COMMENT ON COLUMN upkeep.history_purges.before IS 'entries before that were deleted; at most the time of the call';
COMMENT ON COLUMN upkeep.history_purges.table_number IS 'of upkeep.history_tables; NULL: of all tables';
COMMENT ON COLUMN upkeep.history_purges.role IS 'session_user';
COMMENT ON COLUMN upkeep.history_purges.ids IS 'of the entries';
REVOKE ALL ON upkeep.history_purges FROM PUBLIC;
GRANT SELECT ON upkeep.history_purges TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('upkeep.history_purges', '');

CREATE FUNCTION upkeep.seal_history() RETURNS bigint
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_seal_history';
COMMENT ON FUNCTION upkeep.seal_history() IS
'Seals the entries of upkeep.history that no seal has yet, up to the newest id drawn when it begins, and returns how many: their ids and keyed digests, and a digest over these and the seal before, go to upkeep.history_seals. Waits for the transactions that were writing history then, and hinders none. Makes the months of the coming year. For superusers and those they grant it to. Errors: 25006 on a standby, 55000 without a key.';
REVOKE ALL ON FUNCTION upkeep.seal_history() FROM PUBLIC;

CREATE FUNCTION upkeep.verify_history(from_at timestamptz DEFAULT NULL) RETURNS TABLE (entry bigint, finding text)
  LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_verify_history';
COMMENT ON FUNCTION upkeep.verify_history(timestamptz) IS
'What of upkeep.history is not as upkeep.seal_history has sealed it, by the id of the entry: altered, missing, inserted; broken seal by the first id of a seal that was changed, or does not follow the one before. What upkeep.erase and upkeep.purge_history have done is no finding. No row: all is well. from_at: only seals made then or later; NULL: all. For superusers and those they grant it to.';
REVOKE ALL ON FUNCTION upkeep.verify_history(timestamptz) FROM PUBLIC;

CREATE FUNCTION upkeep.schedule_seal_history(cron text DEFAULT '17 * * * *') RETURNS bigint
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_schedule_seal_history';
COMMENT ON FUNCTION upkeep.schedule_seal_history(text) IS
'Has pg_cron call upkeep.seal_history, by default every hour, in place of what was scheduled before; returns the number of the job, upkeep_seal_history. For superusers and those they grant it to, who need upkeep.seal_history too. Errors: 0A000 without pg_cron, 22004, and what pg_cron says of the schedule.';
REVOKE ALL ON FUNCTION upkeep.schedule_seal_history(text) FROM PUBLIC;

CREATE PROCEDURE upkeep.purge_history(before timestamptz, target regclass DEFAULT NULL)
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_purge_history';
COMMENT ON PROCEDURE upkeep.purge_history(timestamptz, regclass) IS
'Deletes the entries of upkeep.history that are older, of one table or of all, and notes their ids in upkeep.history_purges. Of all tables, months that are over are dropped whole; the rest is deleted in batches. Commits each, so it cannot run in a transaction block (2D000); called again it goes on. What it has taken cannot be undone or read as_of. Makes the months of the coming year. For superusers and those they grant it to. Errors: 22004, 2D000.';
REVOKE ALL ON PROCEDURE upkeep.purge_history(timestamptz, regclass) FROM PUBLIC;

CREATE FUNCTION upkeep.erase(target regclass, key jsonb, columns name[], reason text) RETURNS bigint
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_erase';
COMMENT ON FUNCTION upkeep.erase(regclass, jsonb, name[], text) IS
'Takes the values of these columns out of every entry of a row, {"id": 7}, under whatever key and names row and columns had, and returns how many entries had one: {"erased": HMAC-SHA256} is left, with which seals stay valid. Columns may be such as were dropped. Writes an entry erase with the reason. A row that is deleted softly gets NULL there, a live one stays as it is. For the owner of the table. Errors: 22004, 22023 no reason, a column of the key or of soft delete, or a key that is none, 42501, 42703, 42809, 55000 a table without history, 23502 a deleted row''s column is NOT NULL.';

CREATE FUNCTION upkeep_internal.require_no_history() RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_require_no_history';
COMMENT ON FUNCTION upkeep_internal.require_no_history() IS
'Refuses while there are entries: for the script that takes history away. Errors: UK007.';
REVOKE ALL ON FUNCTION upkeep_internal.require_no_history() FROM PUBLIC;

CREATE FUNCTION upkeep_internal.refuse_history_loss() RETURNS event_trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_refuse_history_loss';
COMMENT ON FUNCTION upkeep_internal.refuse_history_loss() IS
'Event trigger function: DROP EXTENSION pg_upkeep, and DROP OWNED by its owner, are refused while there are entries of upkeep.history. Errors: 39P01, UK007.';

CREATE EVENT TRIGGER upkeep_keep_history ON ddl_command_start
  WHEN TAG IN ('DROP EXTENSION', 'DROP OWNED')
  EXECUTE FUNCTION upkeep_internal.refuse_history_loss();
COMMENT ON EVENT TRIGGER upkeep_keep_history IS 'pg_upkeep: history is not dropped by the way, see upkeep.purge_history';

-- soft delete

CREATE FUNCTION upkeep.soft_delete() RETURNS trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_soft_delete';
COMMENT ON FUNCTION upkeep.soft_delete() IS
'Trigger function. BEFORE UPDATE, FOR EACH ROW: a row whose column is set is deleted, one whose column is set to NULL restored, with the rows that foreign keys of tables with soft delete relate to it; a row that stays deleted keeps its stamp and does not change. AFTER INSERT, FOR EACH ROW: no live row under a deleted one. With hard_delete=refuse also BEFORE DELETE, FOR EACH ROW, and BEFORE TRUNCATE, FOR EACH STATEMENT. On a view of upkeep.live_view, INSTEAD OF DELETE: stamps the row. Arguments: column=, cascade=false, hard_delete=refuse. Errors: UK010, 22023, 23503, 39P01, 40001, 42703, 42804, 428C9, 42P10, 42P17, 55000.';

CREATE FUNCTION upkeep.enable_soft_delete(
  target      regclass,
  column_name name    DEFAULT 'deleted_at',
  cascade     boolean DEFAULT true,
  hard_delete text    DEFAULT 'allow'
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_soft_delete';
COMMENT ON FUNCTION upkeep.enable_soft_delete(regclass, name, boolean, text) IS
'From now on a row whose column_name, a timestamptz or timestamp, is set is deleted, and one whose column_name is set to NULL restored. A second deletion keeps the first stamp, and a row that stays deleted does not change (UK010). cascade: live rows of tables with soft delete that refer to the row ON DELETE CASCADE are deleted with its stamp, and come back with it; SET NULL and SET DEFAULT are done; other live rows are 23503, and without cascade all of them. No live row can point to a deleted one (23503). A stamp belongs to one deletion: where a row below was deleted with it before, it moves on a tick. hard_delete: allow, or refuse, where DELETE and TRUNCATE are UK010 and only upkeep.purge_deleted removes rows. Tells of unique indexes that count deleted rows, with the statements that mend them, and of tables whose rows would stay. Replaces what was enabled before. For the owner of the table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9, 42P10, 42P17.';

CREATE FUNCTION upkeep.disable_soft_delete(target regclass) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_soft_delete';
COMMENT ON FUNCTION upkeep.disable_soft_delete(regclass) IS
'Drops the triggers that upkeep.enable_soft_delete made, and the views of upkeep.live_view, with a NOTICE; the rows stay, deleted ones with their stamps. A NOTICE where there are none. Errors: 22004, 42501, 42809.';

CREATE FUNCTION upkeep.live_view(target regclass, schema name DEFAULT 'live') RETURNS regclass
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_live_view';
COMMENT ON FUNCTION upkeep.live_view(regclass, name) IS
'Makes a view of the table''s name in that schema, which is made where it is missing: the rows that are not deleted, with all columns and the rights of whoever reads it (security_invoker). INSERT and UPDATE write to the table; DELETE stamps the row with now(), and needs the right to UPDATE it. ALTER TABLE ... DROP COLUMN and TYPE drop the view first and make it again, with its grants, comments and triggers. Called again, it takes in columns that came since. Needs enable_soft_delete. For the owner of the table. Errors: 22004, 2BP01, 42501, 42809, 42P01, 42P07, 55000.';

CREATE PROCEDURE upkeep.purge_deleted(
  target     regclass,
  older_than interval DEFAULT '30 days',
  batch_size integer  DEFAULT 1000
)
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_purge_deleted';
COMMENT ON PROCEDURE upkeep.purge_deleted(regclass, interval, integer) IS
'Removes the rows that were deleted softly more than older_than ago, with the deleted rows below them by foreign keys first, whatever hard_delete says. A row stays where one refers to it that stays itself, unless by ON DELETE SET NULL or SET DEFAULT, and where a closed order locks it. Commits after each batch_size rows, so it cannot run inside a transaction block. A NOTICE says how many went and stayed. For the owner of the table. Errors: 22004, 22023, 2D000, 42501, 42809, 42P01, 55000, and what a DELETE raises.';

CREATE FUNCTION upkeep.follow_soft_delete() RETURNS event_trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_follow_soft_delete';
COMMENT ON FUNCTION upkeep.follow_soft_delete() IS
'Event trigger function: drops the views of upkeep.live_view before ALTER TABLE ... DROP COLUMN and TYPE, and makes them again after it; gives new partitions the trigger that refuses TRUNCATE, and takes it from detached ones. Errors: 2BP01, 39P01, 42501.';

CREATE EVENT TRIGGER upkeep_soft_delete_start ON ddl_command_start
  WHEN TAG IN ('ALTER TABLE')
  EXECUTE FUNCTION upkeep.follow_soft_delete();
COMMENT ON EVENT TRIGGER upkeep_soft_delete_start IS 'pg_upkeep: live views before a table is altered, see upkeep.live_view';
CREATE EVENT TRIGGER upkeep_soft_delete_end ON ddl_command_end
  WHEN TAG IN ('ALTER TABLE', 'CREATE TABLE')
  EXECUTE FUNCTION upkeep.follow_soft_delete();
COMMENT ON EVENT TRIGGER upkeep_soft_delete_end IS 'pg_upkeep: live views once a table is altered, see upkeep.live_view, and new partitions';
