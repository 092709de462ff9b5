// Tables with a row for each enumerator: its first column says which, and the compiler that none is missing or astray.
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>

namespace upkeep {

// What an enumerator is called.
template <class Key> struct keyed_name {
  Key key;
  std::string_view name;
};

// Whether the rows are those of all enumerators, from the first to `last`, in their order.
template <class Rows, class Key> consteval bool is_keyed(const Rows &rows, Key last) {
  std::size_t next = 0;
  for (const auto &row : rows)
    if (static_cast<std::size_t>(row.key) != next++)
      return false;
  return next == static_cast<std::size_t>(last) + 1;
}

// The row of an enumerator.
template <class Rows, class Key> constexpr const auto &row_of(const Rows &rows, Key key) {
  return rows[static_cast<std::size_t>(key)];
}

} // namespace upkeep
