// The tables that a call writes to.
#pragma once

#include "features/history/past/past_table.hpp"

#include <map>
#include <memory>

namespace upkeep::history {

class opened_tables {
public:
  explicit opened_tables(MemoryContext memory) : memory(memory) {}

  // Locks it for writing until the end of the transaction. Throws what past_table throws.
  const past_table &open(Oid table);
  // nullptr where it has no history of its own.
  const past_table *open_if_kept(Oid table);
  // By what entries know it by; throws 55000 where it is dropped.
  const past_table &numbered(std::int32_t number);
  // Once, at the end: an error closes them by itself.
  void close();

private:
  MemoryContext memory;
  std::map<Oid, std::unique_ptr<past_table>> tables;
};

} // namespace upkeep::history
