-- All that the extension is in the catalogues, a line each, without oids and in no order but the lines' own: two
-- installations are equal when their digests are.
WITH extension AS (
  SELECT * FROM pg_catalog.pg_extension WHERE extname = 'pg_upkeep'
), member AS (
  SELECT d.classid AS classoid, d.objid AS objoid, i.type || ' ' || i.identity AS name
    FROM pg_catalog.pg_depend d, extension e, pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
   WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
), fact (name, what, value) AS (
  SELECT 'extension', 'properties', concat_ws(' ', extnamespace::regnamespace, extrelocatable,
         (SELECT array_agg(o::regclass::text || ' ' || coalesce(c, '') ORDER BY 1)
           FROM unnest(extconfig, extcondition) u(o, c)))
    FROM extension
  UNION ALL
  SELECT name, 'member', '' FROM member
  UNION ALL
  -- By the column's name: one that came back has another number than in a fresh table.
  SELECT name, 'comment ' || coalesce(attname, ''), description
    FROM member JOIN pg_catalog.pg_description d USING (classoid, objoid)
    LEFT JOIN pg_catalog.pg_attribute ON classoid = 'pg_class'::regclass AND attrelid = objoid AND attnum = objsubid
    AND attnum > 0
  UNION ALL
  SELECT name, 'initial privileges ' || objsubid,
    (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(initprivs) a)
    FROM member JOIN pg_catalog.pg_init_privs USING (classoid, objoid)
  UNION ALL
  SELECT name, 'schema',
    concat_ws(' ', pg_get_userbyid(nspowner), (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(nspacl) a))
    FROM member JOIN pg_catalog.pg_namespace n ON classoid = 'pg_namespace'::regclass AND n.oid = objoid
  UNION ALL
  SELECT name, 'function', concat_ws(' ', pg_get_userbyid(proowner), 'volatile', provolatile, 'parallel', proparallel,
         'security definer', prosecdef,
         'strict', proisstrict, 'leakproof', proleakproof, 'cost', procost, 'rows', prorows, 'support', prosupport,
         'config', proconfig, 'acl', (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(proacl) a),
         CASE WHEN prokind <> 'a' THEN pg_get_functiondef(p.oid) END)
    FROM member JOIN pg_catalog.pg_proc p ON classoid = 'pg_proc'::regclass AND p.oid = objoid
  UNION ALL
  -- What is named by an oid here has a name of its own as its text, or is a member.
  SELECT name, 'aggregate', (to_jsonb(a) - '{aggfnoid,aggtranstype,aggmtranstype}'::text[])::text ||
    aggtranstype::regtype || aggmtranstype::regtype
    FROM member JOIN pg_catalog.pg_aggregate a ON classoid = 'pg_proc'::regclass AND a.aggfnoid = objoid
  UNION ALL
  SELECT name, 'relation', concat_ws(' ', pg_get_userbyid(relowner), relkind, relpersistence, 'rls', relrowsecurity,
         relforcerowsecurity, 'options', reloptions,
         'acl', (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(relacl) a),
         CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END)
    FROM member JOIN pg_catalog.pg_class c ON classoid = 'pg_class'::regclass AND c.oid = objoid
  UNION ALL
  SELECT name, 'column ' || row_number() OVER (PARTITION BY attrelid ORDER BY attnum),
         concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, attstorage,
                   attcollation::regcollation,
                   pg_get_expr(adbin, adrelid),
                   (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(attacl) x))
    FROM member JOIN pg_catalog.pg_attribute a ON classoid = 'pg_class'::regclass AND attrelid = objoid AND attnum > 0
    AND NOT attisdropped
    LEFT JOIN pg_catalog.pg_attrdef ON adrelid = attrelid AND adnum = attnum
  UNION ALL
  SELECT name, 'constraint ' || conname, pg_get_constraintdef(c.oid)
    FROM member JOIN pg_catalog.pg_constraint c ON (classoid = 'pg_class'::regclass AND conrelid = objoid)
    OR (classoid = 'pg_type'::regclass AND contypid = objoid)
  UNION ALL
  SELECT name, 'index', pg_get_indexdef(indexrelid)
    FROM member JOIN pg_catalog.pg_index ON classoid = 'pg_class'::regclass AND indrelid = objoid
  UNION ALL
  SELECT name, 'trigger', pg_get_triggerdef(t.oid) || ' ' || tgenabled::text
    FROM member JOIN pg_catalog.pg_trigger t ON classoid = 'pg_class'::regclass AND tgrelid = objoid
    AND NOT tgisinternal
  UNION ALL
  SELECT name, 'policy ' || polname, concat_ws(' ', polcmd, polpermissive, polroles::regrole[],
    pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
    FROM member JOIN pg_catalog.pg_policy ON classoid = 'pg_class'::regclass AND polrelid = objoid
  UNION ALL
  SELECT name, 'type', concat_ws(' ', pg_get_userbyid(typowner), typtype, typlen, typinput, typoutput, typreceive,
         typsend, typdefault, typnotnull,
         CASE WHEN typbasetype <> 0 THEN format_type(typbasetype, typtypmod) END,
         (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_catalog.pg_enum WHERE enumtypid = t.oid),
         (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(typacl) a))
    FROM member JOIN pg_catalog.pg_type t ON classoid = 'pg_type'::regclass AND t.oid = objoid
  UNION ALL
  SELECT name, 'operator',
    concat_ws(' ', oprcode, oprcom::regoperator, oprnegate::regoperator, oprrest, oprjoin, oprcanmerge, oprcanhash)
    FROM member JOIN pg_catalog.pg_operator o ON classoid = 'pg_operator'::regclass AND o.oid = objoid
  UNION ALL
  SELECT name, 'cast', concat_ws(' ', castfunc::regprocedure, castcontext, castmethod)
    FROM member JOIN pg_catalog.pg_cast c ON classoid = 'pg_cast'::regclass AND c.oid = objoid
  UNION ALL
  SELECT name, 'event trigger', concat_ws(' ', pg_get_userbyid(evtowner), evtevent, evtenabled, evtfoid::regprocedure,
    (SELECT array_agg(t ORDER BY t) FROM unnest(evttags) t))
    FROM member JOIN pg_catalog.pg_event_trigger t ON classoid = 'pg_event_trigger'::regclass AND t.oid = objoid
)
SELECT name || ': ' || what || ': ' || coalesce(value, '')
FROM fact ORDER BY name COLLATE "C", what COLLATE "C", value COLLATE "C";
