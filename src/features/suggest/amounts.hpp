// What an order costs beside its lines, and a line beside its price, as the names of the columns say.
#pragma once

#include "features/suggest/schema_table.hpp"

namespace upkeep::suggest {

struct amount_term {
  bool is_taken_off;
  const schema_column *column;
};

struct order_amounts {
  std::vector<amount_term> of_orders, of_lines;
  std::vector<std::string> doubts; // why a total that is made of them could be wrong

  bool any() const { return !of_orders.empty() || !of_lines.empty() || !doubts.empty(); }
  bool are_certain() const { return any() && doubts.empty(); }
};

// The columns that these amounts are written beside; nullptr where there are none.
struct amounts_beside {
  const schema_column *total, *sum, *price;
};
order_amounts read_amounts(const schema_table &orders, const schema_table &lines, const amounts_beside &beside);

// "lines + shipping - discount": what is NULL counts nothing.
std::string formula_of(const std::string &first, const std::vector<amount_term> &terms);

// "a, b and c"
std::string enumerated(const std::vector<std::string> &names);

} // namespace upkeep::suggest
