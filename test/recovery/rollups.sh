# kill -9 while clients write sources: figures are exactly those of what was committed, also where rows are made, are
# taken away, and are being computed anew. test/recovery/run sources it.
in_rolled() { sql -At -d rolled -c "$1" 2>&1; }
sql -c "CREATE DATABASE rolled"
sql -d rolled -o /dev/null -c "SET client_min_messages = warning" -c "
  CREATE EXTENSION pg_upkeep;
  CREATE TABLE users (id int PRIMARY KEY, orders int NOT NULL DEFAULT 0, spent numeric(14,2), last_order int);
  CREATE TABLE days (shop int, day int, orders int NOT NULL DEFAULT 0, revenue numeric(14,2), PRIMARY KEY (shop, day));
  CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id int NOT NULL REFERENCES users,
    shop int, day int, amount numeric(10,2));
  CREATE INDEX ON orders (user_id);
  CREATE INDEX ON orders (shop, day);
  INSERT INTO users SELECT n FROM generate_series(1, 500) n;
  SELECT upkeep.enable_rollup('users', 'orders', '{orders = count(*), spent = sum(amount), last_order = max(id)}'),
    upkeep.enable_rollup('days', 'orders', '{orders = count(*), revenue = sum(amount)}', '{shop = shop, day = day}',
      keep_empty => false);
  INSERT INTO orders (user_id, shop, day, amount) SELECT n % 500 + 1, n % 5, n % 20, n FROM generate_series(1, 20000) n"
printf '%s\n' '\set u random(1, 500)' '\set n random(1, 20000)' '\set d random(1, 200)' \
  'INSERT INTO orders (user_id, shop, day, amount) SELECT :u, g % 5, :d, g FROM generate_series(1, 20) g;' \
  'UPDATE orders SET user_id = :u, day = :d WHERE id BETWEEN :n AND :n + 9;' \
  'DELETE FROM orders WHERE day = :d % 40 AND shop = :d % 5 AND id > 20000;' > build/log/recovery-orders.sql
for victim in backend server; do
  before=$(in_rolled "SELECT coalesce(max(id), 0) FROM orders")
  PGAPPNAME=ordering "$bindir/pgbench" -n -c 4 -T 600 -f build/log/recovery-orders.sql rolled \
    > build/log/recovery-pgbench.log 2>&1 &
  PGDATABASE=rolled eventually "SELECT max(id) > $before + 10000 FROM orders"
  # What is wrong is put right in batches, which commit.
  sql -d rolled -o /dev/null -c "SET upkeep.pause = rollup; DELETE FROM days WHERE day < 10" > /dev/null 2>&1
  sql -d rolled -o /dev/null -c "SET client_min_messages = warning" \
    -c "CALL upkeep.recalculate_rollup('days', batch_size => 1)" > /dev/null 2>&1 &
  PGDATABASE=rolled eventually "SELECT max(id) > $before + 12000 FROM orders"
  if [ "$victim" = backend ]; then
    checkpointer=$(in_rolled "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")
    kill -9 "$(in_rolled "SELECT pid FROM pg_stat_activity WHERE application_name = 'ordering' LIMIT 1")"
    wait
    PGDATABASE=rolled eventually "SELECT bool_and(pid <> $checkpointer) FROM pg_stat_activity
      WHERE backend_type = 'checkpointer'"
  else
    kill_server
  fi
  check "rollups, kill -9, $victim: every figure is that of what was committed" "0" \
    "$(in_rolled "SELECT count(*) FROM upkeep.check_rollup('users')")"
  passes "rollups, kill -9, $victim: what was being put right is taken up again" sql -d rolled \
    -c "SET client_min_messages = warning" -c "CALL upkeep.recalculate_rollup('days')"
  check "rollups, kill -9, $victim: then nothing is wrong, and nothing empty is left" "0|0" \
    "$(in_rolled "SELECT (SELECT count(*) FROM upkeep.check_rollup('days')), count(*) FROM days WHERE orders = 0")"
done
