-- Pieces that refunds give back to stock, and those that never come back.

-- For upkeep_internal.stock_plan: {wanted, kept, most_kept} of the lines i, where refunds or return lines tell what of
-- them came back. kept: of a released order, the pieces that never come back, or came back with another line.
-- most_kept: those of them that the line has taken. names: so far; p is the product of the line.
CREATE FUNCTION upkeep_internal.stock_given_back(
  lines regclass,
  orders regclass,
  order_key text[],
  order_columns text[],
  taken text,
  names jsonb
) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
  own constant jsonb := upkeep_internal.stock_of_refunds(lines, names);
  -- What a return gave back, its own order took again if it is released too.
  returned constant text := CASE WHEN orders IS NOT NULL THEN upkeep_internal.pieces_returned(lines, 'i',
    format(' AND NOT EXISTS (SELECT FROM %s o WHERE %s AND %s)', names ->> 'orders',
           upkeep_internal.keys_match(orders, order_key, 'o', lines, order_columns, 'b'), names ->> 'is_released')) END;
  kept constant text := format('(%s)', concat_ws(' [+] ', own ->> 'kept', returned));
BEGIN
  RETURN own || CASE WHEN kept = '()' THEN '{}' ELSE jsonb_build_object('kept', kept,
    'most_kept', format('CASE WHEN %1$s [=] 0 THEN 0 ELSE LEAST(%1$s, %2$s) END', kept,
                        upkeep_internal.taken_so_far(taken, names))) END;
END $$;

-- {wanted, kept} where refunds tell whether pieces go back, {} where they do not.
CREATE FUNCTION upkeep_internal.stock_of_refunds(lines regclass, names jsonb)
RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.restock_options(lines);
  refunds regclass;
  pieces text;
BEGIN
  IF options IS NULL THEN
    RETURN '{}';
  END IF;
  refunds := upkeep_internal.other_table('order_refunds', options, 'refunds', lines);
  pieces := format('COALESCE((SELECT pg_catalog.sum(r.%I::pg_catalog.numeric) FROM %s r WHERE %s AND %%s), 0)',
    upkeep_internal.text_option('order_refunds', options, 'quantity_column'), upkeep_internal.qualified(refunds),
    replace(upkeep_internal.keys_match(refunds, upkeep_internal.with_tenant(options,
        upkeep_internal.text_option('order_refunds', options, 'line_column')), 'r', lines,
      upkeep_internal.with_tenant(options, upkeep_internal.text_option('order_refunds', options, 'line_key')), 'i'),
      '%', '%%'));
  RETURN jsonb_build_object(
    'wanted', format('(i.%s::pg_catalog.numeric [-] %s)', names ->> 'quantity',
                     format(pieces, format('r.%I', options ->> 'restock_column'))),
    'kept', format(pieces, format('NOT r.%I', options ->> 'restock_column')));
END $$;

-- What a line i has taken of its product.
CREATE FUNCTION upkeep_internal.taken_so_far(taken text, names jsonb)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.fill_in(CASE WHEN taken IS NOT NULL THEN 'COALESCE(i.{taken}::pg_catalog.numeric, 0)'
    ELSE 'COALESCE((SELECT t.quantity FROM upkeep.stock_taken t WHERE t.order_items [=] {lines_oid} '
      'AND t.line [=] {line_of_i} AND t.product [=] p.product), 0)' END, names);
END $$;

-- The options of the refunds of lines, where they tell whether pieces go back to stock; NULL otherwise.
CREATE FUNCTION upkeep_internal.restock_options(lines regclass)
RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
  options jsonb;
BEGIN
  SELECT upkeep_internal.read_options('order_refunds', t.arguments) INTO options
  FROM upkeep_internal.triggers t
  WHERE t.object = lines AND t.feature = 'order_refunds' ORDER BY t.place LIMIT 1;
  RETURN CASE WHEN options ? 'restock_column' THEN options END;
END $$;

CREATE FUNCTION upkeep_internal.restocking_table(lines regclass)
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
DECLARE
  named constant text := upkeep_internal.restock_options(lines) ->> 'refunds';
BEGIN
  RETURN CASE WHEN named IS NOT NULL THEN upkeep_internal.find_table_beside(named, lines) END;
END $$;

-- What a branch of stock relies on in the refunds, and in the triggers that tell of refunds and returns. Where other
-- refunds are named than these, these have another name.
CREATE FUNCTION upkeep_internal.restock_print(lines regclass, refunds regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN md5(concat(upkeep_internal.print_of(refunds),
                    upkeep_internal.triggers_calling(lines, '{order_refund,order_line}')));
END $$;

-- As upkeep_internal.fits.
CREATE FUNCTION upkeep_internal.restock_fits(lines regclass, refunds regclass, print text)
RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.restock_print(lines, refunds) = print;
END $$;

-- The condition of a branch of stock.
CREATE FUNCTION upkeep_internal.restock_still_fits(lines regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  refunds constant regclass := upkeep_internal.restocking_table(lines);
BEGIN
  RETURN format('upkeep_internal.restock_fits(%L, %L, %L)', lines::oid, coalesce(refunds, lines)::oid,
                upkeep_internal.restock_print(lines, coalesce(refunds, lines)));
END $$;

-- The stock of the lines of refunds.
CREATE FUNCTION upkeep_internal.stock_tables_of_refunds(refund_plan record)
RETURNS record STABLE LANGUAGE plpgsql AS $$
DECLARE
  tables record;
BEGIN
  SELECT s.* INTO tables
  FROM (SELECT t.arguments FROM upkeep_internal.triggers t
        WHERE t.object = refund_plan.lines AND t.feature = 'stock' ORDER BY t.place LIMIT 1) t,
    upkeep_internal.stock_tables(refund_plan.lines, t.arguments) s;
  RETURN tables;
END $$;

CREATE FUNCTION upkeep_internal.stock_plan_of(tables record)
RETURNS record STABLE LANGUAGE plpgsql AS $$
DECLARE
  plan record;
BEGIN
  PERFORM upkeep_internal.require_trusted(t)
  FROM unnest(array_remove(ARRAY[tables.lines, tables.products, tables.orders], NULL)) t;
  SELECT * INTO plan
  FROM upkeep_internal.stock_plan(tables.options, tables.lines, tables.products, tables.orders);
  IF plan.taken IS NULL THEN
    PERFORM upkeep_internal.require_noted_key(tables.lines);
  END IF;
  RETURN plan;
END $$;

-- Settles the lines of the rows n, refunds that a statement has written or taken away: they have taken what was not
-- given back of them.
CREATE FUNCTION upkeep_internal.settle_refunds_query(refund_plan record, plan record, rows text, checks boolean)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.settle_query(plan, format($sql$
      (SELECT i.*
       FROM (SELECT DISTINCT %s FROM %s n WHERE n.%I IS NOT NULL AND n.%I IS NOT NULL AND %s) n
       CROSS JOIN LATERAL (SELECT * FROM %s i WHERE %s OFFSET 0) i) i$sql$,
    upkeep_internal.key_list('n', refund_plan.line_columns), rows, refund_plan.restock, refund_plan.quantity,
    upkeep_internal.are_given('n', refund_plan.line_columns), plan.names ->> 'lines',
    upkeep_internal.keys_match(refund_plan.lines, refund_plan.line_keys, 'i', refund_plan.refunds,
                               refund_plan.line_columns, 'n')),
    'i', upkeep_internal.settled_pieces(plan.names), upkeep_internal.unless_kept(plan.names),
    upkeep_internal.taken_by_lines(plan), checks);
END $$;

CREATE FUNCTION upkeep_internal.taken_by_lines(plan record)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN plan.taken IS NOT NULL THEN 'SELECT l.product, l.taken AS quantity FROM lines l' END;
END $$;

-- The same before a TRUNCATE of refunds, from what the lines have taken: pieces that were given back are taken again,
-- and those that never come back do, whatever other partitions go in the same command. Lines whose table goes with
-- them, which this transaction holds a lock on then, give back what they have by themselves.
CREATE FUNCTION upkeep_internal.settle_truncated_refunds_query(refund_plan record, plan record, target regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  truncated constant text := upkeep_internal.truncated_rows(target);
  is_of_line constant text := upkeep_internal.keys_match(refund_plan.refunds, refund_plan.line_columns, 'r',
                                                         refund_plan.lines, refund_plan.line_keys, 'i');
  gone constant text := format('COALESCE((SELECT pg_catalog.sum(r.%I::pg_catalog.numeric) FROM %s r WHERE %s AND %%s '
    'r.%I), 0)', refund_plan.quantity, replace(truncated, '%', '%%'), replace(is_of_line, '%', '%%'),
    refund_plan.restock);
  taken constant text := upkeep_internal.taken_so_far(plan.taken, plan.names);
BEGIN
  RETURN upkeep_internal.settle_query(plan, format($sql$
      (SELECT i.* FROM %s i
       WHERE EXISTS (SELECT FROM %s r WHERE %s AND r.%I IS NOT NULL AND r.%I IS NOT NULL)
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks k WHERE k.pid [=] pg_catalog.pg_backend_pid()
                           AND k.relation [=] i.tableoid AND k.mode [=] 'AccessExclusiveLock')) i$sql$,
      plan.names ->> 'lines', truncated, is_of_line, refund_plan.restock, refund_plan.quantity),
    'i', upkeep_internal.fill_in('CASE WHEN {is_released} THEN GREATEST({taken_now} [-] {kept_no_more}, 0) '
      'ELSE {taken_now} [+] {back_no_more} END', plan.names || jsonb_build_object('taken_now', taken,
        'kept_no_more', format(gone, 'NOT'), 'back_no_more', format(gone, ''))),
    upkeep_internal.unless_kept(plan.names), upkeep_internal.taken_by_lines(plan), true);
END $$;

-- Whether some of the refunds that were collected say that pieces go back, or never do.
CREATE FUNCTION upkeep_internal.may_restock(plan record, rows jsonb)
RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN plan.restock IS NOT NULL AND EXISTS (
    SELECT FROM jsonb_array_elements(rows) r
    WHERE r -> plan.restock <> 'null' AND r -> plan.quantity <> 'null');
END $$;

-- What a statement on the refunds is settled with where no branch knows them: the statements of stock.
CREATE FUNCTION upkeep_internal.stock_of_statement(
  refund_plan record,
  target regclass,
  operation text,
  OUT products regclass,
  OUT orders regclass,
  OUT stock text,
  OUT last_stock numeric,
  OUT settle text,
  OUT change_stock text,
  OUT write_taken text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  tables constant record := upkeep_internal.stock_tables_of_refunds(refund_plan);
  plan constant record := upkeep_internal.stock_plan_of(tables);
BEGIN
  products := tables.products;
  orders := tables.orders;
  stock := plan.names ->> 'stock';
  last_stock := plan.last_stock;
  IF operation = 'TRUNCATE' THEN
    settle := upkeep_internal.settle_truncated_refunds_query(refund_plan, plan, target);
  ELSE
    settle := upkeep_internal.settle_refunds_query(refund_plan, plan, upkeep_internal.refund_rows(refund_plan), true);
  END IF;
  change_stock := upkeep_internal.change_stock_query(plan.names, '$1', '$2');
  IF plan.taken IS NOT NULL THEN
    write_taken := upkeep_internal.write_taken_query(plan.names, '$1', '$2');
  END IF;
END $$;

-- Lines have not taken what refunds that were there before have given back: the stock stays.
CREATE FUNCTION upkeep_internal.remember_restocked(refund_plan record)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  plan constant record := upkeep_internal.stock_plan_of(upkeep_internal.stock_tables_of_refunds(refund_plan));
  before text;
BEGIN
  before := upkeep_internal.begin_own('quiet');
  EXECUTE upkeep_internal.fill_in(CASE
    WHEN plan.taken IS NOT NULL THEN
      'UPDATE {lines} i SET {taken} = {wanted} WHERE i.{taken} > {wanted} AND i.{quantity}::numeric > {wanted}'
    ELSE 'UPDATE upkeep.stock_taken t SET quantity = {wanted} FROM {lines} i WHERE t.order_items = {lines_oid} '
      'AND t.line = {line_of_i} AND t.quantity > {wanted} AND i.{quantity}::numeric > {wanted}' END, plan.names);
  PERFORM upkeep_internal.end_own(before);
END $$;
