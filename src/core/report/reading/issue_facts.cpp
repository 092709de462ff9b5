// What a row has of issues, of what was done about them, and of rules that did not fire.
#include "core/report/reading/reading.hpp"

namespace upkeep::report {

namespace {

// Rows of older versions do not say what their impacts are amounts of.
impact_kind kind_of(const std::string &name, std::string_view code) {
  if (name == "revenue" || (name.empty() && (code == "ROAS_BELOW_TARGET" || code == "AD_RATIO_HIGH")))
    return impact_kind::revenue;
  return name == "goal" || (name.empty() && code == "GOAL_OFF_PACE") ? impact_kind::goal : impact_kind::profit;
}

std::vector<issue_driver> read_drivers(const json &drivers) {
  std::vector<issue_driver> result;
  for (const json &each : drivers.elements())
    if (const figure_text amount = figure_of(each["amount"]))
      result.push_back({text_of(each["driver"]), *amount});
  return result;
}

std::optional<rule_note> note_of(const json &rule) {
  const std::string status = text_of(rule["status"]);
  if (status == "NOT_EVALUATED")
    return rule_note::not_evaluated;
  if (status == "INHIBITED")
    return text_of(rule["by"]) == "event" ? rule_note::by_event : rule_note::inhibited;
  if (status == "PASSED")
    return text_of(rule["reason"]) == "outcome_unharmed" ? rule_note::unharmed : rule_note::passed;
  return std::nullopt;
}

} // namespace

reported_issue read_issue(const json &issue) {
  reported_issue result;
  result.code = text_of(issue["code"]);
  result.fingerprint = text_of(issue["fingerprint"]);
  result.is_critical = text_of(issue["severity"]) == "critical";
  result.state = text_of(issue["baseline_state"]);
  result.impact = figure_of(issue["impact"]);
  result.kind = kind_of(text_of(issue["impact_kind"]), result.code);
  result.is_uncertain = text_of(issue["confidence"]) == "low";
  result.drivers = read_drivers(issue["drivers"]);
  for (const json &action : issue["actions"].elements())
    if (is_text(action["code"]))
      result.actions.push_back(action["code"].text());
  if (const json &response = issue["response"]; is_text(response["status"]))
    result.response = {response["status"].text(), text_of(response["until"]), text_of(response["note"])};
  result.source = &issue;
  return result;
}

std::vector<done_action> read_done_actions(const json &items) {
  std::vector<done_action> done;
  for (const json &each : items.elements())
    if (const std::string status = text_of(each["status"]); status == "done" || status == "verified")
      done.push_back({text_of(each["fingerprint"]), text_of(each["action"])});
  return done;
}

std::vector<noted_rule> read_noted_rules(const json &rules) {
  std::vector<noted_rule> result;
  for (std::size_t i = 0; i < diagnostics::rule_count; ++i) {
    const auto which = static_cast<diagnostics::rule>(i);
    if (const std::optional<rule_note> note = note_of(rules[diagnostics::code_of(which)]))
      result.push_back({which, *note});
  }
  return result;
}

} // namespace upkeep::report
