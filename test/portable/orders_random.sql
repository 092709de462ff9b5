-- Random statements over products, orders and their lines, in sessions with random settings: what is captured, refused
-- and kept. The table moves says what each came to, error or rows, with everything that is stored in the line.
-- Variables: steps, how many; without_branches, if set, takes the branches out of the portable edition's functions.
\if :{?steps}
\else
  \set steps 3000
\endif
SET client_min_messages = warning;
CREATE TYPE mood AS ENUM ('ok', 'so so');
CREATE DOMAIN cents AS numeric(12,2) CHECK (VALUE >= 0);
CREATE DOMAIN stamp AS timestamptz;
CREATE DOMAIN document AS json;
CREATE TYPE pair AS (at timestamptz, f float8, j json);
CREATE TABLE products (
  shop int, id int, name text, price numeric(12,3), active boolean, small smallint, big bigint, n numeric, r real,
  f float8, fixed char(5), u uuid, made timestamptz, day date, local timestamp, at time, zoned timetz, lasts interval,
  bits bytea, words tsvector, period tstzrange, days datemultirange, addr inet, net cidr, meta jsonb, raw json,
  raws json[], part pair, parts pair[], feel mood, feels mood[], stamps timestamptz[], floats float8[], amount cents,
  stamped stamp, doc document, spot point, cash money, bit_s bit varying, key name, letter "char", texts text[],
  numbers numeric[], doubled numeric GENERATED ALWAYS AS (n * 2) STORED, stock_quantity int, unit_cost numeric,
  PRIMARY KEY (shop, id));
CREATE TABLE orders (shop int, id int, status text DEFAULT 'pending', payment_completed_at timestamptz,
  PRIMARY KEY (shop, id));
-- Three ways to write down the same lines.
CREATE TABLE lines_verify (shop int, id int PRIMARY KEY, order_id int, product_id int, quantity int, note text,
  returns_id int, price_snapshot numeric(10,2), product_snapshot jsonb);
CREATE TABLE lines_enforce (id int PRIMARY KEY, product_snapshot document, shop int, order_id int, product_id bigint,
  quantity numeric(8,2), note json, price_snapshot cents, returns_id bigint);
CREATE TABLE lines_fill (shop int, id int, order_id int, product_id int, quantity int, note text,
  product_snapshot jsonb, price_snapshot numeric, returns_id int, PRIMARY KEY (shop, id)) PARTITION BY RANGE (id);
CREATE TABLE lines_fill_few PARTITION OF lines_fill FOR VALUES FROM (MINVALUE) TO (100000);
CREATE TABLE lines_fill_many PARTITION OF lines_fill DEFAULT PARTITION BY LIST (shop);
CREATE TABLE lines_fill_many_1 (returns_id int, price_snapshot numeric, product_snapshot jsonb, note text, quantity int,
  product_id int, order_id int, id int NOT NULL, shop int NOT NULL);
ALTER TABLE lines_fill_many ATTACH PARTITION lines_fill_many_1 FOR VALUES IN (1);
CREATE TABLE lines_fill_many_2 PARTITION OF lines_fill_many DEFAULT;
SELECT upkeep.enable_order_snapshots('lines_verify', 'products', tenant_column => 'shop', active_column => 'active',
         returns_column => 'returns_id'),
  upkeep.enable_order_snapshots('lines_enforce', 'products', mode => 'enforce', tenant_column => 'shop',
    product_price => 'n', returns_column => 'returns_id', snapshot_fields => ARRAY(
      SELECT attname FROM pg_attribute WHERE attrelid = 'products'::regclass AND attnum > 0 AND attgenerated = '')),
  upkeep.enable_order_snapshots('lines_fill', 'products', mode => 'fill', tenant_column => 'shop',
    returns_column => 'returns_id'),
  upkeep.enable_order_status('orders', '{"pending": ["paid", "cancelled"], "paid": ["cancelled", "refunded"],
    "cancelled": ["pending"], "so so": []}', tenant_column => 'shop');
\if :{?without_branches}
DO $$ BEGIN
  EXECUTE string_agg(format('%s AS %L', split_part(pg_get_functiondef(p), E'\nAS $function', 1),
                            upkeep_internal.with_branches(prosrc, '')), ';')
  FROM pg_proc, CAST(pg_proc.oid AS regprocedure) p
  WHERE pronamespace = 'upkeep'::regnamespace AND proname IN ('order_line', 'order_status');
END $$;
\endif
INSERT INTO products (shop, id, name, price, active) SELECT s, i, 'product ' || i, i, true
  FROM generate_series(1, 2) s, generate_series(1, 6) i;
INSERT INTO orders SELECT s, i FROM generate_series(1, 2) s, generate_series(1, 5) i;

-- What the columns of a product may become.
CREATE TABLE choices (name text, options text[]);
INSERT INTO choices VALUES
  ('name', '{a,"b \" \\ c",ü€,""}'), ('price', '{1,1.5,1.500,1.50,19.99,19.990,2,2,2,0.001,NaN,NULL,123456789.12,-3}'),
  ('active', '{true,true,true,false,NULL}'), ('small', '{1,-32768}'), ('big', '{9223372036854775807,0}'),
  ('n', '{1,2.00,2.0,2,2,1.5,1.50,19.99,19.995,NaN,Infinity,NULL,1e20,-1}'), ('r', '{0.1,NaN,1e30,3}'),
  ('f', '{0.1,-0,1e-300,-Infinity,0.30000000000000004,100}'), ('fixed', '{ab,"a b  ",NULL}'),
  ('u', '{11111111-2222-3333-4444-555555555555}'),
  ('made', '{"2026-01-02 03:04:05.678+02","0044-03-15 00:00:00+00 BC",infinity,-infinity,"12026-07-01 00:00:00+00",'
    '"2026-07-01 12:00:00.1+05:45","1900-01-01 00:00:00+00"}'),
  ('day', '{2026-02-03,infinity,"0001-01-01 BC",9999-12-31}'), ('local', '{"2026-02-03 04:05:06.5",-infinity}'),
  ('at', '{04:05,24:00,23:59:59.999999}'), ('zoned', '{04:05+02,23:00-11:30}'),
  ('lasts', '{"1 day 02:03","-1 year 2 mons -3 days","00:00:00.000001"}'), ('bits', '{"\\\\x00ff5c27"}'),
  ('words', '{"a b:1A"}'), ('period', '{"[2026-01-01 00:00+02,2026-02-01)",empty,"(,)"}'),
  ('days', '{"{[2026-01-01,2026-02-01),[2027-01-01,)}"}'), ('addr', '{10.0.0.1/8,::1}'), ('net', '{10.0.0.0/8}'),
  ('meta', '{"{\"b\": [1, {\"a\": null}], \"a\": 1.10}",null,"\"scalar\"",1e3,NULL}'),
  ('raw', '{"{\"z\" : 1, \"z\":2}","[ ]","{\"x\": \"\\\\u0000\"}","1e200000",7,NULL,NULL}'),
  ('raws', '{"{1,\"{\\\"a\\\": 1}\"}","{\"\\\"\\\\\\\\ud800\\\"\"}",NULL}'),
  ('part', '{"(\"2026-01-02 03:04:05+02\",0.1,\"{\"\"k\"\": 1}\")","(,,)",NULL}'),
  ('parts', '{"{\"(infinity,NaN,)\",NULL}"}'), ('feel', '{ok,"so so",NULL}'), ('feels', '{"{ok,NULL,\"so so\"}"}'),
  ('stamps', '{"{\"2026-01-02 03:04:05+02\",infinity,NULL}"}'), ('floats', '{"{0.1,NaN,{}}","{{0.1,2},{3,4}}",NULL}'),
  ('amount', '{12.3,0,-1}'), ('stamped', '{"2026-01-02 03:04:05+02"}'), ('doc', '{"{ \"d\":1}",NULL}'),
  ('spot', '{"(0.1,2)"}'), ('cash', '{1234.56}'), ('bit_s', '{10110}'), ('key', '{k}'), ('letter', '{x,"\\\\377"}'),
  ('texts', '{"{a,\"b c\",NULL}"}'), ('numbers', '{"{1.10,NaN}"}'), ('stock_quantity', '{5}'), ('unit_cost', '{1}');

CREATE TABLE moves (n int, statement text, said text, line text);
-- A word of a list, as a literal.
CREATE FUNCTION one_of(VARIADIC words text[]) RETURNS text LANGUAGE sql AS $$
  SELECT words[1 + floor(random() * cardinality(words))::int]
$$;
CREATE FUNCTION random_line(n int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  lines constant text := 'lines_' || one_of('verify', 'enforce', 'fill');
  id constant text := 1 + floor(random() * 60)::int;
  of_line text := format('id = %s', id);
  json constant text := one_of('''{"a": 1.0}''', '''{"a":1.00}''', '''{"b": [2]}''', 'NULL');
BEGIN
  CASE floor(random() * 10)::int
    WHEN 0, 1, 2 THEN
      RETURN format('INSERT INTO %s (id, shop, order_id, product_id, quantity, price_snapshot, product_snapshot) '
        'VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING', lines, 60 + n, one_of('1', '1', '2', '3', 'NULL'),
        one_of('1', '2', '5'), one_of('1', '2', '3', '4', '5', '6', '9', 'NULL'), one_of('1', '2', '3', '-1', 'NULL'),
        one_of('NULL', 'NULL', 'NULL', '1', '1.50', '2', '''NaN''', '19.99', '-3'), one_of('NULL', json));
    WHEN 3 THEN
      RETURN format('INSERT INTO %s (id, shop, order_id, product_id, quantity) SELECT %s * 1000 + g, 1 + g %% 2, 1, '
        '1 + g %% 6, g %% 4 FROM generate_series(1, 8) g', lines, n);
    WHEN 4 THEN
      RETURN format('INSERT INTO %1$s (id, shop, order_id, product_id, quantity, price_snapshot, returns_id) '
        'SELECT %2$s, %3$s, 3, %4$s, %5$s, %6$s, id '
        'FROM (SELECT id FROM %1$s ORDER BY id DESC OFFSET %7$s LIMIT 1) sold', lines,
        60 + n, one_of('1', '2'), one_of('NULL', 'NULL', '1', '2'), one_of('-1', '-1', '-2', '0', '1', 'NULL'),
        one_of('NULL', 'NULL', '1', '2'), floor(random() * 12)::int);
    WHEN 5, 6 THEN
      RETURN format('UPDATE %1$s SET %2$s WHERE id IN (SELECT id FROM %1$s ORDER BY id DESC OFFSET %3$s LIMIT 2)',
        lines,
        one_of('quantity = 1', 'quantity = 3', 'quantity = -1', 'quantity = quantity + 1', 'product_id = NULL',
          'product_id = NULL, quantity = 1', 'product_id = product_id', 'order_id = 1', 'order_id = order_id',
          'shop = 1', 'shop = 2', 'price_snapshot = price_snapshot * 1.000', 'price_snapshot = 1',
          'price_snapshot = NULL', 'note = ''"x"''', 'note = ''"x" ''', 'product_snapshot = product_snapshot',
          'product_snapshot = NULL', 'returns_id = NULL', 'returns_id = returns_id', 'id = id + 100000',
          'product_snapshot = ' || json), floor(random() * 30)::int);
    WHEN 7 THEN
      RETURN format('DELETE FROM %1$s WHERE id IN (SELECT id FROM %1$s ORDER BY id OFFSET %2$s LIMIT 1)', lines,
        floor(random() * 30)::int);
    WHEN 8 THEN
      RETURN format('UPDATE orders SET status = %s, payment_completed_at = %s WHERE (shop, id) = (%s, %s)',
        one_of('''paid''', '''paid''', '''cancelled''', '''refunded''', '''pending''', '''so so''', 'NULL', 'status'),
        one_of('payment_completed_at', 'payment_completed_at', 'NULL', '''2026-01-01Z'''), one_of('1', '2'),
        one_of('1', '2', '3', '4', '5'));
    ELSE
      RETURN format('MERGE INTO %1$s l USING (SELECT id FROM %1$s ORDER BY id DESC LIMIT 3) s ON l.id = s.id '
        'WHEN MATCHED AND l.quantity > 2 THEN DELETE WHEN MATCHED THEN UPDATE SET quantity = l.quantity + 1', lines);
  END CASE;
END $$;
CREATE FUNCTION random_product() RETURNS text LANGUAGE sql AS $$
  SELECT format('UPDATE products SET %I = %L WHERE (shop, id) = (%s, %s)', name,
                nullif(one_of(VARIADIC array_replace(options, NULL, 'NULL')), 'NULL'),
                1 + floor(random() * 2)::int, 1 + floor(random() * 6)::int)
  FROM choices ORDER BY random() LIMIT 1
$$;
CREATE FUNCTION random_settings() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  PERFORM set_config('TimeZone', one_of('UTC', 'Asia/Kathmandu', 'America/St_Johns'), false),
    set_config('DateStyle', one_of('ISO, YMD', 'SQL, DMY', 'German', 'Postgres, MDY'), false),
    set_config('IntervalStyle', one_of('postgres', 'iso_8601', 'sql_standard', 'postgres_verbose'), false),
    set_config('extra_float_digits', one_of('-15', '0', '3'), false),
    set_config('bytea_output', one_of('hex', 'escape'), false);
END $$;
SELECT set_config('random.steps', :'steps', false);
SELECT setseed(0.5);
DO $$
DECLARE
  each text;
  said text;
  more text;
  advice text;
  written bigint;
BEGIN
  FOR n IN 1 .. current_setting('random.steps')::int LOOP
    PERFORM random_settings();
    each := CASE WHEN random() < 0.4 THEN random_product() ELSE random_line(n) END;
    BEGIN
      EXECUTE each;
      GET DIAGNOSTICS written = ROW_COUNT;
      said := written;
    EXCEPTION WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS more = PG_EXCEPTION_DETAIL, advice = PG_EXCEPTION_HINT;
      said := concat_ws(' | ', SQLSTATE, SQLERRM, more, advice);
    END;
    -- The same words in both editions, whatever the session's settings.
    PERFORM set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false);
    INSERT INTO moves VALUES (n, each, said, concat_ws(E'\n',
      (SELECT string_agg(l::text, E'\n' ORDER BY id) FROM (SELECT * FROM lines_verify ORDER BY id DESC LIMIT 3) l),
      (SELECT string_agg(l::text, E'\n' ORDER BY id) FROM (SELECT * FROM lines_enforce ORDER BY id DESC LIMIT 3) l),
      (SELECT string_agg(l::text, E'\n' ORDER BY id) FROM (SELECT * FROM lines_fill ORDER BY id DESC LIMIT 3) l)));
  END LOOP;
  INSERT INTO moves SELECT n, t, NULL, l FROM (
    SELECT 1000001, 'lines_verify', md5(string_agg(l::text, E'\n' ORDER BY id)) FROM lines_verify l
    UNION ALL SELECT 1000002, 'lines_enforce', md5(string_agg(l::text, E'\n' ORDER BY id)) FROM lines_enforce l
    UNION ALL SELECT 1000003, 'lines_fill', md5(string_agg(l::text, E'\n' ORDER BY shop, id)) FROM lines_fill l
    UNION ALL SELECT 1000004, 'orders', string_agg(concat_ws(' ', shop, id, status, CASE payment_completed_at
      WHEN '2026-01-01Z' THEN 'given' ELSE (payment_completed_at IS NOT NULL)::text END), E'\n' ORDER BY shop, id)
      FROM orders l) f(n, t, l);
END $$;
