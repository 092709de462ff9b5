// What an entry tells of a column, as a value of the type that it has now.
#pragma once

#include "features/history/past/past_table.hpp"

namespace upkeep::history {

// As pg::read_stored, of a row that is known by a key. Raises 55000 naming row and column, and not the value, where the
// type does not take it: an enum's label that was renamed, a text for what is a number now. Nothing in it has a
// destructor.
Datum read_value(const past_table &table, AttrNumber column, const char *row, const JsonbValue &stored);

} // namespace upkeep::history
