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
    regexp_replace(CASE place WHEN 'refunds' THEN upkeep_internal.branch_of_refunds(plan, target)
                     ELSE upkeep_internal.branch_of_kept(plan, target, place) END, '^(?=.)', '  ', 'gn'));
END $$;

-- A digest of what a branch relies on in the three tables, and in the triggers of other features on the lines.
CREATE FUNCTION upkeep_internal.refunds_print(refunds regclass, orders regclass, lines regclass)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT md5(concat_ws('; ', upkeep_internal.print_of(refunds), upkeep_internal.print_of(orders),
    upkeep_internal.print_of(lines),
    (SELECT string_agg(concat_ws(' ', t.feature, t.type, upkeep_internal.literals(t.arguments)), ', ' ORDER BY t.place)
     FROM upkeep_internal.triggers t
     WHERE t.object = lines AND t.feature IN ('order_totals', 'order_lock', 'order_snapshots', 'stock'))))
$$;

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
ELSIF TG_LEVEL [=] 'ROW' AND %3$s AND (%4$s IS NULL OR %5$s) THEN
  IF %6$s THEN
    RETURN NEW;
  ELSIF %7$s IS NULL AND %4$s IS NOT NULL AND %8$s THEN
    %9$s;
    IF is_done THEN
      %10$s;
      %11$s;
      IF %12$s THEN
        %7$s := share;
        RETURN NEW;
      END IF;
    END IF;
  END IF;
ELSIF TG_LEVEL [=] 'STATEMENT' AND TG_OP [=] 'INSERT' THEN
%13$sEND IF;$text$,
    upkeep_internal.fields('NEW', fixed), upkeep_internal.fields('OLD', fixed),
    upkeep_internal.are_given('NEW', plan.order_columns), pieces, upkeep_internal.is_at_least(pieces, '[>] 0'),
    upkeep_internal.is_at_least(amount, '[>=] 0'), amount, upkeep_internal.are_given('NEW', plan.line_columns),
    upkeep_internal.into_variable(upkeep_internal.lock_order_of(plan, 'NEW'), 'is_done'),
    upkeep_internal.into_variable(upkeep_internal.lock_line_of(plan, 'NEW'), 'is_done'),
    upkeep_internal.into_variable(upkeep_internal.share_of_refund(plan, 'NEW'), 'share'),
    upkeep_internal.share_fits(target, plan.amount),
    regexp_replace(upkeep_internal.branch_of_new_refunds(plan), '^(?=.)', '  ', 'gn'));
END $$;

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

-- After a statement. Where pieces may go back to stock, the function's end sees to it.
CREATE FUNCTION upkeep_internal.branch_of_new_refunds(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format($text$SELECT %1$s INTO is_done FROM (%2$s) o;
IF is_done THEN
  PERFORM FROM (%3$s) l;
  before := upkeep_internal.begin_own('refund');
  WITH kept AS (%4$s) SELECT %5$s INTO is_done FROM kept k;
  IF is_done THEN
    WITH kept AS (%6$s) SELECT %7$s INTO is_done FROM kept k;
  END IF;
  PERFORM upkeep_internal.end_own(before);
  IF is_done%8$s THEN
    RETURN NULL;
  END IF;
END IF;
$text$,
    upkeep_internal.all_of(upkeep_internal.refunded_orders(plan, 'upkeep_new'), 'o.is_locked'),
    upkeep_internal.lock_refunded_orders(plan, 'upkeep_new'), upkeep_internal.lock_refunded_lines(plan, 'upkeep_new'),
    upkeep_internal.keep_lines(plan, 'upkeep_new'),
    upkeep_internal.all_of(upkeep_internal.refunded_lines(plan, 'upkeep_new'), 'k.fits'),
    upkeep_internal.keep_orders(plan, 'upkeep_new'),
    upkeep_internal.all_of(upkeep_internal.refunded_orders(plan, 'upkeep_new'), 'k.fits'),
    CASE WHEN plan.restock IS NULL THEN '' ELSE format(
      ' AND NOT EXISTS (SELECT FROM upkeep_new n WHERE n.%I IS NOT NULL AND n.%I IS NOT NULL)', plan.restock,
      plan.quantity) END);
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
  %2$s;
  IF %3$s THEN
    NEW.%1$I := share;
    RETURN NEW;
  END IF;$text$, kept,
      CASE WHEN starts_empty THEN 'share := 0'
           ELSE upkeep_internal.into_variable(upkeep_internal.refunded_so_far(plan, place, 'NEW'), 'share') END,
      upkeep_internal.share_fits(target, kept));
  END IF;
  RETURN format($text$IF TG_LEVEL [=] 'ROW' THEN
  %1$s
ELSIF TG_OP [=] 'UPDATE' THEN
  IF NOT %2$s THEN
    RETURN NULL;
  END IF;%3$s
END IF;$text$, CASE of_rows WHEN '' THEN 'NULL;' ELSE of_rows END,
    upkeep_internal.is_lessened_refunded(plan, place,
      upkeep_internal.lessened_rows(plan, place, 'UPDATE', 'upkeep_old', 'upkeep_new')),
    CASE place WHEN 'orders' THEN '' ELSE format($text$
ELSIF TG_OP [=] 'DELETE' THEN
  IF NOT %s THEN
    RETURN NULL;
  END IF;$text$, upkeep_internal.is_lessened_refunded(plan, place,
      upkeep_internal.lessened_rows(plan, place, 'DELETE', 'upkeep_old', NULL))) END);
END $$;
