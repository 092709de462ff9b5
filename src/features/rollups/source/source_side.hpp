// The trigger's side of the source.
#pragma once

#include "postgres/trigger.hpp"

namespace upkeep::rollups {

// AFTER INSERT, UPDATE, DELETE or TRUNCATE, FOR EACH STATEMENT. The first of the table's rollup triggers for the event
// does the work of all, target by target: one that feeds another first, then by oid.
void after_source_statement(const TriggerData &trigger);

} // namespace upkeep::rollups
