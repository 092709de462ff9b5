-- What crosses the boundary between C++ and PostgreSQL, and that nothing stays behind.
DO $do$
DECLARE
  signature text;
BEGIN
  FOREACH signature IN ARRAY ARRAY['throw_cpp(text) RETURNS void', 'throw_in_call() RETURNS void',
    'raise_pg() RETURNS void', 'run_sql(text) RETURNS void',
    'nested(int, text) RETURNS void', 'search_forever() RETURNS void', 'live_objects() RETURNS bigint',
    'resident_memory() RETURNS bigint', 'filled_sql(text, text) RETURNS text', 'show_statement() RETURNS void']
  LOOP
    EXECUTE format('CREATE FUNCTION %s LANGUAGE c AS %L', signature, current_setting('boundary.file'));
  END LOOP;
END $do$;

-- what the user reads of each kind of error: SQLSTATE, message, detail, hint, context
CREATE FUNCTION said(sql text) RETURNS TABLE (state text, message text, detail text, hint text, context text)
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE sql;
  state := '00000';
  RETURN NEXT;
EXCEPTION WHEN OTHERS OR query_canceled THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
    hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
  context := split_part(context, E'\nPL/pgSQL', 1);
  RETURN NEXT;
END $$;

SELECT kind, s.*
  FROM unnest(ARRAY['fault', 'bare fault', 'percent', 'bad_alloc', 'runtime_error', 'out_of_range', 'int']) kind,
  said(format('SELECT throw_cpp(%L)', kind)) s;
-- longer than the buffers: cut between two characters
SELECT kind, octet_length(s.message), octet_length(s.detail), octet_length(s.hint)
FROM unnest(ARRAY['umlauts']) kind, said(format('SELECT throw_cpp(%L)', kind)) s;
SELECT length(message) FROM said('SELECT throw_cpp(''long fault'')');
SELECT * FROM said('SELECT throw_in_call()');
SELECT * FROM said('SELECT raise_pg()');
-- an SPI error within a C++ frame keeps all that PostgreSQL says of it
SELECT * FROM said('SELECT run_sql(''SELECT 1/0'')');
SELECT * FROM said('SELECT run_sql(''SELEC 1'')');
SELECT * FROM said($$SELECT run_sql('DO ''BEGIN RAISE EXCEPTION USING ERRCODE = ''''UK001'''', $$
  || $$MESSAGE = ''''m'''', DETAIL = ''''d'''', HINT = ''''h''''; END''')$$);
-- entered again through SPI, ten deep: an exception and an error from the bottom
SELECT state, message, detail, hint FROM said('SELECT nested(10, $b$SELECT throw_cpp(''fault'')$b$)');
SELECT state, message, (length(context) - length(replace(context, 'SQL statement', ''))) / 13 AS statements
  FROM said('SELECT nested(10, ''SELECT 1/0'')');
SELECT state FROM said('SELECT nested(10, ''SELECT 1'')');
-- an error caught below leaves the frames above alone
SELECT state FROM said($$SELECT nested(3, 'SELECT state FROM said(''SELECT throw_cpp(''''int'''')'')')$$);
-- what depth PostgreSQL allows ends in its own error
SELECT state, message FROM said('SELECT nested(100000, ''SELECT 1'')');
SELECT live_objects();

-- SQL from a template: operators, names and values; quotes, comments and arrays are left alone
SELECT filled_sql('a', 'b');
SELECT filled_sql('A b"c', E'it''s \\ {text} [=]');
-- as psql takes it
SET client_min_messages = debug1;
SELECT show_statement();
SET client_min_messages = notice;
SELECT show_statement();
RESET client_min_messages;

-- a long loop in core is stopped by a timeout, and the session goes on
SET statement_timeout = '200ms';
SELECT search_forever();
SELECT nested(3, 'SELECT search_forever()');
RESET statement_timeout;
SELECT live_objects();

-- 60,000 caught errors of every kind leave no object, and no memory
CREATE PROCEDURE cause_errors(count int) LANGUAGE plpgsql AS $$
DECLARE
  statements text[] := ARRAY['SELECT throw_cpp(''fault'')', 'SELECT throw_cpp(''runtime_error'')',
    'SELECT throw_in_call()',
    'SELECT raise_pg()', 'SELECT run_sql(''SELECT 1/0'')', 'SELECT nested(2, ''SELECT throw_cpp(''''int'''')'')'];
BEGIN
  FOR i IN 1..count LOOP
    BEGIN
      EXECUTE statements[1 + i % 6];
      RAISE 'no error from %', statements[1 + i % 6];
    EXCEPTION WHEN invalid_parameter_value OR division_by_zero OR internal_error THEN
    END;
    IF i % 1000 = 0 THEN COMMIT; END IF;
  END LOOP;
END $$;
CALL cause_errors(6000);
SELECT resident_memory() AS before \gset
CALL cause_errors(60000);
SELECT live_objects(), resident_memory() <= 1.05 * :before AS memory_is_flat;
