-- Formulas as text: their words, and their errors.

-- A text in double quotes, cut where it is long.
CREATE FUNCTION upkeep_internal.quoted_for_message(word text)
RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT '"' || left(word, 40) || CASE WHEN length(word) > 40 THEN '...' ELSE '' END || '"'
$$;

-- "… at position 3 of formula "…"": of a long formula, the 200 characters around that place.
CREATE FUNCTION upkeep_internal.at_position(what text, formula text, place integer)
RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  first integer := greatest(1, least(place - 100, length(formula) - 199));
BEGIN
  RETURN format('%s at position %s of formula "%s%s%s"', what, place, CASE WHEN first > 1 THEN '...' ELSE '' END,
    regexp_replace(substr(formula, first, 200), '[\t-\r]', ' ', 'g'),
    CASE WHEN first + 199 < length(formula) THEN '...' ELSE '' END);
END $$;

CREATE FUNCTION upkeep_internal.refuse_formula(state text, what text, formula text, place integer, hint text)
RETURNS void IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING errcode = state, message = upkeep_internal.at_position(what, formula, place), hint = hint;
END $$;

-- The words of a formula: [formula, {kind, word, start}, …]. kind: number, name, quoted, symbol, end, or what is wrong
-- with the word, of which unexpected_word tells.
CREATE FUNCTION upkeep_internal.words_of(formula text)
RETURNS jsonb IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT jsonb_build_array(formula) || coalesce(jsonb_agg(jsonb_build_object('word', f.word, 'start', f.start, 'kind',
      CASE WHEN f.word ~ '^\.?[0-9]' THEN CASE
             WHEN f.word ~ '^([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE](?:\+|-)?[0-9]+)?$' THEN 'number'
             ELSE 'number with junk' END
           WHEN f.word IN ('--', '/*') THEN 'comment'
           WHEN f.word = '""' THEN 'empty name'
           WHEN f.word ~ '^"(""|[^"])*"$' THEN 'quoted'
           WHEN f.word ~ '^"' THEN 'open name'
           WHEN f.word ~ '^([A-Za-z_]|[^\x01-\x7f])' THEN 'name'
           WHEN f.word = '' THEN 'end'
           ELSE 'symbol' END) ORDER BY f.number), '[]')
  FROM (
    SELECT m.number, m.found[2] AS word,
      1 + sum(length(m.found[1])) OVER before + coalesce(sum(length(m.found[2])) OVER (before ROWS BETWEEN
        UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS start
    FROM regexp_matches(formula, '([ \t-\r]*)('
      '--|/\*|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE](?:\+|-)?[0-9]+)?(?:[A-Za-z0-9_$.]|[^\x01-\x7f])*|'
      '(?:[A-Za-z_]|[^\x01-\x7f])(?:[A-Za-z0-9_$]|[^\x01-\x7f])*|'
      '"(?:[^"]|"")*"|"(?:[^"]|"")*$|.|$)', 'g') WITH ORDINALITY m (found, number)
    WINDOW before AS (ORDER BY m.number)
  ) f
$$;

-- The name that a word means: in lower case, or without its quotes.
CREATE FUNCTION upkeep_internal.name_in(word jsonb)
RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT CASE WHEN word ->> 'kind' = 'quoted'
            THEN replace(substr(word ->> 'word', 2, length(word ->> 'word') - 2), '""', '"')
            ELSE lower((word ->> 'word') COLLATE "C") END
$$;

-- Refuses the word of that number.
CREATE FUNCTION upkeep_internal.unexpected_word(words jsonb, number integer)
RETURNS void IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
  word text := upkeep_internal.quoted_for_message(words -> number ->> 'word');
  what text := 'syntax error at or near ' || word;
  hint text := 'A formula is column = expression, the expression made of numbers, columns, settings.column, + - * /, '
    'parentheses and the functions round, abs, coalesce, nullif, least, greatest.';
BEGIN
  CASE words -> number ->> 'kind'
    WHEN 'end' THEN
      what := 'syntax error at end of input';
    WHEN 'number with junk' THEN
      hint := 'Numbers are written as in SQL: 12, 0.4, 1.5e3.';
    WHEN 'comment' THEN
      what := 'unexpected comment';
      hint := 'Formulas have no comments. Two minus signs in a row need a blank between them.';
    WHEN 'open name' THEN
      what := 'unterminated quoted name';
      hint := 'Close the name with a double quote; one within it is written twice.';
    WHEN 'empty name' THEN
      what := 'empty quoted name';
      hint := 'Write a column''s name between the double quotes.';
    ELSE
  END CASE;
  PERFORM upkeep_internal.refuse_formula('42601', what, words ->> 0, (words -> number ->> 'start')::integer, hint);
END $$;

CREATE FUNCTION upkeep_internal.formula_too_complex(what text, formula text, start integer)
RETURNS void IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT upkeep_internal.refuse_formula('54001', what, formula, start,
  'Split the formula: a metric can use another metric of its set.')
$$;
