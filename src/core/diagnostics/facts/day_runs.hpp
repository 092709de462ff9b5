// Days in any order, kept as a few runs: those near each other count as one.
#pragma once

#include "core/calendar.hpp"

#include <algorithm>
#include <vector>

namespace upkeep::diagnostics {

struct day_run {
  day_number first, last;
};

// A window of `window` days that begins anywhere has one of the added days exactly where it meets one of the runs.
class day_runs {
public:
  explicit day_runs(int window) : window(window) {}

  void add(day_number day) {
    // The first run that does not end long before the day: no window fits between them.
    auto next = std::ranges::find_if(runs_, [&](const day_run &run) { return day - run.last <= window; });
    if (next == runs_.end() || next->first - day > window) {
      runs_.insert(next, {day, day});
      return;
    }
    next->first = std::min(next->first, day);
    next->last = std::max(next->last, day);
    const auto behind = next + 1;
    if (behind != runs_.end() && behind->first - next->last <= window) {
      next->last = behind->last;
      runs_.erase(behind);
    }
  }

  // The earliest first.
  const std::vector<day_run> &runs() const { return runs_; }

private:
  int window;
  std::vector<day_run> runs_;
};

} // namespace upkeep::diagnostics
