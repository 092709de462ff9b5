-- The trigger function upkeep.order_line(): captures the product of a line that is written, and keeps what was
-- captured. It runs as the installer, for a shopper may have no right to read products.

CREATE FUNCTION upkeep.order_line(…) LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  plan pg_catalog.record;
  sold pg_catalog.record;
  context pg_catalog.text;
  wanted bigint;
  locked bigint;
  checks pg_catalog.record;
BEGIN
  IF COALESCE(pg_catalog.current_setting('upkeep.pause', true), '') [<>] '' AND TG_LEVEL [=] 'ROW'
     AND upkeep_internal.paused_for_writer('order_snapshots', TG_RELID) THEN
    IF TG_OP [=] 'DELETE' THEN
      RETURN OLD;
    END IF;
    RETURN NEW;
  END IF;
  -- branches
  -- end of branches
  PERFORM upkeep_internal.mend_branch('order_snapshots', TG_RELID);

  -- What no branch knows. The expressions are those of the branches.
  IF TG_LEVEL [=] 'STATEMENT' AND TG_WHEN [=] 'AFTER' AND upkeep_internal.tells_rows(TG_RELID, TG_NAME, TG_OP) THEN
    SELECT * INTO plan FROM upkeep_internal.order_line_plan(TG_RELID, TG_ARGV);
    PERFORM upkeep_internal.require_trusted(TG_RELID), upkeep_internal.require_trusted(plan.products);
    SELECT * INTO checks FROM upkeep_internal.return_checks(TG_RELID, TG_ARGV, TG_NAME, TG_OP);
    IF COALESCE(pg_catalog.current_setting('upkeep.pause', true), '') [<>] ''
       AND upkeep_internal.paused_for_writer('order_snapshots', TG_RELID) THEN
      RETURN NULL;
    END IF;
    EXECUTE checks.count_returned INTO wanted;
    IF wanted [>] 0 THEN
      PERFORM upkeep_internal.require_read_committed();
      EXECUTE checks.lock_returned INTO locked;
      PERFORM upkeep_internal.require_locked(TG_RELID, wanted, locked);
      IF checks.other_currency IS NOT NULL THEN
        EXECUTE checks.other_currency INTO sold;
        PERFORM upkeep_internal.refuse_returned_currency(TG_RELID, sold.line, sold.sold_in, sold.returned_in);
      END IF;
      EXECUTE checks.short_of_returned INTO sold;
      PERFORM upkeep_internal.refuse_short(TG_RELID, sold.line, sold.of_order, sold.pieces, sold.gone, sold.requested);
    END IF;
    IF checks.count_reduced IS NOT NULL THEN
      EXECUTE checks.count_reduced INTO wanted;
      IF wanted [>] 0 THEN
        PERFORM upkeep_internal.require_read_committed();
        EXECUTE checks.short_of_reduced INTO sold;
        PERFORM upkeep_internal.refuse_short(TG_RELID, sold.line, sold.of_order, sold.pieces, sold.gone,
                                             sold.requested);
      END IF;
    END IF;
    RETURN NULL;
  END IF;
  IF TG_LEVEL [<>] 'ROW' OR TG_WHEN [<>] 'BEFORE' THEN
    PERFORM upkeep_internal.misused_trigger(TG_NAME, TG_RELID, 'order_snapshots',
      'BEFORE INSERT OR UPDATE OR DELETE ... FOR EACH ROW; with a returns_column also AFTER INSERT, UPDATE or DELETE '
      'with transition tables, FOR EACH STATEMENT');
  END IF;
  SELECT * INTO plan FROM upkeep_internal.order_line_plan(TG_RELID, TG_ARGV);
  PERFORM upkeep_internal.require_trusted(TG_RELID), upkeep_internal.require_trusted(plan.products);
  GET DIAGNOSTICS context = PG_CONTEXT;
  IF TG_OP [=] 'INSERT' THEN
    EXECUTE upkeep_internal.insert_kind_query(TG_RELID, plan) INTO sold USING NEW, context;
    EXECUTE upkeep_internal.insert_line_query(TG_RELID, TG_ARGV, plan, sold.kind) INTO NEW USING NEW;
    RETURN NEW;
  ELSIF TG_OP [=] 'UPDATE' THEN
    EXECUTE upkeep_internal.update_line_query(TG_RELID, plan) INTO NEW USING NEW, OLD, context;
    RETURN NEW;
  END IF;
  EXECUTE upkeep_internal.delete_line_query(TG_RELID, plan) USING OLD, context;
  RETURN OLD;
END $$;

CREATE FUNCTION upkeep_internal.order_snapshots_branch(target regclass, arguments text[], type int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  plan record;
  whole constant regclass := upkeep_internal.topmost(target);
BEGIN
  SELECT * INTO plan FROM upkeep_internal.order_line_plan(target, arguments);
  -- FOR EACH ROW, BEFORE, or FOR EACH STATEMENT, AFTER; not TRUNCATE.
  IF type & 3 NOT IN (0, 3) OR type & 96 <> 0 OR type & 3 = 0 AND plan.returns IS NULL
     OR type & 1 = 0 AND NOT upkeep_internal.have_usual_tables(target)
     OR NOT (upkeep_internal.is_trusted(target) AND upkeep_internal.is_trusted(plan.products)) THEN
    RETURN NULL;
  END IF;
  RETURN format(
    E'IF upkeep_internal.still_is(%L, %L)\n   AND upkeep_internal.order_snapshots_fits(%L, %L)%s THEN\n%sEND IF;',
    plan.products::oid, upkeep_internal.print_of(plan.products), target::oid,
    upkeep_internal.print_of_keepers(target, plan.returns IS NOT NULL),
    CASE WHEN plan.returns IS NULL THEN '' ELSE format(E'\n   AND upkeep_internal.still_is(%L, %L)', whole::oid,
      upkeep_internal.print_of(whole)) END,
    upkeep_internal.indented(CASE WHEN type & 1 = 0 THEN upkeep_internal.return_checks_text(target, arguments)
      ELSE upkeep_internal.write_line_text(target, arguments, plan) END, '  '));
END $$;

-- A digest of what a branch relies on in other features of the lines: their stock is no field of a snapshot, and a line
-- is returned in its own currency, and not more often than refunds leave.
CREATE FUNCTION upkeep_internal.print_of_keepers(target regclass, with_returns boolean)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  whole constant regclass := upkeep_internal.topmost(target);
BEGIN
  RETURN md5(concat_ws('; ', upkeep_internal.stock_column_of(target), with_returns, (
    SELECT string_agg(concat_ws(' ', t.feature, t.arguments, upkeep_internal.print_of(
             upkeep_internal.table_named(t.feature, t.arguments,
               CASE t.feature WHEN 'order_totals' THEN 'orders' ELSE 'refunds' END, t.object))), ', ' ORDER BY t.place)
    FROM upkeep_internal.triggers t
    WHERE with_returns AND (t.object = target AND t.feature = 'order_totals'
                            OR t.object = whole AND t.feature = 'order_refunds'))));
END $$;

-- As upkeep_internal.fits.
CREATE FUNCTION upkeep_internal.order_snapshots_fits(target regclass, print text)
RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN print = ANY (ARRAY[upkeep_internal.print_of_keepers(target, false),
                            upkeep_internal.print_of_keepers(target, true)]);
END $$;
