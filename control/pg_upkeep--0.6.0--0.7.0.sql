-- From 0.6.0 to 0.7.0: what real shops and migrations met.
\echo Use "ALTER EXTENSION pg_upkeep UPDATE TO '0.7.0'" to load this file. \quit

-- stamps and automatic enabling

-- orders

-- suggestions

CREATE FUNCTION upkeep.suggest(schema name)
  RETURNS TABLE (step integer, feature text, statement text, note text)
  LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'upkeep_suggest';
COMMENT ON FUNCTION upkeep.suggest(name) IS
'What could be enabled on the tables of a schema, from their names, types and keys, a statement a row, to be run in order. Where something is missing the statement is a comment, behind the ALTER TABLE that adds it, and note says why. Runs nothing. Errors: 22004, 3F000.';

-- the guard

-- diagnostics and locks
