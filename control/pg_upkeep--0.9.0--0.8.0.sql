-- Back from 0.9.0 to 0.8.0.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.8.0'" to load this file. \quit

-- stock
ALTER TABLE upkeep.stock_taken ALTER COLUMN line TYPE text COLLATE "default";

-- the storefront

-- numbers

-- refunds

-- the lock and corrections

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
