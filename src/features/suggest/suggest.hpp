// The parts of a proposal.
#pragma once

#include "features/suggest/found_schema.hpp"

#include <vector>

namespace upkeep::suggest {

// What each part of an app is proposed, in the order it is to be run.
void suggest_stamps(const found_schema &schema, std::vector<proposal> &into);
void suggest_orders(const found_schema &schema, std::vector<proposal> &into);
void suggest_analytics(const found_schema &schema, std::vector<proposal> &into);

} // namespace upkeep::suggest
