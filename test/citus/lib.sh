# What the parts of test/citus share. test/citus/run sources it.
PATH=$("$PG_CONFIG" --bindir):$PATH
# Triggers that are there before their table is distributed go with it where this is on.
PGOPTIONS="${PGOPTIONS:-} -c citus.enable_unsafe_triggers=on -c client_min_messages=error -c statement_timeout=120s"
export PGOPTIONS

# psql without anyone's settings; one value or the rows of a query, "failed" where it fails.
p() { psql -XqAt "$@"; }
q() { p -v ON_ERROR_STOP=1 -c "$1" 2> /dev/null || echo failed; }

# code SQL...: the SQLSTATE of the first error, or "none". Each argument is sent by itself: Citus takes no DDL among
# several statements.
code() {
  local each said commands=()
  for each in "$@"; do commands+=(-c "$each"); done
  said=$(p -v VERBOSITY=sqlstate "${commands[@]}" 2>&1 > /dev/null | sed -n 's/^ERROR:  //p' | head -n 1)
  echo "${said:-none}"
}
message() { p -c "$1" 2>&1 > /dev/null | sed -n 's/^ERROR:  //p' | head -n 1; }

# is NAME ACTUAL EXPECTED
is() { check "$1" "$3" "$2"; }

# run NAME: the statements of standard input, which are to succeed.
run() {
  p -v ON_ERROR_STOP=1 > /dev/null 2> "$log" && return
  say "not ok - $1"
  head -n 3 "$log" | sed 's/^/#   /'
}

# lacks_cluster: says why there is no cluster to test, and is false; true where there is one. Sets: nodes.
lacks_cluster() {
  [ "$(q "SELECT 1")" = 1 ] || { echo "PGHOST and PGDATABASE name no server"; return 1; }
  [ "$(q "SELECT count(*) FROM pg_extension WHERE extname = 'citus'")" = 1 ] ||
    { echo "PGDATABASE has no extension citus"; return 1; }
  [ "$(count_nodes)" -gt 0 ] || { echo "no node of the cluster holds shards"; return 1; }
}
count_nodes() {
  q "SELECT count(*) FROM pg_dist_node WHERE isactive AND shouldhaveshards AND noderole = 'primary'"
}

# Tables that are enabled before they are distributed, and afterwards. Other parts have schemas of their own, with names
# that begin like these.
before=upkeep_citus after=upkeep_citus_after
drop_schemas() {
  local each
  for each in $(q "SELECT nspname FROM pg_namespace WHERE nspname ~ '^upkeep_citus'"); do
    p -c "DROP SCHEMA $each CASCADE" > /dev/null 2>&1
  done
}

tables() {
  cat <<SQL
CREATE SCHEMA $1;
SET search_path = $1;
CREATE TABLE shop_settings (
  shop_id bigint PRIMARY KEY, cogs_ratio numeric(5,4), updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE daily_records (
  shop_id bigint, record_date date, orders integer, revenue bigint, ad_spend bigint, leads integer, aov bigint,
  net_profit bigint, version integer NOT NULL DEFAULT 1, updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shop_id, record_date));
CREATE TABLE products (
  shop_id bigint, id bigint, name text, price numeric(10,2), stock_quantity integer, PRIMARY KEY (shop_id, id));
CREATE TABLE orders (
  shop_id bigint, id bigint, order_number text, status text NOT NULL DEFAULT 'pending',
  total_amount numeric(12,2) NOT NULL DEFAULT 0, payment_completed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shop_id, id), UNIQUE (shop_id, order_number));
CREATE TABLE order_items (
  shop_id bigint, id bigint, order_id bigint, product_id bigint, quantity integer, price_snapshot numeric(10,2),
  product_snapshot jsonb, taken integer, PRIMARY KEY (shop_id, id),
  CONSTRAINT of_order FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE);
SQL
}

distribute() {
  cat <<SQL
SET search_path = $1;
SET citus.shard_count = 8;
SELECT create_distributed_table('shop_settings', 'shop_id', colocate_with => 'none');
SELECT create_distributed_table(t, 'shop_id', colocate_with => '$1.shop_settings')
FROM unnest(ARRAY['daily_records', 'products', 'orders', 'order_items']) t;
SQL
}

enable() {
  cat <<SQL
SET search_path = $1;
SELECT upkeep.enable_updated_at('shop_settings'), upkeep.enable_updated_at('orders'),
  upkeep.enable_updated_at('daily_records', version_column => 'version');
SELECT upkeep.enable_metrics('daily_records', settings => 'shop_settings', on_settings_change => 'recalculate');
SELECT upkeep.enable_touch('order_items', 'orders');
SELECT upkeep.enable_order_snapshots('order_items', 'products', tenant_column => 'shop_id');
SELECT upkeep.enable_order_totals('orders', 'order_items', tenant_column => 'shop_id');
SELECT upkeep.enable_order_lock('orders', 'order_items', tenant_column => 'shop_id');
SELECT upkeep.enable_order_status('orders', '{"pending": ["paid", "cancelled"], "paid": ["refunded"]}');
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders', tenant_column => 'shop_id',
  taken_column => 'taken');
SQL
}

prepare_schemas() {
  run "CREATE EXTENSION" <<< "CREATE EXTENSION IF NOT EXISTS pg_upkeep; ALTER EXTENSION pg_upkeep UPDATE;"
  {
    tables "$before"
    enable "$before"
    echo "SELECT upkeep.enable_order_number('orders', tenant_column => 'shop_id');"
    distribute "$before"
  } | run "enabled, then distributed"
  { tables "$after"; distribute "$after"; enable "$after"; } | run "distributed, then enabled"
}

# move_shard TABLE TENANT: moves the shards of a tenant to another node, while its writers wait.
move_shard() {
  p > /dev/null 2>&1 <<SQL
SELECT citus_move_shard_placement(s.shardid, p.nodename, p.nodeport, n.nodename, n.nodeport, 'block_writes')
FROM pg_dist_shard s JOIN pg_dist_shard_placement p USING (shardid), LATERAL (
  SELECT * FROM pg_dist_node n
  WHERE n.isactive AND n.shouldhaveshards AND (n.nodename, n.nodeport) <> (p.nodename, p.nodeport)
  ORDER BY n.nodeid LIMIT 1) n
WHERE s.logicalrelid = '$1'::regclass AND s.shardid = get_shard_id_for_distribution_column('$1', $2);
SQL
}

# unsold SCHEMA: of how many products what is there and what was sold are what there was, NUMBER.
unsold() {
  q "SELECT count(*) FROM $1.products p JOIN (
       SELECT i.shop_id, i.product_id, sum(i.quantity) AS sold
       FROM $1.order_items i JOIN $1.orders o ON o.shop_id = i.shop_id AND o.id = i.order_id
       WHERE o.status <> 'cancelled' GROUP BY 1, 2) i ON i.shop_id = p.shop_id AND i.product_id = p.id
     WHERE p.stock_quantity + i.sold = $2"
}
