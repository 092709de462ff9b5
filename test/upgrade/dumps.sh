# A dump gives back what was dumped.

dump() { "$bindir/pg_dump" -d source "$@"; }
# exempt_as_source: what is exempt from the guard stands in a table, and is carried over by the statements of
# export_sql().
exempt_as_source() {
  sql -At -d source -c "SELECT e FROM upkeep.export_sql() e WHERE e LIKE 'SELECT upkeep.guard_exempt(%'" \
    > "$scratch/exempt.sql"
  passes "export_sql: what is exempt: carried out" sql -d copy -o /dev/null -f "$scratch/exempt.sql"
}
# guarded_rows DATABASE: what stands in the guarded tables.
guarded_rows() { sql -At -d "$1" -c 'TABLE "Kept, all"."Letters"' -c 'TABLE "Kept, all".pages' \
  -c 'TABLE "Kept, all".days' 2>&1; }

dump -f "$scratch/plain.sql"
dump -Fc -f "$scratch/custom"

new_database copy
passes "plain: restored" sql -d copy -o /dev/null -f "$scratch/plain.sql"
same_as_source "plain" copy
check "plain: approvals to drop something stay behind" "0" \
  "$(sql -At -d copy -c "SELECT count(*) FROM upkeep.drop_approvals" 2>&1)"

passes "by the owner, who is no superuser: dumped" env PGUSER=boss "$bindir/pg_dump" -d source -f "$scratch/owner.sql"
new_database copy
passes "by the owner: restored" sql -d copy -o /dev/null -f "$scratch/owner.sql"
same_as_source "by the owner" copy

# With several jobs pg_restore may make the triggers of a partitioned table before the rows of its partitions are there.
new_database copy
PGOPTIONS="-c upkeep.pause=all" passes "custom, four jobs, under upkeep.pause: restored" restore -j4 -d copy \
  "$scratch/custom"
same_as_source "custom, four jobs" copy

# Over a copy that has gone its own way since: rows, options and objects.
sql -d copy -o /dev/null -c "
  UPDATE plain SET body = 'changed';
  DELETE FROM leaf;
  UPDATE shop_settings SET cogs_ratio = 0.9;
  SELECT upkeep.disable_metrics('ratios');
  SET client_min_messages = warning;
  SELECT upkeep.enable_metrics('daily_records', ARRAY['aov = revenue / orders + 1']);
  SELECT upkeep.disable_updated_at('strict');
  SELECT upkeep.enable_updated_at('plain', ignore_columns => '{body}');
  -- pg_restore --clean cannot drop the primary key of a partition, which PostgreSQL holds to be its parent's.
  DROP TABLE sales.\"Lines, all\", \"Sums, of\".days;
  UPDATE sales.orders SET status = 'paid' WHERE id = 2;
  INSERT INTO sales.orders (id) SELECT 100 + n FROM generate_series(1, 9) n;
  DELETE FROM store.products;
  DELETE FROM sales.order_items WHERE id = 4;
  SELECT upkeep.disable_order_lock('sales.orders');
  SELECT upkeep.enable_order_snapshots('sales.order_items', 'sales.products', mode => 'fill');
  SELECT upkeep.auto_updated_at(NULL)"
# What --clean drops is what the guard guards.
check "--clean --if-exists where the guard is on: refused" "ERROR:  DROP TABLE would lose 3 rows" \
  "$(restore --clean --if-exists -d copy "$scratch/custom" 2>&1 | grep -o "ERROR:  DROP TABLE would lose 3 rows" |
  head -n 1)"
check "--clean --if-exists where the guard is on: nothing that is guarded has gone" "$(guarded_rows source)" \
  "$(guarded_rows copy)"
PGOPTIONS="-c upkeep.pause=all" passes "--clean --if-exists over another state: restored" restore --clean --if-exists \
  -d copy "$scratch/custom"
same_as_source "--clean --if-exists" copy
sql -d copy -c 'DROP TABLE sales."Lines, all", "Sums, of".days'
PGOPTIONS="-c upkeep.pause=all" passes "--clean --if-exists as one plain script: restored" bash -c "
  '$bindir/pg_dump' -d source --clean --if-exists | '$bindir/psql' -X -q -v ON_ERROR_STOP=1 -o /dev/null -d copy"
same_as_source "--clean --if-exists, plain" copy

new_database copy
for section in pre-data data post-data; do
  passes "section by section: $section restored" restore --section=$section -d copy "$scratch/custom"
done
same_as_source "section by section" copy

# Rows into tables whose triggers are there: only a pause keeps their history.
new_database copy
passes "--schema-only: restored" restore --schema-only -d copy "$scratch/custom"
# Of rows alone, pg_dump puts parents before their children.
dump --data-only -f "$scratch/rows.sql"
PGOPTIONS="-c upkeep.pause=all" passes "--data-only under upkeep.pause: restored" sql -d copy -o /dev/null \
  -f "$scratch/rows.sql"
same_as_source "--data-only under upkeep.pause" copy

# Into a database where new tables are managed by themselves.
new_database copy
sql -d copy -o /dev/null -c "CREATE EXTENSION pg_upkeep" -c "SELECT upkeep.auto_updated_at('{public}')" \
  -c 'CREATE SCHEMA "Shop, Front" AUTHORIZATION boss' \
  -c "CREATE SCHEMA sales AUTHORIZATION boss" -c "CREATE SCHEMA store AUTHORIZATION boss" \
  -c "CREATE SCHEMA analytics AUTHORIZATION boss" -c 'CREATE SCHEMA "Days, of" AUTHORIZATION boss' \
  -c 'CREATE SCHEMA "Ads, all" AUTHORIZATION boss' -c 'CREATE SCHEMA "Kept, all" AUTHORIZATION boss' \
  -c "CREATE SCHEMA closed AUTHORIZATION boss" -c 'CREATE SCHEMA "Kept, long" AUTHORIZATION boss' \
  -c 'CREATE SCHEMA "Sums, of" AUTHORIZATION boss'
passes "tables alone, under upkeep.pause, where the rule is on: restored" env PGOPTIONS="-c upkeep.pause=all" \
  "$bindir/pg_restore" --exit-on-error --schema-only -n public -n "Shop, Front" -n sales -n store -n analytics \
  -n "Days, of" -n "Kept, all" -n "Kept, long" -n "Ads, all" -n "Sums, of" -n closed -d copy "$scratch/custom"
exempt_as_source
same managed "tables alone: the same managed" copy

# The same without a pause: writes are writes, and what depends on settings is right at the end, whichever table is
# first. What was sold is sold no second time: the lines of a paid order are refused.
new_database copy
restore --schema-only -d copy "$scratch/custom"
check "--data-only without a pause: lines of a paid order are refused" "ERROR:  UK003" \
  "$("$bindir/pg_dump" -d source --data-only -t 'sales.(products|orders|order_items)' |
  sed 's/^COPY .*order_items/SET upkeep.pause = order_snapshots;\n&/' |
    sql -d copy -o /dev/null -v VERBOSITY=sqlstate 2>&1 | sed 's/.*\(ERROR:.*\)/\1/' | head -n 1)"
sql -d copy -c "SET upkeep.pause = 'all'; DELETE FROM sales.orders; DELETE FROM sales.products;
  TRUNCATE upkeep.stock_taken"
dump --data-only -N sales -N store -N closed -N analytics -N "Days, of" -N "Kept, all" -N '"Kept, long"' \
  -N '"Ads, all"' -N '"Sums, of"' -f "$scratch/without_orders.sql"
passes "--data-only without a pause: restored" sql -d copy -o /dev/null -f "$scratch/without_orders.sql"
check "--data-only without a pause: the figures are computed" "0" \
  "$(sql -At -d copy -c "SELECT count(*) FROM upkeep.check_metrics('daily_records')" 2>&1)"

# Rollups without a pause: rows that others refer to come first, and their figures follow; a row that a source has made
# is in the way of the one that comes. Paused, what came is as it was, and what it lacks is computed.
dump --data-only -t '"Sums, of".*' -f "$scratch/sums.sql"
sums_copied() { sql -d copy -o /dev/null "$@" -f "$scratch/sums.sql" 2>&1 | sed -n 's/.*ERROR:  //p' | head -n 1; }
figures_wrong() { sql -At -d copy -c "SELECT count(*) FROM upkeep.check_rollup('\"Sums, of\".\"Users, all\"')" \
  -c "SELECT count(*) FROM upkeep.check_rollup('\"Sums, of\".days')" 2>&1 | xargs; }
new_database copy
restore --schema-only -d copy "$scratch/custom"
dump --data-only -t '"Sums, of"."Users, all"' -t '"Sums, of"."Orders"' | sql -d copy -o /dev/null
check "rollups, --data-only without a pause: the figures follow" "0 0" "$(figures_wrong)"
check "rollups, --data-only without a pause: a row that a source has made is in the way" \
  'duplicate key value violates unique constraint "days_1_pkey"' \
  "$(sql -d copy -c 'TRUNCATE "Sums, of"."Orders", "Sums, of"."Users, all"' > /dev/null; sums_copied)"
new_database copy
restore --schema-only -d copy "$scratch/custom"
check "rollups, --data-only under upkeep.pause: restored" "" "$(PGOPTIONS="-c upkeep.pause=rollup" sums_copied)"
check "rollups, --data-only under upkeep.pause: the figures are right" "0 0" "$(figures_wrong)"
sql -d copy -o /dev/null -c "SET upkeep.pause = rollup" -c "DELETE FROM \"Sums, of\".days WHERE shop = 1" \
  -c "UPDATE \"Sums, of\".\"Users, all\" SET orders = 0"
passes "rollups after an import: recalculated" sql -d copy -c "SET client_min_messages = warning" \
  -c "CALL upkeep.recalculate_rollup('\"Sums, of\".\"Users, all\"')" \
  -c "CALL upkeep.recalculate_rollup('\"Sums, of\".days')"
check "rollups after an import: the figures are right" "0 0" "$(figures_wrong)"

# What export_sql() says, on tables that are not managed.
new_database copy
restore --schema-only -d copy "$scratch/custom"
sql -At -d copy -c "SELECT upkeep.export_sql()" > "$scratch/export.sql"
sql -At -d copy -c "SELECT format('DROP TRIGGER IF EXISTS %I ON %s;', name, object) 
  FROM upkeep.managed, unnest(triggers) name WHERE feature LIKE 'metrics%'
  AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = object AND tgname = name AND tgparentid <> 0)" \
  > "$scratch/drop.sql"
sql -d copy -o /dev/null -f "$scratch/drop.sql" > /dev/null 2>&1
check "export_sql: no metrics are managed before" "0" "$(sql -At -d copy -c "SELECT count(*) FROM upkeep.managed
  WHERE feature LIKE 'metrics%'" 2>&1)"
grep metrics "$scratch/export.sql" > "$scratch/metrics.sql"
passes "export_sql: carried out" sql -d copy -o /dev/null -c "SET client_min_messages = warning" \
  -f "$scratch/metrics.sql"
orders_of="feature LIKE 'order%' OR feature = 'stock'"
sql -At -d copy -c "SELECT format('DROP TRIGGER IF EXISTS %I ON %s;', name, object) 
  FROM upkeep.managed, unnest(triggers) name WHERE $orders_of" > "$scratch/drop.sql"
sql -d copy -o /dev/null -f "$scratch/drop.sql" > /dev/null 2>&1
check "export_sql: no orders are managed before" "0" "$(sql -At -d copy -c "SELECT count(*) FROM upkeep.managed
  WHERE $orders_of" 2>&1)"
grep -E 'upkeep\.(order_[a-z]+|stock)\(' "$scratch/export.sql" > "$scratch/orders.sql"
passes "export_sql: orders: carried out" sql -d copy -o /dev/null -c "SET client_min_messages = warning" \
  -f "$scratch/orders.sql"
sql -d copy -o /dev/null -c "SELECT upkeep.disable_weekly_diagnostics(d)
  FROM (VALUES ('analytics.daily_records'::regclass), ('\"Days, of\".\"All days\"')) t(d)"
grep -F 'upkeep.weekly_diagnostics(' "$scratch/export.sql" > "$scratch/weekly.sql"
passes "export_sql: weekly diagnostics: carried out" sql -d copy -o /dev/null -f "$scratch/weekly.sql"
grep -E 'upkeep\.(record_history|soft_delete)\(' "$scratch/export.sql" > "$scratch/recorded.sql"
disable_rollups() {
  sql -d copy -o /dev/null -c "SELECT upkeep.disable_rollup('\"Sums, of\".\"Users, all\"', '\"Sums, of\".\"Orders\"'),
    upkeep.disable_rollup('\"Sums, of\".days', '\"Sums, of\".\"Orders\"'),
    upkeep.disable_rollup('\"Sums, of\".days', '\"Sums, of\".refunds')"
}
disable_rollups
check "export_sql: no rollups are managed before" "0" "$(sql -At -d copy -c "SELECT count(*) FROM upkeep.managed
  WHERE feature = 'rollup'" 2>&1)"
grep -F 'upkeep.rollup(' "$scratch/export.sql" > "$scratch/rollups.sql"
passes "export_sql: rollups: carried out" sql -d copy -o /dev/null -f "$scratch/rollups.sql"
disable_decisions() {
  sql -d copy -o /dev/null -c "SELECT upkeep.disable_ad_decisions(t)
    FROM (VALUES ('analytics.ad_decisions'::regclass), ('\"Ads, all\".\"Decided\"'),
    ('\"Ads, all\".\"Asked\"')) d(t)" \
    -c "SELECT upkeep.disable_growth_simulations(t) FROM (VALUES ('analytics.growth_simulations'::regclass),
    ('\"Ads, all\".plans')) d(t)"
}
disable_decisions
grep -E 'upkeep\.(ad_decisions|growth_simulations)\(' "$scratch/export.sql" > "$scratch/decisions.sql"
passes "export_sql: decisions: carried out" sql -d copy -o /dev/null -f "$scratch/decisions.sql"
exempt_as_source
same managed "export_sql: the same managed" copy
