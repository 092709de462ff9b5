-- Back from 0.7.0 to 0.6.0.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.6.0'" to load this file. \quit

-- the guard

COMMENT ON FUNCTION upkeep.review(text) IS
'What the statements of a migration would lose, against the tables as they are: parses them, runs none. statement counts from 1; severity is block, warn or note. Errors: 22004, 42601.';

COMMENT ON FUNCTION upkeep.disable_all(text) IS
'Drops every trigger of pg_upkeep in this database and empties the rules of upkeep.auto_updated_at and upkeep.enable_guard, so that DROP EXTENSION goes through; no row of a table changes. confirm must be ''disable''. For the owner of every table concerned. Errors: 22004, 22023, 42501.';
COMMENT ON COLUMN upkeep.ddl_log.confirmation IS 'what let rows be lost: confirm_drop, allow_drop, or warn in that mode; NULL where nothing was lost';
DROP FUNCTION upkeep.guard_unexempt(text);
DROP FUNCTION upkeep.guard_exempt(text, name, timestamptz);
DROP TABLE upkeep.guard_detached;
-- A table that is to be dumped is noted by its number, which dropping alone would leave behind.
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.guard_exemptions;
DROP TABLE upkeep.guard_exemptions;

-- suggestions

DROP FUNCTION upkeep.suggest(name);

-- orders

COMMENT ON FUNCTION upkeep.order_line() IS
'Trigger function on the lines of orders, BEFORE INSERT OR UPDATE OR DELETE, FOR EACH ROW: captures product and price when a line is written, and lets nobody change them. Arguments: products=schema.table, product_column=, product_key=, order_column=, price_column=, product_price=, snapshot_column=, snapshot_fields=a,b, active_column=, mode=verify|enforce|fill, tenant_column=. Errors: UK001, UK005, 21000, 22003, 22004, 22023, 23502, 23503, 23514, 39P01, 42501, 42703, 42804, 42P01.';

COMMENT ON FUNCTION upkeep.order_number() IS
'Trigger function on orders, BEFORE INSERT, FOR EACH ROW: gives an order without a number the next one of a sequence. Arguments: column=, prefix=, digits=, sequence=schema.sequence, tenant_column=. Errors: 22023, 39P01, 42501, 42703, 42804, 42P01.';

COMMENT ON FUNCTION upkeep.enable_order_number(regclass, name, text, integer, name) IS
'From now on an order without a number gets the next one of a sequence, ORD-00000042; numbers can have gaps. The column needs a unique index. The sequence begins behind the numbers that are there. For the owner of the table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9, 55000.';

COMMENT ON FUNCTION upkeep.enable_order_snapshots(regclass, regclass, name, name, name, name, name, name, name[], name, text, name) IS
'From now on a line keeps the product and the price it was sold at, whoever writes it and whatever happens to the product; called again, replaces the options. mode: verify a price that the client sends, enforce the product''s, or fill in what is missing only. For the owner of both tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9.';

COMMENT ON FUNCTION upkeep.forget_dropped() IS
'Event trigger function: takes the rows of dropped tables out of upkeep.stock_taken. Does nothing while that is empty.';

DROP EVENT TRIGGER upkeep_line_keys_end;
DROP EVENT TRIGGER upkeep_line_keys_start;
DROP FUNCTION upkeep.follow_line_keys();
ALTER TABLE upkeep.stock_taken DROP COLUMN products;

COMMENT ON FUNCTION upkeep.check_orders(regclass, regclass) IS
'What is wrong with orders: totals that are not the sum of their lines, lines without a price or an order, stock taken that is not what the line and its order say; a row each. Checks what is enabled for these tables; changes nothing. For the owner of both tables. Errors: 22004, 42501, 42703, 42704, 42804.';

COMMENT ON FUNCTION upkeep.stock() IS
'Trigger function. On the lines, AFTER INSERT, UPDATE, DELETE with transition tables and BEFORE TRUNCATE, FOR EACH STATEMENT: takes stock and gives it back. On the orders, AFTER UPDATE with transition tables, FOR EACH STATEMENT: gives back what a released order has taken. Arguments: products=schema.table, orders=schema.table, order_items=schema.table on the orders; stock_column=, product_column=, product_key=, quantity_column=, order_column=, order_key=, status_column=, released=a,b, taken_column=, tenant_column=. Errors: UK002, 22003, 22023, 39P01, 42501, 42703, 42804, 42P01.';

DROP FUNCTION upkeep.enable_stock(regclass, regclass, name, name, name, name, regclass, name, name, name, text[], name, name, text);
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

COMMENT ON FUNCTION upkeep.enable_order_status(regclass, jsonb, name, text, name, name) IS
'From now on an order moves from one status to another only as transitions says, {"pending": ["paid", "cancelled"]}, else UK004; the same status again is no error. Entering paid_status sets paid_column once. For the owner of the table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9.';

COMMENT ON FUNCTION upkeep.enable_order_lock(regclass, regclass, name, name, name, name, text[], name[], name) IS
'From now on an order that has paid_column set, or one of the locked statuses, is closed: its lines cannot be added, changed or deleted, and its frozen columns do not change (UK003). For the owner of both tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809.';

COMMENT ON FUNCTION upkeep.enable_order_totals(regclass, regclass, name, name, name, name, name, name) IS
'From now on the total of an order is the sum of price times quantity of its lines, each rounded to the scale of the total; 0 without lines. Totals that are there stay: see upkeep.check_orders and upkeep.repair_order_totals. For the owner of both tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809, 428C9.';

-- stamps and automatic enabling

DROP EVENT TRIGGER upkeep_follow_schema;
COMMENT ON FUNCTION upkeep.follow_ddl() IS
'Event trigger function: gives new tables updated_at and new partitions the touches of their root. Does nothing while upkeep.auto_updated_at_rules is empty.';

-- Made anew: a column that is dropped leaves its number behind.
CREATE TABLE upkeep.auto_updated_at_rules_before AS
  SELECT r.schema_name, r.column_name FROM upkeep.auto_updated_at_rules r;
-- A table that is to be dumped is noted by its number, which dropping alone would leave behind.
ALTER EXTENSION pg_upkeep DROP TABLE upkeep.auto_updated_at_rules;
DROP TABLE upkeep.auto_updated_at_rules;
CREATE TABLE upkeep.auto_updated_at_rules (
  schema_name name NOT NULL,
  column_name name NOT NULL,
  PRIMARY KEY (schema_name, column_name)
);
COMMENT ON TABLE upkeep.auto_updated_at_rules IS
'The schemas whose new tables get updated_at by themselves. Written by upkeep.auto_updated_at.';
COMMENT ON COLUMN upkeep.auto_updated_at_rules.schema_name IS 'schema of the new tables';
COMMENT ON COLUMN upkeep.auto_updated_at_rules.column_name IS 'column that makes a table concerned';
GRANT SELECT ON upkeep.auto_updated_at_rules TO PUBLIC;
INSERT INTO upkeep.auto_updated_at_rules (schema_name, column_name)
  SELECT b.schema_name, b.column_name FROM upkeep.auto_updated_at_rules_before b;
DROP TABLE upkeep.auto_updated_at_rules_before;
SELECT pg_catalog.pg_extension_config_dump('upkeep.auto_updated_at_rules', '');
-- To its place, the first: the new one has come to the end.
UPDATE pg_catalog.pg_extension e
   SET extconfig = e.extconfig[pg_catalog.cardinality(e.extconfig):] || e.extconfig[:pg_catalog.cardinality(e.extconfig) - 1],
       extcondition = e.extcondition[pg_catalog.cardinality(e.extcondition):] || e.extcondition[:pg_catalog.cardinality(e.extcondition) - 1]
 WHERE e.extname = 'pg_upkeep';

DROP FUNCTION upkeep.auto_updated_at(name[], name, name[]);
CREATE FUNCTION upkeep.auto_updated_at(schemas name[], column_name name DEFAULT 'updated_at') RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_auto_updated_at';
COMMENT ON FUNCTION upkeep.auto_updated_at(name[], name) IS
'New tables in these schemas get updated_at by themselves; replaces what was set before; NULL switches off. For superusers. Errors: 22004, 3F000, 42501.';

DROP FUNCTION upkeep.enable_updated_at_in(name, name, name[]);
CREATE FUNCTION upkeep.enable_updated_at_in(schema name, column_name name DEFAULT 'updated_at') RETURNS SETOF regclass
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_updated_at_in';
COMMENT ON FUNCTION upkeep.enable_updated_at_in(name, name) IS
'Enables updated_at, with its defaults, on every table of the schema that has the column and no such trigger; returns those tables. Errors: 22004, 3F000, 42501.';

COMMENT ON FUNCTION upkeep.enable_updated_at(regclass, name, name[], text, text, name[], name, text) IS
'Keeps a timestamp column true from now on, whoever writes; called again, replaces the options. For the owner of an ordinary or partitioned table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9.';
