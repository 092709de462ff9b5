#include "core/decisions/ad_decision.hpp"
#include "core/text/json_tree.hpp"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>

namespace ad_decision_test {

using namespace upkeep;
using namespace upkeep::decisions;

namespace {

optional_number number(std::string_view text) { return numeric_input::of(text); }

// Break-even at 150,000.
ad_figures ad(std::string_view spend, std::int64_t orders) {
  ad_figures given;
  given.spend = number(spend);
  given.orders = orders;
  given.aov = number("300000");
  given.cogs_ratio = number("0.5");
  return given;
}

std::string decision(const ad_figures &given) {
  const ad_verdict verdict = decide_ad(given);
  return fmt::format("{} {}", name_of(verdict.action), verdict.reason);
}

// With one argument changed.
std::string decision_with(ad_figures given, auto ad_figures::*argument, auto value) {
  given.*argument = value;
  return decision(given);
}

std::string signals(const ad_figures &given) {
  const ad_verdict verdict = decide_ad(given);
  std::string text;
  for (const ad_signal &each : verdict.signals)
    text += fmt::format("{} {:.6g} / {:.6g} of {:.6g} at {:.4f}; ", each.code, each.value, each.limit, each.sample,
                        each.strength);
  return text + (verdict.suggests_kill ? "KILL" : "-");
}

json evidence(const ad_figures &given, std::optional<std::string_view> overrides = {}) {
  json_tree into;
  write_evidence(given, decide_ad(given), overrides, into);
  return into.take();
}

} // namespace

TEST(ad_decision, has_the_golden_figures) {
  EXPECT_EQ(decision(ad("450000", 0)), "KILL cpa_above_break_even");
  EXPECT_EQ(evidence(ad("450000", 0))["cpa_optimistic"].text(), "150214");
  EXPECT_EQ(decision(ad("449000", 0)), "KEEP not_certain");
  EXPECT_FALSE(decide_ad(ad("449000", 0)).signals.empty());
  EXPECT_EQ(decision(ad("900000", 2)), "KEEP not_certain");
  EXPECT_EQ(evidence(ad("900000", 2))["cpa_optimistic"].text(), "142953");
  EXPECT_EQ(decision(ad("1500000", 5)), "KEEP not_certain");
  EXPECT_EQ(evidence(ad("1500000", 5))["cpa_optimistic"].text(), "142680");
  EXPECT_EQ(decision(ad("1500000", 14)), "KEEP not_certain");
  EXPECT_EQ(evidence(ad("1500000", 14))["cpa_pessimistic"].text(), "177222");
}

TEST(ad_decision, has_the_golden_figures_of_scaling) {
  ad_figures winner = ad("3000000", 30);
  EXPECT_EQ(evidence(winner)["cpa_pessimistic"].text(), "138928");
  winner.aov = number("1000000");
  winner.cogs_ratio = number("0.85");
  winner.desired_net_margin = number("0.01");
  EXPECT_EQ(evidence(winner)["target_cpa"].text(), "140000");
  EXPECT_EQ(evidence(winner)["break_even_cpa"].text(), "150000");
  EXPECT_EQ(decision(winner), "SCALE cpa_below_target");
  winner.desired_net_margin = number("0.02");
  EXPECT_EQ(evidence(winner)["target_cpa"].text(), "130000");
  EXPECT_EQ(decision(winner), "KEEP not_certain");
}

TEST(ad_decision, never_kills_on_missing_data) {
  const ad_figures loser = ad("9000000", 0);
  ASSERT_EQ(decision(loser), "KILL cpa_above_break_even");
  EXPECT_EQ(decision_with(loser, &ad_figures::spend, std::nullopt), "KEEP missing_spend");
  EXPECT_EQ(decision_with(loser, &ad_figures::orders, std::nullopt), "KEEP missing_orders");
  EXPECT_EQ(decision_with(loser, &ad_figures::cogs_ratio, std::nullopt), "KEEP missing_cogs_ratio");
  EXPECT_EQ(decision_with(loser, &ad_figures::aov, std::nullopt), "KEEP no_aov");
  EXPECT_EQ(decision_with(loser, &ad_figures::aov, number("0")), "KEEP no_aov");
  EXPECT_EQ(decision_with(loser, &ad_figures::spend, number("0")), "KEEP no_spend");
  EXPECT_EQ(decision_with(loser, &ad_figures::cogs_ratio, number("1")), "KEEP no_margin");
  EXPECT_EQ(decision({}), "KEEP missing_spend");
  // What is not needed may be missing.
  EXPECT_EQ(decision_with(loser, &ad_figures::desired_net_margin, std::nullopt), "KILL cpa_above_break_even");
  EXPECT_EQ(decision_with(loser, &ad_figures::leads, std::nullopt), "KILL cpa_above_break_even");
}

TEST(ad_decision, keeps_what_has_invalid_figures) {
  const ad_figures loser = ad("9000000", 0);
  EXPECT_EQ(decision_with(loser, &ad_figures::spend, number("-1")), "KEEP invalid_spend");
  EXPECT_EQ(decision_with(loser, &ad_figures::spend, number("NaN")), "KEEP invalid_spend");
  EXPECT_EQ(decision_with(loser, &ad_figures::spend, number("Infinity")), "KEEP invalid_spend");
  EXPECT_EQ(decision_with(loser, &ad_figures::spend, number("1e300")), "KEEP invalid_spend");
  EXPECT_EQ(decision_with(loser, &ad_figures::orders, -1), "KEEP invalid_orders");
  EXPECT_EQ(decision_with(loser, &ad_figures::revenue, number("-1")), "KEEP invalid_revenue");
  EXPECT_EQ(decision_with(loser, &ad_figures::leads, -1), "KEEP invalid_leads");
  EXPECT_EQ(decision_with(loser, &ad_figures::cogs_ratio, number("1.1")), "KEEP invalid_cogs_ratio");
  EXPECT_EQ(decision_with(loser, &ad_figures::cogs_ratio, number("-0.1")), "KEEP invalid_cogs_ratio");
  EXPECT_EQ(decision_with(loser, &ad_figures::cogs_ratio, number("40")), "KEEP invalid_cogs_ratio");
  EXPECT_EQ(decision_with(loser, &ad_figures::desired_net_margin, number("2")), "KEEP invalid_desired_net_margin");
  EXPECT_EQ(decision_with(loser, &ad_figures::age_days, -1), "KEEP invalid_age_days");
  EXPECT_EQ(decision_with(loser, &ad_figures::marginal_roas, number("NaN")), "KEEP invalid_marginal_roas");
  EXPECT_EQ(decision_with(loser, &ad_figures::impressions, -1), "KEEP invalid_impressions");
  EXPECT_EQ(decision_with(loser, &ad_figures::clicks, -1), "KEEP invalid_clicks");
  EXPECT_EQ(decision_with(loser, &ad_figures::aov, number("-1")), "KEEP invalid_aov");
  ad_figures many = ad("9000000", 5);
  many.leads = 4;
  EXPECT_EQ(decision(many), "KEEP orders_above_leads");
  many.clicks = -4;
  EXPECT_EQ(decision(many), "KEEP invalid_clicks");
  EXPECT_EQ(signals(many), "-");
}

TEST(ad_decision, says_where_the_aov_is_from) {
  const auto source = [](const ad_figures &given) { return evidence(given)["aov_source"].dump(); };
  ad_figures given = ad("450000", 0);
  EXPECT_EQ(source(given), R"("row")");
  given.source_of_aov = aov_source::settings;
  EXPECT_EQ(source(given), R"("settings")");
  given.source_of_aov = aov_source::shop;
  EXPECT_EQ(source(given), R"("shop")");
  EXPECT_EQ(decision(given), "KILL cpa_above_break_even");
  given.aov = number("0");
  EXPECT_EQ(source(given), "null");
  given.aov.reset();
  EXPECT_EQ(source(given), "null");
  EXPECT_FALSE(has_own_aov(given));
  given.orders = 3;
  given.revenue = number("900000");
  EXPECT_EQ(source(given), R"("orders")");
  given.revenue = number("0");
  EXPECT_EQ(source(given), "null");
  EXPECT_FALSE(has_own_aov(given));
  // What cannot be is not decided on, so it has no AOV.
  given.revenue = number("-1");
  EXPECT_EQ(source(given), "null");
}

TEST(ad_decision, rounds_what_the_orders_of_a_shop_bring) {
  const auto mean = [](std::string_view revenue, std::string_view orders, std::string_view spend = "450000") {
    ad_figures of_ad;
    of_ad.spend = number(spend);
    const optional_number found = mean_order_value(number(revenue), number(orders), of_ad);
    return found ? found->text : "-";
  };
  EXPECT_EQ(mean("16000000", "40"), "400000");
  EXPECT_EQ(mean("1000000", "3"), "333333");
  EXPECT_EQ(mean("1000000.50", "3"), "333333.50");
  EXPECT_EQ(mean("1000000", "3", "450000.00"), "333333.33");
  EXPECT_EQ(mean("1", "3"), "-");
  for (const std::string_view none : {"0", "-5", "NaN", "Infinity"}) {
    EXPECT_EQ(mean(none, "3"), "-");
    EXPECT_EQ(mean("3", none), "-");
  }
  EXPECT_EQ(mean_order_value(std::nullopt, number("3"), {}), std::nullopt);
}

TEST(ad_decision, takes_the_revenue_of_the_orders_where_no_aov_is_given) {
  ad_figures given = ad("3000000", 2);
  given.aov.reset();
  EXPECT_EQ(decision(given), "KEEP no_aov");
  given.revenue = number("0");
  EXPECT_EQ(decision(given), "KEEP no_aov");
  given.revenue = number("600000");
  EXPECT_EQ(evidence(given)["break_even_cpa"].text(), "150000");
  EXPECT_EQ(decision(given), "KILL cpa_above_break_even");
}

TEST(ad_decision, scales_only_what_earns_at_the_margin_and_is_old_enough) {
  const ad_figures winner = ad("3000000", 60);
  ASSERT_EQ(decision(winner), "SCALE cpa_below_target");
  EXPECT_EQ(decision_with(winner, &ad_figures::marginal_roas, number("2")), "SCALE cpa_below_target");
  EXPECT_EQ(decision_with(winner, &ad_figures::marginal_roas, number("1.999999")), "KEEP marginal_roas_low");
  EXPECT_EQ(decision_with(winner, &ad_figures::marginal_roas, number("-3")), "KEEP marginal_roas_low");
  EXPECT_EQ(decision_with(winner, &ad_figures::age_days, 3), "SCALE cpa_below_target");
  EXPECT_EQ(decision_with(winner, &ad_figures::age_days, 2), "KEEP too_young");
  EXPECT_EQ(decision_with(winner, &ad_figures::age_days, 0), "KEEP too_young");
  // A margin that is wished for, but not there.
  EXPECT_EQ(decision_with(winner, &ad_figures::desired_net_margin, number("0.5")), "KEEP not_certain");
  EXPECT_EQ(decision_with(winner, &ad_figures::desired_net_margin, number("1")), "KEEP not_certain");
  // Neither youth nor a poor margin saves a loser.
  ad_figures loser = ad("9000000", 0);
  loser.age_days = 0;
  EXPECT_EQ(decision(loser), "KILL cpa_above_break_even");
}

TEST(ad_signals, warn_of_spend_without_orders) {
  EXPECT_EQ(signals(ad("300000", 0)), "ZERO_ORDERS_2X 300000 / 300000 of 2 at 0.8647; -");
  EXPECT_EQ(signals(ad("299999", 0)), "-");
  EXPECT_EQ(signals(ad("449000", 0)), "ZERO_ORDERS_2X 449000 / 300000 of 2.99333 at 0.9499; -");
  EXPECT_EQ(signals(ad("450000", 0)), "ZERO_ORDERS_2X 450000 / 300000 of 3 at 0.9502; KILL");
  EXPECT_EQ(signals(ad("450000", 1)), "-");
  ad_figures given = ad("300000", 0);
  given.desired_net_margin = number("0.25");
  EXPECT_EQ(signals(given), "ZERO_ORDERS_2X 300000 / 150000 of 4 at 0.9817; KILL");
  // A target that cannot be does not count: break-even does.
  given.desired_net_margin = number("0.6");
  EXPECT_EQ(signals(given), "ZERO_ORDERS_2X 300000 / 300000 of 2 at 0.8647; -");
}

TEST(ad_signals, warn_of_dear_leads) {
  ad_figures given = ad("1500000", 5);
  given.leads = 29;
  EXPECT_EQ(signals(given).find("CPL_HIGH"), std::string::npos);
  given.leads = 30;
  // 50,000 a lead, where 1.5 x 25,000 were the most; five orders of ten.
  EXPECT_EQ(signals(given).substr(0, 42), "CPL_HIGH 50000 / 37500 of 30 at 0.9329; CV");
  given.spend = number("1125000");
  EXPECT_EQ(signals(given).find("CPL_HIGH"), std::string::npos);
  given.orders = 0;
  EXPECT_EQ(signals(given).find("CPL_HIGH"), std::string::npos);
}

TEST(ad_signals, warn_of_few_clicks) {
  ad_figures given;
  given.impressions = 2000;
  given.clicks = 19;
  EXPECT_EQ(signals(given), "CTR_LOW 0.0095 / 0.01 of 2000 at 0.5297; -");
  given.clicks = 20;
  EXPECT_EQ(signals(given), "-");
  given.clicks = 8;
  EXPECT_EQ(signals(given), "CTR_LOW 0.004 / 0.01 of 2000 at 0.9979; KILL");
  EXPECT_EQ(decision(given), "KEEP missing_spend");
  given.impressions = 1000;
  given.clicks = 0;
  EXPECT_EQ(signals(given), "-");
  given.impressions = 1001;
  EXPECT_EQ(signals(given), "CTR_LOW 0 / 0.01 of 1001 at 1.0000; KILL");
  given.clicks.reset();
  EXPECT_EQ(signals(given), "-");
}

TEST(ad_signals, warn_of_a_conversion_that_cannot_pay) {
  ad_figures given = ad("1500000", 2);
  given.leads = 100;
  // One of ten is needed; at most 5.6 of a hundred is likely.
  EXPECT_EQ(signals(given), "CPL_HIGH 15000 / 4500 of 100 at 0.9972; CVR_LOW 0.02 / 0.1 of 100 at 0.9962; KILL");
  given.spend = number("800000");
  EXPECT_EQ(signals(given), "CPL_HIGH 8000 / 4500 of 100 at 0.9008; -");
  given.leads = 2;
  EXPECT_EQ(signals(given), "CVR_LOW 1 / 2.66667 of 2 at 1.0000; KILL");
  given.leads = 0;
  given.orders = 0;
  EXPECT_EQ(signals(given), "ZERO_ORDERS_2X 800000 / 300000 of 5.33333 at 0.9952; KILL");
}

TEST(ad_signals, never_decide) {
  ad_figures given = ad("300000", 0);
  given.leads = 10;
  given.impressions = 100000;
  given.clicks = 10;
  const ad_verdict verdict = decide_ad(given);
  EXPECT_TRUE(verdict.suggests_kill);
  EXPECT_EQ(verdict.action, ad_action::keep);
}

TEST(ad_evidence, is_all_that_was_known) {
  ad_figures given = ad("1500000.50", 5);
  given.leads = 60;
  given.revenue = number("1600000");
  EXPECT_EQ(evidence(given).dump(),
            R"({"aov":300000,"cpa":300000.1,"inputs":{"aov":300000,"leads":60,"spend":1500000.50,)"
            R"("clicks":null,"orders":5,"revenue":1600000,"age_days":null,"cogs_ratio":0.5,)"
            R"("impressions":null,"marginal_roas":null,"desired_net_margin":null},"reason":"not_certain",)"
            R"("decision":"KEEP","suggests":"KILL","overrides":null,"aov_source":"row","orders_low":1.97015,)"
            R"("target_cpa":150000,"orders_high":10.513035,"margin_ratio":0.5,"rule_version":1,)"
            R"("break_even_cpa":150000,"cpa_optimistic":142680.06,"cpa_pessimistic":761363.77})");
}

TEST(ad_evidence, is_null_where_nothing_is_known) {
  EXPECT_EQ(
      evidence({}).dump(),
      R"({"aov":null,"cpa":null,"inputs":{"aov":null,"leads":null,"spend":null,"clicks":null,)"
      R"("orders":null,"revenue":null,"age_days":null,"cogs_ratio":null,"impressions":null,)"
      R"("marginal_roas":null,"desired_net_margin":null},"reason":"missing_spend","decision":"KEEP",)"
      R"("suggests":null,"overrides":null,"aov_source":null,"orders_low":null,"target_cpa":null,"orders_high":null,)"
      R"("margin_ratio":null,"rule_version":1,"break_even_cpa":null,"cpa_optimistic":null,)"
      R"("cpa_pessimistic":null})");
  EXPECT_EQ(evidence(ad("NaN", 0))["inputs"]["spend"].text(), "NaN");
}

TEST(ad_evidence, names_what_a_person_decided) {
  EXPECT_EQ(evidence(ad("450000", 0), "KEEP")["overrides"].text(), "KEEP");
  EXPECT_EQ(evidence(ad("450000", 0), "KEEP")["decision"].text(), "KILL");
}

TEST(ad_evidence, rounds_to_the_scale_of_the_amounts) {
  ad_figures given = ad("100", 3);
  EXPECT_EQ(evidence(given)["cpa"].text(), "33");
  given.spend = number("100.00");
  EXPECT_EQ(evidence(given)["cpa"].text(), "33.33");
  // Half away from zero, and no decimals of a ratio.
  given = ad("5", 2);
  EXPECT_EQ(evidence(given)["cpa"].text(), "3");
  given.cogs_ratio = number("0.123456");
  EXPECT_EQ(evidence(given)["break_even_cpa"].text(), "262963");
}

TEST(ad_signals, are_written) {
  json_tree into;
  write_signals(decide_ad(ad("300000", 0)), into);
  EXPECT_EQ(into.take().dump(), R"([{"code":"ZERO_ORDERS_2X","limit":300000,"value":300000,"sample":2,)"
                                R"("strength":0.864665}])");
  json_tree none;
  write_signals(decide_ad({}), none);
  EXPECT_EQ(none.take().dump(), "[]");
}

namespace {

// What share of looks, and of ads, a decision hit.
struct hits {
  int looks = 0, hit_looks = 0, ads = 0, hit_ads = 0;

  double of_looks() const { return static_cast<double>(hit_looks) / looks; }
  double of_ads() const { return static_cast<double>(hit_ads) / ads; }
};

// Ads whose true CPA is that many times the limit, looked at every day for a month.
template <class Times> hits simulate(ad_action wrong, int ads, Times times, std::mt19937_64 &random) {
  constexpr int days = 30;
  std::uniform_real_distribution<double> daily_orders(0.1, 4);
  hits result;
  for (int each = 0; each < ads; ++each) {
    const double true_cpa = 150000 * times(random), spend_a_day = std::round(true_cpa * daily_orders(random));
    std::poisson_distribution<int> orders_a_day(spend_a_day / true_cpa);
    ad_figures given = ad("0", 0);
    bool is_hit = false;
    for (int day = 1; day <= days; ++day) {
      given.spend = number(fmt::format("{:.0f}", spend_a_day * day));
      *given.orders += orders_a_day(random);
      const bool is_wrong = decide_ad(given).action == wrong;
      ++result.looks;
      result.hit_looks += is_wrong;
      is_hit |= is_wrong;
    }
    ++result.ads;
    result.hit_ads += is_hit;
  }
  return result;
}

void expect_calibrated(const char *what, const hits &found) {
  fmt::print("{}: {:.2f} % of {} looks, {:.2f} % of {} ads looked at on 30 days\n", what, 100 * found.of_looks(),
             found.looks, 100 * found.of_ads(), found.ads);
  EXPECT_LE(found.of_looks(), 0.05) << what;
}

} // namespace

// 20,000 ads of which the true CPA is known: better than break-even, or worse than the target, from close by to far.
TEST(ad_decision, errs_in_at_most_five_percent_of_looks) {
  std::mt19937_64 random(20261109);
  std::uniform_real_distribution<double> better(0.5, 1), worse(1, 1.5);
  const auto just_better = [](auto &) { return 0.999; };
  const auto just_worse = [](auto &) { return 1.001; };
  expect_calibrated("KILL hits an ad better than break-even", simulate(ad_action::kill, 5000, better, random));
  expect_calibrated("KILL hits an ad just better than break-even",
                    simulate(ad_action::kill, 5000, just_better, random));
  expect_calibrated("SCALE hits an ad worse than its target", simulate(ad_action::scale, 5000, worse, random));
  expect_calibrated("SCALE hits an ad just worse than its target",
                    simulate(ad_action::scale, 5000, just_worse, random));
}

// Nor is the rule too slow: what is far off is found.
TEST(ad_decision, finds_what_is_far_off) {
  std::mt19937_64 random(20261109);
  const auto twice = [](auto &) { return 2.0; };
  const auto half = [](auto &) { return 0.5; };
  EXPECT_GT(simulate(ad_action::kill, 500, twice, random).of_looks(), 0.6);
  EXPECT_GT(simulate(ad_action::scale, 500, half, random).of_looks(), 0.6);
}

} // namespace ad_decision_test
