# The history benchmark, sourced by run: an UPDATE of every row and of single ones, beside audit trails as they are
# copied, and tables as they stood.

# load_articles CONTENDER ROWS
load_articles() {
  printf '%s\n' "SET upkeep.pause = 'history';" \
    "TRUNCATE bench.articles_$1, bench.audit_rows, bench.audit_statements, bench.latency;" \
    "INSERT INTO bench.articles_$1 SELECT * FROM bench.articles WHERE id <= $2;" \
    "RESET upkeep.pause;" "VACUUM (FREEZE, ANALYZE) bench.articles_$1;"
}

# written CONTENDER: where its entries are.
written() {
  case $1 in
    bare) echo bench.latency ;;
    row_trigger) echo bench.audit_rows ;;
    statement) echo bench.audit_statements ;;
    pg_upkeep) echo "upkeep.history_entries" ;;
  esac
}

# Each contender has written one entry a row, of the change and no other.
checked_articles() {
  local contender least=$((rows < 10000 ? rows : 10000))
  for contender in "${contenders[@]}"; do
    load_articles "$contender" "$least"
    printf '%s\n' "BEGIN;" "CREATE TEMP TABLE had AS SELECT count(*) FROM $(written "$contender");" \
      "UPDATE bench.articles_$contender SET price = price + 1;" \
      "SELECT bench.require((SELECT count(*) FROM $(written "$contender")) - (SELECT count FROM had) =" \
      "  CASE '$contender' WHEN 'bare' THEN 0 ELSE $least END, 'articles_$contender: entries') \\g /dev/null"
    [ "$contender" = bare ] || printf '%s\n' \
      "SELECT bench.require(count(*) = 0, 'articles_$contender: what entries say') FROM $(written "$contender") e" \
      "WHERE (e.after ->> 'price')::numeric <> (e.before ->> 'price')::numeric + 1 \\g /dev/null"
    printf '%s\n' "ROLLBACK;"
  done
}

# The rounds, and in the last one how much each has written.
timed_articles() {
  local round contender
  while read -r round contender; do
    load_articles "$contender" "$rows"
    printf '%s\n' "VACUUM bench.audit_rows, bench.audit_statements;"
    emptied
    clocked "history, UPDATE" "$(name_of "$contender")" "$round" \
      "UPDATE bench.articles_$contender SET price = price + 1"
    [ "$round" != "$rounds" ] || case $contender in
      row_trigger) printf '%s\n' "INSERT INTO bench.written SELECT pg_total_relation_size('bench.audit_rows'), NULL;" ;;
      pg_upkeep) printf '%s\n' "INSERT INTO bench.written SELECT NULL, pg_total_relation_size(bench.month());" ;;
    esac
  done < <(turns "$rounds")
}

# History as new, in pages of its own.
emptied() {
  printf '%s\n' "CALL upkeep.purge_history('infinity');" "SELECT format('VACUUM FULL %s', bench.month()) \gexec"
}

name_of() { [ "$1" = row_trigger ] && echo "row trigger" || echo "$1"; }

# One pgbench draws the contender for each transaction.
single_articles() {
  local from=$SECONDS round contender scripts=() folder=build/bench/articles
  local transactions=$((rows / 5 > 100 ? rows / 5 : 100)) single_rounds=$((rounds < 5 ? rounds : 5))
  for contender in "${contenders[@]}"; do
    load_articles "$contender" "$rows" | sql -f - -o /dev/null || die "failed: single rows of history"
    printf '%s\n' "\\set id random(1, $rows)" "UPDATE bench.articles_$contender SET price = price + 1 WHERE id = :id;" \
      > "build/bench/articles_$contender.sql"
    scripts+=(-f "build/bench/articles_$contender.sql")
  done
  emptied | sql -f - -o /dev/null || die "failed: single rows of history"
  for ((round = 1; round <= single_rounds; round++)); do
    sql -c "TRUNCATE bench.latency" || die "failed: single rows of history"
    rm -rf "$folder"; mkdir -p "$folder"
    step "pgbench" "$bindir/pgbench" -n -M prepared -c 1 -t "$transactions" --random-seed="$round" \
      -l --log-prefix="$folder/log" "${scripts[@]}"
    awk '{ print $4, $3 }' "$folder"/log* | sql -c "\\copy bench.latency from pstdin delimiter ' '" -c "
      INSERT INTO bench.sample SELECT 'history, one row a transaction',
        (ARRAY['bare', 'row trigger', 'statement', 'pg_upkeep'])[script + 1], $round,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY us) / 1000, NULL FROM bench.latency GROUP BY script" \
      > /dev/null || die "failed: single rows of history"
  done
  say "history, one row a transaction, $transactions transactions, $single_rounds rounds: $((SECONDS - from)) s"
}

# A tenth of the rows has changed since.
timed_as_of() {
  local round contender statement
  load_articles pg_upkeep $((rows * 2))
  printf '%s\n' "INSERT INTO bench.articles_pg_upkeep SELECT id + $rows, sku, name, description, price, stock," \
    "  active, category, created_at FROM bench.articles;"
  emptied
  printf '%s\n' "SELECT clock_timestamp() AS then \\gset" \
    "UPDATE bench.articles_pg_upkeep SET price = price + 1 WHERE id % 10 = 0;" \
    "VACUUM (FREEZE, ANALYZE) bench.articles_pg_upkeep;" \
    "SELECT bench.require((SELECT sum(price) FROM upkeep.as_of(NULL::bench.articles_pg_upkeep, :'then')) =" \
    "  (SELECT sum(price) * 2 FROM bench.articles), 'as_of: the prices then') \\g /dev/null"
  while read -r round contender; do
    statement="SELECT count(*) FROM bench.all_articles() \\g /dev/null"
    [ "$contender" = plpgsql ] ||
      statement="SELECT count(*) FROM upkeep.as_of(NULL::bench.articles_pg_upkeep, :'then') \\g /dev/null"
    printf '%s\n' "SELECT clock_timestamp() AS started, bench.cpu_ms() AS cpu \\gset" "$statement" \
      "INSERT INTO bench.sample SELECT 'history, as_of', '$contender', $round," \
      "  extract(epoch FROM clock_timestamp() - :'started') * 1000, bench.cpu_ms() - :cpu;"
  done < <(contenders=(plpgsql pg_upkeep); turns "$rounds")
}

measure_history() {
  contenders=(bare row_trigger statement pg_upkeep)
  set_up $here/history.sql -v rows="$rows"
  sql -c "CREATE TABLE bench.written (theirs bigint, ours bigint)" || die "the benchmark could not be prepared"
  checked_articles | phase "history: results checked, ${#contenders[@]} contenders" || exit 1
  timed_articles | phase "history: an UPDATE of every row, $rows rows, $rounds rounds" || exit 1
  sql -c "INSERT INTO bench.memory (title, before_bytes, after_bytes, at_most)
    SELECT 'history: bytes written, indexes too / the row trigger''s', max(theirs), max(ours), 0.35 FROM bench.written"
  single_articles
  timed_as_of | phase "history: as_of, $((rows * 2)) rows, $rounds rounds" || exit 1
}

memory_history() {
  local statements=$(((calls + 999) / 1000))
  load_articles pg_upkeep 1000
  memory_between history "$calls" "$statements" "UPDATE bench.articles_pg_upkeep SET price = price + 1" \
    "CALL upkeep.purge_history('infinity')" "VACUUM upkeep.$(date -u +history_%Y_%m)"
}
