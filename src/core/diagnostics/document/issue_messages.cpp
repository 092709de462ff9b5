#include "core/diagnostics/document/issue_messages.hpp"

#include "core/diagnostics/document/reasons.hpp"
#include "core/diagnostics/document/wordings.hpp"
#include "core/fault.hpp"
#include "core/numeric/decimal.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <span>

namespace upkeep::diagnostics {

namespace {

constexpr const char *nothing = "–";

constexpr std::string_view money_metrics[] = {"net_profit", "revenue", "ad_spend", "cpl", "aov"};
constexpr std::string_view share_metrics[] = {"cvr", "ad_ratio", "cogs_ratio", "revenue_share"};
constexpr std::string_view ratio_metrics[] = {"roas", "marginal_roas"};
// Rules whose thresholds are not shares of something.
constexpr std::string_view counting_rules[] = {"SPEND_NO_ORDERS", "SPEND_NO_LEADS", "DATA_MISSING",    "DATA_SUSPECT",
                                               "PROFIT_STREAK",   "NP_NEGATIVE",    "AD_SPEND_STOPPED"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// Numbers as the texts of one language.
struct speaker {
  money_format money;
  language in;

  std::string number(const json &value, int decimals) const {
    const std::optional<std::string> plain = plain_notation(value.text());
    return plain ? number_text(*plain, decimals, in) : nothing;
  }
  std::string amount(const json &value) const {
    const std::optional<std::string> plain = plain_notation(value.text());
    return plain ? money_text(*plain, money, in) : nothing;
  }
  // Of `value` parts of `whole`.
  std::string percent(const json &value, double whole) const {
    const std::optional<std::string> plain = plain_notation(value.text());
    return plain ? percent_text(std::strtod(plain->c_str(), nullptr) / whole, in) : nothing;
  }
  std::string figure(const json &value, std::string_view metric) const {
    if (is_one_of(metric, money_metrics))
      return amount(value);
    if (is_one_of(metric, share_metrics))
      return percent(value, 1);
    return number(value, is_one_of(metric, ratio_metrics) ? 2 : 0);
  }
};

// How many days or weeks the rule counted.
std::string count_of(const json &evidence) {
  if (!evidence["weeks"].is_null())
    return evidence["weeks"].text();
  const std::size_t days = evidence["dates"].elements().size() + evidence["suspect_days"].elements().size();
  if (days)
    return fmt::format("{}", days);
  const auto day_count = [&](const char *key) { return std::strtol(evidence[key].text().c_str(), nullptr, 10); };
  return fmt::format("{}", day_count("days_expected") - day_count("days_present"));
}

message_values values_of(const json &issue, const speaker &say) {
  const std::string &metric = issue["metric"].text();
  const json &threshold = issue["threshold"][issue["severity"].text()];
  message_values values;
  values.observed = say.figure(issue["observed"], metric);
  values.expected = say.figure(issue["expected"], metric);
  values.baseline = say.figure(issue["baseline"]["mean"], metric);
  values.delta = say.figure(issue["delta_abs"], metric);
  values.delta_pct = say.percent(issue["delta_pct"], 100);
  values.impact = say.amount(issue["impact"]);
  values.threshold =
      is_one_of(issue["code"].text(), counting_rules) ? say.number(threshold, 2) : say.percent(threshold, 1);
  values.days = values.weeks = count_of(issue["evidence"]);
  values.reasons = reasons_text(suspects_from(issue["evidence"]["suspect_days"]), say.in);
  return values;
}

// The notation of numbers that goes with a language; English for those that are not built in.
language notation_of(std::string_view tag) {
  const auto found =
      std::ranges::find_if(languages, [&](language each) { return tag.substr(0, tag.find('-')) == name_of(each); });
  return found == std::end(languages) ? language::en : *found;
}

} // namespace

void add_messages(json &issue, const json &wordings, const json &facts) {
  json *messages = issue.find("message");
  if (!messages || wordings.members().empty())
    return;
  const money_format money{facts["currency"].text(), facts["unit"].text() == "minor"};
  for (const auto &[tag, wording] : wordings.members()) {
    if (wording.type() != json::kind::string)
      continue;
    try {
      messages->set(tag,
                    json::string(render(issue["impact"].is_null() ? without_impact(wording.text()) : wording.text(),
                                        values_of(issue, {money, notation_of(tag)}))));
    } catch (const fault &) {
      // A user's wording that names what does not exist must not stop the diagnosis.
    }
  }
}

} // namespace upkeep::diagnostics
