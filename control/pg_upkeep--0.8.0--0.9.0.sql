-- From 0.8.0 to 0.9.0: the money of an order.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.9.0'" to load this file. \quit

-- totals
DROP FUNCTION upkeep.enable_order_totals(regclass, regclass, name, name, name, name, name, name);
CREATE FUNCTION upkeep.enable_order_totals(
  orders          regclass,
  order_items     regclass,
  order_column    name DEFAULT 'order_id',
  order_key       name DEFAULT 'id',
  total_column    name DEFAULT 'total_amount',
  quantity_column name DEFAULT 'quantity',
  price_column    name DEFAULT 'price_snapshot',
  tenant_column   name DEFAULT NULL,
  line_formula    text DEFAULT NULL,
  total_formula   text DEFAULT NULL,
  lines_column    name DEFAULT NULL,
  currency_column name DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_order_totals';
COMMENT ON FUNCTION upkeep.enable_order_totals(regclass, regclass, name, name, name, name, name, name, text, text, name, name) IS
'From now on the total of an order is total_formula over "lines", the sum of the amounts of its lines, and columns of the order (NULL: lines); an amount is line_formula over columns of the line (NULL: price times quantity), rounded to the scale of the total; no lines: 0. Formulas are expressions as of upkeep.enable_metrics, without settings; one that gives NULL is 22004. lines_column of the orders keeps the sum, and is filled by this call; totals that are there stay: see upkeep.check_orders and upkeep.repair_order_totals. currency_column, of both tables: a line of another currency than its order is UK008, one without gets that of its order. The key of the orders, with the tenant, must be unique: a full unique index that is checked at once, on no other columns but those of partitioning. For the owner of both tables. Errors: 22003, 22004, 42501, 42601, 42703, 42710, 42804, 42809, 42P10, 42P17, 428C9, 54001, UK008.';

CREATE FUNCTION upkeep.order_amount(formula text, scale integer, inputs numeric[], of text DEFAULT NULL) RETURNS numeric
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'upkeep_order_amount';
COMMENT ON FUNCTION upkeep.order_amount(text, integer, numeric[], text) IS
'What enable_order_totals computes amounts and totals with: the formula over its inputs, each once, in the order in which it names them, exact, and rounded to scale decimals (NULL: as many as it needs, up to 20). NULL, or, where "of" says whose amount it is, 22004. Errors: 22003, 22004, 22023, 42601, 42703, 54001.';

-- snapshots
DROP FUNCTION upkeep.enable_order_snapshots(regclass, regclass, name, name, name, name, name, name, name[], name, text, name);
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
  tenant_column   name   DEFAULT NULL,
  returns_column  name   DEFAULT NULL,
  quantity_column name   DEFAULT 'quantity'
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_order_snapshots_with_returns';
COMMENT ON FUNCTION upkeep.enable_order_snapshots(regclass, regclass, name, name, name, name, name, name, name[], name, text, name, name, name) IS
'From now on a line keeps the product and the price it was sold at, whoever writes it and whatever happens to the product; called again, replaces the options. mode: verify a price that the client sends, enforce the product''s, or fill in what is missing only. A NOTICE lists the columns that a snapshot holds; names that contain cost, secret, internal, embedding, margin, purchase, supplier, wholesale or admin are left out. returns_column: a line of negative quantity that has in it the primary key of another line, one column beside the tenant, returns that: price, snapshot and a NULL product are of the sale, and no more pieces come back than were sold (UK009). For the owner of both tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10, 428C9.';
COMMENT ON FUNCTION upkeep.order_line() IS
'Trigger function on the lines of orders, BEFORE INSERT OR UPDATE OR DELETE, FOR EACH ROW: captures product and price when a line is written, and lets nobody change them. With a returns_column also AFTER INSERT, UPDATE, DELETE with transition tables, FOR EACH STATEMENT: no more pieces of a line come back than were sold. Arguments: products=schema.table, product_column=, product_key=, order_column=, price_column=, product_price=, snapshot_column=, snapshot_fields=a,b, without=a,b (parts of names that are left out), active_column=, mode=verify|enforce|fill, tenant_column=, returns_column=, quantity_column=. Errors: UK001, UK005, UK009, 21000, 22003, 22004, 22023, 22P02, 22P05, 23502, 23503, 23514, 39P01, 42501, 42703, 42804, 42P01, 42P10.';

-- the lock and corrections

DROP FUNCTION upkeep.enable_order_lock(regclass, regclass, name, name, name, name, text[], name[], name);
CREATE FUNCTION upkeep.enable_order_lock(
  orders          regclass,
  order_items     regclass,
  order_column    name   DEFAULT 'order_id',
  order_key       name   DEFAULT 'id',
  paid_column     name   DEFAULT 'payment_completed_at',
  status_column   name   DEFAULT 'status',
  locked_statuses text[] DEFAULT NULL,
  frozen_columns  name[] DEFAULT NULL,
  tenant_column   name   DEFAULT NULL,
  open_columns    name[] DEFAULT '{}',
  correct_role    name   DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_order_lock_with_open_columns';
COMMENT ON FUNCTION upkeep.enable_order_lock(regclass, regclass, name, name, name, name, text[], name[], name, name[], name) IS
'From now on an order that has paid_column set, or one of the locked statuses, is closed: its lines cannot be added, changed or deleted, and its frozen columns do not change (UK003). locked_statuses: NULL means paid, completed and refunded; frozen_columns: NULL means those that the table has of total_amount, billing_address and payment_id; ''{}'' is none. open_columns: columns of the lines that may change all the same; none that is part of their primary key, or that another feature needs as it is. correct_role: members of it may call upkeep.correct_order, as the owner may. The key of the orders, with the tenant, must be unique: a full unique index that is checked at once, on no other columns but those of partitioning. Where the labels of the status are known, from an enum or CHECK (status IN (...)), locked statuses must be among them; of the default list those that are not are left out, with a NOTICE. For the owner of both tables. Errors: 22004, 22023, 42501, 42703, 42704, 42710, 42804, 42809, 42P10, 42P17.';

CREATE TABLE upkeep.order_corrections (
  orders    regclass    NOT NULL,
  order_key text        NOT NULL,
  reason    text        NOT NULL,
  role      name        NOT NULL,
  actor     text,
  opened_at timestamptz NOT NULL,
  txid      bigint      NOT NULL
);
CREATE INDEX order_corrections_txid ON upkeep.order_corrections (txid);
COMMENT ON TABLE upkeep.order_corrections IS
'The orders that upkeep.correct_order opened: a row a call. Its rows are not changed or deleted. For the owner of the database.';
COMMENT ON COLUMN upkeep.order_corrections.orders IS 'the table of the order';
COMMENT ON COLUMN upkeep.order_corrections.order_key IS 'its key; with a tenant_column a JSON array, the tenant before it';
COMMENT ON COLUMN upkeep.order_corrections.reason IS 'why, as the caller says';
COMMENT ON COLUMN upkeep.order_corrections.role IS 'current_user of the call';
COMMENT ON COLUMN upkeep.order_corrections.actor IS 'who the application says was acting, the setting upkeep.actor; NULL where it does not';
COMMENT ON COLUMN upkeep.order_corrections.opened_at IS 'when the transaction began';
COMMENT ON COLUMN upkeep.order_corrections.txid IS 'number of the transaction, as txid_current()';
GRANT SELECT ON upkeep.order_corrections TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('upkeep.order_corrections', '');

CREATE FUNCTION upkeep_internal.insert_only() RETURNS trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_insert_only';
COMMENT ON FUNCTION upkeep_internal.insert_only() IS
'Trigger function, BEFORE UPDATE OR DELETE OR TRUNCATE, FOR EACH STATEMENT: refuses it, whoever tries. Errors: 39P01, 42501.';
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON upkeep.order_corrections
  FOR EACH STATEMENT EXECUTE FUNCTION upkeep_internal.insert_only();

CREATE FUNCTION upkeep.correct_order(orders regclass, order_key text, reason text) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_correct_order';
COMMENT ON FUNCTION upkeep.correct_order(regclass, text, text) IS
'Opens one locked order until the transaction ends, or is rolled back to a savepoint before the call: for this role its lines and frozen columns may change. Key, snapshots, status and TRUNCATE stay closed; totals and stock follow. Writes a row into upkeep.order_corrections, and locks the order. order_key: with a tenant_column a JSON array, [7, 42]. For the owner of the orders and members of the correct_role of upkeep.enable_order_lock. Errors: 22004, 22023 no reason or not such an array, 42501, 42704 no lock, 42P01, P0002 no such order.';

COMMENT ON FUNCTION upkeep.order_lock() IS
'Trigger function. On the lines, AFTER INSERT, UPDATE, DELETE with transition tables and BEFORE TRUNCATE, FOR EACH STATEMENT: refuses changes of the lines of a paid order, but for open columns and orders that upkeep.correct_order opened. On the orders, BEFORE UPDATE, FOR EACH ROW, AFTER DELETE with its transition table and BEFORE TRUNCATE, FOR EACH STATEMENT: keeps the frozen columns, and the order. Arguments: orders=schema.table on the lines, order_items=schema.table on the orders; order_column=, order_key=, paid_column=, status_column=, locked_statuses=a,b, frozen_columns=a,b, tenant_column=, open_columns=a,b, correct_role=. Errors: UK003, 22023, 39P01, 42501, 42703, 42804, 42P01.';

-- refunds
CREATE FUNCTION upkeep.order_refund() RETURNS trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_order_refund';
COMMENT ON FUNCTION upkeep.order_refund() IS
'Trigger function. On the refunds, BEFORE INSERT OR UPDATE, FOR EACH ROW, AFTER INSERT and DELETE with transition tables and BEFORE TRUNCATE, FOR EACH STATEMENT: computes an amount that is left out, refunds no more than was sold, and keeps what was written. On the orders and the lines, BEFORE INSERT OR UPDATE, FOR EACH ROW: keeps refunded_column and refunded_quantity_column; AFTER UPDATE, and on the lines DELETE, with transition tables, FOR EACH STATEMENT: leaves no less than was refunded. Arguments: of refunds=, orders= and order_items=schema.table the two others; order_column=, line_column=, quantity_column=, amount_column=, restock_column=, refunded_column=, refunded_quantity_column=, order_key=, line_key=, tenant_column=. Errors: UK003, UK005, UK009, 22003, 22004, 22023, 23502, 23503, 23514, 39P01, 42501, 42703, 42804, 42P01, 55000.';

CREATE FUNCTION upkeep.enable_order_refunds(
  refunds                  regclass,
  orders                   regclass,
  order_items              regclass,
  order_column             name DEFAULT 'order_id',
  line_column              name DEFAULT 'order_item_id',
  quantity_column          name DEFAULT 'quantity',
  amount_column            name DEFAULT 'amount',
  restock_column           name DEFAULT NULL,
  refunded_column          name DEFAULT NULL,
  refunded_quantity_column name DEFAULT NULL,
  order_key                name DEFAULT 'id',
  line_key                 name DEFAULT 'id',
  tenant_column            name DEFAULT NULL
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_order_refunds';
COMMENT ON FUNCTION upkeep.enable_order_refunds(regclass, regclass, regclass, name, name, name, name, name, name, name, name, name, name) IS
'From now on each row of refunds gives back pieces of a line of a locked order, or money alone (no line: shipping, goodwill; no quantity: no piece), and never more than was sold (UK009). An amount that is left out is the share of the pieces, rounded so that the line ends at exactly its amount, and at most what is left of the line and of the order. Rows do not change (UK005), and are deleted only where the order is not locked or upkeep.correct_order has opened it (UK003). order_column: in refunds and in order_items; restock_column: a boolean of refunds, true gives the pieces back to stock, false never, NULL when the order is released; refunded_column of orders and refunded_quantity_column of order_items keep the sums, and are filled by this call. Needs enable_order_totals and enable_order_lock on orders and order_items, and enable_stock for a restock_column. The keys of orders and lines, with the tenant, must be unique: a full unique index that is checked at once, on no other columns but those of partitioning. For the owner of the three tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10, 42P17, 428C9, 55000.';

CREATE FUNCTION upkeep.disable_order_refunds(refunds regclass) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_disable_order_refunds';
COMMENT ON FUNCTION upkeep.disable_order_refunds(regclass) IS
'Drops the triggers that upkeep.enable_order_refunds made on the refunds, the orders and the lines; the refunds and what is kept of them stay. A NOTICE where there are none. Errors: 22004, 42501, 42809.';

-- numbers
-- Where no sequence serves, since none rolls back.
CREATE TABLE upkeep.order_counters (
  orders      regclass NOT NULL,
  tenant      text     COLLATE "C" NOT NULL,
  last_number bigint   NOT NULL,
  PRIMARY KEY (orders, tenant)
);
COMMENT ON TABLE upkeep.order_counters IS
'How far the numbers of orders are that are counted per tenant or without gaps: see upkeep.enable_order_number. Written by the trigger function upkeep.order_number when a transaction commits. A counter without a row begins after the numbers that are there.';
COMMENT ON COLUMN upkeep.order_counters.orders IS 'the table of the orders; for a partitioned one, its root';
COMMENT ON COLUMN upkeep.order_counters.tenant IS 'the tenant as a JSON array; [] for a counter of the whole table';
COMMENT ON COLUMN upkeep.order_counters.last_number IS 'the number given last; the next is one more';
GRANT SELECT ON upkeep.order_counters TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('upkeep.order_counters', '');

DROP FUNCTION upkeep.enable_order_number(regclass, name, text, integer, name);
CREATE FUNCTION upkeep.enable_order_number(
  orders        regclass,
  column_name   name    DEFAULT 'order_number',
  prefix        text    DEFAULT 'ORD-',
  digits        integer DEFAULT 8,
  tenant_column name    DEFAULT NULL,
  per_tenant    boolean DEFAULT false,
  gapless       boolean DEFAULT false
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_order_number_counting';
COMMENT ON FUNCTION upkeep.enable_order_number(regclass, name, text, integer, name, boolean, boolean) IS
'From now on an order without a number gets the next one, ORD-00000042; a number that somebody sends is kept, and the next ones come after it. They are drawn from a sequence and can have gaps. per_tenant: each tenant has its own numbers, from 1; gapless: a rollback gives numbers back. Both count in a row of upkeep.order_counters, which whoever takes a number holds until the transaction ends. The column holds text, or is an integer or bigint if prefix is ''''. It needs a unique index: per tenant one with the tenant, and none without. Numbers begin after those that are there. For the owner of the table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9, 55000.';
COMMENT ON FUNCTION upkeep.disable_order_number(regclass) IS
'Drops the trigger that upkeep.enable_order_number made; the sequence and the counters stay, so that no number is given twice. A NOTICE where there is none. Errors: 22004, 42501, 42809.';
COMMENT ON FUNCTION upkeep.order_number() IS
'Trigger function on orders, BEFORE INSERT OR UPDATE, FOR EACH ROW: gives an order without a number the next one of a sequence or a counter, and moves that past a number of its kind that a client gives. Arguments: column=, prefix=, digits=, sequence=schema.sequence, tenant_column=, per_tenant=true, gapless=true. Errors: 22003, 22023, 39P01, 42501, 42703, 42804, 42809, 42P01, 55000.';
COMMENT ON FUNCTION upkeep.forget_dropped() IS
'Event trigger function: takes the rows of dropped tables out of upkeep.stock_taken, of lines or products, and out of upkeep.order_counters. Does nothing while both are empty.';

CREATE FUNCTION upkeep.empty_tables(schema name, confirm text) RETURNS bigint
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_empty_tables';
COMMENT ON FUNCTION upkeep.empty_tables(name, text) IS
'For tests: truncates the caller''s tables of the schema in one TRUNCATE without CASCADE, restarts identities, sequences and counters of order numbers, and returns how many rows there were. confirm must be the name of the database. Paid orders go too: of what pg_upkeep refuses, only the guard stops it (UK007). What stock remembers of the lines goes with them. Tables that an extension made, or that belong to others, stay; if one of them refers to a table that is emptied, nothing is. Errors: 0A000, 22004, 22023, 3F000, 42501, UK007.';

-- the storefront
-- Carts find the tables by the caller's search_path, as checkout does, and so set none.
CREATE FUNCTION upkeep.add_to_cart(cart uuid, product uuid, quantity integer, schema name DEFAULT NULL) RETURNS void
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_add_to_cart';
COMMENT ON FUNCTION upkeep.add_to_cart(uuid, uuid, integer, name) IS
'Puts so many of a product into a cart of the storefront tables; where the cart has it already, adds to the quantity. Locks the cart, so that what a checkout does not order stays. schema: where the tables are; NULL is the first schema of the search_path that has carts. With the rights of the caller, who need not be able to read products. Errors: P0002 an unknown cart; 23503 an unknown product; 23514 a quantity below 1; 22003 a quantity that becomes too large; 22004; 3F000; 42P01; 42P10 cart_items has no unique index on cart_id and product_id.';

CREATE FUNCTION upkeep.merge_carts(from_cart uuid, into_cart uuid, schema name DEFAULT NULL) RETURNS void
  LANGUAGE c AS 'MODULE_PATHNAME', 'upkeep_merge_carts';
COMMENT ON FUNCTION upkeep.merge_carts(uuid, uuid, name) IS
'Puts what is in one cart of the storefront tables into another, as when a guest signs in: quantities of a product are added, and the first cart is empty then; its row stays. Locks both carts in key order, so that merges in opposite directions take turns. schema: where the tables are; NULL is the first schema of the search_path that has carts. With the rights of the caller. Errors: P0002 an unknown cart; 22023 the same cart twice; 22003 a quantity that becomes too large; 22004; 3F000; 42P01; 42P10 cart_items has no unique index on cart_id and product_id.';

DROP FUNCTION upkeep.checkout(uuid, jsonb, name);
CREATE FUNCTION upkeep.checkout(
  cart            uuid,
  billing_address jsonb   DEFAULT NULL,
  schema          name    DEFAULT NULL,
  shipping        numeric DEFAULT 0,
  discount        numeric DEFAULT 0,
  tax             numeric DEFAULT 0
) RETURNS uuid
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_checkout_with_amounts';
COMMENT ON FUNCTION upkeep.checkout(uuid, jsonb, name, numeric, numeric, numeric) IS
'Turns a cart of the storefront tables into an order: writes the order and its lines, one for each product, empties the cart, and returns the id of the order. shipping, discount and tax, in units of the currency, go into shipping_amount, discount_amount and tax_amount of the order, and so into its total; 0 and NULL leave the column to its default. schema: where the tables are; NULL is the first schema of the search_path that has carts. All or nothing, with the rights of the caller. Errors: P0002 an empty or unknown cart, 23514 a negative amount, 22003 one that does not fit its column, 42703 orders have no column for it, 22004, 3F000, 42P01, and what the triggers of the tables say.';

-- stock
-- Keys are compared byte by byte, whatever the database's collation: they are found many times an order.
ALTER TABLE upkeep.stock_taken ALTER COLUMN line TYPE text COLLATE "C";
