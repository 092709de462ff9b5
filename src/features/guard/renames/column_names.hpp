// What the triggers of pg_upkeep say of a column that is dropped or renamed.
#pragma once

#include "core/options/feature_rule.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::guard {

// Whether a trigger of ours computes the column from others, so that dropping it loses nothing: what a metric's
// formula, a rollup's figure or the total of orders is written into. Needs an SPI connection.
bool is_derived(Oid table, const std::string &column);

// What a rename that is still to come does to triggers of ours, on this table or on another, if the guard follows it.
struct rename_outlook {
  bool is_named = false;         // some name the column
  std::optional<fault> is_stuck; // one cannot follow: why, and what to do
};
rename_outlook look_ahead(Oid table, const std::string &from, const std::string &to);

// A column was renamed: every trigger of ours that names it, on this table or on another, goes on naming it; one that
// cannot is a WARNING. `only`: triggers of that feature. Returns the tables whose triggers were changed. Needs an SPI
// connection.
std::vector<Oid> follow_rename(Oid table, const std::string &from, const std::string &to,
                               const feature_rule *only = nullptr);

} // namespace upkeep::guard
