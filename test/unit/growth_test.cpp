#include "core/decisions/growth.hpp"
#include "core/text/json_tree.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace growth_test {

using namespace upkeep;
using namespace upkeep::decisions;

namespace {

optional_number number(std::string_view text) { return numeric_input::of(text); }

growth_figures shop(std::string_view target) {
  growth_figures given;
  given.target_revenue = number(target);
  given.revenue = number("16000000");
  given.ad_spend = number("4000000");
  given.leads = 400;
  given.orders = 40;
  given.cogs_ratio = number("0.45");
  return given;
}

const growth_plan &plan_of(const growth_simulation &found, growth_model model) {
  return found.plans[static_cast<std::size_t>(model)];
}

std::string shown(const growth_figures &given, growth_model model) {
  const growth_simulation found = simulate_growth(given);
  const growth_plan &plan = plan_of(found, model);
  const auto text = [](const auto &value) { return value ? fmt::format("{}", *value) : std::string("NULL"); };
  return fmt::format("{} leads, {} orders for {}: profit {}, marginal {}, {} {}", text(plan.leads), text(plan.orders),
                     text(found.amount_text(plan.ad_spend)), text(found.amount_text(plan.net_profit)),
                     text(found.ratio_text(plan.marginal_roas)), name_of(plan.level), plan.reason);
}

std::string linear(const growth_figures &given) { return shown(given, growth_model::linear); }
std::string diminishing(const growth_figures &given) { return shown(given, growth_model::diminishing); }

std::string level(const growth_figures &given, growth_model model = growth_model::linear) {
  return std::string(name_of(plan_of(simulate_growth(given), model).level));
}

std::string refusal(const growth_figures &given, const char *sqlstate = "22023") {
  try {
    return linear(given);
  } catch (const fault &said) {
    EXPECT_STREQ(said.sqlstate, sqlstate);
    EXPECT_FALSE(said.hint.empty());
    return said.message;
  }
}

std::string refusal_with(auto growth_figures::*argument, std::string_view text) {
  growth_figures given = shop("20000000");
  given.*argument = number(text);
  return refusal(given);
}

std::string reason_with(auto growth_figures::*argument, auto value) {
  growth_figures given = shop("20000000");
  given.*argument = value;
  const growth_plan plan = plan_of(simulate_growth(given), growth_model::diminishing);
  EXPECT_EQ(plan.level, feasibility::insufficient);
  return std::string(plan.reason);
}

std::string assumptions(const growth_figures &given, growth_model model) {
  const growth_simulation found = simulate_growth(given);
  json_tree into;
  write_assumptions(given, found, plan_of(found, model), into);
  return into.take().dump();
}

} // namespace

TEST(growth, has_the_golden_figures) {
  EXPECT_EQ(linear(shop("20000000")),
            "500 leads, 50 orders for 5000000: profit 6000000, marginal 4.000000, REALISTIC ");
  EXPECT_EQ(diminishing(shop("20000000")),
            "500 leads, 50 orders for 5501776: profit 5498224, marginal 2.544633, REALISTIC ");
  const growth_simulation found = simulate_growth(shop("20000000"));
  EXPECT_EQ(found.amount_text(found.net_profit), "4800000");
  EXPECT_EQ(diminishing(shop("32000000")),
            "800 leads, 80 orders for 10767202: profit 6832798, marginal 2.080392, UNREALISTIC ");
  EXPECT_EQ(diminishing(shop("48000000")),
            "1200 leads, 120 orders for 19215947: profit 7184053, marginal 1.748548, UNPROFITABLE marginal_roas_low");
}

TEST(growth, takes_whole_orders_and_leads) {
  // 50.0025 orders of 400,000; ten leads each.
  EXPECT_EQ(linear(shop("20001000")),
            "510 leads, 51 orders for 5100000: profit 5900550, marginal 4.000000, REALISTIC ");
  growth_figures given = shop("100");
  given.revenue = number("0.3");
  given.orders = 3;
  given.leads = 7;
  // A tenth each: 1000 orders and 2333 1/3 leads.
  EXPECT_EQ(linear(given).substr(0, 23), "2334 leads, 1000 orders");
}

TEST(growth, grades_by_the_spend) {
  EXPECT_EQ(level(shop("16000000")), "ACHIEVED");
  EXPECT_EQ(level(shop("1")), "ACHIEVED");
  growth_figures unadvertised = shop("1");
  unadvertised.ad_spend = number("0");
  unadvertised.leads = unadvertised.orders = 0;
  EXPECT_EQ(level(unadvertised), "ACHIEVED");
  EXPECT_EQ(level(shop("19200000")), "EASY");
  EXPECT_EQ(level(shop("19200001")), "REALISTIC");
  EXPECT_EQ(level(shop("24000000")), "REALISTIC");
  EXPECT_EQ(level(shop("24000001")), "HARD");
  EXPECT_EQ(level(shop("40000000")), "HARD");
  EXPECT_EQ(level(shop("40000001")), "UNREALISTIC");
}

TEST(growth, is_harder_beyond_what_was_ever_spent) {
  growth_figures given = shop("19200000");
  given.max_observed_spend = number("3200000");
  EXPECT_EQ(level(given), "EASY");
  given.max_observed_spend = number("3199999");
  EXPECT_EQ(level(given), "REALISTIC");
  given.target_revenue = number("24000000");
  EXPECT_EQ(level(given), "HARD");
  given.target_revenue = number("40000000");
  EXPECT_EQ(level(given), "UNREALISTIC");
  given.target_revenue = number("80000000");
  EXPECT_EQ(level(given), "UNREALISTIC");
  given.target_revenue = number("16000000");
  EXPECT_EQ(level(given), "ACHIEVED");
}

TEST(growth, is_unprofitable_below_what_a_sale_leaves_or_todays_profit) {
  growth_figures given = shop("20000000");
  given.cogs_ratio = number("0.75");
  // 4 x 0.25 is just enough.
  EXPECT_EQ(level(given), "REALISTIC");
  given.cogs_ratio = number("0.750001");
  EXPECT_EQ(linear(given).substr(linear(given).find("UNPROFITABLE")), "UNPROFITABLE marginal_roas_low");
  // One order more for one lead in four, whose cost is above what that order leaves.
  given = shop("16000001");
  given.leads = 41;
  given.cogs_ratio = number("0.7");
  EXPECT_EQ(linear(given).substr(linear(given).find("UNPROFITABLE")), "UNPROFITABLE profit_below_today");
}

TEST(growth, says_what_is_missing) {
  EXPECT_EQ(reason_with(&growth_figures::revenue, std::nullopt), "missing_revenue");
  EXPECT_EQ(reason_with(&growth_figures::ad_spend, std::nullopt), "missing_ad_spend");
  EXPECT_EQ(reason_with(&growth_figures::leads, std::nullopt), "missing_leads");
  EXPECT_EQ(reason_with(&growth_figures::orders, std::nullopt), "missing_orders");
  EXPECT_EQ(reason_with(&growth_figures::cogs_ratio, std::nullopt), "missing_cogs_ratio");
  EXPECT_EQ(reason_with(&growth_figures::revenue, number("0")), "no_revenue");
  EXPECT_EQ(reason_with(&growth_figures::ad_spend, number("0")), "no_ad_spend");
  EXPECT_EQ(reason_with(&growth_figures::leads, 0), "no_leads");
  EXPECT_EQ(reason_with(&growth_figures::orders, 0), "no_orders");
  EXPECT_EQ(reason_with(&growth_figures::orders, 401), "orders_above_leads");
}

TEST(growth, tells_what_can_be_told) {
  growth_figures given = shop("20000000");
  given.cogs_ratio.reset();
  EXPECT_EQ(diminishing(given),
            "500 leads, 50 orders for 5501776: profit NULL, marginal 2.544633, INSUFFICIENT missing_cogs_ratio");
  given.leads.reset();
  EXPECT_EQ(linear(given),
            "NULL leads, 50 orders for NULL: profit NULL, marginal 4.000000, INSUFFICIENT missing_leads");
  growth_figures nothing;
  nothing.target_revenue = number("1");
  for (const growth_model model : {growth_model::linear, growth_model::diminishing})
    EXPECT_EQ(shown(nothing, model),
              "NULL leads, NULL orders for NULL: profit NULL, marginal NULL, INSUFFICIENT missing_revenue");
}

TEST(growth, has_no_figures_beyond_measure) {
  growth_figures given = shop("32000000");
  given.elasticity = number("0.000001");
  EXPECT_EQ(diminishing(given),
            "800 leads, 80 orders for NULL: profit NULL, marginal 0.000000, UNPROFITABLE marginal_roas_low");
  given.target_revenue = number("8000000");
  EXPECT_EQ(diminishing(given), "200 leads, 20 orders for 0: profit 4400000, marginal NULL, ACHIEVED ");
  given.elasticity = number("1");
  EXPECT_EQ(diminishing(given), "200 leads, 20 orders for 2000000: profit 2400000, marginal 4.000000, ACHIEVED ");
}

TEST(growth, refuses_what_cannot_be) {
  growth_figures given = shop("20000000");
  given.target_revenue.reset();
  EXPECT_EQ(refusal(given, "22004"), "target_revenue must not be null");
  EXPECT_EQ(refusal_with(&growth_figures::target_revenue, "0"), "target_revenue must be above 0");
  EXPECT_EQ(refusal_with(&growth_figures::target_revenue, "-1"), "target_revenue must not be negative, but is -1");
  EXPECT_EQ(refusal_with(&growth_figures::target_revenue, "NaN"),
            "target_revenue must be a number below 10^18, not NaN");
  EXPECT_EQ(refusal_with(&growth_figures::revenue, "-1"), "revenue must not be negative, but is -1");
  EXPECT_EQ(refusal_with(&growth_figures::ad_spend, "Infinity"), "ad_spend must be a number below 10^18, not Infinity");
  EXPECT_EQ(refusal_with(&growth_figures::max_observed_spend, "-2"),
            "max_observed_spend must not be negative, but is -2");
  EXPECT_EQ(refusal_with(&growth_figures::cogs_ratio, "40"), "cogs_ratio must be a fraction between 0 and 1, not 40");
  EXPECT_EQ(refusal_with(&growth_figures::elasticity, "0"), "elasticity must be above 0");
  EXPECT_EQ(refusal_with(&growth_figures::elasticity, "1.01"),
            "elasticity must be a fraction between 0 and 1, not 1.01");
  given = shop("20000000");
  given.leads = -1;
  EXPECT_EQ(refusal(given), "leads must not be negative, but is -1");
  given = shop("20000000");
  given.orders = -1;
  EXPECT_EQ(refusal(given), "orders must not be negative, but is -1");
  EXPECT_EQ(refusal(shop("999999999999999999"), "22003"), "target_revenue needs more orders than an integer holds");
  given = shop("20000000");
  given.leads = INT32_MAX;
  EXPECT_EQ(refusal(given, "22003"), "target_revenue needs more leads than an integer holds");
}

TEST(growth, rounds_to_the_scale_of_the_amounts) {
  growth_figures given = shop("20000000.00");
  EXPECT_EQ(diminishing(given).substr(0, 46), "500 leads, 50 orders for 5501775.53: profit 54");
  given.target_revenue = number("20000000");
  given.max_observed_spend = number("4000000.5");
  EXPECT_NE(linear(given).find(" 5000000.0:"), std::string::npos);
}

TEST(growth, writes_its_assumptions) {
  growth_figures given = shop("20000000");
  EXPECT_EQ(assumptions(given, growth_model::linear),
            R"({"aov":400000,"cpl":10000,"cvr":0.1,"roas":4,"inputs":{"leads":400,"orders":40,)"
            R"("revenue":16000000,"ad_spend":4000000,"cogs_ratio":0.45,"elasticity":null,)"
            R"("target_revenue":20000000,"max_observed_spend":null},"reason":null,"elasticity":null,)"
            R"("spend_ratio":1.25,"margin_ratio":0.55,"rule_version":1,"net_profit_now":4800000,)"
            R"("capped_by_observed":false})");
  given.max_observed_spend = number("1");
  given.cogs_ratio.reset();
  EXPECT_EQ(assumptions(given, growth_model::diminishing),
            R"({"aov":400000,"cpl":10000,"cvr":0.1,"roas":4,"inputs":{"leads":400,"orders":40,)"
            R"("revenue":16000000,"ad_spend":4000000,"cogs_ratio":null,"elasticity":null,)"
            R"("target_revenue":20000000,"max_observed_spend":1},"reason":"missing_cogs_ratio",)"
            R"("elasticity":0.7,"spend_ratio":1.375444,"margin_ratio":null,"rule_version":1,)"
            R"("net_profit_now":null,"capped_by_observed":true})");
}

} // namespace growth_test
