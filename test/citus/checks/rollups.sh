# Figures that follow rows of the same tenant, in shards: enabled over rows that are there, changed in every way.
r=upkeep_citus_rollup
run "tables of rollups" <<SQL
CREATE SCHEMA $r;
SET search_path = $r;
SET citus.shard_count = 8;
CREATE TABLE shops (shop_id bigint PRIMARY KEY, days integer NOT NULL DEFAULT 0, revenue numeric(14,2));
CREATE TABLE days (
  shop_id bigint, day date, orders integer NOT NULL DEFAULT 0, revenue numeric(14,2) NOT NULL DEFAULT 0,
  best numeric(12,2), PRIMARY KEY (shop_id, day));
CREATE TABLE orders (shop_id bigint, id bigint, day date, status text, amount numeric(12,2), PRIMARY KEY (shop_id, id));
CREATE TABLE refunds (shop_id bigint, id bigint, day date, amount numeric(12,2), PRIMARY KEY (shop_id, id));
CREATE TABLE elsewhere (LIKE orders INCLUDING ALL);
SELECT create_distributed_table('shops', 'shop_id', colocate_with => 'none');
SELECT create_distributed_table(t, 'shop_id', colocate_with => '$r.shops')
FROM unnest('{days,orders,refunds}'::text[]) t;
INSERT INTO shops SELECT n FROM generate_series(1, 12) n;
INSERT INTO orders SELECT n, i, date '2026-11-01' + i % 3, 'paid', 10 * i + n
FROM generate_series(1, 12) n, generate_series(1, 6) i;
SQL
figures="'{orders = count(*), revenue = sum(amount), best = max(amount)}'"
enable_days() { echo "SELECT upkeep.enable_rollup('$r.days', '$1', $figures, '{$2}', 'status = ''paid''')"; }
is "keys without the tenant are refused" "$(code "$(enable_days "$r.orders" "day = day")")" 0A000
is "a source that lies elsewhere is refused" "$(code "$(enable_days "$r.elsewhere" "shop_id = shop_id, day = day")")" \
  0A000
run "rollups" <<SQL
$(enable_days "$r.orders" "shop_id = shop_id, day = day");
SELECT upkeep.enable_rollup('$r.days', '$r.refunds', '{revenue = sum(-amount)}', '{shop_id = shop_id, day = day}');
SELECT upkeep.enable_rollup('$r.shops', '$r.days', '{days = count(*), revenue = sum(revenue)}',
  '{shop_id = shop_id}', missing => 'ignore');
SQL
wrong() { q "SELECT (SELECT count(*) FROM upkeep.check_rollup('$r.days')) +
  (SELECT count(*) FROM upkeep.check_rollup('$r.shops'))"; }
days() {
  echo "$(q "SELECT count(*), sum(orders), sum(revenue) FROM $r.days") $(q "SELECT sum(revenue) FROM $r.shops")"
}
is "enabling computes what is there, and the rows that are missing" "$(days) $(wrong)" "36|72|2988.00 2988.00 0"
run "changes" <<SQL
INSERT INTO $r.refunds SELECT n, 1, '2026-11-01', 5 FROM generate_series(1, 12) n;
UPDATE $r.orders SET day = day + 7 WHERE id = 2;
UPDATE $r.orders SET status = 'open' WHERE id = 6;
DELETE FROM $r.orders WHERE id = 4;
INSERT INTO $r.orders VALUES (99, 1, '2026-12-01', 'paid', 7);
UPDATE $r.days SET orders = 99;
SQL
is "figures follow rows that come, go, move and count no more, along a chain" "$(days) $(wrong)" \
  "49|49|1579.00 1572.00 0"
run "changes without rollups" <<SQL
BEGIN;
SET LOCAL citus.propagate_set_commands = 'local';
SET LOCAL upkeep.pause = 'rollup';
UPDATE $r.days SET revenue = 1;
INSERT INTO $r.orders VALUES (98, 1, '2026-12-01', 'paid', 7);
COMMIT;
SQL
is "check_rollup finds what is wrong in every shard" "$([ "$(wrong)" -gt 40 ] && echo many)" many
is "check_rollup is refused where the transaction has written its tables" "$(
  code BEGIN "DELETE FROM $r.refunds WHERE shop_id = 1" "SELECT upkeep.check_rollup('$r.days')" ROLLBACK)" 0A000
run "recalculate_rollup" <<SQL
CALL upkeep.recalculate_rollup('$r.days', '$r.orders');
CALL upkeep.recalculate_rollup('$r.days');
CALL upkeep.recalculate_rollup('$r.shops');
SQL
is "recalculate_rollup puts it right" "$(wrong)" 0
run "TRUNCATE of a source" <<< "TRUNCATE $r.orders;"
is "TRUNCATE of a source leaves what others say" \
  "$(q "SELECT sum(orders), sum(revenue), count(best) FROM $r.days") $(wrong)" "0|-60.00|0 0"
run "disable_rollup" <<< "SELECT upkeep.disable_rollup('$r.days', '$r.refunds');"
is "disabling one leaves the other's triggers on every shard" "$(q "
  SELECT string_agg(DISTINCT result, ' ') FROM run_command_on_placements('$r.refunds',
    'SELECT count(*) FROM pg_trigger WHERE tgrelid = ''%s''::regclass AND NOT tgisinternal')")" 0
