#include "core/report/headline.hpp"

#include "core/numeric/decimal.hpp"
#include "core/report/bridge.hpp"
#include "core/report/figures.hpp"
#include "core/report/issues.hpp"

#include <algorithm>

namespace upkeep::report {

namespace {

constexpr std::string_view amount_name = "{amount}", baseline_name = "{baseline}", event_name = "{event}";

void fill(std::string &text, std::string_view name, std::string_view value) {
  for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += value.size())
    text.replace(at, name.size(), value);
}

// What moves with a driver: its value on one side.
using factor = std::optional<double> (*)(const compared_side &sums, int weeks);

std::optional<double> ratio(const std::string &a, const std::string &b) {
  const double divisor = number_of(b);
  return a.empty() || divisor == 0 ? std::nullopt : std::optional(number_of(a) / divisor);
}

struct cause {
  std::string_view driver;
  phrase more, less;
  factor value;
};
constexpr cause causes[] = {
    {"leads", phrase::cause_leads_up, phrase::cause_leads_down,
     [](const compared_side &sums, int weeks) { return std::optional(number_of(sums.leads) / weeks); }},
    {"cvr", phrase::cause_cvr_up, phrase::cause_cvr_down,
     [](const compared_side &sums, int) { return ratio(sums.orders, sums.leads); }},
    {"aov", phrase::cause_aov_up, phrase::cause_aov_down,
     [](const compared_side &sums, int) { return ratio(sums.revenue, sums.orders); }},
    {"cogs", phrase::cause_cogs_up, phrase::cause_cogs_down,
     [](const compared_side &sums, int) { return ratio(sums.cogs, sums.revenue); }},
    {"cpl", phrase::cause_cpl_up, phrase::cause_cpl_down,
     [](const compared_side &sums, int) { return ratio(sums.ad_spend, sums.leads); }}};

// What the driver did where the comparison tells, else what it is called. More of it may have cost something too.
std::string_view in_words(std::string_view driver, const report_facts &facts, const phrase_book &say) {
  const auto *const found = std::ranges::find(causes, driver, &cause::driver);
  if (found == std::end(causes) || !facts.compared)
    return say.driver(driver);
  const std::optional<double> before = found->value(facts.compared->before, facts.compared->weeks),
                              after = found->value(facts.compared->after, 1);
  if (!before || !after || *before == *after)
    return say.driver(driver);
  return say[*after > *before ? found->more : found->less];
}

// The driver that moved it furthest in the direction of the whole.
void add_cause(const std::vector<issue_driver> &drivers, const report_facts &facts, const phrase_book &say,
               headline &into) {
  const double sign = into.is_gain ? 1 : -1;
  const issue_driver *main = nullptr;
  for (const issue_driver &each : drivers)
    if (number_of(each.amount) * sign > (main ? number_of(main->amount) * sign : 0))
      main = &each;
  if (!main)
    return;
  into.cause = in_words(main->driver, facts, say);
  into.cause_amount = signed_money(main->amount, facts, say);
}

std::vector<issue_driver> drivers_of(const std::optional<bridge> &shown) {
  std::vector<issue_driver> drivers;
  if (shown)
    for (const bridge_step &each : shown->steps)
      if (!each.driver.empty())
        drivers.push_back({each.driver, each.amount});
  return drivers;
}

const reported_issue *loss_named(std::string_view code, const report_facts &facts) {
  for (const reported_issue &each : facts.issues)
    if (each.code == code && !each.is_gone() && each.impact && number_of(*each.impact) > 0)
      return &each;
  return nullptr;
}

headline headline_with(phrase text, const std::string &amount, const report_facts &facts, const phrase_book &say) {
  headline result;
  const bool is_mean = !facts.compared || facts.compared->is_mean;
  result.text = say[text];
  fill(result.text, baseline_name, say[is_mean ? phrase::baseline_usual : phrase::baseline_before]);
  result.amount = money_without_sign(amount, facts, say);
  return result;
}

headline loss_headline(phrase text, const reported_issue &loss, const std::optional<bridge> &shown,
                       const report_facts &facts, const phrase_book &say) {
  headline result = headline_with(text, *loss.impact, facts, say);
  result.is_loss = true;
  add_cause(loss.drivers.empty() && shown && shown->is_profit ? drivers_of(shown) : loss.drivers, facts, say, result);
  return result;
}

std::optional<rule_note> note_of(diagnostics::rule which, const report_facts &facts) {
  const auto found = std::ranges::find(facts.noted, which, &noted_rule::which);
  return found == facts.noted.end() ? std::nullopt : std::optional(found->note);
}

// A week that is compared with none says so, instead of what it came to.
headline event_headline(const report_facts &facts, const phrase_book &say) {
  headline result;
  result.text = say[phrase::headline_event];
  std::string events;
  for (const shop_event &each : facts.events)
    events.append(events.empty() ? "" : "; ").append(event_in_words(each, say));
  fill(result.text, event_name, events);
  return result;
}

headline change_headline(const bridge &shown, const report_facts &facts, const phrase_book &say) {
  constexpr phrase texts[][3] = {
      {phrase::headline_revenue_down, phrase::headline_revenue_even, phrase::headline_revenue_up},
      {phrase::headline_profit_down, phrase::headline_profit_even, phrase::headline_profit_up}};
  const std::optional<int128> before = units_of(shown.steps.front().amount, facts.scale),
                              after = units_of(shown.steps.back().amount, facts.scale);
  int128 change = 0;
  if (before && after && __builtin_sub_overflow(*after, *before, &change))
    change = 0;
  const int direction = (change > 0) - (change < 0);
  // The rule has looked at the fall: it is no more than weeks vary by.
  const auto said = note_of(shown.is_profit ? diagnostics::rule::np_drop : diagnostics::rule::rev_drop, facts);
  if (direction < 0 && said == rule_note::passed)
    return headline_with(shown.is_profit ? phrase::headline_profit_near : phrase::headline_revenue_near, "", facts,
                         say);
  headline result = headline_with(texts[shown.is_profit][direction + 1], to_text(change, facts.scale), facts, say);
  result.is_loss = direction < 0;
  result.is_gain = direction > 0;
  if (direction > 0 || (direction < 0 && said != rule_note::not_evaluated))
    add_cause(drivers_of(shown), facts, say, result);
  return result;
}

} // namespace

std::string headline::sentence() const {
  std::string whole = text;
  fill(whole, amount_name, amount);
  return whole;
}

std::optional<headline> headline_of(const report_facts &facts, const phrase_book &say) {
  const std::optional<bridge> shown = bridge_of(facts);
  if (const reported_issue *drop = loss_named("NP_DROP", facts))
    return loss_headline(phrase::headline_profit_down, *drop, shown, facts, say);
  if (const reported_issue *loss = loss_named("NP_NEGATIVE", facts))
    return loss_headline(phrase::headline_loss, *loss, shown, facts, say);
  if (!facts.events.empty() && note_of(diagnostics::rule::rev_drop, facts) == rule_note::by_event)
    return event_headline(facts, say);
  return shown ? std::optional(change_headline(*shown, facts, say)) : std::nullopt;
}

} // namespace upkeep::report
