-- The formulas of totals, line_formula and total_formula: parsed, resolved against the columns of a table, and as SQL.

-- An expression over columns, without a target and without settings.
CREATE FUNCTION upkeep_internal.parse_amount(formula text, OUT code text[], OUT names text[], OUT places int[])
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  parsed record;
  setting int;
BEGIN
  SELECT * INTO parsed FROM upkeep_internal.parse_formula(formula);
  IF parsed.target IS NOT NULL THEN
    PERFORM upkeep_internal.fail('42601', format('%s assigns to a column', upkeep_internal.quoted_for_message(formula)),
      'Write the expression alone, without the column and the "=" before it.');
  END IF;
  setting := array_position(parsed.of_settings, true);
  IF setting IS NOT NULL THEN
    PERFORM upkeep_internal.refuse_formula('42703', format('there are no settings to read "%s" from',
        parsed.names[setting]), formula, parsed.places[setting],
      'Totals are computed from columns of the order and its lines.');
  END IF;
  code := parsed.code;
  names := parsed.names;
  places := parsed.places;
END $$;

-- upkeep.order_amount: the exact way for any numbers, which tells what is wrong with them.
CREATE FUNCTION upkeep.order_amount(…) LANGUAGE plpgsql AS $$
DECLARE
  parsed record;
  amount numeric;
BEGIN
  PERFORM upkeep_internal.require_value(formula, 'formula');
  SELECT * INTO parsed FROM upkeep_internal.parse_amount(formula);
  IF inputs IS NULL THEN
    PERFORM upkeep_internal.fail('22004', 'inputs must not be NULL',
      'Pass an array with the columns that the formula names; its elements may be NULL.');
  ELSIF cardinality(inputs) <> cardinality(parsed.names) THEN
    PERFORM upkeep_internal.fail('22023', format('%s has %s inputs, not %s',
        upkeep_internal.quoted_for_message(formula), cardinality(parsed.names), cardinality(inputs)),
      'Pass them in the order in which the formula names them first.');
  END IF;
  FOR number IN 1..cardinality(inputs) LOOP
    PERFORM upkeep_internal.require_finite(inputs[number], format('"%s"', parsed.names[number]));
  END LOOP;
  BEGIN
    amount := upkeep_internal.value_of(parsed.code, inputs, coalesce(scale, 20));
  EXCEPTION WHEN numeric_value_out_of_range THEN
    PERFORM upkeep_internal.fail('22003', format('%s is beyond any numeric',
      upkeep_internal.quoted_for_message(formula)), 'Correct the numbers that it reads.');
  END;
  IF amount IS NULL AND of IS NOT NULL THEN
    PERFORM upkeep_internal.fail('22004', format('the %s is NULL', of),
      'Give the column a value, or write coalesce(…, 0) or nullif(…, 0) into the formula.',
      format('In %s, %s.', upkeep_internal.quoted_for_message(formula),
             coalesce('"' || parsed.names[array_position(inputs, NULL)] || '" is NULL', 'it divides by zero')));
  END IF;
  RETURN CASE WHEN scale IS NULL THEN trim_scale(amount) ELSE amount END;
END $$;

-- A formula over columns of a table: {text, code, inputs: [{name, base, w, s, is_bounded}]}. of_totals: it calls the
-- sum of the amounts of the lines "lines". kept: the columns that its own result ends up in.
CREATE FUNCTION upkeep_internal.resolve_amount(
  formula text,
  scale int,
  target regclass,
  of_totals boolean,
  kept text[],
  given jsonb
) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
  parsed record;
  inputs jsonb := '[]';
BEGIN
  IF formula IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT * INTO parsed FROM upkeep_internal.parse_amount(formula);
  FOR number IN 1..cardinality(parsed.names) LOOP
    IF of_totals AND parsed.names[number] = 'lines' THEN
      inputs := inputs || jsonb_build_object('name', 'lines', 'base', 'numeric', 'w', 100, 's', coalesce(scale, 100),
                                             'is_bounded', scale IS NOT NULL, 'is_sum', true);
    ELSE
      PERFORM upkeep_internal.require_amount_input(target, formula, parsed.names[number], parsed.places[number], kept,
                                                   given);
      inputs := inputs || (
        SELECT jsonb_build_object('name', parsed.names[number], 'base', c.base, 'w', c.w, 's', c.s,
                                  'is_bounded', c.is_bounded)
        FROM upkeep_internal.number_column(target, parsed.names[number]) c);
    END IF;
  END LOOP;
  RETURN jsonb_build_object('text', formula, 'code', to_jsonb(parsed.code), 'inputs', inputs);
END $$;

CREATE FUNCTION upkeep_internal.require_amount_input(target regclass, formula text, name text, place int, kept text[],
                                                     given jsonb)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  shown constant text := format('column "%s" of table "%s"', name, upkeep_internal.table_name(target));
BEGIN
  IF NOT upkeep_internal.has_column(target, name) THEN
    PERFORM upkeep_internal.refuse_formula('42703', shown || ' does not exist', formula, place,
      CASE WHEN given IS NULL THEN format('If it was renamed or dropped, call upkeep.enable_order_totals again with '
             'formulas that name the columns "%s" has now.', upkeep_internal.table_name(target))
           ELSE upkeep_internal.hint_for_caller(target, name, 'order_totals', given) END);
  ELSIF (SELECT base FROM upkeep_internal.number_column(target, name)) IS NULL THEN
    PERFORM upkeep_internal.refuse_formula('42804', format('%s has type %s, which is not an exact numeric type', shown,
        upkeep_internal.type_of_column(target, name)), formula, place,
      'Formulas compute with smallint, integer, bigint and numeric, and domains over them.');
  ELSIF upkeep_internal.is_generated(target, name) THEN
    PERFORM upkeep_internal.refuse_formula('428C9', shown || ' is a generated column', formula, place,
      'Write what it is generated from into the formula.');
  ELSIF name = ANY (kept) THEN
    PERFORM upkeep_internal.refuse_formula('42P17', shown || ' is kept by the totals themselves', formula, place,
      'Write lines for the sum of the amounts of the lines.');
  END IF;
END $$;

-- The amount as SQL over the columns of a row, and that sum. A number that the expression would not compute exactly,
-- NULL and what divides by zero take the long way, which raises errors where `whose` says whose amount it is.
CREATE FUNCTION upkeep_internal.amount_sql(formula jsonb, scale int, row_name text, sum text, whose text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  code constant text[] := ARRAY(SELECT jsonb_array_elements_text(formula -> 'code'));
  compiled record;
  inputs text[];
  guards text;
  amount text;
BEGIN
  SELECT array_agg(CASE WHEN i ? 'is_sum' THEN sum
                     ELSE format('%s.%I', row_name, i ->> 'name')
                       || CASE WHEN i ->> 'base' <> 'numeric' THEN '::pg_catalog.numeric' ELSE '' END END
                   ORDER BY place) INTO inputs
  FROM jsonb_array_elements(formula -> 'inputs') WITH ORDINALITY u(i, place);
  SELECT string_agg(concat(format('pg_catalog.abs(%s) [<] 1e%s', inputs[place], i ->> 'w'), CASE
           WHEN NOT (i -> 'is_bounded')::boolean THEN format(' AND pg_catalog.scale(%s) [<=] %s', inputs[place],
                                                             i ->> 's') END), ' AND ' ORDER BY place) INTO guards
  FROM jsonb_array_elements(formula -> 'inputs') WITH ORDINALITY u(i, place)
  WHERE i ->> 'base' = 'numeric';
  SELECT * INTO compiled FROM upkeep_internal.compile_formula(code,
    upkeep_internal.amount_parts(formula, inputs), coalesce(scale, 20), false, 0);
  amount := compiled.value;
  IF cardinality(compiled.steps) > 0 THEN
    -- What is used twice is computed once, in queries around a row of the inputs.
    SELECT * INTO compiled FROM upkeep_internal.compile_formula(code, upkeep_internal.amount_parts(formula,
      ARRAY(SELECT 'i' || n FROM generate_series(1, cardinality(inputs)) n)), coalesce(scale, 20), false, 0);
    amount := format('(SELECT %s FROM %s q)', compiled.value, upkeep_internal.query_of_steps(
      format('(SELECT %s)', (SELECT string_agg(format('%s AS i%s', i, place), ', ' ORDER BY place)
                             FROM unnest(inputs) WITH ORDINALITY u(i, place))),
      ARRAY(SELECT 'x' || n FROM generate_series(1, cardinality(compiled.steps)) n), compiled.steps));
  END IF;
  amount := CASE WHEN scale IS NULL THEN format('pg_catalog.trim_scale(%s)', amount) ELSE amount END;
  amount := CASE WHEN guards IS NULL THEN amount
              ELSE format('CASE WHEN (%s) IS NOT FALSE THEN %s END', guards, amount) END;
  RETURN format('COALESCE(%supkeep.order_amount(%s, %s, ARRAY[%s]::pg_catalog.numeric[], %L))',
    CASE WHEN compiled.is_exact THEN amount || ', ' ELSE '' END, upkeep_internal.literal_in_line(formula ->> 'text'),
    coalesce(scale::text, 'NULL'), array_to_string(inputs, ', '), whose);
END $$;

-- A line's end in a branch does not survive being indented.
CREATE FUNCTION upkeep_internal.literal_in_line(said text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN said !~ '[\n\r]' THEN quote_literal(said)
    ELSE 'E' || replace(replace(ltrim(quote_literal(said), ' E'), E'\n', '\n'), E'\r', '\r') END
$$;

CREATE FUNCTION upkeep_internal.amount_parts(formula jsonb, inputs text[])
RETURNS jsonb IMMUTABLE LANGUAGE sql AS $$
  SELECT coalesce(jsonb_agg(upkeep_internal.variable_part(inputs[place], (i ->> 'w')::int, (i ->> 's')::int)
                            ORDER BY place), '[]')
  FROM jsonb_array_elements(formula -> 'inputs') WITH ORDINALITY u(i, place)
$$;

-- Whether a formula reads a column.
CREATE FUNCTION upkeep_internal.reads_column(formula jsonb, name text)
RETURNS boolean IMMUTABLE LANGUAGE sql AS $$
  SELECT EXISTS (SELECT FROM jsonb_array_elements(formula -> 'inputs') i
                 WHERE i ->> 'name' = reads_column.name AND NOT i ? 'is_sum')
$$;

-- The columns that it reads.
CREATE FUNCTION upkeep_internal.columns_read(formula jsonb)
RETURNS text[] IMMUTABLE LANGUAGE sql AS $$
  SELECT coalesce(array_agg(i ->> 'name' ORDER BY place) FILTER (WHERE NOT i ? 'is_sum'), '{}')
  FROM jsonb_array_elements(formula -> 'inputs') WITH ORDINALITY u(i, place)
$$;
