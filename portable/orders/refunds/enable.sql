-- Enabling order_refunds: triggers on the refunds, the orders and the lines.

CREATE FUNCTION upkeep.enable_order_refunds(…) LANGUAGE plpgsql AS $$
DECLARE
  given constant jsonb := jsonb_build_object('order_column', order_column, 'line_column', line_column,
    'quantity_column', quantity_column, 'amount_column', amount_column, 'restock_column', restock_column,
    'refunded_column', refunded_column, 'refunded_quantity_column', refunded_quantity_column, 'order_key', order_key,
    'line_key', line_key, 'tenant_column', tenant_column);
  arguments text[];
  plan record;
BEGIN
  PERFORM upkeep_internal.require_value(refunds, 'refunds'), upkeep_internal.require_value(orders, 'orders'),
    upkeep_internal.require_value(order_items, 'order_items');
  arguments := upkeep_internal.trigger_arguments('order_refunds', given);
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_refund_tables(refunds, orders, order_items);
  PERFORM upkeep_internal.require_no_other_refunds(refunds, orders, order_items);
  SELECT * INTO plan FROM upkeep_internal.refund_rules(upkeep_internal.read_options('order_refunds', arguments),
    refunds, orders, order_items, given);
  PERFORM upkeep_internal.require_sound_refunds(plan);
  PERFORM upkeep_internal.drop_refund_triggers(refunds, 'enable order_refunds');
  PERFORM upkeep_internal.create_refund_triggers(refunds, 'refunds', plan, arguments, '{insert,delete,truncate}'),
    upkeep_internal.create_refund_triggers(orders, 'orders', plan, arguments, '{update}'),
    upkeep_internal.create_refund_triggers(order_items, 'order_items', plan, arguments, '{update,delete}');
  PERFORM upkeep_internal.notice_unindexed_refunds(refunds, plan.order_columns),
    upkeep_internal.notice_unindexed_refunds(refunds, plan.line_columns);
  PERFORM upkeep_internal.require_open_columns_of(order_items);
  PERFORM upkeep_internal.write_triggers('order_refunds');
  PERFORM upkeep_internal.put_refunds_right(plan);
  IF plan.restock IS NOT NULL THEN
    PERFORM upkeep_internal.remember_restocked(plan);
  END IF;
END $$;

-- option: which of the three tables it is; its triggers name the other two.
CREATE FUNCTION upkeep_internal.create_refund_triggers(
  target regclass,
  option text,
  plan record,
  arguments text[],
  events text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  own constant text[] := upkeep_internal.in_order('order_refunds', arguments || ARRAY(
    SELECT format('%s=%s', o.name, upkeep_internal.qualified(o.named))
    FROM (VALUES ('refunds', plan.refunds), ('orders', plan.orders), ('order_items', plan.lines)) o(name, named)
    WHERE o.name <> option));
BEGIN
  IF (CASE option WHEN 'refunds' THEN true WHEN 'orders' THEN plan.refunded IS NOT NULL
                  ELSE plan.refunded_quantity IS NOT NULL END) THEN
    PERFORM upkeep_internal.create_row_trigger(target, 'zz_upkeep_order_refund', 'BEFORE INSERT OR UPDATE',
      'order_refunds', own);
  END IF;
  PERFORM upkeep_internal.create_statement_triggers(target, 'zz_upkeep_order_refund', events, 'order_refunds', own);
END $$;

CREATE FUNCTION upkeep_internal.require_refund_tables(refunds regclass, orders regclass, lines regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  other regclass;
BEGIN
  PERFORM upkeep_internal.require_pair(orders, lines, 'order_refunds');
  PERFORM upkeep_internal.require_own_table(refunds, 'enable order_refunds'), upkeep_internal.require_trusted(refunds);
  IF (SELECT relispartition FROM pg_class WHERE oid = refunds) THEN
    PERFORM upkeep_internal.fail('42809', format('cannot enable order_refunds on "%s": it is a partition',
      upkeep_internal.table_name(refunds)), 'Call this for the partitioned table.');
  ELSIF refunds IN (orders, lines) THEN
    PERFORM upkeep_internal.fail('42P17', format('table "%s" cannot be the refunds of its own orders or lines',
      upkeep_internal.table_name(refunds)),
      'Name the table of the refunds, that of the orders and that of their lines.');
  END IF;
  FOREACH other IN ARRAY ARRAY[orders, lines] LOOP
    PERFORM upkeep_internal.require_role_of(refunds, other), upkeep_internal.require_role_of(other, refunds);
  END LOOP;
END $$;

-- Two tables of refunds would overwrite each other's sums.
CREATE FUNCTION upkeep_internal.require_no_other_refunds(refunds regclass, orders regclass, lines regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  named record;
BEGIN
  SELECT t.object, upkeep_internal.table_named('order_refunds', t.arguments, 'refunds', t.object) AS other INTO named
  FROM upkeep_internal.triggers t
  WHERE t.feature = 'order_refunds' AND t.object IN (orders, lines)
    AND upkeep_internal.table_named('order_refunds', t.arguments, 'refunds', t.object) <> refunds
  ORDER BY t.object <> orders, t.place
  LIMIT 1;
  IF FOUND THEN
    PERFORM upkeep_internal.fail('42710', format('the refunds of "%s" are already those in "%s"',
        upkeep_internal.table_name(named.object), upkeep_internal.table_name(named.other)),
      format('SELECT upkeep.disable_order_refunds(%L); first.', upkeep_internal.qualified(named.other)));
  END IF;
END $$;

-- What enabling and check() ask beyond the plan.
CREATE FUNCTION upkeep_internal.require_sound_refunds(plan record)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_unique_key(plan.orders, plan.order_keys, 'an order'),
    upkeep_internal.require_unique_key(plan.lines, plan.line_keys, 'a line');
END $$;

-- From all tables with triggers for these refunds. How many there were.
CREATE FUNCTION upkeep_internal.drop_refund_triggers(refunds regclass, verb text)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  each regclass;
  dropped int := 0;
BEGIN
  FOR each IN
      SELECT t.object FROM upkeep_internal.triggers t
      WHERE t.feature = 'order_refunds' AND NOT t.is_clone
        AND (t.object IN (SELECT upkeep_internal.with_descendants(refunds))
             OR upkeep_internal.table_named('order_refunds', t.arguments, 'refunds', t.object) = refunds)
      GROUP BY t.object ORDER BY min(t.place) LOOP
    PERFORM upkeep_internal.require_own_table(each, verb);
    dropped := dropped + upkeep_internal.drop_triggers(each, 'order_refunds');
  END LOOP;
  RETURN dropped;
END $$;

CREATE FUNCTION upkeep_internal.notice_unindexed_refunds(refunds regclass, columns text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
      SELECT FROM pg_index i
      JOIN pg_attribute first ON first.attrelid = i.indrelid AND first.attname = columns[1]
      JOIN pg_attribute last ON last.attrelid = i.indrelid AND last.attname = columns[cardinality(columns)]
      WHERE i.indrelid = refunds AND i.indisvalid AND i.indpred IS NULL
        AND (i.indkey[0] = last.attnum OR i.indkey[0] = first.attnum AND i.indkey[1] = last.attnum)) THEN
    RAISE NOTICE USING
      MESSAGE = format('table "%s" has no index on (%s): each refund reads all of it',
        upkeep_internal.table_name(refunds), upkeep_internal.join_names(columns)),
      HINT = format('CREATE INDEX ON %s (%s);', upkeep_internal.qualified(refunds),
        upkeep_internal.join_names(columns));
  END IF;
END $$;

CREATE FUNCTION upkeep.disable_order_refunds(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_value(refunds, 'refunds');
  PERFORM upkeep_internal.take_turns();
  PERFORM upkeep_internal.require_own_table(refunds, 'disable order_refunds');
  IF upkeep_internal.drop_refund_triggers(refunds, 'disable order_refunds') = 0 THEN
    RAISE NOTICE 'order_refunds is not enabled on "%"', upkeep_internal.table_name(refunds);
  END IF;
  PERFORM upkeep_internal.write_triggers('order_refunds');
END $$;
