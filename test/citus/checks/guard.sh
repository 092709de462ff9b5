# What upkeep says of tables, and the guard.
is "managed lists tables, no shards" "$(q "SELECT count(DISTINCT object),
    count(*) FILTER (WHERE object::text ~ '_[0-9]+\$')
  FROM upkeep.managed WHERE object::text LIKE '$before.%'")" "4|0"
is "check() finds nothing in these tables" \
  "$(q "SELECT object, finding FROM upkeep.check() WHERE object::text LIKE '$before.%'")" ""
is "export_sql has a statement for each trigger" \
  "$(q "SELECT count(*) FROM upkeep.export_sql('$before.order_items')")" \
  "$(q "SELECT sum(cardinality(triggers)) FROM upkeep.managed WHERE object = '$before.order_items'::regclass")"
is "and they can be run" "$(code "
DO \$\$ DECLARE statement text;
BEGIN
  FOR statement IN
    SELECT regexp_replace(e, '^CREATE ', 'CREATE OR REPLACE ') FROM upkeep.export_sql('$before.order_items') e
  LOOP EXECUTE statement; END LOOP;
END \$\$")" none

run "enable_guard" <<< "SELECT upkeep.enable_guard(schemas => '{$before}');"
run "rows to lose" <<SQL
INSERT INTO $before.shop_settings (shop_id, cogs_ratio) VALUES (501, 0.1234);
INSERT INTO $before.daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
  VALUES (501, '2029-01-01', 1, 1000, 0, 1);
SQL
for statement in "TRUNCATE $before.daily_records" "ALTER TABLE $before.daily_records DROP COLUMN revenue" \
  "ALTER TABLE $before.shop_settings ALTER cogs_ratio TYPE numeric(5,1)" "DROP TABLE $before.daily_records" \
  "DROP SCHEMA $before CASCADE"; do
  is "the guard stops ${statement//$before./}" "$(code BEGIN "$statement" ROLLBACK)" UK007
done
is "and lets a type go that holds all values" \
  "$(code BEGIN "ALTER TABLE $before.daily_records ALTER leads TYPE smallint" ROLLBACK)" none
run "products to lose" <<< "INSERT INTO $before.products (shop_id, id, name, price) VALUES (99, 1, 'p', 1);"
is "review tells of it" "$(q "SELECT count(*) FROM upkeep.review(
  'DROP TABLE $before.daily_records; TRUNCATE $before.products') WHERE severity = 'block'")" 2
is "TRUNCATE goes when it is confirmed" "$(code BEGIN "SELECT upkeep.confirm_drop('$before.daily_records',
  (SELECT count(*) FROM $before.daily_records))" "TRUNCATE $before.daily_records" ROLLBACK)" none
is "so does DROP TABLE" "$(code BEGIN "SELECT upkeep.confirm_drop('$before.products')" \
  "DROP TABLE $before.products CASCADE" ROLLBACK)" none
q "ALTER TABLE $before.daily_records RENAME COLUMN ad_spend TO spend" > /dev/null
is "a renamed column is followed on the shards too" "$(code "INSERT INTO $before.daily_records
  (shop_id, record_date, orders, revenue, spend, leads) VALUES (1, '2028-01-01', 1, 1000, 0, 1)")" none
run "disable_guard" <<< "SELECT upkeep.disable_guard();"
