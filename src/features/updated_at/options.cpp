// From the arguments of an updated_at trigger to a plan for its table.
#include "features/catalogue.hpp"
#include "features/updated_at/updated_at.hpp"

#include <algorithm>

namespace upkeep {

using pg::call;

namespace {

template <class Enum, std::size_t n>
Enum choice(const std::vector<option> &options, std::string_view name, const std::array<std::string_view, n> &choices) {
  const std::string *value = find_option(options, name);
  return value ? static_cast<Enum>(std::find(choices.begin(), choices.end(), *value) - choices.begin()) : Enum{};
}

std::vector<std::string> list(const std::vector<option> &options, std::string_view name) {
  const std::string *value = find_option(options, name);
  return value ? pg::split_names(*value, fmt::format("option \"{}\"", name)) : std::vector<std::string>{};
}

void require_version_column(Relation table, AttrNumber column, updated_at_plan &plan) {
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table), column - 1);
  const Oid declared = attribute.atttypid;
  const Oid base = call([=] { return getBaseType(declared); });
  if (base != INT4OID && base != INT8OID)
    throw fault{sqlstate::type_mismatch,
                fmt::format("column \"{}\" of table \"{}\" has type {}, which cannot hold a version",
                            NameStr(attribute.attname), RelationGetRelationName(table),
                            pg::string_from([=] { return format_type_be(declared); })),
                {},
                "Use integer or bigint."};
  plan.version_is_wide = base == INT8OID;
  plan.version_domain = base == declared ? InvalidOid : declared;
}

// A column has one role: the stamp cannot be the version, neither can be protected.
void give_role(Relation table, updated_at_plan &plan, AttrNumber column, pg::column_role role) {
  pg::column_role &current = plan.table.columns[column - 1].role;
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table), column - 1);
  if (attribute.attgenerated || current == pg::column_role::stamp || current == pg::column_role::version)
    throw fault{attribute.attgenerated ? sqlstate::generated_always : sqlstate::invalid_parameter_value,
                fmt::format("column \"{}\" of table \"{}\" cannot be {}", NameStr(attribute.attname),
                            RelationGetRelationName(table),
                            role == pg::column_role::guarded ? "protected" : "the version"),
                {},
                attribute.attgenerated ? "A generated column follows its expression."
                                       : "The stamp, the version and the protected columns must be different columns."};
  current = role;
}

} // namespace

updated_at_settings read_updated_at(const std::vector<option> &options) {
  updated_at_settings settings;
  if (const std::string *column = find_option(options, "column"))
    settings.column = *column;
  settings.ignore = list(options, "ignore");
  settings.clock = choice<stamp_clock>(options, "clock", clock_choices);
  settings.on_explicit = choice<explicit_rule>(options, "explicit", explicit_choices);
  if (find_option(options, "protect"))
    settings.protect = list(options, "protect");
  if (const std::string *version = find_option(options, "version"))
    settings.version = *version;
  settings.session_local = choice<int>(options, "timezone", timezone_choices) == 1;
  return settings;
}

void resolve_updated_at(const updated_at_settings &settings, Relation table, updated_at_plan &plan) {
  TupleDesc descriptor = RelationGetDescr(table);
  plan = {};
  pg::describe(descriptor, plan.table);

  plan.stamp = pg::require_column(table, settings.column, "enable_updated_at");
  const pg::time_column stamp = pg::require_time_column(table, plan.stamp);
  plan.tick = tick_of(stamp.precision);
  plan.has_zone = stamp.base_type == TIMESTAMPTZOID;
  plan.stamp_domain = stamp.is_domain ? TupleDescAttr(descriptor, plan.stamp - 1)->atttypid : InvalidOid;
  plan.clock = settings.clock;
  plan.on_explicit = settings.on_explicit;
  plan.session_local = settings.session_local;

  for (const std::string &name : settings.ignore)
    plan.table.columns[pg::require_column(table, name, "enable_updated_at") - 1].role = pg::column_role::passive;
  plan.table.columns[plan.stamp - 1].role = pg::column_role::stamp;
  if (settings.version) {
    plan.version = pg::require_column(table, *settings.version, "enable_updated_at");
    require_version_column(table, plan.version, plan);
    give_role(table, plan, plan.version, pg::column_role::version);
  }
  if (settings.protect) {
    for (const std::string &name : *settings.protect)
      give_role(table, plan, pg::require_column(table, name, "enable_updated_at"), pg::column_role::guarded);
  } else if (const AttrNumber created = pg::find_column(descriptor, "created_at");
             created != InvalidAttrNumber && plan.table.columns[created - 1].role < pg::column_role::guarded &&
             !TupleDescAttr(descriptor, created - 1)->attgenerated)
    plan.table.columns[created - 1].role = pg::column_role::guarded;

  pg::find_special(plan.table);
}

namespace {

bool calls(const Trigger &trigger, const feature_rule &feature) {
  const Oid function = trigger.tgfoid;
  return pg::string_from([=] { return get_func_name(function); }) == feature.function &&
         pg::string_from([=] { return get_namespace_name(get_func_namespace(function)); }) == "upkeep";
}

} // namespace

const Trigger *updated_at_trigger_of(Relation table) {
  const TriggerDesc *triggers = table->trigdesc;
  for (int i = 0; triggers && i < triggers->numtriggers; ++i)
    if (calls(triggers->triggers[i], updated_at_feature))
      return &triggers->triggers[i];
  return nullptr;
}

void require_free_name(Relation table, const char *name, const feature_rule &feature) {
  const TriggerDesc *triggers = table->trigdesc;
  for (int i = 0; triggers && i < triggers->numtriggers; ++i)
    if (std::string_view(triggers->triggers[i].tgname) == name && !calls(triggers->triggers[i], feature))
      throw fault{sqlstate::duplicate_object,
                  fmt::format("table \"{}\" has a trigger \"{}\" that is not pg_upkeep's",
                              RelationGetRelationName(table), name),
                  {},
                  "Rename or drop that trigger."};
}

} // namespace upkeep
