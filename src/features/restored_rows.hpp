// The rows that the library puts back, changes back or takes away in one call, as they were or will be: what belongs to
// one of them comes, and goes, with it.
#pragma once

#include "postgres/sql/parameter.hpp"

#include <vector>

namespace upkeep {

// An array of the table's row type.
struct restored_rows {
  Oid table;
  pg::parameter rows;
};

// What the call restores, while one of these lives.
class restoration {
public:
  explicit restoration(std::vector<restored_rows> rows);
  restoration(const restoration &) = delete;
  restoration &operator=(const restoration &) = delete;
  ~restoration();

  const std::vector<restored_rows> rows;

private:
  const restoration *outer;
};

// For a trigger that a statement of such a call fires; nullptr in all others.
const restoration *running_restoration();

} // namespace upkeep
