// A trigger seen from its function: the call checked, its arguments as options, and what the session remembers of it.
#pragma once

#include "core/options.hpp"
#include "postgres/text.hpp"

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

// What a trigger's options mean for its table, kept for the session as plain bytes under the trigger's oid and dropped
// when the relation cache drops the table. recall_plan copies one of that size to `plan` and returns whether it did.
bool recall_plan(Oid trigger, void *plan, std::size_t size);
void remember_plan(Oid trigger, Oid table, const void *plan, std::size_t size);

} // namespace upkeep::pg
