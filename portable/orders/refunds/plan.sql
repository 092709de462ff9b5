-- From the options of an order_refunds trigger to what its three tables say.

-- The tables that a trigger on one of the three means: whole ones, where it stands on a partition.
CREATE FUNCTION upkeep_internal.refund_tables(
  target regclass,
  options jsonb,
  OUT refunds regclass,
  OUT orders regclass,
  OUT lines regclass
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  place constant text := upkeep_internal.refund_place(options);
  whole regclass := upkeep_internal.topmost(target);
BEGIN
  IF place = 'refunds' THEN
    PERFORM upkeep_internal.require_role_of(target, whole);
    refunds := whole;
    orders := upkeep_internal.other_table('order_refunds', options, 'orders', target);
    lines := upkeep_internal.other_table('order_refunds', options, 'order_items', target);
    RETURN;
  END IF;
  refunds := upkeep_internal.other_table('order_refunds', options, 'refunds', target);
  -- Of a partition or a child the refunds know the whole.
  whole := coalesce(upkeep_internal.table_named_by(refunds, 'order_refunds',
    CASE place WHEN 'orders' THEN 'orders' ELSE 'order_items' END), whole);
  PERFORM upkeep_internal.require_role_of(target, whole);
  IF place = 'orders' THEN
    orders := whole;
    lines := upkeep_internal.other_table('order_refunds', options, 'order_items', target);
  ELSE
    orders := upkeep_internal.other_table('order_refunds', options, 'orders', target);
    lines := whole;
  END IF;
END $$;

-- On which of the three a trigger with these options stands: it names the other two.
CREATE FUNCTION upkeep_internal.refund_place(options jsonb)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN NOT options ? 'refunds' THEN 'refunds' WHEN options ? 'order_items' THEN 'orders' ELSE 'lines' END;
END $$;

-- given: the arguments of enable_order_refunds while that runs. A refund is r, its order o, its line l.
-- order_keys: of an order. line_order: of a line, those of its order. order_columns, line_columns: of a refund.
-- line_keys: of a line. total, total_scale: the total of an order, and its decimals. amount_scale: those of what is
-- filled in. line_inputs: columns of a line that say what may be refunded of it. SQL: is_locked, of o; line_amount, of
-- l, and lenient_amount, which is NULL where that cannot be computed; sold, of l; returned, of l, NULL where no line
-- can return another. lock: what upkeep_internal.order_lock_plan returns.
CREATE FUNCTION upkeep_internal.refund_rules(
  options jsonb,
  INOUT refunds regclass,
  INOUT orders regclass,
  INOUT lines regclass,
  given jsonb DEFAULT NULL,
  OUT order_keys text[],
  OUT line_order text[],
  OUT order_columns text[],
  OUT line_columns text[],
  OUT line_keys text[],
  OUT quantity text,
  OUT amount text,
  OUT restock text,
  OUT refunded text,
  OUT refunded_quantity text,
  OUT total text,
  OUT amount_scale int,
  OUT line_inputs text[],
  OUT is_locked text,
  OUT line_amount text,
  OUT lenient_amount text,
  OUT sold text,
  OUT returned text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  totals record;
  pieces text;
BEGIN
  SELECT l.keys, l.columns INTO order_keys, line_order
  FROM upkeep_internal.order_link('order_refunds', options, orders, lines, given) l;
  quantity := upkeep_internal.text_option('order_refunds', options, 'quantity_column');
  amount := upkeep_internal.text_option('order_refunds', options, 'amount_column');
  refunded := options ->> 'refunded_column';
  refunded_quantity := options ->> 'refunded_quantity_column';
  PERFORM upkeep_internal.require_refund_number(refunds, quantity, given),
    upkeep_internal.require_refund_number(refunds, amount, given),
    upkeep_internal.require_refund_number(orders, refunded, given),
    upkeep_internal.require_refund_number(lines, refunded_quantity, given);
  SELECT * INTO totals FROM upkeep_internal.totals_of_refunds(orders, lines);
  is_locked := upkeep_internal.is_locked(upkeep_internal.lock_of_refunds(orders, lines), 'o');
  restock := upkeep_internal.restock_column(options, refunds, orders, lines, given);
  order_columns := upkeep_internal.with_tenant(options,
    upkeep_internal.text_option('order_refunds', options, 'order_column'));
  line_columns := upkeep_internal.with_tenant(options,
    upkeep_internal.text_option('order_refunds', options, 'line_column'));
  line_keys := upkeep_internal.with_tenant(options, upkeep_internal.text_option('order_refunds', options, 'line_key'));
  FOR i IN 1..cardinality(order_keys) LOOP
    PERFORM
      upkeep_internal.require_comparable(orders, order_keys[i], refunds, order_columns[i], 'order_refunds', given),
      upkeep_internal.require_comparable(lines, line_keys[i], refunds, line_columns[i], 'order_refunds', given);
  END LOOP;
  total := totals.total;
  amount_scale := coalesce(upkeep_internal.scale_of(refunds, amount), upkeep_internal.scale_of(orders, total));
  line_amount := totals.line_amount;
  lenient_amount := totals.lenient_amount;
  pieces := upkeep_internal.column_of_pieces(quantity, totals.quantity, lines);
  sold := CASE WHEN pieces IS NULL THEN '1::pg_catalog.numeric'
               ELSE format('COALESCE(l.%I::pg_catalog.numeric, 0)', pieces) END;
  returned := upkeep_internal.pieces_returned(lines, 'l');
  line_inputs := array_remove(line_keys || line_order || totals.inputs || pieces, NULL);
  PERFORM upkeep_internal.require_own_column(refunded, order_keys || totals.kept, orders),
    upkeep_internal.require_own_column(refunded_quantity, line_inputs, lines),
    upkeep_internal.require_not_read(totals.total_formula, refunded, orders);
END $$;

-- The same for a trigger of a table, one of the three. NULL for the tables where the totals, the lock or the stock are
-- not enabled any more: refunds say so themselves, and changes of orders and lines go on.
CREATE FUNCTION upkeep_internal.refund_plan(target regclass, arguments text[])
RETURNS record STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_refunds', arguments);
  tables constant record := upkeep_internal.refund_tables(target, options);
  plan record;
BEGIN
  PERFORM upkeep_internal.require_trusted(tables.refunds), upkeep_internal.require_trusted(tables.orders),
    upkeep_internal.require_trusted(tables.lines);
  SELECT * INTO plan FROM upkeep_internal.refund_rules(options, tables.refunds, tables.orders, tables.lines);
  RETURN plan;
END $$;

-- A column of numbers: pieces, money, or what is kept of them.
CREATE FUNCTION upkeep_internal.require_refund_number(target regclass, name text, given jsonb)
RETURNS void STABLE LANGUAGE plpgsql AS $$
BEGIN
  IF name IS NOT NULL THEN
    PERFORM upkeep_internal.require_column(target, name, 'order_refunds', given),
      upkeep_internal.require_number(target, name, 'Use numeric, bigint, integer or smallint.'),
      upkeep_internal.require_not_generated(target, name,
                                            'What was refunded is kept in columns that can be written.');
  END IF;
END $$;

-- The decimals of a column of numbers; NULL where it sets no limit.
CREATE FUNCTION upkeep_internal.scale_of(target regclass, name text)
RETURNS int STABLE LANGUAGE sql AS $$
  SELECT CASE WHEN n.is_bounded THEN n.s END FROM upkeep_internal.number_column(target, name) n
$$;

-- Which of the columns says whether pieces go back to stock.
CREATE FUNCTION upkeep_internal.restock_column(
  options jsonb,
  refunds regclass,
  orders regclass,
  lines regclass,
  given jsonb
) RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  name constant text := options ->> 'restock_column';
BEGIN
  IF name IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM upkeep_internal.require_column(refunds, name, 'order_refunds', given);
  IF upkeep_internal.base_type_of(refunds, name) <> 'boolean'::regtype THEN
    PERFORM upkeep_internal.refuse_type(refunds, name, 'cannot say whether pieces go back to stock',
      'Make it boolean.');
  ELSIF NOT EXISTS (SELECT FROM upkeep_internal.triggers t WHERE t.object = lines AND t.feature = 'stock') THEN
    PERFORM upkeep_internal.refunds_lack('stock', orders, lines, 'A restock_column gives pieces back to a stock.');
  END IF;
  RETURN name;
END $$;

CREATE FUNCTION upkeep_internal.refunds_lack(lacking text, orders regclass, lines regclass, why text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  of_orders constant text := quote_literal(upkeep_internal.qualified(orders));
  of_lines constant text := quote_literal(upkeep_internal.qualified(lines));
BEGIN
  PERFORM upkeep_internal.fail('55000', format('%s is not enabled for "%s" and "%s"', lacking,
      upkeep_internal.table_name(orders), upkeep_internal.table_name(lines)),
    format('Call upkeep.enable_%s(%s, %s) first.', lacking, CASE lacking WHEN 'stock' THEN of_lines ELSE of_orders END,
           CASE lacking WHEN 'stock' THEN 'the products' ELSE of_lines END), why);
END $$;

-- The arguments of the trigger of another feature that the lines have for these orders; NULL if there is none.
CREATE FUNCTION upkeep_internal.arguments_for(feature text, orders regclass, lines regclass)
RETURNS text[] STABLE LANGUAGE sql AS $$
  SELECT arguments
  FROM (SELECT t.arguments FROM upkeep_internal.triggers t
        WHERE t.object = lines AND t.feature = arguments_for.feature ORDER BY t.place LIMIT 1) t
  WHERE upkeep_internal.table_named(feature, arguments, 'orders', lines) = orders
$$;

-- The totals say what may be refunded: amounts of a line l as SQL, the second NULL where it cannot be computed. inputs:
-- columns that they are made of. quantity: the one with the pieces. kept: columns of the orders that they are in.
CREATE FUNCTION upkeep_internal.totals_of_refunds(
  orders regclass,
  lines regclass,
  OUT total text,
  OUT line_amount text,
  OUT lenient_amount text,
  OUT inputs text[],
  OUT quantity text,
  OUT kept text[],
  OUT total_formula jsonb
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  arguments constant text[] := upkeep_internal.arguments_for('order_totals', orders, lines);
  options jsonb;
  plan record;
BEGIN
  IF arguments IS NULL THEN
    PERFORM upkeep_internal.refunds_lack('order_totals', orders, lines,
      'The totals say what may be refunded of an order and its lines.');
  END IF;
  options := upkeep_internal.read_options('order_totals', arguments);
  plan := upkeep_internal.order_totals_plan(orders, lines, options);
  total := plan.total;
  total_formula := plan.total_formula;
  kept := array_remove(ARRAY[plan.total, plan.lines_total], NULL);
  quantity := upkeep_internal.column_option(lines, 'order_totals', options, 'quantity_column');
  inputs := plan.counted;
  IF plan.line_formula IS NULL THEN
    line_amount := format('COALESCE(%s, 0)',
      (SELECT a.amount FROM upkeep_internal.usual_amount(lines, options, plan.scale, NULL) a));
    lenient_amount := line_amount;
  ELSE
    line_amount := upkeep_internal.amount_sql(plan.line_formula, plan.scale, 'l', NULL,
      format('amount of a line of "%s"', upkeep_internal.table_name(lines)));
    lenient_amount := upkeep_internal.amount_sql(plan.line_formula, plan.scale, 'l', NULL, NULL);
  END IF;
END $$;

-- The lock says which orders are closed.
CREATE FUNCTION upkeep_internal.lock_of_refunds(orders regclass, lines regclass)
RETURNS record STABLE LANGUAGE plpgsql AS $$
DECLARE
  arguments constant text[] := upkeep_internal.arguments_for('order_lock', orders, lines);
  plan record;
BEGIN
  IF arguments IS NULL THEN
    PERFORM upkeep_internal.refunds_lack('order_lock', orders, lines,
      'The lock says which orders are closed, so that their refunds are written.');
  END IF;
  SELECT * INTO plan FROM upkeep_internal.order_lock_plan(lines, arguments);
  RETURN plan;
END $$;

-- The column with the pieces of a line: as the totals say, else the one that is called as in the refunds, else as the
-- stock says; NULL where a line is one piece.
CREATE FUNCTION upkeep_internal.column_of_pieces(quantity text, of_totals text, lines regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN coalesce(of_totals,
    (SELECT quantity FROM upkeep_internal.number_column(lines, quantity) n WHERE n.base IS NOT NULL),
    (SELECT upkeep_internal.text_option('stock', upkeep_internal.read_options('stock', t.arguments), 'quantity_column')
     FROM upkeep_internal.triggers t WHERE t.object = lines AND t.feature = 'stock' ORDER BY t.place LIMIT 1));
END $$;

-- What return lines b give back of a line, a numeric; NULL where no column names the line that another returns. which:
-- a condition on b, with AND.
CREATE FUNCTION upkeep_internal.pieces_returned(lines regclass, row_name text, which text DEFAULT '')
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  options jsonb;
  columns record;
BEGIN
  SELECT upkeep_internal.read_options('order_snapshots', t.arguments) INTO options
  FROM upkeep_internal.triggers t
  WHERE t.object = lines AND t.feature = 'order_snapshots' ORDER BY t.place LIMIT 1;
  IF NOT coalesce(options ? 'returns_column', false) THEN
    RETURN NULL;
  END IF;
  columns := upkeep_internal.return_columns(lines, options);
  IF columns.key IS NULL THEN
    RETURN NULL;
  END IF;
  RETURN format('(SELECT COALESCE([-] pg_catalog.sum(b.%1$I::pg_catalog.numeric), 0) FROM %2$s b WHERE %3$s '
    'AND b.%1$I [<] 0%4$s)', columns.quantity, upkeep_internal.rows_of(lines),
    upkeep_internal.keys_match(lines, columns.naming, 'b', lines, columns.found_by, row_name), which);
END $$;

-- A total that stood on what is refunded of it would limit itself.
CREATE FUNCTION upkeep_internal.require_not_read(formula jsonb, kept text, target regclass)
RETURNS void STABLE LANGUAGE plpgsql AS $$
BEGIN
  IF upkeep_internal.reads_column(formula, kept) THEN
    PERFORM upkeep_internal.fail('42P17', format('column "%s" of table "%s", which a formula of the totals reads, is '
        'kept by the refunds', kept, upkeep_internal.table_name(target)),
      'A total says what was sold, and refunds what was given back of it: leave the column out of the formula.');
  END IF;
END $$;

-- What says what was sold would be lost.
CREATE FUNCTION upkeep_internal.require_own_column(kept text, others text[], target regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF kept = ANY (others) THEN
    PERFORM upkeep_internal.fail('42P17', format('column "%s" of table "%s" cannot keep what is refunded: it says what '
      'was sold', kept, upkeep_internal.table_name(target)), 'Name a column of its own.');
  END IF;
END $$;
