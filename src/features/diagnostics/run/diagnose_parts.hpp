// The parts of diagnose_sql that lie in files of their own.
#pragma once

#include "features/diagnostics/run/run_tables.hpp"
#include "postgres/sql/sql.hpp"

#include <vector>

namespace upkeep::diagnostics {

// What is told of a row, as keys and values of a JSON object: 'name', value.
inline pg::fragment member(const char *name, const pg::fragment &value) {
  return pg::sql("{name}, {value}", "name"_is = pg::literal{name}, "value"_is = value);
}

// The CTE shop, and what it is made of: each shop with its week_start, today, all of its settings, and is_busy.
pg::fragment shop_ctes(const run_tables &tables);

// Which rows of weekly_diagnostics are renewed, and with what. w is the row, where there is one, f the fresh document,
// p the row of the week before.
struct renewal {
  explicit renewal(const run_tables &tables);

  pg::fragment is_due;           // whether w is not what the document says
  pg::fragment is_to_be_written; // that, or answers are new
  pg::fragment issues;           // of w, from the document where it is due, else with the answers alone
  pg::fragment new_issues;       // of a row that is to be added
};

// The columns beyond issues that a diagnosis has, where the table has them, each as an expression over a merged row m.
struct written_columns {
  explicit written_columns(const run_tables &tables);

  std::vector<pg::fragment> sets, names, values;
};

} // namespace upkeep::diagnostics
