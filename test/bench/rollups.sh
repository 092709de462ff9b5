# The rollups benchmark, sourced by run: counts and sums of purchases in their buyers, by triggers as they are copied,
# by a careful hand's, and by pg_upkeep. PG_IVM: a folder with the source of pg_ivm, which then keeps the view itself.

purchases_made=$((rows < 100000 ? rows : 100000))
buyers=$((purchases_made / 10 > 10 ? purchases_made / 10 : 10))

# load_buyers CONTENDER ROWS BUYERS: so many purchases, which nobody has counted yet.
load_buyers() {
  printf '%s\n' "SET upkeep.pause = 'rollup';" "SET session_replication_role = 'replica';" \
    "TRUNCATE bench.purchases_$1, bench.buyers_$1 RESTART IDENTITY;" \
    "INSERT INTO bench.buyers_$1 (id, name) SELECT n, 'Buyer ' || n FROM generate_series(1, $3) n;" \
    "INSERT INTO bench.purchases_$1 SELECT id, buyer, amount, note FROM bench.purchases WHERE id <= $2;" \
    "RESET session_replication_role;" "RESET upkeep.pause;" \
    "VACUUM (FREEZE, ANALYZE) bench.purchases_$1, bench.buyers_$1;" "CHECKPOINT;"
}

# Every purchase is counted, once.
require_buyers() {
  [ "$1" = bare ] || [ "$1" = floor ] || printf '%s\n' \
    "SELECT bench.require(count(*) = count(*) FILTER (WHERE b.purchases = coalesce(p.purchases, 0)" \
    "  AND b.spent = coalesce(p.spent, 0)), 'buyers_$1: what they bought') FROM bench.buyers_$1 b" \
    "LEFT JOIN (SELECT buyer, count(*) AS purchases, sum(amount) AS spent FROM bench.purchases_$1 GROUP BY buyer) p" \
    "  ON p.buyer = b.id \\g /dev/null"
}

shown_name() { [ "$1" = row_trigger ] && echo "row trigger" || echo "$1"; }

# warmed_turns: the turns of `contenders`, of which those of round 0 come first and are not to count: forget_first
# forgets their samples.
warmed_turns() {
  local round contender
  while read -r round contender; do say "$((round - 1)) $contender"; done < <(turns $((rounds + 1)))
}
forget_first() { say "DELETE FROM bench.sample WHERE benchmark LIKE 'purchases, %' AND round = 0;"; }

# The check of the foreign key, ten microseconds a row for every contender, would hide in its noise what they add.
timed_inserts() {
  local round contender contenders=(bare row_trigger statement pg_upkeep)
  for contender in "${contenders[@]}"; do
    say "ALTER TABLE bench.purchases_$contender DISABLE TRIGGER ALL, ENABLE TRIGGER USER;"
  done
  while read -r round contender; do
    load_buyers "$contender" 0 "$buyers"
    clocked "purchases, INSERT" "$(shown_name "$contender")" "$round" \
      "INSERT INTO bench.purchases_$contender SELECT * FROM bench.purchases"
    require_buyers "$contender"
  done < <(warmed_turns)
  forget_first
  for contender in "${contenders[@]}"; do say "ALTER TABLE bench.purchases_$contender ENABLE TRIGGER ALL;"; done
}

timed_notes() {
  local round contender
  while read -r round contender; do
    load_buyers "$contender" "$purchases_made" "$buyers"
    clocked "purchases, UPDATE of the note" "$contender" "$round" \
      "UPDATE bench.purchases_$contender SET note = 'Another purchase'"
  done < <(contenders=(bare floor pg_upkeep); warmed_turns)
  forget_first
}

# one_purchase CONTENDER BUYERS: a script of pgbench.
one_purchase() {
  printf '%s\n' "\\set buyer random(1, $2)" \
    "INSERT INTO bench.purchases_$1 (buyer, amount, note) VALUES (:buyer, 9.90, 'One more');" \
    > "build/bench/purchases_$1.sql"
}

# One pgbench draws the contender for each transaction. Each commit writes the log itself: with synchronous_commit off,
# it would wake the WAL writer now and then.
single_purchases() {
  local from=$SECONDS round contender scripts=() folder=build/bench/purchases
  local transactions=$((rows / 5 > 100 ? rows / 5 : 100)) single_rounds=$((rounds < 5 ? rounds : 5))
  for contender in bare row_trigger pg_upkeep; do
    one_purchase "$contender" "$buyers"
    scripts+=(-f "build/bench/purchases_$contender.sql")
  done
  for ((round = 1; round <= single_rounds; round++)); do
    for contender in bare row_trigger pg_upkeep; do load_buyers "$contender" 0 "$buyers"; done |
      sql -f - -o /dev/null || die "failed: single purchases"
    rm -rf "$folder"; mkdir -p "$folder"
    PGOPTIONS="-c synchronous_commit=on" step "pgbench" "$bindir/pgbench" -n -M prepared -c 1 -t "$transactions" \
      --random-seed="$round" -l --log-prefix="$folder/log" "${scripts[@]}"
    awk '{ print $4, $3 }' "$folder"/log* | sql -c "TRUNCATE bench.latency" \
      -c "\\copy bench.latency from pstdin delimiter ' '" -c "
      INSERT INTO bench.sample SELECT 'purchases, one row a transaction',
        (ARRAY['bare', 'row trigger', 'pg_upkeep'])[script + 1], $round,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY us) / 1000, NULL FROM bench.latency GROUP BY script" \
      > /dev/null || die "failed: single purchases"
    for contender in row_trigger pg_upkeep; do require_buyers "$contender"; done | sql -f - || exit 1
  done
  say "purchases, one row a transaction, $transactions transactions, $single_rounds rounds: $((SECONDS - from)) s"
}

# Sixteen clients who buy for a hundred buyers: each contender in turn, the milliseconds that a transaction takes.
crowded_purchases() {
  local from=$SECONDS round contender rate seconds=$((rows < 100000 ? 1 : 4))
  local crowded_rounds=$((rounds < 5 ? rounds : 5))
  for contender in bare row_trigger view pg_upkeep; do one_purchase "$contender" 100; done
  while read -r round contender; do
    { load_buyers "$contender" 0 100; [ "$contender" != view ] || refreshed_view; } | sql -f - -o /dev/null ||
      die "failed: purchases of many clients"
    rate=$("$bindir/pgbench" -n -M prepared -c 16 -j 2 -T "$seconds" --random-seed="$round" \
      -f "build/bench/purchases_$contender.sql" 2> build/log/bench.log | sed -n 's/^tps = \([0-9.]*\).*/\1/p')
    [ -n "$rate" ] || die "failed: purchases of many clients"
    sql -c "INSERT INTO bench.sample VALUES
      ('purchases, 16 clients', '$(shown_name "$contender")', $round, 1000 / $rate, NULL)" || die "no sample"
    require_crowd "$contender" | sql -f - || exit 1
  done < <(contenders=(bare row_trigger view pg_upkeep); turns "$crowded_rounds")
  say "purchases, 16 clients, $seconds s each, $crowded_rounds rounds: $((SECONDS - from)) s"
}

# pg_ivm has a table of its own.
require_crowd() {
  if [ "$1" = view ] && [ -n "${PG_IVM:-}" ]; then
    printf '%s\n' "SELECT bench.require((SELECT sum(purchases) FROM bench.kept_view) =" \
      "  (SELECT count(*) FROM bench.purchases_view), 'pg_ivm: purchases') \\g /dev/null"
  else
    require_buyers "$1"
  fi
}

refreshed_view() { [ -z "${PG_IVM:-}" ] || say "SELECT pgivm.refresh_immv('bench.kept_view', true);"; }

use_pg_ivm() {
  step "build pg_ivm" make -s -C "$PG_IVM" PG_CONFIG="$PG_CONFIG"
  step "install pg_ivm" make -s -C "$PG_IVM" PG_CONFIG="$PG_CONFIG" DESTDIR="$private/server" install
  sql -c "CREATE EXTENSION pg_ivm" -c "DROP TRIGGER counted ON bench.purchases_view" -c "
    SELECT pgivm.create_immv('bench.kept_view',
      'SELECT buyer, count(*) AS purchases, sum(amount) AS spent FROM bench.purchases_view GROUP BY buyer')" \
    > /dev/null || die "pg_ivm could not be prepared"
}

measure_rollups() {
  set_up $here/rollups.sql -v rows="$purchases_made" -v groups="$buyers"
  [ -z "${PG_IVM:-}" ] || use_pg_ivm
  timed_inserts | phase "rollups: INSERT of $purchases_made rows into $buyers groups, $rounds rounds" || exit 1
  timed_notes | phase "rollups: UPDATE of $purchases_made rows that changes no figure, $rounds rounds" || exit 1
  single_purchases
  crowded_purchases
}

memory_rollups() {
  local statements=$(((calls + 999) / 1000))
  { load_buyers pg_upkeep 0 100; printf '%s\n' "CREATE TEMP TABLE goods AS SELECT * FROM bench.purchases LIMIT 1000;" \
    "UPDATE goods SET buyer = 1 + buyer % 100;"; }
  memory_between rollups "$calls" "$statements" "INSERT INTO bench.purchases_pg_upkeep SELECT * FROM goods" \
    "UPDATE bench.purchases_pg_upkeep SET amount = amount + 1" "DELETE FROM bench.purchases_pg_upkeep" \
    "VACUUM bench.purchases_pg_upkeep, bench.buyers_pg_upkeep"
  require_buyers pg_upkeep
}
