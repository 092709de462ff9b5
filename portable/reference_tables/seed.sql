-- What upkeep.seed_storefront and upkeep.seed_analytics share: what they ask of the tables, and values that look random
-- and are the same each time. Their statements are those of the C++ edition.

-- The schema's name as it stands in SQL. maker: what makes the tables, upkeep.create_storefront.
CREATE FUNCTION upkeep_internal.require_empty_tables(schema name, tables text[], maker text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  missing text[];
  each text;
  is_filled boolean;
  filled text[] := '{}';
BEGIN
  IF to_regnamespace(quote_ident(schema)) IS NULL THEN
    PERFORM upkeep_internal.fail('3F000', format('schema "%s" does not exist', schema),
      format('SELECT %s(%L); creates it with its tables.', maker, schema));
  END IF;
  missing := ARRAY(SELECT t FROM unnest(tables) WITH ORDINALITY u(t, place)
                   WHERE upkeep_internal.table_in(schema, t) IS NULL ORDER BY place);
  IF missing <> '{}' THEN
    PERFORM upkeep_internal.fail('42P01', format('schema "%s" lacks tables: %s', schema,
      array_to_string(missing, ', ')), format('SELECT %s(%L); first.', maker, schema));
  END IF;
  FOREACH each IN ARRAY tables LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I)', schema, each) INTO is_filled;
    IF is_filled THEN
      filled := filled || each;
    END IF;
  END LOOP;
  IF filled <> '{}' THEN
    PERFORM upkeep_internal.fail('55000', format('schema "%s" has rows in %s', schema, array_to_string(filled, ', ')),
      format('Only empty tables are filled: %s creates them in another schema.', maker));
  END IF;
  RETURN quote_ident(schema);
END $$;

CREATE FUNCTION upkeep_internal.require_count(given int, argument text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_value(given, argument);
  IF given < 0 THEN
    PERFORM upkeep_internal.fail('22023', format('%s must not be negative: %s', argument, given), 'Pass 0 or more.');
  END IF;
END $$;

-- The day that the data lead up to.
CREATE FUNCTION upkeep_internal.seed_day(given date)
RETURNS date STABLE LANGUAGE plpgsql AS $$
BEGIN
  IF NOT isfinite(given) THEN
    PERFORM upkeep_internal.fail('22023', 'today must be a finite date', 'Leave it out for the current date.');
  END IF;
  RETURN coalesce(given, current_date);
END $$;

-- SQL for a uuid that depends on number and kind alone: rows of one kind have different numbers.
CREATE FUNCTION upkeep_internal.seed_id(number text, kind int)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.filled($sql${seed_id of seed.cpp}$sql$,
    jsonb_build_object('number', number, 'seed', 1000 + 2 * kind, 'next', 1001 + 2 * kind));
END $$;
