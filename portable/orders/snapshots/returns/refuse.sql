-- What the check of return lines finds, and the currencies of lines that are returned.

-- The first new row that returns a line of another currency, where totals say in which column lines have one: their
-- own, or that which they will get from their order. NULL where they have none.
CREATE FUNCTION upkeep_internal.other_currency_query(target regclass, columns record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  options jsonb;
  orders regclass;
  link record;
  of_line text;
  of_return text;
BEGIN
  SELECT upkeep_internal.read_options('order_totals', t.arguments) INTO options
  FROM upkeep_internal.triggers t WHERE t.object = target AND t.feature = 'order_totals' ORDER BY t.place LIMIT 1;
  IF options ->> 'currency_column' IS NULL THEN
    RETURN NULL;
  END IF;
  orders := upkeep_internal.other_table('order_totals', options, 'orders', target);
  SELECT * INTO link FROM upkeep_internal.order_link('order_totals', options, orders, target);
  SELECT string_agg(currency, '') FILTER (WHERE row_name = 'l'), string_agg(currency, '') FILTER (WHERE row_name = 'n')
  INTO of_line, of_return
  FROM (SELECT row_name, format('COALESCE(%s.%I, (SELECT o.%2$I FROM %s o WHERE %s))::pg_catalog.text', row_name,
          options ->> 'currency_column', upkeep_internal.qualified(orders),
          upkeep_internal.keys_match(orders, link.keys, 'o', target, link.columns, row_name)) AS currency
        FROM unnest('{l,n}'::text[]) row_name) c;
  RETURN format('SELECT pg_catalog.to_jsonb(n.%1$I)::pg_catalog.text AS line, %2$s AS sold_in, %3$s AS returned_in '
    'FROM upkeep_new n CROSS JOIN LATERAL (SELECT l.* FROM %4$s l WHERE %5$s OFFSET 0) l '
    'WHERE n.%1$I IS NOT NULL AND %2$s [<>] %3$s LIMIT 1', columns.returns, of_line, of_return,
    upkeep_internal.own_rows(columns.whole),
    upkeep_internal.keys_match(columns.whole, columns.found_by, 'l', target, columns.naming, 'n'));
END $$;

CREATE FUNCTION upkeep_internal.refuse_returned_currency(target regclass, line text, sold_in text, returned_in text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF line IS NOT NULL THEN
    PERFORM upkeep_internal.fail('23503',
      format('line %s of "%s" was sold in %s, and the line that returns it is in %s', line,
        upkeep_internal.table_name(upkeep_internal.topmost(target)), sold_in, returned_in),
      'Return it in an order of its own currency.');
  END IF;
END $$;

-- gone: the pieces that have come back, with those of this statement, which are requested.
CREATE FUNCTION upkeep_internal.refuse_short(
  target regclass,
  line text,
  of_order text,
  pieces numeric,
  gone numeric,
  requested numeric
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF line IS NOT NULL THEN
    PERFORM upkeep_internal.fail('UK009', format('more pieces of line %s of "%s" would come back than were sold', line,
        upkeep_internal.table_name(upkeep_internal.topmost(target))),
      'Return what was sold and has not come back yet. A line keeps at least the pieces that were returned.',
      format('{"order":%s,"line":%s,"sold":%s,"refunded":%s,"requested":%s}', coalesce(of_order, 'null'), line, pieces,
             gone - requested, requested));
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.require_locked(target regclass, wanted bigint, locked bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF locked < wanted THEN
    PERFORM upkeep_internal.fail('23503', format('a line of "%s" that is returned was deleted meanwhile',
      upkeep_internal.table_name(upkeep_internal.topmost(target))), 'Repeat the transaction.');
  END IF;
END $$;

-- What others return in the meantime must count, and a transaction that does not see it cannot tell.
CREATE FUNCTION upkeep_internal.require_read_committed()
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    PERFORM upkeep_internal.fail('0A000', format('lines cannot be returned under %s in the portable edition',
      upper(current_setting('transaction_isolation'))), 'Use READ COMMITTED, under which what others returned counts.');
  END IF;
END $$;

-- The whole check, as text for the trigger function's body.
CREATE FUNCTION upkeep_internal.return_checks_text(target regclass, arguments text[])
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  op text;
  checks record;
  texts text[] := '{}';
BEGIN
  FOREACH op IN ARRAY '{INSERT,UPDATE,DELETE}'::text[] LOOP
    SELECT * INTO checks FROM upkeep_internal.return_checks(target, arguments, NULL, op);
    texts := texts || concat(
      CASE WHEN checks.lock_returned IS NOT NULL THEN format($text$  %1$s INTO wanted;
  IF wanted [>] 0 THEN
    PERFORM upkeep_internal.require_read_committed();
    %2$s INTO locked;
    PERFORM upkeep_internal.require_locked(TG_RELID, wanted, locked);
%3$s    %4$s INTO sold;
    IF FOUND THEN
      PERFORM upkeep_internal.refuse_short(TG_RELID, sold.line, sold.of_order, sold.pieces, sold.gone, sold.requested);
    END IF;
  END IF;
$text$, checks.count_returned, checks.lock_returned, CASE WHEN checks.other_currency IS NOT NULL THEN
          format($text$    %s INTO sold;
    IF FOUND THEN
      PERFORM upkeep_internal.refuse_returned_currency(TG_RELID, sold.line, sold.sold_in, sold.returned_in);
    END IF;
$text$, checks.other_currency) ELSE '' END, checks.short_of_returned) END,
      CASE WHEN checks.count_reduced IS NOT NULL THEN format($text$  %1$s INTO wanted;
  IF wanted [>] 0 THEN
    PERFORM upkeep_internal.require_read_committed();
    %2$s INTO sold;
    IF FOUND THEN
      PERFORM upkeep_internal.refuse_short(TG_RELID, sold.line, sold.of_order, sold.pieces, sold.gone, sold.requested);
    END IF;
  END IF;
$text$, checks.count_reduced, checks.short_of_reduced) END);
  END LOOP;
  RETURN format($text$IF COALESCE(pg_catalog.current_setting('upkeep.pause', true), '') [<>] ''
   AND upkeep_internal.paused_for_writer('order_snapshots', TG_RELID) THEN
  RETURN NULL;
END IF;
IF TG_OP [=] 'INSERT' THEN
%1$sELSIF TG_OP [=] 'UPDATE' THEN
%2$sELSE
%3$sEND IF;
RETURN NULL;
$text$, texts[1], texts[2], texts[3]);
END $$;
