\set shop random(1, 8)
\set day random(1, 60)
\set revenue random(1, 100000)
INSERT INTO daily (shop_id, day, orders, revenue, ad_spend, leads) VALUES (:shop, :day, 3, :revenue, 100, 7)
  ON CONFLICT (shop_id, day) DO UPDATE SET revenue = EXCLUDED.revenue;
