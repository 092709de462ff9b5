-- ALTER COLUMN … TYPE under the guard: what loses nothing goes through, in the terms of the expression that makes it.
SET client_min_messages = error;
SET timezone = 'UTC';
CREATE SCHEMA converted;
SET search_path = converted, public;
CREATE FUNCTION tried(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RAISE EXCEPTION USING ERRCODE = 'P0099', MESSAGE = 'goes through';
EXCEPTION WHEN OTHERS THEN
  RETURN CASE SQLSTATE WHEN 'P0099' THEN ''
    ELSE SQLSTATE || ' ' END || replace(SQLERRM, 'ALTER TABLE would lose parts of column converted.', '');
END $$;
CREATE FUNCTION try_all(of regclass, conversions text[]) RETURNS TABLE (conversion text, tried text) LANGUAGE sql AS
$$ SELECT c, tried(format('ALTER TABLE %s ALTER %s', of, c)) FROM unnest(conversions) WITH ORDINALITY u(c, n)
  ORDER BY n $$;
SELECT upkeep.enable_guard(schemas => '{converted}');

-- times: a zone is taken back by itself, whatever the session's; an hour that there is twice, or not at all, is lost
CREATE TABLE times (at timestamp, atz timestamptz, iso text, local text, day text, seconds int, fine timestamptz);
INSERT INTO times VALUES ('2026-03-29 02:30:00.123456', '2026-10-25 00:30:00.5+00', '2026-11-21T10:11:12.25Z',
  '2026-11-21T10:11:12', '21.11.2026', 1700000000, '2026-11-21 10:00:00.25+00'),
  ('2026-01-01', '2026-10-25 01:30:00.5+00', '2026-11-21T10:11:12+02:00', '2026-11-21T10:11', '01.02.2026', 0,
    '2026-11-21 10:00:00+00'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE time_conversions AS SELECT ARRAY['at TYPE timestamptz',
  'at TYPE timestamptz USING at AT TIME ZONE ''UTC''', 'at TYPE timestamptz USING timezone(''Asia/Tokyo'', at)',
  'at TYPE timestamptz USING at AT TIME ZONE INTERVAL ''-03:30''',
  'at TYPE timestamptz USING at AT TIME ZONE ''Europe/Berlin''', 'at TYPE timestamptz(0) USING at AT TIME ZONE ''UTC''',
  'atz TYPE timestamp', 'atz TYPE timestamp USING atz AT TIME ZONE ''UTC''',
  'atz TYPE timestamp USING (atz AT TIME ZONE ''UTC'') AT TIME ZONE ''UTC'' AT TIME ZONE ''Asia/Tokyo''',
  'atz TYPE timestamp USING atz AT TIME ZONE ''Europe/Berlin''', 'atz TYPE timestamp(0) USING atz AT TIME ZONE ''UTC''',
  'atz TYPE date USING (atz AT TIME ZONE ''UTC'')::date', 'iso TYPE timestamptz USING iso::timestamptz',
  'iso TYPE timestamptz(3) USING iso::timestamptz', 'iso TYPE timestamptz(0) USING iso::timestamptz',
  'iso TYPE timestamp USING iso::timestamptz AT TIME ZONE ''UTC''', 'iso TYPE timestamp USING iso::timestamp',
  'local TYPE timestamp USING local::timestamp', 'local TYPE date USING local::date',
  'day TYPE date USING to_date(day, ''DD.MM.YYYY'')',
  'day TYPE timestamptz USING to_timestamp(day, ''DD.MM.YYYY'')', 'day TYPE date USING to_date(day, ''DD.MM'')',
  'day TYPE time USING to_timestamp(day, ''DD.MM.YYYY'')::time', 'seconds TYPE timestamptz USING to_timestamp(seconds)',
  'fine TYPE numeric USING extract(epoch FROM fine)', 'fine TYPE bigint USING extract(epoch FROM fine)'] AS c;
SELECT t.* FROM time_conversions, try_all('times', c) t;
SET timezone = 'Europe/Berlin';
SELECT t.* FROM time_conversions, try_all('times', c) t;
SET timezone = 'UTC';

-- texts: what says the same is the same
CREATE TABLE texts (ip text, t text, doc text, twice text, zero text, u text, zip text, price text, yes text, j json,
  tags text[], words text[], numbers int[]);
INSERT INTO texts VALUES ('10.0.0.1', 'a "b"', '{"b": 1,  "a": [1, 2]}', '{"a": 1, "a": 2}', '"\u0000"',
  '0B4D2F6E-4F3E-4B52-9B8E-0D9C3F6A7B10', '007', '1.5', 'yes', '{"a":   1}', '{a,b}', '{"a,b"}', '{1,2}'),
  ('fe80::0001', 'null', '[]', '{}', '1', '{0b4d2f6e4f3e4b529b8e0d9c3f6a7b11}', '42', '2', 'no', '[]', '{}',
    NULL, '{3}');
SELECT * FROM try_all('texts', ARRAY['ip TYPE inet USING ip::inet', 'ip TYPE cidr USING ip::cidr',
  't TYPE jsonb USING to_jsonb(t)', 't TYPE json USING to_json(t)', 'doc TYPE jsonb USING doc::jsonb',
  'doc TYPE json USING doc::json',
  'twice TYPE jsonb USING twice::jsonb', 'zero TYPE json USING zero::json',
  'doc TYPE jsonb USING jsonb_build_object(''x'', 1)', 'j TYPE jsonb', 'j TYPE text', 'u TYPE uuid USING u::uuid',
  'u TYPE uuid USING trim(u)::uuid', 'zip TYPE int USING zip::int',
  'zip TYPE text USING lpad(zip, 8)', 'price TYPE numeric(10,2) USING price::numeric',
  'price TYPE int USING price::numeric::int', 'price TYPE float8 USING price::float8',
  'yes TYPE boolean USING yes::boolean', 'yes TYPE boolean USING yes = ''yes''',
  't TYPE boolean USING t IS NOT NULL', 't TYPE text[] USING ARRAY[t]', 't TYPE text[] USING ARRAY[lower(t)]',
  't TYPE text[] USING string_to_array(t, '' '')', 't TYPE text[] USING string_to_array(upper(t), '' '')',
  't TYPE bytea USING convert_to(t, ''UTF8'')',
  'u TYPE bytea USING decode(''00'', ''hex'')', 'zip TYPE bytea USING decode(lpad(zip, 4, ''0''), ''hex'')',
  'tags TYPE text USING array_to_string(tags, '','')', 'words TYPE text USING array_to_string(words, '','')',
  'numbers TYPE text USING array_to_string(numbers, '','')']);
CREATE TABLE scalars (s jsonb, j json, o jsonb);
INSERT INTO scalars VALUES ('"x"', '"y"', '{"a": 1}'), ('5', '[1,  2]', '{}'), ('{"a": 1}', NULL, '[]');
SELECT * FROM try_all('scalars', ARRAY['s TYPE text USING s #>> ''{}''', 'j TYPE text USING j #>> ''{}''',
  's TYPE varchar(2) USING s #>> ''{}''', 'o TYPE text USING o #>> ''{a}''', 'o TYPE text USING o #>> NULL']);

-- names: two that become one are lost, one that gets another name is not
CREATE TYPE old_status AS ENUM ('new', 'paid', 'sent');
CREATE TYPE new_status AS ENUM ('open', 'closed');
CREATE TYPE renamed_status AS ENUM ('created', 'paid', 'shipped');
CREATE TABLE orders (id int, e old_status, t text, i int, b boolean) PARTITION BY LIST (id);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES IN (1);
CREATE TABLE orders_2 PARTITION OF orders FOR VALUES IN (2);
INSERT INTO orders VALUES (1, 'paid', 'paid', 1, true), (1, 'paid', 'paid', 1, true), (1, 'new', 'new', 0, false),
  (2, 'sent', 'sent', 2, false), (2, NULL, NULL, NULL, NULL);
SELECT * FROM try_all('orders',
  ARRAY['e TYPE new_status USING (CASE e WHEN ''new'' THEN ''open'' ELSE ''closed'' END)::new_status',
  'e TYPE renamed_status USING (CASE e WHEN ''new'' THEN ''created'' '
    'WHEN ''sent'' THEN ''shipped'' ELSE ''paid'' END)::renamed_status',
  'e TYPE old_status USING CASE e WHEN ''new'' THEN ''paid'' ELSE e END',
  'e TYPE text', 'e TYPE text USING CASE e WHEN ''new'' THEN ''created'' ELSE e::text END',
  'e TYPE text USING CASE e WHEN ''new'' THEN ''paid'' ELSE e::text END', 'e TYPE boolean USING e = ''paid''',
  'e TYPE old_status USING ''new''', 'e TYPE renamed_status USING NULL', 't TYPE old_status USING t::old_status',
  't TYPE new_status USING (CASE t WHEN ''new'' THEN ''open'' ELSE ''closed'' END)::new_status',
  't TYPE renamed_status USING (CASE t WHEN ''new'' THEN ''created'' WHEN ''sent'' THEN ''shipped'' '
      'ELSE t END)::renamed_status', 'i TYPE old_status USING (enum_range(NULL::old_status))[i + 1]',
  'i TYPE new_status USING (CASE i WHEN 0 THEN ''open'' ELSE ''closed'' END)::new_status',
  'b TYPE int USING b::int', 'b TYPE text USING CASE WHEN b THEN ''yes'' ELSE ''no'' END',
  'b TYPE text USING CASE WHEN b THEN ''x'' ELSE ''x'' END', 'i TYPE boolean USING i > 0']);

-- what is made anew each time has nothing of the value, however often it is asked
CREATE TABLE numbers (n int);
INSERT INTO numbers SELECT generate_series(1, 5);
CREATE SEQUENCE counter;
SELECT t.* FROM generate_series(1, 3), try_all('numbers', ARRAY['n TYPE int USING (random() * 10)::int',
  'n TYPE int USING n + (random() * 0)::int', 'n TYPE bigint USING nextval(''counter'')']) t;
SELECT last_value, is_called FROM counter;

-- nothing is read where no value can change, and nothing for a hint
CREATE DOMAIN cents AS int CHECK (value >= 0);
CREATE TABLE wide (s smallint, i int, n numeric(10,2), v varchar(50), at timestamp, atz timestamptz(3), d date,
  e old_status, u text);
INSERT INTO wide SELECT 1, n, 1, 'v', now(), now(), now(), 'new', gen_random_uuid() FROM generate_series(1, 1000) n;
-- reads(statement): how many rows the guard looked at before the command itself did
CREATE FUNCTION reads(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  before bigint;
  guarded bigint;
  alone bigint;
BEGIN
  FOR i IN 0 .. 1 LOOP
    PERFORM set_config('upkeep.pause', CASE i WHEN 0 THEN '' ELSE 'guard' END, true);
    SELECT seq_tup_read INTO before FROM pg_stat_xact_all_tables WHERE relid = 'wide'::regclass;
    BEGIN
      EXECUTE statement;
      RAISE EXCEPTION USING ERRCODE = 'P0099';
    EXCEPTION WHEN SQLSTATE 'P0099' THEN
      NULL;
    END;
    SELECT seq_tup_read - before INTO alone FROM pg_stat_xact_all_tables WHERE relid = 'wide'::regclass;
    guarded := coalesce(guarded, alone);
  END LOOP;
  RETURN guarded - alone;
END $$;
ALTER TABLE wide ADD CHECK (i IS NOT NULL);
SELECT c, reads('ALTER TABLE wide ' || c) FROM unnest(ARRAY['ALTER i SET NOT NULL', 'ALTER s SET NOT NULL',
  'ADD UNIQUE (i)', 'ALTER v TYPE varchar(100)', 'ALTER v TYPE text', 'ALTER v TYPE text USING v::text',
  'ALTER n TYPE numeric(12,2)', 'ALTER n TYPE numeric', 'ALTER at TYPE timestamptz',
  'ALTER atz TYPE timestamptz', 'ALTER atz TYPE timestamp', 'ALTER i TYPE cents',
  'ALTER i TYPE bigint', 'ALTER i TYPE numeric', 'ALTER s TYPE int', 'ALTER d TYPE timestamp', 'ALTER e TYPE text',
  'ALTER u TYPE uuid USING u::uuid', 'ADD COLUMN x int', 'ADD COLUMN y int NOT NULL DEFAULT 1',
  'ALTER n TYPE numeric(12,1)']) c;

SELECT upkeep.disable_guard();
RESET timezone;
DROP SCHEMA converted CASCADE;
DELETE FROM upkeep.ddl_log;
