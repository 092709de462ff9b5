-- From 0.9.0 to 0.10.0: diagnoses one can trust.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.10.0'" to load this file. \quit

-- diagnose

-- the weekly run

-- the report

-- decisions
