// The rollups of one source, as the session remembers them.
#pragma once

#include "features/rollups/source/apply.hpp"

namespace upkeep::rollups {

struct source_rollup {
  rollup of;
  change_reader reader;
  std::shared_ptr<const target_writer> writer;
};

// Those that the trigger works for: one whose target feeds the target of another comes first, then they are in the
// order of their targets' oids. Rows of a partition that the target's triggers know nothing of, since it was detached,
// count nowhere. Throws what arguments and tables have wrong: 22023, 42501, 42601, 42703, 42804, 42P01, 42P17.
using source_plan = std::vector<source_rollup>;
std::shared_ptr<const source_plan> plan_of_source(const TriggerData &fired);

} // namespace upkeep::rollups
