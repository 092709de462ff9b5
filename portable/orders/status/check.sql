-- What upkeep.check() says of order_status.

CREATE FUNCTION upkeep_internal.order_status_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE sql AS $$
  SELECT * FROM upkeep_internal.order_trigger_findings('order_status', '{"": 20}')
$$;

CREATE FUNCTION upkeep_internal.order_status_require_sound(target regclass, arguments text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  plan record;
BEGIN
  SELECT * INTO plan FROM upkeep_internal.order_status_plan(target, arguments);
  PERFORM upkeep_internal.require_statuses(target, plan.status, plan.moves, plan.paid_status);
END $$;
