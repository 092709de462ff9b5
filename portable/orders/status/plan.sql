-- From the arguments of an order_status trigger to what it does on its table.

-- target: the table. arguments: of the trigger. given: those of enable_order_status while that runs. paid: the column
-- with the moment of payment, NULL if there is none. moment: an expression for now in its type.
CREATE FUNCTION upkeep_internal.order_status_plan(
  target regclass,
  arguments text[],
  given jsonb DEFAULT NULL,
  OUT status name,
  OUT moves jsonb,
  OUT paid_status text,
  OUT paid name,
  OUT moment text
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_status', arguments);
BEGIN
  moves := upkeep_internal.read_transitions(options ->> 'transitions');
  paid_status := upkeep_internal.text_option('order_status', options, 'paid_status');
  status := upkeep_internal.column_option(target, 'order_status', options, 'status_column', given);
  -- A generated status is known after the BEFORE triggers only.
  PERFORM upkeep_internal.require_not_generated(target, status, 'The status must be a column that can be written.');
  paid := upkeep_internal.column_option(target, 'order_status', options, 'paid_column', given);
  IF paid IS NOT NULL THEN
    SELECT s.clock INTO moment FROM upkeep_internal.stamp_clock(target, paid, 'transaction', false) s;
  END IF;
  PERFORM upkeep_internal.column_option(target, 'order_status', options, 'tenant_column', given);
END $$;

-- {"pending": ["paid", "cancelled"]}: each status with those it may move to. A move that is allowed twice is one, and
-- that from a status to itself is none.
CREATE FUNCTION upkeep_internal.read_transitions(transitions text)
RETURNS jsonb IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  given jsonb;
  each record;
  moves jsonb := '{}';
BEGIN
  IF transitions IS NULL THEN
    PERFORM upkeep_internal.not_transitions('there are none');
  END IF;
  BEGIN
    given := transitions;
  EXCEPTION WHEN invalid_text_representation THEN
    PERFORM upkeep_internal.not_transitions('they are not JSON');
  END;
  IF jsonb_typeof(given) <> 'object' THEN
    PERFORM upkeep_internal.not_transitions('they are not an object');
  END IF;
  FOR each IN SELECT key, value FROM jsonb_each(given) LOOP
    IF jsonb_typeof(each.value) <> 'array' THEN
      PERFORM upkeep_internal.not_transitions(format('"%s" has no list', each.key));
    ELSIF EXISTS (SELECT FROM jsonb_array_elements(each.value) e WHERE jsonb_typeof(e) <> 'string') THEN
      PERFORM upkeep_internal.not_transitions(
        format('the list of "%s" has something that is not a string', each.key));
    END IF;
    moves := moves || jsonb_build_object(each.key, ARRAY(
      SELECT e FROM jsonb_array_elements_text(each.value) WITH ORDINALITY u(e, place) WHERE e <> each.key
      GROUP BY e ORDER BY min(place)));
  END LOOP;
  RETURN moves;
END $$;

CREATE FUNCTION upkeep_internal.not_transitions(problem text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('22023', format('invalid transitions of order_status: %s', problem),
    'Write an object with a list for each status: {"pending": ["paid", "cancelled"], "paid": ["refunded"]}.');
END $$;

-- What enabling and check() ask beyond the plan: a status that the column cannot have is an error.
CREATE FUNCTION upkeep_internal.require_statuses(target regclass, status name, moves jsonb, paid_status text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_labels(target, status, 'transitions', ARRAY(
    SELECT named FROM (
      SELECT key AS named, key, 0 AS place FROM jsonb_object_keys(moves) key
      UNION ALL
      SELECT e.named, m.key, e.place
      FROM jsonb_each(moves) m, jsonb_array_elements_text(m.value) WITH ORDINALITY e(named, place)) n
    ORDER BY key COLLATE "C", place));
  IF paid_status <> 'paid' THEN
    PERFORM upkeep_internal.require_labels(target, status, 'paid_status', ARRAY[paid_status]);
  END IF;
END $$;
