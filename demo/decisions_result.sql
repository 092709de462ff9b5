-- What must be so, whatever the campaigns: each decision and each simulation comes out of its evidence again, and
-- nothing is stopped that was not dearer than break-even in every way.
\pset tuples_only on
\pset format unaligned
SET search_path = decisions, public;
CREATE TEMP TABLE derived AS
SELECT 'decision' AS what,
  d.decision = a.decision AND d.evidence = a.evidence AND d.early_kill_signals = a.early_kill_signals AS alike
FROM ad_decisions a,
  jsonb_to_record(evidence -> 'inputs') i(spend numeric, orders int, revenue numeric, leads int, cogs_ratio numeric,
    desired_net_margin numeric, age_days int, marginal_roas numeric, impressions bigint, clicks bigint, aov numeric),
  upkeep.ad_decision(i.spend, i.orders, i.revenue, i.leads, i.cogs_ratio, i.desired_net_margin, i.age_days,
    i.marginal_roas, i.impressions, i.clicks, i.aov) d
UNION ALL
SELECT 'simulation', g.assumptions = s.assumptions AND (g.ad_spend, g.net_profit,
  g.feasibility_level) IS NOT DISTINCT FROM (s.needed_ad_spend::numeric, s.net_profit::numeric, s.feasibility_level)
FROM growth_simulations s, jsonb_to_record(assumptions -> 'inputs') i(target_revenue numeric, revenue numeric,
  ad_spend numeric, leads int, orders int, cogs_ratio numeric, elasticity numeric, max_observed_spend numeric),
  upkeep.simulate_growth(i.target_revenue, i.revenue, i.ad_spend, i.leads, i.orders, i.cogs_ratio, i.elasticity,
    i.max_observed_spend) g WHERE g.model = s.model;
SELECT format('%s decisions and %s simulations; derived again from their evidence, %s of them differ.',
              count(*) FILTER (WHERE what = 'decision'), count(*) FILTER (WHERE what = 'simulation'),
              count(*) FILTER (WHERE alike IS NOT TRUE)) FROM derived;
DO $$
DECLARE
  wrong bigint;
BEGIN
  SELECT count(*) INTO wrong FROM derived WHERE alike IS NOT TRUE;
  ASSERT wrong = 0, wrong || ' that are not derived alike';
  SELECT (SELECT count(*) FROM input) + 6 - count(*) INTO wrong FROM derived;
  ASSERT wrong = 0, wrong || ' rows that were not derived';
  SELECT count(*) INTO wrong FROM ad_decisions
    WHERE decision = 'KILL' AND (evidence ->> 'cpa_optimistic')::numeric < (evidence ->> 'break_even_cpa')::numeric;
  ASSERT wrong = 0, wrong || ' that were stopped without need';
  SELECT count(*) INTO wrong FROM public.mid_month m WHERE jsonb_array_length(m.diagnosis -> 'facts' -> 'ads') <>
    (SELECT count(DISTINCT campaign) FROM input WHERE day < (SELECT min(day) + 13 FROM input));
  ASSERT wrong = 0, 'a report without some of the ads';
END $$;
