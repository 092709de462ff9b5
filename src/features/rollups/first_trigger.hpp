// Several rollups on one table: which of their triggers works.
#pragma once

#include "postgres/compat.hpp"

#include <vector>

namespace upkeep::rollups {

// Whether the trigger stands on a target: then it names the source.
bool is_on_target(const Trigger &trigger);

// The triggers with which the one that has fired shares its work: active ones of the same table, function, side, level
// and event, in the order in which they fire. Of those with a WHEN, or for some columns only, each works for itself.
// Valid as long as nothing is read of the catalogue. May raise.
std::vector<const Trigger *> fellows(const TriggerData &fired);

// Whether the one that has fired is the first of them, which does the work of all.
bool is_first(const TriggerData &fired);

} // namespace upkeep::rollups
