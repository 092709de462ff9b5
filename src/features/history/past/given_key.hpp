// The key of a row as a caller gives it: {"id": 7} or {"id": "7"}.
#pragma once

#include "features/history/past/past_table.hpp"

namespace upkeep::history {

struct given_key {
  // Of the columns of the table's key, in their order.
  std::vector<Datum> values;
  // As entries have it.
  std::string text;
};

// Throws 22023 for what is no such object, and what the input of a column's type throws.
given_key key_given(const past_table &table, Datum key);

// That a row `t` has the key in $1, $2, …, of the types of the columns.
pg::fragment has_key(const past_table &table);
std::vector<pg::parameter> parameters_of(const past_table &table, const std::vector<Datum> &key);

} // namespace upkeep::history
