-- History that is made up: some hundred random changes of a table, of its keys and of its columns; as_of gives each
-- moment as it was copied, and undoing all transactions, the newest first, what was there before them.
SET client_min_messages = warning;
CREATE SCHEMA made;
SET search_path = made, public;
CREATE TABLE rows_ (id int PRIMARY KEY, a text, b numeric(10,2), c timestamptz, d int[], e boolean);
SELECT upkeep.enable_history('rows_');
INSERT INTO rows_ SELECT n, 'a' || n, n, '2026-01-01 00:00+00', ARRAY[n], n % 2 = 0 FROM generate_series(1, 20) n;
CREATE TABLE moments (n int PRIMARY KEY, at timestamptz, transaction xid8);
-- Values by the numbers of columns, which renames do not change.
CREATE TABLE copies (n int, row_ jsonb);
CREATE FUNCTION numbered(row_ jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_object_agg(a.attnum, row_ -> a.attname::text) FROM pg_attribute a
  WHERE a.attrelid = 'made.rows_'::regclass AND a.attnum > 0 AND NOT a.attisdropped
$$;
CREATE FUNCTION column_at(place int) RETURNS text LANGUAGE sql STABLE AS
  'SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = ''made.rows_''::regclass AND attnum = $1';
-- One random statement.
CREATE FUNCTION change(n int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  k text := column_at(1);
  a text := column_at(2);
  b text := column_at(3);
  s float := random();
BEGIN
  IF s < 0.25 THEN
    RETURN format('UPDATE rows_ SET %s = %s WHERE %s %% 3 = %s', b, round((random() * 100)::numeric, 2), k, n % 3);
  ELSIF s < 0.4 THEN
    RETURN format('UPDATE rows_ SET %s = NULLIF(%L, ''x''), c = now() WHERE random() < 0.3', a,
      CASE WHEN random() < 0.3 THEN 'x' ELSE repeat('y', n) END);
  ELSIF s < 0.55 THEN
    RETURN format('INSERT INTO rows_ (%s, %s, %s) SELECT n, n, n FROM generate_series(%s, %s) n ON CONFLICT (%1$s) DO
      UPDATE SET %2$s = excluded.%2$s || ''!''', k, a, b, n % 50, n % 50 + 3);
  ELSIF s < 0.7 THEN
    RETURN format('DELETE FROM rows_ WHERE %s IN (SELECT %1$s FROM rows_ ORDER BY random() LIMIT 2)', k);
  ELSIF s < 0.82 THEN
    RETURN format('UPDATE rows_ SET %s = %1$s + 100 * (CASE WHEN %1$s > 100 THEN -1 ELSE 1 END) WHERE random() < 0.2
      AND NOT EXISTS (SELECT FROM rows_ o WHERE o.%1$s %% 100 = rows_.%1$s %% 100 AND o.%1$s <> rows_.%1$s)', k);
  ELSIF s < 0.88 THEN
    RETURN format('ALTER TABLE rows_ RENAME %s TO %I', column_at(1 + n % 3), 'name ' || n);
  ELSIF s < 0.92 THEN
    RETURN format('ALTER TABLE rows_ ADD %I text DEFAULT %L', 'added ' || n, n);
  ELSIF s < 0.94 THEN
    RETURN 'TRUNCATE rows_';
  ELSE
    RETURN 'UPDATE rows_ SET d = d || 1, e = NOT e';
  END IF;
END $$;

SELECT setseed(0.42);
CREATE PROCEDURE make_history() LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1..80 LOOP
    INSERT INTO copies SELECT i, numbered(to_jsonb(r)) FROM rows_ r;
    INSERT INTO moments VALUES (i, clock_timestamp(), pg_current_xact_id());
    FOR j IN 0..i % 3 LOOP
      EXECUTE change(i * 3 + j);
    END LOOP;
    COMMIT;
  END LOOP;
END $$;
CALL make_history();
-- moments whose rows are not those that were copied: columns added later are left out, but have their defaults
CREATE FUNCTION wrong_moments() RETURNS SETOF int LANGUAGE sql AS $$
  SELECT m.n FROM made.moments m
  WHERE EXISTS (
    WITH was AS (
      SELECT numbered(to_jsonb(o)) AS row_ FROM upkeep.as_of(NULL::made.rows_, m.at) o
    ), told AS (
      SELECT w.row_, (SELECT jsonb_object_agg(key, value) FROM jsonb_each(w.row_)
        WHERE coalesce((SELECT c.row_ ? key FROM made.copies c WHERE c.n = m.n LIMIT 1), false)) AS known FROM was w
    )
    SELECT known FROM told EXCEPT ALL SELECT row_ FROM made.copies WHERE n = m.n
  ) OR (SELECT count(*) FROM upkeep.as_of(NULL::made.rows_, m.at)) <>
       (SELECT count(*) FROM made.copies c WHERE c.n = m.n)
$$;
SELECT count(*) > 70 AS has_moments FROM moments;
SELECT * FROM wrong_moments();
-- backward through all of it
CREATE FUNCTION undo_all() RETURNS TABLE (undone bigint, wrong bigint) LANGUAGE plpgsql AS $$
DECLARE
  m record;
BEGIN
  undone := 0;
  FOR m IN SELECT * FROM moments ORDER BY n DESC LOOP
    IF EXISTS (SELECT FROM upkeep.history h WHERE h.transaction = m.transaction AND h.target = 'rows_'::regclass) THEN
      PERFORM upkeep.undo(m.transaction);
      undone := undone + 1;
    END IF;
  END LOOP;
  -- all but what was added since
  SELECT count(*) INTO wrong FROM copies c WHERE c.n = 1 AND NOT EXISTS (
    SELECT FROM rows_ r WHERE numbered(to_jsonb(r)) @> c.row_);
  wrong := wrong + abs((SELECT count(*) FROM rows_) - (SELECT count(*) FROM copies WHERE n = 1));
  RETURN NEXT;
END $$;
SELECT undone > 50 AS undone, wrong FROM undo_all();
SELECT * FROM wrong_moments();
DROP SCHEMA made CASCADE;
