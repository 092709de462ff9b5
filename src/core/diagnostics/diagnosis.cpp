#include "core/diagnostics/diagnosis.hpp"

#include "core/diagnostics/document/diagnosis_json.hpp"
#include "core/diagnostics/rules/evaluate_rules.hpp"
#include "core/fault.hpp"

#include <fmt/format.h>

namespace upkeep::diagnostics {

namespace {

// Why nothing can be evaluated, or nullptr.
const char *unfit_reason(const week_facts &facts) {
  const std::uint8_t unfit_bits = facts.request.days.unfit_bits;
  if (facts.state == week_state::future)
    return "week_in_future";
  if (!facts.request.settings.wrong.empty())
    return "invalid_settings";
  if (unfit_bits & static_cast<std::uint8_t>(unfit::not_a_number))
    return "not_a_number";
  if (unfit_bits & static_cast<std::uint8_t>(unfit::out_of_range))
    return "out_of_range";
  if (unfit_bits & static_cast<std::uint8_t>(unfit::too_many_decimals))
    return "too_many_decimals";
  return nullptr;
}

// What of the shop's calendar and people touches the nine weeks.
std::string digest_of_calendar(const week_facts &facts) {
  const shop_settings &settings = facts.request.settings;
  const day_number first = facts.date(0, 0), last = facts.date(this_week, days_per_week - 1);
  std::string bytes = fmt::format("\n{} {}", settings.language.size(), settings.language);
  if (settings.closed_weekdays)
    bytes += fmt::format(" closed {}", *settings.closed_weekdays);
  const month goal = month_of(last);
  for (const shop_event &each : settings.events)
    if (each.first < std::max(last + 1, goal.first + goal.days) && each.last >= first)
      bytes +=
          fmt::format(" event {} {} {} {} {}", each.first, each.last, name_of(each.kind), each.name.size(), each.name);
  for (const refund_day &each : settings.refund_days)
    if (each.day >= facts.date(this_week, 0) && each.day <= last)
      bytes += fmt::format(" refunds {} {}", each.day, to_text(each.amount, 6));
  return bytes;
}

// All that the document depends on: of a closed week not what day it is today. Sums of what is out of range depend on
// the order of the rows, and nothing depends on them.
std::string digest_of(const week_facts &facts) {
  const shop_settings &settings = facts.request.settings;
  const auto optional = [](const std::optional<std::int64_t> &value) { return value.value_or(no_threshold); };
  std::string bytes =
      fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} ", diagnosis_version, facts.request.is_minor, facts.days_elapsed,
                  facts.request.days.week_start, settings.cogs_ratio, optional(settings.target_roas),
                  optional(settings.target_cpa), optional(settings.min_impact), optional(settings.revenue_target),
                  optional(settings.profit_target), settings.currency.size(), settings.shop.size());
  bytes += settings.currency;
  bytes += settings.shop;
  bytes += settings.wrong;
  for (std::size_t which = 0; which < rule_count; ++which)
    for (const std::int64_t threshold : settings.thresholds[which])
      if (threshold != no_threshold)
        bytes += fmt::format(" {} {}", which, threshold);
  bytes += digest_of_calendar(facts);
  bytes += '\n';
  bytes += facts.request.days.unfit_bits ? fmt::format("unfit {}", facts.request.days.unfit_bits)
                                         : serialise(facts.request.days);
  return facts.request.sha256(bytes);
}

} // namespace

void diagnose(const diagnosis_request &request, json_sink &into) {
  if (request.settings.wrong.empty()) {
    const day_number start = week_start_of(request.days.week_start, request.settings.first_weekday);
    if (start != request.days.week_start)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("week_start {} is not the first day of a week of this shop",
                                         date_text(request.days.week_start)),
                  .hint = fmt::format(
                      "Pass {}, or set week_start_day; upkeep.week_start gives the first day of any day's week.",
                      date_text(start))};
  }
  const week_facts facts(request);
  const char *unfit = unfit_reason(facts);
  write_document(facts, evaluate_rules(facts, unfit), unfit, digest_of(facts), into);
}

} // namespace upkeep::diagnostics
