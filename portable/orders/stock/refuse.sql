-- What stock does not allow.

-- Throws UK002 for all products that are short, 22003 for a stock that gets too large, 21000 for keys that are not
-- unique any more: what is counted twice would be silently wrong.
CREATE FUNCTION upkeep_internal.refuse_stock(
  of_products regclass,
  of_orders regclass,
  stock text,
  last_stock numeric,
  products text[],
  changes numeric[],
  stocks numeric[],
  ordered boolean[],
  twins text,
  hint text DEFAULT 'Order at most what is available, or wait until there is more.'
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  short record;
  items text[] := '{}';
  is_ordered boolean := false;
  what constant text := CASE WHEN of_orders IS NULL THEN 'product' ELSE twins END;
BEGIN
  IF twins IS NOT NULL THEN
    PERFORM upkeep_internal.fail('21000', format('table "%s" has more than one %s with one key',
        upkeep_internal.table_name(CASE what WHEN 'order' THEN of_orders ELSE of_products END), what),
      format('Make the %ss'' key unique; upkeep.check() says how.', what));
  END IF;
  FOR short IN
    SELECT (n.key::jsonb -> -1)::text AS product, n.change, n.stock, n.is_ordered,
      n.change > 0 AND n.change < 'Infinity' AS takes, n.change > '-Infinity' AND n.change < 'Infinity' AS is_finite
    FROM unnest(products, changes, stocks, ordered) WITH ORDINALITY n(key, change, stock, is_ordered, place)
    ORDER BY n.place
  LOOP
    CONTINUE WHEN CASE WHEN short.takes THEN short.stock >= short.change
                    ELSE short.is_finite AND (short.stock - short.change <= last_stock) IS NOT FALSE END;
    IF NOT short.takes THEN
      PERFORM upkeep_internal.fail('22003', format('the stock of product %s of "%s" would be out of range for column '
          '%s', short.product, upkeep_internal.table_name(of_products), stock),
        'Correct the stock or the quantity, or give the column a larger type.');
    END IF;
    is_ordered := is_ordered OR short.is_ordered;
    items := items || format('{"product":%s,"requested":%s,"available":%s}', short.product, short.change, short.stock);
  END LOOP;
  PERFORM upkeep_internal.fail('UK002', format('out of stock: "%s" does not have enough of %s product%s',
      upkeep_internal.table_name(of_products), cardinality(items), CASE cardinality(items) WHEN 1 THEN '' ELSE 's' END),
    CASE WHEN is_ordered THEN hint ELSE
      'What a return has given to the stock is gone: raise the stock first, or leave the return as it is.' END,
    format('[%s]', array_to_string(items, ',')));
END $$;
