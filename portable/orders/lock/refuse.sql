-- What is said of a locked order, UK003. closed: what upkeep_internal.described_order tells of it.

CREATE FUNCTION upkeep_internal.order_is_locked(plan record, closed record, refused text, hint text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('UK003', format('order "%s" of "%s" is locked', closed.upkeep_key,
      upkeep_internal.table_name(upkeep_internal.topmost(plan.orders))), hint,
    format('Its %s: %s.', CASE WHEN closed.upkeep_paid IS NOT NULL
      THEN format('%s is %s', plan.paid, closed.upkeep_paid)
      ELSE format('%s is "%s"', plan.status, closed.upkeep_status) END, refused));
END $$;

CREATE FUNCTION upkeep_internal.not_even_corrected()
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT 'Write a refund or a new order. upkeep.correct_order opens the lines and the frozen columns of an order, and '
    'nothing else.'
$$;

CREATE FUNCTION upkeep_internal.how_to_correct(plan record, closed record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('Write a refund or a new order, or open this one for the transaction: SELECT upkeep.correct_order(%L, '
    '%L, ''the reason'');', upkeep_internal.qualified(upkeep_internal.topmost(plan.orders)), closed.upkeep_argument);
END $$;

-- A row of the orders that is updated: its key stays, and so do frozen columns, unless it has been opened.
CREATE FUNCTION upkeep_internal.require_kept(plan record, closed record)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  key constant text := (SELECT c FROM unnest(closed.changed) WITH ORDINALITY u(c, place) WHERE c = ANY (plan.keys)
                        ORDER BY place LIMIT 1);
BEGIN
  IF key IS NOT NULL THEN
    PERFORM upkeep_internal.order_is_locked(plan, closed, format('"%s" cannot change', key),
                                            upkeep_internal.not_even_corrected());
  ELSIF closed.is_reopened THEN
    PERFORM upkeep_internal.order_is_locked(plan, closed,
      format('"%s" cannot become NULL, which would reopen it', plan.paid), upkeep_internal.not_even_corrected());
  ELSIF closed.changed <> '{}'
        AND closed.upkeep_argument <> ALL (upkeep_internal.open_orders(plan.orders, plan.lines)) THEN
    PERFORM upkeep_internal.order_is_locked(plan, closed, format('"%s" cannot change', closed.changed[1]),
                                            upkeep_internal.how_to_correct(plan, closed));
  END IF;
END $$;

-- changed: the column of the lines that an UPDATE has changed.
CREATE FUNCTION upkeep_internal.refuse_statement(plan record, target regclass, op text, closed record, changed text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF target = plan.orders THEN
    PERFORM upkeep_internal.order_is_locked(plan, closed,
      format('it cannot be %s', CASE op WHEN 'DELETE' THEN 'deleted' ELSE 'truncated' END),
      upkeep_internal.not_even_corrected());
  ELSIF op = 'TRUNCATE' THEN
    PERFORM upkeep_internal.order_is_locked(plan, closed, 'its lines cannot be truncated',
                                            upkeep_internal.not_even_corrected());
  END IF;
  PERFORM upkeep_internal.order_is_locked(plan, closed, 'lines cannot be added, changed or deleted',
    concat(upkeep_internal.about_open_columns(target, changed), upkeep_internal.how_to_correct(plan, closed)));
END $$;

CREATE FUNCTION upkeep_internal.about_open_columns(lines regclass, changed text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  reason constant text := upkeep_internal.why_not_open(lines, changed);
BEGIN
  RETURN CASE
    WHEN changed IS NULL THEN ''
    WHEN reason IS NULL THEN
      format('"%s" may change in locked orders if it is one of the open_columns of upkeep.enable_order_lock. ', changed)
    ELSE format('"%s" cannot be one of the open_columns of upkeep.enable_order_lock: %s. ', changed, reason) END;
END $$;
