// A trigger seen from its function: the call checked, its arguments as options, and what the session remembers of it.
#pragma once

#include "core/options.hpp"
#include "postgres/text.hpp"

#include <memory>

namespace upkeep::pg {

// 39P01: the function was called by somebody else than the trigger manager.
[[noreturn]] void not_a_trigger(const feature_rule &feature);

// The trigger of this call. Inline, since it is asked once a row.
inline TriggerData &require_trigger(FunctionCallInfo fcinfo, const feature_rule &feature) {
  if (!CALLED_AS_TRIGGER(fcinfo)) [[unlikely]]
    not_a_trigger(feature);
  return *reinterpret_cast<TriggerData *>(fcinfo->context);
}

// 39P01: the trigger was made for the wrong time, level or event. `right` is the way it should be made.
[[noreturn]] void misused_trigger(const TriggerData &trigger, const feature_rule &feature, const char *right);

// The arguments of a trigger, parsed.
std::vector<option> trigger_options(const Trigger &trigger, const feature_rule &feature);

// The names in an option that is a list; none where it is not given.
std::vector<std::string> list_option(const std::vector<option> &options, std::string_view name);

// What a trigger's options mean for its table: kept for the session under the trigger's oid and dropped when the relation
// cache drops one of `tables`. Who is working with it keeps it alive.
std::shared_ptr<const void> recall_plan(Oid trigger);

// How many plans were dropped so far: a statement in the midst of which another table than its own is altered must make
// its plan again.
extern std::uint64_t dropped_plans;

void remember_plan(Oid trigger, std::vector<Oid> tables, std::shared_ptr<const void> plan);

} // namespace upkeep::pg
