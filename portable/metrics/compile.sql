-- From postfix code to SQL that is exact: a value is a numerator and a denominator, both numeric, and is rounded once.
--
-- Such a value is a part: {"n": text, "d": text, "is_sum": …, "is_product": …, "w": …, "s": …, "dw": …, "ds": …}. n and
-- d are SQL (no d: 1); is_sum and is_product say which operator n ends with; w and s bound the digits of n before and
-- behind its point, dw and ds those of d. OPERATOR() has one precedence: what stands to the right of + is in
-- parentheses unless it is no operation.

CREATE FUNCTION upkeep_internal.in_product(part jsonb)
RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT CASE WHEN part ? 'is_sum' THEN format('(%s)', part ->> 'n') ELSE part ->> 'n' END
$$;

-- A product of expressions, some of which may not be there.
CREATE FUNCTION upkeep_internal.times(VARIADIC factors text[])
RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$ SELECT nullif(array_to_string(factors, ' [*] '), '') $$;

CREATE FUNCTION upkeep_internal.is_simple(expression text)
RETURNS boolean IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT expression ~ '^("([^"]|"")*"|-?[[:alnum:]_.]+)$'
$$;

-- A part rounded to a scale, half away from zero: div(2x) is cut off exactly, and its half rounds as x does. A negative
-- scale rounds before the point.
CREATE FUNCTION upkeep_internal.rounded(part jsonb, scale int)
RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT CASE
    WHEN NOT part ? 'd' AND scale = 0 THEN format('pg_catalog.round(%s)', part ->> 'n')
    WHEN NOT part ? 'd' THEN format('pg_catalog.round(%s, %s)', part ->> 'n', scale)
    WHEN scale = 0 THEN format('pg_catalog.round(pg_catalog.div(%s [*] %s, %s) [*] 0.5)', n, 2 * factor, part ->> 'd')
    WHEN scale > 0 THEN format('pg_catalog.round(pg_catalog.div(%s [*] %s%s, %s) [*] 0.%3$s5, %5$s)', n, 2 * factor,
                               zeros, part ->> 'd', scale)
    ELSE format('pg_catalog.round(pg_catalog.div(%s [*] %s, %s [*] 1%s) [*] 0.5) [*] 1%4$s', n, 2 * factor,
                part ->> 'd', zeros) END
  FROM (SELECT coalesce(m[2], upkeep_internal.in_product(part)) AS n, coalesce(m[1], '1')::numeric AS factor,
          repeat('0', abs(scale)) AS zeros
        -- A whole factor in front, as in 100 * orders, is multiplied here and now.
        FROM (SELECT CASE WHEN part ? 'is_product' AND NOT part ? 'is_sum' THEN
          regexp_match(part ->> 'n', '^([0-9]{1,20})\. OPERATOR\(pg_catalog\.\*\) (.*)$') END) f(m)) p
$$;

-- A number: with a point, so that PostgreSQL does not take it for an integer, which would overflow. `whole`: as a
-- fraction of whole numbers.
CREATE FUNCTION upkeep_internal.constant_part(number numeric, whole boolean)
RETURNS jsonb IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT CASE
    WHEN number IS NULL THEN '{"n": "NULL::pg_catalog.numeric", "w": 1, "s": 0, "dw": 1, "ds": 0}'
    WHEN scale(number) = 0 OR NOT whole THEN jsonb_build_object('w', length(number::text), 's', scale(number),
      'n', number::text || CASE scale(number) WHEN 0 THEN '.' ELSE '' END, 'dw', 1, 'ds', 0)
    ELSE jsonb_build_object('w', length(number::text), 's', 0, 'n', replace(number::text, '.', '') || '.',
      'd', '1' || repeat('0', scale(number)) || '.', 'dw', scale(number) + 1, 'ds', 0) END
$$;

-- -a, abs(a) and round(a, scale).
CREATE FUNCTION upkeep_internal.part_of_one(code text, a jsonb, scale int, whole boolean)
RETURNS jsonb IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  w constant int := (a ->> 'w')::int + (a ->> 'ds')::int + 1 + greatest(-scale, 0);
BEGIN
  IF code = 'negate' THEN
    RETURN a - '{is_sum,is_product}'::text[]
      || jsonb_build_object('n', format('pg_catalog.numeric_uminus(%s)', a ->> 'n'));
  ELSIF code = 'abs' THEN
    RETURN a - '{is_sum,is_product}'::text[] || jsonb_strip_nulls(jsonb_build_object(
      'n', format('pg_catalog.abs(%s)', a ->> 'n'), 'd', 'pg_catalog.abs(' || (a ->> 'd') || ')'));
  ELSIF whole AND scale > 0 THEN
    RETURN jsonb_build_object('d', '1' || repeat('0', scale) || '.', 'w', w + scale, 's', 0, 'dw', scale + 1, 'ds', 0,
      'n', upkeep_internal.rounded(a - 'is_sum' || jsonb_build_object('n',
             upkeep_internal.times(upkeep_internal.in_product(a), '1' || repeat('0', scale) || '.')), 0));
  END IF;
  RETURN jsonb_build_object('n', upkeep_internal.rounded(a, scale), 'w', w, 's', greatest(scale, 0), 'dw', 1, 'ds', 0)
    || CASE WHEN a ? 'd' AND scale < 0 THEN '{"is_product": true}' ELSE '{}' END::jsonb;
END $$;

-- a * b and a / b; b's numerator is simple.
CREATE FUNCTION upkeep_internal.part_of_product(code text, a jsonb, b jsonb)
RETURNS jsonb IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('n', upkeep_internal.times(upkeep_internal.in_product(a), f.n),
    'd', upkeep_internal.times(a ->> 'd', f.d), 'is_product', true, 'w', (a ->> 'w')::int + f.w,
    's', (a ->> 's')::int + f.s, 'dw', (a ->> 'dw')::int + f.dw, 'ds', (a ->> 'ds')::int + f.ds))
  FROM (SELECT upkeep_internal.in_product(b) AS n, b ->> 'd' AS d, (b ->> 'w')::int AS w, (b ->> 's')::int AS s,
          (b ->> 'dw')::int AS dw, (b ->> 'ds')::int AS ds WHERE code = '*'
        UNION ALL
        SELECT b ->> 'd', CASE WHEN b ->> 'n' ~ '^-?[0-9.]*[1-9][0-9.]*$' THEN b ->> 'n'
          ELSE format('CASE WHEN %s [<>] 0 THEN %1$s END', b ->> 'n') END,
          (b ->> 'dw')::int, (b ->> 'ds')::int, (b ->> 'w')::int, (b ->> 's')::int WHERE code = '/') f
$$;

-- a + b, a - b, and those functions that compare two values or take one of them. Of two fractions the numerator and
-- the denominator are taken by the same condition; then all of n and d is simple.
CREATE FUNCTION upkeep_internal.part_of_two(code text, a jsonb, b jsonb)
RETURNS jsonb IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  same constant boolean := a ->> 'd' IS NOT DISTINCT FROM b ->> 'd';
  d constant text := CASE WHEN same THEN a ->> 'd' ELSE upkeep_internal.times(a ->> 'd', b ->> 'd') END;
  -- Both over d.
  left_n constant text := CASE WHEN same THEN a ->> 'n'
    ELSE upkeep_internal.times(upkeep_internal.in_product(a), b ->> 'd') END;
  right_n constant text := CASE WHEN NOT same AND a ? 'd' OR b ? 'is_sum' OR b ? 'is_product'
    THEN format('(%s)', CASE WHEN same THEN b ->> 'n'
                             ELSE upkeep_internal.times(upkeep_internal.in_product(b), a ->> 'd') END)
    ELSE b ->> 'n' END;
  other constant jsonb := CASE WHEN same THEN '{"dw": 0, "ds": 0}' ELSE b END;
  of_a constant jsonb := CASE WHEN same THEN '{"dw": 0, "ds": 0}' ELSE a END;
  digits constant jsonb := jsonb_build_object(
    'w', 1 + greatest((a ->> 'w')::int + (other ->> 'dw')::int, (b ->> 'w')::int + (of_a ->> 'dw')::int),
    's', greatest((a ->> 's')::int + (other ->> 'ds')::int, (b ->> 's')::int + (of_a ->> 'ds')::int),
    'dw', (a ->> 'dw')::int + (other ->> 'dw')::int, 'ds', (a ->> 'ds')::int + (other ->> 'ds')::int);
  a_is_there constant text := (a ->> 'n') || ' IS NOT NULL' || coalesce(' AND ' || (a ->> 'd') || ' IS NOT NULL', '');
  takes_a text;
BEGIN
  IF code IN ('+', '-') THEN
    RETURN jsonb_strip_nulls(digits || jsonb_build_object('is_sum', true, 'd', d,
      'n', format('%s %s %s', left_n, CASE code WHEN '+' THEN '[+]' ELSE '[-]' END, right_n)));
  ELSIF code = 'nullif' THEN
    RETURN a - '{is_sum,is_product}'::text[] || jsonb_build_object('w', digits -> 'w', 's', digits -> 's',
      'n', format('CASE WHEN %s [=] %s THEN NULL ELSE %s END', left_n, right_n, a ->> 'n'));
  ELSIF d IS NULL THEN
    RETURN digits || jsonb_build_object('n', format('%s(%s, %s)', upper(code), a ->> 'n', b ->> 'n'));
  END IF;
  takes_a := CASE code WHEN 'coalesce' THEN a_is_there
    ELSE format('COALESCE((%s [-] %s) [*] pg_catalog.sign(%s) %s 0, %s)', left_n, right_n, d,
                CASE code WHEN 'least' THEN '[<=]' ELSE '[>=]' END, a_is_there) END;
  RETURN digits || jsonb_build_object(
    'n', format('CASE WHEN %s THEN %s ELSE %s END', takes_a, a ->> 'n', b ->> 'n'),
    'd', format('CASE WHEN %s THEN %s ELSE %s END', takes_a, coalesce(a ->> 'd', '1.'), coalesce(b ->> 'd', '1.')));
END $$;

-- The sides of an instruction's operands that it writes twice.
CREATE FUNCTION upkeep_internal.written_twice(code text, a jsonb, b jsonb)
RETURNS text[] IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT CASE
    WHEN code = '/' THEN '{bn}'
    WHEN code IN ('+', '-') AND a ->> 'd' IS DISTINCT FROM b ->> 'd' THEN '{ad,bd}'
    WHEN code = 'nullif' AND NOT a ? 'd' AND NOT b ? 'd' THEN '{an}'
    WHEN code IN ('coalesce', 'nullif', 'least', 'greatest') AND (a ? 'd' OR b ? 'd') THEN '{an,ad,bn,bd}'
    ELSE '{}' END::text[]
$$;

-- A part whose numerator (n) or denominator (d) is the step of that number.
CREATE FUNCTION upkeep_internal.with_step(part jsonb, side text, number int)
RETURNS jsonb IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT CASE side WHEN 'n' THEN part - '{is_sum,is_product}'::text[] ELSE part END
    || jsonb_build_object(side, 'x' || number)
$$;

-- A formula's code over its inputs, which are parts, as an expression rounded to a scale, and the steps to be computed
-- before, x1, x2, …, from `steps_before` + 1 on: what would be written twice, and what grows too long. digits: of the
-- value before its point, at most. is_exact: whether a numeric holds all of it without rounding.
CREATE FUNCTION upkeep_internal.compile_formula(
  code text[],
  inputs jsonb,
  scale int,
  whole boolean,
  steps_before int,
  OUT steps text[],
  OUT value text,
  OUT digits int,
  OUT is_exact boolean
) IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  max_length constant int := 1000;
  stack jsonb[] := '{}';
  top int := 0;
  instruction text;
  word text;
  a jsonb;
  b jsonb;
  side text;
BEGIN
  steps := '{}';
  is_exact := true;
  FOREACH instruction IN ARRAY code LOOP
    word := split_part(instruction, ' ', 1);
    CASE
      WHEN word = 'input' THEN
        a := inputs -> (substr(instruction, 7)::int - 1);
        top := top + 1;
      WHEN word = 'constant' THEN
        a := upkeep_internal.constant_part(substr(instruction, 10)::numeric, whole);
        top := top + 1;
      WHEN word IN ('negate', 'abs', 'round') THEN
        a := upkeep_internal.part_of_one(word, stack[top], nullif(substr(instruction, 7), '')::int, whole);
      ELSE
        b := stack[top];
        top := top - 1;
        a := stack[top];
        FOREACH side IN ARRAY upkeep_internal.written_twice(word, a, b) LOOP
          IF side LIKE 'a%' AND NOT upkeep_internal.is_simple(a ->> right(side, 1)) THEN
            steps := steps || (a ->> right(side, 1));
            a := upkeep_internal.with_step(a, right(side, 1), steps_before + cardinality(steps));
          ELSIF side LIKE 'b%' AND NOT upkeep_internal.is_simple(b ->> right(side, 1)) THEN
            steps := steps || (b ->> right(side, 1));
            b := upkeep_internal.with_step(b, right(side, 1), steps_before + cardinality(steps));
          END IF;
        END LOOP;
        a := CASE WHEN word IN ('*', '/') THEN upkeep_internal.part_of_product(word, a, b)
                  ELSE upkeep_internal.part_of_two(word, a, b) END;
    END CASE;
    FOREACH side IN ARRAY '{n,d}'::text[] LOOP
      IF length(a ->> side) > max_length AND NOT upkeep_internal.is_simple(a ->> side) THEN
        steps := steps || (a ->> side);
        a := upkeep_internal.with_step(a, side, steps_before + cardinality(steps));
      END IF;
    END LOOP;
    is_exact := is_exact AND greatest((a ->> 'w')::int, (a ->> 'dw')::int) <= 131072
      AND greatest((a ->> 's')::int, (a ->> 'ds')::int) <= 16383;
    stack[top] := a;
  END LOOP;
  digits := (a ->> 'w')::int + (a ->> 'ds')::int + 1;
  is_exact := is_exact AND digits + greatest(scale, 0) <= 131072;
  value := upkeep_internal.rounded(a, scale);
END $$;

-- Steps as a chain of queries around `source`, each of which adds a column, and is computed once.
CREATE FUNCTION upkeep_internal.query_of_steps(source text, names text[], steps text[])
RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  chain text := source;
BEGIN
  FOR number IN 1..cardinality(steps) LOOP
    chain := format('(SELECT q.*, %s AS %s FROM %s q OFFSET 0)', steps[number], names[number], chain);
  END LOOP;
  RETURN chain;
END $$;
