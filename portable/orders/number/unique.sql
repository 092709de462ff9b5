-- The unique indexes that keep numbers apart.

-- 55000 where no unique index is on the number, with the tenant where one is given; for numbers per tenant also where
-- one is on the number alone.
CREATE FUNCTION upkeep_internal.require_unique_numbers(target regclass, plan record)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  number constant text := plan.number_column;
  tenant constant text := plan.options ->> 'tenant_column';
  partitioned constant text[] := upkeep_internal.partition_columns(target);
  columns text[];
  beside text;
  index regclass;
BEGIN
  columns := array_remove(array_remove(ARRAY[tenant], NULL) || partitioned, number) || number;
  IF NOT EXISTS (SELECT FROM upkeep_internal.unique_indexes_on(target, number, columns) WHERE is_whole) THEN
    beside := CASE WHEN tenant IS NULL THEN upkeep_internal.column_beside(target, number) END;
    PERFORM upkeep_internal.fail('55000', format('column "%s" of table "%s" has no unique index', number,
      upkeep_internal.table_name(target)),
      CASE WHEN beside IS NOT NULL
           THEN format('If each "%1$s" has numbers of its own, pass tenant_column => ''%1$s''; else ', beside)
           ELSE '' END
      || format('CREATE UNIQUE INDEX ON %s (%s);', upkeep_internal.qualified(target),
                (SELECT string_agg(quote_ident(c), ', ' ORDER BY place)
                 FROM unnest(columns) WITH ORDINALITY u(c, place))));
  ELSIF plan.tenant IS NOT NULL THEN
    -- A second tenant's first number would be taken.
    SELECT i.index INTO index
    FROM upkeep_internal.unique_indexes_on(target, number,
      array_remove(partitioned, tenant) || number) i
    ORDER BY i.index
    LIMIT 1;
    IF FOUND THEN
      PERFORM upkeep_internal.fail('55000', format('unique index "%s" on "%s" of table "%s" keeps tenants from having '
        'the same number', index, number, upkeep_internal.table_name(target)),
        coalesce((SELECT format('ALTER TABLE %s DROP CONSTRAINT %I;', target, c.conname) FROM pg_constraint c
                  WHERE c.conindid = index AND c.contype IN ('p', 'u')), format('DROP INDEX %s;', index)));
    END IF;
  END IF;
END $$;

-- The unique indexes on the number and on no other columns than these. is_whole: valid, immediate and of all rows.
CREATE FUNCTION upkeep_internal.unique_indexes_on(target regclass, number_column name, columns text[])
RETURNS TABLE (index regclass, is_whole boolean) STABLE LANGUAGE sql AS $$
  SELECT i.indexrelid, i.indisvalid AND i.indimmediate AND i.indpred IS NULL
  FROM pg_index i
  WHERE i.indrelid = target AND i.indisunique AND i.indexprs IS NULL
    AND (SELECT bool_or(a.attname = number_column) AND bool_and(a.attname::text = ANY (columns))
         FROM pg_attribute a
         WHERE a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
$$;

-- The column that makes the number unique where it is not so alone.
CREATE FUNCTION upkeep_internal.column_beside(target regclass, number_column name)
RETURNS name STABLE LANGUAGE sql AS $$
  SELECT o.attname
  FROM pg_index i
  JOIN pg_attribute n ON n.attrelid = i.indrelid AND n.attname = number_column
    AND n.attnum = ANY ((i.indkey::int2[])[0:1])
  JOIN pg_attribute o ON o.attrelid = i.indrelid AND o.attnum = ANY ((i.indkey::int2[])[0:1]) AND o.attnum <> n.attnum
  WHERE i.indrelid = target AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
    AND i.indexprs IS NULL AND i.indnkeyatts = 2
  LIMIT 1
$$;
