-- From the arguments of an updated_at trigger to what it does on its table.

-- target: the table. arguments: of the trigger. given: those of enable_updated_at while that runs. clock: an expression
-- for the time in the column's own type and precision. counted: the columns whose change stamps.
CREATE FUNCTION upkeep_internal.updated_at_plan(
  target regclass,
  arguments text[],
  given jsonb DEFAULT NULL,
  OUT stamp name,
  OUT clock text,
  OUT tick interval,
  OUT on_explicit text,
  OUT counted name[],
  OUT protected name[],
  OUT version name,
  OUT last_version bigint
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('updated_at', arguments);
  ignored constant text[] := upkeep_internal.list_option('updated_at', options, 'ignore');
  protects constant text[] := upkeep_internal.list_option('updated_at', options, 'protect');
  each text;
BEGIN
  stamp := upkeep_internal.text_option('updated_at', options, 'column');
  on_explicit := upkeep_internal.text_option('updated_at', options, 'explicit');
  PERFORM upkeep_internal.require_column(target, stamp, 'updated_at', given);
  SELECT s.clock, s.tick INTO clock, tick
  FROM upkeep_internal.stamp_clock(target, stamp, upkeep_internal.text_option('updated_at', options, 'clock'),
                                   upkeep_internal.text_option('updated_at', options, 'timezone') = 'session') s;
  FOREACH each IN ARRAY ignored LOOP
    PERFORM upkeep_internal.require_column(target, each, 'updated_at', given);
  END LOOP;
  IF options ? 'version' THEN
    version := options ->> 'version';
    PERFORM upkeep_internal.require_column(target, version, 'updated_at', given);
    last_version := upkeep_internal.last_version(target, version);
    PERFORM upkeep_internal.require_role(target, version, ARRAY[stamp], 'the version');
  END IF;
  IF options ? 'protect' THEN
    FOREACH each IN ARRAY protects LOOP
      PERFORM upkeep_internal.require_column(target, each, 'updated_at', given);
      PERFORM upkeep_internal.require_role(target, each, ARRAY[stamp, version], 'protected');
    END LOOP;
  END IF;
  -- A trigger that does not say what it protects protects created_at, where the table has that.
  SELECT coalesce(array_agg(attname ORDER BY attnum), '{}') INTO protected
  FROM pg_attribute
  WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND attname = ANY (protects) AND attgenerated = ''
    AND attname <> stamp AND attname IS DISTINCT FROM version;
  SELECT coalesce(array_agg(attname ORDER BY attnum), '{}') INTO counted
  FROM pg_attribute
  WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> stamp
    AND attname IS DISTINCT FROM version AND attname <> ALL (ignored) AND attname <> ALL (protected);
END $$;

-- A column has one role.
CREATE FUNCTION upkeep_internal.require_role(target regclass, name name, taken name[], role text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  is_generated constant boolean := (SELECT attgenerated <> '' FROM pg_attribute
                                    WHERE attrelid = target AND attname = require_role.name);
BEGIN
  IF is_generated OR name = ANY (taken) THEN
    PERFORM upkeep_internal.fail(CASE WHEN is_generated THEN '428C9' ELSE '22023' END,
      format('column "%s" of table "%s" cannot be %s', name, upkeep_internal.table_name(target), role),
      CASE WHEN is_generated THEN 'A generated column follows its expression.'
           ELSE 'The stamp, the version and the protected columns must be different columns.' END);
  END IF;
END $$;

-- The largest version that the column can hold.
CREATE FUNCTION upkeep_internal.last_version(target regclass, name name)
RETURNS bigint STABLE LANGUAGE plpgsql AS $$
DECLARE
  declared constant oid := (SELECT atttypid FROM pg_attribute
                            WHERE attrelid = target AND attname = last_version.name);
  base constant regtype := (SELECT b.base FROM upkeep_internal.base_type(declared, -1) b);
BEGIN
  IF base NOT IN ('smallint'::regtype, 'integer', 'bigint') THEN
    PERFORM upkeep_internal.fail('42804', format('column "%s" of table "%s" has type %s, which cannot hold a version',
      name, upkeep_internal.table_name(target), format_type(declared, NULL)), 'Use smallint, integer or bigint.');
  END IF;
  RETURN CASE base WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647
                   ELSE 9223372036854775807 END;
END $$;

-- The time in the terms of a column: of which clock, with or without a zone, as precise as the column.
CREATE FUNCTION upkeep_internal.stamp_clock(
  target regclass,
  name name,
  which text,
  is_local boolean,
  OUT clock text,
  OUT tick interval
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  declared oid;
  is_generated boolean;
  base regtype;
  modifier int;
  type text;
BEGIN
  SELECT a.atttypid, a.attgenerated <> '', b.base, b.base_modifier INTO declared, is_generated, base, modifier
  FROM pg_attribute a, upkeep_internal.base_type(a.atttypid, a.atttypmod) b
  WHERE a.attrelid = target AND a.attname = stamp_clock.name;
  IF base NOT IN ('timestamptz'::regtype, 'timestamp'::regtype) THEN
    PERFORM upkeep_internal.fail('42804', format('column "%s" of table "%s" has type %s, which cannot hold a stamp',
      name, upkeep_internal.table_name(target), format_type(declared, NULL)),
      'Use timestamptz or timestamp, of any precision, or a domain over one of them.');
  ELSIF is_generated THEN
    PERFORM upkeep_internal.fail('428C9', format('column "%s" of table "%s" is a generated column', name,
      upkeep_internal.table_name(target)), 'A stamp needs a column that can be written.');
  END IF;
  type := format_type(base, modifier);
  tick := CASE WHEN modifier BETWEEN 0 AND 5 THEN interval '1 second' / 10 ^ modifier
               ELSE interval '1 microsecond' END;
  clock := format('pg_catalog.%s()', CASE which WHEN 'statement' THEN 'statement_timestamp'
                                       WHEN 'clock' THEN 'clock_timestamp' ELSE 'now' END);
  IF base = 'timestamp'::regtype THEN
    clock := CASE WHEN is_local THEN format('%s::timestamp without time zone', clock)
                  ELSE format('pg_catalog.timezone(''UTC'', %s)', clock) END;
  END IF;
  IF modifier BETWEEN 0 AND 5 THEN
    clock := format('%s::%s', clock, type);
  END IF;
END $$;

-- The first column of those that usually say when a row was created; NULL if the table has none. Any type may be called
-- created_at; "created" may be a flag, which a protection would freeze.
CREATE FUNCTION upkeep_internal.creation_column(target regclass, stamp name, version name)
RETURNS name STABLE LANGUAGE sql AS $$
  SELECT c.name
  FROM unnest('{created_at,createdAt,CreatedAt,inserted_at,created}'::name[]) WITH ORDINALITY c(name, place)
  JOIN pg_attribute a ON a.attrelid = target AND a.attname = c.name AND a.attnum > 0 AND NOT a.attisdropped
  CROSS JOIN LATERAL upkeep_internal.base_type(a.atttypid, a.atttypmod) b
  JOIN pg_type t ON t.oid = b.base
  WHERE a.attgenerated = '' AND (t.typcategory = 'D' OR c.name = 'created_at')
    AND c.name <> stamp AND c.name IS DISTINCT FROM version
  ORDER BY c.place
  LIMIT 1
$$;

-- The columns that hold the session's local time from INSERT by their defaults, beside a stamp in UTC.
CREATE FUNCTION upkeep_internal.local_columns(target regclass, arguments text[])
RETURNS name[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('updated_at', arguments);
  stamp constant name := upkeep_internal.text_option('updated_at', options, 'column');
BEGIN
  IF upkeep_internal.text_option('updated_at', options, 'timezone') = 'session'
     OR NOT upkeep_internal.is_timestamp(target, stamp) THEN
    RETURN '{}';
  END IF;
  RETURN ARRAY(
    SELECT c.name
    FROM unnest(ARRAY[stamp, upkeep_internal.creation_column(target, stamp, options ->> 'version')])
         WITH ORDINALITY c(name, place)
    WHERE upkeep_internal.is_timestamp(target, c.name) AND upkeep_internal.has_local_default(target, c.name)
    ORDER BY c.place);
END $$;

-- Whether a column is a timestamp without time zone, under any domains.
CREATE FUNCTION upkeep_internal.is_timestamp(target regclass, name name)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT EXISTS (
    SELECT FROM pg_attribute a, upkeep_internal.base_type(a.atttypid, a.atttypmod) b
    WHERE a.attrelid = target AND a.attname = is_timestamp.name AND NOT a.attisdropped
      AND b.base = 'timestamp'::regtype)
$$;

-- Of a timestamp column: whether its default reads the session's clock, and not that of a zone that it names. A zone
-- by another name for UTC counts as UTC.
CREATE FUNCTION upkeep_internal.has_local_default(target regclass, name name)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
  said text := upkeep_internal.default_of(target, name);
  zone text;
BEGIN
  FOR zone IN SELECT m[1] FROM regexp_matches(said, '(?:AT TIME ZONE |timezone\()''([^'']*)''', 'g') m LOOP
    IF upkeep_internal.is_other_zone(zone) THEN
      RETURN true;
    END IF;
  END LOOP;
  said := regexp_replace(said,
    '\(?(now\(\)|CURRENT_TIMESTAMP(\(\d\))?|\w+_timestamp\(\)) AT TIME ZONE ''[^'']*''(::text)?', '', 'g');
  said := regexp_replace(said, 'timezone\(''[^'']*''(::text)?, [^()]*(\(\))?\)', '', 'g');
  RETURN said ~* '(now\(\)|_timestamp\(\)|CURRENT_TIMESTAMP|LOCALTIMESTAMP|CURRENT_DATE)';
END $$;

-- Whether it is the name of a zone whose time is not UTC, or was not at some time. pg_timezone_names would read all
-- zones there are.
CREATE FUNCTION upkeep_internal.is_other_zone(zone text)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  IF zone ~* '^(etc/)?(utc|uct|universal|zulu|greenwich|gmt([+-]?0)?)$' THEN
    RETURN false;
  END IF;
  PERFORM timezone(zone, now());
  -- An abbreviation is none, unless it is a name too.
  RETURN zone ~* '^(est|mst|hst|cet|eet|met|wet)$'
    OR NOT EXISTS (SELECT FROM pg_timezone_abbrevs a WHERE a.abbrev = upper(zone));
EXCEPTION
  WHEN invalid_parameter_value THEN
    RETURN false;
END $$;

CREATE FUNCTION upkeep_internal.utc_defaults(target regclass, columns name[])
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT format('ALTER TABLE %s%s;', upkeep_internal.qualified(target),
    string_agg(format(' ALTER COLUMN %I SET DEFAULT (now() AT TIME ZONE ''UTC'')', c), ',' ORDER BY place))
  FROM unnest(columns) WITH ORDINALITY u(c, place)
$$;

CREATE FUNCTION upkeep_internal.local_defaults_text(columns name[])
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('the default of "%s" is the session''s local time', array_to_string(columns, '" and of "'))
$$;
