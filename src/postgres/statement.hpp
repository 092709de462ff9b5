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

// While one of these lives, the rows that the next statement writes count as unchanged: it only puts derived figures
// right.
class quiet_statement {
public:
  quiet_statement();
  quiet_statement(const quiet_statement &) = delete;
  quiet_statement &operator=(const quiet_statement &) = delete;
  ~quiet_statement();

private:
  int outer;
};

// The depth of the triggers of a quiet statement; 0 where none runs.
extern int quiet_trigger_depth;

// Whether the trigger function that asks was fired by a quiet statement itself, not by what that set off.
inline bool is_quiet() {
  return quiet_trigger_depth > 0 && DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, 0)) == quiet_trigger_depth;
}

} // namespace upkeep::pg
