// order_number: orders numbered by a sequence.
#pragma once

#include "postgres/compat.hpp"

#include <string>

namespace upkeep::orders {

struct order_number_column {
  AttrNumber number;
  int max_characters; // of a varchar(n); 0 where there is no limit
  Oid domain;         // InvalidOid unless the column's type is a domain
};

// Throws 42703, 42804 unless the column holds text, 428C9 where it is generated.
order_number_column require_number_column(Relation orders, const std::string &name);

} // namespace upkeep::orders
