-- What the other tests stand on. Stamps are never printed: moved() tells which rows' stamps a statement moved.
-- C++ edition {
CREATE EXTENSION pg_upkeep;
SELECT upkeep.version();
-- }

-- moved(table, statement): the keys of the rows whose stamp the statement moved forward, "-" before one that went back
CREATE FUNCTION moved(target regclass, statement text, key text DEFAULT 'id', stamp text DEFAULT 'updated_at')
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  before jsonb;
  result text;
BEGIN
  EXECUTE format('SELECT jsonb_object_agg(%I, to_jsonb(%I)) FROM %s', key, stamp, target) INTO before;
  EXECUTE statement;
  EXECUTE format($q$SELECT coalesce(string_agg(
      CASE WHEN %2$I > ($1 ->> %1$I::text)::timestamptz OR $1 ->> %1$I::text IS NULL
      THEN '' ELSE '-' END || %1$I, ' ' ORDER BY %1$I), 'none')
    FROM %3$s WHERE to_jsonb(%2$I) IS DISTINCT FROM $1 -> %1$I::text$q$, key, stamp, target)
    INTO result USING before;
  RETURN result;
END $$;

-- failure(statement): SQLSTATE, message, detail and hint of its error
CREATE FUNCTION failure(statement text) RETURNS TABLE (state text, message text, detail text, hint text)
  LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  state := 'no error';
  RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
    hint = PG_EXCEPTION_HINT;
  RETURN NEXT;
END $$;

-- C++ edition {
CREATE ROLE regress_upkeep_owner;
CREATE ROLE regress_upkeep_other;
GRANT CREATE ON SCHEMA public TO regress_upkeep_owner;
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
-- }
