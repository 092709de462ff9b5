-- upkeep.guard_exempt and guard_unexempt: a standing yes to what a job does again and again.

CREATE FUNCTION upkeep.guard_exempt(…) LANGUAGE plpgsql SET search_path FROM CALLER AS $$
BEGIN
  PERFORM upkeep_internal.require_value(object, 'object');
  PERFORM upkeep_internal.exempt(object, pg_catalog.to_regclass(upkeep_internal.first_part(object)), role, until);
  IF until OPERATOR(pg_catalog.<=) pg_catalog.clock_timestamp() THEN
    RAISE NOTICE USING MESSAGE = pg_catalog.format('the exemption of "%s" is already over', object),
      HINT = 'Leave until out, or pass a time in the future.';
  END IF;
END $$;

CREATE FUNCTION upkeep.guard_unexempt(…) LANGUAGE plpgsql SET search_path FROM CALLER AS $$
BEGIN
  PERFORM upkeep_internal.require_value(object, 'object');
  IF NOT upkeep_internal.unexempt(object, pg_catalog.to_regclass(upkeep_internal.first_part(object))) THEN
    RAISE NOTICE USING MESSAGE = pg_catalog.format('"%s" is not exempt', object);
  END IF;
END $$;

-- The two run as the installer, who owns the exemptions, and so make sure themselves that the table is the caller's.
CREATE FUNCTION upkeep_internal.exempt(object text, in_path oid, role name, until timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  target constant regclass := upkeep_internal.table_to_exempt(object, in_path);
BEGIN
  IF role IS NOT NULL AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
    PERFORM upkeep_internal.fail('42704', format('role "%s" does not exist', role));
  END IF;
  INSERT INTO upkeep.guard_exemptions (object, role, until) VALUES (target, exempt.role, exempt.until)
  ON CONFLICT ON CONSTRAINT guard_exemptions_pkey DO UPDATE
    SET role = excluded.role, until = excluded.until, exempted_by = excluded.exempted_by;
END $$;

CREATE FUNCTION upkeep_internal.unexempt(object text, in_path oid)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  DELETE FROM upkeep.guard_exemptions e WHERE e.object = upkeep_internal.table_to_exempt(unexempt.object, in_path);
  RETURN FOUND;
END $$;

CREATE FUNCTION upkeep_internal.table_to_exempt(object text, in_path oid)
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
DECLARE
  named record;
BEGIN
  SELECT * INTO named FROM upkeep_internal.resolve_object(object, in_path);
  IF named.catalog <> 'pg_class'::regclass OR named.column_name <> '' THEN
    PERFORM upkeep_internal.fail('42809', format('"%s" is not a table', object),
      'A table is exempt, or the partitions of one; a schema or a column needs a confirmation each time.');
  END IF;
  PERFORM upkeep_internal.require_rights(named.catalog, named.id);
  RETURN named.id;
END $$;

CREATE FUNCTION upkeep_internal.exempt_again(target regclass, role name, ends text)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT format('SELECT upkeep.guard_exempt(%s);', concat_ws(', ', quote_literal(upkeep_internal.qualified(target)),
    'role => ' || quote_literal(role), 'until => ' || quote_literal(ends)))
$$;

-- Whether the rows of a table may go, for whoever writes: it is exempt itself and not partitioned, or a table above it
-- is, or was when this transaction began. Partitions come and go; what they are partitions of stays.
CREATE FUNCTION upkeep_internal.is_exempt(target oid)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM upkeep.guard_exemptions) THEN
    RETURN false;
  END IF;
  RETURN EXISTS (
    WITH RECURSIVE above(member) AS (
      SELECT target
      UNION
      SELECT p.parent
      FROM above a
      CROSS JOIN LATERAL (
        SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = a.member
        UNION ALL
        SELECT d.parent FROM upkeep.guard_detached d
        WHERE d.detached = a.member AND d.transaction = pg_current_xact_id_if_assigned()) p(parent)
    )
    SELECT FROM above a
    JOIN upkeep_internal.exemptions e ON e.object = a.member
    WHERE (a.member <> target OR (SELECT relkind <> 'p' FROM pg_class WHERE oid = target)) AND NOT e.is_over
      AND (e.role IS NULL OR upkeep_internal.is_granted(upkeep_internal.writer(), e.role)));
END $$;

-- A superuser is a member of every role, but has only what was granted, like anyone.
CREATE FUNCTION upkeep_internal.is_granted(member name, role name)
RETURNS boolean STABLE LANGUAGE sql AS $$
  WITH RECURSIVE granted(id) AS (
    SELECT r.oid FROM pg_roles r WHERE r.rolname = member
    UNION
    SELECT m.roleid FROM granted g JOIN pg_auth_members m ON m.member = g.id
  )
  SELECT EXISTS (SELECT FROM granted g JOIN pg_roles r ON r.oid = g.id WHERE r.rolname = role)
$$;

-- The number of a table that was dropped where no event trigger looks means nothing, and may be another's one day.
CREATE FUNCTION upkeep_internal.forget_dropped_exemptions()
RETURNS void LANGUAGE sql AS $$
  DELETE FROM upkeep.guard_exemptions e WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = e.object)
$$;
