-- What a command has dropped and made.

-- sql_drop, the second net: what a CASCADE has reached that the command's text does not name.
CREATE FUNCTION upkeep_internal.follow_drop(tag text, path name[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  notes jsonb := upkeep_internal.last_notes();
  losses jsonb;
  decided record;
BEGIN
  losses := upkeep_internal.noted_losses(notes);
  SELECT * INTO decided FROM upkeep_internal.decide(tag, losses, path, coalesce(notes -> 'served', '{}'));
  notes := notes || jsonb_build_object('served', decided.served, 'given',
    coalesce(notes -> 'given', '[]') || decided.given);
  PERFORM upkeep_internal.add_notes(notes);
  PERFORM upkeep_internal.log_ddl(tag, o.identity, g.confirmation)
  FROM upkeep_internal.dropped_objects(notes) o
  LEFT JOIN LATERAL (
    SELECT g ->> 'confirmation' AS confirmation FROM jsonb_array_elements(notes -> 'given') g
    WHERE (g ->> 'table')::oid = o.id AND g ->> 'column' = o.column_name LIMIT 1) g ON true
  WHERE o.is_guarded AND (o.is_original OR g.confirmation IS NOT NULL)
  ORDER BY o.place;
  PERFORM upkeep_internal.tell_dropped_triggers();
END $$;

-- Of what was not settled before. A partition is one loss with the topmost of those above it that go too.
CREATE FUNCTION upkeep_internal.noted_losses(notes jsonb)
RETURNS jsonb LANGUAGE sql AS $$
  WITH lost AS (
    SELECT o.place, o.id::text AS id, o.object_type, l
    FROM upkeep_internal.dropped_objects(notes) o
    CROSS JOIN LATERAL (SELECT CASE o.object_type WHEN 'table' THEN notes -> 'rows' -> o.id::text
                               ELSE notes -> 'columns' -> concat(o.id, ' ', o.number) END) n(l)
    WHERE o.object_type IN ('table', 'table column') AND l IS NOT NULL
      AND NOT coalesce(notes -> 'settled' ? concat(o.id, ' ', o.column_name), false)
  ), tops AS (
    SELECT p.*, CASE p.object_type WHEN 'table' THEN coalesce((
      SELECT a FROM jsonb_array_elements_text(p.l -> 'above') WITH ORDINALITY u(a, height)
      WHERE a IN (SELECT o.id FROM lost o WHERE o.object_type = 'table') ORDER BY height DESC LIMIT 1), p.id) END AS top
    FROM lost p
  ), trees AS (
    SELECT min(t.place) AS place, (array_agg(t.l ORDER BY t.id <> t.top))[1] || jsonb_build_object('rows',
      sum((t.l ->> 'rows')::bigint), 'lost', sum((t.l ->> 'lost')::bigint),
      'complete', bool_and((t.l ->> 'complete')::boolean)) AS l
    FROM tops t GROUP BY t.object_type, coalesce(t.top, t.place::text)
  )
  SELECT coalesce(jsonb_agg(t.l ORDER BY t.place), '[]') FROM trees t WHERE (t.l ->> 'lost')::bigint > 0
$$;

CREATE FUNCTION upkeep_internal.dropped_objects(notes jsonb)
RETURNS TABLE (place bigint, id oid, number int, object_type text, identity text, column_name text, is_original boolean,
               is_guarded boolean) LANGUAGE sql AS $$
  SELECT d.place, d.objid, d.objsubid, d.object_type, d.object_identity,
    CASE d.object_type WHEN 'table column' THEN d.address_names[3] ELSE '' END, d.original,
    EXISTS (SELECT FROM upkeep.guard_rules r
            WHERE r.schema_name = CASE d.object_type WHEN 'schema' THEN d.object_name ELSE d.schema_name END)
      OR d.object_type IN ('table', 'table column')
         AND (coalesce(notes -> 'rows' ? d.objid::text, false)
              OR EXISTS (SELECT FROM jsonb_array_elements(notes -> 'given') g WHERE (g ->> 'table')::oid = d.objid)
              OR EXISTS (SELECT FROM upkeep_internal.guard_modes(d.objid)))
  FROM pg_event_trigger_dropped_objects() WITH ORDINALITY
    d(classid, objid, objsubid, original, normal, is_temporary, object_type, schema_name, object_name, object_identity,
      address_names, address_args, place)
  WHERE NOT d.is_temporary
$$;

CREATE FUNCTION upkeep_internal.tell_dropped_triggers()
RETURNS void LANGUAGE sql AS $$
  SELECT upkeep_internal.tell_unguarded(c.oid, 'zz_upkeep_guard', 'is dropped', 'Call upkeep.enable_guard again.')
  FROM pg_event_trigger_dropped_objects() d
  JOIN pg_namespace n ON n.nspname = d.address_names[1]
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = d.address_names[2]
  WHERE d.object_type = 'trigger' AND d.address_names[3] = 'zz_upkeep_guard'
    AND EXISTS (SELECT FROM upkeep_internal.guard_modes(c.oid))
    AND NOT EXISTS (SELECT FROM upkeep_internal.triggers t WHERE t.object = c.oid AND t.feature = 'guard')
$$;

CREATE FUNCTION upkeep_internal.tell_unguarded(target regclass, trigger name, why text, hint text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE WARNING USING MESSAGE = format('TRUNCATE of %s is not stopped: trigger "%s" %s',
    upkeep_internal.qualified(target), trigger, why), HINT = hint;
END $$;

CREATE FUNCTION upkeep_internal.forget_approvals()
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM upkeep.guard_exemptions e
  USING pg_event_trigger_dropped_objects() d
  WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND e.object::oid = d.objid;
  DELETE FROM upkeep.drop_approvals a
  USING pg_event_trigger_dropped_objects() d
  WHERE d.classid = a.catalog AND d.objid = a.object AND (d.objsubid = 0 OR a.column_name = d.address_names[3]);
END $$;

-- What cannot be told from the tables as they are after an alteration: which tables the guard has reached, how its
-- triggers stood, which table was below another, the names of schemas with a rule and of columns with an approval.
CREATE FUNCTION upkeep_internal.note_before_alteration()
RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_build_object(
    'reached', (SELECT coalesce(jsonb_agg(t::oid::text), '[]') FROM upkeep_internal.guarded_tables() t),
    'enabled', (SELECT coalesce(jsonb_object_agg(t.trigger_oid, t.enabled), '{}')
                FROM upkeep_internal.triggers t WHERE t.feature = 'guard'),
    'below', (SELECT coalesce(jsonb_agg(jsonb_build_array(i.inhrelid, i.inhparent)), '[]') FROM pg_inherits i
              WHERE EXISTS (SELECT FROM upkeep.guard_exemptions)
                AND EXISTS (SELECT FROM upkeep_internal.guard_modes(i.inhrelid))),
    'schemas', (SELECT coalesce(jsonb_object_agg(n.oid, n.nspname), '{}')
                FROM upkeep.guard_rules r JOIN pg_namespace n ON n.nspname = r.schema_name),
    'approved', (SELECT coalesce(jsonb_agg(jsonb_build_array(a.attrelid, a.attnum, a.attname)), '[]')
                 FROM (SELECT DISTINCT d.object, d.column_name FROM upkeep.drop_approvals d WHERE d.column_name <> '') d
                 JOIN pg_attribute a ON a.attrelid = d.object AND a.attname = d.column_name))
$$;

-- ddl_command_end
CREATE FUNCTION upkeep_internal.follow_command(tag text, notes jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  each record;
BEGIN
  IF notes ? 'reached' THEN
    PERFORM upkeep_internal.follow_alteration(tag, notes);
  END IF;
  FOR each IN
    SELECT DISTINCT ON (c.classid, c.objid, c.command_tag) c.*
    FROM pg_event_trigger_ddl_commands() c
    WHERE NOT c.in_extension AND (
      EXISTS (SELECT FROM upkeep.guard_rules r WHERE r.schema_name = c.schema_name)
      OR c.classid = 'pg_class'::regclass AND c.object_type IN ('table', 'table column')
         AND EXISTS (SELECT FROM upkeep_internal.guard_modes(c.objid)))
  LOOP
    -- The guard's own, made while a command ends.
    CONTINUE WHEN each.classid = 'pg_trigger'::regclass
      AND EXISTS (SELECT FROM pg_trigger t WHERE t.oid = each.objid AND t.tgfoid = 'upkeep.guard()'::regprocedure);
    IF each.object_type = 'table' AND tag <> 'ALTER TABLE' THEN
      PERFORM upkeep_internal.guard_new_tables(ARRAY(
        SELECT d FROM upkeep_internal.with_descendants(each.objid) d
        WHERE d IN (SELECT upkeep_internal.guarded_tables())));
    END IF;
    PERFORM upkeep_internal.log_ddl(each.command_tag, each.object_identity, (
      SELECT g ->> 'confirmation' FROM jsonb_array_elements(notes -> 'given') g
      WHERE (g ->> 'table')::oid = each.objid ORDER BY g ->> 'column' LIMIT 1));
  END LOOP;
END $$;

-- As the installer, who may not make a trigger on every table: check() says which lack it.
CREATE FUNCTION upkeep_internal.guard_new_tables(tables regclass[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  each regclass;
BEGIN
  FOREACH each IN ARRAY tables LOOP
    IF upkeep_internal.is_owner(each) THEN
      PERFORM upkeep_internal.guard_table(each);
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION upkeep_internal.follow_alteration(tag text, notes jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  each record;
BEGIN
  FOR each IN SELECT s.value AS old_name, n.nspname AS new_name
      FROM jsonb_each_text(notes -> 'schemas') s JOIN pg_namespace n ON n.oid = s.key::oid AND n.nspname <> s.value LOOP
    -- One of the new name is left from a schema that was dropped.
    DELETE FROM upkeep.guard_rules r WHERE r.schema_name = each.new_name;
    UPDATE upkeep.guard_rules r SET schema_name = each.new_name WHERE r.schema_name = each.old_name;
  END LOOP;
  PERFORM upkeep_internal.guard_new_tables(ARRAY(
    SELECT t FROM upkeep_internal.guarded_tables() t WHERE NOT notes -> 'reached' ? t::oid::text));
  FOR each IN SELECT t.*, CASE t.enabled WHEN 'D' THEN 'is disabled' ELSE 'fires for replicated changes only' END AS why
      FROM upkeep_internal.triggers t
      WHERE t.feature = 'guard' AND t.enabled IN ('D', 'R') AND notes -> 'enabled' ->> t.trigger_oid::text <> t.enabled
        AND EXISTS (SELECT FROM upkeep_internal.guard_modes(t.object)) LOOP
    PERFORM upkeep_internal.tell_unguarded(each.object, each.name, each.why,
      format('ALTER TABLE %s ENABLE TRIGGER %I;', upkeep_internal.qualified(each.object), each.name));
    PERFORM upkeep_internal.log_ddl(tag, format('%I on %s', each.name, upkeep_internal.qualified(each.object)), NULL);
  END LOOP;
  INSERT INTO upkeep.guard_detached (detached, parent, transaction)
  SELECT (b ->> 0)::oid, (b ->> 1)::oid, pg_current_xact_id()
  FROM jsonb_array_elements(notes -> 'below') b
  WHERE NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = (b ->> 0)::oid AND i.inhparent = (b ->> 1)::oid)
  ON CONFLICT DO NOTHING;
  PERFORM upkeep_internal.rename_approvals(notes -> 'approved');
END $$;

-- A column's go with it to its new name. What stands under that was for a column that is gone.
CREATE FUNCTION upkeep_internal.rename_approvals(approved jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  each record;
BEGIN
  FOR each IN SELECT a.attrelid, r ->> 2 AS old_name, a.attname AS new_name
      FROM jsonb_array_elements(approved) r
      JOIN pg_attribute a ON a.attrelid = (r ->> 0)::oid AND a.attnum = (r ->> 1)::int AND NOT a.attisdropped
        AND a.attname <> r ->> 2 LOOP
    DELETE FROM upkeep.drop_approvals d
    WHERE d.catalog = 'pg_class'::regclass AND d.object = each.attrelid AND d.column_name = each.new_name;
    UPDATE upkeep.drop_approvals d SET column_name = each.new_name
    WHERE d.catalog = 'pg_class'::regclass AND d.object = each.attrelid AND d.column_name = each.old_name;
  END LOOP;
END $$;
