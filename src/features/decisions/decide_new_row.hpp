// The trigger functions of rows that decide themselves.
#pragma once

#include "features/decisions/decision_plan.hpp"
#include "features/decisions/decision_rule.hpp"
#include "postgres/settings.hpp"

namespace upkeep::decisions {

// What a trigger function of a rule does: `decide` gives a new row what it lacks. A row that an UPDATE moves from
// another partition keeps its decision. Throws 39P01 unless the trigger is BEFORE INSERT OR UPDATE OR DELETE FOR EACH
// ROW.
using decide_function = HeapTuple (*)(const decision_plan &, const TriggerData &);
Datum decide_new_row(FunctionCallInfo fcinfo, const decision_rule &rule, pg::pausable pause, decide_function decide);

} // namespace upkeep::decisions
