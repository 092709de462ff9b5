-- Enabling order_number: the trigger, and its sequence or its counters.

CREATE FUNCTION upkeep.enable_order_number(…) LANGUAGE plpgsql AS $$
DECLARE
  given constant jsonb := jsonb_build_object('column_name', column_name, 'prefix', prefix, 'digits', digits,
    'tenant_column', tenant_column, 'per_tenant', per_tenant, 'gapless', gapless);
  arguments text[];
  plan record;
  sequence regclass;
BEGIN
  PERFORM upkeep_internal.require_value(orders, 'orders');
  arguments := upkeep_internal.trigger_arguments('order_number', given);
  PERFORM upkeep_internal.order_number_options(arguments);
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_own_table(orders, 'enable order_number');
  PERFORM upkeep_internal.require_trusted(orders);
  PERFORM upkeep_internal.require_no_clone(orders, 'order_number');
  plan := upkeep_internal.order_number_plan(orders, arguments, given);
  PERFORM upkeep_internal.require_width(orders, plan);
  PERFORM upkeep_internal.require_unique_numbers(orders, plan);
  IF NOT plan.is_counted THEN
    sequence := upkeep_internal.set_sequence(orders, plan);
    arguments := upkeep_internal.in_order('order_number',
      arguments || format('sequence=%s', upkeep_internal.qualified(sequence)));
  END IF;
  PERFORM upkeep_internal.create_row_trigger(orders, 'zz_upkeep_order_number', 'BEFORE INSERT OR UPDATE',
    'order_number', arguments);
  IF plan.is_counted THEN
    PERFORM upkeep_internal.set_counters(orders);
  END IF;
  PERFORM upkeep_internal.write_triggers('order_number');
END $$;

CREATE FUNCTION upkeep_internal.require_width(target regclass, plan record)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  number constant text := upkeep_internal.format_order_number(plan.prefix, 0, plan.digits);
BEGIN
  IF length(number) > plan.max_characters THEN
    PERFORM upkeep_internal.fail('22023', format('column "%s" of table "%s" is %s, too short for numbers like %s',
      plan.number_column, upkeep_internal.table_name(target),
      (SELECT declared FROM upkeep_internal.column_facts(target, plan.number_column)), number),
      'Make the column longer, or take fewer digits or a shorter prefix.');
  END IF;
END $$;

-- The sequence of the column, made where it has none, past the numbers that are there. Of those only what the sequence
-- can go on from counts.
CREATE FUNCTION upkeep_internal.set_sequence(target regclass, plan record)
RETURNS regclass LANGUAGE plpgsql AS $$
DECLARE
  sequence regclass;
  most bigint;
BEGIN
  -- Rows of an inheritance child draw from the same sequence.
  PERFORM upkeep_internal.require_role_of(c, target) FROM upkeep_internal.inheritance_children(target) c;
  sequence := coalesce(upkeep_internal.sequence_in_use(target, plan.number_column),
    pg_get_serial_sequence(upkeep_internal.qualified(target), plan.number_column)::regclass,
    upkeep_internal.make_sequence(target, plan.number_column));
  SELECT s.seqmax - greatest(s.seqincrement, 0) INTO most FROM pg_sequence s WHERE s.seqrelid = sequence;
  PERFORM upkeep_internal.move_sequence(sequence, upkeep_internal.greatest_number(target, plan, most));
  RETURN sequence;
END $$;

-- What the table's trigger draws from.
CREATE FUNCTION upkeep_internal.sequence_in_use(target regclass, number_column name)
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
DECLARE
  options jsonb;
  found regclass;
BEGIN
  SELECT upkeep_internal.order_number_options(t.arguments) INTO options
  FROM upkeep_internal.triggers t
  WHERE t.object = target AND t.feature = 'order_number'
  ORDER BY t.place
  LIMIT 1;
  IF options ->> 'sequence' <> ''
     AND upkeep_internal.text_option('order_number', options, 'column') = number_column THEN
    found := upkeep_internal.find_table_beside(options ->> 'sequence', target);
  END IF;
  RETURN CASE WHEN upkeep_internal.is_sequence(found) THEN found END;
END $$;

CREATE FUNCTION upkeep_internal.make_sequence(target regclass, number_column name)
RETURNS regclass LANGUAGE plpgsql AS $$
DECLARE
  schema constant oid := (SELECT relnamespace FROM pg_class WHERE oid = target);
  table_name text := upkeep_internal.table_name(target);
  column_name text := number_column;
  number int := 0;
  owner name;
  made text;
BEGIN
  -- As PostgreSQL names the sequence of a serial column: of a long name, the longer part is cut.
  LOOP
    WHILE octet_length(concat(table_name, column_name)) + length(concat('__seq', nullif(number, 0))) > 63 LOOP
      IF octet_length(table_name) > octet_length(column_name) THEN
        table_name := left(table_name, -1);
      ELSE
        column_name := left(column_name, -1);
      END IF;
    END LOOP;
    made := concat(table_name, '_', column_name, '_seq', nullif(number, 0));
    EXIT WHEN NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = schema AND relname = made);
    number := number + 1;
  END LOOP;
  made := format('%I.%I', (SELECT nspname FROM pg_namespace WHERE oid = schema), made);
  EXECUTE format('CREATE SEQUENCE %s', made);
  -- A column can own what belongs to the owner of its table only.
  SELECT r.rolname INTO owner FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
  WHERE c.oid = target AND r.rolname <> current_user;
  IF FOUND THEN
    EXECUTE format('ALTER SEQUENCE %s OWNER TO %I', made, owner);
  END IF;
  EXECUTE format('ALTER SEQUENCE %s OWNED BY %s.%I', made, upkeep_internal.qualified(target), number_column);
  RETURN made::regclass;
END $$;

CREATE FUNCTION upkeep.disable_order_number(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_value(orders, 'orders');
  PERFORM upkeep_internal.disable_on_tree(orders, 'order_number');
END $$;
