-- All rows, and what the user has worded.
SELECT * FROM analytics.users;
SELECT * FROM analytics.shops;
SELECT * FROM analytics.shop_settings;
SELECT * FROM analytics.daily_records ORDER BY record_date;
SELECT * FROM analytics.weekly_diagnostics;
SELECT * FROM analytics.action_items;
SELECT * FROM analytics.product_presets;
SELECT * FROM analytics.monthly_goals;
SELECT tableoid::regclass, "Shop, id", "On", orders, revenue FROM "Days, of"."All days" ORDER BY 2;
SELECT * FROM "Days, of"."All weeks" ORDER BY 1;
SELECT 'wording', * FROM upkeep.wordings ORDER BY code COLLATE "C", language COLLATE "C";
