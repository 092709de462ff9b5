# Weekly diagnostics, many sessions at once: shop by shop in four sessions is the same as one run; and while days are
# edited, users answer and runs meet, no diagnosis claims to be fresh that is not, and no answer is lost. test/races/run
# sources it.
week=2026-11-09
diagnose="CALL upkeep.run_weekly_diagnostics('$week', today => '2026-11-16'"
sql -o /dev/null -c "SET client_min_messages = warning" -c "SELECT upkeep.create_analytics('weekly')" -c "
  SET search_path = weekly;
  INSERT INTO shops (id, name) SELECT md5(n::text)::uuid, 'shop ' || n FROM generate_series(1, 200) n;
  INSERT INTO shop_settings (shop_id, cogs_ratio) SELECT id, 0.45 FROM shops;
  INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
    SELECT id, d, 6, CASE WHEN hashtext(name) % 3 = 0 AND d >= '$week' THEN 700000 ELSE 2000000 END, 500000, 60
    FROM shops, generate_series(date '2026-09-14', '2026-11-15', '1 day') d;"
weekly() { PGOPTIONS="-c search_path=weekly,public -c client_min_messages=warning" sql -At "$@" 2>&1; }

# --- split by shop ----------------------------------------------------------------------------------------------------
rows="SELECT shop_id, week_start, week_label, state, issues, rules, facts, input_digest, stale FROM weekly_diagnostics
  ORDER BY 1"
items="SELECT i.shop_id, fingerprint, action, title, severity, impact, status, first_week, last_week, w.week_start
  FROM action_items i JOIN weekly_diagnostics w ON w.id = diagnostic_id ORDER BY 1, 2, 3"
weekly -c "$diagnose)"
weekly -c "$rows" -c "$items" > build/races/whole
weekly -o /dev/null -c "TRUNCATE weekly_diagnostics, action_items"
for session in 0 1 2 3; do
  weekly -c "SELECT format(\$run\$$diagnose, shop => %L);\$run\$, id) FROM (SELECT id, row_number() OVER
    (ORDER BY name) % 4 AS session FROM shops) s WHERE session = $session" > build/races/split-$session.sql
  weekly -f build/races/split-$session.sql > build/races/split-$session &
done
wait
check "four sessions, shop by shop: no error" "" "$(cat build/races/split-?)"
weekly -c "$rows" -c "$items" > build/races/parts
check "four sessions, shop by shop: the same rows as one run" "t" "$([ "$(wc -l < build/races/whole)" -gt 400 ] &&
  cmp -s build/races/whole build/races/parts && echo t)"

# --- edits, answers and runs ------------------------------------------------------------------------------------------
cat > build/races/edit.sql <<'SQL'
\set shop random(1, 200)
\set other random(1, 200)
\set day random(0, 62)
\set amount random(1, 2000000)
BEGIN;
UPDATE daily_records SET revenue = :amount
  WHERE shop_id = md5(:shop::text)::uuid AND record_date = date '2026-09-14' + :day;
UPDATE daily_records SET revenue = :amount WHERE shop_id = md5(:other::text)::uuid AND record_date = date '2026-11-15';
COMMIT;
SQL
cat > build/races/answer.sql <<'SQL'
\set shop random(1, 200)
UPDATE weekly_diagnostics SET user_responses = user_responses || jsonb_build_object('answer ' || :client_id,
    coalesce((user_responses ->> ('answer ' || :client_id))::int, 0) + 1,
    coalesce(issues -> 0 ->> 'fingerprint', 'none'),
    jsonb_build_object('status', CASE WHEN :client_id = 0 THEN 'ack' ELSE 'dismissed' END))
  WHERE shop_id = md5(:shop::text)::uuid;
INSERT INTO answered VALUES (md5(:shop::text)::uuid);
SQL
printf '%s, batch_size => 50);\n' "$diagnose" > build/races/run.sql
printf "\\\\set shop random(1, 200)\nSELECT md5(:shop::text) AS id \\\\gset\n%s, shop => ':id');\n" \
  "$diagnose" > build/races/run_one.sql
weekly -o /dev/null -c "CREATE TABLE answered (shop_id uuid)"
# beside NAME CLIENTS SCRIPT: some seconds of it.
beside() { PGOPTIONS="-c search_path=weekly,public -c client_min_messages=warning" "$bindir/pgbench" -n -c "$2" -j 2 \
  -T 6 --max-tries=100 -f "build/races/$3" >> "build/races/$1" 2>&1; }
outdated="SELECT count(*) FROM weekly_diagnostics w JOIN shop_settings s USING (shop_id) WHERE NOT stale
  AND input_digest IS DISTINCT FROM
  (SELECT upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '$week', to_jsonb(s), '2026-11-16')
  ->> 'input_digest' FROM daily_records d WHERE d.shop_id = w.shop_id)"
all_at_once() {
  beside edits 4 edit.sql &
  beside answers 2 answer.sql &
  beside runs 2 run.sql &
  beside single-runs 2 run_one.sql &
  # One statement sees one moment, at which it must hold.
  while [ -n "$(jobs -pr)" ]; do weekly -c "$outdated"; done >> build/races/outdated
  wait
}
all_got_on() {
  local name
  for name in edits answers runs single-runs; do has_done 5 $name || return 1; done
}
was_looked_at() { [ "$(wc -l < build/races/outdated)" -gt 10 ]; }
enough_at_once() { all_got_on && was_looked_at; }
rounds enough_at_once all_at_once
check "edits, answers and runs at once: no session saw an error" "" "$(aborts edits answers runs single-runs)"
check "edits, answers and runs at once: all got on" "t" "$(all_got_on && echo t)"
say "#   $(for name in edits answers runs single-runs; do printf '%s %s, ' \
  "$(count "transactions actually processed" $name)" "$name"; done)$(weekly -c "SELECT count(*) FILTER (WHERE stale)
  FROM weekly_diagnostics") left stale"
check "at no time a diagnosis claims to be fresh that is not" "t 0" \
  "$(was_looked_at && echo t) $(weekly -c "$outdated" | sort -u - build/races/outdated | xargs)"
check "every answer is there" "0" "$(weekly -c "SELECT count(*) FROM (SELECT shop_id, count(*) AS n FROM answered
  GROUP BY 1) a JOIN weekly_diagnostics w USING (shop_id)
  WHERE n <> (SELECT sum(value::int) FROM jsonb_each_text(user_responses) WHERE key LIKE 'answer %')")"
weekly -c "$diagnose)"
check "one more run, and all answers show" "0|t" "$(weekly -c "SELECT count(*) FILTER (WHERE issues
    <> upkeep.answered_issues(issues, user_responses, facts)), count(*) FILTER (WHERE issues
    @> '[{\"response\": {\"week\": \"this\"}}]') > 10 FROM weekly_diagnostics")"
check "one more run, and all are fresh" "0|0" "$(weekly -c "$outdated")|$(weekly -c "SELECT count(*)
  FROM weekly_diagnostics WHERE stale")"
check "no action item is there twice, and each open one is of an issue that fires" "0|0" "$(weekly -c "
  SELECT (SELECT count(*) FROM (SELECT FROM action_items GROUP BY shop_id, fingerprint, action HAVING count(*) > 1) d),
         (SELECT count(*) FROM action_items i JOIN weekly_diagnostics w USING (shop_id)
         WHERE i.status IN ('open', 'reopened') AND i.last_week = w.week_start AND rules -> i.code ->> 'status'
         = 'PASSED')")"
