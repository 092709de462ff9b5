# Stamps, versions and figures of rows that lie in many shards; settings that change; recalculating.
columns="shop_id, record_date, orders, revenue, ad_spend, leads"
records=$before.daily_records settings=$before.shop_settings
run "settings" <<< "INSERT INTO $settings (shop_id, cogs_ratio) SELECT n, 0.4 FROM generate_series(1, 30) n;"
run "records" <<< "INSERT INTO $records ($columns)
  SELECT n, date '2026-11-01' + d, 2, 1000, 100, 5 FROM generate_series(1, 30) n, generate_series(0, 2) d;"
is "figures of an insert over all shards" \
  "$(q "SELECT count(*) FROM $records WHERE net_profit = 500 AND aov = 500")" 90
is "figures of one row" \
  "$(q "INSERT INTO $records ($columns) VALUES (7, '2026-12-01', 2, 1000, 100, 5) RETURNING net_profit")" 500
one="shop_id = 7 AND record_date = '2026-12-01'"
is "an update of one row keeps to the settings, stamps and counts" \
  "$(q "UPDATE $records SET revenue = 2000 WHERE $one RETURNING net_profit, version")" "1100|2"
is "an update that changes nothing does nothing" \
  "$(q "UPDATE $records SET revenue = 2000 WHERE $one RETURNING version")" 2
stale="UPDATE $records SET revenue = 1, version = 1 WHERE $one"
is "a stale version is UK006" "$(code "$stale")" UK006
is "messages name the table, not its shard" "$(message "$stale" | grep -c '"daily_records"')" 1
run "update of all" <<< "UPDATE $records SET revenue = 3000 WHERE record_date = '2026-11-01';"
is "an update over all shards" "$(q "SELECT count(*) FROM $records
  WHERE record_date = '2026-11-01' AND net_profit = 1700 AND version = 2")" 30

run "settings of one" <<< "UPDATE $settings SET cogs_ratio = 0.5 WHERE shop_id = 3;"
is "a shop's figures follow its settings" \
  "$(q "SELECT string_agg(net_profit::text, ' ' ORDER BY record_date) FROM $records WHERE shop_id = 3")" "1400 400 400"
run "settings of all" <<< "UPDATE $settings SET cogs_ratio = 0.25;"
second_day="FROM $records WHERE record_date = '2026-11-02'"
is "all figures follow all settings" "$(q "SELECT count(*) $second_day AND net_profit = 650")" 30
is "an insert sees the settings of its own transaction" "$(p <<SQL | tail -n 1
BEGIN;
UPDATE $settings SET cogs_ratio = 0.1;
INSERT INTO $records ($columns) SELECT n, '2027-01-01', 1, 1000, 0, 1 FROM generate_series(1, 30) n;
SELECT count(*) FROM $records WHERE record_date = '2027-01-01' AND net_profit = 900;
ROLLBACK;
SQL
)" 30
printf '%s\t2027-02-01\t1\t1000\t0\t1\n' 1 2 3 4 > "$log.copy"
p -c "\\copy $records ($columns) from '$log.copy'" > /dev/null 2>&1
is "COPY" "$(q "SELECT count(*) FROM $records WHERE record_date = '2027-02-01' AND net_profit = 750")" 4
is "check_metrics finds nothing" "$(q "SELECT count(*) FROM upkeep.check_metrics('$records')")" 0

run "settings that figures do not follow" <<SQL
SELECT upkeep.enable_metrics('$records', settings => '$settings', touch_updated_at => false);
UPDATE $settings SET cogs_ratio = 0.8;
SQL
stamps="SELECT md5(string_agg(shop_id || ' ' || updated_at, ' ' ORDER BY shop_id, record_date)) FROM $records"
stamps_before=$(q "$stamps")
run "recalculate one" <<< "CALL upkeep.recalculate('$records', tenant => '3');"
is "recalculate of one tenant changes no other's" "$(q "SELECT count(*) $second_day AND net_profit <> 650")" 1
run "recalculate" <<< "CALL upkeep.recalculate('$records');"
is "recalculate puts all right" "$(q "SELECT count(*) FROM upkeep.check_metrics('$records')")" 0
is "recalculate leaves updated_at where touch_updated_at is off" "$(q "$stamps")" "$stamps_before"

# What is asked of the shards is what is committed there, and they must not wait for whoever asks.
checks="SELECT * FROM upkeep.check_metrics('$records')"
is "check_metrics is refused where the transaction has written its tables" "$(
  code BEGIN "UPDATE $records SET revenue = 1 WHERE shop_id = 1" "$checks" ROLLBACK) $(
  code BEGIN "UPDATE $settings SET cogs_ratio = 0.3 WHERE shop_id = 1" "$checks" ROLLBACK) $(
  code BEGIN "ALTER TABLE $settings ADD COLUMN note text" "$checks" ROLLBACK)" "0A000 0A000 0A000"
is "and where it has only read them it is not" "$(
  code BEGIN "SELECT * FROM $records WHERE shop_id = 1 FOR UPDATE" "$checks" ROLLBACK)" none
run "wrong figures" <<SQL
SELECT upkeep.enable_metrics('$records', settings => '$settings', on_settings_change => 'recalculate');
BEGIN;
SET LOCAL citus.propagate_set_commands = 'local';
SET LOCAL upkeep.pause = 'metrics, updated_at';
UPDATE $records SET net_profit = 7 WHERE record_date = '2026-11-02';
UPDATE $records SET updated_at = now() + interval '1 year' WHERE shop_id = 4 AND record_date = '2026-11-03';
COMMIT;
SQL
found() { # of the records, in a transaction after these statements
  { echo "BEGIN;"; for each in "$@"; do echo "$each;"; done; cat <<SQL
SELECT string_agg(substring(finding FROM '^[0-9]+'), ' ' ORDER BY feature) FROM upkeep.check()
WHERE object = '$records'::regclass;
ROLLBACK;
SQL
  } | p | tail -n 1
}
is "check() counts wrong figures and stamps of all shards" "$(found)" "30 1"
is "also those that its own transaction has written or altered" "$(
  found "ALTER TABLE $records ADD COLUMN note text" "UPDATE $records SET revenue = 1 WHERE shop_id < 5")" 26
run "right figures again" <<SQL
UPDATE $records SET leads = leads + 1 WHERE shop_id = 4;
CALL upkeep.recalculate('$records');
SQL
is "recalculate puts them right, and check() says so" \
  "$(q "SELECT count(*) FROM upkeep.check() WHERE object = '$records'::regclass")" 0
