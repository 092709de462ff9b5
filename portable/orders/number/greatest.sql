-- How far the numbers are that a table has. A table's columns are only compared as texts and integers.

-- The number of a row of `o` as SQL, NULL where its column holds none of ours or one that is greater than `most`.
CREATE FUNCTION upkeep_internal.number_of_row(plan record, most bigint)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  given constant text := format('o.%I', plan.number_column);
BEGIN
  IF plan.base IN ('integer'::regtype, 'bigint'::regtype) THEN
    RETURN format('CASE WHEN %1$s::int8 <= %2$s THEN %1$s::int8 END', given, most);
  END IF;
  RETURN format('CASE WHEN starts_with(%1$s::text COLLATE "C", %2$L) AND %3$s ~ ''^[0-9]{1,19}$'' '
    'THEN CASE WHEN %3$s::numeric <= %4$s THEN %3$s::int8 END END', given, plan.prefix,
    format('substr(%s::text COLLATE "C", %s)', given, length(plan.prefix) + 1), most);
END $$;

-- The greatest number of the table, at most `most`.
CREATE FUNCTION upkeep_internal.greatest_number(target regclass, plan record, most bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  greatest bigint;
BEGIN
  EXECUTE format('SELECT max(%s) FROM %s o', upkeep_internal.number_of_row(plan, most),
    upkeep_internal.qualified(target)) INTO greatest;
  RETURN greatest;
END $$;

-- A counter's tenant as SQL over a row: a JSON array.
CREATE FUNCTION upkeep_internal.tenant_of_row(plan record, row_name text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN plan.tenant IS NULL THEN '''[]''::pg_catalog.text'
    ELSE format('pg_catalog.jsonb_build_array(%s.%I)::pg_catalog.text', row_name, plan.tenant) END;
END $$;

-- The greatest number that can be counted on from, of one tenant's orders, or of all; 0 for none. The table has the
-- numbers of `target`, whose trigger has these arguments.
CREATE FUNCTION upkeep_internal.greatest_counted(
  counted_for regclass,
  tenant text,
  target regclass,
  arguments text[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  plan constant record := upkeep_internal.order_number_plan(target, arguments);
  base text;
  greatest bigint;
BEGIN
  IF plan.tenant IS NULL THEN
    RETURN coalesce(upkeep_internal.greatest_number(counted_for, plan, 9223372036854775806), 0);
  END IF;
  -- As a value of the column's type, so that an index finds them.
  SELECT CASE c.base WHEN 'varchar'::regtype THEN 'text' ELSE c.base::text END INTO base
  FROM upkeep_internal.column_facts(counted_for, plan.tenant) c;
  EXECUTE format('SELECT max(%s) FROM %s o WHERE %s', upkeep_internal.number_of_row(plan, 9223372036854775806),
    upkeep_internal.qualified(counted_for), CASE WHEN tenant = '[null]' THEN format('o.%I IS NULL', plan.tenant)
      ELSE format('o.%I::%s = ($1::jsonb ->> 0)::%2$s', plan.tenant, base) END) INTO greatest USING tenant;
  RETURN coalesce(greatest, 0);
END $$;

-- The same for each tenant that has one.
CREATE FUNCTION upkeep_internal.all_greatest_counted(counted_for regclass, target regclass, arguments text[])
RETURNS TABLE (tenant text, number bigint) LANGUAGE plpgsql AS $$
DECLARE
  plan constant record := upkeep_internal.order_number_plan(target, arguments);
BEGIN
  RETURN QUERY EXECUTE format('SELECT * FROM (SELECT %s, max(%s) FROM %s o GROUP BY 1) t(tenant, number) '
    'WHERE number IS NOT NULL', upkeep_internal.tenant_of_row(plan, 'o'),
    upkeep_internal.number_of_row(plan, 9223372036854775806), upkeep_internal.qualified(counted_for));
END $$;
