# Figures are replicated as the rows that have them: a subscriber to both tables keeps the publisher's, and computes
# those of rows that it writes itself. test/replication/run sources it, on its two servers.
for host in "$publisher" "$subscriber"; do
  PGHOST=$host sql -c "CREATE DATABASE rolled"
  PGHOST=$host PGDATABASE=rolled sql -o /dev/null -c "CREATE EXTENSION pg_upkeep" -c "
    CREATE TABLE users (id int PRIMARY KEY, orders int NOT NULL DEFAULT 0, spent numeric(12,2), note text);
    CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, amount numeric(10,2));
    CREATE INDEX ON orders (user_id);
    CREATE TABLE days (day int PRIMARY KEY, orders int NOT NULL DEFAULT 0);
    SELECT upkeep.enable_rollup('users', 'orders', '{orders = count(*), spent = sum(amount)}'),
      upkeep.enable_rollup('days', 'orders', '{orders = count(*)}', '{day = id % 7}')" > /dev/null 2>&1
done
rolled_on() { PGHOST=$1 PGDATABASE=rolled value "$2"; }
rolled_rows="SELECT (SELECT string_agg(u::text, ';' ORDER BY id) FROM users u),
  (SELECT string_agg(d::text, ';' ORDER BY day) FROM days d), (SELECT count(*) FROM orders)"
rolled_wrong="SELECT (SELECT count(*) FROM upkeep.check_rollup('users')), (SELECT count(*)
  FROM upkeep.check_rollup('days'))"
PGHOST=$publisher PGDATABASE=rolled sql -o /dev/null -c "
  INSERT INTO users SELECT n FROM generate_series(1, 20) n;
  INSERT INTO orders SELECT n, n % 20 + 1, n FROM generate_series(1, 100) n;
  CREATE PUBLICATION rolled FOR TABLE users, orders, days"
PGHOST=$subscriber PGDATABASE=rolled sql -o /dev/null -c "SET client_min_messages = warning" -c "
  CREATE SUBSCRIPTION subrolled CONNECTION 'host=$publisher port=$PGPORT user=$PGUSER dbname=rolled'
    PUBLICATION rolled"
PGHOST=$subscriber PGDATABASE=rolled eventually "SELECT count(*) = 3 AND bool_and(srsubstate = 'r')
  FROM pg_subscription_rel"
check "rollups: the initial copy has the publisher's figures" "$(rolled_on "$publisher" "$rolled_rows")" \
  "$(rolled_on "$subscriber" "$rolled_rows")"
PGHOST=$publisher PGDATABASE=rolled sql -o /dev/null -c "
  INSERT INTO users SELECT n FROM generate_series(21, 25) n;
  INSERT INTO orders SELECT n, n % 25 + 1, n FROM generate_series(101, 200) n;
  UPDATE orders SET user_id = 25, amount = 1 WHERE id % 10 = 0;
  DELETE FROM orders WHERE id % 7 = 3;
  DELETE FROM orders WHERE user_id = 3; DELETE FROM users WHERE id = 3;
  UPDATE users SET note = 'last' WHERE id = 1"
PGHOST=$subscriber PGDATABASE=rolled eventually "SELECT note = 'last' FROM users WHERE id = 1"
check "rollups: the subscriber keeps the publisher's figures" "$(rolled_on "$publisher" "$rolled_rows")" \
  "$(rolled_on "$subscriber" "$rolled_rows")"
check "rollups: they are right on both" "0|0 0|0" \
  "$(rolled_on "$publisher" "$rolled_wrong") $(rolled_on "$subscriber" "$rolled_wrong")"
PGHOST=$subscriber PGDATABASE=rolled sql -o /dev/null -c "INSERT INTO orders VALUES (1000, 1, 5), (1001, 1, 5)"
check "rollups: what the subscriber writes itself counts there" "0|0" "$(rolled_on "$subscriber" "$rolled_wrong")"
PGHOST=$publisher PGDATABASE=rolled sql -o /dev/null -c "TRUNCATE orders" -c "UPDATE users SET note = 'end'
  WHERE id = 1"
PGHOST=$subscriber PGDATABASE=rolled eventually "SELECT note = 'end' FROM users WHERE id = 1"
check "rollups: a TRUNCATE too" "$(rolled_on "$publisher" "$rolled_rows")" "$(rolled_on "$subscriber" "$rolled_rows")"
PGHOST=$subscriber PGDATABASE=rolled sql -o /dev/null -c "SET client_min_messages = warning" \
  -c "DROP SUBSCRIPTION subrolled"
