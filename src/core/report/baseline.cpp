// What this week's figures are compared with.
#include "core/numeric/decimal.hpp"
#include "core/report/bridge.hpp"
#include "core/report/figures.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep::report {

namespace {

constexpr int sum_decimals = 6;

// The mean of a sum of weeks.
class mean_of {
public:
  void add(const figure_text &value, int weeks = 1) {
    const std::optional<int128> units = value ? units_of(*value, sum_decimals) : std::nullopt;
    is_whole = is_whole && units && !__builtin_add_overflow(sum, *units, &sum);
    count += weeks;
  }
  figure_text mean() const {
    if (!is_whole || count == 0)
      return std::nullopt;
    const std::optional<int128> rounded = round_to_scale(fraction{sum, count}, 0);
    return rounded ? figure_text(to_text(*rounded, sum_decimals)) : std::nullopt;
  }

private:
  int128 sum = 0;
  int count = 0;
  bool is_whole = true;
};

figure_text mean(const std::string &sum, int weeks) {
  mean_of result;
  result.add(sum, weeks);
  return result.mean();
}

// Rounded once, as the issues have it.
figure_text mean_profit(const compared_side &sums, int weeks, int scale) {
  constexpr int decimals = 12;
  std::optional<int128> profit = units_of(sums.revenue, decimals);
  for (const std::string *cost : {&sums.cogs, &sums.ad_spend}) {
    const std::optional<int128> units = units_of(*cost, decimals);
    if (!profit || !units || __builtin_sub_overflow(*profit, *units, &*profit))
      return std::nullopt;
  }
  const std::optional<int128> mean = round_to_scale(fraction{*profit, weeks * power_of_ten(decimals)}, scale);
  return mean ? figure_text(to_text(*mean, scale)) : std::nullopt;
}

bool is_same(const figure_text &a, const std::string &b) {
  return a && units_of(*a, sum_decimals) == units_of(b, sum_decimals);
}

// Whether the comparison counts all that the week has.
bool is_of_whole_week(const comparison &compared, const report_facts &facts) {
  if (facts.weeks.empty())
    return true;
  const week_figures &week = facts.weeks.back();
  const compared_side &sums = compared.after;
  const bool has_all_days =
      compared.weekdays.empty() || static_cast<int>(compared.weekdays.size()) >= days_per_week - facts.days_closed;
  return has_all_days && is_same(week.orders, sums.orders) && is_same(week.revenue, sums.revenue) &&
         is_same(week.ad_spend, sums.ad_spend) && is_same(week.leads, sums.leads);
}

compared_weeks weeks_of(const comparison &compared, const report_facts &facts) {
  const auto &[is_mean, weeks, before, after, weekdays] = compared;
  const int days = weekdays.empty() ? days_per_week : static_cast<int>(weekdays.size());
  compared_weeks result{is_mean ? baseline::usual_week : baseline::week_before,
                        {std::nullopt, days, mean(before.orders, weeks), mean(before.revenue, weeks),
                         mean(before.ad_spend, weeks), mean(before.leads, weeks), std::nullopt},
                        {std::nullopt, days, after.orders, after.revenue, after.ad_spend, after.leads, std::nullopt},
                        !is_of_whole_week(compared, facts)};
  if (const std::optional<bridge> profit = bridge_of(facts); profit && profit->is_profit) {
    result.before.net_profit = mean_profit(before, weeks, facts.scale);
    result.after.net_profit = profit->steps.back().amount;
  }
  return result;
}

} // namespace

compared_weeks compare_weeks(const report_facts &facts) {
  if (facts.compared)
    return weeks_of(*facts.compared, facts);
  const auto &weeks = facts.weeks;
  if (weeks.size() > 1)
    return {baseline::week_before, weeks[weeks.size() - 2], weeks.back()};
  return {baseline::none, {}, weeks.empty() ? week_figures{} : weeks.back()};
}

phrase name_of(baseline against) noexcept {
  return against == baseline::usual_week ? phrase::usual_week : phrase::week_before;
}

std::string compared_days_in_words(const report_facts &facts, const phrase_book &say) {
  if (!facts.compared || facts.compared->weekdays.size() >= days_per_week || !compare_weeks(facts).is_partial)
    return {};
  // By language, from Monday.
  constexpr std::string_view names[][days_per_week] = {{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
                                                       {"T2", "T3", "T4", "T5", "T6", "T7", "CN"},
                                                       {"Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"}};
  std::string days;
  for (const int weekday : facts.compared->weekdays)
    days.append(days.empty() ? "" : ", ")
        .append(names[static_cast<std::size_t>(say.figures())][static_cast<std::size_t>(weekday - 1)]);
  // What the other days did is told too: a loss may lie on them.
  const figure_text all = facts.weeks.empty() ? std::nullopt : facts.weeks.back().net_profit;
  if (all && all != compare_weeks(facts).after.net_profit)
    days += fmt::format("; {}: {}", say[phrase::profit_of_all_days], money_in_words(all, facts, say));
  return days;
}

week_figures usual_week(const report_facts &facts) {
  if (const compared_weeks compared = compare_weeks(facts);
      facts.compared && compared.against == baseline::usual_week && !compared.is_partial)
    return compared.before;
  const auto is_set_aside = [&](const week_figures &week) {
    return std::ranges::any_of(facts.set_aside, [&](const set_aside_week &each) { return each.start == week.start; });
  };
  mean_of orders, revenue, ad_spend, leads, net_profit;
  for (std::size_t i = 0; i + 1 < facts.weeks.size(); ++i)
    if (const week_figures &week = facts.weeks[i];
        week.days > 0 && week.days >= days_per_week - facts.days_closed && !is_set_aside(week)) {
      orders.add(week.orders);
      revenue.add(week.revenue);
      ad_spend.add(week.ad_spend);
      leads.add(week.leads);
      net_profit.add(week.net_profit);
    }
  return {std::nullopt, days_per_week, orders.mean(), revenue.mean(), ad_spend.mean(), leads.mean(), net_profit.mean()};
}

} // namespace upkeep::report
