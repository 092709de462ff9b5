-- The foreign keys from one table to another.

CREATE FUNCTION upkeep_internal.foreign_keys(child regclass, parent regclass)
RETURNS TABLE (name name, columns text[], keys text[]) STABLE LANGUAGE sql AS $$
  SELECT c.conname, upkeep_internal.names_of_columns(c.conrelid, c.conkey),
    upkeep_internal.names_of_columns(c.confrelid, c.confkey)
  FROM pg_constraint c
  WHERE c.contype = 'f' AND c.conrelid = child AND c.confrelid = parent
  ORDER BY c.conname
$$;

CREATE FUNCTION upkeep_internal.names_of_columns(target regclass, numbers int2[])
RETURNS text[] STABLE LANGUAGE sql AS $$
  SELECT array_agg(a.attname::text ORDER BY k.place)
  FROM unnest(numbers) WITH ORDINALITY k(number, place)
  JOIN pg_attribute a ON a.attrelid = target AND a.attnum = k.number
$$;

-- The one of that name, or the only one.
CREATE FUNCTION upkeep_internal.followed_key(
  child regclass,
  parent regclass,
  wanted name,
  OUT name name,
  OUT columns text[],
  OUT keys text[]
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  all_names constant name[] := ARRAY(SELECT k.name FROM upkeep_internal.foreign_keys(child, parent) k);
  child_name constant name := upkeep_internal.table_name(child);
  parent_name constant name := upkeep_internal.table_name(parent);
BEGIN
  IF all_names = '{}' THEN
    PERFORM upkeep_internal.fail('42704', CASE WHEN wanted IS NULL
        THEN format('table "%s" has no foreign key to "%s"', child_name, parent_name)
        ELSE format('table "%s" has no foreign key "%s" to "%s"', child_name, wanted, parent_name) END,
      CASE WHEN EXISTS (SELECT FROM upkeep_internal.foreign_keys(parent, child))
           THEN 'upkeep.enable_touch takes the child first, then the parent.'
           ELSE 'A touch follows a foreign key of the child to the parent: add one first.' END);
  ELSIF wanted <> ALL (all_names) THEN
    PERFORM upkeep_internal.fail('42704', format('table "%s" has no foreign key "%s" to "%s"', child_name, wanted,
      parent_name), format('Pass the constraint''s name, foreign_key => %L.', all_names[1]),
      format('It has: %s.', array_to_string(all_names, ', ')));
  ELSIF wanted IS NULL AND cardinality(all_names) > 1 THEN
    PERFORM upkeep_internal.fail('42P08', format('table "%s" has several foreign keys to "%s"', child_name,
      parent_name), 'Name one of them as foreign_key.', format('They are: %s.', array_to_string(all_names, ', ')));
  END IF;
  SELECT k.* INTO name, columns, keys
  FROM upkeep_internal.foreign_keys(child, parent) k
  WHERE k.name = coalesce(wanted, all_names[1]);
END $$;
