-- upkeep.create_analytics: the tables of a shop analytics app, with what keeps them true.

CREATE FUNCTION upkeep.create_analytics(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_value(schema, 'schema'), upkeep_internal.require_value(history, 'history'),
    upkeep_internal.require_value(distribute, 'distribute');
  IF orders IS NULL AND columns IS NOT NULL THEN
    PERFORM upkeep_internal.fail('22023', 'columns are given without orders',
      'Pass the table whose rows are sold as orders.');
  ELSIF orders IS NOT NULL THEN
    PERFORM upkeep_internal.fail('0A000', 'the portable edition has no rollups, by which orders feed daily_records',
      'Leave out orders, and write daily_records yourself; or install the C++ edition.');
  END IF;
  PERFORM upkeep_internal.refuse_to_distribute(distribute);
  PERFORM upkeep_internal.create_reference_tables('analytics', 'create analytics tables', schema, '{}', history);
END $$;
