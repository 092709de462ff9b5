-- Rows of four shops in any order; some of them have no settings.
\set a random(1, 12)
\set b random(1, 12)
\set c random(1, 12)
\set d random(1, 12)
\set revenue random(1, 100000)
INSERT INTO entry (shop_id, revenue, ad_spend) VALUES
  (:a, :revenue, 10), (:b, :revenue, 20), (:c, :revenue, 30), (:d, :revenue, 40);
