// What the functions that enable a feature share: errors worded for their caller.
#pragma once

#include "core/options/feature_rule.hpp"
#include "postgres/missing_column.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep {

// What to do about a column that is missing, for the caller of the SQL function: the argument that names it, or the
// order of the tables.
std::string hint_for_caller(FunctionCallInfo fcinfo, const feature_rule &feature, const pg::missing_column &said);

// Throws 22023 if what was enabled needs a column that may change in locked orders, 42710 if it keeps the figure of a
// rollup, 42P17 if it closes a way from one to itself.
void require_sound_tables(FunctionCallInfo fcinfo, const feature_rule &feature);

// Runs the body of such a function with an SPI connection.
template <class F> void enabling(FunctionCallInfo fcinfo, const feature_rule &feature, F &&body) {
  try {
    pg::with_spi([&] {
      body();
      require_sound_tables(fcinfo, feature);
    });
  } catch (pg::missing_column &said) {
    said.hint = hint_for_caller(fcinfo, feature, said);
    throw;
  }
}

} // namespace upkeep
