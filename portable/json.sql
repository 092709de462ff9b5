-- A row as a JSON object that says the same whatever TimeZone, DateStyle, IntervalStyle, extra_float_digits,
-- bytea_output, lc_monetary and search_path are: the same bytes as the C++ edition writes.

-- An expression for a column of the row that row_name names, of which to_jsonb makes the same in every session.
CREATE FUNCTION upkeep_internal.json_value(target regclass, name name, row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  value constant text := format('%s.%I', row_name, name);
  base constant regtype := upkeep_internal.base_type_of(target, name);
  of_base pg_type;
BEGIN
  SELECT * INTO STRICT of_base FROM pg_type WHERE oid = base;
  RETURN CASE
    WHEN upkeep_internal.holds_json(base) THEN format('upkeep_internal.document(%s, %L, %L)', value, target::oid, name)
    -- Somebody's cast to json is not asked.
    WHEN of_base.typtype = 'e' THEN
      format('CASE WHEN %1$s IS NOT NULL THEN pg_catalog.format(''%%s'', %1$s) END', value)
    -- Few sessions have another zone, and few moments are infinite or before our era.
    WHEN base = 'timestamptz'::regtype THEN format(
      'CASE WHEN pg_catalog.current_setting(''TimeZone'') [=] ANY (''{UTC,Etc/UTC}''::pg_catalog.text[]) '
        'THEN pg_catalog.to_jsonb(%1$s) '
      'WHEN %1$s [>=] ''0001-01-01 00:00:00+00''::pg_catalog.timestamptz '
        'AND %1$s [<] ''infinity''::pg_catalog.timestamptz '
        'THEN pg_catalog.to_jsonb((pg_catalog.to_jsonb(pg_catalog.timezone(''UTC''::pg_catalog.text, %1$s)) '
        '[#>>] ''{}'') [||] ''+00:00'') '
      'ELSE upkeep_internal.pinned_json(%1$s) END', value)
    WHEN base IN ('date'::regtype, 'timestamp') OR upkeep_internal.is_steady(upkeep_internal.element_or_self(base))
      THEN value
    ELSE format('upkeep_internal.pinned_json(%s)', value) END;
END $$;

-- Whether values of the type print alike in every session.
CREATE FUNCTION upkeep_internal.is_steady(base regtype)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT base = ANY ('{bool,int2,int4,int8,numeric,text,varchar,bpchar,name,uuid,"char",inet,cidr,macaddr,json,jsonb}'
                       ::regtype[])
      OR EXISTS (SELECT FROM pg_type t WHERE t.oid = base AND t.typtype = 'e'));
END $$;

-- Whether jsonb may refuse what the type holds: json, which keeps more than jsonb can, an array of it, or a row, in
-- which nothing is looked for.
CREATE FUNCTION upkeep_internal.holds_json(base regtype)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT EXISTS (
      SELECT FROM pg_type t
      WHERE t.oid = upkeep_internal.element_or_self(base) AND (t.oid = 'json'::regtype OR t.typtype = 'c')));
END $$;

-- Under any domains; of an array, what it is of.
CREATE FUNCTION upkeep_internal.element_or_self(base regtype)
RETURNS regtype STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT b.base
    FROM pg_type t,
      upkeep_internal.base_type(CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END, -1) b
    WHERE t.oid = element_or_self.base);
END $$;

CREATE FUNCTION upkeep_internal.pinned_json(value anyelement)
RETURNS jsonb STABLE LANGUAGE plpgsql
SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' SET extra_float_digits = 1
SET bytea_output = 'hex' SET lc_monetary = 'C' SET xmloption = 'content' AS $$
BEGIN
  RETURN to_jsonb(value);
END $$;

-- The same of a value that holds_json. Errors name its column, where PostgreSQL says only why.
CREATE FUNCTION upkeep_internal.document(value anyelement, target regclass, name name)
RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
  detail text;
BEGIN
  RETURN upkeep_internal.pinned_json(value);
EXCEPTION WHEN data_exception THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  PERFORM upkeep_internal.fail(SQLSTATE, format('column "%s" of table "%s" holds a document that jsonb cannot hold',
      name, upkeep_internal.table_name(target)),
    'Use a json column for the snapshot, or name its fields without this one.', nullif(detail, ''));
END $$;

-- As text, where jsonb cannot hold it as it stands.
CREATE FUNCTION upkeep_internal.document_text(value anyelement)
RETURNS text STABLE LANGUAGE plpgsql
SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' SET extra_float_digits = 1
SET bytea_output = 'hex' SET lc_monetary = 'C' SET xmloption = 'content' AS $$
BEGIN
  RETURN to_jsonb(value);
EXCEPTION WHEN data_exception THEN
  RETURN to_json(value);
END $$;

-- An expression for a jsonb object with these columns.
CREATE FUNCTION upkeep_internal.jsonb_object(target regclass, columns name[], row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    -- A function takes 100 arguments.
    SELECT string_agg(format('pg_catalog.jsonb_build_object(%s)', fields), ' [||] ' ORDER BY chunk)
    FROM (SELECT (place - 1) / 50 AS chunk, string_agg(
            format('%L, %s', c, upkeep_internal.json_value(target, c, row_name)), ', ' ORDER BY place) AS fields
          FROM unnest(columns) WITH ORDINALITY u(c, place)
          GROUP BY 1) chunks);
END $$;

-- An expression for a json object with these columns in their order, where a document that jsonb cannot hold stands as
-- it is.
CREATE FUNCTION upkeep_internal.json_object_in_order(target regclass, columns name[], row_name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT format('(%s [||] ''}'')::pg_catalog.json', string_agg(format('%L [||] COALESCE(%s, ''null'')',
        concat(CASE place WHEN 1 THEN '{' ELSE ', ' END, to_json(c::text), ': '),
        CASE WHEN upkeep_internal.holds_json(upkeep_internal.base_type_of(target, c))
             THEN format('upkeep_internal.document_text(%s.%I)', row_name, c)
             ELSE format('pg_catalog.to_jsonb(%s)::pg_catalog.text',
                         upkeep_internal.json_value(target, c, row_name)) END), ' [||] ' ORDER BY place))
    FROM unnest(columns) WITH ORDINALITY u(c, place));
END $$;
