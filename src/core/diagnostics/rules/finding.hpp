// What a rule has found in a week.
#pragma once

#include "core/diagnostics/attribution/attribution.hpp"
#include "core/diagnostics/facts/week_facts.hpp"
#include "core/diagnostics/rules/baseline.hpp"
#include "core/diagnostics/rules/statistics.hpp"
#include "core/diagnostics/rules/suspect_days.hpp"
#include "core/text/json.hpp"

#include <array>
#include <vector>

namespace upkeep::diagnostics {

enum class rule_status : std::uint8_t { passed, fired, not_evaluated, inhibited };
enum class confidence : std::uint8_t { low, medium, high };
enum class change_test : std::uint8_t { none, prediction_t, two_proportion_z };

struct finding {
  rule_status status = rule_status::passed;
  severity grade = severity::none;
  const char *reason = nullptr; // of not_evaluated, and of some that passed
  rule by = rule::cogs_unset;   // of inhibited
  bool is_by_event = false;     // of inhibited: by a holiday or a promotion, instead
  comparison_of days = comparison_of::all;
  metric of = metric::revenue;
  std::optional<rational> observed, expected;
  figure_baseline baseline;
  std::optional<rational> change; // relative, of a trend
  std::optional<rational> impact; // a loss, in units of the amounts
  change_test test = change_test::none;
  test_result result{};
  std::optional<double> noise_z; // of the test against chance
  confidence certainty = confidence::high;
  std::vector<driver_amount> drivers;
  int count = 0;                      // days or weeks that the rule is about
  std::vector<json::member> evidence; // further members of that object

  bool has_fired() const { return status == rule_status::fired; }
  void pass_for(const char *why) { reason = why; }
  void pass_over(const char *why) {
    status = rule_status::not_evaluated;
    reason = why;
  }
};

using findings = std::array<finding, rule_count>;

// What all rules say of a week, and what they compared.
struct evaluated_week {
  findings found;
  comparisons compared;

  const finding &of(rule which) const { return found[static_cast<std::size_t>(which)]; }
};

} // namespace upkeep::diagnostics
