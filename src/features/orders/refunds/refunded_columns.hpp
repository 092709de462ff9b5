// The columns in which orders and lines keep what was refunded of them.
#pragma once

#include "postgres/relation.hpp"

namespace upkeep::orders {

// That of a table of orders or lines; nullopt where it has none. What is wrong with the trigger is left to itself.
std::optional<std::string> refunded_column_of(Relation table);

} // namespace upkeep::orders
