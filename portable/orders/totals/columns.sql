-- The columns that totals are made of and written into.

CREATE FUNCTION upkeep_internal.is_generated(target regclass, name text)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT a.attgenerated <> '' FROM pg_attribute a
  WHERE a.attrelid = target AND a.attname = is_generated.name AND a.attnum > 0 AND NOT a.attisdropped
$$;

CREATE FUNCTION upkeep_internal.require_summand(target regclass, name text)
RETURNS void STABLE LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT base FROM upkeep_internal.number_column(target, name)) IS NULL THEN
    PERFORM upkeep_internal.fail('42804', format('column "%s" of table "%s" has type %s, which is not a number that a '
        'total can be made of', name, upkeep_internal.table_name(target), upkeep_internal.type_of_column(target, name)),
      'Use numeric, bigint, integer or smallint, or a domain over one of them.');
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.require_total_column(target regclass, name text)
RETURNS void STABLE LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_summand(target, name);
  IF upkeep_internal.is_generated(target, name) THEN
    PERFORM upkeep_internal.fail('428C9', format('column "%s" of table "%s" is a generated column', name,
      upkeep_internal.table_name(target)), 'A total needs a column that can be written.');
  END IF;
END $$;

-- The decimals that amounts are rounded to; NULL where the column takes any.
CREATE FUNCTION upkeep_internal.scale_of_column(target regclass, name text)
RETURNS int STABLE LANGUAGE sql AS $$
  SELECT CASE WHEN c.is_bounded THEN c.s END FROM upkeep_internal.number_column(target, name) c
$$;

-- The condition that a column can hold a numeric; it is false for NaN and infinity.
CREATE FUNCTION upkeep_internal.holds(target regclass, name text, amount text)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE
    WHEN NOT c.is_bounded THEN format('(pg_catalog.abs(%s) [<] ''Infinity''::pg_catalog.numeric)', amount)
    WHEN c.base = 'numeric'::regtype THEN format('(pg_catalog.abs(%s) [<=] %s)', amount, c.last)
    ELSE format('(%1$s [>=] %2$s::pg_catalog.numeric AND %1$s [<=] %3$s)', amount, -c.last - 1, c.last) END
  FROM upkeep_internal.number_column(target, name) c
$$;

CREATE FUNCTION upkeep_internal.is_held(target regclass, name text, amount numeric)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT CASE WHEN c.is_bounded THEN amount <= c.last AND amount >= -c.last - (c.base <> 'numeric'::regtype)::int
              ELSE abs(amount) < 'Infinity' END
  FROM upkeep_internal.number_column(target, name) c
$$;

-- The condition that a row has another amount in a column than that numeric, or that it is NULL.
CREATE FUNCTION upkeep_internal.amount_differs(row_name text, name text, amount text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('(%1$s.%2$I IS NULL OR (%3$s) IS NULL OR %1$s.%2$I::pg_catalog.numeric [<>] %3$s)', row_name, name,
                amount)
$$;

-- An amount, as text, that the column of an order cannot hold.
CREATE FUNCTION upkeep_internal.total_out_of_range(orders regclass, name text, is_total boolean, key text, amount text)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  shown constant text := format(CASE WHEN is_total THEN 'the total of order "%s" of "%s"'
    ELSE 'the sum of the lines of order "%s" of "%s"' END, key,
    upkeep_internal.table_name(upkeep_internal.topmost(orders)));
BEGIN
  IF amount ~ '[Ny]' THEN
    PERFORM upkeep_internal.fail('22003', format('%s is %s', shown, CASE amount WHEN 'NaN' THEN 'not a number'
      ELSE 'infinite' END), 'Correct the prices and quantities of its lines.');
  END IF;
  PERFORM upkeep_internal.fail('22003', format('%s is too large for column "%s" of type %s', shown, name,
      upkeep_internal.type_of_column(orders, name)),
    format('Give "%s" a wider type, or correct the lines of the order.', name), format('It is %s.', amount));
END $$;
