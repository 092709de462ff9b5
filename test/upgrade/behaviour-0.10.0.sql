-- What writers of the tables of tables-0.10.0.sql meet; leaves nothing behind.
BEGIN;
INSERT INTO "Ads, all"."Asked" VALUES (1, '2026-11-16', 900, 0, 0.5), (1, '2026-10-19', 900, 0, 0.5),
  (2, '2026-11-16', 900, 0, 0.5) RETURNING 'an ad without orders', decided_on, decision, evidence -> 'aov',
  evidence -> 'aov_source', evidence -> 'break_even_cpa';
INSERT INTO analytics.daily_records (shop_id, record_date, orders, revenue)
  SELECT id, '2026-10-13', 7, 2100000 FROM analytics.shops ON CONFLICT DO NOTHING;
INSERT INTO analytics.ad_decisions (shop_id, campaign, decided_on, spend, orders)
  SELECT id, 'asked', '2026-11-16', 9000000, 0 FROM analytics.shops
  RETURNING 'an ad of the analytics tables', evidence -> 'aov_source';
UPDATE analytics.shop_events SET name = 'Tet' WHERE shop_id IS NULL
  RETURNING 'an event', kind, updated_at > '2020-01-02';
SELECT 'an answer', issues = upkeep.answered_issues(issues, user_responses, facts),
  upkeep.answered_issues(issues, '{}') -> 0 -> 'response' FROM analytics.weekly_diagnostics;
ROLLBACK;
