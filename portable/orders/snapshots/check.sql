-- What upkeep.check() and upkeep.check_orders() say of order_snapshots.

CREATE FUNCTION upkeep_internal.order_snapshots_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE sql AS $$
  SELECT * FROM upkeep_internal.order_trigger_findings('order_snapshots', '{"": 28}')
  UNION ALL
  SELECT m.object, 'order_snapshots', m.finding, m.hint FROM upkeep_internal.missing_below('order_snapshots') m
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

-- The lines of these orders as the totals or the lock find them, or else as the snapshots do.
CREATE FUNCTION upkeep_internal.order_snapshots_order_findings(orders regclass, lines regclass)
RETURNS TABLE (order_key text, finding text, stored numeric, expected numeric) LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.options_on(lines, 'order_snapshots');
  price constant name := CASE WHEN options IS NOT NULL
    THEN upkeep_internal.column_option(lines, 'order_snapshots', options, 'price_column') END;
  link record;
  columns record;
BEGIN
  IF options IS NULL THEN
    RETURN;
  END IF;
  SELECT * INTO link FROM upkeep_internal.order_link('order_totals', CASE
    WHEN upkeep_internal.orders_named_by(lines, 'order_totals') = orders
      THEN upkeep_internal.options_on(lines, 'order_totals')
    WHEN upkeep_internal.orders_named_by(lines, 'order_lock') = orders
      THEN upkeep_internal.options_on(lines, 'order_lock')
    ELSE (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(options)
          WHERE key IN ('order_column', 'tenant_column')) END, orders, lines);
  IF price IS NOT NULL THEN
    RETURN QUERY EXECUTE format('SELECT %s, ''line without a price'', NULL::numeric, NULL::numeric FROM %s l '
      'WHERE l.%I IS NULL ORDER BY %s', upkeep_internal.key_text('l', link.columns), upkeep_internal.qualified(lines),
      price, upkeep_internal.key_list('l', link.columns));
  END IF;
  RETURN QUERY EXECUTE format('SELECT %s, ''line without an order'', NULL::numeric, NULL::numeric FROM %s l '
    'WHERE %s AND NOT EXISTS (SELECT FROM %s o WHERE %s) ORDER BY %s', upkeep_internal.key_text('l', link.columns),
    upkeep_internal.qualified(lines),
    (SELECT string_agg(format('l.%I IS NOT NULL', c), ' AND ') FROM unnest(link.columns) c),
    upkeep_internal.qualified(orders),
    upkeep_internal.keys_match(orders, link.keys, 'o', lines, link.columns, 'l'),
    upkeep_internal.key_list('l', link.columns));
  SELECT * INTO columns FROM upkeep_internal.return_columns(lines, options);
  IF columns.key IS NOT NULL THEN
    RETURN QUERY EXECUTE upkeep_internal.returned_findings(lines, columns, link.columns, true);
    RETURN QUERY EXECUTE upkeep_internal.returned_findings(lines, columns, link.columns, false);
  END IF;
END $$;

-- The options that a feature's first trigger on a table has; NULL where there is none.
CREATE FUNCTION upkeep_internal.options_on(target regclass, feature text)
RETURNS jsonb STABLE LANGUAGE sql AS $$
  SELECT upkeep_internal.read_options(t.feature, t.arguments) FROM upkeep_internal.triggers t
  WHERE t.object = target AND t.feature = options_on.feature ORDER BY t.place LIMIT 1
$$;

-- Of which line more was returned than sold, and which return names a line that is not there.
CREATE FUNCTION upkeep_internal.returned_findings(
  lines regclass,
  columns record,
  order_columns text[],
  is_there boolean
) RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN is_there THEN format(
      'SELECT %1$s, ''more of a line returned than sold'', r.upkeep_pieces, GREATEST(l.%2$I, 0)::numeric '
      'FROM (SELECT %3$s, - sum(r.%2$I::numeric) AS upkeep_pieces FROM %4$s r '
        'WHERE r.%5$I IS NOT NULL AND r.%2$I < 0 GROUP BY %3$s) r JOIN %4$s l ON %6$s '
      'WHERE r.upkeep_pieces > GREATEST(l.%2$I, 0) ORDER BY %1$s, %3$s',
      upkeep_internal.key_text('l', order_columns), columns.quantity, upkeep_internal.key_list('r', columns.naming),
      upkeep_internal.own_rows(lines), columns.returns, same_line)
    ELSE format('SELECT %1$s, ''return of a line that is not there'', NULL::numeric, NULL::numeric FROM %2$s r '
      'WHERE r.%3$I IS NOT NULL AND NOT EXISTS (SELECT FROM %2$s l WHERE %4$s) ORDER BY %1$s, %5$s',
      upkeep_internal.key_text('r', order_columns), upkeep_internal.own_rows(lines), columns.returns, same_line,
      upkeep_internal.key_list('r', columns.naming)) END
  FROM upkeep_internal.keys_match(lines, columns.found_by, 'l', lines, columns.naming, 'r') k(same_line);
END $$;
