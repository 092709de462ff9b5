# Sourced by demo/run: what went wrong each week in each shop, what it cost, what to do.
say "== weekly diagnostics: what went wrong, what it cost, what to do =="
say ""
sql -c "SELECT upkeep.create_analytics('analytics')" > /dev/null
sql -c 'CREATE TABLE analytics.input (shop text, record_date date, orders int, revenue bigint, ad_spend bigint,
  leads int)'
if has_data campaign_days.csv; then
  say "Days: $DATA/campaign_days.csv, ad campaigns in February 2021, each as a shop, and one of their sum."
  # Money in the smallest unit. Several campaigns have one name.
  sql -c 'CREATE TEMP TABLE file (id int, c_date text, campaign_name text, category text, campaign_id int,
    impressions bigint, mark_spent numeric, clicks int, leads int, orders int, revenue numeric)' \
    -c '\copy file from pstdin csv header' \
    -c "INSERT INTO analytics.input SELECT campaign_name || ' ' || campaign_id, to_date(c_date, 'DD/MM/YYYY'), orders,
    round(100 * revenue), round(100 * mark_spent), leads FROM file ORDER BY id" \
    -c "INSERT INTO analytics.input SELECT 'All campaigns', record_date, sum(orders), sum(revenue), sum(ad_spend),
    sum(leads) FROM analytics.input GROUP BY record_date" < "$DATA/campaign_days.csv" ||
    die "failed: reading $DATA/campaign_days.csv"
else
  say "Days: ten weeks of three shops that the demo makes itself; DATA=folder takes them from campaign_days.csv."
  # Out of md5, so each run makes the same days: a shop whose weeks are alike; one whose ads bring less and less; one
  # whose last week lacks a day and has a day typed in thousands.
  sql -c "INSERT INTO analytics.input
          SELECT shop, day, orders, CASE WHEN shop = 'Typing errors' AND day = '2026-11-11' THEN orders * 400
          ELSE orders * (380000 + h[2] % 40001) END,
                 leads * (12000 + h[3] % 1001) * CASE WHEN shop = 'Losing money' THEN 100 + 25 * greatest(week - 6, 0)
                 ELSE 100 END / 100, leads
          FROM unnest(ARRAY['Doing well', 'Losing money', 'Typing errors']) shop, generate_series(0, 9) week,
          generate_series(0, 6) weekday,
               LATERAL (SELECT date '2026-09-07' + 7 * week + weekday AS day) d,
               LATERAL (SELECT array_agg(('x' || substr(md5(shop || ' ' || day), i, 6))::bit(24)::int ORDER BY i) AS h
               FROM generate_series(1, 19, 6) i) m,
               LATERAL (SELECT 90 + h[1] % 21 AS leads) l,
               LATERAL (SELECT leads * CASE WHEN shop = 'Losing money' THEN 12 - greatest(week - 6, 0) * 2
               ELSE 12 END / 100 + h[4] % 2 AS orders) o
          WHERE shop <> 'Typing errors' OR day <> '2026-11-13'" || die "failed: making days"
fi
show demo/diagnostics.sql
mkdir -p build/demo
sql -At -c "SELECT upkeep.weekly_report(diagnosis, 'html') FROM worst" > build/demo/report.html ||
  die "failed: writing the report"
say "The same as a page to open in a browser, with charts: build/demo/report.html" \
  "($(wc -c < build/demo/report.html) bytes)."
show demo/diagnostics_result.sql

say ""
say "Made shops: what happened to each, and what was found in its last week. Twenty weeks each, out of md5."
for part in shops days diagnose; do
  PGOPTIONS="-c search_path=made_shops,public" show "test/made_shops/$part.sql" -o /dev/null
done
sql -c "SELECT shop, what AS \"what happened\", coalesce(found, '-') AS found FROM made_shops.compared ORDER BY shop"
wrong=$(sql -At -c "SELECT count(*) FROM made_shops.compared WHERE missed <> '' OR wrong <> ''")
[ "$wrong" = 0 ] || die "failed: $wrong shops are not told what happened to them"
say "Of each, all that had to be found was found, and nothing that had not happened."
