-- Whether what was found may be lost.

-- Each loss needs an approval, which it uses up, an exemption, or the mode that only warns; UK007 where one is missing.
-- Returns what let each go: {"table": 1, "column": "", "confirmation": "confirm_drop"}. served: the schemas whose
-- approval the command has used up, which goes on serving it. path: the schemas of the writer's search_path.
CREATE FUNCTION upkeep_internal.decide(
  command text,
  losses jsonb,
  path name[],
  INOUT served jsonb DEFAULT '{}',
  OUT given jsonb
) LANGUAGE plpgsql AS $$
DECLARE
  loss jsonb;
  approval record;
  open jsonb := '[]';
BEGIN
  given := '[]';
  FOR loss IN SELECT l FROM jsonb_array_elements(losses) WITH ORDINALITY u(l, place) ORDER BY place LOOP
    SELECT * INTO approval
    FROM upkeep_internal.take_approval('pg_class', (loss ->> 'table')::oid, (loss ->> 'column')::name);
    IF approval.name IS NOT NULL THEN
      PERFORM upkeep_internal.require_expected(command, loss ->> 'object', upkeep_internal.lost_exactly(loss,
        approval.expect_rows), approval.expect_rows, CASE loss ->> 'column' WHEN '' THEN 'row' ELSE 'value' END);
      given := given || upkeep_internal.let_go(loss, approval.name);
    ELSIF (loss ->> 'lost')::bigint > 0 AND loss ->> 'kind' = 'rows'
          AND coalesce((loss ->> 'exempt')::boolean, upkeep_internal.is_exempt((loss ->> 'table')::oid)) THEN
      given := given || upkeep_internal.let_go(loss, 'guard_exempt');
    ELSIF (loss ->> 'lost')::bigint > 0 THEN
      open := open || loss;
    END IF;
  END LOOP;
  SELECT s.open, s.served, decide.given || s.given INTO open, served, given
  FROM upkeep_internal.take_schema_approvals(command, open, served) s;
  IF open = '[]' THEN
    RETURN;
  END IF;
  PERFORM upkeep_internal.tell_losses(command, open, path);
  given := given || (SELECT jsonb_agg(upkeep_internal.let_go(l, 'warn')) FROM jsonb_array_elements(open) l);
END $$;

CREATE FUNCTION upkeep_internal.let_go(loss jsonb, confirmation text)
RETURNS jsonb IMMUTABLE LANGUAGE sql AS $$
  SELECT jsonb_build_object('table', loss -> 'table', 'column', loss -> 'column', 'confirmation', confirmation)
$$;

CREATE FUNCTION upkeep_internal.require_expected(command text, object text, count bigint, expected bigint,
                                                 what text DEFAULT 'row')
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF expected <> count THEN
    PERFORM upkeep_internal.fail('UK007', format('%s would lose %s %s%s of %s, and %s %s expected', command, count,
        what, CASE count WHEN 1 THEN '' ELSE 's' END, object, expected,
        CASE expected WHEN 1 THEN 'was' ELSE 'were' END),
      'Look at what has changed meanwhile; then confirm the current number.');
  END IF;
END $$;

-- A yes of a schema serves all tables of it that one command loses, and what it expects is their sum.
CREATE FUNCTION upkeep_internal.take_schema_approvals(
  command text,
  INOUT open jsonb,
  INOUT served jsonb,
  OUT given jsonb
) LANGUAGE plpgsql AS $$
DECLARE
  schema record;
  approval record;
  total bigint;
BEGIN
  given := '[]';
  FOR schema IN
    SELECT l ->> 'schema' AS id, min(l ->> 'schema_name') AS name, jsonb_agg(l ORDER BY place) AS losses
    FROM jsonb_array_elements(open) WITH ORDINALITY u(l, place)
    WHERE l ->> 'kind' = 'rows' AND l ->> 'schema' IS NOT NULL
    GROUP BY l ->> 'schema' ORDER BY (l ->> 'schema')::bigint
  LOOP
    approval := NULL;
    IF NOT served ? schema.id THEN
      SELECT * INTO approval FROM upkeep_internal.take_approval('pg_namespace', schema.id::oid, '');
      CONTINUE WHEN approval.name IS NULL;
      served := served || jsonb_build_object(schema.id, approval.name);
      total := (SELECT sum(upkeep_internal.lost_exactly(l, approval.expect_rows))
                FROM jsonb_array_elements(schema.losses) l);
      PERFORM upkeep_internal.require_expected(command, format('schema %I', schema.name), total, approval.expect_rows);
    END IF;
    given := given || (SELECT jsonb_agg(upkeep_internal.let_go(l, served ->> schema.id))
                       FROM jsonb_array_elements(schema.losses) l);
    open := coalesce((SELECT jsonb_agg(l ORDER BY place) FROM jsonb_array_elements(open) WITH ORDINALITY u(l, place)
                      WHERE l ->> 'kind' <> 'rows' OR l ->> 'schema' IS DISTINCT FROM schema.id), '[]');
  END LOOP;
END $$;

-- Where something blocks, an error.
CREATE FUNCTION upkeep_internal.tell_losses(command text, losses jsonb, path name[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  message constant text := upkeep_internal.loss_message(command, losses);
  own constant jsonb := coalesce((
    SELECT jsonb_agg(l ORDER BY place) FROM jsonb_array_elements(losses) WITH ORDINALITY u(l, place)
    WHERE upkeep_internal.may_confirm(l)), '[]');
  hint constant text := concat_ws(' ', upkeep_internal.hint_for_writer(own, path),
                                  upkeep_internal.hint_for_owners(losses));
BEGIN
  -- Some tools show warnings only, others errors only: the same text goes out as both.
  RAISE WARNING USING ERRCODE = 'UK007', MESSAGE = message, HINT = hint;
  IF EXISTS (SELECT FROM jsonb_array_elements(losses) l WHERE (l ->> 'blocks')::boolean) THEN
    RAISE EXCEPTION USING ERRCODE = 'UK007', MESSAGE = message, HINT = hint;
  END IF;
END $$;

-- Whether the writer may confirm that a table or column goes; its owner may be unknown by now.
CREATE FUNCTION upkeep_internal.may_confirm(loss jsonb)
RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT has_schema_privilege(upkeep_internal.writer(), 'upkeep', 'USAGE')
    AND (coalesce(pg_has_role(upkeep_internal.writer(), (SELECT oid FROM pg_roles WHERE oid = (loss ->> 'owner')::oid),
                              'USAGE'), false)
         OR upkeep_internal.owns_schema(upkeep_internal.writer(), (loss ->> 'schema')::oid))
$$;

-- NULL where the caller may confirm nothing. A schema's name alone may mean a table, which would be confirmed instead.
CREATE FUNCTION upkeep_internal.hint_for_writer(own jsonb, path name[])
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  schemas text[];
  are_meant boolean;
BEGIN
  IF own = '[]' THEN
    RETURN NULL;
  END IF;
  SELECT array_agg(quote_ident(name) ORDER BY quote_ident(name) COLLATE "C"),
    bool_and(upkeep_internal.owns_schema(upkeep_internal.writer(), to_regnamespace(quote_ident(name)))
             AND NOT EXISTS (SELECT FROM unnest(path) p WHERE upkeep_internal.find_table(p, name) IS NOT NULL))
  INTO schemas, are_meant
  FROM (SELECT DISTINCT l ->> 'schema_name' FROM jsonb_array_elements(own) l WHERE l ->> 'kind' = 'rows') s(name);
  RETURN upkeep_internal.loss_hint(own, CASE WHEN are_meant THEN schemas ELSE '{}' END);
END $$;

CREATE FUNCTION upkeep_internal.hint_for_owners(losses jsonb)
RETURNS text STABLE LANGUAGE sql AS $$
  SELECT string_agg(upkeep_internal.owner_hint(owner, objects), ' ' ORDER BY owner COLLATE "C")
  FROM (
    SELECT CASE WHEN has_schema_privilege(r.oid, 'upkeep', 'USAGE') THEN format('role %I', r.rolname)
                ELSE 'a superuser' END, array_agg(l ->> 'object' ORDER BY place)
    FROM jsonb_array_elements(losses) WITH ORDINALITY u(l, place)
    LEFT JOIN pg_roles r ON r.oid = (l ->> 'owner')::oid
    WHERE NOT upkeep_internal.may_confirm(l)
    GROUP BY 1) o(owner, objects)
$$;
