# One version on all nodes; triggers on every shard, whenever they were enabled; what is refused.
is "all nodes have one version" \
  "$(q "SELECT count(DISTINCT result) FROM run_command_on_all_nodes('SELECT upkeep.version()')")" 1

# Without those for TRUNCATE, which Citus fires where the statement comes in.
on_rows="NOT tgisinternal AND tgtype & 32 = 0"
on_shards() {
  q "SELECT count(DISTINCT result) || ' ' || min(result) FROM run_command_on_placements('$1.$2',
       'SELECT count(*) FROM pg_trigger WHERE $on_rows AND tgrelid = ''%s''::regclass')"
}
on_table() {
  q "SELECT '1 ' || count(*) FROM pg_trigger WHERE tgrelid = '$1.$2'::regclass AND $on_rows AND tgname ~ '^zz_upkeep'"
}
for table in orders order_items daily_records; do
  is "every shard of $table has its triggers, enabled before it was distributed" \
    "$(on_shards $before $table)" "$(on_table $before $table)"
  is "every shard of $table has its triggers, enabled afterwards" \
    "$(on_shards $after $table)" "$(on_table $after $table)"
done

is "a table can be enabled while citus.enable_unsafe_triggers is off" \
  "$(code "SET citus.enable_unsafe_triggers = off" "SELECT upkeep.enable_updated_at('$after.orders')")" none
q "CREATE TABLE $after.rates (id integer PRIMARY KEY, updated_at timestamptz)" > /dev/null
q "SELECT create_reference_table('$after.rates')" > /dev/null
is "a reference table is refused: a trigger would fire on each of its replicas" \
  "$(code "SELECT upkeep.enable_updated_at('$after.rates')")" 0A000
is "order_number is enabled before the table is distributed" \
  "$(code "SELECT upkeep.enable_order_number('$after.orders', tenant_column => 'shop_id')")" 0A000
is "and orders without it are written" \
  "$(code BEGIN "INSERT INTO $after.orders (shop_id, id) VALUES (1, 1)" ROLLBACK)" none
is "stock that is remembered on a node, which a move of the shard would lose, is refused" "$(code BEGIN \
  "SELECT upkeep.disable_stock('$after.order_items', '$after.products')" \
  "SELECT upkeep.enable_stock('$after.order_items', '$after.products', tenant_column => 'shop_id')" ROLLBACK)" 0A000
