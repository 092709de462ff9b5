#include "features/rollups/enable/as_source.hpp"

extern "C" {
#include <catalog/namespace.h>
}

namespace upkeep::rollups {

int keep_search_path() {
  StringInfoData path;
  initStringInfo(&path);
  const ListCell *cell;
  foreach (cell, fetch_search_path(false))
    if (const char *name = get_namespace_name(lfirst_oid(cell)))
      appendStringInfo(&path, "%s%s", path.len ? ", " : "", quote_identifier(name));
  const int level = NewGUCNestLevel();
  set_config_option("search_path", path.data, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
  return level;
}

} // namespace upkeep::rollups
