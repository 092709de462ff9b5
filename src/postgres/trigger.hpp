// A trigger seen from its function: the call checked, its arguments as options, and what the session remembers of it.
#pragma once

#include "core/options/feature_rule.hpp"
#include "core/options/option_list.hpp"
#include "postgres/sql/text.hpp"

#include <memory>
#include <span>

namespace upkeep::pg {

// 39P01: the function was called by something other than the trigger manager.
[[noreturn]] void not_a_trigger(const feature_rule &feature);

// Has the triggers AFTER UPDATE FOR EACH STATEMENT of a MERGE told of the rows that it moved to another partition,
// where the library was loaded too late to see it begin.
void see_moved_rows(const TriggerData &trigger);

// The trigger of this call. Inline, since it is asked once a row.
inline TriggerData &require_trigger(FunctionCallInfo fcinfo, const feature_rule &feature) {
  if (!CALLED_AS_TRIGGER(fcinfo)) [[unlikely]]
    not_a_trigger(feature);
  auto &trigger = *reinterpret_cast<TriggerData *>(fcinfo->context);
  if (trigger.tg_oldtable && trigger.tg_newtable) [[unlikely]]
    see_moved_rows(trigger);
  return trigger;
}

// 39P01: the trigger was made for the wrong time, level or event. `right` is the way it should be made.
[[noreturn]] void misused_trigger(const TriggerData &trigger, const feature_rule &feature, const char *right);

// The arguments of a trigger, parsed.
option_list trigger_options(const Trigger &trigger, const feature_rule &feature);

// The names in an option that is a list, or those of its default; none where it has none.
std::vector<std::string> list_option(const option_list &options, std::string_view name);

// How many plans were dropped so far: a statement during which a table other than its own is altered must make
// its plan again.
extern std::uint64_t dropped_plans;

// A table that a plan was resolved against.
struct planned_table {
  Oid table;
  LOCKMODE lock = NoLock; // taken whenever the plan is used; none on the trigger's own table, which the statement holds
};

template <class Plan> struct resolved_plan {
  std::shared_ptr<const Plan> plan;
  std::vector<planned_table> tables;
};

// How often a table, a type or a name has changed for this session: what was looked up before may be out of date.
std::uint64_t catalogue_changes();

// The two halves of session_plan.
std::shared_ptr<const void> recall_plan(Oid trigger);
void remember_plan(Oid trigger, std::span<const planned_table> tables, std::shared_ptr<const void> plan,
                   std::uint64_t changes_before);

// What a trigger's options mean for its table, as `make` resolves them. The session keeps it under the trigger's oid
// until one of its tables changes, or what a name in it can stand for: a schema, an operator, a type of their columns.
// Anyone who is working with it keeps it alive.
template <class Plan, class Make> std::shared_ptr<const Plan> session_plan(const Trigger &trigger, Make &&make) {
  if (std::shared_ptr<const void> known = recall_plan(trigger.tgoid))
    return std::static_pointer_cast<const Plan>(std::move(known));
  const std::uint64_t changes_before = catalogue_changes();
  const resolved_plan<Plan> made = make();
  remember_plan(trigger.tgoid, made.tables, made.plan, changes_before);
  return made.plan;
}

} // namespace upkeep::pg
