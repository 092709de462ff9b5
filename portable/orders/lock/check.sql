-- What upkeep.check() says of order_lock.

CREATE FUNCTION upkeep_internal.order_lock_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE sql AS $$
  SELECT * FROM upkeep_internal.order_trigger_findings('order_lock', '{"orders": 60, "order_items": 56}')
  UNION ALL
  (SELECT m.object, 'order_lock', m.finding, m.hint FROM upkeep_internal.missing_below('order_lock') m)
  UNION ALL
  SELECT * FROM upkeep_internal.order_pair_findings('order_lock')
$$;

-- What enabling would find, and what has come to need an open column since.
CREATE FUNCTION upkeep_internal.order_lock_require_sound(target regclass, arguments text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  plan constant record := upkeep_internal.order_lock_plan(target, arguments);
BEGIN
  PERFORM upkeep_internal.require_unique_key(plan.orders, plan.keys, 'an order');
  IF plan.status IS NOT NULL THEN
    PERFORM upkeep_internal.require_labels_still(plan.orders, plan.status, 'order_lock', plan.options,
                                                 'locked_statuses', plan.paid IS NULL);
  END IF;
  PERFORM upkeep_internal.require_open_columns(plan.lines, plan.open),
    upkeep_internal.require_correct_role(plan.options ->> 'correct_role');
END $$;
