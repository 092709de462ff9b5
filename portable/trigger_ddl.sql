-- Making and dropping the triggers of a feature on a table, its partitions and its children.

-- A row trigger is cloned to partitions; inheritance children get their own.
CREATE FUNCTION upkeep_internal.create_row_trigger(
  target regclass,
  name name,
  timing text,
  feature text,
  arguments text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  rule upkeep_internal.features;
  each regclass;
BEGIN
  SELECT * INTO STRICT rule FROM upkeep_internal.features f WHERE f.feature = create_row_trigger.feature;
  FOR each IN SELECT target UNION ALL SELECT * FROM upkeep_internal.inheritance_children(target) LOOP
    PERFORM upkeep_internal.require_own_table(each, format('enable %s', rule.enable));
    PERFORM upkeep_internal.require_no_clone(each, feature);
    PERFORM upkeep_internal.require_free_name(each, name, feature);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I %s ON %s FOR EACH ROW EXECUTE FUNCTION upkeep.%I(%s)', name, timing,
      upkeep_internal.qualified(each), rule.function, upkeep_internal.literals(arguments));
  END LOOP;
END $$;

-- Statement triggers, one for each of the events 'insert', 'update', 'delete', which have transition tables, and
-- 'truncate' and 'after_truncate', on the table and on each of its partitions and children: a statement fires those of
-- the table that it names. Their names end with the event.
CREATE FUNCTION upkeep_internal.create_statement_triggers(
  target regclass,
  name name,
  events text[],
  feature text,
  arguments text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  rule upkeep_internal.features;
  each regclass;
  event text;
  full_name name;
BEGIN
  SELECT * INTO STRICT rule FROM upkeep_internal.features f WHERE f.feature = create_statement_triggers.feature;
  FOR each IN SELECT * FROM upkeep_internal.with_descendants(target) LOOP
    PERFORM upkeep_internal.require_own_table(each, format('enable %s', rule.enable));
    FOREACH event IN ARRAY events LOOP
      full_name := concat(name, '_', replace(event, 'after_', ''));
      PERFORM upkeep_internal.require_free_name(each, full_name, feature);
      EXECUTE format('CREATE OR REPLACE TRIGGER %I %s FOR EACH STATEMENT EXECUTE FUNCTION upkeep.%I(%s)', full_name,
        format(CASE event
          WHEN 'insert' THEN 'AFTER INSERT ON %s REFERENCING NEW TABLE AS upkeep_new'
          WHEN 'update' THEN 'AFTER UPDATE ON %s REFERENCING OLD TABLE AS upkeep_old NEW TABLE AS upkeep_new'
          WHEN 'delete' THEN 'AFTER DELETE ON %s REFERENCING OLD TABLE AS upkeep_old'
          WHEN 'truncate' THEN 'BEFORE TRUNCATE ON %s'
          WHEN 'after_truncate' THEN 'AFTER TRUNCATE ON %s' END, upkeep_internal.qualified(each)),
        rule.function, upkeep_internal.literals(arguments));
    END LOOP;
  END LOOP;
END $$;

-- Whether there were any.
CREATE FUNCTION upkeep_internal.drop_triggers_of_tree(target regclass, feature text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  verb constant text := (SELECT format('disable %s', f.enable) FROM upkeep_internal.features f
                         WHERE f.feature = drop_triggers_of_tree.feature);
  each regclass;
  dropped int := 0;
BEGIN
  PERFORM upkeep_internal.require_no_clone(target, feature);
  FOR each IN SELECT * FROM upkeep_internal.with_descendants(target) LOOP
    PERFORM upkeep_internal.require_own_table(each, verb);
    dropped := dropped + upkeep_internal.drop_triggers(each, feature);
  END LOOP;
  RETURN dropped > 0;
END $$;

-- For a feature of one table.
CREATE FUNCTION upkeep_internal.disable_on_tree(target regclass, feature text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_own_table(target, 'disable ' || feature);
  IF NOT upkeep_internal.drop_triggers_of_tree(target, feature) THEN
    RAISE NOTICE '% is not enabled on "%"', feature, upkeep_internal.table_name(target);
  END IF;
  PERFORM upkeep_internal.write_triggers(feature);
END $$;

-- The same trigger with other arguments, disabled if it was.
CREATE FUNCTION upkeep_internal.set_trigger_arguments(trigger_oid oid, arguments text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  trigger record;
BEGIN
  SELECT t.* INTO trigger FROM upkeep_internal.triggers t WHERE t.trigger_oid = set_trigger_arguments.trigger_oid;
  EXECUTE format('%s(%s)', regexp_replace(replace(pg_get_triggerdef(trigger_oid), 'CREATE TRIGGER',
    'CREATE OR REPLACE TRIGGER'), '( EXECUTE FUNCTION upkeep\.\w+)\(.*$', '\1'), upkeep_internal.literals(arguments));
  IF trigger.enabled <> 'O' THEN
    EXECUTE format('ALTER TABLE %s %s TRIGGER %I', upkeep_internal.qualified(trigger.object),
      CASE trigger.enabled WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE REPLICA' END,
      trigger.name);
  END IF;
END $$;

-- Statement triggers of a feature that a partition or a child lacks, and its root has.
CREATE FUNCTION upkeep_internal.missing_below(feature text)
RETURNS TABLE (object regclass, place text[], finding text, hint text) STABLE LANGUAGE sql AS $$
  SELECT d.member, t.place, format('lacks trigger "%s" that %s has', t.name, upkeep_internal.qualified(t.object)),
    format('Call upkeep.enable_%s for %s again.', t.enable, upkeep_internal.qualified(t.object))
  FROM upkeep_internal.triggers t
  JOIN pg_class c ON c.oid = t.object AND NOT c.relispartition
  CROSS JOIN LATERAL upkeep_internal.with_descendants(t.object) WITH ORDINALITY d(member, number)
  WHERE t.feature = missing_below.feature AND t.type & 1 = 0 AND NOT EXISTS (
    SELECT FROM upkeep_internal.triggers o
    WHERE o.object = d.member AND o.feature = t.feature AND o.name = t.name)
  ORDER BY t.place, d.number
$$;

-- The names of a trigger's transition tables.
CREATE FUNCTION upkeep_internal.transition_tables(target regclass, trigger_name name, OUT old_rows name,
                                                  OUT new_rows name)
STABLE LANGUAGE sql AS $$
  SELECT tgoldtable, tgnewtable FROM pg_trigger WHERE tgrelid = target AND tgname = trigger_name
$$;
