-- What 0.5.0 adds: a schema that is guarded.
CREATE SCHEMA "Kept, all";
CREATE TABLE "Kept, all"."Letters" ("Id" int PRIMARY KEY, body text, "no, value" int, half numeric,
  stored int GENERATED ALWAYS AS ("Id" * 2) STORED);
CREATE TABLE "Kept, all".days (id int NOT NULL, day date NOT NULL, body text) PARTITION BY RANGE (day);
CREATE TABLE "Kept, all"."days 1" PARTITION OF "Kept, all".days FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE "Kept, all".pages (letter int REFERENCES "Kept, all"."Letters", body text);
CREATE TABLE "Kept, all".empty (id int);
SELECT upkeep.enable_guard(schemas => '{"Kept, all"}');
-- Of today and of tomorrow.
CREATE TABLE "Kept, all".late (id int);
