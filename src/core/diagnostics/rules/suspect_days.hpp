// Days of this week whose figures can hardly be right, and what they mislead.
#pragma once

#include "core/diagnostics/facts/week_facts.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace upkeep::diagnostics {

// Of several the first holds.
enum class suspicion : std::uint8_t {
  none,
  negative,
  leads_unrecorded,
  revenue_without_orders,
  orders_over_leads,
  thousands
};
std::string_view name_of(suspicion why) noexcept; // "none" is never shown
std::optional<suspicion> suspicion_from(std::string_view name) noexcept;

// A day by weekday, the week's first day first.
using suspect_days = std::array<suspicion, days_per_week>;
suspect_days suspect_days_of(const week_facts &facts);

// What a rule compares.
enum class comparison_of : std::uint8_t { all, money, order_value, conversion, leads };

// The comparisons of a week: each leaves out, on both sides, the days that mislead it.
class comparisons {
public:
  comparisons(const week_facts &facts, const suspect_days &suspects);

  const week_comparison &operator[](comparison_of what) const { return without(misleading(what)); }
  // On the days that both have; it lives as long as this.
  const week_comparison &common(comparison_of a, comparison_of b) const {
    return without(misleading(a) | misleading(b));
  }

private:
  weekday_set misleading(comparison_of what) const { return misleading_[static_cast<std::size_t>(what)]; }
  const week_comparison &without(weekday_set days) const;
  void prepare(weekday_set days);

  const week_facts &facts;
  std::array<weekday_set, 5> misleading_{};
  std::vector<std::pair<weekday_set, week_comparison>> others;
};

} // namespace upkeep::diagnostics
