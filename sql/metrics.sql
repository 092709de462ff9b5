-- metrics: figures computed from their formulas, whoever writes the row and however.
CREATE SCHEMA metered;
SET search_path = metered, public;
CREATE TABLE daily (shop_id int, record_date date, orders bigint, revenue bigint, ad_spend bigint, leads bigint,
  aov bigint, cpl bigint, cvr numeric(5,2), roas numeric(6,2), net_profit bigint, note text,
  PRIMARY KEY (shop_id, record_date));
CREATE TABLE shop_settings (shop_id int PRIMARY KEY, cogs_ratio numeric);
INSERT INTO shop_settings VALUES (1, 0.4), (2, 0.5), (3, NULL);

-- the commerce set: net_profit only where settings are given and have cogs_ratio, and a NOTICE says so
SELECT upkeep.enable_metrics('daily');
SELECT options FROM upkeep.managed WHERE object = 'daily'::regclass;
CREATE TABLE no_ratio (shop_id int PRIMARY KEY, other numeric);
SELECT upkeep.enable_metrics('daily', settings => 'no_ratio');
SELECT upkeep.enable_metrics('daily', settings => 'shop_settings');
SELECT object, feature, options, triggers, enabled FROM upkeep.managed WHERE object::text IN ('daily', 'shop_settings')
  ORDER BY 1, 4;
SELECT * FROM upkeep.export_sql('daily');
-- only those metrics that the table has all columns for
CREATE TABLE few (revenue int, orders int, aov int, roas int, cvr int, leads text);
SELECT * FROM failure('SELECT upkeep.enable_metrics(''few'')');
ALTER TABLE few DROP COLUMN leads;
SELECT upkeep.enable_metrics('few');
SELECT options FROM upkeep.managed WHERE object = 'few'::regclass;
INSERT INTO few (revenue, orders, roas, cvr) VALUES (7, 2, 8, 9) RETURNING *;

-- the golden figures
CREATE FUNCTION figures(orders bigint, revenue bigint, ad_spend bigint, leads bigint, shop int DEFAULT 1)
  RETURNS SETOF daily LANGUAGE sql
AS $$ DELETE FROM daily; INSERT INTO daily (shop_id, record_date, orders, revenue, ad_spend, leads)
  VALUES (shop, '2026-01-01', orders, revenue, ad_spend, leads) RETURNING * $$;
SELECT aov FROM figures(8, 1000004, 0, 0);
SELECT cvr FROM figures(201, 0, 0, 20000);
SELECT aov FROM figures(2, -5, 0, 0);
SELECT aov FROM figures(2, 5, 0, 0);
SELECT net_profit FROM figures(0, 999, 0, 0, 2);
SELECT aov, cpl, cvr, roas, net_profit FROM figures(0, 0, 0, 0);
SELECT aov, cpl, cvr, roas, net_profit FROM figures(2, 800000, 500000, 0);
SELECT cvr FROM figures(12, 0, 0, 1);
SELECT cvr FROM figures(99999, 0, 0, 10000);
SELECT cvr FROM figures(999994, 0, 0, 100000);
SELECT cvr FROM figures(999995, 0, 0, 100000);
SELECT roas FROM figures(0, 9999995, 1000, 0);
SELECT roas FROM figures(0, 9999994, 1000, 0);
SELECT round(upkeep.roas(sum(revenue), sum(ad_spend)), 2) AS of_the_period,
  round(avg(upkeep.roas(revenue, ad_spend)), 2) AS never
FROM (VALUES (2000000, 100000), (3000000, 2900000)) days (revenue, ad_spend);
-- settings NULL, and none at all: never 0; the rest is there
SELECT aov, net_profit FROM figures(2, 800000, 500000, 0, 3);
SELECT aov, net_profit FROM figures(2, 800000, 500000, 0, 99);
-- what 64 bits can just hold, and what they cannot: cvr's 100 * orders is not cut off in between
SELECT aov, cpl, cvr, roas, net_profit
  FROM figures(9223372036854775807, 9223372036854775807, -9223372036854775808, 9223372036854775807);
SELECT aov, cpl, cvr, roas, net_profit FROM figures(1, -9223372036854775808, 9223372036854775807, -1);

-- values of the client are overwritten, by every way of writing
DELETE FROM daily;
INSERT INTO daily VALUES (1, '2026-01-01', 2, 10, 4, 5, 777, 777, 777, 777, 777, 'x')
  RETURNING aov, cpl, cvr, roas, net_profit;
UPDATE daily SET aov = 5, net_profit = NULL, note = 'y' RETURNING aov, net_profit, note;
UPDATE daily SET aov = 5 WHERE shop_id = 1 RETURNING aov;
UPDATE daily SET orders = 4 RETURNING aov, cpl, cvr, roas, net_profit;
UPDATE daily SET orders = NULL RETURNING aov, cpl, cvr, roas, net_profit;
UPDATE daily SET orders = 4;
-- ON CONFLICT that sets only revenue
INSERT INTO daily (shop_id, record_date, orders, revenue, ad_spend, leads) VALUES (1, '2026-01-01', 1, 1000, 0, 0)
  ON CONFLICT (shop_id, record_date) DO UPDATE SET revenue = EXCLUDED.revenue
  RETURNING orders, revenue, aov, cpl, cvr, roas, net_profit;
INSERT INTO daily (shop_id, record_date, orders, revenue) VALUES (1, '2026-01-01', 1, 20)
  ON CONFLICT (shop_id, record_date) DO UPDATE SET aov = EXCLUDED.aov RETURNING revenue, aov;
INSERT INTO daily (shop_id, record_date, orders, revenue) VALUES (1, '2026-01-01', 1, 20) ON CONFLICT DO NOTHING
  RETURNING aov;
-- MERGE
MERGE INTO daily d USING (VALUES (1, DATE '2026-01-01', 100), (2, DATE '2026-01-01', 300)) s (shop_id, day, revenue)
  ON d.shop_id = s.shop_id AND d.record_date = s.day
  WHEN MATCHED THEN UPDATE SET revenue = s.revenue
  WHEN NOT MATCHED THEN INSERT (shop_id, record_date, orders, revenue, ad_spend, leads, aov)
  VALUES (s.shop_id, s.day, 7, s.revenue, 1, 1, -1);
SELECT shop_id, orders, revenue, aov, cpl, cvr, roas, net_profit FROM daily ORDER BY 1;
-- COPY, with and without the figures
COPY daily (shop_id, record_date, orders, revenue, ad_spend, leads) FROM stdin;
1	2026-01-02	3	100	50	6
9	2026-01-02	3	100	50	6
\.
COPY daily FROM stdin WITH (FORMAT csv);
2,2026-01-02,3,100,50,6,1,1,1,1,1,z
\.
SELECT shop_id, aov, cpl, cvr, roas, net_profit FROM daily WHERE record_date = '2026-01-02' ORDER BY 1;
-- INSERT ... SELECT, UPDATE ... FROM, a CTE, a view, a prepared statement, a cursor, a function in PL/pgSQL
INSERT INTO daily (shop_id, record_date, orders, revenue, ad_spend, leads)
  SELECT 1 + g % 4, DATE '2026-02-01' + g / 4, g, g * 10, g * 3, g + 1 FROM generate_series(0, 39) g;
SELECT count(*), sum(aov), sum(cpl), sum(cvr), sum(roas), sum(net_profit), count(net_profit) FROM daily
  WHERE record_date >= '2026-02-01';
UPDATE daily SET revenue = d.revenue + x FROM (VALUES (5)) v (x), daily d
  WHERE d.shop_id = daily.shop_id AND d.record_date = daily.record_date AND daily.record_date = '2026-02-01';
WITH w AS (UPDATE daily SET ad_spend = ad_spend + 1 WHERE record_date = '2026-02-02' RETURNING *)
  SELECT count(*), sum(roas), sum(net_profit) FROM w;
CREATE VIEW daily_view AS SELECT shop_id, record_date, revenue, orders, aov FROM daily;
UPDATE daily_view SET revenue = 1000, aov = 3 WHERE record_date = '2026-02-03' AND shop_id = 1 RETURNING *;
INSERT INTO daily_view VALUES (1, '2026-02-28', 9, 2) RETURNING *;
PREPARE write (bigint) AS UPDATE daily SET revenue = $1 WHERE shop_id = 1 AND record_date = '2026-02-28' RETURNING aov;
EXECUTE write(11);
EXECUTE write(13);
DO $$ DECLARE c CURSOR FOR SELECT FROM daily WHERE shop_id = 1 AND record_date = '2026-02-28' FOR UPDATE; BEGIN
  OPEN c; MOVE c; UPDATE daily SET revenue = 15 WHERE CURRENT OF c; END $$;
SELECT aov FROM daily WHERE record_date = '2026-02-28';
SELECT count(*) AS drifted FROM upkeep.check_metrics('daily');

-- UPDATE that moves the key: the new shop's settings
UPDATE daily SET shop_id = 2, record_date = '2026-03-01' WHERE shop_id = 1 AND record_date = '2026-01-02'
  RETURNING revenue, ad_spend, net_profit;
UPDATE daily SET shop_id = 42 WHERE record_date = '2026-03-01' RETURNING net_profit;
UPDATE daily SET shop_id = 1 WHERE record_date = '2026-03-01' RETURNING net_profit;

-- another trigger's edits are seen where it fires before, by its name
CREATE FUNCTION edits() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN NEW.revenue := NEW.revenue * 2; NEW.aov := -1; RETURN NEW; END $$;
CREATE TRIGGER edits BEFORE INSERT OR UPDATE ON daily FOR EACH ROW EXECUTE FUNCTION edits();
UPDATE daily SET revenue = 50 WHERE record_date = '2026-03-01' RETURNING revenue, aov, net_profit;
DROP TRIGGER edits ON daily;
-- one that drops the row
CREATE FUNCTION drops() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER drops BEFORE INSERT ON daily FOR EACH ROW EXECUTE FUNCTION drops();
INSERT INTO daily (shop_id, record_date) VALUES (1, '2026-03-02') RETURNING shop_id;
DROP TRIGGER drops ON daily;

-- formulas: order of calculation, unary minus, functions, numbers
CREATE TABLE calc (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a numeric, b numeric, c numeric, r numeric);
CREATE FUNCTION calc(expression text, a numeric, b numeric DEFAULT NULL, c numeric DEFAULT NULL) RETURNS numeric
  LANGUAGE plpgsql AS $$
DECLARE result numeric; evaluated numeric;
BEGIN
  PERFORM upkeep.enable_metrics('calc', ARRAY['r = ' || expression]);
  INSERT INTO calc (a, b, c) VALUES (a, b, c) RETURNING r INTO result;
  -- evaluate says the same of the same numbers
  evaluated := upkeep.evaluate(expression, jsonb_build_object('a', a, 'b', b, 'c', c));
  IF evaluated IS DISTINCT FROM result THEN
    RAISE WARNING '% is % in a row and % evaluated', expression, result, evaluated; END IF;
  DELETE FROM calc;
  RETURN result;
END $$;
SELECT e AS expression, calc(e, 7, 2, 3) AS "a=7 b=2 c=3", calc(e, -7, 2.5, 0) AS "a=-7 b=2.5 c=0",
  calc(e, NULL, 4, 1) AS "a=NULL b=4 c=1" FROM unnest(ARRAY[
  'a', '-a', '- -a', 'a + b * c', '(a + b) * c', 'a - b - c', 'a / b / c', 'a / (b / c)', '-a * -b', 'a - -b', 'a/b*b',
  '2 * a / 3', '.5 * a', '5. + a', '1.5e3 + a', '1E-3', 'a + 1e-20', 'a / 3',
  'round(a / b)', 'round(a / b, 1)', 'round(-a / b)', 'round(a / 3, 25) * 3', 'round(a * 1000, -2)', 'round(a, -1)',
  'round(a, -2)', 'abs(a)', 'abs(a - 100)', 'coalesce(a, b)', 'coalesce(a)', 'coalesce(a / 0, b / c, 9)',
  'coalesce(nullif(a, 7), 0)',
  'nullif(a, b)', 'nullif(b, 2.00)', 'nullif(b, a)', 'least(a, b, c)', 'greatest(a, b, c)', 'least(a)',
  'greatest(a / 0, b)', 'least(a, b / 0)', 'a / 0', 'a / (b - b)', '0 / a', 'a / c', '(((a)))',
  'round(round(a / 3, 2) * 3, 1)', 'ROUND(A)', 'Coalesce("a", 1)', 'a * 0']) WITH ORDINALITY u (e, n) ORDER BY n;
-- half away from zero, exactly at the half and just beside it
SELECT n, calc('round(a)', n), calc('round(a, 2)', n), calc('round(-a, -1)', n) FROM unnest(ARRAY[0.5, -0.5, 1.5, 2.5,
  -2.5, 0.4999999999999999999999999999, 0.005, 1.005, -1.015, 5, 15, 14.9999999999999999999999999]) n;
-- 20 decimals, trimmed; beyond them rounded once
SELECT calc('a / b', 1, 3), calc('a / b', 2, 3), calc('a / b', 10, 4), calc('a / b', 100, 4), calc('a', 1.50000),
  calc('a', 0.000), calc('a', 1e30), calc('a', 12345678901234567890123456789.123456789012345678901234567890);
SELECT calc('a', 0.000000000000000000005), calc('a', 0.0000000000000000000049999), calc('a', -0.000000000000000000005);
-- beyond 128 bits the exact slow path
SELECT calc('a * a - a * a + b', 1e60, 7), calc('a / b', 1e100 + 1, 1e100), calc('(a + b) - a', 1e300, 1),
  calc('a / b * b', 1, 3e200), length(calc('a * a', 1e5000)::text);
SELECT calc('a * a * a * a', 9999999999999999999999999999999999999) =
  power(9999999999999999999999999999999999999::numeric, 4) AS exact;
-- a sum that binary floating point gets wrong
SELECT calc('a + b - c', 0.1, 0.2, 0.3) AS zero, calc('a * b', 1.1, 1.1), calc('a * 3', 0.1);
SELECT upkeep.disable_metrics('calc');

-- a metric that uses another sees its rounded value, whatever the order they are written in
CREATE TABLE chained (revenue int, orders int, aov int, twice numeric, thrice numeric(10,1));
SELECT upkeep.enable_metrics('chained',
  ARRAY['thrice = twice / 2 + aov / 3', 'twice = aov * 2', 'aov = revenue / orders']);
INSERT INTO chained VALUES (5, 2) RETURNING *;
SELECT upkeep.enable_metrics('chained',
  ARRAY['aov = revenue / orders', 'twice = aov * 2', 'thrice = twice / 2 + aov / 3']);
INSERT INTO chained VALUES (5, 2) RETURNING *;
INSERT INTO chained VALUES (5, 0) RETURNING *;
-- one that is too large for its column is NULL for the others too
SELECT upkeep.enable_metrics('chained', ARRAY['aov = revenue * 1000000', 'twice = coalesce(aov, -1) * 2']);
INSERT INTO chained VALUES (2147, 1), (2148, 1), (-2147, 1) RETURNING aov, twice, thrice;

-- 40 metrics of a table
CREATE TABLE wide (x int);
DO $$ BEGIN
  EXECUTE (SELECT 'ALTER TABLE wide ' || string_agg(format('ADD m%s numeric(12,2)', g), ', ')
    FROM generate_series(1, 40) g);
  PERFORM upkeep.enable_metrics('wide',
    array_agg(format('m%s = %s', g, CASE g WHEN 40 THEN 'x' ELSE format('m%s + %s', g + 1, g) END)))
    FROM generate_series(1, 40) g;
END $$;
INSERT INTO wide VALUES (1), (NULL);
UPDATE wide SET m5 = 0;
SELECT x, m1, m20, m39, m40 FROM wide ORDER BY 1;
SELECT count(*) AS drifted FROM upkeep.check_metrics('wide');

-- every type of a metric and of an input
CREATE DOMAIN money_line AS bigint;
CREATE DOMAIN small_ratio AS numeric(4,3);
CREATE DOMAIN positive AS small_ratio CHECK (VALUE > 0);
CREATE TABLE typed (i2 smallint, i4 int, i8 bigint, n numeric, n2 numeric(5,2), d money_line,
  m2 smallint, m4 int, m8 bigint, mn numeric, m52 numeric(5,2), m50 numeric(5), mneg numeric(3,-2), mdeep numeric(2,5),
  mwide numeric(60,30), md money_line, mr small_ratio);
SELECT upkeep.enable_metrics('typed', ARRAY['m2 = i2 * n', 'm4 = i4 * n', 'm8 = i8 * n', 'mn = n2 * n', 'm52 = n2 * n',
  'm50 = i4 * n', 'mneg = i4 * n', 'mdeep = n / 10000', 'mwide = n / 7', 'md = d * n', 'mr = n / 10']);
SELECT upkeep.disable_metrics('typed');
INSERT INTO typed (i2, i4, i8, n, n2, d) VALUES (1, 1, 1, 1, 1, 1);
SELECT upkeep.enable_metrics('typed', ARRAY['m2 = i2 * n', 'm4 = i4 * n', 'm8 = i8 * n', 'mn = n2 * n', 'm52 = n2 * n',
  'm50 = i4 * n', 'mneg = i4 * n', 'mdeep = n / 10000', 'mwide = n / 7', 'md = d * n', 'mr = n / 10']);
\x on
INSERT INTO typed (i2, i4, i8, n, n2, d) VALUES (3, 3, 3, 2.5, 1.25, 3), (-3, -3, -3, 2.5, -1.25, -3),
  (32767, 2147483647, 9223372036854775807, 1, 999.99, 1), (-32768, -2147483648, -9223372036854775808, 1, -999.99, 1),
  (32767, 2147483647, 9223372036854775807, 1.5, 999.99, 9223372036854775807), (150, 99949, 1, 1, 1, 1),
  (150, 99950, 1, 1, 1, 1), (1, 149, 1, 0.00001, 1, 1), (NULL, NULL, NULL, NULL, NULL, NULL) RETURNING *;
\x off
-- a domain over a domain, whose CHECK still holds
CREATE TABLE checked (n int, p positive);
SELECT upkeep.enable_metrics('checked', ARRAY['p = n / 10']);
INSERT INTO checked VALUES (1), (NULL) RETURNING p;
INSERT INTO checked VALUES (0) RETURNING p;
UPDATE checked SET n = -n RETURNING n, p;
SELECT upkeep.enable_metrics('checked', ARRAY['p = n / 10'], on_overflow => 'error');
SELECT * FROM failure('UPDATE checked SET n = -5');
UPDATE checked SET n = 5 WHERE n = -1 RETURNING p;
SELECT upkeep.enable_metrics('checked', ARRAY['p = n / 10']);
UPDATE checked SET n = -1 WHERE n = 5;
CREATE DOMAIN never_null AS numeric(5,1) NOT NULL;
CREATE TABLE strict (n int, p never_null DEFAULT 1, q int NOT NULL);
SELECT upkeep.enable_metrics('strict', ARRAY['p = n', 'q = n + 1']);
INSERT INTO strict (n) VALUES (1) RETURNING *;
SELECT state, message FROM failure('INSERT INTO strict (n, p, q) VALUES (NULL, 1, 1)');
ALTER TABLE strict ALTER p TYPE numeric;
SELECT state, message FROM failure('INSERT INTO strict (n, p, q) VALUES (NULL, 1, 1)');
-- a CHECK of the table and a generated column see the figures that are stored
CREATE TABLE followed (n int, m numeric(6,1) CHECK (m < 100), g numeric GENERATED ALWAYS AS (m * 2) STORED, k int);
SELECT upkeep.enable_metrics('followed', ARRAY['m = n / 2']);
INSERT INTO followed VALUES (3, 0) RETURNING *;
UPDATE followed SET n = 5 RETURNING *;
UPDATE followed SET k = 1, m = 9 RETURNING *;
SELECT state, message FROM failure('UPDATE followed SET n = 500');

-- too large: NULL and the insert succeeds, or an error that names table, metric and inputs
CREATE TABLE bounded (orders int, leads int, spare int, cvr numeric(5,2));
SELECT upkeep.enable_metrics('bounded');
INSERT INTO bounded VALUES (12, 1, 7) RETURNING *;
SELECT finding, hint FROM upkeep.check() WHERE object = 'bounded'::regclass;
SELECT upkeep.enable_metrics('bounded', on_overflow => 'error');
SELECT * FROM failure('INSERT INTO bounded VALUES (12, 1, 7)');
SELECT * FROM failure('UPDATE bounded SET spare = 1');
INSERT INTO bounded VALUES (12, 2, 7) RETURNING *;
SELECT upkeep.enable_metrics('bounded', ARRAY['cvr = orders * 1e130000 * leads * 1e130000'], on_overflow => 'error');
SELECT * FROM failure('INSERT INTO bounded VALUES (1, 1)');
SELECT upkeep.enable_metrics('bounded', ARRAY['cvr = orders * 1e130000 * leads * 1e130000']);
INSERT INTO bounded VALUES (1, 1), (0, 1) RETURNING *;

-- NaN and infinity are refused, by the column's name
CREATE TABLE special (a numeric, b numeric, unused numeric, m numeric);
SELECT upkeep.enable_metrics('special', ARRAY['m = a + b']);
SELECT v, f.* FROM unnest(ARRAY['1, ''NaN''', '''NaN'', 1', '1, ''Infinity''', '''-Infinity'', NULL']) v,
  failure(format('INSERT INTO special VALUES (%s)', v)) f;
INSERT INTO special VALUES (1, 2, 'NaN', 'Infinity') RETURNING *;

-- tables as they are found: dropped columns, columns added later, generated columns, TOAST
CREATE TABLE aged (gone1 text, revenue int, gone2 bigint, orders int, aov int, big text, tail int);
ALTER TABLE aged DROP COLUMN gone1, DROP COLUMN gone2;
ALTER TABLE aged ADD COLUMN twice int GENERATED ALWAYS AS (revenue * 2) STORED;
SELECT upkeep.enable_metrics('aged');
ALTER TABLE aged ALTER big SET STORAGE EXTERNAL;
INSERT INTO aged (revenue, orders, big, tail) VALUES (10, 4, repeat('x', 10000), 1)
  RETURNING revenue, aov, length(big), tail, twice;
ALTER TABLE aged ADD COLUMN late int DEFAULT 5, DROP COLUMN tail;
UPDATE aged SET orders = 2 RETURNING revenue, aov, length(big), late, twice;
UPDATE aged SET late = late + revenue RETURNING revenue, aov, length(big), late, twice;

-- names that need quotes
CREATE TABLE "Daily, ""new"" .x" ("Ein nahmen" int, "a,b" int, "日本" int, "settings" int, "Ürün" numeric(8,2),
  "sum""q" int, "Shop, ID" text);
CREATE TABLE "Set tings, é.x" ("Shop, ID" text UNIQUE, "R, 1" numeric, "Größe" int);
SELECT upkeep.enable_metrics('"Daily, ""new"" .x"',
  ARRAY['"Ürün" = "Ein nahmen" / "a,b" + settings."R, 1"', '"sum""q" = "日本" + settings + settings."Größe"'],
  '"Set tings, é.x"', 'Shop, ID', on_settings_change => 'recalculate');
INSERT INTO "Set tings, é.x" VALUES ('k, ''"', 0.125, 1);
INSERT INTO "Daily, ""new"" .x" VALUES (1, 3, 10, 100, NULL, NULL, 'k, ''"') RETURNING *;
UPDATE "Set tings, é.x" SET "R, 1" = 1;
SELECT * FROM "Daily, ""new"" .x";
SELECT object, options FROM upkeep.managed WHERE object = '"Daily, ""new"" .x"'::regclass;
SELECT * FROM upkeep.export_sql('"Daily, ""new"" .x"');
SELECT * FROM upkeep.check_metrics('"Daily, ""new"" .x"', 'k, ''"');
-- unquoted names of the formula are folded as SQL folds them
CREATE TABLE folded ("aOv" int, aov int, revenue int, orders int);
SELECT upkeep.enable_metrics('folded', ARRAY['AOV = Revenue / ORDERS', '"aOv" = revenue']);
INSERT INTO folded (revenue, orders) VALUES (9, 2) RETURNING *;

-- plain CREATE TRIGGER, with arguments and without
CREATE TABLE plain (shop_id int, record_date date, revenue int, orders int, aov int, net_profit int, ad_spend int);
CREATE TRIGGER m BEFORE INSERT OR UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION upkeep.metrics();
INSERT INTO plain (revenue, orders, net_profit) VALUES (9, 2, 5) RETURNING *;
DROP TRIGGER m ON plain;
CREATE TRIGGER m BEFORE INSERT OR UPDATE ON plain FOR EACH ROW
  EXECUTE FUNCTION upkeep.metrics('formula=aov = orders * settings.cogs_ratio', 'settings=metered.shop_settings',
    'formula=net_profit = aov - 1', 'on_overflow=error', 'date_column=record_date');
INSERT INTO plain (shop_id, revenue, orders) VALUES (1, 9, 20), (77, 9, 20) RETURNING *;
SELECT object, options, triggers FROM upkeep.managed WHERE object = 'plain'::regclass;
DROP TRIGGER m ON plain;
-- with the commerce set and settings
CREATE TRIGGER m BEFORE INSERT OR UPDATE ON plain FOR EACH ROW
  EXECUTE FUNCTION upkeep.metrics('settings=metered.shop_settings');
INSERT INTO plain (shop_id, revenue, orders, ad_spend) VALUES (2, 9, 2, 1) RETURNING *;
-- a condition of the trigger's own
DROP TRIGGER m ON plain;
CREATE TRIGGER m BEFORE INSERT OR UPDATE ON plain FOR EACH ROW WHEN (NEW.shop_id > 5) EXECUTE FUNCTION upkeep.metrics();
INSERT INTO plain (shop_id, revenue, orders, aov) VALUES (5, 9, 2, -1), (6, 9, 2, -1) RETURNING shop_id, aov;
DROP TABLE plain;

-- enabling again replaces; disabling leaves the figures, and says where there is nothing to disable
SELECT upkeep.enable_metrics('chained', ARRAY['aov = 1']);
SELECT count(*), min(options::text) FROM upkeep.managed WHERE object = 'chained'::regclass;
SELECT upkeep.disable_metrics('chained');
INSERT INTO chained VALUES (5, 2, 99) RETURNING aov;
SELECT upkeep.disable_metrics('chained');
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'chained'::regclass;

-- settings lose their triggers with the last table that reads them
CREATE TABLE second (shop_id int, revenue int, x int);
SELECT upkeep.enable_metrics('second', ARRAY['x = revenue * settings.cogs_ratio'], 'shop_settings');
SELECT upkeep.disable_metrics('daily');
SELECT triggers FROM upkeep.managed WHERE object = 'shop_settings'::regclass;
SELECT upkeep.enable_metrics('second', ARRAY['x = revenue']);
SELECT triggers FROM upkeep.managed WHERE object = 'shop_settings'::regclass;
SELECT upkeep.enable_metrics('daily', settings => 'shop_settings');

-- a rename of the table goes on working; of a column is clear; of the settings too
ALTER TABLE daily RENAME TO daily_records;
UPDATE daily_records SET revenue = 500, orders = 4 WHERE record_date = '2026-02-28' RETURNING aov, net_profit;
ALTER TABLE daily_records SET SCHEMA public;
UPDATE public.daily_records SET revenue = 600 WHERE record_date = '2026-02-28' RETURNING aov, net_profit;
ALTER TABLE public.daily_records SET SCHEMA metered;
ALTER TABLE daily_records RENAME orders TO order_count;
SELECT * FROM failure('UPDATE daily_records SET revenue = 700 WHERE record_date = ''2026-02-28''');
SELECT finding FROM upkeep.check() WHERE object = 'daily_records'::regclass;
ALTER TABLE daily_records RENAME order_count TO orders;
ALTER TABLE daily_records RENAME aov TO average;
SELECT * FROM failure('UPDATE daily_records SET revenue = 700 WHERE record_date = ''2026-02-28''');
ALTER TABLE daily_records RENAME average TO aov;
ALTER TABLE daily_records RENAME shop_id TO shop;
SELECT * FROM failure('UPDATE daily_records SET revenue = 700 WHERE record_date = ''2026-02-28''');
ALTER TABLE daily_records RENAME shop TO shop_id;
ALTER TABLE shop_settings RENAME cogs_ratio TO ratio;
SELECT * FROM failure('UPDATE daily_records SET revenue = 700 WHERE record_date = ''2026-02-28''');
ALTER TABLE shop_settings RENAME ratio TO cogs_ratio;
ALTER TABLE shop_settings RENAME TO settings_of_shops;
SELECT * FROM failure('UPDATE daily_records SET revenue = 700 WHERE record_date = ''2026-02-28''');
SELECT finding FROM upkeep.check() WHERE object IN ('daily_records'::regclass, 'settings_of_shops'::regclass)
  ORDER BY object::text;
-- other settings can be given then, and disabling works
SELECT upkeep.enable_metrics('daily_records', settings => 'settings_of_shops');
UPDATE daily_records SET revenue = 700 WHERE record_date = '2026-02-28' RETURNING aov, net_profit;
SELECT upkeep.disable_metrics('daily_records');
ALTER TABLE settings_of_shops RENAME TO shop_settings;
SELECT count(*) FROM upkeep.managed WHERE object IN ('daily_records'::regclass, 'shop_settings'::regclass);
DROP TABLE "Daily, ""new"" .x", "Set tings, é.x", special, bounded, strict;
-- an altered type of a column: the next figures follow
CREATE TABLE altered (n int, m int);
SELECT upkeep.enable_metrics('altered', ARRAY['m = n / 3']);
INSERT INTO altered VALUES (10) RETURNING m;
ALTER TABLE altered ALTER m TYPE numeric(8,3), ALTER n TYPE numeric;
UPDATE altered SET n = 10.5 RETURNING m;
ALTER TABLE altered ALTER n TYPE text USING n::text;
SELECT state, message FROM failure('UPDATE altered SET n = 1');
ALTER TABLE altered DROP COLUMN n;
SELECT state, message FROM failure('INSERT INTO altered VALUES (1)');
SELECT finding FROM upkeep.check() WHERE object = 'altered'::regclass;
DROP TABLE altered;

-- the functions
SELECT upkeep.aov(1000004, 8), upkeep.cpl(500000, 3), upkeep.cvr(201, 20000), upkeep.roas(800000, 500000),
  upkeep.poas(300000, 500000), upkeep.ad_ratio(500000, 800000), upkeep.cpo(500000, 2),
  upkeep.net_profit(999, 0, 0.5), upkeep.break_even_roas(0.4), upkeep.ctr(1, 3), upkeep.cpc(100, 7), upkeep.cpm(5, 3);
SELECT f, r.* FROM unnest(ARRAY['aov(1, 0)', 'cpl(1, 0)', 'cvr(1, 0)', 'roas(1, 0)', 'poas(1, 0)',
  'ad_ratio(1, 0)', 'cpo(1, 0)', 'ctr(1, 0)', 'cpc(1, 0)', 'cpm(1, 0)', 'break_even_roas(0)', 'break_even_roas(-0.5)',
  'break_even_roas(1.5)',
  'aov(NULL, 1)', 'aov(0, 5)', 'aov(-5, 2)', 'aov(1.50, 1)', 'net_profit(NULL, 1, 0.4)',
  'net_profit(-999, 0, 0.5)', 'aov(1e100, 3e-100)']) f, LATERAL (SELECT (xpath('//v/text()', query_to_xml(format(
    'SELECT coalesce(round(upkeep.%s, 20)::text, ''NULL'') AS v', f), false, false, '')))[1]::text AS value) r;
SELECT c, f.state, f.message FROM unnest(ARRAY['aov(''NaN'', 1)', 'roas(1, ''Infinity'')', 'break_even_roas(''NaN'')',
  'net_profit(1, 1, 1.5)', 'net_profit(1, 1, -0.1)', 'net_profit(1, 1, ''NaN'')', 'cpm(1e131071, 1e-10)',
  'aov(1.0::float8, 2)', 'aov(''x'', 1)']) c, failure('SELECT upkeep.' || c) f;
-- C++ edition {
SELECT p.proname, p.provolatile, p.proisstrict, p.proparallel
  FROM pg_proc p WHERE pronamespace IN ('upkeep'::regnamespace, 'upkeep_internal'::regnamespace)
  AND prorettype = 'numeric'::regtype ORDER BY 1;
-- }
-- over many rows, in parallel too
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT count(*) AS differ FROM daily_records
  WHERE round(upkeep.aov(revenue, orders), 6) IS DISTINCT FROM round(revenue::numeric / nullif(orders, 0), 6);
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;

-- C++ edition {
-- what uses the extension keeps it from being dropped, and 0.2.0 from being taken back
CALL upkeep.purge_history('infinity');
SELECT state, message FROM failure('DROP EXTENSION pg_upkeep');
SELECT state, message FROM failure('ALTER EXTENSION pg_upkeep UPDATE TO ''0.1.0''');
SELECT upkeep.version();
-- }
SELECT object::regclass, finding FROM upkeep.check()
  WHERE object::text IN (SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'metered'::regnamespace)
  ORDER BY 1::text, 2;
RESET search_path;
