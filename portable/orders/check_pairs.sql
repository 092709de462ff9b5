-- What upkeep.check() says of orders and lines of which one side has lost its triggers: a table that was rebuilt bears
-- the name that the other side's triggers know, and none of its own.

CREATE FUNCTION upkeep_internal.order_pair_findings(checked text)
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  trigger record;
  side record;
BEGIN
  FOR trigger IN
    SELECT DISTINCT ON (t.object) t.object, t.arguments, t.place
    FROM upkeep_internal.triggers t
    -- A partition has its triggers from its root, with which it is looked at.
    WHERE t.feature = checked AND NOT t.is_clone AND NOT EXISTS (
      SELECT FROM upkeep_internal.triggers r WHERE r.feature = checked AND r.object <> t.object
        AND r.object = upkeep_internal.topmost(t.object))
    ORDER BY t.object, t.place
  LOOP
    SELECT * INTO side FROM upkeep_internal.pair_side(checked, trigger.object, trigger.arguments);
    CONTINUE WHEN side.other IS NULL OR checked = 'stock' AND NOT side.options ? 'products'
      OR upkeep_internal.has_answer(checked, trigger.object, side.other, side.is_on_orders);
    object := side.other;
    feature := checked;
    finding := format('lacks the triggers that go with those of %s', upkeep_internal.qualified(trigger.object));
    hint := format('%s Or, where it is no longer wanted: %s',
      upkeep_internal.enable_pair(checked, trigger.object, side.other, side.is_on_orders, side.options),
      upkeep_internal.drop_side(checked, trigger.object));
    RETURN NEXT;
  END LOOP;
END $$;

-- What a trigger on one side says of the other, which is NULL for what has no other side, and for arguments that are
-- not options or name nothing: that is said elsewhere.
CREATE FUNCTION upkeep_internal.pair_side(feature text, target regclass, arguments text[], OUT other regclass,
                                          OUT is_on_orders boolean, OUT options jsonb)
STABLE LANGUAGE plpgsql AS $$
BEGIN
  options := upkeep_internal.read_options(feature, arguments);
  is_on_orders := options ? 'order_items';
  other := upkeep_internal.find_table_beside(
    options ->> CASE WHEN is_on_orders THEN 'order_items' ELSE 'orders' END, target);
  IF (SELECT relkind FROM pg_class WHERE oid = other) NOT IN ('r', 'p') THEN
    other := NULL;
  END IF;
EXCEPTION WHEN OTHERS THEN
  other := NULL;
END $$;

-- Lines must know these orders, or those that they inherit from; orders may know other lines, as where the lock is on
-- two tables of lines.
CREATE FUNCTION upkeep_internal.has_answer(feature text, target regclass, other regclass, is_on_orders boolean)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT EXISTS (
    SELECT
    FROM upkeep_internal.triggers t, upkeep_internal.pair_side(t.feature, t.object, t.arguments) s
    WHERE t.object = has_answer.other AND t.feature = has_answer.feature AND s.other IS NOT NULL
      AND s.is_on_orders <> has_answer.is_on_orders
      AND (s.is_on_orders OR upkeep_internal.topmost(target) = s.other
           OR upkeep_internal.topmost(target) IN (SELECT upkeep_internal.with_descendants(s.other))))
$$;

-- What makes the triggers of both sides again, and what it leaves to be put right.
CREATE FUNCTION upkeep_internal.enable_pair(feature text, target regclass, other regclass, is_on_orders boolean,
                                            options jsonb)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  root constant regclass := upkeep_internal.topmost(target);
  orders constant text := quote_literal(upkeep_internal.qualified(CASE WHEN is_on_orders THEN root ELSE other END));
  lines constant text := quote_literal(upkeep_internal.qualified(CASE WHEN is_on_orders THEN other ELSE root END));
  arguments constant text := upkeep_internal.arguments_of(feature, options);
BEGIN
  IF feature = 'stock' THEN
    RETURN format('SELECT upkeep.enable_stock(%s, %L, orders => %s%s);', lines, coalesce(upkeep_internal.qualified(
      upkeep_internal.find_table_beside(options ->> 'products', target)), options ->> 'products'), orders, arguments);
  END IF;
  RETURN format('SELECT upkeep.enable_%s(%s, %s%s);', feature, orders, lines, arguments)
    || CASE feature WHEN 'order_totals' THEN format(' CALL upkeep.repair_order_totals(%s, %s);', orders, lines)
         ELSE '' END;
END $$;

-- ", status_column => 'state'" for each argument of enable_… that a trigger gives another value than usual. The
-- tables stand in front.
CREATE FUNCTION upkeep_internal.arguments_of(feature text, options jsonb)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT coalesce(string_agg(format(', %s => %L', o.argument, CASE WHEN o.is_list THEN format('{%s}', g.text)
                                                                ELSE g.text END), '' ORDER BY o.place), '')
  FROM upkeep_internal.options o
  CROSS JOIN LATERAL (SELECT CASE WHEN o.is_list THEN upkeep_internal.join_names(ARRAY(
      SELECT jsonb_array_elements_text(options -> o.option))) ELSE options ->> o.option END) g(text)
  WHERE o.feature = arguments_of.feature AND options ? o.option AND o.argument IS NOT NULL AND o.kind <> 'table'
    AND g.text IS DISTINCT FROM coalesce(o.when_enabled, o.usual)
$$;

-- Those of the feature on the table and its partitions, which would go with it.
CREATE FUNCTION upkeep_internal.drop_side(feature text, target regclass)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT string_agg(upkeep_internal.drop_hint(t.name, t.object), ' ' ORDER BY d.number, t.place)
  FROM upkeep_internal.with_descendants(target) WITH ORDINALITY d(member, number)
  JOIN upkeep_internal.triggers t ON t.object = d.member AND t.feature = drop_side.feature AND NOT t.is_clone
$$;
