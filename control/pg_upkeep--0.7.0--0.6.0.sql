-- Back from 0.7.0 to 0.6.0.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.6.0'" to load this file. \quit

-- diagnostics and locks

-- the guard

-- suggestions

DROP FUNCTION upkeep.suggest(name);

-- orders

-- stamps and automatic enabling
