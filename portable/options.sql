-- The options of a trigger: its arguments, 'name=value' each, as src/features/catalogue.hpp knows them.

-- {"column": "updated_at", "ignore": ["views"]}: those that are given; a list is an array, as is what may be repeated.
CREATE FUNCTION upkeep_internal.read_options(feature text, arguments text[])
RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
  argument text;
  name text;
  value text;
  rule upkeep_internal.options;
  given jsonb := '{}';
BEGIN
  FOREACH argument IN ARRAY coalesce(arguments, '{}') LOOP
    IF position('=' IN argument) = 0 THEN
      PERFORM upkeep_internal.fail('22023', format('argument "%s" of %s has no "="', argument, feature),
        'Trigger arguments are written ''name=value''.');
    END IF;
    name := split_part(argument, '=', 1);
    value := substr(argument, length(name) + 2);
    SELECT * INTO rule FROM upkeep_internal.options o WHERE o.feature = read_options.feature AND o.option = name;
    IF NOT FOUND THEN
      PERFORM upkeep_internal.fail('22023', format('unknown option "%s" of %s', name, feature),
        format('The options are: %s.', (SELECT string_agg(o.option, ', ' ORDER BY o.place)
          FROM upkeep_internal.options o WHERE o.feature = read_options.feature)));
    ELSIF given ? name AND NOT rule.may_repeat THEN
      PERFORM upkeep_internal.fail('22023', format('option "%s" of %s is given more than once', name, feature),
        'Keep one of the arguments.');
    END IF;
    PERFORM upkeep_internal.require_choice(rule, value);
    given := given || jsonb_build_object(name, CASE
      WHEN rule.may_repeat THEN coalesce(given -> name, '[]') || to_jsonb(value)
      WHEN rule.is_list THEN to_jsonb(upkeep_internal.split_names(value, format('option "%s"', name)))
      ELSE to_jsonb(value) END);
  END LOOP;
  RETURN given;
END $$;

CREATE FUNCTION upkeep_internal.require_choice(rule upkeep_internal.options, value text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF value <> ALL (rule.choices) THEN
    PERFORM upkeep_internal.fail('22023',
      format('invalid value for option "%s" of %s: "%s"', rule.option, rule.feature, value),
      format('Use one of: %s.', array_to_string(rule.choices, ', ')));
  END IF;
END $$;

-- What a trigger says, or means without saying it; NULL for nothing.
CREATE FUNCTION upkeep_internal.text_option(feature text, given jsonb, option text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN coalesce(given ->> option, (SELECT o.usual FROM upkeep_internal.options o
                                     WHERE o.feature = text_option.feature AND o.option = text_option.option));
END $$;

CREATE FUNCTION upkeep_internal.list_option(feature text, given jsonb, option text)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN given ? option THEN ARRAY(SELECT jsonb_array_elements_text(given -> option))
              ELSE (SELECT upkeep_internal.split_names(o.usual, o.option) FROM upkeep_internal.options o
                    WHERE o.feature = list_option.feature AND o.option = list_option.option) END;
END $$;

-- The column that an option names; NULL where there need not be one. given: the arguments of the enable_… that is
-- running, NULL in a trigger.
CREATE FUNCTION upkeep_internal.column_option(
  target regclass,
  feature text,
  options jsonb,
  option text,
  given jsonb DEFAULT NULL
) RETURNS name STABLE LANGUAGE plpgsql AS $$
DECLARE
  rule upkeep_internal.options;
  name constant text := upkeep_internal.text_option(feature, options, option);
BEGIN
  SELECT * INTO rule FROM upkeep_internal.options o
  WHERE o.feature = column_option.feature AND o.option = column_option.option;
  IF name IS NULL OR rule.may_be_absent
     AND (CASE WHEN options ? option THEN name = '' ELSE NOT upkeep_internal.has_column(target, name) END) THEN
    RETURN NULL;
  END IF;
  PERFORM upkeep_internal.require_column(target, name, feature, given);
  RETURN name;
END $$;

-- The columns that an option names; those that it usually means count only if the table has them.
CREATE FUNCTION upkeep_internal.columns_option(
  target regclass,
  feature text,
  options jsonb,
  option text,
  given jsonb DEFAULT NULL
) RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  columns constant text[] := upkeep_internal.list_option(feature, options, option);
BEGIN
  IF options ? option THEN
    PERFORM upkeep_internal.require_column(target, c, feature, given)
    FROM unnest(columns) WITH ORDINALITY u(c, place) ORDER BY place;
    RETURN columns;
  END IF;
  RETURN ARRAY(SELECT c FROM unnest(columns) WITH ORDINALITY u(c, place)
               WHERE upkeep_internal.has_column(target, c) ORDER BY place);
END $$;

-- Arguments that also say the usual columns that need not be there and are: a trigger keeps to what was there when it
-- was made.
CREATE FUNCTION upkeep_internal.with_usual_columns(target regclass, feature text, arguments text[])
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  given constant jsonb := upkeep_internal.read_options(feature, arguments);
  rule upkeep_internal.options;
  names text[];
BEGIN
  FOR rule IN SELECT * FROM upkeep_internal.options o
      WHERE o.feature = with_usual_columns.feature AND o.may_be_absent AND o.usual <> '' AND NOT given ? o.option
      ORDER BY o.place LOOP
    names := ARRAY(SELECT n
                   FROM unnest(upkeep_internal.split_names(rule.usual, rule.option)) WITH ORDINALITY u(n, place)
                   WHERE upkeep_internal.has_column(target, n) ORDER BY place);
    IF rule.is_list OR names <> '{}' THEN
      arguments := arguments || format('%s=%s', rule.option, upkeep_internal.join_names(names));
    END IF;
  END LOOP;
  RETURN arguments;
END $$;

-- The arguments of a trigger from those of enable_…, given by their names: what says more than leaving it out does.
-- Tables, formulas and expressions are for the feature to add.
CREATE FUNCTION upkeep_internal.trigger_arguments(feature text, given jsonb)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  rule upkeep_internal.options;
  value text;
  arguments text[] := '{}';
BEGIN
  FOR rule IN SELECT * FROM upkeep_internal.options o
      WHERE o.feature = trigger_arguments.feature AND o.argument IS NOT NULL AND given ? o.argument
        AND o.kind NOT IN ('table', 'formulas', 'expression', 'expressions') ORDER BY o.place LOOP
    value := upkeep_internal.argument_text(rule, given);
    CONTINUE WHEN value IS NULL;
    PERFORM upkeep_internal.require_choice(rule, value);
    IF rule.is_always_written OR value IS DISTINCT FROM rule.usual THEN
      arguments := arguments || format('%s=%s', rule.option, value);
    END IF;
  END LOOP;
  RETURN arguments;
END $$;

-- An argument of enable_… as an option's text; NULL where that stands for leaving it out.
CREATE FUNCTION upkeep_internal.argument_text(rule upkeep_internal.options, given jsonb)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  names text[];
  long text;
BEGIN
  IF jsonb_typeof(given -> rule.argument) = 'null' THEN
    IF NOT rule.takes_null THEN
      PERFORM upkeep_internal.require_value(NULL::text, rule.argument);
    END IF;
    RETURN rule.when_enabled;
  ELSIF NOT rule.is_list THEN
    RETURN given ->> rule.argument;
  END IF;
  names := ARRAY(SELECT jsonb_array_elements_text(given -> rule.argument));
  IF array_position(names, NULL) IS NOT NULL THEN
    PERFORM upkeep_internal.fail('22004', format('argument "%s" must not contain a null', rule.argument),
      'Leave the null out.');
  END IF;
  SELECT n INTO long FROM unnest(names) n WHERE octet_length(n) > 63 LIMIT 1;
  IF FOUND THEN
    PERFORM upkeep_internal.fail('22023', format('%s: "%s" is longer than 63 bytes', rule.argument, long),
      'Use a shorter one.');
  END IF;
  RETURN upkeep_internal.join_names(names);
END $$;

-- A trigger's arguments as pg_trigger keeps them: each ends with a zero byte. A text without a backslash, and in ASCII,
-- is written as it is.
CREATE FUNCTION upkeep_internal.unpack_arguments(packed bytea)
RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  written constant text := encode(packed, 'escape');
BEGIN
  IF replace(written, '\000', '') !~ '\\' THEN
    RETURN trim_array(string_to_array(written, '\000'), (written <> '')::int);
  END IF;
  RETURN (
    SELECT array_agg(convert_from(decode(part, 'hex'), getdatabaseencoding()) ORDER BY place)
             FILTER (WHERE place < count)
    FROM (SELECT part, place, count(*) OVER () AS count
          FROM regexp_split_to_table(regexp_replace(encode(packed, 'hex'), '(..)', '\1 ', 'g'), '00 ')
               WITH ORDINALITY s(part, place)) p);
END $$;
