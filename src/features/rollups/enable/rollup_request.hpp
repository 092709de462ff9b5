// What a caller wants of upkeep.enable_rollup.
#pragma once

#include "postgres/compat.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::rollups {

struct rollup_request {
  Oid target, source;
  std::vector<std::string> columns;
  std::optional<std::vector<std::string>> keys;
  std::optional<std::string> filter, missing;
  bool keep_empty = true, backfill = true;
};

} // namespace upkeep::rollups
