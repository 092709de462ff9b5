-- The parts of a branch of order_line(): what it does with a row, as text for the function's body.

CREATE FUNCTION upkeep_internal.write_line_text(target regclass, arguments text[], plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format(E'IF TG_OP [=] ''INSERT'' THEN\n%sELSIF TG_OP [=] ''UPDATE'' THEN\n%sELSE\n%sEND IF;\n',
    upkeep_internal.indented(upkeep_internal.insert_line_text(target, arguments, plan), '  '),
    upkeep_internal.indented(upkeep_internal.update_line_text(target, plan), '  '),
    upkeep_internal.indented(upkeep_internal.delete_line_text(target, plan), '  '));
END $$;

CREATE FUNCTION upkeep_internal.insert_line_text(target regclass, arguments text[], plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  sale record;
  back record;
  text text := '';
BEGIN
  SELECT * INTO sale FROM upkeep_internal.sale_expressions(target, arguments, plan, 'NEW');
  IF upkeep_internal.topmost(target) <> target THEN
    text := format($text$IF pg_catalog.current_setting('upkeep.moving', true) [<>] '' THEN
  GET DIAGNOSTICS context = PG_CONTEXT;
  IF upkeep_internal.arrives(TG_RELID, %s, context) THEN
    RETURN NEW;
  END IF;
END IF;
$text$, upkeep_internal.captured_text(plan, 'NEW'));
  END IF;
  IF plan.returns IS NOT NULL THEN
    SELECT * INTO back FROM upkeep_internal.return_expressions(target, arguments, plan, 'NEW');
    text := text || format($text$IF NEW.%1$I IS NOT NULL THEN
  SELECT %2$s INTO sold %3$s;
  IF (%4$s) IS NOT TRUE THEN
    PERFORM %5$s;
  END IF;
  NEW.%6$I := %7$s;
$text$, plan.returns, back.select_list, back.from_clause, back.fits, back.refuse, plan.product, back.next_product)
      || CASE WHEN plan.price IS NOT NULL THEN format(E'  NEW.%I := %s;\n', plan.price, back.next_price) ELSE '' END
      || CASE WHEN plan.snapshot IS NOT NULL THEN format(E'  NEW.%I := %s;\n', plan.snapshot, back.next_snapshot)
              ELSE '' END
      || E'  RETURN NEW;\nEND IF;\n';
  END IF;
  RETURN text || format($text$IF NEW.%1$I IS NULL THEN
  IF (%2$s) IS NOT TRUE THEN
    PERFORM %3$s;
  END IF;
  RETURN NEW;
END IF;
SELECT %4$s INTO sold %5$s;
IF (%6$s) IS NOT TRUE THEN
  PERFORM %7$s;
END IF;
$text$, plan.product, upkeep_internal.custom_fits(target, plan, 'NEW'),
      upkeep_internal.refuse_custom_text(target, plan, 'NEW'), sale.select_list, sale.from_clause, sale.fits,
      sale.refuse)
    || CASE WHEN plan.price IS NOT NULL THEN format(E'NEW.%I := %s;\n', plan.price, sale.next_price) ELSE '' END
    || CASE WHEN plan.snapshot IS NOT NULL THEN format(E'NEW.%I := %s;\n', plan.snapshot, sale.next_snapshot)
            ELSE '' END
    || E'RETURN NEW;\n';
END $$;

CREATE FUNCTION upkeep_internal.update_line_text(target regclass, plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  kept record;
BEGIN
  SELECT * INTO kept FROM upkeep_internal.kept_expressions(target, plan, 'NEW', 'OLD');
  RETURN format($text$IF %1$s THEN
  PERFORM upkeep_internal.require_line_kept(TG_RELID, %2$s, %3$L);
  -- Equal, but for the bytes that say so.
%4$s  IF NEW.%3$I IS NOT NULL THEN
    NEW.%3$I := OLD.%3$I;
  END IF;
END IF;
$text$, kept.have_changed, kept.first_changed, plan.product,
      (SELECT string_agg(format(E'  NEW.%1$I := OLD.%1$I;\n', c), '' ORDER BY place)
       FROM unnest(kept.columns) WITH ORDINALITY u(c, place)))
    || CASE WHEN plan.returns IS NULL THEN '' ELSE format($text$
IF NEW.%1$I IS NOT NULL AND (NEW.%2$I [<] 0) IS NOT TRUE THEN
  PERFORM upkeep_internal.require_negative(TG_RELID, %2$L, NEW.%2$I::pg_catalog.numeric);
END IF;
$text$, plan.returns, plan.quantity) END
    || CASE WHEN upkeep_internal.topmost(target) = target THEN '' ELSE format($text$IF %s THEN
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM upkeep_internal.begin_move(TG_RELID, OLD::pg_catalog.text, context);
END IF;
$text$, upkeep_internal.may_move(target, 'NEW', 'OLD')) END
    || E'RETURN NEW;\n';
END $$;

CREATE FUNCTION upkeep_internal.delete_line_text(target regclass, plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN upkeep_internal.topmost(target) = target THEN ''
    ELSE format($text$IF pg_catalog.current_setting('upkeep.moving', true) [<>] '' THEN
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM upkeep_internal.leave(TG_RELID, OLD::pg_catalog.text, %s, context);
END IF;
$text$, upkeep_internal.captured_text(plan, 'OLD')) END || E'RETURN OLD;\n';
END $$;
