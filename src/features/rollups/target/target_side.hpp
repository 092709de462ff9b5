// The trigger's side of the target.
#pragma once

#include "postgres/trigger.hpp"

namespace upkeep::rollups {

// BEFORE INSERT OR UPDATE, FOR EACH ROW: an update keeps the figures that are there, a new row, or one with another
// key, has what the sources say. Statements of the library's own write what they like. The row to be written.
HeapTuple before_target_row(FunctionCallInfo fcinfo, const TriggerData &trigger);

// AFTER INSERT or UPDATE, FOR EACH STATEMENT: rows whose figures were read from the sources are read once more, now
// that nobody else can write them.
void after_target_statement(const TriggerData &trigger);

} // namespace upkeep::rollups
