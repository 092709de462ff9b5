-- The opening balance: what the lines that are there when stock is enabled have taken. And what they have taken goes
-- along when it is enabled with another memory, or another key of products.

-- settled: the stock stays. reserve: what they should have taken is subtracted from it now, or UK002.
CREATE FUNCTION upkeep_internal.open_stock(lines regclass, products regclass, plan record, opening text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  rows constant text := upkeep_internal.rows_of(lines);
  open_lines constant text := upkeep_internal.fill_in('FROM {rows} i, {products} p WHERE ',
    plan.names || jsonb_build_object('rows', rows)) || upkeep_internal.is_open(plan);
  top constant regclass := upkeep_internal.topmost(lines);
  count bigint;
  before text;
BEGIN
  -- Nobody may write to what is read here.
  EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', upkeep_internal.qualified(products));
  PERFORM upkeep_internal.require_latest_lines(lines, 'stock cannot be enabled for');
  -- Rows of nothing, or of the products of another table, are as good as none.
  DELETE FROM upkeep.stock_taken t
  WHERE t.order_items = top AND (t.quantity = 0 OR t.products <> open_stock.products);
  IF plan.taken IS NOT NULL THEN
    -- What lines took before stock was disabled, where the column says nothing.
    PERFORM upkeep_internal.move_to_column(plan, top, rows,
      upkeep_internal.fill_in('AND COALESCE(i.{taken}::numeric, 0) = 0', plan.names));
  END IF;
  IF opening = 'reserve' THEN
    PERFORM upkeep_internal.reserve_stock(plan, products, open_lines);
  END IF;
  IF plan.taken IS NULL THEN
    EXECUTE upkeep_internal.fill_in('INSERT INTO upkeep.stock_taken (order_items, line, product, quantity, products) '
      'SELECT {lines_oid}, {line_of_i}, {product}, {wanted}, {products_oid} ', plan.names) || open_lines;
    GET DIAGNOSTICS count = ROW_COUNT;
  ELSE
    before := upkeep_internal.begin_own('quiet');
    EXECUTE upkeep_internal.fill_in('UPDATE {rows} i SET {taken} = {wanted} FROM {products} p WHERE ',
      plan.names || jsonb_build_object('rows', rows)) || upkeep_internal.is_open(plan);
    GET DIAGNOSTICS count = ROW_COUNT;
    PERFORM upkeep_internal.end_own(before);
  END IF;
  IF count > 0 AND opening = 'settled' THEN
    RAISE NOTICE USING
      MESSAGE = format('the stock stays, and counts as taken by %s line%s of "%s"', count,
                       CASE count WHEN 1 THEN '' ELSE 's' END, upkeep_internal.table_name(lines)),
      HINT = 'If the stock still counts their pieces, subtract them, or roll back and pass opening => ''reserve''.';
  END IF;
END $$;

-- A transaction that keeps an older snapshot may miss lines that others have committed since. Where there are none at
-- all there is nothing to miss.
CREATE FUNCTION upkeep_internal.require_latest_lines(lines regclass, what text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted')
     AND EXISTS (SELECT FROM upkeep_internal.with_descendants(lines) d WHERE pg_relation_size(d) > 0) THEN
    PERFORM upkeep_internal.fail('0A000', format('%s the lines of "%s" in a transaction that is %s', what,
        upkeep_internal.table_name(lines), current_setting('transaction_isolation')),
      'Do it in one that is read committed: it sees what others have written until now.');
  END IF;
END $$;

-- The condition that a line i should have taken something of its product p, and that nothing is remembered of it.
CREATE FUNCTION upkeep_internal.is_open(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.fill_in('{product_of_line} AND p.{stock} IS NOT NULL AND {wanted} [<>] 0 AND '
    || CASE WHEN plan.taken IS NOT NULL THEN 'COALESCE(i.{taken}::pg_catalog.numeric, 0) [=] 0'
         ELSE 'NOT EXISTS (SELECT FROM upkeep.stock_taken t WHERE t.order_items [=] {lines_oid} '
              'AND t.line [=] {line_of_i} AND COALESCE(t.products [=] {products_oid}, true))' END
    || CASE WHEN plan.names ? 'orders'
         THEN ' AND NOT EXISTS (SELECT FROM {orders} o WHERE {order_of_line} AND {is_released})' ELSE '' END,
    plan.names);
END $$;

CREATE FUNCTION upkeep_internal.reserve_stock(plan record, products regclass, open_lines text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  needs record;
  before text;
BEGIN
  EXECUTE upkeep_internal.fill_in($sql$
SELECT array_agg(n.product) AS keys, array_agg(n.change) AS changes, array_agg(n.stock) AS stocks,
  array_agg(n.change > 0) AS ordered, bool_or({is_refused}) AS is_refused
FROM (
  SELECT {product} AS product, sum({wanted}) AS change, p.{stock}::numeric AS stock
  {open_lines}
  GROUP BY 1, 3, {in_order}
  ORDER BY {in_order}) n
WHERE n.change <> 0$sql$, plan.names || jsonb_build_object('is_refused', upkeep_internal.is_refused(plan.last_stock),
    'open_lines', open_lines, 'in_order', upkeep_internal.fields('p', plan.product_key::name[]))) INTO needs;
  IF needs.is_refused THEN
    PERFORM upkeep_internal.refuse_stock(products, NULL, plan.names ->> 'stock', plan.last_stock, needs.keys,
      needs.changes, needs.stocks, needs.ordered, NULL,
      'Raise the stock first, or pass opening => ''settled'' where it says already what is left.');
  END IF;
  IF needs.keys IS NOT NULL THEN
    before := upkeep_internal.begin_own('derived');
    EXECUTE upkeep_internal.change_stock_query(plan.names, '$1', '$2') USING needs.keys, needs.changes;
    PERFORM upkeep_internal.end_own(before);
  END IF;
END $$;

-- Carries over what lines have taken when stock is enabled with another memory, or finds products by another key.
-- before: the options until now.
CREATE FUNCTION upkeep_internal.keep_stock_memory(
  lines regclass,
  products regclass,
  plan record,
  before jsonb,
  options jsonb
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  top constant regclass := upkeep_internal.topmost(lines);
  rows constant text := upkeep_internal.rows_of(lines);
  was_in constant text := before ->> 'taken_column';
  is_elsewhere constant boolean := was_in IS DISTINCT FROM plan.taken;
  has_other_key constant boolean := EXISTS (
    SELECT FROM unnest('{product_key,product_column,tenant_column}'::text[]) o
    WHERE before ->> o IS DISTINCT FROM options ->> o);
BEGIN
  IF upkeep_internal.find_table_beside(before ->> 'products', lines) IS DISTINCT FROM products
     OR NOT (is_elsewhere OR has_other_key AND plan.taken IS NULL)
     OR was_in IS NOT NULL AND NOT upkeep_internal.has_column(lines, was_in) THEN
    RETURN;
  END IF;
  PERFORM upkeep_internal.require_latest_lines(lines, 'stock cannot be enabled anew for');
  EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', upkeep_internal.qualified(products));
  IF was_in IS NULL AND plan.taken IS NULL THEN
    EXECUTE upkeep_internal.fill_in('UPDATE upkeep.stock_taken t SET product = {product} '
      'FROM {rows} i JOIN {products} p ON {product_of_line} WHERE t.order_items = {lines_oid} '
      'AND t.line = {line_of_i} AND t.products = {products_oid}',
      plan.names || jsonb_build_object('rows', rows));
  ELSIF was_in IS NULL THEN
    PERFORM upkeep_internal.move_to_column(plan, top, rows);
  ELSE
    PERFORM upkeep_internal.move_from_column(plan, rows, was_in);
  END IF;
END $$;

-- What upkeep.stock_taken says of lines goes into their own column.
CREATE FUNCTION upkeep_internal.move_to_column(plan record, lines regclass, rows text, condition text DEFAULT '')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before constant text := upkeep_internal.begin_own('quiet');
BEGIN
  EXECUTE upkeep_internal.fill_in('UPDATE {rows} i SET {taken} = k.quantity FROM upkeep.stock_taken k WHERE '
    'k.order_items = {lines_oid} AND COALESCE(k.products = {products_oid}, true) AND {is_line_of_key} {condition}',
    plan.names || jsonb_build_object('rows', rows, 'condition', condition));
  PERFORM upkeep_internal.end_own(before);
  DELETE FROM upkeep.stock_taken t
  WHERE t.order_items = lines AND coalesce(t.products = (plan.names ->> 'products_oid')::oid, true);
END $$;

-- What the column `was_in` says goes into another, or into upkeep.stock_taken, whatever that says of an earlier time. A
-- line whose product is gone keeps what it says.
CREATE FUNCTION upkeep_internal.move_from_column(plan record, rows text, was_in text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  names constant jsonb := plan.names || jsonb_build_object('rows', rows, 'was_in', quote_ident(was_in));
  before text;
BEGIN
  EXECUTE upkeep_internal.fill_in('DELETE FROM upkeep.stock_taken t USING {rows} i WHERE t.order_items = {lines_oid} '
    'AND t.line = {line_of_i} AND i.{was_in}::numeric <> 0', names);
  IF plan.taken IS NULL THEN
    EXECUTE upkeep_internal.fill_in('INSERT INTO upkeep.stock_taken (order_items, line, product, quantity, products) '
      'SELECT {lines_oid}, {line_of_i}, {product}, i.{was_in}, {products_oid} FROM {rows} i JOIN {products} p ON '
      '{product_of_line} WHERE i.{was_in}::numeric <> 0', names);
    RETURN;
  END IF;
  before := upkeep_internal.begin_own('quiet');
  EXECUTE upkeep_internal.fill_in('UPDATE {rows} i SET {taken} = i.{was_in} WHERE i.{was_in}::numeric <> 0', names);
  PERFORM upkeep_internal.end_own(before);
END $$;
