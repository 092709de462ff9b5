-- The tables that a trigger names beside its own: how they are found, what may be done with them, and what a branch
-- relies on in them.

-- The table that a trigger names, in its own table's schema unless it says another; NULL if there is none.
CREATE FUNCTION upkeep_internal.find_table_beside(named text, target regclass)
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
DECLARE
  parts text[];
BEGIN
  BEGIN
    parts := parse_ident(named);
  EXCEPTION WHEN invalid_parameter_value THEN
  END;
  IF parts IS NULL AND named ~ '\S' THEN
    PERFORM upkeep_internal.fail('22023', format('invalid list of names in a table''s name: "%s"', named),
      'Separate names by commas; put a name with blanks, commas or capitals in double quotes.');
  ELSIF parts IS NULL OR cardinality(parts) > 2 THEN
    PERFORM upkeep_internal.fail('22023', format('invalid table name: "%s"', named),
      'Write schema.table, with double quotes where SQL needs them.');
  END IF;
  RETURN (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relname = parts[cardinality(parts)] AND CASE WHEN cardinality(parts) = 2 THEN n.nspname = parts[1]
            ELSE n.oid = (SELECT relnamespace FROM pg_class WHERE oid = target) END);
END $$;

CREATE FUNCTION upkeep_internal.table_beside(named text, target regclass)
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
DECLARE
  found constant regclass := upkeep_internal.find_table_beside(named, target);
BEGIN
  IF found IS NULL THEN
    PERFORM upkeep_internal.fail('42P01', format('table "%s" named by a trigger of "%s" does not exist', named,
      upkeep_internal.table_name(target)), 'If it was renamed, enable the feature again; if it was dropped, drop the '
      'trigger, which upkeep.check() names.');
  END IF;
  RETURN found;
END $$;

-- The table that an option of a trigger names; an error if it is none that the trigger's own table may work on.
CREATE FUNCTION upkeep_internal.other_table(feature text, options jsonb, option text, target regclass)
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
DECLARE
  found regclass;
BEGIN
  IF NOT options ? option THEN
    PERFORM upkeep_internal.fail('22023', format('a trigger of %s on table "%s" has no option "%s"', feature,
      upkeep_internal.table_name(target), option), format('Call upkeep.enable_%s(), or write ''%s=schema.table'' into '
      'the trigger''s arguments.', (SELECT f.enable FROM upkeep_internal.features f
                                    WHERE f.feature = other_table.feature), option));
  END IF;
  found := upkeep_internal.table_beside(options ->> option, target);
  PERFORM upkeep_internal.require_role_of(target, found);
  RETURN found;
END $$;

-- The table that an option of these arguments names; NULL for arguments that are no options: anyone may make such a
-- trigger.
CREATE FUNCTION upkeep_internal.table_named(feature text, arguments text[], option text, target regclass)
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.find_table_beside(upkeep_internal.read_options(feature, arguments) ->> option, target);
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN NULL;
END $$;

-- The table that the first trigger of the feature on a table names so.
CREATE FUNCTION upkeep_internal.table_named_by(target regclass, feature text, option text)
RETURNS regclass STABLE LANGUAGE sql AS $$
  SELECT upkeep_internal.table_named(feature, t.arguments, option, target)
  FROM upkeep_internal.triggers t
  WHERE t.object = target AND t.feature = table_named_by.feature
  ORDER BY t.place LIMIT 1
$$;

-- One table works on another for whoever writes: not for an owner who has no rights there.
CREATE FUNCTION upkeep_internal.require_role_of(target regclass, other regclass)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  kind constant "char" := (SELECT relkind FROM pg_class WHERE oid = other);
BEGIN
  IF NOT upkeep_internal.may_work_on(target, other) THEN
    PERFORM upkeep_internal.fail('42501', format('must be owner of table %s', upkeep_internal.table_name(other)),
      'One table works on the other for whoever writes: its owner must be the owner of both, or a member of that '
      'role.');
  ELSIF kind NOT IN ('r', 'p') THEN
    PERFORM upkeep_internal.fail('42809', format('"%s", which a trigger names as a table, is %s',
        upkeep_internal.table_name(other), CASE kind WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view'
          WHEN 'f' THEN 'a foreign table' WHEN 'S' THEN 'a sequence' ELSE 'not a table' END),
      'Drop the trigger, or enable the feature again with an ordinary or partitioned table.');
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.may_work_on(target regclass, other regclass)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT coalesce(pg_has_role(t.relowner, o.relowner, 'USAGE'), false)
    FROM pg_class t, pg_class o WHERE t.oid = target AND o.oid = other);
END $$;

-- Trigger functions that work on other tables run as the installer, the role that has loaded this edition. What they
-- write fires the triggers of a table, and those of a stranger would run as the installer too: only who is a member of
-- that role anyway is trusted; so would the checks and casts of a stranger's type. Row security that is forced would
-- hide rows from them.
CREATE FUNCTION upkeep_internal.is_trusted(target regclass)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN coalesce(upkeep_internal.acts_for_owner(target), false)
    AND NOT upkeep_internal.is_hidden_from_installer(target)
    AND upkeep_internal.stranger_type(target) IS NULL;
END $$;

CREATE FUNCTION upkeep_internal.require_trusted(target regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT upkeep_internal.acts_for_owner(target) THEN
    PERFORM upkeep_internal.fail('42501', format('pg_upkeep was loaded by role "%s", which does not act for the owner '
        'of table "%s"', pg_get_userbyid(upkeep_internal.installer()), upkeep_internal.table_name(target)),
      'Let that role own the table, or let the owner of the table load pg_upkeep.');
  ELSIF upkeep_internal.is_hidden_from_installer(target) THEN
    PERFORM upkeep_internal.fail('42501', format('row security of table "%s" is forced on its owner',
        upkeep_internal.table_name(target)),
      format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY;', upkeep_internal.qualified(target)));
  ELSIF upkeep_internal.stranger_type(target) IS NOT NULL THEN
    PERFORM upkeep_internal.fail('42501', format('pg_upkeep was loaded by role "%s", which does not act for the owner '
        'of type %s of table "%s"', pg_get_userbyid(upkeep_internal.installer()),
        upkeep_internal.stranger_type(target), upkeep_internal.table_name(target)),
      'Let that role own the type, or use one of the server''s.');
  END IF;
END $$;

-- A type of the table's columns, or within one of them, whose owner is neither trusted nor a superuser.
CREATE FUNCTION upkeep_internal.stranger_type(target regclass)
RETURNS regtype STABLE LANGUAGE plpgsql AS $$
BEGIN
  -- Those of the server are below.
  IF NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND a.atttypid >= 16384) THEN
    RETURN NULL;
  END IF;
  RETURN (
    WITH RECURSIVE types(type) AS (
      SELECT a.atttypid FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND a.atttypid >= 16384
      UNION
      SELECT part
      FROM types
      JOIN pg_type t ON t.oid = type
      CROSS JOIN LATERAL (
        SELECT unnest(ARRAY[t.typbasetype, t.typelem])
        UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
        UNION ALL SELECT a.atttypid FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0) p(part)
      WHERE part >= 16384
    )
    SELECT t.oid
    FROM types
    JOIN pg_type t ON t.oid = type
    JOIN pg_roles o ON o.oid = t.typowner AND NOT o.rolsuper
    WHERE NOT (pg_has_role(o.oid, upkeep_internal.installer(), 'USAGE')
               AND pg_has_role(upkeep_internal.installer(), o.oid, 'USAGE'))
    ORDER BY t.oid
    LIMIT 1);
END $$;

CREATE FUNCTION upkeep_internal.acts_for_owner(target regclass)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT pg_has_role(c.relowner, i.installer, 'USAGE') AND pg_has_role(i.installer, c.relowner, 'USAGE')
    FROM pg_class c, upkeep_internal.installer() i(installer)
    WHERE c.oid = target);
END $$;

CREATE FUNCTION upkeep_internal.is_hidden_from_installer(target regclass)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT c.relrowsecurity AND c.relforcerowsecurity AND NOT r.rolbypassrls AND NOT r.rolsuper
    FROM pg_class c, pg_roles r
    WHERE c.oid = target AND r.oid = upkeep_internal.installer());
END $$;

-- A digest of what a branch of one table relies on in another: its name, owner, columns, unique indexes and row
-- security.
CREATE FUNCTION upkeep_internal.print_of(target regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT md5(concat_ws('; ', upkeep_internal.qualified(target), upkeep_internal.installer(), c.relowner, c.relkind,
      c.relrowsecurity, c.relforcerowsecurity, c.relhassubclass,
      (SELECT string_agg(concat_ws(' ', attnum, quote_ident(attname), atttypid, atttypmod, attgenerated), ', '
                         ORDER BY attnum)
       FROM pg_attribute WHERE attrelid = target AND attnum > 0 AND NOT attisdropped),
      (SELECT string_agg(concat_ws(' ', indkey, indisunique, indisvalid, indimmediate, indpred IS NULL, indnkeyatts),
                         ', ' ORDER BY indexrelid)
       FROM pg_index WHERE indrelid = target AND indisunique)))
    FROM pg_class c
    WHERE c.oid = target);
END $$;

-- As upkeep_internal.fits.
CREATE FUNCTION upkeep_internal.still_is(target regclass, print text)
RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.print_of(target) IS NOT DISTINCT FROM print;
END $$;
