#include "core/orders/counted_numbers.hpp"

namespace upkeep::orders {

counted_numbers::entry &counted_numbers::find(std::uint32_t table, const std::string &tenant) {
  std::string key(reinterpret_cast<const char *>(&table), sizeof table);
  key += tenant;
  return counters.try_emplace(std::move(key), entry{table, tenant}).first->second;
}

void counted_numbers::set(entry &counter, int level, knowledge known, std::int64_t last) {
  if (level > counter.saved_in) {
    changes.push_back({&counter, counter.last, counter.known, counter.saved_in, level});
    counter.saved_in = level;
  }
  counter.known = known;
  counter.last = last;
}

void counted_numbers::keep(int level) noexcept {
  const int outer = level - 1;
  for (auto each = changes.rbegin(); each != changes.rend() && each->level == level; ++each) {
    each->level = outer;
    each->counter->saved_in = outer;
  }
  // The transaction itself takes nothing back.
  if (outer == 1)
    changes.clear();
}

void counted_numbers::undo(int level) noexcept {
  for (; !changes.empty() && changes.back().level >= level; changes.pop_back()) {
    const change &before = changes.back();
    before.counter->last = before.last;
    before.counter->known = before.known;
    before.counter->saved_in = before.saved_in;
  }
}

} // namespace upkeep::orders
