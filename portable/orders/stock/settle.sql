-- Whose lines a statement settles: those that it has changed, those of orders that it has released, those of a table
-- that it empties.

-- Of the lines that a statement has changed.
CREATE FUNCTION upkeep_internal.settle_lines_query(plan record, old_rows text, new_rows text, checks boolean)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  changed constant text := upkeep_internal.changed_rows(old_rows, new_rows, plan.names ->> 'counted');
  -- A line without a product keeps what it has taken, until it goes or its order is released. But a new line has taken
  -- nothing, and its own column has to say so.
  keeps constant boolean := plan.taken IS NULL OR old_rows IS NOT NULL;
BEGIN
  RETURN upkeep_internal.settle_query(plan, upkeep_internal.fill_in($sql$
      (SELECT DISTINCT {line_columns} FROM ({changed}) t) k
    LEFT JOIN LATERAL (SELECT * FROM {lines} i WHERE {is_line_k} OFFSET 0) i ON true$sql$,
      plan.names || jsonb_build_object('changed', changed)), 'k',
    upkeep_internal.settled_pieces(plan.names),
    CASE WHEN keeps THEN upkeep_internal.unless_kept(plan.names) ELSE '' END,
    CASE WHEN plan.taken IS NOT NULL THEN upkeep_internal.taken_before(plan.names, old_rows, new_rows) END, checks);
END $$;

-- Of all lines of the orders that became released, or no longer are, and of those that came after their lines; the
-- statement that says so has locked their rows.
CREATE FUNCTION upkeep_internal.settle_orders_query(plan record, changed text, checks boolean)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.settle_query(plan, upkeep_internal.fill_in($sql$
      (SELECT i.*
       FROM (SELECT DISTINCT {order_key} FROM ({changed}) t) o
       CROSS JOIN LATERAL (SELECT * FROM {lines} i WHERE {order_of_line} OFFSET 0) i) i$sql$,
      plan.names || jsonb_build_object('changed', changed)), 'i',
    upkeep_internal.settled_pieces(plan.names), upkeep_internal.unless_kept(plan.names),
    CASE WHEN plan.taken IS NOT NULL THEN 'SELECT l.product, l.taken AS quantity FROM lines l' END, checks);
END $$;

-- Of all lines of a table that is about to be emptied: they take nothing any more.
CREATE FUNCTION upkeep_internal.settle_truncated_query(plan record, truncated regclass, checks boolean)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.settle_query(plan, format('ONLY %s i', upkeep_internal.qualified(truncated)), 'i',
    '0::pg_catalog.numeric', '',
    CASE WHEN plan.taken IS NOT NULL THEN 'SELECT l.product, l.taken AS quantity FROM lines l' END, checks);
END $$;

CREATE FUNCTION upkeep_internal.settled_pieces(names jsonb)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.fill_in('CASE WHEN {is_released} THEN {most_kept} ELSE {wanted} END', names);
END $$;

CREATE FUNCTION upkeep_internal.unless_kept(names jsonb)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.fill_in('WHERE {is_gone} OR {is_released} OR NOT {has_no_product}', names);
END $$;

-- What the column of lines has said before the statement: what it says now, without what the statement has written
-- there itself, which has taken nothing.
CREATE FUNCTION upkeep_internal.taken_before(names jsonb, old_rows text, new_rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT 'SELECT l.product, l.taken AS quantity FROM lines l' || coalesce(string_agg(upkeep_internal.fill_in($sql$
        UNION ALL
        SELECT p.product, i.upkeep_taken AS quantity
        FROM (
          SELECT {product_columns}, {sign} t.{taken}::pg_catalog.numeric AS upkeep_taken
          FROM {rows} t
          WHERE ({line_of_t} [=] ANY (SELECT l.line FROM lines l)) IS TRUE) i
        CROSS JOIN LATERAL (SELECT {product} AS product FROM {products} p WHERE {product_of_line} OFFSET 0) p$sql$,
      names || jsonb_build_object('rows', r.rows, 'sign', r.sign)), '' ORDER BY r.sign), '')
    FROM (VALUES (old_rows, ''), (new_rows, '[-]')) r(rows, sign)
    WHERE r.rows IS NOT NULL);
END $$;

-- The orders t of a statement that became released, or no longer are; of new ones those that can have lines already:
-- where no foreign key says so only those that are released, since the others would find what their lines have taken,
-- unless they stand in for one that was released.
CREATE FUNCTION upkeep_internal.changed_orders(plan record, old_rows text, new_rows text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  changed constant text := upkeep_internal.changed_rows(old_rows, new_rows, format('%s, %s AS upkeep_released',
    plan.names ->> 'order_key', plan.names ->> 'is_released_t'));
BEGIN
  RETURN CASE WHEN old_rows IS NOT NULL THEN changed
    ELSE format('SELECT * FROM (%s) n WHERE n.upkeep_released OR upkeep_internal.references_by(%L, %L, %L)', changed,
                plan.names ->> 'lines_oid', plan.order_columns, plan.names ->> 'orders_oid') END;
END $$;

-- Whether an order is released, before the statement or after it: without one there is nothing to settle.
CREATE FUNCTION upkeep_internal.any_released(names jsonb, old_rows text, new_rows text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('(EXISTS (SELECT FROM %2$s t WHERE %1$s) OR EXISTS (SELECT FROM %3$s t WHERE %1$s))',
                names ->> 'is_released_t', old_rows, new_rows);
END $$;

-- Whether a foreign key on these columns, and no others, points to the orders. As upkeep_internal.fits.
CREATE FUNCTION upkeep_internal.references_by(lines regclass, columns text[], orders regclass)
RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN coalesce((
    SELECT c.confrelid = orders FROM pg_constraint c
    WHERE c.conrelid = lines AND c.contype = 'f' AND columns = ARRAY(
      SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(number, place)
      JOIN pg_attribute a ON a.attrelid = lines AND a.attnum = k.number ORDER BY k.place)
    ORDER BY c.oid LIMIT 1), false);
END $$;

-- Whether new orders can have lines already. Most tables have a foreign key that rules it out; but a MERGE that moves
-- an order to another partition inserts one that has its lines. As upkeep_internal.fits.
CREATE FUNCTION upkeep_internal.may_have_lines(
  target regclass,
  orders regclass,
  order_key text[],
  lines regclass,
  order_columns text[]
) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT relkind = 'p' FROM pg_class WHERE oid = target)
      OR NOT upkeep_internal.forbids_lines_without_order(orders, order_key, lines, order_columns);
END $$;
