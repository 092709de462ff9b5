# The way back is refused while tables use what it would take away.

new_database copy
restore -d copy "$scratch/custom"
# Entries of history would be in the way of all of it.
back() {
  sql -d copy -c "CALL upkeep.purge_history('infinity')" > /dev/null 2>&1
  sql -d copy -c "ALTER EXTENSION pg_upkeep UPDATE TO '${1:-0.1.0}'" 2>&1 | sed -n 's/.*ERROR:  //p'
}
dependents="because other objects depend on it"
before=$(look contents copy)
own_tables="wordings stock_taken ddl_log guard_exemptions order_corrections order_counters"
for table in $own_tables; do sql -d copy -c "COPY upkeep.$table TO STDOUT" > "$scratch/$table"; done
# again WHAT FILE...: what was disabled is enabled again, and what the extension's own tables held is put back.
again() {
  local table what=$1; shift
  passes "$what" sql -d copy -o /dev/null -c "SET client_min_messages = warning" \
    "$@" -c "SELECT upkeep.enable_guard(schemas => '{\"Kept, all\"}')" -c "DELETE FROM upkeep.ddl_log" \
    -c "DELETE FROM upkeep.order_counters"
  for table in $own_tables; do sql -d copy -c "COPY upkeep.$table FROM STDIN" < "$scratch/$table"; done
  same_as_source "$what" copy
}
# without WHAT STATEMENT...: while these tables use WHAT it is refused; then they do so no longer.
without() {
  check "$current -> 0.2.0 is refused while orders use $1" "cannot drop function upkeep.$1() $dependents" \
    "$(back 0.2.0)"
  sql -d copy -o /dev/null -c "SELECT ${*:2}"
}
check "$current -> 0.11.0 is refused while tables have figures of others" \
  "cannot drop function upkeep.rollup() $dependents" "$(back 0.11.0)"
disable_rollups
check "$current -> 0.10.0 is refused while rows are deleted softly" \
  "cannot drop function upkeep.soft_delete() $dependents" "$(back 0.10.0)"
# disabled FEATURE: on all tables that have it.
disabled() {
  sql -d copy -o /dev/null -c "SET client_min_messages = warning" \
    -c "SELECT upkeep.disable_$1(object) FROM upkeep.managed WHERE feature = '$1' ORDER BY object" > /dev/null 2>&1
}
disabled soft_delete
check "$current -> 0.10.0 is refused while tables have history" \
  "cannot drop function upkeep.record_history() $dependents" "$(back 0.10.0)"
disabled history
check "$current -> 0.9.0 is refused while ads ask what an order brings" \
  "cannot drop function upkeep.enable_ad_decisions(regclass,regclass,name,regclass) $dependents" "$(back 0.9.0)"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_ad_decisions('\"Ads, all\".\"Asked\"'),
  upkeep.enable_ad_decisions('analytics.ad_decisions', 'analytics.shop_settings')"
check "$current -> 0.8.0 is refused while numbers are counted" \
  "cannot drop table upkeep.order_counters $dependents" "$(back 0.8.0)"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_order_number(o)
  FROM (VALUES ('closed.\"Numbered\"'::regclass), ('closed.\"Billed\"')) t(o)"
check "$current -> 0.8.0 is refused while orders have refunds" \
  "cannot drop function upkeep.order_refund() $dependents" "$(back 0.8.0)"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_order_refunds('closed.\"Refunds\"')"
sql -d copy -o /dev/null -c "SELECT upkeep.enable_order_totals('closed.\"Orders\"', 'closed.\"Lines\"',
  order_key => 'No', tenant_column => 'shop', total_formula => 'lines')"
check "$current -> 0.8.0 is refused while totals have formulas" \
  "cannot drop function upkeep.order_amount(text,integer,numeric[],text) $dependents" "$(back 0.8.0)"
sql -d copy -o /dev/null -c "SELECT upkeep.enable_order_totals('closed.\"Orders\"', 'closed.\"Lines\"',
  order_key => 'No', tenant_column => 'shop')"
check "$current -> 0.5.0 is refused while rows simulate growth" \
  "cannot drop function upkeep.growth_simulations() $dependents" "$(back 0.5.0)"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_growth_simulations(t)
  FROM (VALUES ('analytics.growth_simulations'::regclass), ('\"Ads, all\".plans')) d(t)"
check "$current -> 0.5.0 is refused while rows decide on ads" "cannot drop function upkeep.ad_decisions() $dependents" \
  "$(back 0.5.0)"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_ad_decisions(t) FROM (VALUES ('analytics.ad_decisions'::regclass),
  ('\"Ads, all\".\"Decided\"')) d(t)"
check "$current -> 0.4.0 is refused while tables are guarded" "cannot drop function upkeep.guard() $dependents" \
  "$(back 0.4.0)"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_guard()"
check "$current -> 0.3.0 is refused while days make diagnoses stale" \
  "cannot drop function upkeep.weekly_diagnostics() $dependents" "$(back 0.3.0)"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_weekly_diagnostics(d)
  FROM (VALUES ('analytics.daily_records'::regclass), ('\"Days, of\".\"All days\"')) t(d)"
all_orders="VALUES ('sales.orders'::regclass, 'sales.order_items'::regclass),
  ('sales.\"Orders, all\"', 'sales.\"Lines, all\"'), ('store.orders', 'store.order_items'),
  ('closed.\"Orders\"', 'closed.\"Lines\"')"
without stock "upkeep.disable_stock(l) FROM ($all_orders) t(o, l)"
without order_number "upkeep.disable_order_number(o) FROM ($all_orders) t(o, l)"
without order_status "upkeep.disable_order_status(o) FROM ($all_orders) t(o, l)"
without order_lock "upkeep.disable_order_lock(o) FROM ($all_orders) t(o, l)"
without order_total "upkeep.disable_order_totals(o) FROM ($all_orders) t(o, l)"
without order_line "upkeep.disable_order_snapshots(l) FROM ($all_orders) t(o, l)"
check "each refusal was one of the whole" "$current" "$(sql -At -d copy -c "SELECT extversion FROM pg_extension
  WHERE extname = 'pg_upkeep'")"
check "once no order uses 0.3.0, $current -> 0.2.0 works" "" "$(back 0.2.0)"
check "and metrics and stamps go on" "" "$(diff <(look behaviour source 0.2.0) <(look behaviour copy 0.2.0))"
passes "0.2.0 -> $current" sql -d copy -c "ALTER EXTENSION pg_upkeep UPDATE TO '$current'"
check "0.2.0 -> $current: orders, lines and snapshots stay; of what was taken from stock nothing is known" \
  "$(printf '%s\n' "$before" | grep -v -e '_items|\[' -e 'not the sum' -e '^wording' -e '^guarded' -e '^log' \
  -e '^exempt' -e '^corrected' -e '^counted')" \
  "$(look contents copy | grep -v -e '^ERROR:  nothing is kept for' -e '^ERROR:  there is no rollup' -e '^HINT:')"
again "orders, weekly diagnostics, decisions, history, rollups and the guard are enabled again" \
  -f "$scratch/recorded.sql" -f "$scratch/rollups.sql" \
  -f "$scratch/orders.sql" \
  -f "$scratch/weekly.sql" -f "$scratch/decisions.sql"
disabled soft_delete
disabled history
disable_rollups
disable_decisions
sql -d copy -c "SELECT upkeep.disable_guard()" > /dev/null
sql -d copy -o /dev/null -c "SELECT upkeep.disable_weekly_diagnostics(d)
  FROM (VALUES ('analytics.daily_records'::regclass), ('\"Days, of\".\"All days\"')) t(d)"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_order_refunds('closed.\"Refunds\"')" -c "SELECT
  upkeep.disable_stock(l), upkeep.disable_order_number(o),
  upkeep.disable_order_status(o), upkeep.disable_order_lock(o), upkeep.disable_order_totals(o),
  upkeep.disable_order_snapshots(l) FROM ($all_orders) t(o, l)" \
  -c "SELECT upkeep.disable_order_number(o) FROM (VALUES ('closed.\"Numbered\"'::regclass), ('closed.\"Billed\"')) t(o)"
check "$current -> 0.1.0 is refused while settings are watched" \
  "cannot drop function upkeep.metrics_settings() $dependents" "$(back)"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_metrics('daily_records'),
  upkeep.disable_metrics('\"Shop, Front\".\"Figures, all\"'), upkeep.disable_metrics('analytics.daily_records'),
  upkeep.disable_metrics('analytics.product_presets')"
check "and while a table has metrics without settings" "cannot drop function upkeep.metrics() $dependents" "$(back)"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_metrics('ratios')" -c "CREATE VIEW uses_aov AS SELECT
  upkeep.aov(revenue, orders) FROM daily_records"
check "and while a view uses one of its functions" "cannot drop function upkeep.aov(numeric,numeric) $dependents" \
  "$(back)"
sql -d copy -c "DROP VIEW uses_aov"
check "it was refused as a whole" "$current" "$(sql -At -d copy -c "SELECT extversion FROM pg_extension
  WHERE extname = 'pg_upkeep'")"
check "once they are gone it works" "" "$(back)"
figures() { sql -At -d "$1" -c "TABLE daily_records" -c 'TABLE "Shop, Front"."Figures, all"' -c "TABLE ratios" 2>&1; }
check "the figures stay" "$(figures source)" "$(figures copy)"
passes "and up again" sql -d copy -c "ALTER EXTENSION pg_upkeep UPDATE TO '$current'"
same digest "and up again: the same digest" copy
again "and metrics are enabled again" -f "$scratch/recorded.sql" -f "$scratch/rollups.sql" \
  -f "$scratch/metrics.sql" -f "$scratch/orders.sql" -f "$scratch/weekly.sql" -f "$scratch/decisions.sql"
