-- What is enabled on the tables of upkeep.create_storefront and upkeep.create_analytics.

-- Enables what is not enabled. A trigger whose options somebody chose stays as it is; a NOTICE says so where it lacks
-- the later ones. renewed: the tables to which all later columns have been added. left_out: those not made.
CREATE FUNCTION upkeep_internal.enable_reference_features(
  kind text,
  schema name,
  keys jsonb,
  renewed oid[],
  left_out text[],
  with_history boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  wanted upkeep_internal.reference_features;
  lacking text[] := '{}';
BEGIN
  FOR wanted IN SELECT * FROM upkeep_internal.reference_features f
      WHERE f.kind = enable_reference_features.kind AND f.name <> ALL (left_out)
        AND (with_history OR f.feature <> 'history') ORDER BY f.place LOOP
    IF upkeep_internal.has_feature(wanted.feature) THEN
      PERFORM upkeep_internal.enable_reference_feature(wanted, schema, keys, renewed);
    ELSE
      lacking := lacking || format('%s of %s', wanted.feature, wanted.name);
    END IF;
  END LOOP;
  IF lacking <> '{}' THEN
    RAISE NOTICE USING
      MESSAGE = format('not enabled, because the portable edition lacks it: %s', array_to_string(lacking, ', ')),
      HINT = concat_ws(' ', CASE WHEN array_to_string(lacking, ' ') ~ 'history of' THEN 'Pass history => false.' END,
        CASE WHEN array_to_string(lacking, ' ') ~ 'weekly_diagnostics of' THEN
          'The npm package pg-upkeep diagnoses, decides and simulates: see docs/managed-hosts.md.' END);
  END IF;
END $$;

-- Whether this edition has the feature.
CREATE FUNCTION upkeep_internal.has_feature(feature text)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT p.prosrc !~ 'upkeep_internal\.lacks\('
  FROM upkeep_internal.features f
  JOIN pg_proc p ON p.proname = f.function AND p.pronamespace = 'upkeep'::regnamespace
  WHERE f.feature = has_feature.feature
$$;

CREATE FUNCTION upkeep_internal.enable_reference_feature(
  wanted upkeep_internal.reference_features,
  schema name,
  keys jsonb,
  renewed oid[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  names constant text[] := array_remove(ARRAY[wanted.name, wanted.other, wanted.third], NULL);
  tables constant oid[] := ARRAY(SELECT upkeep_internal.table_in(schema, n)
                                 FROM unnest(names) WITH ORDINALITY u(n, place) ORDER BY place);
  is_there boolean;
  chosen text[];
BEGIN
  SELECT count(*) > 0 INTO is_there FROM upkeep_internal.triggers t
  WHERE t.object = tables[1] AND t.feature = wanted.feature;
  chosen := upkeep_internal.chosen_options(tables[1], wanted.feature);
  IF NOT is_there THEN
    PERFORM upkeep_internal.call_reference_feature(wanted, tables,
      CASE WHEN upkeep_internal.have_later_columns(wanted.kind, keys, names, tables) THEN wanted.later_options
           ELSE '{}' END);
  ELSIF chosen = '{}' AND tables <@ renewed AND wanted.later_options <> '{}' THEN
    PERFORM upkeep_internal.call_reference_feature(wanted, tables, wanted.later_options);
  END IF;
  IF wanted.later_options <> '{}' THEN
    PERFORM upkeep_internal.notice_unless_later(wanted, tables,
      upkeep_internal.chosen_options(tables[1], wanted.feature));
  END IF;
END $$;

-- The arguments of a table's trigger that somebody chose: no tables, and nothing that is the default.
CREATE FUNCTION upkeep_internal.chosen_options(target regclass, feature text)
RETURNS text[] STABLE LANGUAGE sql AS $$
  SELECT ARRAY(
    SELECT a
    FROM (SELECT t.arguments FROM upkeep_internal.triggers t
          WHERE t.object = target AND t.feature = chosen_options.feature ORDER BY t.name LIMIT 1) t
    CROSS JOIN LATERAL unnest(t.arguments) WITH ORDINALITY u(a, place)
    JOIN upkeep_internal.options o ON o.feature = chosen_options.feature AND o.option = split_part(a, '=', 1)
    WHERE o.kind <> 'table' AND substr(a, position('=' IN a) + 1) IS DISTINCT FROM o.usual
    ORDER BY u.place)
$$;

-- Somebody else's columns of these names may be NULL, which no amount is made of.
CREATE FUNCTION upkeep_internal.have_later_columns(kind text, keys jsonb, names text[], tables oid[])
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT NOT EXISTS (
    SELECT FROM unnest(names, tables) u(name, target)
    JOIN upkeep_internal.tables_of_kind(kind, keys) t ON t.name = u.name
    CROSS JOIN LATERAL jsonb_array_elements(t.later_columns) c
    WHERE c ->> 'type' ~ 'NOT NULL' AND NOT EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = u.target AND a.attname = c ->> 'name' AND a.attnotnull))
$$;

-- $1, $2 and $3 in the call are the tables.
CREATE FUNCTION upkeep_internal.call_reference_feature(
  wanted upkeep_internal.reference_features,
  tables oid[],
  options text[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'SELECT upkeep.' || upkeep_internal.call_with(wanted, options)
    USING tables[1]::regclass, tables[2]::regclass, tables[3]::regclass;
END $$;

-- The call with more arguments: enable_order_lock($1, $2, open_columns => '{fulfilled_at}').
CREATE FUNCTION upkeep_internal.call_with(wanted upkeep_internal.reference_features, options text[])
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT concat(left(wanted.call, -1), string_agg(format(', %s => %L', o.argument,
    CASE WHEN o.is_list THEN upkeep_internal.split_names(v.value, o.option)::text ELSE v.value END), ''
    ORDER BY u.place), ')')
  FROM unnest(options) WITH ORDINALITY u(text, place)
  CROSS JOIN LATERAL (SELECT split_part(u.text, '=', 1), substr(u.text, position('=' IN u.text) + 1)) v(option, value)
  JOIN upkeep_internal.options o ON o.feature = wanted.feature AND o.option = v.option
$$;

-- A NOTICE with what was chosen, and what it lacks.
CREATE FUNCTION upkeep_internal.notice_unless_later(
  wanted upkeep_internal.reference_features,
  tables oid[],
  chosen text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  missing constant text[] := ARRAY(
    SELECT l FROM unnest(wanted.later_options) WITH ORDINALITY u(l, place)
    WHERE NOT EXISTS (SELECT FROM unnest(chosen) c WHERE split_part(c, '=', 1) = split_part(l, '=', 1))
    ORDER BY place);
  statement text := upkeep_internal.call_with(wanted, chosen || missing);
BEGIN
  IF wanted.later_options <@ chosen THEN
    RETURN;
  END IF;
  FOR number IN 1..cardinality(tables) LOOP
    statement := replace(statement, '$' || number, quote_literal(upkeep_internal.qualified(tables[number])));
  END LOOP;
  IF missing = '{}' THEN
    RAISE NOTICE '% of "%" keeps the options that it has', wanted.feature, wanted.name;
  ELSE
    RAISE NOTICE USING MESSAGE = format('%s of "%s" keeps the options that it has', wanted.feature, wanted.name),
      HINT = format('To add what a new storefront has: SELECT upkeep.%s;', statement);
  END IF;
END $$;
