-- upkeep.checkout: the items of a cart become the lines of an order.

-- All or nothing, with the rights of the caller, and, for the triggers of others, by his search_path.
CREATE FUNCTION upkeep.checkout(…) LANGUAGE plpgsql SET search_path FROM CALLER AS $$
DECLARE
  query pg_catalog.record;
  buyer pg_catalog.uuid;
  made pg_catalog.uuid;
  count bigint;
BEGIN
  query := upkeep_internal.checkout_queries(cart, schema, pg_catalog.current_schemas(false), shipping, discount, tax);
  EXECUTE query.buyer INTO buyer USING cart;
  GET DIAGNOSTICS count = ROW_COUNT;
  PERFORM upkeep_internal.require_cart(count);
  EXECUTE query.new_order INTO made USING buyer, billing_address, shipping, discount, tax;
  GET DIAGNOSTICS count = ROW_COUNT;
  PERFORM upkeep_internal.require_rows(count, 'the order was not written', 'A trigger on orders suppressed it.');
  IF made IS NULL THEN
    PERFORM upkeep_internal.require_rows(0, 'the order has no id', 'Give column "id" of orders a default.');
  END IF;
  EXECUTE query.lines USING cart, made;
  GET DIAGNOSTICS count = ROW_COUNT;
  PERFORM upkeep_internal.require_rows(count, 'the cart is empty',
    'Put something into it, or check whether it has already been ordered.');
  RETURN made;
END $$;

-- The casts make sure of the types: anyone can have tables of these names.
CREATE FUNCTION upkeep_internal.checkout_queries(
  cart uuid,
  schema name,
  path name[],
  shipping numeric,
  discount numeric,
  tax numeric,
  OUT buyer text,
  OUT new_order text,
  OUT lines text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  amounts text[];
  place name;
BEGIN
  PERFORM upkeep_internal.require_id(cart, 'cart', 'Pass the id of a cart.');
  -- $3 to $5 in the INSERT.
  amounts := ARRAY[
    upkeep_internal.amount_column('shipping', shipping, 'Pass what shipping costs the customer, 0 or more.'),
    upkeep_internal.amount_column('discount', discount, 'Pass how much is taken off, 0 or more.'),
    upkeep_internal.amount_column('tax', tax, 'Pass the tax on top of the prices, 0 or more.')];
  place := upkeep_internal.storefront_schema(schema, path);
  PERFORM upkeep_internal.require_amount_columns(place, array_remove(amounts, NULL));
  buyer := format('SELECT c.user_id::pg_catalog.uuid FROM %I.carts c WHERE c.id [=] $1 FOR UPDATE', place);
  new_order := format('INSERT INTO %I.orders (user_id, billing_address%s) VALUES ($1, $2%s) '
    'RETURNING id::pg_catalog.uuid', place,
    (SELECT string_agg(', ' || a, '' ORDER BY n) FROM unnest(amounts) WITH ORDINALITY u(a, n)),
    (SELECT string_agg(', $' || n + 2, '' ORDER BY n)
     FROM unnest(amounts) WITH ORDINALITY u(a, n) WHERE a IS NOT NULL));
  -- One statement: an item that changes meanwhile is ordered as it is in the end, or stays. A line a product, in the
  -- order of the cart: carts that have no unique index may name a product twice.
  lines := format($sql$
    WITH gone AS (
      DELETE FROM %1$I.cart_items c WHERE c.cart_id [=] $1 RETURNING c.product_id, c.quantity
    )
    INSERT INTO %1$I.order_items (order_id, product_id, quantity)
    SELECT $2, g.product_id, pg_catalog.sum(g.quantity)
    FROM (SELECT i.product_id, i.quantity, pg_catalog.row_number() OVER () AS place FROM gone i) g
    GROUP BY g.product_id
    ORDER BY pg_catalog.min(g.place)$sql$, place);
END $$;

-- The column that an amount goes into; NULL where it is as good as not given, so that the column's default stands.
CREATE FUNCTION upkeep_internal.amount_column(argument text, given numeric, hint text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  IF given::text !~ '^[-.0-9]+$' THEN
    PERFORM upkeep_internal.fail('22003', format('%s %s is not an amount', argument, given), hint);
  ELSIF given < 0 THEN
    PERFORM upkeep_internal.fail('23514', format('%s %s is negative', argument, given), hint);
  END IF;
  RETURN CASE WHEN given <> 0 THEN argument || '_amount' END;
END $$;

-- A storefront of a version before 0.9.0 does not have them. What else there may be of that name is left to PostgreSQL.
CREATE FUNCTION upkeep_internal.require_amount_columns(schema name, columns text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  orders constant oid := upkeep_internal.table_in(schema, 'orders');
  missing constant text[] := ARRAY(
    SELECT format('"%s"', c) FROM unnest(columns) WITH ORDINALITY u(c, place)
    WHERE NOT upkeep_internal.has_column(orders, c) ORDER BY place);
BEGIN
  IF orders IS NOT NULL AND missing <> '{}' THEN
    PERFORM upkeep_internal.fail('42703', format(CASE WHEN cardinality(missing) > 1
        THEN 'columns %s of table "orders" do not exist' ELSE 'column %s of table "orders" does not exist' END,
        array_to_string(missing, ', ')),
      format('SELECT upkeep.create_storefront(%L) adds what is missing.', schema));
  END IF;
END $$;
