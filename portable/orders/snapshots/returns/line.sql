-- A line that gives another back is worth what that was sold for. Expressions as of upkeep_internal.sale_expressions;
-- sold is the line that is returned.

CREATE FUNCTION upkeep_internal.return_expressions(
  target regclass,
  arguments text[],
  plan record,
  new_row text,
  OUT select_list text,
  OUT from_clause text,
  OUT fits text,
  OUT refuse text,
  OUT next_product text,
  OUT next_price text,
  OUT next_snapshot text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  given constant text := upkeep_internal.field(new_row, plan.price);
  tenant constant text := upkeep_internal.field(new_row, plan.tenant);
  columns record;
BEGIN
  SELECT * INTO columns
  FROM upkeep_internal.return_columns(target, upkeep_internal.read_options('order_snapshots', arguments));
  PERFORM upkeep_internal.require_line_key(columns);
  select_list := concat('true AS is_there, ', format('l.%I AS product', plan.product),
    ', ' || upkeep_internal.field('l', plan.price) || ' AS price',
    ', ' || upkeep_internal.field('l', plan.snapshot) || ' AS snapshot',
    format(', %s AS product_text', upkeep_internal.key_json(target, plan.product, 'l')),
    format(', %s.%I IS NULL OR %s AS is_same', new_row, plan.product,
           upkeep_internal.same_value(target, plan.product, new_row, 'l')));
  from_clause := format('FROM %s l WHERE %s', upkeep_internal.own_rows(columns.whole), upkeep_internal.keys_match(
    columns.whole, columns.found_by, 'l', target, columns.naming, new_row));
  fits := concat_ws(' AND ', 'sold.is_there', 'sold.is_same', format('%s.%I [<] 0', new_row, plan.quantity),
    tenant || ' IS NOT NULL',
    CASE WHEN plan.price IS NULL THEN NULL ELSE CASE plan.mode
      WHEN 'verify' THEN format('sold.price IS NOT NULL AND (%1$s IS NULL OR %1$s [=] sold.price)', given)
      WHEN 'enforce' THEN 'sold.price IS NOT NULL'
      ELSE format('(CASE WHEN %s IS NULL THEN sold.price IS NOT NULL ELSE %s END)', given,
                  upkeep_internal.is_finite(target, plan.price, new_row)) END END);
  refuse := format('upkeep_internal.refuse_return(%L, %L, %s, sold.product_text, %s, %s, %s, sold.is_there, '
      'sold.is_same, %s)', target::oid, arguments, upkeep_internal.key_json(target, plan.returns, new_row),
    format('%s.%I::pg_catalog.numeric', new_row, plan.quantity),
    coalesce(tenant || ' IS NULL', 'false'),
    coalesce(given || '::pg_catalog.numeric', 'NULL'),
    CASE WHEN plan.price IS NULL THEN 'NULL' ELSE 'sold.price::pg_catalog.numeric' END);
  next_product := format('CASE WHEN %1$s.%2$I IS NULL THEN sold.product ELSE %1$s.%2$I END', new_row, plan.product);
  next_price := CASE plan.mode WHEN 'fill' THEN format('COALESCE(%s, sold.price)', given) ELSE 'sold.price' END;
  next_snapshot := upkeep_internal.next_snapshot(plan, new_row);
END $$;

CREATE FUNCTION upkeep_internal.refuse_return(
  target regclass,
  arguments text[],
  key text,
  product text,
  pieces numeric,
  lacks_tenant boolean,
  given numeric,
  is_there boolean,
  is_same boolean,
  price numeric
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  plan record;
  line text;
BEGIN
  SELECT * INTO plan FROM upkeep_internal.order_line_plan(target, arguments);
  line := format('line %s of "%s"', key, upkeep_internal.table_name(upkeep_internal.topmost(target)));
  PERFORM upkeep_internal.require_negative(target, plan.quantity, pieces);
  IF lacks_tenant THEN
    PERFORM upkeep_internal.missing_value(target, plan.tenant, plan.product);
  ELSIF is_there IS NOT TRUE THEN
    PERFORM upkeep_internal.fail('23503', line || ', which a line returns, does not exist',
      format('Name the line that was sold in "%s", or none.', plan.returns),
      format('Table "%s" has no such row%s.', upkeep_internal.table_name(upkeep_internal.topmost(target)),
             CASE WHEN plan.tenant IS NOT NULL THEN ' of this tenant' END));
  ELSIF is_same IS NOT TRUE THEN
    PERFORM upkeep_internal.fail('23503', line || ' sold another product than the line that returns it names',
      format('Leave "%s" out: it is that of the line returned.', plan.product));
  ELSIF plan.mode = 'fill' AND given IS NOT NULL THEN
    PERFORM upkeep_internal.infinite_price(target, given);
  ELSIF price IS NULL THEN
    PERFORM upkeep_internal.fail('22004', line || ', which a line returns, has no price',
      format('Leave "%s" NULL, and send a price of your own.', plan.returns));
  END IF;
  PERFORM upkeep_internal.price_changed(product, price, given, 'that of the line returned',
    format('Leave "%s" out: a line is returned for what it was sold.', plan.price));
END $$;

-- Pieces come back.
CREATE FUNCTION upkeep_internal.require_negative(target regclass, quantity name, pieces numeric)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  hint constant text := 'Write how many pieces come back with a minus before it.';
BEGIN
  IF pieces IS NULL THEN
    PERFORM upkeep_internal.fail('23502', format('null value in column "%s" of a line in "%s" that returns another',
      quantity, upkeep_internal.table_name(target)), hint);
  ELSIF pieces >= 0 THEN
    PERFORM upkeep_internal.fail('23514', format('column "%s" of a line in "%s" that returns another is not negative',
      quantity, upkeep_internal.table_name(target)), hint);
  END IF;
END $$;
