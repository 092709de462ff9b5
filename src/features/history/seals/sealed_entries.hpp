// Entries in the order of their ids, each with its digest.
#pragma once

#include "core/history/seals.hpp"
#include "features/history/digests.hpp"
#include "postgres/sql/rows.hpp"

namespace upkeep::history {

class sealed_entries {
public:
  // Reads those from one id to another, as pg::read does. Needs an SPI connection.
  sealed_entries(std::int64_t from, std::int64_t to);
  sealed_entries(const sealed_entries &) = delete;
  sealed_entries &operator=(const sealed_entries &) = delete;

  // Goes to the first, then to the next; false after the last.
  bool next();
  const sealed_entry &current() const { return entry; }

  // Once, at the end: an error in between closes it.
  void close();

private:
  bool fetch();
  sealed_entry read_entry();

  std::vector<digest_key> keys;
  MemoryContext scratch; // what a batch takes
  Portal cursor;
  pg::rows batch{nullptr};
  std::uint64_t row = 0;
  sealed_entry entry;
};

} // namespace upkeep::history
