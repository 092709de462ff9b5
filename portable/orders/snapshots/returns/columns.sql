-- Return lines: a line of negative quantity can name the line that it gives back. By which columns.

-- returns, quantity: columns of all lines. key: their primary key, if that is one column beside the tenant's. naming,
-- found_by: the columns that name a line, and those that it is found by; the tenant's before the others. NULL where the
-- options have no returns_column.
CREATE FUNCTION upkeep_internal.return_columns(
  target regclass,
  options jsonb,
  given jsonb DEFAULT NULL,
  OUT whole regclass,
  OUT returns name,
  OUT quantity name,
  OUT key name,
  OUT tenant name,
  OUT order_column name,
  OUT naming text[],
  OUT found_by text[]
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  keys name[];
BEGIN
  -- A partition's lines return any of the whole table.
  whole := upkeep_internal.topmost(target);
  PERFORM upkeep_internal.require_role_of(target, whole);
  returns := upkeep_internal.column_option(whole, 'order_snapshots', options, 'returns_column', given);
  IF returns IS NULL THEN
    RETURN;
  END IF;
  quantity := upkeep_internal.column_option(whole, 'order_snapshots', options, 'quantity_column', given);
  tenant := upkeep_internal.column_option(whole, 'order_snapshots', options, 'tenant_column', given);
  order_column := upkeep_internal.column_option(whole, 'order_snapshots', options, 'order_column', given);
  PERFORM upkeep_internal.require_number(whole, quantity,
    'Quantities are numeric, bigint, integer or smallint, or a domain over one of them.');
  keys := array_remove(upkeep_internal.primary_key(whole), tenant);
  naming := array_remove(ARRAY[tenant, returns]::text[], NULL);
  IF cardinality(keys) = 1 THEN
    key := keys[1];
    found_by := array_remove(ARRAY[tenant, key]::text[], NULL);
    PERFORM upkeep_internal.require_comparable_key(whole, key, returns);
  END IF;
END $$;

-- Without the columns that it only includes; none if it is deferrable, for then it may be there twice.
CREATE FUNCTION upkeep_internal.primary_key(target regclass)
RETURNS name[] STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT coalesce(array_agg(a.attname ORDER BY k.place), '{}')
    FROM pg_index i
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
    WHERE i.indrelid = target AND i.indisprimary AND i.indimmediate AND k.place <= i.indnkeyatts);
END $$;

CREATE FUNCTION upkeep_internal.require_comparable_key(whole regclass, key name, returns name)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT upkeep_internal.have_common_equality(upkeep_internal.base_type_of(whole, key),
                                              upkeep_internal.base_type_of(whole, returns)) THEN
    PERFORM upkeep_internal.fail('42804', format('columns "%s" and "%s" of table "%s" have types %s and %s, which '
      'cannot be compared as keys', key, returns, upkeep_internal.table_name(whole),
      upkeep_internal.declared_type(whole, key), upkeep_internal.declared_type(whole, returns)),
      'Give both columns the same type.');
  END IF;
END $$;

-- As when the key was dropped.
CREATE FUNCTION upkeep_internal.require_line_key(columns record)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF columns.key IS NULL THEN
    PERFORM upkeep_internal.fail('42P10', format('table "%s" has no primary key of one column%s',
        upkeep_internal.table_name(columns.whole), ' beside "' || columns.tenant || '"'),
      format('Give the lines such a key, which is not deferrable: ALTER TABLE %s ADD PRIMARY KEY (%s...);',
        upkeep_internal.qualified(columns.whole), quote_ident(columns.tenant) || ', '),
      format('Column "%s" must say which line is returned.', columns.returns));
  END IF;
END $$;
