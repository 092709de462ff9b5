# Weeks of shops in many shards: the documents are those of one node. It goes on with the tables of created.sh.
app=upkeep_citus_week one=upkeep_citus_other
shop_id() { printf "'5b3d1f7e-0000-4000-8000-%012d'" "$1"; }
# The same shops, settings and days in both schemas; each has something else go wrong in its last week.
days() {
  cat <<SQL
INSERT INTO $1.shops (id, name)
  SELECT ('5b3d1f7e-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'shop ' || n FROM generate_series(1, 20) n;
INSERT INTO $1.shop_settings (shop_id, cogs_ratio, target_roas) SELECT id, 0.45, 3 FROM $1.shops;
INSERT INTO $1.shop_events (shop_id, starts_on, ends_on, kind)
  VALUES ($(shop_id 4), '2026-11-10', '2026-11-10', 'closed');
INSERT INTO $1.daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
  SELECT s.id, d, 12 - CASE WHEN d >= '2026-11-09' THEN right(s.id::text, 2)::integer % 8 ELSE 0 END,
    CASE WHEN d >= '2026-11-09' AND right(s.id::text, 2)::integer % 3 = 0 THEN 1200000 ELSE 4000000 END, 1000000,
    100 + extract(doy FROM d)::integer * 7 % 13
  FROM $1.shops s, generate_series(timestamp '2026-09-14', '2026-11-15', '1 day') d
  WHERE (s.id, d::date) <> ($(shop_id 4), date '2026-11-10');
SQL
}
days $app | run "days of 20 shops, distributed"
days $one | run "the same on one node"
week="upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16'"
week_in() {
  echo "$week, daily_records => '$1.daily_records', shop_settings => '$1.shop_settings',
    weekly_diagnostics => '$1.weekly_diagnostics', action_items => '$1.action_items'"
}

# The aggregate, grouped by shop, is computed where the rows are.
diagnosis="upkeep.diagnose(d.record_date, d.orders, d.revenue, d.ad_spend, d.leads, date '2026-11-09',
  jsonb_build_object('shop_id', s.shop_id, 'cogs_ratio', s.cogs_ratio, 'target_roas', s.target_roas),
  date '2026-11-16')"
diagnoses() {
  echo "SELECT d.shop_id, $diagnosis AS x FROM $1.daily_records d JOIN $1.shop_settings s USING (shop_id) GROUP BY 1"
}
is "diagnose, grouped by shop, runs within the shards" \
  "$(q "EXPLAIN (COSTS OFF) $(diagnoses $app)" | grep -cE '^ *-> +(Task$|(Hash|Group)Aggregate)')" 2
digest() { q "SELECT count(*), md5(string_agg(x::text, ';' ORDER BY x::text COLLATE \"C\")) FROM ($1) x"; }
is "and says what it says on one node" "$(digest "$(diagnoses $app)")" "$(digest "$(diagnoses $one)")"

for schema in $app $one; do run "run_weekly_diagnostics" <<< "CALL $(week_in $schema));"; done
documents() {
  echo "SELECT shop_id, week_start, week_label, state, issues, rules, facts, input_digest, stale
    FROM $1.weekly_diagnostics"
}
items() {
  echo "SELECT shop_id, fingerprint, code, action, params, title, severity, impact, status, first_week, last_week
    FROM $1.action_items"
}
is "run_weekly_diagnostics writes a diagnosis a shop, and action items" "$(q "
  SELECT count(*), bool_or(stale) FROM $app.weekly_diagnostics") $(q "
  SELECT count(*) > 0 FROM $app.action_items")" "20|f t"
is "the documents are those of one node" "$(digest "$(documents $app)")" "$(digest "$(documents $one)")"
is "the action items too" "$(digest "$(items $app)")" "$(digest "$(items $one)")"
q "UPDATE $app.daily_records SET revenue = 1 WHERE shop_id = $(shop_id 3) AND record_date = '2026-11-12'" > /dev/null
is "an edit makes one diagnosis stale" "$(q "SELECT count(*) FROM $app.weekly_diagnostics WHERE stale")" 1
run "run_weekly_diagnostics of a shop" <<< "CALL $(week_in $app), shop => $(shop_id 3));"
is "a run of its shop makes it fresh" \
  "$(q "SELECT count(*) FILTER (WHERE stale), count(*) FROM $app.weekly_diagnostics")" "0|20"
is "weekly_report of all shops" "$(q "
  SELECT count(*) FROM $app.weekly_diagnostics w WHERE upkeep.weekly_report(to_jsonb(w), 'html') ~ '<svg'")" 20

is "ad_decisions decide" "$(q "
  INSERT INTO $app.ad_decisions (shop_id, decided_on, campaign, spend, orders, revenue, leads, age_days, aov)
  SELECT id, '2026-11-16', 'search', 3000000, 30, 12000000, 320, 40, 400000 FROM $app.shops;
  SELECT count(*) FROM $app.ad_decisions WHERE decision = 'SCALE' AND evidence ->> 'break_even_cpa' = '220000'")" 20
is "growth_simulations and product_presets" "$(q "
  INSERT INTO $app.growth_simulations (shop_id, target_revenue, revenue, ad_spend, leads, orders, model)
  SELECT id, 20000000, 16000000, 4000000, 1600, 40, 'diminishing' FROM $app.shops;
  INSERT INTO $app.product_presets (shop_id, name, sell_price, cogs) SELECT id, 'x', 400000, 160000 FROM $app.shops;
  SELECT count(*) FROM $app.growth_simulations g JOIN $app.product_presets p USING (shop_id)
  WHERE needed_ad_spend = 5501776 AND unit_margin = 240000")" 20
q "INSERT INTO $app.monthly_goals (shop_id, month, revenue_target) SELECT id, '2026-11-01', 100000000
  FROM $app.shops" > /dev/null
is "goal_pace" "$(q "SELECT projected FROM upkeep.goal_pace($(shop_id 1), '2026-11-01', '2026-11-09',
  '$app.daily_records', '$app.monthly_goals') WHERE metric = 'revenue'")" 120000000
is "a shop that is deleted takes all that is its own" "$(q "DELETE FROM $app.shops WHERE id = $(shop_id 20)")$(q "
  SELECT (SELECT count(DISTINCT shop_id) FROM $app.daily_records), (SELECT count(*) FROM $app.weekly_diagnostics),
    (SELECT count(DISTINCT shop_id) FROM $app.ad_decisions)")" "19|19|19"
