# Sourced by demo/run: each campaign decided on, day by day; what growth would take; how the month goes.
say "== decisions: scale, keep or stop =="
say ""
sql -c "SELECT upkeep.create_analytics('decisions')" > /dev/null
sql -c 'CREATE TABLE decisions.input (campaign text, day date, impressions bigint, spend bigint, clicks bigint,
  leads int, orders int, revenue bigint)'
if has_data campaign_days.csv; then
  say "Campaigns: $DATA/campaign_days.csv, eleven of them in February 2021, in paise."
  sql -c 'CREATE TEMP TABLE file (id int, c_date text, campaign_name text, category text, campaign_id int,
    impressions bigint, mark_spent numeric, clicks int, leads int, orders int, revenue numeric)' \
    -c '\copy file from pstdin csv header' \
    -c "INSERT INTO decisions.input SELECT campaign_name || ' ' || campaign_id, to_date(c_date, 'DD/MM/YYYY'),
    impressions, round(100 * mark_spent), clicks, leads, orders, round(100 * revenue) FROM file ORDER BY id" \
    < "$DATA/campaign_days.csv" || die "failed: reading $DATA/campaign_days.csv"
else
  say "Campaigns: four weeks of six that the demo makes itself; DATA=folder takes them from campaign_days.csv."
  # Out of md5, so each run makes the same days. Of every 1,000 leads so many order: three campaigns earn, three do not.
  sql -c "INSERT INTO decisions.input
          SELECT campaign, day, clicks * 60, leads * 11000, clicks, leads, orders, orders * (390000 + h[4] % 20001)
          FROM (VALUES ('search', 95), ('shopping', 70), ('newsletter', 56), ('video', 40), ('display', 22),
          ('lookalike', 8)) c(campaign, per_mille),
               generate_series(date '2026-10-05', '2026-11-01', '1 day') d, LATERAL (SELECT d::date AS day) x,
               LATERAL (SELECT array_agg(('x' || substr(md5(campaign || ' ' || day), i, 6))::bit(24)::int
               ORDER BY i) AS h FROM generate_series(1, 25, 6) i) m,
               LATERAL (SELECT 30 + h[1] % 11 AS leads) l, LATERAL (SELECT leads * (15 + h[2] % 4) AS clicks) k,
               LATERAL (SELECT (leads * per_mille + h[3] % 1000) / 1000 AS orders) o" || die "failed: making campaigns"
fi
show demo/decisions.sql
mkdir -p build/demo
sql -At -c "SELECT upkeep.weekly_report(diagnosis, 'html') FROM mid_month" > build/demo/month.html ||
  die "failed: writing the report"
show demo/decisions_result.sql
