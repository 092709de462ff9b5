-- The trigger function upkeep.order_lock(): a paid order is closed. It runs as the installer: who writes lines needs no
-- rights on the orders.

CREATE FUNCTION upkeep.order_lock(…) LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  plan pg_catalog.record;
  closed pg_catalog.record;
  changed pg_catalog.text;
BEGIN
  -- The row lock on the order has been taken by whoever writes a refund. upkeep.empty_tables empties all.
  IF pg_catalog.current_setting('upkeep.pause', true) [<>] '' THEN
    IF upkeep_internal.paused_for_writer('order_lock', TG_RELID) OR upkeep_internal.own_kind(TG_RELID,
         pg_catalog.pg_trigger_depth()) [=] ANY ('{quiet,refund,emptying}'::pg_catalog.text[]) THEN
      RETURN NEW;
    END IF;
  END IF;
  -- branches
  -- end of branches
  PERFORM upkeep_internal.mend_branch('order_lock', TG_RELID);

  -- What no branch knows, and what a branch has found to be closed.
  PERFORM upkeep_internal.require_trusted(TG_RELID),
    upkeep_internal.require_right_lock_trigger(TG_RELID, TG_NAME, TG_ARGV);
  SELECT * INTO plan FROM upkeep_internal.order_lock_plan(TG_RELID, TG_ARGV);
  PERFORM upkeep_internal.require_trusted(plan.orders), upkeep_internal.require_trusted(plan.lines);
  IF TG_LEVEL [=] 'ROW' THEN
    EXECUTE upkeep_internal.changed_order(plan) INTO closed USING OLD, NEW;
    IF closed.upkeep_key IS NOT NULL THEN
      PERFORM upkeep_internal.require_kept(plan, closed);
      EXECUTE upkeep_internal.kept_order(plan) INTO NEW USING OLD, NEW;
    END IF;
    RETURN NEW;
  END IF;
  EXECUTE upkeep_internal.closed_order_query(plan, TG_RELID, TG_NAME, TG_OP) INTO closed
    USING upkeep_internal.open_orders(plan.orders, plan.lines);
  IF closed.upkeep_key IS NOT NULL THEN
    IF TG_OP [=] 'UPDATE' THEN
      EXECUTE upkeep_internal.first_changed_column(plan, TG_RELID, TG_NAME) INTO changed;
    END IF;
    PERFORM upkeep_internal.refuse_statement(plan, TG_RELID, TG_OP, closed, changed);
  END IF;
  RETURN NULL;
END $$;

-- What a trigger of a table does, as text for the function's body. Where nothing is closed, it is all there is to do.
CREATE FUNCTION upkeep_internal.order_lock_branch(target regclass, arguments text[], type int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  plan record;
  fits text;
BEGIN
  -- TRUNCATE is rare.
  IF type & 32 <> 0 OR NOT upkeep_internal.has_usual_lock_triggers(target, arguments) THEN
    RETURN NULL;
  END IF;
  SELECT * INTO plan FROM upkeep_internal.order_lock_plan(target, arguments);
  IF NOT upkeep_internal.is_trusted(plan.orders) OR NOT upkeep_internal.is_trusted(plan.lines) THEN
    RETURN NULL;
  END IF;
  fits := format('upkeep_internal.order_lock_fits(%L, %L, %L)', plan.orders::oid, plan.lines::oid,
                 upkeep_internal.order_lock_print(plan.orders, plan.lines));
  RETURN CASE
    WHEN plan.lines = target THEN upkeep_internal.branch_of_lines(plan, fits)
    WHEN type & 1 <> 0 THEN
      format(E'IF %s AND (NOT %s OR NOT (%s)) THEN\n  RETURN NEW;\nEND IF;', fits,
        upkeep_internal.is_locked(plan, 'OLD'),
        concat_ws(' OR ', upkeep_internal.images_differ(plan.orders, plan.frozen, 'OLD', 'NEW'),
          CASE WHEN plan.paid IS NOT NULL THEN format('OLD.%1$I IS NOT NULL AND NEW.%1$I IS NULL', plan.paid) END))
    ELSE
      format(E'IF %s AND NOT EXISTS (SELECT FROM upkeep_old o WHERE %s) THEN\n  RETURN NULL;\nEND IF;', fits,
        upkeep_internal.is_locked(plan, 'o')) END;
END $$;

-- The keys of the orders whose lines have changed are collected first: most statements change those of one order, which
-- a unique index finds whatever the planner knows of the table.
CREATE FUNCTION upkeep_internal.branch_of_lines(plan record, fits text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  declared text;
  is_one text;
  one_order text;
  unnested text;
BEGIN
  SELECT string_agg(format(E'  key%s %s[];\n', place, upkeep_internal.type_as_sql(t.base)), '' ORDER BY place),
    string_agg(upkeep_internal.key_match(plan.lines, k, format('key%s[1]', place), plan.lines, k,
                                         format('ALL (key%s)', place)), ' AND ' ORDER BY place),
    string_agg(upkeep_internal.key_match(plan.orders, plan.keys[place::int], format('o.%I', plan.keys[place::int]),
                 plan.lines, k, format('changed_lines.key%s[1]', place)), ' AND ' ORDER BY place),
    string_agg(format('pg_catalog.unnest(changed_lines.key%s)', place), ', ' ORDER BY place)
    INTO declared, is_one, one_order, unnested
  FROM unnest(plan.columns) WITH ORDINALITY u(k, place), upkeep_internal.column_type(plan.lines, k) t;
  RETURN format(E'<<changed_lines>>\nDECLARE\n%s  is_closed pg_catalog.bool;\nBEGIN\n', declared)
    || (SELECT string_agg(format(E'  %s %s AND TG_OP [=] %L THEN\n%s', CASE place WHEN 1 THEN 'IF' ELSE 'ELSIF' END,
                fits, op, upkeep_internal.collected_keys(plan, op)), '' ORDER BY place)
        FROM unnest('{INSERT,UPDATE,DELETE}'::text[]) WITH ORDINALITY u(op, place))
    || format($text$  ELSE
    EXIT changed_lines;
  END IF;
  IF key1[1] IS NULL THEN
    RETURN NULL;
  ELSIF %s THEN
    SELECT %s INTO is_closed FROM %s o WHERE %s FOR NO KEY UPDATE OF o;
  ELSE
    SELECT true INTO is_closed FROM (%s) f;
  END IF;
  IF is_closed IS NOT TRUE THEN
    RETURN NULL;
  END IF;
END;$text$, is_one, upkeep_internal.is_locked(plan, 'o'), upkeep_internal.qualified(plan.orders), one_order,
      upkeep_internal.first_locked_order(plan, format('EXISTS (SELECT FROM ROWS FROM (%s) AS c (%s) WHERE %s)',
        unnested, upkeep_internal.join_names(plan.columns),
        upkeep_internal.keys_match(plan.orders, plan.keys, 'o', plan.lines, plan.columns, 'c'))));
END $$;

-- The keys of changed lines into a variable for each of their columns: key1, key2.
CREATE FUNCTION upkeep_internal.collected_keys(plan record, op text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  changed constant text := upkeep_internal.keys_of_changed_lines(plan, op, 'upkeep_old', 'upkeep_new');
BEGIN
  RETURN (
    SELECT CASE count(*)
      WHEN 1 THEN format(E'    key1 := ARRAY(SELECT %s FROM (%s) c);\n', string_agg(value, ''), changed)
      ELSE format(E'    SELECT %s INTO %s FROM (%s) c;\n',
        string_agg(format('pg_catalog.array_agg(%s)', value), ', ' ORDER BY place),
        string_agg(format('key%s', place), ', ' ORDER BY place), changed) END
    FROM (SELECT place, format('c.%I::%s', k, upkeep_internal.type_as_sql(t.base)) AS value
          FROM unnest(plan.columns) WITH ORDINALITY u(k, place), upkeep_internal.column_type(plan.lines, k) t) v);
END $$;

-- The same as a query, or what a statement on the orders means. $1: the keys of those that are open.
CREATE FUNCTION upkeep_internal.closed_order_query(plan record, target regclass, trigger_name name, op text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  tables record;
BEGIN
  SELECT * INTO tables FROM upkeep_internal.transition_tables(target, trigger_name);
  IF target = plan.orders THEN
    RETURN CASE op WHEN 'DELETE' THEN upkeep_internal.deleted_order(plan, tables.old_rows)
                   ELSE upkeep_internal.truncated_order(plan) END;
  ELSIF op = 'TRUNCATE' THEN
    RETURN upkeep_internal.first_locked_order(plan, format('EXISTS (SELECT FROM %s c WHERE %s)',
      upkeep_internal.rows_of(target),
      upkeep_internal.keys_match(plan.orders, plan.keys, 'o', plan.lines, plan.columns, 'c')));
  END IF;
  RETURN upkeep_internal.first_locked_order(plan, format('EXISTS (SELECT FROM (%s) c WHERE %s)',
    upkeep_internal.keys_of_changed_lines(plan, op, tables.old_rows, tables.new_rows),
    upkeep_internal.keys_match(plan.orders, plan.keys, 'o', plan.lines, plan.columns, 'c')), '$1');
END $$;

-- Whether a trigger fires when it must. One for rows stands on the orders.
CREATE FUNCTION upkeep_internal.is_right_lock_trigger(type int, old_rows name, new_rows name)
RETURNS boolean IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN type & 1 <> 0 THEN type & 2 <> 0 AND type & 44 = 0
    WHEN type & 32 <> 0 THEN type & 2 <> 0
    ELSE type & 66 = 0 AND (type & 24 = 0 OR old_rows IS NOT NULL) AND (type & 20 = 0 OR new_rows IS NOT NULL) END
$$;

CREATE FUNCTION upkeep_internal.require_right_lock_trigger(target regclass, trigger_name name, arguments text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  declared pg_trigger;
BEGIN
  SELECT * INTO declared FROM pg_trigger t WHERE t.tgrelid = target AND t.tgname = trigger_name;
  IF NOT upkeep_internal.is_right_lock_trigger(declared.tgtype, declared.tgoldtable, declared.tgnewtable) THEN
    PERFORM upkeep_internal.misused_trigger(trigger_name, target, 'order_lock', 'AFTER INSERT, UPDATE or DELETE with '
      'transition tables, or BEFORE TRUNCATE, FOR EACH STATEMENT; or BEFORE UPDATE, FOR EACH ROW, on the orders');
  ELSIF declared.tgtype & 1 <> 0 THEN
    PERFORM upkeep_internal.other_table('order_lock', upkeep_internal.read_options('order_lock', arguments),
                                        'order_items', target);
  END IF;
END $$;

-- Whether all triggers that a branch is for are right, and name their transition tables as enabling does.
CREATE FUNCTION upkeep_internal.has_usual_lock_triggers(target regclass, arguments text[])
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT bool_and(upkeep_internal.is_right_lock_trigger(t.type, p.tgoldtable, p.tgnewtable)
                  AND coalesce(p.tgoldtable, 'upkeep_old') = 'upkeep_old'
                  AND coalesce(p.tgnewtable, 'upkeep_new') = 'upkeep_new')
  FROM upkeep_internal.triggers t JOIN pg_trigger p ON p.oid = t.trigger_oid
  WHERE t.object = target AND t.feature = 'order_lock' AND t.arguments = has_usual_lock_triggers.arguments
$$;

-- A digest of what the branches of both tables rely on beyond their own columns and triggers.
CREATE FUNCTION upkeep_internal.order_lock_print(orders regclass, lines regclass)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT md5(string_agg(concat_ws('; ', upkeep_internal.qualified(c.oid), upkeep_internal.is_trusted(c.oid), c.relkind,
    c.relowner,
    (SELECT string_agg(concat_ws(' ', attnum, quote_ident(attname), atttypid, atttypmod, attgenerated), ', '
                       ORDER BY attnum)
     FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped),
    (SELECT string_agg(concat_ws(' ', t.tgtype, t.tgoldtable, t.tgnewtable, t.tgargs, p.proname), ', '
                       ORDER BY t.tgname)
     FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid AND p.pronamespace = 'upkeep'::regnamespace
     WHERE t.tgrelid = c.oid AND p.proname IN ('order_lock', 'order_total', 'updated_at')),
    (SELECT string_agg(concat_ws(' ', conkey, confdelsetcols), ', ' ORDER BY oid)
     FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f' AND confdeltype = 'n')), '; '
    ORDER BY c.oid <> orders))
  FROM pg_class c
  WHERE c.oid IN (orders, lines)
$$;

-- As upkeep_internal.fits.
CREATE FUNCTION upkeep_internal.order_lock_fits(orders regclass, lines regclass, print text)
RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.order_lock_print(orders, lines) IS NOT DISTINCT FROM print;
END $$;
