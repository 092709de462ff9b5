-- upkeep.enable_order_totals and disable_order_totals: statement triggers on the lines, a row trigger on the orders.

CREATE FUNCTION upkeep.enable_order_totals(…) LANGUAGE plpgsql AS $$
DECLARE
  given constant jsonb := jsonb_build_object('orders', orders::oid, 'order_items', order_items::oid,
    'order_column', order_column, 'order_key', order_key, 'total_column', total_column,
    'quantity_column', quantity_column, 'price_column', price_column, 'tenant_column', tenant_column,
    'line_formula', line_formula, 'total_formula', total_formula, 'lines_column', lines_column,
    'currency_column', currency_column, 'tables', jsonb_build_array(jsonb_build_array('orders', orders::oid),
      jsonb_build_array('lines', order_items::oid)));
  arguments text[];
  plan record;
BEGIN
  PERFORM upkeep_internal.require_value(orders, 'orders');
  PERFORM upkeep_internal.require_value(order_items, 'order_items');
  arguments := upkeep_internal.trigger_arguments('order_totals', given);
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_pair(orders, order_items, 'order_totals');
  PERFORM upkeep_internal.require_no_other_lines(orders, order_items);
  arguments := upkeep_internal.with_usual_columns(order_items, 'order_totals', arguments);
  -- Planning finds every mistake before the tables are touched.
  plan := upkeep_internal.order_totals_plan(orders, order_items,
    upkeep_internal.read_options('order_totals', arguments), given);
  PERFORM upkeep_internal.require_unique_key(orders, plan.keys, 'an order');
  IF plan.currency IS NOT NULL THEN
    PERFORM upkeep_internal.require_one_currency_type(orders, order_items, plan.currency);
  END IF;
  PERFORM upkeep_internal.create_total_triggers(orders, order_items, arguments, plan.currency IS NOT NULL);
  PERFORM upkeep_internal.notice_unless_indexed(order_items, plan.columns);
  PERFORM upkeep_internal.write_triggers('order_totals');
  IF plan.lines_total IS NOT NULL THEN
    PERFORM upkeep_internal.fill_sums(orders, order_items, plan);
  END IF;
  PERFORM upkeep_internal.notice_orders(orders, order_items);
  PERFORM upkeep_internal.require_open_columns_of(orders), upkeep_internal.require_open_columns_of(order_items);
END $$;

CREATE FUNCTION upkeep.disable_order_totals(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_value(orders, 'orders');
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.drop_pair_triggers(orders, order_items, 'order_totals');
  PERFORM upkeep_internal.write_triggers('order_totals');
END $$;

-- Two tables of lines would overwrite each other's sums.
CREATE FUNCTION upkeep_internal.require_no_other_lines(orders regclass, lines regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  now constant regclass := upkeep_internal.lines_named_by(orders, 'order_totals');
BEGIN
  IF now <> lines AND upkeep_internal.orders_named_by(now, 'order_totals') = orders THEN
    PERFORM upkeep_internal.fail('42710', format('the totals of "%s" are already the sums of "%s"',
        upkeep_internal.table_name(orders), upkeep_internal.table_name(now)),
      format('Call upkeep.disable_order_totals(%L) first.', upkeep_internal.qualified(orders)));
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.create_total_triggers(orders regclass, lines regclass, arguments text[],
                                                      has_currency boolean)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  of_lines constant text[] := ('orders=' || upkeep_internal.qualified(orders)) || arguments;
BEGIN
  PERFORM upkeep_internal.create_row_trigger(orders, 'zz_upkeep_order_total', 'BEFORE INSERT OR UPDATE', 'order_totals',
    ('order_items=' || upkeep_internal.qualified(lines)) || arguments);
  IF has_currency THEN
    PERFORM upkeep_internal.create_row_trigger(lines, 'zz_upkeep_order_total', 'BEFORE INSERT', 'order_totals',
      of_lines);
  ELSIF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = lines AND tgname = 'zz_upkeep_order_total') THEN
    PERFORM upkeep_internal.drop_triggers_of_tree(lines, 'order_totals');
  END IF;
  PERFORM upkeep_internal.create_statement_triggers(lines, 'zz_upkeep_order_total',
    '{insert,update,delete,after_truncate}', 'order_totals', of_lines);
END $$;

CREATE FUNCTION upkeep_internal.notice_unless_indexed(lines regclass, columns text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  list constant text := upkeep_internal.join_names(columns);
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_index i
    CROSS JOIN LATERAL (SELECT array_agg(a.attname::text ORDER BY k.place)
                        FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place)
                        LEFT JOIN pg_attribute a ON a.attrelid = lines AND a.attnum = k.number) k(names)
    WHERE i.indrelid = lines AND i.indisvalid AND i.indpred IS NULL
      AND (k.names[1] = columns[cardinality(columns)] OR k.names[:2] = columns)) THEN
    RAISE NOTICE USING
      MESSAGE = format('table "%s" has no index on (%s): each change reads all of it',
                       upkeep_internal.table_name(lines), list),
      HINT = format('CREATE INDEX ON %s (%s);', upkeep_internal.qualified(lines), list);
  END IF;
END $$;

-- Of all orders, locked ones too; their totals stay.
CREATE FUNCTION upkeep_internal.fill_sums(orders regclass, lines regclass, plan record)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before constant text := upkeep_internal.begin_own('quiet');
BEGIN
  EXECUTE format('UPDATE %1$s o SET %2$I = n.upkeep_sum FROM %1$s x '
    'LEFT JOIN (SELECT %3$s, %4$s AS upkeep_sum FROM %5$s l GROUP BY %3$s) s ON %6$s '
    'CROSS JOIN LATERAL (SELECT COALESCE(s.upkeep_sum, 0) AS upkeep_sum) n WHERE %7$s AND %8$s',
    upkeep_internal.qualified(orders), plan.lines_total, upkeep_internal.key_list('l', plan.columns), plan.sum,
    upkeep_internal.qualified(lines),
    upkeep_internal.keys_match(orders, plan.keys, 'x', lines, plan.columns, 's'),
    upkeep_internal.keys_match(orders, plan.keys, 'o', orders, plan.keys, 'x'),
    upkeep_internal.amount_differs('o', plan.lines_total, 'n.upkeep_sum'));
  PERFORM upkeep_internal.end_own(before);
END $$;

CREATE FUNCTION upkeep_internal.notice_orders(orders regclass, lines regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  has_orders boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %s)', upkeep_internal.qualified(orders)) INTO has_orders;
  IF has_orders THEN
    RAISE NOTICE USING
      MESSAGE = format('existing orders of "%s" keep their totals', upkeep_internal.table_name(orders)),
      HINT = format('CALL upkeep.repair_order_totals(%s);', upkeep_internal.literals(ARRAY[
        upkeep_internal.qualified(orders), upkeep_internal.qualified(lines)]));
  END IF;
END $$;
