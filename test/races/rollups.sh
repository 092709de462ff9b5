# Rollups, fifty sessions at once: rows come, move and go, alone and by the dozen, sources are truncated, and rows of
# targets are made and deleted, at each isolation level. Every figure is what its source says, and nothing deadlocks. A
# day that was deleted is back with its group's next change. test/races/run sources it; ROLL_SECONDS is for how long.
sql -o /dev/null -c "SET client_min_messages = warning" -c "CREATE SCHEMA rolled" -c "SET search_path = rolled;
  CREATE TABLE users (id int PRIMARY KEY, orders int NOT NULL DEFAULT 0, spent numeric(14,2) NOT NULL DEFAULT 0);
  CREATE TABLE orders (id bigserial PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE, amount numeric(10,2));
  CREATE TABLE days (shop int, day int, orders int NOT NULL DEFAULT 0, best int, PRIMARY KEY (shop, day));
  CREATE TABLE sales (id bigserial PRIMARY KEY, shop int, day int, amount int);
  CREATE TABLE tags (name int PRIMARY KEY, uses int);
  CREATE TABLE posts (id bigserial PRIMARY KEY, tag int);
  CREATE INDEX ON orders (user_id);
  CREATE INDEX ON sales (shop, day);
  CREATE INDEX ON posts (tag);
  INSERT INTO users SELECT generate_series(1, 40);
  SELECT upkeep.enable_rollup('users', 'orders', '{orders = count(*), spent = sum(amount)}');
  SELECT upkeep.enable_rollup('days', 'sales', '{orders = count(*), best = max(amount)}', '{shop = shop, day = day}');
  SELECT upkeep.enable_rollup('tags', 'posts', '{uses = count(*)}', '{name = tag}', missing => 'ignore')"

# rolling NAME STATEMENT: what a foreign key or a unique index refuses ends no session.
rolling() {
  printf '%s\n' "\\set one random(1, 40)" "\\set other random(1, 40)" "\\set many random(2, 20)" "DO \$\$ BEGIN" \
    "  $2;" "EXCEPTION WHEN foreign_key_violation OR unique_violation THEN NULL;" "END \$\$;" \
    > "build/races/rolled_$1.sql"
}
rolling order "INSERT INTO rolled.orders (user_id, amount) VALUES (:one, 1.5)"
rolling orders "INSERT INTO rolled.orders (user_id, amount)
  SELECT 1 + (:one * g + :other) % 40, g / 4.0 FROM generate_series(1, :many) g"
rolling reorder "UPDATE rolled.orders SET user_id = :one, amount = amount + 1 WHERE id IN (
  SELECT id FROM rolled.orders WHERE user_id = :other ORDER BY id LIMIT :many FOR UPDATE SKIP LOCKED)"
rolling unorder "DELETE FROM rolled.orders WHERE id IN (
  SELECT id FROM rolled.orders WHERE user_id = :other ORDER BY id LIMIT :many FOR UPDATE SKIP LOCKED)"
rolling user "INSERT INTO rolled.users VALUES (:one + 40, 99, 99)"
rolling unuser "DELETE FROM rolled.users WHERE id = :one + 40"
rolling write_user "UPDATE rolled.users SET orders = 7, spent = spent + 1 WHERE id = :one"
rolling sales "INSERT INTO rolled.sales (shop, day, amount)
  SELECT 1 + (:one * g + :other) % 5, g % :many, g * :one FROM generate_series(1, :many) g"
rolling resell "UPDATE rolled.sales SET day = :one, amount = :other WHERE id IN (
  SELECT id FROM rolled.sales WHERE shop = 1 + :one % 5 ORDER BY id LIMIT :many FOR UPDATE SKIP LOCKED)"
rolling unsell "DELETE FROM rolled.sales WHERE id IN (
  SELECT id FROM rolled.sales WHERE shop = 1 + :one % 5 ORDER BY id LIMIT :many FOR UPDATE SKIP LOCKED)"
rolling unday "DELETE FROM rolled.days WHERE shop = 1 + :one % 5 AND day = :other"
rolling posts "INSERT INTO rolled.posts (tag) SELECT 1 + (:one * g) % 60 FROM generate_series(1, :many) g"
rolling retag "UPDATE rolled.posts SET tag = 1 + (tag * :one) % 60 WHERE id IN (
  SELECT id FROM rolled.posts WHERE tag = :other ORDER BY id LIMIT :many FOR UPDATE SKIP LOCKED)"
rolling unpost "DELETE FROM rolled.posts WHERE id IN (
  SELECT id FROM rolled.posts WHERE tag = :other ORDER BY id LIMIT :many FOR UPDATE SKIP LOCKED)"
rolling tag "INSERT INTO rolled.tags VALUES (:one, 99) ON CONFLICT (name) DO UPDATE SET uses = 98"
rolling tags "INSERT INTO rolled.tags SELECT 1 + g % 60, 99 FROM generate_series(:one, :one + :many) g
  ORDER BY 1 ON CONFLICT DO NOTHING"
rolling untag "DELETE FROM rolled.tags WHERE name = :one"
rolling truncate "TRUNCATE rolled.orders, rolled.sales, rolled.posts"

roll() {
  local script scripts=(-f build/races/rolled_truncate.sql@1)
  for script in order orders reorder unorder user unuser write_user sales resell unsell unday posts retag unpost tag \
      tags untag; do
    scripts+=(-f "build/races/rolled_$script.sql@${weight:-20}")
  done
  PGOPTIONS="-c default_transaction_isolation=$1" "$bindir/pgbench" -n -c 50 -j 2 -T "${ROLL_SECONDS:-10}" \
    --max-tries=1 --failures-detailed "${scripts[@]}" >> "build/races/rolled-$2" 2>&1
}
for level in "read committed" "repeatable read" "serializable"; do
  name=${level// /-}
  roll "${level// /\\ }" "$name"
  check "rollups, $level: nobody saw another error than 40001" "0 deadlocks" \
    "$(count "deadlock failures" "rolled-$name") deadlocks$(aborts "rolled-$name")"
  check "rollups, $level: rows were written" "t" "$(has_done 200 "rolled-$name" && echo t)"
  check "rollups, $level: every figure is what its source says" "0|0|0" "$(value "
    SELECT (SELECT count(*) FROM upkeep.check_rollup('rolled.users')),
      (SELECT count(*) FROM upkeep.check_rollup('rolled.days') WHERE stored IS NOT NULL),
      (SELECT count(*) FROM upkeep.check_rollup('rolled.tags'))")"
  say "#   $(count "transactions actually processed" "rolled-$name") done, $(count "serialization failures" \
    "rolled-$name") could not be serialized"
done
