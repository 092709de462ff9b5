// What a column was called in the entries of its table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::history {

// An entry `rename` of a column; `after` is empty where it was dropped.
struct column_rename {
  std::int64_t id;
  std::string before, after;
};

// The entries with ids between these two, not these themselves, know the column by the name.
struct name_span {
  std::int64_t after, before;
  std::string name;
};

// The names of a column that is called so now, or was when it was dropped. `renames`: of the table, the newest first.
// nullopt for a column that never was. A dropped column before it that had its name counts as the same.
std::optional<std::vector<name_span>> names_of_column(std::string_view name, bool is_there_now,
                                                      std::span<const column_rename> renames);

bool is_named(std::span<const name_span> names, std::int64_t entry, std::string_view column);

} // namespace upkeep::history
