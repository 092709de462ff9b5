// The figures of a week, computed from sums and written as a report shows them.
#pragma once

#include "core/numeric/fraction.hpp"
#include "core/report/facts.hpp"
#include "core/report/phrase_book.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace upkeep::report {

enum class report_metric : unsigned char {
  net_profit,
  revenue,
  ad_spend,
  orders,
  leads,
  roas,
  cvr,
  aov,
  cpl,
  ad_ratio
};
inline constexpr report_metric metrics[] = {report_metric::net_profit, report_metric::revenue, report_metric::ad_spend,
                                            report_metric::orders,     report_metric::leads,   report_metric::roas,
                                            report_metric::cvr,        report_metric::aov,     report_metric::cpl,
                                            report_metric::ad_ratio};

enum class metric_unit : unsigned char { money, count, ratio, percent };
// Whether more of it is good.
enum class metric_sense : unsigned char { good, bad, neither };

struct metric_definition {
  report_metric key;
  phrase name;
  metric_unit unit;
  metric_sense more;
};
const metric_definition &definition_of(report_metric which) noexcept;

// nullopt where the week has no data or the divisor is 0. A percentage is a fraction.
figure_text value_of(report_metric which, const week_figures &week);

enum class baseline : unsigned char { none, usual_week, week_before };
// This week beside the one baseline that the figures and the issues have.
struct compared_weeks {
  baseline against = baseline::none;
  week_figures before, after;
  bool is_partial = false; // both sides count some of the week's days only
};
compared_weeks compare_weeks(const report_facts &facts);
phrase name_of(baseline against) noexcept;
// Which days both sides count: "Mon, Tue"; empty where it is all of them, or not told.
std::string compared_days_in_words(const report_facts &facts, const phrase_book &say);

// The usual week with all its days; ratios are those of its sums.
week_figures usual_week(const report_facts &facts);

inline constexpr std::string_view no_figure = "–";

// In the shop's currency and the book's way of writing; `no_figure` where there is none.
std::string figure_in_words(report_metric which, const figure_text &value, const report_facts &facts,
                            const phrase_book &say);
std::string money_in_words(const figure_text &amount, const report_facts &facts, const phrase_book &say);
// An amount with its sign, "+" too.
std::string signed_money(const std::string &amount, const report_facts &facts, const phrase_book &say);
// Without its sign.
std::string money_without_sign(std::string_view amount, const report_facts &facts, const phrase_book &say);
std::string date_in_words(day_number day, const phrase_book &say);
std::string short_date(day_number day, const phrase_book &say); // without the year
std::string period_in_words(day_number first, day_number last, const phrase_book &say);

double number_of(std::string_view plain);
bool is_negative(std::string_view plain) noexcept;

// What a figure did against the baseline.
struct metric_change {
  std::string text;  // "+12%"; empty where the weeks cannot be compared
  int direction = 0; // -1, 0, 1
};
// Two weeks are compared where both have the same number of days.
metric_change change_of(report_metric which, const week_figures &before, const week_figures &after,
                        const phrase_book &say);

// digits / 10^decimals of a plain number, truncated; nullopt beyond 128 bits.
std::optional<int128> units_of(std::string_view plain, int decimals) noexcept;

} // namespace upkeep::report
