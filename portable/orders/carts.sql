-- upkeep.add_to_cart and upkeep.merge_carts: carts of the storefront tables, a line a product. Whoever changes a cart
-- locks its row, as checkout does: what is put into it is ordered, or stays in it.

CREATE FUNCTION upkeep.add_to_cart(…) LANGUAGE plpgsql SET search_path FROM CALLER AS $$
DECLARE
  place pg_catalog.name;
  count bigint;
BEGIN
  PERFORM upkeep_internal.require_id(cart, 'cart', 'Pass the id of a cart.'),
    upkeep_internal.require_id(product, 'product', 'Pass the id of a product.'),
    upkeep_internal.require_quantity(quantity);
  place := upkeep_internal.storefront_schema(schema, pg_catalog.current_schemas(false));
  EXECUTE upkeep_internal.lock_cart_query(place) USING cart;
  GET DIAGNOSTICS count = ROW_COUNT;
  PERFORM upkeep_internal.require_cart(count), upkeep_internal.require_unique_items(place),
    upkeep_internal.require_product(place, product);
  EXECUTE upkeep_internal.add_item_query(place) USING cart, product, quantity;
  GET DIAGNOSTICS count = ROW_COUNT;
  PERFORM upkeep_internal.require_rows(count, 'the product was not put into the cart',
    'A trigger on cart_items suppressed it.');
END $$;

CREATE FUNCTION upkeep.merge_carts(…) LANGUAGE plpgsql SET search_path FROM CALLER AS $$
DECLARE
  place pg_catalog.name;
  count bigint;
BEGIN
  PERFORM upkeep_internal.require_id(from_cart, 'from_cart', 'Pass the id of a cart.'),
    upkeep_internal.require_id(into_cart, 'into_cart', 'Pass the id of a cart.');
  place := upkeep_internal.storefront_schema(schema, pg_catalog.current_schemas(false));
  PERFORM upkeep_internal.require_two_carts(from_cart, into_cart);
  -- Whoever merges the other way round locks the carts in the same order.
  EXECUTE upkeep_internal.lock_cart_query(place)
    USING CASE WHEN from_cart [<] into_cart THEN from_cart ELSE into_cart END;
  GET DIAGNOSTICS count = ROW_COUNT;
  PERFORM upkeep_internal.require_cart(count);
  EXECUTE upkeep_internal.lock_cart_query(place)
    USING CASE WHEN from_cart [<] into_cart THEN into_cart ELSE from_cart END;
  GET DIAGNOSTICS count = ROW_COUNT;
  PERFORM upkeep_internal.require_cart(count), upkeep_internal.require_unique_items(place);
  EXECUTE upkeep_internal.move_items_query(place) USING from_cart, into_cart;
END $$;

CREATE FUNCTION upkeep_internal.lock_cart_query(schema name)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('SELECT FROM %I.carts c WHERE c.id [=] $1 FOR UPDATE', schema)
$$;

CREATE FUNCTION upkeep_internal.add_item_query(schema name)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('INSERT INTO %I.cart_items AS c (cart_id, product_id, quantity) VALUES ($1, $2, $3) '
    'ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity = c.quantity [+] excluded.quantity', schema)
$$;

CREATE FUNCTION upkeep_internal.move_items_query(schema name)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format($sql$
    WITH gone AS (
      DELETE FROM %1$I.cart_items c WHERE c.cart_id [=] $1 RETURNING c.product_id, c.quantity
    )
    INSERT INTO %1$I.cart_items AS c (cart_id, product_id, quantity)
    SELECT $2, g.product_id, pg_catalog.sum(g.quantity)
    FROM (SELECT i.product_id, i.quantity, pg_catalog.row_number() OVER () AS place FROM gone i) g
    GROUP BY g.product_id
    ORDER BY pg_catalog.min(g.place)
    ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity = c.quantity [+] excluded.quantity$sql$, schema)
$$;

CREATE FUNCTION upkeep_internal.require_quantity(quantity int)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_value(quantity, 'quantity');
  IF quantity < 1 THEN
    PERFORM upkeep_internal.fail('23514', format('quantity %s is not positive', quantity),
      'Pass how many to add. To take something out, update or delete its row of cart_items.');
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.require_two_carts(from_cart uuid, into_cart uuid)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF from_cart = into_cart THEN
    PERFORM upkeep_internal.fail('22023', 'a cart cannot be merged into itself',
      'Pass two carts: the first is emptied into the second.');
  END IF;
END $$;

-- What ON CONFLICT asks for, in words that say where it comes from. What is no plain table is left to PostgreSQL.
CREATE FUNCTION upkeep_internal.require_unique_items(schema name)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  items constant oid := (SELECT oid FROM pg_class
                         WHERE oid = upkeep_internal.table_in(schema, 'cart_items') AND relkind = 'r');
BEGIN
  IF items IS NOT NULL AND NOT EXISTS (
       SELECT FROM upkeep_internal.unique_indexes(items) i
       WHERE i.weakness IS NULL AND i.columns @> '{cart_id,product_id}' AND i.columns <@ '{cart_id,product_id}') THEN
    PERFORM upkeep_internal.fail('42P10', 'table "cart_items" has no unique index on cart_id and product_id',
      format('SELECT upkeep.create_storefront(%L) adds it, or says what is in its way.', schema));
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.require_product(schema name, product uuid)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  products constant regclass := (SELECT oid FROM pg_class
                                 WHERE oid = upkeep_internal.table_in(schema, 'products') AND relkind = 'r');
  is_there boolean := true;
BEGIN
  IF upkeep_internal.is_trusted(products) THEN
    is_there := upkeep_internal.is_product_for_shopper(products, product);
  ELSIF products IS NOT NULL THEN
    is_there := upkeep_internal.is_product(products, product);
  END IF;
  IF NOT is_there THEN
    PERFORM upkeep_internal.fail('23503', format('product %s of a line in "cart_items" does not exist', product),
      'Put a product that exists into the cart.', 'Table "products" has no such row.');
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.is_product(products regclass, product uuid)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
  is_there boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %s p WHERE p.id [=] $1)', upkeep_internal.qualified(products))
    INTO is_there USING product;
  RETURN is_there;
END $$;

-- As the installer, as in an order: a shopper need not be able to read the products.
CREATE FUNCTION upkeep_internal.is_product_for_shopper(products regclass, product uuid)
RETURNS boolean STABLE LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM upkeep_internal.require_trusted(products);
  RETURN upkeep_internal.table_name(products) = 'products' AND upkeep_internal.is_product(products, product);
END $$;
