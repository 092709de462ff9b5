-- The side of the lines: a statement that changes amounts locks the orders, and writes what their lines say then.

-- In a branch: the lines of one order, as a shop writes them, or of some, with statements that a session plans once.
-- Those of many orders, and most of what is an error, are for settle_orders.
CREATE FUNCTION upkeep_internal.lines_branch(target regclass, orders regclass, lines regclass, plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  arrays constant text[] := CASE cardinality(plan.keys) WHEN 1 THEN '{upkeep_keys}'
                              ELSE '{upkeep_tenants,upkeep_keys}' END;
  into_given constant text := CASE cardinality(plan.keys) WHEN 1 THEN ' INTO upkeep_keys'
                                ELSE ' INTO upkeep_keys, upkeep_tenants' END;
BEGIN
  RETURN format($text$
<<short>>
DECLARE
%1$s  upkeep_order pg_catalog.record;
  upkeep_sum pg_catalog.numeric;
  upkeep_total pg_catalog.numeric;
  upkeep_settles pg_catalog.bool := false;
  upkeep_before pg_catalog.text;
BEGIN
  EXIT short WHEN TG_OP [=] 'TRUNCATE' OR NOT (%2$s);
%3$s  IF TG_OP [=] 'INSERT' THEN
    %4$s;
  ELSIF TG_OP [=] 'DELETE' THEN
    %5$s;
  ELSE
    %6$s;
  END IF;
  IF upkeep_keys IS NULL THEN
    RETURN NULL;
  END IF;
%7$s%10$s  PERFORM upkeep_internal.settle_orders(%8$s, %9$s::pg_catalog.text[], upkeep_keys::pg_catalog.text[]);
  RETURN NULL;
END;$text$,
    (SELECT string_agg(format(E'  %s %s[];\n', arrays[place], upkeep_internal.type_as_sql(t.base)), '' ORDER BY place)
     FROM unnest(plan.columns) WITH ORDINALITY u(name, place), upkeep_internal.column_type(target, name) t),
    upkeep_internal.pair_is_as_before(orders, lines),
    CASE WHEN plan.currency IS NULL THEN '' ELSE upkeep_internal.currency_branch(target, orders, plan) END,
    upkeep_internal.touched_keys(plan, 'INSERT', 'upkeep_old', 'upkeep_new', into_given),
    upkeep_internal.touched_keys(plan, 'DELETE', 'upkeep_old', 'upkeep_new', into_given),
    upkeep_internal.touched_keys(plan, 'UPDATE', 'upkeep_old', 'upkeep_new', into_given),
    CASE WHEN upkeep_internal.is_one_order(orders, plan.keys)
         THEN upkeep_internal.one_order_branch(target, orders, lines, plan, arrays) ELSE '' END,
    upkeep_internal.literals_of_settling(orders, lines, plan, target),
    CASE cardinality(plan.keys) WHEN 1 THEN 'NULL' ELSE 'upkeep_tenants' END,
    CASE WHEN plan.currency IS NULL THEN upkeep_internal.some_orders_branch(target, orders, lines, plan, arrays)
      ELSE '' END);
END $$;

-- The first arguments of settle_orders.
CREATE FUNCTION upkeep_internal.literals_of_settling(orders regclass, lines regclass, plan record, source regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT format('%L, %L, %L::pg_catalog.text[], %L, %L, %L', orders::oid,
      upkeep_internal.lock_orders(orders, plan, source), upkeep_internal.currency_queries(orders, lines, plan, source),
      upkeep_internal.write_totals(orders, lines, plan, source, plan.columns), plan.total, plan.lines_total));
END $$;

-- Whether no two orders can have the same key.
CREATE FUNCTION upkeep_internal.is_one_order(orders regclass, keys text[])
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_unique_key(orders, keys, 'an order');
  RETURN NOT EXISTS (SELECT FROM upkeep_internal.inheritance_children(orders));
EXCEPTION WHEN invalid_column_reference THEN
  RETURN false;
END $$;

-- arrays: the variables with the keys, of which there is one each.
CREATE FUNCTION upkeep_internal.one_order_branch(target regclass, orders regclass, lines regclass, plan record,
                                                 arrays text[])
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  has_key constant text := (
    SELECT string_agg(upkeep_internal.key_match(orders, key, format('o.%I', key), target, name,
                                                format('(%s[1])', arrays[place])), ' AND ' ORDER BY place)
    FROM unnest(plan.keys, plan.columns) WITH ORDINALITY u(key, name, place));
  lines_have_key constant text := (
    SELECT string_agg(upkeep_internal.key_match(lines, name, format('l.%I', name), target, name,
                                                format('(%s[1])', arrays[place])), ' AND ' ORDER BY place)
    FROM unnest(plan.columns) WITH ORDINALITY u(name, place));
BEGIN
  RETURN format($text$
  IF pg_catalog.cardinality(upkeep_keys) [=] 1 THEN
    SELECT %1$s INTO upkeep_order FROM %2$s o WHERE %3$s FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      RETURN NULL;
    END IF;
%4$s    IF NOT upkeep_settles THEN
      SELECT %5$s INTO upkeep_sum FROM %6$s l WHERE %7$s;
      upkeep_total := %8$s;
      IF %9$s THEN
        -- A version does not follow from other rows.
        IF upkeep_internal.keeps_versions(%10$L) THEN
          upkeep_before := upkeep_internal.begin_own('total');
        END IF;
        UPDATE %2$s o SET %11$s WHERE %3$s AND %12$s;
        IF upkeep_before IS NOT NULL THEN
          PERFORM upkeep_internal.end_own(upkeep_before);
        END IF;
        RETURN NULL;
      END IF;
    END IF;
  END IF;
$text$,
    upkeep_internal.fields('o', ARRAY(
      SELECT DISTINCT c FROM unnest(upkeep_internal.watched_columns(plan) || plan.currency::name) c
      WHERE c IS NOT NULL)),
    upkeep_internal.qualified(orders), has_key, CASE WHEN plan.currency IS NULL THEN ''
      ELSE format(E'    SELECT EXISTS (SELECT FROM %s l WHERE %s AND (l.%I::pg_catalog.text '
        '[=] upkeep_order.%3$I::pg_catalog.text) IS NOT TRUE) INTO upkeep_settles;\n',
        upkeep_internal.qualified(lines), lines_have_key, plan.currency) END, plan.sum,
    upkeep_internal.qualified(lines), lines_have_key,
    upkeep_internal.total_sql(plan, orders, 'upkeep_order', 'upkeep_sum', false),
    upkeep_internal.holds(orders, plan.total, 'upkeep_total') || CASE WHEN plan.lines_total IS NULL THEN ''
      ELSE ' AND ' || upkeep_internal.holds(orders, plan.lines_total, 'upkeep_sum') END,
    orders::oid, format('%I = upkeep_total', plan.total) || CASE WHEN plan.lines_total IS NULL THEN ''
      ELSE format(', %I = upkeep_sum', plan.lines_total) END,
    upkeep_internal.totals_differ(plan, 'o', 'upkeep_total', 'upkeep_sum'));
END $$;

-- More would be planned badly by a plan that does not know how many they are.
CREATE FUNCTION upkeep_internal.some_orders_branch(target regclass, orders regclass, lines regclass, plan record,
                                                   arrays text[])
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  -- The planner does not look into them: with what it saw there it would plan each statement anew.
  given constant text[] := ARRAY(SELECT format('(SELECT %s)', a) FROM unnest(arrays) WITH ORDINALITY u(a, place)
                                 ORDER BY place);
BEGIN
  RETURN format($text$
  IF pg_catalog.cardinality(upkeep_keys) [<=] 50 THEN
    PERFORM%1$s;
    IF NOT FOUND THEN
      RETURN NULL;
    END IF;
    upkeep_before := upkeep_internal.begin_own('total');%2$s;
    PERFORM upkeep_internal.end_own(upkeep_before);
    IF upkeep_order.upkeep_key IS NOT NULL THEN
      PERFORM upkeep_internal.total_out_of_range(%3$L,
        CASE WHEN upkeep_order.upkeep_is_total THEN %4$L ELSE %5$L END, upkeep_order.upkeep_is_total,
        upkeep_order.upkeep_key, upkeep_order.upkeep_amount);
    END IF;
    RETURN NULL;
  END IF;
$text$,
    substr(upkeep_internal.lock_orders(orders, plan, target, given), 7),
    upkeep_internal.write_totals(orders, lines, plan, target, plan.columns, given, ' INTO upkeep_order'), orders::oid,
    plan.total, plan.lines_total);
END $$;

-- Whether a table, or a partition of it, has versions. As upkeep_internal.fits.
CREATE FUNCTION upkeep_internal.keeps_versions(target regclass)
RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM upkeep_internal.with_descendants(target) d
    JOIN upkeep_internal.triggers t ON t.object = d AND t.feature = 'updated_at'
    WHERE EXISTS (SELECT FROM unnest(t.arguments) a WHERE a LIKE 'version=%'));
END $$;

-- What a trigger of a table does to a row or after a statement, as text for the function's body.
CREATE FUNCTION upkeep_internal.order_totals_branch(target regclass, arguments text[], type int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_totals', arguments);
  is_on_orders constant boolean := options ? 'order_items';
  other constant regclass := upkeep_internal.other_table('order_totals', options,
    CASE WHEN is_on_orders THEN 'order_items' ELSE 'orders' END, target);
  orders constant regclass := CASE WHEN is_on_orders THEN target ELSE other END;
  lines constant regclass := CASE WHEN is_on_orders THEN other
                               ELSE upkeep_internal.whole_lines(target, orders, 'order_totals') END;
  plan constant record := upkeep_internal.order_totals_plan(orders, lines, options);
BEGIN
  PERFORM upkeep_internal.require_pair_rights(orders, lines), upkeep_internal.require_trusted(target);
  IF upkeep_internal.has_line_ends(orders) OR upkeep_internal.has_line_ends(lines) THEN
    RETURN NULL;
  ELSIF is_on_orders THEN
    RETURN CASE WHEN type & 3 = 3 AND type & 104 = 0
                THEN ltrim(upkeep_internal.orders_branch(orders, lines, plan), E'\n') END;
  -- Types by the name of which other tables' branches would be broken when they go.
  ELSIF EXISTS (SELECT FROM unnest(plan.columns) name, upkeep_internal.column_type(target, name) c
                JOIN pg_type t ON t.oid = c.base WHERE t.typnamespace <> 'pg_catalog'::regnamespace)
     OR NOT upkeep_internal.has_usual_total_triggers(target) THEN
    RETURN NULL;
  END IF;
  RETURN ltrim(upkeep_internal.lines_branch(target, orders, lines, plan), E'\n');
END $$;

-- A line's end within a name does not survive being indented.
CREATE FUNCTION upkeep_internal.has_line_ends(target regclass)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT upkeep_internal.qualified(target) ~ '[\n\r]'
      OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = target AND attname ~ '[\n\r]')
$$;

-- Whether the triggers on a table of lines are as enabling makes them.
CREATE FUNCTION upkeep_internal.has_usual_total_triggers(target regclass)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT bool_and(CASE t.type & 127
      WHEN 4 THEN n.new_rows = 'upkeep_new' WHEN 8 THEN n.old_rows = 'upkeep_old'
      WHEN 16 THEN n.new_rows = 'upkeep_new' AND n.old_rows = 'upkeep_old'
      WHEN 32 THEN true WHEN 7 THEN true ELSE false END IS TRUE)
  FROM upkeep_internal.triggers t, upkeep_internal.transition_tables(t.object, t.name) n
  WHERE t.object = target AND t.feature = 'order_totals'
$$;

-- The owner of each table has the rights of the other's, and both are trusted.
CREATE FUNCTION upkeep_internal.require_pair_rights(orders regclass, lines regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_role_of(lines, orders), upkeep_internal.require_role_of(orders, lines),
    upkeep_internal.require_trusted(orders), upkeep_internal.require_trusted(lines);
END $$;

-- The long way, in two parts: the query for the keys sees the transition tables only in the trigger function.
CREATE FUNCTION upkeep_internal.touched_keys_query(target regclass, arguments text[], op text, old_rows text,
                                                   new_rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_totals', arguments);
  orders constant regclass := upkeep_internal.other_table('order_totals', options, 'orders', target);
  plan constant record := upkeep_internal.order_totals_plan(orders,
    upkeep_internal.whole_lines(target, orders, 'order_totals'), options);
BEGIN
  RETURN upkeep_internal.touched_keys(plan, op, old_rows, new_rows);
END $$;

CREATE FUNCTION upkeep_internal.settle_totals(target regclass, arguments text[], tenants text[], keys text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_totals', arguments);
  orders constant regclass := upkeep_internal.other_table('order_totals', options, 'orders', target);
  lines constant regclass := upkeep_internal.whole_lines(target, orders, 'order_totals');
  plan constant record := upkeep_internal.order_totals_plan(orders, lines, options);
BEGIN
  IF keys IS NOT NULL THEN
    PERFORM upkeep_internal.require_pair_rights(orders, lines);
    PERFORM upkeep_internal.settle_orders(orders, upkeep_internal.lock_orders(orders, plan, target),
      upkeep_internal.currency_queries(orders, lines, plan, target),
      upkeep_internal.write_totals(orders, lines, plan, target, plan.columns), plan.total, plan.lines_total, tenants,
      keys);
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.totals_after_truncate(target regclass, arguments text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_totals', arguments);
  orders constant regclass := upkeep_internal.other_table('order_totals', options, 'orders', target);
  lines constant regclass := upkeep_internal.whole_lines(target, orders, 'order_totals');
  plan constant record := upkeep_internal.order_totals_plan(orders, lines, options);
BEGIN
  PERFORM upkeep_internal.require_pair_rights(orders, lines);
  PERFORM upkeep_internal.put_totals_right(orders, lines, plan, 'false',
    -- upkeep.empty_tables changes locked orders too.
    CASE upkeep_internal.own_kind(target, pg_trigger_depth()) WHEN 'emptying' THEN 'quiet' ELSE 'total' END);
END $$;
