-- The days of the made shops: leads by chance around what is usual, of which one in ten orders, and orders of various
-- values; ads at a quarter of what the leads are worth.
CREATE FUNCTION monday() RETURNS date IMMUTABLE LANGUAGE sql AS $$ SELECT date '2026-11-16' $$;
-- A number from 0 to 1 that a text always has.
CREATE FUNCTION chance(seed text) RETURNS float8 IMMUTABLE LANGUAGE sql
  AS $$ SELECT (('x' || substr(md5(seed), 1, 8))::bit(32)::bigint + 0.5) / 4294967296 $$;
-- The same of the normal distribution, as the sum of twelve.
CREATE FUNCTION deviation(seed text) RETURNS float8 IMMUTABLE LANGUAGE sql
  AS $$ SELECT sum(chance(seed || i)) - 6 FROM generate_series(1, 12) i $$;
-- A count by chance: of Poisson, or, of a large mean, of the normal distribution that it comes to.
CREATE FUNCTION counted(mean float8, seed text) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  bound float8 := chance(seed);
  probability float8;
  below float8;
  count int := 0;
BEGIN
  IF mean > 50 THEN
    RETURN round(mean + sqrt(mean) * deviation(seed));
  END IF;
  probability := exp(-mean);
  below := probability;
  WHILE below < bound AND count < 200 LOOP
    count := count + 1;
    probability := probability * mean / count;
    below := below + probability;
  END LOOP;
  RETURN count;
END $$;
-- What so many orders are worth, each by a log-normal of cv 0.75: the sum is nearly log-normal itself.
CREATE FUNCTION worth(orders int, mean float8, seed text) RETURNS float8 IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN orders > 0 THEN orders * mean * exp(sqrt(v) * deviation(seed) - v / 2) ELSE 0 END
  FROM (SELECT ln(1 + 0.75 * 0.75 / nullif(orders, 0)) AS v) v $$;
CREATE AGGREGATE product(numeric) (sfunc = numeric_mul, stype = numeric, initcond = 1);

-- What is usual of a weekday, of its week: Saturdays are strong, Sundays weak.
CREATE FUNCTION share(weekday int, closed int[]) RETURNS numeric IMMUTABLE LANGUAGE sql AS $$
  SELECT sum(w) FILTER (WHERE d = weekday) / sum(w) FROM unnest(ARRAY[1, 1, 1, 1, 1, 1.3, 0.9]) WITH ORDINALITY t(w, d)
  WHERE d <> ALL (closed) $$;
CREATE VIEW usual AS
  SELECT m.shop, day - monday() AS n, day, CASE WHEN m.orders = 0 THEN 140 ELSE m.orders * 10 END
      * share(extract(isodow FROM day)::int, CASE WHEN m.shop LIKE 'Zeros%' THEN '{7}' ELSE m.closed END)
      * growth ^ week * last_weeks ^ greatest(week - 13, 0) AS leads,
    CASE WHEN m.orders = 0 THEN 0 ELSE 0.1 END AS cvr
  FROM made m, generate_series(0, 139) n, LATERAL (SELECT n / 7 AS week, monday() - 133 + n AS day) d;
CREATE TABLE days AS
  SELECT u.shop, u.n, u.day, counted((u.leads * h.leads)::float8, u.shop || u.day || 'leads') AS leads,
    u.cvr * h.cvr AS cvr, 400000 * h.aov AS aov, round(10000 * u.leads * h.spend) AS spend
  FROM usual u, LATERAL (SELECT product(h.leads) AS leads, product(h.cvr) AS cvr, product(h.aov) AS aov,
    product(h.spend) AS spend FROM happens h WHERE h.shop = u.shop AND u.n BETWEEN h.first AND h.last) h
  WHERE u.leads IS NOT NULL;
ALTER TABLE days ADD orders int, ADD revenue bigint, ADD refunds bigint NOT NULL DEFAULT 0;
UPDATE days SET orders = least(counted((leads * cvr)::float8, shop || day || 'orders'), leads);
UPDATE days SET revenue = round(worth(orders, aov, shop || day));

-- What is not as it should be.
UPDATE days SET leads = 0 WHERE shop = 'Tracking outage' AND n BETWEEN 1 AND 3;
UPDATE days SET refunds = revenue * 2, revenue = -revenue WHERE shop = 'Refund wave' AND n IN (2, 3);
UPDATE days SET revenue = -revenue WHERE shop = 'Wrong sign' AND n = 2;
UPDATE days SET revenue = revenue / 1000 WHERE shop = 'Thousands' AND n = 2;
UPDATE days SET leads = NULL WHERE shop = 'Without leads';
DELETE FROM days WHERE shop IN ('Two days missing', 'Stocktaking') AND n IN (2, 3);
DELETE FROM days WHERE shop = 'No weekends' AND n >= -14 AND extract(isodow FROM day) > 5;
INSERT INTO days SELECT shop, n + 6, day + 6, leads, cvr, aov, spend, orders, revenue FROM days
  WHERE shop = 'One Sunday' AND n = 0;
INSERT INTO days SELECT shop, n + 6, day + 6, 0, cvr, aov, 0, 0, 0 FROM days
  WHERE shop LIKE 'Zeros%' AND extract(isodow FROM day) = 1;
