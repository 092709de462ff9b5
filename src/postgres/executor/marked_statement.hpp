// Statements of the library's own, and how the triggers that they fire know them.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// Statements of the library's own, which the triggers that they fire must know.
enum class own_statement {
  quiet,   // the rows it writes count as unchanged: it only puts derived figures right
  derived, // it writes what follows from other rows: stamps move, versions do not
  total,   // the same, and that is the totals of orders
  refund,  // the same, and that is what was refunded
  history, // it changes or deletes entries of history, which nothing else may
  erasure, // it empties columns of a row that stays deleted
  cascade, // it deletes softly what a row that was deleted so takes with it: the stamp is that row's
  purge,   // it deletes what was deleted softly long ago
  rollup,  // it writes figures of rollups: stamps move, versions do not
  restore  // it puts back what history knows: nothing fills, checks or computes what comes back
};

// While one of these lives, the statement that is run next is of that kind.
class marked_statement {
public:
  explicit marked_statement(own_statement kind);
  marked_statement(const marked_statement &) = delete;
  marked_statement &operator=(const marked_statement &) = delete;
  ~marked_statement();

private:
  own_statement kind;
  int outer;
};

// The depth of the triggers of a marked statement, a kind each; 0 where none runs.
extern int marked_trigger_depth[10];

// Whether the trigger function that asks was fired by a statement of that kind itself, not by what that set off.
inline bool is_fired_by(own_statement kind) {
  const int depth = marked_trigger_depth[static_cast<int>(kind)];
  return depth > 0 && DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, 0)) == depth;
}

inline bool is_quiet() { return is_fired_by(own_statement::quiet); }
inline bool is_restoring() { return is_fired_by(own_statement::restore); }

} // namespace upkeep::pg
