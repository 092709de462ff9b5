CREATE EXTENSION IF NOT EXISTS pg_upkeep;
--> statement-breakpoint
SELECT upkeep.enable_updated_at_in('public');
--> statement-breakpoint
SELECT upkeep.enable_updated_at('weekly_diagnostics', ignore_columns => '{stale}');
--> statement-breakpoint
SELECT upkeep.enable_metrics('daily_records', settings => 'shop_settings', on_settings_change => 'recalculate');
--> statement-breakpoint
SELECT upkeep.enable_metrics('product_presets',
  ARRAY['unit_margin = sell_price - cogs', 'margin_ratio = unit_margin / sell_price']);
--> statement-breakpoint
SELECT upkeep.enable_weekly_diagnostics('daily_records', 'weekly_diagnostics');
--> statement-breakpoint
SELECT upkeep.enable_rollup('users', 'shops', '{shops_count = count(*), newest_shop = max(created_at)}');
