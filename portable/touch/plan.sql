-- From the arguments of a touch trigger to the statements that stamp the parents.

-- What a trigger says.
CREATE FUNCTION upkeep_internal.read_touch(
  arguments text[],
  OUT parent text,
  OUT columns text[],
  OUT keys text[]
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('touch', arguments);
  missing text;
BEGIN
  SELECT o INTO missing FROM unnest('{parent,columns,keys}'::text[]) WITH ORDINALITY u(o, place)
  WHERE NOT options ? o ORDER BY place LIMIT 1;
  IF FOUND THEN
    PERFORM upkeep_internal.fail('22023', format('touch has no option "%s"', missing),
      'A touch needs ''parent=...'', ''columns=...'' and ''keys=...''.');
  END IF;
  parent := options ->> 'parent';
  columns := upkeep_internal.list_option('touch', options, 'columns');
  keys := upkeep_internal.list_option('touch', options, 'keys');
  IF columns = '{}' OR cardinality(columns) <> cardinality(keys) THEN
    PERFORM upkeep_internal.fail('22023', 'the columns and keys of a touch differ in number',
      'Name one key of the parent for each column.');
  END IF;
END $$;

-- counted: the child's columns of which a change counts. parent: by its name, or, where it was renamed since, by the
-- foreign key; NULL where it is gone, which is no error. stamp: NULL where it keeps none. has_key: the condition of a
-- parent l with the key key_1, key_2, … of a row c. is_same: that the parents p and l are one.
CREATE FUNCTION upkeep_internal.touch_plan(
  child regclass,
  arguments text[],
  OUT columns text[],
  OUT keys text[],
  OUT counted name[],
  OUT parent regclass,
  OUT is_named boolean,
  OUT stamp name,
  OUT has_key text,
  OUT is_same text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  settings constant record := upkeep_internal.read_touch(arguments);
  ignored constant text[] := upkeep_internal.list_option('updated_at', upkeep_internal.stamp_options(child), 'ignore');
  options jsonb;
  each text;
BEGIN
  columns := settings.columns;
  keys := settings.keys;
  -- The child's own stamp counts: so a touch goes on to the parent's parent.
  counted := ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = child AND attnum > 0 AND NOT attisdropped
                     AND attgenerated = '' AND attname <> ALL (ignored) ORDER BY attnum);
  parent := upkeep_internal.find_table_beside(settings.parent, child);
  is_named := parent IS NOT NULL;
  parent := coalesce(parent, upkeep_internal.referenced_table(child, columns));
  IF parent IS NOT NULL THEN
    FOREACH each IN ARRAY keys LOOP
      PERFORM upkeep_internal.require_column(parent, each, 'touch');
    END LOOP;
    options := upkeep_internal.stamp_options(parent);
    stamp := CASE WHEN options IS NOT NULL THEN upkeep_internal.text_option('updated_at', options, 'column') END;
  END IF;
  FOREACH each IN ARRAY columns LOOP
    PERFORM upkeep_internal.require_column(child, each, 'touch');
  END LOOP;
  IF stamp IS NOT NULL THEN
    SELECT string_agg(upkeep_internal.key_match(parent, k.key, format('l.%I', k.key), child, k.name, 'c.key_' || k.n),
                      ' AND ' ORDER BY k.n) INTO has_key
    FROM unnest(keys, columns) WITH ORDINALITY k(key, name, n);
    is_same := upkeep_internal.keys_match(parent, keys, 'p', parent, keys, 'l');
  END IF;
END $$;

-- Of a table's updated_at trigger; NULL if it has none.
CREATE FUNCTION upkeep_internal.stamp_options(target regclass)
RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT upkeep_internal.read_options('updated_at', t.arguments) FROM upkeep_internal.triggers t
          WHERE t.object = target AND t.feature = 'updated_at' ORDER BY t.place LIMIT 1);
END $$;

-- The table that a foreign key of these columns refers to.
CREATE FUNCTION upkeep_internal.referenced_table(child regclass, columns text[])
RETURNS regclass STABLE LANGUAGE sql AS $$
  SELECT c.confrelid::regclass
  FROM pg_constraint c
  WHERE c.contype = 'f' AND c.conrelid = child AND columns = ARRAY(
    SELECT a.attname::text
    FROM unnest(c.conkey) WITH ORDINALITY k(number, place)
    JOIN pg_attribute a ON a.attrelid = child AND a.attnum = k.number
    ORDER BY k.place)
  ORDER BY c.conname
  LIMIT 1
$$;

-- finds_any: whether the statement that fired the trigger has changed a row that has a parent. stamps: the UPDATE of
-- all those parents, in the order of their keys. old_rows and new_rows: the names of the transition tables.
CREATE FUNCTION upkeep_internal.touch_queries(
  child regclass,
  plan record,
  operation text,
  old_rows name,
  new_rows name,
  OUT finds_any text,
  OUT stamps text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  changed constant text := upkeep_internal.touch_keys(child, plan, operation, old_rows, new_rows);
BEGIN
  finds_any := format('SELECT EXISTS (%s)', changed);
  stamps := format($text$
UPDATE %1$s p SET %2$I = p.%2$I
FROM (SELECT %3$s FROM %1$s l
      WHERE EXISTS (SELECT FROM (%4$s) c WHERE %5$s)
      ORDER BY %3$s FOR NO KEY UPDATE OF l) l
WHERE %6$s$text$, upkeep_internal.rows_of(plan.parent), plan.stamp, upkeep_internal.fields('l', plan.keys), changed,
    plan.has_key, plan.is_same);
END $$;

-- The keys key_1, key_2, … of the parents, of rows that came, went or changed.
CREATE FUNCTION upkeep_internal.touch_keys(child regclass, plan record, operation text, old_rows name, new_rows name)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  read constant name[] := plan.counted || ARRAY(SELECT c FROM unnest(plan.columns) c WHERE c <> ALL (plan.counted));
  named constant text := (SELECT string_agg('key_' || n, ', ' ORDER BY n)
                          FROM generate_series(1, cardinality(plan.columns)) n);
  known constant text := (SELECT string_agg(format('k.key_%s IS NOT NULL', n), ' AND ' ORDER BY n)
                          FROM generate_series(1, cardinality(plan.columns)) n);
BEGIN
  IF operation <> 'UPDATE' THEN
    RETURN format('SELECT k.* FROM (SELECT %s FROM %I r) k(%s) WHERE %s', upkeep_internal.fields('r', plan.columns),
                  CASE operation WHEN 'INSERT' THEN new_rows ELSE old_rows END, named, known);
  END IF;
  -- The two tables hold their rows in the same order. FULL, because a plan that was made for few rows must not compare
  -- each with each when there are many. No column of a table can be called ctid.
  RETURN format($text$SELECT k.* FROM (SELECT pg_catalog.row_number() OVER () AS ctid, %1$s FROM %2$I t) o
  FULL JOIN (SELECT pg_catalog.row_number() OVER () AS ctid, %1$s FROM %3$I t) n ON o.ctid [=] n.ctid
  CROSS JOIN LATERAL (VALUES (%4$s), (%5$s)) k(%6$s)
WHERE (%7$s) AND %8$s$text$,
    upkeep_internal.fields('t', read), old_rows, new_rows, upkeep_internal.fields('o', plan.columns),
    upkeep_internal.fields('n', plan.columns), named,
    upkeep_internal.differ(child, plan.counted, 'n', 'o') || CASE
      -- Where a trigger swallowed a row that was to move to another partition, the order is lost, and every row counts.
      WHEN (SELECT relispartition OR relkind = 'p' FROM pg_class WHERE oid = child) THEN format(
        ' OR (SELECT pg_catalog.count(*) FROM %I) [<>] (SELECT pg_catalog.count(*) FROM %I)', old_rows, new_rows)
      ELSE '' END, known);
END $$;
