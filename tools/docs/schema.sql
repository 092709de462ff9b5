-- What docs/schema.sql says: the SQL interface, the same text on every server that pg_upkeep supports. Run by psql -At.
SET search_path = pg_catalog;
SET client_min_messages = warning;

-- A comment as lines of at most 118 columns.
CREATE FUNCTION pg_temp.as_comment(comment text) RETURNS text LANGUAGE sql AS
  $$ SELECT rtrim(regexp_replace(comment, '(.{1,115})(\s+|$)', E'-- \\1\n', 'g'), E'\n') $$;

-- Defaults without their type.
CREATE FUNCTION pg_temp.without_casts(arguments text) RETURNS text LANGUAGE sql AS
  $$ SELECT regexp_replace(arguments, '(DEFAULT (?:''[^'']*''|NULL))::[a-z ]+(\[\])?', '\1', 'g') $$;

CREATE FUNCTION pg_temp.list(items text) RETURNS text LANGUAGE sql AS
  $$ SELECT CASE WHEN length(items) <= 70 THEN '(' || items || ')'
                 ELSE E'(\n  ' || replace(items, ', ', E',\n  ') || E'\n)' END $$;

CREATE FUNCTION pg_temp.result(result text) RETURNS text LANGUAGE sql AS
  $$ SELECT CASE WHEN result LIKE 'TABLE(%' THEN 'TABLE ' || pg_temp.list(substr(result, 7, length(result) - 7))
                 ELSE result END $$;

CREATE TEMP VIEW routines AS
  SELECT p.oid, proname AS name, prorettype IN ('trigger'::regtype, 'event_trigger'::regtype) AS is_trigger,
         obj_description(p.oid, 'pg_proc') AS comment,
         concat('CREATE ', CASE prokind WHEN 'f' THEN 'FUNCTION' WHEN 'p' THEN 'PROCEDURE' ELSE 'AGGREGATE' END,
                ' upkeep.', proname, pg_temp.list(pg_temp.without_casts(pg_get_function_arguments(p.oid))),
                ' RETURNS ' || pg_temp.result(pg_get_function_result(p.oid)),
                CASE WHEN prokind = 'p' THEN '' WHEN provolatile = 'i' THEN ' IMMUTABLE'
                     WHEN provolatile = 's' THEN ' STABLE' ELSE ' VOLATILE' END,
                CASE WHEN proisstrict THEN ' STRICT' END, CASE WHEN proparallel = 's' THEN ' PARALLEL SAFE' END, ';',
                CASE WHEN NOT has_function_privilege('public', p.oid, 'EXECUTE') THEN ' -- not for PUBLIC' END)
           AS definition
  FROM pg_proc p WHERE pronamespace = 'upkeep'::regnamespace;

CREATE TEMP VIEW lines_of_relations AS
  SELECT attrelid AS relation, 1 AS kind, attnum::int AS place,
         concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
                   'DEFAULT ' || pg_get_expr(adbin, adrelid), CASE WHEN attnotnull THEN 'NOT NULL' END) AS line
  FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attnum > 0 AND NOT attisdropped
  UNION ALL
  SELECT conrelid, 2, row_number() OVER (ORDER BY contype DESC, conname COLLATE "C"), pg_get_constraintdef(oid)
  FROM pg_constraint WHERE contype IN ('p', 'u', 'c', 'f');

CREATE TEMP VIEW relations AS
  SELECT relname AS name, relkind, obj_description(c.oid, 'pg_class') AS comment,
         concat('CREATE ', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, ' upkeep.', relname, ' (',
                (SELECT string_agg(E'\n  ' || line, ',' ORDER BY kind, place) FROM lines_of_relations
                 WHERE relation = c.oid), E'\n);',
                CASE WHEN has_table_privilege('public', c.oid, 'SELECT') THEN ' -- PUBLIC may read it' END)
           AS definition
  FROM pg_class c WHERE relnamespace = 'upkeep'::regnamespace AND relkind IN ('r', 'v');

CREATE FUNCTION pg_temp.entry(comment text, definition text) RETURNS text LANGUAGE sql AS
  $$ SELECT E'\n' || concat_ws(E'\n', pg_temp.as_comment(comment), definition) $$;

SELECT format('-- The SQL interface of pg_upkeep %s: schema upkeep. Made by `make docs`; read it, do not run it.',
              extversion) FROM pg_extension WHERE extname = 'pg_upkeep';

\qecho
\qecho '-- ---- Functions and procedures ----'
SELECT pg_temp.entry(comment, definition) FROM routines WHERE NOT is_trigger
ORDER BY name COLLATE "C", definition COLLATE "C";

\qecho
\qecho '-- ---- Functions of triggers ----'
SELECT pg_temp.entry(comment, definition) FROM routines WHERE is_trigger ORDER BY name COLLATE "C";

\qecho
\qecho '-- ---- Views ----'
SELECT pg_temp.entry(comment, definition) FROM relations WHERE relkind = 'v' ORDER BY name COLLATE "C";

\qecho
\qecho '-- ---- Tables ----'
SELECT pg_temp.entry(comment, definition) FROM relations WHERE relkind = 'r' ORDER BY name COLLATE "C";

\qecho
\qecho '-- ---- Event triggers ----'
\qecho
SELECT format('CREATE EVENT TRIGGER %s ON %s%s EXECUTE FUNCTION %s();', evtname, evtevent,
              E'\n  WHEN TAG IN (' || array_to_string(evttags, ', ') || ')', evtfoid::regproc)
FROM pg_event_trigger WHERE evtfoid IN (SELECT oid FROM routines) ORDER BY evtname COLLATE "C";

\qecho
\qecho '-- ---- Settings ----'
\qecho
-- The library defines them when it is loaded.
\o /dev/null
SELECT upkeep.version();
\o
SELECT format(E'-- %s\nSET %s = %L;', short_desc, name, boot_val)
FROM pg_settings WHERE name LIKE 'upkeep.%' ORDER BY name COLLATE "C";
