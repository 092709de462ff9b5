-- What writers of the tables of tables-0.4.0.sql meet; leaves nothing behind.
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16', daily_records => 'analytics.daily_records',
  shop_settings => 'analytics.shop_settings', weekly_diagnostics => 'analytics.weekly_diagnostics',
  action_items => 'analytics.action_items');
BEGIN;
SELECT 'the same facts, nothing written', updated_at = '2020-01-01 UTC', NOT stale, user_responses <> '{}'
  FROM analytics.weekly_diagnostics;
UPDATE analytics.daily_records SET revenue = revenue + 1 WHERE record_date = '2026-11-10'
  RETURNING 'figures of a day', net_profit = revenue - round(revenue * 0.45) - ad_spend, updated_at > '2020-01-02';
SELECT 'an edited day makes its diagnosis stale', stale, updated_at = '2020-01-01 UTC'
  FROM analytics.weekly_diagnostics;
UPDATE analytics.product_presets SET name = 'mug', cogs = 60
  RETURNING 'figures of a product', unit_margin = 40, margin_ratio = 0.4, break_even_roas = 2.5;
UPDATE analytics.action_items SET status = 'done' RETURNING 'what is to be done', updated_at > '2020-01-02';
UPDATE "Days, of"."All days" SET orders = orders + 1;
SELECT 'partitions', bool_and(stale) FROM "Days, of"."All weeks";
UPDATE "Days, of"."All weeks" SET stale = false;
INSERT INTO "Days, of"."Days 2" VALUES (1, '2026-09-13', 2, 1), (1, '2026-11-16', 2, 1);
SELECT 'days that it was not made from', NOT bool_or(stale) FROM "Days, of"."All weeks";
DELETE FROM "Days, of"."Days 2" WHERE "On" = '2026-11-09';
SELECT 'a day of one shop', stale = (shop_id = 2) FROM "Days, of"."All weeks";
SELECT 'a wording of the user''s', upkeep.merge_issues('{"issues": [{"code": "REV_DROP", "fingerprint": "a", '
  '"metric": "revenue", "observed": "12", "message": {}}], "facts": {}}', NULL, NULL, NULL, NULL,
  jsonb_build_object(code, jsonb_build_object(language, wording))) -> 0 -> 'message' ->> 'fr' = 'Le CA: 12'
  FROM upkeep.wordings WHERE language = 'fr';
ROLLBACK;
