-- The values that a status can have, where its type or a CHECK lists them, and whether a feature's names are among
-- them.

-- The labels of a column: of an enum, or of CHECK (status IN (…)), of the table or of a domain. NULL where nothing
-- lists them.
CREATE FUNCTION upkeep_internal.status_labels(target regclass, column_name name)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  attribute pg_attribute;
  labels text[];
  type oid;
BEGIN
  SELECT * INTO attribute FROM pg_attribute a
  WHERE a.attrelid = target AND a.attname = column_name AND NOT a.attisdropped;
  -- Where capitals do not count, no list has all that can stand there.
  IF NOT FOUND OR EXISTS (SELECT FROM pg_collation c
                          WHERE c.oid = attribute.attcollation AND NOT c.collisdeterministic) THEN
    RETURN NULL;
  END IF;
  labels := upkeep_internal.listed_labels(target, 0, quote_ident(column_name));
  type := attribute.atttypid;
  WHILE (SELECT t.typtype = 'd' FROM pg_type t WHERE t.oid = type) LOOP
    labels := upkeep_internal.labels_in_both(labels, upkeep_internal.listed_labels(0, type, 'VALUE'));
    type := (SELECT t.typbasetype FROM pg_type t WHERE t.oid = type);
  END LOOP;
  RETURN CASE (SELECT t.typtype FROM pg_type t WHERE t.oid = type)
    WHEN 'e' THEN upkeep_internal.labels_in_both(
      ARRAY(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = type ORDER BY e.enumsortorder), labels)
    -- The equality of a type of somebody's own may be anything.
    ELSE CASE WHEN type::oid < 16384 THEN labels END END;
END $$;

-- What the constraints of a table or a domain leave of all values of what is called so in them.
CREATE FUNCTION upkeep_internal.listed_labels(target oid, domain oid, called text)
RETURNS text[] STABLE LANGUAGE plpgsql SET standard_conforming_strings = on AS $$
DECLARE
  condition text;
  labels text[];
BEGIN
  FOR condition IN SELECT pg_get_expr(c.conbin, c.conrelid) FROM pg_constraint c
      WHERE c.conrelid = target AND c.contypid = domain AND c.contype = 'c' AND c.convalidated ORDER BY c.oid LOOP
    labels := upkeep_internal.labels_in_both(labels, upkeep_internal.labels_of_condition(condition, called));
  END LOOP;
  RETURN labels;
END $$;

CREATE FUNCTION upkeep_internal.labels_in_both(a text[], b text[])
RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN a IS NULL THEN b WHEN b IS NULL THEN a
    ELSE ARRAY(SELECT l FROM unnest(a) WITH ORDINALITY u(l, place) WHERE l = ANY (b) ORDER BY place) END;
END $$;

-- What a condition, as PostgreSQL prints it, leaves; NULL where it does not list them. It is read, not run: a function
-- in it may be anybody's.
CREATE FUNCTION upkeep_internal.labels_of_condition(condition text, called text)
RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  bare constant text := upkeep_internal.without_parentheses(condition);
  parts text[] := upkeep_internal.split_outside(bare, ' OR ');
  part text;
  labels text[];
  of_part text[];
BEGIN
  IF cardinality(parts) > 1 THEN
    FOREACH part IN ARRAY parts LOOP
      of_part := upkeep_internal.labels_of_condition(part, called);
      IF of_part IS NULL THEN
        RETURN NULL;
      END IF;
      labels := labels || of_part;
    END LOOP;
    RETURN labels;
  END IF;
  parts := upkeep_internal.split_outside(bare, ' AND ');
  IF cardinality(parts) > 1 THEN
    FOREACH part IN ARRAY parts LOOP
      labels := upkeep_internal.labels_in_both(labels, upkeep_internal.labels_of_condition(part, called));
    END LOOP;
    RETURN labels;
  END IF;
  parts := upkeep_internal.split_outside(bare, ' = ANY ');
  IF cardinality(parts) = 2 THEN
    RETURN CASE WHEN upkeep_internal.without_casts(parts[1]) = called
                THEN upkeep_internal.constant_labels(parts[2]) END;
  END IF;
  parts := upkeep_internal.split_outside(bare, ' = ');
  IF cardinality(parts) = 2 THEN
    RETURN CASE called WHEN upkeep_internal.without_casts(parts[1]) THEN upkeep_internal.constant_labels(parts[2])
      WHEN upkeep_internal.without_casts(parts[2]) THEN upkeep_internal.constant_labels(parts[1]) END;
  END IF;
  RETURN CASE WHEN bare LIKE '% IS NULL'
    AND upkeep_internal.without_casts(left(bare, -length(' IS NULL'))) = called THEN '{}'::text[] END;
END $$;

-- A constant, or the elements of an array of constants; a NULL is not a label. NULL for anything else.
CREATE FUNCTION upkeep_internal.constant_labels(expression text)
RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  bare text := upkeep_internal.without_casts(expression);
  type constant text := (upkeep_internal.split_outside(upkeep_internal.without_parentheses(expression), '::'))[2];
  element text;
  of_element text[];
  labels text[] := '{}';
BEGIN
  IF left(bare, 6) = 'ARRAY[' THEN
    FOREACH element IN ARRAY upkeep_internal.split_outside(substr(bare, 7, length(bare) - 7), ', ') LOOP
      of_element := upkeep_internal.constant_labels(element);
      IF of_element IS NULL THEN
        RETURN NULL;
      END IF;
      labels := labels || of_element;
    END LOOP;
    RETURN labels;
  ELSIF bare = 'NULL' OR bare ~ '^\d+(\.\d+)?$' THEN
    RETURN array_remove(ARRAY[nullif(bare, 'NULL')], NULL);
  ELSIF bare !~ '^''([^'']|'''')*''$' THEN
    RETURN NULL;
  END IF;
  bare := replace(substr(bare, 2, length(bare) - 2), '''''', '''');
  labels := CASE WHEN type LIKE '%[]' THEN array_remove(bare::text[], NULL) ELSE ARRAY[bare] END;
  -- The blanks at the end of character(n) do not count.
  RETURN CASE WHEN type ~ '^(bpchar|character(\(\d+\))?)(\[\])?$'
    THEN ARRAY(SELECT rtrim(l, ' ') FROM unnest(labels) WITH ORDINALITY u(l, place) ORDER BY place) ELSE labels END;
END $$;

CREATE FUNCTION upkeep_internal.without_casts(expression text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  parts text[];
BEGIN
  LOOP
    expression := upkeep_internal.without_parentheses(expression);
    parts := upkeep_internal.split_outside(expression, '::');
    EXIT WHEN cardinality(parts) = 1;
    expression := parts[1];
  END LOOP;
  RETURN expression;
END $$;

CREATE FUNCTION upkeep_internal.without_parentheses(expression text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  WHILE expression LIKE '(%' AND (SELECT min(place) FILTER (WHERE depth = 0) = max(place)
                                  FROM upkeep_internal.expression_tokens(expression)) LOOP
    expression := substr(expression, 2, length(expression) - 2);
  END LOOP;
  RETURN expression;
END $$;

-- The parts of an expression between the words or signs that stand outside of parentheses and quotes.
CREATE FUNCTION upkeep_internal.split_outside(expression text, separator text)
RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT array_agg(part ORDER BY number)
    FROM (SELECT number, string_agg(token, '' ORDER BY place) FILTER (WHERE NOT divides) AS part
          FROM (SELECT t.*, count(*) FILTER (WHERE divides) OVER (ORDER BY place) AS number
                FROM (SELECT *, token = separator AND depth = 0 AS divides
                      FROM upkeep_internal.expression_tokens(expression)) t) t
          GROUP BY number) p);
END $$;

-- depth: in how many parentheses and brackets what follows the token stands.
CREATE FUNCTION upkeep_internal.expression_tokens(expression text)
RETURNS TABLE (place bigint, token text, depth bigint) IMMUTABLE LANGUAGE sql AS $$
  SELECT place, m[1], sum(CASE WHEN m[1] IN ('(', '[') THEN 1 WHEN m[1] IN (')', ']') THEN -1 ELSE 0 END)
                        OVER (ORDER BY place)
  FROM regexp_matches(expression, '''(?:[^'']|'''')*''|"(?:[^"]|"")*"| OR | AND | = ANY | = |, |::|.', 'g')
       WITH ORDINALITY r(m, place)
$$;

-- Throws 22023, with the labels, for a name that is not one of them.
CREATE FUNCTION upkeep_internal.require_labels(target regclass, column_name name, option text, names text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  labels constant text[] := upkeep_internal.status_labels(target, column_name);
BEGIN
  PERFORM upkeep_internal.no_labels(target, column_name, option, missing, labels)
  FROM upkeep_internal.missing_labels(names, labels) missing
  WHERE missing <> '{}';
END $$;

-- Those of the names, once, that are no labels; none where the labels are not known.
CREATE FUNCTION upkeep_internal.missing_labels(names text[], labels text[])
RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN ARRAY(SELECT n FROM unnest(names) WITH ORDINALITY u(n, place) WHERE n <> ALL (labels)
               GROUP BY n ORDER BY min(place));
END $$;

CREATE FUNCTION upkeep_internal.no_labels(target regclass, column_name name, option text, names text[], labels text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('22023',
    format('column "%s" of table "%s" has no label %s, named by %s', column_name,
      upkeep_internal.table_name(target), upkeep_internal.quoted_list(names), option),
    format('Pass %s with labels that the column can have.', option),
    format('Its labels are %s.', upkeep_internal.quoted_list(labels)));
END $$;

CREATE FUNCTION upkeep_internal.quoted_list(names text[])
RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT '"' || array_to_string(nullif(names, '{}'), '", "') || '"' $$;

-- The arguments of a trigger with a list of statuses that fits the column: what the caller gave must fit, what is usual
-- is cut to what does, with a NOTICE. A list is written out where the labels are known, so that check() notices one
-- that is renamed later. needs_one: 22023 where nothing is left.
CREATE FUNCTION upkeep_internal.fit_labels(
  target regclass,
  column_name name,
  feature text,
  arguments text[],
  option text,
  needs_one boolean
) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  labels constant text[] := upkeep_internal.status_labels(target, column_name);
  usual constant text[] := (SELECT upkeep_internal.split_names(coalesce(o.when_enabled, o.usual), o.option)
    FROM upkeep_internal.options o WHERE o.feature = fit_labels.feature AND o.option = fit_labels.option);
  options constant jsonb := upkeep_internal.read_options(feature, arguments);
  names text[];
  missing text[];
BEGIN
  IF labels IS NULL THEN
    RETURN arguments;
  END IF;
  names := CASE WHEN options ? option THEN upkeep_internal.list_option(feature, options, option) ELSE usual END;
  missing := upkeep_internal.missing_labels(names, labels);
  IF missing <> '{}' AND (names <> usual OR needs_one AND cardinality(missing) = cardinality(names)) THEN
    PERFORM upkeep_internal.no_labels(target, column_name, option, missing, labels);
  END IF;
  PERFORM upkeep_internal.notice_left_out(target, column_name, option, missing, labels);
  RETURN ARRAY(SELECT a FROM unnest(arguments) WITH ORDINALITY u(a, place)
               WHERE split_part(a, '=', 1) <> option ORDER BY place)
    || format('%s=%s', option, upkeep_internal.join_names(
         ARRAY(SELECT n FROM unnest(names) WITH ORDINALITY u(n, place) WHERE n <> ALL (missing) ORDER BY place)));
END $$;

-- But for a second spelling of one that is there, British or American; and where neither is, for the second.
CREATE FUNCTION upkeep_internal.notice_left_out(
  target regclass,
  column_name name,
  option text,
  names text[],
  labels text[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  names := ARRAY(
    SELECT n FROM unnest(names) WITH ORDINALITY u(n, place)
    WHERE NOT (n = 'cancelled' AND 'canceled' = ANY (labels))
      AND NOT (n = 'canceled' AND ('cancelled' = ANY (labels) OR 'cancelled' = ANY (names)))
    ORDER BY place);
  IF names <> '{}' THEN
    RAISE NOTICE USING
      MESSAGE = format('%s of the usual %s left out: column "%s" of table "%s" has no such label',
        upkeep_internal.quoted_list(names), option, column_name, upkeep_internal.table_name(target)),
      DETAIL = format('Its labels are %s.', upkeep_internal.quoted_list(labels)),
      HINT = format('Pass %s to name others.', option);
  END IF;
END $$;

-- For check(): throws 22023 for a name in the option that is no longer a label, or, where the trigger leaves the list
-- to the default, if none of it is and needs_one.
CREATE FUNCTION upkeep_internal.require_labels_still(
  target regclass,
  column_name name,
  feature text,
  options jsonb,
  option text,
  needs_one boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  labels constant text[] := upkeep_internal.status_labels(target, column_name);
  names constant text[] := upkeep_internal.list_option(feature, options, option);
BEGIN
  IF options ? option THEN
    PERFORM upkeep_internal.require_labels(target, column_name, option, names);
  ELSIF needs_one AND cardinality(upkeep_internal.missing_labels(names, labels)) = cardinality(names) THEN
    PERFORM upkeep_internal.no_labels(target, column_name, option, names, labels);
  END IF;
END $$;
