# Sourced by demo/run: the orders of a shop, replayed sale by sale, and the refunds of what was cancelled.
say "== orders: what was sold, at what price, whatever happens to the catalogue =="
say ""
sql -c 'CREATE SCHEMA store' \
  -c 'CREATE TABLE store.sold (line int, invoice text, stock_code text, description text, quantity int,
  sold_at timestamp, price numeric(10,3), customer text)'
if has_data online_retail.csv; then
  say "Sales: $DATA/online_retail.csv, a shop's invoices from December 2010 to December 2011."
  sql -c 'CREATE TEMP TABLE file (line int GENERATED ALWAYS AS IDENTITY, invoice text, stock_code text,
    description text, quantity int, sold_at timestamp, price numeric(10,3), customer text, country text)' \
    -c "\\copy file ($sales_columns) from pstdin csv header" \
    -c "INSERT INTO store.sold SELECT line, invoice, stock_code, coalesce(description, ''), quantity, sold_at, price,
    customer FROM file" < "$DATA/online_retail.csv" || die "failed: reading $DATA/online_retail.csv"
else
  say "Sales: 20,000 lines that the demo makes itself; DATA=folder takes them from online_retail.csv."
  # Out of md5, so each run makes the same sales: about three lines an invoice; some are given away, some cancelled.
  sql -c "INSERT INTO store.sold SELECT g, CASE WHEN g / 3 % 20 = 7 THEN 'C' ELSE '' END || (500000 + g / 3),
    'P' || lpad((h[1] % 3000)::text, 4, '0'), 'Product ' || h[1] % 3000 || CASE WHEN h[4] % 7 = 0 THEN ', new'
    ELSE '' END,
            CASE WHEN g / 3 % 20 = 7 THEN -1 ELSE 1 END * (1 + h[2] % 12), timestamp '2026-01-01' + g / 3 * interval
            '30 minutes',
            CASE WHEN h[3] % 200 = 0 THEN 0 ELSE (100 + h[1] % 3000 + 10 * (CASE WHEN h[2] % 3 = 0 THEN h[3] % 5
            ELSE 0 END)) / 100.0 END, 'customer ' || h[1] % 50
          FROM generate_series(1, 20000) g, LATERAL (SELECT array_agg(('x' || substr(md5('order ' || g), i,
          6))::bit(24)::int ORDER BY i) AS h FROM generate_series(1, 19, 6) i) m" || die "failed: making sales"
fi
show demo/orders.sql
show demo/orders_result.sql
show demo/refunds.sql
show demo/refunds_result.sql
