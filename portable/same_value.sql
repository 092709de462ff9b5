-- Whether a column holds the same, whatever bytes say it.

-- A condition for a column of two rows of a table: by image, else by the equality of its type. json has none: two
-- documents are the same where jsonb says so.
CREATE FUNCTION upkeep_internal.same_value(target regclass, name name, one_row text, other_row text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  base constant regtype := upkeep_internal.base_type_of(target, name);
  element constant regtype := upkeep_internal.element_or_self(base);
  image constant text := format('pg_catalog.record_image_eq(ROW(%2$s.%1$I), ROW(%3$s.%1$I))', name, one_row, other_row);
  equality constant text := (
    SELECT format('OPERATOR(%I.%s)', o.oprnamespace::regnamespace::name, o.oprname) FROM pg_operator o
    WHERE o.oid = upkeep_internal.equality_operator(base) AND upkeep_internal.equality_operator(element) IS NOT NULL);
BEGIN
  RETURN CASE
    WHEN element = 'json'::regtype THEN
      format('(%4$s OR upkeep_internal.same_document(%2$s.%1$I, %3$s.%1$I))', name, one_row, other_row, image)
    WHEN equality IS NULL THEN image
    ELSE format('(%4$s OR (%2$s.%1$I %5$s %3$s.%1$I) IS TRUE)', name, one_row, other_row, image, equality) END;
END $$;

-- What jsonb cannot hold has no value to compare: json is the same but for blanks between its characters, an array of
-- it by its bytes alone.
CREATE FUNCTION upkeep_internal.same_document(one json, other json)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
  blanks constant text := '("(?:[^"\\]|\\.)*")|[ \t\n\r]+';
BEGIN
  RETURN coalesce(one::jsonb = other::jsonb, false);
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
  RETURN coalesce(regexp_replace(one::text, blanks, '\1', 'g') = regexp_replace(other::text, blanks, '\1', 'g'), false);
END $$;

CREATE FUNCTION upkeep_internal.same_document(one json[], other json[])
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN coalesce(to_jsonb(one) = to_jsonb(other), false);
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
  RETURN false;
END $$;

-- Whether the bytes of some columns differ between two rows. Where the operator <> is cheap and says that two values
-- differ, so do their bytes, and no row has to be made.
CREATE FUNCTION upkeep_internal.images_differ(target regclass, columns text[], a text, b text)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE WHEN columns = '{}' THEN 'false' ELSE concat(
    (SELECT string_agg(format('%2$s.%1$I [<>] %3$s.%1$I OR ', attname, a, b), '' ORDER BY attlen < 0, attnum)
     FROM pg_attribute
     WHERE attrelid = target AND attname = ANY (columns) AND atttypid = ANY (
       '{bool,int2,int4,int8,float4,float8,numeric,date,timestamp,timestamptz,uuid,text,varchar}'::regtype[])),
    format('pg_catalog.record_image_ne(ROW(%s), ROW(%s))', upkeep_internal.fields(a, columns::name[]),
           upkeep_internal.fields(b, columns::name[]))) END
$$;
