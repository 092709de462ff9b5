# kill -9 in the middle of upkeep.run_weekly_diagnostics: the batches that were committed are whole, and the next run
# makes of it what an uninterrupted one would have made. test/recovery/run sources it.
in_weekly() { sql -At -d weekly -c "$1" 2>&1; }
week=2026-11-09
diagnose="CALL upkeep.run_weekly_diagnostics('$week', today => '2026-11-16', batch_size => 50)"
quietly() { sql -d "$1" -o /dev/null -c "SET client_min_messages = warning" "${@:2}"; }

# 400 shops, some of which lost revenue; the week before is diagnosed, and answered.
sql -c "CREATE DATABASE seed"
quietly seed -c "CREATE EXTENSION pg_upkeep" -c "SELECT upkeep.create_analytics('public')" -c "
  INSERT INTO shops (id, name) SELECT md5(n::text)::uuid, 'shop ' || n FROM generate_series(1, 400) n;
  INSERT INTO shop_settings (shop_id, cogs_ratio) SELECT id, 0.45 FROM shops;
  INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
    SELECT id, d, 6, CASE WHEN hashtext(name) % 3 = 0 AND d >= '2026-11-02' OR hashtext(name) % 5 = 0 AND d >= '$week'
    THEN 700000 ELSE 2000000 END, 500000, 60
      FROM shops, generate_series(date '2026-09-14', '2026-11-15', '1 day') d;" \
  -c "CALL upkeep.run_weekly_diagnostics('2026-11-02', today => '2026-11-16')" -c "
  UPDATE weekly_diagnostics SET user_responses = jsonb_build_object(issues -> 0 ->> 'fingerprint',
  '{\"status\": \"dismissed\"}'::jsonb) WHERE hashtext(shop_id::text) % 2 = 0 AND issues <> '[]';
  UPDATE action_items SET status = 'done' WHERE hashtext(shop_id::text) % 4 = 1;"
sql -c "CREATE DATABASE calm TEMPLATE seed"
quietly calm -c "$diagnose"

# all_rows DATABASE: what a run makes, except identifiers and stamps.
all_rows() {
  sql -At -d "$1" -c "SELECT shop_id, week_start, week_label, state, issues, rules, facts, user_responses,
    input_digest, stale FROM weekly_diagnostics ORDER BY 1, 2" \
    -c "SELECT i.shop_id, fingerprint, code, action, params, title, severity, impact, status, first_week, last_week,
    w.week_start FROM action_items i JOIN weekly_diagnostics w ON w.id = diagnostic_id ORDER BY 1, 2, 4" 2>&1
}
check "diagnoses: an uninterrupted run has something to write" "t|t|t" "$(sql -At -d calm -c "
  SELECT (SELECT count(*) = 400 FROM weekly_diagnostics WHERE week_start = '$week'), (SELECT count(*) > 500
  FROM action_items), (SELECT count(DISTINCT status) > 3 FROM action_items)")"

# Another session has begun to write the row of the 230th shop: the run stops in its fifth batch.
for victim in diagnosing postmaster; do
  what="diagnoses, kill -9, $victim"
  sql -c "DROP DATABASE IF EXISTS weekly" -c "CREATE DATABASE weekly TEMPLATE seed" > /dev/null 2>&1
  session blocking weekly "BEGIN; INSERT INTO weekly_diagnostics (shop_id, week_start)
    SELECT id, '$week' FROM shops ORDER BY id OFFSET 229 LIMIT 1"
  is_done blocking
  session diagnosing weekly "$diagnose"
  is_waiting diagnosing
  check "$what: it is in its midst" "200|200|4" "$(in_weekly "SELECT rows_done, rows_changed, batches
    FROM upkeep.progress")"
  if [ $victim = postmaster ]; then
    kill_server
  else
    kill_backend diagnosing
  fi
  check "$what: what was committed is there, whole batches of it" "200|0" \
    "$(in_weekly "SELECT count(*), (SELECT count(*) FROM upkeep.progress) FROM weekly_diagnostics
    WHERE week_start = '$week'")"
  check "$what: with the action items that follow" "0" "$(in_weekly "
    SELECT count(*) FROM weekly_diagnostics w, jsonb_array_elements(issues) e, jsonb_array_elements(e -> 'actions') a
    WHERE week_start = '$week' AND e ->> 'baseline_state' <> 'absent'
       AND coalesce(e -> 'response' ->> 'status', 'ack') IN ('ack', 'reopened') AND NOT EXISTS (SELECT
       FROM action_items i WHERE i.shop_id = w.shop_id AND fingerprint = e ->> 'fingerprint' AND action = a ->> 'code'
       AND last_week = '$week')")"
  quietly weekly -c "CREATE TABLE committed AS SELECT id, xmin::text AS x FROM weekly_diagnostics"
  quietly weekly -c "$diagnose"
  check "$what: run again, it is as if nothing had happened" "" "$(diff <(all_rows calm) <(all_rows weekly) |
    head -n 5)"
  check "$what: and what was committed has not been touched" "0" "$(in_weekly "SELECT count(*) FROM committed c
    JOIN weekly_diagnostics w USING (id) WHERE c.x <> w.xmin::text")"
done
