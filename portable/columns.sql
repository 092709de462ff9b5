-- What a column must be to serve a feature.

-- As it is declared: numeric(10,2). Without a schema, as a caller whose search_path has it would see it.
CREATE FUNCTION upkeep_internal.declared_type(target regclass, name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT regexp_replace(format_type(a.atttypid, a.atttypmod), '^("([^"]|"")*"|[^."]*)\.', '')
    FROM pg_attribute a
    WHERE a.attrelid = target AND a.attname = declared_type.name AND NOT a.attisdropped);
END $$;

-- The same as a statement can say it under any search_path: pg_catalog.numeric(10,2).
CREATE FUNCTION upkeep_internal.declared_type_as_sql(target regclass, name text)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT upkeep_internal.type_as_sql(a.atttypid) || CASE WHEN a.atttypmod >= 0
      THEN coalesce(substring(format_type(a.atttypid, a.atttypmod) FROM '\([\d,-]+\)'), '') ELSE '' END
    FROM pg_attribute a
    WHERE a.attrelid = target AND a.attname = declared_type_as_sql.name AND NOT a.attisdropped);
END $$;

-- Under any domains.
CREATE FUNCTION upkeep_internal.base_type_of(target regclass, name text)
RETURNS regtype STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT b.base FROM pg_attribute a, upkeep_internal.base_type(a.atttypid, a.atttypmod) b
    WHERE a.attrelid = target AND a.attname = base_type_of.name AND NOT a.attisdropped);
END $$;

-- why: "cannot hold a snapshot".
CREATE FUNCTION upkeep_internal.refuse_type(target regclass, name text, why text, hint text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('42804', format('column "%s" of table "%s" has type %s, which %s', name,
    upkeep_internal.table_name(target), upkeep_internal.declared_type(target, name), why), hint);
END $$;

CREATE FUNCTION upkeep_internal.require_number(target regclass, name text, hint text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF upkeep_internal.base_type_of(target, name) NOT IN ('numeric'::regtype, 'bigint', 'integer', 'smallint') THEN
    PERFORM upkeep_internal.refuse_type(target, name, 'is not an exact numeric type', hint);
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.require_not_generated(target regclass, name text, hint text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = target AND a.attname = require_not_generated.name
               AND a.attgenerated <> '') THEN
    PERFORM upkeep_internal.fail('428C9',
      format('column "%s" of table "%s" is a generated column', name, upkeep_internal.table_name(target)), hint);
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.require_writable(target regclass, name text, hint text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_not_generated(target, name, hint);
  IF EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = target AND a.attname = require_writable.name
               AND a.attidentity <> '') THEN
    PERFORM upkeep_internal.fail('428C9',
      format('column "%s" of table "%s" is an identity column', name, upkeep_internal.table_name(target)), hint);
  END IF;
END $$;
