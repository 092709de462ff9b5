-- The tables of the updated_at benchmark. psql variables: rows, moddatetime (whether contrib is there).
-- Room for one more version of every row in its own page (fillfactor 45): the timed statement then neither extends the
-- table nor writes to the index, and what is left is what a trigger can change.
CREATE UNLOGGED TABLE bench.products (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  description text,
  price numeric(10,2) NOT NULL,
  stock integer NOT NULL,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 45);

-- A catalogue as shops grow it: 20 columns, five of them counters that must not stamp.
CREATE UNLOGGED TABLE bench.listings (
  id bigint PRIMARY KEY,
  shop_id integer NOT NULL,
  sku text NOT NULL,
  name text NOT NULL,
  description text,
  price numeric(10,2) NOT NULL,
  cost numeric(10,2),
  currency char(3) NOT NULL,
  stock integer NOT NULL,
  weight real,
  active boolean NOT NULL DEFAULT true,
  brand text,
  views bigint NOT NULL DEFAULT 0,
  likes integer NOT NULL DEFAULT 0,
  shares integer NOT NULL DEFAULT 0,
  cart_adds integer NOT NULL DEFAULT 0,
  wishes integer NOT NULL DEFAULT 0,
  rating numeric(3,2),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 45);

INSERT INTO bench.products
SELECT i, 'Product ' || i,
       CASE WHEN i % 10 > 0 THEN 'Number ' || i || ', in ' || i % 7 || ' colours, made to last and easy to mend' END,
       (i % 10000) / 100.0, i % 500, i % 20 > 0, '2023-06-01Z', '2024-01-01Z'
FROM generate_series(1, :rows) i;

INSERT INTO bench.listings
SELECT i, i % 1000, 'SKU-' || i, 'Product ' || i,
       CASE WHEN i % 10 > 0 THEN 'Number ' || i || ', in ' || i % 7 || ' colours, made to last and easy to mend' END,
       (i % 10000) / 100.0, (i % 7000) / 100.0, 'EUR', i % 500, i % 90 / 10.0, i % 20 > 0, 'Brand ' || i % 300,
       i % 5000, i % 90, i % 30, i % 60, i % 40, CASE WHEN i % 3 = 0 THEN 1 + i % 5 END, '2023-06-01Z', '2024-01-01Z'
FROM generate_series(1, :rows) i;

ANALYZE bench.products, bench.listings;

-- The trigger everybody copies.
CREATE FUNCTION bench.stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW IS DISTINCT FROM OLD THEN
    NEW.updated_at = now();
  END IF;
  RETURN NEW;
END $$;

-- The same with counters left out, as one has to write it.
CREATE FUNCTION bench.stamp_listing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.shop_id, NEW.sku, NEW.name, NEW.description, NEW.price, NEW.cost, NEW.currency, NEW.stock, NEW.weight,
      NEW.active, NEW.brand, NEW.rating, NEW.created_at)
     IS DISTINCT FROM
     (OLD.id, OLD.shop_id, OLD.sku, OLD.name, OLD.description, OLD.price, OLD.cost, OLD.currency, OLD.stock, OLD.weight,
      OLD.active, OLD.brand, OLD.rating, OLD.created_at) THEN
    NEW.updated_at = now();
  END IF;
  RETURN NEW;
END $$;

-- A table a contender: a trigger that is switched off still costs a look at every row.
CREATE UNLOGGED TABLE bench.products_bare (LIKE bench.products INCLUDING ALL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.products_floor (LIKE bench.products INCLUDING ALL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.products_plpgsql (LIKE bench.products INCLUDING ALL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.products_pg_upkeep (LIKE bench.products INCLUDING ALL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.listings_bare (LIKE bench.listings INCLUDING ALL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.listings_floor (LIKE bench.listings INCLUDING ALL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.listings_plpgsql (LIKE bench.listings INCLUDING ALL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.listings_pg_upkeep (LIKE bench.listings INCLUDING ALL) WITH (fillfactor = 45);

CREATE TRIGGER nothing BEFORE UPDATE ON bench.products_floor FOR EACH ROW EXECUTE FUNCTION bench.noop();
CREATE TRIGGER nothing BEFORE UPDATE ON bench.listings_floor FOR EACH ROW EXECUTE FUNCTION bench.noop();
CREATE TRIGGER stamp BEFORE UPDATE ON bench.products_plpgsql FOR EACH ROW EXECUTE FUNCTION bench.stamp();
CREATE TRIGGER stamp BEFORE UPDATE ON bench.listings_plpgsql FOR EACH ROW EXECUTE FUNCTION bench.stamp_listing();
SELECT upkeep.enable_updated_at('bench.products_pg_upkeep') \g /dev/null
SELECT upkeep.enable_updated_at('bench.listings_pg_upkeep',
  ignore_columns => '{views,likes,shares,cart_adds,wishes}') \g /dev/null

\if :moddatetime
CREATE EXTENSION moddatetime SCHEMA bench;
CREATE UNLOGGED TABLE bench.products_moddatetime (LIKE bench.products INCLUDING ALL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.listings_moddatetime (LIKE bench.listings INCLUDING ALL) WITH (fillfactor = 45);
CREATE TRIGGER stamp BEFORE UPDATE ON bench.products_moddatetime
  FOR EACH ROW EXECUTE FUNCTION bench.moddatetime(updated_at);
CREATE TRIGGER stamp BEFORE UPDATE ON bench.listings_moddatetime
  FOR EACH ROW EXECUTE FUNCTION bench.moddatetime(updated_at);
\endif

INSERT INTO bench.target (title, benchmark, contender, against, at_most) VALUES
  ('updated_at: added cost / moddatetime''s', 'products', 'pg_upkeep', 'moddatetime', 0.60),
  ('updated_at: added cost / floor', 'products', 'pg_upkeep', 'floor', 1.30),
  ('five of 20 columns ignored, only a counter changes: added cost / moddatetime''s',
   'listings, counter', 'pg_upkeep', 'moddatetime', 0.50),
  ('five of 20 columns ignored, a counted column changes too: added cost / moddatetime''s',
   'listings, counter and stock', 'pg_upkeep', 'moddatetime', 0.50);
