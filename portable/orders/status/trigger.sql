-- The trigger function upkeep.order_status(): legal moves only, and the moment of payment once. It runs as whoever
-- writes, since it reads no other table.

CREATE FUNCTION upkeep.order_status(…) LANGUAGE plpgsql AS $$
DECLARE
  was pg_catalog.text;
  becomes pg_catalog.text;
BEGIN
  IF COALESCE(pg_catalog.current_setting('upkeep.pause', true), '') [<>] ''
     AND upkeep_internal.mark('order_status', TG_RELID, pg_catalog.pg_trigger_depth()) [=] 'paused' THEN
    RETURN NEW;
  END IF;
  -- branches
  -- end of branches
  PERFORM upkeep_internal.mend_branch('order_status', TG_RELID);

  IF TG_WHEN [<>] 'BEFORE' OR TG_LEVEL [<>] 'ROW' OR TG_OP [=] 'DELETE' THEN
    PERFORM upkeep_internal.misused_trigger(TG_NAME, TG_RELID, 'order_status',
      'BEFORE INSERT OR UPDATE ... FOR EACH ROW');
  END IF;
  EXECUTE upkeep_internal.order_status_query(TG_RELID, TG_ARGV, TG_OP [=] 'UPDATE') INTO NEW USING NEW, OLD;
  RETURN NEW;
END $$;

-- The status of a row that row_name names, as its type writes it; blanks that pad character(n) do not count.
CREATE FUNCTION upkeep_internal.status_text(target regclass, status name, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  base constant regtype := (SELECT b.base FROM pg_attribute a, upkeep_internal.base_type(a.atttypid, a.atttypmod) b
                            WHERE a.attrelid = target AND a.attname = status);
BEGIN
  RETURN format(CASE
      WHEN base IN ('text'::regtype, 'varchar'::regtype) THEN '%1$s.%2$I::pg_catalog.text'
      WHEN base = 'bpchar'::regtype THEN
        'CASE WHEN %1$s.%2$I IS NOT NULL THEN pg_catalog.rtrim(pg_catalog.format(''%%s'', %1$s.%2$I), '' '') END'
      ELSE 'CASE WHEN %1$s.%2$I IS NOT NULL THEN pg_catalog.format(''%%s'', %1$s.%2$I) END' END
    || ' COLLATE pg_catalog."C"', row_name, status);
END $$;

-- Where it is paid, the moment of payment: the one that the order had, else the transaction's.
CREATE FUNCTION upkeep_internal.moment_of_payment(paid name, moment text, old_row text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT format('COALESCE(%s.%I, %s)', old_row, paid, moment) $$;

CREATE FUNCTION upkeep_internal.order_status_branch(target regclass, arguments text[], type int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  plan record;
BEGIN
  -- FOR EACH ROW, BEFORE, and neither DELETE nor TRUNCATE.
  IF type & 3 <> 3 OR type & 104 <> 0 THEN
    RETURN NULL;
  END IF;
  SELECT * INTO plan FROM upkeep_internal.order_status_plan(target, arguments);
  RETURN format($text$becomes := %1$s;
IF TG_OP [=] 'UPDATE' THEN
  was := %2$s;
  IF was [=] becomes OR was IS NULL AND becomes IS NULL THEN
    RETURN NEW;
  END IF;
  IF was IS NOT NULL AND ((%3$L::pg_catalog.jsonb [->] was) [?] becomes) IS NOT TRUE THEN
    PERFORM upkeep_internal.illegal_move(%4$L, %3$L, was, becomes);
  END IF;
END IF;
$text$, upkeep_internal.status_text(target, plan.status, 'NEW'),
      upkeep_internal.status_text(target, plan.status, 'OLD'), plan.moves, target::oid)
    || CASE WHEN plan.paid IS NULL THEN '' ELSE format($text$IF becomes [=] %1$L AND NEW.%2$I IS NULL THEN
  NEW.%2$I := %3$s;
END IF;
$text$, plan.paid_status, plan.paid, upkeep_internal.moment_of_payment(plan.paid, plan.moment, 'OLD')) END
    || 'RETURN NEW;';
END $$;

-- The same as a query: $1 is NEW, $2 OLD.
CREATE FUNCTION upkeep_internal.order_status_query(target regclass, arguments text[], is_update boolean)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  plan record;
  was text := 'NULL::pg_catalog.text';
BEGIN
  SELECT * INTO plan FROM upkeep_internal.order_status_plan(target, arguments);
  IF is_update THEN
    was := upkeep_internal.status_text(target, plan.status, '($2)');
  END IF;
  RETURN format('SELECT %s FROM (SELECT upkeep_internal.enters_status(%L, %L, %s, %s) AS entered OFFSET 0) s', (
      SELECT string_agg(CASE WHEN a.attname = plan.paid
        THEN format('CASE WHEN s.entered [=] %L AND ($1).%I IS NULL THEN (%s)::%s ELSE ($1).%2$I END', plan.paid_status,
          plan.paid, CASE WHEN is_update THEN upkeep_internal.moment_of_payment(plan.paid, plan.moment, '($2)')
                          ELSE plan.moment END, format_type(a.atttypid, a.atttypmod))
        ELSE format('($1).%I', a.attname) END, ', ' ORDER BY a.attnum)
      FROM pg_attribute a
      WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped),
    target::oid, plan.moves, was, upkeep_internal.status_text(target, plan.status, '($1)'));
END $$;

-- The status that an order moves to; NULL where it stays. An illegal move is an error.
CREATE FUNCTION upkeep_internal.enters_status(target regclass, moves jsonb, was text, becomes text)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  IF was IS NOT NULL AND was IS DISTINCT FROM becomes AND (moves -> was ? becomes) IS NOT TRUE THEN
    PERFORM upkeep_internal.illegal_move(target, moves, was, becomes);
  END IF;
  RETURN nullif(becomes, was);
END $$;

CREATE FUNCTION upkeep_internal.illegal_move(target regclass, moves jsonb, was text, becomes text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  legal constant text := (SELECT string_agg(e, ', ' ORDER BY place)
                          FROM jsonb_array_elements_text(moves -> was) WITH ORDINALITY u(e, place));
BEGIN
  PERFORM upkeep_internal.fail('UK004',
    format('an order of "%s" cannot move from status "%s" to %s',
      upkeep_internal.table_name(upkeep_internal.topmost(target)), was, coalesce('"' || becomes || '"', 'NULL')),
    CASE WHEN legal IS NULL THEN format('The status "%s" is final.', was)
         ELSE format('From "%s" an order may become: %s.', was, legal) END);
END $$;
