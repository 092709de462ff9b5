-- What a statement has written into the refunds, or taken out of them, where no branch settles it. rows: the refunds as
-- JSON, since only the trigger function itself sees transition tables.

-- The refunds of a transition table as JSON: what they are refunds of, and how much. Of what a MERGE deletes,
-- PostgreSQL does not tell what it moves to another partition: such a refund is still there.
CREATE FUNCTION upkeep_internal.collect_refunds(plan record, target regclass, rows text, are_deleted boolean)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  key constant text[] := ARRAY(
    SELECT a.attname FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place)
    JOIN pg_attribute a ON a.attnum = k.number
    WHERE i.indrelid = plan.refunds AND a.attrelid = plan.refunds AND i.indisprimary ORDER BY k.place);
BEGIN
  RETURN format('SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(n)) FROM (SELECT %s FROM %I n%s) n',
    upkeep_internal.fields('n', upkeep_internal.columns_of_refund(plan)::name[]), rows,
    CASE WHEN are_deleted AND key <> '{}' AND (SELECT relkind FROM pg_class WHERE oid = target) = 'p'
         THEN format(' WHERE NOT EXISTS (SELECT FROM %s r WHERE %s)', upkeep_internal.qualified(plan.refunds),
                     upkeep_internal.keys_match(plan.refunds, key, 'r', plan.refunds, key, 'n'))
         ELSE '' END);
END $$;

CREATE FUNCTION upkeep_internal.columns_of_refund(plan record)
RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN ARRAY(SELECT c FROM unnest(array_remove(plan.line_columns || plan.order_columns || plan.quantity || plan.amount
                                                 || plan.restock, NULL)) WITH ORDINALITY u(c, place)
               GROUP BY c ORDER BY min(place));
END $$;

-- Rows that were collected, as an item of FROM: columns of a table under its own types.
CREATE FUNCTION upkeep_internal.as_rows(target regclass, columns text[], document text DEFAULT '$1')
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT format('(SELECT * FROM pg_catalog.jsonb_to_recordset(%s) AS n(%s))', document,
                        string_agg(format('%I %s', c, upkeep_internal.type_as_sql(t.base)), ', ' ORDER BY place))
          FROM unnest(columns) WITH ORDINALITY u(c, place), upkeep_internal.column_type(target, c) t);
END $$;

CREATE FUNCTION upkeep_internal.refund_rows(plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.as_rows(plan.refunds, upkeep_internal.columns_of_refund(plan));
END $$;

-- Locks the orders of new refunds in the order of their keys, then their lines. Before a line is waited for, it must be
-- one of a closed order: who changes lines of an open one locks them first.
CREATE FUNCTION upkeep_internal.lock_new_refunds(plan record, rows jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  are_locked boolean;
BEGIN
  EXECUTE format('SELECT bool_and(o.is_locked) FROM (%s) o',
    upkeep_internal.lock_refunded_orders(plan, upkeep_internal.refund_rows(plan))) INTO are_locked USING rows;
  IF are_locked IS NOT TRUE THEN
    PERFORM upkeep_internal.require_refunded_orders(plan, rows);
  END IF;
  EXECUTE upkeep_internal.lock_refunded_lines(plan, upkeep_internal.refund_rows(plan)) USING rows;
END $$;

-- The same of refunds that are deleted: UK003 for one of a locked order that no correction has opened.
CREATE FUNCTION upkeep_internal.lock_deleted_refunds(plan record, rows jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  source constant text := upkeep_internal.refund_rows(plan);
BEGIN
  EXECUTE upkeep_internal.lock_refunded_orders(plan, source) USING rows;
  EXECUTE upkeep_internal.lock_refunded_lines(plan, source) USING rows;
  PERFORM upkeep_internal.require_unlocked(plan, format('EXISTS (SELECT FROM %s n WHERE %s)', source,
    upkeep_internal.is_refunded_order(plan, 'n')), rows, 'its refunds cannot be deleted', true);
END $$;

-- UK003 for the first locked order o that fulfils the condition. Nothing while the lock is paused.
CREATE FUNCTION upkeep_internal.require_unlocked(
  plan record,
  condition text,
  rows jsonb,
  refused text,
  may_be_corrected boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  lock constant record := upkeep_internal.lock_of_refunds(plan.orders, plan.lines);
  closed record;
BEGIN
  IF upkeep_internal.is_named_in_pause('order_lock')
     AND upkeep_internal.paused_for_writer('order_lock', plan.orders) THEN
    RETURN;
  END IF;
  EXECUTE upkeep_internal.first_locked_order(lock, condition, '$2') INTO closed
    USING rows, CASE WHEN may_be_corrected THEN upkeep_internal.open_orders(plan.orders, plan.lines) ELSE '{}' END;
  IF closed.upkeep_key IS NOT NULL THEN
    PERFORM upkeep_internal.order_is_locked(lock, closed, refused,
      CASE WHEN may_be_corrected THEN upkeep_internal.how_to_correct(lock, closed)
           ELSE upkeep_internal.not_even_corrected() END);
  END IF;
END $$;

-- UK009: more than was sold. numbers: order and line as JSON, sold, refunded before, requested.
CREATE FUNCTION upkeep_internal.refund_not_possible(
  message text,
  order_json text,
  line_json text,
  sold numeric,
  refunded numeric,
  requested numeric,
  hint text
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('UK009', message, hint, format(
    '{"order":%s,"line":%s,"sold":%s,"refunded":%s,"requested":%s}', order_json, coalesce(line_json, 'null'),
    coalesce(sold::text, 'null'), coalesce(refunded::text, 'null'), coalesce(requested::text, 'null')));
END $$;

-- An error unless the orders of new refunds are there, closed, and worth what was refunded.
CREATE FUNCTION upkeep_internal.require_refunded_orders(plan record, rows jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  source constant text := upkeep_internal.refund_rows(plan);
  each record;
BEGIN
  FOR each IN EXECUTE format($text$
    SELECT to_jsonb(n.%1$I)::text AS order_json, %2$s AS is_locked, o.%3$I::numeric AS total, t.amount AS refunded,
      (SELECT sum(m.%4$I::numeric) FROM %5$s m WHERE %6$s) AS requested
    FROM (%7$s) n
    CROSS JOIN LATERAL %8$s
    LEFT JOIN %9$s o ON %10$s
    ORDER BY %11$s$text$,
    plan.order_columns[cardinality(plan.order_columns)],
    format('CASE WHEN o.%I IS NOT NULL THEN %s END', plan.order_keys[cardinality(plan.order_keys)], plan.is_locked),
    plan.total, plan.amount, source,
    upkeep_internal.keys_match(plan.refunds, plan.order_columns, 'm', plan.refunds, plan.order_columns, 'n'),
    upkeep_internal.refunded_orders(plan, source), upkeep_internal.sum_of_order(plan, 'n'),
    upkeep_internal.qualified(plan.orders), upkeep_internal.is_refunded_order(plan, 'n'),
    upkeep_internal.key_list('n', plan.order_columns)) USING rows
  LOOP
    PERFORM upkeep_internal.require_closed_order(plan, each.order_json, each.is_locked);
    IF each.refunded > greatest(each.total, 0) AND each.total IS NOT NULL THEN
      PERFORM upkeep_internal.refund_not_possible(format('more would be refunded of order %s of "%s" than its total',
          each.order_json, upkeep_internal.table_name(plan.orders)), each.order_json, NULL, each.total,
        each.refunded - each.requested, each.requested, 'Refund at most what is left of the total.');
    END IF;
  END LOOP;
END $$;

-- The same of their lines.
CREATE FUNCTION upkeep_internal.require_refunded_lines(plan record, rows jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  source constant text := upkeep_internal.refund_rows(plan);
  each record;
BEGIN
  FOR each IN EXECUTE format($text$
    SELECT to_jsonb(n.%1$I)::text AS order_json, to_jsonb(n.%2$I)::text AS line_json, l.upkeep_is_one AS is_one,
      l.upkeep_amount AS worth, l.upkeep_sold AS sold, %3$s AS gone, s.amount AS refunded,
      m.pieces AS asked_pieces, m.amount AS asked_amount
    FROM (%4$s) n
    CROSS JOIN LATERAL %5$s
    CROSS JOIN LATERAL (SELECT coalesce(sum(m.%6$I::numeric), 0) AS pieces, coalesce(sum(m.%7$I::numeric), 0) AS amount
                        FROM %8$s m WHERE %9$s) m
    LEFT JOIN LATERAL (SELECT l.*, %10$s AS upkeep_is_one, %11$s AS upkeep_amount, %12$s AS upkeep_sold
                       FROM %13$s l WHERE %14$s) l ON true
    ORDER BY %15$s$text$,
    plan.order_columns[cardinality(plan.order_columns)], plan.line_columns[cardinality(plan.line_columns)],
    upkeep_internal.pieces_gone(plan, 's.pieces'), upkeep_internal.refunded_lines(plan, source),
    upkeep_internal.sums_of_line(plan, 'n'), plan.quantity, plan.amount, source,
    upkeep_internal.keys_match(plan.refunds, plan.line_columns, 'm', plan.refunds, plan.line_columns, 'n'),
    upkeep_internal.is_line_of_order(plan, 'n'), plan.line_amount, plan.sold, upkeep_internal.qualified(plan.lines),
    upkeep_internal.is_refunded_line(plan, 'n'), upkeep_internal.key_list('n', plan.line_columns)) USING rows
  LOOP
    PERFORM upkeep_internal.require_line_of_order(plan, each.order_json, each.line_json, each.is_one);
    IF each.gone > greatest(each.sold, 0) THEN
      PERFORM upkeep_internal.refund_not_possible(format('more pieces of line %s of order %s would be refunded than '
          'were sold', each.line_json, each.order_json), each.order_json, each.line_json, each.sold,
        each.gone - each.asked_pieces, each.asked_pieces, 'Refund at most the pieces that are left.');
    ELSIF each.refunded > greatest(each.worth, 0) THEN
      PERFORM upkeep_internal.refund_not_possible(format('more would be refunded of line %s of order %s than it was '
          'worth', each.line_json, each.order_json), each.order_json, each.line_json, each.worth,
        each.refunded - each.asked_amount, each.asked_amount,
        'Refund at most what is left of its amount; leave the amount out to have it computed.');
    END IF;
  END LOOP;
END $$;
