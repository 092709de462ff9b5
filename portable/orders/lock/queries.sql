-- What the lock asks of orders and lines, as text: for the branches of its trigger function, and for what no branch
-- knows. plan: what order_lock_plan returns.

-- Whether the order in a row is locked.
CREATE FUNCTION upkeep_internal.is_locked(plan record, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  conditions constant text := concat_ws(' OR ',
    CASE WHEN plan.paid IS NOT NULL THEN format('%s.%I IS NOT NULL', row_name, plan.paid) END,
    CASE WHEN plan.status IS NOT NULL AND plan.statuses <> '{}'
         THEN format('COALESCE(%s.%I::pg_catalog.text [=] ANY (%L::pg_catalog.text[]), false)', row_name, plan.status,
                     plan.statuses) END);
BEGIN
  RETURN CASE conditions WHEN '' THEN 'false' ELSE format('(%s)', conditions) END;
END $$;

-- What messages say of an order: its key, what makes it locked, and its key as upkeep.correct_order takes it.
CREATE FUNCTION upkeep_internal.described_order(plan record, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  as_text constant text := '%s.%I::pg_catalog.text';
BEGIN
  RETURN format('pg_catalog.array_to_string(ARRAY[%s], '', '', ''NULL'') AS upkeep_key, %s AS upkeep_paid, '
    '%s AS upkeep_status, %s AS upkeep_argument',
    (SELECT string_agg(format(as_text, row_name, k), ', ' ORDER BY place)
     FROM unnest(plan.keys) WITH ORDINALITY u(k, place)),
    CASE WHEN plan.paid IS NULL THEN 'NULL::pg_catalog.text' ELSE format(as_text, row_name, plan.paid) END,
    CASE WHEN plan.status IS NULL THEN 'NULL::pg_catalog.text' ELSE format(as_text, row_name, plan.status) END,
    upkeep_internal.key_argument(row_name, plan.keys));
END $$;

-- The first, by key, of the locked ones among the orders o that fulfil a condition. All up to that one keep their row
-- locks, taken in the order of their keys, so that none is paid before the transaction ends: OFFSET keeps the planner
-- from taking only those that are closed already. excepted: the argument with the keys of orders that are open.
CREATE FUNCTION upkeep_internal.first_locked_order(plan record, condition text, excepted text DEFAULT NULL)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format($text$
SELECT x.upkeep_key, x.upkeep_paid, x.upkeep_status, x.upkeep_argument
FROM (SELECT %s AS upkeep_is_locked, %s
      FROM %s o
      WHERE %s
      ORDER BY %s
      OFFSET 0
      FOR NO KEY UPDATE OF o) x
WHERE x.upkeep_is_locked%s
LIMIT 1$text$,
    upkeep_internal.is_locked(plan, 'o'), upkeep_internal.described_order(plan, 'o'),
    upkeep_internal.qualified(plan.orders), condition, upkeep_internal.key_list('o', plan.keys),
    CASE WHEN excepted IS NULL THEN '' ELSE format(' AND x.upkeep_argument [<>] ALL (%s)', excepted) END);
END $$;

-- The keys of the orders whose lines a statement has changed, in the columns of the lines. op: what it was.
CREATE FUNCTION upkeep_internal.keys_of_changed_lines(plan record, op text, old_rows text, new_rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  is_there constant text := (SELECT string_agg(format('c.%I IS NOT NULL', k), ' AND ' ORDER BY place)
                             FROM unnest(plan.columns) WITH ORDINALITY u(k, place));
  key constant text := upkeep_internal.key_list('c', plan.columns);
BEGIN
  IF op <> 'UPDATE' THEN
    RETURN format('SELECT %s FROM %I c WHERE %s', key,
                  CASE op WHEN 'INSERT' THEN new_rows ELSE old_rows END, is_there);
  END IF;
  RETURN format('SELECT %s FROM %s CROSS JOIN LATERAL (VALUES (%s), (%s)) AS c (%s) WHERE (%s) AND %s', key,
    upkeep_internal.pairs_of_rows(plan.lines, old_rows, new_rows), upkeep_internal.key_list('a', plan.columns),
    upkeep_internal.key_list('b', plan.columns),
    upkeep_internal.join_names(plan.columns), upkeep_internal.line_differs(plan), is_there);
END $$;

-- The rows of an UPDATE before and after it, a and b, as an item of FROM: the two tables have them in the same order.
CREATE FUNCTION upkeep_internal.pairs_of_rows(target regclass, old_rows text, new_rows text)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT format('(SELECT pg_catalog.row_number() OVER () AS %4$I, %1$s FROM %2$I t) a JOIN '
    '(SELECT pg_catalog.row_number() OVER () AS %4$I, %1$s FROM %3$I t) b ON b.%4$I [=] a.%4$I',
    upkeep_internal.fields('t', array_agg(attname ORDER BY attnum)), old_rows, new_rows,
    upkeep_internal.place_column(target))
  FROM pg_attribute WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
$$;

-- A name for the places of rows that no column of the table has.
CREATE FUNCTION upkeep_internal.place_column(target regclass)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT 'upkeep_place' || repeat('_', coalesce(max(length(attname)) - 11, 0))
  FROM pg_attribute WHERE attrelid = target AND attname ~ '^upkeep_place_*$'
$$;

-- Whether the line a, which became b, is another one. What a foreign key refers to may become NULL: the product of a
-- line may be deleted.
CREATE FUNCTION upkeep_internal.line_differs(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  kept constant record := upkeep_internal.line_columns(plan.lines, plan.columns, plan.open);
BEGIN
  RETURN concat_ws(' OR ', upkeep_internal.images_differ(plan.lines, kept.counted, 'a', 'b'),
    (SELECT string_agg(format('b.%I IS NOT NULL AND (%s)', r,
       upkeep_internal.images_differ(plan.lines, ARRAY[r], 'a', 'b')), ' OR ') FROM unnest(kept.referring) r),
    (SELECT string_agg('NOT ' || upkeep_internal.same_value(plan.lines, d, 'a', 'b'), ' OR ')
     FROM unnest(kept.documents) d));
END $$;

-- The first column of the lines, but for open ones, that an UPDATE has changed.
CREATE FUNCTION upkeep_internal.first_changed_column(plan record, target regclass, trigger_name name)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  tables constant record := upkeep_internal.transition_tables(target, trigger_name);
BEGIN
  RETURN (
    SELECT format('SELECT c.name FROM %s CROSS JOIN LATERAL (VALUES %s) AS c (place, name, is_changed) '
      'WHERE c.is_changed ORDER BY a.%I, c.place LIMIT 1',
      upkeep_internal.pairs_of_rows(plan.lines, tables.old_rows, tables.new_rows),
      string_agg(format('(%s, %L::pg_catalog.text, NOT %s)', a.attnum, a.attname,
                        upkeep_internal.same_value(plan.lines, a.attname, 'a', 'b')), ', ' ORDER BY a.attnum),
      upkeep_internal.place_column(plan.lines))
    FROM pg_attribute a
    WHERE a.attrelid = plan.lines AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      AND a.attname <> ALL (plan.open || upkeep_internal.columns_of_updated_at(plan.lines)));
END $$;

-- An order before and after an UPDATE, ($1) and ($2), as messages describe it, with the frozen columns that have
-- another value, and whether it would be open again. No row where it is not locked.
CREATE FUNCTION upkeep_internal.changed_order(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT %s, pg_catalog.array_remove(ARRAY[%s]::pg_catalog.text[], NULL) AS changed, %s AS is_reopened '
    'WHERE %s', upkeep_internal.described_order(plan, '($1)'),
    (SELECT string_agg(format('CASE WHEN NOT %s THEN %L END',
                              upkeep_internal.same_value(plan.orders, f, '($1)', '($2)'), f), ', ' ORDER BY place)
     FROM unnest(plan.frozen) WITH ORDINALITY u(f, place)),
    CASE WHEN plan.paid IS NULL THEN 'false'
         ELSE format('($1).%1$I IS NOT NULL AND ($2).%1$I IS NULL', plan.paid) END,
    upkeep_internal.is_locked(plan, '($1)'));
END $$;

-- The new row of such an order: what means the same stays as it was.
CREATE FUNCTION upkeep_internal.kept_order(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT 'SELECT ' || string_agg(CASE WHEN a.attname = ANY (plan.frozen)
        THEN format('CASE WHEN %1$s THEN ($1).%2$I ELSE ($2).%2$I END',
                    upkeep_internal.same_value(plan.orders, a.attname, '($1)', '($2)'), a.attname)
        ELSE format('($2).%I', a.attname) END, ', ' ORDER BY a.attnum)
    FROM pg_attribute a
    WHERE a.attrelid = plan.orders AND a.attnum > 0 AND NOT a.attisdropped);
END $$;

-- A locked one of the orders that a statement deletes. Of what a MERGE deletes, PostgreSQL does not tell what it moves
-- to another partition: such an order is still there.
CREATE FUNCTION upkeep_internal.deleted_order(plan record, old_rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT %s FROM %I o WHERE %s%s LIMIT 1', upkeep_internal.described_order(plan, 'o'), old_rows,
    upkeep_internal.is_locked(plan, 'o'),
    CASE WHEN (SELECT relkind FROM pg_class WHERE oid = plan.orders) = 'p'
         THEN format(' AND NOT EXISTS (SELECT FROM %s x WHERE %s)', upkeep_internal.qualified(plan.orders),
                upkeep_internal.keys_match(plan.orders, plan.keys, 'x', plan.orders, plan.keys, 'o'))
         ELSE '' END);
END $$;

-- A locked one of the orders of a table, without those of its children.
CREATE FUNCTION upkeep_internal.truncated_order(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT %s FROM %s o WHERE %s ORDER BY %s LIMIT 1', upkeep_internal.described_order(plan, 'o'),
    upkeep_internal.rows_of(plan.orders), upkeep_internal.is_locked(plan, 'o'),
    upkeep_internal.key_list('o', plan.keys));
END $$;
