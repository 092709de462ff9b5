// What a query returns.
#pragma once

#include "postgres/boundary.hpp"

#include <optional>
#include <string>

namespace upkeep::pg {

// The rows of the last query; they live until the next query of the same connection.
class rows {
public:
  explicit rows(SPITupleTable *found) : table(found) {}

  std::uint64_t count() const { return table ? table->numvals : 0; }
  Datum value(std::uint64_t row, int column, bool &is_null) const;
  std::optional<std::string> text(std::uint64_t row, int column) const;
  Oid oid(std::uint64_t row, int column) const;
  // Gives the memory back before SPI does.
  void free();

private:
  SPITupleTable *table;
};

} // namespace upkeep::pg
