#include "core/report/figures.hpp"

#include "core/keyed_table.hpp"
#include "core/numeric/decimal.hpp"

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>

namespace upkeep::report {

namespace {

constexpr int ratio_decimals = 4, quotient_decimals = 6, max_decimals_of_sums = 6;

constexpr metric_definition definitions[] = {
    {report_metric::net_profit, phrase::net_profit, metric_unit::money, metric_sense::good},
    {report_metric::revenue, phrase::revenue, metric_unit::money, metric_sense::good},
    {report_metric::ad_spend, phrase::ad_spend, metric_unit::money, metric_sense::neither},
    {report_metric::orders, phrase::orders, metric_unit::count, metric_sense::good},
    {report_metric::leads, phrase::leads, metric_unit::count, metric_sense::good},
    {report_metric::roas, phrase::roas, metric_unit::ratio, metric_sense::good},
    {report_metric::cvr, phrase::cvr, metric_unit::percent, metric_sense::good},
    {report_metric::aov, phrase::aov, metric_unit::money, metric_sense::good},
    {report_metric::cpl, phrase::cpl, metric_unit::money, metric_sense::bad},
    {report_metric::ad_ratio, phrase::ad_ratio, metric_unit::percent, metric_sense::bad},
};
static_assert(is_keyed(definitions, report_metric::ad_ratio));

// Exact where 128 bits suffice; nullopt where not, or for a divisor of 0.
figure_text quotient(const figure_text &a, const figure_text &b, int decimals) {
  if (!a || !b)
    return std::nullopt;
  const std::optional<int128> numerator = units_of(*a, max_decimals_of_sums),
                              denominator = units_of(*b, max_decimals_of_sums);
  fraction value{0, 1};
  if (!numerator || !denominator || *denominator == 0)
    return std::nullopt;
  value.numerator = *numerator;
  if (!divide(value, fraction{*denominator, 1}))
    return std::nullopt;
  const std::optional<int128> rounded = round_to_scale(value, decimals);
  return rounded ? figure_text(to_text(*rounded, decimals)) : std::nullopt;
}

constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct date_parts {
  int year;
  unsigned month, day;
};
date_parts parts_of(day_number day) {
  using namespace std::chrono;
  const year_month_day date{sys_days{year{2000} / 1 / 1} + days{day}};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())};
}

} // namespace

const metric_definition &definition_of(report_metric which) noexcept { return row_of(definitions, which); }

figure_text value_of(report_metric which, const week_figures &week) {
  if (week.days == 0)
    return std::nullopt;
  switch (which) {
  case report_metric::net_profit:
    return week.net_profit;
  case report_metric::revenue:
    return week.revenue;
  case report_metric::ad_spend:
    return week.ad_spend;
  case report_metric::orders:
    return week.orders;
  case report_metric::leads:
    return week.leads;
  case report_metric::roas:
    return quotient(week.revenue, week.ad_spend, ratio_decimals);
  case report_metric::cvr:
    return quotient(week.orders, week.leads, ratio_decimals);
  case report_metric::aov:
    return quotient(week.revenue, week.orders, quotient_decimals);
  case report_metric::cpl:
    return quotient(week.ad_spend, week.leads, quotient_decimals);
  case report_metric::ad_ratio:
    return quotient(week.ad_spend, week.revenue, ratio_decimals);
  }
  return std::nullopt;
}

std::string figure_in_words(report_metric which, const figure_text &value, const report_facts &facts,
                            const phrase_book &say) {
  if (!value)
    return std::string(no_figure);
  switch (definition_of(which).unit) {
  case metric_unit::money:
    return money_in_words(value, facts, say);
  case metric_unit::count:
    return number_text(*value, 0, say.figures());
  case metric_unit::ratio:
    return number_text(*value, 2, say.figures());
  case metric_unit::percent:
    return percent_text(number_of(*value), say.figures());
  }
  return std::string(no_figure);
}

std::string money_in_words(const figure_text &amount, const report_facts &facts, const phrase_book &say) {
  return amount ? money_text(*amount, facts.money(), say.figures()) : std::string(no_figure);
}

std::string signed_money(const std::string &amount, const report_facts &facts, const phrase_book &say) {
  const bool is_gain = !is_negative(amount) && amount.find_first_of("123456789") != std::string::npos;
  return (is_gain ? "+" : "") + money_text(amount, facts.money(), say.figures());
}

std::string money_without_sign(std::string_view amount, const report_facts &facts, const phrase_book &say) {
  return money_text(amount.substr(is_negative(amount)), facts.money(), say.figures());
}

std::string date_in_words(day_number day, const phrase_book &say) { return upkeep::date_in_words(day, say.figures()); }

std::string short_date(day_number day, const phrase_book &say) {
  const auto [y, m, d] = parts_of(day);
  switch (say.figures()) {
  case language::vi:
    return fmt::format("{:02}/{:02}", d, m);
  case language::de:
    return fmt::format("{:02}.{:02}.", d, m);
  default:
    return fmt::format("{} {}", d, months[m - 1]);
  }
}

std::string period_in_words(day_number first, day_number last, const phrase_book &say) {
  return first == last ? date_in_words(first, say) : date_in_words(first, say) + " – " + date_in_words(last, say);
}

// Not every standard library has std::from_chars of a double.
double number_of(std::string_view plain) { return std::strtod(std::string(plain).c_str(), nullptr); }

bool is_negative(std::string_view plain) noexcept { return plain.starts_with('-'); }

metric_change change_of(report_metric which, const week_figures &before, const week_figures &after,
                        const phrase_book &say) {
  const figure_text old = value_of(which, before), now = value_of(which, after);
  if (!old || !now || before.days != after.days || number_of(*old) == 0)
    return {};
  const double change = (number_of(*now) - number_of(*old)) / std::abs(number_of(*old));
  const double share = std::round(change * 1000) / 1000;
  const int direction = (share > 0) - (share < 0);
  // Percent of percents, and of what changed its sign, mislead.
  const bool is_clear = is_negative(*old) == is_negative(*now) && std::abs(share) < 10;
  return {is_clear ? (direction > 0 ? "+" : "") + percent_text(share, say.figures()) : "", direction};
}

std::optional<int128> units_of(std::string_view plain, int decimals) noexcept {
  const bool is_below = is_negative(plain);
  int128 units = 0;
  int behind = -1; // digits after the point
  for (const char c : plain.substr(is_below)) {
    if (c == '.')
      behind = 0;
    else if (behind == decimals)
      break;
    else if (!product(units, 10, units) || __builtin_add_overflow(units, static_cast<int128>(c - '0'), &units))
      return std::nullopt;
    else if (behind >= 0)
      ++behind;
  }
  for (int i = std::max(behind, 0); i < decimals; ++i)
    if (!product(units, 10, units))
      return std::nullopt;
  return is_below ? -units : units;
}

} // namespace upkeep::report
