# History in a database of its own: dumped and restored, as a superuser and by the owner of the database, it is as it
# was, and goes on. Entries lie in plain tables that are attached to a member of the extension.

in_history() { sql -At -d recorded "$@" 2>&1; }
new_database recorded
sql -d recorded -o /dev/null -c "CREATE EXTENSION pg_upkeep"
PGUSER=boss sql -d recorded -o /dev/null -c "
  CREATE SCHEMA \"Shop, all\";
  CREATE TABLE \"Shop, all\".\"Orders\" (\"No\" int PRIMARY KEY, note text, email text, price numeric(10,2));
  CREATE TABLE \"Shop, all\".\"Lines\" (\"No\" int, line int, amount float8, PRIMARY KEY (\"No\", line))
    PARTITION BY RANGE (\"No\");
  CREATE TABLE \"Shop, all\".lines_1 PARTITION OF \"Shop, all\".\"Lines\" FOR VALUES FROM (0) TO (100);
  SELECT upkeep.enable_history('\"Shop, all\".\"Orders\"', digest_columns => '{note}'),
    upkeep.enable_history('\"Shop, all\".\"Lines\"');
  INSERT INTO \"Shop, all\".\"Orders\" SELECT n, 'note ' || n, n || '@example.com', n / 7.0
    FROM generate_series(1, 50) n;
  INSERT INTO \"Shop, all\".\"Lines\" SELECT n, 1, n / 3.0 FROM generate_series(1, 50) n;
  UPDATE \"Shop, all\".\"Orders\" SET price = price + 1, note = 'other' WHERE \"No\" < 10;
  ALTER TABLE \"Shop, all\".\"Orders\" RENAME email TO mail;
  DELETE FROM \"Shop, all\".\"Lines\" WHERE \"No\" > 40;"
# A month of the past.
sql -d recorded -o /dev/null -c "
  CREATE TABLE upkeep.history_2020_01 (LIKE upkeep.history_entries);
  CREATE INDEX ON upkeep.history_2020_01 (upkeep_internal.history_row_hash(table_number, key), id);
  CREATE TRIGGER upkeep_insert_only_truncate BEFORE TRUNCATE ON upkeep.history_2020_01
    EXECUTE FUNCTION upkeep_internal.refuse_history_change();
  GRANT SELECT ON upkeep.history_2020_01 TO pg_database_owner;
  ALTER TABLE upkeep.history_entries ATTACH PARTITION upkeep.history_2020_01
    FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-02-01 00:00+00');
  INSERT INTO upkeep.history_entries SELECT nextval('upkeep.history_id'), '2020-01-05', '700', 1, 1, 7, 'i',
    '{\"No\": ' || n || '}', NULL, '{}', 'boss', 'somebody', '', '' FROM generate_series(1, 20) n"
sql -d recorded -o /dev/null -c "SELECT upkeep.seal_history()"
PGUSER=boss sql -d recorded -o /dev/null -c "UPDATE \"Shop, all\".\"Orders\" SET price = 0 WHERE \"No\" = 3" \
  -c "SELECT upkeep.erase('\"Shop, all\".\"Orders\"', '{\"No\": 3}', '{mail, note}', 'asked for')"
sql -d recorded -o /dev/null -c "SELECT upkeep.seal_history()" -c "CALL upkeep.purge_history('2020-01-06', \
  '\"Shop, all\".\"Lines\"')"

# remembered DATABASE: all that history is made of.
remembered() {
  local table
  for table in history_tables history_keys history_seals history_purges; do
    sql -At -d "$1" -c "SELECT '$table', t FROM upkeep.$table t ORDER BY t::text" 2>&1
  done
  sql -At -d "$1" -c "SELECT tableoid::regclass, e FROM upkeep.history_entries e ORDER BY id" \
    -c "SELECT 'sequence', last_value, is_called FROM upkeep.history_id" \
    -c "SELECT 'month', c.relname, pg_get_expr(relpartbound, c.oid), c.relacl,
        (SELECT array_agg(i ORDER BY i) FROM pg_index, pg_get_indexdef(indexrelid) i WHERE indrelid = c.oid),
        (SELECT array_agg(tgname || ' ' || tgtype ORDER BY tgname) FROM pg_trigger WHERE tgrelid = c.oid)
      FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'upkeep.history_entries'::regclass
      ORDER BY c.relname" 2>&1
}
remembered recorded > "$scratch/remembered"
check "history: entries, seals and months are there" "t" "$(in_history -c "SELECT count(*) > 130 FROM
  upkeep.history_entries")"
check "history: sealed as it is" "" "$(in_history -c "SELECT * FROM upkeep.verify_history()")"

# goes_on WHAT: a restored copy is what was dumped, and is written, sealed and protected as before.
goes_on() {
  local all='"Shop, all"."Orders"'
  check "history, $1: all is as it was" "" "$(diff "$scratch/remembered" <(remembered copy) | grep '^[<>]')"
  check "history, $1: nothing is altered, missing or inserted" "" \
    "$(sql -At -d copy -c "SELECT * FROM upkeep.verify_history()" 2>&1)"
  check "history, $1: writing and sealing go on" "2|2|0" "$(PGUSER=boss sql -At -d copy -o /dev/null -c "
    UPDATE $all SET price = price + 1 WHERE \"No\" IN (4, 5)" 2>&1; sql -At -d copy -c "
    SELECT (SELECT count(*) FROM upkeep.history WHERE target = '$all'::regclass AND at > now() - interval '1 minute'
      AND id > (SELECT max(to_id) FROM upkeep.history_seals)), upkeep.seal_history(), (SELECT count(*)
      FROM upkeep.verify_history())" 2>&1)"
  check "history, $1: a digest is that of the other database" "t" "$(PGUSER=boss sql -At -d copy -o /dev/null -c "
    UPDATE $all SET note = 'note 4' WHERE \"No\" = 4; UPDATE $all SET note = 'other' WHERE \"No\" = 4" 2>&1
    sql -At -d copy -c "SELECT count(DISTINCT after -> 'note') = 2 FROM upkeep.history
      WHERE target = '$all'::regclass AND key = '{\"No\": 4}' AND after ? 'note'" 2>&1)"
  check "history, $1: entries stay" "42501" "$(sql -d copy -v VERBOSITY=sqlstate -c "TRUNCATE upkeep.history_2020_01" \
    2>&1 | sed -n 's/.*ERROR:  //p')"
  check "history, $1: the extension stays" "UK007" "$(sql -d copy -v VERBOSITY=sqlstate -c "DROP EXTENSION pg_upkeep
    CASCADE" 2>&1 | sed -n 's/.*ERROR:  //p')"
}

dump_history() { "$bindir/pg_dump" -d recorded "$@"; }
dump_history -f "$scratch/history.sql"
dump_history -Fc -f "$scratch/history"
new_database copy
passes "history, plain: restored" sql -d copy -o /dev/null -f "$scratch/history.sql"
goes_on "plain"
new_database copy
passes "history, custom, two jobs: restored" restore -j2 -d copy "$scratch/history"
goes_on "custom, two jobs"
new_database copy
restore -d copy "$scratch/history"
# pg_restore --clean cannot drop the primary key of a partition, which PostgreSQL holds to be its parent's.
sql -d copy -o /dev/null -c 'DROP TABLE "Shop, all"."Lines"'
passes "history, --clean --if-exists: restored" restore --clean --if-exists -d copy "$scratch/history"
goes_on "--clean --if-exists"

# Rows alone, into the tables of a schema that is there.
new_database copy
passes "history, --schema-only: restored" restore --schema-only -d copy "$scratch/history"
PGOPTIONS="-c upkeep.pause=all" passes "history, --data-only under upkeep.pause: restored" restore --data-only \
  -d copy "$scratch/history"
goes_on "--data-only"

# By the owner of the database, who may not create the extension: what is in schema upkeep is the superuser's part.
passes "history, by the owner: dumped" env PGUSER=boss "$bindir/pg_dump" -d recorded -f "$scratch/history.sql"
new_database copy
passes "history, by the owner, all by a superuser: restored" sql -d copy -o /dev/null -f "$scratch/history.sql"
goes_on "by the owner, all by a superuser"

# Or in two parts, where the owner restores what is the owner's; also over what is there.
owner_of_history() { PGUSER=boss PGOPTIONS="-c upkeep.pause=all" "$@"; }
passes "history, by the owner in two parts: dumped" owner_of_history "$bindir/pg_dump" -d recorded -e plpgsql \
  -N upkeep -f "$scratch/history.sql"
passes "history, by the owner in two parts: schema upkeep dumped" owner_of_history "$bindir/pg_dump" -d recorded \
  -t 'upkeep.*' --clean --if-exists -f "$scratch/upkeep.sql"
new_database copy
sql -d copy -c "CREATE EXTENSION pg_upkeep" -c "CALL upkeep.purge_history('-infinity')"
passes "history, by the owner in two parts: restored" owner_of_history sql -d copy -o /dev/null \
  -f "$scratch/history.sql"
passes "history, by the owner in two parts: and by a superuser" sql -d copy -o /dev/null -f "$scratch/upkeep.sql"
goes_on "by the owner in two parts"

# The way back, and DROP EXTENSION, once there is nothing to lose.
check "history: going back is refused while there are entries" "UK007" "$(sql -d recorded -v VERBOSITY=sqlstate \
  -c "ALTER EXTENSION pg_upkeep UPDATE TO '0.10.0'" 2>&1 | sed -n 's/.*ERROR:  //p')"
sql -d recorded -o /dev/null -c "SET client_min_messages = warning" -c "CALL upkeep.purge_history('infinity')" \
  -c "SELECT upkeep.disable_history('\"Shop, all\".\"Orders\"'), upkeep.disable_history('\"Shop, all\".\"Lines\"')"
clone recorded copy
passes "history: purged, 0.10.0 is the version" sql -d recorded -c "ALTER EXTENSION pg_upkeep UPDATE TO '0.10.0'"
passes "history: and 0.11.0 again" sql -d recorded -c "ALTER EXTENSION pg_upkeep UPDATE TO '0.11.0'"
passes "history: purged, the extension is dropped" sql -d copy -c "DROP EXTENSION pg_upkeep"
check "history: nothing of it is left" "0" "$(sql -At -d copy -c "SELECT count(*) FROM pg_class WHERE relname LIKE
  'history_%'" 2>&1)"
