-- What the guard says. Each loss is as core/guard/guard.hpp and features/guard/guard.hpp have it: {"kind": "rows",
-- "table": 1, "column": "", "object": "public.products", "rows": 50, "lost": 50, "complete": true, "type": "",
-- "instead": "", "schema": 2, "schema_name": "public", "owner": 3, "blocks": true}.

-- "50 rows of public.products", "column public.products.price: 42 of 50 rows have a value".
CREATE FUNCTION upkeep_internal.loss_phrase(loss jsonb)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  at_least constant text := CASE WHEN (loss ->> 'complete')::boolean THEN '' ELSE 'at least ' END;
  rows constant text := format('%s%s row%s', at_least, loss ->> 'rows',
                               CASE loss ->> 'rows' WHEN '1' THEN '' ELSE 's' END);
  share constant text := format('%s%s of %s %s', at_least, loss ->> 'lost', rows,
                                CASE loss ->> 'lost' WHEN '1' THEN 'has' ELSE 'have' END);
BEGIN
  RETURN CASE loss ->> 'kind'
    WHEN 'rows' THEN format('%s of %s', rows, loss ->> 'object')
    WHEN 'values' THEN format('column %s: %s a value', loss ->> 'object', share)
    ELSE format('parts of column %s: %s a value that %s does not keep', loss ->> 'object', share, loss ->> 'type') END;
END $$;

CREATE FUNCTION upkeep_internal.loss_message(command text, losses jsonb)
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('%s would lose %s%s', command,
    string_agg(upkeep_internal.loss_phrase(l), '; ' ORDER BY place) FILTER (WHERE place <= 8),
    CASE WHEN count(*) > 8 THEN format('; and %s more', count(*) - 8) ELSE '' END)
  FROM jsonb_array_elements(losses) WITH ORDINALITY u(l, place)
$$;

-- SELECT upkeep.confirm_drop('a'), upkeep.confirm_drop('b');
CREATE FUNCTION upkeep_internal.calls(function text, objects text[])
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('SELECT %s;', string_agg(format('upkeep.%I(%L)', function, o), ', ' ORDER BY place))
  FROM unnest(objects) WITH ORDINALITY u(o, place)
$$;

-- What can be pasted to let them go. schemas stand for their tables where these are many; none where they cannot.
CREATE FUNCTION upkeep_internal.loss_hint(losses jsonb, schemas text[])
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  are_many constant boolean := schemas <> '{}' AND 8 < (
    SELECT count(*) FROM jsonb_array_elements(losses) l WHERE l ->> 'kind' = 'rows');
  objects constant text[] := CASE WHEN are_many THEN schemas ELSE '{}' END || ARRAY(
    SELECT l ->> 'object' FROM jsonb_array_elements(losses) WITH ORDINALITY u(l, place)
    WHERE NOT are_many OR l ->> 'kind' <> 'rows' ORDER BY place);
  instead constant text := (SELECT string_agg(l ->> 'instead', ' ' ORDER BY place)
                            FROM jsonb_array_elements(losses) WITH ORDINALITY u(l, place) WHERE l ->> 'instead' <> '');
BEGIN
  RETURN format('%sTo let it go, run in the same transaction, before the statement: %s Or, where a tool leaves no '
    'place for it: %s', CASE WHEN instead IS NULL THEN '' ELSE format('If it only gets another name: %s ', instead) END,
    upkeep_internal.calls('confirm_drop', objects), upkeep_internal.calls('allow_drop', objects));
END $$;

-- Where the caller may not confirm it, and owner may: "role shop".
CREATE FUNCTION upkeep_internal.owner_hint(owner text, objects text[])
RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT format('To let %s go, have %s run beforehand: %s', array_to_string(objects, ', '), owner,
                upkeep_internal.calls('allow_drop', objects))
$$;
