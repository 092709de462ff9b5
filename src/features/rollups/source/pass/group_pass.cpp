#include "features/rollups/source/pass/group_pass.hpp"

#include "features/rollups/source/pass/group_source.hpp"
#include "features/rollups/target/computed_groups.hpp"

namespace upkeep::rollups {

group_pass::group_pass(const target_writer &plan, const rollup &of, group_keys &keys, row_finder &finder,
                       MemoryContext memory)
    : plan(plan), of(of), keys(keys), finder(finder), memory(memory), next(of, memory) {}

bool group_pass::is_computed(const group_change &change) const {
  return any_computed() && was_computed(of.root, keys, change.key);
}

void group_pass::read_anew(const key_value &key) {
  if (!totals) {
    target = pg::open_locked(of.target);
    totals.emplace(target, of, memory);
  }
  if (totals->is_shared())
    next.take_totals(totals->read(key));
  else
    next.take(key, figures_in_source(plan, of, key), false);
}

void group_pass::compute(const group_change &change, bool anew) {
  if (anew)
    read_anew(change.key);
  else if (!next.follow(change))
    next.take(change.key, figures_in_source(plan, of, change.key), true);
}

void group_pass::close() {
  finish();
  if (target)
    pg::close_locked(target);
}

void group_pass::note_written(const group_change &change) {
  if (of.keeps_empty)
    return;
  const next_figures::figure_now &count = next.figures[plan.counting];
  if (count.differs && next.is_zero(plan.counting))
    empty_keys.push_back(change.key);
}

} // namespace upkeep::rollups
