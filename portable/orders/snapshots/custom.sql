-- A line of something that is not a product comes with its price and its snapshot.

CREATE FUNCTION upkeep_internal.custom_fits(target regclass, plan record, new_row text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN concat_ws(' AND ', upkeep_internal.field(new_row, plan.price) || ' IS NOT NULL',
    upkeep_internal.field(new_row, plan.snapshot) || ' IS NOT NULL',
    CASE WHEN plan.price IS NOT NULL THEN upkeep_internal.is_finite(target, plan.price, new_row) END);
END $$;

CREATE FUNCTION upkeep_internal.refuse_custom_text(target regclass, plan record, new_row text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('upkeep_internal.refuse_custom(%L, %L, CASE %s END, %s)', target::oid, plan.product, (
      SELECT string_agg(format('WHEN %s.%I IS NULL THEN %2$L', new_row, c), ' ' ORDER BY place)
      FROM unnest(ARRAY[plan.price, plan.snapshot]) WITH ORDINALITY u(c, place) WHERE c IS NOT NULL),
    coalesce(upkeep_internal.field(new_row, plan.price) || '::pg_catalog.numeric', 'NULL'));
END $$;

-- missing: the column that has nothing.
CREATE FUNCTION upkeep_internal.refuse_custom(target regclass, product name, missing name, price numeric)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF missing IS NOT NULL THEN
    PERFORM upkeep_internal.missing_value(target, missing, product);
  END IF;
  PERFORM upkeep_internal.infinite_price(target, price);
END $$;
