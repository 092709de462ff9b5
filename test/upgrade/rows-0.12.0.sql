-- What the tables of tables-0.12.0.sql hold.
BEGIN;
SET LOCAL upkeep.pause = 'all';
INSERT INTO "Sums, of"."Users, all" ("No", note) SELECT n, 'user ' || n FROM generate_series(1, 8) n;
INSERT INTO "Sums, of"."Orders" SELECT n, n % 3, 1 + n % 7, n / 7.0, CASE WHEN n % 4 = 0 THEN 'open' ELSE 'paid' END,
  timestamptz '2026-01-25 16:30+00' + n * interval '10 min' FROM generate_series(1, 60) n;
INSERT INTO "Sums, of".refunds SELECT n % 3, date '2026-01-25' + n, n FROM generate_series(1, 9) n;
COMMIT;
SET client_min_messages = warning;
CALL upkeep.recalculate_rollup('"Sums, of"."Users, all"', batch_size => 3);
CALL upkeep.recalculate_rollup('"Sums, of".days');
