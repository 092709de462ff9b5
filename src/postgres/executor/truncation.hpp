// What a TRUNCATE empties, as its triggers can learn it.
#pragma once

#include "postgres/sql/text.hpp"

namespace upkeep::pg {

struct truncation {
  MemoryContext command = nullptr; // lives as long as the command; nullptr where nothing is known of it
  std::vector<Oid> tables;         // in its order, with partitions, children and what CASCADE reaches; each is locked
};

// The TRUNCATE whose BEFORE TRUNCATE trigger is running. Asked in the memory that the trigger was called in.
truncation running_truncation();

} // namespace upkeep::pg
