# docs/operations.md: a store and its analytics that ran on one machine are distributed by what stands there, the blocks
# "sql citus". Their schemas have names here that nobody else has.
named_here() { sed -E 's/\b(store|analytics|web|insights|tenant_7)(_before)?\b/upkeep_citus_\1\2/g'; }
script=$(awk '/^```sql citus$/ { inside = 1; next } /^```/ { inside = 0 } inside' docs/operations.md | named_here)
store=upkeep_citus_store analytics=upkeep_citus_analytics
run "a store and its analytics on one machine" <<SQL
SELECT upkeep.create_storefront('$store', names => 'generic');
SELECT upkeep.create_analytics('$analytics');
SELECT upkeep.seed_storefront('$store', 20, 100);
SELECT upkeep.seed_analytics('$analytics');
SQL
rows="
  SELECT (SELECT md5(string_agg(o.id || order_number || total_amount || status || o.updated_at, ' ' ORDER BY o.id))
      FROM $store.orders o),
    (SELECT md5(string_agg(i.id::text || product_snapshot || price_snapshot || quantity, ' ' ORDER BY i.id))
      FROM $store.order_items i),
    (SELECT md5(string_agg(d.id::text || net_profit || d.updated_at, ' ' ORDER BY d.id))
      FROM $analytics.daily_records d)"
rows_before=$(q "$rows")
p -v ON_ERROR_STOP=1 <<< "$script" > "$log.script" 2>&1
is "the script of docs/operations.md runs" "$(grep -E 'ERROR|FATAL|WARNING' "$log.script")" ""
is "and every row is as it was" "$(q "$rows")" "$rows_before"
is "orders go on, with new numbers" "$(q "
  INSERT INTO $store.orders (shop_id) VALUES ('5b3d1f7e-0000-4000-8000-000000000001')") $(q "
  SELECT count(*) - count(DISTINCT order_number) FROM $store.orders")" " 0"
is "figures follow their rows" "$(q "UPDATE $analytics.daily_records SET revenue = revenue + 1")$(q "
  SELECT count(*) FROM upkeep.check_metrics('$analytics.daily_records')")" 0
tenant=upkeep_citus_tenant_7
is "the schema of a tenant has its orders, which are right" "$(q "SELECT count(*) FROM $tenant.orders") $(
  q "SELECT count(*) FROM upkeep.check_orders('$tenant.orders', '$tenant.order_items')")" "100 0"
is "a checkout of four statements orders what is in the cart" "$(q "
  SELECT count(*), sum(total_amount) FROM upkeep_citus_web.orders") $(q "
  SELECT count(*) FROM upkeep_citus_web.cart_items") $(q "SELECT stock_quantity FROM upkeep_citus_web.products")" \
  "1|15.00 0 8"
is "what is enabled is enabled on the shards too" "$(q "
  SELECT min(result::integer) = max(result::integer) AND min(result::integer) > 10 FROM run_command_on_shards(
    '$store.order_items', 'SELECT count(*) FROM pg_trigger WHERE tgrelid = ''%s''::regclass AND NOT tgisinternal')")" t
