-- The tables of upkeep.create_storefront and upkeep.create_analytics, made as src/features/reference_tables says, from
-- which upkeep_internal.reference_tables and reference_features come.

-- Those of a kind. keys: what stands for {user_key} and {product_key}.
CREATE FUNCTION upkeep_internal.tables_of_kind(kind text, keys jsonb)
RETURNS SETOF upkeep_internal.reference_tables STABLE LANGUAGE sql AS $$
  SELECT t.kind, t.place, t.name, t.comment, t.is_later, upkeep_internal.filled(t.columns::text, keys)::jsonb,
    t.later_columns, upkeep_internal.filled(t.indexes::text, keys)::jsonb
  FROM upkeep_internal.reference_tables t
  WHERE t.kind = tables_of_kind.kind
  ORDER BY t.place
$$;

-- A text with {name} replaced by the part of that name; the first may contain others.
CREATE FUNCTION upkeep_internal.filled(template text, parts jsonb)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  part record;
BEGIN
  FOR part IN SELECT key, value FROM jsonb_each_text(parts) LOOP
    template := replace(template, format('{%s}', part.key), part.value);
  END LOOP;
  RETURN template;
END $$;

-- Makes what is missing, as the caller; drops nothing. verb: for messages, 'create a storefront'.
CREATE FUNCTION upkeep_internal.create_reference_tables(
  kind text,
  verb text,
  schema name,
  keys jsonb,
  with_history boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  wanted upkeep_internal.reference_tables;
  existing oid;
  reason text;
  is_renewed boolean;
  renewed oid[] := '{}';
  left_out text[] := '{}';
BEGIN
  IF to_regnamespace(quote_ident(schema)) IS NULL THEN
    EXECUTE format('CREATE SCHEMA %I', schema);
  END IF;
  PERFORM upkeep_internal.require_uuid_keys(kind, verb, schema, keys);
  FOR wanted IN SELECT * FROM upkeep_internal.tables_of_kind(kind, keys) LOOP
    existing := upkeep_internal.table_in(schema, wanted.name);
    reason := CASE WHEN wanted.is_later THEN upkeep_internal.in_the_way(wanted, existing, schema) END;
    IF reason <> '' THEN
      RAISE NOTICE USING MESSAGE = format('table "%s" is not made: %s', wanted.name, reason),
        HINT = 'To do without it, ignore this; else make it by hand, and enable what it is for.';
      left_out := left_out || wanted.name;
      CONTINUE;
    END IF;
    is_renewed := true;
    IF existing IS NOT NULL THEN
      is_renewed := upkeep_internal.add_reference_columns(wanted, existing, schema, verb);
    ELSE
      PERFORM upkeep_internal.create_reference_table(wanted, schema, keys);
    END IF;
    IF is_renewed THEN
      renewed := renewed || upkeep_internal.table_in(schema, wanted.name);
    END IF;
    PERFORM upkeep_internal.create_reference_indexes(wanted, schema);
  END LOOP;
  PERFORM set_config('upkeep.writes_later', 'yes', true),
    upkeep_internal.enable_reference_features(kind, schema, keys, renewed, left_out, with_history),
    set_config('upkeep.writes_later', '', true);
  PERFORM upkeep_internal.write_triggers(f.feature)
  FROM (SELECT DISTINCT feature FROM upkeep_internal.reference_features r
        WHERE r.kind = create_reference_tables.kind AND upkeep_internal.has_feature(r.feature)) f;
END $$;

CREATE FUNCTION upkeep_internal.table_in(schema name, name text)
RETURNS oid STABLE LANGUAGE sql AS $$
  SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = schema AND c.relname = table_in.name
$$;

-- Those that every table has stand around its own: {name, type, references, comment}.
CREATE FUNCTION upkeep_internal.all_reference_columns(wanted upkeep_internal.reference_tables, id_type text)
RETURNS TABLE (name text, type text, refers_to text, comment text) IMMUTABLE LANGUAGE sql AS $$
  SELECT c.value ->> 'name', c.value ->> 'type', c.value ->> 'references', c.value ->> 'comment'
  FROM (SELECT jsonb_build_object('name', 'id', 'type', id_type, 'comment', CASE WHEN id_type NOT LIKE '% PRIMARY %'
          THEN 'for other tables to refer to; unique only, as there was a primary key' END), 0, 0::bigint
        UNION ALL SELECT value, 1, place FROM jsonb_array_elements(wanted.columns) WITH ORDINALITY u(value, place)
        UNION ALL SELECT value, 2, place FROM jsonb_array_elements(wanted.later_columns) WITH ORDINALITY u(value, place)
        UNION ALL SELECT jsonb_build_object('name', n, 'type', 'timestamptz(3) NOT NULL DEFAULT now()'), 3, place
          FROM unnest('{created_at,updated_at}'::text[]) WITH ORDINALITY u(n, place)) c(value, part, place)
  ORDER BY c.part, c.place
$$;

CREATE FUNCTION upkeep_internal.create_reference_table(
  wanted upkeep_internal.reference_tables,
  schema name,
  keys jsonb
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  full_name constant text := format('%I.%I', schema, wanted.name);
  id_type constant text := 'uuid PRIMARY KEY DEFAULT gen_random_uuid()';
  definitions constant text[] := ARRAY(
    SELECT upkeep_internal.definition(c.name, c.type, c.refers_to, schema)
    FROM upkeep_internal.all_reference_columns(wanted, id_type) c);
  owner name;
BEGIN
  EXECUTE format('CREATE TABLE %s (%s)', full_name, array_to_string(definitions, ', '));
  EXECUTE format('COMMENT ON TABLE %s IS %L', full_name, wanted.comment);
  PERFORM upkeep_internal.comment_on_columns(full_name, wanted, id_type, NULL);
  -- One that older versions do not have belongs to whoever has the others.
  IF wanted.is_later THEN
    SELECT pg_get_userbyid(c.relowner) INTO owner
    FROM upkeep_internal.tables_of_kind(wanted.kind, keys) t
    JOIN pg_class c ON c.oid = upkeep_internal.table_in(schema, t.name)
    WHERE NOT t.is_later
    ORDER BY t.place LIMIT 1;
    IF owner <> current_user THEN
      EXECUTE format('ALTER TABLE %s OWNER TO %I', full_name, owner);
    END IF;
  END IF;
END $$;

-- only: the names of those that were added, NULL for all.
CREATE FUNCTION upkeep_internal.comment_on_columns(
  full_name text,
  wanted upkeep_internal.reference_tables,
  id_type text,
  only_those text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  each record;
BEGIN
  FOR each IN SELECT c.name, c.comment FROM upkeep_internal.all_reference_columns(wanted, id_type) c
      WHERE c.comment IS NOT NULL AND (only_those IS NULL OR c.name = ANY (only_those)) LOOP
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', full_name, each.name, each.comment);
  END LOOP;
END $$;

CREATE FUNCTION upkeep_internal.definition(name text, type text, refers_to text, schema name)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN concat_ws(' ', quote_ident(name), type,
    CASE WHEN refers_to IS NOT NULL THEN upkeep_internal.reference_clause(refers_to, schema) END);
END $$;

-- To the column id where that is a key; a table that is there without any key gets this one.
CREATE FUNCTION upkeep_internal.reference_clause(refers_to text, schema name)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  name constant text := split_part(refers_to, ' ', 1);
  parent constant oid := upkeep_internal.table_in(schema, name);
  full_name constant text := format('%I.%I', schema, name);
  has_key boolean := upkeep_internal.has_reference_index(parent, 'id', true);
BEGIN
  IF NOT has_key AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = parent AND indisprimary) THEN
    EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY (id)', full_name);
    has_key := true;
  END IF;
  RETURN format('REFERENCES %s %s %s', full_name, CASE WHEN has_key THEN '(id)' END,
                substr(refers_to, length(name) + 1));
END $$;

-- Whether an index begins with the columns, and, where it must be unique, has no other.
CREATE FUNCTION upkeep_internal.has_reference_index(target oid, columns text, is_unique boolean)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT EXISTS (
    SELECT FROM pg_index i, LATERAL (
      SELECT string_to_array(columns, ',') AS wanted, array_agg(a.attname::text ORDER BY k.place) AS has
      FROM unnest(i.indkey) WITH ORDINALITY k(number, place)
      LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
      WHERE k.place <= i.indnkeyatts) c
    WHERE i.indrelid = target AND i.indisvalid AND i.indpred IS NULL AND c.has[:cardinality(c.wanted)] = c.wanted
      AND (NOT is_unique OR (i.indisunique AND i.indimmediate AND c.has = c.wanted)))
$$;

-- Returns whether all of the later ones were missing.
CREATE FUNCTION upkeep_internal.add_reference_columns(
  wanted upkeep_internal.reference_tables,
  existing regclass,
  schema name,
  verb text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  full_name constant text := format('%I.%I', schema, wanted.name);
  id_type text := 'uuid PRIMARY KEY DEFAULT gen_random_uuid()';
  column_wanted record;
  added text[] := '{}';
BEGIN
  PERFORM upkeep_internal.require_own_table(existing, verb);
  IF EXISTS (SELECT FROM pg_index WHERE indrelid = existing AND indisprimary) THEN
    id_type := 'uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE';
  END IF;
  FOR column_wanted IN SELECT * FROM upkeep_internal.all_reference_columns(wanted, id_type) c
      WHERE NOT upkeep_internal.has_column(existing, c.name) LOOP
    EXECUTE format('ALTER TABLE %s ADD COLUMN %s', full_name, upkeep_internal.definition(column_wanted.name,
      column_wanted.type, column_wanted.refers_to, schema));
    added := added || column_wanted.name;
  END LOOP;
  PERFORM upkeep_internal.comment_on_columns(full_name, wanted, id_type, added);
  RETURN NOT EXISTS (SELECT FROM jsonb_array_elements(wanted.later_columns) c WHERE c ->> 'name' <> ALL (added));
END $$;

CREATE FUNCTION upkeep_internal.create_reference_indexes(wanted upkeep_internal.reference_tables, schema name)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  full_name constant text := format('%I.%I', schema, wanted.name);
  target constant oid := upkeep_internal.table_in(schema, wanted.name);
  index record;
  has_duplicates boolean;
BEGIN
  FOR index IN SELECT i ->> 'columns' AS columns, (i -> 'unique')::boolean AS is_unique, i ->> 'merge' AS merge
      FROM jsonb_array_elements(wanted.indexes) WITH ORDINALITY u(i, place) ORDER BY place LOOP
    CONTINUE WHEN upkeep_internal.has_reference_index(target, index.columns, index.is_unique);
    IF index.merge IS NOT NULL THEN
      -- Nobody writes another until the index is there.
      EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', full_name);
      EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE (%s) IS NOT NULL GROUP BY %2$s HAVING count(*) > 1)',
        full_name, index.columns) INTO has_duplicates;
      IF has_duplicates THEN
        RAISE NOTICE USING
          MESSAGE = format('"%s" gets no unique index on (%s): it has rows that are equal there', wanted.name,
                           index.columns),
          HINT = format('Merge them, then call this again: %s',
                        upkeep_internal.filled(index.merge, jsonb_build_object('table', full_name)));
        CONTINUE;
      END IF;
    END IF;
    EXECUTE format(CASE WHEN index.is_unique THEN 'ALTER TABLE %s ADD UNIQUE (%s)' ELSE 'CREATE INDEX ON %s (%s)' END,
      full_name, index.columns);
  END LOOP;
END $$;

-- "shops.id is bigint", for what the foreign keys of a table that are missing cannot refer to.
CREATE FUNCTION upkeep_internal.other_keys(wanted upkeep_internal.reference_tables, schema name)
RETURNS SETOF text STABLE LANGUAGE sql AS $$
  SELECT DISTINCT format('%s.id is %s', r.name, format_type(a.atttypid, NULL)) COLLATE "C"
  FROM jsonb_array_elements(wanted.columns) c
  CROSS JOIN LATERAL (SELECT split_part(c ->> 'references', ' ', 1)) r(name)
  JOIN pg_class p ON p.oid = upkeep_internal.table_in(schema, r.name) AND p.relkind IN ('r', 'p')
  JOIN pg_attribute a ON a.attrelid = p.oid AND a.attname = 'id' AND NOT a.attisdropped
  CROSS JOIN LATERAL upkeep_internal.base_type(a.atttypid, a.atttypmod) b
  WHERE b.base <> 'uuid'::regtype
    AND NOT coalesce(upkeep_internal.has_column(upkeep_internal.table_in(schema, wanted.name), c ->> 'name'), false)
  ORDER BY 1
$$;

-- All at once, before anything is made: PostgreSQL's error would be of one foreign key.
CREATE FUNCTION upkeep_internal.require_uuid_keys(kind text, verb text, schema name, keys jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  others constant text := (
    SELECT string_agg(DISTINCT o COLLATE "C", ', ' ORDER BY o COLLATE "C")
    FROM upkeep_internal.tables_of_kind(kind, keys) t, upkeep_internal.other_keys(t, schema) o
    WHERE NOT t.is_later);
BEGIN
  IF others IS NOT NULL THEN
    PERFORM upkeep_internal.fail('42804', format('cannot %s beside tables whose keys are not uuid: %s', verb, others),
      'Choose a schema of their own, or create the tables that refer to these keys first, with columns of their types: '
      'a table that is there gets the columns that it lacks.');
  END IF;
END $$;

-- What stands in the way of a table that came later: it must not keep the others from being made. Empty for nothing.
CREATE FUNCTION upkeep_internal.in_the_way(wanted upkeep_internal.reference_tables, existing oid, schema name)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE
    WHEN existing IS NULL THEN array_to_string(ARRAY(SELECT upkeep_internal.other_keys(wanted, schema)), ', ')
    WHEN EXISTS (SELECT FROM jsonb_array_elements(wanted.columns) c
                 WHERE NOT upkeep_internal.has_column(existing, c ->> 'name')) THEN 'there is another of that name'
    ELSE '' END;
END $$;
