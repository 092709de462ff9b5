-- The tables of the diagnostics benchmark: nine weeks of many shops, day by day. psql variable: shops.
CREATE UNLOGGED TABLE bench.records (
  shop_id integer NOT NULL,
  record_date date NOT NULL,
  orders integer NOT NULL,
  revenue bigint NOT NULL,
  ad_spend bigint NOT NULL,
  leads integer NOT NULL
);
INSERT INTO bench.records
  SELECT shop, date '2026-09-14' + day, 5 + (hashint4(shop * 100 + day) & 7),
    1800000 + (hashint4(shop * 7 + day) & 1048575),
         500000 + (hashint4(shop * 11 + day) & 131071), 50 + (hashint4(shop * 13 + day) & 31)
  FROM generate_series(0, 62) day, generate_series(1, :shops) shop;
-- One shop of eight has a bad last week.
UPDATE bench.records SET revenue = revenue / 2, orders = orders / 2
  WHERE record_date >= '2026-11-09' AND shop_id % 8 = 0;
CREATE UNLOGGED TABLE bench.shop_week_settings (shop_id integer PRIMARY KEY, settings jsonb NOT NULL);
INSERT INTO bench.shop_week_settings
  SELECT shop, jsonb_build_object('shop_id', shop, 'currency', 'VND', 'timezone', 'Asia/Ho_Chi_Minh', 'cogs_ratio',
    0.45, 'target_roas', 2.5)
  FROM generate_series(1, :shops) shop;
VACUUM (FREEZE, ANALYZE) bench.records;
VACUUM (FREEZE, ANALYZE) bench.shop_week_settings;

-- Sums of each of the nine weeks, in one pass.
SELECT format('CREATE VIEW bench.filter_sums AS SELECT shop_id, %s FROM bench.records GROUP BY shop_id',
              string_agg(format('sum(%1$s) FILTER (WHERE record_date BETWEEN date %2$L - %3$s '
                                'AND date %2$L - %3$s + 6) AS %1$s_%4$s',
                                measure, '2026-11-09', 7 * week, week), ', '))
  FROM generate_series(0, 8) week, unnest('{orders,revenue,ad_spend,leads}'::text[]) measure \gexec

-- The facts, as a document, and five of the rules, as one would write them by hand.
CREATE VIEW bench.by_hand AS
WITH weeks AS (
  SELECT shop_id, (record_date - date '2026-11-09' + 56) / 7 AS week, count(*) AS days, sum(orders) AS orders,
    sum(revenue) AS revenue,
         sum(ad_spend) AS ad_spend, sum(leads) AS leads,
         array_agg(record_date) AS dates, array_agg(orders) AS day_orders, array_agg(revenue) AS day_revenue,
         array_agg(ad_spend) AS day_ad_spend, array_agg(leads) AS day_leads
  FROM bench.records WHERE record_date BETWEEN '2026-09-14' AND '2026-11-15' GROUP BY 1, 2
), seen AS (
  SELECT w.*, (s.settings ->> 'cogs_ratio')::numeric AS k, (s.settings ->> 'target_roas')::numeric AS target,
         count(*) FILTER (WHERE days = 7) OVER past AS n,
         avg(revenue) FILTER (WHERE days = 7) OVER past AS revenue_before,
         stddev_samp(revenue) FILTER (WHERE days = 7) OVER past AS revenue_sd,
         sum(ad_spend) FILTER (WHERE days = 7) OVER past / nullif(sum(leads) FILTER (WHERE days = 7) OVER past,
           0) AS cpl_before,
         stddev_samp(leads::float8 / nullif(ad_spend, 0)) FILTER (WHERE days = 7) OVER past AS lpc_sd,
         avg(ad_spend) FILTER (WHERE days = 7) OVER past AS ad_spend_before,
         sum(orders) FILTER (WHERE days = 7) OVER past AS orders_before,
         sum(leads) FILTER (WHERE days = 7) OVER past AS leads_before,
         array_agg(revenue) OVER past AS revenues, array_agg(ad_spend) OVER past AS ad_spends,
         array_agg(orders) OVER past AS all_orders, array_agg(leads) OVER past AS all_leads
  FROM weeks w JOIN bench.shop_week_settings s USING (shop_id)
  WINDOW past AS (PARTITION BY shop_id ORDER BY week ROWS BETWEEN 8 PRECEDING AND 1 PRECEDING)
), bounds AS (
  SELECT *, (ARRAY[3.182446, 2.776445, 2.570582, 2.446912, 2.364624])[n - 3] * sqrt(1 + 1.0 / n) AS t,
         revenue * (1 - k) - ad_spend AS net_profit, revenue_before * (1 - k) - ad_spend_before AS net_profit_before
  FROM seen WHERE week = 8
), fallen AS (
  SELECT *, revenue <= 0.85 * revenue_before AND (revenue_before - revenue) * (1 - k) >= 0.01 * revenue_before
      AND abs(revenue - revenue_before) > t * greatest(revenue_sd, 0.05 * revenue_before)
      AND orders_before >= 6 * n
      AND revenue_before - revenue > 1.96 * 1.25 * revenue_before / sqrt(orders_before::float8 / n) AS rev_drop
  FROM bounds
)
SELECT shop_id,
       jsonb_build_object('net_profit', net_profit,
         'weeks', jsonb_build_object('revenue', revenues || revenue, 'ad_spend', ad_spends || ad_spend, 'orders',
           all_orders || orders, 'leads', all_leads || leads),
         'days', jsonb_build_object('date', dates, 'revenue', day_revenue, 'ad_spend', day_ad_spend, 'orders',
           day_orders, 'leads', day_leads)) AS facts,
       net_profit < 0 AND -net_profit >= 0.01 * revenue_before AS np_negative,
       rev_drop,
       revenue < ad_spend * 1.1 / (1 - k) AS roas_below_break_even,
       revenue < ad_spend * target AS roas_below_target,
       leads >= 30 AND ad_spend / nullif(leads, 0) >= 1.2 * cpl_before
         AND abs(leads::float8 / nullif(ad_spend, 0) - 1 / cpl_before)
           > t * greatest(lpc_sd, 0.05 / cpl_before)
         AND (rev_drop OR net_profit_before - net_profit
                >= greatest(0.2 * abs(net_profit_before), 0.01 * revenue_before)) AS cpl_spike
FROM fallen;

CREATE FUNCTION bench.diagnosed(shops integer) RETURNS TABLE (shop_id integer, diagnosis jsonb)
  LANGUAGE sql STABLE AS $$
  SELECT shop_id, upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', settings, '2026-11-16')
  FROM bench.records JOIN bench.shop_week_settings USING (shop_id) WHERE shop_id <= shops GROUP BY shop_id
$$;

INSERT INTO bench.target (title, benchmark, contender, against, measure, at_most) VALUES
  ('diagnose, a week of every shop: time / SQL by hand with window functions, for the facts and five of the rules',
    'a week of every shop', 'pg_upkeep', 'by_hand', 'total', 0.50),
  ('diagnose, a week of every shop: time / one pass of FILTER sums, the facts only', 'a week of every shop',
    'pg_upkeep', 'filter_sums', 'total', 0.75),
  ('diagnose, a week of every shop: time / that of half of the shops', 'a week of every shop', 'pg_upkeep', 'half',
    'total', 2.1);
