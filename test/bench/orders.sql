-- The tables of the orders benchmark. psql variables: lines, goods, bought_lines, bought_orders.
-- What a store sells.
CREATE UNLOGGED TABLE bench.goods (
  id integer PRIMARY KEY,
  name text NOT NULL,
  description text,
  price numeric(10,2) NOT NULL,
  stock_quantity integer,
  category text,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO bench.goods
SELECT i, 'Product ' || i,
       CASE WHEN i % 10 > 0 THEN 'Number ' || i || ', in ' || i % 7 || ' colours, made to last and easy to mend' END,
       (100 + i * 31 % 9900) / 100.0, i % 500, 'Category ' || i % 40, i % 20 > 0, '2023-06-01Z', '2024-01-01Z'
FROM generate_series(1, :goods) i;

-- Five lines an order, neighbouring lines of different products. Without an index, since the timed statement is an
-- INSERT: what is left is what comes with price and snapshot.
CREATE UNLOGGED TABLE bench.lines (
  id bigint NOT NULL,
  order_id bigint NOT NULL,
  product_id integer,
  product_snapshot jsonb,
  quantity integer NOT NULL,
  price_snapshot numeric(10,2)
);
INSERT INTO bench.lines (id, order_id, product_id, quantity)
SELECT i, 1 + (i - 1) / 5, 1 + i * 7919 % :goods, 1 + i % 7 FROM generate_series(1::bigint, :lines) i;
VACUUM (FREEZE, ANALYZE) bench.goods, bench.lines;

-- A table a contender: nobody captures anything, a trigger that does nothing, the statement captures, a trigger does.
CREATE UNLOGGED TABLE bench.lines_bare (LIKE bench.lines);
CREATE UNLOGGED TABLE bench.lines_floor (LIKE bench.lines);
CREATE UNLOGGED TABLE bench.lines_by_hand (LIKE bench.lines);
CREATE UNLOGGED TABLE bench.lines_plpgsql (LIKE bench.lines);
CREATE UNLOGGED TABLE bench.lines_pg_upkeep (LIKE bench.lines);

-- The trigger everybody copies.
CREATE FUNCTION bench.capture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT to_jsonb(p), p.price INTO NEW.product_snapshot, NEW.price_snapshot FROM bench.goods p
    WHERE p.id = NEW.product_id;
  RETURN NEW;
END $$;

-- All capture the same: pg_upkeep leaves the stock out where nobody names it.
\set fields '{id,name,description,price,stock_quantity,category,active,created_at,updated_at}'
CREATE TRIGGER nothing BEFORE INSERT ON bench.lines_floor FOR EACH ROW EXECUTE FUNCTION bench.noop();
CREATE TRIGGER capture BEFORE INSERT ON bench.lines_plpgsql FOR EACH ROW EXECUTE FUNCTION bench.capture();
SELECT upkeep.enable_order_snapshots('bench.lines_pg_upkeep', 'bench.goods', snapshot_fields => :'fields') \g /dev/null

-- One line a transaction, as an application writes it: with a key of its own and two foreign keys.
CREATE UNLOGGED TABLE bench.sales (id bigint PRIMARY KEY, status text NOT NULL DEFAULT 'pending');
INSERT INTO bench.sales SELECT generate_series(1, :bought_orders);
CREATE UNLOGGED TABLE bench.line_bare (
  LIKE bench.lines,
  PRIMARY KEY (id),
  FOREIGN KEY (order_id) REFERENCES bench.sales,
  FOREIGN KEY (product_id) REFERENCES bench.goods
);
ALTER TABLE bench.line_bare ALTER id ADD GENERATED ALWAYS AS IDENTITY;
CREATE INDEX ON bench.line_bare (order_id);
CREATE UNLOGGED TABLE bench.line_pg_upkeep (
  LIKE bench.lines,
  PRIMARY KEY (id),
  FOREIGN KEY (order_id) REFERENCES bench.sales,
  FOREIGN KEY (product_id) REFERENCES bench.goods
);
ALTER TABLE bench.line_pg_upkeep ALTER id ADD GENERATED ALWAYS AS IDENTITY;
CREATE INDEX ON bench.line_pg_upkeep (order_id);
SELECT upkeep.enable_order_snapshots('bench.line_pg_upkeep', 'bench.goods', snapshot_fields => :'fields') \g /dev/null

-- Totals: orders with five lines each, neighbouring lines of different orders, the prices known.
CREATE UNLOGGED TABLE bench.bought (
  id bigint NOT NULL,
  order_id bigint NOT NULL,
  quantity integer NOT NULL,
  price_snapshot numeric(10,2) NOT NULL
);
INSERT INTO bench.bought
SELECT i, 1 + i % :bought_orders, 1 + i % 7, (100 + i * 31 % 9900) / 100.0
FROM generate_series(1::bigint, :bought_lines) i;
CREATE UNLOGGED TABLE bench.orders (
  id bigint PRIMARY KEY,
  status text NOT NULL DEFAULT 'pending',
  total_amount numeric(12,2) NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO bench.orders (id) SELECT generate_series(1, :bought_orders);
VACUUM (FREEZE, ANALYZE) bench.sales, bench.bought, bench.orders;

CREATE UNLOGGED TABLE bench.orders_bare (LIKE bench.orders INCLUDING ALL);
CREATE UNLOGGED TABLE bench.orders_plpgsql (LIKE bench.orders INCLUDING ALL);
CREATE UNLOGGED TABLE bench.orders_pg_upkeep (LIKE bench.orders INCLUDING ALL);
CREATE UNLOGGED TABLE bench.bought_bare (LIKE bench.bought);
CREATE UNLOGGED TABLE bench.bought_plpgsql (LIKE bench.bought);
CREATE UNLOGGED TABLE bench.bought_pg_upkeep (LIKE bench.bought);
CREATE INDEX ON bench.bought_bare (order_id);
CREATE INDEX ON bench.bought_plpgsql (order_id);
CREATE INDEX ON bench.bought_pg_upkeep (order_id);

CREATE FUNCTION bench.add_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE bench.orders_plpgsql SET total_amount = total_amount + NEW.price_snapshot * NEW.quantity
    WHERE id = NEW.order_id;
  RETURN NULL;
END $$;
CREATE TRIGGER add_line AFTER INSERT ON bench.bought_plpgsql FOR EACH ROW EXECUTE FUNCTION bench.add_line();
SELECT upkeep.enable_order_totals('bench.orders_pg_upkeep', 'bench.bought_pg_upkeep') \g /dev/null

INSERT INTO bench.target (title, benchmark, contender, against, measure, at_most) VALUES
  ('order snapshots in one statement: time / the same by hand, a join and to_jsonb', 'lines, INSERT', 'pg_upkeep',
    'by_hand', 'total', 0.60),
  ('order snapshots in one statement: added cost / PL/pgSQL''s', 'lines, INSERT', 'pg_upkeep', 'plpgsql',
    'added', 0.20),
  ('order snapshots, one line a transaction: latency / that of the INSERT alone', 'one line a transaction', 'pg_upkeep',
    'bare', 'latency', 1.15),
  ('totals of orders with five lines, in one statement: added cost / PL/pgSQL''s, line by line', 'totals', 'pg_upkeep',
    'plpgsql', 'added', 0.15);
