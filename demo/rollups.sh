# Sourced by demo/run: the sales of demo/orders.sh again, from the lines of orders to the days of the shop to its week.
say "== rollups: lines make orders, orders make days, days make the week =="
say ""
show demo/rollups.sql
sql -At -c "SELECT upkeep.weekly_report(diagnosis, 'html') FROM shop_days.last_week" > build/demo/week.html ||
  die "failed: writing the report"
show demo/rollups_result.sql
say "All of it is a page in build/demo/week.html ($(wc -c < build/demo/week.html) bytes)."
