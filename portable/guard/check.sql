-- What upkeep.check() says of the guard.

CREATE FUNCTION upkeep_internal.guard_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT * FROM upkeep_internal.exemption_findings();
  RETURN QUERY
  SELECT g, 'guard', 'lacks trigger "zz_upkeep_guard", so TRUNCATE is not stopped', 'Call upkeep.enable_guard again.'
  FROM upkeep_internal.guarded_tables() g
  WHERE NOT EXISTS (SELECT FROM upkeep_internal.triggers t WHERE t.object = g AND t.feature = 'guard');
  RETURN QUERY
  SELECT t.object, 'guard', 'has the guard''s trigger, but its schema is not guarded',
    upkeep_internal.drop_hint(t.name, t.object)
  FROM upkeep_internal.triggers t
  WHERE t.feature = 'guard' AND t.object NOT IN (SELECT * FROM upkeep_internal.guarded_tables())
  ORDER BY t.place;
END $$;

-- Exemptions that hold for nobody.
CREATE FUNCTION upkeep_internal.exemption_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) STABLE LANGUAGE sql AS $$
  SELECT e.object, 'guard', w.why, CASE WHEN e.table_exists
    THEN format('SELECT upkeep.guard_unexempt(%L);', upkeep_internal.qualified(e.object))
    ELSE format('DELETE FROM upkeep.guard_exemptions WHERE object = %s;', e.object::oid) END
  FROM upkeep_internal.exemptions e
  CROSS JOIN LATERAL (SELECT CASE
    WHEN NOT e.table_exists THEN 'is exempt from the guard, but there is no such table'
    WHEN e.is_over THEN 'is no longer exempt from the guard: that ended ' || e.ends
    WHEN e.role IS NOT NULL AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = e.role)
      THEN format('is exempt from the guard for role %I, which does not exist', e.role)
    WHEN EXISTS (SELECT FROM upkeep.guard_rules) AND NOT EXISTS (SELECT FROM upkeep_internal.guard_modes(e.object))
      THEN 'is exempt from the guard, which does not watch it' END) w(why)
  WHERE w.why IS NOT NULL
  ORDER BY e.object::text COLLATE "C"
$$;
