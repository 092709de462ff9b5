// The rows that a TRUNCATE is about to take.
#pragma once

#include "features/history/recording.hpp"
#include "postgres/executor/truncation.hpp"

namespace upkeep::history {

// An entry for the table, and one for each of its rows where they are few. `command`: asked for in the memory that the
// trigger was called in.
void record_truncation(const TriggerData &trigger, const history_plan &plan, const pg::truncation &command,
                       const statement_place &place, std::optional<entry_writer> &writer);

} // namespace upkeep::history
