// How one row changes what a statement brought and took of a figure.
#pragma once

#include "features/rollups/group_keys.hpp"
#include "features/rollups/source/figure_change.hpp"
#include "postgres/rows/row_values.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::rollups {

// One figure, prepared for the rows of a statement. Trivial.
struct figure_step {
  aggregate function;
  bool has_argument, has_filter;
  pg::row_value argument, filter;
  Oid summed;            // of a sum: the type of its values
  bool is_rounded;       // to the scale, each of them
  std::int16_t scale;    // of the column
  pg::value_order order; // of an extreme
  MemoryContext memory;  // where its values are kept
};

// Evaluates as the current user. May raise.
figure_step prepare_step(const figure &of, pg::row_values &values, MemoryContext memory);

// The same for the row that `values` look at, which comes or, if it `goes`, goes. Of a sum `change` has digits in
// `difference` and their scale in `gone`, and a numeric in `come` where 64 bits are too few. What the value is, if not
// a finite number: then nothing has changed. May raise; nothing in it has a destructor.
pg::number_kind take_step(figure_step &step, const pg::row_values &values, bool goes, figure_change &change);

// Makes what was gathered what figure_change says. True where that is anything.
bool finish_step(const figure_step &step, figure_change &change);

} // namespace upkeep::rollups
