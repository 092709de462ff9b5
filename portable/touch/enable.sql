-- upkeep.enable_touch and disable_touch: the three statement triggers of a child, and of each of its partitions.

CREATE FUNCTION upkeep.enable_touch(…) LANGUAGE plpgsql AS $$
DECLARE
  key record;
  trigger_name name;
  each regclass;
  column_name text;
BEGIN
  PERFORM upkeep_internal.require_value(child, 'child');
  PERFORM upkeep_internal.require_value(parent, 'parent');
  -- Two sessions that enable at once could close a cycle between them.
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_own_table(child, 'enable touch');
  PERFORM upkeep_internal.require_own_table(parent, 'enable touch');
  key := upkeep_internal.followed_key(child, parent, foreign_key);
  PERFORM upkeep_internal.require_no_cycle(child, parent);
  FOREACH column_name IN ARRAY key.columns LOOP
    PERFORM upkeep_internal.require_array_type(child, column_name);
  END LOOP;
  PERFORM upkeep_internal.require_may_touch(child, parent);
  PERFORM upkeep_internal.require_stamp(parent);
  trigger_name := upkeep_internal.touch_trigger_name(key.name);
  FOR each IN SELECT * FROM upkeep_internal.with_descendants(child) LOOP
    PERFORM upkeep_internal.require_own_table(each, 'enable touch');
    -- The same touch may be there under the foreign key's, or with the parent's, former name.
    PERFORM upkeep_internal.drop_touches(each, ARRAY(
      SELECT t.name FROM upkeep_internal.touches(each) t
      WHERE t.columns = key.columns AND coalesce(t.parent, enable_touch.parent) = enable_touch.parent
        AND t.name <> concat(trigger_name, '_insert') AND t.name <> concat(trigger_name, '_update')
        AND t.name <> concat(trigger_name, '_delete')));
  END LOOP;
  PERFORM upkeep_internal.create_statement_triggers(child, trigger_name, '{insert,update,delete}', 'touch', ARRAY[
    'parent=' || upkeep_internal.qualified(parent), 'columns=' || upkeep_internal.join_names(key.columns),
    'keys=' || upkeep_internal.join_names(key.keys)]);
  PERFORM upkeep_internal.write_triggers('touch');
END $$;

-- zz_upkeep_touch_<foreign key>, cut so that _<event> fits after it, with a hash in place of what is lost.
CREATE FUNCTION upkeep_internal.touch_trigger_name(foreign_key name)
RETURNS name IMMUTABLE LANGUAGE sql AS $$
  SELECT 'zz_upkeep_touch_' || CASE WHEN octet_length(foreign_key) <= 40 THEN foreign_key::text ELSE format('%s_%s',
    (SELECT left(foreign_key, max(n)) FROM generate_series(1, 31) n WHERE octet_length(left(foreign_key, n)) <= 31),
    lpad(to_hex(hashtext(foreign_key COLLATE "C")), 8, '0')) END
$$;

-- The touches of a table, of all for NULL, without triggers made by hand that say none. parent: NULL where the name
-- stands for nothing.
CREATE FUNCTION upkeep_internal.touches(target regclass)
RETURNS TABLE (object regclass, name name, place text[], columns text[], parent regclass) STABLE LANGUAGE plpgsql AS $$
DECLARE
  trigger record;
  settings record;
BEGIN
  FOR trigger IN SELECT * FROM upkeep_internal.triggers t
      WHERE t.feature = 'touch' AND t.object = coalesce(target, t.object) ORDER BY t.place LOOP
    BEGIN
      settings := upkeep_internal.read_touch(trigger.arguments);
      parent := upkeep_internal.find_table_beside(settings.parent, trigger.object);
    EXCEPTION WHEN invalid_parameter_value THEN
      CONTINUE;
    END;
    object := trigger.object;
    name := trigger.name;
    place := trigger.place;
    columns := settings.columns;
    RETURN NEXT;
  END LOOP;
END $$;

CREATE FUNCTION upkeep_internal.drop_touches(target regclass, names name[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name name;
BEGIN
  FOREACH name IN ARRAY names LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', name, upkeep_internal.qualified(target));
  END LOOP;
END $$;

-- Breadth first from the parent; ways: how each table was reached.
CREATE FUNCTION upkeep_internal.require_no_cycle(child regclass, parent regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  start constant regclass := upkeep_internal.topmost(parent);
  goal constant regclass := upkeep_internal.topmost(child);
  reached regclass[] := ARRAY[start];
  ways text[] := ARRAY[upkeep_internal.table_name(start)::text];
  edges record;
  next int := 1;
  number int;
BEGIN
  SELECT array_agg(upkeep_internal.topmost(t.object) ORDER BY t.place) AS children,
    array_agg(upkeep_internal.topmost(t.parent) ORDER BY t.place) AS parents INTO edges
  FROM upkeep_internal.touches(NULL) t WHERE t.parent IS NOT NULL;
  WHILE next <= cardinality(reached) AND goal <> ALL (reached) LOOP
    FOR number IN SELECT generate_subscripts(edges.children, 1) LOOP
      IF edges.children[number] = reached[next] AND edges.parents[number] <> ALL (reached) THEN
        reached := reached || edges.parents[number];
        ways := ways || format('%s -> %s', ways[next], upkeep_internal.table_name(edges.parents[number]));
      END IF;
    END LOOP;
    next := next + 1;
  END LOOP;
  IF goal = ANY (reached) THEN
    PERFORM upkeep_internal.fail('42P17', format('a touch from "%s" to "%s" would close a cycle',
        upkeep_internal.table_name(child), upkeep_internal.table_name(parent)),
      'Leave this touch out, or disable another one of the cycle.',
      format('A change would go round: %s -> %s.', upkeep_internal.table_name(goal),
             ways[array_position(reached, goal)]));
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.require_array_type(target regclass, column_name text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  type constant regtype := (SELECT a.atttypid FROM pg_attribute a
                            WHERE a.attrelid = target AND a.attname = require_array_type.column_name);
BEGIN
  IF (SELECT typarray = 0 FROM pg_type WHERE oid = type) THEN
    PERFORM upkeep_internal.fail('42804', format('column "%s" of table "%s" has type %s, of which there are no arrays',
      column_name, upkeep_internal.table_name(target), type),
      'Keys are looked up as arrays: use a key of another type.');
  END IF;
END $$;

-- The parent must stamp itself; where it does not yet, it gets updated_at with its defaults.
CREATE FUNCTION upkeep_internal.require_stamp(parent regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name constant name := upkeep_internal.table_name(parent);
BEGIN
  IF upkeep_internal.stamp_options(parent) IS NOT NULL THEN
    RETURN;
  ELSIF NOT upkeep_internal.has_column(parent, 'updated_at') THEN
    PERFORM upkeep_internal.fail('42703', format('column "updated_at" of table "%s" does not exist', name),
      format('To "%s" add a column updated_at timestamptz, or enable updated_at with the column that it has: '
             'SELECT upkeep.enable_updated_at(%L, ''its_name'');', name, upkeep_internal.qualified(parent)),
      'A touch stamps the parent.');
  END IF;
  PERFORM upkeep_internal.stamp_clock(parent, 'updated_at', 'transaction', false);
  IF EXISTS (SELECT FROM upkeep_internal.enable_updated_at_if_absent(parent, 'updated_at', NULL)) THEN
    RAISE NOTICE 'enabled updated_at on "%", which had no such trigger', name;
    PERFORM upkeep_internal.write_triggers('updated_at');
  END IF;
END $$;

CREATE FUNCTION upkeep.disable_touch(…) LANGUAGE plpgsql AS $$
DECLARE
  each regclass;
  names name[];
  dropped int := 0;
BEGIN
  PERFORM upkeep_internal.require_value(child, 'child');
  PERFORM upkeep_internal.require_value(parent, 'parent');
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_own_table(child, 'disable touch');
  PERFORM upkeep_internal.require_own_table(parent, 'disable touch');
  FOR each IN SELECT * FROM upkeep_internal.with_descendants(child) LOOP
    PERFORM upkeep_internal.require_own_table(each, 'disable touch');
    -- A parent that was renamed since is known by the foreign key.
    names := ARRAY(
      SELECT t.name FROM upkeep_internal.touches(each) t
      WHERE t.parent = disable_touch.parent OR t.parent IS NULL
        AND EXISTS (SELECT FROM upkeep_internal.foreign_keys(child, disable_touch.parent) k
                    WHERE k.columns = t.columns));
    PERFORM upkeep_internal.drop_touches(each, names);
    dropped := dropped + cardinality(names);
  END LOOP;
  IF dropped = 0 THEN
    RAISE NOTICE 'touch is not enabled from "%" to "%"', upkeep_internal.table_name(child),
      upkeep_internal.table_name(parent);
  END IF;
  PERFORM upkeep_internal.write_triggers('touch');
END $$;
