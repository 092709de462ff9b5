-- upkeep.repair_order_totals: corrects wrong totals, except those of locked orders; and what check_orders says of them.

CREATE PROCEDURE upkeep.repair_order_totals(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.repair_totals(orders, order_items);
END $$;

CREATE FUNCTION upkeep_internal.repair_totals(orders regclass, order_items regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  plan record;
  locked text;
  repaired bigint;
  of_refunds bigint;
BEGIN
  PERFORM upkeep_internal.require_value(orders, 'orders');
  PERFORM upkeep_internal.require_value(order_items, 'order_items');
  PERFORM upkeep_internal.require_own_table(orders, 'repair totals', 'ROW EXCLUSIVE'),
    upkeep_internal.require_own_table(order_items, 'repair totals', 'ACCESS SHARE');
  IF upkeep_internal.orders_named_by(order_items, 'order_totals') IS DISTINCT FROM orders THEN
    PERFORM upkeep_internal.fail('42704', format('order totals are not enabled for "%s" and "%s"',
        upkeep_internal.table_name(orders), upkeep_internal.table_name(order_items)),
      'Call upkeep.enable_order_totals() first.');
  END IF;
  PERFORM upkeep_internal.require_pair_rights(orders, order_items);
  plan := upkeep_internal.totals_of_lines(orders, order_items);
  locked := upkeep_internal.locked_condition(orders, order_items);
  repaired := upkeep_internal.put_totals_right(orders, order_items, plan, locked, 'total');
  PERFORM upkeep_internal.warn_of_locked(orders, order_items, plan, locked);
  of_refunds := upkeep_internal.repair_refunds(orders, order_items);
  RAISE NOTICE 'repaired % totals of "%"', repaired, upkeep_internal.table_name(orders);
  IF of_refunds > 0 THEN
    RAISE NOTICE 'repaired what % rows of "%" and "%" keep of their refunds', of_refunds,
      upkeep_internal.table_name(orders), upkeep_internal.table_name(order_items);
  END IF;
END $$;

-- The plan that the first trigger of the lines makes.
CREATE FUNCTION upkeep_internal.totals_of_lines(orders regclass, lines regclass)
RETURNS record STABLE LANGUAGE plpgsql AS $$
DECLARE
  options jsonb;
  plan record;
BEGIN
  SELECT upkeep_internal.read_options(t.feature, t.arguments) INTO options
  FROM upkeep_internal.triggers t WHERE t.object = lines AND t.feature = 'order_totals' ORDER BY t.place LIMIT 1;
  plan := upkeep_internal.order_totals_plan(orders, lines, options);
  RETURN plan;
END $$;

-- That an order o is locked, by the trigger that the orders have.
CREATE FUNCTION upkeep_internal.locked_condition(orders regclass, lines regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  options jsonb;
  plan record;
BEGIN
  SELECT upkeep_internal.read_options(t.feature, t.arguments) INTO options
  FROM upkeep_internal.triggers t WHERE t.object = orders AND t.feature = 'order_lock' ORDER BY t.place LIMIT 1;
  IF options IS NULL THEN
    RETURN 'false';
  END IF;
  plan := upkeep_internal.order_lock_rules(options, orders, lines);
  RETURN upkeep_internal.is_locked(plan, 'o');
END $$;

CREATE FUNCTION upkeep_internal.warn_of_locked(orders regclass, lines regclass, plan record, locked text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  max_warnings constant int := 10;
  named constant name := upkeep_internal.table_name(orders);
  wrong record;
  count bigint := 0;
BEGIN
  IF locked = 'false' THEN
    RETURN;
  END IF;
  FOR wrong IN EXECUTE format('SELECT %s AS key, o.%I::text AS total, t.upkeep_total::text AS due %s AND %s AND %s '
      'ORDER BY %s', upkeep_internal.key_text('o', plan.keys), plan.total,
      upkeep_internal.wrong_orders(orders, lines, plan),
      upkeep_internal.amount_differs('o', plan.total, 't.upkeep_total'), locked,
      upkeep_internal.key_list('o', plan.keys)) LOOP
    count := count + 1;
    IF count <= max_warnings THEN
      RAISE WARNING USING ERRCODE = 'UK003', MESSAGE = format(
        'order "%s" of "%s" is locked: its total stays %s, though %s %s', wrong.key, named,
        coalesce(wrong.total, 'NULL'), CASE WHEN plan.total_formula IS NULL THEN 'its lines sum up to'
          ELSE 'it should be' END, coalesce(wrong.due, 'NULL'));
    END IF;
  END LOOP;
  IF count > max_warnings THEN
    RAISE WARNING USING ERRCODE = 'UK003', MESSAGE = format(
      'and %s more locked orders of "%s" have another total than their lines', count - max_warnings, named);
  END IF;
END $$;

-- What upkeep.check_orders says of totals.
CREATE FUNCTION upkeep_internal.order_totals_order_findings(orders regclass, lines regclass)
RETURNS TABLE (order_key text, finding text, stored numeric, expected numeric) LANGUAGE plpgsql AS $$
DECLARE
  plan record;
BEGIN
  IF upkeep_internal.orders_named_by(lines, 'order_totals') IS DISTINCT FROM orders THEN
    RETURN;
  END IF;
  PERFORM upkeep_internal.require_pair_rights(orders, lines);
  plan := upkeep_internal.totals_of_lines(orders, lines);
  IF plan.lines_total IS NOT NULL THEN
    RETURN QUERY EXECUTE upkeep_internal.wrong_amounts(orders, lines, plan, plan.lines_total, 'n.upkeep_sum')
      USING format('%s is not the sum of its lines', plan.lines_total);
  END IF;
  RETURN QUERY EXECUTE upkeep_internal.wrong_amounts(orders, lines, plan, plan.total, 't.upkeep_total')
    USING CASE WHEN plan.total_formula IS NULL THEN 'total is not the sum of its lines'
            ELSE 'total is not what its formula gives' END;
END $$;

CREATE FUNCTION upkeep_internal.wrong_amounts(orders regclass, lines regclass, plan record, name text, amount text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT %s, $1, o.%I::pg_catalog.numeric, %s::pg_catalog.numeric %s AND %s ORDER BY %s',
    upkeep_internal.key_text('o', plan.keys), name, amount, upkeep_internal.wrong_orders(orders, lines, plan),
    upkeep_internal.amount_differs('o', name, amount), upkeep_internal.key_list('o', plan.keys));
END $$;
