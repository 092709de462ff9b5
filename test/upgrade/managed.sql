-- What is managed: equal in a database and in its restored copy, and under each version: before 0.8.0 the view had a
-- row for each trigger. Qualified, as it is also run where hostile objects are in the way.
SELECT object, feature, options, pg_catalog.string_agg(name, ' ' ORDER BY name COLLATE "C"),
  pg_catalog.bool_and(enabled)
  FROM upkeep.managed m, LATERAL pg_catalog.jsonb_array_elements_text(
    coalesce(pg_catalog.to_jsonb(m) OPERATOR(pg_catalog.->) 'triggers',
      pg_catalog.jsonb_build_array(m.trigger))) t(name)
 GROUP BY object, feature, options
 ORDER BY object::pg_catalog.text COLLATE "C", feature COLLATE "C", options::pg_catalog.text COLLATE "C";
