# The metrics benchmark, sourced by run: an INSERT of many rows, an UPDATE of them, one row a transaction, and a change
# of settings.
contenders_of_metrics=(bare floor generated plpgsql pg_upkeep)
given="id, shop_id, record_date, orders, revenue, ad_spend, leads"
figures="aov, cpl, cvr, roas, net_profit"

# require_figures TABLE CONTENDER ROWS [SETTINGS]: all rows are there, and their figures right where somebody computes
# them.
require_figures() {
  local right ratio=cogs_ratio
  [ "$2" != generated ] || ratio=0.4
  right="bench.right_figures(orders, revenue, ad_spend, leads, $ratio, $figures)"
  case $2 in bare | floor) right=true ;; esac
  printf '%s\n' "SELECT bench.require(count(*) = $3 AND bool_and($right), '$1_$2: figures')" \
    "FROM bench.$1_$2 JOIN ${4:-bench.shop_settings} USING (shop_id) \\g /dev/null"
}

insert_days() { printf '%s' "INSERT INTO bench.days_$1 ($given) SELECT $given FROM bench.days WHERE id <= $2"; }

# load_days CONTENDER ROWS: the table with its figures, and room for one more version of every row in its own page.
load_days() {
  printf '%s\n' "TRUNCATE bench.days_$1;" "ALTER TABLE bench.days_$1 SET (fillfactor = 45);"
  case $1 in
    bare | floor) printf '%s\n' "INSERT INTO bench.days_$1 SELECT * FROM bench.days WHERE id <= $2;" ;;
    *) printf '%s;\n' "$(insert_days "$1" "$2")" ;;
  esac
  printf '%s\n' "VACUUM (FREEZE, ANALYZE) bench.days_$1;"
}

checked_days() {
  local contender least=$((rows < 10000 ? rows : 10000))
  for contender in "${contenders[@]}"; do
    printf '%s;\n' "TRUNCATE bench.days_$contender" "$(insert_days "$contender" $least)"
    require_figures days "$contender" $least
    load_days "$contender" $least
    printf '%s\n' "UPDATE bench.days_$contender SET revenue = revenue + 1;"
    require_figures days "$contender" $least
  done
}

inserted_days() {
  local round contender
  while read -r round contender; do
    printf '%s\n' "TRUNCATE bench.days_$contender;" "ALTER TABLE bench.days_$contender RESET (fillfactor);"
    clocked "days, INSERT" "$contender" "$round" "$(insert_days "$contender" "$rows")"
    require_figures days "$contender" "$rows"
    printf '%s\n' "TRUNCATE bench.days_$contender;"
  done < <(turns "$rounds")
}

updated_days() {
  local round contender
  while read -r round contender; do
    load_days "$contender" "$rows"
    clocked "days, UPDATE" "$contender" "$round" "UPDATE bench.days_$contender SET revenue = revenue + 1"
    require_figures days "$contender" "$rows"
    printf '%s\n' "TRUNCATE bench.days_$contender;"
  done < <(turns "$rounds")
}

# One shop's ratio changes, and with it the 1,000 figures that come of it.
changed_settings() {
  local round contender change
  local contenders=(bare by_hand pg_upkeep)
  while read -r round contender; do
    printf '%s\n' "VACUUM bench.changing_$contender;"
    [ "$contender" = bare ] || printf '%s\n' "VACUUM bench.changed_$contender;"
    change="UPDATE bench.changing_$contender SET cogs_ratio = 0.3 + $round / 1000.0 WHERE shop_id = 7"
    [ "$contender" != by_hand ] ||
      change+="; UPDATE bench.changed_by_hand d SET net_profit = revenue - round(revenue * cogs_ratio) - ad_spend
      FROM bench.changing_by_hand s WHERE d.shop_id = 7 AND s.shop_id = 7"
    clocked "1,000 rows of a shop recalculated" "$contender" "$round" "$change"
    [ "$contender" = bare ] || require_figures changed "$contender" 100000 "bench.changing_$contender"
  done < <(turns "$rounds")
}

require_single() { require_figures single "$1" "(SELECT count(*) FROM bench.single_$1)"; }

single_days() {
  local contender
  for contender in bare pg_upkeep; do
    printf '%s\n' '\set shop random(0, 999)' '\set orders random(0, 40)' '\set spent random(10000, 50000)' \
      "INSERT INTO bench.single_$contender (shop_id, record_date, orders, revenue, ad_spend, leads)" \
      "VALUES (:shop, '2024-01-01', :orders, :orders * 12345, :spent, :spent / 100);" \
      > "build/bench/single_$contender.sql"
  done
  single_rows "one row a transaction" single shops shop_settings
}

measure_metrics() {
  contenders=("${contenders_of_metrics[@]}")
  set_up $here/metrics.sql -v rows="$rows"
  checked_days | phase "metrics: results checked, ${#contenders[@]} contenders" || exit 1
  inserted_days | phase "metrics: INSERT of $rows days, $rounds rounds" || exit 1
  single_days
  changed_settings | phase "metrics: settings changed, $rounds rounds" || exit 1
  updated_days | phase "metrics: UPDATE of $rows days, $rounds rounds" || exit 1
}

memory_metrics() {
  memory metrics load_days days "revenue = revenue + 1" \
    "(SELECT bool_and(bench.right_figures(orders, revenue, ad_spend, leads, cogs_ratio, $figures))
      FROM bench.days_pg_upkeep JOIN bench.shop_settings USING (shop_id))"
}
