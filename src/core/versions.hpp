// The versions of the extension: the chain that ALTER EXTENSION ... UPDATE goes up and down.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <string_view>
#include <vector>

namespace upkeep {

struct extension_version {
  std::string_view number;
  std::string_view summary;
};

inline constexpr std::array<extension_version, 13> versions{{
    {"0.1.0", "updated_at and touch, for one table, a schema or every new table; managed, check, export_sql and pause"},
    {"0.2.0", "metrics by formulas and settings, recalculated and checked; the metric functions"},
    {"0.3.0", "orders: snapshots, totals, lock, status, numbers, stock and checkout; the tables of a store"},
    {"0.4.0", "weekly diagnostics, their report and explain_change; the tables of an analytics app"},
    {"0.5.0", "the guard over destructive DDL, review and ddl_log; migrations and disable_all"},
    {"0.6.0", "decisions on ads, unit economics, growth and the pace to a goal, kept with their evidence"},
    {"0.7.0",
     "what real shops and migrations met: keys, status names, opening stock, exemptions of the guard, suggest"},
    {"0.8.0", "managed with a row a feature, internals out of sight, short signatures, seeds for development"},
    {"0.9.0", "the money of an order: parts of a total, refunds and returns, corrections, numbers a tenant"},
    {"0.10.0", "diagnoses one can trust: noise, closed days, events, causes and money; answers, languages, e-mail"},
    {"0.11.0", "history: who changed what, tables as they stood, undo, erasure and seals; soft delete and live views"},
    {"0.12.0", "rollups: counts and sums that are exact while everybody writes; a store feeds its analytics"},
    {"0.13.0", "Citus: tables distributed by tenant are kept as on one machine"},
}};

// By their numbers, so that 0.10.0 comes after 0.9.0. What is not a number counts as 0.
inline std::strong_ordering compare_versions(std::string_view a, std::string_view b) {
  const auto numbers = [](std::string_view text) {
    std::vector<int> parts;
    for (std::size_t start = 0; start <= text.size();) {
      const std::size_t end = std::min(text.find('.', start), text.size());
      int part = 0;
      std::from_chars(text.data() + start, text.data() + end, part);
      parts.push_back(part);
      start = end + 1;
    }
    return parts;
  };
  const std::vector<int> left = numbers(a), right = numbers(b);
  return left < right   ? std::strong_ordering::less
         : right < left ? std::strong_ordering::greater
                        : std::strong_ordering::equal;
}

} // namespace upkeep
