-- What 0.7.0 adds: tables that are exempt from the guard.
CREATE TABLE "Kept, all"."Visits" (id int, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE "Kept, all"."Visits 1" PARTITION OF "Kept, all"."Visits" FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE "Kept, all".scratch (id int);
SELECT upkeep.guard_exempt('"Kept, all"."Visits"', 'boss', '2999-01-01 00:00:00+00');
SELECT upkeep.guard_exempt('"Kept, all".scratch');
