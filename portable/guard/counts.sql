-- What is in a table. It is counted as the installer, and only where he acts for the owner anyway: a table's indexes
-- can hold anyone's code, which would run as the installer. Elsewhere the size of the table tells that it is filled.

CREATE FUNCTION upkeep_internal.may_count(target regclass)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN coalesce(upkeep_internal.acts_for_owner(target), false)
    AND NOT upkeep_internal.is_hidden_from_installer(target);
END $$;

-- Up to most rows, and those of them where a condition holds; where it holds nowhere, it is sought to the end. Rows
-- that an older snapshot does not see are there all the same.
CREATE FUNCTION upkeep_internal.count_in(
  target regclass,
  most bigint,
  condition text DEFAULT 'true',
  OUT rows bigint,
  OUT lost bigint,
  OUT is_complete boolean
) LANGUAGE plpgsql AS $$
BEGIN
  IF upkeep_internal.may_count(target) THEN
    EXECUTE format('SELECT count(*), count(*) FILTER (WHERE %1$s) FROM (SELECT * FROM ONLY %2$s LIMIT $1) r',
      condition, upkeep_internal.qualified(target)) INTO rows, lost USING most;
    IF rows >= most THEN
      EXECUTE format('SELECT NOT EXISTS (SELECT FROM ONLY %s OFFSET $1)', upkeep_internal.qualified(target))
        INTO is_complete USING most;
    END IF;
    IF NOT is_complete AND lost = 0 AND condition <> 'true' THEN
      EXECUTE format('SELECT count(*), count(*) FILTER (WHERE %s) FROM ONLY %s r', condition,
        upkeep_internal.qualified(target)) INTO rows, lost;
      is_complete := true;
    END IF;
  END IF;
  IF (rows IS NULL OR rows = 0 AND current_setting('transaction_isolation') <> 'read committed')
     AND pg_relation_size(target) > 0 THEN
    rows := 1;
    lost := 1;
    is_complete := false;
  END IF;
  rows := coalesce(rows, 0);
  lost := coalesce(lost, 0);
  is_complete := coalesce(is_complete, true);
END $$;

-- Of all these tables together. Beyond 100,000 rows it is "at least".
CREATE FUNCTION upkeep_internal.count_rows_of(
  tables regclass[],
  OUT rows bigint,
  OUT is_complete boolean
) LANGUAGE plpgsql AS $$
DECLARE
  each regclass;
  found record;
BEGIN
  rows := 0;
  is_complete := true;
  FOREACH each IN ARRAY tables LOOP
    SELECT * INTO found FROM upkeep_internal.count_in(each, 100000 - least(rows, 100000));
    rows := rows + found.rows;
    is_complete := is_complete AND found.is_complete;
  END LOOP;
END $$;

-- Where the count stopped early, the rest is counted now: an expectation is exact. NULL where nothing is expected.
CREATE FUNCTION upkeep_internal.lost_exactly(loss jsonb, expected bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  target constant regclass := (loss ->> 'table')::oid;
BEGIN
  IF expected IS NULL THEN
    RETURN NULL;
  ELSIF (loss ->> 'complete')::boolean OR loss ->> 'kind' = 'conversion'
        OR NOT EXISTS (SELECT FROM pg_class WHERE oid = target) THEN
    RETURN loss ->> 'lost';
  END IF;
  RETURN (
    SELECT sum(c.lost)
    FROM upkeep_internal.with_descendants(target) d
    CROSS JOIN LATERAL upkeep_internal.count_in(d, 9223372036854775806, CASE loss ->> 'column' WHEN '' THEN 'true'
      ELSE format('num_nonnulls(r.%I) = 1', loss ->> 'column') END) c);
END $$;

-- One loss for a tree of tables, which the first of them names.
CREATE FUNCTION upkeep_internal.loss_of_rows(tables regclass[])
RETURNS jsonb LANGUAGE sql AS $$
  SELECT upkeep_internal.loss_frame(tables[1])
    || jsonb_build_object('kind', 'rows', 'rows', f.rows, 'lost', f.rows, 'complete', f.is_complete)
  FROM upkeep_internal.count_rows_of(tables) f
$$;

CREATE FUNCTION upkeep_internal.loss_of_values(tables regclass[], column_name text, condition text)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  each regclass;
  found record;
  rows bigint := 0;
  lost bigint := 0;
  is_complete boolean := true;
BEGIN
  FOREACH each IN ARRAY tables LOOP
    SELECT * INTO found FROM upkeep_internal.count_in(each, 100000 - least(rows, 100000), condition);
    rows := rows + found.rows;
    lost := lost + found.lost;
    is_complete := is_complete AND found.is_complete;
  END LOOP;
  RETURN upkeep_internal.loss_frame(tables[1]) || jsonb_build_object('kind', 'values', 'column', column_name, 'object',
    format('%s.%I', upkeep_internal.qualified(tables[1]), column_name), 'rows', rows, 'lost', lost,
    'complete', is_complete);
END $$;

CREATE FUNCTION upkeep_internal.loss_frame(target regclass)
RETURNS jsonb STABLE LANGUAGE sql AS $$
  SELECT jsonb_build_object('table', c.oid, 'column', '', 'object', upkeep_internal.qualified(c.oid), 'type', '',
    'instead', '', 'schema', c.relnamespace, 'schema_name', n.nspname, 'owner', c.relowner,
    'blocks', 'block' IN (SELECT upkeep_internal.guard_modes(c.oid)))
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = target
$$;
