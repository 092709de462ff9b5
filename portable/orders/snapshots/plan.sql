-- From the arguments of an order_line trigger to what it captures on its table.

-- target: the lines. given: the arguments of enable_order_snapshots while that runs. Columns of the lines: product,
-- order_column, tenant, price, snapshot, returns, quantity, NULL where there is none; of the products: product_price,
-- active. fields: the columns of the products that a snapshot holds. found_by: whether their key is unique.
CREATE FUNCTION upkeep_internal.order_line_plan(
  target regclass,
  arguments text[],
  given jsonb DEFAULT NULL,
  OUT mode text,
  OUT product name,
  OUT order_column name,
  OUT tenant name,
  OUT price name,
  OUT snapshot name,
  OUT products regclass,
  OUT product_price name,
  OUT product_key name,
  OUT is_unique boolean,
  OUT active name,
  OUT fields name[],
  OUT returns name,
  OUT quantity name
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_snapshots', arguments);
BEGIN
  mode := upkeep_internal.text_option('order_snapshots', options, 'mode');
  product := upkeep_internal.column_option(target, 'order_snapshots', options, 'product_column', given);
  order_column := upkeep_internal.column_option(target, 'order_snapshots', options, 'order_column', given);
  tenant := upkeep_internal.column_option(target, 'order_snapshots', options, 'tenant_column', given);
  price := upkeep_internal.column_option(target, 'order_snapshots', options, 'price_column', given);
  snapshot := upkeep_internal.column_option(target, 'order_snapshots', options, 'snapshot_column', given);
  PERFORM upkeep_internal.require_captured(target, price, snapshot);
  products := upkeep_internal.other_table('order_snapshots', options, 'products', target);
  IF price IS NOT NULL THEN
    product_price := upkeep_internal.column_option(products, 'order_snapshots', options, 'product_price', given);
    PERFORM upkeep_internal.require_number(t, p, 'Prices are numeric, bigint, integer or smallint, or a domain over '
      'one of them.') FROM (VALUES (products, product_price), (target, price)) prices(t, p);
  END IF;
  product_key := upkeep_internal.column_option(products, 'order_snapshots', options, 'product_key', given);
  PERFORM upkeep_internal.require_same_key(target, product, products, product_key);
  IF tenant IS NOT NULL THEN
    PERFORM upkeep_internal.require_column(products, tenant, 'order_snapshots', given);
    PERFORM upkeep_internal.require_same_key(target, tenant, products, tenant);
  END IF;
  is_unique := EXISTS (SELECT FROM upkeep_internal.unique_indexes(products) i
                       WHERE i.weakness IS NULL AND i.columns <> '{}'
                         AND i.columns <@ array_remove(ARRAY[tenant, product_key]::text[], NULL));
  active := upkeep_internal.column_option(products, 'order_snapshots', options, 'active_column', given);
  IF upkeep_internal.base_type_of(products, active) <> 'boolean'::regtype THEN
    PERFORM upkeep_internal.fail('42804', format('column "%s" of table "%s" has type %s, not boolean', active,
        upkeep_internal.table_name(products), upkeep_internal.declared_type(products, active)),
      'Name a boolean column as active_column.');
  END IF;
  IF snapshot IS NOT NULL OR options ? 'snapshot_fields' THEN
    fields := upkeep_internal.snapshot_fields(target, products, options, given);
  END IF;
  returns := upkeep_internal.column_option(target, 'order_snapshots', options, 'returns_column', given);
  IF returns IS NOT NULL THEN
    quantity := upkeep_internal.column_option(target, 'order_snapshots', options, 'quantity_column', given);
    PERFORM upkeep_internal.return_columns(target, options, given);
  END IF;
END $$;

-- The columns of price and snapshot: there may be one of them only.
CREATE FUNCTION upkeep_internal.require_captured(target regclass, price name, snapshot name)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  column_name name;
BEGIN
  IF price IS NULL AND snapshot IS NULL THEN
    PERFORM upkeep_internal.fail('42703', format('table "%s" has no column to capture a price or a snapshot in',
        upkeep_internal.table_name(target)), 'Name them as price_column and snapshot_column.',
      'There is neither a column "price_snapshot" nor a column for the snapshot.');
  END IF;
  FOREACH column_name IN ARRAY array_remove(ARRAY[price, snapshot], NULL) LOOP
    PERFORM upkeep_internal.require_writable(target, column_name,
      'What is captured needs a column that can be written.');
  END LOOP;
  IF upkeep_internal.base_type_of(target, snapshot) NOT IN ('jsonb'::regtype, 'json') THEN
    PERFORM upkeep_internal.refuse_type(target, snapshot, 'cannot hold a snapshot',
      'Use jsonb, or json, which keeps the order of the fields.');
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.require_same_key(target regclass, name name, other regclass, key name)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT upkeep_internal.have_common_equality(upkeep_internal.base_type_of(other, key),
                                              upkeep_internal.base_type_of(target, name)) THEN
    PERFORM upkeep_internal.fail('42804', format('column "%s" has type %s in "%s" and "%s" has type %s in "%s", which '
        'cannot be compared as keys', name, upkeep_internal.declared_type(target, name),
        upkeep_internal.table_name(target), key, upkeep_internal.declared_type(other, key),
        upkeep_internal.table_name(other)), 'Give both columns the same type.');
  END IF;
END $$;

-- In the order of the products' columns.
CREATE FUNCTION upkeep_internal.snapshot_fields(
  target regclass,
  products regclass,
  options jsonb,
  given jsonb DEFAULT NULL
) RETURNS name[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  named constant text[] := upkeep_internal.list_option('order_snapshots', options, 'snapshot_fields');
  field text;
BEGIN
  IF NOT options ? 'snapshot_fields' THEN
    RETURN ARRAY(SELECT a.attname FROM upkeep_internal.product_columns(target, products, options) a
                 WHERE NOT a.is_no_field AND NOT a.is_private ORDER BY a.attnum);
  END IF;
  FOREACH field IN ARRAY named LOOP
    PERFORM upkeep_internal.require_column(products, field, 'order_snapshots', given);
  END LOOP;
  IF named = '{}' THEN
    PERFORM upkeep_internal.fail('22023', 'snapshot_fields is empty',
      'Name the columns of the products, pass NULL for all, or snapshot_column => '''' for no snapshot.');
  END IF;
  RETURN ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = products AND a.attname = ANY (named)
                 AND NOT a.attisdropped ORDER BY a.attnum);
END $$;

-- is_no_field: what is derived or large, and the stock. is_private: what is nobody else's business, by its name. Both
-- are left out of a snapshot unless they are named.
CREATE FUNCTION upkeep_internal.product_columns(target regclass, products regclass, options jsonb)
RETURNS TABLE (attname name, attnum smallint, is_no_field boolean, is_private boolean) STABLE LANGUAGE plpgsql AS $$
DECLARE
  stock_column constant name := upkeep_internal.stock_column_of(target);
  parts constant text[] := upkeep_internal.list_option('order_snapshots', options, 'without');
BEGIN
  RETURN QUERY
  SELECT a.attname, a.attnum,
    a.attgenerated <> '' OR a.attname = stock_column OR b.base IN ('bytea'::regtype, 'tsvector'::regtype),
    EXISTS (SELECT FROM unnest(parts) part WHERE position(part IN lower(a.attname COLLATE "C")) > 0)
  FROM pg_attribute a, upkeep_internal.base_type(a.atttypid, a.atttypmod) b
  WHERE a.attrelid = products AND a.attnum > 0 AND NOT a.attisdropped;
END $$;

-- The column that the lines' stock is kept in, or would be.
CREATE FUNCTION upkeep_internal.stock_column_of(target regclass)
RETURNS name STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT upkeep_internal.text_option('stock',
      coalesce((SELECT upkeep_internal.read_options('stock', t.arguments) FROM upkeep_internal.triggers t
                WHERE t.object = target AND t.feature = 'stock' ORDER BY t.place LIMIT 1), '{}'), 'stock_column'));
END $$;
