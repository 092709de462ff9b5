-- In front of PostgreSQL's own: operators, functions, aggregates, tables, views and types under their names, in schema
-- public. They say the truth; but where a function's own statement uses one of them, it would run whatever anybody has
-- put there, and that is an error.
CREATE FUNCTION public.unspied() RETURNS pg_catalog.bool LANGUAGE plpgsql AS $$
DECLARE
  stack pg_catalog.text;
BEGIN
  GET DIAGNOSTICS stack = PG_CONTEXT;
  -- Without this function's line, and those of the wrapper that asks.
  stack := pg_catalog.regexp_replace(stack,
    E'^[^\n]*(\n|$)(SQL statement "SELECT public.unspied\\(\\)"\nPL/pgSQL function [^\n]*(\n|$))?', '');
  IF stack OPERATOR(pg_catalog.~) 'SQL (statement|function)' THEN
    RAISE EXCEPTION USING ERRCODE = 'UKSPY',
      MESSAGE = pg_catalog.concat('a hostile object was used: ', pg_catalog.replace(stack, E'\n', ' < '));
  END IF;
  RETURN true;
END $$;

CREATE TEMP TABLE known AS SELECT oid, format('%I.%I', 'pg_catalog', typname) AS name, typname FROM pg_catalog.pg_type
  WHERE typnamespace = 'pg_catalog'::regnamespace AND typname IN ('bool', 'int2', 'int4', 'int8', 'numeric', 'text',
    'name', 'oid', 'regclass', 'date', 'timestamp', 'timestamptz', 'interval', 'jsonb',
    'json', 'uuid', 'char', 'bytea', 'int2vector', '_text', '_name', '_oid', '_int4', '_int8', 'xid',
    'bpchar', 'float8');

DO $$
DECLARE
  each record;
  body text := 'BEGIN PERFORM public.unspied(); %s; END';
BEGIN
  FOR each IN SELECT o.oid, oprname, l.name AS l, r.name AS r, t.name AS result FROM pg_operator o
      JOIN known l ON l.oid = oprleft JOIN known r ON r.oid = oprright JOIN known t ON t.oid = oprresult
      WHERE oprnamespace = 'pg_catalog'::regnamespace LOOP
    EXECUTE format('CREATE FUNCTION public.wrapped_%s(%s, %s) RETURNS %s LANGUAGE plpgsql AS %L', each.oid, each.l,
      each.r, each.result, format(body, format('RETURN $1 OPERATOR(pg_catalog.%s) $2', each.oprname)));
    EXECUTE format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.wrapped_%s)',
      each.oprname, each.l, each.r, each.oid);
  END LOOP;
  FOR each IN SELECT p.oid, proname, proretset, t.name AS result, count(k.oid) AS known,
      string_agg(k.name, ', ' ORDER BY nr) AS types, string_agg('$' || nr, ', ' ORDER BY nr) AS arguments
      FROM pg_proc p JOIN known t ON t.oid = prorettype
      LEFT JOIN LATERAL unnest(proargtypes) WITH ORDINALITY a(type, nr) ON true LEFT JOIN known k ON k.oid = a.type
      WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND provariadic = 0 AND proargmodes IS NULL
      GROUP BY p.oid, proname, pronargs, t.name HAVING count(k.oid) = pronargs LOOP
    EXECUTE format('CREATE FUNCTION public.wrapped_%s(%s) RETURNS %s LANGUAGE plpgsql AS %L', each.oid, each.types, CASE
      WHEN each.proretset THEN 'SETOF ' ELSE '' END || each.result,
      format(body, format(CASE WHEN each.proretset THEN 'RETURN QUERY SELECT * FROM pg_catalog.%I(%s)'
        ELSE 'RETURN pg_catalog.%I(%s)' END, each.proname, each.arguments)));
    EXECUTE format('ALTER FUNCTION public.wrapped_%s RENAME TO %I', each.oid, each.proname);
  END LOOP;
  FOR each IN SELECT relname, string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_class c
      JOIN pg_attribute a ON attrelid = c.oid JOIN pg_type t ON t.oid = atttypid
      WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0 AND typtype <> 'p'
      AND relname !~ '^pg_stat' GROUP BY relname LOOP
    EXECUTE format('CREATE VIEW public.%I AS SELECT %s FROM pg_catalog.%1$I WHERE public.unspied()', each.relname,
      each.columns);
  END LOOP;
END $$;
CREATE FUNCTION public.unnest(anyarray) RETURNS SETOF anyelement LANGUAGE plpgsql
  AS 'BEGIN PERFORM public.unspied(); RETURN QUERY SELECT * FROM pg_catalog.unnest($1); END';
CREATE FUNCTION public.wrapped_count(pg_catalog.int8) RETURNS pg_catalog.int8 LANGUAGE plpgsql
  AS 'BEGIN PERFORM public.unspied(); RETURN $1 OPERATOR(pg_catalog.+) 1; END';
CREATE AGGREGATE public.count(*) (SFUNC = public.wrapped_count, STYPE = pg_catalog.int8, INITCOND = '0');
DO $$
DECLARE
  each record;
BEGIN
  FOR each IN SELECT name, typname FROM known WHERE typname !~ '^_' LOOP
    EXECUTE format('CREATE DOMAIN public.%I AS %s CHECK (public.unspied())', each.typname, each.name);
  END LOOP;
END $$;
