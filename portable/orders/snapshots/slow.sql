-- What no branch of order_line() knows, as queries: made of the same expressions, over $1 in place of NEW and $2 in
-- place of OLD.

-- kind: what an INSERT writes, a line that moves here, one that returns another, one without a product, or a sale. $1
-- is the row, $2 the trigger's PG_CONTEXT.
CREATE FUNCTION upkeep_internal.insert_kind_query(target regclass, plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT CASE %s%sWHEN ($1).%I IS NULL THEN ''custom'' ELSE ''sale'' END AS kind, $2',
    CASE WHEN upkeep_internal.topmost(target) = target THEN '' ELSE format(
      'WHEN upkeep_internal.arrives(%L, %s, $2) THEN ''moved'' ', target::oid,
      upkeep_internal.captured_text(plan, '($1)')) END,
    coalesce('WHEN ' || upkeep_internal.field('($1)', plan.returns) || ' IS NOT NULL THEN ''return'' ', ''),
    plan.product);
END $$;

-- The row as it is stored.
CREATE FUNCTION upkeep_internal.insert_line_query(target regclass, arguments text[], plan record, kind text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  back record;
  sale record;
BEGIN
  IF kind = 'moved' THEN
    RETURN 'SELECT ($1).*';
  ELSIF kind = 'custom' THEN
    RETURN format('SELECT ($1).* '
      'FROM (SELECT CASE WHEN (%s) IS NOT TRUE THEN %s::pg_catalog.text END OFFSET 0) refused',
      upkeep_internal.custom_fits(target, plan, '($1)'), upkeep_internal.refuse_custom_text(target, plan, '($1)'));
  ELSIF kind = 'return' THEN
    SELECT * INTO back FROM upkeep_internal.return_expressions(target, arguments, plan, '($1)');
    RETURN upkeep_internal.written_line_query(target, back.select_list, back.from_clause, back.fits, back.refuse,
      ARRAY[plan.product, plan.price, plan.snapshot], ARRAY[back.next_product, back.next_price, back.next_snapshot]);
  END IF;
  SELECT * INTO sale FROM upkeep_internal.sale_expressions(target, arguments, plan, '($1)');
  RETURN upkeep_internal.written_line_query(target, sale.select_list, sale.from_clause, sale.fits, sale.refuse,
    ARRAY[plan.price, plan.snapshot], ARRAY[sale.next_price, sale.next_snapshot]);
END $$;

-- columns get values, where a line fits what was read of the product or of another line.
CREATE FUNCTION upkeep_internal.written_line_query(
  target regclass,
  select_list text,
  from_clause text,
  fits text,
  refuse text,
  columns name[],
  new_values text[]
) RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT format('SELECT %s FROM (VALUES (1)) one(row) LEFT JOIN LATERAL (SELECT %s %s LIMIT 1) sold ON true, '
      'LATERAL (SELECT CASE WHEN (%s) IS NOT TRUE THEN %s::pg_catalog.text END OFFSET 0) refused', (
        SELECT string_agg(CASE WHEN v.name IS NULL THEN format('($1).%I', a.attname)
          ELSE format('(%s)::%s', v.value, upkeep_internal.declared_type_as_sql(target, v.name)) END, ', '
          ORDER BY a.attnum)
        FROM pg_attribute a LEFT JOIN unnest(columns, new_values) v(name, value) ON v.name = a.attname
        WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped),
      select_list, from_clause, fits, refuse));
END $$;

CREATE FUNCTION upkeep_internal.update_line_query(target regclass, plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  kept record;
BEGIN
  SELECT * INTO kept FROM upkeep_internal.kept_expressions(target, plan, '($1)', '($2)');
  RETURN format('SELECT %s FROM (SELECT $3, upkeep_internal.require_line_kept(%L, %s, %L)%s%s OFFSET 0) checked', (
      SELECT string_agg(CASE WHEN a.attname = ANY (kept.columns) THEN format('($2).%I', a.attname)
        WHEN a.attname = plan.product THEN format('CASE WHEN ($1).%1$I IS NOT NULL THEN ($2).%1$I END', a.attname)
        ELSE format('($1).%I', a.attname) END, ', ' ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped),
    target::oid, kept.first_changed, plan.product,
    CASE WHEN plan.returns IS NULL THEN ''
      ELSE format(', CASE WHEN ($1).%I IS NOT NULL AND (($1).%I [<] 0) IS NOT TRUE THEN '
        'upkeep_internal.require_negative(%L, %2$L, ($1).%2$I::pg_catalog.numeric)::pg_catalog.text END',
      plan.returns, plan.quantity, target::oid) END,
    CASE WHEN upkeep_internal.topmost(target) = target THEN '' ELSE format(', CASE WHEN %s THEN '
      'upkeep_internal.begin_move(%L, ($2)::pg_catalog.text, $3)::pg_catalog.text END',
      upkeep_internal.may_move(target, '($1)', '($2)'), target::oid) END);
END $$;

-- $1 is OLD, $2 the trigger's PG_CONTEXT.
CREATE FUNCTION upkeep_internal.delete_line_query(target regclass, plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN upkeep_internal.topmost(target) = target THEN 'SELECT $1, $2'
    ELSE format('SELECT upkeep_internal.leave(%L, ($1)::pg_catalog.text, %s, $2)', target::oid,
                upkeep_internal.captured_text(plan, '($1)')) END;
END $$;
