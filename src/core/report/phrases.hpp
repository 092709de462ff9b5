// What a weekly report says besides its figures, in the languages that are built in or in one of the user's wordings.
#pragma once

#include "core/diagnostics/rules/rules.hpp"
#include "core/numeric/money.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::report {

enum class phrase : std::uint8_t {
  numbers_as, // not shown: en, vi or de, the language whose way of writing figures and dates is used
  report_title,
  state_closed,
  state_open,
  state_future,
  stale,
  stale_note,
  verdict_critical,
  verdict_warning,
  verdict_clear,
  verdict_unknown,
  most_expensive,
  key_figures,
  figure,
  this_week,
  last_week,
  change,
  issues,
  no_issues,
  critical,
  warning,
  cost,
  what_to_do,
  drivers,
  your_answer,
  answer_ack,
  answer_dismissed,
  answer_snoozed_until,
  answer_done,
  answer_reopened,
  issue_new,
  issue_unchanged,
  issue_updated,
  issue_regressed,
  gone,
  low_confidence,
  bridge_profit,
  bridge_revenue,
  bridge_note,
  usual_week,
  week_before,
  driver_leads,
  driver_cvr,
  driver_aov,
  driver_cogs,
  driver_cpl,
  driver_other,
  trends,
  average,
  goal,
  goal_so_far,
  goal_projected,
  goal_target,
  goal_pace,
  goal_note,
  ads,
  ad_scale,
  ad_keep,
  ad_kill,
  ad_above_break_even,
  ad_below_target,
  ad_not_certain,
  ad_marginal_roas_low,
  ad_too_young,
  ad_undecidable,
  ad_by_hand,
  cost_per_order,
  break_even,
  net_profit,
  revenue,
  ad_spend,
  orders,
  leads,
  roas,
  cvr,
  aov,
  cpl,
  ad_ratio,
  data,
  days_with_data,
  missing_days,
  as_of,
  cogs_ratio,
  weeks_compared,
  invalid,
  not_evaluated,
  inhibited,
  footer,
  count // not a phrase
};

// The phrases of one language. The user's wordings come first, then what is built in, for another language the English.
class phrase_book {
public:
  struct wording {
    std::string code;
    std::string text;
  };

  phrase_book(std::string language, std::vector<wording> own);

  const std::string &tag() const { return language_tag; }
  // The built-in language that stands in where there are no wordings.
  language fallback() const { return stand_in; }
  // The language whose way of writing figures and dates is used.
  language figures() const { return figures_as; }

  std::string_view operator[](phrase which) const;
  // What an action, an issue (by the code of its rule), a driver is called; the code itself where it is unknown.
  std::string_view action(std::string_view code) const;
  std::string_view issue(std::string_view code) const;
  std::string_view driver(std::string_view code) const;
  // The user's own wording; null where there is none.
  const std::string *own(std::string_view code) const;

private:
  std::string language_tag;
  language stand_in;
  language figures_as;
  std::vector<wording> wordings;
};

// Whether reports are built in for it.
bool is_built_in(std::string_view language) noexcept;

} // namespace upkeep::report
