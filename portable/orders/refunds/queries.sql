-- What refunds ask of orders and lines, as text: for the branches of the trigger function, and for what no branch
-- knows. plan: what upkeep_internal.refund_rules returns. rows: an item of FROM with refunds n that a statement has
-- written or taken away.

-- That a row is of an order o, or of a line l, and that a refund r is of one of those.
CREATE FUNCTION upkeep_internal.is_refunded_order(plan record, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.keys_match(plan.orders, plan.order_keys, 'o', plan.refunds, plan.order_columns, row_name);
END $$;

CREATE FUNCTION upkeep_internal.is_refunded_line(plan record, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.keys_match(plan.lines, plan.line_keys, 'l', plan.refunds, plan.line_columns, row_name);
END $$;

CREATE FUNCTION upkeep_internal.is_refund_of_order(plan record, row_name text DEFAULT 'o')
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.keys_match(plan.refunds, plan.order_columns, 'r', plan.orders, plan.order_keys, row_name);
END $$;

CREATE FUNCTION upkeep_internal.is_refund_of_line(plan record, row_name text DEFAULT 'l')
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.keys_match(plan.refunds, plan.line_columns, 'r', plan.lines, plan.line_keys, row_name);
END $$;

-- That the line l belongs to the order that a row of refunds names.
CREATE FUNCTION upkeep_internal.is_line_of_order(plan record, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('(%s) IS TRUE', upkeep_internal.keys_match(plan.lines, plan.line_order, 'l', plan.refunds,
                                                           plan.order_columns, row_name));
END $$;

-- n.shop IS NOT NULL AND n.order_id IS NOT NULL
CREATE FUNCTION upkeep_internal.are_given(row_name text, columns text[])
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT string_agg(format('%s.%I IS NOT NULL', row_name, c), ' AND ' ORDER BY place)
          FROM unnest(columns) WITH ORDINALITY u(c, place));
END $$;

-- The sum of what was refunded of an order o, and of the pieces of a line l; which: a condition, with AND.
CREATE FUNCTION upkeep_internal.amount_refunded(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('COALESCE((SELECT pg_catalog.sum(r.%I::pg_catalog.numeric) FROM %s r WHERE %s), 0)', plan.amount,
                upkeep_internal.qualified(plan.refunds), upkeep_internal.is_refund_of_order(plan));
END $$;

CREATE FUNCTION upkeep_internal.pieces_refunded(plan record, which text DEFAULT '')
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('COALESCE((SELECT pg_catalog.sum(r.%I::pg_catalog.numeric) FROM %s r WHERE %s%s), 0)', plan.quantity,
                upkeep_internal.qualified(plan.refunds), upkeep_internal.is_refund_of_line(plan), which);
END $$;

-- The sums t.amount over the refunds of the order of a row, and s.pieces and s.amount over those of its line.
CREATE FUNCTION upkeep_internal.sum_of_order(plan record, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('(SELECT COALESCE(pg_catalog.sum(r.%I::pg_catalog.numeric), 0) AS amount FROM %s r WHERE %s) t',
    plan.amount, upkeep_internal.qualified(plan.refunds),
    upkeep_internal.keys_match(plan.refunds, plan.order_columns, 'r', plan.refunds, plan.order_columns, row_name));
END $$;

CREATE FUNCTION upkeep_internal.sums_of_line(plan record, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('(SELECT COALESCE(pg_catalog.sum(r.%I::pg_catalog.numeric), 0) AS pieces, '
    'COALESCE(pg_catalog.sum(r.%I::pg_catalog.numeric), 0) AS amount FROM %s r WHERE %s) s', plan.quantity,
    plan.amount, upkeep_internal.qualified(plan.refunds),
    upkeep_internal.keys_match(plan.refunds, plan.line_columns, 'r', plan.refunds, plan.line_columns, row_name));
END $$;

-- What of a line l is gone, where so many pieces were refunded and others returned.
CREATE FUNCTION upkeep_internal.pieces_gone(plan record, refunded text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN refunded || coalesce(' [+] ' || plan.returned, '');
END $$;

-- Where nothing is gone, nothing is exceeded, not even the amount of a voucher, which is below 0.
CREATE FUNCTION upkeep_internal.fits_into(gone text, whole text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('%s [<=] GREATEST(%s, 0)', gone, whole);
END $$;

-- The orders, or lines, of the rows, locked in the order of their keys.
CREATE FUNCTION upkeep_internal.lock_refunded_orders(plan record, rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT %s AS is_locked FROM (SELECT DISTINCT %s FROM %s n) n JOIN %s o ON %s ORDER BY %s '
    'FOR NO KEY UPDATE OF o', plan.is_locked, upkeep_internal.key_list('n', plan.order_columns), rows,
    upkeep_internal.qualified(plan.orders), upkeep_internal.is_refunded_order(plan, 'n'),
    upkeep_internal.key_list('o', plan.order_keys));
END $$;

CREATE FUNCTION upkeep_internal.lock_refunded_lines(plan record, rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT FROM (SELECT DISTINCT %s FROM %s n WHERE %s) n JOIN %s l ON %s ORDER BY %s '
    'FOR NO KEY UPDATE OF l', upkeep_internal.key_list('n', plan.line_columns), rows,
    upkeep_internal.are_given('n', plan.line_columns), upkeep_internal.qualified(plan.lines),
    upkeep_internal.is_refunded_line(plan, 'n'), upkeep_internal.key_list('l', plan.line_keys));
END $$;

-- How many orders, or pairs of a line and an order, the rows name.
CREATE FUNCTION upkeep_internal.refunded_orders(plan record, rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT DISTINCT %s FROM %s n', upkeep_internal.key_list('n', plan.order_columns), rows);
END $$;

CREATE FUNCTION upkeep_internal.refunded_lines(plan record, rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT DISTINCT %s FROM %s n WHERE %s', upkeep_internal.fields('n', ARRAY(
      SELECT c FROM unnest(plan.line_columns || plan.order_columns) WITH ORDINALITY u(c, place)
      GROUP BY c ORDER BY min(place))::name[]), rows, upkeep_internal.are_given('n', plan.line_columns));
END $$;

-- Writes what was refunded of the lines, or orders, of the rows, where a column keeps it, and returns for each whether
-- that is no more than was sold. A trigger of somebody else may keep a row from being written. Without rows: of the one
-- refund that row_name stands for.
CREATE FUNCTION upkeep_internal.keep_lines(plan record, rows text, row_name text DEFAULT 'n')
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  sums constant text := upkeep_internal.sums_of_line(plan, row_name);
BEGIN
  RETURN upkeep_internal.keep_sums(upkeep_internal.qualified(plan.lines) || ' l', plan.refunded_quantity, 's.pieces',
    CASE WHEN rows IS NULL THEN sums
         ELSE concat('(', upkeep_internal.refunded_lines(plan, rows), ') n CROSS JOIN LATERAL ', sums) END,
    upkeep_internal.is_refunded_line(plan, row_name),
    concat_ws(' AND ', upkeep_internal.is_line_of_order(plan, row_name),
      upkeep_internal.fits_into(upkeep_internal.pieces_gone(plan, 's.pieces'), plan.sold),
      upkeep_internal.fits_into('s.amount', plan.line_amount)));
END $$;

CREATE FUNCTION upkeep_internal.keep_orders(plan record, rows text, row_name text DEFAULT 'n')
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  sum constant text := upkeep_internal.sum_of_order(plan, row_name);
BEGIN
  RETURN upkeep_internal.keep_sums(upkeep_internal.qualified(plan.orders) || ' o', plan.refunded, 't.amount',
    CASE WHEN rows IS NULL THEN sum
         ELSE concat('(', upkeep_internal.refunded_orders(plan, rows), ') n CROSS JOIN LATERAL ', sum) END,
    upkeep_internal.is_refunded_order(plan, row_name),
    format('%s AND (o.%I IS NULL OR %s)', plan.is_locked, plan.total,
           upkeep_internal.fits_into('t.amount', format('o.%I::pg_catalog.numeric', plan.total))));
END $$;

CREATE FUNCTION upkeep_internal.keep_sums(
  target text,
  kept text,
  sum text,
  source text,
  condition text,
  fits text
) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN kept IS NULL THEN format('SELECT %s AS fits FROM %s JOIN %s ON %s', fits, source, target, condition)
    ELSE format('UPDATE %s SET %I = %s FROM %s WHERE %s RETURNING %s AS fits', target, kept, sum, source, condition,
                fits) END;
END $$;

-- What the pieces of a refund are worth, where its line is one of its order: what is left of that, and of the order.
CREATE FUNCTION upkeep_internal.share_of_refund(plan record, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT CASE WHEN w.remaining IS NOT NULL THEN %s END '
    'FROM (SELECT %s AS amount, %s AS sold, %s AS gone, s.amount AS refunded, o.%I::pg_catalog.numeric [-] t.amount '
    'AS remaining FROM %s o CROSS JOIN LATERAL %s CROSS JOIN LATERAL %s JOIN %s l ON %s WHERE %s AND %s) w',
    upkeep_internal.refund_share(format('%s.%I::pg_catalog.numeric', row_name, plan.quantity), plan.amount_scale),
    plan.line_amount, plan.sold, upkeep_internal.pieces_gone(plan, 's.pieces'), plan.total,
    upkeep_internal.qualified(plan.orders), upkeep_internal.sum_of_order(plan, row_name),
    upkeep_internal.sums_of_line(plan, row_name), upkeep_internal.qualified(plan.lines),
    upkeep_internal.is_refunded_line(plan, row_name), upkeep_internal.is_refunded_order(plan, row_name),
    upkeep_internal.is_line_of_order(plan, row_name));
END $$;

-- What some pieces of a line are worth when they are refunded, from w: amount and sold of the line, the pieces gone and
-- the amount refunded of it before, and what is remaining of the order. The shares of pieces that are refunded one
-- after another add up to the amount of the line: each is what all that are gone then are worth, less what those before
-- were worth, both rounded. Never more than what is left of the line or of its order, nor less than 0. scale: the
-- decimals of a share; NULL for as many as it needs.
CREATE FUNCTION upkeep_internal.refund_share(pieces text, scale int)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  share constant text := CASE
    WHEN scale IS NULL THEN upkeep_internal.rounded_quotient(format('w.amount [*] %s', pieces), 'w.sold', 20)
    ELSE format('(%s [-] %s)',
      upkeep_internal.rounded_quotient(format('w.amount [*] (w.gone [+] %s)', pieces), 'w.sold', scale),
      upkeep_internal.rounded_quotient('w.amount [*] w.gone', 'w.sold', scale)) END;
BEGIN
  RETURN format(CASE WHEN scale IS NULL THEN 'CASE WHEN w.sold [=] 0 THEN 0 ELSE pg_catalog.trim_scale(%s) END'
                     ELSE 'CASE WHEN w.sold [=] 0 THEN 0 ELSE pg_catalog.round(%s, %s) END' END,
    format('GREATEST(LEAST(%s, w.amount [-] w.refunded, w.remaining), 0)', share), scale);
END $$;

-- A quotient of numerics, exact: div cuts off, and half of what is left over rounds as the quotient does, half away
-- from zero.
CREATE FUNCTION upkeep_internal.rounded_quotient(dividend text, divisor text, scale int)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('pg_catalog.round(pg_catalog.div((%s) [*] 2e%s, %s) [*] 5e%s, %2$s)', dividend, scale, divisor,
                -scale - 1)
$$;

-- Lines of which more was refunded than they are worth: order and line as JSON, what was sold, what was refunded, the
-- key of the order as text. condition: on the refunds r. A line that is gone, or belongs to another order by now, was
-- worth nothing.
CREATE FUNCTION upkeep_internal.overdrawn_lines(plan record, condition text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  keys constant text[] := ARRAY(
    SELECT c FROM unnest(plan.line_columns || plan.order_columns) WITH ORDINALITY u(c, place)
    GROUP BY c ORDER BY min(place));
  line constant text := plan.line_columns[cardinality(plan.line_columns)];
  is_there constant text := format('l.%I IS NOT NULL', plan.line_keys[cardinality(plan.line_keys)]);
BEGIN
  RETURN format($text$
SELECT pg_catalog.to_jsonb(o.%1$I)::pg_catalog.text AS order_json, pg_catalog.to_jsonb(s.%2$I)::pg_catalog.text AS line,
  CASE WHEN w.gone [>] w.sold THEN w.sold ELSE w.worth END AS sold,
  CASE WHEN w.gone [>] w.sold THEN w.gone ELSE s.amount END AS refunded, %3$s AS order_key
FROM (SELECT %4$s, COALESCE(pg_catalog.sum(r.%5$I::pg_catalog.numeric), 0) AS pieces,
        COALESCE(pg_catalog.sum(r.%6$I::pg_catalog.numeric), 0) AS amount
      FROM %7$s r
      WHERE %8$s
      GROUP BY %4$s) s
JOIN %9$s o ON %10$s
LEFT JOIN %11$s l ON %12$s AND %13$s
CROSS JOIN LATERAL (
  SELECT CASE WHEN %14$s THEN %15$s ELSE 0 END AS sold, CASE WHEN %14$s THEN %16$s ELSE 0 END AS worth, %17$s AS gone) w
WHERE s.%2$I IS NOT NULL
  AND (s.pieces [>] 0 AND w.gone [>] w.sold OR s.amount [>] 0 AND s.amount [>] w.worth)
ORDER BY %18$s, s.%2$I$text$,
    plan.order_keys[cardinality(plan.order_keys)], line, upkeep_internal.key_text('o', plan.order_keys),
    upkeep_internal.key_list('r', keys), plan.quantity, plan.amount, upkeep_internal.qualified(plan.refunds), condition,
    upkeep_internal.qualified(plan.orders), upkeep_internal.is_refunded_order(plan, 's'),
    upkeep_internal.qualified(plan.lines), upkeep_internal.is_refunded_line(plan, 's'),
    upkeep_internal.keys_match(plan.lines, plan.line_order, 'l', plan.orders, plan.order_keys, 'o'), is_there,
    plan.sold, plan.lenient_amount, upkeep_internal.pieces_gone(plan, 's.pieces'),
    upkeep_internal.key_list('o', plan.order_keys));
END $$;

-- The same of orders o that fulfil a condition.
CREATE FUNCTION upkeep_internal.overdrawn_orders(plan record, condition text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format($text$
SELECT pg_catalog.to_jsonb(o.%1$I)::pg_catalog.text AS order_json, 'null'::pg_catalog.text AS line,
  o.%2$I::pg_catalog.numeric AS sold, s.amount AS refunded, %3$s AS order_key
FROM %4$s o
CROSS JOIN LATERAL (SELECT %5$s AS amount) s
WHERE %6$s AND s.amount [>] 0 AND s.amount [>] o.%2$I::pg_catalog.numeric
ORDER BY %7$s$text$, plan.order_keys[cardinality(plan.order_keys)], plan.total,
    upkeep_internal.key_text('o', plan.order_keys), upkeep_internal.qualified(plan.orders),
    upkeep_internal.amount_refunded(plan), condition, upkeep_internal.key_list('o', plan.order_keys));
END $$;
