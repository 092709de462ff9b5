// Whether entries of a transaction were purged.
#pragma once

#include "postgres/compat.hpp"

#include <cstdint>
#include <vector>

namespace upkeep::history {

// What is still there of it.
struct known_transaction {
  std::uint64_t number;
  std::int64_t first, last; // entries
  TimestampTz first_at;
  std::vector<std::int32_t> tables;
};

// Throws 55000 where some of it is gone, or may be. Needs an SPI connection.
void require_whole(const known_transaction &transaction);

} // namespace upkeep::history
