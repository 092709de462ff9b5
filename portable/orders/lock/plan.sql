-- From the options of an order_lock trigger to what it closes.

-- keys: columns of the orders, the tenant's before it. columns: of the lines, one for each key. paid, status: columns
-- of the orders, at least one of them. frozen: columns of the orders that do not change. open: columns of the lines
-- that may. given: the arguments of enable_order_lock while that runs.
CREATE FUNCTION upkeep_internal.order_lock_rules(
  options jsonb,
  orders regclass,
  lines regclass,
  given jsonb DEFAULT NULL,
  OUT keys text[],
  OUT columns text[],
  OUT paid text,
  OUT status text,
  OUT statuses text[],
  OUT frozen text[],
  OUT open text[]
) STABLE LANGUAGE plpgsql AS $$
BEGIN
  SELECT l.keys, l.columns INTO keys, columns
  FROM upkeep_internal.order_link('order_lock', options, orders, lines, given) l;
  paid := upkeep_internal.column_option(orders, 'order_lock', options, 'paid_column', given);
  status := upkeep_internal.column_option(orders, 'order_lock', options, 'status_column', given);
  IF paid IS NULL AND status IS NULL THEN
    PERFORM upkeep_internal.fail('42703', format('table "%s" has neither "payment_completed_at" nor "status"',
        upkeep_internal.table_name(orders)),
      'Name the column that says that an order is paid: paid_column or status_column.');
  END IF;
  statuses := upkeep_internal.list_option('order_lock', options, 'locked_statuses');
  frozen := upkeep_internal.columns_option(orders, 'order_lock', options, 'frozen_columns', given);
  open := upkeep_internal.columns_option(lines, 'order_lock', options, 'open_columns', given);
END $$;

-- The same for a trigger of a table, which is one of the two.
CREATE FUNCTION upkeep_internal.order_lock_plan(
  target regclass,
  arguments text[],
  OUT options jsonb,
  OUT orders regclass,
  OUT lines regclass,
  OUT keys text[],
  OUT columns text[],
  OUT paid text,
  OUT status text,
  OUT statuses text[],
  OUT frozen text[],
  OUT open text[]
) STABLE LANGUAGE plpgsql AS $$
BEGIN
  options := upkeep_internal.read_options('order_lock', arguments);
  IF options ? 'order_items' THEN
    orders := target;
    lines := upkeep_internal.other_table('order_lock', options, 'order_items', target);
  ELSE
    orders := upkeep_internal.other_table('order_lock', options, 'orders', target);
    lines := target;
  END IF;
  SELECT r.keys, r.columns, r.paid, r.status, r.statuses, r.frozen, r.open
    INTO keys, columns, paid, status, statuses, frozen, open
  FROM upkeep_internal.order_lock_rules(options, orders, lines) r;
  -- With another key the order would lose its lines; what order_totals computes with is as good as its total.
  SELECT array_agg(f ORDER BY place) INTO frozen
  FROM (SELECT f, min(place) AS place
        FROM unnest(frozen || keys || upkeep_internal.columns_of_totals(orders)) WITH ORDINALITY u(f, place)
        GROUP BY f) f;
END $$;

-- The total of the orders and what it is made of beside their lines; none where order_totals is not enabled.
CREATE FUNCTION upkeep_internal.columns_of_totals(orders regclass)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  options jsonb;
BEGIN
  SELECT upkeep_internal.read_options('order_totals', t.arguments) INTO options
  FROM upkeep_internal.triggers t
  WHERE t.object = orders AND t.feature = 'order_totals' ORDER BY t.place LIMIT 1;
  IF NOT FOUND THEN
    RETURN '{}';
  END IF;
  RETURN ARRAY(
    SELECT c
    FROM unnest(ARRAY[upkeep_internal.text_option('order_totals', options, 'total_column'), options ->> 'lines_column',
                      options ->> 'currency_column']
                || array_remove((SELECT f.names FROM upkeep_internal.parse_formula(options ->> 'total_formula') f
                                 WHERE options ? 'total_formula'), 'lines')) WITH ORDINALITY u(c, place)
    WHERE upkeep_internal.has_column(orders, c) ORDER BY place);
EXCEPTION WHEN OTHERS THEN
  -- What is wrong with those options is said where the totals are computed.
  RETURN '{}';
END $$;

-- What a statement on the lines may do to them in a locked order. counted: columns that must not change.
-- referring: columns that a foreign key sets to NULL, and that may become so. documents: columns of json, whose
-- blanks are not part of their value.
CREATE FUNCTION upkeep_internal.line_columns(
  lines regclass,
  columns text[],
  open text[],
  OUT counted text[],
  OUT referring text[],
  OUT documents text[]
) STABLE LANGUAGE sql AS $$
  SELECT coalesce(array_agg(name ORDER BY attnum) FILTER (WHERE NOT refers AND NOT is_document), '{}'),
    coalesce(array_agg(name ORDER BY attnum) FILTER (WHERE refers), '{}'),
    coalesce(array_agg(name ORDER BY attnum) FILTER (WHERE is_document AND NOT refers), '{}')
  FROM (
    SELECT a.attnum, a.attname::text AS name, upkeep_internal.element_or_self(b.base) = 'json'::regtype AS is_document,
      a.attname <> ALL (columns) AND EXISTS (
        SELECT FROM pg_constraint c
        WHERE c.conrelid = lines AND c.contype = 'f' AND c.confdeltype = 'n'
          AND a.attnum = ANY (coalesce(c.confdelsetcols, c.conkey))) AS refers
    FROM pg_attribute a, upkeep_internal.base_type(a.atttypid, a.atttypmod) b
    WHERE a.attrelid = lines AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      AND a.attname <> ALL (open) AND a.attname <> ALL (upkeep_internal.columns_of_updated_at(lines))) a
$$;

-- The stamp and the version that the table's updated_at keeps.
CREATE FUNCTION upkeep_internal.columns_of_updated_at(target regclass)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  options jsonb;
BEGIN
  SELECT upkeep_internal.read_options('updated_at', t.arguments) INTO options
  FROM upkeep_internal.triggers t
  WHERE t.object = target AND t.feature = 'updated_at' ORDER BY t.place LIMIT 1;
  RETURN CASE WHEN FOUND THEN array_remove(ARRAY[upkeep_internal.text_option('updated_at', options, 'column'),
                                                 options ->> 'version'], NULL) ELSE '{}' END;
END $$;
