// The facts of a week as the rules read them: its sums, what it is compared with, the month it ends in.
#pragma once

#include "core/diagnostics/diagnosis_request.hpp"
#include "core/diagnostics/facts/comparison.hpp"
#include "core/diagnostics/facts/set_aside.hpp"
#include "core/diagnostics/facts/week_calendar.hpp"
#include "core/numeric/rational.hpp"
#include "core/weekday_weights.hpp"

#include <vector>

namespace upkeep::diagnostics {

enum class week_state : std::uint8_t { closed, open, future };
std::string_view name_of(week_state state) noexcept;

// How the month of the week's last day goes on.
struct month_pace {
  month calendar{};
  weekday_weights weights{};
  days_of_month open = 0; // its days on which the shop is open
  int days_known = 0;
  rational so_far, projected;
  bool is_projected = false; // no open day is known otherwise
  rational on_closed_days;   // of both: what closed days brought nevertheless, once
};

class week_facts {
public:
  explicit week_facts(const diagnosis_request &request);

  const diagnosis_request &request;
  week_state state;
  int days_elapsed;      // of this week
  bool has_cogs_ratio;   // whether the latest settings have one
  days_of_weeks present; // weekdays with figures
  week_calendar calendar;
  std::array<set_aside_reason, weeks_kept> set_aside{}; // of the complete weeks, those that nothing is compared with
  week_sums sums;                                       // of this week
  week_comparison compared;                             // with all days that can be

  bool is_recorded(measure which) const { return recorded[static_cast<std::size_t>(which)]; }
  // Whether this week is like no other, so that it is compared with none.
  bool is_festive() const { return calendar.is_festive(this_week); }
  weekday_set expected() const;
  int days_expected() const { return __builtin_popcount(expected()); }
  int days_present() const { return __builtin_popcount(expected() & present[this_week]); }
  // Without figures, though some were expected; `unexplained`: and no event says why.
  weekday_set missing() const { return expected() & ~usable(this_week); }
  weekday_set unexplained() const { return missing() & ~calendar.outage[this_week]; }
  // The days of a week that can be compared.
  weekday_set usable(int week) const { return present[static_cast<std::size_t>(week)] & ~calendar.set_apart(week); }
  int open_days() const { return days_per_week - __builtin_popcount(calendar.closed); }
  bool is_complete(int week) const { return (usable(week) | calendar.closed) == every_weekday; }
  week_sums sums_of(int week, weekday_set weekdays) const;
  // As `compared`, but for some days.
  week_comparison compared_without(weekday_set weekdays) const;
  // The cost of goods on a day; that of the latest settings where the day has none.
  std::int64_t ratio_of_day(int day) const;
  day_number date(int week, int weekday) const {
    return request.days.week_start + (week - this_week) * days_per_week + weekday;
  }
  // Of revenue, or of net profit; weekdays weigh what they had of the revenue of complete weeks.
  month_pace pace(bool of_profit) const;
  // What the month of such a pace has come to at the end of each of its days; of those after this week's, as projected.
  std::vector<rational> path(const month_pace &end, bool of_profit) const;

private:
  void find_days();
  // Whether an event leaves nothing of a week.
  bool is_taken_away(int week) const;
  void set_weeks_aside();
  void choose_weeks();
  void compare(weekday_set here, week_comparison &into) const;
  // Adds up the day of a date, if it is among the nine weeks and has figures that no outage makes doubtful.
  bool add_day(day_number day, week_sums &into) const;
  weekday_weights revenue_weights() const;
  days_of_month open_days_of(const month &of) const;

  // Of those weekdays, whatever the calendar says.
  week_sums sums_over(int week, weekday_set weekdays) const;

  std::array<bool, measure_count> recorded{};
  days_of_weeks with_figures; // whatever the calendar says
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
