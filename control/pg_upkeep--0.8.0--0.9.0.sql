-- From 0.8.0 to 0.9.0: the money of an order.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.9.0'" to load this file. \quit

-- totals

-- the lock and corrections

-- refunds

-- numbers

-- the storefront

-- stock
-- Keys are compared byte by byte, whatever the database's collation: they are found many times an order.
ALTER TABLE upkeep.stock_taken ALTER COLUMN line TYPE text COLLATE "C";
