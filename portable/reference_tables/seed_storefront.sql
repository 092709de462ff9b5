-- upkeep.seed_storefront: customers, products, and a year of orders that went their ways.

CREATE FUNCTION upkeep.seed_storefront(…) LANGUAGE plpgsql AS $$
DECLARE
  users constant int := CASE orders WHEN 0 THEN 0 ELSE 1 + orders / 3 END;
  half constant int := orders / 2;
  day date;
  parts jsonb;
  step record;
BEGIN
  PERFORM upkeep_internal.require_value(schema, 'schema'), upkeep_internal.require_count(products, 'products'),
    upkeep_internal.require_count(orders, 'orders');
  IF orders > 0 AND products = 0 THEN
    PERFORM upkeep_internal.fail('22023', 'orders without products cannot be seeded',
      'Pass at least one product, or orders => 0.');
  END IF;
  day := upkeep_internal.seed_day(today);
  parts := jsonb_build_object('schema', upkeep_internal.require_empty_tables(schema,
    '{users,products,carts,cart_items,orders,order_items}', 'upkeep.create_storefront'));
  EXECUTE upkeep_internal.seed_users_query(schema, parts) USING users, day;
  EXECUTE upkeep_internal.seed_products_query(schema, parts) USING orders, products, day,
    EXISTS (SELECT FROM upkeep_internal.triggers t
            WHERE t.object = upkeep_internal.table_in(schema, 'order_items') AND t.feature = 'stock');
  PERFORM upkeep_internal.seed_orders(parts, orders, users, products, day, 1, half);
  EXECUTE upkeep_internal.filled($sql${raise_prices of storefront/seed_storefront.cpp}$sql$, parts);
  PERFORM upkeep_internal.seed_orders(parts, orders, users, products, day, half + 1, orders);
  FOR step IN SELECT * FROM (VALUES
      {steps of storefront/seed_storefront.cpp}) s(old_status, new_status, condition, also) LOOP
    EXECUTE upkeep_internal.filled($sql${advance of storefront/seed_storefront.cpp}$sql$, parts || jsonb_build_object(
      'order', upkeep_internal.seed_id('n', 2), 'from', quote_literal(step.old_status),
      'to', quote_literal(step.new_status), 'condition', step.condition, 'also', coalesce(step.also, '')))
      USING orders, day;
  END LOOP;
  EXECUTE upkeep_internal.filled($sql${withdraw_products of storefront/seed_storefront.cpp}$sql$, parts);
  PERFORM upkeep_internal.seed_carts(parts, orders / 25, users, products, day);
END $$;

-- Of these names the one that the table has as a column.
CREATE FUNCTION upkeep_internal.seed_key(schema name, name text, usual text, generic text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN upkeep_internal.has_column(upkeep_internal.table_in(schema, name), generic) THEN generic
              ELSE usual END;
END $$;

-- The kinds of ids are numbered as in the C++: users, products, orders, lines, carts, items of carts.
CREATE FUNCTION upkeep_internal.seed_users_query(schema name, parts jsonb)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.filled($sql${write_users of storefront/seed_storefront.cpp}$sql$, parts || jsonb_build_object(
    'id', upkeep_internal.seed_id('n', 0),
    'key', upkeep_internal.seed_key(schema, 'users', 'experimenta_id', 'external_id')));
END $$;

CREATE FUNCTION upkeep_internal.seed_products_query(schema name, parts jsonb)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.filled($sql${write_products of storefront/seed_storefront.cpp}$sql$,
    parts || jsonb_build_object('id', upkeep_internal.seed_id('n', 1), 'lines', upkeep_internal.seed_lines(),
      'key', upkeep_internal.seed_key(schema, 'products', 'nav_product_id', 'sku')));
END $$;

-- The lines of all orders, a product once in each. $1: how many orders, $2: how many products
CREATE FUNCTION upkeep_internal.seed_lines()
RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT $sql${lines of storefront/seed_storefront.cpp}$sql$ $$;

-- Those from first to last, with their lines.
CREATE FUNCTION upkeep_internal.seed_orders(
  parts jsonb,
  orders int,
  users int,
  products int,
  today date,
  first int,
  last int
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE upkeep_internal.filled($sql${write_heads of storefront/seed_storefront.cpp}$sql$, parts || jsonb_build_object(
    'id', upkeep_internal.seed_id('n', 2), 'user', upkeep_internal.seed_id(
      '1 + floor($2 * power(b / 2147483648.0::float8, 1.5))::bigint', 0))) USING orders, users, today, first, last;
  EXECUTE upkeep_internal.filled($sql${write_lines of storefront/seed_storefront.cpp}$sql$, parts || jsonb_build_object(
    'id', upkeep_internal.seed_id('n * 8 + line', 3), 'order', upkeep_internal.seed_id('n', 2),
    'product', upkeep_internal.seed_id('product', 1), 'lines', upkeep_internal.seed_lines()))
    USING orders, products, first, last;
END $$;

CREATE FUNCTION upkeep_internal.seed_carts(parts jsonb, count int, users int, products int, today date)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE upkeep_internal.filled($sql${write_carts of storefront/seed_storefront.cpp}$sql$, parts || jsonb_build_object(
    'id', upkeep_internal.seed_id('n', 4), 'user', upkeep_internal.seed_id(
      '1 + (hashint8extended(n, 64) & 2147483647) % $2', 0))) USING count, users, today;
  EXECUTE upkeep_internal.filled($sql${write_carts 2 of storefront/seed_storefront.cpp}$sql$,
    parts || jsonb_build_object('id', upkeep_internal.seed_id('n * 4 + k', 5),
      'cart', upkeep_internal.seed_id('n', 4), 'product', upkeep_internal.seed_id('product', 1)))
    USING count, products;
END $$;
