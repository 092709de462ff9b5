-- What 0.12.0 adds: figures of other rows. Expressions are the caller's, by the caller's search_path.
CREATE SCHEMA "Sums, of";
CREATE TABLE "Sums, of"."Users, all" ("No" int PRIMARY KEY, note text, orders int NOT NULL DEFAULT 0,
  "Spent" numeric(12,2), "last, at" timestamptz);
CREATE TABLE "Sums, of"."Orders" (id int PRIMARY KEY, shop int, "Of, user" int REFERENCES "Sums, of"."Users, all",
  amount numeric(10,3), status text, at timestamptz);
CREATE INDEX ON "Sums, of"."Orders" ("Of, user");
CREATE INDEX ON "Sums, of"."Orders" (shop, ((at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date));
SELECT upkeep.enable_rollup('"Sums, of"."Users, all"', '"Sums, of"."Orders"', ARRAY['orders = count(*)',
  '"Spent" = sum(amount) FILTER (WHERE status OPERATOR(pg_catalog.=) ''paid'')', '"last, at" = max(at)']);
CREATE TABLE "Sums, of".days (shop int, day date, orders int NOT NULL DEFAULT 0, revenue numeric(12,2) DEFAULT 0,
  note text, PRIMARY KEY (shop, day)) PARTITION BY RANGE (day);
CREATE TABLE "Sums, of".days_1 PARTITION OF "Sums, of".days FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE "Sums, of".days_2 PARTITION OF "Sums, of".days DEFAULT;
CREATE TABLE "Sums, of".refunds (shop int, day date, amount numeric(10,2)) PARTITION BY LIST (shop);
CREATE TABLE "Sums, of".refunds_1 PARTITION OF "Sums, of".refunds FOR VALUES IN (1);
CREATE TABLE "Sums, of".refunds_2 PARTITION OF "Sums, of".refunds DEFAULT;
CREATE INDEX ON "Sums, of".refunds (shop, day);
SELECT upkeep.enable_rollup('"Sums, of".days', '"Sums, of"."Orders"', '{orders = count(*), revenue = sum(amount)}',
  ARRAY['shop = shop', 'day = (at AT TIME ZONE ''Asia/Ho_Chi_Minh'')::pg_catalog.date'],
  'status OPERATOR(pg_catalog.=) ''paid''',
  keep_empty => false);
SELECT upkeep.enable_rollup('"Sums, of".days', '"Sums, of".refunds', '{revenue = sum(OPERATOR(pg_catalog.-) amount)}',
  '{shop = shop, day = day}');
