-- suggest on the shapes that real schemas have: what it proposes runs as it comes, what it leaves as a comment runs
-- after the ALTER TABLE beside it, and an order written through all of it is right.
SET client_min_messages = error;

-- Runs what is proposed, in its order: "yes", "-- " for a comment, or the error.
CREATE FUNCTION run_suggested(schema name) RETURNS TABLE (feature text, ran text, note text) LANGUAGE plpgsql AS $$
DECLARE each record; BEGIN
  FOR each IN SELECT * FROM upkeep.suggest(schema) s WHERE s.feature <> 'guard' ORDER BY step LOOP
    feature := each.feature;
    note := each.note;
    BEGIN
      EXECUTE each.statement;
      ran := CASE WHEN each.statement ~ '^-- ' THEN '--' ELSE 'yes' END;
    EXCEPTION WHEN OTHERS THEN
      ran := format('%s: %s: %s', SQLSTATE, SQLERRM, each.statement);
    END;
    RETURN NEXT;
  END LOOP;
END $$;

-- What a second call proposes as a statement: all of that was there to be run.
CREATE FUNCTION still_open(schema name) RETURNS SETOF text LANGUAGE sql
  AS $$ SELECT statement FROM upkeep.suggest(schema) WHERE statement !~ '^-- ' AND feature <> 'guard' ORDER BY step $$;

-- Runs the statements before the calls in the comments, in their order, and returns them.
CREATE FUNCTION add_missing(schema name) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE each text; BEGIN
  FOR each IN SELECT m[1] FROM upkeep.suggest(schema),
      regexp_matches(statement, '^-- ((?:ALTER|CREATE) .*)$', 'gn') WITH ORDINALITY u(m, at) ORDER BY step, at LOOP
    EXECUTE each;
    RETURN NEXT each;
  END LOOP;
END $$;

-- Drizzle: an online store
CREATE SCHEMA drizzle_store
  CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), experimenta_id text UNIQUE, email text,
    created_at timestamptz(3) DEFAULT now() NOT NULL, updated_at timestamptz(3) DEFAULT now() NOT NULL)
  CREATE TABLE products (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), nav_product_id text NOT NULL UNIQUE,
    name text NOT NULL, description text, price numeric(10,2) NOT NULL, stock_quantity integer DEFAULT 0 NOT NULL,
    category text, active boolean DEFAULT true NOT NULL,
    created_at timestamptz(3) DEFAULT now() NOT NULL, updated_at timestamptz(3) DEFAULT now() NOT NULL)
  CREATE TABLE carts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid REFERENCES users ON DELETE CASCADE, session_id text,
    created_at timestamptz(3) DEFAULT now() NOT NULL, updated_at timestamptz(3) DEFAULT now() NOT NULL)
  CREATE TABLE cart_items (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    cart_id uuid NOT NULL REFERENCES carts ON DELETE CASCADE,
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE, quantity integer NOT NULL CHECK (quantity > 0),
    added_at timestamptz(3) DEFAULT now() NOT NULL,
    created_at timestamptz(3) DEFAULT now() NOT NULL, updated_at timestamptz(3) DEFAULT now() NOT NULL)
  CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), order_number text NOT NULL UNIQUE,
    user_id uuid REFERENCES users ON DELETE SET NULL, total_amount numeric(10,2) DEFAULT '0' NOT NULL,
    status text DEFAULT 'pending' NOT NULL, billing_address jsonb, payment_id text,
    payment_completed_at timestamptz(3),
    created_at timestamptz(3) DEFAULT now() NOT NULL, updated_at timestamptz(3) DEFAULT now() NOT NULL)
  CREATE TABLE order_items (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    order_id uuid NOT NULL REFERENCES orders ON DELETE CASCADE, product_id uuid REFERENCES products ON DELETE SET NULL,
    product_snapshot jsonb NOT NULL, quantity integer NOT NULL, price_snapshot numeric(10,2) NOT NULL,
    created_at timestamptz(3) DEFAULT now() NOT NULL);
SELECT * FROM run_suggested('drizzle_store');
SELECT * FROM add_missing('drizzle_store');
SELECT * FROM run_suggested('drizzle_store');
SELECT * FROM still_open('drizzle_store');
SET search_path = drizzle_store, public;
INSERT INTO products (nav_product_id, name, price, stock_quantity) VALUES ('1', 'Mug', 12, 5);
INSERT INTO orders DEFAULT VALUES;
INSERT INTO order_items (order_id, product_id, quantity) SELECT o.id, p.id, 2 FROM orders o, products p
  RETURNING price_snapshot, product_snapshot ->> 'name' AS name;
SELECT order_number, total_amount, stock_quantity FROM orders, products;
UPDATE orders SET status = 'paid' RETURNING payment_completed_at IS NOT NULL AS paid;
SELECT state FROM failure('DELETE FROM order_items');
RESET search_path;

-- Drizzle: shop analytics
CREATE SCHEMA drizzle_analytics
  CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), external_id text UNIQUE, email text,
    created_at timestamptz(3) DEFAULT now() NOT NULL, updated_at timestamptz(3) DEFAULT now() NOT NULL)
  CREATE TABLE shops (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), owner_id uuid REFERENCES users ON DELETE SET NULL,
    name text NOT NULL, timezone text DEFAULT 'UTC' NOT NULL, currency text,
    created_at timestamptz(3) DEFAULT now() NOT NULL, updated_at timestamptz(3) DEFAULT now() NOT NULL)
  CREATE TABLE shop_settings (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    shop_id uuid NOT NULL UNIQUE REFERENCES shops ON DELETE CASCADE, currency text, timezone text,
    week_start_day smallint DEFAULT 1, cogs_ratio numeric(10,9), target_roas numeric(12,6), target_cpa numeric(20,6),
    min_impact numeric(20,6), thresholds jsonb,
    created_at timestamptz(3) DEFAULT now() NOT NULL, updated_at timestamptz(3) DEFAULT now() NOT NULL)
  CREATE TABLE daily_records (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    shop_id uuid NOT NULL REFERENCES shops ON DELETE CASCADE, record_date date NOT NULL, orders integer,
    revenue bigint, ad_spend bigint, leads integer, aov bigint, cpl bigint, cvr numeric(5,2), roas numeric(6,2),
    net_profit bigint, created_at timestamptz(3) DEFAULT now() NOT NULL,
    updated_at timestamptz(3) DEFAULT now() NOT NULL, UNIQUE (shop_id, record_date))
  CREATE TABLE weekly_diagnostics (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    shop_id uuid NOT NULL REFERENCES shops ON DELETE CASCADE, week_start date NOT NULL, week_label text, state text,
    issues jsonb DEFAULT '[]' NOT NULL, rules jsonb, facts jsonb, user_responses jsonb DEFAULT '{}' NOT NULL,
    input_digest text, stale boolean DEFAULT false NOT NULL, created_at timestamptz(3) DEFAULT now() NOT NULL,
    updated_at timestamptz(3) DEFAULT now() NOT NULL, UNIQUE (shop_id, week_start))
  CREATE TABLE product_presets (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    shop_id uuid NOT NULL REFERENCES shops ON DELETE CASCADE, name text NOT NULL, sell_price bigint, cogs bigint,
    unit_margin bigint, margin_ratio numeric(6,4), created_at timestamptz(3) DEFAULT now() NOT NULL,
    updated_at timestamptz(3) DEFAULT now() NOT NULL)
  CREATE TABLE ad_decisions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    shop_id uuid NOT NULL REFERENCES shops ON DELETE CASCADE, campaign text, decided_on date DEFAULT now() NOT NULL,
    spend bigint, orders integer, decision text, early_kill_signals jsonb,
    created_at timestamptz(3) DEFAULT now() NOT NULL, updated_at timestamptz(3) DEFAULT now() NOT NULL)
  CREATE TABLE growth_simulations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    shop_id uuid NOT NULL REFERENCES shops ON DELETE CASCADE, target_revenue bigint, needed_ad_spend bigint,
    feasibility_level text, assumptions jsonb, created_at timestamptz(3) DEFAULT now() NOT NULL,
    updated_at timestamptz(3) DEFAULT now() NOT NULL);
SELECT * FROM run_suggested('drizzle_analytics');
SELECT * FROM add_missing('drizzle_analytics');
SELECT * FROM run_suggested('drizzle_analytics');
SELECT * FROM still_open('drizzle_analytics');
WITH u AS (INSERT INTO drizzle_analytics.shops (name) VALUES ('one') RETURNING id),
  s AS (INSERT INTO drizzle_analytics.shop_settings (shop_id, cogs_ratio) SELECT id, 0.4 FROM u)
  SELECT id AS shop FROM u \gset
INSERT INTO drizzle_analytics.daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
  VALUES (:'shop', '2026-11-01', 2, 2000000, 100000, 0) RETURNING aov, roas, net_profit;

-- Drizzle: the page of the manual, orders and figures in one schema
CREATE SCHEMA drizzle_page
  CREATE TABLE products (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name text NOT NULL, description text,
    price numeric(10,2) NOT NULL, views integer DEFAULT 0 NOT NULL, version integer DEFAULT 1 NOT NULL,
    created_at timestamptz(3) DEFAULT now() NOT NULL, updated_at timestamptz(3) DEFAULT now() NOT NULL)
  CREATE TABLE orders (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, order_number text NOT NULL UNIQUE,
    status text DEFAULT 'pending' NOT NULL, total_amount numeric(10,2) DEFAULT '0' NOT NULL,
    payment_completed_at timestamptz(3),
    created_at timestamptz(3) DEFAULT now() NOT NULL, updated_at timestamptz(3) DEFAULT now() NOT NULL)
  CREATE TABLE order_items (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    order_id integer NOT NULL REFERENCES orders ON DELETE CASCADE,
    product_id integer REFERENCES products ON DELETE SET NULL, quantity integer NOT NULL,
    price_snapshot numeric(10,2) NOT NULL, product_snapshot jsonb NOT NULL)
  CREATE TABLE shop_settings (shop_id integer PRIMARY KEY, cogs_ratio numeric(5,4) NOT NULL)
  CREATE TABLE daily_records (shop_id integer NOT NULL, record_date date NOT NULL, orders integer NOT NULL,
    revenue bigint NOT NULL, ad_spend bigint NOT NULL, leads integer NOT NULL, aov integer, roas numeric(8,2),
    net_profit bigint, PRIMARY KEY (shop_id, record_date));
SELECT * FROM run_suggested('drizzle_page');
SELECT * FROM add_missing('drizzle_page');
SELECT * FROM run_suggested('drizzle_page');
SELECT * FROM still_open('drizzle_page');
INSERT INTO drizzle_page.products (name, price, stock_quantity) VALUES ('Mug', 12, 9);
INSERT INTO drizzle_page.orders DEFAULT VALUES;
INSERT INTO drizzle_page.order_items (order_id, product_id, quantity) VALUES (1, 1, 2), (1, 1, 1);
SELECT order_number, total_amount, stock_quantity FROM drizzle_page.orders, drizzle_page.products;

-- camel case and quoted names, with blanks and capitals
CREATE SCHEMA "Shop ""A""";
CREATE TABLE "Shop ""A"""."My Products" ("productId" serial PRIMARY KEY, "productName" text, "unitPrice" numeric(10,2),
  "stockQuantity" int, "isActive" boolean DEFAULT true, "createdAt" timestamptz DEFAULT now());
CREATE TABLE "Shop ""A"""."Customer Orders" ("orderId" serial PRIMARY KEY, "orderNumber" varchar(20) UNIQUE,
  "orderStatus" text DEFAULT 'pending', "totalAmount" numeric(10,2) DEFAULT 0, "paymentCompletedAt" timestamptz,
  "createdAt" timestamptz DEFAULT now(), "updatedAt" timestamptz DEFAULT now());
CREATE TABLE "Shop ""A"""."Order Lines" ("lineId" serial PRIMARY KEY,
  "orderId" int REFERENCES "Shop ""A"""."Customer Orders", "productId" int REFERENCES "Shop ""A"""."My Products",
  quantity int, "unitPrice" numeric(10,2), "productSnapshot" jsonb);
SELECT * FROM run_suggested('Shop "A"');
SELECT * FROM add_missing('Shop "A"');
SELECT * FROM run_suggested('Shop "A"');
SELECT * FROM still_open('Shop "A"');
INSERT INTO "Shop ""A"""."My Products" ("productName", "unitPrice", "stockQuantity") VALUES ('Mug', 12, 9);
INSERT INTO "Shop ""A"""."Customer Orders" DEFAULT VALUES;
INSERT INTO "Shop ""A"""."Order Lines" ("orderId", "productId", quantity) VALUES (1, 1, 2)
  RETURNING "unitPrice", "productSnapshot" ->> 'productName' AS name;
SELECT "orderNumber", "totalAmount", "stockQuantity" FROM "Shop ""A"""."Customer Orders", "Shop ""A"""."My Products";

-- whole cents, and purchases of variants
CREATE SCHEMA cents
  CREATE TABLE variants (id bigserial PRIMARY KEY, name text, unit_price_cents integer NOT NULL, stock integer)
  CREATE TABLE purchases (id bigserial PRIMARY KEY, total_cents bigint NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'paid', 'shipped', 'cancelled')), paid_at timestamptz)
  CREATE TABLE purchase_lines (id bigserial PRIMARY KEY, purchase_id bigint NOT NULL REFERENCES purchases,
    variant_id bigint NOT NULL REFERENCES variants, qty integer NOT NULL, unit_price_cents integer NOT NULL);
SELECT * FROM run_suggested('cents');
SELECT * FROM add_missing('cents');
SELECT * FROM run_suggested('cents');
SELECT * FROM still_open('cents');
ALTER TABLE cents.purchase_lines ADD COLUMN product_snapshot jsonb;
INSERT INTO cents.variants (name, unit_price_cents, stock) VALUES ('Mug', 1999, 9);
INSERT INTO cents.purchases DEFAULT VALUES;
INSERT INTO cents.purchase_lines (purchase_id, variant_id, qty) VALUES (1, 1, 3)
  RETURNING unit_price_cents, product_snapshot ->> 'name' AS name;
SELECT total_cents, stock FROM cents.purchases, cents.variants;

-- no foreign keys
CREATE SCHEMA loose
  CREATE TABLE products (id bigserial PRIMARY KEY, name text, price numeric(10,2), stock int)
  CREATE TABLE orders (id bigserial PRIMARY KEY, status text, total numeric(10,2))
  CREATE TABLE order_items (id bigserial PRIMARY KEY, order_id bigint, product_id bigint, quantity int,
    price numeric(10,2), product_snapshot jsonb);
SELECT * FROM run_suggested('loose');
SELECT * FROM add_missing('loose');
SELECT * FROM run_suggested('loose');
SELECT * FROM still_open('loose');
INSERT INTO loose.products (name, price, stock) VALUES ('Mug', 12, 9);
INSERT INTO loose.orders DEFAULT VALUES;
INSERT INTO loose.order_items (order_id, product_id, quantity) VALUES (1, 1, 2)
  RETURNING price, product_snapshot ->> 'name' AS name;
SELECT total, stock FROM loose.orders, loose.products;

-- views named as tables are elsewhere
CREATE SCHEMA views
  CREATE TABLE shop_order_rows (id int PRIMARY KEY, total numeric(10,2), updated_at timestamptz)
  CREATE TABLE archived_orders (id int PRIMARY KEY, total numeric(10,2))
  CREATE TABLE catalogue (id int PRIMARY KEY, price numeric(10,2))
  CREATE TABLE order_items (id int PRIMARY KEY, order_id int, product_id int, quantity int, price numeric(10,2))
  CREATE VIEW orders AS SELECT * FROM shop_order_rows
  CREATE VIEW products AS SELECT * FROM catalogue;
SELECT * FROM run_suggested('views');
SELECT * FROM add_missing('views');
SELECT * FROM run_suggested('views');
SELECT * FROM still_open('views');

-- partitions
CREATE SCHEMA parts
  CREATE TABLE products (id int PRIMARY KEY, name text, price numeric(10,2), stock int)
  CREATE TABLE orders (id int, status text, total numeric(10,2) DEFAULT 0, day date, PRIMARY KEY (id, day))
    PARTITION BY RANGE (day)
  CREATE TABLE order_items (id int, order_id int, product_id int, quantity int, price numeric(10,2), day date,
    PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE parts.orders_1 PARTITION OF parts.orders FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE parts.order_items_1 PARTITION OF parts.order_items FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
SELECT * FROM run_suggested('parts');
SELECT * FROM add_missing('parts');
SELECT * FROM run_suggested('parts');
SELECT * FROM still_open('parts');
INSERT INTO parts.products VALUES (1, 'Mug', 12, 9);
INSERT INTO parts.orders (id, day) VALUES (1, '2026-05-01');
INSERT INTO parts.order_items (id, order_id, product_id, quantity, day) VALUES (1, 1, 1, 2, '2026-05-01');
SELECT total, stock FROM parts.orders, parts.products;

-- prices in floating point, keys that are not unique, nothing to count with
CREATE SCHEMA inexact
  CREATE TABLE products (id int PRIMARY KEY, name text, price double precision, stock double precision)
  CREATE TABLE orders (id int, total real)
  CREATE TABLE order_items (id int PRIMARY KEY, order_id int, product_id int, price varchar);
SELECT * FROM run_suggested('inexact');
SELECT * FROM add_missing('inexact');
SELECT * FROM run_suggested('inexact');
SELECT * FROM still_open('inexact');
INSERT INTO inexact.products VALUES (1, 'Mug', 12, 9);
INSERT INTO inexact.orders (id) VALUES (1);
INSERT INTO inexact.order_items (id, order_id, product_id, quantity) VALUES (1, 1, 1, 2);
SELECT total, i.price, product_snapshot ->> 'name' AS name, stock
  FROM inexact.orders, inexact.order_items i, inexact.products;

-- no products at all, prices in documents
CREATE SCHEMA documents
  CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2))
  CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, sku text, quantity real, price jsonb);
SELECT * FROM run_suggested('documents');
SELECT * FROM add_missing('documents');
SELECT * FROM run_suggested('documents');
SELECT * FROM still_open('documents');

-- names that are taken by columns of other types
CREATE SCHEMA taken
  CREATE TABLE products (id int PRIMARY KEY, name text, price numeric(10,2), stock_quantity text)
  CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2) GENERATED ALWAYS AS (0) STORED, order_number int,
    payment_completed_at text)
  CREATE TABLE order_items (id int PRIMARY KEY, order_id int, product_id int, quantity jsonb, price numeric(10,2),
    product_snapshot text);
SELECT * FROM run_suggested('taken');
SELECT * FROM add_missing('taken');
SELECT * FROM run_suggested('taken');
SELECT * FROM still_open('taken');
INSERT INTO taken.products (id, name, price, stock) VALUES (1, 'Mug', 12, 9);
INSERT INTO taken.orders (id) VALUES (1);
INSERT INTO taken.order_items (id, order_id, product_id, qty) VALUES (1, 1, 1, 2)
  RETURNING price, snapshot ->> 'name' AS name;
SELECT order_number, stock FROM taken.orders, taken.products;

-- Medusa 1: whole cents in the lines, prices in a table of their own, no total
CREATE SCHEMA medusa;
CREATE TYPE medusa.order_status_enum AS ENUM ('pending', 'completed', 'archived', 'canceled', 'requires_action');
SET search_path = medusa;
CREATE TABLE product_variant (id varchar PRIMARY KEY, title varchar NOT NULL, product_id varchar NOT NULL,
  sku varchar, inventory_quantity integer NOT NULL, allow_backorder boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(), metadata jsonb);
CREATE TABLE money_amount (id varchar PRIMARY KEY, currency_code varchar NOT NULL, amount integer NOT NULL,
  variant_id varchar REFERENCES product_variant);
CREATE TABLE cart (id varchar PRIMARY KEY, email varchar, created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE "order" (id varchar PRIMARY KEY, status order_status_enum NOT NULL DEFAULT 'pending',
  payment_status varchar NOT NULL DEFAULT 'not_paid', display_id serial NOT NULL, cart_id varchar REFERENCES cart,
  email varchar NOT NULL, billing_address_id varchar, currency_code varchar NOT NULL, tax_rate real,
  canceled_at timestamptz, created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(), metadata jsonb);
CREATE TABLE line_item (id varchar PRIMARY KEY, cart_id varchar REFERENCES cart, order_id varchar REFERENCES "order",
  title varchar NOT NULL, unit_price integer NOT NULL, variant_id varchar REFERENCES product_variant,
  quantity integer NOT NULL, fulfilled_quantity integer, returned_quantity integer,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(), metadata jsonb);
RESET search_path;
SELECT * FROM run_suggested('medusa');
SELECT * FROM add_missing('medusa');
SELECT * FROM run_suggested('medusa');
SELECT * FROM still_open('medusa');
INSERT INTO medusa.product_variant (id, title, product_id, inventory_quantity, price)
  VALUES ('v', 'Mug', 'p', 9, 1999);
INSERT INTO medusa."order" (id, email, currency_code) VALUES ('o', 'a@example.com', 'eur');
INSERT INTO medusa.line_item (id, order_id, title, variant_id, quantity) VALUES ('l', 'o', 'Mug', 'v', 3)
  RETURNING unit_price, product_snapshot ->> 'title' AS title;
SELECT order_number, total_amount, inventory_quantity FROM medusa."order", medusa.product_variant;
-- lines that are in a cart first are not for snapshots
INSERT INTO medusa.line_item (id, title, variant_id, quantity) VALUES ('c', 'Mug', 'v', 1);
SELECT state, message FROM failure($$UPDATE medusa.line_item SET order_id = 'o' WHERE id = 'c'$$);

-- Medusa 2: lines in two tables, without foreign keys to the variants
CREATE SCHEMA medusa_2;
CREATE TYPE medusa_2.order_status_enum AS ENUM ('pending', 'completed', 'draft', 'archived', 'canceled',
  'requires_action');
SET search_path = medusa_2;
CREATE TABLE product_variant (id text PRIMARY KEY, title text NOT NULL, sku text, product_id text,
  manage_inventory boolean NOT NULL DEFAULT true, created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(), deleted_at timestamptz);
CREATE TABLE "order" (id text PRIMARY KEY, display_id serial, version integer NOT NULL DEFAULT 1,
  status order_status_enum NOT NULL DEFAULT 'pending', currency_code text NOT NULL, email text,
  billing_address_id text, created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(), deleted_at timestamptz, canceled_at timestamptz);
CREATE TABLE order_line_item (id text PRIMARY KEY, title text NOT NULL, variant_id text, product_id text,
  product_title text, unit_price numeric NOT NULL, raw_unit_price jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE order_item (id text PRIMARY KEY, order_id text NOT NULL REFERENCES "order", version integer NOT NULL,
  item_id text NOT NULL REFERENCES order_line_item, quantity numeric NOT NULL, raw_quantity jsonb NOT NULL,
  fulfilled_quantity numeric NOT NULL DEFAULT 0, unit_price numeric,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
RESET search_path;
SELECT * FROM run_suggested('medusa_2');
SELECT * FROM add_missing('medusa_2');
SELECT * FROM run_suggested('medusa_2');
SELECT * FROM still_open('medusa_2');
INSERT INTO medusa_2.product_variant (id, title, price, stock_quantity) VALUES ('v', 'Mug', 19.99, 9);
INSERT INTO medusa_2."order" (id, currency_code) VALUES ('o', 'eur');
INSERT INTO medusa_2.order_line_item (id, title, unit_price, raw_unit_price) VALUES ('i', 'Mug', 19.99, '{}');
INSERT INTO medusa_2.order_item (id, order_id, version, item_id, product_id, quantity, raw_quantity)
  VALUES ('l', 'o', 1, 'i', 'v', 3, '{}') RETURNING unit_price, product_snapshot ->> 'title' AS title;
SELECT order_number, total_amount, stock_quantity FROM medusa_2."order", medusa_2.product_variant;

-- Saleor: Django's names, prices by channel, a total with taxes and shipping, gross and net beside each other
CREATE SCHEMA saleor
  CREATE TABLE product_product (id serial PRIMARY KEY, name varchar(250) NOT NULL, slug varchar(255) NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now())
  CREATE TABLE product_productvariant (id serial PRIMARY KEY, sku varchar(255) UNIQUE, name varchar(255) NOT NULL,
    product_id integer NOT NULL REFERENCES product_product DEFERRABLE INITIALLY DEFERRED,
    track_inventory boolean NOT NULL DEFAULT true, metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now())
  CREATE TABLE product_productvariantchannellisting (id serial PRIMARY KEY, currency varchar(3) NOT NULL,
    price_amount numeric(20,3), variant_id integer NOT NULL REFERENCES product_productvariant, channel_id integer)
  CREATE TABLE order_order (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), number varchar(64) UNIQUE,
    status varchar(32) NOT NULL DEFAULT 'unfulfilled', currency varchar(3) NOT NULL DEFAULT 'EUR',
    shipping_price_net_amount numeric(20,3) NOT NULL DEFAULT 0, shipping_tax_rate numeric(5,4),
    shipping_price_gross_amount numeric(20,3) NOT NULL DEFAULT 0, total_net_amount numeric(20,3) NOT NULL DEFAULT 0,
    total_gross_amount numeric(20,3) NOT NULL DEFAULT 0, total_charged_amount numeric(20,3) NOT NULL DEFAULT 0,
    billing_address_id integer, created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now())
  CREATE TABLE order_orderline (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), product_name varchar(386),
    variant_name varchar(255), product_sku varchar(255), quantity integer NOT NULL, currency varchar(3),
    unit_price_gross_amount numeric(20,3) NOT NULL, unit_price_net_amount numeric(20,3) NOT NULL, tax_rate numeric(5,4),
    order_id uuid NOT NULL REFERENCES order_order DEFERRABLE INITIALLY DEFERRED,
    variant_id integer REFERENCES product_productvariant DEFERRABLE INITIALLY DEFERRED,
    created_at timestamptz NOT NULL DEFAULT now());
SELECT * FROM run_suggested('saleor');
SELECT * FROM add_missing('saleor');
SELECT * FROM run_suggested('saleor');
SELECT * FROM still_open('saleor');
INSERT INTO saleor.product_product (name, slug) VALUES ('Mug', 'mug');
INSERT INTO saleor.product_productvariant (name, product_id, price, stock_quantity) VALUES ('blue', 1, 19.99, 9);
INSERT INTO saleor.order_order (shipping_price_gross_amount) VALUES (4.9);
INSERT INTO saleor.order_orderline (order_id, variant_id, quantity, unit_price_net_amount)
  SELECT id, 1, 3, 16.80 FROM saleor.order_order
  RETURNING unit_price_gross_amount, product_snapshot ->> 'name' AS name;
SELECT number, o.currency, i.currency, total_gross_amount, stock_quantity
  FROM saleor.order_order o, saleor.order_orderline i, saleor.product_productvariant;
-- what the discount of one piece has to do with its price cannot be seen
ALTER TABLE saleor.order_orderline ADD unit_discount_amount numeric(20,3) NOT NULL DEFAULT 0;
SELECT upkeep.disable_order_totals('saleor.order_order');
SELECT statement, note FROM upkeep.suggest('saleor') WHERE feature = 'order_totals';

-- Solidus and Spree: no foreign keys, prices in a table of their own, item_total beside total
CREATE SCHEMA solidus
  CREATE TABLE spree_products (id serial PRIMARY KEY, name varchar NOT NULL, slug varchar,
    created_at timestamp(6) NOT NULL DEFAULT now(), updated_at timestamp(6) NOT NULL DEFAULT now())
  CREATE TABLE spree_variants (id serial PRIMARY KEY, sku varchar NOT NULL DEFAULT '', cost_price numeric(10,2),
    is_master boolean NOT NULL DEFAULT false, product_id integer, track_inventory boolean DEFAULT true,
    created_at timestamp(6) NOT NULL DEFAULT now(), updated_at timestamp(6) NOT NULL DEFAULT now())
  CREATE TABLE spree_prices (id serial PRIMARY KEY, variant_id integer NOT NULL, amount numeric(10,2), currency varchar)
  CREATE TABLE spree_orders (id serial PRIMARY KEY, number varchar(32), item_total numeric(10,2) NOT NULL DEFAULT 0,
    total numeric(10,2) NOT NULL DEFAULT 0, state varchar, adjustment_total numeric(10,2) NOT NULL DEFAULT 0,
    payment_total numeric(10,2) NOT NULL DEFAULT 0, shipment_total numeric(10,2) NOT NULL DEFAULT 0,
    additional_tax_total numeric(10,2) DEFAULT 0, included_tax_total numeric(10,2) NOT NULL DEFAULT 0,
    promo_total numeric(10,2) DEFAULT 0, payment_state varchar, completed_at timestamp, email varchar,
    created_at timestamp(6) NOT NULL DEFAULT now(), updated_at timestamp(6) NOT NULL DEFAULT now())
  CREATE TABLE spree_line_items (id serial PRIMARY KEY, variant_id integer, order_id integer, quantity integer NOT NULL,
    price numeric(10,2) NOT NULL, currency varchar, cost_price numeric(10,2), promo_total numeric(10,2) DEFAULT 0,
    adjustment_total numeric(10,2) DEFAULT 0, additional_tax_total numeric(10,2) DEFAULT 0,
    included_tax_total numeric(10,2) NOT NULL DEFAULT 0,
    created_at timestamp(6) NOT NULL DEFAULT now(), updated_at timestamp(6) NOT NULL DEFAULT now());
CREATE UNIQUE INDEX index_spree_orders_on_number ON solidus.spree_orders (number);
SELECT * FROM run_suggested('solidus');
SELECT * FROM add_missing('solidus');
SELECT * FROM run_suggested('solidus');
SELECT * FROM still_open('solidus');
INSERT INTO solidus.spree_variants (sku, price, stock_quantity) VALUES ('MUG', 19.99, 9);
INSERT INTO solidus.spree_orders (total, shipment_total, state) VALUES (64.87, 4.90, 'cart');
INSERT INTO solidus.spree_line_items (order_id, variant_id, quantity) VALUES (1, 1, 3)
  RETURNING price, product_snapshot ->> 'sku' AS sku;
SELECT number, item_total, total, stock_quantity FROM solidus.spree_orders, solidus.spree_variants;

-- Vendure: whole cents, camel case, prices and stock in tables of their own
CREATE SCHEMA vendure
  CREATE TABLE product (id serial PRIMARY KEY, enabled boolean NOT NULL DEFAULT true,
    "createdAt" timestamp(6) NOT NULL DEFAULT now(), "updatedAt" timestamp(6) NOT NULL DEFAULT now())
  CREATE TABLE product_variant (id serial PRIMARY KEY, enabled boolean NOT NULL DEFAULT true, sku varchar NOT NULL,
    "deletedAt" timestamp, "productId" integer REFERENCES product,
    "createdAt" timestamp(6) NOT NULL DEFAULT now(), "updatedAt" timestamp(6) NOT NULL DEFAULT now())
  CREATE TABLE product_variant_price (id serial PRIMARY KEY, "currencyCode" varchar NOT NULL, price integer NOT NULL,
    "variantId" integer REFERENCES product_variant)
  CREATE TABLE stock_level (id serial PRIMARY KEY, "stockOnHand" integer NOT NULL, "stockAllocated" integer NOT NULL,
    "productVariantId" integer NOT NULL REFERENCES product_variant)
  CREATE TABLE "order" (id serial PRIMARY KEY, code varchar NOT NULL UNIQUE, state varchar NOT NULL,
    active boolean NOT NULL DEFAULT true, "orderPlacedAt" timestamp, "billingAddress" text NOT NULL DEFAULT '{}',
    "currencyCode" varchar NOT NULL, "subTotal" integer NOT NULL DEFAULT 0,
    "subTotalWithTax" integer NOT NULL DEFAULT 0,
    shipping integer NOT NULL DEFAULT 0, "shippingWithTax" integer NOT NULL DEFAULT 0,
    "createdAt" timestamp(6) NOT NULL DEFAULT now(), "updatedAt" timestamp(6) NOT NULL DEFAULT now())
  CREATE TABLE order_line (id serial PRIMARY KEY, quantity integer NOT NULL, "orderPlacedQuantity" integer DEFAULT 0,
    "listPriceIncludesTax" boolean NOT NULL DEFAULT false, "listPrice" integer NOT NULL, "initialListPrice" integer,
    "orderId" integer REFERENCES "order" ON DELETE CASCADE, "productVariantId" integer REFERENCES product_variant,
    "createdAt" timestamp(6) NOT NULL DEFAULT now(), "updatedAt" timestamp(6) NOT NULL DEFAULT now());
SELECT * FROM run_suggested('vendure');
SELECT * FROM add_missing('vendure');
SELECT * FROM run_suggested('vendure');
SELECT * FROM still_open('vendure');
INSERT INTO vendure.product_variant (sku, price, stock_quantity) VALUES ('MUG', 1999, 9);
INSERT INTO vendure."order" (state, "currencyCode", shipping) VALUES ('AddingItems', 'EUR', 490);
INSERT INTO vendure.order_line ("orderId", "productVariantId", quantity) VALUES (1, 1, 3)
  RETURNING "listPrice", product_snapshot ->> 'sku' AS sku;
SELECT code, "subTotal", stock_quantity FROM vendure."order", vendure.product_variant;

-- all that an order is made of: shipping, discount and tax beside a subtotal, discounts of lines, currencies, what is
-- written when it is shipped, whole numbers
CREATE SCHEMA made_of
  CREATE TABLE products (id int PRIMARY KEY, name text, price numeric(10,2) NOT NULL, stock int)
  CREATE TABLE orders (id int PRIMARY KEY, order_number bigint UNIQUE, status text NOT NULL DEFAULT 'pending',
    currency char(3) NOT NULL, subtotal numeric(10,2) NOT NULL DEFAULT 0, shipping_amount numeric(10,2) NOT NULL,
    handling_fee numeric(10,2) DEFAULT 0, tax_amount numeric(10,2), tax_rate numeric(5,4), shipping_method int,
    total numeric(10,2) NOT NULL DEFAULT 0, paid_at timestamptz)
  CREATE TABLE order_items (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, order_id int NOT NULL REFERENCES orders,
    product_id int REFERENCES products, quantity int NOT NULL, price numeric(10,2) NOT NULL,
    discount_amount numeric(10,2), currency char(3), product_snapshot jsonb, fulfilled_at timestamptz,
    tracking_code text, note text);
SELECT feature, statement FROM upkeep.suggest('made_of') WHERE feature ~ 'order_(totals|lock|number)';
SELECT * FROM run_suggested('made_of');
SELECT * FROM still_open('made_of');
INSERT INTO made_of.products VALUES (1, 'Mug', 19.99, 9);
INSERT INTO made_of.orders (id, currency, shipping_amount) VALUES (1, 'EUR', 4.90);
INSERT INTO made_of.order_items (order_id, product_id, quantity, discount_amount) VALUES (1, 1, 3, 5), (1, 1, 1, NULL);
UPDATE made_of.orders SET tax_amount = 1.10, handling_fee = 2, paid_at = now();
UPDATE made_of.order_items SET fulfilled_at = now(), tracking_code = 'JD0146' WHERE id = 1 RETURNING currency;
SELECT order_number, subtotal, total, total = subtotal + 4.90 + 2 + 1.10 AS right, stock
  FROM made_of.orders, made_of.products;
SELECT state FROM failure('UPDATE made_of.orders SET tax_amount = 0');

-- the same in camel case and whole cents, without a subtotal
CREATE SCHEMA "madeOf"
  CREATE TABLE products (id int PRIMARY KEY, name text, "priceCents" int NOT NULL)
  CREATE TABLE orders (id int PRIMARY KEY, "shippingCents" int NOT NULL DEFAULT 0,
    "discountCents" int NOT NULL DEFAULT 0, "totalCents" bigint NOT NULL DEFAULT 0)
  CREATE TABLE "orderItems" (id int PRIMARY KEY, "orderId" int REFERENCES orders, "productId" int REFERENCES products,
    qty int NOT NULL, "unitPriceCents" int NOT NULL, "shippedAt" timestamptz);
CREATE INDEX ON "madeOf"."orderItems" ("orderId");
SELECT statement, note FROM upkeep.suggest('madeOf') WHERE feature ~ 'order_totals';
SELECT * FROM run_suggested('madeOf');
SELECT * FROM add_missing('madeOf');
SELECT * FROM run_suggested('madeOf');
SELECT * FROM still_open('madeOf');
INSERT INTO "madeOf".products VALUES (1, 'Mug', 1999);
INSERT INTO "madeOf".orders (id, "shippingCents", "discountCents") VALUES (1, 490, 500);
INSERT INTO "madeOf"."orderItems" (id, "orderId", "productId", qty) VALUES (1, 1, 1, 3);
SELECT "totalCents" FROM "madeOf".orders;

-- discounts of the lines alone; a line without a price counts nothing
CREATE SCHEMA discounts
  CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2))
  CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, qty int, price numeric(10,2),
    discount numeric(10,2));
CREATE INDEX ON discounts.order_items (order_id);
SELECT * FROM run_suggested('discounts');
INSERT INTO discounts.orders VALUES (1);
INSERT INTO discounts.order_items VALUES (1, 1, 3, 19.99, 5), (2, 1, 1, NULL, 1), (3, 1, 1, 2, NULL);
SELECT total FROM discounts.orders;

-- refunds, and lines that return others
CREATE SCHEMA refunding
  CREATE TABLE variants (id int PRIMARY KEY, name text, price numeric(10,2), stock int)
  CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2), paid_at timestamptz, status text,
    refunded_amount numeric(10,2))
  CREATE TABLE line_items (id int PRIMARY KEY, order_id int REFERENCES orders, variant_id int REFERENCES variants,
    quantity int, unit_price numeric(10,2), product_snapshot jsonb, refunded_quantity int, original_item_id int)
  CREATE TABLE order_refunds (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, order_id int REFERENCES orders,
    line_item_id int REFERENCES line_items, quantity int, amount numeric(10,2), restocked boolean, reason text);
SELECT feature, statement, note FROM upkeep.suggest('refunding') WHERE feature ~ 'snapshots|refunds';
SELECT * FROM run_suggested('refunding');
SELECT * FROM still_open('refunding');
INSERT INTO refunding.variants VALUES (1, 'Mug', 12, 9);
INSERT INTO refunding.orders (id, status) VALUES (1, 'open'), (2, 'open');
INSERT INTO refunding.line_items (id, order_id, variant_id, quantity) VALUES (1, 1, 1, 3);
UPDATE refunding.orders SET paid_at = now() WHERE id = 1;
INSERT INTO refunding.order_refunds (order_id, line_item_id, quantity, restocked) VALUES (1, 1, 2, true)
  RETURNING amount;
UPDATE refunding.variants SET price = 14;
INSERT INTO refunding.line_items (id, order_id, variant_id, quantity, original_item_id) VALUES (2, 2, 1, -1, 1)
  RETURNING unit_price;
SELECT state FROM failure('INSERT INTO refunding.order_refunds (order_id, line_item_id, quantity) VALUES (1, 1, 1)');
SELECT total, refunded_amount, refunded_quantity, stock FROM refunding.orders o
  JOIN refunding.line_items i ON i.order_id = o.id, refunding.variants ORDER BY o.id;
-- what refunds lack
CREATE SCHEMA refunds_lack
  CREATE TABLE products (id int PRIMARY KEY, price numeric(10,2))
  CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2), paid_at timestamptz)
  CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, product_id int REFERENCES products,
    quantity int, price numeric(10,2))
  CREATE TABLE refunds (id int PRIMARY KEY, "order" int REFERENCES orders, amount real);
SELECT statement, note FROM upkeep.suggest('refunds_lack') WHERE feature = 'order_refunds';
SELECT * FROM run_suggested('refunds_lack');
SELECT * FROM add_missing('refunds_lack');
SELECT * FROM run_suggested('refunds_lack');
SELECT * FROM still_open('refunds_lack');

-- what cannot be seen
CREATE SCHEMA unclear
  CREATE TABLE products (id int PRIMARY KEY, price numeric(10,2))
  CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2), subtotal numeric(10,2), currency char(3))
  CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, product_id int REFERENCES products,
    quantity int, price numeric(10,2), currency text);
CREATE INDEX ON unclear.order_items (order_id);
-- totals_with(of_orders, of_lines): the totals that are proposed with these changes; "(…" for the two tables
CREATE FUNCTION totals_with(of_orders text, of_lines text) RETURNS TABLE (statement text, note text)
  LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'ALTER TABLE unclear.orders ' || of_orders;
  EXECUTE 'ALTER TABLE unclear.order_items ' || of_lines;
  SELECT replace(replace(s.statement, $t$'unclear.orders', 'unclear.order_items'$t$, '…'),
      'SELECT upkeep.enable_', ''),
    regexp_replace(s.note, '(; )?totals that are there.*', '')
    INTO statement, note FROM upkeep.suggest('unclear') s WHERE s.feature = 'order_totals';
  RAISE SQLSTATE '90000';
EXCEPTION WHEN SQLSTATE '90000' THEN RETURN NEXT;
END $$;
SELECT c.*, w.* FROM (VALUES
  ('ADD discount numeric(10,2)', 'ADD discount numeric(10,2)'), ('ADD vat numeric(10,2)', 'ADD note text'),
  ('ADD tax numeric(10,2)', 'ADD note text'), ('ADD tax numeric(10,2), ADD tax_included boolean', 'ADD note text'),
  ('ADD tax numeric(10,2), DROP subtotal', 'ADD note text'),
  ('ADD sales_tax numeric(10,2), DROP subtotal', 'ADD note text'),
  ('ADD shipping numeric(10,2), ADD delivery_price numeric(10,2)', 'ADD note text'),
  ('ADD shipping_cents integer', 'ADD note text'), ('ADD shipping real', 'ADD note text'),
  ('ADD shipping numeric(10,2) GENERATED ALWAYS AS (4.90) STORED', 'ADD note text'),
  ('ADD shipping_net numeric(10,2)', 'ADD note text'), ('ADD note text', 'ADD discount numeric(3,2)'),
  ('ADD note text', 'ADD discount numeric(10,2)'), ('ADD note text', 'ADD unit_discount numeric(10,2)'),
  ('ADD note text', 'ADD tax_amount numeric(10,2)'), ('ADD adjustments numeric(10,2)', 'ADD note text'),
  ('ADD note text', 'ADD note text'), ('ALTER currency SET NOT NULL', 'ALTER currency TYPE char(3)'),
  ('DROP total, ADD shipping numeric(10,2)', 'ADD note text'),
  ('DROP total, DROP subtotal, ADD shipping numeric(10,2)', 'ADD note text'),
  ('DROP total, DROP subtotal, ADD shipment_total numeric(10,2), ADD item_total numeric(10,2)', 'ADD note text')
) c(orders, lines), totals_with(orders, lines) w;

\set VERBOSITY terse
SET client_min_messages = warning;
DROP SCHEMA drizzle_store, drizzle_analytics, drizzle_page, "Shop ""A""", cents, loose, views, parts, inexact,
  documents, taken, medusa, medusa_2, saleor, solidus, vendure, made_of, "madeOf", discounts, refunding, refunds_lack,
  unclear CASCADE;
DROP FUNCTION run_suggested, still_open, add_missing, totals_with;
