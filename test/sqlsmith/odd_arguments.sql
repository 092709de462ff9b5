-- Calls every function and procedure of upkeep with odd arguments, up to a thousand combinations of them each. Prints
-- what is an internal error, and how many calls there were. Each call is taken back.
SET client_min_messages = error;
CREATE TEMP TABLE odd (type regtype, argument text);
INSERT INTO odd VALUES
  ('regclass', $$NULL$$),
  ('regclass', $$0::regclass$$),
  ('regclass', $$4711::regclass$$),
  ('regclass', $$'pg_class'::regclass$$),
  ('regclass', $$'plain'::regclass$$),
  ('regclass', $$'child'::regclass$$),
  ('regclass', $$'sales.orders'::regclass$$),
  ('regclass', $$'sales.order_items'::regclass$$),
  ('regclass', $$'daily_records'::regclass$$),
  ('regclass', $$'upkeep.managed'::regclass$$),
  ('regclass', $$'analytics.daily_records'::regclass$$),
  ('regclass', $$'plain_pkey'::regclass$$),
  ('name', $$NULL$$),
  ('name', $$''::name$$),
  ('name', $$'id'::name$$),
  ('name', $$'no such'::name$$),
  ('name', $$'updated_at'::name$$),
  ('name', $$'public'::name$$),
  ('name', $$'ctid'::name$$),
  ('name[]', $$NULL$$),
  ('name[]', $$'{}'::name[]$$),
  ('name[]', $$'{NULL}'::name[]$$),
  ('name[]', $$'{id,id}'::name[]$$),
  ('name[]', $$'{{id},{body}}'::name[]$$),
  ('name[]', $$'[5:5]={public}'::name[]$$),
  ('text', $$NULL$$),
  ('text', $$''$$),
  ('text', $$'id'$$),
  ('text', $$'{'$$),
  ('text', $$'block'$$),
  ('text', $$'a = b / 0'$$),
  ('text', $$'public.plain'$$),
  ('text', $$'DROP TABLE plain; SELECT 1'$$),
  ('text', $$repeat('x', 100000)$$),
  ('text', $$chr(1114111)$$),
  ('text[]', $$NULL$$),
  ('text[]', $$'{}'::text[]$$),
  ('text[]', $$'{NULL}'::text[]$$),
  ('text[]', $$ARRAY['aov = revenue / orders']$$),
  ('text[]', $$'{{a},{b}}'::text[]$$),
  ('text[]', $$array_fill('a = 1'::text, ARRAY[1000])$$),
  ('jsonb', $$NULL$$),
  ('jsonb', $$'{}'::jsonb$$),
  ('jsonb', $$'[]'::jsonb$$),
  ('jsonb', $$'null'::jsonb$$),
  ('jsonb', $$'1e1000'::jsonb$$),
  ('jsonb', $$'"x"'::jsonb$$),
  ('jsonb', $$'{"week_start_day": 9, "cogs_ratio": -1, "timezone": "x"}'::jsonb$$),
  ('jsonb', $$'{"issues": [null, 1], "facts": 3}'::jsonb$$),
  ('jsonb', $$(repeat('[', 5000) || repeat(']', 5000))::jsonb$$),
  ('date', $$NULL$$),
  ('date', $$'infinity'::date$$),
  ('date', $$'-infinity'::date$$),
  ('date', $$'4713-01-01 BC'::date$$),
  ('date', $$'2026-11-09'::date$$),
  ('integer', $$NULL$$),
  ('integer', $$0$$),
  ('integer', $$-1$$),
  ('integer', $$2147483647$$),
  ('integer', $$(-2147483648)$$),
  ('bigint', $$NULL$$),
  ('bigint', $$0::bigint$$),
  ('bigint', $$-1::bigint$$),
  ('bigint', $$9223372036854775807$$),
  ('bigint', $$(-9223372036854775808)$$),
  ('numeric', $$NULL$$),
  ('numeric', $$0::numeric$$),
  ('numeric', $$'NaN'::numeric$$),
  ('numeric', $$'infinity'::numeric$$),
  ('numeric', $$1e-16383$$),
  ('numeric', $$1e131071$$),
  ('boolean', $$NULL$$),
  ('boolean', $$true$$),
  ('boolean', $$false$$),
  ('interval', $$NULL$$),
  ('interval', $$'0'::interval$$),
  ('interval', $$'-1 day'::interval$$),
  ('interval', $$'178000000 years'::interval$$),
  ('uuid', $$NULL$$),
  ('uuid', $$'00000000-0000-0000-0000-00000000000c'::uuid$$),
  ('bytea', $$NULL$$),
  ('bytea', $$'\x'::bytea$$),
  ('bytea', $$'\x00ff'::bytea$$);
SELECT setseed(0.5);
DO $$
DECLARE
  callee record;
  arguments text;
  calls int := 0;
BEGIN
  FOR callee IN SELECT p.oid, p.prokind, p.oid::regproc::text AS name,
      string_to_array(nullif(oidvectortypes(proargtypes), ''), ', ')::regtype[] AS types
      FROM pg_proc p
      WHERE pronamespace IN ('upkeep'::regnamespace, 'upkeep_internal'::regnamespace) AND prokind IN ('f', 'p')
      AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype)
      AND NOT 'internal'::regtype = ANY (proargtypes) ORDER BY p.oid::regprocedure::text COLLATE "C" LOOP
    FOR n IN 1 .. CASE WHEN callee.types IS NULL THEN 1 ELSE 300 END LOOP
      SELECT string_agg((SELECT argument FROM odd WHERE odd.type = t.type ORDER BY random() + t.nr - t.nr LIMIT 1), ', '
        ORDER BY nr)
        INTO arguments FROM unnest(callee.types) WITH ORDINALITY t(type, nr);
      calls := calls + 1;
      BEGIN
        EXECUTE format(CASE callee.prokind
          WHEN 'p' THEN 'CALL %s(%s)' ELSE 'SELECT * FROM %s(%s)' END, callee.name, arguments);
        RAISE SQLSTATE 'TAKEN';
      EXCEPTION
        WHEN SQLSTATE 'TAKEN' THEN NULL;
        WHEN internal_error THEN RAISE INFO 'internal error: % from %(%)', SQLERRM, callee.name, left(arguments, 500);
        WHEN OTHERS THEN NULL;
      END;
    END LOOP;
  END LOOP;
  RAISE INFO '% calls', calls;
END $$;
