-- upkeep.seed_analytics: shops of three currencies, their days and what stands beside these.

-- The kinds of ids are numbered as in the C++: 100 users, shops, settings, days, goals, presets, decisions, 107
-- simulations.
CREATE FUNCTION upkeep.seed_analytics(…) LANGUAGE plpgsql AS $$
DECLARE
  day date;
  parts jsonb;
BEGIN
  PERFORM upkeep_internal.require_value(schema, 'schema'), upkeep_internal.require_count(shops, 'shops'),
    upkeep_internal.require_count(days, 'days');
  day := upkeep_internal.seed_day(today);
  parts := jsonb_build_object('schema', upkeep_internal.require_empty_tables(schema,
      '{users,shops,shop_settings,daily_records,weekly_diagnostics,action_items,monthly_goals,product_presets,'
      'ad_decisions,growth_simulations}', 'upkeep.create_analytics'),
    'traits', upkeep_internal.filled($sql${traits of analytics/seed_analytics.cpp}$sql$,
      jsonb_build_object('shop', upkeep_internal.seed_id('n', 101))));
  EXECUTE upkeep_internal.filled($sql${write_users of analytics/seed_analytics.cpp}$sql$,
    parts || jsonb_build_object('id', upkeep_internal.seed_id('n', 100))) USING shops;
  EXECUTE upkeep_internal.filled($sql${write_shops of analytics/seed_analytics.cpp}$sql$,
    parts || jsonb_build_object('shop', upkeep_internal.seed_id('n', 101),
                                'user', upkeep_internal.seed_id('(n + 1) / 2', 100))) USING shops;
  EXECUTE upkeep_internal.filled($sql${write_settings of analytics/seed_analytics.cpp}$sql$,
    parts || jsonb_build_object('id', upkeep_internal.seed_id('n', 102))) USING shops;
  EXECUTE upkeep_internal.filled($sql${write_records of analytics/seed_analytics.cpp}$sql$,
    parts || jsonb_build_object('id', upkeep_internal.seed_id('number', 103))) USING shops, days, day;
  EXECUTE upkeep_internal.filled($sql${write_goals of analytics/seed_analytics.cpp}$sql$,
    parts || jsonb_build_object('id', upkeep_internal.seed_id('n * 2 + k', 104))) USING shops, day;
  EXECUTE upkeep_internal.filled($sql${write_presets of analytics/seed_analytics.cpp}$sql$,
    parts || jsonb_build_object('id', upkeep_internal.seed_id('n * 4 + k', 105))) USING shops;
  EXECUTE upkeep_internal.filled($sql${write_decisions of analytics/seed_analytics.cpp}$sql$,
    parts || jsonb_build_object('id', upkeep_internal.seed_id('n * 4 + k', 106))) USING shops, day;
  EXECUTE upkeep_internal.filled($sql${write_simulations of analytics/seed_analytics.cpp}$sql$,
    parts || jsonb_build_object('id', upkeep_internal.seed_id('n', 107))) USING shops, day;
END $$;
