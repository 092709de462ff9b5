#include "core/report/facts.hpp"

#include "core/fault.hpp"
#include "core/numeric/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace upkeep::report {

namespace {

constexpr std::size_t longest_figure = 40;
constexpr std::size_t max_weeks = 53;
constexpr int max_scale = 6;

bool is_text(const json &value) { return value.type() == json::kind::string; }
std::string text_of(const json &value) { return is_text(value) ? value.text() : ""; }

int integer_of(const json &value, int most) {
  const figure_text figure = figure_of(value);
  int result = 0;
  if (figure)
    std::from_chars(figure->data(), figure->data() + figure->size(), result);
  return std::clamp(result, 0, most);
}

report_state state_of(std::string_view name) {
  if (name == "closed")
    return report_state::closed;
  if (name == "open")
    return report_state::open;
  return name == "future" ? report_state::future : report_state::unknown;
}

const json &element(const json &list, std::size_t at) {
  return at < list.elements().size() ? list.elements()[at] : list[""];
}

std::vector<week_figures> read_weeks(const json &weeks) {
  std::vector<week_figures> result;
  const std::size_t count = std::min(weeks["week_start"].elements().size(), max_weeks);
  for (std::size_t i = 0; i < count; ++i)
    result.push_back({day_of(text_of(element(weeks["week_start"], i))),
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

std::optional<comparison> read_comparison(const json &compared) {
  const std::optional<compared_side> before = read_side(compared["before"]), after = read_side(compared["after"]);
  const int weeks = integer_of(compared["weeks"], static_cast<int>(max_weeks));
  if (!before || !after || weeks == 0)
    return std::nullopt;
  return comparison{text_of(compared["method"]) == "mean", weeks, *before, *after};
}

// `last`: the last day that is complete.
void read_path(const json &path, day_number last, month_goal &into) {
  const std::optional<day_number> first = day_of(into.month + "-01");
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
                        rule == decision ? std::nullopt : rule});
    }
  return result;
}

void read_facts(const json &facts, report_facts &into) {
  into.has_facts = facts.type() == json::kind::object;
  into.currency = text_of(facts["currency"]);
  into.is_minor = text_of(facts["unit"]) != "major";
  into.scale = into.is_minor ? 0 : integer_of(facts["scale"], max_scale);
  into.days_expected = integer_of(facts["days_expected"], days_per_week);
  into.days_present = integer_of(facts["days_present"], days_per_week);
  for (std::size_t i = 0; i < static_cast<std::size_t>(days_per_week); ++i)
    if (const auto day = day_of(text_of(element(facts["missing_days"], i))))
      into.missing_days.push_back(*day);
  into.as_of = day_of(text_of(facts["as_of"]));
  into.cogs_ratio = figure_of(facts["cogs_ratio"]);
  into.invalid = text_of(facts["invalid"]);
  into.weeks = read_weeks(facts["weeks"]);
  into.compared = read_comparison(facts["comparison"]);
  std::optional<day_number> last = into.as_of;
  if (!last && into.week_start)
    last = *into.week_start - 1;
  into.goal = read_goal(facts["goal"], last);
  into.ads = read_ads(facts["ads"]);
}

std::vector<issue_driver> read_drivers(const json &drivers) {
  std::vector<issue_driver> result;
  for (const json &each : drivers.elements())
    if (const figure_text amount = figure_of(each["amount"]))
      result.push_back({text_of(each["driver"]), *amount});
  return result;
}

reported_issue read_issue(const json &issue) {
  reported_issue result;
  result.code = text_of(issue["code"]);
  result.is_critical = text_of(issue["severity"]) == "critical";
  result.state = text_of(issue["baseline_state"]);
  result.impact = figure_of(issue["impact"]);
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

std::vector<unchecked_rule> read_unchecked(const json &rules) {
  std::vector<unchecked_rule> result;
  for (std::size_t i = 0; i < diagnostics::rule_count; ++i) {
    const auto which = static_cast<diagnostics::rule>(i);
    const std::string status = text_of(rules[diagnostics::code_of(which)]["status"]);
    if (status == "NOT_EVALUATED" || status == "INHIBITED")
      result.push_back({which, status == "INHIBITED"});
  }
  return result;
}

} // namespace

// An exponent is refused: a few bytes could ask for a hundred thousand digits.
figure_text figure_of(const json &value) {
  const std::string &text = value.text();
  if ((value.type() != json::kind::number && !is_text(value)) || text.size() > longest_figure ||
      text.find_first_of("eE") != std::string::npos)
    return std::nullopt;
  return plain_notation(text);
}

std::optional<day_number> day_of(std::string_view date) {
  constexpr std::string_view shape = "0000-00-00";
  if (date.size() != shape.size())
    return std::nullopt;
  int part[3] = {}, at = 0;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == '-' ? date[i] != '-' : date[i] < '0' || date[i] > '9')
      return std::nullopt;
    else if (shape[i] == '-')
      ++at;
    else
      part[at] = part[at] * 10 + (date[i] - '0');
  const std::chrono::year_month_day day{std::chrono::year(part[0]), std::chrono::month(static_cast<unsigned>(part[1])),
                                        std::chrono::day(static_cast<unsigned>(part[2]))};
  if (!day.ok())
    return std::nullopt;
  const std::chrono::sys_days epoch = std::chrono::year(2000) / 1 / 1;
  return static_cast<day_number>((std::chrono::sys_days(day) - epoch).count());
}

report_facts read_report_facts(const json &row) {
  if (row.type() != json::kind::object)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "the diagnostic is not a JSON object",
                .hint = "Pass to_jsonb of a row of weekly_diagnostics."};
  report_facts result;
  result.shop_name = text_of(row["shop_name"]);
  result.week_start = day_of(text_of(row["week_start"]));
  result.week_label = text_of(row["week_label"]);
  if (result.week_label.empty() && result.week_start)
    result.week_label = week_label(*result.week_start);
  result.state = state_of(text_of(row["state"]));
  result.is_stale = row["stale"].is_true();
  result.source = &row["facts"];
  read_facts(*result.source, result);
  result.has_issues = row["issues"].type() == json::kind::array;
  for (const json &issue : row["issues"].elements())
    if (issue.type() == json::kind::object)
      result.issues.push_back(read_issue(issue));
  result.unchecked = read_unchecked(row["rules"]);
  return result;
}

} // namespace upkeep::report
