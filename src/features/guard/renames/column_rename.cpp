#include "features/guard/renames/column_rename.hpp"

#include "postgres/boundary.hpp"

#include <algorithm>

namespace upkeep::guard {

bool column_rename::concerns(Oid table) const { return std::find(tables.begin(), tables.end(), table) != tables.end(); }

bool column_rename::had(Oid table, const std::string &column) const {
  if (concerns(table) && (column == from || column == to))
    return column == from;
  return pg::call([&] { return get_attnum(table, column.c_str()); }) > 0;
}

} // namespace upkeep::guard
