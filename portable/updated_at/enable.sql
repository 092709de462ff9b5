-- Enabling updated_at composes the trigger that carries the options.

CREATE FUNCTION upkeep.enable_updated_at(…) LANGUAGE plpgsql AS $$
DECLARE
  given constant jsonb := jsonb_build_object('column_name', column_name, 'ignore_columns', ignore_columns,
    'clock', clock, 'explicit', explicit, 'protect_columns', protect_columns, 'version_column', version_column,
    'timezone', timezone);
  arguments text[];
  child regclass;
BEGIN
  PERFORM upkeep_internal.require_value(target, 'target');
  arguments := upkeep_internal.trigger_arguments('updated_at', given);
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.enable_updated_at_on(target, arguments, given);
  -- Rows of an inheritance child fire the child's triggers only.
  FOR child IN SELECT * FROM upkeep_internal.inheritance_children(target) LOOP
    PERFORM upkeep_internal.enable_updated_at_on(child, arguments, given);
  END LOOP;
  PERFORM upkeep_internal.write_triggers('updated_at');
END $$;

CREATE FUNCTION upkeep_internal.enable_updated_at_on(target regclass, arguments text[], given jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  plan record;
  local_ones name[];
BEGIN
  PERFORM upkeep_internal.require_own_table(target, 'enable updated_at');
  PERFORM upkeep_internal.require_no_clone(target, 'updated_at');
  PERFORM upkeep_internal.require_free_name(target, 'zz_upkeep_updated_at', 'updated_at');
  arguments := upkeep_internal.with_usual_protection(target, arguments);
  -- Planning finds every mistake before the table is touched.
  SELECT * INTO plan FROM upkeep_internal.updated_at_plan(target, arguments, given);
  local_ones := upkeep_internal.local_columns(target, arguments);
  -- Also where all is UTC today: a client may set the zone.
  IF local_ones <> '{}' THEN
    RAISE NOTICE USING
      MESSAGE = format('%s, and updated_at of "%s" writes UTC', upkeep_internal.local_defaults_text(local_ones),
        upkeep_internal.table_name(target)),
      DETAIL = 'In a session whose TimeZone is not UTC, the stamp of a new row is hours off those of its changes.',
      HINT = format('%s Or enable with timezone => ''session''.', upkeep_internal.utc_defaults(target, local_ones));
  END IF;
  EXECUTE format('CREATE OR REPLACE TRIGGER zz_upkeep_updated_at BEFORE %sUPDATE ON %s FOR EACH ROW '
    'EXECUTE FUNCTION upkeep.updated_at(%s)',
    CASE WHEN upkeep_internal.lacks_default(target, plan.stamp) THEN 'INSERT OR ' ELSE '' END,
    upkeep_internal.qualified(target), upkeep_internal.literals(arguments));
  PERFORM upkeep_internal.require_open_columns_of(target);
END $$;

-- A trigger that protects another column than created_at by default says so. Nothing in the arguments means what it
-- meant in every version.
CREATE FUNCTION upkeep_internal.with_usual_protection(target regclass, arguments text[])
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('updated_at', arguments);
  usual constant name := upkeep_internal.creation_column(target,
    upkeep_internal.text_option('updated_at', options, 'column'), options ->> 'version');
BEGIN
  IF options ? 'protect' OR usual IS NULL OR usual = 'created_at' THEN
    RETURN arguments;
  END IF;
  RETURN upkeep_internal.in_order('updated_at', arguments || format('protect=%I', usual));
END $$;

-- Whether some row can come without a stamp: into the table, or straight into a partition that lacks the default.
CREATE FUNCTION upkeep_internal.lacks_default(target regclass, name name)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT NOT upkeep_internal.has_default(target, name) OR EXISTS (
    SELECT FROM pg_partition_tree(target) p JOIN pg_class c ON c.oid = p.relid
    WHERE c.relkind <> 'f' AND NOT upkeep_internal.has_default(p.relid, name))
$$;

CREATE FUNCTION upkeep.disable_updated_at(…) LANGUAGE plpgsql AS $$
DECLARE
  each regclass;
  dropped int := 0;
BEGIN
  PERFORM upkeep_internal.require_value(target, 'target');
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_own_table(target, 'disable updated_at');
  PERFORM upkeep_internal.require_no_clone(target, 'updated_at');
  FOR each IN SELECT target UNION ALL SELECT * FROM upkeep_internal.inheritance_children(target) LOOP
    PERFORM upkeep_internal.require_own_table(each, 'disable updated_at');
    dropped := dropped + upkeep_internal.drop_triggers(each, 'updated_at');
  END LOOP;
  IF dropped = 0 THEN
    RAISE NOTICE 'updated_at is not enabled on "%"', upkeep_internal.table_name(target);
  END IF;
  PERFORM upkeep_internal.write_triggers('updated_at');
END $$;

CREATE FUNCTION upkeep.enable_updated_at_in(…) LANGUAGE plpgsql AS $$
DECLARE
  tables regclass[];
  each regclass;
  missing name;
BEGIN
  PERFORM upkeep_internal.require_value(schema, 'schema');
  PERFORM upkeep_internal.require_value(column_name, 'column_name');
  PERFORM upkeep_internal.require_protectable(column_name, protect_columns);
  IF to_regnamespace(quote_ident(schema)) IS NULL THEN
    PERFORM upkeep_internal.fail('3F000', format('schema "%s" does not exist', schema));
  END IF;
  SELECT array_agg(t) INTO tables FROM upkeep_internal.tables_with(schema, column_name) t;
  -- A name that no table has is a mistake of the caller.
  SELECT p INTO missing
  FROM unnest(protect_columns) p
  WHERE tables IS NOT NULL AND NOT EXISTS (SELECT FROM unnest(tables) t WHERE upkeep_internal.has_column(t, p))
  LIMIT 1;
  IF FOUND THEN
    PERFORM upkeep_internal.fail('42703',
      format('no table of schema "%s" that has "%s" has a column "%s"', schema, column_name, missing),
      'protect_columns names columns of those tables; leave it out for the usual one.');
  END IF;
  PERFORM upkeep_internal.take_turns();
  FOREACH each IN ARRAY coalesce(tables, '{}') LOOP
    RETURN QUERY SELECT upkeep_internal.enable_updated_at_if_absent(each, column_name, protect_columns);
  END LOOP;
  PERFORM upkeep_internal.write_triggers('updated_at');
END $$;

CREATE FUNCTION upkeep_internal.require_protectable(stamp name, protect name[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF stamp = ANY (protect) THEN
    PERFORM upkeep_internal.fail('22023', format('column "%s" cannot be stamped and protected', stamp),
      'Leave it out of protect_columns.');
  END IF;
END $$;

-- The tables of a schema that have a column of that name, except partitions and what belongs to extensions.
CREATE FUNCTION upkeep_internal.tables_with(schema name, column_name name)
RETURNS SETOF regclass STABLE LANGUAGE sql AS $$
  SELECT c.oid::regclass
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = to_regnamespace(quote_ident(schema)) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped
    AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY c.relname
$$;

-- Enables updated_at with its defaults on a table, and on its inheritance children, where there is the column and no
-- such trigger; returns those. A column that cannot hold a stamp is a WARNING.
CREATE FUNCTION upkeep_internal.enable_updated_at_if_absent(target regclass, column_name name, protect name[])
RETURNS SETOF regclass LANGUAGE plpgsql AS $$
DECLARE
  each regclass;
  declared oid;
  is_generated boolean;
  base regtype;
BEGIN
  FOR each IN SELECT target UNION ALL SELECT * FROM upkeep_internal.inheritance_children(target) LOOP
    SELECT a.atttypid, a.attgenerated <> '', b.base INTO declared, is_generated, base
    FROM pg_attribute a, upkeep_internal.base_type(a.atttypid, a.atttypmod) b
    WHERE a.attrelid = each AND a.attname = column_name AND NOT a.attisdropped
      AND NOT EXISTS (SELECT FROM upkeep_internal.triggers t WHERE t.object = each AND t.feature = 'updated_at');
    CONTINUE WHEN NOT FOUND;
    IF is_generated OR base NOT IN ('timestamptz'::regtype, 'timestamp'::regtype) THEN
      RAISE WARNING 'updated_at is not enabled on "%": its column "%" % %', upkeep_internal.table_name(each),
        column_name, CASE WHEN is_generated THEN 'is generated, of type' ELSE 'has type' END,
        format_type(declared, NULL);
      CONTINUE;
    END IF;
    PERFORM upkeep_internal.enable_updated_at_on(each,
      upkeep_internal.trigger_arguments('updated_at', jsonb_build_object('column_name', column_name)
        || CASE WHEN protect IS NULL THEN '{}' ELSE jsonb_build_object('protect_columns', ARRAY(
             SELECT p FROM unnest(protect) WITH ORDINALITY u(p, place)
             WHERE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = each AND a.attname = p
                             AND NOT a.attisdropped AND a.attgenerated = '') ORDER BY place)) END),
      NULL);
    RETURN NEXT each;
  END LOOP;
END $$;
