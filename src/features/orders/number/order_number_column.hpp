// The column that an order's number is written to.
#pragma once

#include "features/orders/number/order_number_settings.hpp"
#include "postgres/relation.hpp"

#include <limits>

namespace upkeep::orders {

struct order_number_column {
  AttrNumber number;
  Oid type;           // under any domains: text, varchar, integer or bigint
  int max_characters; // of a varchar(n); 0 where there is no limit
  Oid domain;         // InvalidOid unless the column's type is a domain

  bool is_text() const { return type == TEXTOID || type == VARCHAROID; }
  std::int64_t greatest() const {
    return type == INT4OID ? std::numeric_limits<std::int32_t>::max() : std::numeric_limits<std::int64_t>::max();
  }
};

// Throws 42703, 42804 unless the column holds text, or whole numbers and the prefix is '', 428C9 where it cannot be
// written.
order_number_column require_number_column(Relation orders, const order_number_settings &settings);

} // namespace upkeep::orders
