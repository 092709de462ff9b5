#include "features/rollups/source/group_work.hpp"

#include "features/rollups/source/group_source.hpp"

namespace upkeep::rollups {

group_pass::group_pass(const target_writer &plan, const rollup &of, row_finder &finder, MemoryContext memory)
    : plan(plan), of(of), finder(finder), memory(memory), next(of, memory) {}

void group_pass::compute(const group_change &change, bool anew) {
  if (!anew && next.follow(change))
    return;
  const std::vector<NullableDatum> said = figures_in_source(plan, of, change.key);
  next.take(change.key, said, !anew);
}

void group_pass::note_written(const group_change &change) {
  if (of.keeps_empty)
    return;
  const next_figures::figure_now &count = next.figures[plan.counting];
  if (count.differs && next.is_zero(plan.counting))
    empty_keys.push_back(change.key);
}

} // namespace upkeep::rollups
