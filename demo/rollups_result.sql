SET search_path = shop;
\pset footer off
SELECT diagnosis ->> 'week_label' AS week FROM shop_days.last_week \gset
\echo The last week that is over, :week, from days of which only the cost of the ads was entered:
\echo
SELECT i ->> 'code' AS code, i ->> 'severity' AS severity, i ->> 'observed' AS observed, i ->> 'expected' AS expected,
  i ->> 'impact' AS impact
FROM shop_days.last_week, jsonb_array_elements(diagnosis -> 'issues') i;
\pset tuples_only on
\pset format unaligned
SELECT regexp_substr(upkeep.weekly_report(diagnosis), '^# .*?\n') || E'\n' ||
  regexp_substr(upkeep.weekly_report(diagnosis), '## Key figures.*?(?=\n## )') FROM shop_days.last_week;
DO $$
DECLARE
  wrong bigint;
BEGIN
  ASSERT (SELECT count(*) FROM shop_days.last_week
    WHERE jsonb_array_length(diagnosis -> 'issues') > 0) = 1, 'no diagnosis, or none of the ads';
  SELECT count(*) INTO wrong FROM shop.told t
    WHERE n = 4 AND (orders, revenue) IS DISTINCT FROM (SELECT (orders, revenue) FROM shop.told WHERE n = 3);
  ASSERT wrong = 0, 'a figure that somebody else wrote';
  SELECT count(*) INTO wrong FROM shop.told a JOIN shop.told b ON b.n = a.n + 1
    WHERE a.n < 3 AND (a.orders, a.revenue) IS NOT DISTINCT FROM (b.orders, b.revenue);
  ASSERT wrong = 0, 'a figure that did not follow';
END $$;
