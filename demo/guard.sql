-- On the tables that the parts above have filled.
SET client_min_messages = error;
SELECT upkeep.enable_guard(schemas => '{store,analytics}') \g /dev/null
\set QUIET on
\pset footer off

-- Everything a careless migration might do; what goes through is taken back here.
CREATE TEMP TABLE tries (step int GENERATED ALWAYS AS IDENTITY, statement text, outcome text);
INSERT INTO tries (statement) VALUES
  ('ALTER TABLE store.products DROP COLUMN name'),
  ('ALTER TABLE analytics.shop_settings ALTER cogs_ratio TYPE numeric(10,0)'),
  ('ALTER TABLE analytics.shop_settings ALTER cogs_ratio TYPE numeric(12,9)'),
  ('TRUNCATE store.products CASCADE'), ('DROP TABLE store.order_items'), ('DROP SCHEMA analytics CASCADE'),
  ('ALTER TABLE analytics.daily_records DROP COLUMN aov'),
  ('ALTER TABLE analytics.shop_settings DROP COLUMN min_impact');
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RAISE EXCEPTION USING ERRCODE = 'P0099', MESSAGE = 'goes through: nothing is lost';
EXCEPTION WHEN SQLSTATE 'UK007' OR SQLSTATE 'P0099' THEN
  RETURN SQLERRM;
END $$;
CREATE TEMP TABLE before AS
  SELECT (SELECT count(*) FROM store.products) AS products, (SELECT count(name) FROM store.products) AS names,
    (SELECT count(*) FROM store.order_items) AS lines, (SELECT count(*) FROM analytics.daily_records) AS days;
DO $$
DECLARE
  each record;
BEGIN
  FOR each IN SELECT * FROM tries ORDER BY step LOOP
    UPDATE tries SET outcome = pg_temp.try(each.statement) WHERE step = each.step;
  END LOOP;
END $$;
\echo What a careless migration meets:
SELECT statement, outcome FROM tries ORDER BY step;

\echo With a yes, for this transaction and once:
\set ON_ERROR_STOP on
BEGIN;
SELECT upkeep.confirm_drop('analytics.weekly_diagnostics.week_label') \g /dev/null
ALTER TABLE analytics.weekly_diagnostics DROP COLUMN week_label;
SELECT tag, object, confirmation FROM upkeep.ddl_log WHERE txid = txid_current() ORDER BY "when";
ROLLBACK;

\echo Beforehand: what a file of statements would do, without running one
SELECT statement, severity, object, finding FROM upkeep.review(
  'TRUNCATE analytics.daily_records; ALTER TABLE store.orders ADD COLUMN channel text NOT NULL; DROP DATABASE demo;');

-- A column gets another name, and the metrics that read it follow.
ALTER TABLE analytics.daily_records RENAME ad_spend TO ads;
UPDATE analytics.daily_records SET ads = ads + 1;
UPDATE analytics.daily_records SET ads = ads - 1;
\echo A column renamed, and the figures that are computed from it go on: wrong figures
SELECT count(*) FROM upkeep.check_metrics('analytics.daily_records');
ALTER TABLE analytics.daily_records RENAME ads TO ad_spend;

-- Fails where anything is gone, or where something else went through.
SELECT 1 / (b = (SELECT (count(*), count(name), (SELECT count(*) FROM store.order_items),
  (SELECT count(*) FROM analytics.daily_records)) FROM store.products)::text
  AND (SELECT count(*) FROM tries WHERE outcome ~ '^goes') = 3
  AND (SELECT count(*) FROM upkeep.check_metrics('analytics.daily_records')) = 0)::int
FROM (SELECT (products, names, lines, days)::text AS b FROM before) t \g /dev/null
\echo Not a row and not a value was lost.
SELECT upkeep.disable_guard() \g /dev/null
