-- What upkeep.checkout and the functions of carts share: which tables they work on.

-- path: the caller's search_path, in which the schema is looked for where none is named.
CREATE FUNCTION upkeep_internal.storefront_schema(schema name, path name[])
RETURNS name STABLE LANGUAGE plpgsql AS $$
DECLARE
  place name := schema;
BEGIN
  IF schema IS NOT NULL AND to_regnamespace(quote_ident(schema)) IS NULL THEN
    PERFORM upkeep_internal.fail('3F000', format('schema "%s" does not exist', schema),
      'Name the schema of the storefront tables, or leave it out to search the search_path.');
  ELSIF schema IS NULL THEN
    SELECT p INTO place FROM unnest(path) WITH ORDINALITY u(p, number)
    WHERE upkeep_internal.table_in(p, 'carts') IS NOT NULL ORDER BY number LIMIT 1;
    IF NOT FOUND THEN
      PERFORM upkeep_internal.fail('42P01', 'no schema of the search_path has a table "carts"',
        'Name the schema of the storefront tables: schema => ''shop''.');
    END IF;
  END IF;
  RETURN place;
END $$;

CREATE FUNCTION upkeep_internal.require_id(id uuid, argument text, hint text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF id IS NULL THEN
    PERFORM upkeep_internal.fail('22004', format('argument "%s" must not be null', argument), hint);
  END IF;
END $$;

-- P0002, unless there is a row.
CREATE FUNCTION upkeep_internal.require_rows(count bigint, problem text, hint text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF count = 0 THEN
    PERFORM upkeep_internal.fail('P0002', problem, hint);
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.require_cart(count bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_rows(count, 'there is no such cart', 'Pass the id of a cart.');
END $$;
