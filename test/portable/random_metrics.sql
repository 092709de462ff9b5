-- Random rows, as many as the variable rows says, with nested formulas over columns of many types, some of them too
-- large or NULL: what the figures are. Settings of 40 shops; a fortieth of the rows are of no shop.
CREATE TABLE ratios (shop_id int PRIMARY KEY, ratio numeric(5,4), fee numeric);
INSERT INTO ratios SELECT n, n / 41.0, CASE WHEN n % 7 > 0 THEN n * 1.000000007 END FROM generate_series(1, 40) n;
CREATE TABLE figures (n int PRIMARY KEY, shop_id int, a int, b bigint, c numeric(12,4), d numeric, e smallint,
  m1 numeric(9,2), m2 bigint, m3 numeric, m4 numeric(7,-2), m5 smallint, m6 numeric(12,6), m7 numeric(30,15), m8 int);
SELECT upkeep.enable_metrics('figures', ARRAY['m1 = a / b', 'm2 = round(c * d, -1) - a', 'm3 = d / (c - e)',
  'm4 = abs(b * 3) + coalesce(m1, e, 0)', 'm5 = e * 2 - round(a / nullif(e, 0))',
  'm6 = least(c, d, m1) / greatest(a, 7) * settings.ratio', 'm7 = (m6 - m3) / (settings.fee + 1) / 3',
  'm8 = round(a * settings.ratio) - coalesce(round(settings.fee, 2), -1)'], settings => 'ratios');
SELECT setseed(0.5);
INSERT INTO figures (n, shop_id, a, b, c, d, e)
SELECT n, 1 + floor(random() * 41), CASE WHEN random() < 0.95 THEN floor(random() * 2000 - 1000) END,
  CASE WHEN random() < 0.002 THEN 9223372036854775807 ELSE floor(random() * 300000 - 150000)::bigint END,
  round((random() * 2000 - 1000)::numeric, floor(random() * 5)::int),
  CASE WHEN random() < 0.001 THEN 1e120 WHEN random() < 0.9 THEN (random() * 100)::numeric END,
  floor(random() * 20 - 10)
FROM generate_series(1, :rows) n;
