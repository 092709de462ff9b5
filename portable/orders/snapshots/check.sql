-- What upkeep.check() says of order_snapshots.

CREATE FUNCTION upkeep_internal.order_snapshots_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE sql AS $$
  SELECT * FROM upkeep_internal.order_trigger_findings('order_snapshots', '{"": 28}')
$$;

CREATE FUNCTION upkeep_internal.order_snapshots_require_sound(target regclass, arguments text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  plan record;
  columns record;
BEGIN
  SELECT * INTO plan FROM upkeep_internal.order_line_plan(target, arguments);
  IF plan.returns IS NOT NULL THEN
    SELECT * INTO columns
    FROM upkeep_internal.return_columns(target, upkeep_internal.read_options('order_snapshots', arguments));
    PERFORM upkeep_internal.require_line_key(columns);
  END IF;
END $$;
