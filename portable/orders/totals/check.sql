-- What upkeep.check() says of order totals.

CREATE FUNCTION upkeep_internal.order_totals_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE sql AS $$
  SELECT * FROM upkeep_internal.order_trigger_findings('order_totals', '{"orders": 60, "": 20}')
  UNION ALL
  (SELECT m.object, 'order_totals', m.finding, m.hint FROM upkeep_internal.missing_below('order_totals') m)
  UNION ALL
  SELECT * FROM upkeep_internal.order_pair_findings('order_totals')
$$;

-- What enabling would find.
CREATE FUNCTION upkeep_internal.order_totals_require_sound(target regclass, arguments text[])
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_totals', arguments);
  is_on_lines constant boolean := options ? 'orders';
  other constant regclass := upkeep_internal.other_table('order_totals', options,
    CASE WHEN is_on_lines THEN 'orders' ELSE 'order_items' END, target);
  orders constant regclass := CASE WHEN is_on_lines THEN other ELSE target END;
  plan constant record := upkeep_internal.order_totals_plan(orders,
    CASE WHEN is_on_lines THEN target ELSE other END, options);
BEGIN
  PERFORM upkeep_internal.require_trusted(orders), upkeep_internal.require_trusted(target),
    upkeep_internal.require_unique_key(orders, plan.keys, 'an order');
END $$;
