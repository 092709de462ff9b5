#include "made_shop.hpp"

#include "core/fault.hpp"
#include <gtest/gtest.h>
#include <random>

namespace diagnosis_test {

using namespace made_shop;

namespace {

std::vector<sums> with_revenues(std::initializer_list<std::int64_t> millions) {
  std::vector<sums> weeks;
  for (const std::int64_t each : millions)
    weeks.push_back({420, each * 1'000'000, 700'000, 4200, 0.4});
  return weeks;
}

} // namespace

TEST(diagnosis, golden_week) {
  const sums before{40, 16'000'000, 4'000'000, 400, 0.45};
  const shop golden({before, before, before, before, {36, 13'500'000, 5'760'000, 480, 0.48}});
  EXPECT_EQ(golden.issue(rule::marginal_roas_low)["severity"].text(), "critical");
  EXPECT_EQ(golden.issue(rule::marginal_roas_low)["observed"].text().substr(0, 5), "-1.42");
  EXPECT_EQ(golden.status(rule::roas_below_break_even), "PASSED");
  EXPECT_EQ(golden.status(rule::cvr_drop), "PASSED");
  const json drop = golden.issue(rule::np_drop);
  EXPECT_EQ(drop["observed"].text(), "1260000");
  EXPECT_EQ(drop["expected"].text(), "4800000");
  EXPECT_EQ(drop["delta_abs"].text(), "-3540000");
  EXPECT_EQ(drop["delta_pct"].text(), "-73.75");
  std::string drivers;
  for (const json &each : drop["drivers"].elements())
    drivers += each["driver"].text() + " " + each["amount"].text() + " ";
  EXPECT_EQ(drivers, "leads 575792 cvr -2276958 aov -512959 cogs -445875 cpl -880000 ");
}

TEST(diagnosis, baseline_decides_what_is_noise) {
  EXPECT_EQ(shop(with_revenues({20, 21, 19, 20, 18})).status(rule::rev_drop), "PASSED");
  EXPECT_EQ(shop(with_revenues({20, 21, 19, 20, 16})).status(rule::rev_drop), "FIRED");
  EXPECT_EQ(shop(with_revenues({20, 20, 20, 20, 19})).status(rule::rev_drop), "PASSED");
  EXPECT_EQ(shop(with_revenues({20})).status(rule::rev_drop), "NOT_EVALUATED");
}

TEST(diagnosis, one_week_before_warns_only) {
  const json issue = shop(with_revenues({20, 10})).issue(rule::rev_drop);
  EXPECT_EQ(issue["severity"].text(), "warning");
  EXPECT_EQ(issue["confidence"].text(), "low");
  EXPECT_EQ(issue["baseline"]["method"].text(), "previous_week");
  EXPECT_TRUE(issue["test"].is_null());
}

TEST(diagnosis, missing_day_is_dropped_from_both_weeks) {
  shop golden({});
  golden.settings.cogs_ratio = 400'000'000;
  const std::int64_t before[] = {2, 2, 2, 2, 3, 5, 4}, now[] = {2, 2, 2, 2, 3, 0, 4};
  for (int day = 0; day < 7; ++day) {
    golden.add_day(monday - 7 + day, {70, before[day] * 7'000'000, 700'000, 350, 0.4}, 6);
    if (now[day])
      golden.add_day(monday + day, {70, now[day] * 7'000'000, 700'000, 350, 0.4}, 6);
  }
  EXPECT_EQ(golden.diagnose()["rules"]["REV_DROP"]["delta_pct"].text(), "0");
  EXPECT_EQ(golden.status(rule::data_missing), "FIRED");
  EXPECT_EQ(golden.diagnose()["facts"]["missing_days"].elements()[0].text(), "2026-11-14");
}

TEST(diagnosis, cause_mutes_symptom) {
  const sums before{40, 16'000'000, 4'000'000, 400};
  shop losing({before, before, before, before, {40, 16'000'000, 9'600'000, 400}});
  losing.settings.target_roas = 4'000'000;
  EXPECT_EQ(losing.status(rule::roas_below_break_even), "FIRED");
  EXPECT_EQ(losing.diagnose()["rules"]["ROAS_BELOW_TARGET"]["by"].text(), "ROAS_BELOW_BREAK_EVEN");
  EXPECT_EQ(losing.diagnose()["rules"]["AD_RATIO_HIGH"]["by"].text(), "ROAS_BELOW_BREAK_EVEN");
  losing.settings.cogs_ratio = no_ratio;
  for (const rule which : {rule::np_negative, rule::np_drop, rule::roas_below_break_even, rule::marginal_roas_low,
                           rule::margin_erosion, rule::profit_streak})
    EXPECT_EQ(losing.diagnose()["rules"][code_of(which)]["by"].text(), "COGS_UNSET") << code_of(which);
}

TEST(diagnosis, issues_are_sorted) {
  const sums before{40, 16'000'000, 4'000'000, 400};
  const shop losing({before, before, before, before, {20, 6'000'000, 5'000'000, 200}});
  const json document = losing.diagnose();
  const std::vector<json> &issues = document["issues"].elements();
  ASSERT_GT(issues.size(), 3u);
  for (std::size_t i = 1; i < issues.size(); ++i) {
    EXPECT_LE(issues[i - 1]["severity"].text() == "warning", issues[i]["severity"].text() == "warning");
    if (issues[i - 1]["severity"].text() != issues[i]["severity"].text())
      continue;
    EXPECT_GE(issues[i - 1]["impact_kind"].text() == "profit", issues[i]["impact_kind"].text() == "profit");
    if (issues[i - 1]["impact_kind"].text() == issues[i]["impact_kind"].text() && !issues[i]["impact"].is_null()) {
      EXPECT_GE(std::stoll(issues[i - 1]["impact"].text()), std::stoll(issues[i]["impact"].text()));
    }
  }
}

TEST(diagnosis, digest_is_of_the_facts) {
  const sums before{40, 16'000'000, 4'000'000, 400};
  shop one({before, before, before});
  const std::string digest = one.diagnose()["input_digest"].text();
  one.today += 30;
  EXPECT_EQ(one.diagnose()["input_digest"].text(), digest);
  one.today = monday + 3;
  EXPECT_NE(one.diagnose()["input_digest"].text(), digest);
  one.today = monday + 7;
  one.settings.min_impact = 1;
  EXPECT_NE(one.diagnose()["input_digest"].text(), digest);
  one.settings.min_impact.reset();
  one.settings.events = {{monday + 40, monday + 41, event_kind::holiday, ""}};
  EXPECT_EQ(one.diagnose()["input_digest"].text(), digest);
  one.settings.events = {{monday - 30, monday - 29, event_kind::holiday, ""}};
  EXPECT_NE(one.diagnose()["input_digest"].text(), digest);
  one.settings.events.clear();
  one.settings.closed_weekdays = 0;
  EXPECT_NE(one.diagnose()["input_digest"].text(), digest);
  one.settings.closed_weekdays.reset();
  one.settings.refund_days = {{monday + 2, 5}};
  EXPECT_NE(one.diagnose()["input_digest"].text(), digest);
  one.settings.refund_days.clear();
  one.settings.language = "vi";
  EXPECT_NE(one.diagnose()["input_digest"].text(), digest);
  one.settings.language.clear();
  one.add_day(monday - 3, {0, 7, 0, 0}, 6);
  EXPECT_NE(one.diagnose()["input_digest"].text(), digest);
}

TEST(diagnosis, week_begins_where_the_shop_says) {
  shop sunday({{40, 16'000'000, 4'000'000, 400}});
  sunday.settings.first_weekday = 7;
  EXPECT_THROW(sunday.diagnose(), fault);
}

// Whatever the figures, nothing overflows (the sanitizers look), and every issue has every key.
TEST(diagnosis, any_figures) {
  std::mt19937_64 random(11);
  const auto any = [&](std::int64_t bound) {
    switch (random() % 6) {
    case 0:
      return std::int64_t{0};
    case 1:
      return bound;
    case 2:
      return -bound;
    case 3:
      return static_cast<std::int64_t>(random() % 5);
    default:
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
    }
  };
  for (int round = 0; round < 3000; ++round) {
    shop one({});
    const std::int64_t most = round % 2 ? max_amount : 1'000'000, many = round % 3 ? max_count : 100;
    for (int day = -60; day < 8; ++day)
      if (random() % 8)
        add(one.days,
            {monday + day,
             {any(many), any(most), any(most), any(many)},
             static_cast<std::uint8_t>(random() % 20 ? 15 : random() % 16),
             static_cast<std::uint8_t>(round % 2 ? 0 : random() % 3),
             static_cast<std::int64_t>(random() % 2 ? no_ratio : 450'000'000)},
            more, nullptr);
    one.settings.cogs_ratio = random() % 5 ? static_cast<std::int64_t>(1 + random() % (ratio_unit - 1)) : no_ratio;
    if (random() % 2) {
      one.settings.target_roas = static_cast<std::int64_t>(random() % 9'000'000);
      one.settings.target_cpa = any(INT64_MAX);
      one.settings.revenue_target = any(INT64_MAX);
      one.settings.profit_target = any(INT64_MAX);
      one.settings.min_impact = any(1'000'000);
    }
    if (random() % 3 == 0)
      one.settings.closed_weekdays = static_cast<weekday_set>(random() % every_weekday);
    for (std::uint64_t events = random() % 4; events > 0; --events) {
      const day_number first = monday - 70 + static_cast<int>(random() % 90);
      one.settings.events.push_back({first, random() % 20 ? first + static_cast<int>(random() % 9) : INT32_MAX,
                                     static_cast<event_kind>(random() % 4), "sale"});
    }
    if (random() % 3 == 0)
      one.settings.refund_days.push_back({monday + static_cast<int>(random() % 7), any(INT64_MAX)});
    one.today = monday + static_cast<int>(random() % 9);
    const json document = one.diagnose();
    EXPECT_EQ(document["rules"].members().size(), rule_count);
    for (const json &issue : document["issues"].elements())
      EXPECT_EQ(issue.members().size(), 20u);
  }
}

} // namespace diagnosis_test
