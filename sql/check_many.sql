-- upkeep.check() over thousands of triggers: what it asks of one does not grow with all the others. The bound is many
-- times what it takes, so that a loaded machine keeps it; one query for each trigger over all of them does not.
CREATE SCHEMA many;
DO $$
BEGIN
  FOR t IN 1..100 LOOP
    EXECUTE format('CREATE TABLE many.settings_%s (shop_id int)', t);
    FOR n IN 1..50 LOOP
      EXECUTE format('CREATE TRIGGER follow_%s AFTER UPDATE ON many.settings_%s FOR EACH ROW '
        'EXECUTE FUNCTION upkeep.metrics_settings()', n, t);
    END LOOP;
    COMMIT;
  END LOOP;
END $$;
SET statement_timeout = '25s';
SELECT count(*), count(DISTINCT object),
  sum((length(hint) - length(replace(hint, 'DROP TRIGGER', 'DROP'))) / 8) AS drops
  FROM upkeep.check() WHERE object IN (SELECT oid FROM pg_class WHERE relnamespace = 'many'::regnamespace);
RESET statement_timeout;
SET client_min_messages = warning;
DROP SCHEMA many CASCADE;
