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
  RETURN regexp_replace(one::text, blanks, '\1', 'g') = regexp_replace(other::text, blanks, '\1', 'g');
END $$;

CREATE FUNCTION upkeep_internal.same_document(one json[], other json[])
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN coalesce(to_jsonb(one) = to_jsonb(other), false);
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
  RETURN false;
END $$;
