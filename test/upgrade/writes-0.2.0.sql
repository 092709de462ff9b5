\set id random(1001, 1100)
\set revenue random(1, 1000000)
INSERT INTO public.daily_records (id, shop_id, revenue, orders, ad_spend, updated_at)
  VALUES (:id, 1, :revenue, 7, 3, now())
  ON CONFLICT (id) DO UPDATE SET revenue = EXCLUDED.revenue, updated_at = 'epoch';
