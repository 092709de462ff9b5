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

-- the lock and corrections

-- refunds

-- numbers

-- the storefront

-- stock
-- Keys are compared byte by byte, whatever the database's collation: they are found many times an order.
ALTER TABLE upkeep.stock_taken ALTER COLUMN line TYPE text COLLATE "C";
