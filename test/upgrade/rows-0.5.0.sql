-- What the tables of tables-0.5.0.sql hold, and a log of what was done to them.
BEGIN;
SET LOCAL upkeep.pause = 'all';
INSERT INTO "Kept, all"."Letters" VALUES (1, 'a', NULL, 1.5), (2, NULL, NULL, 2);
INSERT INTO "Kept, all".days VALUES (1, '2020-01-01', 'a');
INSERT INTO "Kept, all".pages VALUES (1, 'a'), (1, 'b'), (2, 'c');
INSERT INTO "Kept, all".late VALUES (1);
DELETE FROM upkeep.ddl_log;
INSERT INTO upkeep.ddl_log VALUES ('2020-01-01', 'boss', 'drizzle-kit', 7, 'DROP TABLE', '"Kept, all".gone',
  'DROP TABLE "Kept, all".gone', 'confirm_drop'),
  ('2020-01-02', 'boss', '', 8, 'TRUNCATE TABLE', '"Kept, all".days', NULL, NULL);
-- Of this database alone: it is dumped into no other.
INSERT INTO upkeep.drop_approvals (catalog, object) VALUES ('pg_class'::regclass, '"Kept, all"."Letters"'::regclass);
COMMIT;
