# Rows that are deleted softly, with those below them in their shards; live views; purges.
soft=upkeep_citus_soft live=upkeep_citus_live
run "customers" <<SQL
CREATE SCHEMA $soft;
SET search_path = $soft;
SET citus.shard_count = 8;
CREATE TABLE customers (shop_id bigint, id bigint, name text, deleted_at timestamptz, PRIMARY KEY (shop_id, id));
CREATE TABLE notes (shop_id bigint, id bigint, customer_id bigint, deleted_at timestamptz, PRIMARY KEY (shop_id, id),
  FOREIGN KEY (shop_id, customer_id) REFERENCES customers ON DELETE CASCADE);
SELECT create_distributed_table('customers', 'shop_id', colocate_with => 'none');
SELECT create_distributed_table('notes', 'shop_id', colocate_with => 'customers');
SELECT upkeep.enable_soft_delete('customers'), upkeep.enable_soft_delete('notes');
INSERT INTO customers SELECT n, i, 'c' FROM generate_series(1, 20) n, generate_series(1, 3) i;
INSERT INTO notes SELECT n, i, i FROM generate_series(1, 20) n, generate_series(1, 3) i;
UPDATE customers SET deleted_at = now() WHERE id = 2;
UPDATE customers SET deleted_at = now() WHERE shop_id = 1 AND id = 1;
SQL
is "notes are deleted with their customers" \
  "$(q "SELECT count(*) FROM $soft.notes WHERE deleted_at IS NOT NULL")" 21
is "a deleted row is UK010, and nothing new refers to it" \
  "$(code "UPDATE $soft.customers SET name = 'x' WHERE shop_id = 1 AND id = 1") $(
    code "INSERT INTO $soft.notes VALUES (1, 9, 1)")" "UK010 23503"
q "UPDATE $soft.customers SET deleted_at = NULL WHERE id = 2" > /dev/null
is "notes come back with their customers" "$(q "SELECT count(*) FROM $soft.notes WHERE deleted_at IS NOT NULL")" 1
is "rows are only deleted softly, where that is wanted" \
  "$(code "SELECT upkeep.enable_soft_delete('$soft.customers', hard_delete => 'refuse')") $(
    code "DELETE FROM $soft.customers") $(code "TRUNCATE $soft.customers CASCADE")" "none UK010 UK010"

# What a live view shows, and what Citus does not let it do.
made=$(p -c "SET client_min_messages = notice" -c "SELECT upkeep.live_view('$soft.customers', '$live')" 2>&1)
is "a live view is made, and says that it is only read" "$(grep -o 'can only be read' <<< "$made") $(
  q "SELECT count(*) FROM $live.customers")" "can only be read 59"
is "no write through it does anything" "$(code "INSERT INTO $live.customers VALUES (1, 9, 'x')") $(
  code "UPDATE $live.customers SET name = 'x' WHERE shop_id = 2") $(
  q "DELETE FROM $live.customers WHERE shop_id = 2 AND id = 3") $(q "DELETE FROM $live.customers") $(
  q "SELECT count(*), max(name) FROM $live.customers")" "0A000 0A000 failed failed 59|c"
q "ALTER TABLE $soft.customers DROP COLUMN name" > /dev/null
is "it follows ALTER TABLE" "$(q "SELECT count(*) FROM pg_attribute
  WHERE attrelid = '$live.customers'::regclass AND attnum > 0 AND NOT attisdropped")" 3

run "old deletions" <<SQL
UPDATE $soft.customers SET deleted_at = '2020-01-01' WHERE id = 3;
SQL
is "a purge cannot run in a transaction" \
  "$(code BEGIN "CALL upkeep.purge_deleted('$soft.customers')" ROLLBACK)" 2D000
run "a purge" <<< "CALL upkeep.purge_deleted('$soft.customers', older_than => '1 year');"
is "a purge removes what was deleted long ago, with what is below it, in each shard" "$(q "
  SELECT count(*), count(deleted_at), count(*) FILTER (WHERE id = 3) FROM $soft.customers") $(q "
  SELECT count(*), count(deleted_at), count(*) FILTER (WHERE id = 3) FROM $soft.notes")" "40|1|0 40|1|0"

run "children that are in the way" <<SQL
CREATE TABLE $soft.papers (shop_id bigint, id bigint, customer_id bigint, deleted_at timestamptz,
  PRIMARY KEY (shop_id, id), CONSTRAINT of_customer FOREIGN KEY (shop_id, customer_id) REFERENCES $soft.customers);
SELECT create_distributed_table('$soft.papers', 'shop_id', colocate_with => '$soft.customers');
SELECT upkeep.enable_soft_delete('$soft.papers');
INSERT INTO $soft.papers VALUES (2, 1, 1);
SQL
is "a refusal names the constraint as the table has it" \
  "$(message "UPDATE $soft.customers SET deleted_at = now() WHERE shop_id = 2 AND id = 1")" \
  'deleting a row of "customers" violates foreign key constraint "of_customer" on table "papers"'
run "written while it was paused" <<SQL
BEGIN;
SET LOCAL citus.propagate_set_commands = 'local';
SET LOCAL upkeep.pause = 'soft_delete';
UPDATE $soft.customers SET deleted_at = now() WHERE shop_id = 2 AND id = 1;
COMMIT;
SQL
is "check() finds live rows under deleted ones" "$(q "
  SELECT string_agg(finding, ' ') ~ '1 live row points to deleted rows of .* by \"of_customer\"'
  FROM upkeep.check() WHERE object = '$soft.papers'::regclass")" t
