#include "features/rollups/source/rows_first.hpp"

#include "features/rollups/source/pass/missing_groups.hpp"
#include "features/rollups/source/pass/row_finder.hpp"
#include "postgres/as_user.hpp"
#include "postgres/memory.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

struct wanted_row {
  key_value key;
  const source_rollup *into;
};

std::vector<wanted_row> sorted_rows(std::vector<rollup_changes> &of_target) {
  std::vector<wanted_row> rows;
  for (const rollup_changes &each : of_target)
    for (const group_change &group : each.groups)
      rows.push_back({group.key, each.into});
  group_keys &keys = of_target.front().keys;
  call([&] {
    std::sort(rows.begin(), rows.end(),
              [&](const wanted_row &a, const wanted_row &b) { return keys.compare(a.key, b.key) < 0; });
  });
  return rows;
}

// A row that is missing is made by the rollup that makes such rows, if one of those with the key does.
void take_row(row_finder &finder, next_figures &figures, const wanted_row &row) {
  if (finder.lock(row.key, figures))
    return;
  const missing_row found = settle_missing(*row.into->writer, row.into->of, row.key);
  if (found == missing_row::left_out)
    return;
  finder.look_anew();
  if (found == missing_row::appeared)
    finder.lock(row.key, figures);
}

} // namespace

void take_rows(std::vector<rollup_changes> &of_target, MemoryContext memory) {
  const auto writes = [](const rollup_changes &each) { return !each.groups.empty(); };
  const source_rollup &first = *of_target.front().into;
  if (std::ranges::count_if(of_target, writes) < 2 || !std::ranges::all_of(of_target, [&](const rollup_changes &each) {
        return have_same_keys(each.into->of.keys, first.of.keys);
      }))
    return;
  const pg::within kept(memory);
  const std::vector<wanted_row> rows = sorted_rows(of_target);
  pg::as_user(first.of.target_owner, SECURITY_NOFORCE_RLS, [&] {
    row_finder finder(*first.writer, first.of);
    next_figures figures(first.of, memory);
    for (const wanted_row &each : rows)
      take_row(finder, figures, each);
    finder.close();
  });
}

} // namespace upkeep::rollups
