-- A TRUNCATE of refunds: what is kept of them is as if they had gone already.

-- UK003 for refunds of a locked order.
CREATE FUNCTION upkeep_internal.require_truncatable(plan record, target regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF upkeep_internal.own_kind(target, pg_trigger_depth()) = 'emptying' THEN
    RETURN;
  END IF;
  PERFORM upkeep_internal.require_unlocked(plan, format('EXISTS (SELECT FROM %s r WHERE %s)',
    upkeep_internal.truncated_rows(target), upkeep_internal.is_refund_of_order(plan)), NULL,
    'its refunds cannot be truncated', false);
END $$;

-- The refunds that go with a table: its own, and those of its partitions and children that have no trigger to tell.
-- Each of the tables that a TRUNCATE names or reaches takes away its own, whatever others it reaches.
CREATE FUNCTION upkeep_internal.truncated_rows(target regclass)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT format('(%s)', string_agg(format('SELECT * FROM ONLY %s', upkeep_internal.qualified(d)), ' UNION ALL '))
  FROM upkeep_internal.with_descendants(target) d
  WHERE d = target OR NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = d AND t.tgtype & 32 > 0
                                    AND t.tgfoid = 'upkeep.order_refund()'::regprocedure)
$$;

-- The UPDATE of what orders, or lines, keep.
CREATE FUNCTION upkeep_internal.without_truncated(plan record, target regclass, place text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  of_orders constant boolean := place = 'orders';
  row_name constant text := CASE WHEN of_orders THEN 'o' ELSE 'l' END;
BEGIN
  RETURN format('UPDATE %1$s %2$s SET %3$I = %2$s.%3$I::pg_catalog.numeric [-] (SELECT COALESCE(pg_catalog.sum('
    'r.%4$I::pg_catalog.numeric), 0) FROM %5$s r WHERE %6$s) WHERE EXISTS (SELECT FROM %5$s r WHERE %6$s)',
    upkeep_internal.qualified(CASE WHEN of_orders THEN plan.orders ELSE plan.lines END), row_name,
    upkeep_internal.kept_column(plan, place), CASE WHEN of_orders THEN plan.amount ELSE plan.quantity END,
    upkeep_internal.truncated_rows(target),
    CASE WHEN of_orders THEN upkeep_internal.is_refund_of_order(plan) ELSE upkeep_internal.is_refund_of_line(plan) END);
END $$;
