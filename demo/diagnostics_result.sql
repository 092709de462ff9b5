-- What must be so, whatever the days: every shop and closed week has its diagnosis, every bridge sums up to its change,
-- and a second run of the last week writes nothing.
SET search_path = analytics, public;
\pset tuples_only on
\pset format unaligned
CREATE TEMP TABLE before_again AS SELECT ctid AS place, xmin::text AS writer FROM weekly_diagnostics;
SET client_min_messages = warning;
SELECT format('CALL upkeep.run_weekly_diagnostics(%L, today => %L)', max(week_start), max(week_start) + 7)
  FROM weekly_diagnostics \gexec
RESET client_min_messages;
SELECT format('%s diagnoses of %s shops. Run again, the last week wrote %s rows.', count(*), count(DISTINCT shop_id),
              count(*) FILTER (WHERE NOT EXISTS (SELECT FROM before_again b
                WHERE b.place = w.ctid AND b.writer = w.xmin::text)))
  FROM weekly_diagnostics w;
DO $$
DECLARE
  wrong bigint;
BEGIN
  SELECT count(*) INTO wrong FROM shops,
    (SELECT generate_series(min(record_date), max(record_date), interval '7 days')::date AS week FROM input) w
    WHERE NOT EXISTS (SELECT FROM weekly_diagnostics d WHERE d.shop_id = shops.id AND d.week_start = w.week);
  ASSERT wrong = 0, wrong || ' weeks without a diagnosis';
  SELECT count(*) INTO wrong FROM weekly_diagnostics d, jsonb_array_elements(d.issues) i
    WHERE i ->> 'code' IN ('NP_DROP', 'REV_DROP') AND i ->> 'baseline_state' <> 'absent'
      AND abs((SELECT sum((x ->> 'amount')::numeric)
        FROM jsonb_array_elements(i -> 'drivers') x) - (i ->> 'delta_abs')::numeric) > 1;
  ASSERT wrong = 0, wrong || ' bridges that do not sum up';
  SELECT count(*) INTO wrong FROM weekly_diagnostics w
    WHERE NOT EXISTS (SELECT FROM before_again b WHERE b.place = w.ctid AND b.writer = w.xmin::text);
  ASSERT wrong = 0, wrong || ' rows written again';
END $$;
