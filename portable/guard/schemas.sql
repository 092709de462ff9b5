-- Which tables the guard watches.

-- The table and those above it.
CREATE FUNCTION upkeep_internal.lineage(target oid)
RETURNS SETOF oid STABLE LANGUAGE sql AS $$
  WITH RECURSIVE above(member) AS (
    SELECT target
    UNION
    SELECT i.inhparent FROM above a JOIN pg_inherits i ON i.inhrelid = a.member
  )
  SELECT member FROM above
$$;

-- The modes of the schemas through which a table is guarded: its own, and those of the tables above it.
CREATE FUNCTION upkeep_internal.guard_modes(target oid)
RETURNS SETOF text STABLE LANGUAGE sql AS $$
  SELECT r.mode
  FROM upkeep_internal.lineage(target) l
  JOIN pg_class c ON c.oid = l
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN upkeep.guard_rules r ON r.schema_name = n.nspname
$$;

-- All that the rules reach and that has the trigger.
CREATE FUNCTION upkeep_internal.guarded_tables()
RETURNS SETOF regclass STABLE LANGUAGE sql AS $$
  WITH RECURSIVE reached(member) AS (
    SELECT c.oid
    FROM upkeep.guard_rules r
    JOIN pg_namespace n ON n.nspname = r.schema_name
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
    UNION
    SELECT i.inhrelid FROM reached r JOIN pg_inherits i ON i.inhparent = r.member
  )
  SELECT c.oid::regclass
  FROM reached r
  JOIN pg_class c ON c.oid = r.member
  WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
    AND NOT upkeep_internal.is_of_extension(c.oid)
  ORDER BY c.oid
$$;

CREATE FUNCTION upkeep_internal.is_of_extension(target oid)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = target
                   AND d.deptype = 'e')
$$;

-- Whether what is in it can be lost: it is not temporary, not made by this transaction, not an extension's, and the
-- guard is not paused for whoever writes. What is above or below it does not answer for it.
CREATE FUNCTION upkeep_internal.guards(target oid)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pg_class c WHERE c.oid = target AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
                   AND c.oid >= 16384)
    AND EXISTS (SELECT FROM upkeep_internal.guard_modes(target))
    AND NOT upkeep_internal.is_new(target) AND NOT upkeep_internal.is_of_extension(target)
    AND NOT upkeep_internal.paused_for_writer('guard', target);
END $$;

-- Whether this transaction has made the table. Nothing writes the catalogue's row of its last system column anew; one
-- that can be seen, of a transaction that is still in progress, is of this one.
CREATE FUNCTION upkeep_internal.is_new(target oid)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT EXISTS (
    SELECT FROM pg_attribute a
    WHERE a.attrelid = target AND a.attnum = -6 AND age(a.xmin) <= 0 AND pg_current_xact_id_if_assigned() IS NOT NULL
      AND pg_xact_status((pg_current_xact_id()::text::numeric - age(a.xmin))::text::xid8) = 'in progress')
$$;

CREATE FUNCTION upkeep_internal.owns_schema(role_name name, schema oid)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT coalesce(pg_has_role(role_name, (SELECT nspowner FROM pg_namespace WHERE oid = schema), 'USAGE'), false)
$$;

CREATE FUNCTION upkeep_internal.owns_table(role_name name, target oid)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT coalesce(pg_has_role(role_name, (SELECT relowner FROM pg_class WHERE oid = target), 'USAGE'), false)
$$;
