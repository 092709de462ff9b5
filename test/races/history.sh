# History, many sessions at once: fifty clients update one row a hundred times each, while seals are made; every change
# has its entry, and each goes on from where the one before ended. test/races/run sources it.
sql -o /dev/null -c "SET client_min_messages = warning" -c "CREATE SCHEMA recorded" -c "SET search_path = recorded;
  CREATE TABLE counter (id int PRIMARY KEY, n int NOT NULL, by text);
  SELECT upkeep.enable_history('counter');
  INSERT INTO counter VALUES (1, 0)"
first=$(value "SELECT max(id) FROM upkeep.history_entries")
printf 'UPDATE recorded.counter SET n = n + 1, by = :client_id WHERE id = 1;\n' > build/races/count.sql
printf 'SELECT upkeep.seal_history();\n' > build/races/seal.sql
"$bindir/pgbench" -n -c 50 -j 2 -t 100 -f build/races/count.sql > build/races/history-writers 2>&1 &
writers=$!
"$bindir/pgbench" -n -c 2 -T 2 -f build/races/seal.sql > build/races/history-seals 2>&1
wait $writers
check "history: nobody saw an error" "" "$(aborts history-writers history-seals)"
check "history: 5,000 updates are 5,000 entries, in the order of the changes" "5000|t|t|5000" "$(value "
  SELECT count(*), bool_and(before -> 'n' = last -> 'n'), bool_and((after ->> 'n')::int = number),
    max((after ->> 'n')::int)
  FROM (SELECT before, after, lag(after) OVER (ORDER BY id) AS last, row_number() OVER (ORDER BY id) AS number
    FROM upkeep.history WHERE target = 'recorded.counter'::regclass AND action = 'update' AND id > $first) e")"
check "history: seals were made meanwhile" "t" "$(has_done 0 history-seals && echo t)"
check "history: what they have not sealed yet is sealed now, each entry once" "t|0|t" "$(value "
  SELECT upkeep.seal_history() >= 0")|$(value "SELECT (SELECT count(*) FROM upkeep.verify_history()),
    (SELECT sum(length(entries)) / 40 FROM upkeep.history_seals) = (SELECT count(*) FROM upkeep.history_entries)")"
