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
leads="ALTER TABLE $before.daily_records ALTER leads TYPE"
is "so does USING that can be taken back; one that cannot, and one that is wrong by itself, are told apart" "$(
  code BEGIN "$leads text USING leads::text" ROLLBACK) $(
  code BEGIN "$leads text USING (leads % 100 + 1)::text" ROLLBACK) $(code BEGIN "$leads text USING nothing" ROLLBACK)" \
  "none UK007 42703"
reviewed() { q "SELECT string_agg(severity, ' ') FROM upkeep.review('$leads text USING $1')"; }
is "review says the same" "$(reviewed "leads::text")$(reviewed "(leads + 1)::text")" block
run "labels" <<SQL
CREATE TYPE $before.label AS ENUM ('pending', 'paid', 'cancelled', 'refunded');
CREATE TABLE $before.labels (shop_id bigint PRIMARY KEY, status text, label $before.label);
SELECT create_distributed_table('$before.labels', 'shop_id', colocate_with => '$before.orders');
INSERT INTO $before.labels SELECT n, 'paid', CASE n % 2 WHEN 0 THEN 'paid' ELSE 'pending' END::$before.label
FROM generate_series(1, 20) n;
SQL
label="ALTER TABLE $before.labels ALTER"
is "text becomes an enum; labels that become one in different shards are lost" "$(
  code BEGIN "$label status TYPE $before.label USING status::$before.label" ROLLBACK) $(
  code BEGIN "$label label TYPE text USING CASE label WHEN 'paid' THEN 'x' ELSE 'x' END" ROLLBACK)" "none UK007"
run "a reference table" <<SQL
CREATE TABLE $before.zones (id integer PRIMARY KEY, name text);
SELECT create_reference_table('$before.zones');
INSERT INTO $before.zones VALUES (1, 'a'), (2, 'b');
SQL
is "a reference table is guarded, and goes when that is confirmed" "$(code "DROP TABLE $before.zones") $(
  code BEGIN "SELECT upkeep.confirm_drop('$before.zones', 2)" "DROP TABLE $before.zones" ROLLBACK)" "UK007 none"
is "a table that Citus would make anew is stopped too" "$(code "SELECT undistribute_table('$before.labels')")" UK007
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
