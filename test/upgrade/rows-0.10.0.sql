-- What the tables of tables-0.10.0.sql hold: days, and a decision that they would not lead to.
BEGIN;
SET LOCAL upkeep.pause = 'all';
INSERT INTO "Ads, all"."Days, of" SELECT 1, d, 2, 500.25
  FROM generate_series(date '2026-10-19', '2026-11-15', '1 day') d;
INSERT INTO "Ads, all"."Asked" VALUES (1, '2026-11-16', 900, 0, 0.5, 'SCALE', '{"aov": 7, "aov_source": "shop"}');
COMMIT;
