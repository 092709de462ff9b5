-- All rows, the guard's schemas, and what it has logged.
SELECT * FROM "Kept, all"."Letters" ORDER BY 1;
SELECT tableoid::regclass, * FROM "Kept, all".days ORDER BY id;
SELECT * FROM "Kept, all".pages ORDER BY 1, 2;
SELECT * FROM "Kept, all".late;
SELECT 'guarded', * FROM upkeep.guard_rules ORDER BY 2;
-- A restore is DDL too, and may have been logged.
SELECT 'log', * FROM upkeep.ddl_log WHERE "when" < '2021-01-01' ORDER BY "when", object;
