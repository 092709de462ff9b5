# What else can be called: on distributed tables, on reference tables, and in a schema that is distributed as a whole.
f=upkeep_citus_calls tenant=upkeep_citus_tenant
rules=$(q "SELECT count(*) FROM upkeep.auto_updated_at_rules")
if [ "$rules" = 0 ]; then
  run "auto_updated_at" <<SQL
CREATE SCHEMA $f;
SELECT upkeep.auto_updated_at('{$f}');
CREATE TABLE $f.early (shop_id bigint, id bigint, v integer, updated_at timestamptz, PRIMARY KEY (shop_id, id));
SELECT create_distributed_table('$f.early', 'shop_id', colocate_with => 'none');
CREATE TABLE $f.late (shop_id bigint, id bigint, v integer, PRIMARY KEY (shop_id, id));
SELECT create_distributed_table('$f.late', 'shop_id', colocate_with => '$f.early');
ALTER TABLE $f.late ADD COLUMN updated_at timestamptz;
CREATE TABLE $f.parts (shop_id bigint, id bigint, day date, v integer, updated_at timestamptz,
  PRIMARY KEY (shop_id, id, day)) PARTITION BY RANGE (day);
CREATE TABLE $f.parts_1 PARTITION OF $f.parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
SELECT create_distributed_table('$f.parts', 'shop_id', colocate_with => '$f.early');
CREATE TABLE $f.parts_2 PARTITION OF $f.parts FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE TABLE $f.rates (id integer PRIMARY KEY, v integer);
SELECT create_reference_table('$f.rates');
ALTER TABLE $f.rates ADD COLUMN updated_at timestamptz;
SELECT upkeep.auto_updated_at('{}');
INSERT INTO $f.early SELECT n, 1, 1, '2020-01-01' FROM generate_series(1, 20) n;
INSERT INTO $f.late SELECT n, 1, 1, '2020-01-01' FROM generate_series(1, 20) n;
INSERT INTO $f.parts SELECT n, 1, date '2026-01-15' + 31 * (n % 2), 1, '2020-01-01' FROM generate_series(1, 20) n;
UPDATE $f.early SET v = 2;
UPDATE $f.late SET v = 2;
UPDATE $f.parts SET v = 2;
SQL
  stamped() { q "SELECT count(*) FROM $f.$1 WHERE updated_at > '2026-01-01'"; }
  is "tables are stamped that were distributed after that, before it, and by partitions" \
    "$(stamped early) $(stamped late) $(stamped parts)" "20 20 20"
  is "a reference table is left alone, and can be written" "$(code "INSERT INTO $f.rates VALUES (1, 1)" \
    "UPDATE $f.rates SET v = 2") $(q "SELECT count(*) FROM upkeep.managed WHERE object = '$f.rates'::regclass")" \
    "none 0"
  is "by enable_updated_at_in too" "$(q "SELECT upkeep.enable_updated_at_in('$f')")" ""
else
  skip "auto_updated_at" "it is on in this database"
fi
run "a reference table that was enabled before" <<SQL
CREATE SCHEMA IF NOT EXISTS $f;
CREATE TABLE $f.zones (id integer PRIMARY KEY, updated_at timestamptz);
SELECT upkeep.enable_updated_at('$f.zones');
SELECT create_reference_table('$f.zones');
SQL
is "a reference table that was enabled before is not written" "$(code "INSERT INTO $f.zones VALUES (1)")" 0A000
run "without its trigger" <<< "SELECT upkeep.disable_updated_at('$f.zones');"
is "and is, once that is disabled" "$(code "INSERT INTO $f.zones VALUES (1)")" none

run "rows" <<SQL
CREATE TABLE $f.filled (shop_id bigint, id bigint, updated_at timestamptz, PRIMARY KEY (shop_id, id));
SELECT create_distributed_table('$f.filled', 'shop_id', colocate_with => 'none');
INSERT INTO $f.filled SELECT n, 1 FROM generate_series(1, 20) n;
SQL
is "what needs history is refused" "$(code "SELECT * FROM upkeep.as_of(NULL::$f.filled, now())") $(
  code "SELECT * FROM upkeep.row_history('$f.filled', '{\"shop_id\": 1, \"id\": 1}')") $(
  code "SELECT upkeep.restore_row('$f.filled', '{\"shop_id\": 1, \"id\": 1}')") $(
  code "SELECT upkeep.erase('$f.filled', '{\"shop_id\": 1, \"id\": 1}', '{updated_at}', 'x')") $(
  code "SELECT upkeep.enable_history('$f.zones')")" "0A000 0A000 0A000 0A000 0A000"
is "suggest proposes tables, no shards" "$(q "SELECT count(*) FILTER (WHERE statement ~ 'filled'),
  count(*) FILTER (WHERE statement ~ '_[0-9]{5,}') FROM upkeep.suggest('$f')")" "1|0"
rows_of() { q "SELECT sum(n) FROM (SELECT count(*) n FROM $f.filled UNION ALL SELECT count(*) FROM $f.zones) c"; }
count=$(q "SELECT upkeep.empty_tables('$f', current_database())")
is "empty_tables counts and deletes the rows of all shards" \
  "$([ "$count" -ge 21 ] && [ "$count" -lt 90 ] && echo counted) $(rows_of)" "counted 0"

# A schema for each tenant, whose tables lie on one node.
run "a schema that is distributed" <<SQL
CREATE SCHEMA $tenant;
SELECT upkeep.create_storefront('$tenant', names => 'generic', history => false);
SELECT citus_schema_distribute('$tenant');
INSERT INTO $tenant.products (id, sku, name, price, stock_quantity)
  SELECT md5(n::text)::uuid, 'P' || n, 'p' || n, 10 * n, 100 FROM generate_series(1, 3) n;
INSERT INTO $tenant.orders (id) SELECT md5(n::text)::uuid FROM generate_series(1, 5) n;
INSERT INTO $tenant.order_items (order_id, product_id, quantity)
  SELECT md5(o::text)::uuid, md5(p::text)::uuid, 1 FROM generate_series(1, 5) o, generate_series(1, 3) p;
SQL
is "snapshots, totals and numbers are as on one machine" "$(q "SELECT count(*) FILTER (WHERE total_amount = 60),
  count(DISTINCT order_number) FROM $tenant.orders") $(q "
  SELECT count(*) FROM upkeep.check_orders('$tenant.orders', '$tenant.order_items')")" "5|5 0"
run "a paid order" <<< "UPDATE $tenant.orders SET status = 'paid' WHERE id = md5('1')::uuid;"
is "the lock too" "$(code "DELETE FROM $tenant.order_items WHERE order_id = md5('1')::uuid")" UK003
run "a cart of a tenant" <<< "INSERT INTO $tenant.carts (id) VALUES (md5('c')::uuid);"
is "a checkout is refused there" "$(code "SELECT upkeep.checkout(md5('c')::uuid, schema => '$tenant')")" 0A000
