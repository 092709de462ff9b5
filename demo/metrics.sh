# Sourced by demo/run: metrics on the days of ad campaigns, each of them a shop.
say "== metrics: figures that cannot drift =="
say ""
sql -c 'CREATE TABLE days (shop_id int, name text, record_date date, orders int, revenue bigint, ad_spend bigint,
  leads int)'
if has_data campaign_days.csv; then
  say "Days: $DATA/campaign_days.csv, ad campaigns in February 2021."
  # Money in whole units. Several campaigns have one name.
  sql -c 'CREATE TEMP TABLE file (id int, c_date text, campaign_name text, category text, campaign_id int,
    impressions bigint, mark_spent numeric, clicks int, leads int, orders int, revenue numeric)' \
    -c '\copy file from pstdin csv header' \
    -c "INSERT INTO days SELECT campaign_id, campaign_name || ' ' || campaign_id, to_date(c_date, 'DD/MM/YYYY'),
    orders, round(revenue), round(mark_spent), leads
        FROM file ORDER BY id" < "$DATA/campaign_days.csv" || die "failed: reading $DATA/campaign_days.csv"
else
  say "Days: 308 that the demo makes itself; DATA=folder takes them from campaign_days.csv."
  # Out of md5, so each run makes the same days; some have no orders, some no leads, some no ads.
  sql -c "INSERT INTO days SELECT shop, 'Campaign ' || shop, date '2026-02-01' + day, CASE WHEN leads > 0 THEN orders
    ELSE 0 END, CASE WHEN leads > 0 THEN orders * (2000 + h[2] % 3001) ELSE 0 END,
            CASE WHEN h[4] % 19 = 0 THEN 0 ELSE leads * (20 + 12 * shop + h[3] % 61) END, leads
          FROM generate_series(1, 11) shop, generate_series(0, 27) day,
               LATERAL (SELECT array_agg(('x' || substr(md5(shop || ' ' || day), i, 6))::bit(24)::int ORDER BY i) AS h
               FROM generate_series(1, 19, 6) i) m,
               LATERAL (SELECT CASE WHEN h[1] % 23 = 0 THEN 0 ELSE 20 + h[1] % 200 END AS leads, (20 + h[1] % 200)
               * (h[2] % 12) / 100 AS orders) n" || die "failed: making days"
fi
show demo/metrics.sql
show demo/metrics_result.sql
