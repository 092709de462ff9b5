# kill -9 while statements write history: entries are exactly those of what was committed. test/recovery/run sources it.
in_recorded() { sql -At -d recorded -c "$1" 2>&1; }
sql -c "CREATE DATABASE recorded"
sql -d recorded -o /dev/null -c "
  CREATE EXTENSION pg_upkeep;
  CREATE TABLE counter (id int PRIMARY KEY, n int NOT NULL, note text NOT NULL DEFAULT repeat('x', 200));
  SELECT upkeep.enable_history('counter');
  INSERT INTO counter SELECT n, 0 FROM generate_series(1, 4000) n;
  SELECT upkeep.seal_history()"
# Each statement changes a hundred rows; one in ten is rolled back.
printf '%s\n' '\set from random(1, 39) * 100' 'UPDATE counter SET n = n + 1 WHERE id BETWEEN :from AND :from + 99;' \
  > build/log/recovery-count.sql
printf '%s\n' 'BEGIN;' "UPDATE counter SET n = n + 1000000, note = repeat('y', 300) WHERE id <= 99;" 'ROLLBACK;' \
  > build/log/recovery-rollback.sql

# not_told: rows that are not what their entries make of them, and entries of what is not there.
not_told() {
  in_recorded "SELECT count(*) FROM counter c FULL JOIN (SELECT (key ->> 'id')::int AS id, count(*) - 1 AS times,
    (array_agg(after -> 'n' ORDER BY h.id DESC))[1] AS last FROM upkeep.history h WHERE target = 'counter'::regclass
    GROUP BY 1) h USING (id) WHERE c.n IS DISTINCT FROM h.times OR to_jsonb(c.n) IS DISTINCT FROM h.last"
}
for victim in backend server; do
  before=$(in_recorded "SELECT count(*) FROM upkeep.history_entries")
  PGAPPNAME=counting "$bindir/pgbench" -n -c 4 -T 600 -f build/log/recovery-count.sql@9 \
    -f build/log/recovery-rollback.sql@1 recorded > build/log/recovery-pgbench.log 2>&1 &
  PGDATABASE=recorded eventually "SELECT count(*) > $before + 5000 FROM upkeep.history_entries"
  if [ "$victim" = backend ]; then
    checkpointer=$(in_recorded "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")
    kill -9 "$(in_recorded "SELECT pid FROM pg_stat_activity WHERE application_name = 'counting' LIMIT 1")"
    wait
    PGDATABASE=recorded eventually "SELECT bool_and(pid <> $checkpointer) FROM pg_stat_activity
      WHERE backend_type = 'checkpointer'"
  else
    kill_server
  fi
  check "history, kill -9, $victim: entries are those of what was committed" "0" "$(not_told)"
  check "history, kill -9, $victim: none was written twice, nor with an id out of order" "t|t" "$(in_recorded "
    SELECT count(*) = count(DISTINCT id), bool_and(before -> 'n' = last) FROM (SELECT id, before, lag(after -> 'n')
      OVER (PARTITION BY key ORDER BY id) AS last FROM upkeep.history WHERE target = 'counter'::regclass) h
    WHERE before IS NOT NULL")"
  check "history, kill -9, $victim: sealing goes on, and nothing is missing" "t 0" "$(in_recorded "
    SELECT upkeep.seal_history() > 5000") $(in_recorded "SELECT count(*) FROM upkeep.verify_history()")"
done
