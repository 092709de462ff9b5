#include "features/rollups/group_context.hpp"

namespace upkeep::rollups {

void tell_group(void *told) {
  const auto &[of, key] = *static_cast<const told_group *>(told);
  errcontext("figures of table \"%s\" for %s", of->figures.front().column.table.c_str(), written_key(of->keys, *key));
}

} // namespace upkeep::rollups
