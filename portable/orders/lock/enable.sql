-- Enabling order_lock: statement triggers on both tables, a row trigger on the orders.

CREATE FUNCTION upkeep.enable_order_lock(…) LANGUAGE plpgsql AS $$
DECLARE
  given constant jsonb := jsonb_build_object('order_column', order_column, 'order_key', order_key,
    'paid_column', paid_column, 'status_column', status_column, 'locked_statuses', locked_statuses,
    'frozen_columns', frozen_columns, 'tenant_column', tenant_column, 'open_columns', open_columns,
    'correct_role', correct_role, 'tables', jsonb_build_array(jsonb_build_array('orders', orders::oid),
      jsonb_build_array('lines', order_items::oid)));
  arguments text[];
  rules record;
  of_orders text[];
BEGIN
  PERFORM upkeep_internal.require_value(orders, 'orders'), upkeep_internal.require_value(order_items, 'order_items');
  arguments := upkeep_internal.trigger_arguments('order_lock', given);
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_pair(orders, order_items, 'order_lock');
  arguments := upkeep_internal.with_usual_columns(orders, 'order_lock', arguments);
  -- Every mistake is found before a table is touched.
  SELECT * INTO rules
  FROM upkeep_internal.order_lock_rules(upkeep_internal.read_options('order_lock', arguments), orders, order_items,
                                        given);
  PERFORM upkeep_internal.require_array_type(order_items, c) FROM unnest(rules.columns) c;
  PERFORM upkeep_internal.require_unique_key(orders, rules.keys, 'an order');
  IF rules.status IS NOT NULL THEN
    arguments := upkeep_internal.fit_labels(orders, rules.status, 'order_lock', arguments, 'locked_statuses',
                                            rules.paid IS NULL);
  END IF;
  PERFORM upkeep_internal.require_correct_role(correct_role);
  of_orders := format('order_items=%s', upkeep_internal.qualified(order_items)) || arguments;
  PERFORM upkeep_internal.create_row_trigger(orders, 'zz_upkeep_order_lock', 'BEFORE UPDATE', 'order_lock', of_orders),
    upkeep_internal.create_statement_triggers(orders, 'zz_upkeep_order_lock', '{delete,truncate}', 'order_lock',
                                              of_orders),
    upkeep_internal.create_statement_triggers(order_items, 'zz_upkeep_order_lock', '{insert,update,delete,truncate}',
      'order_lock', format('orders=%s', upkeep_internal.qualified(orders)) || arguments);
  PERFORM upkeep_internal.require_open_columns_of(order_items);
  PERFORM upkeep_internal.write_triggers('order_lock');
END $$;

-- 42704 for a role that does not exist (any more).
CREATE FUNCTION upkeep_internal.require_correct_role(role text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF role IS NOT NULL AND to_regrole(quote_ident(role)) IS NULL THEN
    PERFORM upkeep_internal.fail('42704', format('role "%s" does not exist', role),
      'Create it, or pass another correct_role to upkeep.enable_order_lock.');
  END IF;
END $$;

CREATE FUNCTION upkeep.disable_order_lock(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_value(orders, 'orders');
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.drop_pair_triggers(orders, order_items, 'order_lock');
  PERFORM upkeep_internal.write_triggers('order_lock');
END $$;
