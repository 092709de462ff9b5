// The open columns of order_lock: what may change in the lines of a locked order, and so may be nothing that says what
// was sold.
#pragma once

#include "postgres/relation.hpp"

namespace upkeep::orders {

// Throws 22023 for one of these columns that is part of the lines' primary key, or that a trigger of ours on the lines
// needs as it is.
void require_open_columns(Relation lines, const std::vector<std::string> &open);

// The same for those that the lock of a table, and of all that inherit from it, names: whatever is enabled on a table
// may need one of them. Nothing where it has none.
void require_open_columns_of(Oid table);

// Why a column cannot be one of them: "order_totals" needs it; nullopt where it can.
std::optional<std::string> why_not_open(Relation lines, const std::string &column);

} // namespace upkeep::orders
