-- upkeep.empty_tables: a schema as tests want to find it.

CREATE FUNCTION upkeep.empty_tables(…) LANGUAGE plpgsql AS $$
DECLARE
  own oid[];
  partitions oid[];
  sequences regclass[];
  each regclass;
  count bigint;
  rows bigint := 0;
  before text;
BEGIN
  PERFORM upkeep_internal.require_value(schema, 'schema'), upkeep_internal.require_value(confirm, 'confirm'),
    upkeep_internal.require_database_name(confirm), upkeep_internal.require_schema(schema);
  own := upkeep_internal.lock_own_tables(schema);
  IF own = '{}' THEN
    RETURN 0;
  END IF;
  -- With the partitions that are elsewhere; children that are none are tables of their own.
  partitions := ARRAY(SELECT DISTINCT p.relid::oid FROM unnest(own) o CROSS JOIN LATERAL pg_partition_tree(o) p
                      JOIN pg_class c ON c.oid = p.relid AND c.relkind = 'r'
                      UNION SELECT c.oid FROM pg_class c WHERE c.oid = ANY (own) AND c.relkind = 'r');
  FOREACH each IN ARRAY partitions LOOP
    EXECUTE format('SELECT count(*) FROM ONLY %s', upkeep_internal.qualified(each)) INTO count;
    rows := rows + count;
  END LOOP;
  sequences := upkeep_internal.number_sequences(own || partitions);
  -- What the tables hold may go, whatever it is: paid orders too. What triggers of others do meanwhile is refused as
  -- ever.
  before := upkeep_internal.begin_own('emptying');
  EXECUTE format('TRUNCATE %s RESTART IDENTITY', (
    SELECT string_agg(upkeep_internal.own_rows(t), ', ' ORDER BY place) FROM unnest(own) WITH ORDINALITY u(t, place)));
  PERFORM upkeep_internal.end_own(before);
  FOREACH each IN ARRAY sequences LOOP
    EXECUTE format('ALTER SEQUENCE %s RESTART', upkeep_internal.qualified(each));
  END LOOP;
  PERFORM upkeep_internal.forget_rows(own || partitions);
  RETURN rows;
END $$;

CREATE FUNCTION upkeep_internal.require_database_name(confirm text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF confirm <> current_database() THEN
    PERFORM upkeep_internal.fail('22023', format('empty_tables is not confirmed by "%s"', confirm),
      format('Pass the name of this database, if you mean it: confirm => %L.', current_database()),
      'It deletes all rows of your tables in the schema.');
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.require_schema(schema name)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF to_regnamespace(quote_ident(schema)) IS NULL THEN
    PERFORM upkeep_internal.fail('3F000', format('schema "%s" does not exist', schema),
      'Pass the name of a schema, as it stands in pg_namespace.');
  END IF;
END $$;

-- Those that the caller may do with as their owner, and that are still there when nobody else can write them.
CREATE FUNCTION upkeep_internal.lock_own_tables(schema name)
RETURNS oid[] LANGUAGE plpgsql AS $$
DECLARE
  found_tables constant oid[] := ARRAY(SELECT * FROM upkeep_internal.own_tables(schema));
  each regclass;
BEGIN
  FOREACH each IN ARRAY found_tables LOOP
    EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE', upkeep_internal.qualified(each));
  END LOOP;
  RETURN ARRAY(SELECT o FROM upkeep_internal.own_tables(schema) o WHERE o = ANY (found_tables));
END $$;

-- Without those that initdb, an extension or this edition made.
CREATE FUNCTION upkeep_internal.own_tables(schema name)
RETURNS SETOF oid STABLE LANGUAGE sql AS $$
  SELECT c.oid
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = schema AND n.nspname NOT IN ('upkeep', 'upkeep_internal') AND c.relkind IN ('r', 'p')
    AND c.oid >= 16384 AND pg_has_role(c.relowner, 'USAGE') AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY c.oid
$$;

-- The sequences of order numbers, unless a table that is not emptied draws from them too. A trigger made by hand may
-- name anything.
CREATE FUNCTION upkeep_internal.number_sequences(emptied oid[])
RETURNS regclass[] STABLE LANGUAGE sql AS $$
  WITH drawn AS MATERIALIZED (
    SELECT t.object, upkeep_internal.sequence_named(t.object, t.arguments) AS sequence
    FROM upkeep_internal.triggers t
    WHERE t.feature = 'order_number')
  SELECT ARRAY(
    SELECT DISTINCT d.sequence FROM drawn d JOIN pg_class c ON c.oid = d.sequence AND c.relkind = 'S'
    WHERE d.object = ANY (emptied)
      AND NOT EXISTS (SELECT FROM drawn o WHERE o.sequence = d.sequence AND o.object <> ALL (emptied)))
$$;

CREATE FUNCTION upkeep_internal.sequence_named(target regclass, arguments text[])
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.find_table_beside(upkeep_internal.read_options('order_number', arguments) ->> 'sequence',
                                           target);
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN NULL;
END $$;

-- Counters of order numbers begin anew, and what lines have taken is forgotten. Runs as the installer, who owns both,
-- and so makes sure itself that the tables are the caller's.
CREATE FUNCTION upkeep_internal.forget_rows(emptied oid[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  own constant oid[] := ARRAY(SELECT c.oid FROM pg_class c WHERE c.oid = ANY (emptied)
                                AND pg_has_role(upkeep_internal.writer(), c.relowner, 'USAGE')
                                AND NOT upkeep_internal.is_restricted());
BEGIN
  DELETE FROM upkeep.order_counters c WHERE c.orders = ANY (own);
  DELETE FROM upkeep.stock_taken t WHERE t.order_items = ANY (own);
END $$;
