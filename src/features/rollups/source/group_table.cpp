#include "features/rollups/source/group_table.hpp"

#include <algorithm>
#include <memory>

namespace upkeep::rollups {

namespace {

constexpr std::uint32_t first_cells = 16;
constexpr std::size_t first_block = 1024, last_block = std::size_t(1) << 20;

gathered_group **no_cells(const group_table &groups, std::size_t count) {
  return static_cast<gathered_group **>(
      MemoryContextAllocExtended(groups.memory, count * sizeof(gathered_group *), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
}

gathered_group **cell_of(const group_table &groups, std::uint32_t hash, const key_value &key) {
  std::uint32_t at = hash & groups.mask;
  for (; groups.cells[at]; at = (at + 1) & groups.mask)
    if (groups.cells[at]->hash == hash && groups.keys->is_same(groups.cells[at]->key, key))
      break;
  return &groups.cells[at];
}

void grow(group_table &groups) {
  gathered_group **const old = groups.cells;
  const std::uint32_t count = groups.mask + 1;
  groups.cells = no_cells(groups, std::size_t(count) * 2);
  groups.mask = count * 2 - 1;
  for (std::uint32_t i = 0; i < count; ++i)
    if (old[i]) {
      std::uint32_t at = old[i]->hash & groups.mask;
      while (groups.cells[at])
        at = (at + 1) & groups.mask;
      groups.cells[at] = old[i];
    }
  pfree(old);
}

char *take(group_table &groups, std::size_t size) {
  if (size > static_cast<std::size_t>(groups.end - groups.next)) {
    const std::size_t length = std::max(groups.block, size);
    groups.next = static_cast<char *>(MemoryContextAlloc(groups.memory, length));
    groups.end = groups.next + length;
    groups.block = std::min(groups.block * 2, last_block);
  }
  char *const taken = groups.next;
  groups.next += size;
  return taken;
}

gathered_group &make_group(group_table &groups, std::uint32_t hash, const key_value &key) {
  const std::size_t keys = groups.keys->count(), key_size = MAXALIGN(keys * (sizeof(Datum) + sizeof(bool)));
  const std::size_t figures_size = groups.figures * sizeof(figure_change);
  char *const at = take(groups, sizeof(gathered_group) + key_size + figures_size);
  auto *const figures = reinterpret_cast<figure_change *>(at + sizeof(gathered_group));
  std::uninitialized_value_construct_n(figures, groups.figures);
  auto *const values = reinterpret_cast<Datum *>(figures + groups.figures);
  const key_value own{values, reinterpret_cast<bool *>(values + keys)};
  MemoryContext outer = MemoryContextSwitchTo(groups.memory);
  groups.keys->copy_to(own, key);
  MemoryContextSwitchTo(outer);
  return *new (at) gathered_group{own, figures, 0, hash};
}

} // namespace

group_table begin_groups(group_keys &keys, std::size_t figures, MemoryContext memory) {
  group_table made{&keys, memory, figures, nullptr, first_cells - 1, 0, nullptr, nullptr, first_block};
  made.cells = no_cells(made, first_cells);
  return made;
}

gathered_group &find_group(group_table &groups, const key_value &key) {
  const std::uint32_t hash = groups.keys->hash(key);
  gathered_group **cell = cell_of(groups, hash, key);
  if (*cell)
    return **cell;
  if (groups.count >= groups.mask / 2) {
    grow(groups);
    cell = cell_of(groups, hash, key);
  }
  *cell = &make_group(groups, hash, key);
  ++groups.count;
  return **cell;
}

} // namespace upkeep::rollups
