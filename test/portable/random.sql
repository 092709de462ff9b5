-- 20,000 random updates of rows of many types: which stamps move, and which versions and protected columns follow.
-- Every value comes from a few, so that many updates change nothing, or the scale of a number only.
CREATE TABLE things (id int PRIMARY KEY, a int, b text, c numeric, d json, e jsonb, f float8, g boolean, h point,
  views int, twice int GENERATED ALWAYS AS (a * 2) STORED, created_at date, version smallint,
  updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO things (id) SELECT generate_series(1, 50);
SELECT upkeep.enable_updated_at('things', ignore_columns => '{views}', version_column => 'version');
CREATE TABLE moves (n int, id int, moved boolean, version int, created_at date, said text);
SELECT setseed(0.25);
DO $$
DECLARE
  choices CONSTANT text[] := ARRAY[
    'a = 1', 'a = 2', 'a = NULL', 'b = ''x''', 'b = ''X''', 'b = repeat(''long'', 2000)', 'b = b || ''''', 'c = 1.0',
    'c = 1.00', 'c = NULL', 'd = ''{"a":1}''', 'd = ''{"a": 1}''', 'e = ''{"a":1}''', 'e = ''{"a": 1}''', 'f = 0',
    'f = ''-0''', 'f = ''NaN''', 'g = true', 'g = NULL', 'h = ''(1,1)''', 'h = ''(1,2)''', 'views = 1', 'views = 2',
    'created_at = ''2020-01-01''', 'created_at = ''2021-01-01''', 'created_at = NULL', 'updated_at = now()',
    'updated_at = NULL', 'version = version + 1', 'version = 0', 'version = 7'];
  before record;
  after record;
  said text;
  key int;
BEGIN
  FOR n IN 1 .. 20000 LOOP
    key := 1 + floor(random() * 50);
    SELECT * INTO before FROM things WHERE id = key;
    said := NULL;
    BEGIN
      EXECUTE format('UPDATE things SET %s WHERE id = $1', (
        SELECT string_agg(choice, ', ' ORDER BY choice)
        FROM (SELECT min(choice) AS choice
              FROM (SELECT choices[1 + floor(random() * 31)::int] AS choice FROM generate_series(1, 1 + n % 3)) picked
              GROUP BY split_part(choice, ' ', 1)) one_each)) USING key;
    EXCEPTION WHEN OTHERS THEN
      said := SQLSTATE || SQLERRM;
    END;
    SELECT * INTO after FROM things WHERE id = key;
    INSERT INTO moves VALUES (n, key, after.updated_at > before.updated_at, after.version, after.created_at, said);
  END LOOP;
END $$;
