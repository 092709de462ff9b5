-- The same in a session's own schema, where tables and types are looked for first of all.
\o /dev/null
SET client_min_messages = error;
DO $$
DECLARE
  each record;
BEGIN
  FOR each IN SELECT relname FROM pg_catalog.pg_class
    WHERE relnamespace OPERATOR(pg_catalog.=) 'public'::pg_catalog.regnamespace AND relkind OPERATOR(pg_catalog.=) 'v'
    AND relname OPERATOR(pg_catalog.~) '^pg_' LOOP
    EXECUTE pg_catalog.format('CREATE TEMP VIEW %I AS SELECT * FROM public.%1$I', each.relname);
  END LOOP;
  FOR each IN SELECT typname FROM pg_catalog.pg_type
    WHERE typnamespace OPERATOR(pg_catalog.=) 'public'::pg_catalog.regnamespace
    AND typtype OPERATOR(pg_catalog.=) 'd' LOOP
    EXECUTE pg_catalog.format('CREATE DOMAIN pg_temp.%I AS pg_catalog.%1$I CHECK (public.unspied())', each.typname);
  END LOOP;
END $$;
RESET client_min_messages;
\o
