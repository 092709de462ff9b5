-- What upkeep.check() says of order_number: triggers that do not fit, and a sequence or a counter that will give a
-- number which is there.

CREATE FUNCTION upkeep_internal.order_number_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  target regclass;
  arguments text[];
BEGIN
  RETURN QUERY SELECT f.object, f.feature, f.finding, f.hint
    FROM upkeep_internal.order_trigger_findings('order_number', '{"": 4}') f;
  FOR target IN SELECT t.object FROM upkeep_internal.triggers t WHERE t.feature = 'order_number' AND NOT t.is_clone
      GROUP BY t.object ORDER BY min(t.place) LOOP
    SELECT t.arguments INTO arguments FROM upkeep_internal.triggers t
    WHERE t.feature = 'order_number' AND t.object = target ORDER BY t.place LIMIT 1;
    RETURN QUERY SELECT target, 'order_number', f.finding, f.hint
      FROM upkeep_internal.number_findings(target, arguments) f;
  END LOOP;
END $$;

-- What enabling would find.
CREATE FUNCTION upkeep_internal.order_number_require_sound(target regclass, arguments text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  plan constant record := upkeep_internal.order_number_plan(target, arguments);
BEGIN
  IF plan.is_counted THEN
    PERFORM upkeep_internal.require_unique_numbers(target, plan);
    RETURN;
  ELSIF plan.options ->> 'sequence' <> '' THEN
    PERFORM upkeep_internal.table_beside(plan.options ->> 'sequence', target);
  END IF;
  PERFORM upkeep_internal.order_number_sequence(target, plan.options);
END $$;

CREATE FUNCTION upkeep_internal.number_findings(target regclass, arguments text[])
RETURNS TABLE (finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  orders constant text := upkeep_internal.qualified(target);
  plan record;
  sequence regclass;
BEGIN
  BEGIN
    PERFORM upkeep_internal.order_number_require_sound(target, arguments);
  EXCEPTION WHEN OTHERS THEN
    RETURN;
  END;
  plan := upkeep_internal.order_number_plan(target, arguments);
  IF NOT upkeep_internal.may_scan(target) THEN
    RETURN;
  ELSIF plan.is_counted THEN
    RETURN QUERY
    SELECT
      format('the counter %s of table %s is behind number %s, which it will give again', c.tenant, orders, g.number),
      format('Call upkeep.enable_order_number for %s again: it moves the counters past what is there.', orders)
    FROM upkeep_internal.all_greatest_counted(target, target, arguments) g
    JOIN upkeep_internal.counters_of(target) c ON c.tenant = g.tenant AND c.last_number < g.number
    ORDER BY c.tenant
    LIMIT 1;
  ELSE
    sequence := upkeep_internal.order_number_sequence(target, plan.options);
    RETURN QUERY
    SELECT
      format('sequence %s is behind number "%s", which it will give again', upkeep_internal.qualified(sequence), n),
      format('Call upkeep.enable_order_number for %s again: it moves the sequence past what is there.', orders)
    FROM upkeep_internal.number_ahead(target, plan, sequence) n
    WHERE n IS NOT NULL;
  END IF;
END $$;

-- Those that the caller may see.
CREATE FUNCTION upkeep_internal.counters_of(target regclass)
RETURNS TABLE (tenant text, last_number bigint) STABLE LANGUAGE plpgsql AS $$
BEGIN
  IF has_table_privilege('upkeep.order_counters', 'SELECT') THEN
    RETURN QUERY SELECT c.tenant, c.last_number FROM upkeep.order_counters c WHERE c.orders = target;
  END IF;
END $$;

-- A number that the sequence comes to. Those of one width sort as they count, so that an index finds one ahead.
CREATE FUNCTION upkeep_internal.number_ahead(target regclass, plan record, sequence regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  next bigint;
  way record;
  first text;
  width int;
  ahead text;
BEGIN
  IF NOT has_sequence_privilege(sequence, 'SELECT') THEN
    RETURN NULL;
  END IF;
  SELECT s.seqincrement AS step, s.seqmax - s.seqincrement AS most INTO way
  FROM pg_sequence s WHERE s.seqrelid = sequence AND s.seqincrement > 0;
  -- A sequence that counts down never meets what lies ahead of it in another order.
  IF NOT FOUND OR upkeep_internal.next_of_sequence(sequence) NOT BETWEEN 0 AND way.most THEN
    RETURN NULL;
  END IF;
  next := upkeep_internal.next_of_sequence(sequence);
  IF plan.base IN ('integer'::regtype, 'bigint'::regtype) THEN
    EXECUTE format('SELECT o.%1$I FROM %2$s o WHERE o.%1$I >= %3$s AND o.%1$I <= %4$s '
      'AND (o.%1$I::numeric - %3$s) %% %5$s = 0 LIMIT 1', plan.number_column, upkeep_internal.qualified(target), next,
      way.most, way.step) INTO ahead;
    RETURN ahead;
  END IF;
  first := upkeep_internal.format_order_number(plan.prefix, next, plan.digits);
  width := length(first) - length(plan.prefix);
  EXECUTE format('SELECT o.%1$I FROM %2$s o '
    'CROSS JOIN LATERAL (SELECT substr(o.%1$I::text COLLATE "C", length($3) + 1) AS digits) n '
    'WHERE o.%1$I >= $1 AND o.%1$I <= $2 AND starts_with(o.%1$I::text COLLATE "C", $3) '
    'AND CASE WHEN n.digits ~ $4 THEN n.digits::numeric <= %3$s AND (n.digits::numeric - %4$s) %% %5$s = 0 END LIMIT 1',
    plan.number_column, upkeep_internal.qualified(target), way.most, next, way.step)
    INTO ahead USING first, plan.prefix || repeat('9', width), plan.prefix, format('^[0-9]{%s}$', width);
  RETURN ahead;
END $$;
