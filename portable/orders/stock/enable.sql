-- upkeep.enable_stock and disable_stock: the statement triggers of the lines, and those of the orders.

CREATE FUNCTION upkeep.enable_stock(…) LANGUAGE plpgsql AS $$
DECLARE
  given constant jsonb := jsonb_build_object('stock_column', stock_column, 'product_column', product_column,
    'product_key', product_key, 'quantity_column', quantity_column, 'order_column', order_column,
    'order_key', order_key, 'status_column', status_column, 'released', released, 'taken_column', taken_column,
    'tenant_column', tenant_column, 'tables', jsonb_build_array(jsonb_build_array('lines', order_items::oid),
      jsonb_build_array('products', products::oid)));
  arguments text[];
BEGIN
  PERFORM upkeep_internal.require_value(order_items, 'order_items'),
    upkeep_internal.require_value(products, 'products');
  arguments := upkeep_internal.trigger_arguments('stock', given);
  PERFORM upkeep_internal.require_value(opening, 'opening');
  IF opening NOT IN ('settled', 'reserve') THEN
    PERFORM upkeep_internal.fail('22023', format('invalid value for opening: "%s"', opening),
      'Use one of: settled, reserve.');
  END IF;
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.enable_stock_on(order_items, products, orders, arguments, given, opening);
  PERFORM upkeep_internal.require_open_columns_of(order_items);
  PERFORM upkeep_internal.write_triggers('stock');
END $$;

CREATE FUNCTION upkeep_internal.enable_stock_on(
  lines regclass,
  products regclass,
  orders regclass,
  arguments text[],
  given jsonb,
  opening text
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  top constant regclass := upkeep_internal.topmost(lines);
  of_products constant text[] := ARRAY['products=' || upkeep_internal.qualified(products)];
  each regclass;
  options jsonb;
  status text;
  plan record;
  before jsonb;
BEGIN
  FOREACH each IN ARRAY ARRAY[lines, products, coalesce(orders, lines)] LOOP
    PERFORM upkeep_internal.require_own_table(each, 'enable stock'), upkeep_internal.require_trusted(each);
  END LOOP;
  PERFORM upkeep_internal.require_no_children(lines);
  arguments := upkeep_internal.without_usual_released(arguments, orders);
  -- Planning finds every mistake before the tables are touched.
  options := upkeep_internal.read_options('stock', arguments);
  status := upkeep_internal.text_option('stock', options, 'status_column');
  SELECT * INTO plan FROM upkeep_internal.stock_plan(options, top, products, orders, given);
  IF orders IS NOT NULL THEN
    arguments := upkeep_internal.fit_labels(orders, status, 'stock', arguments, 'released', true);
    options := upkeep_internal.read_options('stock', arguments);
    SELECT * INTO plan FROM upkeep_internal.stock_plan(options, top, products, orders, given);
  END IF;
  PERFORM upkeep_internal.require_sound_stock(plan, options, products, orders);
  IF plan.taken IS NULL AND (SELECT relpersistence = 't' FROM pg_class WHERE oid = lines) THEN
    PERFORM upkeep_internal.fail('42809', format('cannot remember what the lines of temporary table "%s" have taken',
      upkeep_internal.table_name(lines)), 'Name a taken_column.');
  END IF;
  IF orders IS NOT NULL THEN
    PERFORM upkeep_internal.require_no_children(orders), upkeep_internal.require_one_table(orders, top),
      upkeep_internal.require_role_of(orders, lines), upkeep_internal.require_role_of(orders, products);
  END IF;
  PERFORM upkeep_internal.forget_dropped_stock();
  before := upkeep_internal.stock_options_to_replace(lines);
  PERFORM upkeep_internal.follow_stock_key(top, before IS NOT NULL);
  PERFORM upkeep_internal.drop_orders_triggers(top, orders, 'enable stock');
  PERFORM upkeep_internal.create_statement_triggers(lines, 'zz_upkeep_stock', '{insert,update,delete,truncate}',
    'stock', of_products || CASE WHEN orders IS NULL THEN '{}'
      ELSE ARRAY['orders=' || upkeep_internal.qualified(orders)] END || arguments);
  IF orders IS NOT NULL THEN
    PERFORM upkeep_internal.create_statement_triggers(orders, 'zz_upkeep_stock', '{insert,update}', 'stock',
      of_products || ('order_items=' || upkeep_internal.qualified(top)) || arguments);
  ELSE
    PERFORM upkeep_internal.notice_without_orders(lines, products, status);
  END IF;
  IF before IS NULL THEN
    PERFORM upkeep_internal.open_stock(lines, products, plan, opening);
  ELSE
    PERFORM upkeep_internal.keep_stock_memory(lines, products, plan, before, options);
  END IF;
END $$;

-- Nothing is released without orders.
CREATE FUNCTION upkeep_internal.without_usual_released(arguments text[], orders regclass)
RETURNS text[] STABLE LANGUAGE sql AS $$
  SELECT CASE WHEN orders IS NULL THEN array_remove(arguments, 'released=' || o.when_enabled) ELSE arguments END
  FROM upkeep_internal.options o WHERE o.feature = 'stock' AND o.option = 'released'
$$;

-- A line is known by its table and key, and a child's rows have keys of their own.
CREATE FUNCTION upkeep_internal.require_no_children(target regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM upkeep_internal.inheritance_children(target)) THEN
    PERFORM upkeep_internal.fail('42809', format('cannot enable stock on "%s": other tables inherit from it',
      upkeep_internal.table_name(target)), 'Use partitions, or enable it for each of the children.');
  END IF;
END $$;

-- The triggers of stock on orders, and the lines that they name. Anyone may make such a trigger with arguments that are
-- no options: it must not stop the others.
CREATE FUNCTION upkeep_internal.stock_orders_triggers()
RETURNS TABLE (orders regclass, name name, lines regclass) STABLE LANGUAGE sql AS $$
  SELECT t.object, t.name, n.lines
  FROM upkeep_internal.triggers t
  CROSS JOIN LATERAL upkeep_internal.table_named('stock', t.arguments, 'order_items', t.object) n(lines)
  WHERE t.feature = 'stock' AND NOT t.is_clone AND n.lines IS NOT NULL
  ORDER BY t.place
$$;

-- Those of other orders than `kept` and its partitions; whether there were any.
CREATE FUNCTION upkeep_internal.drop_orders_triggers(of_lines regclass, kept regclass, verb text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  each record;
  is_found boolean := false;
BEGIN
  FOR each IN SELECT * FROM upkeep_internal.stock_orders_triggers() t
      WHERE t.lines = of_lines
        AND t.orders NOT IN (SELECT d FROM upkeep_internal.with_descendants(kept) d WHERE kept IS NOT NULL) LOOP
    PERFORM upkeep_internal.require_own_table(each.orders, verb);
    EXECUTE format('DROP TRIGGER %I ON %s', each.name, upkeep_internal.qualified(each.orders));
    is_found := true;
  END LOOP;
  RETURN is_found;
END $$;

-- The trigger on the orders can tell of the lines of one table.
CREATE FUNCTION upkeep_internal.require_one_table(of_orders regclass, of_lines regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  other regclass;
BEGIN
  SELECT t.lines INTO other FROM upkeep_internal.stock_orders_triggers() t
  WHERE t.orders = of_orders AND t.lines <> of_lines LIMIT 1;
  IF FOUND THEN
    PERFORM upkeep_internal.fail('42710', format('stock is already enabled for "%s" and the lines in "%s"',
        upkeep_internal.table_name(of_orders), upkeep_internal.table_name(other)),
      format('SELECT upkeep.disable_stock(%L); or leave orders out.', upkeep_internal.qualified(other)));
  END IF;
END $$;

-- The options of the trigger that the lines have; NULL if they have none. Those of a trigger that somebody wrote
-- wrongly count for nothing: it is replaced.
CREATE FUNCTION upkeep_internal.stock_options_to_replace(target regclass)
RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT upkeep_internal.read_options('stock', t.arguments) FROM upkeep_internal.triggers t
          WHERE t.object = target AND t.feature = 'stock' ORDER BY t.place LIMIT 1);
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN '{}';
END $$;

-- The table of another foreign key of the lines that has a status, where orders is not given.
CREATE FUNCTION upkeep_internal.notice_without_orders(target regclass, products regclass, status text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  orders regclass;
BEGIN
  SELECT c.confrelid INTO orders
  FROM pg_constraint c
  JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attname = status AND NOT a.attisdropped
  WHERE c.conrelid = target AND c.contype = 'f' AND c.confrelid <> ALL (ARRAY[target, products])
  ORDER BY c.oid LIMIT 1;
  IF FOUND THEN
    RAISE NOTICE USING
      MESSAGE = format('stock does not know the orders: cancelling one in "%s" gives nothing back',
                       upkeep_internal.table_name(orders)),
      HINT = format('Pass orders => %L.', upkeep_internal.qualified(orders));
  END IF;
END $$;

CREATE FUNCTION upkeep.disable_stock(…) LANGUAGE plpgsql AS $$
DECLARE
  is_found boolean := false;
BEGIN
  PERFORM upkeep_internal.require_value(order_items, 'order_items');
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_own_table(order_items, 'disable stock');
  IF products IS NULL OR upkeep_internal.table_named_by(order_items, 'stock', 'products') = products THEN
    is_found := upkeep_internal.drop_triggers_of_tree(order_items, 'stock');
    is_found := upkeep_internal.drop_orders_triggers(upkeep_internal.topmost(order_items), NULL, 'disable stock')
      OR is_found;
  END IF;
  IF NOT is_found THEN
    RAISE NOTICE 'stock is not enabled on "%"', upkeep_internal.table_name(order_items);
  END IF;
  PERFORM upkeep_internal.write_triggers('stock');
END $$;
