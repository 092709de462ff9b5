-- The branches of upkeep.order_refund(): what is right is done here; what is not falls through to the function's end,
-- which does it again, tells why, and raises the error.

CREATE FUNCTION upkeep_internal.order_refunds_branch(target regclass, arguments text[], type int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  place constant text := upkeep_internal.refund_place(upkeep_internal.read_options('order_refunds', arguments));
  plan record;
BEGIN
  IF EXISTS (SELECT FROM upkeep_internal.triggers t JOIN pg_trigger p ON p.oid = t.trigger_oid
             WHERE t.object = target AND t.feature = 'order_refunds' AND (t.type & 65 = 65
               OR p.tgoldtable <> 'upkeep_old' OR p.tgnewtable <> 'upkeep_new' OR t.type & 3 = 0
               AND (t.type & 4 > 0 AND p.tgnewtable IS NULL OR t.type & 8 > 0 AND p.tgoldtable IS NULL
                    OR t.type & 16 > 0 AND (p.tgoldtable IS NULL OR p.tgnewtable IS NULL)))) THEN
    RETURN NULL;
  END IF;
  plan := upkeep_internal.refund_plan(target, arguments);
  RETURN format(E'IF upkeep_internal.refunds_fits(%L, %L, %L, %L) THEN\n%s\nEND IF;', plan.refunds::oid,
    plan.orders::oid, plan.lines::oid, upkeep_internal.refunds_print(plan.refunds, plan.orders, plan.lines),
    upkeep_internal.indented(CASE place WHEN 'refunds' THEN upkeep_internal.branch_of_refunds(plan, target)
                               ELSE upkeep_internal.branch_of_kept(plan, target, place) END, '  '));
END $$;

-- A digest of what a branch relies on in the three tables, and in the triggers of other features on the lines.
CREATE FUNCTION upkeep_internal.refunds_print(refunds regclass, orders regclass, lines regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN md5(concat_ws('; ', upkeep_internal.print_of(refunds), upkeep_internal.print_of(orders),
    upkeep_internal.print_of(lines),
    upkeep_internal.triggers_calling(lines, '{order_total,order_lock,order_line,stock}')));
END $$;

-- The triggers of a table that call these functions of ours, and what they say. The catalogue itself is asked: each
-- session does so with its first statement.
CREATE FUNCTION upkeep_internal.triggers_calling(target regclass, functions text[])
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT string_agg(concat_ws(' ', p.proname, t.tgtype, t.tgargs), ', ' ORDER BY t.tgname)
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = target AND NOT t.tgisinternal AND p.pronamespace = 'upkeep'::regnamespace
      AND p.proname = ANY (functions));
END $$;

-- As upkeep_internal.fits.
CREATE FUNCTION upkeep_internal.refunds_fits(refunds regclass, orders regclass, lines regclass, print text)
RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.refunds_print(refunds, orders, lines) IS NOT DISTINCT FROM print;
END $$;

-- A number that can be computed with.
CREATE FUNCTION upkeep_internal.is_at_least(number text, bound text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('%1$s::pg_catalog.numeric %2$s AND %1$s::pg_catalog.numeric [<] ''Infinity''', number, bound)
$$;

CREATE FUNCTION upkeep_internal.branch_of_refunds(plan record, target regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  pieces constant text := format('NEW.%I', plan.quantity);
  amount constant text := format('NEW.%I', plan.amount);
  fixed constant name[] := upkeep_internal.fixed_columns(plan);
BEGIN
  RETURN format($text$IF TG_LEVEL [=] 'ROW' AND TG_OP [=] 'UPDATE' THEN
  IF pg_catalog.record_image_eq(ROW(%1$s), ROW(%2$s)) THEN
    RETURN NEW;
  END IF;
ELSIF TG_LEVEL [=] 'ROW' AND %3$s AND (%4$s IS NULL OR %5$s) AND %14$s THEN
  IF %6$s THEN
    RETURN NEW;
  ELSIF %7$s IS NULL AND %4$s IS NOT NULL AND %8$s THEN
    %15$s
    %9$s;
    IF is_done THEN
      %10$s;
      %11$s;
    END IF;
    %16$s
    IF %12$s THEN
      %7$s := share;
      RETURN NEW;
    END IF;
  END IF;
ELSIF TG_LEVEL [=] 'STATEMENT' AND TG_OP [=] 'INSERT' AND %14$s THEN
%13$sEND IF;$text$,
    upkeep_internal.fields('NEW', fixed), upkeep_internal.fields('OLD', fixed),
    upkeep_internal.are_given('NEW', plan.order_columns), pieces, upkeep_internal.is_at_least(pieces, '[>] 0'),
    upkeep_internal.is_at_least(amount, '[>=] 0'), amount, upkeep_internal.are_given('NEW', plan.line_columns),
    upkeep_internal.into_variable(upkeep_internal.lock_order_of(plan, 'NEW'), 'is_done'),
    upkeep_internal.into_variable(upkeep_internal.lock_line_of(plan, 'NEW'), 'is_done'),
    upkeep_internal.into_variable(upkeep_internal.share_of_refund(plan, 'NEW'), 'share'),
    upkeep_internal.share_fits(target, plan.amount),
    upkeep_internal.indented(upkeep_internal.branch_of_new_refunds(plan), '  '),
    upkeep_internal.sees_all_refunds(plan), upkeep_internal.by_index(), upkeep_internal.as_before());
END $$;

-- Queries are planned by indexes: a shop grows while its sessions last, and a table that is small when a session plans
-- is read whole later. What a table without such an index seems to cost then must not have it compiled.
CREATE FUNCTION upkeep_internal.by_index()
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT 'scans := pg_catalog.current_setting(''enable_seqscan''); compiles := pg_catalog.current_setting(''jit''); '
    'own := pg_catalog.set_config(''enable_seqscan'', ''off'', true); '
    'own := pg_catalog.set_config(''jit'', ''off'', true);'
$$;

CREATE FUNCTION upkeep_internal.as_before()
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT 'own := pg_catalog.set_config(''enable_seqscan'', scans, true); '
    'own := pg_catalog.set_config(''jit'', compiles, true);'
$$;

-- SELECT … INTO variable FROM …
CREATE FUNCTION upkeep_internal.into_variable(query text, variable text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT format('SELECT (%s) INTO %s', query, variable) $$;

-- Whether a column holds the number in the variable share.
CREATE FUNCTION upkeep_internal.share_fits(target regclass, name text)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE WHEN n.is_bounded THEN format('pg_catalog.round(share, %s) [<=] %s', n.s, n.last)
              ELSE 'share [<] ''Infinity''' END
  FROM upkeep_internal.number_column(target, name) n
$$;

-- After a statement, which mostly writes one refund.
CREATE FUNCTION upkeep_internal.branch_of_new_refunds(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  begins constant text := 'before := upkeep_internal.begin_own(''refund'');';
  ends constant text := 'PERFORM upkeep_internal.end_own(before);';
BEGIN
  RETURN format($text$%1$s
PERFORM FROM upkeep_new n OFFSET 1 LIMIT 1;
IF NOT FOUND THEN
  SELECT n.* INTO parts FROM upkeep_new n;
  %2$s;
  IF is_done AND %3$s THEN
    %4$s;
    IF is_done THEN
      %5$s
      %6$s INTO is_done;
      %7$s
    END IF;
  END IF;
  IF is_done THEN
    %8$s
    %9$s INTO is_done;
    %10$s
  END IF;
ELSE
  SELECT %11$s INTO is_done FROM (%12$s) o;
  IF is_done THEN
    PERFORM FROM (%13$s) l;
    %16$s
    WITH kept AS (%14$s) SELECT %15$s INTO is_done FROM kept k;
    IF is_done THEN
      WITH kept AS (%18$s) SELECT %11$s INTO is_done FROM (SELECT k.fits AS is_locked FROM kept k) o;
    END IF;
    %17$s
  END IF;
END IF;
%19$s
IF is_done THEN
%20$sEND IF;
$text$,
    upkeep_internal.by_index(), upkeep_internal.into_variable(upkeep_internal.lock_order_of(plan, 'parts'), 'is_done'),
    upkeep_internal.are_given('parts', plan.line_columns),
    upkeep_internal.into_variable(upkeep_internal.lock_line_of(plan, 'parts'), 'is_done'),
    CASE WHEN plan.refunded_quantity IS NOT NULL THEN begins END, upkeep_internal.keep_lines(plan, NULL, 'parts'),
    CASE WHEN plan.refunded_quantity IS NOT NULL THEN ends END,
    CASE WHEN plan.refunded IS NOT NULL THEN begins END, upkeep_internal.keep_orders(plan, NULL, 'parts'),
    CASE WHEN plan.refunded IS NOT NULL THEN ends END,
    upkeep_internal.all_of(upkeep_internal.refunded_orders(plan, 'upkeep_new'), 'o.is_locked'),
    upkeep_internal.lock_refunded_orders(plan, 'upkeep_new'), upkeep_internal.lock_refunded_lines(plan, 'upkeep_new'),
    upkeep_internal.keep_lines(plan, 'upkeep_new'),
    upkeep_internal.all_of(upkeep_internal.refunded_lines(plan, 'upkeep_new'), 'k.fits'), begins, ends,
    upkeep_internal.keep_orders(plan, 'upkeep_new'), upkeep_internal.as_before(),
    upkeep_internal.indented(upkeep_internal.branch_of_restocked(plan), '  '));
END $$;

-- Stock gets its pieces.
CREATE FUNCTION upkeep_internal.branch_of_restocked(refund_plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  tables record;
  plan record;
BEGIN
  IF refund_plan.restock IS NULL THEN
    RETURN E'RETURN NULL;\n';
  END IF;
  tables := upkeep_internal.stock_tables_of_refunds(refund_plan);
  plan := upkeep_internal.stock_plan_of(tables);
  RETURN format($text$IF NOT EXISTS (SELECT FROM upkeep_new n WHERE n.%1$I IS NOT NULL AND n.%2$I IS NOT NULL)
   OR upkeep_internal.paused_for_writer('stock', %3$L) THEN
  RETURN NULL;
ELSIF upkeep_internal.still_is(%4$L, %5$L) THEN
  <<stock>>
  DECLARE
    gone pg_catalog.text[];
    taking pg_catalog.text[];
    taking_products pg_catalog.text[];
    taking_quantities pg_catalog.numeric[];
    products pg_catalog.text[];
    changes pg_catalog.numeric[];
    stocks pg_catalog.numeric[];
    ordered pg_catalog.bool[];
    is_refused pg_catalog.bool;
    twins pg_catalog.text;
  BEGIN
%6$s
%7$s
    RETURN NULL;
  END;
END IF;
$text$, refund_plan.restock, refund_plan.quantity, refund_plan.lines::oid, tables.products::oid,
    upkeep_internal.print_of(tables.products),
    upkeep_internal.indented(upkeep_internal.settle_statement(
      upkeep_internal.settle_refunds_query(refund_plan, plan, 'upkeep_new', true)), '    '),
    upkeep_internal.indented(upkeep_internal.settled_branch(tables, plan), '    '));
END $$;

-- That there is a row for each of those that were asked for, and that a condition holds for each.
CREATE FUNCTION upkeep_internal.all_of(asked text, condition text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('pg_catalog.count(*) [=] (SELECT pg_catalog.count(*) FROM (%s) n) '
                'AND COALESCE(pg_catalog.bool_and(%s), true)', asked, condition)
$$;

-- On the orders, or on the lines.
CREATE FUNCTION upkeep_internal.branch_of_kept(plan record, target regclass, place text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  kept constant text := upkeep_internal.kept_column(plan, place);
  starts_empty constant boolean := CASE place
    WHEN 'orders' THEN upkeep_internal.forbids_lines_without_order(target, plan.order_keys, plan.refunds,
                                                                   plan.order_columns)
    ELSE upkeep_internal.forbids_lines_without_order(target, plan.line_keys, plan.refunds, plan.line_columns) END;
  of_rows text := '';
BEGIN
  IF kept IS NOT NULL THEN
    of_rows := format($text$IF TG_OP [=] 'UPDATE' THEN
    NEW.%1$I := OLD.%1$I;
    RETURN NEW;
  END IF;
  %2$s
  IF %3$s THEN
    NEW.%1$I := share;
    RETURN NEW;
  END IF;$text$, kept,
      CASE WHEN starts_empty THEN 'share := 0;'
           ELSE format('%s %s; %s', upkeep_internal.by_index(), upkeep_internal.into_variable(
                  upkeep_internal.refunded_so_far(plan, place, 'NEW'), 'share'), upkeep_internal.as_before()) END,
      upkeep_internal.share_fits(target, kept));
  END IF;
  RETURN format($text$IF TG_LEVEL [=] 'ROW' THEN
  %1$s
ELSIF TG_OP [=] 'UPDATE' THEN%6$s
  %4$s
  is_done := NOT %2$s;
  %5$s
  IF is_done THEN
    RETURN NULL;
  END IF;%3$s
END IF;$text$, CASE of_rows WHEN '' THEN 'NULL;' ELSE of_rows END,
    upkeep_internal.is_lessened_refunded(plan, place,
      upkeep_internal.lessened_rows(plan, place, 'UPDATE', 'upkeep_old', 'upkeep_new')),
    CASE place WHEN 'orders' THEN '' ELSE format($text$
ELSIF TG_OP [=] 'DELETE' THEN
  %s
  is_done := NOT %s;
  %s
  IF is_done THEN
    RETURN NULL;
  END IF;$text$, upkeep_internal.by_index(), upkeep_internal.is_lessened_refunded(plan, place,
      upkeep_internal.lessened_rows(plan, place, 'DELETE', 'upkeep_old', NULL)), upkeep_internal.as_before()) END,
    upkeep_internal.by_index(), upkeep_internal.as_before(),
    -- Mostly no total goes down, and the orders need not be told apart.
    CASE place WHEN 'orders' THEN format($text$
  IF (SELECT pg_catalog.min(n.%1$I::pg_catalog.numeric) FROM upkeep_new n)
     [>=] (SELECT pg_catalog.max(n.%1$I::pg_catalog.numeric) FROM upkeep_old n) THEN
    RETURN NULL;
  END IF;$text$, plan.total) ELSE '' END);
END $$;
