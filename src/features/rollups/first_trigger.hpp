// Several rollups on one table: which of their triggers works.
#pragma once

#include "postgres/compat.hpp"

#include <string>
#include <vector>

namespace upkeep::rollups {

// Whether the trigger stands on a target: then it names the source.
bool is_on_target(const Trigger &trigger);

// Whether the trigger has a WHEN, or is for some columns only: it would miss rows.
bool is_partial(const Trigger &trigger);

// The triggers with which the one that has fired shares its work: active ones of the same table, function, side, level
// and event that are not partial, in the order in which they fire. Valid as long as nothing is read of the catalogue.
// May raise.
std::vector<const Trigger *> fellows(const TriggerData &fired);
// What they say, copied.
std::vector<std::vector<std::string>> arguments_of_fellows(const TriggerData &fired);

// Whether the one that has fired is the first of them, which does the work of all.
bool is_first(const TriggerData &fired);

} // namespace upkeep::rollups
