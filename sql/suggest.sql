-- suggest: what could be enabled, from the catalogue; what it proposes runs.
CREATE FUNCTION run_suggestions(schema name) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE each record; BEGIN
  FOR each IN SELECT * FROM upkeep.suggest(schema) ORDER BY step LOOP
    BEGIN
      EXECUTE each.statement;
    EXCEPTION WHEN OTHERS THEN
      RETURN NEXT format('%s: %s: %s', each.statement, SQLSTATE, SQLERRM);
    END;
  END LOOP;
END $$;
-- what is still proposed, comments left out
CREATE FUNCTION open_suggestions(schema name) RETURNS SETOF text LANGUAGE sql
  AS $$ SELECT statement FROM upkeep.suggest(schema) WHERE statement !~ '^--' $$;
SET client_min_messages = error;

SELECT * FROM failure($$SELECT upkeep.suggest('nowhere')$$);
SELECT state, message FROM failure('SELECT upkeep.suggest(NULL)');
CREATE SCHEMA empty;
SELECT * FROM upkeep.suggest('empty');

-- an online store, as Drizzle creates it
CREATE SCHEMA storefront
  CREATE TABLE users (id uuid PRIMARY KEY, email text, created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now())
  CREATE TABLE products (id uuid PRIMARY KEY, nav_product_id text NOT NULL UNIQUE, name text NOT NULL,
    price numeric(10,2) NOT NULL, stock_quantity integer DEFAULT 0 NOT NULL, active boolean DEFAULT true NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(), updated_at timestamptz(3) NOT NULL DEFAULT now())
  CREATE TABLE carts (id uuid PRIMARY KEY, user_id uuid REFERENCES users ON DELETE CASCADE,
    created_at timestamptz(3) NOT NULL DEFAULT now(), updated_at timestamptz(3) NOT NULL DEFAULT now())
  CREATE TABLE cart_items (id uuid PRIMARY KEY, cart_id uuid NOT NULL REFERENCES carts ON DELETE CASCADE,
    product_id uuid NOT NULL REFERENCES products, quantity integer NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(), updated_at timestamptz(3) NOT NULL DEFAULT now())
  CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    order_number text NOT NULL UNIQUE, user_id uuid REFERENCES users, total_amount numeric(10,2) DEFAULT '0' NOT NULL,
    status text DEFAULT 'pending' NOT NULL, billing_address jsonb, payment_id text,
    payment_completed_at timestamptz(3), created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now())
  CREATE TABLE order_items (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    order_id uuid NOT NULL REFERENCES orders ON DELETE CASCADE, product_id uuid REFERENCES products ON DELETE SET NULL,
    product_snapshot jsonb NOT NULL, quantity integer NOT NULL, price_snapshot numeric(10,2) NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now());
SELECT step, feature, statement, note FROM upkeep.suggest('storefront');
SELECT * FROM run_suggestions('storefront');
SELECT object, feature FROM upkeep.managed WHERE object::text LIKE 'storefront.%' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT feature, statement FROM upkeep.suggest('storefront');
-- and it sells
INSERT INTO storefront.products VALUES ('00000000-0000-0000-0000-000000000001', '1', 'Mug', 12, 5);
WITH o AS (INSERT INTO storefront.orders DEFAULT VALUES RETURNING id) INSERT INTO storefront.order_items (order_id,
  product_id, quantity) SELECT id, '00000000-0000-0000-0000-000000000001', 2 FROM o RETURNING price_snapshot;
SELECT order_number, total_amount, stock_quantity FROM storefront.orders, storefront.products;

-- camel case, as Prisma has it: enums in capitals
CREATE SCHEMA "Prisma Shop";
CREATE TYPE "Prisma Shop"."OrderStatus" AS ENUM ('PENDING', 'PAID', 'SHIPPED', 'CANCELED');
CREATE TABLE "Prisma Shop"."Product" (id serial PRIMARY KEY, name text,
  price numeric(65,30) NOT NULL, inventory integer NOT NULL,
  "isActive" boolean NOT NULL DEFAULT true, "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE "Prisma Shop"."Order" (id serial PRIMARY KEY, "orderNumber" text NOT NULL,
  status "Prisma Shop"."OrderStatus" NOT NULL DEFAULT 'PENDING', "grandTotal" numeric(65,30) NOT NULL DEFAULT 0,
  "billingAddress" jsonb, "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE UNIQUE INDEX "Order_orderNumber_key" ON "Prisma Shop"."Order" ("orderNumber");
CREATE TABLE "Prisma Shop"."OrderItem" (id serial PRIMARY KEY,
  "orderId" integer NOT NULL REFERENCES "Prisma Shop"."Order" ON DELETE CASCADE,
  "productId" integer NOT NULL REFERENCES "Prisma Shop"."Product", quantity integer NOT NULL,
  "unitPrice" numeric(65,30) NOT NULL, "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
SELECT feature, statement, note FROM upkeep.suggest('Prisma Shop');
SELECT * FROM run_suggestions('Prisma Shop');
SELECT * FROM open_suggestions('Prisma Shop');
INSERT INTO "Prisma Shop"."Product" (price, inventory) VALUES (3, 9);
INSERT INTO "Prisma Shop"."Order" DEFAULT VALUES;
INSERT INTO "Prisma Shop"."OrderItem" ("orderId", "productId", quantity) VALUES (1, 1, 2);
SELECT "orderNumber", round("grandTotal", 2) AS total, inventory FROM "Prisma Shop"."Order", "Prisma Shop"."Product";

-- Rails
CREATE SCHEMA rails;
CREATE TABLE rails.products (id bigserial PRIMARY KEY, name varchar, created_at timestamp(6) NOT NULL,
  updated_at timestamp(6) NOT NULL);
CREATE TABLE rails.variants (id bigserial PRIMARY KEY, product_id bigint REFERENCES rails.products, sku varchar,
  price numeric(8,2), stock_count integer, updated_at timestamp(6) NOT NULL DEFAULT now());
CREATE TABLE rails.orders (id bigserial PRIMARY KEY, number varchar(15), state integer NOT NULL DEFAULT 0,
  total numeric(10,2) DEFAULT 0, paid_at timestamp, created_at timestamp(6) NOT NULL);
CREATE TABLE rails.line_items (id bigserial PRIMARY KEY,
  order_id bigint NOT NULL REFERENCES rails.orders, product_id bigint REFERENCES rails.products,
  variant_id bigint REFERENCES rails.variants, qty integer NOT NULL DEFAULT 1, unit_price numeric(8,2),
  price_snapshot numeric GENERATED ALWAYS AS (unit_price * 2) STORED);
SELECT feature, statement, note FROM upkeep.suggest('rails');
SELECT * FROM run_suggestions('rails');
SELECT * FROM open_suggestions('rails');

-- Medusa: cents, statuses by a CHECK, taxes beside the lines; purchases by another name
CREATE SCHEMA medusa;
CREATE TABLE medusa.product_variant (id text PRIMARY KEY, title text, price_cents integer, inventory_quantity integer,
  metadata json);
CREATE TABLE medusa.purchases (id text PRIMARY KEY,
  status text NOT NULL CHECK (status IN ('pending', 'completed', 'archived', 'canceled')), subtotal_cents bigint,
  tax_cents bigint, total_cents bigint, created_at timestamptz DEFAULT now());
CREATE TABLE medusa.purchase_items (id text PRIMARY KEY, purchase_id text REFERENCES medusa.purchases,
  variant_id text REFERENCES medusa.product_variant, quantity integer, unit_price_cents integer);
SELECT feature, statement, note FROM upkeep.suggest('medusa');
SELECT * FROM run_suggestions('medusa');
SELECT * FROM open_suggestions('medusa');

-- what cannot work: a view, prices in floating point, keys that are not unique, no columns at all
CREATE SCHEMA broken;
CREATE TABLE broken.products (id int, price double precision, updated_at date);
CREATE TABLE broken.orders (id int, total real, tax real, status int, created timestamptz);
CREATE TABLE broken.order_lines (id int, order_id int, product_id int, price real, qty int, stock text);
CREATE TABLE broken.basket_base (id int);
CREATE VIEW broken.baskets AS SELECT * FROM broken.basket_base;
SELECT feature, statement, note FROM upkeep.suggest('broken');
SELECT * FROM run_suggestions('broken');
SELECT * FROM open_suggestions('broken');
-- with what it asks for, it works
DO $$ DECLARE each record; BEGIN
  ALTER TABLE broken.products DROP COLUMN updated_at, ADD PRIMARY KEY (id);
  ALTER TABLE broken.orders DROP COLUMN tax, ADD PRIMARY KEY (id);
  ALTER TABLE broken.order_lines ADD PRIMARY KEY (id);
  FOR each IN SELECT * FROM upkeep.suggest('broken') WHERE feature NOT IN ('touch', 'order_status') ORDER BY step LOOP
    BEGIN
      EXECUTE regexp_replace(each.statement, '^-- ', '', 'gn');
    EXCEPTION WHEN duplicate_column OR duplicate_table THEN
      EXECUTE regexp_replace(each.statement, '^.*\n-- ', '');
    END;
  END LOOP;
END $$;
SELECT feature, statement FROM upkeep.suggest('broken');

-- a shop in a table of many, WooCommerce, orders without lines, PostgreSQL's own tables
CREATE SCHEMA tenants;
CREATE TABLE tenants.products (shop_id int, id int, price numeric(10,2), stock int, active boolean,
  PRIMARY KEY (shop_id, id));
CREATE TABLE tenants.orders (shop_id int, id int, order_number text, total numeric(10,2),
  status text CHECK (status = ANY (ARRAY['open'::text, 'paid'::text, 'it''s off'::text])), PRIMARY KEY (shop_id, id),
  UNIQUE (order_number, shop_id));
CREATE TABLE tenants.order_items (shop_id int, id int, order_id int, product_id int, quantity int,
  price numeric(10,2), PRIMARY KEY (shop_id, id), FOREIGN KEY (shop_id, order_id) REFERENCES tenants.orders,
  FOREIGN KEY (product_id, shop_id) REFERENCES tenants.products (id, shop_id));
SELECT feature, statement, note FROM upkeep.suggest('tenants');
SELECT * FROM run_suggestions('tenants');
SELECT * FROM open_suggestions('tenants');
CREATE SCHEMA woo;
CREATE TABLE woo.wp_wc_orders (id bigint PRIMARY KEY, status varchar(20), total_amount numeric(26,8),
  date_created_gmt timestamp, date_updated_gmt timestamp);
CREATE TABLE woo.wp_woocommerce_order_items (order_item_id bigint PRIMARY KEY, order_item_name text, order_id bigint);
SELECT feature, statement, note FROM upkeep.suggest('woo');
SELECT * FROM run_suggestions('woo');
CREATE SCHEMA alone;
CREATE TABLE alone.orders (id int PRIMARY KEY, order_number varchar(8) UNIQUE, status text NOT NULL);
CREATE TABLE alone.work_orders (id int PRIMARY KEY, status text);
CREATE VIEW alone.products AS SELECT 1 AS id;
SELECT feature, statement, note FROM upkeep.suggest('alone');
SELECT feature, statement, note FROM upkeep.suggest('pg_catalog');
SELECT feature, statement, note FROM upkeep.suggest('upkeep');

-- Django: names that run together, and a stock with fractions
CREATE SCHEMA django;
CREATE TABLE django.shop_product (id bigserial PRIMARY KEY, price numeric(10,2) NOT NULL, stock numeric(10,3) NOT NULL);
CREATE TABLE django.shop_order (id bigserial PRIMARY KEY, status varchar(10) NOT NULL DEFAULT 'new',
  total numeric(10,2) NOT NULL DEFAULT 0);
CREATE TABLE django.shop_orderitem (id bigserial PRIMARY KEY, price numeric(10,2) NOT NULL,
  quantity numeric(10,3) NOT NULL, order_id bigint NOT NULL REFERENCES django.shop_order DEFERRABLE INITIALLY DEFERRED,
  product_id bigint NOT NULL REFERENCES django.shop_product DEFERRABLE INITIALLY DEFERRED);
SELECT feature, statement, note FROM upkeep.suggest('django');
SELECT * FROM run_suggestions('django');
INSERT INTO django.shop_product (price, stock) VALUES (4, 2.5);
INSERT INTO django.shop_order DEFAULT VALUES;
INSERT INTO django.shop_orderitem (quantity, order_id, product_id) VALUES (0.5, 1, 1);
SELECT total, stock FROM django.shop_order, django.shop_product;

-- no foreign keys: a column refers to the table that it is called after; one that has a foreign key to nothing else
CREATE SCHEMA loose;
CREATE TABLE loose.products (id bigserial PRIMARY KEY, price numeric(10,2), stock int);
CREATE TABLE loose.variants (id bigserial PRIMARY KEY, product_id bigint, price numeric(10,2), stock int);
CREATE TABLE loose.orders (id bigserial PRIMARY KEY, status int, total numeric(10,2));
CREATE TABLE loose.line_items (id bigserial PRIMARY KEY, order_id bigint, variant_id bigint, quantity int,
  unit_price numeric(10,2));
SELECT feature, statement FROM upkeep.suggest('loose') WHERE feature IN ('order_snapshots', 'stock');
SELECT * FROM run_suggestions('loose');
INSERT INTO loose.products (price, stock) VALUES (1, 0), (2, 0);
INSERT INTO loose.variants (product_id, price, stock) VALUES (2, 22, 5), (1, 11, 5);
INSERT INTO loose.orders DEFAULT VALUES;
INSERT INTO loose.line_items (order_id, variant_id, quantity) VALUES (1, 1, 1) RETURNING unit_price;
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.product (id text PRIMARY KEY, price numeric(10,2), stock int);
CREATE TABLE elsewhere.orders (id text PRIMARY KEY);
CREATE TABLE elsewhere.details (id text PRIMARY KEY, title text);
CREATE TABLE elsewhere.order_item (id text PRIMARY KEY, order_id text REFERENCES elsewhere.orders,
  item_id text REFERENCES elsewhere.details, quantity int, price numeric(10,2));
SELECT statement FROM upkeep.suggest('elsewhere') WHERE statement LIKE '%item_id%';

CREATE SCHEMA many;
CREATE TABLE many.products (shop_id int, id int, price numeric(10,2), stock int, PRIMARY KEY (shop_id, id));
CREATE TABLE many.orders (shop_id int, id int, total numeric(10,2), PRIMARY KEY (shop_id, id));
CREATE TABLE many.order_items (shop_id int, id int, order_id int, product_id int, quantity int, price numeric(10,2),
  PRIMARY KEY (shop_id, id));
SELECT feature, statement FROM upkeep.suggest('many') WHERE feature IN ('order_snapshots', 'order_totals', 'stock');
SELECT * FROM run_suggestions('many');
CREATE TABLE many.carts (shop_id int, id int, updated_at timestamptz, PRIMARY KEY (shop_id, id));
CREATE TABLE many.cart_items (shop_id int, id int, cart_id int, PRIMARY KEY (shop_id, id));
SELECT statement FROM upkeep.suggest('many') WHERE feature = 'touch';

-- partitions: what is unique has their columns too
CREATE SCHEMA parts;
CREATE TABLE parts.products (id int PRIMARY KEY, price numeric(10,2), stock int);
CREATE TABLE parts.orders (id int, status text, total numeric(10,2) DEFAULT 0, day date, PRIMARY KEY (id, day))
  PARTITION BY RANGE (day);
CREATE TABLE parts.orders_1 PARTITION OF parts.orders FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE parts.order_items (id int, order_id int, product_id int, quantity int, price numeric(10,2), day date,
  PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
SELECT feature, statement FROM upkeep.suggest('parts') WHERE feature LIKE 'order%' OR feature = 'stock';
SELECT * FROM run_suggestions('parts');
ALTER TABLE parts.orders ADD COLUMN order_number text;
SELECT statement FROM upkeep.suggest('parts') WHERE feature = 'order_number';
CREATE UNIQUE INDEX ON parts.orders (order_number, day);
SELECT * FROM run_suggestions('parts');
SELECT upkeep.disable_order_totals('parts.order_items');
ALTER TABLE parts.orders DROP CONSTRAINT orders_pkey;
SELECT statement FROM upkeep.suggest('parts') WHERE feature = 'order_totals';

-- figures, under other names too
CREATE SCHEMA figures;
SELECT upkeep.create_analytics('figures');
SELECT upkeep.disable_metrics('figures.daily_records'), upkeep.disable_weekly_diagnostics('figures.daily_records'),
  upkeep.disable_ad_decisions('figures.ad_decisions'), upkeep.disable_growth_simulations('figures.growth_simulations'),
  upkeep.disable_updated_at('figures.weekly_diagnostics');
CREATE TABLE figures."dailyStats" (shop int, revenue numeric, "ordersCount" int, "adSpend" numeric, aov numeric(10,2),
  roas numeric(6,2), cpl numeric);
SELECT feature, statement, note FROM upkeep.suggest('figures');
SELECT * FROM run_suggestions('figures');
SELECT * FROM open_suggestions('figures');
INSERT INTO figures."dailyStats" (revenue, "ordersCount", "adSpend") VALUES (100, 8, 20) RETURNING aov, roas;

-- another's tables, partitions, and who may ask
CREATE SCHEMA others;
GRANT USAGE, CREATE ON SCHEMA others TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
CREATE TABLE others.parted (id int, updated_at timestamptz) PARTITION BY LIST (id);
CREATE TABLE others.parted_1 PARTITION OF others.parted FOR VALUES IN (1);
RESET ROLE;
SET ROLE regress_upkeep_other;
SET search_path = '';
SELECT * FROM upkeep.suggest('others');
RESET ROLE;
RESET search_path;

\set VERBOSITY terse
SET client_min_messages = warning;
SELECT upkeep.disable_guard();
DROP SCHEMA empty, storefront, "Prisma Shop", rails, medusa, broken, tenants, woo, alone, django, loose, elsewhere,
  many, parts, figures, others CASCADE;
DROP FUNCTION run_suggestions, open_suggestions;
