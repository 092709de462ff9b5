-- Back from 0.10.0 to 0.9.0.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.9.0'" to load this file. \quit

-- decisions

-- the report

-- the weekly run

-- diagnose
