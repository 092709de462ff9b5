-- Back from 0.9.0 to 0.8.0.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.8.0'" to load this file. \quit

-- stock
ALTER TABLE upkeep.stock_taken ALTER COLUMN line TYPE text COLLATE "default";

-- the storefront

-- numbers

-- refunds

-- the lock and corrections

-- totals
