// The rows that an UPDATE changed, each with what it was.
#pragma once

#include "features/history/recording.hpp"

namespace upkeep::history {

void record_update(const TriggerData &trigger, const history_plan &plan, recording &into);

} // namespace upkeep::history
