// 42703 for a column that a feature needs: what is missing, so that anyone who enables the feature can be told what to
// pass.
#pragma once

#include "core/fault.hpp"
#include "postgres/compat.hpp"

#include <vector>

namespace upkeep::pg {

struct missing_column : fault {
  Oid table;
  std::vector<std::string> columns; // at least one
};

// One error for all of them. `enable`: what to call again where a trigger says so.
[[noreturn]] void missing_columns(Relation relation, std::vector<std::string> columns, const char *enable);

// Throws one error that lists all of the columns that the table lacks.
void require_columns(Relation relation, const std::vector<std::string> &columns, const char *enable);

// Runs both, and throws one error for what is missing in either: two tables in one answer.
template <class A, class B> void require_both(A &&first, B &&second) {
  try {
    first();
  } catch (missing_column &said) {
    try {
      second();
    } catch (const missing_column &other) {
      said.message += "; " + other.message;
    }
    throw said;
  }
  second();
}

} // namespace upkeep::pg
