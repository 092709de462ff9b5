# Entries are replicated as the rows that they are: statement triggers do not fire for what a subscriber applies.
# test/replication/run sources it, on its two servers.

# A database of its own on both. The subscriber's months must be there before entries come.
for host in "$publisher" "$subscriber"; do
  PGHOST=$host sql -c "CREATE DATABASE recorded"
  PGHOST=$host PGDATABASE=recorded sql -o /dev/null -c "CREATE EXTENSION pg_upkeep" -c "
    CREATE TABLE kept (id int PRIMARY KEY, email text)" -c "CALL upkeep.purge_history('-infinity')"
done
# The position that a subscriber reports need not mean that the last transaction is applied.
followed() {
  PGHOST=$subscriber PGDATABASE=recorded eventually "SELECT count(*) = $(PGHOST=$publisher PGDATABASE=recorded \
    value 'SELECT count(*) FROM upkeep.history_entries') FROM upkeep.history_entries"
}
recorded_on() { PGHOST=$1 PGDATABASE=recorded value "$2"; }
PGHOST=$publisher PGDATABASE=recorded sql -o /dev/null -c "
  SELECT upkeep.enable_history('kept');
  INSERT INTO kept SELECT n, n || '@example.com' FROM generate_series(1, 100) n;
  UPDATE kept SET email = NULL WHERE id > 90;
  CREATE PUBLICATION history FOR TABLE kept, upkeep.history_entries, upkeep.history_tables, upkeep.history_keys,
    upkeep.history_seals, upkeep.history_purges WITH (publish_via_partition_root = true);
  CREATE PUBLICATION everything FOR ALL TABLES"
PGHOST=$subscriber PGDATABASE=recorded sql -o /dev/null -c "SET client_min_messages = warning" -c "
  CREATE SUBSCRIPTION subhistory CONNECTION 'host=$publisher port=$PGPORT user=$PGUSER dbname=recorded'
    PUBLICATION history"
PGHOST=$subscriber PGDATABASE=recorded eventually "SELECT count(*) = 6 AND bool_and(srsubstate = 'r')
  FROM pg_subscription_rel"
all_entries="SELECT count(*), md5(string_agg(h::text, ';' ORDER BY id)) FROM upkeep.history h"
followed
check "history: the subscriber has the publisher's entries, and none of its own" \
  "$(recorded_on "$publisher" "$all_entries")" "$(recorded_on "$subscriber" "$all_entries")"
# What erases and purges is replicated too, and a publication of all tables is not in the way.
recorded_on "$publisher" "UPDATE kept SET email = 'new' WHERE id = 1; DELETE FROM kept WHERE id = 2" > /dev/null
recorded_on "$publisher" "SELECT upkeep.seal_history()" > /dev/null
check "history: erased on the publisher" "2" "$(recorded_on "$publisher" "SELECT upkeep.erase('kept', '{\"id\": 2}',
  '{email}', 'asked for')")"
followed
check "history: the subscriber's follows" "$(recorded_on "$publisher" "$all_entries")" \
  "$(recorded_on "$subscriber" "$all_entries")"
check "history: the subscriber can verify it" "1|0" "$(recorded_on "$subscriber" "SELECT count(*),
  (SELECT count(*) FROM upkeep.verify_history()) FROM upkeep.history_seals")"
PGHOST=$subscriber PGDATABASE=recorded sql -o /dev/null -c "SET client_min_messages = warning" \
  -c "DROP SUBSCRIPTION subhistory"
