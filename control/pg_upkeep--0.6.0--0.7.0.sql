-- From 0.6.0 to 0.7.0: what real shops and migrations met.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.7.0'" to load this file. \quit

-- stamps and automatic enabling

COMMENT ON FUNCTION upkeep.enable_updated_at(regclass, name, name[], text, text, name[], name, text) IS
'Keeps a timestamp column true from now on, whoever writes; called again, replaces the options. protect_columns keep their first value: NULL means the first that the table has of created_at, "createdAt", "CreatedAt", inserted_at and created, ''{}'' none; upkeep.managed names it. version_column: a smallint, integer or bigint. A NOTICE where a default writes the session''s local time beside stamps in UTC. For the owner of an ordinary or partitioned table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9.';

DROP FUNCTION upkeep.enable_updated_at_in(name, name);
CREATE FUNCTION upkeep.enable_updated_at_in(schema name, column_name name DEFAULT 'updated_at', protect_columns name[] DEFAULT NULL) RETURNS SETOF regclass
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_updated_at_in_protecting';
COMMENT ON FUNCTION upkeep.enable_updated_at_in(name, name, name[]) IS
'Enables updated_at on every table of the schema that has the column and no such trigger; returns those tables. protect_columns: those of them that a table has keep their first value; NULL means what upkeep.enable_updated_at protects by default, ''{}'' none. Other options have their defaults. Errors: 22004, 22023, 3F000, 42501, 42703 a column to protect that none of the tables has.';

DROP FUNCTION upkeep.auto_updated_at(name[], name);
CREATE FUNCTION upkeep.auto_updated_at(schemas name[], column_name name DEFAULT 'updated_at', protect_columns name[] DEFAULT NULL) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_auto_updated_at_protecting';
COMMENT ON FUNCTION upkeep.auto_updated_at(name[], name, name[]) IS
'Tables in these schemas get updated_at by themselves, as soon as they have the column: when they are created, come into the schema, or get the column by ADD, RENAME or ALTER TYPE. Replaces what was set before; NULL switches off. protect_columns: those of them that a table has keep their first value; NULL means what upkeep.enable_updated_at protects by default, ''{}'' none. A schema that is renamed takes its rules along. For superusers. Errors: 22004, 22023, 3F000, 42501.';

ALTER TABLE upkeep.auto_updated_at_rules ADD COLUMN protect_columns name[];
COMMENT ON COLUMN upkeep.auto_updated_at_rules.protect_columns IS
'columns that keep their first value, where a table has them; NULL: what upkeep.enable_updated_at protects by default';

COMMENT ON FUNCTION upkeep.follow_ddl() IS
'Event trigger function: gives tables updated_at that a command has made fit for it, and new partitions the touches of their root; takes the rules of a renamed schema along. Does nothing while upkeep.auto_updated_at_rules is empty.';
CREATE EVENT TRIGGER upkeep_follow_schema ON ddl_command_end
  WHEN TAG IN ('ALTER SCHEMA')
  EXECUTE FUNCTION upkeep.follow_ddl();
COMMENT ON EVENT TRIGGER upkeep_follow_schema IS 'pg_upkeep: the rules of a renamed schema, see upkeep.auto_updated_at';

-- orders

COMMENT ON FUNCTION upkeep.enable_order_totals(regclass, regclass, name, name, name, name, name, name) IS
'From now on the total of an order is the sum of price times quantity of its lines, each rounded to the scale of the total; 0 without lines. Totals that are there stay: see upkeep.check_orders and upkeep.repair_order_totals. The key of the orders, with the tenant, must be unique: a full unique index that is checked at once, on no other columns but those of partitioning. For the owner of both tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809, 42P10, 42P17, 428C9.';

COMMENT ON FUNCTION upkeep.enable_order_lock(regclass, regclass, name, name, name, name, text[], name[], name) IS
'From now on an order that has paid_column set, or one of the locked statuses, is closed: its lines cannot be added, changed or deleted, and its frozen columns do not change (UK003). The key of the orders, with the tenant, must be unique: a full unique index that is checked at once, on no other columns but those of partitioning. Where the labels of the status are known, from an enum or CHECK (status IN (...)), locked statuses must be among them; of the default list those that are not are left out, with a NOTICE. For the owner of both tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10, 42P17.';

COMMENT ON FUNCTION upkeep.enable_order_status(regclass, jsonb, name, text, name, name) IS
'From now on an order moves from one status to another only as transitions says, {"pending": ["paid", "cancelled"]}, else UK004; the same status again is no error. Entering paid_status sets paid_column once. Where the labels of the status are known, from an enum or CHECK (status IN (...)), every status named must be among them. A NOTICE where no transition leads to paid_status. For the owner of the table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9.';

DROP FUNCTION upkeep.enable_stock(regclass, regclass, name, name, name, name, regclass, name, name, name, text[], name, name);
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
  released        text[]   DEFAULT '{cancelled,canceled,refunded}',
  taken_column    name     DEFAULT NULL,
  tenant_column   name     DEFAULT NULL,
  opening         text     DEFAULT 'settled'
) RETURNS void
  LANGUAGE c SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_enable_stock_opening';
COMMENT ON FUNCTION upkeep.enable_stock(regclass, regclass, name, name, name, name, regclass, name, name, name, text[], name, name, text) IS
'From now on a line takes its quantity from the stock of its product, and gives it back when it is deleted or, where orders is given, when its order enters a released status; what is short is UK002. NULL stock is unlimited. What a line has taken stands in taken_column or, without one, in upkeep.stock_taken. Where stock was not enabled, lines that are there count as taken and the stock stays (opening settled), or are taken now (reserve), but for those of released orders and those of which something is remembered. The keys of products and orders, with the tenant, must be unique, as for enable_order_totals; released is compared with the labels of the status as for enable_order_lock. For the owner of all tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10, 428C9, 55000, UK002.';

COMMENT ON FUNCTION upkeep.stock() IS
'Trigger function. On the lines, AFTER INSERT, UPDATE, DELETE with transition tables and BEFORE TRUNCATE, FOR EACH STATEMENT: takes stock and gives it back. On the orders, AFTER INSERT, UPDATE with transition tables, FOR EACH STATEMENT: gives back what a released order has taken, also one that comes behind its lines. Arguments: products=schema.table, orders=schema.table, order_items=schema.table on the orders; stock_column=, product_column=, product_key=, quantity_column=, order_column=, order_key=, status_column=, released=a,b, taken_column=, tenant_column=. Errors: UK002, 21000, 22003, 22023, 39P01, 42501, 42703, 42804, 42P01.';

COMMENT ON FUNCTION upkeep.check_orders(regclass, regclass) IS
'What is wrong with orders: totals that are not the sum of their lines, lines without a price or an order, stock taken that is not what the line and its order say, lines that have taken nothing; a row each. Checks what is enabled for these tables; changes nothing. For the owner of both tables. Errors: 22004, 42501, 42703, 42704, 42804.';

COMMENT ON FUNCTION upkeep.order_line() IS
'Trigger function on the lines of orders, BEFORE INSERT OR UPDATE OR DELETE, FOR EACH ROW: captures product and price when a line is written, and lets nobody change them. Arguments: products=schema.table, product_column=, product_key=, order_column=, price_column=, product_price=, snapshot_column=, snapshot_fields=a,b, without=a,b (parts of names that are left out), active_column=, mode=verify|enforce|fill, tenant_column=. Errors: UK001, UK005, 21000, 22003, 22004, 22023, 22P02, 22P05, 23502, 23503, 23514, 39P01, 42501, 42703, 42804, 42P01.';

COMMENT ON FUNCTION upkeep.order_number() IS
'Trigger function on orders, BEFORE INSERT OR UPDATE, FOR EACH ROW: gives an order without a number the next one of a sequence, and moves the sequence beyond a number of its kind that a client gives. Arguments: column=, prefix=, digits=, sequence=schema.sequence, tenant_column=. Errors: 22023, 39P01, 42501, 42703, 42804, 42P01.';

COMMENT ON FUNCTION upkeep.enable_order_number(regclass, name, text, integer, name) IS
'From now on an order without a number gets the next one of a sequence, ORD-00000042; numbers can have gaps. The column needs a unique index. The sequence begins behind the numbers that are there, and goes on behind those that clients give. For the owner of the table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9, 55000.';

COMMENT ON FUNCTION upkeep.enable_order_snapshots(regclass, regclass, name, name, name, name, name, name, name[], name, text, name) IS
'From now on a line keeps the product and the price it was sold at, whoever writes it and whatever happens to the product; called again, replaces the options. mode: verify a price that the client sends, enforce the product''s, or fill in what is missing only. A NOTICE lists the columns that a snapshot holds; names that contain cost, secret, internal, embedding, margin, purchase, supplier, wholesale or admin are left out. For the owner of both tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9.';

ALTER TABLE upkeep.stock_taken ADD products regclass;
COMMENT ON COLUMN upkeep.stock_taken.products IS 'the table of the product; NULL in rows that 0.6.0 or an earlier version wrote';

CREATE FUNCTION upkeep.follow_line_keys() RETURNS event_trigger
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_follow_line_keys';
COMMENT ON FUNCTION upkeep.follow_line_keys() IS
'Event trigger function: where ALTER TABLE changes columns, order or types of the primary key of lines, the rows of upkeep.stock_taken get the new keys; where they cannot, the command fails. Does nothing for tables that have no rows there. Errors: 39P01, 42804, 55000.';

CREATE EVENT TRIGGER upkeep_line_keys_start ON ddl_command_start
  WHEN TAG IN ('ALTER TABLE')
  EXECUTE FUNCTION upkeep.follow_line_keys();
COMMENT ON EVENT TRIGGER upkeep_line_keys_start IS 'pg_upkeep: the primary key of lines before it is altered, see upkeep.stock_taken';
CREATE EVENT TRIGGER upkeep_line_keys_end ON ddl_command_end
  WHEN TAG IN ('ALTER TABLE')
  EXECUTE FUNCTION upkeep.follow_line_keys();
COMMENT ON EVENT TRIGGER upkeep_line_keys_end IS 'pg_upkeep: the primary key of lines once it is altered, see upkeep.stock_taken';

COMMENT ON FUNCTION upkeep.forget_dropped() IS
'Event trigger function: takes the rows of dropped tables, of lines or products, out of upkeep.stock_taken. Does nothing while that is empty.';

-- suggestions

CREATE FUNCTION upkeep.suggest(schema name)
  RETURNS TABLE (step integer, feature text, statement text, note text)
  LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_suggest';
COMMENT ON FUNCTION upkeep.suggest(name) IS
'What could be enabled on the tables of a schema, from their names, types and keys, a statement a row, to be run in order. Where something is missing the statement is a comment, behind the ALTER TABLE that adds it, and note says why. Runs nothing. Errors: 22004, 3F000.';

-- the guard

CREATE TABLE upkeep.guard_exemptions (
  object      regclass PRIMARY KEY,
  role        name,
  until       timestamptz,
  exempted_by name     NOT NULL DEFAULT SESSION_USER
);
COMMENT ON TABLE upkeep.guard_exemptions IS
'What may be dropped and emptied again and again. Written by upkeep.guard_exempt and upkeep.guard_unexempt.';
COMMENT ON COLUMN upkeep.guard_exemptions.object IS 'the table; of a partitioned one, its partitions';
COMMENT ON COLUMN upkeep.guard_exemptions.role IS 'for whom it holds, with the members of the role; NULL for everybody';
COMMENT ON COLUMN upkeep.guard_exemptions.until IS 'when it ends; NULL for never';
COMMENT ON COLUMN upkeep.guard_exemptions.exempted_by IS 'who gave it';
GRANT SELECT ON upkeep.guard_exemptions TO PUBLIC;
-- The number of a table that was dropped while no event trigger looked means nothing elsewhere.
SELECT pg_catalog.pg_extension_config_dump('upkeep.guard_exemptions',
  'WHERE EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) object)');

-- Not dumped: it is of one transaction.
CREATE TABLE upkeep.guard_detached (
  detached    oid  NOT NULL,
  parent      oid  NOT NULL,
  transaction xid8 NOT NULL,
  PRIMARY KEY (detached, parent, transaction)
);
COMMENT ON TABLE upkeep.guard_detached IS
'Partitions that a transaction has detached while there are exemptions: to it they go on being exempt as such. Written and read by the guard.';
COMMENT ON COLUMN upkeep.guard_detached.detached IS 'oid of the table that was a partition or a child';
COMMENT ON COLUMN upkeep.guard_detached.parent IS 'oid of the table that it was one of';
COMMENT ON COLUMN upkeep.guard_detached.transaction IS 'the transaction that detached it';

CREATE FUNCTION upkeep.guard_exempt(object text, role name DEFAULT NULL, until timestamptz DEFAULT NULL) RETURNS void
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_guard_exempt';
COMMENT ON FUNCTION upkeep.guard_exempt(text, name, timestamptz) IS
'A standing yes, for jobs: from now on the partitions of a partitioned table, or another table, may be dropped and emptied without a confirmation; a column of them may not. role: only by it and its members, a superuser who is none left out; until: when that ends. Replaces the exemption that the table has. For the owner. Errors: 22004, 22023, 42501, 42703, 42704, 42809, 42P01.';

CREATE FUNCTION upkeep.guard_unexempt(object text) RETURNS void
  LANGUAGE c
  AS 'MODULE_PATHNAME', 'upkeep_guard_unexempt';
COMMENT ON FUNCTION upkeep.guard_unexempt(text) IS
'Ends what upkeep.guard_exempt has begun; a NOTICE where there is nothing to end. For the owner. Errors: 22004, 22023, 42501, 42703, 42809, 42P01.';

COMMENT ON FUNCTION upkeep.review(text) IS
'What the statements of a migration would lose, against the tables as they are and in the order of the statements: parses them, runs none; a note where it cannot know. statement counts from 1; severity is block, warn or note. Errors: 22004, 42601.';

COMMENT ON FUNCTION upkeep.disable_all(text) IS
'Drops every trigger of pg_upkeep in this database and empties the rules of upkeep.auto_updated_at and upkeep.enable_guard, with upkeep.guard_exemptions, so that DROP EXTENSION goes through; no row of a table changes. confirm must be ''disable''. For the owner of every table concerned. Errors: 22004, 22023, 42501.';

COMMENT ON COLUMN upkeep.ddl_log.confirmation IS 'what let rows be lost: confirm_drop, allow_drop, guard_exempt, or warn in that mode; NULL where nothing was lost';
