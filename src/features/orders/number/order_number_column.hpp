// order_number: orders numbered by a sequence.
#pragma once

#include "core/options.hpp"
#include "core/orders/order_number.hpp"
#include "features/check.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::orders {

// The options of a trigger, the sequence not yet looked up.
struct order_number_settings {
  std::string column;
  std::string prefix;
  int digits;
  std::string sequence; // "" where no option names it
};

// Throws 22023 where the digits are none.
order_number_settings read_order_number(const option_list &options);

struct order_number_column {
  AttrNumber number;
  int max_characters; // of a varchar(n); 0 where there is no limit
  Oid domain;         // InvalidOid unless the column's type is a domain
};

// Throws 42703, 42804 unless the column holds text, 428C9 where it is generated.
order_number_column require_number_column(Relation orders, const std::string &name);

// Tells of a sequence that will give a number which is there.
void check_number_sequence(Oid orders, const option_list &options, finding_list &into);

} // namespace upkeep::orders
