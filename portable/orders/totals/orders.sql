-- The side of the orders: what a client writes into the columns that are kept is overwritten.

-- In a branch: the row's sum, what is made of it, and nothing else. What is read of the lines is read anew where the
-- order has another key, or has not kept the sum.
CREATE FUNCTION upkeep_internal.orders_branch(orders regclass, lines regclass, plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  sum constant text := format('SELECT %s INTO upkeep_sum FROM %s l WHERE %s;', plan.sum,
    upkeep_internal.qualified(lines),
    upkeep_internal.keys_match(lines, plan.columns, 'l', orders, plan.keys, 'NEW'));
  watched constant name[] := upkeep_internal.watched_columns(plan);
BEGIN
  RETURN format($text$
<<short>>
DECLARE
  upkeep_sum pg_catalog.numeric;
  upkeep_total pg_catalog.numeric;
BEGIN
  EXIT short WHEN NOT (%1$s)%14$s;
  IF TG_OP [=] 'INSERT' THEN
    IF upkeep_internal.starts_empty(%2$L, %3$L, %4$L, %5$L) THEN
      upkeep_sum := 0;
    ELSE
      %6$s
    END IF;
  ELSIF %7$s THEN
    %6$s
  ELSIF %8$s THEN
    %9$s
  ELSE
    RETURN NEW;
  END IF;
  upkeep_total := %10$s;
  EXIT short WHEN (%11$s) IS NOT TRUE;
  NEW.%12$I := upkeep_total;
%13$s  RETURN NEW;
END;$text$,
    upkeep_internal.pair_is_as_before(orders, lines), orders::oid, plan.keys, lines::oid, plan.columns, sum,
    upkeep_internal.has_changed(plan.keys), upkeep_internal.has_changed(watched),
    CASE WHEN plan.lines_total IS NULL THEN sum ELSE format($text$IF %1$s OR NEW.%2$I IS NULL THEN
      %3$s
    ELSE
      upkeep_sum := NEW.%2$I;
    END IF;$text$, upkeep_internal.has_changed(ARRAY[plan.lines_total]), plan.lines_total, sum) END,
    upkeep_internal.total_sql(plan, orders, 'NEW', 'upkeep_sum', false),
    upkeep_internal.holds(orders, plan.total, 'upkeep_total') || CASE WHEN plan.lines_total IS NULL THEN ''
      ELSE ' AND ' || upkeep_internal.holds(orders, plan.lines_total, 'upkeep_sum') END, plan.total,
    CASE WHEN plan.lines_total IS NULL THEN '' ELSE format(E'  NEW.%I := upkeep_sum;\n', plan.lines_total) END,
    -- What the lines of an order with another currency say takes the long way.
    CASE WHEN plan.currency IS NULL THEN '' ELSE format($text$
    OR CASE WHEN TG_OP [=] 'INSERT' THEN NOT upkeep_internal.starts_empty(%L, %L, %L, %L) ELSE %s END$text$,
      orders::oid, plan.keys, lines::oid, plan.columns, upkeep_internal.has_changed(ARRAY[plan.currency])) END);
END $$;

-- Besides the keys: what is kept, and what the total is made of.
CREATE FUNCTION upkeep_internal.watched_columns(plan record)
RETURNS name[] IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN array_remove(ARRAY[plan.total, plan.lines_total], NULL) || upkeep_internal.columns_read(plan.total_formula);
END $$;

-- Whether an update gives any of these columns another value, by their images.
CREATE FUNCTION upkeep_internal.has_changed(columns name[])
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('pg_catalog.record_image_ne(ROW(%s), ROW(%s))', upkeep_internal.fields('NEW', columns),
                upkeep_internal.fields('OLD', columns))
$$;

-- What a branch relies on in both tables.
CREATE FUNCTION upkeep_internal.pair_is_as_before(orders regclass, lines regclass)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT string_agg(format('upkeep_internal.still_is(%L, %L)', t::oid, upkeep_internal.print_of(t)), ' AND ')
  FROM unnest(ARRAY[orders, lines]) t
$$;

-- As upkeep_internal.fits: whether a new order can have no lines yet.
CREATE FUNCTION upkeep_internal.starts_empty(orders regclass, keys text[], lines regclass, columns text[])
RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.forbids_lines_without_order(orders, keys, lines, columns);
END $$;

-- The long way: {column: value} of what is kept, of the columns that change. is_own: the total comes from us.
CREATE FUNCTION upkeep_internal.kept_totals(
  orders regclass,
  arguments text[],
  op text,
  new_row jsonb,
  old_row jsonb,
  is_own boolean
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_totals', arguments);
  lines constant regclass := upkeep_internal.other_table('order_totals', options, 'order_items', orders);
  plan constant record := upkeep_internal.order_totals_plan(orders, lines, options);
  starts_empty boolean;
  has_other_key boolean;
  sum numeric;
BEGIN
  PERFORM upkeep_internal.require_pair_rights(orders, lines);
  starts_empty := op = 'INSERT' AND upkeep_internal.forbids_lines_without_order(orders, plan.keys, lines, plan.columns);
  IF plan.currency IS NOT NULL AND (CASE op WHEN 'INSERT' THEN NOT starts_empty
       ELSE new_row ->> plan.currency IS DISTINCT FROM old_row ->> plan.currency END) THEN
    PERFORM upkeep_internal.require_currency_of_lines(orders, lines, plan, new_row);
  END IF;
  IF op = 'UPDATE' THEN
    has_other_key := upkeep_internal.differ_in(plan.keys, new_row, old_row);
    IF is_own OR NOT has_other_key
       AND NOT upkeep_internal.differ_in(upkeep_internal.watched_columns(plan)::text[], new_row, old_row) THEN
      RETURN '{}';
    ELSIF NOT has_other_key AND NOT upkeep_internal.differ_in(ARRAY[plan.lines_total], new_row, old_row) THEN
      sum := old_row ->> plan.lines_total;
    END IF;
  ELSIF starts_empty THEN
    sum := 0;
  END IF;
  RETURN upkeep_internal.amounts_of_order(orders, plan, new_row,
    coalesce(sum, upkeep_internal.sum_of_lines(orders, lines, plan, new_row)));
END $$;

CREATE FUNCTION upkeep_internal.differ_in(columns text[], new_row jsonb, old_row jsonb)
RETURNS boolean IMMUTABLE LANGUAGE sql AS $$
  SELECT coalesce(bool_or(new_row ->> c IS DISTINCT FROM old_row ->> c), false) FROM unnest(columns) c
$$;

CREATE FUNCTION upkeep_internal.sum_of_lines(orders regclass, lines regclass, plan record, order_row jsonb)
RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
  sum numeric;
BEGIN
  EXECUTE format('SELECT %s FROM %s CROSS JOIN %s l WHERE %s', plan.sum,
    upkeep_internal.key_row(orders, plan.keys, '$1', 'o'), upkeep_internal.qualified(lines),
    upkeep_internal.keys_match(lines, plan.columns, 'l', orders, plan.keys, 'o')) INTO sum USING order_row;
  RETURN sum;
END $$;

-- Of an order with that sum of its lines.
CREATE FUNCTION upkeep_internal.amounts_of_order(orders regclass, plan record, order_row jsonb, sum numeric)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  key constant text := (SELECT string_agg(order_row ->> k, ', ' ORDER BY place)
                        FROM unnest(plan.keys) WITH ORDINALITY u(k, place));
  total numeric := sum;
BEGIN
  IF plan.total_formula IS NOT NULL THEN
    EXECUTE format('SELECT %s FROM %s', upkeep_internal.total_sql(plan, orders, 'o', '$2', false),
      upkeep_internal.key_row(orders, plan.keys || upkeep_internal.columns_read(plan.total_formula), '$1', 'o'))
      INTO total USING order_row, sum;
  END IF;
  IF NOT upkeep_internal.is_held(orders, plan.total, total) THEN
    PERFORM upkeep_internal.total_out_of_range(orders, plan.total, true, coalesce(key, ''), total::text);
  ELSIF NOT upkeep_internal.is_held(orders, plan.lines_total, sum) THEN
    PERFORM upkeep_internal.total_out_of_range(orders, plan.lines_total, false, coalesce(key, ''), sum::text);
  END IF;
  RETURN jsonb_build_object(plan.total, total)
    || CASE WHEN plan.lines_total IS NULL THEN '{}' ELSE jsonb_build_object(plan.lines_total, sum) END;
END $$;
