-- upkeep.auto_updated_at: tables get updated_at as soon as they have the column, and new partitions the statement
-- triggers of their root. It takes event triggers, which PostgreSQL gives to superusers, and some hosts to others.

CREATE TABLE IF NOT EXISTS upkeep.auto_updated_at_rules (
  schema_name name NOT NULL,
  column_name name NOT NULL,
  protect_columns name[],
  PRIMARY KEY (schema_name, column_name)
);
COMMENT ON TABLE upkeep.auto_updated_at_rules IS
  'The schemas whose new tables get updated_at by themselves. Written by upkeep.auto_updated_at.';
GRANT SELECT ON TABLE upkeep.auto_updated_at_rules TO PUBLIC;

CREATE FUNCTION upkeep.auto_updated_at(…) LANGUAGE plpgsql AS $$
DECLARE
  each name;
BEGIN
  PERFORM upkeep_internal.require_value(column_name, 'column_name');
  PERFORM upkeep_internal.require_protectable(column_name, protect_columns);
  PERFORM upkeep_internal.switch_event_triggers(coalesce(schemas, '{}') <> '{}');
  FOREACH each IN ARRAY coalesce(schemas, '{}') LOOP
    IF to_regnamespace(quote_ident(each)) IS NULL THEN
      PERFORM upkeep_internal.fail('3F000', format('schema "%s" does not exist', each));
    END IF;
  END LOOP;
  -- Two sessions that replace the rules at once must not leave both sets of rules.
  LOCK TABLE upkeep.auto_updated_at_rules IN SHARE ROW EXCLUSIVE MODE;
  DELETE FROM upkeep.auto_updated_at_rules;
  INSERT INTO upkeep.auto_updated_at_rules (schema_name, column_name, protect_columns)
  SELECT s, auto_updated_at.column_name, auto_updated_at.protect_columns
  FROM unnest(schemas) WITH ORDINALITY u(s, place)
  ORDER BY place
  ON CONFLICT DO NOTHING;
END $$;

-- They are there while there are rules.
CREATE FUNCTION upkeep_internal.switch_event_triggers(is_on boolean)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  installer constant oid := upkeep_internal.installer();
BEGIN
  -- A superuser's event trigger would run the functions of another role as each superuser who alters a table.
  IF is_on AND pg_has_role(installer, 'USAGE') AND NOT pg_has_role(installer, current_user, 'USAGE') THEN
    PERFORM upkeep_internal.fail('42501', format('pg_upkeep was loaded by role "%s", which does not act for role "%s"',
        pg_get_userbyid(installer), current_user),
      'Let the role that has loaded it call this, or call upkeep.enable_updated_at_in(''schema'') at the end of each '
      'migration.');
  END IF;
  BEGIN
    IF NOT pg_has_role(installer, 'USAGE') THEN
      RAISE insufficient_privilege;
    END IF;
    PERFORM upkeep_internal.make_or_drop_event_triggers(is_on);
  EXCEPTION WHEN insufficient_privilege THEN
    PERFORM upkeep_internal.fail('42501', 'must be superuser to switch automatic updated_at on or off',
      'Without a superuser, call upkeep.enable_updated_at_in(''schema'') at the end of each migration.');
  END;
END $$;

CREATE FUNCTION upkeep_internal.make_or_drop_event_triggers(is_on boolean)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  each record;
BEGIN
  FOR each IN
    SELECT e.*, g.oid IS NOT NULL AS is_there
    FROM (VALUES ('upkeep_precede_ddl', 'ddl_command_start', 'precede_ddl', '{ALTER TABLE,ALTER SCHEMA}'::text[]),
            ('upkeep_follow_ddl', 'ddl_command_end', 'follow_ddl',
             '{CREATE TABLE,CREATE TABLE AS,SELECT INTO,CREATE SCHEMA,ALTER TABLE,ALTER SCHEMA}')
         ) e(name, event, function, tags)
    LEFT JOIN pg_event_trigger g ON g.evtname = e.name
  LOOP
    IF each.is_there AND NOT is_on THEN
      EXECUTE format('DROP EVENT TRIGGER %I', each.name);
    ELSIF is_on AND NOT each.is_there THEN
      EXECUTE format('CREATE EVENT TRIGGER %I ON %s WHEN TAG IN (%s) EXECUTE FUNCTION upkeep.%I()', each.name,
        each.event, upkeep_internal.literals(each.tags), each.function);
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION upkeep.precede_ddl(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.note_before_ddl();
END $$;

CREATE FUNCTION upkeep.follow_ddl(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.follow_ddl(TG_TAG);
END $$;

-- What cannot be told from the tables as they are after a command is noted before it, on top of what is noted for the
-- commands in whose midst it runs, say in an event trigger of somebody else's.
CREATE FUNCTION upkeep_internal.note_before_ddl()
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  noted constant jsonb := coalesce(nullif(current_setting('upkeep.before_ddl', true), ''), '[]')::jsonb;
BEGIN
  PERFORM set_config('upkeep.before_ddl', (noted || jsonb_build_array(jsonb_build_object(
    'tables', (SELECT coalesce(jsonb_object_agg(r.key, r.is_time), '{}') FROM upkeep_internal.without_stamp() r),
    'schemas', (SELECT coalesce(jsonb_object_agg(n.oid, n.nspname), '{}') FROM pg_namespace n
                WHERE n.nspname IN (SELECT schema_name FROM upkeep.auto_updated_at_rules)))))::text, true);
END $$;

-- The tables of which a rule speaks that have no updated_at trigger. A command has made one fit if the key is new, or
-- the column holds a time since; where it was switched off, another kind of timestamp does not switch it on.
CREATE FUNCTION upkeep_internal.without_stamp()
RETURNS TABLE (object regclass, column_name name, protect_columns name[], key text, is_time boolean)
STABLE LANGUAGE sql AS $$
  SELECT c.oid::regclass, r.column_name, r.protect_columns, concat_ws(' ', c.oid, n.oid, a.attnum, r.column_name),
    a.attgenerated = '' AND b.base IN ('timestamptz'::regtype, 'timestamp'::regtype)
  FROM upkeep.auto_updated_at_rules r
  JOIN pg_namespace n ON n.nspname = r.schema_name
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relpersistence <> 't'
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = r.column_name AND a.attnum > 0 AND NOT a.attisdropped
  CROSS JOIN LATERAL upkeep_internal.base_type(a.atttypid, a.atttypmod) b
  WHERE NOT EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                    WHERE t.tgrelid = c.oid AND p.proname = 'updated_at' AND p.pronamespace = 'upkeep'::regnamespace)
    AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY c.oid, r.column_name
$$;

CREATE FUNCTION upkeep_internal.follow_ddl(tag text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  noted jsonb := '[]';
  before jsonb := '{"tables": {}, "schemas": {}}';
  each record;
  table_made regclass;
  has_enabled boolean := false;
BEGIN
  IF tag IN ('ALTER TABLE', 'ALTER SCHEMA') THEN
    noted := coalesce(nullif(current_setting('upkeep.before_ddl', true), ''), '[]')::jsonb;
    before := coalesce(noted -> -1, before);
    PERFORM set_config('upkeep.before_ddl', (noted - -1)::text, true);
  END IF;
  FOR each IN SELECT s.key::oid AS oid, s.value AS name FROM jsonb_each_text(before -> 'schemas') s
      WHERE s.value <> (SELECT nspname FROM pg_namespace WHERE oid = s.key::oid) LOOP
    PERFORM upkeep_internal.rename_auto_rules(each.name, each.oid);
  END LOOP;
  IF tag = 'ALTER SCHEMA' OR upkeep_internal.is_named_in_pause('updated_at')
     OR NOT EXISTS (SELECT FROM upkeep.auto_updated_at_rules) THEN
    RETURN;
  END IF;
  FOR table_made IN SELECT * FROM upkeep_internal.partitions_of_command(tag) LOOP
    PERFORM upkeep_internal.inherit_statement_triggers(table_made);
  END LOOP;
  FOR each IN SELECT s.* FROM upkeep_internal.without_stamp() s
      WHERE coalesce((before -> 'tables' -> s.key)::boolean < s.is_time, true)
        AND upkeep_internal.is_of_command(s.object, tag) LOOP
    IF NOT has_enabled THEN
      PERFORM upkeep_internal.take_turns();
      has_enabled := true;
    END IF;
    PERFORM upkeep_internal.enable_updated_at_if_absent(each.object, each.column_name, each.protect_columns);
  END LOOP;
  IF has_enabled THEN
    PERFORM upkeep_internal.write_triggers('updated_at');
  END IF;
END $$;

-- Whether the command that has just run made the table, or altered it: it still holds the lock.
CREATE FUNCTION upkeep_internal.is_of_command(target regclass, tag text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE tag WHEN 'ALTER TABLE'
    THEN EXISTS (SELECT FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation'
                   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND l.relation = target AND l.mode = 'AccessExclusiveLock' AND l.granted)
    ELSE EXISTS (SELECT FROM pg_event_trigger_ddl_commands() d WHERE d.classid = 'pg_class'::regclass
                   AND d.objid = target AND NOT d.in_extension) END;
END $$;

-- The partitions that the command has made or attached, or may have.
CREATE FUNCTION upkeep_internal.partitions_of_command(tag text)
RETURNS SETOF regclass LANGUAGE sql AS $$
  SELECT DISTINCT c.oid::regclass
  FROM pg_event_trigger_ddl_commands() d
  CROSS JOIN LATERAL pg_partition_tree(d.objid) p
  JOIN pg_class c ON c.oid = p.relid AND c.relispartition AND c.relkind IN ('r', 'p')
  WHERE d.classid = 'pg_class'::regclass AND NOT d.in_extension AND d.object_type = 'table'
    AND upkeep_internal.is_of_command(c.oid, tag)
$$;

-- A partition gets those of its root that it lacks.
CREATE FUNCTION upkeep_internal.inherit_statement_triggers(partition regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  trigger record;
  feature text;
  features text[] := '{}';
BEGIN
  FOR trigger IN
    SELECT DISTINCT ON (t.name) t.feature, t.name, g.tgoldtable, g.tgnewtable, t.arguments, t.type, f.function
    FROM pg_partition_ancestors(partition) a
    JOIN upkeep_internal.triggers t ON t.object = a.relid AND a.relid <> partition
    JOIN upkeep_internal.features f ON f.feature = t.feature
    JOIN pg_trigger g ON g.oid = t.trigger_oid
    WHERE t.type & 1 = 0 AND t.feature <> 'metrics_settings'
      AND NOT EXISTS (SELECT FROM pg_trigger o WHERE o.tgrelid = partition AND o.tgname = t.name)
    ORDER BY t.name
  LOOP
    EXECUTE format('CREATE TRIGGER %I %s %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION upkeep.%I(%s)', trigger.name,
      CASE WHEN trigger.type & 2 > 0 THEN 'BEFORE' ELSE 'AFTER' END,
      concat_ws(' OR ', CASE WHEN trigger.type & 4 > 0 THEN 'INSERT' END,
                CASE WHEN trigger.type & 8 > 0 THEN 'DELETE' END, CASE WHEN trigger.type & 16 > 0 THEN 'UPDATE' END,
                CASE WHEN trigger.type & 32 > 0 THEN 'TRUNCATE' END),
      upkeep_internal.qualified(partition),
      concat(CASE WHEN trigger.tgoldtable IS NOT NULL OR trigger.tgnewtable IS NOT NULL THEN 'REFERENCING' END,
             ' OLD TABLE AS ' || quote_ident(trigger.tgoldtable), ' NEW TABLE AS ' || quote_ident(trigger.tgnewtable)),
      trigger.function, upkeep_internal.literals(trigger.arguments));
    features := features || trigger.feature;
  END LOOP;
  FOR feature IN SELECT DISTINCT f FROM unnest(features) f LOOP
    PERFORM upkeep_internal.write_triggers(feature);
  END LOOP;
END $$;

-- A schema keeps its rules when it is renamed, whoever renames it; those of that name are left from one that was
-- dropped. Runs as the installer, who owns the rules, and so makes sure itself that no schema has the old name.
CREATE FUNCTION upkeep_internal.rename_auto_rules(old_name name, schema oid)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  new_name constant name := (SELECT nspname FROM pg_namespace WHERE oid = schema);
BEGIN
  IF EXISTS (SELECT FROM pg_namespace WHERE nspname = old_name) OR new_name IS NULL
     OR NOT EXISTS (SELECT FROM upkeep.auto_updated_at_rules WHERE schema_name = old_name) THEN
    RETURN;
  END IF;
  DELETE FROM upkeep.auto_updated_at_rules WHERE schema_name = new_name;
  UPDATE upkeep.auto_updated_at_rules SET schema_name = new_name WHERE schema_name = old_name;
END $$;
