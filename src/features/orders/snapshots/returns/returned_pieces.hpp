// What return lines have given back of a line.
#pragma once

#include "features/orders/snapshots/returns/return_columns.hpp"

namespace upkeep::orders {

// The pieces of the line `alias`, a row of these lines, that return lines give back, as a numeric that is never NULL;
// nullopt where no column names the line that another returns. `lines`: all of them, not a partition. `which`: a
// condition, with AND, on the return line upkeep_return.
std::optional<pg::fragment> returned_pieces(Relation lines, const std::string &alias, const pg::fragment &which = {});

} // namespace upkeep::orders
