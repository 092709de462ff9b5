# Sourced by demo/run: updated_at on a stream of sales.
say "== updated_at: stamps that move only on real change =="
say ""
sql -c 'CREATE TABLE sales (line int, stock_code text, price numeric(10,3), sold_at timestamp)'
if has_data online_retail.csv; then
  say "Sales: $DATA/online_retail.csv, a shop's sales from December 2010 to December 2011."
  sql -c 'CREATE TEMP TABLE file (line int GENERATED ALWAYS AS IDENTITY, invoice text, stock_code text,
    description text, quantity int, sold_at timestamp, price numeric(10,3), customer text, country text)' \
    -c "\\copy file ($sales_columns) from pstdin csv header" \
    -c 'INSERT INTO sales SELECT line, stock_code, price, sold_at FROM file' < "$DATA/online_retail.csv" ||
    die "failed: reading $DATA/online_retail.csv"
else
  say "Sales: 20,000 that the demo makes itself; DATA=folder takes them from online_retail.csv."
  # Products, prices and their changes come out of md5, so each run makes the same sales.
  sql -c "INSERT INTO sales SELECT g, 'P' || lpad((h[1] % 3000)::text, 4, '0'), (100 + h[1] % 3000 + 10 * (CASE
    WHEN h[2] % 3 = 0 THEN h[3] % 5 ELSE 0 END)) / 100.0,
            timestamp '2026-01-01' + g * interval '10 minutes'
          FROM generate_series(1, 20000) g, LATERAL (SELECT array_agg(('x' || substr(md5(g::text), i,
          6))::bit(24)::int ORDER BY i) AS h FROM generate_series(1, 13, 6) i) m" || die "failed: making sales"
fi
show demo/updated_at.sql

# The replay: one UPDATE a sale, in time order, each its own transaction, whether the price differs or not. Half way
# through, the table is copied.
sql -At -o "$private/replay.sql" -c "SELECT format('UPDATE products SET price = %s WHERE stock_code = %L;%s', price,
  stock_code, CASE WHEN row_number() OVER w = count(*) OVER () / 2
    THEN ' CREATE TABLE products_then AS SELECT *, clock_timestamp() AS now FROM products;' ELSE '' END)
  FROM sales WINDOW w AS (ORDER BY sold_at, line) ORDER BY sold_at, line"
show "$private/replay.sql"
show demo/updated_at_result.sql
