-- What upkeep.check() says of updated_at.

CREATE FUNCTION upkeep_internal.updated_at_findings()
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  trigger record;
  looked_at regclass[] := '{}';
BEGIN
  FOR trigger IN SELECT * FROM upkeep_internal.triggers t
      WHERE t.feature = 'updated_at' AND NOT t.is_clone ORDER BY t.place LOOP
    RETURN QUERY
    SELECT trigger.object, 'updated_at', f.finding, f.hint
    FROM upkeep_internal.updated_at_findings_of(trigger.object, trigger.arguments, trigger.type,
                                                trigger.object <> ALL (looked_at)) f;
    looked_at := looked_at || trigger.object;
  END LOOP;
  RETURN QUERY SELECT r.object, 'updated_at', r.finding, r.hint FROM upkeep_internal.repeated_stamps() r;
  RETURN QUERY SELECT m.object, 'updated_at', m.finding, m.hint FROM upkeep_internal.missing_stamps() m;
END $$;

-- is_first: of the triggers of its table, whose rows and other triggers are looked at once.
CREATE FUNCTION upkeep_internal.updated_at_findings_of(
  target regclass,
  arguments text[],
  type int,
  is_first boolean
) RETURNS TABLE (finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  plan record;
BEGIN
  BEGIN
    SELECT * INTO plan FROM upkeep_internal.updated_at_plan(target, arguments);
  EXCEPTION
    WHEN invalid_parameter_value OR undefined_column OR datatype_mismatch OR generated_always THEN
      finding := SQLERRM;
      hint := upkeep_internal.enable_again('updated_at', target, arguments);
      RETURN NEXT;
      RETURN;
  END;
  IF type & 4 = 0 AND NOT upkeep_internal.has_default(target, plan.stamp) THEN
    RETURN QUERY SELECT format('column "%s" has no default, and the trigger does not fill it on INSERT', plan.stamp),
      upkeep_internal.enable_again('updated_at', target, arguments);
  END IF;
  IF NOT is_first THEN
    RETURN;
  END IF;
  IF upkeep_internal.may_scan(target) THEN
    RETURN QUERY SELECT * FROM upkeep_internal.future_stamps(target, plan.stamp,
      upkeep_internal.read_options('updated_at', arguments) ->> 'timezone' = 'session');
  END IF;
  RETURN QUERY SELECT * FROM upkeep_internal.local_default_findings(target, arguments, plan.stamp);
  RETURN QUERY SELECT format('trigger "%s" writes column "%s" too', w, plan.stamp), upkeep_internal.drop_hint(w, target)
    FROM upkeep_internal.writers_of(target, plan.stamp) w;
END $$;

-- Rows whose stamp no clock here can have written.
CREATE FUNCTION upkeep_internal.future_stamps(target regclass, stamp name, is_local boolean)
RETURNS TABLE (finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  count bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM %s WHERE %I > %s + interval ''1 hour'' OR %2$I = ''-infinity''',
    upkeep_internal.own_rows(target), stamp,
    CASE WHEN NOT upkeep_internal.is_timestamp(target, stamp) THEN 'now()' WHEN is_local THEN 'now()::timestamp'
         ELSE 'timezone(''UTC'', now())' END) INTO count;
  IF count > 0 THEN
    finding := format('%s %s a stamp in "%s" that is infinite or more than an hour ahead', count,
      CASE count WHEN 1 THEN 'row has' ELSE 'rows have' END, stamp);
    hint := 'The next change of such a row takes the clock. To correct them now, set upkeep.pause to ''updated_at'' in '
      'a transaction and update the column.';
    RETURN NEXT;
  END IF;
END $$;

-- The rows of an ordinary table, without those of its children; of a partitioned one, all.
CREATE FUNCTION upkeep_internal.own_rows(target regclass)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE relkind WHEN 'r' THEN 'ONLY ' ELSE '' END || upkeep_internal.qualified(oid)
  FROM pg_class
  WHERE oid = target
$$;

-- Defaults that write local time beside stamps in UTC. They do no harm where every session is in UTC, unless rows show
-- that one was not: an update soon after the INSERT that leaves the stamp hours before the creation.
CREATE FUNCTION upkeep_internal.local_default_findings(target regclass, arguments text[], stamp name)
RETURNS TABLE (finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  columns constant name[] := upkeep_internal.local_columns(target, arguments);
  created constant name := upkeep_internal.creation_column(target, stamp,
    upkeep_internal.read_options('updated_at', arguments) ->> 'version');
  mend constant text := upkeep_internal.utc_defaults(target, columns);
  count bigint := 0;
BEGIN
  IF columns = '{}' THEN
    RETURN;
  END IF;
  IF upkeep_internal.may_leave_utc() THEN
    finding := upkeep_internal.local_defaults_text(columns) || ', and the trigger writes UTC';
    hint := mend;
    RETURN NEXT;
  END IF;
  IF created = ANY (columns) AND upkeep_internal.may_scan(target) THEN
    -- No zone is further from UTC than 14 hours, and none that is in use nearer than a quarter of one.
    EXECUTE format('SELECT count(*) FROM %s WHERE %I BETWEEN %I - interval ''14 hours'' AND %3$I - '
      'interval ''15 minutes''', upkeep_internal.own_rows(target), stamp, created) INTO count;
  END IF;
  IF count > 0 THEN
    finding := format('%s %s a stamp in "%s" before "%s", which holds the session''s local time', count,
      CASE count WHEN 1 THEN 'row has' ELSE 'rows have' END, stamp, created);
    hint := mend || ' Then correct the rows, with upkeep.pause set to ''updated_at''.';
    RETURN NEXT;
  END IF;
END $$;

-- Whether some session of this database can have another time zone than UTC without asking for it.
CREATE FUNCTION upkeep_internal.may_leave_utc()
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT bool_or(upkeep_internal.is_other_zone(zone))
  FROM (SELECT current_setting('TimeZone')
        UNION SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'
        UNION SELECT substr(c, 10) FROM pg_db_role_setting, unnest(setconfig) c
              WHERE lower(left(c, 9)) = 'timezone='
                AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))) z(zone)
$$;

-- The triggers of others, BEFORE UPDATE and FOR EACH ROW, that write the column.
CREATE FUNCTION upkeep_internal.writers_of(target regclass, stamp name)
RETURNS SETOF name STABLE LANGUAGE sql AS $$
  SELECT t.tgname
  FROM pg_trigger t
  JOIN pg_proc p ON p.oid = t.tgfoid AND p.pronamespace <> 'upkeep'::regnamespace
  CROSS JOIN LATERAL (
    SELECT regexp_replace(p.prosrc, '--[^\n]*|/\*.*?\*/', ' ', 'g'),
      'new\s*\.\s*"?' || regexp_replace(stamp, '([^a-zA-Z0-9_])', '\\\1', 'g') || '"?'
  ) s(code, target)
  WHERE t.tgrelid = writers_of.target AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype::int4 & 19 = 19
    AND (p.proname = 'moddatetime' AND position('(' || quote_literal(stamp) || ')' in pg_get_triggerdef(t.oid)) > 0
         OR s.code ~* ('(^|;|\mbegin|\mthen|\melse|\mloop)\s*' || s.target || '\s*:?=')
         OR s.code ~* ('\minto\s+(strict\s+)?' || s.target || '\M'))
  ORDER BY t.tgname COLLATE "C"
$$;

-- A table needs one updated_at trigger: the one that enable_updated_at made, or else the first.
CREATE FUNCTION upkeep_internal.repeated_stamps()
RETURNS TABLE (object regclass, finding text, hint text) STABLE LANGUAGE sql AS $$
  SELECT object, format('trigger "%s" repeats "%s"', name, first), upkeep_internal.drop_hint(name, object)
  FROM (SELECT t.object, t.name, t.place, first_value(t.name) OVER own AS first, row_number() OVER own AS number
        FROM upkeep_internal.triggers t
        WHERE t.feature = 'updated_at'
        WINDOW own AS (PARTITION BY t.object ORDER BY t.name <> 'zz_upkeep_updated_at', t.place)) r
  WHERE number > 1
  ORDER BY place
$$;

-- Tables with a column of the usual name, or of that of a rule, and no trigger for it. Partitions have their root's.
CREATE FUNCTION upkeep_internal.missing_stamps()
RETURNS TABLE (object regclass, finding text, hint text) STABLE LANGUAGE sql AS $$
  SELECT c.oid::regclass, format('column "%s" has no trigger', a.attname),
    format('SELECT upkeep.enable_updated_at(%L%s);', upkeep_internal.qualified(c.oid),
           CASE WHEN a.attname <> 'updated_at' THEN format(', %L', a.attname) END)
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    AND (a.attname = 'updated_at' OR EXISTS (SELECT FROM upkeep.auto_updated_at_rules r
                                             WHERE r.schema_name = n.nspname AND r.column_name = a.attname))
  CROSS JOIN LATERAL upkeep_internal.base_type(a.atttypid, a.atttypmod) b
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND b.base IN ('timestamptz'::regtype, 'timestamp'::regtype)
    AND NOT EXISTS (SELECT FROM upkeep_internal.triggers t WHERE t.object = c.oid AND t.feature = 'updated_at')
    AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
$$;
