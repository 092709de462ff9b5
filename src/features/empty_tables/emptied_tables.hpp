// The tables that upkeep.empty_tables empties at the moment: what they hold may go, whatever it is.
#pragma once

#include "postgres/boundary.hpp"

#include <span>

namespace upkeep {

// For triggers of TRUNCATE alone: what triggers of others do meanwhile is refused as ever.
bool is_emptied(Oid table);

// They are emptied as long as this lives.
class emptied_tables {
public:
  explicit emptied_tables(std::span<const Oid> tables);
  emptied_tables(const emptied_tables &) = delete;
  emptied_tables &operator=(const emptied_tables &) = delete;
  ~emptied_tables();

private:
  friend bool is_emptied(Oid table);

  std::span<const Oid> tables;
  emptied_tables *outer; // a trigger of one of them may empty others
};

} // namespace upkeep
