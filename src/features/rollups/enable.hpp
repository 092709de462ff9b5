// Enabling a rollup from within the library.
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

// As upkeep.enable_rollup does, with its errors. Needs an SPI connection.
void enable_rollup(const rollup_request &wanted);

} // namespace upkeep::rollups
