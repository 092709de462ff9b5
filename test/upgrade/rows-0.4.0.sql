-- What the tables of tables-0.4.0.sql hold, all of it history: a shop with nine weeks, a diagnosis that was answered,
-- what is to be done.
BEGIN;
SET LOCAL upkeep.pause = 'all';
INSERT INTO analytics.users (id, external_id, created_at, updated_at)
  VALUES ('00000000-0000-0000-0000-00000000000a', 'u1', '2020-01-01', '2020-01-01');
INSERT INTO analytics.shops (id, owner_id, name, created_at, updated_at) VALUES
  ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-00000000000a', 'one', '2020-01-01', '2020-01-01');
INSERT INTO analytics.shop_settings (id, shop_id, cogs_ratio, rev_drop_warning, created_at, updated_at)
  VALUES ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001', 0.45, 0.2, '2020-01-01',
    '2020-01-01');
INSERT INTO analytics.daily_records (id, shop_id, record_date, orders, revenue, ad_spend, leads, net_profit,
  created_at, updated_at)
  SELECT md5(d::text)::uuid, '00000000-0000-0000-0000-000000000001', d, 6, CASE
  WHEN d >= '2026-11-09' THEN 700000 ELSE 2000000 END, 500000, 60, -7, '2020-01-01', '2020-01-01'
  FROM generate_series(date '2026-09-14', '2026-11-15', '1 day') d;
INSERT INTO analytics.weekly_diagnostics (id, shop_id, week_start, week_label, state, issues, rules, facts,
  input_digest, user_responses, created_at, updated_at)
  SELECT '00000000-0000-0000-0000-000000000003', shop_id,
    '2026-11-09', d ->> 'week_label', d ->> 'state', upkeep.merge_issues(d, d -> 'issues', answers, NULL, NULL),
    d -> 'rules', d -> 'facts', d ->> 'input_digest', answers, '2020-01-01', '2020-01-01'
    FROM (SELECT s.shop_id,
      upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', to_jsonb(s), '2026-11-16') AS d
      FROM analytics.shop_settings s JOIN analytics.daily_records USING (shop_id) GROUP BY s.shop_id) f,
    LATERAL (SELECT jsonb_build_object(d -> 'issues' -> 0 ->> 'fingerprint', '{"status": "ack"}'::jsonb)) a(answers);
INSERT INTO analytics.action_items (id, shop_id, diagnostic_id, fingerprint, code, action, title, status, first_week,
  last_week, note, created_at, updated_at)
  SELECT '00000000-0000-0000-0000-000000000004', shop_id, id, issues -> 0 ->> 'fingerprint', issues -> 0 ->> 'code',
    'OFFER_BUNDLES', 'bundles', 'in_progress', week_start, week_start, 'mine', '2020-01-01', '2020-01-01'
  FROM analytics.weekly_diagnostics;
INSERT INTO analytics.product_presets (id, shop_id, name, sell_price, cogs, unit_margin, created_at, updated_at)
  VALUES ('00000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-000000000001', 'cup', 100, 40, 7,
    '2020-01-01', '2020-01-01');
INSERT INTO analytics.monthly_goals (id, shop_id, month, revenue_target, created_at, updated_at)
  VALUES ('00000000-0000-0000-0000-000000000006', '00000000-0000-0000-0000-000000000001', '2026-10-01', 1, '2020-01-01',
    '2020-01-01');
INSERT INTO "Days, of"."All days" VALUES (1, '2026-11-09', 1, 1.50), (2, '2026-11-09', 2, 2.50);
INSERT INTO "Days, of"."All weeks" VALUES (1, '2026-11-09', false), (2, '2026-11-09', NULL);
INSERT INTO upkeep.wordings VALUES
  ('REV_DROP', 'fr', 'Le CA: {observed}'), ('CHECK_STOCK', 'en', 'Look into the store');
COMMIT;
