// order_number's part of check().
#pragma once

#include "core/options/option_list.hpp"
#include "features/finding_list.hpp"

namespace upkeep::orders {

// Tells of a sequence or a counter that will give a number which is there.
void check_numbers(Oid orders, const option_list &options, finding_list &into);

} // namespace upkeep::orders
