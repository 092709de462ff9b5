-- The trigger function upkeep.order_refund(): on the refunds, on the orders and on their lines. It runs as the
-- installer: who writes a refund needs no rights on orders and lines. Its search_path is the writer's, as that of the
-- triggers that it fires; what it says is qualified.

CREATE FUNCTION upkeep.order_refund(…) LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  is_done pg_catalog.bool;
  share pg_catalog.numeric;
  before pg_catalog.text;
  own pg_catalog.text;
  scans pg_catalog.text;
  compiles pg_catalog.text;
  plan pg_catalog.record;
  parts pg_catalog.record;
  seen pg_catalog.record;
  rows pg_catalog.jsonb;
  settles pg_catalog.bool;
  count pg_catalog.int8;
BEGIN
  IF pg_catalog.current_setting('upkeep.pause', true) [<>] '' THEN
    IF upkeep_internal.own_kind(TG_RELID, pg_catalog.pg_trigger_depth()) [=] ANY ('{quiet,refund}')
       OR upkeep_internal.paused_for_writer('order_refunds', TG_RELID) THEN
      RETURN NEW;
    END IF;
  END IF;
  -- branches
  -- end of branches
  PERFORM upkeep_internal.mend_branch('order_refunds', TG_RELID);

  -- What no branch knows, and what a branch has found to be wrong.
  SELECT * INTO seen FROM upkeep_internal.refund_trigger(TG_RELID, TG_NAME, TG_ARGV, TG_OP, TG_WHEN, TG_LEVEL);
  IF seen.place [<>] 'refunds' AND NOT upkeep_internal.is_refundable(TG_RELID, TG_ARGV) THEN
    RETURN NEW;
  END IF;
  plan := upkeep_internal.refund_plan(TG_RELID, TG_ARGV);
  IF TG_LEVEL [=] 'ROW' AND seen.place [=] 'refunds' AND TG_OP [=] 'UPDATE' THEN
    EXECUTE upkeep_internal.changed_column_of_refund(plan) INTO before USING NEW, OLD;
    PERFORM upkeep_internal.refuse_changed_refund(TG_RELID, before);
  ELSIF TG_LEVEL [=] 'ROW' AND seen.place [=] 'refunds' THEN
    PERFORM upkeep_internal.require_sight_of_refunds(plan);
    EXECUTE upkeep_internal.refund_parts(plan) INTO parts USING NEW;
    IF upkeep_internal.lacks_amount(plan, TG_RELID, parts) THEN
      EXECUTE upkeep_internal.lock_order_of(plan, '($1)') INTO is_done USING NEW;
      -- Before the line is waited for: who changes lines of an open order locks them first.
      PERFORM upkeep_internal.require_closed_order(plan, parts.order_json, is_done);
      EXECUTE upkeep_internal.lock_line_of(plan, '($1)') INTO is_done USING NEW;
      PERFORM upkeep_internal.require_line_of_order(plan, parts.order_json, parts.line_json, is_done);
      EXECUTE upkeep_internal.share_of_refund(plan, '($1)') INTO share USING NEW;
      GET DIAGNOSTICS count = ROW_COUNT;
      PERFORM upkeep_internal.require_line_of_order(plan, parts.order_json, parts.line_json, count [>] 0),
        upkeep_internal.require_share(plan, share);
      NEW := pg_catalog.jsonb_populate_record(NEW, pg_catalog.jsonb_build_object(plan.amount, share));
    END IF;
  ELSIF TG_LEVEL [=] 'ROW' THEN
    before := upkeep_internal.kept_column(plan, seen.place);
    PERFORM upkeep_internal.require_kept_column(TG_RELID, TG_NAME, before);
    IF TG_OP [=] 'INSERT' THEN
      EXECUTE upkeep_internal.refunded_so_far(plan, seen.place, '($1)') INTO share USING NEW;
      PERFORM upkeep_internal.require_holds(TG_RELID, before, share);
      NEW := pg_catalog.jsonb_populate_record(NEW, pg_catalog.jsonb_build_object(before, share));
    ELSE
      EXECUTE pg_catalog.format('SELECT pg_catalog.to_jsonb(($1).%I)', before) INTO rows USING OLD;
      NEW := pg_catalog.jsonb_populate_record(NEW, pg_catalog.jsonb_build_object(before, rows));
    END IF;
  ELSIF seen.place [<>] 'refunds' THEN
    EXECUTE pg_catalog.format('SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(n)) FROM (%s) n',
      upkeep_internal.lessened_rows(plan, seen.place, TG_OP, seen.old_rows, seen.new_rows)) INTO rows;
    PERFORM upkeep_internal.require_enough_left(plan, seen.place, rows);
  ELSIF TG_OP [=] 'TRUNCATE' THEN
    PERFORM upkeep_internal.require_truncatable(plan, TG_RELID);
    before := upkeep_internal.begin_own('refund');
    IF plan.refunded IS NOT NULL THEN
      EXECUTE upkeep_internal.without_truncated(plan, TG_RELID, 'orders');
    END IF;
    IF plan.refunded_quantity IS NOT NULL THEN
      EXECUTE upkeep_internal.without_truncated(plan, TG_RELID, 'lines');
    END IF;
    PERFORM upkeep_internal.end_own(before);
    settles := plan.restock IS NOT NULL;
  ELSE
    -- Only what the trigger function itself sends sees the transition tables.
    EXECUTE upkeep_internal.collect_refunds(plan, TG_RELID, COALESCE(seen.new_rows, seen.old_rows), TG_OP [=] 'DELETE')
      INTO rows;
    IF rows IS NULL THEN
      RETURN NULL;
    ELSIF TG_OP [=] 'INSERT' THEN
      PERFORM upkeep_internal.require_sight_of_refunds(plan), upkeep_internal.lock_new_refunds(plan, rows);
    ELSE
      PERFORM upkeep_internal.lock_deleted_refunds(plan, rows);
    END IF;
    before := upkeep_internal.begin_own('refund');
    EXECUTE upkeep_internal.keep_lines(plan, upkeep_internal.refund_rows(plan)) USING rows;
    EXECUTE upkeep_internal.keep_orders(plan, upkeep_internal.refund_rows(plan)) USING rows;
    PERFORM upkeep_internal.end_own(before);
    IF TG_OP [=] 'INSERT' THEN
      PERFORM upkeep_internal.require_refunded_lines(plan, rows), upkeep_internal.require_refunded_orders(plan, rows);
    END IF;
    settles := upkeep_internal.may_restock(plan, rows);
  END IF;
  IF settles AND NOT upkeep_internal.paused_for_writer('stock', plan.lines) THEN
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
      of pg_catalog.record;
    BEGIN
      SELECT * INTO of FROM upkeep_internal.stock_of_statement(plan, TG_RELID, TG_OP);
      EXECUTE of.settle INTO gone, taking, taking_products, taking_quantities, products, changes, stocks, ordered,
        is_refused, twins USING rows;
      IF is_refused OR twins IS NOT NULL THEN
        PERFORM upkeep_internal.refuse_stock(of.products, of.orders, of.stock, of.last_stock, products, changes, stocks,
          ordered, twins);
      END IF;
      IF of.write_taken IS NULL THEN
        PERFORM upkeep_internal.remember_stock(plan.lines, of.products, gone, taking, taking_products,
          taking_quantities);
      END IF;
      IF products IS NOT NULL THEN
        before := upkeep_internal.begin_own('derived');
        EXECUTE of.change_stock USING products, changes;
        PERFORM upkeep_internal.end_own(before);
      END IF;
      IF of.write_taken IS NOT NULL AND taking IS NOT NULL THEN
        before := upkeep_internal.begin_own('quiet');
        EXECUTE of.write_taken USING taking, taking_quantities;
        PERFORM upkeep_internal.end_own(before);
      END IF;
    END;
  END IF;
  RETURN NEW;
END $$;

-- Where a trigger stands, and the names of its transition tables. An error where it does not fit its function.
CREATE FUNCTION upkeep_internal.refund_trigger(
  target regclass,
  trigger_name name,
  arguments text[],
  operation text,
  timing text,
  level text,
  OUT place text,
  OUT old_rows name,
  OUT new_rows name
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  is_right boolean;
BEGIN
  place := upkeep_internal.refund_place(upkeep_internal.read_options('order_refunds', arguments));
  SELECT t.tgoldtable, t.tgnewtable INTO old_rows, new_rows
  FROM pg_trigger t WHERE t.tgrelid = target AND t.tgname = trigger_name;
  is_right := CASE
    WHEN level = 'ROW' THEN timing = 'BEFORE' AND operation <> 'DELETE'
    WHEN operation = 'TRUNCATE' THEN place = 'refunds' AND timing = 'BEFORE'
    WHEN timing <> 'AFTER' THEN false
    WHEN operation = 'INSERT' THEN place = 'refunds' AND new_rows IS NOT NULL
    WHEN operation = 'DELETE' THEN place <> 'orders' AND old_rows IS NOT NULL
    ELSE place <> 'refunds' AND old_rows IS NOT NULL AND new_rows IS NOT NULL END;
  IF NOT is_right THEN
    PERFORM upkeep_internal.misused_trigger(trigger_name, target, 'order_refunds', 'BEFORE INSERT OR UPDATE, FOR EACH '
      'ROW, or AFTER INSERT or DELETE with transition tables or BEFORE TRUNCATE, FOR EACH STATEMENT, on the refunds; '
      'BEFORE INSERT OR UPDATE, FOR EACH ROW, or AFTER UPDATE with transition tables, FOR EACH STATEMENT, on the '
      'orders and on the lines, there AFTER DELETE too');
  END IF;
END $$;

-- Where the totals, the lock or the stock are not enabled any more, refunds say so themselves, and changes of orders
-- and lines go on.
CREATE FUNCTION upkeep_internal.is_refundable(target regclass, arguments text[])
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.refund_plan(target, arguments);
  RETURN true;
EXCEPTION WHEN object_not_in_prerequisite_state THEN
  RETURN false;
END $$;
