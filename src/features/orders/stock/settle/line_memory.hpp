// What upkeep.stock_taken says of some lines.
#pragma once

#include "features/orders/stock/stock_lines.hpp"

#include <string>
#include <vector>

namespace upkeep::orders {

class line_memory {
public:
  // Reads it. Nobody else changes it until `write`: whoever does holds the line, or its order.
  line_memory(const stock_tables &tables, const std::vector<std::string> &lines);

  // What they have taken of these products: a row of an earlier version does not say whose product it was.
  std::vector<stock_amount> taken() const;

  // From now on they have taken what is `wanted`, and those that are not in it nothing.
  void write(const std::vector<stock_amount> &wanted) const;

private:
  struct entry {
    ItemPointerData place; // not valid where there is no row
    std::string product;
    Datum quantity;
    Oid products; // InvalidOid where the row does not say
  };

  const stock_tables &tables;
  const std::vector<std::string> &lines;
  std::vector<entry> entries; // one a line
};

} // namespace upkeep::orders
