#include "core/history/column_names.hpp"

#include <algorithm>

namespace upkeep::history {

std::optional<std::vector<name_span>> names_of_column(std::string_view name, bool is_there_now,
                                                      std::span<const column_rename> renames) {
  name_span current{INT64_MIN, INT64_MAX, std::string(name)};
  auto next = renames.begin();
  if (!is_there_now) {
    next = std::find_if(next, renames.end(), [=](const column_rename &each) { return each.before == name; });
    if (next == renames.end())
      return std::nullopt;
    current.before = next->id;
    ++next;
  }
  std::vector<name_span> names;
  const auto end_at = [&](std::int64_t id) {
    current.after = id;
    names.push_back(current);
    current = {INT64_MIN, id, {}};
  };
  for (; next != renames.end(); ++next)
    if (next->after == current.name) {
      end_at(next->id);
      current.name = next->before;
    } else if (next->before == current.name && !next->after.empty()) {
      // Before that, the name was another column's.
      end_at(next->id);
      return names;
    }
  end_at(INT64_MIN);
  return names;
}

bool is_named(std::span<const name_span> names, std::int64_t entry, std::string_view column) {
  return std::any_of(names.begin(), names.end(), [=](const name_span &each) {
    return each.after < entry && entry < each.before && each.name == column;
  });
}

} // namespace upkeep::history
