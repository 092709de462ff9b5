// What the SET list of an UPDATE says of its rows, before any of them is looked at.
#pragma once

#include "features/rollups/source/source_plan.hpp"

namespace upkeep::rollups {

// Whether no row that the trigger is told of can differ in what the rollups read.
bool sets_nothing_counted(const TriggerData &trigger, const source_plan &rollups);

} // namespace upkeep::rollups
