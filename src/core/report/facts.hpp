// A row of weekly_diagnostics as a report needs it: whatever is missing or malformed in its JSON is simply not there.
#pragma once

#include "core/calendar.hpp"
#include "core/diagnostics/rules/rules.hpp"
#include "core/numeric/money.hpp"
#include "core/text/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::report {

// A number in plain notation, short enough to be shown.
using figure_text = std::optional<std::string>;

enum class report_state : unsigned char { unknown, closed, open, future };

struct week_figures {
  std::optional<day_number> start;
  int days = 0; // with data
  figure_text orders, revenue, ad_spend, leads, net_profit;
};

// One side of the comparison that the issues stand on: sums over `weeks` weeks.
struct compared_side {
  std::string orders, revenue, ad_spend, leads, cogs; // cogs empty where it is not known
};
struct comparison {
  bool is_mean; // else the week before
  int weeks;
  compared_side before, after;
  std::vector<int> weekdays = {}; // those that both sides count, 1 for Monday; empty where it is not told
};

// An earlier week that the usual week is made without.
struct set_aside_week {
  day_number start;
  bool by_event; // else as an outlier
};

// The worst of what fired in a week.
enum class week_state : unsigned char { unknown, clear, warning, critical };
struct past_week {
  day_number start;
  week_state state;
  std::string link; // an http or https URL, percent-encoded; empty where there is none
};

enum class event_kind : unsigned char { other, holiday, closed, promotion, outage };
struct shop_event {
  std::string name;
  event_kind kind;
  std::optional<day_number> first, last;
};

struct month_goal {
  std::string month; // "2026-11"
  bool is_profit;    // else revenue
  std::string target, so_far, projected;
  // What the month came to at the end of each of its days, those of `days_elapsed`, and will come to. A day that is not
  // known has nothing; all are empty if it is not a month.
  day_number first = 0;
  std::size_t days_elapsed = 0;
  std::vector<figure_text> path = {};
};

// What was decided about an ad in this week, the latest.
enum class ad_choice : unsigned char { scale, keep, kill };
struct reported_ad {
  ad_choice decision;
  std::string campaign;
  figure_text spend, orders, cpa, break_even_cpa;
  std::string reason;            // as upkeep.ad_decision names it
  std::optional<ad_choice> rule; // what the rule says, where a person decided otherwise
  std::string aov_source;        // row, orders, settings, shop; empty where it is not known
};

struct issue_driver {
  std::string driver, amount;
};

struct issue_response {
  std::string status, until, note;
};

// What an impact is an amount of.
enum class impact_kind : unsigned char { profit, revenue, goal };

struct reported_issue {
  std::string code;
  std::string fingerprint;
  bool is_critical = false;
  std::string state; // new, unchanged, updated, absent, regressed
  figure_text impact;
  impact_kind kind = impact_kind::profit;
  bool is_uncertain = false;
  std::vector<issue_driver> drivers;
  std::vector<std::string> actions;
  std::optional<issue_response> response;
  const json *source; // in the row, for its message

  bool is_gone() const { return state == "absent"; }
  bool is_answered(std::string_view status) const { return response && response->status == status; }
};

// An action of an issue that was done.
struct done_action {
  std::string fingerprint, action;
};

enum class rule_note : unsigned char { passed, not_evaluated, inhibited, by_event, unharmed };
struct noted_rule {
  diagnostics::rule which;
  rule_note note;
};

struct report_facts {
  std::string shop_name;
  std::optional<day_number> week_start;
  std::string week_label;
  report_state state = report_state::unknown;
  bool is_stale = false;
  bool has_facts = false;
  std::string currency;
  bool is_minor = true;
  int scale = 0;        // decimals of the amounts
  std::string language; // of the shop; empty where it is not known
  int days_expected = 0, days_present = 0;
  int days_closed = 0; // weekdays on which the shop is closed
  std::vector<day_number> missing_days;
  std::optional<day_number> as_of;
  figure_text cogs_ratio;
  std::string invalid;
  std::vector<week_figures> weeks; // the oldest first, this week last
  std::optional<comparison> compared;
  std::optional<month_goal> goal;
  bool has_issues = false; // a list of them, which may be empty
  std::vector<reported_issue> issues;
  std::vector<reported_ad> ads;
  std::vector<done_action> done;
  std::vector<noted_rule> noted; // rules that there is something to say of beside the issues
  std::vector<set_aside_week> set_aside;
  std::vector<past_week> history; // the oldest first, at most twelve
  std::vector<shop_event> events;
  const json *source = nullptr; // the facts in the row, for messages

  money_format money() const { return {currency, is_minor}; }
};

// `issues`: those of the row, as its answers have them. Throws fault 22023 where the row is not an object. Both must
// outlive the result.
report_facts read_report_facts(const json &row, const json &issues);

// The language of the row's shop; empty where it is not known.
std::string language_of(const json &row);

// A JSON number, or a string that is one; nullopt for anything else, and for more digits than a page can hold.
figure_text figure_of(const json &value);

} // namespace upkeep::report
