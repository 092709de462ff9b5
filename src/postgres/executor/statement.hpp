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

} // namespace upkeep::pg
