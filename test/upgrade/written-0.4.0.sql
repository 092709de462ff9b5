SELECT 'days', count(*) > 1, count(*) FILTER (WHERE net_profit <> revenue - round(revenue * 0.45) - ad_spend)
  FROM analytics.daily_records WHERE updated_at > '2021-01-01';
SELECT 'a diagnosis', stale, 0 FROM analytics.weekly_diagnostics;
