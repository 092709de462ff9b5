#include "features/empty_tables/emptied_tables.hpp"

#include <algorithm>

namespace upkeep {

namespace {

emptied_tables *innermost = nullptr;

} // namespace

bool is_emptied(Oid table) {
  for (const emptied_tables *each = innermost; each; each = each->outer)
    if (std::ranges::find(each->tables, table) != each->tables.end())
      return true;
  return false;
}

emptied_tables::emptied_tables(std::span<const Oid> tables) : tables(tables), outer(innermost) { innermost = this; }
emptied_tables::~emptied_tables() { innermost = outer; }

} // namespace upkeep
