-- Orders and their lines: how the lines of an order are found, and the triggers that one feature has on both tables.

-- keys: columns of the orders, the tenant's before it. columns: of the lines, one for each key.
CREATE FUNCTION upkeep_internal.order_link(
  feature text,
  options jsonb,
  orders regclass,
  lines regclass,
  given jsonb DEFAULT NULL,
  OUT keys text[],
  OUT columns text[]
) STABLE LANGUAGE plpgsql AS $$
BEGIN
  keys := upkeep_internal.with_tenant(options, upkeep_internal.text_option(feature, options, 'order_key'));
  columns := upkeep_internal.with_tenant(options, upkeep_internal.text_option(feature, options, 'order_column'));
  FOR i IN 1..cardinality(keys) LOOP
    PERFORM upkeep_internal.require_comparable(orders, keys[i], lines, columns[i], feature, given);
  END LOOP;
END $$;

-- The tenant's column, if there is one, and the key after it: what every lookup of an order feature carries.
CREATE FUNCTION upkeep_internal.with_tenant(options jsonb, key text)
RETURNS text[] IMMUTABLE LANGUAGE sql AS $$ SELECT array_remove(ARRAY[options ->> 'tenant_column', key], NULL) $$;

CREATE FUNCTION upkeep_internal.require_comparable(
  orders regclass,
  key text,
  lines regclass,
  column_name text,
  feature text,
  given jsonb DEFAULT NULL
) RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  ours record;
  theirs record;
BEGIN
  PERFORM upkeep_internal.require_column(orders, key, feature, given),
    upkeep_internal.require_column(lines, column_name, feature, given);
  SELECT * INTO ours FROM upkeep_internal.column_type(orders, key);
  SELECT * INTO theirs FROM upkeep_internal.column_type(lines, column_name);
  IF NOT upkeep_internal.have_common_equality(ours.base, theirs.base) THEN
    PERFORM upkeep_internal.fail('42804', format('column "%s" of table "%s" and column "%s" of table "%s" cannot be '
        'compared', column_name, upkeep_internal.table_name(lines), key, upkeep_internal.table_name(orders)),
      'Give both columns the same type.', format('Their types are %s and %s.', theirs.declared, ours.declared));
  END IF;
END $$;

-- o.shop, o.id
CREATE FUNCTION upkeep_internal.key_list(row_name text, keys text[])
RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT upkeep_internal.fields(row_name, keys::name[]) $$;

-- The text that names an order in messages: 7, 42.
CREATE FUNCTION upkeep_internal.key_text(row_name text, keys text[])
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('pg_catalog.concat_ws('', '', %s)', upkeep_internal.key_list(row_name, keys))
$$;

-- The text that upkeep.correct_order takes: with a tenant a JSON array, [7, 42].
CREATE FUNCTION upkeep_internal.key_argument(row_name text, keys text[])
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format(CASE cardinality(keys) WHEN 1 THEN '%s::pg_catalog.text'
                  ELSE 'pg_catalog.jsonb_build_array(%s)::pg_catalog.text' END,
                upkeep_internal.key_list(row_name, keys))
$$;

-- Both are tables of the caller, neither of them a partition, the lines belong to no other orders, and the owner of
-- each has the rights of the other's.
CREATE FUNCTION upkeep_internal.require_pair(orders regclass, lines regclass, feature text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  verb constant text := 'enable ' || feature;
  each regclass;
  other regclass;
BEGIN
  FOREACH each IN ARRAY ARRAY[orders, lines] LOOP
    PERFORM upkeep_internal.require_own_table(each, verb), upkeep_internal.require_trusted(each);
    IF (SELECT relispartition FROM pg_class WHERE oid = each) THEN
      PERFORM upkeep_internal.fail('42809', format('cannot %s on "%s": it is a partition', verb,
        upkeep_internal.table_name(each)), 'Call this for the partitioned table.');
    END IF;
  END LOOP;
  IF orders = lines THEN
    PERFORM upkeep_internal.fail('42P17', format('table "%s" cannot be the lines of its own orders',
        upkeep_internal.table_name(orders)), 'Name the table of the orders and the table of their lines.');
  END IF;
  other := upkeep_internal.orders_named_by(lines, feature);
  IF other <> orders AND upkeep_internal.lines_named_by(other, feature) = lines THEN
    PERFORM upkeep_internal.fail('42710', format('%s is already enabled from "%s" to "%s"', feature,
        upkeep_internal.table_name(lines), upkeep_internal.table_name(other)),
      format('Call upkeep.disable_%s(%L) first.', feature, upkeep_internal.qualified(other)));
  END IF;
  PERFORM upkeep_internal.require_role_of(lines, orders), upkeep_internal.require_role_of(orders, lines);
END $$;

-- The lines that a trigger of the feature on the orders names, where they are there.
CREATE FUNCTION upkeep_internal.lines_named_by(orders regclass, feature text)
RETURNS regclass STABLE LANGUAGE sql AS $$ SELECT upkeep_internal.table_named_by(orders, feature, 'order_items') $$;

-- The orders that a trigger of the feature on the lines names.
CREATE FUNCTION upkeep_internal.orders_named_by(lines regclass, feature text)
RETURNS regclass STABLE LANGUAGE sql AS $$ SELECT upkeep_internal.table_named_by(lines, feature, 'orders') $$;

-- The lines that the orders have: the table, the one that it is a partition or child of, or, where it was detached, the
-- one that it no longer belongs to.
CREATE FUNCTION upkeep_internal.whole_lines(target regclass, orders regclass, feature text)
RETURNS regclass STABLE LANGUAGE sql AS $$
  SELECT coalesce(upkeep_internal.lines_named_by(orders, feature), upkeep_internal.topmost(target))
$$;

-- Whether a foreign key that is checked at once rules out lines without an order. Moving to another partition inserts
-- an order that has its lines already; children do not inherit a foreign key.
CREATE FUNCTION upkeep_internal.forbids_lines_without_order(orders regclass, keys text[], lines regclass,
                                                            columns text[])
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT NOT o.relispartition AND NOT (l.relhassubclass AND l.relkind = 'r') AND EXISTS (
    SELECT FROM pg_constraint c
    WHERE c.contype = 'f' AND c.conrelid = lines AND c.confrelid = orders AND NOT c.condeferrable AND c.convalidated
      AND NOT EXISTS (
        SELECT FROM unnest(c.conkey, c.confkey) k(line, key)
        JOIN pg_attribute a ON a.attrelid = lines AND a.attnum = k.line
        JOIN pg_attribute b ON b.attrelid = orders AND b.attnum = k.key
        WHERE NOT EXISTS (SELECT FROM unnest(columns, keys) p(line, key)
                          WHERE p.line = a.attname AND p.key = b.attname)))
  FROM pg_class o, pg_class l
  WHERE o.oid = orders AND l.oid = lines
$$;

-- Drops the feature's triggers on the lines, or on all lines that name these orders, and those on the orders when no
-- lines are left that name them. A NOTICE where there is nothing to drop.
CREATE FUNCTION upkeep_internal.drop_pair_triggers(orders regclass, lines regclass, feature text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  verb constant text := 'disable ' || feature;
  named regclass;
  each regclass;
  other regclass;
  found boolean := false;
BEGIN
  PERFORM upkeep_internal.require_own_table(orders, verb);
  IF lines IS NOT NULL THEN
    PERFORM upkeep_internal.require_own_table(lines, verb);
  END IF;
  named := upkeep_internal.lines_named_by(orders, feature);
  FOR each IN SELECT t.object FROM upkeep_internal.triggers t
      WHERE t.feature = drop_pair_triggers.feature
        AND upkeep_internal.table_named(t.feature, t.arguments, 'orders', t.object) = orders
      GROUP BY t.object ORDER BY min(t.place) LOOP
    IF lines IS NOT NULL AND each NOT IN (SELECT upkeep_internal.with_descendants(lines)) THEN
      other := each;
      CONTINUE;
    END IF;
    PERFORM upkeep_internal.require_own_table(each, verb);
    found := upkeep_internal.drop_triggers(each, feature) > 0 OR found;
  END LOOP;
  IF other IS NULL THEN
    found := upkeep_internal.drop_triggers_of_tree(orders, feature) OR found;
  ELSIF found AND named = lines THEN
    PERFORM upkeep_internal.name_lines(orders, other, feature);
  END IF;
  IF NOT found THEN
    RAISE NOTICE '% is not enabled on "%"', feature, upkeep_internal.table_name(orders);
  END IF;
END $$;

-- The orders' triggers name one table of lines; where that is given up, one that is left.
CREATE FUNCTION upkeep_internal.name_lines(orders regclass, lines regclass, feature text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  new_arguments text[];
  trigger record;
BEGIN
  SELECT array_agg(CASE WHEN a LIKE 'orders=%'
                        THEN 'order_items=' || upkeep_internal.qualified(upkeep_internal.topmost(lines)) ELSE a END
                   ORDER BY u.place) INTO new_arguments
  FROM (SELECT t.arguments FROM upkeep_internal.triggers t
        WHERE t.object = lines AND t.feature = name_lines.feature ORDER BY t.place DESC LIMIT 1) t,
    unnest(t.arguments) WITH ORDINALITY u(a, place);
  FOR trigger IN SELECT t.trigger_oid
      FROM upkeep_internal.with_descendants(orders) d
      JOIN upkeep_internal.triggers t ON t.object = d AND t.feature = name_lines.feature AND NOT t.is_clone LOOP
    PERFORM upkeep_internal.set_trigger_arguments(trigger.trigger_oid, new_arguments);
  END LOOP;
END $$;
