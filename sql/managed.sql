-- upkeep.managed: a row for each table and feature; and what a person sees of the functions.
CREATE SCHEMA managing;
SET search_path = managing, public;
CREATE TABLE authors (id int PRIMARY KEY, updated_at timestamptz(3) NOT NULL DEFAULT now());
CREATE TABLE shelves (id int PRIMARY KEY, updated_at timestamptz(3) NOT NULL DEFAULT now());
CREATE TABLE books (id int PRIMARY KEY, author_id int REFERENCES authors, shelf_id int REFERENCES shelves,
  seen_at timestamptz(3), updated_at timestamptz(3) NOT NULL DEFAULT now());
CREATE TABLE sales (id int, day date NOT NULL, updated_at timestamptz(3) NOT NULL DEFAULT now())
  PARTITION BY RANGE (day);
CREATE TABLE sales_2026 PARTITION OF sales FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
 WHERE attrelid = 'upkeep.managed'::regclass AND attnum > 0 ORDER BY attnum;

-- one feature: one row, whatever it takes; in the order of schema, table and first trigger
SELECT upkeep.enable_updated_at('books'), upkeep.enable_touch('books', 'authors'), upkeep.enable_updated_at('sales'),
  upkeep.enable_updated_at('authors'), upkeep.enable_updated_at('shelves');
SELECT * FROM upkeep.managed WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'managing'::regnamespace);
-- a feature twice, with other options: a row for each
SELECT upkeep.enable_touch('books', 'shelves');
CREATE TRIGGER also_seen BEFORE INSERT OR UPDATE ON books FOR EACH ROW
  EXECUTE FUNCTION upkeep.updated_at('column=seen_at');
SELECT feature, options, trigger, triggers FROM upkeep.managed WHERE object = 'books'::regclass;
-- with the same options under another name: one row, named after the first
CREATE TRIGGER aa_same BEFORE INSERT OR UPDATE ON books FOR EACH ROW
  EXECUTE FUNCTION upkeep.updated_at('column=seen_at');
SELECT trigger, triggers FROM upkeep.managed WHERE object = 'books'::regclass AND feature = 'updated_at';
DROP TRIGGER aa_same ON books;
DROP TRIGGER also_seen ON books;
-- enabled: all of them
CREATE VIEW firing AS SELECT options ->> 'parent' AS parent, enabled FROM upkeep.managed
  WHERE object = 'books'::regclass ORDER BY 1;
TABLE firing;
ALTER TABLE books DISABLE TRIGGER zz_upkeep_touch_books_author_id_fkey_update;
TABLE firing;
ALTER TABLE books ENABLE REPLICA TRIGGER zz_upkeep_touch_books_author_id_fkey_update;
TABLE firing;
ALTER TABLE books ENABLE ALWAYS TRIGGER zz_upkeep_touch_books_author_id_fkey_update;
TABLE firing;
DROP VIEW firing;
-- nothing is lost, and nothing is there twice
SELECT count(*) AS differing FROM (
  SELECT t.tgrelid::regclass, t.tgname::text FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid
   WHERE p.pronamespace = 'upkeep'::regnamespace AND tgparentid = 0 AND NOT tgisinternal
  EXCEPT ALL SELECT object, unnest(triggers) FROM upkeep.managed) d;
SELECT count(*) AS wrong FROM upkeep.managed
 WHERE trigger <> triggers[1] OR (SELECT array_agg(n ORDER BY n COLLATE "C") FROM unnest(triggers) n) <> triggers;
SELECT object, feature, options, count(*) FROM upkeep.managed GROUP BY 1, 2, 3 HAVING count(*) > 1;
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA managing CASCADE;
RESET client_min_messages;

-- no default in a signature that a screen cannot hold: a long one is NULL and means it
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE pronamespace = 'upkeep'::regnamespace AND pg_get_function_arguments(p.oid) ~ $$DEFAULT '[^']{21,}'$$;
