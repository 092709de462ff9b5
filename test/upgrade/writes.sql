\set id random(1001, 1100)
\set leaf random(1000, 1000000000)
INSERT INTO public.plain (id, body) VALUES (:id, now()::text) ON CONFLICT (id) DO UPDATE SET body = now()::text;
INSERT INTO public.leaf VALUES (:leaf, :id, clock_timestamp()::text) ON CONFLICT DO NOTHING;
