-- The statements of stock, as text: for the branches of the trigger function, where they are static, and for what no
-- branch knows, where they are executed.

-- The rows, cut to some expressions, that a statement wrote or took away, without those that it left as they were. The
-- names of the transition tables are NULL where there are none.
CREATE FUNCTION upkeep_internal.changed_rows(old_rows text, new_rows text, expressions text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  IF old_rows IS NULL OR new_rows IS NULL THEN
    RETURN format('SELECT %s FROM %s t', expressions, coalesce(old_rows, new_rows));
  END IF;
  RETURN format('(SELECT %1$s FROM %2$s t EXCEPT ALL SELECT %1$s FROM %3$s t) UNION ALL '
    '(SELECT %1$s FROM %3$s t EXCEPT ALL SELECT %1$s FROM %2$s t)', expressions, old_rows, new_rows);
END $$;

-- Locks the orders of changed lines, before anything is read, so that a line that is added cannot race the release of
-- its order. Returns the keys of those that another transaction has written last.
CREATE FUNCTION upkeep_internal.lock_orders_query(names jsonb, changed text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT upkeep_internal.fill_in($sql$
  SELECT pg_catalog.array_agg(o.key) FILTER (WHERE o.is_older)
  FROM (SELECT DISTINCT {order_columns} FROM ({changed}) t ORDER BY {order_columns}) i
  CROSS JOIN LATERAL (
    SELECT {order} AS key, o.xmin [<>] pg_catalog.pg_current_xact_id()::pg_catalog.xid AS is_older
    FROM {orders} o
    WHERE {order_of_line}
    FOR NO KEY UPDATE OF o) o$sql$, names || jsonb_build_object('changed', changed)));
END $$;

-- Lines, what they should have taken and what they have; their products are locked, in the order of their keys, so that
-- two statements wait for each other in one direction only. For a product that is unlimited nobody waits, and it stays
-- so for the rest of the statement.
--
-- rows: an item of FROM with the lines i whose keys are those of the rows `key`; i is NULL for one that is gone. where:
-- a condition. before: where lines have a column for it, what they have taken, (product, quantity). checks: whether
-- keys that are not unique are looked for, which a unique index rules out otherwise.
--
-- Returns gone, taking, taking_products, taking_quantities: what is to be remembered; products, changes, stocks,
-- ordered: what is to be subtracted from the stocks, and whether some line asks for that; is_refused; twins.
CREATE FUNCTION upkeep_internal.settle_query(
  plan record,
  rows text,
  key text,
  wanted text,
  condition text,
  before text,
  checks boolean
) RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.fill_in($sql$
WITH lines AS MATERIALIZED (
  SELECT s.*, CASE WHEN s.is_limited AND s.quantity [<>] 0 THEN s.product END AS wanted{memory}
  FROM (
    SELECT {line} AS line, {pieces} AS quantity, p.product, p.is_limited{own_taken}
    FROM {rows}
    LEFT JOIN LATERAL (
      SELECT {product} AS product, p.{stock} IS NOT NULL AS is_limited FROM {products} p
      WHERE {product_of_line}
      OFFSET 0
    ) p ON true
    {and_its_order}
    {condition}
    OFFSET 0) s{from_memory}
), needs AS MATERIALIZED (
  SELECT n.given, n.change, n.is_ordered, p.product, p.stock, pg_catalog.row_number() OVER () AS place
  FROM (
    SELECT a.product AS given, pg_catalog.sum(a.quantity) AS change, pg_catalog.bool_or(a.is_ordered) AS is_ordered
    FROM (
      SELECT l.wanted AS product, l.quantity, l.quantity [>] 0 AS is_ordered FROM lines l WHERE l.wanted IS NOT NULL
      UNION ALL
      SELECT b.product, [-] b.quantity, false FROM ({before}) b WHERE b.product IS NOT NULL AND b.quantity IS NOT NULL
    ) a
    GROUP BY a.product
    ORDER BY {in_order}) n
  CROSS JOIN LATERAL (
    SELECT {product} AS product, p.{stock}::pg_catalog.numeric AS stock
    FROM {products} p
    WHERE {is_needed} AND p.{stock} IS NOT NULL
    FOR NO KEY UPDATE OF p) p
)
SELECT l.*, n.*, {twins}
FROM (
  SELECT pg_catalog.array_agg(l.line) FILTER (WHERE l.is_known AND NOT l.is_kept),
    pg_catalog.array_agg(l.line) FILTER (WHERE l.is_taking AND NOT l.is_kept),
    pg_catalog.array_agg(l.wanted) FILTER (WHERE l.is_taking AND NOT l.is_kept),
    pg_catalog.array_agg(l.quantity) FILTER (WHERE l.is_taking AND NOT l.is_kept)
  FROM (
    SELECT l.line, l.wanted, {is_known} AS is_known, {is_taking} AS is_taking, {left} AS quantity, {is_kept} AS is_kept
    FROM (
      SELECT l.*, (l.wanted [=] ANY (SELECT n.given FROM needs n)) IS TRUE AS has_stock FROM lines l OFFSET 0) l
    ) l
  ) l,
  (
  SELECT pg_catalog.array_agg(n.product), pg_catalog.array_agg(n.change), pg_catalog.array_agg(n.stock),
    pg_catalog.array_agg(n.is_ordered), pg_catalog.bool_or({is_refused})
  FROM (
    SELECT n.product, pg_catalog.sum(n.change) AS change, pg_catalog.min(n.stock) AS stock,
      pg_catalog.bool_or(n.is_ordered) AS is_ordered
    FROM needs n
    GROUP BY n.product
    ORDER BY pg_catalog.min(n.place)) n
  WHERE n.change [<>] 0
  ) n$sql$, plan.names || upkeep_internal.memory_names(plan.names, plan.taken IS NOT NULL) || jsonb_build_object(
    'rows', rows, 'line', plan.names ->> ('line_of_' || key), 'pieces', wanted, 'condition', condition,
    'before', coalesce(before, 'SELECT l.was AS product, l.taken AS quantity FROM lines l WHERE l.is_ours'),
    'is_refused', upkeep_internal.is_refused(plan.last_stock),
    'twins', CASE WHEN checks THEN $sql$CASE
    WHEN (SELECT pg_catalog.count(*) [>] pg_catalog.count(DISTINCT n.given) FROM needs n) THEN 'product'
    WHEN (SELECT pg_catalog.count(*) [>] pg_catalog.count(DISTINCT l.line) FROM lines l WHERE l.wanted IS NOT NULL)
      THEN 'order' END$sql$ ELSE 'NULL::pg_catalog.text' END));
END $$;

-- How what lines have taken is read and told: from upkeep.stock_taken, or from their own column.
CREATE FUNCTION upkeep_internal.memory_names(names jsonb, is_column boolean)
RETURNS jsonb IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN is_column THEN jsonb_build_object(
    'own_taken', upkeep_internal.fill_in(', i.{taken}::pg_catalog.numeric AS taken, NOT ({is_gone}) AS is_there',
                                         names),
    'is_known', 'false', 'is_taking', 'l.is_there',
    'left', 'CASE WHEN l.has_stock THEN l.quantity ELSE 0 END',
    'is_kept', '(l.taken [=] CASE WHEN l.has_stock THEN l.quantity ELSE 0 END) IS TRUE')
  ELSE jsonb_build_object(
    'is_known', 'l.was IS NOT NULL', 'is_taking', 'l.has_stock', 'left', 'l.quantity',
    'is_kept', upkeep_internal.fill_in('(l.has_stock AND l.was [=] l.wanted AND l.taken [=] l.quantity AND l.products '
      '[=] {products_oid}) IS TRUE', names),
    'memory', ', t.*',
    'from_memory', upkeep_internal.fill_in($sql$
  LEFT JOIN LATERAL (
    SELECT t.product AS was, t.quantity AS taken, t.products, COALESCE(t.products [=] {products_oid}, true) AS is_ours
    FROM upkeep.stock_taken t
    WHERE t.order_items [=] {lines_oid} AND t.line [=] s.line
    OFFSET 0) t ON true$sql$, names)) END;
END $$;

-- The condition that a change n.change of n.stock is not possible: there is not enough, or the column cannot hold it.
CREATE FUNCTION upkeep_internal.is_refused(last_stock numeric)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format($sql$n.change [<=] '-Infinity' OR n.change [>=] 'Infinity'
      OR CASE WHEN n.change [>] 0 THEN n.stock [<] n.change ELSE %s END$sql$,
    CASE WHEN last_stock IS NULL THEN 'false' ELSE format('n.stock [-] n.change [>] %s', last_stock) END);
END $$;

-- Changes the stock of products; the arguments are names of arrays.
CREATE FUNCTION upkeep_internal.change_stock_query(names jsonb, products text, changes text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.fill_in($sql$
UPDATE {products} p
SET {stock} = p.{stock}::pg_catalog.numeric [-] m.change
FROM ROWS FROM (pg_catalog.unnest({keys}), pg_catalog.unnest({changes})) m(product, change)
WHERE {is_changed} AND p.{stock} IS NOT NULL$sql$, names || jsonb_build_object('keys', products, 'changes', changes));
END $$;

-- Writes what lines have taken into their own column.
CREATE FUNCTION upkeep_internal.write_taken_query(names jsonb, lines text, quantities text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.fill_in($sql$
UPDATE {lines} i
SET {taken} = k.quantity
FROM ROWS FROM (pg_catalog.unnest({keys}), pg_catalog.unnest({quantities})) k(line, quantity)
WHERE {is_line_of_key}$sql$, names || jsonb_build_object('keys', lines, 'quantities', quantities));
END $$;
