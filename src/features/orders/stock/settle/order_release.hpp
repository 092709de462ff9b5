// Which statuses release an order, so that its lines take nothing.
#pragma once

#include "core/options/option_list.hpp"
#include "postgres/relation.hpp"

namespace upkeep::orders {

struct order_release {
  AttrNumber status;
  Oid output;     // the function that makes it a text
  bool is_padded; // with blanks, which a text has not
  std::vector<std::string> released;

  // Whether the order in that row is released.
  bool operator()(TupleTableSlot *order) const;
};

// Throws 42703.
order_release release_of(Relation orders, const option_list &options);

} // namespace upkeep::orders
