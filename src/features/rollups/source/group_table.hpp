// The groups that a statement concerns, found by their keys.
#pragma once

#include "features/rollups/group_keys.hpp"
#include "features/rollups/source/figure_change.hpp"

namespace upkeep::rollups {

// One group while rows are read. Trivial; its key and its figures lie behind it.
struct gathered_group {
  key_value key;
  figure_change *figures;
  std::int64_t rows;
  std::uint32_t hash;
};

// A hash table with open addressing. Trivial: it goes with its memory, of which a group with one key by value and two
// figures takes at most 200 bytes, with its place in what changes_of returns. Every function may raise.
struct group_table {
  group_keys *keys;
  MemoryContext memory;
  std::size_t figures;
  gathered_group **cells;
  std::uint32_t mask; // one less than there are cells
  std::uint32_t count;
  // The block that groups are put into.
  char *next, *end;
  std::size_t block;
};

group_table begin_groups(group_keys &keys, std::size_t figures, MemoryContext memory);
// The group with that key, which is new where none had it.
gathered_group &find_group(group_table &groups, const key_value &key);

} // namespace upkeep::rollups
