-- A line that an UPDATE moves to another partition is no new sale: PostgreSQL deletes it there and inserts it here,
-- which fires BEFORE UPDATE, BEFORE DELETE and BEFORE INSERT, for one row, within one statement. A mark in
-- upkeep.moving goes from one to the next; only the installer can make one.

-- Whether an UPDATE may move the row; an expression. A later trigger that changes what chooses the partition is not
-- foreseen: what it moves is sold anew.
CREATE FUNCTION upkeep_internal.may_move(target regclass, new_row text, old_row text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT CASE
      WHEN EXISTS (SELECT FROM pg_partition_ancestors(target) t JOIN pg_partitioned_table p ON p.partrelid = t.relid
                   WHERE 0 = ANY (p.partattrs::int2[])) THEN 'true'
      ELSE format('pg_catalog.record_image_ne(ROW(%s), ROW(%s))', upkeep_internal.fields(new_row, columns),
                  upkeep_internal.fields(old_row, columns)) END
    FROM (SELECT upkeep_internal.partition_columns(target)::name[] AS columns) c);
END $$;

-- What a line takes along, as text.
CREATE FUNCTION upkeep_internal.captured_text(plan record, row_name text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('ROW(%s)::pg_catalog.text', upkeep_internal.fields(row_name, array_remove(
    ARRAY[plan.product, plan.order_column, plan.tenant, plan.price, plan.snapshot, plan.returns], NULL)));
END $$;

-- context: PG_CONTEXT of the trigger, whose first line is its own. With the time of the statement it says which
-- statement fired it.
CREATE FUNCTION upkeep_internal.move_mark(step text, target regclass, content text, context text)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT md5(concat_ws(' ', s.secret, pg_backend_pid(), pg_current_xact_id(), step, target::oid,
            statement_timestamp(), pg_trigger_depth(), md5(content), regexp_replace(context, '^[^\n]*\n?', '')))
          FROM upkeep_internal.secret s);
END $$;

-- BEFORE UPDATE of a row that may move.
CREATE FUNCTION upkeep_internal.begin_move(target regclass, whole_row text, context text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('upkeep.moving', upkeep_internal.move_mark('update', target, whole_row, context), true);
END $$;

-- BEFORE DELETE: the same row, if it moves.
CREATE FUNCTION upkeep_internal.leave(target regclass, whole_row text, captured text, context text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('upkeep.moving', CASE
    WHEN current_setting('upkeep.moving', true) = upkeep_internal.move_mark('update', target, whole_row, context)
    THEN upkeep_internal.move_mark('delete', upkeep_internal.topmost(target), captured, context) ELSE '' END, true);
END $$;

-- BEFORE INSERT: whether it arrives.
CREATE FUNCTION upkeep_internal.arrives(target regclass, captured text, context text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  moving constant text := current_setting('upkeep.moving', true);
BEGIN
  PERFORM set_config('upkeep.moving', '', true);
  RETURN moving = upkeep_internal.move_mark('delete', upkeep_internal.topmost(target), captured, context);
END $$;
