-- What a caller means by a text: "table", "schema.table", "table.column", "schema.table.column" or "schema", in this
-- order.

-- NULL for what is no list of names with dots between them.
CREATE FUNCTION upkeep_internal.split_object(object text)
RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  part constant text := '"(?:[^"]|"")+"|[^\s."]+';
BEGIN
  IF object !~ format('^\s*(?:%1$s)(?:\s*\.\s*(?:%1$s))*\s*$', part) THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT array_agg(CASE WHEN m[1] LIKE '"%' THEN replace(substr(m[1], 2, length(m[1]) - 2), '""', '"')
                          ELSE lower(m[1]) END::name ORDER BY place)
    FROM regexp_matches(object, format('(%s)', part), 'g') WITH ORDINALITY r(m, place));
END $$;

-- in_path: the table or view that the first part means by itself, by the caller's search_path.
CREATE FUNCTION upkeep_internal.resolve_object(
  object text,
  in_path oid,
  OUT catalog regclass,
  OUT id oid,
  OUT column_name name
) LANGUAGE plpgsql AS $$
DECLARE
  forms constant text := 'Write schema.table, schema.table.column, or the name of a schema.';
  parts constant text[] := upkeep_internal.split_object(object);
BEGIN
  IF parts IS NULL OR cardinality(parts) > 3 THEN
    PERFORM upkeep_internal.fail('22023', format('improper object name: "%s"', object), forms);
  END IF;
  catalog := 'pg_class'::regclass;
  column_name := '';
  id := CASE cardinality(parts) WHEN 1 THEN in_path WHEN 2 THEN upkeep_internal.find_table(parts[1], parts[2]) END;
  IF id IS NOT NULL THEN
    PERFORM upkeep_internal.require_table(id);
    RETURN;
  END IF;
  IF cardinality(parts) = 1 THEN
    id := (SELECT n.oid FROM pg_namespace n WHERE n.nspname = parts[1]);
    IF id IS NOT NULL THEN
      catalog := 'pg_namespace'::regclass;
      RETURN;
    END IF;
  END IF;
  id := CASE cardinality(parts) WHEN 2 THEN in_path WHEN 3 THEN upkeep_internal.find_table(parts[1], parts[2]) END;
  IF id IS NULL THEN
    PERFORM upkeep_internal.fail('42P01', format('relation "%s" does not exist', object), forms);
  END IF;
  PERFORM upkeep_internal.require_table(id);
  column_name := parts[cardinality(parts)];
  IF NOT upkeep_internal.has_column(id, column_name) THEN
    PERFORM upkeep_internal.fail('42703', format('column "%s" of table "%s" does not exist', column_name,
      upkeep_internal.table_name(id)), forms);
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.find_table(schema text, name text)
RETURNS oid STABLE LANGUAGE sql AS $$
  SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = schema AND c.relname = name
$$;

CREATE FUNCTION upkeep_internal.require_table(target oid)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT relkind NOT IN ('r', 'p') FROM pg_class WHERE oid = target) THEN
    PERFORM upkeep_internal.fail('42809', format('"%s" is not a table', upkeep_internal.table_name(target)),
      'Only tables, their columns and whole schemas hold rows; nothing else needs a confirmation.');
  END IF;
END $$;

-- Anyone who may drop it may approve that: its owner, or that of its schema. Asked in functions that run as the
-- installer.
CREATE FUNCTION upkeep_internal.require_rights(catalog regclass, object oid)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  is_schema constant boolean := catalog = 'pg_namespace'::regclass;
  schema constant oid := CASE WHEN is_schema THEN object
                              ELSE (SELECT relnamespace FROM pg_class WHERE oid = object) END;
BEGIN
  IF NOT upkeep_internal.owns_schema(upkeep_internal.writer(), schema)
     AND (is_schema OR NOT upkeep_internal.owns_table(upkeep_internal.writer(), object)) THEN
    PERFORM upkeep_internal.fail('42501', CASE WHEN is_schema
        THEN format('must be owner of schema %s', (SELECT nspname FROM pg_namespace WHERE oid = schema))
        ELSE format('must be owner of table %s', upkeep_internal.table_name(object)) END,
      'Let the owner call this, or a member of the owner''s role.');
  END IF;
END $$;
