#include "features/registry.hpp"

#include "features/catalogue.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/create_trigger.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger_arguments.hpp"

namespace upkeep {

namespace {

bool calls(const Trigger &trigger, const feature_rule &feature) {
  const Oid function = trigger.tgfoid;
  return pg::string_from([=] { return get_func_name(function); }) == feature.function &&
         pg::string_from([=] { return get_namespace_name(get_func_namespace(function)); }) == "upkeep";
}

} // namespace

std::vector<managed_trigger> managed_triggers(std::optional<Oid> table) {
  const pg::parameter parameters[] = {{OIDOID, ObjectIdGetDatum(table.value_or(InvalidOid)), !table}};
  // Asked by a trigger function too, whatever its search_path.
  pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT t.oid, t.tgrelid, p.proname, t.tgname, t.tgenabled, t.tgparentid, t.tgtype, t.tgargs
    FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_proc p ON p.oid [=] t.tgfoid
    JOIN pg_catalog.pg_namespace n ON n.oid [=] p.pronamespace
    JOIN pg_catalog.pg_class c ON c.oid [=] t.tgrelid
    WHERE n.nspname [=] 'upkeep' AND NOT t.tgisinternal AND NOT pg_catalog.pg_is_other_temp_schema(c.relnamespace)
      AND NOT (c.relkind [=] 'v' AND p.proname [=] 'soft_delete')
      AND ($1 IS NULL OR t.tgrelid [=] $1)
    ORDER BY c.relnamespace::pg_catalog.regnamespace::pg_catalog.text COLLATE pg_catalog."C",
      c.relname COLLATE pg_catalog."C", t.tgname COLLATE pg_catalog."C"
  )sql"),
                               parameters);
  std::vector<managed_trigger> triggers;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const feature_rule *feature = feature_of_function(found.text(row, 3).value());
    if (!feature || (!table && pg::is_shard(found.oid(row, 2))))
      continue;
    bool is_null = false;
    triggers.push_back({found.oid(row, 1), found.oid(row, 2), feature, found.text(row, 4).value(),
                        DatumGetChar(found.value(row, 5, is_null)), OidIsValid(found.oid(row, 6)),
                        DatumGetInt16(found.value(row, 7, is_null)),
                        pg::unpack_arguments(found.value(row, 8, is_null))});
  }
  found.free();
  return triggers;
}

const feature_rule *feature_of(const Trigger &trigger) {
  for (const feature_rule *feature : trigger_features)
    if (calls(trigger, *feature))
      return feature;
  return nullptr;
}

const Trigger *trigger_of(Relation table, const feature_rule &feature) {
  const TriggerDesc *triggers = table->trigdesc;
  for (int i = 0; triggers && i < triggers->numtriggers; ++i)
    if (calls(triggers->triggers[i], feature))
      return &triggers->triggers[i];
  return nullptr;
}

void require_free_name(Relation table, const char *name, const feature_rule &feature) {
  const TriggerDesc *triggers = table->trigdesc;
  for (int i = 0; triggers && i < triggers->numtriggers; ++i)
    if (std::string_view(triggers->triggers[i].tgname) == name && !calls(triggers->triggers[i], feature))
      throw fault{.sqlstate = sqlstate::duplicate_object,
                  .message = fmt::format("table \"{}\" has a trigger \"{}\" that is not pg_upkeep's",
                                         pg::table_name(table), name),
                  .hint = "Rename or drop that trigger."};
}

void require_no_clone(Relation table, const feature_rule &feature) {
  const TriggerDesc *triggers = table->trigdesc;
  for (int i = 0; triggers && i < triggers->numtriggers; ++i)
    if (triggers->triggers[i].tgisclone && calls(triggers->triggers[i], feature))
      throw fault{.sqlstate = sqlstate::wrong_object_type,
                  .message = fmt::format("partition \"{}\" has its {} trigger from the partitioned table",
                                         pg::table_name(table), feature.name),
                  .hint = "Call this for the partitioned table."};
}

bool drop_triggers(Oid table, const feature_rule &feature) {
  std::vector<std::string> names;
  pg::with_relation(table, [&](Relation relation) {
    const TriggerDesc *triggers = relation->trigdesc;
    for (int i = 0; triggers && i < triggers->numtriggers; ++i)
      if (!triggers->triggers[i].tgisclone && calls(triggers->triggers[i], feature))
        names.emplace_back(triggers->triggers[i].tgname);
  });
  if (!names.empty())
    pg::drop_truncate_triggers_of_shards(table);
  for (const std::string &name : names)
    pg::drop_trigger(table, name);
  return !names.empty();
}

} // namespace upkeep
