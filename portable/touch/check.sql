-- What upkeep.check() says of touches.

-- A touch is the triggers of a table with the same arguments, one for each event.
CREATE FUNCTION upkeep_internal.touch_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  touch record;
BEGIN
  FOR touch IN
      SELECT t.object, t.arguments, bit_or(t.type) AS type, array_agg(t.name) AS names
      FROM upkeep_internal.triggers t
      WHERE t.feature = 'touch'
      GROUP BY t.object, t.arguments
      ORDER BY t.object::oid, t.arguments COLLATE "C" LOOP
    RETURN QUERY SELECT touch.object, 'touch', f.finding, f.hint
      FROM upkeep_internal.touch_findings_of(touch.object, touch.arguments, touch.type) f;
    -- Statement triggers are not cloned: a partition may lack the touch of its root.
    RETURN QUERY SELECT d, 'touch', format('lacks a touch that %s has', upkeep_internal.qualified(touch.object)),
        format('Call upkeep.enable_touch for %s again.', upkeep_internal.qualified(touch.object))
      FROM upkeep_internal.with_descendants(touch.object) d
      WHERE EXISTS (SELECT FROM unnest(touch.names) n WHERE NOT EXISTS (
        SELECT FROM upkeep_internal.triggers t WHERE t.object = d AND t.feature = 'touch' AND t.name = n));
  END LOOP;
END $$;

CREATE FUNCTION upkeep_internal.touch_findings_of(target regclass, arguments text[], type int)
RETURNS TABLE (finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  settings record;
  parent regclass;
  name text;
BEGIN
  BEGIN
    settings := upkeep_internal.read_touch(arguments);
    parent := upkeep_internal.table_beside(settings.parent, target);
    FOREACH name IN ARRAY settings.columns LOOP
      PERFORM upkeep_internal.require_column(target, name, 'touch');
    END LOOP;
    FOREACH name IN ARRAY settings.keys LOOP
      PERFORM upkeep_internal.require_column(parent, name, 'touch');
    END LOOP;
  EXCEPTION WHEN invalid_parameter_value OR undefined_table OR undefined_column THEN
    finding := SQLERRM;
    hint := upkeep_internal.enable_again('touch', target, arguments);
    RETURN NEXT;
    RETURN;
  END;
  IF NOT EXISTS (SELECT FROM upkeep_internal.triggers t WHERE t.object = parent AND t.feature = 'updated_at') THEN
    finding := format('touches %s, which has no updated_at trigger', upkeep_internal.qualified(parent));
    hint := format('SELECT upkeep.enable_updated_at(%L);', upkeep_internal.qualified(parent));
    RETURN NEXT;
  END IF;
  IF type & 28 <> 28 THEN
    finding := format('touches %s on%s%s%s only', upkeep_internal.qualified(parent),
      CASE WHEN type & 4 > 0 THEN ' INSERT' END, CASE WHEN type & 16 > 0 THEN ' UPDATE' END,
      CASE WHEN type & 8 > 0 THEN ' DELETE' END);
    hint := format('Call upkeep.enable_touch for %s again.', upkeep_internal.qualified(target));
    RETURN NEXT;
  END IF;
END $$;
