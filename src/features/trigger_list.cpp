#include "features/trigger_list.hpp"

#include <algorithm>

namespace upkeep {

trigger_list::trigger_list(std::vector<managed_trigger> triggers) : all(std::move(triggers)) {
  for (auto first = all.begin(); first != all.end();) {
    const auto last =
        std::find_if(first, all.end(), [&](const managed_trigger &each) { return each.table != first->table; });
    by_table.emplace(first->table, std::span<const managed_trigger>(first, last));
    first = last;
  }
}

std::span<const managed_trigger> trigger_list::of(Oid table) const {
  const auto found = by_table.find(table);
  return found == by_table.end() ? std::span<const managed_trigger>() : found->second;
}

bool trigger_list::has(Oid table, const feature_rule &feature) const {
  return std::ranges::any_of(of(table), [&](const managed_trigger &each) { return each.feature == &feature; });
}

bool trigger_list::has(Oid table, const feature_rule &feature, const std::string &name) const {
  return std::ranges::any_of(
      of(table), [&](const managed_trigger &each) { return each.feature == &feature && each.name == name; });
}

} // namespace upkeep
