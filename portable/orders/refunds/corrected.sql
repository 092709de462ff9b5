-- Changes of orders and lines of which something was refunded: no less may be left than that.

-- The keys of the lines, or orders, that a statement may have left with less than they had.
CREATE FUNCTION upkeep_internal.lessened_rows(plan record, place text, op text, old_rows text, new_rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  inputs constant text := upkeep_internal.fields('n', ARRAY(SELECT DISTINCT c FROM unnest(plan.line_inputs) c)::name[]);
  keys constant text := upkeep_internal.key_list('n', CASE place WHEN 'orders' THEN plan.order_keys
                                                        ELSE plan.line_keys END);
BEGIN
  IF place = 'orders' THEN
    -- Grouped, not joined: a plan that was made for one order would compare each of many with all of them.
    RETURN format('SELECT %1$s FROM (SELECT %1$s, n.%2$I::pg_catalog.numeric AS before, NULL::pg_catalog.numeric AS '
      'after FROM %3$I n UNION ALL SELECT %1$s, NULL, n.%2$I::pg_catalog.numeric FROM %4$I n) n GROUP BY %1$s '
      'HAVING pg_catalog.max(n.after) [<] pg_catalog.max(n.before)', keys, plan.total, old_rows, new_rows);
  ELSIF op = 'DELETE' THEN
    RETURN format('SELECT %s FROM %I n', keys, old_rows);
  END IF;
  RETURN format('SELECT DISTINCT %1$s FROM ((SELECT %2$s FROM %3$I n EXCEPT ALL SELECT %2$s FROM %4$I n) '
    'UNION ALL (SELECT %2$s FROM %4$I n EXCEPT ALL SELECT %2$s FROM %3$I n)) n', keys, inputs, old_rows, new_rows);
END $$;

-- Whether anything was refunded of such rows.
CREATE FUNCTION upkeep_internal.is_lessened_refunded(plan record, place text, rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('EXISTS (SELECT FROM (%s) n JOIN %s r ON %s)', rows, upkeep_internal.qualified(plan.refunds),
    CASE place WHEN 'orders' THEN upkeep_internal.is_refund_of_order(plan, 'n')
               ELSE upkeep_internal.is_refund_of_line(plan, 'n') END);
END $$;

-- keys: of those rows, as JSON.
CREATE FUNCTION upkeep_internal.require_enough_left(plan record, place text, keys jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  lessened record;
BEGIN
  IF place = 'orders' THEN
    EXECUTE upkeep_internal.overdrawn_orders(plan, format('EXISTS (SELECT FROM %s n WHERE %s)',
      upkeep_internal.as_rows(plan.orders, plan.order_keys),
      upkeep_internal.keys_match(plan.orders, plan.order_keys, 'o', plan.orders, plan.order_keys, 'n')))
      INTO lessened USING keys;
  ELSE
    EXECUTE upkeep_internal.overdrawn_lines(plan, format('EXISTS (SELECT FROM %s n WHERE %s)',
      upkeep_internal.as_rows(plan.lines, plan.line_keys), upkeep_internal.is_refund_of_line(plan, 'n')))
      INTO lessened USING keys;
  END IF;
  IF lessened.order_json IS NOT NULL THEN
    PERFORM upkeep_internal.refund_not_possible(CASE place
        WHEN 'orders' THEN format('more was refunded of order %s of "%s" than would be left of its total',
                                  lessened.order_json, upkeep_internal.table_name(plan.orders))
        ELSE format('more was refunded of line %s of order %s than would be left of it', lessened.line,
                    lessened.order_json) END, lessened.order_json, lessened.line, lessened.sold, lessened.refunded, 0,
      'Leave at least what was refunded, or delete the refund first, under the same correction.');
  END IF;
END $$;
