-- The SQL interface of pg_upkeep 0.13.0: schema upkeep. Made by `make docs`; read it, do not run it.

-- ---- Functions and procedures ----

-- SCALE, KEEP or KILL for an ad, by the exact Poisson interval of its orders, one-sided 95 % at each end: KILL where
-- even spend / upper bound is above the break-even CPA, aov x (1 - cogs_ratio); SCALE where spend / lower bound is
-- below the target CPA, aov x (1 - cogs_ratio - desired_net_margin), marginal_roas x (1 - cogs_ratio) is 1 or more
-- where it is known, and the ad is 3 days old or more where that is known; else KEEP. spend, revenue and aov are
-- amounts in one currency, aov revenue / orders where NULL, which evidence.aov_source tells, row or orders; ratios
-- and margins 0 to 1. early_kill_signals: [{code, value, limit, sample, strength}], which never decide. evidence:
-- inputs, reason, rule_version and what was computed. Figures that are missing, or cannot be, are KEEP with the
-- reason; no errors.
CREATE FUNCTION upkeep.ad_decision(
  spend numeric,
  orders integer,
  revenue numeric,
  leads integer,
  cogs_ratio numeric,
  desired_net_margin numeric DEFAULT 0,
  age_days integer DEFAULT NULL,
  marginal_roas numeric DEFAULT NULL,
  impressions bigint DEFAULT NULL,
  clicks bigint DEFAULT NULL,
  aov numeric DEFAULT NULL
) RETURNS TABLE (decision text, early_kill_signals jsonb, evidence jsonb) IMMUTABLE PARALLEL SAFE;

-- Share of revenue spent on ads: ad_spend / revenue, a ratio; to 20 decimals. NULL without revenue. Errors: 22003.
CREATE FUNCTION upkeep.ad_ratio(ad_spend numeric, revenue numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- Puts so many of a product into a cart of the storefront tables; where the cart has it already, adds to the
-- quantity. Locks the cart, so that what a checkout does not order stays. schema: where the tables are; NULL is the
-- first schema of the search_path that has carts. With the rights of the caller, who need not be able to read
-- products. Errors: P0002 an unknown cart; 23503 an unknown product; 23514 a quantity below 1; 22003 a quantity that
-- becomes too large; 22004; 3F000; 42P01; 42P10 cart_items has no unique index on cart_id and product_id.
CREATE FUNCTION upkeep.add_to_cart(cart uuid, product uuid, quantity integer, schema name DEFAULT NULL) RETURNS void VOLATILE;

-- The same for whichever transaction comes first within ttl: for tools that leave no place for SQL of one's own. For
-- the owner. Errors: 22004, 22023, 42501, 42703, 42809, 42P01.
CREATE FUNCTION upkeep.allow_drop(object text, ttl interval DEFAULT '00:10:00') RETURNS void VOLATILE;

-- The issues of a row of weekly_diagnostics as its user_responses have them now: only the keys response differ.
-- facts: of the row; its today says which snoozes are over. previous, previous_responses: issues and user_responses
-- of the week before, for answers that were taken back. NULL of NULL.
CREATE FUNCTION upkeep.answered_issues(
  issues jsonb,
  user_responses jsonb,
  facts jsonb DEFAULT NULL,
  previous jsonb DEFAULT NULL,
  previous_responses jsonb DEFAULT NULL
) RETURNS jsonb IMMUTABLE PARALLEL SAFE;

-- Average order value: revenue / orders, in units of revenue; to 20 decimals. NULL without orders. Errors: 22003.
CREATE FUNCTION upkeep.aov(revenue numeric, orders numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- The rows of a table as they stood: SELECT * FROM upkeep.as_of(NULL::orders, '2026-11-01'). Columns that were added
-- since have what ADD COLUMN gave to old rows, generated ones are computed, those that the history does not keep,
-- keeps as digests or has erased are NULL, and ignored ones as they were last written. For those who may SELECT the
-- table; under row security, of rows that the caller sees now. Errors: 22004; 42501; 42809 not the row type of a
-- table with history of its own; 55000 the history does not reach back that far, was truncated without its rows, or a
-- row that changed since is not what its newest entry says.
CREATE FUNCTION upkeep.as_of(target anyelement, at timestamp with time zone) RETURNS SETOF anyelement STABLE;

-- Tables in these schemas get updated_at by themselves, as soon as they have the column: when they are created, come
-- into the schema, or get the column by ADD, RENAME or ALTER TYPE. Replaces what was set before; NULL switches off.
-- protect_columns: those of them that a table has keep their first value; NULL means what upkeep.enable_updated_at
-- protects by default, '{}' none. A schema that is renamed takes its rules along. For superusers. Errors: 22004,
-- 22023, 3F000, 42501.
CREATE FUNCTION upkeep.auto_updated_at(
  schemas name[],
  column_name name DEFAULT 'updated_at',
  protect_columns name[] DEFAULT NULL
) RETURNS void VOLATILE;

-- The ROAS at which ads earn nothing: 1 / margin, the contribution margin as a ratio; to 20 decimals. NULL where the
-- margin is 0 or less. Errors: 22003.
CREATE FUNCTION upkeep.break_even_roas(margin numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- Where triggers, tables, stamps and figures have drifted apart: column without trigger, trigger without column,
-- disabled, doubled, stamps in the future, figures that their formulas do not give or that are too large for their
-- column, settings whose changes are not followed, order triggers that are missing or no longer fit their tables.
-- Reads each managed table once, as its owner where the caller may act for the owner; a table that the caller may not
-- read is not scanned. What orders say is checked by upkeep.check_orders.
CREATE FUNCTION upkeep.check(OUT object regclass, OUT feature text, OUT finding text, OUT hint text) RETURNS SETOF record VOLATILE;

-- The stored figures that are not what their formulas give with the settings of now, by primary key (by ctid where
-- there is none): a row each. Changes nothing. For the owner. Errors: 22004, 42501, 42703, 42704.
CREATE FUNCTION upkeep.check_metrics(
  target regclass,
  tenant text DEFAULT NULL,
  OUT row_key jsonb,
  OUT metric name,
  OUT stored numeric,
  OUT expected numeric
) RETURNS SETOF record VOLATILE;

-- What is wrong with orders: totals that are not the sum of their lines, lines without a price or an order, stock
-- taken that is not what the line and its order say, lines that have taken nothing; a row each. Checks what is
-- enabled for these tables; changes nothing. For the owner of both tables. Errors: 22004, 42501, 42703, 42704, 42804.
CREATE FUNCTION upkeep.check_orders(
  orders regclass,
  order_items regclass,
  OUT order_key text,
  OUT finding text,
  OUT stored numeric,
  OUT expected numeric
) RETURNS SETOF record VOLATILE;

-- The figures of target that are not what its sources say, in one snapshot; none under load either. source: those of
-- that one alone. row_key: the key of the row; metric: the column; stored NULL: the row is missing, or holds NULL.
-- Errors: 22004, 42501, 42704 no rollup, and those of the triggers' arguments.
CREATE FUNCTION upkeep.check_rollup(target regclass, source regclass DEFAULT NULL) RETURNS TABLE (row_key jsonb, metric name, stored text, expected text) VOLATILE;

-- Turns a cart of the storefront tables into an order: writes the order and its lines, one for each product, empties
-- the cart, and returns the id of the order. shipping, discount and tax, in units of the currency, go into
-- shipping_amount, discount_amount and tax_amount of the order, and so into its total; 0 and NULL leave the column to
-- its default. schema: where the tables are; NULL is the first schema of the search_path that has carts. All or
-- nothing, with the rights of the caller. Errors: P0002 an empty or unknown cart, 23514 a negative amount, 22003 one
-- that does not fit its column, 42703 orders have no column for it, 22004, 3F000, 42P01, and what the triggers of the
-- tables say.
CREATE FUNCTION upkeep.checkout(
  cart uuid,
  billing_address jsonb DEFAULT NULL,
  schema name DEFAULT NULL,
  shipping numeric DEFAULT 0,
  discount numeric DEFAULT 0,
  tax numeric DEFAULT 0
) RETURNS uuid VOLATILE;

-- Lets this transaction lose the rows of a table (schema.table), the values of a column (schema.table.column) or the
-- tables of a schema, once. expect_rows: how many rows or values that must be, else the command fails. For the owner.
-- Errors: 22004, 22023, 42501, 42703, 42809, 42P01.
CREATE FUNCTION upkeep.confirm_drop(object text, expect_rows bigint DEFAULT NULL) RETURNS void VOLATILE;

-- Opens one locked order until the transaction ends, or is rolled back to a savepoint before the call: for this role
-- its lines and frozen columns may change. Key, snapshots, status and TRUNCATE stay closed; totals and stock follow.
-- Writes a row into upkeep.order_corrections, and locks the order. order_key: with a tenant_column a JSON array, [7,
-- 42]. For the owner of the orders and members of the correct_role of upkeep.enable_order_lock. Errors: 22004, 22023
-- no reason or not such an array, 42501, 42704 no lock, 42P01, P0002 no such order.
CREATE FUNCTION upkeep.correct_order(orders regclass, order_key text, reason text) RETURNS void VOLATILE;

-- Cost per click: ad_spend / clicks, in units of ad_spend; to 20 decimals. NULL without clicks. Errors: 22003.
CREATE FUNCTION upkeep.cpc(ad_spend numeric, clicks numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- Cost per lead: ad_spend / leads, in units of ad_spend; to 20 decimals. NULL without leads. Errors: 22003.
CREATE FUNCTION upkeep.cpl(ad_spend numeric, leads numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- Cost per thousand impressions: 1000 * ad_spend / impressions, in units of ad_spend; to 20 decimals. NULL without
-- impressions. Errors: 22003.
CREATE FUNCTION upkeep.cpm(ad_spend numeric, impressions numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- Cost per order: ad_spend / orders, in units of ad_spend; to 20 decimals. NULL without orders. Errors: 22003.
CREATE FUNCTION upkeep.cpo(ad_spend numeric, orders numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- Makes the tables of a shop analytics app, users, shops, shop_settings, daily_records, weekly_diagnostics,
-- action_items, monthly_goals, shop_events, product_presets, ad_decisions and growth_simulations, in a schema, which
-- it makes too if there is none, with updated_at, metrics, stale diagnoses and decisions enabled. orders: a table
-- whose rows are counted and summed up into daily_records, a rollup; columns replaces any of {"shop": "shop_id",
-- "amount": "total_amount", "moment": "created_at", "sold": "status IN ('paid', 'completed')", "timezone": "'UTC'"},
-- SQL over a row of orders; amounts are in the smallest unit. history: users, with a digest of email, shop_settings
-- and monthly_goals have history. distribute: keys and foreign keys begin with the shop, and Citus keeps its rows
-- together; users stay where they are, and the others have no history. The tables are the caller's. Called again,
-- adds what is missing and drops nothing. Errors: 0A000 they cannot be distributed, 22004, 22023, 42501, 42804,
-- 42809, and those of upkeep.enable_rollup.
CREATE FUNCTION upkeep.create_analytics(
  schema name,
  orders regclass DEFAULT NULL,
  columns jsonb DEFAULT NULL,
  history boolean DEFAULT true,
  distribute boolean DEFAULT false
) RETURNS void VOLATILE;

-- Makes the tables of an online store, users, products, carts, cart_items, orders, order_items and refunds, in a
-- schema, which it makes too if there is none, with updated_at, snapshots, totals, lock, status, numbers and refunds
-- enabled. names: generic calls the keys of other systems users.external_id and products.sku, experimenta calls them
-- experimenta_id and nav_product_id. history: users, with digests of what is personal, orders, order_items and
-- refunds have history. distribute: every table has a column shop_id, with which its keys and foreign keys begin, and
-- Citus keeps the rows of a shop together; such tables have no history. The tables are the caller's. Called again,
-- adds what is missing and drops nothing. Errors: 0A000 they cannot be distributed, 22004, 22023, 42501, 42804,
-- 42809.
CREATE FUNCTION upkeep.create_storefront(
  schema name,
  names text DEFAULT 'experimenta',
  history boolean DEFAULT true,
  distribute boolean DEFAULT false
) RETURNS void VOLATILE;

-- Click-through rate: 100 * clicks / impressions, in percent; to 20 decimals. NULL without impressions. Errors:
-- 22003.
CREATE FUNCTION upkeep.ctr(clicks numeric, impressions numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- Conversion rate: 100 * orders / leads, in percent; to 20 decimals. NULL without leads. Errors: 22003.
CREATE FUNCTION upkeep.cvr(orders numeric, leads numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- As upkeep.diagnose of integers, with amounts in the currency itself, of up to six decimals. Errors: 22004, 22008,
-- 22023.
CREATE AGGREGATE upkeep.diagnose(
  record_date date,
  orders bigint,
  revenue numeric,
  ad_spend numeric,
  leads bigint,
  week_start date,
  settings jsonb,
  today date
) RETURNS jsonb IMMUTABLE PARALLEL SAFE;

-- The diagnosis of one shop's week from its days, that week's and those of the eight weeks before (others do not
-- count): a document with week_start, week_label, state (open, closed, future), issues, rules, facts and
-- input_digest. Amounts in the currency's smallest unit. settings: the shop's settings as an object,
-- to_jsonb(shop_settings row), to which may be added events [{starts_on, ends_on, name, kind: holiday | closed |
-- promotion | outage}] and refund_days {date: amount given back}; closed_weekdays [1 for Monday to 7 for Sunday]
-- NULL: as the weeks before show; today NULL: the date in the shop's time zone. A row without record_date only brings
-- the settings of a shop without days. Does not depend on the order of the rows. Errors: 22004, 22008, 22023.
CREATE AGGREGATE upkeep.diagnose(
  record_date date,
  orders integer,
  revenue bigint,
  ad_spend bigint,
  leads integer,
  week_start date,
  settings jsonb,
  today date
) RETURNS jsonb IMMUTABLE PARALLEL SAFE;

-- Undoes upkeep.enable_ad_decisions; rows keep what they have. A NOTICE where there is nothing to undo. Errors:
-- 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_ad_decisions(ad_decisions regclass) RETURNS void VOLATILE;

-- Drops every trigger of pg_upkeep in this database and empties the rules of upkeep.auto_updated_at and
-- upkeep.enable_guard, with upkeep.guard_exemptions, so that DROP EXTENSION goes through; no row of a table changes.
-- confirm must be 'disable'. For the owner of every table concerned. Errors: 22004, 22023, 42501.
CREATE FUNCTION upkeep.disable_all(confirm text) RETURNS void VOLATILE;

-- Undoes upkeep.enable_growth_simulations; rows keep what they have. A NOTICE where there is nothing to undo. Errors:
-- 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_growth_simulations(growth_simulations regclass) RETURNS void VOLATILE;

-- Switches the guard off and drops its triggers; a NOTICE where it is off. upkeep.ddl_log stays. For the owner of the
-- guarded tables. Errors: 42501.
CREATE FUNCTION upkeep.disable_guard() RETURNS void VOLATILE;

-- Drops the triggers that upkeep.enable_history made; what was written stays. A NOTICE where there are none. For the
-- owner of the table. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_history(target regclass) RETURNS void VOLATILE;

-- Drops the metrics trigger of a table, and those of its settings that no other table needs; the figures stay. A
-- NOTICE where there is none. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_metrics(target regclass) RETURNS void VOLATILE;

-- Drops the triggers that upkeep.enable_order_lock made, for one table of lines or for all of these orders. A NOTICE
-- where there are none. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_order_lock(orders regclass, order_items regclass DEFAULT NULL) RETURNS void VOLATILE;

-- Drops the trigger that upkeep.enable_order_number made; the sequence and the counters stay, so that no number is
-- given twice. A NOTICE where there is none. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_order_number(orders regclass) RETURNS void VOLATILE;

-- Drops the triggers that upkeep.enable_order_refunds made on the refunds, the orders and the lines; the refunds and
-- what is kept of them stay. A NOTICE where there are none. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_order_refunds(refunds regclass) RETURNS void VOLATILE;

-- Drops the triggers that upkeep.enable_order_snapshots made; what they captured stays. A NOTICE where there are
-- none. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_order_snapshots(order_items regclass, products regclass DEFAULT NULL) RETURNS void VOLATILE;

-- Drops the trigger that upkeep.enable_order_status made. A NOTICE where there is none. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_order_status(orders regclass) RETURNS void VOLATILE;

-- Drops the triggers that upkeep.enable_order_totals made, for one table of lines or for all of these orders; the
-- totals stay. A NOTICE where there are none. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_order_totals(orders regclass, order_items regclass DEFAULT NULL) RETURNS void VOLATILE;

-- Drops the triggers of every rollup from source to target; the figures stay as they are. A NOTICE where there is
-- none. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_rollup(target regclass, source regclass) RETURNS void VOLATILE;

-- Drops the triggers that upkeep.enable_soft_delete made, and the views of upkeep.live_view, with a NOTICE; the rows
-- stay, deleted ones with their stamps. A NOTICE where there are none. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_soft_delete(target regclass) RETURNS void VOLATILE;

-- Drops the triggers that upkeep.enable_stock made; stock, and what lines have taken, stay. A NOTICE where there are
-- none. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_stock(order_items regclass, products regclass DEFAULT NULL) RETURNS void VOLATILE;

-- Drops the touches from child to parent; a NOTICE where there is none. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_touch(child regclass, parent regclass) RETURNS void VOLATILE;

-- Drops the updated_at triggers of a table; a NOTICE where it has none. Errors: 22004, 42501, 42809.
CREATE FUNCTION upkeep.disable_updated_at(target regclass) RETURNS void VOLATILE;

-- Undoes upkeep.enable_weekly_diagnostics. Errors: 22004, 42501.
CREATE FUNCTION upkeep.disable_weekly_diagnostics(daily_records regclass) RETURNS void VOLATILE;

-- For tests: truncates the caller's tables of the schema in one TRUNCATE without CASCADE, restarts identities,
-- sequences and counters of order numbers, and returns how many rows there were. confirm must be the name of the
-- database. Paid orders go too: of what pg_upkeep refuses, only the guard stops it (UK007). What stock remembers of
-- the lines goes with them. Tables that an extension made, or that belong to others, stay; if one of them refers to a
-- table that is emptied, nothing is. Errors: 0A000, 22004, 22023, 3F000, 42501, UK007.
CREATE FUNCTION upkeep.empty_tables(schema name, confirm text) RETURNS bigint VOLATILE;

-- From now on a row that is inserted gets decision, where that is NULL, and early_kill_signals and evidence, always,
-- as upkeep.ad_decision says of its spend, orders, revenue, leads, age_days, impressions, clicks, marginal_roas and
-- aov. cogs_ratio and desired_net_margin come from the row, where it has them, else from the settings by
-- settings_key. An ad without an aov and without revenue of its own orders takes aov of the settings, where that is
-- above 0, else revenue / orders of all of the shop's daily_records in the 8 weeks before the one that decided_on is
-- in, as the week_start_day of the settings has them (Monday without), rounded to the decimals of the amounts;
-- evidence.aov_source: row, orders, settings, shop or null. daily_records has the columns settings_key, record_date,
-- orders and revenue. Another decision of a person stays, and evidence.overrides names it. Replaces what was enabled
-- before. For the owner of the tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809, 428C9, 42P17.
CREATE FUNCTION upkeep.enable_ad_decisions(
  ad_decisions regclass,
  settings regclass DEFAULT NULL,
  settings_key name DEFAULT 'shop_id',
  daily_records regclass DEFAULT NULL
) RETURNS void VOLATILE;

-- From now on a row that is inserted gets model, diminishing where that is NULL, and needed_ad_spend, needed_leads,
-- needed_orders, net_profit, marginal_roas, feasibility_level and assumptions, always, as upkeep.simulate_growth says
-- of its target_revenue, revenue, ad_spend, leads and orders. cogs_ratio, elasticity and max_observed_spend come from
-- the row, where it has them, else from the settings by settings_key. Replaces what was enabled before. For the owner
-- of both tables. Errors: 22004, 42501, 42703, 42710, 42804, 42809, 428C9, 42P17.
CREATE FUNCTION upkeep.enable_growth_simulations(
  growth_simulations regclass,
  settings regclass DEFAULT NULL,
  settings_key name DEFAULT 'shop_id'
) RETURNS void VOLATILE;

-- Watches over the tables of these schemas, those of today and of tomorrow: what would lose rows or values needs a
-- confirmation (block) or says so (warn). Replaces the schemas and the mode there were. For the owner of the schemas
-- and their tables. Errors: 22004, 22023, 3F000, 42501, 42710.
CREATE FUNCTION upkeep.enable_guard(mode text DEFAULT 'block', schemas name[] DEFAULT '{public}') RETURNS void VOLATILE;

-- From now on each row that is inserted, updated or deleted has an entry in upkeep.history, in the transaction that
-- changes it. columns: what entries keep, NULL for all that are not generated, later ones too. exclude_columns: never
-- written; NULL: names with password, passwd, secret, token or api_key in them, later ones too, unless columns or
-- digest_columns names them (NOTICE). digest_columns: kept as {"digest": HMAC-SHA256}, which shows that a value
-- changed, not what it is. ignore_columns: a change of these or of excluded ones alone writes nothing; NULL: what the
-- table's updated_at ignores, and its stamp. key_columns: how rows are known, NULL for the primary key; unique and
-- not nullable. Replaces what was enabled before. For the owner of the table and its partitions. Errors: 0A000
-- inheritance, 22004, 22023 a column in two roles, 42501, 42703, 42710, 42809, 428C9, 42P10 no such key.
CREATE FUNCTION upkeep.enable_history(
  target regclass,
  columns name[] DEFAULT NULL,
  exclude_columns name[] DEFAULT NULL,
  digest_columns name[] DEFAULT '{}',
  ignore_columns name[] DEFAULT NULL,
  key_columns name[] DEFAULT NULL
) RETURNS void VOLATILE;

-- Keeps columns equal to their formulas from now on, whoever writes; called again, replaces the options. For the
-- owner of the table and of the settings. Rows that are there keep their figures: see upkeep.recalculate. Errors:
-- 22003, 22004, 22023, 42501, 42601, 42703, 42710, 42804, 42809, 42P17, 428C9, 54001.
CREATE FUNCTION upkeep.enable_metrics(
  target regclass,
  formulas text[] DEFAULT NULL,
  settings regclass DEFAULT NULL,
  settings_key name DEFAULT 'shop_id',
  settings_from name DEFAULT NULL,
  date_column name DEFAULT 'record_date',
  on_settings_change text DEFAULT 'keep',
  on_overflow text DEFAULT 'null',
  touch_updated_at boolean DEFAULT true
) RETURNS void VOLATILE;

-- From now on an order that has paid_column set, or one of the locked statuses, is closed: its lines cannot be added,
-- changed or deleted, and its frozen columns do not change (UK003). locked_statuses: NULL means paid, completed and
-- refunded; frozen_columns: NULL means those that the table has of total_amount, billing_address and payment_id; '{}'
-- is none. open_columns: columns of the lines that may change all the same; none that is part of their primary key,
-- or that another feature needs as it is. correct_role: members of it may call upkeep.correct_order, as the owner
-- may. The key of the orders, with the tenant, must be unique: a full unique index that is checked at once, on no
-- other columns but those of partitioning. Where the labels of the status are known, from an enum or CHECK (status IN
-- (...)), locked statuses must be among them; of the default list those that are not are left out, with a NOTICE. For
-- the owner of both tables. Errors: 22004, 22023, 42501, 42703, 42704, 42710, 42804, 42809, 42P10, 42P17.
CREATE FUNCTION upkeep.enable_order_lock(
  orders regclass,
  order_items regclass,
  order_column name DEFAULT 'order_id',
  order_key name DEFAULT 'id',
  paid_column name DEFAULT 'payment_completed_at',
  status_column name DEFAULT 'status',
  locked_statuses text[] DEFAULT NULL,
  frozen_columns name[] DEFAULT NULL,
  tenant_column name DEFAULT NULL,
  open_columns name[] DEFAULT '{}',
  correct_role name DEFAULT NULL
) RETURNS void VOLATILE;

-- From now on an order without a number gets the next one, ORD-00000042; a number that somebody sends is kept, and
-- the next ones come after it. They are drawn from a sequence and can have gaps. per_tenant: each tenant has its own
-- numbers, from 1; gapless: a rollback gives numbers back. Both count in a row of upkeep.order_counters, which
-- whoever takes a number holds until the transaction ends. The column holds text, or is an integer or bigint if
-- prefix is ''. It needs a unique index: per tenant one with the tenant, and none without. Numbers begin after those
-- that are there. For the owner of the table. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9, 55000.
CREATE FUNCTION upkeep.enable_order_number(
  orders regclass,
  column_name name DEFAULT 'order_number',
  prefix text DEFAULT 'ORD-',
  digits integer DEFAULT 8,
  tenant_column name DEFAULT NULL,
  per_tenant boolean DEFAULT false,
  gapless boolean DEFAULT false
) RETURNS void VOLATILE;

-- From now on each row of refunds gives back pieces of a line of a locked order, or money alone (no line: shipping,
-- goodwill; no quantity: no piece), and never more than was sold (UK009). An amount that is left out is the share of
-- the pieces, rounded so that the line ends at exactly its amount, and at most what is left of the line and of the
-- order. Rows do not change (UK005), and are deleted only where the order is not locked or upkeep.correct_order has
-- opened it (UK003). order_column: in refunds and in order_items; restock_column: a boolean of refunds, true gives
-- the pieces back to stock, false never, NULL when the order is released; refunded_column of orders and
-- refunded_quantity_column of order_items keep the sums, and are filled by this call. Needs enable_order_totals and
-- enable_order_lock on orders and order_items, and enable_stock for a restock_column. The keys of orders and lines,
-- with the tenant, must be unique: a full unique index that is checked at once, on no other columns but those of
-- partitioning. For the owner of the three tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10,
-- 42P17, 428C9, 55000.
CREATE FUNCTION upkeep.enable_order_refunds(
  refunds regclass,
  orders regclass,
  order_items regclass,
  order_column name DEFAULT 'order_id',
  line_column name DEFAULT 'order_item_id',
  quantity_column name DEFAULT 'quantity',
  amount_column name DEFAULT 'amount',
  restock_column name DEFAULT NULL,
  refunded_column name DEFAULT NULL,
  refunded_quantity_column name DEFAULT NULL,
  order_key name DEFAULT 'id',
  line_key name DEFAULT 'id',
  tenant_column name DEFAULT NULL
) RETURNS void VOLATILE;

-- From now on a line keeps the product and the price it was sold at, whoever writes it and whatever happens to the
-- product; called again, replaces the options. mode: verify a price that the client sends, enforce the product's, or
-- fill in what is missing only. A NOTICE lists the columns that a snapshot holds; names that contain cost, secret,
-- internal, embedding, margin, purchase, supplier, wholesale or admin are left out. returns_column: a line of
-- negative quantity that has in it the primary key of another line, one column beside the tenant, returns that:
-- price, snapshot and a NULL product are of the sale, and no more pieces come back than were sold (UK009). For the
-- owner of both tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10, 428C9.
CREATE FUNCTION upkeep.enable_order_snapshots(
  order_items regclass,
  products regclass,
  product_column name DEFAULT 'product_id',
  product_key name DEFAULT 'id',
  order_column name DEFAULT 'order_id',
  price_column name DEFAULT 'price_snapshot',
  product_price name DEFAULT 'price',
  snapshot_column name DEFAULT 'product_snapshot',
  snapshot_fields name[] DEFAULT NULL,
  active_column name DEFAULT NULL,
  mode text DEFAULT 'verify',
  tenant_column name DEFAULT NULL,
  returns_column name DEFAULT NULL,
  quantity_column name DEFAULT 'quantity'
) RETURNS void VOLATILE;

-- From now on an order moves from one status to another only as transitions says, {"pending": ["paid", "cancelled"]},
-- else UK004; the same status again is no error. Entering paid_status sets paid_column once. Where the labels of the
-- status are known, from an enum or CHECK (status IN (...)), every status named must be among them. A NOTICE where no
-- transition leads to paid_status. For the owner of the table. Errors: 22004, 22023, 42501, 42703, 42710, 42804,
-- 42809, 428C9.
CREATE FUNCTION upkeep.enable_order_status(
  orders regclass,
  transitions jsonb,
  status_column name DEFAULT 'status',
  paid_status text DEFAULT 'paid',
  paid_column name DEFAULT 'payment_completed_at',
  tenant_column name DEFAULT NULL
) RETURNS void VOLATILE;

-- From now on the total of an order is total_formula over "lines", the sum of the amounts of its lines, and columns
-- of the order (NULL: lines); an amount is line_formula over columns of the line (NULL: price times quantity),
-- rounded to the scale of the total; no lines: 0. Formulas are expressions as of upkeep.enable_metrics, without
-- settings; one that gives NULL is 22004. lines_column of the orders keeps the sum, and is filled by this call;
-- totals that are there stay: see upkeep.check_orders and upkeep.repair_order_totals. currency_column, of both
-- tables: a line of another currency than its order is UK008, one without gets that of its order. The key of the
-- orders, with the tenant, must be unique: a full unique index that is checked at once, on no other columns but those
-- of partitioning. For the owner of both tables. Errors: 22003, 22004, 42501, 42601, 42703, 42710, 42804, 42809,
-- 42P10, 42P17, 428C9, 54001, UK008.
CREATE FUNCTION upkeep.enable_order_totals(
  orders regclass,
  order_items regclass,
  order_column name DEFAULT 'order_id',
  order_key name DEFAULT 'id',
  total_column name DEFAULT 'total_amount',
  quantity_column name DEFAULT 'quantity',
  price_column name DEFAULT 'price_snapshot',
  tenant_column name DEFAULT NULL,
  line_formula text DEFAULT NULL,
  total_formula text DEFAULT NULL,
  lines_column name DEFAULT NULL,
  currency_column name DEFAULT NULL
) RETURNS void VOLATILE;

-- Keeps figures of the rows of target, each a bare count, sum, min, max, bool_or or bool_and over the rows of source
-- that belong to it, as in '{orders_count = count(*), "spent = sum(total_amount) filter (where amount > 0)"}'. keys
-- says which, as in '{shop_id = shop_id}'; NULL: the one foreign key from source to target. filter: which rows of
-- source count. missing: insert makes a row for a group without one, ignore does not; NULL: ignore where keys is
-- NULL, else insert. keep_empty => false: rows that hold nothing any more go. backfill => false leaves what is there
-- now to upkeep.recalculate_rollup. Expressions are SQL over the source's row, immutable. The same keys again replace
-- a rollup, other keys add one. Errors: 22004, 22023, 23502, 42501, 42601, 42701, 42703, 42704, 42710, 42804, 42809,
-- 42P01, 42P08, 42P10, 42P17, 0A000.
CREATE FUNCTION upkeep.enable_rollup(
  target regclass,
  source regclass,
  columns text[],
  keys text[] DEFAULT NULL,
  filter text DEFAULT NULL,
  missing text DEFAULT NULL,
  keep_empty boolean DEFAULT true,
  backfill boolean DEFAULT true
) RETURNS void VOLATILE;

-- From now on a row whose column_name, a timestamptz or timestamp, is set is deleted, and one whose column_name is
-- set to NULL restored. A second deletion keeps the first stamp, and a row that stays deleted does not change
-- (UK010). cascade: live rows of tables with soft delete that refer to the row ON DELETE CASCADE are deleted with its
-- stamp, and come back with it; SET NULL and SET DEFAULT are done; other live rows are 23503, and without cascade all
-- of them. No live row can point to a deleted one (23503). A stamp belongs to one deletion: where a row below was
-- deleted with it before, it moves on a tick. hard_delete: allow, or refuse, where DELETE and TRUNCATE are UK010 and
-- only upkeep.purge_deleted removes rows. Tells of unique indexes that count deleted rows, with the statements that
-- mend them, and of tables whose rows would stay. Replaces what was enabled before. For the owner of the table.
-- Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9, 42P10, 42P17.
CREATE FUNCTION upkeep.enable_soft_delete(
  target regclass,
  column_name name DEFAULT 'deleted_at',
  cascade boolean DEFAULT true,
  hard_delete text DEFAULT 'allow'
) RETURNS void VOLATILE;

-- From now on a line takes its quantity from the stock of its product, and gives it back when it is deleted or, where
-- orders is given, when its order enters a released status; what is short is UK002. NULL stock is unlimited.
-- released: NULL means cancelled, canceled and refunded; '{}' is none. What a line has taken stands in taken_column
-- or, without one, in upkeep.stock_taken. Where stock was not enabled, lines that are there count as taken and the
-- stock stays (opening settled), or are taken now (reserve), but for those of released orders and those of which
-- something is remembered. The keys of products and orders, with the tenant, must be unique, as for
-- enable_order_totals; released is compared with the labels of the status as for enable_order_lock. For the owner of
-- all tables. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10, 428C9, 55000, UK002.
CREATE FUNCTION upkeep.enable_stock(
  order_items regclass,
  products regclass,
  stock_column name DEFAULT 'stock_quantity',
  product_column name DEFAULT 'product_id',
  product_key name DEFAULT 'id',
  quantity_column name DEFAULT 'quantity',
  orders regclass DEFAULT NULL,
  order_column name DEFAULT 'order_id',
  order_key name DEFAULT 'id',
  status_column name DEFAULT 'status',
  released text[] DEFAULT NULL,
  taken_column name DEFAULT NULL,
  tenant_column name DEFAULT NULL,
  opening text DEFAULT 'settled'
) RETURNS void VOLATILE;

-- A change of a child row stamps its parent, one UPDATE a statement. foreign_key may be left out where there is one.
-- For the owner of both tables. Errors: 22004, 42501, 42703, 42704, 42710, 42804, 42809, 42P08, 42P17.
CREATE FUNCTION upkeep.enable_touch(child regclass, parent regclass, foreign_key name DEFAULT NULL) RETURNS void VOLATILE;

-- Keeps a timestamp column true from now on, whoever writes; called again, replaces the options. protect_columns keep
-- their first value: NULL means the first that the table has of created_at, "createdAt", "CreatedAt", inserted_at and
-- created, '{}' none; upkeep.managed names it. version_column: a smallint, integer or bigint. A NOTICE where a
-- default writes the session's local time beside stamps in UTC. For the owner of an ordinary or partitioned table.
-- Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9.
CREATE FUNCTION upkeep.enable_updated_at(
  target regclass,
  column_name name DEFAULT 'updated_at',
  ignore_columns name[] DEFAULT '{}',
  clock text DEFAULT 'transaction',
  explicit text DEFAULT 'ignore',
  protect_columns name[] DEFAULT NULL,
  version_column name DEFAULT NULL,
  timezone text DEFAULT 'utc'
) RETURNS void VOLATILE;

-- Enables updated_at on every table of the schema that has the column and no such trigger; returns those tables.
-- protect_columns: those of them that a table has keep their first value; NULL means what upkeep.enable_updated_at
-- protects by default, '{}' none. Other options have their defaults. Errors: 22004, 22023, 3F000, 42501, 42703 a
-- column to protect that none of the tables has.
CREATE FUNCTION upkeep.enable_updated_at_in(
  schema name,
  column_name name DEFAULT 'updated_at',
  protect_columns name[] DEFAULT NULL
) RETURNS SETOF regclass VOLATILE;

-- A later edit of a day in daily_records sets stale in the rows of weekly_diagnostics that were made from it. For the
-- owner of both tables. Errors: 22004, 42501, 42703, 42804, 42809.
CREATE FUNCTION upkeep.enable_weekly_diagnostics(
  daily_records regclass,
  weekly_diagnostics regclass,
  shop_column name DEFAULT 'shop_id',
  date_column name DEFAULT 'record_date'
) RETURNS void VOLATILE;

-- Takes the values of these columns out of every entry of a row, {"id": 7}, under whatever key and names row and
-- columns had, and returns how many entries had one: {"erased": HMAC-SHA256} is left, with which seals stay valid.
-- Columns may be such as were dropped. Writes an entry erase with the reason. A row that is deleted softly gets NULL
-- there, a live one stays as it is. For the owner of the table. Errors: 22004, 22023 no reason, a column of the key
-- or of soft delete, or a key that is none, 42501, 42703, 42809, 55000 a table without history, 23502 a deleted row's
-- column is NOT NULL.
CREATE FUNCTION upkeep.erase(target regclass, key jsonb, columns name[], reason text) RETURNS bigint VOLATILE;

-- Tries a formula, with or without "column =": exact, shown to 20 decimals. Inputs are JSON numbers or strings that
-- hold one; null is NULL; a setting is "settings.name". Errors: 22003, 22023, 42601, 42703, 42804, 54001.
CREATE FUNCTION upkeep.evaluate(formula text, inputs jsonb) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- What drove a change, exactly (Shapley values), in whole units that sum up to it: with leads, orders and revenue on
-- both sides the change of revenue by leads, cvr and aov; with ad_spend and cogs_ratio too the change of profit by
-- leads, cvr, aov, cogs and cpl; other is what has no factors, where it is not 0. Errors: 22004, 22023.
CREATE FUNCTION upkeep.explain_change(before jsonb, after jsonb) RETURNS TABLE (driver text, amount numeric) IMMUTABLE STRICT PARALLEL SAFE;

-- The plain CREATE TRIGGER statements of one table, or of all, for a migration file: a row each.
CREATE FUNCTION upkeep.export_sql(target regclass DEFAULT NULL) RETURNS SETOF text STABLE;

-- By how much revenue follows ad spend: the slope of ln(revenue) on ln(spend) by least squares, kept within 0.3 and
-- 0.95, for upkeep.simulate_growth. Points where one of both is NULL or not above 0 do not count. NULL under 8
-- points, or where the largest spend is less than twice the smallest. Amounts in one currency, a point a day or week.
CREATE AGGREGATE upkeep.fit_elasticity(spend numeric, revenue numeric) RETURNS numeric IMMUTABLE PARALLEL SAFE;

-- How the month that a day is in goes on, as a shop knows it on the morning of today: a row revenue, and a row profit
-- where daily_records has net_profit. so_far: of the complete days with a record; projected: so_far / the weight of
-- those days x the weight of all open days of the month, by the weekdays' mean shares of revenue in those of the last
-- 8 weeks that are complete, all alike under 4; pace = projected / target; required: {day: amount} for the open days
-- from today on, what is missing by the same weights; days_missing: complete open days without a record. Closed are
-- the weekdays of closed_weekdays in shop_settings or, where that is NULL, those that fewer than half of the last 8
-- weeks with any record have, of four such weeks or more, and the days of events of kind closed in shop_events; what
-- they bring nevertheless is added as it is. Days of events of kind outage are missing. Weeks begin on week_start_day
-- of shop_settings. Both tables are read where they are beside daily_records, of the same owner, and the caller may
-- read them. Amounts as in daily_records. Tables: NULL for those of these names in the search_path. Reads with the
-- rights of the caller. Errors: 21000, 22004, 22008, 22023, 22P02, 42703, 42804, 42P01.
CREATE FUNCTION upkeep.goal_pace(
  shop text,
  month date,
  today date,
  daily_records regclass DEFAULT NULL,
  monthly_goals regclass DEFAULT NULL
) RETURNS TABLE (
  metric text,
  target numeric,
  so_far numeric,
  projected numeric,
  pace numeric,
  required jsonb,
  days_missing integer
) STABLE;

-- A standing yes, for jobs: from now on the partitions of a partitioned table, or another table, may be dropped and
-- emptied without a confirmation; a column of them may not. role: only by it and its members, a superuser who is none
-- left out; until: when that ends. Replaces the exemption that the table has. For the owner. Errors: 22004, 22023,
-- 42501, 42703, 42704, 42809, 42P01.
CREATE FUNCTION upkeep.guard_exempt(
  object text,
  role name DEFAULT NULL,
  until timestamp with time zone DEFAULT NULL
) RETURNS void VOLATILE;

-- Ends what upkeep.guard_exempt has begun; a NOTICE where there is nothing to end. For the owner. Errors: 22004,
-- 22023, 42501, 42703, 42809, 42P01.
CREATE FUNCTION upkeep.guard_unexempt(object text) RETURNS void VOLATILE;

-- Makes a view of the table's name in that schema, which is made where it is missing: the rows that are not deleted,
-- with all columns and the rights of whoever reads it (security_invoker). INSERT and UPDATE write to the table;
-- DELETE stamps the row with now(), and needs the right to UPDATE it. ALTER TABLE ... DROP COLUMN and TYPE drop the
-- view first and make it again, with its grants, comments and triggers. Called again, it takes in columns that came
-- since. Needs enable_soft_delete. For the owner of the table. Errors: 22004, 2BP01, 42501, 42809, 42P01, 42P07,
-- 55000.
CREATE FUNCTION upkeep.live_view(target regclass, schema name DEFAULT 'live') RETURNS regclass VOLATILE;

-- Puts what is in one cart of the storefront tables into another, as when a guest signs in: quantities of a product
-- are added, and the first cart is empty then; its row stays. Locks both carts in key order, so that merges in
-- opposite directions take turns. schema: where the tables are; NULL is the first schema of the search_path that has
-- carts. With the rights of the caller. Errors: P0002 an unknown cart; 22023 the same cart twice; 22003 a quantity
-- that becomes too large; 22004; 3F000; 42P01; 42P10 cart_items has no unique index on cart_id and product_id.
CREATE FUNCTION upkeep.merge_carts(from_cart uuid, into_cart uuid, schema name DEFAULT NULL) RETURNS void VOLATILE;

-- The issues of a fresh document (upkeep.diagnose) with baseline_state and response: against the issues stored for
-- the same week, the user's answers to them, and issues and answers of the week before. wordings: {code: {language:
-- wording}}. Errors: 22004, 22023.
CREATE FUNCTION upkeep.merge_issues(
  fresh jsonb,
  stored jsonb,
  user_responses jsonb,
  previous jsonb,
  previous_responses jsonb,
  wordings jsonb DEFAULT NULL
) RETURNS jsonb IMMUTABLE PARALLEL SAFE;

-- Net profit: revenue - round(revenue * cogs_ratio) - ad_spend, in units of revenue; cogs_ratio from 0 to 1. Errors:
-- 22003, 22023.
CREATE FUNCTION upkeep.net_profit(revenue numeric, ad_spend numeric, cogs_ratio numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- What enable_order_totals computes amounts and totals with: the formula over its inputs, each once, in the order in
-- which it names them, exact, and rounded to scale decimals (NULL: as many as it needs, up to 20). NULL, or, where
-- "of" says whose amount it is, 22004. Errors: 22003, 22004, 22023, 42601, 42703, 54001.
CREATE FUNCTION upkeep.order_amount(formula text, scale integer, inputs numeric[], of text DEFAULT NULL) RETURNS numeric IMMUTABLE PARALLEL SAFE;

-- Profit on ad spend: gross_profit / ad_spend, a ratio; to 20 decimals. NULL without ad_spend. Errors: 22003.
CREATE FUNCTION upkeep.poas(gross_profit numeric, ad_spend numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- Removes the rows that were deleted softly more than older_than ago, with the deleted rows below them by foreign
-- keys first, whatever hard_delete says. A row stays where one refers to it that stays itself, unless by ON DELETE
-- SET NULL or SET DEFAULT, and where a closed order locks it. Commits after each batch_size rows, so it cannot run
-- inside a transaction block. A NOTICE says how many went and stayed. For the owner of the table. Errors: 22004,
-- 22023, 2D000, 42501, 42809, 42P01, 55000, and what a DELETE raises.
CREATE PROCEDURE upkeep.purge_deleted(
  IN target regclass,
  IN older_than interval DEFAULT '30 days',
  IN batch_size integer DEFAULT 1000
);

-- Deletes the entries of upkeep.history that are older, of one table or of all, and notes their ids in
-- upkeep.history_purges. Of all tables, months that are over are dropped whole; the rest is deleted in batches.
-- Commits each, so it cannot run in a transaction block (2D000); called again it goes on. What it has taken cannot be
-- undone or read as_of. Makes the months of the coming year. For superusers and those they grant it to. Errors:
-- 22004, 2D000.
CREATE PROCEDURE upkeep.purge_history(IN before timestamp with time zone, IN target regclass DEFAULT NULL); -- not for PUBLIC

-- Computes the metrics of the rows of a table again, of one tenant (the text of its settings_key) and from one day to
-- another where given, both included; writes those that differ. Commits each batch of batch_size rows and says so;
-- can be cancelled and called again. For the owner. Errors: 22004, 22023, 2D000, 42501, 42703, 42704, 42P01, 55000.
CREATE PROCEDURE upkeep.recalculate(
  IN target regclass,
  IN tenant text DEFAULT NULL,
  IN from_date date DEFAULT NULL,
  IN to_date date DEFAULT NULL,
  IN batch_size integer DEFAULT 10000
);

-- Computes the figures of target anew where they differ from what its sources say, in batches of that many groups,
-- with a commit after each; progress in upkeep.progress. source: those of that one alone. Errors: 22003 a figure that
-- its column cannot hold, 22004, 22023, 2D000 within a transaction, 42501, 42704 no rollup, 55000 one that was
-- changed meanwhile, and those of the triggers' arguments.
CREATE PROCEDURE upkeep.recalculate_rollup(
  IN target regclass,
  IN source regclass DEFAULT NULL,
  IN batch_size integer DEFAULT 10000
);

-- Sets the totals that upkeep.check_orders finds wrong to the sum of their lines. Never touches a locked order: it is
-- reported in a WARNING. For the owner of both tables. Errors: 22003, 22004, 42501, 42703, 42704, 42804.
CREATE PROCEDURE upkeep.repair_order_totals(IN orders regclass, IN order_items regclass);

-- Brings a deleted row back as its last deletion found it, with the rows that the same transaction deleted by foreign
-- keys ON DELETE CASCADE, at any distance, of tables that have history; returns how many rows. key: {"id": 7}.
-- Parents first, a statement a table; columns that the history does not keep, or keeps as digests, get their
-- defaults, erased ones NULL. What other features of pg_upkeep fill, check or compute comes back as it was; stock,
-- totals and the history follow. Lines of a locked order come back with it only. With the rights of the caller, who
-- must be allowed to insert the rows. Errors: 22004, 22023 and 22P02 a key that is none of the table's, 42501, 42809,
-- 55000 a table without history, P0002 no deletion of the row is known, 23502, 23503, 23505, UK003.
CREATE FUNCTION upkeep.restore_row(target regclass, key jsonb) RETURNS bigint VOLATILE;

-- What the statements of a migration would lose, against the tables as they are and in the order of the statements:
-- parses them, runs none; a note where it cannot know. statement counts from 1; severity is block, warn or note.
-- Errors: 22004, 42601.
CREATE FUNCTION upkeep.review(sql text) RETURNS TABLE (statement integer, severity text, object text, finding text, hint text) VOLATILE;

-- Return on ad spend: revenue / ad_spend, a ratio; to 20 decimals. NULL without ad_spend. Errors: 22003.
CREATE FUNCTION upkeep.roas(revenue numeric, ad_spend numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE;

-- What happened to one row, the newest first, also under keys that it had before. key: {"id": 7}. changes: {"price":
-- [12.00, 14.00]}, by the names that columns had then, null before an insert and after a delete. transaction: what
-- upkeep.undo takes. For those who may SELECT the table; under row security, of rows that the caller sees now.
-- Errors: 22004, 22023 and 22P02 a key that is none of the table's, 42501, 42809, 55000 a table without history.
CREATE FUNCTION upkeep.row_history(target regclass, key jsonb) RETURNS TABLE (
  at timestamp with time zone,
  action text,
  actor text,
  role name,
  reason text,
  changes jsonb,
  transaction xid8
) STABLE;

-- Diagnoses a week of every shop, or of one, and writes weekly_diagnostics and action_items; what users answered
-- stays. week_start: any day of the week, NULL for the last closed one; today: NULL for the date in each shop's time
-- zone; tables: NULL for those of these names in the search_path. Commits each batch of shops; called again, it
-- writes only what changed. Progress in upkeep.progress, in shops. Errors: 22004, 22008, 22023, 2D000, 40001, 42703,
-- 42804, 42P01, 42P10.
CREATE PROCEDURE upkeep.run_weekly_diagnostics(
  IN week_start date DEFAULT NULL,
  IN shop text DEFAULT NULL,
  IN today date DEFAULT NULL,
  IN daily_records regclass DEFAULT NULL,
  IN shop_settings regclass DEFAULT NULL,
  IN weekly_diagnostics regclass DEFAULT NULL,
  IN action_items regclass DEFAULT NULL,
  IN batch_size integer DEFAULT 5000
);

-- Has pg_cron call upkeep.seal_history, by default every hour, in place of what was scheduled before; returns the
-- number of the job, upkeep_seal_history. For superusers and those they grant it to, who need upkeep.seal_history
-- too. Errors: 0A000 without pg_cron, 22004, and what pg_cron says of the schedule.
CREATE FUNCTION upkeep.schedule_seal_history(cron text DEFAULT '17 * * * *') RETURNS bigint VOLATILE; -- not for PUBLIC

-- Has pg_cron call upkeep.run_weekly_diagnostics at those times, for the tables that the caller's search_path shows
-- now; returns the number of the job, named upkeep_weekly_diagnostics. Again: replaces it. Errors: 0A000 without
-- pg_cron, 22004, 42P01.
CREATE FUNCTION upkeep.schedule_weekly_diagnostics(cron text DEFAULT '0 6 * * 1') RETURNS bigint VOLATILE;

-- Seals the entries of upkeep.history that no seal has yet, up to the newest id drawn when it begins, and returns how
-- many: their ids and keyed digests, and a digest over these and the seal before, go to upkeep.history_seals. Waits
-- for the transactions that were writing history then, and hinders none. Makes the months of the coming year. For
-- superusers and those they grant it to. Errors: 25006 on a standby, 55000 without a key.
CREATE FUNCTION upkeep.seal_history() RETURNS bigint VOLATILE; -- not for PUBLIC

-- For development: fills the empty tables of upkeep.create_analytics with shops, their settings, goals, products and
-- ads, and the figures of the days before today. In the last closed week five of six shops have a problem that
-- upkeep.run_weekly_diagnostics finds. The same numbers and the same day give the same rows. Written as the caller,
-- through the triggers. today: NULL means the current date. Errors: 22004, 22023, 3F000, 42501, 42P01, 55000 tables
-- that are not empty.
CREATE FUNCTION upkeep.seed_analytics(
  schema name,
  shops integer DEFAULT 6,
  days integer DEFAULT 120,
  today date DEFAULT NULL
) RETURNS void VOLATILE;

-- For development: fills the empty tables of upkeep.create_storefront with customers, products, orders of the year
-- before today, their lines and some carts. The same numbers and the same day give the same rows. Written as the
-- caller, through the triggers. today: NULL means the current date. Errors: 22004, 22023, 3F000, 42501, 42P01, 55000
-- tables that are not empty.
CREATE FUNCTION upkeep.seed_storefront(
  schema name,
  products integer DEFAULT 100,
  orders integer DEFAULT 1000,
  today date DEFAULT NULL
) RETURNS void VOLATILE;

-- Says until the end of the transaction who acts and why, as SET LOCAL upkeep.actor and upkeep.reason do: what
-- upkeep.history and upkeep.order_corrections keep beside the role. At most 256 and 1,000 bytes; NULL and an empty
-- text for none. Errors: 22023.
CREATE FUNCTION upkeep.set_actor(actor text, reason text DEFAULT NULL) RETURNS void VOLATILE;

-- The date at which the transaction began, in the time zone of a shop's settings (timezone), or of the session where
-- they have none. Errors: 22023 for a time zone that does not exist.
CREATE FUNCTION upkeep.shop_today(settings jsonb) RETURNS date STABLE STRICT PARALLEL SAFE;

-- What a revenue would need, from the figures of a period of the same length: two rows. linear: orders = target / AOV
-- and leads = orders / CVR, both rounded up, ad_spend = leads x CPL. diminishing: ad_spend x (target / revenue) ^ (1
-- / elasticity), with elasticity 0 < b <= 1, as upkeep.fit_elasticity measures it. Amounts in one currency, rounded
-- as those that came in. feasibility_level: ACHIEVED, EASY, REALISTIC, HARD, UNREALISTIC, UNPROFITABLE or
-- INSUFFICIENT. max_observed_spend: the largest ad_spend of such a period so far. assumptions: inputs, rule_version
-- and what was computed. Errors: 22003, 22004, 22023.
CREATE FUNCTION upkeep.simulate_growth(
  target_revenue numeric,
  revenue numeric,
  ad_spend numeric,
  leads integer,
  orders integer,
  cogs_ratio numeric,
  elasticity numeric DEFAULT 0.7,
  max_observed_spend numeric DEFAULT NULL
) RETURNS TABLE (
  model text,
  ad_spend numeric,
  leads integer,
  orders integer,
  revenue numeric,
  net_profit numeric,
  marginal_roas numeric,
  feasibility_level text,
  assumptions jsonb
) IMMUTABLE PARALLEL SAFE;

-- What could be enabled on the tables of a schema, from their names, types and keys, a statement a row, to be run in
-- order. Where something is missing the statement is a comment, after the ALTER TABLE that adds it, and note says
-- why. Runs nothing. Errors: 22004, 3F000.
CREATE FUNCTION upkeep.suggest(schema name) RETURNS TABLE (step integer, feature text, statement text, note text) STABLE;

-- Writes the inverse of a transaction that upkeep.history has: what it deleted comes back, what it changed is changed
-- back, what it inserted goes; returns how many rows. Each row must stand as the transaction left it, but for what
-- pg_upkeep keeps itself (stamps, versions, metrics, totals, stock), which follows. Backward, but a row comes back
-- after those that it refers to, and goes after those that refer to it. It is a transaction like others, and can be
-- undone. With the rights of the caller, who must be allowed to write the rows. Errors: 22004; P0002 an unknown
-- transaction, or one that has not ended; 55000 the current one, one of another cluster, one that truncated a table
-- without its rows, values that were erased or kept as digests, a table that is dropped; 40001 naming the first row
-- that was changed since; 42501, 23502, 23503, 23505.
CREATE FUNCTION upkeep.undo(transaction xid8) RETURNS bigint VOLATILE;

-- What one sale leaves: m = 1 - cogs / sell_price - variable_cost_share; unit_margin = sell_price x m, margin_ratio =
-- m, break_even_roas = 1 / m, NULL where m is not above 0, break_even_cpo = sell_price x m, the most that an order
-- may cost in ads. Price and cogs are amounts of one, in one currency; the share is of the price, 0 to 1. NULL makes
-- NULL what depends on it. Errors: 22023.
CREATE FUNCTION upkeep.unit_economics(
  sell_price numeric,
  cogs numeric,
  variable_cost_share numeric DEFAULT 0
) RETURNS TABLE (
  unit_margin numeric,
  margin_ratio numeric,
  break_even_roas numeric,
  break_even_cpo numeric
) IMMUTABLE PARALLEL SAFE;

-- What of upkeep.history is not as upkeep.seal_history has sealed it, by the id of the entry: altered, missing,
-- inserted; broken seal by the first id of a seal that was changed, or does not follow the one before. What
-- upkeep.erase and upkeep.purge_history have done is no finding. No row: all is well. from_at: only seals made then
-- or later; NULL: all. For superusers and those they grant it to.
CREATE FUNCTION upkeep.verify_history(from_at timestamp with time zone DEFAULT NULL) RETURNS TABLE (entry bigint, finding text) STABLE; -- not for PUBLIC

-- Version of the library and of the SQL objects, and what to do where they differ.
CREATE FUNCTION upkeep.version() RETURNS text STABLE;

-- Year and number of the week that begins on a day, as 2026-W46: of the year that has the week's fourth day, as in
-- ISO 8601. Errors: 22008 for infinity.
CREATE FUNCTION upkeep.week_label(week_start date) RETURNS text IMMUTABLE STRICT PARALLEL SAFE;

-- The first day of the week that a day is in, by week_start_day of a shop's settings: 1 for Monday (the default) to 7
-- for Sunday (0 too), or the name of the day. Errors: 22023.
CREATE FUNCTION upkeep.week_start(day date, settings jsonb DEFAULT '{}') RETURNS date IMMUTABLE STRICT PARALLEL SAFE;

-- A page for the shop's owner from to_jsonb of a weekly_diagnostics row, as its user_responses answer it now. Keys
-- that may be added: shop_name; links, {week_start: http or https URL}; action_items, [to_jsonb of each row]. format:
-- markdown; html, a page of its own without scripts; email, tables and inline styles, under 100 kB. language: en, vi,
-- de, or one that upkeep.wordings has; NULL: the shop's (facts.language), else en. NULL if diagnostic is NULL.
-- Errors: 22004 format is NULL; 22023 an unknown format or language, or diagnostic is not an object.
CREATE FUNCTION upkeep.weekly_report(
  diagnostic jsonb,
  format text DEFAULT 'markdown',
  language text DEFAULT NULL
) RETURNS text STABLE PARALLEL SAFE;

-- ---- Functions of triggers ----

-- Trigger function: decides on an ad when its row is inserted, and keeps the evidence. Made by
-- upkeep.enable_ad_decisions.
CREATE FUNCTION upkeep.ad_decisions() RETURNS trigger VOLATILE;

-- Event trigger function: gives tables updated_at that a command has made fit for it, and new partitions the touches
-- of their root; takes the rules of a renamed schema along. Does nothing while upkeep.auto_updated_at_rules is empty.
CREATE FUNCTION upkeep.follow_ddl() RETURNS event_trigger VOLATILE;

-- Event trigger function: what is renamed or dropped of tables that have history, into upkeep.history_tables and as
-- entries; new partitions have history too, and the rollups of their table; the triggers of rollups with a table that
-- was dropped go with it.
CREATE FUNCTION upkeep.follow_history() RETURNS event_trigger VOLATILE;

-- Event trigger function: where ALTER TABLE changes columns, order or types of the primary key of lines, the rows of
-- upkeep.stock_taken get the new keys; where they cannot, the command fails. Does nothing for tables that have no
-- rows there. Errors: 39P01, 42804, 55000.
CREATE FUNCTION upkeep.follow_line_keys() RETURNS event_trigger VOLATILE;

-- Event trigger function: drops the views of upkeep.live_view before ALTER TABLE ... DROP COLUMN and TYPE, and makes
-- them again after it; gives new partitions the trigger that refuses TRUNCATE, and takes it from detached ones.
-- Errors: 2BP01, 39P01, 42501.
CREATE FUNCTION upkeep.follow_soft_delete() RETURNS event_trigger VOLATILE;

-- Event trigger function: takes the rows of dropped tables out of upkeep.stock_taken, of lines or products, and out
-- of upkeep.order_counters. Does nothing while both are empty.
CREATE FUNCTION upkeep.forget_dropped() RETURNS event_trigger VOLATILE;

-- Trigger function: simulates growth when a row is inserted, and keeps the assumptions. Made by
-- upkeep.enable_growth_simulations.
CREATE FUNCTION upkeep.growth_simulations() RETURNS trigger VOLATILE;

-- Trigger function, BEFORE TRUNCATE: refuses to empty a filled table of a guarded schema without a confirmation. Made
-- by upkeep.enable_guard. Errors: 39P01, UK007.
CREATE FUNCTION upkeep.guard() RETURNS trigger VOLATILE;

-- Event trigger function: stops DDL from losing rows of guarded tables, keeps triggers in step with renamed columns,
-- and writes upkeep.ddl_log. Does nothing while upkeep.guard_rules is empty. Errors: 39P01, UK007.
CREATE FUNCTION upkeep.guard_ddl() RETURNS event_trigger VOLATILE;

-- Trigger function, BEFORE INSERT OR UPDATE, FOR EACH ROW: computes the metrics of the row. Arguments: formula=column
-- = expression (once for each; none: the commerce set), settings=schema.table, settings_key=, settings_from=,
-- date_column=, on_settings_change=keep|recalculate, on_overflow=null|error, touch_updated_at=true|false. Errors:
-- 21000, 22003, 22023, 39P01, 40001, 42501, 42601, 42703, 42804, 42P01, 42P17, 428C9, 54001.
CREATE FUNCTION upkeep.metrics() RETURNS trigger VOLATILE;

-- Trigger function on a table of settings, AFTER INSERT OR UPDATE OR DELETE, FOR EACH ROW, and AFTER TRUNCATE, FOR
-- EACH STATEMENT: lets no writer miss the change, and recalculates the tables whose triggers say so. Errors: 39P01,
-- 40001, 42501.
CREATE FUNCTION upkeep.metrics_settings() RETURNS trigger VOLATILE;

-- Trigger function on the lines of orders, BEFORE INSERT OR UPDATE OR DELETE, FOR EACH ROW: captures product and
-- price when a line is written, and lets nobody change them. With a returns_column also AFTER INSERT, UPDATE, DELETE
-- with transition tables, FOR EACH STATEMENT: no more pieces of a line come back than were sold. Arguments:
-- products=schema.table, product_column=, product_key=, order_column=, price_column=, product_price=,
-- snapshot_column=, snapshot_fields=a,b, without=a,b (parts of names that are left out), active_column=,
-- mode=verify|enforce|fill, tenant_column=, returns_column=, quantity_column=. Errors: UK001, UK005, UK009, 21000,
-- 22003, 22004, 22023, 22P02, 22P05, 23502, 23503, 23514, 39P01, 42501, 42703, 42804, 42P01, 42P10.
CREATE FUNCTION upkeep.order_line() RETURNS trigger VOLATILE;

-- Trigger function. On the lines, AFTER INSERT, UPDATE, DELETE with transition tables and BEFORE TRUNCATE, FOR EACH
-- STATEMENT: refuses changes of the lines of a paid order, but for open columns and orders that upkeep.correct_order
-- opened. On the orders, BEFORE UPDATE, FOR EACH ROW, AFTER DELETE with its transition table and BEFORE TRUNCATE, FOR
-- EACH STATEMENT: keeps the frozen columns, and the order. Arguments: orders=schema.table on the lines,
-- order_items=schema.table on the orders; order_column=, order_key=, paid_column=, status_column=,
-- locked_statuses=a,b, frozen_columns=a,b, tenant_column=, open_columns=a,b, correct_role=. Errors: UK003, 22023,
-- 39P01, 42501, 42703, 42804, 42P01.
CREATE FUNCTION upkeep.order_lock() RETURNS trigger VOLATILE;

-- Trigger function on orders, BEFORE INSERT OR UPDATE, FOR EACH ROW: gives an order without a number the next one of
-- a sequence or a counter, and moves that past a number of its kind that a client gives. Arguments: column=, prefix=,
-- digits=, sequence=schema.sequence, tenant_column=, per_tenant=true, gapless=true. Errors: 22003, 22023, 39P01,
-- 42501, 42703, 42804, 42809, 42P01, 55000.
CREATE FUNCTION upkeep.order_number() RETURNS trigger VOLATILE;

-- Trigger function. On the refunds, BEFORE INSERT OR UPDATE, FOR EACH ROW, AFTER INSERT and DELETE with transition
-- tables and BEFORE TRUNCATE, FOR EACH STATEMENT: computes an amount that is left out, refunds no more than was sold,
-- and keeps what was written. On the orders and the lines, BEFORE INSERT OR UPDATE, FOR EACH ROW: keeps
-- refunded_column and refunded_quantity_column; AFTER UPDATE, and on the lines DELETE, with transition tables, FOR
-- EACH STATEMENT: leaves no less than was refunded. Arguments: of refunds=, orders= and order_items=schema.table the
-- two others; order_column=, line_column=, quantity_column=, amount_column=, restock_column=, refunded_column=,
-- refunded_quantity_column=, order_key=, line_key=, tenant_column=. Errors: UK003, UK005, UK009, 22003, 22004, 22023,
-- 23502, 23503, 23514, 39P01, 42501, 42703, 42804, 42P01, 55000.
CREATE FUNCTION upkeep.order_refund() RETURNS trigger VOLATILE;

-- Trigger function on orders, BEFORE INSERT OR UPDATE, FOR EACH ROW: refuses a move from one status to another that
-- is not among the legal ones, and stamps the moment of payment once. Arguments: transitions={"from": ["to"]},
-- status_column=, paid_status=, paid_column=, tenant_column=. Errors: UK004, 22023, 39P01, 42703, 42804.
CREATE FUNCTION upkeep.order_status() RETURNS trigger VOLATILE;

-- Trigger function. On the lines, AFTER INSERT, UPDATE, DELETE with transition tables and AFTER TRUNCATE, FOR EACH
-- STATEMENT: computes the totals of the orders concerned. On the orders, BEFORE INSERT OR UPDATE, FOR EACH ROW:
-- overwrites a total that somebody else writes. Arguments: orders=schema.table on the lines, order_items=schema.table
-- on the orders; order_column=, order_key=, total_column=, quantity_column=, price_column=, tenant_column=. Errors:
-- 22003, 22023, 39P01, 42501, 42703, 42804, 42P01.
CREATE FUNCTION upkeep.order_total() RETURNS trigger VOLATILE;

-- Event trigger function: takes the updated_at trigger off a table that is about to become a partition of one that
-- has it. Does nothing while upkeep.auto_updated_at_rules is empty.
CREATE FUNCTION upkeep.precede_ddl() RETURNS event_trigger VOLATILE;

-- Trigger function, AFTER INSERT, UPDATE, DELETE with transition tables and BEFORE TRUNCATE, FOR EACH STATEMENT:
-- writes an entry of upkeep.history for each row that the statement changed. Options: columns, exclude, digest,
-- ignore, key. Made by upkeep.enable_history.
CREATE FUNCTION upkeep.record_history() RETURNS trigger VOLATILE;

-- Trigger function. On a source, AFTER INSERT, UPDATE or DELETE with transition tables, or AFTER TRUNCATE, FOR EACH
-- STATEMENT: adds what a statement brought and took to the figures of the target's rows. On a target, BEFORE INSERT
-- OR UPDATE, FOR EACH ROW, and AFTER INSERT or UPDATE, FOR EACH STATEMENT: nobody else writes the figures. Arguments
-- as in upkeep.enable_rollup. Errors: 39P01 a wrong trigger; 22003 a figure that its column cannot hold; 22004 a NULL
-- key under insert; 40001 a row that the transaction's snapshot does not see; 27000; 22023, 42501, 42703, 42804,
-- 42P01 and 42P17 its arguments.
CREATE FUNCTION upkeep.rollup() RETURNS trigger VOLATILE;

-- Trigger function. BEFORE UPDATE, FOR EACH ROW: a row whose column is set is deleted, one whose column is set to
-- NULL restored, with the rows that foreign keys of tables with soft delete relate to it; a row that stays deleted
-- keeps its stamp and does not change. AFTER INSERT, FOR EACH ROW: no live row under a deleted one. With
-- hard_delete=refuse also BEFORE DELETE, FOR EACH ROW, and BEFORE TRUNCATE, FOR EACH STATEMENT. On a view of
-- upkeep.live_view, INSTEAD OF DELETE: stamps the row. Arguments: column=, cascade=false, hard_delete=refuse. Errors:
-- UK010, 22023, 23503, 39P01, 40001, 42703, 42804, 428C9, 42P10, 42P17, 55000.
CREATE FUNCTION upkeep.soft_delete() RETURNS trigger VOLATILE;

-- Trigger function. On the lines, AFTER INSERT, UPDATE, DELETE with transition tables and BEFORE TRUNCATE, FOR EACH
-- STATEMENT: takes stock and gives it back. On the orders, AFTER INSERT, UPDATE with transition tables, FOR EACH
-- STATEMENT: gives back what a released order has taken, also one that comes after its lines. Arguments:
-- products=schema.table, orders=schema.table, order_items=schema.table on the orders; stock_column=, product_column=,
-- product_key=, quantity_column=, order_column=, order_key=, status_column=, released=a,b, taken_column=,
-- tenant_column=. Errors: UK002, 21000, 22003, 22023, 39P01, 42501, 42703, 42804, 42P01.
CREATE FUNCTION upkeep.stock() RETURNS trigger VOLATILE;

-- Trigger function, AFTER INSERT, UPDATE or DELETE with transition tables, FOR EACH STATEMENT: stamps the parents of
-- the rows that changed. The owner of the table must have the rights of the parent's owner. Arguments:
-- parent=schema.table, columns=a,b, keys=a,b. Errors: 39P01, 22023, 42501, 42703, 42804.
CREATE FUNCTION upkeep.touch() RETURNS trigger VOLATILE;

-- Trigger function, BEFORE INSERT OR UPDATE, FOR EACH ROW: stamps a row that really changed. Arguments: column=,
-- ignore=a,b, clock=transaction|statement|clock, explicit=ignore|respect|reject, protect=a,b, version=,
-- timezone=utc|session. Errors: 39P01, 22023, 22003, 42703, 42804, 428C9, UK006.
CREATE FUNCTION upkeep.updated_at() RETURNS trigger VOLATILE;

-- Trigger function: marks diagnoses as stale when a day that they were made from changes. Made by
-- upkeep.enable_weekly_diagnostics.
CREATE FUNCTION upkeep.weekly_diagnostics() RETURNS trigger VOLATILE;

-- ---- Views ----

-- Who changed what, an entry a row, of the tables that the caller may SELECT and whose row security does not hold for
-- the caller; of dropped tables for those who may read upkeep.history_entries. target: the table now, NULL: dropped.
CREATE VIEW upkeep.history (
  id bigint,
  at timestamp with time zone,
  transaction xid8,
  statement integer,
  table_name text,
  target regclass,
  key jsonb,
  action text,
  before jsonb,
  after jsonb,
  actor text,
  role name,
  application text,
  reason text
); -- PUBLIC may read it

-- What pg_upkeep keeps true in this database, read from the triggers: a row for each table and feature, and for each
-- set of options where a table has a feature twice. Clones on partitions belong to the partitioned table.
CREATE VIEW upkeep.managed (
  object regclass,
  feature text,
  options jsonb,
  trigger name,
  triggers text[],
  enabled boolean
); -- PUBLIC may read it

-- The chain of versions, oldest first. ALTER EXTENSION pg_upkeep UPDATE TO goes up and down it.
CREATE VIEW upkeep.migrations (
  version text,
  summary text,
  reversible boolean,
  applied boolean
); -- PUBLIC may read it

-- How far each running upkeep.recalculate of this database is: those of the roles the reader has, all for
-- pg_read_all_stats.
CREATE VIEW upkeep.progress (
  pid integer,
  object regclass,
  rows_total bigint,
  rows_done bigint,
  rows_changed bigint,
  batches bigint
); -- PUBLIC may read it

-- The rules of the weekly diagnosis: when each fires, and what it needs. A shop overrides thresholds in its settings.
CREATE VIEW upkeep.rules (
  code text,
  severities text[],
  warning numeric,
  critical numeric,
  minimum_data text,
  basis text,
  meaning text
); -- PUBLIC may read it

-- ---- Tables ----

-- The schemas whose new tables get updated_at by themselves. Written by upkeep.auto_updated_at.
CREATE TABLE upkeep.auto_updated_at_rules (
  schema_name name NOT NULL,
  column_name name NOT NULL,
  protect_columns name[],
  PRIMARY KEY (schema_name, column_name)
); -- PUBLIC may read it

-- What DDL and TRUNCATE did to objects of guarded schemas while the guard was on: a row an object. For the owner of
-- the database; delete from it as you like.
CREATE TABLE upkeep.ddl_log (
  "when" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  role name NOT NULL,
  application text DEFAULT current_setting('application_name'::text) NOT NULL,
  txid bigint DEFAULT txid_current() NOT NULL,
  tag text NOT NULL,
  object text NOT NULL,
  statement text,
  confirmation text
);

-- What may be dropped, once. Written by upkeep.confirm_drop and upkeep.allow_drop, read by the guard.
CREATE TABLE upkeep.drop_approvals (
  catalog oid NOT NULL,
  object oid NOT NULL,
  column_name name DEFAULT ''::name NOT NULL,
  transaction xid8 DEFAULT '0'::xid8 NOT NULL,
  expires timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
  expect_rows bigint,
  approved_by name DEFAULT SESSION_USER NOT NULL,
  PRIMARY KEY (catalog, object, column_name, transaction)
);

-- Partitions that a transaction has detached while there are exemptions: to it they go on being exempt as such.
-- Written and read by the guard.
CREATE TABLE upkeep.guard_detached (
  detached oid NOT NULL,
  parent oid NOT NULL,
  transaction xid8 NOT NULL,
  PRIMARY KEY (detached, parent, transaction)
);

-- What may be dropped and emptied again and again. Written by upkeep.guard_exempt and upkeep.guard_unexempt.
CREATE TABLE upkeep.guard_exemptions (
  object regclass NOT NULL,
  role name,
  until timestamp with time zone,
  exempted_by name DEFAULT SESSION_USER NOT NULL,
  PRIMARY KEY (object)
); -- PUBLIC may read it

-- The schemas whose tables the guard watches. Written by upkeep.enable_guard.
CREATE TABLE upkeep.guard_rules (
  schema_name name NOT NULL,
  mode text NOT NULL,
  PRIMARY KEY (schema_name),
  CHECK ((mode = ANY ('{block,warn}'::text[])))
); -- PUBLIC may read it

-- What digests in upkeep.history_entries and seals are keyed with; made by the first upkeep.enable_history. Anyone
-- who reads it can try what a digest is of.
CREATE TABLE upkeep.history_keys (
  number integer NOT NULL,
  since timestamp with time zone NOT NULL,
  key bytea NOT NULL,
  PRIMARY KEY (number)
);

-- What upkeep.purge_history has deleted, a row a batch: what was sealed of it is not missing.
CREATE TABLE upkeep.history_purges (
  purged_at timestamp with time zone NOT NULL,
  before timestamp with time zone NOT NULL,
  table_number integer,
  role text NOT NULL,
  ids int8multirange NOT NULL,
  cluster integer,
  transactions int8multirange
);

-- What upkeep.verify_history compares upkeep.history_entries with. Written by upkeep.seal_history. The newest digest,
-- kept where nobody of this database writes, vouches for all.
CREATE TABLE upkeep.history_seals (
  from_id bigint NOT NULL,
  to_id bigint NOT NULL,
  entries bytea NOT NULL,
  digest bytea NOT NULL,
  previous bytea,
  sealed_at timestamp with time zone NOT NULL,
  PRIMARY KEY (from_id)
);

-- The tables that upkeep.history_entries tells of, by number, with each name that they have had; where a row has the
-- name of the one before, history begins anew. Written by upkeep.enable_history and by event triggers.
CREATE TABLE upkeep.history_tables (
  number integer NOT NULL,
  since timestamp with time zone NOT NULL,
  name text,
  PRIMARY KEY (number, since)
);

-- The orders that upkeep.correct_order opened: a row a call. Its rows are not changed or deleted. For the owner of
-- the database.
CREATE TABLE upkeep.order_corrections (
  orders regclass NOT NULL,
  order_key text NOT NULL,
  reason text NOT NULL,
  role name NOT NULL,
  actor text,
  opened_at timestamp with time zone NOT NULL,
  txid bigint NOT NULL
);

-- How far the numbers of orders are that are counted per tenant or without gaps: see upkeep.enable_order_number.
-- Written by the trigger function upkeep.order_number when a transaction commits. A counter without a row begins
-- after the numbers that are there.
CREATE TABLE upkeep.order_counters (
  orders regclass NOT NULL,
  tenant text NOT NULL,
  last_number bigint NOT NULL,
  PRIMARY KEY (orders, tenant)
);

-- What each line of an order has taken from stock, for tables without a taken_column. Written by the trigger function
-- upkeep.stock.
CREATE TABLE upkeep.stock_taken (
  order_items regclass NOT NULL,
  line text NOT NULL,
  product text NOT NULL,
  quantity numeric NOT NULL,
  products regclass,
  PRIMARY KEY (order_items, line)
);

-- Other wordings, and other languages, of what issues and reports say: a row replaces the wording that is built in.
CREATE TABLE upkeep.wordings (
  code text NOT NULL,
  language text NOT NULL,
  wording text NOT NULL,
  builtin boolean DEFAULT false NOT NULL,
  PRIMARY KEY (code, language),
  CHECK ((language ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'::text))
); -- PUBLIC may read it

-- ---- Event triggers ----

CREATE EVENT TRIGGER upkeep_follow_ddl ON ddl_command_end
  WHEN TAG IN (CREATE TABLE, CREATE TABLE AS, SELECT INTO, CREATE SCHEMA, ALTER TABLE) EXECUTE FUNCTION upkeep.follow_ddl();
CREATE EVENT TRIGGER upkeep_follow_schema ON ddl_command_end
  WHEN TAG IN (ALTER SCHEMA) EXECUTE FUNCTION upkeep.follow_ddl();
CREATE EVENT TRIGGER upkeep_forget_dropped ON sql_drop EXECUTE FUNCTION upkeep.forget_dropped();
CREATE EVENT TRIGGER upkeep_guard_drop ON sql_drop EXECUTE FUNCTION upkeep.guard_ddl();
CREATE EVENT TRIGGER upkeep_guard_end ON ddl_command_end EXECUTE FUNCTION upkeep.guard_ddl();
CREATE EVENT TRIGGER upkeep_guard_start ON ddl_command_start EXECUTE FUNCTION upkeep.guard_ddl();
CREATE EVENT TRIGGER upkeep_history_drop ON sql_drop EXECUTE FUNCTION upkeep.follow_history();
CREATE EVENT TRIGGER upkeep_history_end ON ddl_command_end
  WHEN TAG IN (ALTER TABLE, ALTER SCHEMA, CREATE TABLE, ALTER TYPE, ALTER INDEX, ALTER VIEW, ALTER MATERIALIZED VIEW, ALTER FOREIGN TABLE) EXECUTE FUNCTION upkeep.follow_history();
CREATE EVENT TRIGGER upkeep_history_start ON ddl_command_start
  WHEN TAG IN (ALTER TABLE, ALTER INDEX, ALTER VIEW, ALTER MATERIALIZED VIEW, ALTER FOREIGN TABLE) EXECUTE FUNCTION upkeep.follow_history();
CREATE EVENT TRIGGER upkeep_line_keys_end ON ddl_command_end
  WHEN TAG IN (ALTER TABLE) EXECUTE FUNCTION upkeep.follow_line_keys();
CREATE EVENT TRIGGER upkeep_line_keys_start ON ddl_command_start
  WHEN TAG IN (ALTER TABLE) EXECUTE FUNCTION upkeep.follow_line_keys();
CREATE EVENT TRIGGER upkeep_precede_ddl ON ddl_command_start
  WHEN TAG IN (ALTER TABLE) EXECUTE FUNCTION upkeep.precede_ddl();
CREATE EVENT TRIGGER upkeep_soft_delete_end ON ddl_command_end
  WHEN TAG IN (ALTER TABLE, CREATE TABLE) EXECUTE FUNCTION upkeep.follow_soft_delete();
CREATE EVENT TRIGGER upkeep_soft_delete_start ON ddl_command_start
  WHEN TAG IN (ALTER TABLE) EXECUTE FUNCTION upkeep.follow_soft_delete();

-- ---- Settings ----

-- Who acts, as the application says.
SET upkeep.actor = '';
-- Silences features of pg_upkeep.
SET upkeep.pause = '';
-- Why, as the application says.
SET upkeep.reason = '';
