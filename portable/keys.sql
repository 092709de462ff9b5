-- Keys: how those of two tables are compared, and whether one tells the rows of its table from each other.

-- The operator that says that two values of a type are equal: that of its default operator class, NULL where it has
-- none.
CREATE FUNCTION upkeep_internal.equality_operator(base regtype)
RETURNS oid STABLE LANGUAGE plpgsql AS $$
DECLARE
  -- The type itself, what it is one of, and what it can be taken for.
  types constant oid[] := (
    SELECT ARRAY[t.oid, CASE WHEN t.typcategory = 'A' THEN 'anyarray'::regtype
        ELSE CASE t.typtype WHEN 'e' THEN 'anyenum'::regtype WHEN 'r' THEN 'anyrange'::regtype
               WHEN 'm' THEN 'anymultirange'::regtype WHEN 'c' THEN 'record'::regtype END END]
      || ARRAY(SELECT k.casttarget FROM pg_cast k
               WHERE k.castsource = t.oid AND k.castmethod = 'b' AND k.castcontext = 'i')
    FROM pg_type t WHERE t.oid = base);
BEGIN
  RETURN (
    SELECT w.amopopr
    FROM pg_opclass c
    JOIN pg_am m ON m.oid = c.opcmethod AND m.amname IN ('btree', 'hash')
    JOIN pg_amop w ON w.amopfamily = c.opcfamily AND w.amoplefttype = c.opcintype AND w.amoprighttype = c.opcintype
      AND w.amopstrategy = CASE m.amname WHEN 'btree' THEN 3 ELSE 1 END
    WHERE c.opcdefault AND c.opcintype = ANY (types)
    ORDER BY m.amname, c.opcintype <> base, c.oid
    LIMIT 1);
END $$;

-- Whether values of two types are equal where they are the same, without a cast that loses something.
CREATE FUNCTION upkeep_internal.have_common_equality(a regtype, b regtype)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT upkeep_internal.equality_operator(a) IS NOT NULL AND (
      a = b OR a = ANY (integers) AND b = ANY (integers)
      OR EXISTS (SELECT FROM pg_cast k WHERE k.castmethod = 'b' AND k.castcontext = 'i'
                   AND (k.castsource, k.casttarget) IN ((a, b), (b, a))))
    FROM (SELECT '{smallint,integer,bigint}'::regtype[]) i(integers));
END $$;

CREATE FUNCTION upkeep_internal.type_as_sql(base regtype)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT format('%I.%I', n.nspname, t.typname) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.oid = base);
END $$;

-- The type of a column under any domains, its own type in words, and its collation.
CREATE FUNCTION upkeep_internal.column_type(target regclass, name text, OUT base regtype, OUT declared text,
                                            OUT collated oid)
STABLE LANGUAGE plpgsql AS $$
BEGIN
  SELECT b.base, format_type(a.atttypid, NULL), a.attcollation
    INTO base, declared, collated
  FROM pg_attribute a, upkeep_internal.base_type(a.atttypid, a.atttypmod) b
  WHERE a.attrelid = target AND a.attname = column_type.name AND a.attnum > 0 AND NOT a.attisdropped;
END $$;

-- How a column is compared with values like those of another: the operator, the type that a value is cast to, NULL for
-- none, and a COLLATE where it needs one.
CREATE FUNCTION upkeep_internal.key_comparison(target regclass, key_column text, source regclass, source_column text,
                                               OUT operator text, OUT value_type regtype, OUT cast_to regtype,
                                               OUT collation text)
STABLE LANGUAGE plpgsql AS $$
BEGIN
  SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname), s.base,
    CASE WHEN k.base <> s.base AND NOT EXISTS (
      SELECT FROM pg_operator d WHERE d.oprname = o.oprname AND d.oprnamespace = o.oprnamespace
        AND d.oprleft = k.base AND d.oprright = s.base) THEN k.base END,
    CASE WHEN k.collated = s.collated OR k.collated = 0 THEN ''
         ELSE (SELECT format(' COLLATE %I.%I', m.nspname, c.collname)
               FROM pg_collation c JOIN pg_namespace m ON m.oid = c.collnamespace WHERE c.oid = k.collated) END
    INTO operator, value_type, cast_to, collation
  FROM upkeep_internal.column_type(target, key_column) k, upkeep_internal.column_type(source, source_column) s,
    pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
  WHERE o.oid = upkeep_internal.equality_operator(k.base);
END $$;

-- The condition that `key`, an expression for that column of target, equals `value`, one for a column of source: in the
-- type and the collation of the key, so that an index on it serves, and by no operator that a search_path can turn.
CREATE FUNCTION upkeep_internal.key_match(target regclass, key_column text, key text, source regclass,
                                          source_column text, value text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  compared constant record := upkeep_internal.key_comparison(target, key_column, source, source_column);
BEGIN
  RETURN concat(key, ' ', compared.operator, ' ', value, '::' || upkeep_internal.type_as_sql(compared.cast_to),
                compared.collation);
END $$;

-- The same for keys of several columns, of the rows that the names stand for: o.shop = l.shop AND o.id = l.order_id.
CREATE FUNCTION upkeep_internal.keys_match(target regclass, keys text[], target_row text, source regclass,
                                           columns text[], source_row text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT string_agg(upkeep_internal.key_match(target, key, format('%s.%I', target_row, key), source, source_column,
                                                format('%s.%I', source_row, source_column)), ' AND ' ORDER BY place)
    FROM unnest(keys, columns) WITH ORDINALITY u(key, source_column, place));
END $$;

-- An error unless a unique index that is full, valid and checked at once has these columns, or some of them, and no
-- other; beside all of them it may have those that the table is partitioned by. `what` is found by the key: "an order".
CREATE FUNCTION upkeep_internal.require_unique_key(target regclass, key text[], what text)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  partitioned_by constant text[] := upkeep_internal.partition_columns(target);
  detail text := format('Looking up %s by %s may find several.', what,
                        CASE cardinality(key) WHEN 1 THEN 'it' ELSE 'them' END);
  index record;
BEGIN
  FOR index IN SELECT * FROM upkeep_internal.unique_indexes(target) LOOP
    -- Columns of which some are unique are unique.
    CONTINUE WHEN index.columns = '{}' OR NOT (index.columns <@ key
      OR index.columns @> key AND index.columns <@ (key || partitioned_by));
    IF index.weakness IS NULL THEN
      RETURN;
    END IF;
    detail := format('%s Unique index "%s" %s.', detail, index.name, index.weakness);
  END LOOP;
  PERFORM upkeep_internal.fail('42P10', format('column%s "%s" of table "%s" %s no unique index',
      CASE cardinality(key) WHEN 1 THEN '' ELSE 's' END, array_to_string(key, '", "'),
      upkeep_internal.table_name(target), CASE cardinality(key) WHEN 1 THEN 'has' ELSE 'have' END),
    upkeep_internal.unique_key_hint(target, key, partitioned_by), detail);
END $$;

-- Where one more column makes the key unique, it may be the tenant's.
CREATE FUNCTION upkeep_internal.unique_key_hint(target regclass, key text[], partitioned_by text[])
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  mend constant text := format('CREATE UNIQUE INDEX ON %s (%s);', upkeep_internal.qualified(target), (
    SELECT string_agg(quote_ident(c), ', ' ORDER BY place)
    FROM (SELECT k, 0, place FROM unnest(key) WITH ORDINALITY u(k, place)
          UNION ALL SELECT p, 1, place FROM unnest(partitioned_by) WITH ORDINALITY u(p, place) WHERE p <> ALL (key))
         c(c, rank, number), LATERAL (SELECT rank * 1000 + number) o(place)));
  other text;
BEGIN
  IF cardinality(key) = 1 THEN
    SELECT array_to_string(array_remove(i.columns, key[1]), '') INTO other
    FROM upkeep_internal.unique_indexes(target) WITH ORDINALITY i(name, columns, weakness, place)
    WHERE i.weakness IS NULL AND cardinality(i.columns) = 2 AND i.columns @> key
    ORDER BY i.place LIMIT 1;
  END IF;
  RETURN CASE WHEN other IS NULL THEN mend
    ELSE format('If each "%1$s" has keys of its own, pass tenant_column => ''%1$s''; else %2$s', other, mend) END;
END $$;

-- What a unique index of the table must have beside its key: the columns that chose the table, and those that choose
-- its partitions.
CREATE FUNCTION upkeep_internal.partition_columns(target regclass)
RETURNS text[] STABLE LANGUAGE sql AS $$
  SELECT coalesce(array_agg(DISTINCT a.attname::text COLLATE "C"), '{}')
  FROM (SELECT relid FROM pg_partition_tree(target) UNION SELECT relid FROM pg_partition_ancestors(target)) t
  JOIN pg_partitioned_table p ON p.partrelid = t.relid
  JOIN pg_attribute a ON a.attrelid = t.relid AND a.attnum = ANY (p.partattrs::int2[]) AND a.attnum > 0
$$;

-- columns: none where it has expressions. weakness: why it does not count, NULL where it does.
CREATE FUNCTION upkeep_internal.unique_indexes(target regclass)
RETURNS TABLE (name name, columns text[], weakness text) STABLE LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT c.relname, CASE WHEN bool_or(a.attnum IS NULL OR a.attnum < 0) THEN '{}'
      ELSE array_agg(a.attname::text ORDER BY a.attname) END,
    CASE WHEN NOT i.indisvalid OR NOT i.indisready THEN 'is not valid'
      WHEN NOT i.indimmediate THEN 'is deferrable'
      WHEN i.indpred IS NOT NULL THEN 'is partial'
      -- What the index takes for equal is not what the columns take for equal.
      WHEN bool_or(NOT (own.oid IS NULL AND a.attcollation = 0 OR own.oid = a.attcollation
                        OR own.collisdeterministic AND of_column.collisdeterministic)
             OR w.amopopr IS DISTINCT FROM upkeep_internal.equality_operator(b.base))
        THEN 'compares differently from the columns' END
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  CROSS JOIN LATERAL unnest(i.indkey::int2[], i.indclass::oid[], i.indcollation::oid[]) WITH ORDINALITY
    k(number, class, collated, place)
  LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
  LEFT JOIN LATERAL upkeep_internal.base_type(a.atttypid, a.atttypmod) b ON true
  LEFT JOIN pg_opclass o ON o.oid = k.class
  LEFT JOIN pg_amop w ON w.amopfamily = o.opcfamily AND w.amoplefttype = o.opcintype
    AND w.amoprighttype = o.opcintype AND w.amopstrategy = 3
  LEFT JOIN pg_collation own ON own.oid = k.collated
  LEFT JOIN pg_collation of_column ON of_column.oid = a.attcollation
  WHERE i.indrelid = target AND i.indisunique AND NOT i.indisexclusion AND k.place <= i.indnkeyatts
  GROUP BY i.indexrelid, c.relname, i.indisvalid, i.indisready, i.indimmediate, i.indpred::text, i.indpred IS NOT NULL
  ORDER BY i.indexrelid;
END $$;
