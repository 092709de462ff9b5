-- No line is returned more often than it was sold: AFTER STATEMENT, what the rows of the statement return together, and
-- what is left of a line of which something was returned.

-- The queries of the check. returned: the lines that rows of the statement return, where it may have left less than was
-- sold; reduced: those that it took pieces from, or away, NULL where it cannot have. Most statements have none of
-- either. short_of_…: the first of them of which more is returned than it has.
CREATE FUNCTION upkeep_internal.return_checks(
  target regclass,
  arguments text[],
  trigger_name name,
  op text,
  OUT count_returned text,
  OUT lock_returned text,
  OUT other_currency text,
  OUT short_of_returned text,
  OUT count_reduced text,
  OUT short_of_reduced text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  columns record;
  tables record;
  returned text;
  reduced text;
  no_rows constant text := 'SELECT 0::pg_catalog.int8';
BEGIN
  SELECT * INTO columns
  FROM upkeep_internal.return_columns(target, upkeep_internal.read_options('order_snapshots', arguments));
  IF columns.returns IS NULL THEN
    PERFORM upkeep_internal.fail('22023', format('trigger "%s" of "%s" names no returns_column', trigger_name,
      upkeep_internal.table_name(target)), 'Call upkeep.enable_order_snapshots() again.');
  END IF;
  count_returned := no_rows;
  IF columns.key IS NULL THEN
    RETURN;
  END IF;
  returned := upkeep_internal.returned_keys(target, columns, op);
  reduced := upkeep_internal.reduced_keys(target, columns, op);
  IF returned IS NOT NULL THEN
    count_returned := format('SELECT pg_catalog.count(*) FROM (%s) k', returned);
    lock_returned := format('SELECT pg_catalog.count(*) FROM (SELECT FROM (%s) k JOIN %s l ON %s ORDER BY %s '
      'FOR NO KEY UPDATE OF l) locked', returned, upkeep_internal.own_rows(columns.whole),
      upkeep_internal.keys_match(columns.whole, columns.found_by, 'l', target, columns.naming, 'k'),
      upkeep_internal.key_list('l', columns.found_by));
    other_currency := CASE WHEN op = 'INSERT' THEN upkeep_internal.other_currency_query(target, columns) END;
    short_of_returned := upkeep_internal.short_query(target, columns, returned, columns.naming, op);
  END IF;
  IF reduced IS NOT NULL THEN
    count_reduced := format('SELECT pg_catalog.count(*) FROM (%s) k', reduced);
    short_of_reduced := upkeep_internal.short_query(target, columns, reduced, columns.found_by, op);
  END IF;
  IF trigger_name IS NOT NULL THEN
    tables := upkeep_internal.transition_tables(target, trigger_name);
    count_returned := upkeep_internal.named_so(count_returned, tables);
    lock_returned := upkeep_internal.named_so(lock_returned, tables);
    other_currency := upkeep_internal.named_so(other_currency, tables);
    short_of_returned := upkeep_internal.named_so(short_of_returned, tables);
    count_reduced := upkeep_internal.named_so(count_reduced, tables);
    short_of_reduced := upkeep_internal.named_so(short_of_reduced, tables);
  END IF;
END $$;

-- A query over transition tables of other names, as a trigger made by hand may have them.
CREATE FUNCTION upkeep_internal.named_so(query text, tables record)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN regexp_replace(regexp_replace(query, '\mupkeep_old\M', coalesce(quote_ident(tables.old_rows), ''), 'g'),
                        '\mupkeep_new\M', coalesce(quote_ident(tables.new_rows), ''), 'g');
END $$;

-- Whether a trigger has the transition tables that its event needs.
CREATE FUNCTION upkeep_internal.tells_rows(target regclass, trigger_name name, op text)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT op IN ('INSERT', 'UPDATE', 'DELETE') AND (op = 'INSERT' OR t.old_rows IS NOT NULL)
     AND (op = 'DELETE' OR t.new_rows IS NOT NULL)
  FROM upkeep_internal.transition_tables(target, trigger_name) t
$$;

-- Whether all statement triggers of a table call them as enabling does.
CREATE FUNCTION upkeep_internal.have_usual_tables(target regclass)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT bool_and((t.type & 8 = 8 OR coalesce(p.tgnewtable = 'upkeep_new', false))
                  AND (t.type & 4 = 4 OR coalesce(p.tgoldtable = 'upkeep_old', false)))
  FROM upkeep_internal.triggers t JOIN pg_trigger p ON p.oid = t.trigger_oid
  WHERE t.object = target AND t.feature = 'order_snapshots' AND t.type & 1 = 0
$$;

-- The keys of lines that new rows return; of rows that were there before, those alone that return more now, or that
-- have another key.
CREATE FUNCTION upkeep_internal.returned_keys(target regclass, columns record, op text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN op <> 'DELETE' THEN format('SELECT DISTINCT %s FROM upkeep_new n WHERE %s%s',
    upkeep_internal.key_list('n', columns.naming),
    (SELECT string_agg(format('n.%I IS NOT NULL', c), ' AND ') FROM unnest(columns.naming) c),
    CASE WHEN op = 'UPDATE' THEN format(' AND NOT EXISTS (SELECT FROM upkeep_old o WHERE %s AND %s)',
      upkeep_internal.keys_match(target, columns.found_by, 'o', target, columns.found_by, 'n'),
      upkeep_internal.has_no_less(columns.quantity)) ELSE '' END) END;
END $$;

-- The keys of lines that have fewer pieces now, or another key, or are gone. Those that a foreign key keeps are not.
CREATE FUNCTION upkeep_internal.reduced_keys(target regclass, columns record, op text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN op = 'UPDATE' OR op = 'DELETE' AND NOT upkeep_internal.keeps_named(columns)
    THEN format('SELECT DISTINCT %s FROM upkeep_old o WHERE o.%I IS NULL AND %s%s',
      upkeep_internal.key_list('o', columns.found_by), columns.returns,
      (SELECT string_agg(format('o.%I IS NOT NULL', c), ' AND ') FROM unnest(columns.found_by) c),
      CASE WHEN op = 'UPDATE' THEN format(' AND NOT EXISTS (SELECT FROM upkeep_new n WHERE %s AND %s)',
        upkeep_internal.keys_match(target, columns.found_by, 'n', target, columns.found_by, 'o'),
        upkeep_internal.has_no_less(columns.quantity)) ELSE '' END) END;
END $$;

-- Whether row n has as many pieces as o had; NULL is none.
CREATE FUNCTION upkeep_internal.has_no_less(quantity name)
RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT format('(o.%1$I IS NULL OR n.%1$I [>=] o.%1$I)', quantity) $$;

-- Whether a foreign key keeps lines that were returned. A MERGE that moves a line to another partition deletes it, and
-- may insert it with fewer pieces.
CREATE FUNCTION upkeep_internal.keeps_named(columns record)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid AND t.relkind = 'r'
    WHERE c.contype = 'f' AND c.conrelid = columns.whole AND c.confrelid = columns.whole AND c.convalidated
      AND (SELECT array_agg(a.attname::text ORDER BY a.attname)
           FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey))
        IN (ARRAY[columns.returns]::text[], ARRAY(SELECT n FROM unnest(columns.naming) n ORDER BY n)));
END $$;

-- by: the columns of the lines that `keys` holds.
CREATE FUNCTION upkeep_internal.short_query(target regclass, columns record, keys text, by text[], op text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  lines constant text := upkeep_internal.own_rows(columns.whole);
  requested constant text := concat_ws(' [-] ',
    coalesce(upkeep_internal.pieces_in(target, columns, CASE WHEN op <> 'DELETE' THEN 'upkeep_new' END), '0'),
    upkeep_internal.pieces_in(target, columns, CASE WHEN op <> 'INSERT' THEN 'upkeep_old' END));
BEGIN
  RETURN format('SELECT pg_catalog.to_jsonb(r.%1$I)::pg_catalog.text AS line, '
      'pg_catalog.to_jsonb(%2$s)::pg_catalog.text AS of_order, '
      'COALESCE(l.%3$I, 0)::pg_catalog.numeric AS pieces, %4$s AS gone, GREATEST(%5$s, 0) AS requested '
    'FROM (SELECT %6$s, [-] pg_catalog.sum(r.%3$I::pg_catalog.numeric) AS upkeep_pieces '
      'FROM (%7$s) k JOIN %8$s r ON %9$s AND r.%3$I [<] 0 GROUP BY %6$s) r '
    'LEFT JOIN LATERAL (SELECT l.* FROM %8$s l WHERE %10$s OFFSET 0) l ON true '
    'WHERE %4$s [>] GREATEST(l.%3$I, 0) ORDER BY %6$s LIMIT 1',
    columns.returns, coalesce(upkeep_internal.field('l', columns.order_column), 'NULL::pg_catalog.text'),
    columns.quantity, concat_ws(' [+] ', 'r.upkeep_pieces', upkeep_internal.refunded_of_line(columns.whole, 'l')),
    requested, upkeep_internal.key_list('r', columns.naming), keys, lines,
    upkeep_internal.keys_match(columns.whole, columns.naming, 'r', target, by, 'k'),
    upkeep_internal.keys_match(columns.whole, columns.found_by, 'l', columns.whole, columns.naming, 'r'));
END $$;

-- How many pieces the rows of a transition table return of the line r.
CREATE FUNCTION upkeep_internal.pieces_in(target regclass, columns record, rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN rows IS NOT NULL THEN format(
    '(SELECT COALESCE([-] pg_catalog.sum(t.%I::pg_catalog.numeric), 0) FROM %s t WHERE %s)', columns.quantity, rows,
    upkeep_internal.keys_match(target, columns.naming, 't', columns.whole, columns.naming, 'r')) END;
END $$;

-- The pieces that were refunded of the line that row_name names, a numeric; NULL where refunds count none.
CREATE FUNCTION upkeep_internal.refunded_of_line(lines regclass, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.options_on(lines, 'order_refunds');
  refunds regclass;
  quantity text;
  naming text[];
  found_by text[];
BEGIN
  IF options IS NULL THEN
    RETURN NULL;
  END IF;
  refunds := upkeep_internal.other_table('order_refunds', options, 'refunds', lines);
  quantity := upkeep_internal.column_option(refunds, 'order_refunds', options, 'quantity_column');
  naming := upkeep_internal.with_tenant(options,
    upkeep_internal.text_option('order_refunds', options, 'line_column'));
  found_by := upkeep_internal.with_tenant(options, upkeep_internal.text_option('order_refunds', options, 'line_key'));
  RETURN format('COALESCE((SELECT pg_catalog.sum(f.%I::pg_catalog.numeric) FROM %s f WHERE %s), 0)', quantity,
    upkeep_internal.qualified(refunds),
    upkeep_internal.keys_match(refunds, naming, 'f', lines, found_by, row_name));
END $$;
