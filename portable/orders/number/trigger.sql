-- The trigger function upkeep.order_number(): an order without a number gets the next one, and the sequence or the
-- counter goes on after the numbers that others give. Runs as the installer: a shopper has rights on neither.

-- Between the two lines upkeep_internal.write_triggers writes a branch for each table.
CREATE FUNCTION upkeep.order_number(…) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  is_paused boolean := false;
  number bigint;
  plan record;
  sequence regclass;
  given text;
  tenant text;
  is_same boolean := false;
BEGIN
  IF current_setting('upkeep.pause', true) <> '' THEN
    is_paused := upkeep_internal.paused_for_writer('order_number', TG_RELID);
  END IF;
  -- branches
  -- end of branches
  PERFORM upkeep_internal.mend_branch('order_number', TG_RELID);

  -- What no branch knows: a table of a restored dump, a trigger made by hand, columns altered since.
  PERFORM upkeep_internal.require_order_number_trigger(TG_NAME, TG_RELID, TG_WHEN, TG_LEVEL, TG_OP);
  PERFORM upkeep_internal.require_trusted(TG_RELID);
  -- What is imported while the feature is paused stays as it comes, whatever is wrong with the trigger.
  IF is_paused AND NOT upkeep_internal.has_order_number_plan(TG_RELID, TG_ARGV) THEN
    RETURN NEW;
  END IF;
  plan := upkeep_internal.order_number_plan(TG_RELID, TG_ARGV);
  IF NOT plan.is_counted THEN
    sequence := upkeep_internal.order_number_sequence(TG_RELID, plan.options);
  END IF;
  EXECUTE format('SELECT ($1).%I::text, %s', plan.number_column, upkeep_internal.tenant_of_row(plan, '($1)'))
    INTO given, tenant USING NEW;
  IF TG_OP = 'UPDATE' THEN
    EXECUTE format('SELECT %s', upkeep_internal.has_same_number(plan, '($1)', '($2)')) INTO is_same USING NEW, OLD;
  END IF;
  IF is_same THEN
    RETURN NEW;
  ELSIF TG_OP = 'INSERT' AND given IS NULL AND NOT is_paused THEN
    number := CASE WHEN plan.is_counted THEN upkeep_internal.next_counted(TG_RELID, tenant, TG_ARGV)
                   ELSE upkeep_internal.draw_number(sequence) END;
    RETURN jsonb_populate_record(NEW, jsonb_build_object(plan.number_column,
      upkeep_internal.order_number_value(number, plan, TG_RELID)));
  END IF;
  number := upkeep_internal.number_given(given, plan);
  IF plan.is_counted THEN
    PERFORM upkeep_internal.move_counter(TG_RELID, tenant, TG_ARGV, number, is_paused);
  ELSE
    PERFORM upkeep_internal.move_sequence(sequence, number);
  END IF;
  RETURN NEW;
END $$;

-- A trigger that fires on UPDATE only gives no numbers.
CREATE FUNCTION upkeep_internal.require_order_number_trigger(
  name name,
  target regclass,
  timing text,
  level text,
  event text
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF timing <> 'BEFORE' OR level <> 'ROW' OR event NOT IN ('INSERT', 'UPDATE')
     OR event = 'UPDATE' AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = target
       AND t.tgname = require_order_number_trigger.name AND t.tgtype & 4 <> 0) THEN
    PERFORM upkeep_internal.misused_trigger(name, target, 'order_number', 'BEFORE INSERT OR UPDATE ... FOR EACH ROW');
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.has_order_number_plan(target regclass, arguments text[])
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  plan record;
BEGIN
  plan := upkeep_internal.order_number_plan(target, arguments);
  RETURN plan.is_counted OR upkeep_internal.order_number_sequence(target, plan.options) IS NOT NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN false;
END $$;

-- What a column holds, if it reads as one of ours.
CREATE FUNCTION upkeep_internal.number_given(given text, plan record)
RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN plan.base IN ('text'::regtype, 'varchar'::regtype)
    THEN upkeep_internal.parse_order_number(given, plan.prefix, plan.digits)
    ELSE CASE WHEN given::bigint >= 0 THEN given::bigint END END;
END $$;

-- A number as its column takes it.
CREATE FUNCTION upkeep_internal.order_number_value(number bigint, plan record, target regclass)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE plan.base WHEN 'bigint'::regtype THEN number::text
    WHEN 'integer'::regtype THEN upkeep_internal.number_as_integer(number, target, plan.number_column)::text
    ELSE upkeep_internal.number_as_text(number, plan.prefix, plan.digits, plan.max_characters, target,
                                        plan.number_column) END;
END $$;

-- Whether two rows have the same number, in the same counter, as SQL.
CREATE FUNCTION upkeep_internal.has_same_number(plan record, new_row text, old_row text)
RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  columns constant name[] := array_remove(ARRAY[plan.number_column, plan.tenant], NULL);
BEGIN
  RETURN format('pg_catalog.record_image_eq(ROW(%s), ROW(%s))', upkeep_internal.fields(new_row, columns),
                upkeep_internal.fields(old_row, columns));
END $$;

-- What a trigger of a table does to a row, as text for the function's body.
CREATE FUNCTION upkeep_internal.order_number_branch(target regclass, arguments text[], type int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  plan constant record := upkeep_internal.order_number_plan(target, arguments);
  tenant constant text := upkeep_internal.tenant_of_row(plan, 'NEW');
  sequence regclass;
  branch text;
BEGIN
  -- FOR EACH ROW, BEFORE INSERT, and neither DELETE nor TRUNCATE.
  IF type & 7 <> 7 OR type & 104 <> 0 OR NOT upkeep_internal.is_trusted(target) THEN
    RETURN NULL;
  ELSIF NOT plan.is_counted THEN
    sequence := upkeep_internal.order_number_sequence(target, plan.options);
  END IF;
  branch := format($text$
IF TG_OP = 'UPDATE' AND %1$s THEN
  RETURN NEW;
ELSIF TG_OP = 'INSERT' AND NEW.%2$I IS NULL AND NOT is_paused THEN
  number := %3$s;
  NEW.%2$I := %4$s;
ELSE
  number := %5$s;
  PERFORM %6$s;
END IF;
RETURN NEW;$text$,
    upkeep_internal.has_same_number(plan, 'NEW', 'OLD'), plan.number_column,
    CASE WHEN plan.is_counted THEN format('upkeep_internal.next_counted(TG_RELID, %s, TG_ARGV)', tenant)
         ELSE format('upkeep_internal.draw_number(%L)', sequence::oid) END,
    CASE plan.base WHEN 'bigint'::regtype THEN 'number'
      WHEN 'integer'::regtype THEN format('upkeep_internal.number_as_integer(number, TG_RELID, %L)', plan.number_column)
      ELSE format('upkeep_internal.number_as_text(number, %L, %s, %L, TG_RELID, %L)', plan.prefix, plan.digits,
                  plan.max_characters, plan.number_column) END,
    CASE WHEN plan.base IN ('text'::regtype, 'varchar'::regtype)
         THEN format('upkeep_internal.parse_order_number(NEW.%I, %L, %s)', plan.number_column, plan.prefix, plan.digits)
         ELSE format('CASE WHEN NEW.%1$I >= 0 THEN NEW.%1$I END', plan.number_column) END,
    CASE WHEN plan.is_counted
         THEN format('upkeep_internal.move_counter(TG_RELID, %s, TG_ARGV, number, is_paused)', tenant)
         ELSE format('upkeep_internal.move_sequence(%L, number)', sequence::oid) END);
  RETURN ltrim(CASE WHEN plan.is_counted THEN branch
    -- The trigger names its sequence, which may have another name by now.
    ELSE format(E'IF to_regclass(%L) = %L THEN%s\nEND IF;', upkeep_internal.qualified(sequence), sequence::oid,
                upkeep_internal.indented(branch, '  ')) END, E'\n');
END $$;
