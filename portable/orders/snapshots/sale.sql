-- A line that sells a product. Expressions for it, over the row that new_row names; what was read of the product is
-- called sold.

-- select_list and from_clause read the product. fits: whether the line can take price and snapshot; else refuse says
-- why it cannot. next_price, next_snapshot: what is stored.
CREATE FUNCTION upkeep_internal.sale_expressions(
  target regclass,
  arguments text[],
  plan record,
  new_row text,
  OUT select_list text,
  OUT from_clause text,
  OUT fits text,
  OUT refuse text,
  OUT next_price text,
  OUT next_snapshot text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  keys constant text[] := array_remove(ARRAY[plan.tenant, plan.product_key]::text[], NULL);
  given constant text := upkeep_internal.field(new_row, plan.price);
  tenant constant text := upkeep_internal.field(new_row, plan.tenant);
  price record;
BEGIN
  SELECT * INTO price FROM upkeep_internal.price_expressions(target, plan, 'sold.price');
  select_list := concat('true AS is_there, ',
    coalesce(upkeep_internal.field('p', plan.active), 'true'), ' AS is_active',
    ', ' || upkeep_internal.field('p', plan.product_price) || ' AS price',
    CASE WHEN plan.snapshot IS NOT NULL THEN ', ' ||
      CASE upkeep_internal.base_type_of(target, plan.snapshot)
        WHEN 'json'::regtype THEN upkeep_internal.json_object_in_order(plan.products, plan.fields, 'p')
        ELSE upkeep_internal.jsonb_object(plan.products, upkeep_internal.as_jsonb_sorts(plan.fields), 'p') END
      || ' AS snapshot' END,
    CASE WHEN plan.is_unique THEN ', 1' ELSE ', pg_catalog.count(*) OVER ()' END, ' AS found');
  from_clause := format('FROM %s p WHERE %s', upkeep_internal.own_rows(plan.products), upkeep_internal.keys_match(
    plan.products, keys, 'p', target, array_remove(ARRAY[plan.tenant, plan.product]::text[], NULL), new_row));
  fits := concat_ws(' AND ', 'sold.is_there', CASE WHEN NOT plan.is_unique THEN 'sold.found [=] 1' END,
    tenant || ' IS NOT NULL', CASE WHEN plan.active IS NOT NULL THEN 'sold.is_active' END,
    CASE WHEN plan.price IS NULL THEN NULL ELSE CASE plan.mode
      WHEN 'verify' THEN format('%s AND (%2$s IS NULL OR %2$s [=] %3$s)', price.fits, given, price.stored)
      WHEN 'enforce' THEN price.fits
      ELSE format('(CASE WHEN %s IS NULL THEN %s ELSE %s END)', given, price.fits,
                  upkeep_internal.is_finite(target, plan.price, new_row)) END END);
  refuse := format('upkeep_internal.refuse_sale(%L, %L, %s, %s, %s, sold.found [>] 1, sold.is_there, '
      'sold.is_active, %s)', target::oid, arguments, upkeep_internal.key_json(target, plan.product, new_row),
    coalesce(tenant || ' IS NULL', 'false'),
    coalesce(given || '::pg_catalog.numeric', 'NULL'),
    CASE WHEN plan.price IS NULL THEN 'NULL' ELSE 'sold.price::pg_catalog.numeric' END);
  next_price := CASE plan.mode WHEN 'fill' THEN format('COALESCE(%s, %s)', given, price.stored) ELSE price.stored END;
  next_snapshot := upkeep_internal.next_snapshot(plan, new_row);
END $$;

-- Names in the order of jsonb, which is that of errors too.
CREATE FUNCTION upkeep_internal.as_jsonb_sorts(names name[])
RETURNS name[] IMMUTABLE LANGUAGE sql AS $$
  SELECT array_agg(n ORDER BY octet_length(n::text), n::text COLLATE "C") FROM unnest(names) n
$$;

-- fits: whether the price of a product, `read`, fits the column of the lines. stored: the price as that holds it.
CREATE FUNCTION upkeep_internal.price_expressions(
  target regclass,
  plan record,
  read text,
  OUT fits text,
  OUT stored text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  source record;
  own record;
  digits text;
BEGIN
  SELECT b.* INTO source FROM pg_attribute a, upkeep_internal.base_type(a.atttypid, a.atttypmod) b
  WHERE a.attrelid = plan.products AND a.attname = plan.product_price;
  SELECT b.*, n.p, n.s INTO own
  FROM pg_attribute a, upkeep_internal.base_type(a.atttypid, a.atttypmod) b,
    upkeep_internal.digits_of(b.base_modifier) n
  WHERE a.attrelid = target AND a.attname = plan.price;
  fits := read || ' IS NOT NULL';
  stored := read;
  IF source.base = 'numeric'::regtype THEN
    fits := format('pg_catalog.scale(%s) IS NOT NULL', read);
  END IF;
  IF source.base = own.base AND (own.base <> 'numeric'::regtype OR own.p IS NULL
                                 OR own.base_modifier = source.base_modifier) THEN
    RETURN;
  END IF;
  digits := format('pg_catalog.round(%s::pg_catalog.numeric, %s)', read,
                   CASE own.base WHEN 'numeric'::regtype THEN own.s ELSE 0 END);
  IF own.base <> 'numeric'::regtype THEN
    stored := digits;
    fits := format('%1$s AND %2$s [=] %3$s AND %2$s [>=] %4$s AND %2$s [<=] %5$s', fits, digits, read,
      CASE own.base WHEN 'smallint'::regtype THEN '-32768' WHEN 'integer'::regtype THEN '(-2147483648)'
        ELSE '(-9223372036854775808)' END,
      CASE own.base WHEN 'smallint'::regtype THEN '32767' WHEN 'integer'::regtype THEN '2147483647'
        ELSE '9223372036854775807' END);
  ELSIF own.p IS NOT NULL THEN
    stored := digits;
    fits := format('%1$s AND %2$s [=] %3$s AND pg_catalog.abs(%2$s) [<] %4$s', fits, digits, read,
                   round(10::numeric ^ (own.p - own.s), greatest(own.s - own.p, 0)));
  END IF;
END $$;

-- Of numeric(p, s); NULL where any number of digits goes.
CREATE FUNCTION upkeep_internal.digits_of(modifier int, OUT p int, OUT s int)
IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN modifier >= 4 THEN (modifier - 4) >> 16 & 65535 END,
    CASE WHEN modifier >= 4 THEN ((modifier - 4 & 2047) # 1024) - 1024 END
$$;

-- NEW.price; NULL for no column.
CREATE FUNCTION upkeep_internal.field(row_name text, column_name name)
RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT row_name || '.' || quote_ident(column_name) $$;

CREATE FUNCTION upkeep_internal.is_finite(target regclass, price name, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT CASE upkeep_internal.base_type_of(target, price)
      WHEN 'numeric'::regtype THEN format('pg_catalog.scale(%s.%I) IS NOT NULL', row_name, price) ELSE 'true' END);
END $$;

-- A key as messages name it.
CREATE FUNCTION upkeep_internal.key_json(target regclass, key name, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT format('COALESCE(pg_catalog.to_jsonb(%s)::pg_catalog.text, ''null'')',
                  upkeep_internal.json_value(target, key, row_name)));
END $$;

CREATE FUNCTION upkeep_internal.next_snapshot(plan record, new_row text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE plan.mode
    WHEN 'fill' THEN format('CASE WHEN %1$s.%2$I IS NULL THEN sold.snapshot ELSE %1$s.%2$I END', new_row, plan.snapshot)
    ELSE 'sold.snapshot' END;
END $$;

-- Why a line cannot be sold so; nothing is wrong with one that a branch was unsure of.
CREATE FUNCTION upkeep_internal.refuse_sale(
  target regclass,
  arguments text[],
  product text,
  lacks_tenant boolean,
  given numeric,
  is_ambiguous boolean,
  is_there boolean,
  is_active boolean,
  price numeric
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  plan record;
BEGIN
  SELECT * INTO plan FROM upkeep_internal.order_line_plan(target, arguments);
  IF lacks_tenant THEN
    PERFORM upkeep_internal.missing_value(target, plan.tenant, plan.product);
  ELSIF is_ambiguous THEN
    PERFORM upkeep_internal.fail('21000', format('table "%s" has more than one product with one key',
      upkeep_internal.table_name(plan.products)), 'Make the products'' key unique.');
  ELSIF is_there IS NOT TRUE THEN
    PERFORM upkeep_internal.fail('23503', format('product %s of a line in "%s" does not exist', product,
        upkeep_internal.table_name(target)), 'Sell a product that exists.',
      format('Table "%s" has no such row%s.', upkeep_internal.table_name(plan.products),
             CASE WHEN plan.tenant IS NOT NULL THEN ' of this tenant' END));
  ELSIF is_active IS NOT TRUE THEN
    PERFORM upkeep_internal.fail('23514', format('product %s is not active', product),
      'Take the product out of the cart, or activate it.', format('Column "%s" of table "%s" is not true.',
        plan.active, upkeep_internal.table_name(plan.products)));
  ELSIF plan.mode = 'fill' AND given IS NOT NULL THEN
    PERFORM upkeep_internal.infinite_price(target, given);
  END IF;
  PERFORM upkeep_internal.require_fitting_price(target, plan, product, price);
  PERFORM upkeep_internal.price_changed(product, price_of.stored, given, 'the product''s price',
    format('Show the buyer the current price, or leave "%s" out, and repeat the insert.', plan.price))
  FROM upkeep_internal.stored_price(target, plan.price, price) price_of(stored)
  WHERE plan.mode = 'verify' AND given <> price_of.stored;
END $$;

CREATE FUNCTION upkeep_internal.missing_value(target regclass, column_name name, product name)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('23502', format('null value in column "%s" of a line in "%s"', column_name,
      upkeep_internal.table_name(target)),
    format('Name a product in "%s"; a line without one needs its price and its snapshot.', product));
END $$;

CREATE FUNCTION upkeep_internal.infinite_price(target regclass, price numeric)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('22003', format('the price of a line in "%s" is %s', upkeep_internal.table_name(target),
    price), 'Send a finite price.');
END $$;

-- As the column holds it.
CREATE FUNCTION upkeep_internal.stored_price(target regclass, column_name name, price numeric)
RETURNS numeric STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT CASE WHEN b.base <> 'numeric'::regtype THEN round(price) WHEN n.s IS NULL THEN price
             ELSE round(price, n.s) END
    FROM pg_attribute a, upkeep_internal.base_type(a.atttypid, a.atttypmod) b,
      upkeep_internal.digits_of(b.base_modifier) n
    WHERE a.attrelid = target AND a.attname = column_name);
END $$;

CREATE FUNCTION upkeep_internal.require_fitting_price(target regclass, plan record, product text, price numeric)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  source constant text := format('column "%s" of product %s in table "%s"', plan.product_price, product,
    upkeep_internal.table_name(plan.products));
  stored constant numeric := CASE WHEN scale(price) IS NOT NULL
    THEN upkeep_internal.stored_price(target, plan.price, price) END;
  fits text;
  is_fit boolean;
BEGIN
  IF price IS NULL THEN
    PERFORM upkeep_internal.fail('22004', source || ' is NULL, which is not a price',
      'Give the product a price before it is sold.');
  ELSIF stored IS NULL THEN
    PERFORM upkeep_internal.fail('22003', format('%s is %s, which is not a price', source, price),
      'Give the product a price before it is sold.');
  END IF;
  SELECT e.fits INTO fits FROM upkeep_internal.price_expressions(target, plan, '$1') e;
  EXECUTE 'SELECT ' || fits INTO is_fit USING price;
  IF NOT is_fit THEN
    PERFORM upkeep_internal.fail('22003', format('%s is %s, which %s', source, price,
        CASE WHEN stored = price THEN 'is too large' ELSE 'rounding would alter' END),
      'Give both columns the same precision.', format('It would be stored in "%s" of table "%s", %s.', plan.price,
        upkeep_internal.table_name(target), upkeep_internal.declared_type(target, plan.price)));
  END IF;
END $$;

-- expected: whose price it is not.
CREATE FUNCTION upkeep_internal.price_changed(
  product text,
  price numeric,
  given numeric,
  expected text,
  hint text
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('UK001', format('price %s of product %s is not %s', to_jsonb(given), product, expected),
    hint, format('{"product":%s,"expected":%s,"actual":%s}', product, to_jsonb(price), to_jsonb(given)));
END $$;
