-- The key of a row as a JSON array: how it is made of a row, and how the row is found by it again, whatever the
-- session's settings. Keys that are equal have one text, which therefore stands for the key.

-- An error for a column of which equal values can differ in their texts.
CREATE FUNCTION upkeep_internal.require_stock_key(target regclass, columns text[], given jsonb)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  each text;
  loose text;
BEGIN
  FOREACH each IN ARRAY columns LOOP
    PERFORM upkeep_internal.require_column(target, each, 'stock', given);
    SELECT ' with nondeterministic collation ' || c.oid::regcollation INTO loose
    FROM upkeep_internal.column_type(target, each) k JOIN pg_collation c ON c.oid = k.collated
    WHERE NOT c.collisdeterministic;
    IF loose IS NOT NULL OR NOT upkeep_internal.has_one_text(upkeep_internal.base_type_of(target, each)) THEN
      PERFORM upkeep_internal.fail('42804', format('column "%s" of table "%s" has type %s%s, which cannot be a key for '
        'stock', each, upkeep_internal.table_name(target), (
            SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
            WHERE a.attrelid = target AND a.attname = each), loose),
        'Use an integer, numeric, text, uuid, boolean, date, timestamp or enum of a deterministic collation.');
    END IF;
  END LOOP;
END $$;

-- Whether jsonb has, with some help, one text for all values that are equal, in every session.
CREATE FUNCTION upkeep_internal.has_one_text(base regtype)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN base = ANY ('{boolean,smallint,integer,bigint,numeric,text,varchar,bpchar,name,uuid}'::regtype[])
      OR base = ANY ('{date,timestamp,timestamptz}'::regtype[])
      OR (SELECT typtype = 'e' FROM pg_type WHERE oid = base);
END $$;

-- The text of the key of a row: pg_catalog.jsonb_build_array(i.id)::pg_catalog.text
CREATE FUNCTION upkeep_internal.stock_key(target regclass, columns text[], row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT format('pg_catalog.jsonb_build_array(%s)::pg_catalog.text', string_agg(
      format(CASE upkeep_internal.base_type_of(target, c)
        WHEN 'numeric'::regtype THEN 'pg_catalog.trim_scale(%s)'
        -- Without the blanks that do not count.
        WHEN 'bpchar'::regtype THEN '%s::pg_catalog.text'
        WHEN 'timestamptz'::regtype THEN 'pg_catalog.timezone(''UTC'', %s)'
        ELSE '%s' END, format('%s.%I', row_name, c)), ', ' ORDER BY place))
    FROM unnest(columns) WITH ORDINALITY u(c, place));
END $$;

-- The values of the key that `document`, an expression, is the text of, as a list.
CREATE FUNCTION upkeep_internal.stock_key_values(target regclass, columns text[], document text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT string_agg(upkeep_internal.stock_key_value(upkeep_internal.base_type_of(target, c), document, place - 1),
                      ', ' ORDER BY place)
    FROM unnest(columns) WITH ORDINALITY u(c, place));
END $$;

CREATE FUNCTION upkeep_internal.stock_key_value(base regtype, document text, place bigint)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format(CASE base WHEN 'timestamptz'::regtype
      THEN 'pg_catalog.timezone(''UTC'', (%s::pg_catalog.jsonb [->>] %s)::pg_catalog.timestamp)'
    ELSE '(%s::pg_catalog.jsonb [->>] %s)::%s' END, document, place, upkeep_internal.type_as_sql(base));
END $$;

-- The condition that a row has the key that `document` is the text of.
CREATE FUNCTION upkeep_internal.stock_key_is(target regclass, columns text[], row_name text, document text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT string_agg(format('%s [=] %s', upkeep_internal.bare_column(target, c, row_name),
      upkeep_internal.stock_key_value(upkeep_internal.base_type_of(target, c), document, place - 1)), ' AND '
      ORDER BY place)
    FROM unnest(columns) WITH ORDINALITY u(c, place));
END $$;

-- The condition that two rows of the table have the same key.
CREATE FUNCTION upkeep_internal.stock_key_same(target regclass, columns text[], row_name text, other_row text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT string_agg(format('%s [=] %s', upkeep_internal.bare_column(target, c, row_name),
      upkeep_internal.bare_column(target, c, other_row)), ' AND ' ORDER BY place)
    FROM unnest(columns) WITH ORDINALITY u(c, place));
END $$;

-- In the type under a domain, for which not every operator of an enum is found.
CREATE FUNCTION upkeep_internal.bare_column(target regclass, name text, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  base constant regtype := upkeep_internal.base_type_of(target, name);
BEGIN
  RETURN format('%s.%I', row_name, name) || CASE WHEN (SELECT a.atttypid <> base FROM pg_attribute a
      WHERE a.attrelid = target AND a.attname = bare_column.name)
    THEN '::' || upkeep_internal.type_as_sql(base) ELSE '' END;
END $$;

-- The condition that a row of target has the key that a line refers to.
CREATE FUNCTION upkeep_internal.stock_match(
  target regclass,
  keys text[],
  target_row text,
  lines regclass,
  columns text[],
  line text
) RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT string_agg(
      -- The operators of enums do not take domains over them.
      CASE WHEN (SELECT t.typtype = 'e' FROM pg_type t WHERE t.oid = upkeep_internal.base_type_of(target, key))
        THEN format('%1$s.%2$I::%5$s [=] %3$s.%4$I::%5$s', target_row, key, line, of_line,
                    upkeep_internal.type_as_sql(upkeep_internal.base_type_of(target, key)))
        ELSE upkeep_internal.key_match(target, key, format('%s.%I', target_row, key), lines, of_line,
                                       format('%s.%I', line, of_line)) END, ' AND ' ORDER BY place)
    FROM unnest(keys, columns) WITH ORDINALITY u(key, of_line, place));
END $$;
