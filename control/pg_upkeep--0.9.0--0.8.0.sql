-- Back from 0.9.0 to 0.8.0.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.8.0'" to load this file. \quit

-- What triggers ask for by their options is no dependency that PostgreSQL knows.
DO $$
DECLARE
  used record;
BEGIN
  SELECT w.object, t.tgrelid::pg_catalog.regclass AS orders, w.feature INTO used
    FROM pg_catalog.pg_trigger t
    JOIN (VALUES
      ('upkeep.order_total()'::pg_catalog.regprocedure, '(line_formula|total_formula)=', 'order_totals',
        'function upkeep.order_amount(text,integer,numeric[],text)'),
      ('upkeep.order_number()', '(per_tenant|gapless)=true', 'order_number', 'table upkeep.order_counters')
    ) AS w(function, option, feature, object) ON t.tgfoid OPERATOR(pg_catalog.=) w.function
      AND pg_catalog.encode(t.tgargs, 'escape') OPERATOR(pg_catalog.~) ('(^|\\000)' OPERATOR(pg_catalog.||) w.option)
    LIMIT 1;
  IF used.object IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = '2BP01',
      MESSAGE = pg_catalog.format('cannot drop %s because other objects depend on it', used.object),
      DETAIL = pg_catalog.format('The triggers of %s on %s need it.', used.feature, used.orders),
      HINT = pg_catalog.format('SELECT upkeep.disable_%s(%L);', used.feature, used.orders);
  END IF;
END $$;

-- stock
ALTER TABLE upkeep.stock_taken ALTER COLUMN line TYPE text COLLATE "default";

-- the storefront
DROP FUNCTION upkeep.checkout(uuid, jsonb, name, numeric, numeric, numeric);
CREATE FUNCTION upkeep.checkout(cart uuid, billing_address jsonb DEFAULT NULL, schema name DEFAULT NULL) RETURNS uuid
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_checkout';
COMMENT ON FUNCTION upkeep.checkout(uuid, jsonb, name) IS
'Turns a cart of the storefront tables into an order: writes the order and its lines, empties the cart, and returns the id of the order. schema: where the tables are; NULL is the first schema of the search_path that has carts. All or nothing, with the rights of the caller. Errors: P0002 an empty or unknown cart, 22004, 3F000, 42P01, and what the triggers of the tables say.';
DROP FUNCTION upkeep.merge_carts(uuid, uuid, name);
DROP FUNCTION upkeep.add_to_cart(uuid, uuid, integer, name);

-- numbers
DROP FUNCTION upkeep.empty_tables(name, text);

DROP FUNCTION upkeep.enable_order_number(regclass, name, text, integer, name, boolean, boolean);
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
'From now on an order without a number gets the next one of a sequence, ORD-00000042; numbers can have gaps. The column needs a unique index. The sequence begins after the numbers that are there, and goes on after those that clients give. For the owner of the table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9, 55000.';
COMMENT ON FUNCTION upkeep.disable_order_number(regclass) IS
'Drops the trigger that upkeep.enable_order_number made; the sequence stays, so that no number is given twice. A NOTICE where there is none. Errors: 22004, 42501, 42809.';
COMMENT ON FUNCTION upkeep.order_number() IS
'Trigger function on orders, BEFORE INSERT OR UPDATE, FOR EACH ROW: gives an order without a number the next one of a sequence, and moves the sequence beyond a number of its kind that a client gives. Arguments: column=, prefix=, digits=, sequence=schema.sequence, tenant_column=. Errors: 22023, 39P01, 42501, 42703, 42804, 42P01.';
COMMENT ON FUNCTION upkeep.forget_dropped() IS
'Event trigger function: takes the rows of dropped tables, of lines or products, out of upkeep.stock_taken. Does nothing while that is empty.';
-- A table that is to be dumped is noted by its number, which dropping alone would leave behind.
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.order_counters;
DROP TABLE upkeep.order_counters;

-- refunds
DROP FUNCTION upkeep.disable_order_refunds(regclass);
DROP FUNCTION upkeep.enable_order_refunds(regclass, regclass, regclass, name, name, name, name, name, name, name, name, name, name);
DROP FUNCTION upkeep.order_refund();

-- the lock and corrections

COMMENT ON FUNCTION upkeep.order_lock() IS
'Trigger function. On the lines, AFTER INSERT, UPDATE, DELETE with transition tables and BEFORE TRUNCATE, FOR EACH STATEMENT: refuses changes of the lines of a paid order. On the orders, BEFORE UPDATE, FOR EACH ROW, AFTER DELETE with its transition table and BEFORE TRUNCATE, FOR EACH STATEMENT: keeps the frozen columns, and the order. Arguments: orders=schema.table on the lines, order_items=schema.table on the orders; order_column=, order_key=, paid_column=, status_column=, locked_statuses=a,b, frozen_columns=a,b, tenant_column=. Errors: UK003, 22023, 39P01, 42501, 42703, 42804, 42P01.';

DROP FUNCTION upkeep.correct_order(regclass, text, text);
-- A table that is to be dumped is noted by its number, which dropping alone would leave behind.
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.order_corrections;
DROP TABLE upkeep.order_corrections;
DROP FUNCTION upkeep_internal.insert_only();

DROP FUNCTION upkeep.enable_order_lock(regclass, regclass, name, name, name, name, text[], name[], name, name[], name);
CREATE FUNCTION upkeep.enable_order_lock(
  orders          regclass,
  order_items     regclass,
  order_column    name   DEFAULT 'order_id',
  order_key       name   DEFAULT 'id',
  paid_column     name   DEFAULT 'payment_completed_at',
  status_column   name   DEFAULT 'status',
  locked_statuses text[] DEFAULT NULL,
  frozen_columns  name[] DEFAULT NULL,
  tenant_column   name   DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_order_lock';
COMMENT ON FUNCTION upkeep.enable_order_lock(regclass, regclass, name, name, name, name, text[], name[], name) IS
'From now on an order that has paid_column set, or one of the locked statuses, is closed: its lines cannot be added, changed or deleted, and its frozen columns do not change (UK003). locked_statuses: NULL means paid, completed and refunded; frozen_columns: NULL means those that the table has of total_amount, billing_address and payment_id; ''{}'' is none. The key of the orders, with the tenant, must be unique: a full unique index that is checked at once, on no other columns but those of partitioning. Where the labels of the status are known, from an enum or CHECK (status IN (...)), locked statuses must be among them; of the default list those that are not are left out, with a NOTICE. For the owner of both tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10, 42P17.';

-- snapshots
COMMENT ON FUNCTION upkeep.order_line() IS
'Trigger function on the lines of orders, BEFORE INSERT OR UPDATE OR DELETE, FOR EACH ROW: captures product and price when a line is written, and lets nobody change them. Arguments: products=schema.table, product_column=, product_key=, order_column=, price_column=, product_price=, snapshot_column=, snapshot_fields=a,b, without=a,b (parts of names that are left out), active_column=, mode=verify|enforce|fill, tenant_column=. Errors: UK001, UK005, 21000, 22003, 22004, 22023, 22P02, 22P05, 23502, 23503, 23514, 39P01, 42501, 42703, 42804, 42P01.';
DROP FUNCTION upkeep.enable_order_snapshots(regclass, regclass, name, name, name, name, name, name, name[], name, text, name, name, name);
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
'From now on a line keeps the product and the price it was sold at, whoever writes it and whatever happens to the product; called again, replaces the options. mode: verify a price that the client sends, enforce the product''s, or fill in what is missing only. A NOTICE lists the columns that a snapshot holds; names that contain cost, secret, internal, embedding, margin, purchase, supplier, wholesale or admin are left out. For the owner of both tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9.';

-- totals
DROP FUNCTION upkeep.order_amount(text, integer, numeric[], text);
DROP FUNCTION upkeep.enable_order_totals(regclass, regclass, name, name, name, name, name, name, text, text, name, name);
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
'From now on the total of an order is the sum of price times quantity of its lines, each rounded to the scale of the total; 0 without lines. Totals that are there stay: see upkeep.check_orders and upkeep.repair_order_totals. The key of the orders, with the tenant, must be unique: a full unique index that is checked at once, on no other columns but those of partitioning. For the owner of both tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809, 42P10, 42P17, 428C9.';
