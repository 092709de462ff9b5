-- Random statements on orders, paid and not, on their lines and on what those refer to, with corrections and without:
-- what is refused, in which words, and what the tables hold then. Every third is undone.
-- Variables: steps, how many; without_branches, if set, takes the branches out of the portable edition's function.
\if :{?steps}
\else
  \set steps 1000
\endif
CREATE SCHEMA locks;
SET search_path = locks;
SET TimeZone = 'UTC';
CREATE TABLE goods (id int PRIMARY KEY);
CREATE TABLE sales (id int PRIMARY KEY, status text DEFAULT 'open', total_amount numeric(12,2), doc json, address jsonb,
  rate float8, place point, note text, code character(6), payment_completed_at timestamptz);
CREATE TABLE sold (id int PRIMARY KEY, sale_id bigint REFERENCES sales ON DELETE CASCADE,
  good_id int REFERENCES goods ON DELETE SET NULL, gift_id int REFERENCES goods ON DELETE SET NULL, n int, c numeric,
  d json, e jsonb, f float8, p point, tracking text, twice int GENERATED ALWAYS AS (n * 2) STORED,
  version int DEFAULT 1, updated_at timestamptz DEFAULT '2020-01-01');
SELECT upkeep.enable_order_lock('sales', 'sold', order_column => 'sale_id',
  frozen_columns => '{total_amount,doc,address,rate,place,code}', open_columns => '{tracking}');
SELECT upkeep.enable_updated_at('sold', version_column => 'version');
\if :{?without_branches}
DO $$ BEGIN
  EXECUTE format('%s AS %L', split_part(pg_get_functiondef('upkeep.order_lock()'::regprocedure), E'\nAS $function', 1),
                 upkeep_internal.with_branches(prosrc, ''))
  FROM pg_proc WHERE oid = 'upkeep.order_lock()'::regprocedure;
END $$;
\endif
INSERT INTO goods SELECT generate_series(1, 4);
INSERT INTO sales (id) SELECT generate_series(1, 12);
INSERT INTO sold (id, sale_id) SELECT g, 1 + g % 12 FROM generate_series(1, 40) g;
CREATE TABLE verdicts (n int, statement text, verdict text);
CREATE FUNCTION among(last int) RETURNS int LANGUAGE sql AS $$ SELECT 1 + floor(random() * last)::int $$;
-- a SET list of one to three of these, each column once
CREATE FUNCTION few(choices text[], turn int) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(choice, ', ' ORDER BY choice)
  FROM (SELECT min(choice) AS choice
        FROM (SELECT choices[locks.among(cardinality(choices))] AS choice FROM generate_series(0, turn % 3)) picked
        GROUP BY split_part(choice, ' ', 1)) one_each $$;
CREATE FUNCTION line(turn int) RETURNS text LANGUAGE sql AS $$ SELECT locks.few(ARRAY['n = 1', 'n = 2', 'c = 1.0',
  'c = 1.00', 'c = NULL', 'd = ''{"a":1}''', 'd = ''{"a": 1}''', 'd = ''{"a": "\u0000"}''', 'd = ''{"a":"\u0000"}''',
  'e = ''{"a":1}''', 'e = ''{"a": 1}''', 'f = 0', 'f = ''-0''', 'f = ''NaN''', 'p = ''(1,1)''', 'p = ''(1,2)''',
  'tracking = ''T1''', 'tracking = NULL', 'good_id = NULL', 'good_id = 1', 'gift_id = NULL', 'gift_id = 2',
  'sale_id = 1', 'sale_id = 2', 'sale_id = NULL', 'version = 1', 'updated_at = now()'], turn) $$;
CREATE FUNCTION sale(turn int) RETURNS text LANGUAGE sql AS $$ SELECT locks.few(ARRAY['status = ''open''',
  'status = ''paid''', 'status = ''completed''', 'status = NULL', 'total_amount = 1', 'total_amount = 1.00',
  'total_amount = 2', 'doc = ''{"a":1}''', 'doc = ''{"a": 1}''', 'doc = NULL', 'doc = ''{"a": "\u0000"}''',
  'doc = ''{"a":"\u0000"}''', 'address = ''{"a":1}''', 'address = ''{"a": 1}''', 'rate = 0', 'rate = ''-0''',
  'rate = ''NaN''', 'place = ''(1,1)''', 'place = ''(1,2)''', 'note = ''x''', 'code = ''A''', 'code = ''A  ''',
  'payment_completed_at = NULL', 'payment_completed_at = ''2026-01-01 12:00''', 'payment_completed_at = ''2026-02-01''',
  'id = id', 'id = id + 100'], turn) $$;
CREATE FUNCTION statement(turn int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE locks.among(12)
    WHEN 1 THEN format('INSERT INTO sold (id, sale_id, n) SELECT g, 1 + g %% 12, 1 FROM generate_series(%s, %s) g',
      100 + turn, 99 + turn + among(3))
    WHEN 2 THEN format('DELETE FROM sold WHERE id %% 37 = %s AND id > 40', among(37) - 1)
    WHEN 3 THEN format('UPDATE sold SET %s WHERE sale_id = %s', line(turn), among(12))
    WHEN 4 THEN format('INSERT INTO sold (id, sale_id) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET %s', among(50),
      among(12), line(turn))
    WHEN 5 THEN format('MERGE INTO sold l USING (VALUES (%s), (%s)) s (id) ON l.id = s.id '
      'WHEN MATCHED AND l.id %% 2 = 0 THEN UPDATE SET %s WHEN MATCHED THEN DELETE '
      'WHEN NOT MATCHED THEN INSERT (id, sale_id) VALUES (s.id, %s)', among(25) * 2, 25 + among(25), line(turn),
      among(12))
    WHEN 6 THEN format('DELETE FROM goods WHERE id = %s; INSERT INTO goods SELECT g FROM generate_series(1, 4) g '
      'ON CONFLICT DO NOTHING', among(4))
    WHEN 7 THEN format('DELETE FROM sales WHERE id = %s; INSERT INTO sales (id) SELECT g FROM generate_series(1, 12) g '
      'ON CONFLICT DO NOTHING', among(12))
    WHEN 8 THEN format('UPDATE sold SET %s WHERE id = %s', line(turn), among(40))
    WHEN 9 THEN format('SELECT upkeep.correct_order(''sales'', ''%1$s'', ''r''); UPDATE sold SET %2$s '
      'WHERE sale_id IN (%1$s, %3$s); UPDATE sales SET code = ''x'' WHERE id = %1$s', among(12), line(turn), among(12))
    ELSE format('UPDATE sales SET %s WHERE id = %s', sale(turn), among(12)) END;
END $$;
SELECT setseed(0.5);
SELECT set_config('locks.steps', :'steps', false);
SET search_path = locks;
DO $$
DECLARE
  statement text;
  verdict text;
  detail text;
  hint text;
BEGIN
  FOR turn IN 1 .. current_setting('locks.steps')::int LOOP
    IF turn % 40 = 0 THEN
      -- So that some are open again.
      PERFORM set_config('upkeep.pause', 'order_lock', true);
      UPDATE sales SET status = 'open', payment_completed_at = NULL WHERE id % 3 = turn / 40 % 3;
      PERFORM set_config('upkeep.pause', '', true);
    END IF;
    statement := statement(turn);
    verdict := 'done';
    BEGIN
      EXECUTE statement;
      IF turn % 3 = 0 THEN
        RAISE SQLSTATE 'OK000';
      END IF;
    EXCEPTION WHEN SQLSTATE 'OK000' THEN
    WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
      verdict := concat_ws(' / ', SQLSTATE, SQLERRM, detail, hint);
    END;
    INSERT INTO verdicts VALUES (turn, statement, verdict);
  END LOOP;
END $$;
INSERT INTO verdicts SELECT 1000000 + id, '', sales::text FROM sales
  UNION ALL SELECT 2000000 + id, '', concat_ws(' ', id, sale_id, good_id, gift_id, n, c, d, e, f, p, tracking, version)
  FROM sold;
