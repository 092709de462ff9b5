SET search_path = decisions, public;
-- Goods cost 40 % of what they sell for; an ad is scaled where it leaves 10 % of the revenue.
INSERT INTO shops (name, currency)
  SELECT 'All campaigns', CASE WHEN min(day) < '2022-01-01' THEN 'INR' ELSE 'VND' END FROM input;
INSERT INTO shop_settings (shop_id, cogs_ratio, desired_net_margin) SELECT id, 0.4, 0.1 FROM shops;
INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
  SELECT s.id, day, sum(orders), sum(revenue), sum(spend), sum(leads) FROM input, shops s GROUP BY s.id, day;

-- Each morning the figures of a campaign until then. Before its first order it is valued as the others' orders are.
INSERT INTO ad_decisions (shop_id, campaign, decided_on, spend, orders, revenue, leads, impressions, clicks,
  age_days, aov)
SELECT s.id, campaign, day + 1, sum(spend) OVER so_far, sum(orders) OVER so_far, sum(revenue) OVER so_far,
  sum(leads) OVER so_far, sum(impressions) OVER so_far, sum(clicks) OVER so_far, row_number() OVER so_far,
       CASE WHEN sum(orders) OVER so_far = 0 THEN sum(revenue) OVER together / nullif(sum(orders) OVER together, 0) END
FROM input, shops s WINDOW so_far AS (PARTITION BY campaign ORDER BY day), together AS (ORDER BY day)
ORDER BY day, campaign;

CREATE VIEW public.first_decisions AS
SELECT campaign, f.decided_on, coalesce(f.decision, 'KEEP') AS decision, f.orders, f.cpa, f.optimistic, f.pessimistic,
  f.break_even, a.spend, a.revenue
FROM (SELECT DISTINCT campaign FROM decisions.ad_decisions) c
LEFT JOIN LATERAL (SELECT decided_on, decision, orders, evidence ->> 'cpa' AS cpa,
                   evidence ->> 'cpa_optimistic' AS optimistic, evidence ->> 'cpa_pessimistic' AS pessimistic,
                   evidence ->> 'break_even_cpa' AS break_even
                   FROM decisions.ad_decisions d WHERE d.campaign = c.campaign AND decision <> 'KEEP'
                   ORDER BY decided_on LIMIT 1) f ON true
LEFT JOIN LATERAL (SELECT sum(spend) AS spend, sum(revenue) AS revenue FROM decisions.input i
  WHERE i.campaign = c.campaign AND i.day >= f.decided_on) a ON true;

\echo
\echo 'The first KILL or SCALE of each campaign: costs per order, with what they may truly be, and break-even. And'
\echo 'what the rest of the days then did; to break even on ads they had to bring 1.67 times what they spent:'
SELECT campaign, decided_on AS on, decision, orders, cpa, optimistic, pessimistic, break_even AS "break-even",
  spend AS "spent after", revenue AS "brought after", round(revenue / nullif(spend, 0), 2) AS "roas after"
FROM public.first_decisions ORDER BY decision DESC, decided_on, campaign;

\echo 'How often each was told what, a look a day. A look errs in at most 5 %, many looks in more:'
\echo 'decide on fixed days.'
SELECT campaign, count(*) AS looks, count(*) FILTER (WHERE decision = 'SCALE') AS scale,
       count(*) FILTER (WHERE decision = 'KEEP') AS keep, count(*) FILTER (WHERE decision = 'KILL') AS kill,
       (array_agg(decision ORDER BY decided_on DESC))[1] AS "in the end"
FROM ad_decisions GROUP BY campaign ORDER BY campaign;

-- By what the days themselves say, where that can be told.
UPDATE shop_settings SET elasticity = (SELECT upkeep.fit_elasticity(ad_spend, revenue) FROM daily_records);
INSERT INTO growth_simulations (shop_id, target_revenue, revenue, ad_spend, leads, orders, model)
  SELECT shop_id, round(times * sum(revenue)), sum(revenue), sum(ad_spend), sum(leads), sum(orders), model
  FROM daily_records, unnest(ARRAY[1.25, 2, 3]) times, unnest(ARRAY['linear', 'diminishing']) model
  GROUP BY shop_id, times, model;
\echo 'What 1.25, 2 and 3 times the revenue of these days would take; diminishing with the elasticity of the days:'
SELECT round(target_revenue::numeric / revenue, 2) AS times, model, assumptions ->> 'elasticity' AS elasticity,
  ad_spend AS "spend now", needed_ad_spend AS "spend needed", assumptions ->> 'net_profit_now' AS "profit now",
  net_profit AS "profit then", round(marginal_roas, 2) AS "marginal roas", feasibility_level
FROM growth_simulations ORDER BY 1, 2 DESC;

\echo 'Half of the days are over, and a tenth more revenue is wanted than the first half promises:'
INSERT INTO monthly_goals (shop_id, month, revenue_target)
  SELECT shop_id, date_trunc('month', min(record_date)),
    round(1.1 * extract(day FROM date_trunc('month', min(record_date)) + interval '1 month - 1 day') * avg(revenue))
  FROM daily_records
  WHERE record_date < (SELECT min(record_date) + 14 FROM daily_records) GROUP BY shop_id;
SELECT m.today, p.metric, p.target, p.so_far, p.projected, p.pace, p.required ->> (m.today)::text AS "required today",
  p.days_missing
FROM (SELECT min(record_date) + 14 AS today FROM daily_records) m, shops s,
  upkeep.goal_pace(s.id::text, m.today, m.today) p WHERE p.metric = 'revenue';

\echo 'The report of the week before has both, and is a page with charts in build/demo/month.html. Of the ads it says:'
SET client_min_messages = warning;
SELECT format('CALL upkeep.run_weekly_diagnostics(%L, today => %L)', min(record_date) + 7, min(record_date) + 14)
  FROM daily_records \gexec
RESET client_min_messages;
CREATE VIEW public.mid_month AS SELECT to_jsonb(w) || jsonb_build_object('shop_name', s.name) AS diagnosis
  FROM decisions.weekly_diagnostics w JOIN decisions.shops s ON s.id = w.shop_id;
\pset tuples_only on
\pset format unaligned
SELECT regexp_substr(upkeep.weekly_report(diagnosis), '## Ads.*?(?=\n## )') FROM public.mid_month;
