-- The columns of orders and lines that keep what was refunded: what somebody else writes is overwritten.

-- What was refunded of a row, an order or a line.
CREATE FUNCTION upkeep_internal.refunded_so_far(plan record, place text, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT COALESCE(pg_catalog.sum(r.%I::pg_catalog.numeric), 0) FROM %s r WHERE %s',
    CASE place WHEN 'orders' THEN plan.amount ELSE plan.quantity END, upkeep_internal.qualified(plan.refunds),
    CASE place WHEN 'orders' THEN upkeep_internal.is_refund_of_order(plan, row_name)
               ELSE upkeep_internal.is_refund_of_line(plan, row_name) END);
END $$;

CREATE FUNCTION upkeep_internal.kept_column(plan record, place text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE place WHEN 'orders' THEN plan.refunded ELSE plan.refunded_quantity END;
END $$;

CREATE FUNCTION upkeep_internal.require_kept_column(target regclass, trigger_name name, kept text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF kept IS NULL THEN
    PERFORM upkeep_internal.fail('22023', format('trigger "%s" of "%s" names no column to keep', trigger_name,
      upkeep_internal.table_name(target)), 'Call upkeep.enable_order_refunds() again.');
  END IF;
END $$;

-- An error where the column cannot hold what was refunded.
CREATE FUNCTION upkeep_internal.require_holds(target regclass, kept text, refunded numeric)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  holds constant record := upkeep_internal.number_column(target, kept);
BEGIN
  IF round(refunded, CASE WHEN holds.is_bounded THEN holds.s ELSE 20 END) > holds.last THEN
    PERFORM upkeep_internal.fail('22003', format('what was refunded is too large for column "%s" of type %s', kept,
        upkeep_internal.declared_type(target, kept)),
      format('Give "%s" a wider type.', kept));
  END IF;
END $$;
