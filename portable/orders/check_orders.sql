-- upkeep.check_orders: where totals, lines and stock have drifted apart. Reads only.

-- upkeep_internal.…_order_findings() of each feature that says something of orders.
CREATE FUNCTION upkeep.check_orders(…) LANGUAGE plpgsql AS $$
DECLARE
  each text;
BEGIN
  PERFORM upkeep_internal.require_value(orders, 'orders');
  PERFORM upkeep_internal.require_value(order_items, 'order_items');
  PERFORM upkeep_internal.require_own_table(orders, 'check orders', 'ACCESS SHARE'),
    upkeep_internal.require_own_table(order_items, 'check orders', 'ACCESS SHARE');
  IF upkeep_internal.orders_named_by(order_items, 'order_totals') IS DISTINCT FROM orders
     AND NOT EXISTS (SELECT FROM upkeep_internal.triggers t
                     WHERE t.object = order_items AND t.feature IN ('order_snapshots', 'stock')) THEN
    PERFORM upkeep_internal.fail('42704', format('nothing is kept for "%s" and "%s"',
        upkeep_internal.table_name(orders), upkeep_internal.table_name(order_items)),
      'Call upkeep.enable_order_totals(), enable_order_snapshots() or enable_stock() first.');
  END IF;
  FOREACH each IN ARRAY '{order_totals,order_snapshots,order_refunds,stock}'::text[] LOOP
    IF to_regproc(format('upkeep_internal.%I', each || '_order_findings')) IS NOT NULL THEN
      RETURN QUERY EXECUTE format('SELECT * FROM upkeep_internal.%I($1, $2)', each || '_order_findings')
        USING orders, order_items;
    END IF;
  END LOOP;
END $$;
