// The twenty rules of the weekly diagnosis, as a table: what each is called, when it fires, what it needs.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace upkeep::diagnostics {

enum class rule : std::uint8_t {
  np_negative,
  np_drop,
  rev_drop,
  roas_below_break_even,
  roas_below_target,
  marginal_roas_low,
  cpl_spike,
  cvr_drop,
  aov_drop,
  leads_drop,
  spend_no_orders,
  spend_no_leads,
  ad_ratio_high,
  margin_erosion,
  cogs_unset,
  data_missing,
  data_suspect,
  day_concentration,
  profit_streak,
  goal_off_pace,
  ad_spend_stopped
};
inline constexpr std::size_t rule_count = 21;

// What a rule looks at: figures of the week alone, a fixed bound, the weeks before, settings, the data themselves, a
// month.
enum class rule_basis : std::uint8_t { level, identity, trend, settings, data, goal };

// What an impact is an amount of.
enum class impact_kind : std::uint8_t { profit, revenue, goal };

enum class severity : std::uint8_t { none, warning, critical };

// Thresholds are kept in millionths, so that "exactly 15 %" is decided exactly.
inline constexpr std::int64_t threshold_unit = 1'000'000;
inline constexpr std::int64_t no_threshold = INT64_MIN;

// A rule: a threshold is a share of something, a count or a multiple, as its meaning says.
struct rule_definition {
  rule key;
  std::string_view code;
  rule_basis basis;
  std::int64_t warning; // in millionths, no_threshold where the rule has none
  std::int64_t critical;
  std::string_view minimum; // data it needs
  std::string_view meaning;
};

const rule_definition &definition_of(rule which) noexcept;
std::string_view code_of(rule which) noexcept;
std::string_view name_of(rule_basis basis) noexcept;
impact_kind impact_kind_of(rule which) noexcept;
std::string_view name_of(impact_kind kind) noexcept;
std::string_view name_of(severity grade) noexcept; // "warning", "critical"; "none" is never shown

} // namespace upkeep::diagnostics
