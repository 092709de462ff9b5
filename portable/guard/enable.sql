-- upkeep.enable_guard and disable_guard: the rules, and the triggers on the tables of their schemas.

CREATE FUNCTION upkeep.enable_guard(…) LANGUAGE plpgsql AS $$
DECLARE
  each regclass;
  has_events boolean;
BEGIN
  PERFORM upkeep_internal.require_value(mode, 'mode');
  IF array_position(schemas, NULL) IS NOT NULL THEN
    PERFORM upkeep_internal.fail('22004', 'argument "schemas" must not contain a null', 'Leave the null out.');
  ELSIF mode NOT IN ('block', 'warn') THEN
    PERFORM upkeep_internal.fail('22023', format('invalid mode "%s" of the guard', mode), 'Use block or warn.');
  ELSIF schemas IS NULL OR schemas = '{}' THEN
    PERFORM upkeep_internal.fail(CASE WHEN schemas IS NULL THEN '22004' ELSE '22023' END,
      'schemas must name at least one schema', 'To switch the guard off, call upkeep.disable_guard().');
  END IF;
  PERFORM upkeep_internal.take_turns();
  has_events := upkeep_internal.switch_guard_events(true);
  PERFORM upkeep_internal.replace_guard_rules(schemas, mode);
  FOR each IN SELECT * FROM upkeep_internal.guarded_tables() LOOP
    PERFORM upkeep_internal.require_own_table(each, 'enable guard'), upkeep_internal.guard_table(each);
  END LOOP;
  FOR each IN SELECT DISTINCT t.object FROM upkeep_internal.triggers t
      WHERE t.feature = 'guard' AND t.object NOT IN (SELECT * FROM upkeep_internal.guarded_tables()) LOOP
    PERFORM upkeep_internal.unguard_table(each);
  END LOOP;
  IF NOT has_events THEN
    RAISE NOTICE 'only TRUNCATE is guarded, not DROP and ALTER'
      USING HINT = 'These take event triggers, which only a superuser may make here.';
  END IF;
END $$;

CREATE FUNCTION upkeep.disable_guard(…) LANGUAGE plpgsql AS $$
DECLARE
  tables constant regclass[] := ARRAY(
    SELECT t.object FROM upkeep_internal.triggers t WHERE t.feature = 'guard' GROUP BY t.object ORDER BY min(t.place));
BEGIN
  IF tables = '{}' AND NOT EXISTS (SELECT FROM upkeep.guard_rules) THEN
    RAISE NOTICE 'the guard is not on';
    RETURN;
  END IF;
  PERFORM upkeep_internal.take_turns();
  -- Before the triggers, so that dropping those is not logged as DDL.
  PERFORM upkeep_internal.replace_guard_rules('{}', 'block'), upkeep_internal.switch_guard_events(false);
  PERFORM upkeep_internal.unguard_table(t) FROM unnest(tables) t;
END $$;

-- Runs as the installer, who owns the rules, and so makes sure itself that the schemas are the caller's, those of the
-- rules there were too.
CREATE FUNCTION upkeep_internal.replace_guard_rules(schemas name[], mode text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  each name;
BEGIN
  FOREACH each IN ARRAY schemas LOOP
    IF to_regnamespace(quote_ident(each)) IS NULL THEN
      PERFORM upkeep_internal.fail('3F000', format('schema "%s" does not exist', each));
    END IF;
    PERFORM upkeep_internal.require_schema_owner(each);
  END LOOP;
  PERFORM upkeep_internal.require_schema_owner(r.schema_name)
  FROM upkeep.guard_rules r JOIN pg_namespace n ON n.nspname = r.schema_name;
  -- Two sessions that replace the rules at once must not leave both sets of rules.
  LOCK TABLE upkeep.guard_rules IN SHARE ROW EXCLUSIVE MODE;
  DELETE FROM upkeep.guard_rules;
  INSERT INTO upkeep.guard_rules (schema_name, mode)
  SELECT s, replace_guard_rules.mode FROM unnest(schemas) WITH ORDINALITY u(s, place) ORDER BY place
  ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION upkeep_internal.require_schema_owner(schema name)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT upkeep_internal.owns_schema(upkeep_internal.writer(), to_regnamespace(quote_ident(schema))) THEN
    PERFORM upkeep_internal.fail('42501', format('must be owner of schema %I', schema),
      'Let the schema''s owner call this, or a superuser.');
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.guard_table(target regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM upkeep_internal.triggers t WHERE t.object = target AND t.feature = 'guard') THEN
    RETURN;
  END IF;
  PERFORM upkeep_internal.require_free_name(target, 'zz_upkeep_guard', 'guard');
  EXECUTE format('CREATE TRIGGER zz_upkeep_guard BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION '
    'upkeep.guard()', upkeep_internal.qualified(target));
END $$;

CREATE FUNCTION upkeep_internal.unguard_table(target regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_own_table(target, 'disable guard'), upkeep_internal.drop_triggers(target, 'guard');
END $$;
