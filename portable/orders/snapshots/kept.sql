-- What a line has captured stays: the columns that an UPDATE may not change.

-- columns: those that are kept, but for the product. have_changed: whether an UPDATE changes the image of any.
-- first_changed: which of them it may not change, NULL if all is right: the one exception is a product that becomes
-- NULL, and nothing else.
CREATE FUNCTION upkeep_internal.kept_expressions(
  target regclass,
  plan record,
  new_row text,
  old_row text,
  OUT columns name[],
  OUT have_changed text,
  OUT first_changed text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  all_columns name[];
BEGIN
  columns := array_remove(ARRAY[plan.price, plan.snapshot, plan.order_column, plan.tenant, plan.returns], NULL);
  all_columns := columns || plan.product;
  have_changed := format('pg_catalog.record_image_ne(ROW(%s), ROW(%s))', upkeep_internal.fields(new_row, all_columns),
    upkeep_internal.fields(old_row, all_columns));
  first_changed := format('CASE %s WHEN NOT %s AND NOT (%s.%I IS NULL AND %s) THEN %L END',
    (SELECT string_agg(format('WHEN NOT %s THEN %L', upkeep_internal.same_value(target, c, new_row, old_row), c), ' '
                       ORDER BY place)
     FROM unnest(columns) WITH ORDINALITY u(c, place)),
    upkeep_internal.same_value(target, plan.product, new_row, old_row), new_row, plan.product,
    (SELECT string_agg(upkeep_internal.same_value(target, a.attname, new_row, old_row), ' AND ' ORDER BY a.attnum)
     FROM pg_attribute a
     WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
       AND a.attname <> plan.product), plan.product);
END $$;

CREATE FUNCTION upkeep_internal.require_line_kept(target regclass, changed name, product name)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF changed IS NOT NULL THEN
    PERFORM upkeep_internal.fail('UK005',
      format('column "%s" of a line in "%s" cannot change', changed, upkeep_internal.table_name(target)),
      'Delete the line and write a new one' || CASE WHEN changed = product
        THEN '; to take the product away, set it to NULL and nothing else.' ELSE '.' END,
      'What a line has captured of its product, and the order it belongs to, stay as they were sold.');
  END IF;
END $$;
