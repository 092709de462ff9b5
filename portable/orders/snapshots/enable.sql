-- upkeep.enable_order_snapshots and disable_order_snapshots: the row trigger that captures products.

CREATE FUNCTION upkeep.enable_order_snapshots(…) LANGUAGE plpgsql AS $$
DECLARE
  given constant jsonb := jsonb_build_object('product_column', product_column, 'product_key', product_key,
    'order_column', order_column, 'price_column', price_column, 'product_price', product_price, 'snapshot_column',
    snapshot_column, 'snapshot_fields', snapshot_fields, 'active_column', active_column, 'mode', mode, 'tenant_column',
    tenant_column, 'returns_column', returns_column, 'quantity_column', quantity_column, 'tables',
    jsonb_build_array(jsonb_build_array('lines', order_items::oid), jsonb_build_array('products', products::oid)));
  arguments text[];
BEGIN
  PERFORM upkeep_internal.require_value(order_items, 'order_items'),
    upkeep_internal.require_value(products, 'products');
  arguments := upkeep_internal.trigger_arguments('order_snapshots', given);
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_own_table(order_items, 'enable order_snapshots');
  IF order_items = products THEN
    PERFORM upkeep_internal.fail('42P17', format('table "%s" cannot be both the lines and their products',
      upkeep_internal.table_name(order_items)), 'Pass the table of the lines, and that of the products.');
  END IF;
  PERFORM upkeep_internal.require_own_table(products, 'enable order_snapshots', 'ACCESS SHARE');
  PERFORM upkeep_internal.require_trusted(order_items), upkeep_internal.require_trusted(products);
  arguments := upkeep_internal.in_order('order_snapshots',
    arguments || format('products=%s', upkeep_internal.qualified(products)));
  arguments := upkeep_internal.with_usual_columns(order_items, 'order_snapshots', arguments);
  arguments := upkeep_internal.without_private_fields(order_items, arguments, given);
  PERFORM upkeep_internal.notice_snapshots(order_items, products, arguments);
  IF returns_column IS NULL AND EXISTS (SELECT FROM upkeep_internal.triggers t
      WHERE t.object = order_items AND t.feature = 'order_snapshots' AND t.type & 1 = 0) THEN
    PERFORM upkeep_internal.drop_triggers_of_tree(order_items, 'order_snapshots');
  END IF;
  PERFORM upkeep_internal.create_row_trigger(order_items, 'zz_upkeep_order_line', 'BEFORE INSERT OR UPDATE OR DELETE',
    'order_snapshots', arguments);
  IF returns_column IS NOT NULL THEN
    PERFORM upkeep_internal.create_statement_triggers(order_items, 'zz_upkeep_order_line', '{insert,update,delete}',
      'order_snapshots', arguments);
  END IF;
  PERFORM upkeep_internal.require_open_columns_of(order_items);
  PERFORM upkeep_internal.write_triggers('order_snapshots');
END $$;

-- The arguments with what a snapshot leaves out by name, where it names no fields. Planning finds every mistake before
-- the table is touched.
CREATE FUNCTION upkeep_internal.without_private_fields(target regclass, arguments text[], given jsonb)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  plan record;
BEGIN
  SELECT * INTO plan FROM upkeep_internal.order_line_plan(target, arguments, given);
  IF plan.snapshot IS NOT NULL AND jsonb_typeof(given -> 'snapshot_fields') = 'null' THEN
    arguments := arguments || (SELECT format('without=%s', o.when_enabled) FROM upkeep_internal.options o
                               WHERE o.feature = 'order_snapshots' AND o.option = 'without');
  END IF;
  RETURN arguments;
END $$;

CREATE FUNCTION upkeep_internal.notice_snapshots(target regclass, products regclass, arguments text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_snapshots', arguments);
  plan record;
  columns record;
BEGIN
  SELECT * INTO plan FROM upkeep_internal.order_line_plan(target, arguments);
  IF plan.returns IS NOT NULL THEN
    SELECT * INTO columns FROM upkeep_internal.return_columns(target, options);
    PERFORM upkeep_internal.require_line_key(columns);
  END IF;
  IF (SELECT relkind = 'r' FROM pg_class WHERE oid = products)
     AND NOT upkeep_internal.has_unique_index(products, array_remove(ARRAY[plan.tenant, plan.product_key], NULL)) THEN
    RAISE NOTICE USING
      MESSAGE = format('table "%s" has no unique index by which a product is found',
        upkeep_internal.table_name(products)),
      HINT = 'Make the products'' key unique: without an index each lookup reads the whole table.';
  END IF;
  -- A column that nobody thought of is seen here, and not in the orders of a customer.
  IF plan.snapshot IS NOT NULL THEN
    RAISE NOTICE USING
      MESSAGE = format('snapshots of "%s" hold: %s', upkeep_internal.table_name(products),
        array_to_string(plan.fields, ', ')),
      DETAIL = format('Left out by name: %s.', coalesce((
        SELECT string_agg(c.attname, ', ' ORDER BY c.attnum)
        FROM upkeep_internal.product_columns(target, products, options) c
        WHERE c.is_private AND NOT options ? 'snapshot_fields'), 'none'));
  END IF;
  IF plan.returns IS NOT NULL AND NOT upkeep_internal.finds_returns(target, columns) THEN
    RAISE NOTICE USING
      MESSAGE = format('table "%s" has no index on (%I): each return reads all of it',
        upkeep_internal.table_name(target), plan.returns),
      HINT = format('CREATE INDEX ON %s (%I) WHERE %2$I IS NOT NULL;', upkeep_internal.qualified(target), plan.returns);
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.has_unique_index(target regclass, columns name[])
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT EXISTS (SELECT FROM upkeep_internal.unique_indexes(target) i
                 WHERE i.weakness IS NULL AND i.columns @> columns::text[] AND i.columns <@ columns::text[])
$$;

-- Whether an index finds the returns of a line.
CREATE FUNCTION upkeep_internal.finds_returns(target regclass, columns record)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM pg_index i
    JOIN pg_attribute r ON r.attrelid = i.indrelid AND r.attname = columns.returns
    JOIN pg_attribute f ON f.attrelid = i.indrelid AND f.attname = columns.naming[1]
    WHERE i.indrelid = target AND i.indisvalid
      AND (i.indkey[0] = r.attnum OR i.indkey[0] = f.attnum AND i.indkey[1] = r.attnum)
      AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', columns.returns)));
END $$;

CREATE FUNCTION upkeep.disable_order_snapshots(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_value(order_items, 'order_items');
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_own_table(order_items, 'disable order_snapshots');
  IF products IS NOT NULL AND products IS DISTINCT FROM
       upkeep_internal.table_named_by(order_items, 'order_snapshots', 'products')
     OR NOT upkeep_internal.drop_triggers_of_tree(order_items, 'order_snapshots') THEN
    RAISE NOTICE 'order_snapshots is not enabled on "%"', upkeep_internal.table_name(order_items);
  END IF;
  PERFORM upkeep_internal.write_triggers('order_snapshots');
END $$;
