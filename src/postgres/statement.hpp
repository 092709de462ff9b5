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

} // namespace upkeep::pg
