-- upkeep.check(): where the triggers, the tables and their contents have drifted apart. Reads only.

-- What is wrong with any trigger, then what upkeep_internal.…_findings() of each feature says.
CREATE FUNCTION upkeep.check(…) LANGUAGE plpgsql AS $$
DECLARE
  each text;
BEGIN
  RETURN QUERY
  SELECT t.object, t.feature,
    CASE t.enabled
      WHEN 'D' THEN format('trigger "%s" is disabled', t.name)
      ELSE format('trigger "%s" fires for replicated changes %s', t.name,
                  CASE t.enabled WHEN 'A' THEN 'too and overwrites the publisher''s values' ELSE 'only' END) END,
    format('ALTER TABLE %s ENABLE TRIGGER %I;', upkeep_internal.qualified(t.object), t.name)
  FROM upkeep_internal.triggers t
  WHERE t.enabled <> 'O'
  ORDER BY t.place;
  FOR each IN SELECT f.feature FROM upkeep_internal.features f ORDER BY f.place LOOP
    IF to_regproc(format('upkeep_internal.%I', each || '_findings')) IS NOT NULL THEN
      RETURN QUERY EXECUTE format('SELECT f.object, f.feature, f.finding, f.hint FROM upkeep_internal.%I() f',
                                  each || '_findings');
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION upkeep_internal.drop_hint(name name, target regclass)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT format('DROP TRIGGER %I ON %s;', name, upkeep_internal.qualified(target))
$$;

CREATE FUNCTION upkeep_internal.enable_again(feature text, target regclass, arguments text[])
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT format('Call upkeep.enable_%s for %s again, or drop trigger%s %s.', min(t.enable),
    upkeep_internal.qualified(target), CASE count(*) WHEN 1 THEN '' ELSE 's' END,
    string_agg(quote_ident(t.name), ', ' ORDER BY t.place))
  FROM upkeep_internal.triggers t
  WHERE t.object = target AND t.feature = enable_again.feature AND NOT t.is_clone
    AND t.arguments = enable_again.arguments
$$;

-- Whether the caller may read each row of a table, and all of them are on this server. A table's indexes can hold
-- anyone's code, which would run as the caller: only owners who are members of his role anyway are read from.
CREATE FUNCTION upkeep_internal.may_scan(target regclass)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT has_schema_privilege(c.relnamespace, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
     AND NOT row_security_active(c.oid) AND pg_has_role(c.relowner, current_user, 'USAGE')
     AND NOT EXISTS (SELECT FROM pg_partition_tree(c.oid) p JOIN pg_class m ON m.oid = p.relid
                     WHERE m.relkind = 'f' OR NOT pg_has_role(m.relowner, current_user, 'USAGE'))
  FROM pg_class c
  WHERE c.oid = target
$$;
