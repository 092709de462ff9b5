-- From the arguments of a metrics trigger to a plan for its table.

-- What a column of numbers holds: digits before and behind the point (w and s), its limits, NULL for none. No row if
-- the column holds no exact numbers.
CREATE FUNCTION upkeep_internal.number_column(target regclass, name text, OUT base regtype, OUT w int, OUT s int,
                                              OUT is_bounded boolean, OUT last numeric)
STABLE LANGUAGE plpgsql AS $$
BEGIN
  SELECT b.base,
    CASE b.base WHEN 'smallint'::regtype THEN 5 WHEN 'integer'::regtype THEN 10 WHEN 'bigint'::regtype THEN 19
      ELSE CASE WHEN b.base_modifier < 0 THEN 100 ELSE greatest(m.precision - m.scale, 0) END END,
    CASE WHEN b.base <> 'numeric'::regtype THEN 0 WHEN b.base_modifier < 0 THEN 100 ELSE m.scale END,
    b.base <> 'numeric'::regtype OR b.base_modifier >= 0,
    CASE b.base WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647
      WHEN 'bigint'::regtype THEN 9223372036854775807
      ELSE CASE WHEN b.base_modifier >= 0
        THEN (format('1e%s', m.precision)::numeric - 1) * format('1e%s', -m.scale)::numeric END END
  INTO base, w, s, is_bounded, last
  FROM pg_attribute a
  CROSS JOIN LATERAL upkeep_internal.base_type(a.atttypid, a.atttypmod) b
  CROSS JOIN LATERAL (SELECT ((b.base_modifier - 4) >> 16) & 65535 AS precision,
    (((b.base_modifier - 4) & 2047) # 1024) - 1024 AS scale) m
  WHERE a.attrelid = target AND a.attname = number_column.name AND a.attnum > 0 AND NOT a.attisdropped
    AND b.base IN ('smallint'::regtype, 'integer', 'bigint', 'numeric');
END $$;

-- The column that an input names.
CREATE FUNCTION upkeep_internal.require_number_input(target regclass, input record, given jsonb)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  shown constant text := format('column "%s" of table "%s"', input.name, upkeep_internal.table_name(target));
  declared record;
BEGIN
  SELECT a.atttypid, a.attgenerated INTO declared
  FROM pg_attribute a
  WHERE a.attrelid = target AND a.attname = input.name AND a.attnum > 0 AND NOT a.attisdropped;
  IF NOT FOUND THEN
    PERFORM upkeep_internal.refuse_formula('42703', shown || ' does not exist', input.text, input.place,
      CASE WHEN given IS NULL THEN format('If it was renamed or dropped, call upkeep.enable_metrics again with '
             'formulas that name the columns "%s" has now.',
             upkeep_internal.table_name(upkeep_internal.topmost(target)))
           ELSE upkeep_internal.hint_for_caller(target, input.name, 'metrics', given) END);
  ELSIF (SELECT base FROM upkeep_internal.number_column(target, input.name)) IS NULL THEN
    PERFORM upkeep_internal.refuse_formula('42804', format('%s has type %s, which is not an exact numeric type', shown,
        format_type(declared.atttypid, NULL)), input.text, input.place,
      'Formulas compute with smallint, integer, bigint and numeric, and domains over them.');
  -- Generated columns are computed after the triggers have run, virtual ones only by queries.
  ELSIF declared.attgenerated <> '' AND (NOT input.is_setting OR declared.attgenerated <> 's') THEN
    PERFORM upkeep_internal.refuse_formula('428C9', shown || ' is a generated column', input.text, input.place,
      'Write what it is generated from into the formula.');
  END IF;
END $$;

-- Where a metric goes.
CREATE FUNCTION upkeep_internal.require_metric_column(target regclass, name text, given jsonb)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  shown constant text := format('column "%s" of table "%s"', name, upkeep_internal.table_name(target));
  declared record;
BEGIN
  PERFORM upkeep_internal.require_column(target, name, 'metrics', given);
  SELECT a.atttypid, a.attgenerated, a.attidentity INTO declared
  FROM pg_attribute a
  WHERE a.attrelid = target AND a.attname = require_metric_column.name;
  IF (SELECT base FROM upkeep_internal.number_column(target, name)) IS NULL THEN
    PERFORM upkeep_internal.fail('42804', format('%s has type %s, which cannot hold a metric', shown,
        format_type(declared.atttypid, NULL)),
      'Use bigint, integer, smallint or numeric, or a domain over one of them.');
  ELSIF declared.attgenerated <> '' OR declared.attidentity <> '' THEN
    PERFORM upkeep_internal.fail('428C9', format('%s is %s column', shown,
        CASE WHEN declared.attgenerated <> '' THEN 'a generated' ELSE 'an identity' END),
      'A metric needs a column that can be written.');
  END IF;
END $$;

-- A key or a date, as it stands in one of the tables.
CREATE FUNCTION upkeep_internal.key_column(target regclass, name text, given jsonb, OUT base regtype, OUT declared text)
STABLE LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_column(target, name, 'metrics', given);
  SELECT c.base, c.declared INTO base, declared FROM upkeep_internal.column_type(target, name) c;
END $$;

CREATE FUNCTION upkeep_internal.require_date(target regclass, name text, given jsonb)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  found constant record := upkeep_internal.key_column(target, name, given);
BEGIN
  IF found.base NOT IN ('date'::regtype, 'timestamp', 'timestamptz') THEN
    PERFORM upkeep_internal.fail('42804', format('column "%s" of table "%s" has type %s, which is not a date', name,
      upkeep_internal.table_name(target), found.declared), 'Use date, timestamp or timestamptz.');
  END IF;
END $$;

-- The condition by which the settings of a row are found, s.shop_id = row.shop_id, in the type and the collation of the
-- settings, as a format for the names of the two.
CREATE FUNCTION upkeep_internal.settings_condition(target regclass, settings regclass, key text, given jsonb,
                                                   OUT condition text)
STABLE LANGUAGE plpgsql AS $$
DECLARE
  ours constant record := upkeep_internal.key_column(settings, key, given);
  theirs constant record := upkeep_internal.key_column(target, key, given);
  named constant text := replace(quote_ident(key), '%', '%%');
BEGIN
  IF NOT upkeep_internal.have_common_equality(ours.base, theirs.base) THEN
    PERFORM upkeep_internal.fail('42804', format('column "%s" has type %s in "%s" and %s in "%s", which cannot be '
        'compared as keys', key, theirs.declared, upkeep_internal.table_name(target), ours.declared,
        upkeep_internal.table_name(settings)), 'Give both columns the same type.');
  END IF;
  condition := replace(upkeep_internal.key_match(settings, key, E'\1', target, key, E'\2'), '%', '%%');
  condition := replace(replace(condition, E'\1', '%1$s.' || named), E'\2', '%2$s.' || named);
END $$;

-- given: the arguments of enable_metrics while that runs. metrics: in the order of computing. inputs: numbered as
-- inputs_of_metrics has them. settings: NULL if no formula uses one; condition: by which a row of them is
-- found; is_unique: whether an index says that there is one.
CREATE FUNCTION upkeep_internal.metrics_plan(
  target regclass,
  arguments text[],
  given jsonb DEFAULT NULL,
  OUT options jsonb,
  OUT metrics jsonb[],
  OUT inputs text[],
  OUT setting_inputs text[],
  OUT settings regclass,
  OUT settings_key text,
  OUT settings_from text,
  OUT date_column text,
  OUT condition text,
  OUT is_unique boolean,
  OUT follows boolean,
  OUT raises boolean
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  metric jsonb;
  input record;
BEGIN
  options := upkeep_internal.read_options('metrics', arguments);
  follows := upkeep_internal.text_option('metrics', options, 'on_settings_change') = 'recalculate';
  raises := upkeep_internal.text_option('metrics', options, 'on_overflow') = 'error';
  settings_key := upkeep_internal.text_option('metrics', options, 'settings_key');
  settings_from := options ->> 'settings_from';
  date_column := upkeep_internal.text_option('metrics', options, 'date_column');
  metrics := upkeep_internal.metric_set(upkeep_internal.formulas_for(target, options));
  FOREACH metric IN ARRAY metrics LOOP
    PERFORM upkeep_internal.require_metric_column(target, metric ->> 'target', given);
  END LOOP;
  inputs := '{}';
  setting_inputs := '{}';
  FOR input IN SELECT * FROM upkeep_internal.inputs_of_metrics(metrics) i ORDER BY i.number LOOP
    IF NOT input.is_setting THEN
      PERFORM upkeep_internal.require_number_input(target, input, given);
      inputs := inputs || input.name;
      CONTINUE;
    ELSIF NOT options ? 'settings' THEN
      PERFORM upkeep_internal.refuse_formula('42703', format('"settings.%s" names a column of the settings, but there '
        'are none', input.name), input.text, input.place,
        'Give the table that holds them: settings => ''schema.table''.');
    ELSIF settings IS NULL THEN
      settings := upkeep_internal.table_beside(options ->> 'settings', target);
      PERFORM upkeep_internal.require_role_of(target, settings);
      condition := upkeep_internal.settings_condition(target, settings, settings_key, given);
      IF settings_from IS NOT NULL THEN
        PERFORM upkeep_internal.require_date(settings, settings_from, given),
          upkeep_internal.require_date(target, date_column, given);
      END IF;
      is_unique := upkeep_internal.finds_one_row(settings, settings_key, settings_from, true);
    END IF;
    PERFORM upkeep_internal.require_number_input(settings, input, given);
    setting_inputs := setting_inputs || input.name;
  END LOOP;
END $$;

-- Whether an index makes sure that there are no two rows of settings for one tenant and date: at_once, or when a
-- transaction commits.
CREATE FUNCTION upkeep_internal.finds_one_row(settings regclass, key text, settings_from text, at_once boolean)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT EXISTS (
    SELECT FROM pg_index i
    WHERE i.indrelid = settings AND i.indisunique AND i.indisvalid AND (i.indimmediate OR NOT at_once)
      AND i.indpred IS NULL AND i.indexprs IS NULL AND (
        SELECT array_agg(a.attname::text) <@ array_remove(ARRAY[key, settings_from], NULL)
           AND array_agg(a.attname::text) @> ARRAY[key]
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place)
        JOIN pg_attribute a ON a.attrelid = settings AND a.attnum = k.number
        WHERE k.place <= i.indnkeyatts))
$$;
