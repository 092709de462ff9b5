-- What the tables of tables-0.11.0.sql hold. Without entries: going back to a version without history asks for none.
BEGIN;
SET LOCAL upkeep.pause = 'all';
INSERT INTO "Kept, long"."Customers" SELECT n, 'name ' || n, n || '@example.com', 'hash', 'word', n / 3.0,
  CASE WHEN n % 5 = 0 THEN timestamptz '2026-01-01' END FROM generate_series(1, 10) n;
INSERT INTO "Kept, long".parts SELECT date '2026-01-20' + n, n, 'note', CASE WHEN n = 3 THEN timestamp '2026-02-01' END
  FROM generate_series(1, 20) n;
COMMIT;
