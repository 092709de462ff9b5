-- The branch of a table in upkeep.stock(): the statements of upkeep_internal.stock_statements, static.

CREATE FUNCTION upkeep_internal.stock_branch(target regclass, arguments text[], type int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  tables record;
  plan record;
  others regclass[];
  body text;
BEGIN
  -- FOR EACH STATEMENT, AFTER. TRUNCATE is rare: it goes to the statements that are executed.
  IF type & 99 <> 0 OR NOT upkeep_internal.has_usual_stock_triggers(target) THEN
    RETURN NULL;
  END IF;
  SELECT * INTO tables FROM upkeep_internal.stock_tables(target, arguments);
  others := array_remove(ARRAY[tables.lines, tables.products, tables.orders], NULL);
  IF EXISTS (SELECT FROM unnest(others || target) t WHERE NOT upkeep_internal.is_trusted(t)) THEN
    RETURN NULL;
  END IF;
  SELECT * INTO plan
  FROM upkeep_internal.stock_plan(tables.options, tables.lines, tables.products, tables.orders);
  -- Where lines are remembered by another key, that is told to whoever writes.
  IF plan.taken IS NULL AND NOT upkeep_internal.has_noted_key(tables.lines) THEN
    RETURN NULL;
  END IF;
  -- Where keys are not unique, those that find two rows have to be looked for.
  PERFORM upkeep_internal.require_unique_key(tables.products, plan.product_key, 'a product');
  IF tables.orders IS NOT NULL THEN
    PERFORM upkeep_internal.require_unique_key(tables.orders, plan.order_key, 'an order');
  END IF;
  -- A line's end within a name or a status does not survive being indented.
  IF EXISTS (SELECT FROM jsonb_each_text(plan.names) n WHERE n.value ~ '[\n\r]') THEN
    RETURN NULL;
  END IF;
  body := CASE WHEN tables.is_on_orders THEN upkeep_internal.stock_orders_branch(target, tables, plan)
            ELSE upkeep_internal.stock_lines_branch(plan) END;
  RETURN format(E'IF upkeep_internal.stock_fits(%L, %L, %L) AND %s%s THEN\n%s\n%s\n  RETURN NULL;\nEND IF;',
    target::oid, tables.lines::oid, plan.line_columns, upkeep_internal.restock_still_fits(tables.lines),
    (SELECT string_agg(format(' AND upkeep_internal.still_is(%L, %L)', o::oid, upkeep_internal.print_of(o)), '')
     FROM unnest(others) o),
    upkeep_internal.indented(body, '  '), upkeep_internal.indented(upkeep_internal.settled_branch(tables, plan), '  '));
END $$;

-- Whether the triggers of a table have the names for the transition tables that enabling gives them.
CREATE FUNCTION upkeep_internal.has_usual_stock_triggers(target regclass)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT bool_and(t.tgtype & 1 = 0 AND CASE
      WHEN t.tgtype & 32 <> 0 THEN t.tgtype & 2 <> 0
      ELSE t.tgtype & 2 = 0 AND (t.tgnewtable = 'upkeep_new') IS DISTINCT FROM (t.tgtype & 8 <> 0)
                            AND (t.tgoldtable = 'upkeep_old') IS DISTINCT FROM (t.tgtype & 4 <> 0) END)
    FROM pg_trigger t
    WHERE t.tgrelid = target AND t.tgfoid = 'upkeep.stock()'::regprocedure);
END $$;

-- What a branch relies on beside the columns. As upkeep_internal.fits.
CREATE FUNCTION upkeep_internal.stock_fits(target regclass, lines regclass, line_columns text[])
RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.has_usual_stock_triggers(target)
    AND upkeep_internal.primary_key_of(lines) = line_columns;
END $$;

CREATE FUNCTION upkeep_internal.stock_lines_branch(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format($text$
IF TG_OP [=] 'INSERT' THEN
%s
ELSIF TG_OP [=] 'DELETE' THEN
%s
ELSE
  IF NOT EXISTS (%s) THEN
    RETURN NULL;
  END IF;
%s
END IF;$text$, upkeep_internal.settle_lines_branch(plan, NULL, 'upkeep_new'),
    upkeep_internal.settle_lines_branch(plan, 'upkeep_old', NULL),
    upkeep_internal.changed_rows('upkeep_old', 'upkeep_new', plan.names ->> 'counted'),
    upkeep_internal.settle_lines_branch(plan, 'upkeep_old', 'upkeep_new'));
END $$;

CREATE FUNCTION upkeep_internal.settle_lines_branch(plan record, old_rows text, new_rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN plan.names ? 'orders' THEN format($text$%s
  INTO older_orders;
  IF older_orders IS NOT NULL THEN
    is_done := upkeep_internal.note_stock_orders(%s, older_orders);
  END IF;
$text$, upkeep_internal.lock_orders_query(plan.names, upkeep_internal.changed_rows(old_rows, new_rows,
          plan.names ->> 'counted')), plan.names ->> 'orders_oid') ELSE '' END
    || upkeep_internal.settle_statement(upkeep_internal.settle_lines_query(plan, old_rows, new_rows, false));
END $$;

CREATE FUNCTION upkeep_internal.stock_orders_branch(target regclass, tables record, plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format($text$
IF TG_OP [=] 'INSERT' THEN
  IF NOT upkeep_internal.may_have_lines(%L, %L, %L, %L, %L) THEN
    RETURN NULL;
  END IF;
%s
ELSE
  IF NOT %s THEN
    RETURN NULL;
  ELSIF NOT EXISTS (%s) THEN
    RETURN NULL;
  END IF;
%s
END IF;$text$, target::oid, tables.orders::oid, plan.order_key, tables.lines::oid, plan.order_columns,
    upkeep_internal.settle_orders_branch(plan, upkeep_internal.changed_orders(plan, NULL, 'upkeep_new')),
    upkeep_internal.any_released(plan.names, 'upkeep_old', 'upkeep_new'), changed,
    upkeep_internal.settle_orders_branch(plan, changed))
  FROM upkeep_internal.changed_orders(plan, 'upkeep_old', 'upkeep_new') changed;
END $$;

CREATE FUNCTION upkeep_internal.settle_orders_branch(plan record, changed text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format($text$  IF pg_catalog.current_setting('transaction_isolation') [<>] 'read committed' THEN
    PERFORM upkeep_internal.note_stock_orders(%s, (SELECT pg_catalog.array_agg(%s) FROM (%s) t));
  END IF;
$text$, plan.names ->> 'orders_oid', plan.names ->> 'order_of_t', changed)
    || upkeep_internal.settle_statement(upkeep_internal.settle_orders_query(plan, changed, false));
END $$;

-- Planned by indexes: a shop grows while its sessions last, and a table that is small when a session plans is read
-- whole for each line later. What a table without such an index seems to cost then must not have it compiled.
CREATE FUNCTION upkeep_internal.settle_statement(settle text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format($text$  scans := pg_catalog.current_setting('enable_seqscan');
  compiles := pg_catalog.current_setting('jit');
  own := pg_catalog.set_config('enable_seqscan', 'off', true);
  own := pg_catalog.set_config('jit', 'off', true);
%s
  INTO gone, taking, taking_products, taking_quantities, products, changes, stocks, ordered, is_refused, twins;
  own := pg_catalog.set_config('enable_seqscan', scans, true);
  own := pg_catalog.set_config('jit', compiles, true);
  own := NULL;$text$, settle);
END $$;

CREATE FUNCTION upkeep_internal.settled_branch(tables record, plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  -- The names of columns may be those of variables, which the block's name tells apart. As queries, so that how many
  -- there are does not seem to be worth a plan each time.
  change_stock constant text := upkeep_internal.change_stock_query(plan.names, '(SELECT stock.products)',
                                                                   '(SELECT stock.changes)');
BEGIN
  RETURN format($text$
IF is_refused THEN
  PERFORM upkeep_internal.refuse_stock(%s, %s, %L, %s, products, changes, stocks, ordered, twins);
END IF;
%sIF products IS NOT NULL THEN
  -- A version does not follow from other rows.
  IF upkeep_internal.keeps_versions(%L) THEN
    own := upkeep_internal.begin_own('derived');
  END IF;%s;
  IF own IS NOT NULL THEN
    PERFORM upkeep_internal.end_own(own);
  END IF;
END IF;%s$text$, tables.products::oid, coalesce(tables.orders::oid::text, 'NULL'), plan.names ->> 'stock',
    coalesce(plan.last_stock::text, 'NULL'),
    CASE WHEN plan.taken IS NULL THEN format($text$IF gone IS NOT NULL OR taking IS NOT NULL THEN
  is_done := upkeep_internal.remember_stock(%s, %s, gone, taking, taking_products, taking_quantities);
END IF;
$text$, tables.lines::oid, tables.products::oid) ELSE '' END,
    tables.products::oid, change_stock,
    CASE WHEN plan.taken IS NOT NULL THEN format($text$
IF taking IS NOT NULL THEN
  own := upkeep_internal.begin_own('quiet');%s;
  PERFORM upkeep_internal.end_own(own);
END IF;$text$, upkeep_internal.write_taken_query(plan.names, '(SELECT stock.taking)',
      '(SELECT stock.taking_quantities)')) ELSE '' END);
END $$;
