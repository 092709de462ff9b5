-- The triggers of pg_upkeep in this database, and the writing of the trigger functions.

-- Every trigger of ours. place: what orders them by schema, table and name. is_clone: of a partition, from its
-- partitioned table.
CREATE VIEW upkeep_internal.triggers AS
SELECT t.oid AS trigger_oid, t.tgrelid::regclass AS object, f.feature, f.enable, t.tgname AS name,
  t.tgenabled AS enabled, t.tgparentid <> 0 AS is_clone, t.tgtype::int AS type,
  upkeep_internal.unpack_arguments(t.tgargs) AS arguments,
  ARRAY[c.relnamespace::regnamespace::text, c.relname, t.tgname] COLLATE "C" AS place
FROM pg_trigger t
JOIN pg_proc p ON p.oid = t.tgfoid AND p.pronamespace = 'upkeep'::regnamespace
JOIN upkeep_internal.features f ON f.function = p.proname
JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND NOT pg_is_other_temp_schema(c.relnamespace)
  AND NOT (c.relkind = 'v' AND p.proname = 'soft_delete');

CREATE FUNCTION upkeep_internal.literals(texts text[])
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT coalesce(string_agg(quote_literal(t), ', ' ORDER BY place), '') FROM unnest(texts) WITH ORDINALITY u(t, place)
$$;

-- Arguments in the order of the options.
CREATE FUNCTION upkeep_internal.in_order(feature text, arguments text[])
RETURNS text[] STABLE LANGUAGE sql AS $$
  SELECT array_agg(a ORDER BY o.place, u.place)
  FROM unnest(arguments) WITH ORDINALITY u(a, place)
  JOIN upkeep_internal.options o ON o.feature = in_order.feature AND o.option = split_part(a, '=', 1)
$$;

CREATE FUNCTION upkeep_internal.require_free_name(target regclass, name name, feature text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = target AND tgname = name)
     AND NOT EXISTS (SELECT FROM upkeep_internal.triggers t WHERE t.object = target
                       AND t.name = require_free_name.name AND t.feature = require_free_name.feature) THEN
    PERFORM upkeep_internal.fail('42710', format('table "%s" has a trigger "%s" that is not pg_upkeep''s',
      upkeep_internal.table_name(target), name), 'Rename or drop that trigger.');
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.require_no_clone(target regclass, feature text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM upkeep_internal.triggers t
             WHERE t.object = target AND t.feature = require_no_clone.feature AND t.is_clone) THEN
    PERFORM upkeep_internal.fail('42809', format('partition "%s" has its %s trigger from the partitioned table',
      upkeep_internal.table_name(target), feature), 'Call this for the partitioned table.');
  END IF;
END $$;

-- How many there were.
CREATE FUNCTION upkeep_internal.drop_triggers(target regclass, feature text)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  name name;
  dropped int := 0;
BEGIN
  FOR name IN SELECT t.name FROM upkeep_internal.triggers t
      WHERE t.object = target AND t.feature = drop_triggers.feature AND NOT t.is_clone ORDER BY t.place LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', name, upkeep_internal.qualified(target));
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;

-- A trigger that was made by hand, and does not fit its function.
CREATE FUNCTION upkeep_internal.misused_trigger(name name, target regclass, feature text, right_trigger text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  rule upkeep_internal.features;
BEGIN
  SELECT * INTO rule FROM upkeep_internal.features f WHERE f.feature = misused_trigger.feature;
  PERFORM upkeep_internal.fail('39P01', format('trigger "%s" on table "%s" calls upkeep.%s() at the wrong time, level '
    'or event', name, upkeep_internal.table_name(target), rule.function),
    format('Make it %s, or drop it and call upkeep.enable_%s().', right_trigger, rule.enable));
END $$;

-- upkeep.pause and the marks of our own statements. A mark stands in upkeep.pause behind a # with the depth of the
-- triggers that its statement fires and a proof. Anyone can set upkeep.pause where no C module guards it: pausing is
-- honoured only for the table's owner and the members of a role upkeep_pause, and a mark only if the one who could have
-- forged it is the installer, or if its proof is right.

-- For a trigger function that runs as the writer: 'paused', or the mark of a statement of our own, 'touch', 'derived'
-- or 'quiet'; NULL otherwise.
CREATE FUNCTION upkeep_internal.mark(feature text, target regclass, depth int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  IF upkeep_internal.is_named_in_pause(feature) AND upkeep_internal.may_pause(target, current_user) THEN
    RETURN 'paused';
  END IF;
  RETURN upkeep_internal.own_kind(target, depth);
END $$;

-- For one that runs as the installer.
CREATE FUNCTION upkeep_internal.paused_for_writer(feature text, target regclass)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.is_named_in_pause(feature)
    AND upkeep_internal.may_pause(target, upkeep_internal.writer())
    AND NOT upkeep_internal.is_restricted();
END $$;

-- The mark of the statement that fires a trigger at this depth, the innermost; NULL if it is not ours.
CREATE FUNCTION upkeep_internal.own_kind(target regclass, depth int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  pause constant text := current_setting('upkeep.pause', true);
  marks text[];
  kind text;
BEGIN
  -- Most statements are not marked.
  IF pause IS NULL OR position('#' IN pause) = 0 THEN
    RETURN NULL;
  END IF;
  marks := string_to_array(pause, ',');
  FOR number IN REVERSE cardinality(marks)..1 LOOP
    IF marks[number] LIKE '#%' AND split_part(marks[number], ' ', 2) = depth::text THEN
      kind := substr(split_part(marks[number], ' ', 1), 2);
      IF (pg_has_role(upkeep_internal.writer(), upkeep_internal.installer(), 'USAGE')
          OR upkeep_internal.may_pause(target, upkeep_internal.writer())) AND NOT upkeep_internal.is_restricted()
         OR upkeep_internal.is_proof(split_part(marks[number], ' ', 3), kind, depth) THEN
        RETURN kind;
      END IF;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION upkeep_internal.is_named_in_pause(feature text)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
  pause constant text := lower(current_setting('upkeep.pause', true));
BEGIN
  -- Mostly there are only marks, and what needs no query is quick.
  IF position(feature IN pause) = 0 AND position('all' IN pause) = 0 THEN
    RETURN false;
  END IF;
  RETURN EXISTS (SELECT FROM string_to_table(pause, ',') w WHERE btrim(w, ' "') IN ('all', feature));
END $$;

CREATE FUNCTION upkeep_internal.may_pause(target regclass, role_name name)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN coalesce(pg_has_role(role_name, (SELECT relowner FROM pg_class WHERE oid = target), 'USAGE'), false)
      OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'upkeep_pause' AND pg_has_role(role_name, oid, 'USAGE'));
END $$;

-- Who writes: the role that has logged in, or the one that it has set. In a function that runs as the installer
-- current_user is the installer.
CREATE FUNCTION upkeep_internal.writer()
RETURNS name STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END;
END $$;

-- Whether this runs within ANALYZE, REINDEX, REFRESH MATERIALIZED VIEW or the like, which call functions of the table's
-- owner: the writer is who has sent the command, or for autovacuum a superuser, and none of what they do is his.
-- UNLISTEN does nothing, and is refused there.
CREATE FUNCTION upkeep_internal.is_restricted()
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UNLISTEN "pg_upkeep: nobody listens";
  RETURN false;
EXCEPTION WHEN insufficient_privilege THEN
  RETURN true;
END $$;

-- The role that has loaded this edition, as which its functions run that need rights of their own.
CREATE FUNCTION upkeep_internal.installer()
RETURNS oid STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.owner_of_schema('upkeep_internal');
END $$;

-- Called immutable, so that a plan asks once: PostgreSQL drops all plans when a schema changes.
CREATE FUNCTION upkeep_internal.owner_of_schema(schema name)
RETURNS oid IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT nspowner FROM pg_namespace WHERE nspname = schema);
END $$;

CREATE FUNCTION upkeep_internal.is_proof(given text, kind text, depth int)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  RETURN given = upkeep_internal.proof(kind, depth);
END $$;

-- Of a mark in this transaction. Only the installer can read what it is made of.
CREATE FUNCTION upkeep_internal.proof(kind text, depth int)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT md5(concat_ws(' ', s.secret, pg_backend_pid(), pg_current_xact_id(), kind, depth))
          FROM upkeep_internal.secret s);
END $$;

-- A digest of what the branch of a table in a trigger function relies on: the table's columns and its triggers of the
-- feature.
CREATE FUNCTION upkeep_internal.fingerprint(feature text, target regclass)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  -- Tables that a trigger names without a schema are those beside its own.
  RETURN md5(concat(upkeep_internal.qualified(target), '; ',
    (SELECT string_agg(concat_ws(' ', a.attnum, quote_ident(a.attname), a.atttypid, a.atttypmod, a.attgenerated), ', '
                       ORDER BY a.attnum)
     FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped), '; ',
    (SELECT string_agg(concat_ws(' ', t.type, d.tgoldtable, d.tgnewtable, t.arguments), ', ' ORDER BY t.place)
     FROM upkeep_internal.triggers t JOIN pg_trigger d ON d.oid = t.trigger_oid
     WHERE t.object = target AND t.feature = fingerprint.feature)));
END $$;

-- Whether the branch that was written for a table still fits it. Called immutable, so that a plan asks once: the
-- constant of type regclass makes PostgreSQL drop the plan whenever the table, its columns or its triggers change.
CREATE FUNCTION upkeep_internal.fits(feature text, target regclass, fingerprint text)
RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN upkeep_internal.fingerprint(feature, target) = fingerprint AND upkeep_internal.is_current(target);
END $$;

-- A transaction that reads by one snapshot does not see in the catalogue what others have altered since, though it
-- writes to the table as that is by now.
CREATE FUNCTION upkeep_internal.is_current(target regclass)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
  known record;
  is_current boolean;
BEGIN
  IF current_setting('transaction_isolation') LIKE 'read %' THEN
    RETURN true;
  END IF;
  SELECT array_agg(a.attname::text ORDER BY a.attname) AS names,
    array_agg(a.atttypid ORDER BY a.attname) AS types,
    string_agg(format('pg_catalog.pg_typeof(x.%I)::pg_catalog.oid', a.attname), ', ' ORDER BY a.attname) AS asked
  INTO known
  FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped;
  -- A query is read with the columns that are there now.
  EXECUTE format('SELECT $1 [=] ARRAY(SELECT k FROM pg_catalog.jsonb_object_keys(pg_catalog.to_jsonb(x)) k '
    'ORDER BY k COLLATE pg_catalog."C") AND $2 [=] ARRAY[%s] FROM (SELECT (NULL::%s).*) x', known.asked,
    upkeep_internal.qualified(target))
    INTO is_current USING known.names, known.types;
  RETURN is_current;
EXCEPTION
  WHEN undefined_column OR undefined_table OR undefined_object THEN
    RETURN false;
END $$;

-- The error that the transaction would get for a row that others have changed.
CREATE FUNCTION upkeep_internal.require_current(target regclass)
RETURNS void STABLE LANGUAGE plpgsql AS $$
BEGIN
  IF NOT upkeep_internal.is_current(target) THEN
    PERFORM upkeep_internal.fail('40001', format('could not serialize access: table "%s" has been altered since this '
      'transaction began', upkeep_internal.table_name(target)), 'Repeat the transaction.');
  END IF;
END $$;

-- A statement of our own is marked while it runs: before := upkeep_internal.begin_own('touch'), the statement, and
-- PERFORM upkeep_internal.end_own(before). touch: the row gets a stamp whether it changed or not. derived: what it
-- writes follows from other rows, so versions stay. quiet: it changes nothing that would count. A feature may have
-- kinds of its own for its own triggers.
CREATE FUNCTION upkeep_internal.begin_own(kind text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  before constant text := coalesce(current_setting('upkeep.pause', true), '');
  depth constant int := pg_trigger_depth() + 1;
  after text := concat(before, CASE WHEN before <> '' THEN ',' END, '#', kind, ' ', depth, ' ');
BEGIN
  IF upkeep_internal.needs_proof() THEN
    after := after || upkeep_internal.proof(kind, depth);
  END IF;
  -- An assignment, because it needs no query.
  after := set_config('upkeep.pause', after, true);
  RETURN before;
END $$;

-- A writer who is the installer himself forges nothing. A function that runs as the caller marks statements on the
-- caller's own tables only.
CREATE FUNCTION upkeep_internal.needs_proof()
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
  writer constant name := upkeep_internal.writer();
BEGIN
  RETURN writer <> current_user AND pg_get_userbyid(upkeep_internal.installer()) = current_user
    AND NOT pg_has_role(writer, upkeep_internal.installer(), 'USAGE');
END $$;

CREATE FUNCTION upkeep_internal.end_own(before text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  before := set_config('upkeep.pause', before, true);
END $$;
