-- From a formula to postfix code, by recursive descent over its words. Each function reads from word `at` on, and moves
-- it behind what it has read. An instruction is a word and, behind a blank, what it works on: "constant 1.5",
-- "round 2", "nullif"; while reading, "input 17 r revenue" is the column revenue of the row, which stands at 17, and
-- s is one of the settings.

CREATE FUNCTION upkeep_internal.parse_symbol(words jsonb, symbol text, INOUT at integer)
IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
BEGIN
  IF words -> at ->> 'word' <> symbol THEN
    PERFORM upkeep_internal.unexpected_word(words, at);
  END IF;
  at := at + 1;
END $$;

CREATE FUNCTION upkeep_internal.open_parenthesis(words jsonb, nesting integer, INOUT at integer)
IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  max_nesting CONSTANT integer := 100;
BEGIN
  IF words -> at ->> 'word' = '(' AND nesting > max_nesting THEN
    PERFORM upkeep_internal.formula_too_complex('formula is nested too deeply', words ->> 0,
      (words -> at ->> 'start')::integer);
  END IF;
  at := upkeep_internal.parse_symbol(words, '(', at);
END $$;

-- A number, from its word.
CREATE FUNCTION upkeep_internal.parse_number(words jsonb, at integer)
RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
BEGIN
  RETURN trim_scale((words -> at ->> 'word')::numeric);
EXCEPTION WHEN numeric_value_out_of_range OR invalid_text_representation THEN
  PERFORM upkeep_internal.refuse_formula('22003',
    format('number %s is out of range', upkeep_internal.quoted_for_message(words -> at ->> 'word')), words ->> 0,
    (words -> at ->> 'start')::integer, 'A numeric has at most 131072 digits before the point and 16383 behind it.');
END $$;

-- The decimals that round() is told, which are written and not computed.
CREATE FUNCTION upkeep_internal.parse_round_digits(words jsonb, INOUT at integer, OUT digits integer)
IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  max_round_digits CONSTANT integer := 1000;
  start integer := (words -> at ->> 'start')::integer;
  is_negative boolean := words -> at ->> 'word' = '-';
  word text;
BEGIN
  at := at + is_negative::integer;
  word := words -> at ->> 'word';
  IF words -> at ->> 'kind' NOT IN ('number', 'name', 'quoted', 'symbol', 'end') THEN
    PERFORM upkeep_internal.unexpected_word(words, at);
  ELSIF word !~ '^[0-9]+$' THEN
    PERFORM upkeep_internal.refuse_formula('42601', 'digits of round() are not an integer', words ->> 0, start,
      'Write the number of digits itself, as in round(x, 2) or round(x, -3).');
  ELSIF length(ltrim(word, '0')) > 4 OR word::numeric > max_round_digits THEN
    PERFORM upkeep_internal.refuse_formula('22023', 'digits of round() are out of range', words ->> 0, start,
      format('Round to between -%s and %1$s digits.', max_round_digits));
  END IF;
  at := at + 1;
  digits := CASE WHEN is_negative THEN -word::numeric ELSE word::numeric END;
END $$;

-- A call, whose function's name is the word `at`. Functions of any number of arguments are folded from the left.
CREATE FUNCTION upkeep_internal.parse_call(words jsonb, nesting integer, INOUT at integer, OUT code text[])
IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  function text := upkeep_internal.name_in(words -> at);
  start integer := (words -> at ->> 'start')::integer;
  least integer := CASE function WHEN 'nullif' THEN 2 ELSE 1 END;
  most integer := CASE function WHEN 'abs' THEN 1 WHEN 'round' THEN 2 WHEN 'nullif' THEN 2 END;
  arguments integer := 0;
  digits integer := 0;
  part record;
BEGIN
  IF function NOT IN ('round', 'abs', 'coalesce', 'nullif', 'least', 'greatest') THEN
    PERFORM upkeep_internal.refuse_formula('42703',
      format('function %s does not exist', upkeep_internal.quoted_for_message(function)), words ->> 0, start,
      'The functions are: round, abs, coalesce, nullif, least, greatest.');
  END IF;
  code := '{}';
  at := upkeep_internal.open_parenthesis(words, nesting, at + 1);
  WHILE words -> at ->> 'word' <> ')' OR arguments > 0 LOOP
    IF function = 'round' AND arguments = 1 THEN
      SELECT * INTO part FROM upkeep_internal.parse_round_digits(words, at);
      digits := part.digits;
    ELSE
      SELECT * INTO part FROM upkeep_internal.parse_terms(words, nesting, false, at);
      code := code || part.code;
    END IF;
    at := part.at;
    arguments := arguments + 1;
    IF most IS NULL AND arguments > 1 THEN
      code := code || function;
    END IF;
    EXIT WHEN arguments > most OR words -> at ->> 'word' <> ',';
    at := at + 1;
  END LOOP;
  IF arguments > most OR (arguments < least AND words -> at ->> 'word' = ')') THEN
    PERFORM upkeep_internal.refuse_formula('42601', format('wrong number of arguments of function "%s"', function),
      words ->> 0, start, CASE function WHEN 'round' THEN 'It is written round(x) or round(x, digits).'
        ELSE format('It takes %s%s.', least, CASE WHEN most IS NULL THEN ' or more' ELSE '' END) END);
  END IF;
  at := upkeep_internal.parse_symbol(words, ')', at);
  IF function = 'round' THEN
    code := code || format('round %s', digits);
  ELSIF most IS NOT NULL THEN
    code := code || function;
  END IF;
END $$;

-- A number, a name, a call or what stands in parentheses, with the minus signs in front.
CREATE FUNCTION upkeep_internal.parse_operand(words jsonb, nesting integer, INOUT at integer,
                                                         OUT code text[])
IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  is_negative boolean := false;
  kind text;
  start text;
  part record;
BEGIN
  WHILE words -> at ->> 'word' = '-' LOOP
    is_negative := NOT is_negative;
    at := at + 1;
  END LOOP;
  kind := words -> at ->> 'kind';
  start := words -> at ->> 'start';
  IF kind = 'number' THEN
    code := ARRAY['constant ' || upkeep_internal.parse_number(words, at)];
    at := at + 1;
  ELSIF kind = 'name' AND words -> at + 1 ->> 'word' = '(' THEN
    SELECT * INTO part FROM upkeep_internal.parse_call(words, nesting + 1, at);
    code := part.code;
    at := part.at;
  ELSIF kind IN ('name', 'quoted') AND upkeep_internal.name_in(words -> at) = 'settings'
        AND words -> at + 1 ->> 'word' = '.' THEN
    at := at + 2;
    IF words -> at ->> 'kind' NOT IN ('name', 'quoted') THEN
      PERFORM upkeep_internal.unexpected_word(words, at);
    END IF;
    code := ARRAY[format('input %s s %s', start, upkeep_internal.name_in(words -> at))];
    at := at + 1;
  ELSIF kind IN ('name', 'quoted') THEN
    code := ARRAY[format('input %s r %s', start, upkeep_internal.name_in(words -> at))];
    at := at + 1;
  ELSE
    at := upkeep_internal.open_parenthesis(words, nesting + 1, at);
    SELECT * INTO part FROM upkeep_internal.parse_terms(words, nesting + 1, false, at);
    code := part.code;
    at := upkeep_internal.parse_symbol(words, ')', part.at);
  END IF;
  IF is_negative THEN
    code := code || 'negate'::text;
  END IF;
END $$;

-- A sum, or the product that is one of its terms.
CREATE FUNCTION upkeep_internal.parse_terms(words jsonb, nesting integer, is_product boolean,
                                                       INOUT at integer, OUT code text[])
IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  operators text[] := CASE WHEN is_product THEN '{*,/}' ELSE '{+,-}' END;
  operator text;
  part record;
BEGIN
  code := '{}';
  LOOP
    IF is_product THEN
      SELECT * INTO part FROM upkeep_internal.parse_operand(words, nesting, at);
    ELSE
      SELECT * INTO part FROM upkeep_internal.parse_terms(words, nesting, true, at);
    END IF;
    code := code || part.code;
    IF operator IS NOT NULL THEN
      code := code || operator;
    END IF;
    at := part.at;
    operator := words -> at ->> 'word';
    EXIT WHEN operator <> ALL (operators);
    at := at + 1;
  END LOOP;
END $$;

-- The bounds that keep a formula's code small: what it keeps on its stack, and its numbers.
CREATE FUNCTION upkeep_internal.require_bounds(formula text, code text[])
RETURNS void IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  max_values CONSTANT integer := 256;
  max_constant_bytes CONSTANT integer := 1048576;
  height integer := 0;
  constant_bytes integer := 0;
  instruction text;
BEGIN
  FOREACH instruction IN ARRAY code LOOP
    CONTINUE WHEN instruction ~ '^(negate|abs|round)';
    height := height + CASE WHEN instruction ~ '^(input|constant)' THEN 1 ELSE -1 END;
    IF instruction ~ '^constant' THEN
      constant_bytes := constant_bytes + octet_length(instruction) - 9;
    END IF;
    IF height > max_values THEN
      PERFORM upkeep_internal.formula_too_complex('formula keeps too many values at once', formula, 1);
    ELSIF constant_bytes > max_constant_bytes THEN
      PERFORM upkeep_internal.formula_too_complex('formula has too many long numbers', formula, 1);
    END IF;
  END LOOP;
END $$;

-- A formula's code and its names, each once, those of the row and those of the settings (of_settings), with the place
-- of their first use; "input 2" is then the second of them. target: NULL where the text is an expression alone.
CREATE FUNCTION upkeep_internal.parse_formula(formula text, OUT target text, OUT code text[],
                                                         OUT names text[], OUT of_settings boolean[],
                                                         OUT places integer[])
IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  max_bytes CONSTANT integer := 16384;
  words jsonb;
  at integer := 1;
  part record;
BEGIN
  IF octet_length(formula) > max_bytes THEN
    PERFORM upkeep_internal.formula_too_complex(format('formula is longer than %s bytes', max_bytes), formula, 1);
  END IF;
  words := upkeep_internal.words_of(formula);
  IF words -> 1 ->> 'kind' IN ('name', 'quoted') AND words -> 2 ->> 'word' = '=' THEN
    target := upkeep_internal.name_in(words -> 1);
    at := 3;
  END IF;
  SELECT * INTO part FROM upkeep_internal.parse_terms(words, 0, false, at);
  IF words -> part.at ->> 'kind' <> 'end' THEN
    PERFORM upkeep_internal.unexpected_word(words, part.at);
  END IF;
  PERFORM upkeep_internal.require_bounds(formula, part.code);

  WITH used AS (
    SELECT c.number, c.instruction, regexp_match(c.instruction, '^input ([0-9]+) (r|s) (.*)$') AS word
    FROM unnest(part.code) WITH ORDINALITY c (instruction, number)
  ), named AS (
    SELECT u.word[2] AS kind, u.word[3] AS name, min(u.word[1]::integer) AS first,
      row_number() OVER (ORDER BY min(u.number)) AS number
    FROM used u WHERE u.word IS NOT NULL
    GROUP BY u.word[2], u.word[3]
  )
  SELECT
    (SELECT array_agg(coalesce('input ' || n.number, u.instruction) ORDER BY u.number)
     FROM used u LEFT JOIN named n ON n.kind = u.word[2] AND n.name = u.word[3]),
    coalesce(array_agg(n.name ORDER BY n.number), '{}'), coalesce(array_agg(n.kind = 's' ORDER BY n.number), '{}'),
    coalesce(array_agg(n.first ORDER BY n.number), '{}')
  INTO code, names, of_settings, places
  FROM named n;
END $$;
