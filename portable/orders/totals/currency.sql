-- currency_column: the lines of an order have its currency.

CREATE FUNCTION upkeep_internal.require_one_currency_type(orders regclass, lines regclass, currency text)
RETURNS void STABLE LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(DISTINCT (a.atttypid, a.atttypmod)) > 1 FROM pg_attribute a
      WHERE a.attrelid IN (orders, lines) AND a.attname = currency) THEN
    PERFORM upkeep_internal.fail('42804', format('column "%s" is %s in "%s" and %s in "%s"', currency,
      upkeep_internal.type_of_column(orders, currency), upkeep_internal.table_name(orders),
      upkeep_internal.type_of_column(lines, currency), upkeep_internal.table_name(lines)),
      'Give both columns the same type.');
  END IF;
END $$;

-- order_key: as JSON.
CREATE FUNCTION upkeep_internal.refuse_currency(orders regclass, order_key text, currency text, line_currency text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  named constant name := upkeep_internal.table_name(orders);
BEGIN
  IF currency IS NULL THEN
    PERFORM upkeep_internal.fail('22004', format('order %s of "%s" has lines and no currency', order_key, named),
      'Give the order its currency first.');
  END IF;
  PERFORM upkeep_internal.fail('UK008', format('a line of order %s of "%s" has another currency than the order',
      order_key, named), 'Leave the currency of a line out: it gets that of its order. Convert its price before.',
    format('{"order":%s,"currency":%s,"line_currency":%s}', order_key, to_json(currency),
           to_json(coalesce(line_currency, ''))));
END $$;

-- Of the orders with these keys: one with a line of another currency, or with none; and the UPDATE that gives lines
-- without a currency that of their order. NULL without a currency_column.
CREATE FUNCTION upkeep_internal.currency_queries(orders regclass, lines regclass, plan record, source regclass)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  same_keys constant text := upkeep_internal.keys_match(orders, plan.keys, 'o', lines, plan.columns, 'l');
  has_key constant text := upkeep_internal.has_given_key(orders, plan.keys, 'o', source, plan.columns);
BEGIN
  RETURN CASE WHEN plan.currency IS NOT NULL THEN ARRAY[
    format($text$
SELECT pg_catalog.to_jsonb(o.%1$I)::pg_catalog.text AS order_key, o.%2$I::pg_catalog.text AS of_order,
  l.%2$I::pg_catalog.text AS of_line
FROM %3$s o
JOIN %4$s l ON %5$s
WHERE %6$s AND (o.%2$I IS NULL OR l.%2$I IS NULL OR l.%2$I::pg_catalog.text [<>] o.%2$I::pg_catalog.text)
ORDER BY l.%2$I IS NULL, %7$s
LIMIT 1$text$,
      plan.keys[cardinality(plan.keys)], plan.currency, upkeep_internal.qualified(orders),
      upkeep_internal.qualified(lines), same_keys, has_key, upkeep_internal.key_list('o', plan.keys)),
    format('UPDATE %s l SET %I = o.%2$I FROM %s o WHERE %s AND %s AND l.%2$I IS NULL AND o.%2$I IS NOT NULL',
      upkeep_internal.qualified(lines), plan.currency, upkeep_internal.qualified(orders), same_keys, has_key)] END;
END $$;

CREATE FUNCTION upkeep_internal.settle_currencies(orders regclass, queries text[], tenants text[], keys text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  offending record;
  before text;
BEGIN
  offending := upkeep_internal.offending_currency(queries[1], tenants, keys);
  IF offending.of_order IS NOT NULL AND offending.of_line IS NULL THEN
    before := upkeep_internal.begin_own('quiet');
    IF tenants IS NULL THEN
      EXECUTE queries[2] USING keys;
    ELSE
      EXECUTE queries[2] USING tenants, keys;
    END IF;
    PERFORM upkeep_internal.end_own(before);
    offending := upkeep_internal.offending_currency(queries[1], tenants, keys);
  END IF;
  IF offending.order_key IS NOT NULL THEN
    PERFORM upkeep_internal.refuse_currency(upkeep_internal.topmost(orders), offending.order_key, offending.of_order,
                                            offending.of_line);
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.offending_currency(query text, tenants text[], keys text[], OUT order_key text,
                                                   OUT of_order text, OUT of_line text)
LANGUAGE plpgsql AS $$
BEGIN
  IF tenants IS NULL THEN
    EXECUTE query INTO order_key, of_order, of_line USING keys;
  ELSE
    EXECUTE query INTO order_key, of_order, of_line USING tenants, keys;
  END IF;
END $$;

-- The side of the orders: what their lines say when the currency changes.
CREATE FUNCTION upkeep_internal.require_currency_of_lines(orders regclass, lines regclass, plan record,
                                                          order_row jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  currency text;
  offending record;
BEGIN
  EXECUTE format('SELECT o.%I::pg_catalog.text FROM %s', plan.currency,
    upkeep_internal.key_row(orders, ARRAY[plan.currency], '$1', 'o')) INTO currency USING order_row;
  EXECUTE format('SELECT pg_catalog.to_jsonb(o.%I)::pg_catalog.text AS order_key, l.%I::pg_catalog.text AS of_line '
    'FROM %s JOIN %s l ON %s WHERE $2 IS NULL OR l.%2$I::pg_catalog.text [<>] $2 LIMIT 1',
    plan.keys[cardinality(plan.keys)], plan.currency, upkeep_internal.key_row(orders, plan.keys, '$1', 'o'),
    upkeep_internal.qualified(lines),
    upkeep_internal.keys_match(lines, plan.columns, 'l', orders, plan.keys, 'o')) INTO offending
    USING order_row, currency;
  IF offending.order_key IS NOT NULL THEN
    PERFORM upkeep_internal.refuse_currency(orders, offending.order_key, currency, offending.of_line);
  END IF;
END $$;

-- The side of the lines: one that is inserted without a currency gets that of its order, if that is there already. As
-- it will be when everyone has ended who is changing the order now: a line that would be filled with what is about to
-- be replaced would have another currency than its order. The row lock that waits for them is given back at once, for
-- locks are to be taken in the order of the keys: a subtransaction that ends in an error does so.
CREATE FUNCTION upkeep_internal.currency_branch(target regclass, orders regclass, plan record)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format($text$
  IF TG_LEVEL [=] 'ROW' THEN
    EXIT short WHEN TG_OP [<>] 'INSERT';
    IF NEW.%1$I IS NULL THEN
      SELECT o.%1$I::pg_catalog.text AS currency, o.xmax::pg_catalog.text [<>] '0' AS is_locked INTO upkeep_order
      FROM %2$s o WHERE %3$s;
      IF upkeep_order.is_locked THEN
        BEGIN
          SELECT o.%1$I::pg_catalog.text AS currency, true INTO upkeep_order FROM %2$s o WHERE %3$s FOR SHARE;
          RAISE EXCEPTION USING ERRCODE = 'UK000';
        EXCEPTION WHEN SQLSTATE 'UK000' THEN
        END;
      END IF;
      IF upkeep_order.currency IS NOT NULL THEN
        NEW.%1$I := upkeep_order.currency;
      END IF;
    END IF;
    RETURN NEW;
  END IF;
$text$, plan.currency, upkeep_internal.qualified(orders),
    upkeep_internal.keys_match(orders, plan.keys, 'o', target, plan.columns, 'NEW'));
END $$;

-- The long way: {column: currency}.
CREATE FUNCTION upkeep_internal.currency_of_line(target regclass, trigger_name name, arguments text[], line jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_totals', arguments);
  orders constant regclass := upkeep_internal.other_table('order_totals', options, 'orders', target);
  plan constant record := upkeep_internal.order_totals_plan(orders, target, options);
  query text;
  currency jsonb;
BEGIN
  IF plan.currency IS NULL THEN
    PERFORM upkeep_internal.fail('22023', format('trigger "%s" of "%s" names no currency_column', trigger_name,
      upkeep_internal.table_name(target)), 'Call upkeep.enable_order_totals() again.');
  ELSIF line -> plan.currency <> 'null' THEN
    RETURN '{}';
  END IF;
  PERFORM upkeep_internal.require_pair_rights(orders, target);
  query := format('SELECT pg_catalog.to_jsonb(o.%I) FROM %s JOIN %s o ON %s FOR SHARE OF o', plan.currency,
    upkeep_internal.key_row(target, plan.columns, '$1', 'l'), upkeep_internal.qualified(orders),
    upkeep_internal.keys_match(orders, plan.keys, 'o', target, plan.columns, 'l'));
  BEGIN
    EXECUTE query INTO currency USING line;
    RAISE EXCEPTION USING ERRCODE = 'UK000';
  EXCEPTION WHEN SQLSTATE 'UK000' THEN
  END;
  RETURN CASE WHEN currency IS NULL THEN '{}' ELSE jsonb_build_object(plan.currency, currency) END;
END $$;
