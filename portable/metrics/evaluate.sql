-- upkeep.evaluate and the metric functions; and the long way of a trigger, for numbers that its branch does not take.

-- A formula's exact value for numbers, rounded to a scale. NULL numbers are NULL. 22003 where a number by the way has
-- more digits than a numeric can have.
CREATE FUNCTION upkeep_internal.value_of(code text[], numbers numeric[], scale integer)
RETURNS numeric IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  inputs jsonb := '[]';
  compiled record;
  result numeric;
BEGIN
  SELECT coalesce(jsonb_agg(upkeep_internal.constant_part(trim_scale(u.number), true) ORDER BY u.position), '[]')
    INTO inputs FROM unnest(numbers) WITH ORDINALITY u (number, position);
  SELECT * INTO compiled FROM upkeep_internal.compile_formula(code, inputs, scale, true, 0);
  EXECUTE 'SELECT ' || compiled.value || ' FROM ' || upkeep_internal.query_of_steps('(SELECT)',
    ARRAY(SELECT 'x' || n FROM generate_series(1, cardinality(compiled.steps)) n), compiled.steps) || ' q' INTO result;
  RETURN result;
END $$;

-- What evaluate was passed for a name; NULL where that is not there.
CREATE FUNCTION upkeep_internal.input_of(inputs jsonb, name text, is_setting boolean)
RETURNS jsonb IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT CASE WHEN NOT is_setting THEN inputs -> name
              ELSE coalesce(inputs -> ('settings.' || name), inputs -> 'settings' -> name) END
$$;

-- A JSON number, or a string that holds one.
CREATE FUNCTION upkeep_internal.number_in(input jsonb, name text)
RETURNS numeric IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  kind text := jsonb_typeof(input);
BEGIN
  IF kind = 'null' THEN
    RETURN NULL;
  ELSIF kind = 'number' OR (kind = 'string' AND btrim(input #>> '{}', E' \t\n\v\f\r')
        ~ '^(\+|-)?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE](\+|-)?[0-9]+)?$') THEN
    BEGIN
      RETURN (input #>> '{}')::numeric;
    EXCEPTION WHEN numeric_value_out_of_range OR invalid_text_representation THEN
    END;
  END IF;
  PERFORM upkeep_internal.fail('42804', format('input "%s" is %s, which is not a number', name, CASE kind
      WHEN 'string' THEN 'a string' WHEN 'boolean' THEN 'a boolean' ELSE 'an object or an array' END),
    'Inputs are JSON numbers, or strings that hold one; null is NULL.');
END $$;

-- 0.4 for 40 percent: a setting of this name is a fraction.
CREATE FUNCTION upkeep_internal.require_fraction(value numeric, hint text, detail text DEFAULT NULL)
RETURNS void IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
BEGIN
  IF value NOT BETWEEN 0 AND 1 THEN
    PERFORM upkeep_internal.fail('22023',
      format('cogs_ratio must be a fraction between 0 and 1, not %s', trim_scale(value)), hint, detail);
  END IF;
END $$;

CREATE FUNCTION upkeep.evaluate(…) LANGUAGE plpgsql AS $$
DECLARE
  parsed record;
  numbers numeric[] := '{}';
  shown text;
  found jsonb;
BEGIN
  SELECT * INTO parsed FROM upkeep_internal.parse_formula(formula);
  IF jsonb_typeof(inputs) <> 'object' THEN
    PERFORM upkeep_internal.fail('42804', 'inputs must be a JSON object',
      'Pass names and numbers: ''{"revenue": 1000004, "orders": 8}''.');
  END IF;
  FOR number IN 1..cardinality(parsed.names) LOOP
    shown := CASE WHEN parsed.of_settings[number] THEN 'settings.' ELSE '' END || parsed.names[number];
    found := upkeep_internal.input_of(inputs, parsed.names[number], parsed.of_settings[number]);
    IF found IS NULL THEN
      PERFORM upkeep_internal.fail('42703', format('there is no input "%s"', shown),
        format('The formula names it: pass {"%s": ...}, null where it is not known.', shown));
    END IF;
    numbers[number] := upkeep_internal.number_in(found, shown);
  END LOOP;
  FOR number IN 1..cardinality(parsed.names) LOOP
    IF parsed.of_settings[number] AND parsed.names[number] = 'cogs_ratio' THEN
      PERFORM upkeep_internal.require_fraction(numbers[number], 'Pass 0.4 for 40 percent.');
    END IF;
  END LOOP;
  BEGIN
    RETURN upkeep_internal.value_of(parsed.code, numbers, 20);
  EXCEPTION WHEN numeric_value_out_of_range THEN
    PERFORM upkeep_internal.fail('22003', 'the result is beyond any numeric', 'Pass smaller inputs.');
  END;
END $$;

CREATE FUNCTION upkeep_internal.require_finite(value numeric, what text, detail text DEFAULT NULL)
RETURNS void IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
BEGIN
  IF value IN ('NaN', 'Infinity', '-Infinity') THEN
    PERFORM upkeep_internal.fail('22003', format('%s is %s, which cannot be computed with', what,
        CASE value WHEN 'NaN' THEN 'NaN' ELSE 'infinite' END),
      'Store a finite number, or NULL where none is known.', detail);
  END IF;
END $$;

-- a / b with 20 decimals, of the arguments of a metric function; NULL where b is 0.
CREATE FUNCTION upkeep_internal.ratio(function text, a_name text, a numeric, b_name text, b numeric,
                                      factor numeric DEFAULT 1)
RETURNS numeric IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_finite(a, format('argument "%s" of upkeep.%s', a_name, function)),
    upkeep_internal.require_finite(b, format('argument "%s" of upkeep.%s', b_name, function));
  -- No handler for what overflows: parallel workers cannot have one.
  IF abs(a) >= 1e131048 OR abs(b) >= 1e131048 THEN
    PERFORM upkeep_internal.fail('22003', 'the result is beyond any numeric', 'Pass smaller inputs.');
  END IF;
  RETURN round(div(factor * a * 2e20, nullif(b, 0)) * 0.5e-20, 20);
END $$;

CREATE FUNCTION upkeep.aov(…) LANGUAGE sql AS $$
  SELECT upkeep_internal.ratio('aov', 'revenue', revenue, 'orders', orders)
$$;
CREATE FUNCTION upkeep.cpl(…) LANGUAGE sql AS $$
  SELECT upkeep_internal.ratio('cpl', 'ad_spend', ad_spend, 'leads', leads)
$$;
CREATE FUNCTION upkeep.cvr(…) LANGUAGE sql AS $$
  SELECT upkeep_internal.ratio('cvr', 'orders', orders, 'leads', leads, 100)
$$;
CREATE FUNCTION upkeep.roas(…) LANGUAGE sql AS $$
  SELECT upkeep_internal.ratio('roas', 'revenue', revenue, 'ad_spend', ad_spend)
$$;
CREATE FUNCTION upkeep.poas(…) LANGUAGE sql AS $$
  SELECT upkeep_internal.ratio('poas', 'gross_profit', gross_profit, 'ad_spend', ad_spend)
$$;
CREATE FUNCTION upkeep.ad_ratio(…) LANGUAGE sql AS $$
  SELECT upkeep_internal.ratio('ad_ratio', 'ad_spend', ad_spend, 'revenue', revenue)
$$;
CREATE FUNCTION upkeep.cpo(…) LANGUAGE sql AS $$
  SELECT upkeep_internal.ratio('cpo', 'ad_spend', ad_spend, 'orders', orders)
$$;
CREATE FUNCTION upkeep.ctr(…) LANGUAGE sql AS $$
  SELECT upkeep_internal.ratio('ctr', 'clicks', clicks, 'impressions', impressions, 100)
$$;
CREATE FUNCTION upkeep.cpc(…) LANGUAGE sql AS $$
  SELECT upkeep_internal.ratio('cpc', 'ad_spend', ad_spend, 'clicks', clicks)
$$;
CREATE FUNCTION upkeep.cpm(…) LANGUAGE sql AS $$
  SELECT upkeep_internal.ratio('cpm', 'ad_spend', ad_spend, 'impressions', impressions, 1000)
$$;
CREATE FUNCTION upkeep.break_even_roas(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_finite(margin, 'argument "margin" of upkeep.break_even_roas');
  RETURN upkeep_internal.ratio('break_even_roas', 'margin', 1, 'margin', greatest(margin, 0));
END $$;
CREATE FUNCTION upkeep.net_profit(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_finite(revenue, 'argument "revenue" of upkeep.net_profit'),
    upkeep_internal.require_finite(ad_spend, 'argument "ad_spend" of upkeep.net_profit'),
    upkeep_internal.require_finite(cogs_ratio, 'argument "cogs_ratio" of upkeep.net_profit'),
    upkeep_internal.require_fraction(cogs_ratio, 'Pass 0.4 for 40 percent.');
  RETURN round(revenue - round(revenue * cogs_ratio) - ad_spend, 20);
END $$;
