// A formula of line_formula or total_formula, resolved against the columns of its table.
#pragma once

#include "core/orders/amount_formula.hpp"
#include "features/orders/totals/total_column.hpp"
#include "postgres/relation.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::orders {

// How total_formula calls the sum of the amounts of the lines.
inline constexpr const char *sum_input = "lines";

struct column_formula {
  struct input {
    std::string name;
    AttrNumber number; // 0 for the sum of the lines
    Oid type;          // under any domains
  };

  amount_formula formula;
  std::optional<int> scale;
  std::vector<input> inputs; // as the formula lists them

  // The result as SQL, a numeric, over the columns of `alias`. What it raises where the result is NULL names `of`;
  // without that it is NULL.
  pg::fragment sql(const std::string &alias, const std::optional<std::string> &of,
                   const pg::fragment &sum = pg::fragment()) const;

  // Whether it reads a column.
  bool reads(const std::string &column) const;
};

// Throws what amount_formula throws, 42703 for a column that is not there, 42804 for one without an exact number, 428C9
// for a generated one, 42P17 for one of `kept`, which the formula's own result ends up in.
column_formula resolve_formula(const std::string &text, std::optional<int> scale, Relation table, bool of_totals,
                               const std::vector<std::string> &kept);

// The result, a numeric in the current memory context. Throws 22004 where it is NULL, naming `of`, and 22003.
Datum amount_of(const amount_formula &formula, std::span<const decimal> inputs, const std::string &of);

} // namespace upkeep::orders
