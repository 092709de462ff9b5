// Which rows of a table a scan looks at.
#pragma once

#include "features/metrics/metrics_plan.hpp"
#include "postgres/sql/fragment.hpp"
#include "postgres/sql/parameter.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::metrics {

// nullopt: all of them.
struct scan_filter {
  std::optional<std::string> tenant; // the text of a settings_key
  std::optional<Datum> from_date, to_date;
};

// "WHERE ..." of a filter, and its parameters. Throws 42703 where the table lacks the column that a filter needs.
struct scan_condition {
  pg::fragment sql; // WHERE, or nothing
  std::vector<pg::parameter> parameters;
};
scan_condition condition_of(const metrics_plan &plan, Oid table, const scan_filter &filter);

} // namespace upkeep::metrics
