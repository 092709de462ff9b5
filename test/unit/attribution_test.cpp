#include "core/diagnostics/attribution/attribution.hpp"
#include "core/diagnostics/attribution/explained_change.hpp"
#include "core/fault.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <fmt/format.h>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <random>

namespace attribution_test {

using namespace upkeep;
using namespace upkeep::diagnostics;

namespace {

using rational = boost::multiprecision::cpp_rational;
using integer = boost::multiprecision::cpp_int;

// "leads 5, cvr -3 = 2"
std::string shown(const attribution &found) {
  std::string text;
  for (const driver_amount &each : found.drivers)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", each.driver, each.amount);
  return text + " = " + found.change;
}

std::string revenue(const attribution_side &before, const attribution_side &after, int decimals = 0) {
  return shown(explain_revenue(before, after, decimals));
}

std::string profit(const attribution_side &before, const attribution_side &after, int decimals = 0) {
  return shown(explain_profit(before, after, decimals));
}

std::string refusal(const attribution_side &before, const attribution_side &after) {
  try {
    return profit(before, after);
  } catch (const fault &said) {
    EXPECT_STREQ(said.sqlstate, "22023");
    EXPECT_FALSE(said.hint.empty());
    return said.message;
  }
}

const attribution_side good{"400", "40", "16000000", "4000000", "0.45"},
    bad{"480", "36", "13500000", "5760000", "0.48"};

// The second calculation: every order of the changes, one after the other, in rationals.

rational number(const std::string &plain) {
  std::string digits = plain;
  integer unit = 1;
  if (const std::size_t point = plain.find('.'); point != std::string::npos) {
    digits.erase(point, 1);
    unit = pow(integer(10), static_cast<unsigned>(plain.size() - point - 1));
  }
  const bool negative = digits.starts_with('-');
  digits.erase(0, std::min(digits.find_first_not_of("-0"), digits.size() - 1));
  const rational value(integer(digits), unit);
  return negative ? rational(-value) : value;
}

using state = std::map<std::string, rational>;

// The factors of one side that are defined.
state factors(const attribution_side &side, bool with_profit) {
  const rational leads = number(side.leads), orders = number(side.orders), sold = number(side.revenue);
  state found{{"leads", leads / side.weeks}};
  if (leads != 0)
    found["cvr"] = orders / leads;
  if (orders != 0)
    found["aov"] = sold / orders;
  if (!with_profit)
    return found;
  if (side.cogs.empty())
    found["cogs"] = 1 - number(side.cogs_ratio);
  else if (sold != 0)
    found["cogs"] = 1 - number(side.cogs) / sold;
  if (leads != 0)
    found["cpl"] = number(side.ad_spend) / leads;
  return found;
}

rational modelled(state now, bool with_profit) {
  const rational sold = now["leads"] * now["cvr"] * now["aov"];
  return with_profit ? rational(sold * now["cogs"] - now["leads"] * now["cpl"]) : sold;
}

rational actual(const attribution_side &side, bool with_profit) {
  const rational sold = number(side.revenue);
  if (!with_profit)
    return sold / side.weeks;
  const rational goods = side.cogs.empty() ? rational(sold * number(side.cogs_ratio)) : number(side.cogs);
  return (sold - goods - number(side.ad_spend)) / side.weeks;
}

integer floor_of(const rational &value) {
  integer whole, rest;
  divide_qr(numerator(value), denominator(value), whole, rest);
  return rest < 0 ? integer(whole - 1) : whole;
}

std::string text_of(const integer &digits, int decimals) {
  std::string text = integer(abs(digits)).str();
  if (decimals > 0) {
    const auto width = static_cast<std::size_t>(decimals);
    text = std::string(width + 1 - std::min(width + 1, text.size()), '0') + text;
    text.insert(text.size() - width, ".");
  }
  return digits < 0 ? "-" + text : text;
}

std::string by_all_orders(const attribution_side &before, const attribution_side &after, bool with_profit,
                          int decimals) {
  std::vector<std::string> names{"leads", "cvr", "aov"};
  if (with_profit)
    names.insert(names.end(), {"cogs", "cpl"});
  state from = factors(before, with_profit), to = factors(after, with_profit);
  for (const std::string &name : names) {
    if (!from.contains(name))
      from[name] = to.contains(name) ? to[name] : rational(0);
    if (!to.contains(name))
      to[name] = from[name];
  }
  state values;
  std::vector<std::string> order = names;
  std::sort(order.begin(), order.end());
  int orders = 0;
  do {
    ++orders;
    state now = from;
    for (const std::string &name : order) {
      const rational old = modelled(now, with_profit);
      now[name] = to[name];
      values[name] += modelled(now, with_profit) - old;
    }
  } while (std::next_permutation(order.begin(), order.end()));

  const rational change = actual(after, with_profit) - actual(before, with_profit);
  rational other = change - (modelled(to, with_profit) - modelled(from, with_profit));
  names.emplace_back("other");
  values["other"] = other * orders;
  const integer unit = pow(integer(10), static_cast<unsigned>(decimals));
  const integer total =
      change < 0 ? integer(-floor_of(rational(1, 2) - change * unit)) : floor_of(change * unit + rational(1, 2));
  std::vector<integer> amounts;
  std::vector<std::pair<rational, std::size_t>> remainders;
  integer missing = total;
  for (const std::string &name : names) {
    const rational value = values[name] / orders * unit;
    amounts.push_back(floor_of(value));
    remainders.emplace_back(amounts.back() - value, remainders.size());
    missing -= amounts.back();
  }
  std::sort(remainders.begin(), remainders.end());
  for (std::size_t i = 0; missing > 0; ++i, --missing)
    ++amounts[remainders[i].second];

  attribution result{{}, text_of(total, decimals)};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] != "other" || amounts[i] != 0)
      result.drivers.push_back({names[i], text_of(amounts[i], decimals)});
  return shown(result);
}

void expect_both(const attribution_side &before, const attribution_side &after, int decimals) {
  const auto side = [](const attribution_side &a) {
    return fmt::format("({}, {}, {}, {}, {}, {}) / {}", a.leads, a.orders, a.revenue, a.ad_spend, a.cogs_ratio, a.cogs,
                       a.weeks);
  };
  EXPECT_EQ(revenue(before, after, decimals), by_all_orders(before, after, false, decimals))
      << side(before) << " " << side(after);
  EXPECT_EQ(profit(before, after, decimals), by_all_orders(before, after, true, decimals))
      << side(before) << " " << side(after);
}

class generator {
public:
  std::size_t below(std::size_t bound) { return random() % bound; }

  // A number with up to so many digits before and after its point, often 0 or short.
  std::string figure(std::size_t whole, std::size_t decimals, bool may_be_negative) {
    if (below(5) == 0)
      return "0";
    std::string text = may_be_negative && below(4) == 0 ? "-" : "";
    text += digits(1 + below(below(2) ? whole : 3));
    if (decimals > 0 && below(2))
      text += "." + digits(1 + below(decimals));
    return text;
  }

  attribution_side side(std::size_t whole, std::size_t decimals) {
    attribution_side result{figure(whole, 0, false), figure(whole, below(4) ? 0 : decimals, false),
                            figure(whole, decimals, true), figure(whole, decimals, true)};
    if (below(2))
      result.cogs_ratio = below(8) ? "0." + digits(1 + below(std::max<std::size_t>(decimals, 2))) : "1";
    else
      result.cogs = figure(whole, decimals, true);
    result.weeks = static_cast<std::int64_t>(1 + below(9));
    return result;
  }

private:
  std::string digits(std::size_t count) {
    std::string text;
    while (text.size() < count)
      text += static_cast<char>('0' + below(10));
    return text;
  }

  std::mt19937 random{42};
};

} // namespace

TEST(explain_revenue, has_the_golden_figures) {
  EXPECT_EQ(revenue(good, bad), "leads 2716667, cvr -4258333, aov -958334 = -2500000");
  EXPECT_EQ(revenue(good, {"480", "0", "0"}), "leads 1600000, cvr -17600000, aov 0 = -16000000");
}

TEST(explain_profit, has_the_golden_figures) {
  EXPECT_EQ(profit(good, bad), "leads 575792, cvr -2276958, aov -512959, cogs -445875, cpl -880000 = -3540000");
}

TEST(explain_revenue, is_zero_where_nothing_changed) {
  EXPECT_EQ(revenue(good, good), "leads 0, cvr 0, aov 0 = 0");
  EXPECT_EQ(profit(good, good, 2), "leads 0.00, cvr 0.00, aov 0.00, cogs 0.00, cpl 0.00 = 0.00");
  EXPECT_EQ(revenue({"0", "0", "0"}, {"0", "0", "0"}), "leads 0, cvr 0, aov 0 = 0");
}

TEST(explain_revenue, takes_the_other_sides_factor_where_one_is_not_defined) {
  EXPECT_EQ(revenue({"0", "0", "0"}, {"10", "2", "50"}), "leads 50, cvr 0, aov 0 = 50");
  EXPECT_EQ(revenue({"10", "2", "50"}, {"0", "0", "0"}), "leads -50, cvr 0, aov 0 = -50");
  EXPECT_EQ(revenue({"10", "0", "0"}, {"20", "4", "100"}), "leads 25, cvr 75, aov 0 = 100");
}

TEST(explain_revenue, leaves_to_other_what_has_no_factors) {
  // Revenue without orders, orders without leads, and neither.
  EXPECT_EQ(revenue({"10", "2", "50"}, {"10", "0", "30"}), "leads 0, cvr -50, aov 0, other 30 = -20");
  EXPECT_EQ(revenue({"10", "2", "50"}, {"0", "2", "50"}), "leads -50, cvr 0, aov 0, other 50 = 0");
  EXPECT_EQ(revenue({"10", "0", "5"}, {"12", "0", "0"}), "leads 0, cvr 0, aov 0, other -5 = -5");
  EXPECT_EQ(revenue({"0", "0", "5"}, {"0", "3", "12"}), "leads 0, cvr 0, aov 0, other 7 = 7");
}

TEST(explain_profit, leaves_to_other_what_has_no_factors) {
  const attribution_side nothing{"0", "0", "0", "0", "0.5"};
  EXPECT_EQ(profit(nothing, {"0", "0", "0", "70", "0.5"}), "leads 0, cvr 0, aov 0, cogs 0, cpl 0, other -70 = -70");
  attribution_side goods = nothing;
  goods.cogs = "20";
  EXPECT_EQ(profit(nothing, goods), "leads 0, cvr 0, aov 0, cogs 0, cpl 0, other -20 = -20");
}

TEST(explain_profit, takes_a_cost_of_goods_as_it_takes_its_ratio) {
  attribution_side before = good, after = bad;
  before.cogs = "7200000";
  after.cogs = "6480000";
  EXPECT_EQ(profit(before, after), profit(good, bad));
  before.cogs_ratio = after.cogs_ratio = "";
  EXPECT_EQ(profit(before, after), profit(good, bad));
}

TEST(explain_revenue, compares_weeks) {
  attribution_side month{"1600", "160", "64000000", "16000000", "0.45"};
  month.weeks = 4;
  EXPECT_EQ(revenue(month, bad), revenue(good, bad));
  EXPECT_EQ(profit(month, bad), profit(good, bad));
  attribution_side third{"100", "10", "1000"};
  third.weeks = 3;
  EXPECT_EQ(revenue(third, {"50", "5", "500"}), "leads 167, cvr 0, aov 0 = 167");
}

TEST(explain_revenue, rounds_to_the_decimals_that_are_asked_for) {
  EXPECT_EQ(revenue({"0.5", "1", "10.5"}, {"1", "1", "10.55"}, 2), "leads 7.89, cvr -7.89, aov 0.05 = 0.05");
  EXPECT_EQ(revenue({"1", "1", "0.5"}, {"1", "1", "1"}), "leads 0, cvr 0, aov 1 = 1");
  EXPECT_EQ(revenue({"1", "1", "1"}, {"1", "1", "0.5"}), "leads 0, cvr 0, aov -1 = -1");
  // A third each, of which the first has the unit: leads, not cvr.
  EXPECT_EQ(revenue({"1", "0", "0"}, {"2", "2", "1"}, 1), "leads 0.3, cvr 0.7, aov 0.0 = 1.0");
}

TEST(explain_revenue, keeps_quiet_about_an_other_that_rounds_to_zero) {
  EXPECT_EQ(revenue({"1", "1", "0"}, {"1", "0", "0.4"}), "leads 0, cvr 0, aov 0 = 0");
  EXPECT_EQ(revenue({"1", "1", "0"}, {"1", "0", "0.4"}, 1), "leads 0.0, cvr 0.0, aov 0.0, other 0.4 = 0.4");
}

TEST(explain_profit, refuses_what_cannot_be) {
  EXPECT_EQ(refusal({"-1", "0", "0", "0", "0"}, good), "leads of before must not be negative, but is -1");
  EXPECT_EQ(refusal(good, {"1", "-0.5", "0", "0", "0"}), "orders of after must not be negative, but is -0.5");
  EXPECT_EQ(refusal(good, {"1", "1", "1", "0", "40"}),
            "cogs_ratio of after must be a fraction between 0 and 1, not 40");
  EXPECT_EQ(refusal(good, {"1", "1", "1", "0", "-0.1"}),
            "cogs_ratio of after must be a fraction between 0 and 1, not -0.1");
  EXPECT_EQ(refusal({"1", "1", "many", "0", "0"}, good), "revenue of before is not a number");
  EXPECT_EQ(refusal({"1", "", "1", "0", "0"}, good), "orders of before is not a number");
  EXPECT_EQ(refusal({"1", "1", "1", "", "0"}, good), "ad_spend of before is not a number");
  EXPECT_EQ(refusal({"1", "1", "1", "0", ""}, good), "cogs_ratio of before is not a number");
  EXPECT_EQ(refusal({"1", "1", "1" + std::string(20, '0'), "0", "0"}, good), "revenue of before has too many digits");
  EXPECT_EQ(refusal({"1", "1", "0." + std::string(18, '0') + "1", "0", "0"}, good),
            "revenue of before has too many digits");
  attribution_side never = good;
  never.weeks = 0;
  EXPECT_EQ(refusal(good, never), "weeks of after must be positive, not 0");
}

TEST(explain_profit, takes_the_longest_figures) {
  const std::string most = std::string(20, '9') + "." + std::string(18, '9'), least = "0." + std::string(17, '0') + "1";
  attribution_side before{most, most, most, "-" + most, "0." + std::string(18, '9')},
      after{least, most, "-" + most, most, least};
  before.weeks = INT64_MAX;
  after.weeks = INT64_MAX - 1;
  for (const int decimals : {0, 6, 18}) {
    expect_both(before, after, decimals);
    expect_both(after, before, decimals);
    after.cogs = "-" + most;
  }
}

TEST(explain_profit, agrees_with_a_second_calculation) {
  generator random;
  for (int i = 0; i < 400; ++i) {
    const std::size_t whole = i % 3 ? 6 : 17, decimals = random.below(7);
    expect_both(random.side(whole, decimals), random.side(whole, decimals), static_cast<int>(random.below(7)));
  }
}

TEST(attribution, explains_sides_that_are_told_as_json) {
  const json before = parse_json(R"({"leads": 400, "orders": "40", "revenue": 16000.00})"),
             after = parse_json(R"({"leads": 480, "orders": 36, "revenue": 13500})");
  const attribution found = explain_change(before, after);
  ASSERT_EQ(found.drivers.size(), 3u);
  EXPECT_EQ(found.change, "-2500.00");
  const auto refusal = [&](const char *side) {
    try {
      explain_change(before, parse_json(side));
    } catch (const fault &what) {
      return std::string(what.sqlstate) + " " + what.message;
    }
    return std::string("none");
  };
  EXPECT_EQ(refusal("[]"), "22023 after must be a JSON object");
  EXPECT_EQ(refusal(R"({"leads": 1, "orders": null})"), "22004 orders of after is null");
  EXPECT_EQ(refusal(R"({"leads": 1, "orders": 1})"), "22004 revenue of after is missing");
  EXPECT_EQ(refusal(R"({"leads": 1, "orders": [], "revenue": 1})"), "22023 orders of after is not a number");
  EXPECT_EQ(refusal(R"({"leads": 1, "orders": 1, "revenue": 1, "ad_spend": 1})"), "22023 only after has ad_spend");
}

} // namespace attribution_test
