// A run over tables that Citus has spread over nodes: each shop is diagnosed where it lies.
#pragma once

#include "core/calendar.hpp"
#include "features/diagnostics/run/run_tables.hpp"

namespace upkeep::diagnostics {

// What the caller of a run wants.
struct run_wish {
  run_request request;
  std::optional<day_number> day, today;
  std::optional<std::string> shop;
  std::int32_t batch_size;
};

struct run_on_shards_result {
  std::int64_t shops = 0, in_future = 0, invalid = 0;
  std::string first_invalid; // with the reason
};

// Has each shard of the records run by itself, in transactions of its own. Throws 0A000 unless whatever a run reads or
// writes lies on one node with the records, and 38000 where a shard fails. Needs an SPI connection.
run_on_shards_result run_on_shards(const run_wish &wish, const run_tables &tables);

} // namespace upkeep::diagnostics
