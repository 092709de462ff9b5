-- upkeep.create_storefront: the tables of an online store, with what keeps them true.

CREATE FUNCTION upkeep.create_storefront(…) LANGUAGE plpgsql AS $$
DECLARE
  keys jsonb;
  had_currency boolean;
BEGIN
  PERFORM upkeep_internal.require_value(schema, 'schema'), upkeep_internal.require_value(names, 'names'),
    upkeep_internal.require_value(history, 'history'), upkeep_internal.require_value(distribute, 'distribute');
  SELECT jsonb_build_object('user_key', n.user_key, 'product_key', n.product_key) INTO keys
  FROM upkeep_internal.reference_names n WHERE n.names = create_storefront.names;
  IF NOT FOUND THEN
    PERFORM upkeep_internal.fail('22023', format('invalid value for names: "%s"', names), format('Use one of: %s.',
      (SELECT string_agg(n.names, ', ' ORDER BY n.place) FROM upkeep_internal.reference_names n)));
  END IF;
  PERFORM upkeep_internal.refuse_to_distribute(distribute);
  had_currency := upkeep_internal.has_currency(schema);
  PERFORM upkeep_internal.create_reference_tables('storefront', 'create a storefront', schema, keys, history);
  IF NOT had_currency THEN
    PERFORM upkeep_internal.notice_currency(schema);
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.refuse_to_distribute(distribute boolean)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF distribute THEN
    PERFORM upkeep_internal.fail('0A000', 'the portable edition distributes no tables',
      'Leave out distribute => true, or install the C++ edition.');
  END IF;
END $$;

-- Also where there are no orders.
CREATE FUNCTION upkeep_internal.has_currency(schema name)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT o.orders IS NULL OR upkeep_internal.has_column(o.orders, 'currency')
  FROM upkeep_internal.table_in(schema, 'orders') o(orders)
$$;

-- Orders of an older version, which did not say.
CREATE FUNCTION upkeep_internal.notice_currency(schema name)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  has_orders boolean;
BEGIN
  IF upkeep_internal.has_currency(schema) THEN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.orders)', schema) INTO has_orders;
  END IF;
  IF has_orders THEN
    RAISE NOTICE USING MESSAGE = 'existing orders of "orders" are in EUR now',
      HINT = format('If they are in another currency: ALTER TABLE %I.orders ALTER currency SET DEFAULT ''USD'', '
                    'ALTER currency TYPE text USING ''USD'';', schema);
  END IF;
END $$;
