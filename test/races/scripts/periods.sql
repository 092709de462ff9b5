-- Settings with periods, and rows that look for the one in force.
\set shop random(1, 6)
\set since random(0, 60)
\set day random(0, 60)
\set percent random(0, 100)
\set way random(1, 6)
\if :way = 1
DELETE FROM period WHERE shop_id = :shop AND since = date '2024-01-01' + :since;
\elif :way = 2
INSERT INTO period VALUES (:shop, date '2024-01-01' + :since, :percent / 100.0)
  ON CONFLICT (shop_id, since) DO UPDATE SET cogs_ratio = EXCLUDED.cogs_ratio;
\elif :way = 3
INSERT INTO dated (shop_id, record_date, revenue, ad_spend) VALUES
  (:shop, date '2024-01-01' + :day, :percent * 100 + 1, 10), (7 - :shop, date '2024-01-01' + :day, 77, 7);
\elif :way = 4
UPDATE dated SET record_date = date '2024-01-01' + :day WHERE id = :percent + :client_id * 100;
\else
INSERT INTO dated (shop_id, record_date, revenue, ad_spend)
  VALUES (:shop, date '2024-01-01' + :day, :percent * 100, 10);
\endif
