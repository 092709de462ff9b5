-- From 0.12.0 to 0.13.0: tables that Citus distributes by tenant.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.13.0'" to load this file. \quit

CREATE FUNCTION upkeep_internal.count_in_shard(shard regclass, counted text, column_name name, new_type text) RETURNS bigint[]
  LANGUAGE c STRICT SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_count_in_shard';
COMMENT ON FUNCTION upkeep_internal.count_in_shard(regclass, text, name, text) IS
'What the guard asks of each shard of a distributed table: its rows, and in how many of them the column has a value (counted: values), has none (nulls) or has one that new_type would not keep (changed; NULL where that cannot be told). Does not wait for a lock. Errors: 22023, 42501, 42703, 42809, 55P03.';
