-- The trigger function upkeep.stock(): takes stock for the lines of a statement, and gives it back. It runs as the
-- installer: who writes a line needs no rights on products and orders. It sets no search_path, since the triggers of
-- the products count on the writer's; what it says is qualified.
CREATE FUNCTION upkeep.stock(…) LANGUAGE plpgsql SECURITY DEFINER AS $$
<<stock>>
DECLARE
  -- What upkeep_internal.settle_query returns.
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
  older_orders pg_catalog.text[]; -- keys
  scans pg_catalog.text;
  compiles pg_catalog.text;
  own pg_catalog.text;
  is_concerned pg_catalog.bool;
  is_done pg_catalog.bool; -- An assignment needs no query.
  statements pg_catalog.record;
BEGIN
  IF pg_catalog.current_setting('upkeep.pause', true) [<>] '' THEN
    IF upkeep_internal.paused_for_writer('stock', TG_RELID)
       OR upkeep_internal.own_kind(TG_RELID, pg_catalog.pg_trigger_depth()) [=] 'quiet' THEN
      RETURN NULL;
    END IF;
  END IF;
  -- branches
  -- end of branches
  PERFORM upkeep_internal.mend_branch('stock', TG_RELID);

  SELECT * INTO statements FROM upkeep_internal.stock_statements(TG_RELID, TG_NAME, TG_OP, TG_WHEN, TG_LEVEL, TG_ARGV);
  IF statements.is_concerned IS NOT NULL THEN
    EXECUTE statements.is_concerned INTO is_concerned;
  END IF;
  IF is_concerned IS FALSE THEN
    RETURN NULL;
  END IF;
  IF statements.older_orders IS NOT NULL THEN
    EXECUTE statements.older_orders INTO older_orders;
    PERFORM upkeep_internal.note_stock_orders(statements.orders, older_orders);
  END IF;
  scans := pg_catalog.current_setting('enable_seqscan');
  compiles := pg_catalog.current_setting('jit');
  own := pg_catalog.set_config('enable_seqscan', 'off', true);
  own := pg_catalog.set_config('jit', 'off', true);
  EXECUTE statements.settle INTO gone, taking, taking_products, taking_quantities, products, changes, stocks, ordered,
    is_refused, twins;
  own := pg_catalog.set_config('enable_seqscan', scans, true);
  own := pg_catalog.set_config('jit', compiles, true);
  -- upkeep.empty_tables gives back what the lines took, though the stock were below zero then.
  IF is_refused AND TG_OP [=] 'TRUNCATE' THEN
    is_refused := COALESCE(upkeep_internal.own_kind(TG_RELID, pg_catalog.pg_trigger_depth()), '') [<>] 'emptying';
  END IF;
  IF is_refused OR twins IS NOT NULL THEN
    PERFORM upkeep_internal.refuse_stock(statements.products, statements.orders, statements.stock,
      statements.last_stock, products, changes, stocks, ordered, twins);
  END IF;
  -- Code that runs when the stock changes may itself change lines: it finds what these have taken.
  IF statements.write_taken IS NULL THEN
    PERFORM upkeep_internal.remember_stock(statements.lines, statements.products, gone, taking, taking_products,
      taking_quantities);
  END IF;
  IF products IS NOT NULL THEN
    own := upkeep_internal.begin_own('derived');
    EXECUTE statements.change_stock USING products, changes;
    PERFORM upkeep_internal.end_own(own);
  END IF;
  IF statements.write_taken IS NOT NULL AND taking IS NOT NULL AND TG_OP [<>] 'TRUNCATE' THEN
    own := upkeep_internal.begin_own('quiet');
    EXECUTE statements.write_taken USING taking, taking_quantities;
    PERFORM upkeep_internal.end_own(own);
  END IF;
  RETURN NULL;
END $$;
