// The facts of a week as the rules read them: its sums, what it is compared with, the month it ends in.
#pragma once

#include "core/diagnostics/diagnosis_request.hpp"
#include "core/diagnostics/facts/week_sums.hpp"
#include "core/numeric/rational.hpp"
#include "core/weekday_weights.hpp"

#include <vector>

namespace upkeep::diagnostics {

enum class week_state : std::uint8_t { closed, open, future };
std::string_view name_of(week_state state) noexcept;

enum class comparison_method : std::uint8_t { none, previous_week, mean };
std::string_view name_of(comparison_method method) noexcept; // "none" is never shown

// What this week is compared with, day by day: only weekdays that each of the weeks has.
struct week_comparison {
  comparison_method method = comparison_method::none;
  unsigned weekdays = 0; // a bit a day, the week's first day first
  int weeks = 0;
  std::array<int, weeks_kept> which{}; // of the nine
  std::array<week_sums, weeks_kept> each;
  week_sums before; // the sums of all of them: a mean week is this divided by `weeks`
  week_sums after;  // of this week

  int days() const { return __builtin_popcount(weekdays); }
};

// How the month of the week's last day goes on.
struct month_pace {
  month calendar{};
  weekday_weights weights{};
  int days_known = 0;
  rational so_far, projected;
};

class week_facts {
public:
  explicit week_facts(const diagnosis_request &request);

  const diagnosis_request &request;
  week_state state;
  int days_expected;                        // complete days of this week
  bool has_cogs_ratio;                      // whether the latest settings have one
  std::array<unsigned, weeks_kept> present; // weekdays with figures, a bit a day
  week_sums sums;                           // of this week
  week_comparison compared;

  bool is_recorded(measure which) const { return recorded[static_cast<std::size_t>(which)]; }
  int days_present() const { return __builtin_popcount(present[this_week]); }
  int days_missing() const { return days_expected - days_present(); }
  bool is_complete(int week) const { return present[static_cast<std::size_t>(week)] == every_weekday; }
  week_sums sums_of(int week, unsigned weekdays) const;
  // The cost of goods on a day; that of the latest settings where the day has none.
  std::int64_t ratio_of_day(int day) const;
  day_number date(int week, int weekday) const {
    return request.days.week_start + (week - this_week) * days_per_week + weekday;
  }
  // Of revenue, or of net profit; weekdays weigh what they had of the revenue of complete weeks.
  month_pace pace(bool of_profit) const;
  // What the month of such a pace has come to at the end of each of its days; of those after this week's, as projected.
  std::vector<rational> path(const month_pace &end, bool of_profit) const;

  static constexpr unsigned every_weekday = 0x7F;

private:
  void find_days();
  void compare();
  // Adds up the day of a date, if it is among the nine weeks and has figures.
  bool add_day(day_number day, week_sums &into) const;
  weekday_weights revenue_weights() const;

  std::array<bool, measure_count> recorded{};
};

// Figures of sums over `weeks` weeks; nullopt where they are not defined.
enum class metric : std::uint8_t {
  net_profit,
  revenue,
  roas,
  marginal_roas,
  cpl,
  cvr,
  aov,
  leads,
  ad_spend,
  ad_ratio,
  cogs_ratio,
  days,
  revenue_share
};
std::string_view name_of(metric which) noexcept;
std::optional<rational> figure(metric which, const week_sums &sums, int weeks = 1);
// An amount of the facts in plain notation.
std::string amount_text(const week_facts &facts, int128 amount);
// 1 - cogs_ratio of the sums.
rational margin(const week_sums &sums);

} // namespace upkeep::diagnostics
