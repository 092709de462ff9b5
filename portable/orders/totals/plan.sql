-- From the arguments of the triggers of order totals to SQL. In it o is an order, l a line.

-- sum: of the amounts of lines l, 0 where there are none; lenient_sum: NULL where one cannot be computed, which is an
-- error of the other. Formulas are as resolve_amount has them.
CREATE FUNCTION upkeep_internal.order_totals_plan(
  orders regclass,
  lines regclass,
  options jsonb,
  given jsonb DEFAULT NULL,
  OUT keys text[],
  OUT columns text[],
  OUT total text,
  OUT scale int,
  OUT lines_total text,
  OUT line_formula jsonb,
  OUT total_formula jsonb,
  OUT currency text,
  OUT counted text[],
  OUT sum text,
  OUT lenient_sum text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  kept text[];
  amount text;
BEGIN
  SELECT * INTO keys, columns FROM upkeep_internal.order_link('order_totals', options, orders, lines, given);
  total := upkeep_internal.column_option(orders, 'order_totals', options, 'total_column', given);
  PERFORM upkeep_internal.require_total_column(orders, total);
  scale := upkeep_internal.scale_of_column(orders, total);
  lines_total := upkeep_internal.column_option(orders, 'order_totals', options, 'lines_column', given);
  IF lines_total IS NOT NULL THEN
    PERFORM upkeep_internal.require_total_column(orders, lines_total),
      upkeep_internal.require_decimals(orders, total, lines_total);
  END IF;
  kept := array_remove(ARRAY[total, lines_total], NULL);
  line_formula := upkeep_internal.resolve_amount(options ->> 'line_formula', scale, lines, false, '{}', given);
  IF line_formula IS NOT NULL THEN
    counted := upkeep_internal.columns_read(line_formula);
    amount := upkeep_internal.amount_sql(line_formula, scale, 'l', NULL,
      format('amount of a line of "%s"', upkeep_internal.table_name(lines)));
    sum := format('COALESCE(pg_catalog.sum(%s), 0)', amount);
    amount := upkeep_internal.amount_sql(line_formula, scale, 'l', NULL, NULL);
    lenient_sum := format('CASE WHEN pg_catalog.bool_and(%1$s IS NOT NULL) IS NOT FALSE '
      'THEN COALESCE(pg_catalog.sum(%1$s), 0) END', amount);
  ELSE
    SELECT a.amount, a.counted INTO amount, counted
    FROM upkeep_internal.usual_amount(lines, options, scale, given) a;
    sum := format('COALESCE(pg_catalog.sum(%s), 0)', amount);
    lenient_sum := sum;
  END IF;
  total_formula := upkeep_internal.resolve_amount(options ->> 'total_formula', scale, orders, true, kept, given);
  PERFORM upkeep_internal.require_no_refunds(line_formula, lines),
    upkeep_internal.require_no_refunds(total_formula, orders);
  IF options ? 'currency_column' THEN
    currency := options ->> 'currency_column';
    PERFORM upkeep_internal.require_column(orders, currency, 'order_totals', given),
      upkeep_internal.require_column(lines, currency, 'order_totals', given);
  END IF;
END $$;

-- The sum has the decimals of the total, to which each amount is rounded.
CREATE FUNCTION upkeep_internal.require_decimals(orders regclass, total text, lines_total text)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  decimals constant int := upkeep_internal.scale_of_column(orders, total);
BEGIN
  IF upkeep_internal.scale_of_column(orders, lines_total) < coalesce(decimals, 100000) THEN
    PERFORM upkeep_internal.fail('42804', format('column "%s" of table "%s" is %s, which does not hold the decimals of '
        '"%s", %s', lines_total, upkeep_internal.table_name(orders),
        upkeep_internal.type_of_column(orders, lines_total), total, upkeep_internal.type_of_column(orders, total)),
      'Give both the same number of decimals.');
  END IF;
END $$;

-- Price times quantity, rounded where it can have more decimals than the total.
CREATE FUNCTION upkeep_internal.usual_amount(lines regclass, options jsonb, scale int, given jsonb, OUT amount text,
                                             OUT counted text[])
STABLE LANGUAGE plpgsql AS $$
DECLARE
  price constant text := upkeep_internal.column_option(lines, 'order_totals', options, 'price_column', given);
  quantity text;
  decimals int;
  more int;
BEGIN
  PERFORM upkeep_internal.require_summand(lines, price);
  amount := format('l.%I::pg_catalog.numeric', price);
  decimals := upkeep_internal.scale_of_column(lines, price);
  quantity := upkeep_internal.column_option(lines, 'order_totals', options, 'quantity_column', given);
  IF quantity IS NOT NULL THEN
    PERFORM upkeep_internal.require_summand(lines, quantity);
    amount := format('%s [*] l.%I::pg_catalog.numeric', amount, quantity);
    more := upkeep_internal.scale_of_column(lines, quantity);
    decimals := CASE WHEN decimals IS NOT NULL AND more IS NOT NULL THEN greatest(decimals, 0) + greatest(more, 0) END;
  END IF;
  IF scale < coalesce(decimals, 100000) THEN
    amount := format('pg_catalog.round(%s, %s)', amount, scale);
  END IF;
  counted := array_remove(ARRAY[price, quantity], NULL);
END $$;

-- What was sold is not what was given back of it.
CREATE FUNCTION upkeep_internal.require_no_refunds(formula jsonb, target regclass)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  refunded constant text := upkeep_internal.refunded_column_of(target);
BEGIN
  IF upkeep_internal.reads_column(formula, refunded) THEN
    PERFORM upkeep_internal.fail('42P17', format('column "%s" of table "%s", which a formula of the totals reads, is '
        'kept by the refunds', refunded, upkeep_internal.table_name(target)),
      'A total says what was sold, and refunds what was given back of it: leave the column out of the formula.');
  END IF;
END $$;

-- The column in which the refunds of an order or of a line are added up.
CREATE FUNCTION upkeep_internal.refunded_column_of(target regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  options jsonb;
BEGIN
  SELECT upkeep_internal.read_options(t.feature, t.arguments) INTO options
  FROM upkeep_internal.triggers t WHERE t.object = target AND t.feature = 'order_refunds' ORDER BY t.place LIMIT 1;
  RETURN CASE WHEN NOT options ? 'orders' THEN options ->> 'refunded_column'
              WHEN NOT options ? 'order_items' THEN options ->> 'refunded_quantity_column' END;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN NULL;
END $$;

-- The total of an order of that row, with that sum.
CREATE FUNCTION upkeep_internal.total_sql(plan record, orders regclass, row_name text, sum text, is_lenient boolean)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  total text;
BEGIN
  IF plan.total_formula IS NULL THEN
    RETURN sum;
  END IF;
  total := upkeep_internal.amount_sql(plan.total_formula, plan.scale, row_name, sum, CASE WHEN NOT is_lenient
    THEN format('total of an order of "%s"', upkeep_internal.table_name(orders)) END);
  -- coalesce(lines, 0) is not to hide a line that cannot be computed.
  RETURN CASE WHEN is_lenient AND plan.line_formula IS NOT NULL
              THEN format('CASE WHEN %s IS NOT NULL THEN %s END', sum, total) ELSE total END;
END $$;

-- Whether an order of that row has another total than that numeric, or another sum.
CREATE FUNCTION upkeep_internal.totals_differ(plan record, row_name text, total text, sum text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN plan.lines_total IS NULL THEN upkeep_internal.amount_differs(row_name, plan.total, total)
    ELSE format('(%s OR %s)', upkeep_internal.amount_differs(row_name, plan.total, total),
                upkeep_internal.amount_differs(row_name, plan.lines_total, sum)) END;
END $$;
