-- What the triggers of order totals ask and write, as text. plan: what order_totals_plan returns. Keys are arrays, one
-- for each of the columns that they come from: $1 and, where the first is the tenant's, $2, or the variables given.

-- The arrays as rows; their elements have the types of these columns.
CREATE FUNCTION upkeep_internal.keys_given(source regclass, columns text[], given text[] DEFAULT '{$1,$2}')
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT format('ROWS FROM (%s)', string_agg(format('pg_catalog.unnest(%s::%s[])', given[place],
    upkeep_internal.type_as_sql(t.base)), ', ' ORDER BY place))
  FROM unnest(columns) WITH ORDINALITY u(name, place), upkeep_internal.column_type(source, name) t
$$;

-- The condition that a row has one of these keys.
CREATE FUNCTION upkeep_internal.has_given_key(
  target regclass,
  keys text[],
  row_name text,
  source regclass,
  columns text[],
  given text[] DEFAULT '{$1,$2}'
) RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  compared record;
BEGIN
  IF cardinality(keys) = 1 THEN
    compared := upkeep_internal.key_comparison(target, keys[1], source, columns[1]);
    RETURN format('%s.%I %s ANY (%s::%s[]%s)', row_name, keys[1], compared.operator, given[1],
      upkeep_internal.type_as_sql(compared.value_type),
      '::' || upkeep_internal.type_as_sql(compared.cast_to) || '[]');
  END IF;
  RETURN format('EXISTS (SELECT FROM %s AS g(%s) WHERE %s)',
    upkeep_internal.keys_given(source, columns, given), upkeep_internal.join_names(columns),
    upkeep_internal.keys_match(target, keys, row_name, source, columns, 'g'));
END $$;

-- The keys of the orders that a statement on the lines touches. Of lines that were updated those count that have other
-- values than before in what a sum is made of. op: what the statement was.
CREATE FUNCTION upkeep_internal.touched_orders(plan record, op text, old_rows text, new_rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT CASE op
      WHEN 'INSERT' THEN format('SELECT %s FROM %I l WHERE %s', k.list, new_rows, k.there)
      WHEN 'DELETE' THEN format('SELECT %s FROM %I l WHERE %s', k.list, old_rows, k.there)
      ELSE format('SELECT %1$s FROM (SELECT %2$s FROM %3$I l EXCEPT ALL SELECT %2$s FROM %4$I l) l WHERE %5$s '
        'UNION ALL SELECT %1$s FROM (SELECT %2$s FROM %4$I l EXCEPT ALL SELECT %2$s FROM %3$I l) l WHERE %5$s',
        k.list, c.list, old_rows, new_rows, k.there) END
    FROM (SELECT string_agg(format('l.%I', name), ', ' ORDER BY place),
            string_agg(format('l.%I IS NOT NULL', name), ' AND ' ORDER BY place)
          FROM unnest(plan.columns) WITH ORDINALITY u(name, place)) k(list, there),
      (SELECT string_agg(CASE WHEN name = plan.currency THEN format('l.%I::pg_catalog.text AS upkeep_currency', name)
                           ELSE format('l.%I', name) END, ', ')
       FROM (SELECT DISTINCT name FROM unnest(plan.columns || plan.counted || plan.currency) name
             WHERE name IS NOT NULL) n) c(list));
END $$;

-- Each once, as arrays, that of the tenants last. into_given: INTO of a statement in a function.
CREATE FUNCTION upkeep_internal.touched_keys(plan record, op text, old_rows text, new_rows text,
                                             into_given text DEFAULT '')
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT format('SELECT %s%s FROM (SELECT DISTINCT %s FROM (%s) l) l',
      string_agg(format('pg_catalog.array_agg(l.%I)', name), ', ' ORDER BY place DESC), into_given,
      string_agg(format('l.%I', name), ', ' ORDER BY place),
      upkeep_internal.touched_orders(plan, op, old_rows, new_rows))
    FROM unnest(plan.columns) WITH ORDINALITY u(name, place));
END $$;

-- Locks them in the order of their keys, so that two statements with the same orders wait for each other.
CREATE FUNCTION upkeep_internal.lock_orders(orders regclass, plan record, source regclass,
                                            given text[] DEFAULT '{$1,$2}')
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT format('SELECT FROM %s o WHERE %s ORDER BY %s FOR NO KEY UPDATE', upkeep_internal.qualified(orders),
      upkeep_internal.has_given_key(orders, plan.keys, 'o', source, plan.columns, given),
      upkeep_internal.key_list('o', plan.keys)));
END $$;

-- An UPDATE of those orders, which returns key and amount of one whose total, or else whose sum, cannot be held. source
-- and source_columns: what the keys come from. into_given: INTO of a statement in a function.
CREATE FUNCTION upkeep_internal.write_totals(
  orders regclass,
  lines regclass,
  plan record,
  source regclass,
  source_columns text[],
  given text[] DEFAULT '{$1,$2}',
  into_given text DEFAULT ''
) RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  -- Summed up before the keys are joined: then the planner knows how many orders there are.
  sums constant text := format('SELECT g.*, COALESCE(l.upkeep_sum, 0) AS upkeep_sum FROM %s AS g(%s) LEFT JOIN '
    '(SELECT %s, %s AS upkeep_sum FROM %s l WHERE %s GROUP BY %3$s) l ON %7$s',
    upkeep_internal.keys_given(source, source_columns, given), upkeep_internal.join_names(source_columns),
    upkeep_internal.key_list('l', plan.columns), plan.sum, upkeep_internal.qualified(lines),
    upkeep_internal.has_given_key(lines, plan.columns, 'l', source, source_columns, given),
    upkeep_internal.keys_match(lines, plan.columns, 'l', source, source_columns, 'g'));
  total constant text := upkeep_internal.total_sql(plan, orders, 'o', 's.upkeep_sum', false);
  sum_is_held constant text := CASE WHEN plan.lines_total IS NULL THEN 'true'
    ELSE upkeep_internal.holds(orders, plan.lines_total, 's.upkeep_sum') END;
  is_held constant text := format('(%s AND %s)', upkeep_internal.holds(orders, plan.total, total), sum_is_held);
BEGIN
  RETURN format($text$
WITH written AS (
  UPDATE %1$s o
  SET %2$I = CASE WHEN %3$s THEN %4$s ELSE o.%2$I END%5$s
  FROM (%6$s) s
  WHERE %7$s AND %8$s
  RETURNING CASE WHEN NOT %3$s THEN %9$s END AS upkeep_key,
    CASE WHEN %10$s THEN %4$s ELSE s.upkeep_sum END AS upkeep_amount, %10$s AS upkeep_is_total
)
SELECT w.upkeep_key, w.upkeep_amount::pg_catalog.text AS upkeep_amount, w.upkeep_is_total%11$s
FROM written w
WHERE w.upkeep_key IS NOT NULL
LIMIT 1$text$,
    upkeep_internal.qualified(orders), plan.total, is_held, total, CASE WHEN plan.lines_total IS NULL THEN ''
      ELSE format(', %1$I = CASE WHEN %2$s THEN s.upkeep_sum ELSE o.%1$I END', plan.lines_total, is_held) END, sums,
    upkeep_internal.keys_match(orders, plan.keys, 'o', source, source_columns, 's'),
    upkeep_internal.totals_differ(plan, 'o', total, 's.upkeep_sum'), upkeep_internal.key_text('o', plan.keys),
    sum_is_held, into_given);
END $$;

-- FROM and WHERE: the orders o that have another total than t.upkeep_total, or another sum than n.upkeep_sum; both are
-- NULL where they cannot be computed.
CREATE FUNCTION upkeep_internal.wrong_orders(orders regclass, lines regclass, plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format($text$
FROM %1$s o
LEFT JOIN (SELECT %2$s, true AS upkeep_any, %3$s AS upkeep_sum FROM %4$s l GROUP BY %2$s) s ON %5$s
CROSS JOIN LATERAL (SELECT CASE WHEN s.upkeep_any THEN s.upkeep_sum ELSE 0 END AS upkeep_sum) n
CROSS JOIN LATERAL (SELECT %6$s AS upkeep_total) t
WHERE %7$s$text$,
    upkeep_internal.qualified(orders), upkeep_internal.key_list('l', plan.columns), plan.lenient_sum,
    upkeep_internal.qualified(lines),
    upkeep_internal.keys_match(orders, plan.keys, 'o', lines, plan.columns, 's'),
    upkeep_internal.total_sql(plan, orders, 'o', 'n.upkeep_sum', true),
    upkeep_internal.totals_differ(plan, 'o', 't.upkeep_total', 'n.upkeep_sum'));
END $$;

-- Locks the orders with a wrong total, except those for which `excepted` holds, and corrects them; those that cannot
-- be computed stay. kind: what the UPDATE is to the triggers that it fires. Returns how many there were.
CREATE FUNCTION upkeep_internal.put_totals_right(orders regclass, lines regclass, plan record, excepted text, kind text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  count bigint;
  keys text[];
  tenants text[];
BEGIN
  EXECUTE format('SELECT pg_catalog.count(*), %s FROM (SELECT %s %s AND t.upkeep_total IS NOT NULL '
    'AND n.upkeep_sum IS NOT NULL AND NOT %s ORDER BY %2$s FOR NO KEY UPDATE OF o) x',
    (SELECT string_agg(format('pg_catalog.array_agg(x.%I)', k), ', ' ORDER BY place DESC)
     FROM unnest(plan.keys) WITH ORDINALITY u(k, place)),
    upkeep_internal.key_list('o', plan.keys), upkeep_internal.wrong_orders(orders, lines, plan), excepted)
    INTO count, keys, tenants;
  IF count > 0 THEN
    PERFORM upkeep_internal.run_write(orders, upkeep_internal.write_totals(orders, lines, plan, orders, plan.keys),
      kind, plan.total, plan.lines_total, tenants, keys);
  END IF;
  RETURN count;
END $$;

-- Locks the orders of these lines, then writes what everybody has committed meanwhile sums up to. tenants: NULL where
-- there are none. currencies: the two queries of settle_currencies, NULL without a currency_column.
CREATE FUNCTION upkeep_internal.settle_orders(
  orders regclass,
  lock text,
  currencies text[],
  write text,
  total text,
  lines_total text,
  tenants text[],
  keys text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  count bigint;
BEGIN
  IF tenants IS NULL THEN
    EXECUTE lock USING keys;
  ELSE
    EXECUTE lock USING tenants, keys;
  END IF;
  GET DIAGNOSTICS count = ROW_COUNT;
  IF count > 0 THEN
    IF currencies IS NOT NULL THEN
      PERFORM upkeep_internal.settle_currencies(orders, currencies, tenants, keys);
    END IF;
    PERFORM upkeep_internal.run_write(orders, write, 'total', total, lines_total, tenants, keys);
  END IF;
END $$;

-- Runs what write_totals says, marked.
CREATE FUNCTION upkeep_internal.run_write(
  orders regclass,
  query text,
  kind text,
  total text,
  lines_total text,
  tenants text[],
  keys text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before constant text := upkeep_internal.begin_own(kind);
  offending record;
BEGIN
  IF tenants IS NULL THEN
    EXECUTE query INTO offending USING keys;
  ELSE
    EXECUTE query INTO offending USING tenants, keys;
  END IF;
  PERFORM upkeep_internal.end_own(before);
  IF offending.upkeep_key IS NOT NULL THEN
    PERFORM upkeep_internal.total_out_of_range(orders,
      CASE WHEN offending.upkeep_is_total THEN total ELSE lines_total END, offending.upkeep_is_total,
      offending.upkeep_key, offending.upkeep_amount);
  END IF;
END $$;
