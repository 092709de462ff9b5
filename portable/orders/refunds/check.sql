-- What upkeep.check() and upkeep.check_orders() say of refunds, and what upkeep.repair_order_totals mends.

CREATE FUNCTION upkeep_internal.order_refunds_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT f.object, f.feature, f.finding, f.hint
    FROM upkeep_internal.order_trigger_findings('order_refunds', '{"": 0}') f;
  RETURN QUERY SELECT f.object, 'order_refunds', f.finding, f.hint FROM upkeep_internal.unfollowed_by_refunds() f;
  RETURN QUERY SELECT f.object, 'order_refunds', f.finding, f.hint
    FROM upkeep_internal.missing_below('order_refunds') f;
  RETURN QUERY SELECT f.object, 'order_refunds', f.finding, f.hint FROM upkeep_internal.lacking_refund_triggers() f;
END $$;

-- What the triggers of a table do not see: of the refunds every change and TRUNCATE, of the lines UPDATE and DELETE, of
-- the orders UPDATE.
CREATE FUNCTION upkeep_internal.unfollowed_by_refunds()
RETURNS TABLE (object regclass, finding text, hint text) STABLE LANGUAGE sql AS $$
  SELECT t.object, 'does not follow ' || concat_ws(', ', CASE WHEN n.missing & 4 > 0 THEN 'INSERT' END,
      CASE WHEN n.missing & 16 > 0 THEN 'UPDATE' END, CASE WHEN n.missing & 8 > 0 THEN 'DELETE' END,
      CASE WHEN n.missing & 32 > 0 THEN 'TRUNCATE' END),
    upkeep_internal.enable_again('order_refunds', t.object, t.arguments)
  FROM (SELECT object, min(place) AS place, bit_or(type) AS events,
          (array_agg(trigger_oid ORDER BY place))[1] AS first
        FROM upkeep_internal.triggers
        WHERE feature = 'order_refunds' AND NOT is_clone AND object = upkeep_internal.topmost(object)
        GROUP BY object) g
  JOIN upkeep_internal.triggers t ON t.trigger_oid = g.first
  CROSS JOIN LATERAL (
    SELECT CASE upkeep_internal.place_named(t.arguments) WHEN 'refunds' THEN 60 WHEN 'orders' THEN 16
             WHEN 'lines' THEN 24 ELSE 0 END & ~g.events) n(missing)
  WHERE n.missing > 0
  ORDER BY g.place
$$;

-- NULL for arguments that are no options.
CREATE FUNCTION upkeep_internal.place_named(arguments text[])
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.refund_place(upkeep_internal.read_options('order_refunds', arguments));
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN NULL;
END $$;

-- The tables that have lost the triggers which go with those of the refunds, the orders or the lines.
CREATE FUNCTION upkeep_internal.lacking_refund_triggers()
RETURNS TABLE (object regclass, finding text, hint text) STABLE LANGUAGE sql AS $$
  WITH named AS (
    SELECT t.object, t.arguments, t.place, n.option, upkeep_internal.table_named('order_refunds', t.arguments, n.option,
                                                                                t.object) AS other
    FROM upkeep_internal.triggers t CROSS JOIN unnest('{refunds,orders,order_items}'::text[]) WITH ORDINALITY
      n(option, number)
    WHERE t.feature = 'order_refunds'
  )
  SELECT other, format('lacks the triggers that go with those of %s', upkeep_internal.qualified(object)),
    upkeep_internal.enable_again('order_refunds', object, arguments)
  FROM (SELECT DISTINCT ON (n.object, n.other) n.* FROM named n
        WHERE n.other IS NOT NULL AND n.object = upkeep_internal.topmost(n.object)
          AND NOT EXISTS (SELECT FROM named b WHERE b.object = n.other AND b.other = n.object)
        ORDER BY n.object, n.other, n.place) n
  ORDER BY place, array_position('{refunds,orders,order_items}'::text[], option)
$$;

-- What enabling would find.
CREATE FUNCTION upkeep_internal.order_refunds_require_sound(target regclass, arguments text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_refunds', arguments);
  tables constant record := upkeep_internal.refund_tables(target, options);
  plan record;
BEGIN
  SELECT * INTO plan FROM upkeep_internal.refund_rules(options, tables.refunds, tables.orders, tables.lines);
  PERFORM upkeep_internal.require_sound_refunds(plan);
END $$;

-- How many rows of these orders and lines kept something else of their refunds.
CREATE FUNCTION upkeep_internal.repair_refunds(orders regclass, lines regclass)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  arguments constant text[] := upkeep_internal.arguments_for('order_refunds', orders, lines);
BEGIN
  IF arguments IS NULL THEN
    RETURN 0;
  END IF;
  RETURN upkeep_internal.put_refunds_right(upkeep_internal.refund_plan(lines, arguments));
END $$;

-- Writes what orders and lines keep of their refunds wherever it differs, in locked orders too, and returns how many
-- rows that were.
CREATE FUNCTION upkeep_internal.put_refunds_right(plan record)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  before constant text := upkeep_internal.begin_own('refund');
  written bigint;
  count bigint := 0;
BEGIN
  IF plan.refunded IS NOT NULL THEN
    EXECUTE upkeep_internal.write_refunded(plan.orders, 'o', plan.refunded, upkeep_internal.amount_refunded(plan));
    GET DIAGNOSTICS count = ROW_COUNT;
  END IF;
  IF plan.refunded_quantity IS NOT NULL THEN
    EXECUTE upkeep_internal.write_refunded(plan.lines, 'l', plan.refunded_quantity,
                                           upkeep_internal.pieces_refunded(plan));
    GET DIAGNOSTICS written = ROW_COUNT;
    count := count + written;
  END IF;
  PERFORM upkeep_internal.end_own(before);
  RETURN count;
END $$;

CREATE FUNCTION upkeep_internal.write_refunded(target regclass, row_name text, kept text, refunded text)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT format('UPDATE %1$s %2$s SET %3$I = %4$s WHERE %2$s.%3$I IS NULL OR %2$s.%3$I::pg_catalog.numeric [<>] %4$s',
                upkeep_internal.qualified(target), row_name, kept, refunded)
$$;

-- What is wrong with the refunds of these orders, and with what is kept of them.
CREATE FUNCTION upkeep_internal.order_refunds_order_findings(orders regclass, lines regclass)
RETURNS TABLE (order_key text, finding text, stored numeric, expected numeric) LANGUAGE plpgsql AS $$
DECLARE
  arguments constant text[] := upkeep_internal.arguments_for('order_refunds', orders, lines);
  plan record;
BEGIN
  IF arguments IS NULL THEN
    RETURN;
  END IF;
  plan := upkeep_internal.refund_plan(lines, arguments);
  IF plan.refunded IS NOT NULL THEN
    RETURN QUERY EXECUTE format('SELECT %s, %L, o.%I::numeric, s.sum FROM %s o CROSS JOIN LATERAL (SELECT %s AS sum) s '
      'WHERE o.%3$I IS NULL OR o.%3$I::numeric <> s.sum ORDER BY %6$s', upkeep_internal.key_text('o', plan.order_keys),
      plan.refunded || ' is not the sum of its refunds', plan.refunded, upkeep_internal.qualified(orders),
      upkeep_internal.amount_refunded(plan), upkeep_internal.key_list('o', plan.order_keys));
  END IF;
  IF plan.refunded_quantity IS NOT NULL THEN
    RETURN QUERY EXECUTE format('SELECT %s, ''line '' || to_jsonb(l.%I)::text || %L, l.%I::numeric, s.sum FROM %s l '
      'CROSS JOIN LATERAL (SELECT %s AS sum) s WHERE l.%4$I IS NULL OR l.%4$I::numeric <> s.sum ORDER BY %7$s',
      upkeep_internal.key_text('l', plan.line_order), plan.line_keys[cardinality(plan.line_keys)],
      format(' has another %s than its refunds', plan.refunded_quantity), plan.refunded_quantity,
      upkeep_internal.qualified(lines), upkeep_internal.pieces_refunded(plan),
      upkeep_internal.key_list('l', plan.line_keys));
  END IF;
  RETURN QUERY EXECUTE format('SELECT q.order_key, ''more was refunded of line '' || q.line || '' than it was worth'', '
    'q.refunded, q.sold FROM (%s) q', upkeep_internal.overdrawn_lines(plan, 'true'));
  RETURN QUERY EXECUTE format('SELECT q.order_key, ''more was refunded than its total'', q.refunded, q.sold '
    'FROM (%s) q', upkeep_internal.overdrawn_orders(plan, 'true'));
END $$;
