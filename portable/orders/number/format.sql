-- The number of an order, as its customer reads it.

-- "ORD-" and 42 with 8 digits is ORD-00000042. A number of more digits is never cut.
CREATE FUNCTION upkeep_internal.format_order_number(prefix text, number bigint, digits int)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  sign constant text := CASE WHEN number < 0 THEN '-' ELSE '' END;
  plain constant text := ltrim(number::text, '-');
BEGIN
  RETURN prefix || sign || lpad(plain, greatest(length(plain), digits - length(sign)), '0');
END $$;

-- The inverse: NULL for a text that is not a number's, as format_order_number writes it. Only what fills the width
-- begins with zeros.
CREATE FUNCTION upkeep_internal.parse_order_number(given text, prefix text, digits int)
RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  rest constant text := substr(given, length(prefix) + 1) COLLATE "C";
BEGIN
  IF left(given, length(prefix)) COLLATE "C" = prefix AND octet_length(rest) BETWEEN digits AND 19
     AND rest ~ '^[0-9]+$' AND (length(rest) = digits OR rest !~ '^0')
     AND (length(rest) < 19 OR rest <= '9223372036854775807') THEN
    RETURN rest::bigint;
  END IF;
  RETURN NULL;
END $$;

-- What a trigger writes into a column of text, which nothing cuts to the column's length.
CREATE FUNCTION upkeep_internal.number_as_text(
  number bigint,
  prefix text,
  digits int,
  max_characters int,
  target regclass,
  number_column name
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  written constant text := upkeep_internal.format_order_number(prefix, number, digits);
BEGIN
  IF length(written) > max_characters THEN
    PERFORM upkeep_internal.refuse_order_number(written, target, number_column, 'Make the column longer.');
  END IF;
  RETURN written;
END $$;

CREATE FUNCTION upkeep_internal.number_as_integer(number bigint, target regclass, number_column name)
RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  IF number NOT BETWEEN -2147483648 AND 2147483647 THEN
    PERFORM upkeep_internal.refuse_order_number(number::text, target, number_column, 'Make the column a bigint.');
  END IF;
  RETURN number;
END $$;

CREATE FUNCTION upkeep_internal.refuse_order_number(number text, target regclass, number_column name, hint text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('22003', format('order number "%s" does not fit column "%s" of table "%s", which is %s',
    number, number_column, upkeep_internal.table_name(target),
    (SELECT declared FROM upkeep_internal.column_facts(target, number_column))), hint);
END $$;
