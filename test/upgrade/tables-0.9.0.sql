-- What 0.9.0 adds: columns that are open in locked orders, and who may correct them; lines that return others; refunds;
-- numbers of a tenant, and without gaps.
CREATE SCHEMA closed;
CREATE TABLE closed."Orders" (shop int, "No" int, status text DEFAULT 'pending', total_amount numeric(10,2) DEFAULT 0,
  address jsonb, "given, back" numeric(10,2), PRIMARY KEY (shop, "No"));
CREATE TABLE closed."Lines" (id int PRIMARY KEY, shop int, order_id int, quantity int, price_snapshot numeric(10,2),
  "track, it" text, fulfilled_at timestamptz, product_id int, "of, line" int REFERENCES closed."Lines");
CREATE TABLE closed."Goods" (shop int, id int, price numeric(10,2), PRIMARY KEY (shop, id));
CREATE INDEX ON closed."Lines" ("of, line") WHERE "of, line" IS NOT NULL;
CREATE INDEX ON closed."Lines" (shop, order_id);
SELECT upkeep.enable_order_totals('closed."Orders"', 'closed."Lines"', order_key => 'No', tenant_column => 'shop');
SELECT upkeep.enable_order_lock('closed."Orders"', 'closed."Lines"', order_key => 'No', tenant_column => 'shop',
  frozen_columns => '{address}', open_columns => ARRAY['track, it', 'fulfilled_at'], correct_role => 'boss');
SELECT upkeep.enable_order_snapshots('closed."Lines"', 'closed."Goods"', tenant_column => 'shop',
  returns_column => 'of, line');
CREATE TABLE closed."Refunds" (id int PRIMARY KEY, shop int, order_id int, line int REFERENCES closed."Lines",
  pieces int, "all, paid" numeric(10,2) NOT NULL, FOREIGN KEY (shop, order_id) REFERENCES closed."Orders");
CREATE INDEX ON closed."Refunds" (shop, order_id);
CREATE INDEX ON closed."Refunds" (shop, line);
SELECT upkeep.enable_order_refunds('closed."Refunds"', 'closed."Orders"', 'closed."Lines"', line_column => 'line',
  quantity_column => 'pieces', amount_column => 'all, paid', refunded_column => 'given, back', order_key => 'No',
  tenant_column => 'shop');
CREATE TABLE closed."Numbered" (id int PRIMARY KEY, shop int, "No, of" text NOT NULL,
  UNIQUE (shop, "No, of"));
SELECT upkeep.enable_order_number('closed."Numbered"', 'No, of', 'A-', 4, 'shop', per_tenant => true);
CREATE TABLE closed."Billed" (id int PRIMARY KEY, bill int NOT NULL UNIQUE);
SELECT upkeep.enable_order_number('closed."Billed"', 'bill', '', gapless => true);
