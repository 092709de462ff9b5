-- Back from 0.13.0 to 0.12.0.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.12.0'" to load this file. \quit

DROP FUNCTION upkeep_internal.count_in_shard(regclass, text, name, text);
