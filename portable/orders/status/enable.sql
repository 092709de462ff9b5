-- upkeep.enable_order_status and disable_order_status.

CREATE FUNCTION upkeep.enable_order_status(…) LANGUAGE plpgsql AS $$
DECLARE
  given constant jsonb := jsonb_build_object('transitions', transitions::text, 'status_column', status_column,
    'paid_status', paid_status, 'paid_column', paid_column, 'tenant_column', tenant_column);
  arguments text[];
  plan record;
BEGIN
  PERFORM upkeep_internal.require_value(orders, 'orders');
  arguments := upkeep_internal.trigger_arguments('order_status', given);
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_own_table(orders, 'enable order_status');
  arguments := upkeep_internal.with_usual_columns(orders, 'order_status', arguments);
  -- Planning finds every mistake before the table is touched.
  SELECT * INTO plan FROM upkeep_internal.order_status_plan(orders, arguments, given);
  PERFORM upkeep_internal.require_statuses(orders, plan.status, plan.moves, plan.paid_status);
  PERFORM upkeep_internal.create_row_trigger(orders, 'zz_upkeep_order_status', 'BEFORE INSERT OR UPDATE',
    'order_status', arguments);
  IF NOT EXISTS (SELECT FROM jsonb_each(plan.moves) m WHERE m.value ? plan.paid_status) THEN
    RAISE NOTICE USING
      MESSAGE = format('no transition leads to the paid_status "%s"', plan.paid_status),
      HINT = 'Pass the status that says that an order is paid as paid_status, or add a transition to it.';
  END IF;
  PERFORM upkeep_internal.write_triggers('order_status');
END $$;

CREATE FUNCTION upkeep.disable_order_status(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_value(orders, 'orders');
  PERFORM upkeep_internal.disable_on_tree(orders, 'order_status');
END $$;
