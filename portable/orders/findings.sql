-- What upkeep.check() says of the triggers of orders: whether they are all there and still fit their tables. What the
-- orders themselves say is checked by upkeep.check_orders().

-- needs: the events, as in pg_trigger.tgtype, that the triggers of a feature on one table must have, by the option that
-- only they have; '' for the others. What enabling would find is an error of FEATURE_require_sound(table, arguments).
CREATE FUNCTION upkeep_internal.order_trigger_findings(checked text, needs jsonb)
RETURNS TABLE (object regclass, feature text, finding text, hint text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  kept record;
BEGIN
  FOR kept IN
    SELECT t.object, t.feature, (array_agg(to_jsonb(t.arguments) ORDER BY t.place))[1] AS arguments,
      bit_or(t.type) AS events, coalesce(bit_or(t.type) FILTER (WHERE t.type & 1 = 0), 0) AS of_statements
    FROM upkeep_internal.triggers t
    WHERE t.feature = checked AND NOT t.is_clone
      -- A trigger that stands for one of the partitioned table is looked at with that.
      AND NOT EXISTS (SELECT FROM upkeep_internal.triggers r WHERE r.feature = t.feature AND r.object <> t.object
                        AND r.object = upkeep_internal.topmost(t.object))
    GROUP BY t.object, t.feature ORDER BY min(t.place)
  LOOP
    RETURN QUERY SELECT kept.object, kept.feature, f.finding, f.hint
      FROM upkeep_internal.order_triggers_finding(kept.object, kept.feature,
        ARRAY(SELECT jsonb_array_elements_text(kept.arguments)), needs, kept.events, kept.of_statements) f;
  END LOOP;
END $$;

CREATE FUNCTION upkeep_internal.order_triggers_finding(
  target regclass,
  feature text,
  arguments text[],
  needs jsonb,
  events int,
  of_statements int
) RETURNS TABLE (finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  options jsonb;
  missing int;
BEGIN
  BEGIN
    EXECUTE format('SELECT upkeep_internal.%I($1, $2)', feature || '_require_sound') USING target, arguments;
    options := upkeep_internal.read_options(feature, arguments);
  EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS finding = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    -- How a key is made unique is said where it is missed.
    IF SQLSTATE <> '42P10' AND NOT (SQLSTATE = '55000' AND feature = 'order_number') THEN
      hint := upkeep_internal.enable_again(feature, target, arguments);
    END IF;
    RETURN NEXT;
    RETURN;
  END;
  missing := coalesce((SELECT n.value::int FROM jsonb_each_text(needs) n WHERE options ? n.key), (needs ->> '')::int)
    & ~events | CASE WHEN options ? 'returns_column' THEN 28 & ~of_statements ELSE 0 END;
  IF missing <> 0 THEN
    finding := 'does not follow ' || concat_ws(', ', CASE WHEN missing & 4 <> 0 THEN 'INSERT' END,
      CASE WHEN missing & 16 <> 0 THEN 'UPDATE' END, CASE WHEN missing & 8 <> 0 THEN 'DELETE' END,
      CASE WHEN missing & 32 <> 0 THEN 'TRUNCATE' END);
    hint := upkeep_internal.enable_again(feature, target, arguments);
    RETURN NEXT;
  END IF;
END $$;
