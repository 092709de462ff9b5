// How often a rule of basis trend fires in weeks in which nothing happened, and in which something did: shops made of
// chance alone, with fixed seeds. Prints the table of docs/analytics.md, in which test/unit/run looks for it.
#include "core/diagnostics/rules/evaluate_rules.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>

namespace alarm_budget_test {

using namespace upkeep;
using namespace upkeep::diagnostics;

namespace {

constexpr day_number monday = 9809; // 2026-11-09
constexpr double conversion = 0.1, order_value = 400'000, variation = 0.75, spend_share = 0.25;
constexpr std::int64_t cogs_ratio = 450'000'000;

constexpr std::array orders_a_week{7, 21, 42, 140, 420};
// How many weeks are drawn for each of them: large ones vary less, and take longer.
constexpr std::array weeks_drawn{600, 600, 600, 400, 150};

// What is different in the week that is diagnosed, and in one of those before.
struct course {
  double conversion = 1, leads = 1, order_value = 1;
  double earlier_week = 1; // one of the eight, times that
  bool has_sundays = true;
};

class shop {
public:
  shop(int orders, const course &given) : given(given), orders(orders), days_open(given.has_sundays ? 7 : 6) {}

  // A week of it and the eight before.
  evaluated_week draw(std::mt19937_64 &chance) const {
    shop_days days;
    begin(days, monday);
    for (int week = 0; week < weeks_kept; ++week)
      for (int day = 0; day < days_open; ++day)
        add(days, day_of(week, monday + day - (this_week - week) * days_per_week, chance), nullptr, nullptr);
    shop_settings settings;
    settings.cogs_ratio = cogs_ratio;
    const diagnosis_request request{days, settings, monday + days_per_week, true, nullptr};
    return evaluate_rules(week_facts(request), nullptr);
  }

private:
  day_row day_of(int week, day_number date, std::mt19937_64 &chance) const {
    static const double sigma = std::sqrt(std::log(1 + variation * variation)),
                        mu = std::log(order_value) - sigma * sigma / 2;
    const bool is_this = week == this_week;
    const double usual = orders / conversion / days_open * (week == unusual_week ? given.earlier_week : 1);
    const int leads = std::poisson_distribution<int>(usual * (is_this ? given.leads : 1))(chance);
    const int ordered = std::binomial_distribution<int>(leads, alarm_budget_test::conversion *
                                                                   (is_this ? given.conversion : 1))(chance);
    std::lognormal_distribution<double> value(mu, sigma);
    double revenue = 0;
    for (int i = 0; i < ordered; ++i)
      revenue += value(chance);
    revenue *= is_this ? given.order_value : 1;
    const double spend = orders * alarm_budget_test::order_value * spend_share / days_open;
    return {date, {ordered, std::llround(revenue), std::llround(spend), leads}, 15, 0, cogs_ratio};
  }

  static constexpr int unusual_week = 3;
  const course given;
  const int orders, days_open;
};

// In percent of the weeks.
struct alarms {
  double any = 0, critical = 0;
};

alarms alarms_of(std::size_t size, const course &given, int weeks) {
  const shop made(orders_a_week[size], given);
  std::mt19937_64 chance(2026);
  int any = 0, critical = 0;
  for (int i = 0; i < weeks; ++i) {
    const evaluated_week week = made.draw(chance);
    severity worst = severity::none;
    for (std::size_t which = 0; which < rule_count; ++which)
      if (definition_of(static_cast<rule>(which)).basis == rule_basis::trend && week.found[which].has_fired())
        worst = std::max(worst, week.found[which].grade);
    any += worst != severity::none;
    critical += worst == severity::critical;
  }
  return {100.0 * any / weeks, 100.0 * critical / weeks};
}

constexpr double no_bound = -1;
using bounds = std::array<double, orders_a_week.size()>;

// A row of the table: what fires at least.
struct found_row {
  const char *name;
  course given;
  bounds least;
};
const found_row found_rows[] = {
    {"conversion −30 %", {.conversion = 0.7}, {no_bound, 27, 48, 92, 99}},
    {"conversion −50 %", {.conversion = 0.5}, {no_bound, 67, 92, 99, 99}},
    {"leads −30 %", {.leads = 0.7}, {no_bound, 73, 84, 96, 99}},
    {"orders worth −30 %", {.order_value = 0.7}, {no_bound, no_bound, 55, 96, 99}},
};

} // namespace

TEST(alarm_budget, ordinary_weeks_are_quiet) {
  std::string any = "| nothing happened: any issue", critical = "| nothing happened: a critical one";
  for (std::size_t size = 0; size < orders_a_week.size(); ++size) {
    const alarms found = alarms_of(size, {}, weeks_drawn[size]);
    EXPECT_LE(found.any, 6) << orders_a_week[size] << " orders a week";
    EXPECT_LE(found.critical, 1) << orders_a_week[size] << " orders a week";
    any += fmt::format(" | {:.0f}", found.any);
    critical += fmt::format(" | {:.1f}", found.critical);
  }
  fmt::print("{} |\n{} |\n", any, critical);
}

TEST(alarm_budget, what_happened_is_found) {
  for (const found_row &row : found_rows) {
    std::string line = fmt::format("| {}", row.name);
    for (std::size_t size = 0; size < orders_a_week.size(); ++size) {
      if (row.least[size] == no_bound) {
        line += " | –";
        continue;
      }
      const alarms found = alarms_of(size, row.given, weeks_drawn[size]);
      EXPECT_GE(found.any, row.least[size]) << row.name << " at " << orders_a_week[size] << " orders a week";
      line += fmt::format(" | {:.0f}", found.any);
    }
    fmt::print("{} |\n", line);
  }
}

// One week that was unlike the others blinds nobody, nor does a weekday on which the shop is closed.
TEST(alarm_budget, what_happened_is_found_after_an_unusual_week_and_without_sundays) {
  constexpr double leeway = 5;
  for (const course &unusual : {course{.earlier_week = 2}, course{.earlier_week = 0.3}, course{.has_sundays = false}})
    for (const found_row &row : found_rows)
      for (std::size_t size = 0; size < orders_a_week.size(); ++size) {
        if (row.least[size] == no_bound)
          continue;
        course given = row.given;
        given.earlier_week = unusual.earlier_week;
        given.has_sundays = unusual.has_sundays;
        EXPECT_GE(alarms_of(size, given, weeks_drawn[size] / 2).any, row.least[size] - leeway)
            << row.name << " at " << orders_a_week[size] << " orders a week";
      }
}

} // namespace alarm_budget_test
