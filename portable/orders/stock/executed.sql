-- What a statement is settled with where no branch knows its table. is_concerned, older_orders: NULL where they need
-- not be asked; write_taken: NULL where lines have no column for it.
CREATE FUNCTION upkeep_internal.stock_statements(
  target regclass,
  trigger_name name,
  operation text,
  timing text,
  level text,
  arguments text[],
  OUT lines regclass,
  OUT products regclass,
  OUT orders regclass,
  OUT stock text,
  OUT last_stock numeric,
  OUT is_concerned text,
  OUT older_orders text,
  OUT settle text,
  OUT change_stock text,
  OUT write_taken text
) LANGUAGE plpgsql AS $$
DECLARE
  old_rows text;
  new_rows text;
  tables record;
  plan record;
  changed text;
BEGIN
  SELECT quote_ident(tgoldtable), quote_ident(tgnewtable) INTO old_rows, new_rows
  FROM pg_trigger t WHERE t.tgrelid = target AND t.tgname = trigger_name;
  IF level <> 'STATEMENT' OR operation = 'TRUNCATE' AND timing <> 'BEFORE' OR operation <> 'TRUNCATE' AND (
       timing <> 'AFTER' OR operation <> 'INSERT' AND old_rows IS NULL
       OR operation <> 'DELETE' AND new_rows IS NULL) THEN
    PERFORM upkeep_internal.misused_trigger(trigger_name, target, 'stock', 'AFTER INSERT, UPDATE or DELETE with '
      'transition tables, or BEFORE TRUNCATE, FOR EACH STATEMENT');
  END IF;
  SELECT * INTO tables FROM upkeep_internal.stock_tables(target, arguments);
  IF tables.is_on_orders AND operation NOT IN ('INSERT', 'UPDATE') THEN
    PERFORM upkeep_internal.misused_trigger(trigger_name, target, 'stock',
      'AFTER INSERT or UPDATE with transition tables, FOR EACH STATEMENT');
  END IF;
  SELECT * INTO plan FROM upkeep_internal.stock_plan(tables.options, tables.lines, tables.products, tables.orders);
  lines := tables.lines;
  products := tables.products;
  orders := tables.orders;
  stock := plan.names ->> 'stock';
  last_stock := plan.last_stock;
  PERFORM upkeep_internal.require_trusted(t) FROM unnest(ARRAY[target, lines, products, orders]) t WHERE t IS NOT NULL;
  IF plan.taken IS NULL THEN
    PERFORM upkeep_internal.require_noted_key(lines);
  END IF;
  IF tables.is_on_orders THEN
    IF operation = 'INSERT' AND NOT upkeep_internal.may_have_lines(target, orders, plan.order_key, lines,
         plan.order_columns) THEN
      is_concerned := 'SELECT false';
    END IF;
    changed := upkeep_internal.changed_orders(plan, old_rows, new_rows);
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      older_orders := format('SELECT pg_catalog.array_agg(%s) FROM (%s) t', plan.names ->> 'order_of_t', changed);
    END IF;
    settle := upkeep_internal.settle_orders_query(plan, changed, true);
  ELSIF operation = 'TRUNCATE' THEN
    PERFORM upkeep_internal.require_latest_lines(target, 'stock cannot be given back for');
    settle := upkeep_internal.settle_truncated_query(plan, target, true);
  ELSE
    changed := upkeep_internal.changed_rows(old_rows, new_rows, plan.names ->> 'counted');
    IF orders IS NOT NULL THEN
      older_orders := upkeep_internal.lock_orders_query(plan.names, changed);
    END IF;
    settle := upkeep_internal.settle_lines_query(plan, old_rows, new_rows, true);
  END IF;
  IF operation = 'UPDATE' THEN
    is_concerned := format('SELECT EXISTS (%s)', changed);
  END IF;
  change_stock := upkeep_internal.change_stock_query(plan.names, '$1', '$2');
  IF plan.taken IS NOT NULL THEN
    write_taken := upkeep_internal.write_taken_query(plan.names, '$1', '$2');
  END IF;
END $$;
