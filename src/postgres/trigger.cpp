#include "postgres/trigger.hpp"

#include <algorithm>
#include <unordered_map>

namespace upkeep::pg {

std::uint64_t dropped_plans = 0;

namespace {

struct remembered {
  std::vector<Oid> tables;
  std::shared_ptr<const void> plan;
};

// Made at the first use and never destroyed.
std::unordered_map<Oid, remembered> *plans = nullptr;

// Relation cache callback: InvalidOid stands for every table.
void forget_plans(Datum, Oid table) {
  if (!plans)
    return;
  dropped_plans += std::erase_if(*plans, [=](const auto &entry) {
    const std::vector<Oid> &tables = entry.second.tables;
    return table == InvalidOid || std::find(tables.begin(), tables.end(), table) != tables.end();
  });
}

} // namespace

void not_a_trigger(const feature_rule &feature) {
  throw fault{sqlstate::trigger_protocol_violated,
              fmt::format("upkeep.{}() can only be called as a trigger", feature.function),
              {},
              fmt::format("Call upkeep.enable_{}().", feature.enable_name())};
}

void misused_trigger(const TriggerData &trigger, const feature_rule &feature, const char *right) {
  throw fault{sqlstate::trigger_protocol_violated,
              fmt::format("trigger \"{}\" on table \"{}\" calls upkeep.{}() at the wrong time, level or event",
                          trigger.tg_trigger->tgname, RelationGetRelationName(trigger.tg_relation), feature.function),
              {},
              fmt::format("Make it {}, or drop it and call upkeep.enable_{}().", right, feature.enable_name())};
}

std::vector<option> trigger_options(const Trigger &trigger, const feature_rule &feature) {
  return parse_options(feature, std::vector<std::string>(trigger.tgargs, trigger.tgargs + trigger.tgnargs));
}

std::vector<std::string> list_option(const std::vector<option> &options, std::string_view name) {
  const std::string *value = find_option(options, name);
  return value ? split_names(*value, fmt::format("option \"{}\"", name)) : std::vector<std::string>{};
}

std::shared_ptr<const void> recall_plan(Oid trigger) {
  if (!plans)
    return nullptr;
  const auto found = plans->find(trigger);
  return found == plans->end() ? nullptr : found->second.plan;
}

void remember_plan(Oid trigger, std::vector<Oid> tables, std::shared_ptr<const void> plan) {
  if (!plans) {
    call([] { CacheRegisterRelcacheCallback(forget_plans, 0); });
    plans = new std::unordered_map<Oid, remembered>;
  }
  (*plans)[trigger] = {std::move(tables), std::move(plan)};
}

} // namespace upkeep::pg
