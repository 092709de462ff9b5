-- 2,000 random statements on orders and lines: what they raise, and what the orders hold after each. Amounts come from
-- a few, some of which no total holds or computes.
SET client_min_messages = warning;
CREATE TABLE plain_orders (id int PRIMARY KEY, total_amount numeric(6,2), note text);
CREATE TABLE plain_lines (id int PRIMARY KEY, order_id bigint REFERENCES plain_orders ON DELETE CASCADE
  ON UPDATE CASCADE, quantity numeric(6,3) DEFAULT 1, price_snapshot numeric);
CREATE INDEX ON plain_lines (order_id);
SELECT upkeep.enable_order_totals('plain_orders', 'plain_lines') \g /dev/null
CREATE TABLE shop_orders (shop int, id int, total_amount numeric, subtotal numeric, note numeric(10,2) DEFAULT 1,
  PRIMARY KEY (shop, id));
CREATE TABLE shop_lines (id int PRIMARY KEY, shop smallint, order_id int, quantity int DEFAULT 1,
  price_snapshot numeric(12,4), off numeric(8,2) DEFAULT 0);
CREATE INDEX ON shop_lines (shop, order_id);
SELECT upkeep.enable_order_totals('shop_orders', 'shop_lines', tenant_column => 'shop', lines_column => 'subtotal',
  line_formula => 'price_snapshot * quantity / 3 - coalesce(off, 0)', total_formula => 'lines * 2 / nullif(note, 0)')
  \g /dev/null
CREATE TABLE money_orders (id text PRIMARY KEY, total_amount int, subtotal bigint, note text, currency text);
CREATE TABLE money_lines (id int PRIMARY KEY, order_id varchar(9), quantity int DEFAULT 1, price_snapshot numeric(9,3),
  currency text);
CREATE INDEX ON money_lines (order_id);
SELECT upkeep.enable_order_totals('money_orders', 'money_lines', lines_column => 'subtotal',
  total_formula => 'round(lines * 1.19, 1) + 0.4', currency_column => 'currency') \g /dev/null
CREATE TABLE totals (n int, statement text, said text, held text);
SELECT setseed(0.7);
-- one of these words, a key, an amount
CREATE FUNCTION any_of(VARIADIC words text[]) RETURNS text LANGUAGE sql VOLATILE
  AS $$ SELECT words[1 + floor(random() * cardinality(words))::int] $$;
CREATE FUNCTION any_key() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT (1 + floor(random() * 8))::int::text $$;
CREATE FUNCTION any_amount() RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT any_of('0', '1', '19.99', '0.335', '0.005', '-3', '1e-4', '7777.77', '99999', 'NULL', '''NaN''', '10') $$;
CREATE PROCEDURE try_totals(turns int) LANGUAGE plpgsql AS $$
DECLARE
  which text;
  statement text;
  said text;
  held text;
  line int;
BEGIN
  FOR n IN 1 .. turns LOOP
    which := any_of('plain', 'shop', 'money');
    line := 1 + floor(random() * 60);
    statement := any_of(
      format('INSERT INTO %s_lines (id, order_id, quantity, price_snapshot) SELECT %s, %s, %s, %s', which, line,
        any_key(), any_of('1', '2', '3', 'NULL'), any_amount()),
      format('INSERT INTO %s_lines (id, order_id, price_snapshot) SELECT g, g %% 8 + 1, %s
        FROM generate_series(%s, %s) g ON CONFLICT (id) DO UPDATE SET price_snapshot = EXCLUDED.price_snapshot',
        which, any_amount(), line, line + 3),
      format('UPDATE %s_lines SET quantity = %s WHERE id = %s', which, any_key(), line),
      format('UPDATE %s_lines SET price_snapshot = %s WHERE order_id::text = %L', which, any_amount(), any_key()),
      format('UPDATE %s_lines SET order_id = %s WHERE id BETWEEN %s AND %s', which, any_of(any_key(), 'NULL'), line,
        line + 2),
      format('DELETE FROM %s_lines WHERE id BETWEEN %s AND %s', which, line, line + floor(random() * 4)),
      format('INSERT INTO %s_orders (id, total_amount) SELECT g, 5 FROM generate_series(%s, %3$s + 1) g', which,
        any_key(), any_key()),
      format('UPDATE %s_orders SET total_amount = %s', which, any_amount()),
      format('UPDATE %s_orders SET note = %s WHERE id::text = %L', which, any_of('1', '0', 'NULL', '3'), any_key()),
      format('UPDATE %s_orders SET id = %s WHERE id::text = %L', which, any_key(), any_key()),
      format('DELETE FROM %s_orders WHERE id::text = %L', which, any_key()));
    statement := CASE which
      WHEN 'shop' THEN replace(replace(replace(statement, '(id, order_id', '(shop, id, order_id'),
        '(id, total_amount) SELECT g,', '(shop, id, total_amount) SELECT g % 2, g,'), 'lines (shop, id, order_id, '
        'quantity, price_snapshot) SELECT ', 'lines (shop, id, order_id, quantity, price_snapshot) SELECT 1, ')
      WHEN 'money' THEN replace(replace(statement, '(id, total_amount) SELECT g, 5',
        '(id, total_amount, currency) SELECT g, 5, ' || any_of('''EUR''', '''USD''', 'NULL')),
        'SET note =', 'SET currency = ' || any_of('''EUR''', '''USD''', 'currency') || ', note =') ELSE statement END;
    statement := replace(statement, '(shop, id, order_id, price_snapshot) SELECT g,',
                         '(shop, id, order_id, price_snapshot) SELECT g % 2, g,');
    said := NULL;
    BEGIN
      EXECUTE statement;
    EXCEPTION WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
      -- Of several lines that have no amount, or orders that cannot hold theirs, any may be the first.
      said := CASE WHEN SQLERRM ~ 'price_snapshot" is NaN|amount of a line' THEN 'no amount'
                WHEN SQLERRM ~ '^the (total|sum of the lines) of order' THEN 'not held'
                ELSE concat_ws(' ', SQLSTATE, SQLERRM, said) END;
    END;
    EXECUTE format('SELECT string_agg(o::text, '' '' ORDER BY o::text) FROM %s_orders o', which) INTO held;
    INSERT INTO totals VALUES (n, statement, said, held);
  END LOOP;
END $$;
CALL try_totals(2000);
