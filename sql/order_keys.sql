-- Keys that are not unique: what finds one order, or one product, must not find two.
CREATE SCHEMA keyed;
SET search_path = keyed, public;
CREATE TABLE goods (shop_id int, id int, stock_quantity int);
CREATE TABLE orders (shop_id int, id int, status text DEFAULT 'pending', total_amount numeric DEFAULT 0);
CREATE TABLE items (id int PRIMARY KEY, shop_id int, order_id int, product_id int, quantity int,
  price_snapshot numeric, taken int);
CREATE INDEX ON items (order_id);
CREATE INDEX ON items (shop_id, order_id);
-- what each enable_ function says of tables as they are
CREATE FUNCTION tried(tenant name DEFAULT NULL, OUT enabled text, OUT said text) RETURNS SETOF record
  LANGUAGE plpgsql AS $$
DECLARE
  statement text;
BEGIN
  FOR enabled, statement IN VALUES
    ('totals', 'SELECT upkeep.enable_order_totals(''orders'', ''items'', tenant_column => $1)'),
    ('lock', 'SELECT upkeep.enable_order_lock(''orders'', ''items'', tenant_column => $1)'),
    ('stock', 'SELECT upkeep.enable_stock(''items'', ''goods'', tenant_column => $1)'),
    ('stock of orders', 'SELECT upkeep.enable_stock(''items'', ''goods'', orders => ''orders'', tenant_column => $1)')
  LOOP
    BEGIN
      EXECUTE statement USING tenant;
      said := 'enabled';
    EXCEPTION WHEN invalid_column_reference THEN
      said := SQLERRM;
    END;
    RETURN NEXT;
  END LOOP;
END $$;
-- none at all; not of that column alone; then the tenant makes them so
SELECT * FROM tried();
SELECT * FROM failure('SELECT upkeep.enable_order_totals(''orders'', ''items'')');
ALTER TABLE goods ADD PRIMARY KEY (shop_id, id);
ALTER TABLE orders ADD PRIMARY KEY (shop_id, id);
SELECT * FROM tried();
SELECT * FROM failure('SELECT upkeep.enable_order_lock(''orders'', ''items'')');
SELECT * FROM failure('SELECT upkeep.enable_stock(''items'', ''goods'')');
SELECT upkeep.managed.* FROM upkeep.managed WHERE object IN ('orders'::regclass, 'items'::regclass);
SELECT * FROM tried('shop_id');
SELECT upkeep.disable_order_totals('orders'), upkeep.disable_order_lock('orders'), upkeep.disable_stock('items');
-- what looks unique: deferrable, partial, an expression, an exclusion constraint, another collation
ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD CONSTRAINT later UNIQUE (id) DEFERRABLE;
SELECT * FROM failure('SELECT upkeep.enable_order_totals(''orders'', ''items'')');
ALTER TABLE orders DROP CONSTRAINT later;
CREATE UNIQUE INDEX partial ON orders (id) WHERE status <> 'cancelled';
SELECT * FROM failure('SELECT upkeep.enable_order_totals(''orders'', ''items'')');
DROP INDEX partial;
CREATE UNIQUE INDEX expression ON orders ((id + 0));
CREATE INDEX not_unique ON orders (id);
ALTER TABLE orders ADD CONSTRAINT excluded EXCLUDE USING btree (id WITH =);
SELECT state, detail FROM failure('SELECT upkeep.enable_order_totals(''orders'', ''items'')');
ALTER TABLE orders DROP CONSTRAINT excluded;
DROP INDEX expression, not_unique;
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE named (id text COLLATE any_case, status text, total_amount numeric);
CREATE TABLE named_items (id int PRIMARY KEY, order_id text COLLATE any_case, quantity int, price_snapshot numeric);
CREATE UNIQUE INDEX by_bytes ON named (id COLLATE "C");
CREATE INDEX ON named_items (order_id);
SELECT state, detail FROM failure('SELECT upkeep.enable_order_totals(''named'', ''named_items'')');
CREATE UNIQUE INDEX ON named (id);
SELECT upkeep.enable_order_totals('named', 'named_items');
-- what is: beside the key only what is included; of a tenant's key the id alone; a unique index as good as a constraint
CREATE UNIQUE INDEX enough ON orders (id) INCLUDE (status);
SELECT upkeep.enable_order_totals('orders', 'items'),
  upkeep.enable_order_totals('orders', 'items', tenant_column => 'shop_id');
SELECT upkeep.enable_order_lock('orders', 'items');
DROP TABLE goods;
CREATE TABLE goods (id int, shop_id int, stock_quantity int);
CREATE UNIQUE INDEX of_goods ON goods (id);
INSERT INTO goods VALUES (1, 1, 100), (2, 1, 100);
INSERT INTO orders VALUES (1, 1), (1, 2);
SELECT upkeep.enable_stock('items', 'goods', orders => 'orders', taken_column => 'taken');
SELECT object, feature, finding, hint FROM upkeep.check() WHERE object IN ('orders'::regclass, 'items'::regclass)
  ORDER BY object::text COLLATE "C", feature;
-- one that is dropped: check() says so, and nothing is counted twice in silence
DROP INDEX enough;
SELECT object, feature, finding, hint FROM upkeep.check() WHERE object IN ('orders'::regclass, 'items'::regclass)
  ORDER BY object::text COLLATE "C", feature;
INSERT INTO items VALUES (1, 1, 1, 1, 2, 10);
DELETE FROM items;
INSERT INTO orders VALUES (2, 1);
SELECT * FROM failure('INSERT INTO items VALUES (1, 1, 1, 1, 2, 10)');
DELETE FROM orders WHERE shop_id = 2;
INSERT INTO items VALUES (1, 1, 1, 1, 2, 10);
DROP INDEX of_goods;
INSERT INTO goods VALUES (1, 2, 50);
SELECT * FROM failure('INSERT INTO items VALUES (2, 1, 1, 1, 2, 10)');
SELECT * FROM failure('UPDATE items SET quantity = 3');
SELECT * FROM failure('DELETE FROM items');
SELECT upkeep.disable_stock('items');
DELETE FROM goods WHERE shop_id = 2;
ALTER TABLE goods ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX ON orders (id);
UPDATE items SET taken = NULL;
SELECT upkeep.enable_stock('items', 'goods', orders => 'orders');
ALTER TABLE goods DROP CONSTRAINT goods_pkey;
INSERT INTO goods VALUES (2, 2, 50);
SELECT * FROM failure('INSERT INTO items VALUES (3, 1, 1, 2, 2, 10)');
SELECT * FROM failure('UPDATE items SET product_id = 2');
SELECT object, feature, finding, hint FROM upkeep.check() WHERE object IN ('orders'::regclass, 'items'::regclass)
  ORDER BY object::text COLLATE "C", feature;
-- partitions: their columns may stand beside the key, and no others; those of a second level too;
-- names that need quotes
CREATE TABLE "Orders" ("Id" int, "createdAt" timestamptz, region text, note text, status text, total_amount numeric)
  PARTITION BY RANGE ("createdAt");
CREATE TABLE "Orders 1" PARTITION OF "Orders" FOR VALUES FROM ('2026-01-01') TO ('2026-07-01')
  PARTITION BY LIST (region);
CREATE TABLE "Orders 2" (note text, region text, "Id" int, status text, total_amount numeric, "createdAt" timestamptz);
ALTER TABLE "Orders" ATTACH PARTITION "Orders 2" FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');
CREATE TABLE "Lines" ("Id" int PRIMARY KEY, "orderId" int, quantity int, price_snapshot numeric);
CREATE INDEX ON "Lines" ("orderId");
CREATE UNIQUE INDEX too_many ON "Orders" ("Id", "createdAt", region, note);
CREATE UNIQUE INDEX not_the_key ON "Orders" ("createdAt", region);
SELECT * FROM failure(
  'SELECT upkeep.enable_order_totals(''"Orders"'', ''"Lines"'', order_key => ''Id'', order_column => ''orderId'')');
CREATE UNIQUE INDEX of_all ON ONLY "Orders" (region, "createdAt", "Id");
SELECT state, detail FROM failure(
  'SELECT upkeep.enable_order_totals(''"Orders"'', ''"Lines"'', order_key => ''Id'', order_column => ''orderId'')');
DROP INDEX of_all;
CREATE UNIQUE INDEX of_all ON "Orders" (region, "createdAt", "Id");
SELECT upkeep.enable_order_totals('"Orders"', '"Lines"', order_key => 'Id', order_column => 'orderId');
-- numbers that are unique in a shop only: the hint names its column
CREATE TABLE numbered (shop_id int, id int, order_number text, region text, UNIQUE (shop_id, order_number),
  UNIQUE (id, shop_id, region));
SELECT * FROM failure('SELECT upkeep.enable_order_number(''numbered'')');
SELECT upkeep.enable_order_number('numbered', tenant_column => 'shop_id');
ALTER TABLE numbered DROP CONSTRAINT numbered_shop_id_order_number_key;
SELECT * FROM failure('SELECT upkeep.enable_order_number(''numbered'')');
SET client_min_messages = warning;
DROP SCHEMA keyed CASCADE;
