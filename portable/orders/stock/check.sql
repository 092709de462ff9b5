-- What upkeep.check() and upkeep.check_orders() say of stock.

CREATE FUNCTION upkeep_internal.stock_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE sql AS $$
  SELECT * FROM upkeep_internal.order_trigger_findings('stock', '{"": 60, "order_items": 16}')
  UNION ALL
  SELECT * FROM upkeep_internal.missed_new_orders()
  UNION ALL
  (SELECT m.object, 'stock', m.finding, m.hint FROM upkeep_internal.missing_below('stock') m)
  UNION ALL
  SELECT * FROM upkeep_internal.order_pair_findings('stock')
$$;

CREATE FUNCTION upkeep_internal.stock_require_sound(target regclass, arguments text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  tables record;
  plan record;
BEGIN
  SELECT * INTO tables FROM upkeep_internal.stock_tables(target, arguments);
  SELECT * INTO plan FROM upkeep_internal.stock_plan(tables.options, tables.lines, tables.products, tables.orders);
  PERFORM upkeep_internal.require_sound_stock(plan, tables.options, tables.products, tables.orders);
END $$;

-- Orders that come before their lines need not be followed; others must be.
CREATE FUNCTION upkeep_internal.missed_new_orders()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  kept record;
  tables record;
  plan record;
BEGIN
  FOR kept IN
    SELECT t.object, (array_agg(to_jsonb(t.arguments) ORDER BY t.place))[1] AS arguments
    FROM upkeep_internal.triggers t
    WHERE t.feature = 'stock' AND NOT t.is_clone AND NOT (SELECT relispartition FROM pg_class WHERE oid = t.object)
    GROUP BY t.object HAVING bit_or(t.type) & 4 = 0 ORDER BY min(t.place)
  LOOP
    BEGIN
      SELECT * INTO tables
      FROM upkeep_internal.stock_tables(kept.object, ARRAY(SELECT jsonb_array_elements_text(kept.arguments)));
      CONTINUE WHEN NOT tables.is_on_orders;
      SELECT * INTO plan FROM upkeep_internal.stock_plan(tables.options, tables.lines, tables.products, tables.orders);
      CONTINUE WHEN upkeep_internal.forbids_lines_without_order(tables.orders, plan.order_key, tables.lines,
                                                                plan.order_columns);
    EXCEPTION WHEN OTHERS THEN
      -- That is said already.
      CONTINUE;
    END;
    object := kept.object;
    feature := 'stock';
    finding := 'does not follow INSERT';
    hint := upkeep_internal.enable_again('stock', kept.object, ARRAY(SELECT jsonb_array_elements_text(kept.arguments)));
    RETURN NEXT;
  END LOOP;
END $$;

-- For upkeep.check_orders: what lines have taken, against what they should have.
CREATE FUNCTION upkeep_internal.stock_order_findings(orders regclass, order_items regclass)
RETURNS TABLE (order_key text, finding text, stored numeric, expected numeric) LANGUAGE plpgsql AS $$
DECLARE
  options jsonb;
  products regclass;
  plan record;
  names jsonb;
  query text;
BEGIN
  SELECT upkeep_internal.read_options('stock', t.arguments) INTO options FROM upkeep_internal.triggers t
  WHERE t.object = order_items AND t.feature = 'stock' ORDER BY t.place LIMIT 1;
  IF options ? 'products' THEN
    products := upkeep_internal.find_table_beside(options ->> 'products', order_items);
  END IF;
  IF products IS NULL THEN
    RETURN;
  END IF;
  SELECT * INTO plan FROM upkeep_internal.stock_plan(options, upkeep_internal.topmost(order_items), products,
    CASE WHEN options ? 'orders' AND upkeep_internal.find_table_beside(options ->> 'orders', order_items) = orders
         THEN orders END);
  names := plan.names || jsonb_build_object('taken_lines', upkeep_internal.taken_lines(plan),
    'what', CASE WHEN upkeep_internal.restock_options(upkeep_internal.topmost(order_items)) IS NULL THEN 'its quantity'
              ELSE 'what was not restocked of it' END,
    'is_open', upkeep_internal.is_open(plan), 'product_order', upkeep_internal.fields('p', plan.product_key::name[]),
    'key', CASE WHEN plan.order_columns IS NULL THEN 'NULL::text' ELSE (
      SELECT format('concat_ws(''/'', %s)', string_agg(format('i.%I::text', c), ', ' ORDER BY place))
      FROM unnest(plan.order_columns) WITH ORDINALITY u(c, place)) END);
  FOREACH query IN ARRAY upkeep_internal.stock_checks(plan.taken IS NULL) LOOP
    RETURN QUERY EXECUTE upkeep_internal.fill_in(query, names);
  END LOOP;
END $$;

-- What each line has taken.
CREATE FUNCTION upkeep_internal.taken_lines(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.fill_in(CASE WHEN plan.taken IS NULL
    THEN '(SELECT t.line, t.quantity AS taken FROM upkeep.stock_taken t WHERE t.order_items = {lines_oid} '
         'AND COALESCE(t.products = {products_oid}, true)) k'
    ELSE '(SELECT {line_of_i} AS line, i.{taken}::numeric AS taken FROM {lines} i WHERE i.{taken} IS NOT NULL) k' END,
    plan.names);
END $$;

-- Lines that have taken something else than they should. Lines of which nothing was taken: written while stock was
-- paused, before it was enabled, or while the product was unlimited. What is remembered of lines that went without
-- their triggers. Products.
CREATE FUNCTION upkeep_internal.stock_checks(is_remembered boolean)
RETURNS text[] IMMUTABLE LANGUAGE sql AS $$
  SELECT ARRAY[$sql$
SELECT {key},
  CASE WHEN {is_released} THEN 'line ' || k.line || ' of a released order still has taken stock'
       ELSE 'line ' || k.line || ' has taken other than {what}' END, k.taken, w.wanted
FROM {taken_lines}
JOIN {lines} i ON {is_line_of_key}
{and_its_order}
CROSS JOIN LATERAL (SELECT CASE WHEN {is_released} THEN {kept} ELSE {wanted} END AS wanted) w
WHERE k.taken <> 0 AND CASE WHEN {is_released} THEN k.taken > w.wanted OR k.taken < 0
  ELSE NOT {has_no_product} AND (w.wanted IS NULL OR k.taken <> w.wanted) END
ORDER BY 1, k.line$sql$, $sql$
SELECT {key}, 'line ' || {line_of_i} || ' has taken nothing', 0::numeric, {wanted}
FROM {lines} i, {products} p
WHERE {is_open}
ORDER BY 1, 2$sql$] || CASE WHEN is_remembered THEN ARRAY[$sql$
SELECT NULL::text, 'line ' || k.line || ' is gone and still has taken stock', k.taken, 0::numeric
FROM {taken_lines}
WHERE k.taken <> 0 AND NOT EXISTS (SELECT FROM {lines} i WHERE {is_line_of_key})
ORDER BY k.line$sql$] ELSE '{}' END || ARRAY[$sql$
SELECT NULL::text, 'product ' || (({product})::jsonb -> -1)::text || ' has a stock below zero', p.{stock}::numeric,
  0::numeric
FROM {products} p
WHERE p.{stock}::numeric < 0
ORDER BY {product_order}$sql$]
$$;
