-- The open columns of order_lock: what may change in the lines of a locked order, and so may be nothing that says what
-- was sold.

-- An error for one of these columns that is part of the lines' primary key, or that a trigger of ours on the lines
-- needs as it is.
CREATE FUNCTION upkeep_internal.require_open_columns(lines regclass, open text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  refused record;
BEGIN
  SELECT o.name, upkeep_internal.why_not_open(lines, o.name) AS reason INTO refused
  FROM unnest(open) WITH ORDINALITY o(name, place)
  WHERE upkeep_internal.why_not_open(lines, o.name) IS NOT NULL ORDER BY o.place LIMIT 1;
  IF FOUND THEN
    PERFORM upkeep_internal.fail('22023', format('column "%s" of table "%s" cannot be open in a locked order: %s',
        refused.name, upkeep_internal.table_name(lines), refused.reason),
      'Leave it out of the open_columns of upkeep.enable_order_lock. In one order it changes under '
      'upkeep.correct_order.');
  END IF;
END $$;

-- The same for those that the lock of a table, and of all that inherit from it, names: whatever is enabled on a table
-- may need one of them. Nothing where it has none.
CREATE FUNCTION upkeep_internal.require_open_columns_of(target regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_open_columns(t.object,
    upkeep_internal.columns_option(t.object, 'order_lock', o.options, 'open_columns'))
  FROM upkeep_internal.with_descendants(target) WITH ORDINALITY d(member, place)
  CROSS JOIN LATERAL (SELECT * FROM upkeep_internal.triggers t
                      WHERE t.object = d.member AND t.feature = 'order_lock' ORDER BY t.place LIMIT 1) t
  CROSS JOIN LATERAL upkeep_internal.read_options('order_lock', t.arguments) o(options)
  WHERE o.options ? 'orders' ORDER BY d.place;
END $$;

-- Why a column cannot be one of them: "order_totals needs it as it is"; NULL where it can.
CREATE FUNCTION upkeep_internal.why_not_open(lines regclass, name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  feature text;
BEGIN
  IF EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = lines AND a.attnum = ANY (i.indkey)
             WHERE i.indrelid = lines AND i.indisprimary AND a.attname = why_not_open.name) THEN
    RETURN 'it is part of the primary key';
  -- Also where no feature reads it.
  ELSIF name = 'product_id' THEN
    RETURN 'it says what was sold';
  END IF;
  SELECT t.feature INTO feature FROM upkeep_internal.triggers t
  WHERE t.object = lines AND upkeep_internal.needs_column(t.feature, t.arguments, lines, why_not_open.name)
  ORDER BY t.place LIMIT 1;
  RETURN feature || ' needs it as it is';
END $$;

-- Whether a trigger of a table names a column of it, or writes it. What is wrong with the trigger is said where it
-- fires.
CREATE FUNCTION upkeep_internal.needs_column(feature text, arguments text[], target regclass, name text)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options(feature, arguments);
BEGIN
  RETURN EXISTS (
      SELECT FROM upkeep_internal.options_on_own_table(feature, options) o
      WHERE name = ANY (upkeep_internal.columns_of_option(target, needs_column.feature, options, o.option, o.kind)))
    OR feature = 'metrics' AND name IN (
      SELECT m ->> 'target'
      FROM unnest(upkeep_internal.metric_set(upkeep_internal.formulas_for(target, options))) m);
EXCEPTION WHEN OTHERS THEN
  RETURN false;
END $$;

-- The options that name columns of the table whose trigger has them, but for those that a feature only reads, or
-- leaves alone.
CREATE FUNCTION upkeep_internal.options_on_own_table(feature text, given jsonb)
RETURNS TABLE (option text, kind text) STABLE LANGUAGE sql AS $$
  SELECT o.option, o.kind
  FROM upkeep_internal.options o
  WHERE o.feature = options_on_own_table.feature AND (o.companion IS NULL OR given ? o.companion)
    AND o.owners && ARRAY['own', CASE WHEN given ? 'order_items' THEN 'orders' ELSE 'lines' END]
    AND (o.feature, o.option) NOT IN (('updated_at', 'ignore'), ('touch', 'columns'), ('metrics', 'settings_key'),
                                      ('metrics', 'date_column'), ('order_lock', 'open_columns'))
$$;

CREATE FUNCTION upkeep_internal.columns_of_option(
  target regclass,
  feature text,
  options jsonb,
  option text,
  kind text
) RETURNS text[] STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE kind
    WHEN 'columns' THEN upkeep_internal.columns_option(target, feature, options, option)
    WHEN 'column' THEN ARRAY[upkeep_internal.column_option(target, feature, options, option)]
    WHEN 'formula' THEN (SELECT f.names FROM upkeep_internal.parse_formula(options ->> option) f
                         WHERE options ? option) END;
END $$;
