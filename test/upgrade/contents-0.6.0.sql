-- All rows.
SELECT * FROM analytics.ad_decisions ORDER BY id;
SELECT * FROM analytics.growth_simulations;
SELECT * FROM "Ads, all"."Settings";
SELECT tableoid::regclass, "Shop, id", day, spend, orders, revenue, decision, evidence
  FROM "Ads, all"."Decided" ORDER BY day;
SELECT * FROM "Ads, all".plans;
