-- What the tables of tables-0.7.0.sql hold.
BEGIN;
SET LOCAL upkeep.pause = 'all';
INSERT INTO "Kept, all"."Visits" VALUES (1, '2020-05-01'), (2, '2020-06-01');
INSERT INTO "Kept, all".scratch VALUES (1);
COMMIT;
