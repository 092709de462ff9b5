-- The amount of a refund that does not say it, where no branch computes it, and what a refund must say.

-- What a refund, ($1), says: numbers, and keys as JSON. missing: a column of the order's key that is NULL.
CREATE FUNCTION upkeep_internal.refund_parts(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT ($1).%I::pg_catalog.numeric AS quantity, ($1).%I::pg_catalog.numeric AS amount, '
    'COALESCE(%s) AS missing, %s AS has_line, pg_catalog.to_jsonb(($1).%I)::pg_catalog.text AS order_json, '
    'pg_catalog.to_jsonb(($1).%I)::pg_catalog.text AS line_json', plan.quantity, plan.amount,
    (SELECT string_agg(format('CASE WHEN ($1).%1$I IS NULL THEN %1$L::pg_catalog.text END', c), ', ' ORDER BY place)
     FROM unnest(plan.order_columns) WITH ORDINALITY u(c, place)),
    upkeep_internal.are_given('($1)', plan.line_columns), plan.order_columns[cardinality(plan.order_columns)],
    plan.line_columns[cardinality(plan.line_columns)]);
END $$;

-- A transaction that does not see what others refund, or return, in the meantime cannot tell what is left. Where each
-- refund writes its order, PostgreSQL raises 40001.
CREATE FUNCTION upkeep_internal.require_sight_of_refunds(plan record)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF upkeep_internal.sees_all_refunds(plan) <> 'true'
     AND current_setting('transaction_isolation') <> 'read committed' THEN
    PERFORM upkeep_internal.fail('0A000', format('refunds of "%s" cannot be written under %s in the portable edition',
        upkeep_internal.table_name(plan.orders), upper(current_setting('transaction_isolation'))),
      'Write them under READ COMMITTED' || CASE WHEN plan.returned IS NULL
        THEN ', or let the orders keep what was refunded: refunded_column.' ELSE '.' END);
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.sees_all_refunds(plan record)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN plan.returned IS NULL AND plan.refunded IS NOT NULL THEN 'true'
    ELSE 'pg_catalog.current_setting(''transaction_isolation'') [=] ''read committed''' END;
END $$;

-- Whether the amount is to be computed. An error where the refund is not one.
CREATE FUNCTION upkeep_internal.lacks_amount(plan record, target regclass, parts record)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  refunds constant name := upkeep_internal.table_name(target);
BEGIN
  PERFORM upkeep_internal.require_finite(parts.quantity, format('"%s"', plan.quantity)),
    upkeep_internal.require_finite(parts.amount, format('"%s"', plan.amount));
  IF parts.quantity <= 0 THEN
    PERFORM upkeep_internal.fail('23514', format('%s %s of a refund in "%s" is not positive', plan.quantity,
        trim_scale(parts.quantity), refunds),
      'Say how many pieces are refunded; leave it out where it is money alone.');
  ELSIF parts.amount < 0 THEN
    PERFORM upkeep_internal.fail('23514', format('%s %s of a refund in "%s" is negative', plan.amount, parts.amount,
      refunds), 'Write what is given back, without a sign.');
  ELSIF parts.missing IS NOT NULL THEN
    PERFORM upkeep_internal.fail('23502', format('null value in column "%s" of a refund in "%s"', parts.missing,
      refunds), 'Name the order that is refunded.');
  ELSIF parts.amount IS NULL AND (parts.quantity IS NULL OR NOT parts.has_line) THEN
    PERFORM upkeep_internal.fail('23502', format('null value in column "%s" of a refund in "%s"', plan.amount, refunds),
      'Say how much is given back; it is computed only for pieces of a line, so name a line and a quantity.');
  END IF;
  RETURN parts.amount IS NULL;
END $$;

-- The order or the line of a refund, ($1), locked.
CREATE FUNCTION upkeep_internal.lock_order_of(plan record, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT %s FROM %s o WHERE %s FOR NO KEY UPDATE OF o', plan.is_locked,
    upkeep_internal.qualified(plan.orders), upkeep_internal.is_refunded_order(plan, row_name));
END $$;

CREATE FUNCTION upkeep_internal.lock_line_of(plan record, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT true FROM %s l WHERE %s FOR NO KEY UPDATE OF l', upkeep_internal.qualified(plan.lines),
    upkeep_internal.is_refunded_line(plan, row_name));
END $$;

-- is_locked: NULL where there is no such order.
CREATE FUNCTION upkeep_internal.require_closed_order(plan record, order_json text, is_locked boolean)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF is_locked IS NULL THEN
    PERFORM upkeep_internal.fail('23503', format('order %s of a refund in "%s" does not exist', order_json,
        upkeep_internal.table_name(plan.refunds)), 'Name the order that is refunded.',
      format('Table "%s" has no such row.', upkeep_internal.table_name(plan.orders)));
  ELSIF NOT is_locked THEN
    PERFORM upkeep_internal.fail('UK009', format('order %s of "%s" is open: there is nothing to refund', order_json,
        upkeep_internal.table_name(plan.orders)),
      format('Change its lines in "%s". Refunds are for orders that are paid or otherwise locked.',
             upkeep_internal.table_name(plan.lines)), format('{"order":%s}', order_json));
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.require_line_of_order(plan record, order_json text, line_json text, is_one boolean)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF is_one IS NOT TRUE THEN
    PERFORM upkeep_internal.fail('23503', format('line %s of a refund in "%s" is not one of order %s', line_json,
        upkeep_internal.table_name(plan.refunds), order_json),
      'Name a line of the order, or none: that refunds money alone.',
      format('Table "%s" has no such row.', upkeep_internal.table_name(plan.lines)));
  END IF;
END $$;

-- The row that a refund becomes: with what its pieces are worth.
CREATE FUNCTION upkeep_internal.require_share(plan record, share numeric)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  holds constant record := upkeep_internal.number_column(plan.refunds, plan.amount);
BEGIN
  IF share IS NULL THEN
    PERFORM upkeep_internal.fail('22004', format('an order of "%s" that is refunded has no total',
        upkeep_internal.table_name(plan.orders)),
      'CALL upkeep.repair_order_totals, or correct the order: its total limits what is refunded.');
  END IF;
  PERFORM upkeep_internal.require_finite(share, 'what a refund is limited by');
  IF round(share, CASE WHEN holds.is_bounded THEN holds.s ELSE 20 END) > holds.last THEN
    PERFORM upkeep_internal.fail('22003', format('the amount of a refund, %s, is too large for column "%s" of type %s',
        share, plan.amount, upkeep_internal.declared_type(plan.refunds, plan.amount)),
      format('Give "%s" the type of the total.', plan.amount));
  END IF;
END $$;

-- What a refund says never changes.
CREATE FUNCTION upkeep_internal.fixed_columns(plan record)
RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN array_remove(plan.order_columns || plan.line_columns[cardinality(plan.line_columns)] || plan.quantity
                      || plan.amount || plan.restock, NULL);
END $$;

CREATE FUNCTION upkeep_internal.refuse_changed_refund(target regclass, changed text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF changed IS NOT NULL THEN
    PERFORM upkeep_internal.fail('UK005', format('column "%s" of a refund in "%s" cannot change', changed,
        upkeep_internal.table_name(target)),
      'What was given back stays as it was. Write another refund; a wrong one is deleted under upkeep.correct_order.');
  END IF;
END $$;

-- The first of those columns whose values differ between the old row, ($2), and the new, ($1).
CREATE FUNCTION upkeep_internal.changed_column_of_refund(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT format('SELECT COALESCE(%s)', string_agg(format('CASE WHEN NOT %s THEN %L::pg_catalog.text END',
            upkeep_internal.same_value(plan.refunds, c, '($2)', '($1)'), c), ', ' ORDER BY place))
          FROM unnest(upkeep_internal.fixed_columns(plan)) WITH ORDINALITY u(c, place));
END $$;
