-- pg_upkeep 0.3.0: orders - snapshots, totals, locks, status, stock, numbers.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.3.0'" to load this file. \quit

-- Trigger functions. As those before, they set no search_path.

CREATE FUNCTION upkeep.order_line() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_order_line';
COMMENT ON FUNCTION upkeep.order_line() IS
'Trigger function on the lines of orders, BEFORE INSERT OR UPDATE OR DELETE, FOR EACH ROW: captures product and price when a line is written, and lets nobody change them. Arguments: products=schema.table, product_column=, product_key=, order_column=, price_column=, product_price=, snapshot_column=, snapshot_fields=a,b, active_column=, mode=verify|enforce|fill, tenant_column=. Errors: UK001, UK005, 21000, 22003, 22004, 22023, 23502, 23503, 23514, 39P01, 42501, 42703, 42804, 42P01.';

CREATE FUNCTION upkeep.order_total() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_order_total';
COMMENT ON FUNCTION upkeep.order_total() IS
'Trigger function. On the lines, AFTER INSERT, UPDATE, DELETE with transition tables and AFTER TRUNCATE, FOR EACH STATEMENT: computes the totals of the orders concerned. On the orders, BEFORE INSERT OR UPDATE, FOR EACH ROW: overwrites a total that somebody else writes. Arguments: orders=schema.table on the lines, order_items=schema.table on the orders; order_column=, order_key=, total_column=, quantity_column=, price_column=, tenant_column=. Errors: 22003, 22023, 39P01, 42501, 42703, 42804, 42P01.';

CREATE FUNCTION upkeep.order_lock() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_order_lock';
COMMENT ON FUNCTION upkeep.order_lock() IS
'Trigger function. On the lines, AFTER INSERT, UPDATE, DELETE with transition tables and BEFORE TRUNCATE, FOR EACH STATEMENT: refuses changes of the lines of a paid order. On the orders, BEFORE UPDATE, FOR EACH ROW, AFTER DELETE with its transition table and BEFORE TRUNCATE, FOR EACH STATEMENT: keeps the frozen columns, and the order. Arguments: orders=schema.table on the lines, order_items=schema.table on the orders; order_column=, order_key=, paid_column=, status_column=, locked_statuses=a,b, frozen_columns=a,b, tenant_column=. Errors: UK003, 22023, 39P01, 42501, 42703, 42804, 42P01.';

CREATE FUNCTION upkeep.order_status() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_order_status';
COMMENT ON FUNCTION upkeep.order_status() IS
'Trigger function on orders, BEFORE INSERT OR UPDATE, FOR EACH ROW: refuses a move from one status to another that is not among the legal ones, and stamps the moment of payment once. Arguments: transitions={"from": ["to"]}, status_column=, paid_status=, paid_column=, tenant_column=. Errors: UK004, 22023, 39P01, 42703, 42804.';

CREATE FUNCTION upkeep.order_number() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_order_number';
COMMENT ON FUNCTION upkeep.order_number() IS
'Trigger function on orders, BEFORE INSERT, FOR EACH ROW: gives an order without a number the next one of a sequence. Arguments: column=, prefix=, digits=, sequence=schema.sequence, tenant_column=. Errors: 22023, 39P01, 42501, 42703, 42804, 42P01.';

CREATE FUNCTION upkeep.stock() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_stock';
COMMENT ON FUNCTION upkeep.stock() IS
'Trigger function. On the lines, AFTER INSERT, UPDATE, DELETE with transition tables and BEFORE TRUNCATE, FOR EACH STATEMENT: takes stock and gives it back. On the orders, AFTER UPDATE with transition tables, FOR EACH STATEMENT: gives back what a released order has taken. Arguments: products=schema.table, orders=schema.table, order_items=schema.table on the orders; stock_column=, product_column=, product_key=, quantity_column=, order_column=, order_key=, status_column=, released=a,b, taken_column=, tenant_column=. Errors: UK002, 22003, 22023, 39P01, 42501, 42703, 42804, 42P01.';

-- what switches them on and off

CREATE FUNCTION upkeep.enable_order_snapshots(
  order_items     regclass,
  products        regclass,
  product_column  name   DEFAULT 'product_id',
  product_key     name   DEFAULT 'id',
  order_column    name   DEFAULT 'order_id',
  price_column    name   DEFAULT 'price_snapshot',
  product_price   name   DEFAULT 'price',
  snapshot_column name   DEFAULT 'product_snapshot',
  snapshot_fields name[] DEFAULT NULL,
  active_column   name   DEFAULT NULL,
  mode            text   DEFAULT 'verify',
  tenant_column   name   DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_order_snapshots';
COMMENT ON FUNCTION upkeep.enable_order_snapshots(regclass, regclass, name, name, name, name, name, name, name[], name, text, name) IS
'From now on a line keeps the product and the price it was sold at, whoever writes it and whatever happens to the product; called again, replaces the options. mode: verify a price that the client sends, enforce the product''s, or fill in what is missing only. For the owner of both tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9.';

CREATE FUNCTION upkeep.disable_order_snapshots(order_items regclass, products regclass DEFAULT NULL) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_order_snapshots';
COMMENT ON FUNCTION upkeep.disable_order_snapshots(regclass, regclass) IS
'Drops the triggers that upkeep.enable_order_snapshots made; what they captured stays. A NOTICE where there are none. Errors: 22004, 42501, 42809.';

CREATE FUNCTION upkeep.enable_order_totals(
  orders          regclass,
  order_items     regclass,
  order_column    name DEFAULT 'order_id',
  order_key       name DEFAULT 'id',
  total_column    name DEFAULT 'total_amount',
  quantity_column name DEFAULT 'quantity',
  price_column    name DEFAULT 'price_snapshot',
  tenant_column   name DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_order_totals';
COMMENT ON FUNCTION upkeep.enable_order_totals(regclass, regclass, name, name, name, name, name, name) IS
'From now on the total of an order is the sum of price times quantity of its lines, each rounded to the scale of the total; 0 without lines. Totals that are there stay: see upkeep.check_orders and upkeep.repair_order_totals. For the owner of both tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809, 428C9.';

CREATE FUNCTION upkeep.disable_order_totals(orders regclass, order_items regclass DEFAULT NULL) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_order_totals';
COMMENT ON FUNCTION upkeep.disable_order_totals(regclass, regclass) IS
'Drops the triggers that upkeep.enable_order_totals made, for one table of lines or for all of these orders; the totals stay. A NOTICE where there are none. Errors: 22004, 42501, 42809.';

CREATE FUNCTION upkeep.enable_order_lock(
  orders          regclass,
  order_items     regclass,
  order_column    name   DEFAULT 'order_id',
  order_key       name   DEFAULT 'id',
  paid_column     name   DEFAULT 'payment_completed_at',
  status_column   name   DEFAULT 'status',
  locked_statuses text[] DEFAULT '{paid,completed,refunded}',
  frozen_columns  name[] DEFAULT '{total_amount,billing_address,payment_id}',
  tenant_column   name   DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_order_lock';
COMMENT ON FUNCTION upkeep.enable_order_lock(regclass, regclass, name, name, name, name, text[], name[], name) IS
'From now on an order that has paid_column set, or one of the locked statuses, is closed: its lines cannot be added, changed or deleted, and its frozen columns do not change (UK003). For the owner of both tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809.';

CREATE FUNCTION upkeep.disable_order_lock(orders regclass, order_items regclass DEFAULT NULL) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_order_lock';
COMMENT ON FUNCTION upkeep.disable_order_lock(regclass, regclass) IS
'Drops the triggers that upkeep.enable_order_lock made, for one table of lines or for all of these orders. A NOTICE where there are none. Errors: 22004, 42501, 42809.';

CREATE FUNCTION upkeep.enable_order_status(
  orders        regclass,
  transitions   jsonb,
  status_column name DEFAULT 'status',
  paid_status   text DEFAULT 'paid',
  paid_column   name DEFAULT 'payment_completed_at',
  tenant_column name DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_order_status';
COMMENT ON FUNCTION upkeep.enable_order_status(regclass, jsonb, name, text, name, name) IS
'From now on an order moves from one status to another only as transitions says, {"pending": ["paid", "cancelled"]}, else UK004; the same status again is no error. Entering paid_status sets paid_column once. For the owner of the table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9.';

CREATE FUNCTION upkeep.disable_order_status(orders regclass) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_order_status';
COMMENT ON FUNCTION upkeep.disable_order_status(regclass) IS
'Drops the trigger that upkeep.enable_order_status made. A NOTICE where there is none. Errors: 22004, 42501, 42809.';

CREATE FUNCTION upkeep.enable_stock(
  order_items     regclass,
  products        regclass,
  stock_column    name     DEFAULT 'stock_quantity',
  product_column  name     DEFAULT 'product_id',
  product_key     name     DEFAULT 'id',
  quantity_column name     DEFAULT 'quantity',
  orders          regclass DEFAULT NULL,
  order_column    name     DEFAULT 'order_id',
  order_key       name     DEFAULT 'id',
  status_column   name     DEFAULT 'status',
  released        text[]   DEFAULT '{cancelled,refunded}',
  taken_column    name     DEFAULT NULL,
  tenant_column   name     DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_stock';
COMMENT ON FUNCTION upkeep.enable_stock(regclass, regclass, name, name, name, name, regclass, name, name, name, text[], name, name) IS
'From now on a line takes its quantity from the stock of its product, and gives it back when it is deleted or, where orders is given, when its order enters a released status; what is short is UK002. NULL stock is unlimited. What a line has taken stands in taken_column or, without one, in upkeep.stock_taken. Lines that are there have taken nothing. For the owner of all tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809, 55000.';

CREATE FUNCTION upkeep.disable_stock(order_items regclass, products regclass DEFAULT NULL) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_stock';
COMMENT ON FUNCTION upkeep.disable_stock(regclass, regclass) IS
'Drops the triggers that upkeep.enable_stock made; stock, and what lines have taken, stay. A NOTICE where there are none. Errors: 22004, 42501, 42809.';

CREATE TABLE upkeep.stock_taken (
  order_items regclass NOT NULL,
  line        text     NOT NULL,
  product     text     NOT NULL,
  quantity    numeric  NOT NULL,
  PRIMARY KEY (order_items, line)
);
COMMENT ON TABLE upkeep.stock_taken IS
'What each line of an order has taken from stock, for tables without a taken_column. Written by the trigger function upkeep.stock.';
COMMENT ON COLUMN upkeep.stock_taken.order_items IS 'the table of the line';
COMMENT ON COLUMN upkeep.stock_taken.line IS 'the primary key of the line, as a JSON array';
COMMENT ON COLUMN upkeep.stock_taken.product IS 'the key of the product, with the tenant before it where there is one, as a JSON array';
COMMENT ON COLUMN upkeep.stock_taken.quantity IS 'how many the line has taken';
GRANT SELECT ON upkeep.stock_taken TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('upkeep.stock_taken', '');

CREATE FUNCTION upkeep.forget_dropped() RETURNS event_trigger
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_forget_dropped';
COMMENT ON FUNCTION upkeep.forget_dropped() IS
'Event trigger function: takes the rows of dropped tables out of upkeep.stock_taken. Does nothing while that is empty.';

CREATE EVENT TRIGGER upkeep_forget_dropped ON sql_drop
  EXECUTE FUNCTION upkeep.forget_dropped();
COMMENT ON EVENT TRIGGER upkeep_forget_dropped IS 'pg_upkeep: stock taken by the lines of a dropped table, see upkeep.stock_taken';

CREATE FUNCTION upkeep.enable_order_number(
  orders        regclass,
  column_name   name    DEFAULT 'order_number',
  prefix        text    DEFAULT 'ORD-',
  digits        integer DEFAULT 8,
  tenant_column name    DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_order_number';
COMMENT ON FUNCTION upkeep.enable_order_number(regclass, name, text, integer, name) IS
'From now on an order without a number gets the next one of a sequence, ORD-00000042; numbers can have gaps. The column needs a unique index. The sequence begins behind the numbers that are there. For the owner of the table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9, 55000.';

CREATE FUNCTION upkeep.disable_order_number(orders regclass) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_order_number';
COMMENT ON FUNCTION upkeep.disable_order_number(regclass) IS
'Drops the trigger that upkeep.enable_order_number made; the sequence stays, so that no number is given twice. A NOTICE where there is none. Errors: 22004, 42501, 42809.';

-- what orders are bought, checked and repaired with

-- It finds the tables by the caller's search_path, and so sets none.
CREATE FUNCTION upkeep.checkout(cart uuid, billing_address jsonb DEFAULT NULL, schema name DEFAULT NULL) RETURNS uuid
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_checkout';
COMMENT ON FUNCTION upkeep.checkout(uuid, jsonb, name) IS
'Turns a cart of the storefront tables into an order: writes the order and its lines, empties the cart, and returns the id of the order. schema: where the tables are; NULL is the first schema of the search_path that has carts. All or nothing, with the rights of the caller. Errors: P0002 an empty or unknown cart, 22004, 3F000, 42P01, and what the triggers of the tables say.';

CREATE FUNCTION upkeep.check_orders(
  orders regclass, order_items regclass,
  OUT order_key text, OUT finding text, OUT stored numeric, OUT expected numeric
) RETURNS SETOF record
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_check_orders';
COMMENT ON FUNCTION upkeep.check_orders(regclass, regclass) IS
'What is wrong with orders: totals that are not the sum of their lines, lines without a price or an order, stock taken that is not what the line and its order say; a row each. Checks what is enabled for these tables; changes nothing. For the owner of both tables. Errors: 22004, 42501, 42703, 42704, 42804.';

CREATE PROCEDURE upkeep.repair_order_totals(orders regclass, order_items regclass)
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_repair_order_totals';
COMMENT ON PROCEDURE upkeep.repair_order_totals(regclass, regclass) IS
'Sets the totals that upkeep.check_orders finds wrong to the sum of their lines. Never touches a locked order: it is reported in a WARNING. For the owner of both tables. Errors: 22003, 22004, 42501, 42703, 42704, 42804.';

CREATE FUNCTION upkeep.create_storefront(schema name) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_create_storefront';
COMMENT ON FUNCTION upkeep.create_storefront(name) IS
'Makes the tables of an online store, users, products, carts, cart_items, orders and order_items, in a schema, which it makes too where it is missing, with updated_at, snapshots, totals, lock, status and numbers enabled. The tables are the caller''s. Called again, adds what is missing and drops nothing. Errors: 22004, 42501, 42809.';

-- what 0.2.0 says of itself

COMMENT ON COLUMN upkeep.managed.feature IS
'updated_at, touch, metrics, or metrics_settings for a table that metrics read settings from; order_snapshots, order_totals, order_lock, order_status, order_number or stock';
COMMENT ON FUNCTION upkeep.check() IS
'Where triggers, tables, stamps and figures have drifted apart: column without trigger, trigger without column, disabled, doubled, stamps in the future, figures that their formulas do not give or that are too large for their column, settings whose changes are not followed, order triggers that are missing or no longer fit their tables. Reads each managed table once, as its owner where the caller may act for the owner; a table that the caller may not read is not scanned. What orders say is checked by upkeep.check_orders.';
