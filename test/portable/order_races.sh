# Fifty sessions want to give back the one piece of an order; six give back the pieces of another one while it is
# cancelled and paid again; numbers are drawn while others are given. Sourced by test/portable/run.
fresh order_races
loads order_races > /dev/null
races() { "$bindir/psql" -X -q -At -v ON_ERROR_STOP=1 -d order_races -U portable "$@"; }
# attempt(): "more than was sold" is an answer; all else is a failure.
races -o /dev/null -c "SET client_min_messages = warning;
  CREATE FUNCTION attempt(statement text) RETURNS void LANGUAGE plpgsql AS \$\$
    BEGIN EXECUTE statement; EXCEPTION WHEN SQLSTATE 'UK009' THEN NULL; END \$\$;
  CREATE TABLE ware (id int PRIMARY KEY, stock_quantity int);
  CREATE TABLE sale (id int PRIMARY KEY, status text NOT NULL DEFAULT 'pending', payment_completed_at timestamptz,
    total_amount numeric(10,2) NOT NULL DEFAULT 0, refunded numeric(10,2));
  CREATE TABLE sale_items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES sale, product_id int REFERENCES ware,
    quantity int NOT NULL, price_snapshot numeric(10,2), off numeric(10,2) NOT NULL DEFAULT 0, refunded int);
  CREATE TABLE refund (id bigserial PRIMARY KEY, order_id int NOT NULL REFERENCES sale, order_item_id int REFERENCES
    sale_items, quantity int, amount numeric(10,2) NOT NULL, restock boolean);
  CREATE INDEX ON sale_items (order_id);
  CREATE INDEX ON refund (order_id);
  CREATE INDEX ON refund (order_item_id);
  SELECT upkeep.enable_order_totals('sale', 'sale_items', line_formula => 'price_snapshot * quantity - off'),
    upkeep.enable_order_lock('sale', 'sale_items'),
    upkeep.enable_stock('sale_items', 'ware', orders => 'sale'),
    upkeep.enable_order_refunds('refund', 'sale', 'sale_items', restock_column => 'restock',
      refunded_column => 'refunded', refunded_quantity_column => 'refunded');
  INSERT INTO ware VALUES (1, 1000);
  INSERT INTO sale (id) VALUES (1), (2);
  INSERT INTO sale_items VALUES (1, 1, 1, 17, 1.03, 0.07), (2, 1, 1, 11, 0.10, 0.03), (3, 1, 1, 7, 99.99, 1.11),
    (4, 2, 1, 1, 19.99, 0);
  UPDATE sale SET status = 'paid', payment_completed_at = now();
  CREATE TABLE numbered (order_number text NOT NULL UNIQUE);
  CREATE TABLE counted (shop int, order_number text NOT NULL, UNIQUE (shop, order_number));
  SELECT upkeep.enable_order_number('numbered'),
    upkeep.enable_order_number('counted', tenant_column => 'shop', per_tenant => true, gapless => true)"
# race CLIENTS TRANSACTIONS SCRIPT: what ended a session.
race() {
  "$bindir/pgbench" -n -c "$1" -j 2 -t "$2" --max-tries=100 -f "$3" -d order_races -U portable 2>&1 |
    grep -E 'aborted|FATAL|PANIC|ERROR'
}
check "fifty refund one piece: nothing fails" "" "$(race 50 1 test/races/scripts/refund_one.sql)"
check "and one of them does" "1|19.99|19.99|965|0" "$(races -c "
  SELECT count(*), sum(amount), (SELECT refunded FROM sale WHERE id = 2), (SELECT stock_quantity FROM ware),
    (SELECT count(*) FROM upkeep.check_orders('sale', 'sale_items')) FROM refund")"
check "pieces, cents and cancellations of one order at once: nothing fails" "" \
  "$(race 6 30 test/races/scripts/refund.sql)"
check "no more than was sold, and stock has each piece once" "t|t|0|0" "$(races -c "
  SELECT o.refunded <= total_amount, o.refunded = (SELECT sum(amount) FROM refund WHERE order_id = 1),
    (SELECT count(*) FROM sale_items i WHERE order_id = 1 AND (refunded > quantity OR (SELECT sum(amount) FROM refund
      WHERE order_item_id = i.id) > price_snapshot * quantity - off)),
    (SELECT count(*) FROM upkeep.check_orders('sale', 'sale_items'))
  FROM sale o WHERE id = 1")"

cat > build/portable/numbers.sql <<'END'
\set way random(1, 4)
\set ahead random(500, 1000)
\if :way = 1
INSERT INTO numbered SELECT 'ORD-' || lpad((last_value + :ahead)::text, 8, '0') FROM numbered_order_number_seq
  ON CONFLICT DO NOTHING;
\elif :way = 2
BEGIN;
INSERT INTO counted SELECT 1 FROM generate_series(1, 3);
ROLLBACK;
\else
INSERT INTO numbered DEFAULT VALUES;
INSERT INTO counted VALUES (1);
\endif
END
check "numbers are drawn while others are given: none is drawn twice" "" "$(race 12 30 build/portable/numbers.sql)"
check "and numbers without gaps have none" "t" "$(races -c "
  SELECT max(substr(order_number, 5)::int) = count(*) FROM counted")"
