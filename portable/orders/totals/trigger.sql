-- The trigger function upkeep.order_total(): on the lines, it computes the totals of the orders that a statement
-- touched; on the orders, it keeps a client from writing them. Runs as the installer.

-- Between the two lines upkeep_internal.write_triggers writes a branch for each table.
CREATE FUNCTION upkeep.order_total(…) LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  kind pg_catalog.text;
  tables pg_catalog.record;
  keys pg_catalog.text[];
  tenants pg_catalog.text[];
BEGIN
  IF pg_catalog.current_setting('upkeep.pause', true) [<>] '' THEN
    kind := upkeep_internal.own_kind(TG_RELID, pg_catalog.pg_trigger_depth());
    IF kind [=] 'quiet' OR upkeep_internal.paused_for_writer('order_totals', TG_RELID) THEN
      RETURN NEW;
    END IF;
  END IF;
  -- branches
  -- end of branches
  PERFORM upkeep_internal.mend_branch('order_totals', TG_RELID);

  -- What no branch knows: a table of a restored dump, a trigger made by hand, columns altered since; and TRUNCATE.
  tables := upkeep_internal.transition_tables(TG_RELID, TG_NAME);
  IF TG_LEVEL [=] 'ROW' AND (TG_WHEN [<>] 'BEFORE' OR TG_OP [=] 'DELETE') OR TG_LEVEL [=] 'STATEMENT' AND (
       TG_WHEN [<>] 'AFTER'
       OR TG_OP [<>] 'TRUNCATE' AND (TG_OP [<>] 'INSERT' AND tables.old_rows IS NULL
                                     OR TG_OP [<>] 'DELETE' AND tables.new_rows IS NULL)) THEN
    PERFORM upkeep_internal.misused_trigger(TG_NAME, TG_RELID, 'order_totals', 'AFTER INSERT, UPDATE or DELETE with '
      'transition tables, or AFTER TRUNCATE, FOR EACH STATEMENT, on the lines; BEFORE INSERT OR UPDATE, FOR EACH ROW, '
      'on the orders; with a currency_column BEFORE INSERT, FOR EACH ROW, on the lines');
  END IF;
  -- Before anything of a row is looked at: its types may be somebody's who is not to run code as the installer.
  PERFORM upkeep_internal.require_trusted(TG_RELID);
  IF TG_LEVEL [=] 'ROW' AND upkeep_internal.is_on_lines(TG_ARGV) THEN
    RETURN CASE WHEN TG_OP [=] 'UPDATE' THEN NEW ELSE pg_catalog.jsonb_populate_record(NEW,
      upkeep_internal.currency_of_line(TG_RELID, TG_NAME, TG_ARGV, pg_catalog.to_jsonb(NEW))) END;
  ELSIF TG_LEVEL [=] 'ROW' THEN
    RETURN pg_catalog.jsonb_populate_record(NEW, upkeep_internal.kept_totals(TG_RELID, TG_ARGV, TG_OP,
      pg_catalog.to_jsonb(NEW), CASE WHEN TG_OP [=] 'UPDATE' THEN pg_catalog.to_jsonb(OLD) END,
      COALESCE(kind [=] 'total', false)));
  ELSIF TG_OP [=] 'TRUNCATE' THEN
    PERFORM upkeep_internal.totals_after_truncate(TG_RELID, TG_ARGV);
  ELSE
    EXECUTE upkeep_internal.touched_keys_query(TG_RELID, TG_ARGV, TG_OP, tables.old_rows, tables.new_rows)
      INTO keys, tenants;
    PERFORM upkeep_internal.settle_totals(TG_RELID, TG_ARGV, tenants, keys);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION upkeep_internal.is_on_lines(arguments text[])
RETURNS boolean IMMUTABLE LANGUAGE sql AS $$ SELECT EXISTS (SELECT FROM unnest(arguments) a WHERE a LIKE 'orders=%') $$;
