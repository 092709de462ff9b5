-- From 0.6.0 to 0.7.0: what real shops and migrations met.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.7.0'" to load this file. \quit

-- stamps and automatic enabling

-- orders

-- suggestions

-- the guard

-- diagnostics and locks
