-- A million rows whose values come from hashes of their numbers, the table whose metrics are tested, and the same
-- figures by whole numbers alone.
SET client_min_messages = warning;
CREATE EXTENSION pg_upkeep;

-- of the settings, some have no ratio and some shops no row
CREATE TABLE shop_settings (shop_id int PRIMARY KEY, cogs_ratio numeric);
INSERT INTO shop_settings
SELECT shop, CASE shop % 10 WHEN 0 THEN NULL WHEN 1 THEN 0 WHEN 2 THEN 1 WHEN 3 THEN 0.5 WHEN 4 THEN 0.333333333333
                            WHEN 5 THEN 0.4 WHEN 6 THEN 0.0000000001
                            WHEN 7 THEN 0.999999999999 ELSE shop / 1000.0::numeric(12, 6) END
  FROM generate_series(1, 200) shop WHERE shop % 13 <> 0;

-- hash(row, column): 64 bits that are the same on every machine and major
CREATE FUNCTION hash(id bigint, number int) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT hashint8extended(id, number)';
-- zeros, NULLs, both ends of bigint, all of it, and what shops have
CREATE FUNCTION whole(h bigint, most bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE h & 63 WHEN 0 THEN 0 WHEN 1 THEN 0 WHEN 2 THEN NULL WHEN 3 THEN 9223372036854775807
                     WHEN 4 THEN -9223372036854775808
                     WHEN 5 THEN h WHEN 6 THEN h WHEN 7 THEN -9223372036854775807 WHEN 8 THEN -1
                     WHEN 9 THEN -((h >> 6) & 1023)
                     WHEN 10 THEN 1 WHEN 11 THEN 2 WHEN 12 THEN 8 ELSE ((h >> 6) & 1152921504606846975) % most END $$;
-- up to 30 digits, up to 20 of them behind the point
CREATE FUNCTION decimals(h bigint, g bigint) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE h & 31 WHEN 0 THEN 0 WHEN 1 THEN NULL WHEN 2 THEN 0.00000000000000000001
                     WHEN 3 THEN -999999999999999999999999999999
                     WHEN 4 THEN 999999999.99999999999999999999 WHEN 5 THEN ((h >> 5) & 1023) * 0.5
                     WHEN 6 THEN ((h >> 5) & 65535) * 0.01
                     WHEN 7 THEN -(((h >> 5) & 65535) * 0.0005)
                     ELSE sign(g::numeric) * ((abs(h::numeric) * 1000000000000 + (g & 549755813887))
                          % ('{1e3,1e6,1e9,1e12,1e15,1e18,1e19,1e20,1e24,1e30}'::numeric[])[1 + ((g >> 40) & 15) % 10])
                          * ('{1,0.1,0.01,0.0001,0.000001,0.0000000001,0.000000000001,'
                             '0.00000000000000000001}'::numeric[])[1 + ((g >> 44) & 7)] END $$;

CREATE UNLOGGED TABLE figures (
  id int, shop_id int, orders bigint, revenue bigint, ad_spend bigint, leads bigint, x numeric, y numeric, z numeric,
  aov bigint, cvr numeric(5,2), roas numeric(6,2), net_profit bigint, mixed numeric(20,6), ratio numeric,
  joined numeric, chained numeric(20,6));
SELECT upkeep.enable_metrics('figures', ARRAY[
  'aov = revenue / orders', 'cvr = 100 * orders / leads', 'roas = revenue / ad_spend',
  'net_profit = revenue - round(revenue * settings.cogs_ratio) - ad_spend',
  'mixed = (x - y) * z / ad_spend', 'ratio = x / y', 'joined = round(x, 3) * 2 + abs(y)',
  'chained = coalesce(aov, 0) / cvr + least(roas, 5)'],
  'shop_settings');

-- rounded(n, d): the quotient of two whole numbers, rounded half away from zero without ever being rounded before
CREATE FUNCTION rounded(n numeric, d numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  'SELECT sign(n) * sign(d) * div(2 * abs(n) + abs(d), 2 * abs(d))';
CREATE FUNCTION is_half(n numeric, d numeric) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  'SELECT mod(2 * abs(n), 2 * abs(d)) = abs(d)';
-- within(value, low, high): NULL where a column does not hold it
CREATE FUNCTION within(value numeric, low numeric, high numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  'SELECT CASE WHEN value BETWEEN low AND high THEN value END';

-- Numerators and denominators are whole: x, y and z are taken times 10^20, ratios times 10^12. Each figure is computed
-- from the columns of a subquery, so that the functions are expanded into it.
CREATE VIEW exactly AS
SELECT id, aov, cvr, roas, net_profit, mixed, ratio, joined, chained,
       raw_aov, raw_cvr, raw_roas, raw_profit, raw_mixed, rounded(chain_n, chain_d) AS raw_chained,
       within(rounded(chain_n, chain_d), -99999999999999999999, 99999999999999999999) * 0.000001 AS right_chained,
       right_aov, cvr_hundredths * 0.01 AS right_cvr, roas_hundredths * 0.01 AS right_roas,
       within(raw_profit, -9223372036854775808, 9223372036854775807) AS right_profit,
       within(raw_mixed, -99999999999999999999, 99999999999999999999) * 0.000001 AS right_mixed,
       raw_ratio * 0.00000000000000000001 AS right_ratio,
       (2 * thousandths * 100000000000000000 + abs(y20)) * 0.00000000000000000001 AS right_joined,
       orders, revenue, ad_spend, leads, x, y, z, k, has_settings, is_half(revenue, nullif(orders, 0)) AS half
  FROM (SELECT *, (coalesce(right_aov, 0) * 10000 + least(roas_hundredths, 500) * cvr_hundredths) * 1000000 AS chain_n,
          100 * nullif(cvr_hundredths, 0) AS chain_d
          FROM (SELECT *, within(raw_aov, -9223372036854775808, 9223372036854775807) AS right_aov,
                       within(raw_cvr, -99999, 99999) AS cvr_hundredths,
                       within(raw_roas, -999999, 999999) AS roas_hundredths,
                       revenue - cogs - ad_spend AS raw_profit
                  FROM (SELECT *, rounded(revenue, aov_d) AS raw_aov, rounded(cvr_n, cvr_d) AS raw_cvr,
                               rounded(roas_n, roas_d) AS raw_roas,
                               rounded(cogs_n, 1000000000000) AS cogs, rounded(mixed_n, mixed_d) AS raw_mixed,
                               rounded(ratio_n, ratio_d) AS raw_ratio, rounded(x20, 100000000000000000) AS thousandths
                          FROM (SELECT *, nullif(orders, 0) AS aov_d, 10000 * orders AS cvr_n,
                                       nullif(leads, 0) AS cvr_d, 100 * revenue AS roas_n,
                                       nullif(ad_spend, 0) AS roas_d, revenue * k * 1000000000000 AS cogs_n,
                                       (x20 - y20) * z20 * 1000000 AS mixed_n,
                                       nullif(ad_spend, 0) * 1e40 AS mixed_d, x20 * 1e20 AS ratio_n,
                                       nullif(y20, 0) AS ratio_d
                                  FROM (SELECT f.id, orders::numeric, revenue::numeric, ad_spend::numeric,
                                               leads::numeric, x, y, z,
                                               trunc(x * 1e20) AS x20, trunc(y * 1e20) AS y20, trunc(z * 1e20) AS z20,
                                               s.cogs_ratio AS k, s.shop_id IS NOT NULL AS has_settings,
                                               aov, cvr, roas, net_profit, mixed, ratio, joined, chained
                                          FROM figures f LEFT JOIN shop_settings s
                                          USING (shop_id) OFFSET 0) a OFFSET 0) b OFFSET 0) c OFFSET 0) d OFFSET 0) e;

CREATE VIEW compared AS
SELECT id, aov IS DISTINCT FROM right_aov AS aov, cvr IS DISTINCT FROM right_cvr AS cvr,
  roas IS DISTINCT FROM right_roas AS roas,
       net_profit IS DISTINCT FROM right_profit AS net_profit, mixed IS DISTINCT FROM right_mixed AS mixed,
       ratio IS DISTINCT FROM right_ratio AS ratio, joined IS DISTINCT FROM right_joined AS joined,
       chained IS DISTINCT FROM right_chained AS chained
  FROM exactly;
