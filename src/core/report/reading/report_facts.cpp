#include "core/report/facts.hpp"

#include "core/fault.hpp"
#include "core/report/reading/reading.hpp"

#include <algorithm>

namespace upkeep::report {

namespace {

constexpr std::size_t max_weeks = 53;
constexpr int max_scale = 6;

report_state state_of(std::string_view name) {
  if (name == "closed")
    return report_state::closed;
  if (name == "open")
    return report_state::open;
  return name == "future" ? report_state::future : report_state::unknown;
}

std::vector<week_figures> read_weeks(const json &weeks) {
  std::vector<week_figures> result;
  const std::size_t count = std::min(weeks["week_start"].elements().size(), max_weeks);
  for (std::size_t i = 0; i < count; ++i)
    result.push_back({day_from(text_of(element(weeks["week_start"], i))),
                      integer_of(element(weeks["days"], i), days_per_week), figure_of(element(weeks["orders"], i)),
                      figure_of(element(weeks["revenue"], i)), figure_of(element(weeks["ad_spend"], i)),
                      figure_of(element(weeks["leads"], i)), figure_of(element(weeks["net_profit"], i))});
  return result;
}

std::optional<compared_side> read_side(const json &side) {
  const figure_text orders = figure_of(side["orders"]), revenue = figure_of(side["revenue"]),
                    ad_spend = figure_of(side["ad_spend"]), leads = figure_of(side["leads"]);
  if (!orders || !revenue || !ad_spend || !leads)
    return std::nullopt;
  return compared_side{*orders, *revenue, *ad_spend, *leads, figure_of(side["cogs"]).value_or("")};
}

// Each once, in the order of the list.
std::vector<int> read_weekdays(const json &list) {
  std::vector<int> weekdays;
  for (const json &each : list.elements())
    if (const int weekday = integer_of(each, days_per_week + 1);
        weekday >= 1 && weekday <= days_per_week && std::ranges::find(weekdays, weekday) == weekdays.end())
      weekdays.push_back(weekday);
  return weekdays;
}

std::optional<comparison> read_comparison(const json &compared) {
  const std::optional<compared_side> before = read_side(compared["before"]), after = read_side(compared["after"]);
  const int weeks = integer_of(compared["weeks"], static_cast<int>(max_weeks));
  if (!before || !after || weeks == 0)
    return std::nullopt;
  return comparison{text_of(compared["method"]) == "mean", weeks, *before, *after, read_weekdays(compared["days"])};
}

// `last`: the last day that is complete.
void read_path(const json &path, day_number last, month_goal &into) {
  const std::optional<day_number> first = day_from(into.month + "-01");
  if (!first)
    return;
  const month calendar = month_of(*first);
  const std::int64_t elapsed = std::int64_t{last} - calendar.first + 1;
  if (elapsed < 0 || elapsed > calendar.days)
    return;
  into.first = calendar.first;
  into.days_elapsed = static_cast<std::size_t>(elapsed);
  for (std::size_t day = 0; day < static_cast<std::size_t>(calendar.days); ++day)
    into.path.push_back(figure_of(element(path, day)));
  // A month that is over has come to what is recorded, though with days missing more is projected.
  into.path.back() = into.projected;
  if (into.days_elapsed > 0)
    into.path[into.days_elapsed - 1] = into.so_far;
}

std::optional<month_goal> read_goal(const json &goal, std::optional<day_number> last) {
  const figure_text target = figure_of(goal["target"]), so_far = figure_of(goal["so_far"]),
                    projected = figure_of(goal["projected"]);
  if (!target || !so_far || !projected)
    return std::nullopt;
  month_goal result{text_of(goal["month"]), text_of(goal["metric"]) == "net_profit", *target, *so_far, *projected};
  if (last)
    read_path(goal["path"], *last, result);
  return result;
}

std::optional<ad_choice> choice_of(const json &decision) {
  constexpr std::pair<std::string_view, ad_choice> choices[] = {
      {"SCALE", ad_choice::scale}, {"KEEP", ad_choice::keep}, {"KILL", ad_choice::kill}};
  const auto *const found =
      std::ranges::find(choices, text_of(decision), &std::pair<std::string_view, ad_choice>::first);
  return found == std::end(choices) ? std::nullopt : std::optional(found->second);
}

// Decisions in words of the user's own are left out.
std::vector<reported_ad> read_ads(const json &ads) {
  std::vector<reported_ad> result;
  for (const json &each : ads.elements())
    if (const std::optional<ad_choice> decision = choice_of(each["decision"])) {
      const std::optional<ad_choice> rule = choice_of(each["rule"]);
      result.push_back({*decision, text_of(each["campaign"]), figure_of(each["spend"]), figure_of(each["orders"]),
                        figure_of(each["cpa"]), figure_of(each["break_even_cpa"]), text_of(each["reason"]),
                        rule == decision ? std::nullopt : rule, text_of(each["aov_source"])});
    }
  return result;
}

void read_facts(const json &facts, report_facts &into) {
  into.has_facts = facts.type() == json::kind::object;
  into.currency = text_of(facts["currency"]);
  into.is_minor = text_of(facts["unit"]) != "major";
  into.scale = into.is_minor ? 0 : integer_of(facts["scale"], max_scale);
  into.language = text_of(facts["language"]);
  into.days_closed = static_cast<int>(read_weekdays(facts["closed_weekdays"]).size());
  into.days_expected = integer_of(facts["days_expected"], days_per_week);
  into.days_present = integer_of(facts["days_present"], days_per_week);
  for (std::size_t i = 0; i < static_cast<std::size_t>(days_per_week); ++i)
    if (const auto day = day_from(text_of(element(facts["missing_days"], i))))
      into.missing_days.push_back(*day);
  into.as_of = day_from(text_of(facts["as_of"]));
  into.cogs_ratio = figure_of(facts["cogs_ratio"]);
  into.invalid = text_of(facts["invalid"]);
  into.weeks = read_weeks(facts["weeks"]);
  into.compared = read_comparison(facts["comparison"]);
  std::optional<day_number> last = into.as_of;
  if (!last && into.week_start)
    last = *into.week_start - 1;
  into.goal = read_goal(facts["goal"], last);
  into.ads = read_ads(facts["ads"]);
  into.set_aside = read_set_aside(facts["comparison"]["weeks_set_aside"]);
  into.events = read_events(facts["events"]);
}

} // namespace

std::string language_of(const json &row) { return text_of(row["facts"]["language"]); }

report_facts read_report_facts(const json &row, const json &issues) {
  if (row.type() != json::kind::object)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "the diagnostic is not a JSON object",
                .hint = "Pass to_jsonb of a row of weekly_diagnostics."};
  report_facts result;
  result.shop_name = text_of(row["shop_name"]);
  result.week_start = day_from(text_of(row["week_start"]));
  result.week_label = text_of(row["week_label"]);
  if (result.week_label.empty() && result.week_start)
    result.week_label = week_label(*result.week_start);
  result.state = state_of(text_of(row["state"]));
  result.is_stale = row["stale"].is_true();
  result.source = &row["facts"];
  read_facts(*result.source, result);
  result.has_issues = issues.type() == json::kind::array;
  for (const json &issue : issues.elements())
    if (issue.type() == json::kind::object)
      result.issues.push_back(read_issue(issue));
  result.done = read_done_actions(row["action_items"]);
  result.noted = read_noted_rules(row["rules"]);
  result.history = read_history((*result.source)["history"], row["links"]);
  return result;
}

} // namespace upkeep::report
