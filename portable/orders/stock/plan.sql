-- From the arguments of a stock trigger to SQL for its tables.

-- The tables of a trigger, on the lines or on the orders. lines: the topmost, whatever partition a statement names.
-- orders: NULL where there are none.
CREATE FUNCTION upkeep_internal.stock_tables(
  target regclass,
  arguments text[],
  OUT options jsonb,
  OUT is_on_orders boolean,
  OUT lines regclass,
  OUT products regclass,
  OUT orders regclass
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  top constant regclass := upkeep_internal.topmost(target);
BEGIN
  options := upkeep_internal.read_options('stock', arguments);
  IF top <> target THEN
    PERFORM upkeep_internal.require_role_of(target, top);
  END IF;
  is_on_orders := options ? 'order_items';
  products := upkeep_internal.other_table('stock', options, 'products', target);
  IF is_on_orders THEN
    lines := upkeep_internal.other_table('stock', options, 'order_items', target);
    orders := top;
  ELSE
    lines := top;
    IF options ? 'orders' THEN
      orders := upkeep_internal.other_table('stock', options, 'orders', target);
    END IF;
  END IF;
END $$;

-- given: the arguments of enable_stock while that runs. names: SQL, for upkeep_internal.fill_in; i is a line, p its
-- product, o its order, t a row of a transition table. last_stock: the largest that the column holds, NULL for none.
CREATE FUNCTION upkeep_internal.stock_plan(
  options jsonb,
  lines regclass,
  products regclass,
  orders regclass,
  given jsonb DEFAULT NULL,
  OUT line_columns text[],
  OUT product_columns text[],
  OUT product_key text[],
  OUT order_columns text[],
  OUT order_key text[],
  OUT taken text,
  OUT last_stock numeric,
  OUT names jsonb
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  quantity constant text := upkeep_internal.text_option('stock', options, 'quantity_column');
  stock constant text := upkeep_internal.text_option('stock', options, 'stock_column');
BEGIN
  PERFORM upkeep_internal.require_role_of(lines, products);
  line_columns := upkeep_internal.require_primary_key(lines);
  PERFORM upkeep_internal.require_stock_key(lines, line_columns, given);
  product_columns := upkeep_internal.with_tenant(options,
    upkeep_internal.text_option('stock', options, 'product_column'));
  PERFORM upkeep_internal.require_stock_number(lines, quantity, given);
  taken := options ->> 'taken_column';
  IF taken IS NOT NULL THEN
    PERFORM upkeep_internal.require_stock_column(lines, taken, lines, quantity, given);
  END IF;
  product_key := upkeep_internal.with_tenant(options, upkeep_internal.text_option('stock', options, 'product_key'));
  PERFORM upkeep_internal.require_stock_key(products, product_key, given),
    upkeep_internal.require_column(lines, c, 'stock', given) FROM unnest(product_columns) c;
  PERFORM upkeep_internal.require_stock_column(products, stock, lines, quantity, given);
  last_stock := (upkeep_internal.number_column(products, stock)).last;
  names := jsonb_build_object(
    'lines', upkeep_internal.rows_of(lines), 'lines_oid', lines::oid,
    'products', upkeep_internal.rows_of(products), 'products_oid', products::oid,
    'quantity', quote_ident(quantity), 'stock', quote_ident(stock), 'taken', quote_ident(taken),
    'line_of_i', upkeep_internal.stock_key(lines, line_columns, 'i'),
    'line_of_k', upkeep_internal.stock_key(lines, line_columns, 'k'),
    'line_of_t', upkeep_internal.stock_key(lines, line_columns, 't'),
    'is_line_k', upkeep_internal.stock_key_same(lines, line_columns, 'i', 'k'),
    'is_line_of_key', upkeep_internal.stock_key_is(lines, line_columns, 'i', 'k.line'),
    'is_gone', format('i.%I IS NULL', line_columns[1]),
    'product', upkeep_internal.stock_key(products, product_key, 'p'),
    'product_of_line', upkeep_internal.stock_match(products, product_key, 'p', lines, product_columns, 'i'),
    'is_needed', upkeep_internal.stock_key_is(products, product_key, 'p', 'n.given'),
    'in_order', upkeep_internal.stock_key_values(products, product_key, 'a.product'),
    'is_changed', upkeep_internal.stock_key_is(products, product_key, 'p', 'm.product'),
    'has_no_product', (SELECT format('(%s)', string_agg(format('i.%I IS NULL', c), ' OR ' ORDER BY place))
                       FROM unnest(product_columns) WITH ORDINALITY u(c, place)),
    'wanted', format('i.%I::pg_catalog.numeric', quantity), 'kept', '0::pg_catalog.numeric',
    'most_kept', '0::pg_catalog.numeric',
    'is_released', 'false', 'and_its_order', '',
    'line_columns', upkeep_internal.distinct_fields('t', line_columns),
    'product_columns', upkeep_internal.distinct_fields('t', product_columns));
  IF orders IS NOT NULL THEN
    PERFORM upkeep_internal.require_role_of(lines, orders);
    order_key := upkeep_internal.with_tenant(options, upkeep_internal.text_option('stock', options, 'order_key'));
    order_columns := upkeep_internal.with_tenant(options,
      upkeep_internal.text_option('stock', options, 'order_column'));
    names := names || upkeep_internal.stock_order_names(options, lines, orders, order_columns, order_key, given);
  END IF;
  names := names || upkeep_internal.stock_given_back(lines, orders, order_key, order_columns, taken, names);
  names := names || jsonb_build_object('counted', format('%s, t.%I AS upkeep_quantity%s',
    upkeep_internal.distinct_fields('t', line_columns || product_columns || coalesce(order_columns, '{}')), quantity,
    CASE WHEN taken IS NULL THEN '' ELSE format(', t.%I AS upkeep_taken', taken) END));
END $$;

CREATE FUNCTION upkeep_internal.stock_order_names(
  options jsonb,
  lines regclass,
  orders regclass,
  order_columns text[],
  order_key text[],
  given jsonb
) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
  status constant text := upkeep_internal.text_option('stock', options, 'status_column');
  is_released text;
  order_of_line text;
BEGIN
  PERFORM upkeep_internal.require_stock_key(orders, order_key, given),
    upkeep_internal.require_column(lines, c, 'stock', given) FROM unnest(order_columns) c;
  PERFORM upkeep_internal.require_column(orders, status, 'stock', given);
  is_released := format('COALESCE(%%s.%s::pg_catalog.text [=] ANY (ARRAY[%s]::pg_catalog.text[]), false)',
    replace(quote_ident(status), '%', '%%'),
    replace(upkeep_internal.literals(upkeep_internal.list_option('stock', options, 'released')), '%', '%%'));
  order_of_line := upkeep_internal.stock_match(orders, order_key, 'o', lines, order_columns, 'i');
  RETURN jsonb_build_object(
    'orders', upkeep_internal.rows_of(orders), 'orders_oid', orders::oid,
    'order_of_line', order_of_line,
    'order', upkeep_internal.stock_key(orders, order_key, 'o'),
    'order_of_t', upkeep_internal.stock_key(orders, order_key, 't'),
    'is_released', format(is_released, 'o'), 'is_released_t', format(is_released, 't'),
    'and_its_order', format('LEFT JOIN LATERAL (SELECT * FROM %s o WHERE %s OFFSET 0) o ON true',
                            upkeep_internal.rows_of(orders), order_of_line),
    'order_columns', upkeep_internal.distinct_fields('t', order_columns),
    'order_key', upkeep_internal.distinct_fields('t', order_key));
END $$;

CREATE FUNCTION upkeep_internal.require_primary_key(target regclass)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  columns constant text[] := upkeep_internal.primary_key_of(target);
BEGIN
  IF columns = '{}' THEN
    PERFORM upkeep_internal.fail('55000', format('table "%s" has no primary key', upkeep_internal.table_name(target)),
      'What a line has taken is remembered by its primary key: add one.');
  END IF;
  RETURN columns;
END $$;

CREATE FUNCTION upkeep_internal.primary_key_of(target regclass)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN ARRAY(
    SELECT a.attname FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place)
    JOIN pg_attribute a ON a.attnum = k.number
    WHERE i.indrelid = target AND a.attrelid = target AND i.indisprimary AND k.place <= i.indnkeyatts
    ORDER BY k.place);
END $$;

CREATE FUNCTION upkeep_internal.require_stock_number(target regclass, name text, given jsonb)
RETURNS void STABLE LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_column(target, name, 'stock', given);
  PERFORM upkeep_internal.require_number(target, name, 'Use smallint, integer, bigint or numeric.');
END $$;

-- The column of the stock, or of what is taken of it: it holds the fractions of the quantity, and can be written.
CREATE FUNCTION upkeep_internal.require_stock_column(
  target regclass,
  name text,
  lines regclass,
  quantity text,
  given jsonb
) RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  kept record;
  pieces record;
BEGIN
  PERFORM upkeep_internal.require_stock_number(target, name, given);
  SELECT * INTO kept FROM upkeep_internal.number_column(target, name);
  SELECT * INTO pieces FROM upkeep_internal.number_column(lines, quantity);
  IF kept.is_bounded AND NOT (pieces.is_bounded AND pieces.s <= kept.s) THEN
    PERFORM upkeep_internal.fail('42804', format('column "%s" of table "%s" is %s, which does not hold the fractions '
        'of "%s", %s', name, upkeep_internal.table_name(target), upkeep_internal.declared_type(target, name), quantity,
        upkeep_internal.declared_type(lines, quantity)),
      'Make it numeric with the scale of the quantity, or the quantity an integer.');
  END IF;
  PERFORM upkeep_internal.require_not_generated(target, name, 'Stock is kept in columns that can be written.');
END $$;

-- What enabling and check() ask beyond the plan.
CREATE FUNCTION upkeep_internal.require_sound_stock(
  plan record,
  options jsonb,
  products regclass,
  orders regclass
) RETURNS void STABLE LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_unique_key(products, plan.product_key, 'a product');
  IF orders IS NOT NULL THEN
    PERFORM upkeep_internal.require_unique_key(orders, plan.order_key, 'an order'),
      upkeep_internal.require_labels_still(orders, upkeep_internal.text_option('stock', options, 'status_column'),
                                           'stock', options, 'released', true);
  END IF;
END $$;

-- t.a, t.b: each column once.
CREATE FUNCTION upkeep_internal.distinct_fields(row_name text, columns text[])
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.fields(row_name, ARRAY(
    SELECT c FROM unnest(columns) WITH ORDINALITY u(c, place) GROUP BY c ORDER BY min(place))::name[]);
END $$;

-- A template with what stands under its {names}. What is put in is not looked at again.
CREATE FUNCTION upkeep_internal.fill_in(template text, names jsonb)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT string_agg(m[1] || coalesce(names ->> m[2], ''), '' ORDER BY place)
    FROM regexp_matches(template, '([^{]*)(?:\{(\w+)\})?', 'g') WITH ORDINALITY r(m, place));
END $$;
