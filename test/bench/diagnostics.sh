# The diagnostics benchmark, sourced by run: a week of every shop, against the days that each reads.
contenders_of_diagnostics=(bare pg_upkeep half filter_sums by_hand)

# Each reads all rows and gives one row a shop.
reading() {
  case $1 in
    bare)
      printf '%s' "SELECT count(x) FROM (SELECT shop_id, sum(revenue) AS x FROM bench.records GROUP BY shop_id) y" ;;
    pg_upkeep) printf '%s' "SELECT count(diagnosis) FROM bench.diagnosed($shops)" ;;
    half) printf '%s' "SELECT count(diagnosis) FROM bench.diagnosed($((shops / 2)))" ;;
    filter_sums) printf '%s' "SELECT count(x) FROM (SELECT shop_id, ROW(f.*) AS x FROM bench.filter_sums f) y" ;;
    by_hand) printf '%s' "SELECT count(x) FROM (SELECT shop_id, ROW(h.*) AS x FROM bench.by_hand h) y" ;;
  esac
}

checked_diagnoses() {
  printf '%s\n' "SET work_mem = '256MB';" "CREATE TEMP TABLE diagnoses AS SELECT * FROM bench.diagnosed($shops);"
  cat << 'END_OF_SQL'
SELECT bench.require(count(*) = (SELECT count(*) FROM bench.shop_week_settings)
    AND bool_and((diagnosis #>> '{facts,weeks,revenue,8}')::numeric = revenue_0
      AND (diagnosis #>> '{facts,weeks,leads,0}')::numeric = leads_8),
  'diagnostics: facts') FROM diagnoses JOIN bench.filter_sums USING (shop_id) \g /dev/null
SELECT bench.require(bool_and((diagnosis #>> '{rules,NP_NEGATIVE,status}' = 'FIRED') = np_negative
    AND (diagnosis #>> '{rules,REV_DROP,status}' = 'FIRED') = rev_drop
    AND (diagnosis #>> '{rules,ROAS_BELOW_BREAK_EVEN,status}' = 'FIRED') = roas_below_break_even
    AND (diagnosis #>> '{rules,CPL_SPIKE,status}' = 'FIRED') = cpl_spike) AND bool_or(rev_drop), 'diagnostics: rules')
  FROM diagnoses JOIN bench.by_hand USING (shop_id) \g /dev/null
END_OF_SQL
}

diagnosed_weeks() {
  local round contender
  printf '%s\n' "SET work_mem = '256MB';"
  while read -r round contender; do
    clocked "a week of every shop" "$contender" "$round" "$(reading "$contender") \\g /dev/null"
  done < <(turns "$((rounds < 5 ? rounds : 5))") | sed 's|\\g /dev/null;|\\g /dev/null|'
}

measure_diagnostics() {
  shops=$((rows / 5 > 100 ? rows / 5 : 100))
  contenders=("${contenders_of_diagnostics[@]}")
  set_up $here/diagnostics.sql -v shops="$shops"
  checked_diagnoses | phase "diagnostics: results checked, $shops shops" || exit 1
  diagnosed_weeks | phase "diagnostics: $shops shops x 63 days" || exit 1
}

# An aggregate's memory is its query's: what a backend has after many of them.
memory_diagnostics() {
  memory_between diagnostics $((shops * 63)) 3 "SELECT count(diagnosis) FROM bench.diagnosed($((shops / 4)))"
}
