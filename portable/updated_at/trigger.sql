-- The trigger function upkeep.updated_at(): stamps a row that really changed.

-- Between the two lines upkeep_internal.write_triggers writes a branch for each table.
CREATE FUNCTION upkeep.updated_at(…) LANGUAGE plpgsql AS $$
DECLARE
  mark pg_catalog.text;
  is_quiet boolean;
  is_touch boolean;
  is_derived boolean;
  changed boolean;
BEGIN
  IF pg_catalog.current_setting('upkeep.pause', true) [<>] '' THEN
    mark := upkeep_internal.mark('updated_at', TG_RELID, pg_catalog.pg_trigger_depth());
    IF mark [=] 'paused' THEN
      RETURN NEW;
    END IF;
    is_quiet := mark [=] 'quiet';
    is_touch := mark [=] 'touch';
    is_derived := mark [=] ANY ('{derived,total,refund,touch}');
  END IF;
  -- branches
  -- end of branches
  PERFORM upkeep_internal.mend_branch('updated_at', TG_RELID);

  -- What no branch knows: a table of a restored dump, a trigger made by hand, columns altered since. upkeep.refresh()
  -- writes the branch.
  IF TG_WHEN [<>] 'BEFORE' OR TG_LEVEL [<>] 'ROW' OR TG_OP [=] 'DELETE' THEN
    PERFORM upkeep_internal.misused_trigger(TG_NAME, TG_RELID, 'updated_at',
      'BEFORE INSERT OR UPDATE ... FOR EACH ROW');
  END IF;
  IF TG_OP [=] 'INSERT' THEN
    EXECUTE upkeep_internal.updated_at_insert_query(TG_RELID, TG_ARGV) INTO NEW USING NEW;
  ELSE
    EXECUTE upkeep_internal.updated_at_query(TG_RELID, TG_ARGV) INTO NEW USING NEW, OLD, is_quiet, is_touch, is_derived;
  END IF;
  RETURN NEW;
END $$;

-- The expressions that a branch and a query are made of, over the rows that new_row and old_row name.
CREATE FUNCTION upkeep_internal.updated_at_expressions(
  target regclass,
  arguments text[],
  new_row text,
  old_row text,
  OUT stamp name,
  OUT is_changed text,
  OUT is_explicit text,
  OUT next_stamp text,
  OUT on_explicit text,
  OUT version name,
  OUT next_version text,
  OUT protected name[],
  OUT clock text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  plan record;
BEGIN
  SELECT * INTO plan FROM upkeep_internal.updated_at_plan(target, arguments);
  stamp := plan.stamp;
  on_explicit := plan.on_explicit;
  version := plan.version;
  protected := plan.protected;
  clock := plan.clock;
  is_changed := upkeep_internal.differ(target, plan.counted, new_row, old_row);
  -- A protected column that is NULL may get a value.
  is_changed := is_changed || coalesce((
    SELECT string_agg(format(' OR %2$s.%1$I IS NULL AND %3$s.%1$I IS NOT NULL', p, old_row, new_row), '')
    FROM unnest(protected) p), '');
  is_explicit := format('pg_catalog.record_image_ne(ROW(%s.%I), ROW(%s.%I))', new_row, stamp, old_row, stamp);
  -- It never goes back and never stands still: a transaction that began first may write last. One that no clock here
  -- can have written is not followed into the future.
  next_stamp := format($sql$CASE WHEN %1$s [>] %2$s THEN %1$s
    WHEN pg_catalog.isfinite(%2$s) AND %2$s [<=] (%1$s [+] '1 hour'::pg_catalog.interval)
      THEN GREATEST(%1$s, %2$s [+] %3$L::pg_catalog.interval)
    ELSE %1$s END$sql$, clock, format('%s.%I', old_row, stamp), plan.tick);
  next_version := CASE WHEN version IS NULL THEN '' ELSE format(
    'upkeep_internal.next_version(%1$s.%3$I, %2$s.%3$I, changed AND is_derived IS NOT TRUE, %4$s, '
    '%5$L, %6$L)', old_row, new_row, version, plan.last_version, target::oid, version) END;
END $$;

-- Whether the columns of two rows of a table differ. By their images, like the C++ edition: json has no equality, and
-- 1.0 and 1.00 are equal. As a function: the operator expands rows of constructors column by column. Where the operator
-- <> is cheap and says that two values differ, so do their images, and no row has to be made.
CREATE FUNCTION upkeep_internal.differ(target regclass, columns name[], new_row text, old_row text)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE WHEN columns = '{}' THEN 'false' ELSE coalesce((
           SELECT string_agg(format('%2$s.%1$I [<>] %3$s.%1$I OR ', a.attname, new_row, old_row), ''
                             ORDER BY a.attlen < 0, a.attnum)
           FROM pg_attribute a
           WHERE a.attrelid = target AND a.attname = ANY (columns) AND a.atttypid = ANY (
             '{bool,int2,int4,int8,float4,float8,numeric,date,timestamp,timestamptz,uuid,text,varchar}'::regtype[]
           )), '')
         || format('pg_catalog.record_image_ne(ROW(%s), ROW(%s))',
                   upkeep_internal.fields(new_row, columns), upkeep_internal.fields(old_row, columns)) END
$$;

-- NEW.id, NEW.name
CREATE FUNCTION upkeep_internal.fields(row_name text, columns name[])
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT string_agg(format('%s.%I', row_name, c), ', ' ORDER BY place)
          FROM unnest(columns) WITH ORDINALITY u(c, place));
END $$;

-- What a trigger of a table does to a row, as text for the function's body.
CREATE FUNCTION upkeep_internal.updated_at_branch(target regclass, arguments text[], type int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  e record;
  branch text := '';
BEGIN
  -- FOR EACH ROW, BEFORE, and neither DELETE nor TRUNCATE.
  IF type & 3 <> 3 OR type & 104 <> 0 THEN
    RETURN NULL;
  END IF;
  SELECT * INTO e FROM upkeep_internal.updated_at_expressions(target, arguments, 'NEW', 'OLD');
  IF type & 4 <> 0 THEN
    branch := format($text$
IF TG_OP [=] 'INSERT' THEN
  IF NEW.%1$I IS NULL THEN
    NEW.%1$I := %2$s;
  END IF;
  RETURN NEW;
END IF;$text$, e.stamp, e.clock);
  END IF;
  -- Where there is no version, what has changed is asked for in one place.
  branch := branch || CASE WHEN e.version IS NULL THEN '' ELSE format($text$
changed := is_quiet IS NOT TRUE AND (%1$s);$text$, e.is_changed) END
  || CASE e.on_explicit
    WHEN 'respect' THEN format($text$
IF %1$s THEN
  -- The client's own value stays.
ELSIF $text$, e.is_explicit)
    WHEN 'reject' THEN format($text$
IF %1$s THEN
  PERFORM upkeep_internal.explicit_stamp(%2$L, %3$L);
ELSIF $text$, e.is_explicit, target::oid, e.stamp)
    ELSE E'\nIF ' END
  || CASE WHEN e.version IS NOT NULL THEN 'changed' ELSE format('is_quiet IS NOT TRUE AND (%s)', e.is_changed) END
  || format($text$ OR is_touch THEN
  NEW.%1$I := %2$s;
ELSE
  NEW.%1$I := OLD.%1$I;
END IF;$text$, e.stamp, e.next_stamp)
  || CASE WHEN e.version IS NULL THEN '' ELSE format($text$
NEW.%1$I := %2$s;$text$, e.version, e.next_version) END
  || coalesce((SELECT string_agg(format($text$
NEW.%1$I := COALESCE(OLD.%1$I, NEW.%1$I);$text$, p), '') FROM unnest(e.protected) p), '')
  || E'\nRETURN NEW;';
  RETURN ltrim(branch, E'\n');
END $$;

-- The same as a query: $1 is NEW, $2 OLD, then is_quiet, is_touch and is_derived.
CREATE FUNCTION upkeep_internal.updated_at_query(target regclass, arguments text[])
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  e record;
BEGIN
  PERFORM upkeep_internal.require_current(target);
  SELECT * INTO e FROM upkeep_internal.updated_at_expressions(target, arguments, '($1)', '($2)');
  RETURN format('SELECT %s FROM (SELECT $3 IS NOT TRUE AND (%s) AS changed, $4 AS is_touch, $5 AS is_derived) c', (
    SELECT string_agg(CASE
      WHEN a.attname = e.stamp THEN format('CASE %sWHEN changed OR is_touch THEN (%s)::%s ELSE ($2).%I END',
        CASE e.on_explicit
          WHEN 'respect' THEN format('WHEN %s THEN ($1).%I ', e.is_explicit, e.stamp)
          WHEN 'reject' THEN format('WHEN %s THEN (upkeep_internal.explicit_stamp(%L, %L)::text)::%s ', e.is_explicit,
            target::oid, e.stamp, format_type(a.atttypid, a.atttypmod)) ELSE '' END,
        e.next_stamp, format_type(a.atttypid, a.atttypmod), e.stamp)
      WHEN a.attname = e.version THEN format('%s::%s', e.next_version, format_type(a.atttypid, a.atttypmod))
      WHEN a.attname = ANY (e.protected) THEN format('COALESCE(($2).%1$I, ($1).%1$I)', a.attname)
      ELSE format('($1).%I', a.attname) END, ', ' ORDER BY a.attnum)
    FROM pg_attribute a
    WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped), e.is_changed);
END $$;

CREATE FUNCTION upkeep_internal.updated_at_insert_query(target regclass, arguments text[])
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  plan record;
BEGIN
  PERFORM upkeep_internal.require_current(target);
  SELECT * INTO plan FROM upkeep_internal.updated_at_plan(target, arguments);
  RETURN (
    SELECT 'SELECT ' || string_agg(CASE a.attname
      WHEN plan.stamp THEN format('COALESCE(($1).%I, %s)::%s', a.attname, plan.clock,
                                  format_type(a.atttypid, a.atttypmod))
      ELSE format('($1).%I', a.attname) END, ', ' ORDER BY a.attnum)
    FROM pg_attribute a
    WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped);
END $$;

-- The version of a row that had old, and for which the client has sent another: what it read, or what follows.
CREATE FUNCTION upkeep_internal.next_version(
  old bigint,
  sent bigint,
  is_raised boolean,
  last bigint,
  target regclass,
  column_name name
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  from_version constant bigint := coalesce(old, 0);
BEGIN
  IF sent IS NULL AND old IS NOT NULL OR sent < from_version OR sent > from_version AND sent - 1 > from_version THEN
    PERFORM upkeep_internal.fail('UK006', format('stale version of a row of "%s"', upkeep_internal.table_name(target)),
      'Read the row again and repeat the change on what it says now.',
      format('The row has %s %s, the client sent %s.', column_name, coalesce(old::text, 'NULL'),
             coalesce(sent::text, 'NULL')));
  ELSIF is_raised AND from_version = last THEN
    PERFORM upkeep_internal.fail('22003', format('column "%s" of table "%s" has reached the largest version',
      column_name, upkeep_internal.table_name(target)),
      CASE WHEN last = 9223372036854775807 THEN 'Set the version back while upkeep.pause is ''updated_at''.'
           ELSE 'Make the column a bigint.' END);
  ELSIF is_raised THEN
    RETURN from_version + 1;
  END IF;
  -- What the client sent stays: the version that is there, or the one that follows, which forces an increment.
  RETURN CASE WHEN old IS NULL AND sent = 0 THEN NULL ELSE sent END;
END $$;

CREATE FUNCTION upkeep_internal.explicit_stamp(target regclass, column_name name)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('428C9', format('column "%s" of table "%s" is kept by the database', column_name,
    upkeep_internal.table_name(target)), format('Leave "%s" out of the SET list.', column_name),
    'The statement sets it to another value.');
END $$;
