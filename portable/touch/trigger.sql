-- The trigger function upkeep.touch(): one UPDATE of the parents of all rows that a statement changed. It runs as the
-- installer: who writes a child needs no rights on its parent.

CREATE FUNCTION upkeep.touch(…) LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  before pg_catalog.text;
  query pg_catalog.record;
  finds_any pg_catalog.bool;
BEGIN
  IF pg_catalog.current_setting('upkeep.pause', true) [<>] '' THEN
    IF upkeep_internal.paused_for_writer('touch', TG_RELID)
       OR upkeep_internal.own_kind(TG_RELID, pg_catalog.pg_trigger_depth()) [=] 'quiet' THEN
      RETURN NULL;
    END IF;
  END IF;
  -- branches
  -- end of branches
  PERFORM upkeep_internal.mend_branch('touch', TG_RELID);

  -- What no branch knows, as in upkeep.updated_at(). Only what the trigger function itself sends sees the transition
  -- tables.
  SELECT * INTO query FROM upkeep_internal.touch_queries_of(TG_RELID, TG_NAME, TG_ARGV, TG_OP);
  IF query.stamps IS NULL THEN
    RETURN NULL;
  END IF;
  EXECUTE query.finds_any INTO finds_any;
  IF finds_any THEN
    PERFORM upkeep_internal.require_may_touch(TG_RELID, query.parent);
    before := upkeep_internal.begin_own('touch');
    EXECUTE query.stamps;
    PERFORM upkeep_internal.end_own(before);
  END IF;
  RETURN NULL;
END $$;

-- The two queries of a trigger; NULL where there is no parent, or none that keeps a stamp.
CREATE FUNCTION upkeep_internal.touch_queries_of(
  child regclass,
  name name,
  arguments text[],
  operation text,
  OUT parent regclass,
  OUT finds_any text,
  OUT stamps text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  trigger record;
  plan record;
BEGIN
  SELECT t.tgtype::int AS type, t.tgoldtable, t.tgnewtable INTO trigger
  FROM pg_trigger t WHERE t.tgrelid = child AND t.tgname = touch_queries_of.name;
  IF trigger.type & 99 <> 0 OR operation <> 'INSERT' AND trigger.tgoldtable IS NULL
     OR operation <> 'DELETE' AND trigger.tgnewtable IS NULL THEN
    PERFORM upkeep_internal.misused_trigger(name, child, 'touch',
      'AFTER INSERT, UPDATE or DELETE with transition tables, FOR EACH STATEMENT');
  END IF;
  plan := upkeep_internal.touch_plan(child, arguments);
  IF plan.stamp IS NOT NULL THEN
    parent := plan.parent;
    SELECT q.* INTO finds_any, stamps
    FROM upkeep_internal.touch_queries(child, plan, operation, trigger.tgoldtable, trigger.tgnewtable) q;
  END IF;
END $$;

-- Otherwise anyone with a table could write to any other.
CREATE FUNCTION upkeep_internal.require_may_touch(child regclass, parent regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_role_of(child, parent);
  PERFORM upkeep_internal.require_trusted(child);
  PERFORM upkeep_internal.require_trusted(parent);
END $$;

-- What the triggers of a touch do after a statement, as text for the function's body.
CREATE FUNCTION upkeep_internal.touch_branch(target regclass, arguments text[], type int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  plan constant record := upkeep_internal.touch_plan(target, arguments);
  operation text;
  query record;
  branch text := '';
BEGIN
  IF type & 99 <> 0 OR plan.stamp IS NULL OR NOT plan.is_named
     OR upkeep_internal.has_other_transition_tables(target, arguments) THEN
    RETURN NULL;
  END IF;
  PERFORM upkeep_internal.require_may_touch(target, plan.parent);
  FOREACH operation IN ARRAY '{INSERT,UPDATE,DELETE}'::text[] LOOP
    CONTINUE WHEN type & CASE operation WHEN 'INSERT' THEN 4 WHEN 'DELETE' THEN 8 ELSE 16 END = 0;
    SELECT q.* INTO query FROM upkeep_internal.touch_queries(target, plan, operation, 'upkeep_old', 'upkeep_new') q;
    branch := branch || format($text$%sIF TG_OP [=] %L THEN
  IF (%s) THEN
    before := upkeep_internal.begin_own('touch');%s;
    PERFORM upkeep_internal.end_own(before);
  END IF;
$text$, CASE branch WHEN '' THEN '' ELSE 'ELS' END, operation, query.finds_any,
      upkeep_internal.indented(query.stamps, '    '));
  END LOOP;
  -- The columns that count are those of the child's updated_at, and the stamp is that of the parent's.
  RETURN format(E'IF upkeep_internal.still_is(%2$L, %3$L) AND upkeep_internal.fits(''updated_at'', %2$L, %4$L)\n'
    '   AND upkeep_internal.fits(''updated_at'', %5$L, %6$L) THEN\n%1$s  END IF;\n  RETURN NULL;\nEND IF;',
    upkeep_internal.indented(branch, '  '), plan.parent::oid, upkeep_internal.print_of(plan.parent),
    upkeep_internal.fingerprint('updated_at', plan.parent), target::oid,
    upkeep_internal.fingerprint('updated_at', target));
END $$;

-- Those of triggers made by hand may be called anything.
CREATE FUNCTION upkeep_internal.has_other_transition_tables(target regclass, arguments text[])
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT bool_or(g.tgtype::int & 4 = 0 AND g.tgoldtable IS DISTINCT FROM 'upkeep_old'
                 OR g.tgtype::int & 8 = 0 AND g.tgnewtable IS DISTINCT FROM 'upkeep_new'
                 OR (g.tgtype::int & 28) NOT IN (4, 8, 16))
  FROM upkeep_internal.triggers t
  JOIN pg_trigger g ON g.oid = t.trigger_oid
  WHERE t.object = target AND t.feature = 'touch' AND t.arguments = has_other_transition_tables.arguments
$$;
