// What kind of statement a row trigger fires in. TriggerData does not say; an ExecutorStart hook writes it on the
// executor's memory context, which every row slot of that executor knows.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

enum class statement_kind { plain, merge, touch };

// Called once, when the library is loaded.
void watch_statements();

// The kind of the statement whose executor made `slot`.
statement_kind kind_of_statement(const TupleTableSlot *slot);

// Whether the statement that fires a trigger AFTER STATEMENT began after the library was loaded. To be called before
// the trigger function has changed its memory context.
bool statement_is_watched();

// While one of these lives, an UPDATE with exactly this text is a touch.
class touch_statement {
public:
  explicit touch_statement(const char *text);
  touch_statement(const touch_statement &) = delete;
  touch_statement &operator=(const touch_statement &) = delete;
  ~touch_statement();

private:
  const char *outer;
};

// Statements of the library's own, which the triggers that they fire must know.
enum class own_statement {
  quiet,   // the rows it writes count as unchanged: it only puts derived figures right
  derived, // it writes what follows from other rows: stamps move, versions do not
  total    // the same, and that is the totals of orders
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
extern int marked_trigger_depth[3];

// Whether the trigger function that asks was fired by a statement of that kind itself, not by what that set off.
inline bool is_fired_by(own_statement kind) {
  const int depth = marked_trigger_depth[static_cast<int>(kind)];
  return depth > 0 && DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, 0)) == depth;
}

inline bool is_quiet() { return is_fired_by(own_statement::quiet); }

} // namespace upkeep::pg
