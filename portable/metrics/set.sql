-- A set of metrics: its formulas in the order of computing, and what they read.

-- The formulas, parsed: [{target, text, code, names, of_settings, places}].
CREATE FUNCTION upkeep_internal.parse_metrics(formulas text[])
RETURNS jsonb[] IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  formula text;
  parsed record;
  metrics jsonb[] := '{}';
BEGIN
  FOREACH formula IN ARRAY formulas LOOP
    SELECT * INTO parsed FROM upkeep_internal.parse_formula(formula);
    IF parsed.target IS NULL THEN
      PERFORM upkeep_internal.refuse_formula('42601', 'no column for the result', formula, 1,
        'Write the column in front: column = expression.');
    ELSIF EXISTS (SELECT FROM unnest(metrics) m WHERE m ->> 'target' = parsed.target) THEN
      PERFORM upkeep_internal.fail('42710', format('column "%s" has more than one formula', parsed.target),
        'Keep one of the formulas.');
    END IF;
    metrics := metrics || (to_jsonb(parsed) || jsonb_build_object('text', formula));
  END LOOP;
  RETURN metrics;
END $$;

-- The metrics that one uses, by their numbers.
CREATE FUNCTION upkeep_internal.metrics_used(metrics jsonb[], user_number int)
RETURNS int[] IMMUTABLE LANGUAGE sql AS $$
  SELECT coalesce(array_agg(m.number::int ORDER BY n.place), '{}')
  FROM jsonb_array_elements_text(metrics[user_number] -> 'names') WITH ORDINALITY n(name, place)
  JOIN unnest(metrics) WITH ORDINALITY m(metric, number) ON m.metric ->> 'target' = n.name
  WHERE NOT (metrics[user_number] -> 'of_settings' -> (n.place::int - 1))::boolean
$$;

-- As given, save that what a formula uses comes before it: depth first, with a path of its own, since a chain may be
-- long.
CREATE FUNCTION upkeep_internal.metric_set(formulas text[])
RETURNS jsonb[] IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  metrics constant jsonb[] := upkeep_internal.parse_metrics(formulas);
  sequence jsonb[] := '{}';
  done boolean[] := array_fill(false, ARRAY[cardinality(metrics)]);
  path int[];
  used int;
BEGIN
  FOR root IN 1..cardinality(metrics) LOOP
    path := CASE WHEN done[root] THEN '{}' ELSE ARRAY[root] END;
    WHILE path <> '{}' LOOP
      SELECT u INTO used
      FROM unnest(upkeep_internal.metrics_used(metrics, path[cardinality(path)])) WITH ORDINALITY w(u, place)
      WHERE NOT done[u] ORDER BY place LIMIT 1;
      IF NOT FOUND THEN
        done[path[cardinality(path)]] := true;
        sequence := sequence || metrics[path[cardinality(path)]];
        path := trim_array(path, 1);
      ELSIF used = ANY (path) THEN
        PERFORM upkeep_internal.fail('42P17', format('metrics use one another in a cycle: %s"%s"', (
            SELECT string_agg(format('"%s" -> ', metrics[p] ->> 'target'), '' ORDER BY place)
            FROM unnest(path[array_position(path, used):]) WITH ORDINALITY w(p, place)), metrics[used] ->> 'target'),
          'Write one of them with columns that are not metrics of the set.');
      ELSE
        path := path || used;
      END IF;
    END LOOP;
  END LOOP;
  RETURN sequence;
END $$;

-- What must be read: the row's columns, then those of the settings, each once, in the order of their first use;
-- text and place are those of that.
CREATE FUNCTION upkeep_internal.inputs_of_metrics(metrics jsonb[])
RETURNS TABLE (number int, name text, is_setting boolean, text text, place int) IMMUTABLE LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT (row_number() OVER (ORDER BY is_setting, min(metric), (array_agg(used ORDER BY metric, used))[1]))::int,
    name, is_setting,
    (array_agg(text ORDER BY metric, used))[1], (array_agg(place ORDER BY metric, used))[1]
  FROM (
    SELECT m.number AS metric, n.number AS used, n.name,
      (m.metric -> 'of_settings' -> (n.number::int - 1))::boolean AS is_setting, m.metric ->> 'text' AS text,
      (m.metric -> 'places' -> (n.number::int - 1))::int AS place
    FROM unnest(metrics) WITH ORDINALITY m(metric, number),
      jsonb_array_elements_text(m.metric -> 'names') WITH ORDINALITY n(name, number)
  ) used
  WHERE is_setting OR NOT EXISTS (SELECT FROM unnest(metrics) m WHERE m ->> 'target' = used.name)
  GROUP BY is_setting, name;
END $$;

-- What a metric stands on, directly or through another one: the numbers of inputs.
CREATE FUNCTION upkeep_internal.inputs_under(metrics jsonb[], target text)
RETURNS int[] IMMUTABLE LANGUAGE sql AS $$
  WITH RECURSIVE reached(name, is_setting) AS (
    SELECT target, false
    UNION
    SELECT n.name, (m.metric -> 'of_settings' -> (n.number::int - 1))::boolean
    FROM reached r
    JOIN unnest(metrics) m(metric) ON m.metric ->> 'target' = r.name AND NOT r.is_setting
    CROSS JOIN jsonb_array_elements_text(m.metric -> 'names') WITH ORDINALITY n(name, number)
  )
  SELECT coalesce(array_agg(DISTINCT i.number ORDER BY i.number), '{}')
  FROM reached r JOIN upkeep_internal.inputs_of_metrics(metrics) i ON i.name = r.name AND i.is_setting = r.is_setting
$$;

CREATE FUNCTION upkeep_internal.commerce_set()
RETURNS TABLE (name text, formula text) IMMUTABLE LANGUAGE sql AS $$
  VALUES ('aov', 'aov = revenue / orders'), ('cpl', 'cpl = ad_spend / leads'), ('cvr', 'cvr = 100 * orders / leads'),
    ('roas', 'roas = revenue / ad_spend'),
    ('net_profit', 'net_profit = revenue - round(revenue * settings.cogs_ratio) - ad_spend')
$$;

-- The formulas that a trigger means: those it gives, or of the commerce set those that the table has all columns for.
CREATE FUNCTION upkeep_internal.formulas_for(target regclass, options jsonb)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  settings constant regclass := CASE WHEN NOT options ? 'formula' AND options ? 'settings'
    THEN upkeep_internal.table_beside(options ->> 'settings', target) END;
  formulas text[];
BEGIN
  IF options ? 'formula' THEN
    RETURN ARRAY(SELECT jsonb_array_elements_text(options -> 'formula'));
  END IF;
  SELECT array_agg(c.formula ORDER BY c.place) INTO formulas
  FROM upkeep_internal.commerce_set() WITH ORDINALITY c(name, formula, place)
  WHERE upkeep_internal.has_column(target, c.name) AND NOT EXISTS (
    SELECT FROM upkeep_internal.inputs_of_metrics(upkeep_internal.metric_set(ARRAY[c.formula])) i
    WHERE upkeep_internal.has_column(CASE WHEN i.is_setting THEN settings ELSE target END, i.name) IS NOT TRUE);
  IF formulas IS NULL THEN
    PERFORM upkeep_internal.fail('42703', format('table "%s" has no column of the commerce set',
        upkeep_internal.table_name(target)), 'Pass formulas: formulas => ARRAY[''margin = revenue - cost''].',
      'The set keeps aov, cpl, cvr, roas and net_profit, from orders, revenue, ad_spend and leads.');
  END IF;
  RETURN formulas;
END $$;
