-- upkeep.managed, export_sql and version: what pg_upkeep does in this database, read back from its triggers.

-- {"column": "updated_at", "ignore": ["views"]}; what is wrong with arguments that are not options stands under
-- "invalid".
CREATE FUNCTION upkeep_internal.options_in_force(feature text, target regclass, arguments text[])
RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
  options jsonb;
BEGIN
  options := upkeep_internal.read_options(feature, arguments);
  -- The guard's trigger has none; what is exempt stands in upkeep.guard_exemptions.
  IF feature = 'guard' THEN
    RETURN coalesce((
      SELECT jsonb_build_object('exempt', jsonb_strip_nulls(jsonb_build_object('role', e.role, 'until', e.ends)))
      FROM upkeep_internal.exemptions e WHERE e.object = target), '{}');
  END IF;
  -- A trigger that does not say which column it protects protects created_at, where the table has that.
  IF feature = 'updated_at' AND NOT options ? 'protect' AND upkeep_internal.creation_column(target,
       upkeep_internal.text_option(feature, options, 'column'), options ->> 'version') = 'created_at' THEN
    options := options || '{"protect": ["created_at"]}';
  END IF;
  RETURN options;
EXCEPTION
  WHEN invalid_parameter_value THEN
    RETURN jsonb_build_object('invalid', SQLERRM);
END $$;

CREATE VIEW upkeep.managed AS
SELECT object, feature, options, (array_agg(name ORDER BY place))[1] AS trigger,
  array_agg(name::text ORDER BY place) AS triggers, bool_and(enabled IN ('O', 'A')) AS enabled
FROM (SELECT t.*, upkeep_internal.options_in_force(t.feature, t.object, t.arguments) AS options
      FROM upkeep_internal.triggers t WHERE NOT t.is_clone) t
GROUP BY object, feature, options
ORDER BY min(place);

CREATE FUNCTION upkeep.export_sql(…) LANGUAGE plpgsql AS $$
DECLARE
  trigger record;
  state text;
  exempt record;
BEGIN
  -- A table goes with its partitions and children, which have statement triggers of their own.
  FOR trigger IN SELECT t.*
      FROM upkeep_internal.triggers t
      LEFT JOIN upkeep_internal.with_descendants(target) WITH ORDINALITY d(member, number) ON d.member = t.object
      WHERE NOT t.is_clone AND (target IS NULL OR d.member IS NOT NULL) ORDER BY d.number, t.place LOOP
    RETURN NEXT pg_get_triggerdef(trigger.trigger_oid) || ';';
    state := CASE trigger.enabled
      WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' END;
    IF state IS NOT NULL THEN
      RETURN NEXT format('ALTER TABLE %s %s TRIGGER %I;', upkeep_internal.qualified(trigger.object), state,
                         trigger.name);
    END IF;
  END LOOP;
  FOR exempt IN SELECT e.*
      FROM upkeep_internal.exemptions e
      LEFT JOIN upkeep_internal.with_descendants(target) WITH ORDINALITY d(member, number) ON d.member = e.object
      WHERE e.table_exists AND (target IS NULL OR d.member IS NOT NULL)
      ORDER BY d.number, e.object::text COLLATE "C" LOOP
    RETURN NEXT upkeep_internal.exempt_again(exempt.object, exempt.role, exempt.ends);
  END LOOP;
END $$;

CREATE FUNCTION upkeep.version(…) LANGUAGE sql AS $$ SELECT 'portable {version}' $$;
