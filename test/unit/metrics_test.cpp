#include "core/fault.hpp"
#include "core/metrics/commerce_set.hpp"
#include "core/metrics/metric_set.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>

namespace metrics_test {

using namespace upkeep;
using namespace upkeep::metrics;

namespace {

volatile std::sig_atomic_t never = 0;
const interrupt no_interrupt{&never, [] {}};

constexpr number_type smallint{number_type::int2, false, 0, 0};
constexpr number_type integer{number_type::int4, false, 0, 0};
constexpr number_type bigint{number_type::int8, false, 0, 0};
constexpr number_type unbounded{};

number_type numeric(std::int16_t precision, std::int16_t scale) {
  return {number_type::numeric, true, precision, scale};
}

using texts = std::vector<std::string>;
using values = std::map<std::string, std::string>;

std::string shown(outcome_kind kind, const std::string &text) {
  return kind == outcome_kind::null ? "NULL" : kind == outcome_kind::too_large ? "too large: " + text : text;
}

std::optional<texts> quickly(const metric_set &set, std::span<const decimal> inputs) {
  std::vector<outcome> results(set.metrics().size());
  if (!set.compute(inputs, results))
    return std::nullopt;
  texts said;
  for (const outcome &result : results)
    said.push_back(shown(result.kind, to_text(result.digits, result.scale)));
  return said;
}

// The results of the slow path; the fast one must say the same, or nothing.
texts exactly(const metric_set &set, std::span<const decimal> inputs) {
  std::vector<exact_outcome> results(set.metrics().size());
  set.compute_exactly(inputs, results, no_interrupt);
  texts said;
  for (const exact_outcome &result : results)
    said.push_back(shown(result.kind, result.text));
  EXPECT_EQ(quickly(set, inputs).value_or(said), said);
  return said;
}

texts exactly(const metric_set &set, const values &row) {
  std::vector<decimal> inputs;
  for (const reference &input : set.inputs()) {
    const std::string &text = row.at((input.of_settings ? "settings." : "") + input.name);
    inputs.push_back(text == "NULL" ? decimal::null() : decimal_from(text.c_str()));
  }
  return exactly(set, inputs);
}

bool is_fast(const metric_set &set, const std::vector<decimal> &inputs) { return quickly(set, inputs).has_value(); }

std::string one(const std::string &expression, const number_type &column, const values &row = {}) {
  metric_set set(texts{"result = " + expression});
  set.set_column(0, column);
  return exactly(set, row)[0];
}

// The commerce set, with ratios as numeric(…, 2) and the rest as bigint, by the metrics' names.
values day(const values &row, const number_type &ratio = numeric(8, 2)) {
  texts formulas;
  for (const commerce_metric &metric : commerce_set())
    formulas.emplace_back(metric.formula);
  metric_set set(formulas);
  for (std::size_t i = 0; i < set.metrics().size(); ++i) {
    const std::string &name = set.metrics()[i].expression.target;
    set.set_column(i, name == "cvr" || name == "roas" ? ratio : bigint);
  }
  values whole = {{"revenue", "0"}, {"orders", "0"}, {"ad_spend", "0"}, {"leads", "0"}, {"settings.cogs_ratio", "0"}};
  for (const auto &[name, value] : row)
    whole[name] = value;
  const texts results = exactly(set, whole);
  values named;
  for (std::size_t i = 0; i < results.size(); ++i)
    named[set.metrics()[i].expression.target] = results[i];
  return named;
}

fault fault_of(const texts &formulas) {
  try {
    metric_set set(formulas);
  } catch (const fault &said) {
    EXPECT_FALSE(said.hint.empty());
    return said;
  }
  return {"none", ""};
}

texts targets_of(const metric_set &set) {
  texts targets;
  for (const metric_set::metric &metric : set.metrics())
    targets.push_back(metric.expression.target);
  return targets;
}

} // namespace

TEST(commerce_set, is_what_the_documentation_says) {
  std::string listed;
  for (const commerce_metric &metric : commerce_set()) {
    EXPECT_EQ(parse_formula(metric.formula).target, metric.name);
    listed += fmt::format("{}\n", metric.formula);
  }
  EXPECT_EQ(listed, "aov = revenue / orders\n"
                    "cpl = ad_spend / leads\n"
                    "cvr = 100 * orders / leads\n"
                    "roas = revenue / ad_spend\n"
                    "net_profit = revenue - round(revenue * settings.cogs_ratio) - ad_spend\n");
}

TEST(commerce_set, has_the_golden_figures) {
  EXPECT_EQ(day({{"revenue", "1000004"}, {"orders", "8"}})["aov"], "125001");
  EXPECT_EQ(day({{"orders", "201"}, {"leads", "20000"}})["cvr"], "1.01");
  EXPECT_EQ(day({{"revenue", "-5"}, {"orders", "2"}})["aov"], "-3");
  EXPECT_EQ(day({{"revenue", "999"}, {"settings.cogs_ratio", "0.5"}})["net_profit"], "499");
  EXPECT_EQ(day({}),
            (values{{"aov", "NULL"}, {"cpl", "NULL"}, {"cvr", "NULL"}, {"roas", "NULL"}, {"net_profit", "0"}}));
  EXPECT_EQ(day({{"revenue", "800000"},
                 {"orders", "2"},
                 {"leads", "0"},
                 {"ad_spend", "500000"},
                 {"settings.cogs_ratio", "0.4"}}),
            (values{{"aov", "400000"}, {"cpl", "NULL"}, {"cvr", "NULL"}, {"roas", "1.60"}, {"net_profit", "-20000"}}));
  EXPECT_EQ(day({{"orders", "12"}, {"leads", "1"}}, numeric(5, 2))["cvr"], "too large: 1200.00");
  EXPECT_EQ(day({{"revenue", "9999995"}, {"ad_spend", "1000"}}, numeric(6, 2))["roas"], "too large: 10000.00");
  EXPECT_EQ(day({{"revenue", "9999994"}, {"ad_spend", "1000"}}, numeric(6, 2))["roas"], "9999.99");
  EXPECT_EQ(day({{"revenue", "5000000"}, {"ad_spend", "3000000"}})["roas"], "1.67");
  EXPECT_EQ(day({{"revenue", "800000"}, {"settings.cogs_ratio", "NULL"}})["net_profit"], "NULL");
}

TEST(metric_set, orders_by_dependency) {
  EXPECT_EQ(targets_of(metric_set(texts{"c = b + a", "b = a * 2", "a = x", "d = 1"})), (texts{"a", "b", "c", "d"}));
  EXPECT_EQ(targets_of(metric_set(texts{"b = 1", "a = 2"})), (texts{"b", "a"}));
  EXPECT_EQ(targets_of(metric_set(texts{"a = settings.a"})), texts{"a"});
}

TEST(metric_set, orders_a_long_chain) {
  texts formulas;
  for (int i = 0; i < 20000; ++i)
    formulas.push_back(fmt::format("x{} = x{}", i, i + 1));
  const metric_set set(formulas);
  EXPECT_EQ(set.metrics().front().expression.target, "x19999");
  EXPECT_EQ(set.inputs_of(19999), std::vector<std::size_t>{0});
}

TEST(metric_set, names_a_cycle) {
  const fault said = fault_of({"z = a", "a = b + 1", "b = x + c", "c = a"});
  EXPECT_STREQ(said.sqlstate, "42P17");
  EXPECT_EQ(said.message, "metrics use one another in a cycle: \"a\" -> \"b\" -> \"c\" -> \"a\"");
  EXPECT_EQ(fault_of({"a = a + 1"}).message, "metrics use one another in a cycle: \"a\" -> \"a\"");
}

TEST(metric_set, refuses_formulas_that_make_no_set) {
  EXPECT_STREQ(fault_of({"revenue / orders"}).sqlstate, "42601");
  EXPECT_EQ(fault_of({"revenue / orders"}).message,
            "no column for the result at position 1 of formula \"revenue / orders\"");
  EXPECT_STREQ(fault_of({"a = 1", "A = 2"}).sqlstate, "42710");
  EXPECT_EQ(fault_of({"a = 1", "A = 2"}).message, "column \"a\" has more than one formula");
  EXPECT_STREQ(fault_of({"a = 1", "b = )"}).sqlstate, "42601");
}

TEST(metric_set, lists_what_must_be_read) {
  const metric_set set(texts{"a = settings.k + x", "b = settings.x * a + y + x", "c = b"});
  ASSERT_EQ(set.inputs().size(), 4u);
  EXPECT_EQ(set.row_inputs(), 2u);
  EXPECT_EQ(set.inputs()[0].name, "x");
  EXPECT_EQ(set.inputs()[1].name, "y");
  EXPECT_EQ(set.inputs()[2].name, "k");
  EXPECT_EQ(set.inputs()[3].name, "x");
  EXPECT_FALSE(set.inputs()[1].of_settings);
  EXPECT_TRUE(set.inputs()[2].of_settings);
  EXPECT_EQ(set.formula_using(0), "a = settings.k + x");
  EXPECT_EQ(set.formula_using(1), "b = settings.x * a + y + x");
  EXPECT_EQ(set.inputs()[1].position, 22);
  EXPECT_EQ(set.inputs_of(0), (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(set.inputs_of(1), (std::vector<std::size_t>{0, 1, 2, 3}));
  EXPECT_EQ(set.inputs_of(2), (std::vector<std::size_t>{0, 1, 2, 3}));
}

TEST(metric_set, can_be_empty) {
  const metric_set set(texts{});
  EXPECT_TRUE(is_fast(set, {}));
  EXPECT_TRUE(exactly(set, values{}).empty());
}

TEST(metric_set, can_be_copied) {
  std::optional<metric_set> first(texts{"a = 12345678901234567890 * x"});
  metric_set second = *first;
  first.reset();
  EXPECT_EQ(exactly(second, {{"x", "2"}})[0], "24691357802469135780.00000000000000000000");
}

TEST(compute, is_exact) {
  EXPECT_EQ(one("1 / 3", unbounded), "0.33333333333333333333");
  EXPECT_EQ(one("1 / 3 * 3", integer), "1");
  EXPECT_EQ(one("0.1 + 0.2", unbounded), "0.30000000000000000000");
  EXPECT_EQ(one("1.005 * 100", numeric(8, 2)), "100.50");
  EXPECT_EQ(one("a / b / c * b * c", numeric(10, 3), {{"a", "12.345"}, {"b", "7"}, {"c", "0.003"}}), "12.345");
}

TEST(compute, rounds_halves_away_from_zero_once) {
  EXPECT_EQ(one("x", integer, {{"x", "2.5"}}), "3");
  EXPECT_EQ(one("x", integer, {{"x", "-2.5"}}), "-3");
  EXPECT_EQ(one("x", integer, {{"x", "2.4999"}}), "2");
  EXPECT_EQ(one("x", integer, {{"x", "-2.4999"}}), "-2");
  EXPECT_EQ(one("x", numeric(8, 1), {{"x", "0.05"}}), "0.1");
  EXPECT_EQ(one("x", numeric(8, 1), {{"x", "-0.05"}}), "-0.1");
  EXPECT_EQ(one("x", numeric(8, 1), {{"x", "-0.04"}}), "0.0");
  EXPECT_EQ(one("x", integer, {{"x", "0.4449"}}), "0");
}

TEST(compute, knows_the_functions) {
  EXPECT_EQ(one("round(2.5) + round(-2.5)", integer), "0");
  EXPECT_EQ(one("round(1234.567, 2)", unbounded), "1234.57000000000000000000");
  EXPECT_EQ(one("round(1250, -2)", integer), "1300");
  EXPECT_EQ(one("abs(-3) + abs(3)", integer), "6");
  EXPECT_EQ(one("least(3, 1, 2) * 10 + greatest(1, 3, 2)", integer), "13");
  EXPECT_EQ(one("least(1 / 3, 0.33)", numeric(4, 3)), "0.330");
  EXPECT_EQ(one("coalesce(n, 1 / 0, 7, 8)", integer, {{"n", "NULL"}}), "7");
  EXPECT_EQ(one("nullif(2, 4 / 2)", integer), "NULL");
  EXPECT_EQ(one("nullif(2, 3)", integer), "2");
}

TEST(compute, treats_null_as_sql_does) {
  const values null{{"n", "NULL"}};
  for (const char *expression :
       {"n", "n + 1", "1 + n", "1 - n", "n * 0", "n / 1", "1 / n", "-n", "abs(n)", "round(n, 1)", "nullif(n, 1)",
        "nullif(n, n)", "least(n)", "greatest(n, n)", "coalesce(n, n)", "n / 0"})
    EXPECT_EQ(one(expression, integer, null), "NULL") << expression;
  EXPECT_EQ(one("nullif(1, n)", integer, null), "1");
  EXPECT_EQ(one("least(n, 3, n, 2)", integer, null), "2");
  EXPECT_EQ(one("greatest(3, n, 2)", integer, null), "3");
  EXPECT_EQ(one("coalesce(n, 5)", integer, null), "5");
}

TEST(compute, makes_division_by_zero_null) {
  EXPECT_EQ(one("1 / 0", integer), "NULL");
  EXPECT_EQ(one("0 / 0", integer), "NULL");
  EXPECT_EQ(one("1 / (x - 0.5)", integer, {{"x", "0.50"}}), "NULL");
  EXPECT_EQ(one("coalesce(1 / 0, 4)", integer), "4");
}

TEST(compute, keeps_to_the_column) {
  EXPECT_EQ(one("32767.4", smallint), "32767");
  EXPECT_EQ(one("32767.5", smallint), "too large: 32768");
  EXPECT_EQ(one("-32768.4", smallint), "-32768");
  EXPECT_EQ(one("-32768.5", smallint), "too large: -32769");
  EXPECT_EQ(one("2147483647", integer), "2147483647");
  EXPECT_EQ(one("-2147483649", integer), "too large: -2147483649");
  EXPECT_EQ(one("9223372036854775807", bigint), "9223372036854775807");
  EXPECT_EQ(one("9223372036854775808", bigint), "too large: 9223372036854775808");
  EXPECT_EQ(one("-9223372036854775808", bigint), "-9223372036854775808");
  EXPECT_EQ(one("-9223372036854775808 - 1", bigint), "too large: -9223372036854775809");
  EXPECT_EQ(one("99.994", numeric(4, 2)), "99.99");
  EXPECT_EQ(one("-99.995", numeric(4, 2)), "too large: -100.00");
  EXPECT_EQ(one("0.0994", numeric(2, 3)), "0.099");
  EXPECT_EQ(one("0.0995", numeric(2, 3)), "too large: 0.100");
}

TEST(compute, knows_negative_scales) {
  EXPECT_EQ(one("1250", numeric(3, -2)), "1300");
  EXPECT_EQ(one("-1250", numeric(3, -2)), "-1300");
  EXPECT_EQ(one("49", numeric(3, -2)), "0");
  EXPECT_EQ(one("99949", numeric(3, -2)), "99900");
  EXPECT_EQ(one("99950", numeric(3, -2)), "too large: 100000");
  EXPECT_EQ(one("7e40", numeric(5, -40)), "7" + std::string(40, '0'));
}

TEST(compute, knows_long_columns) {
  EXPECT_EQ(one("1 / 3", numeric(1000, 1000)), "0." + std::string(1000, '3'));
  EXPECT_EQ(one("1", numeric(1000, 1000)), "too large: 1." + std::string(1000, '0'));
  EXPECT_EQ(one("1e37", numeric(38, 0)), "1" + std::string(37, '0'));
  EXPECT_EQ(one("1e38", numeric(38, 0)), "too large: 1" + std::string(38, '0'));
  EXPECT_EQ(one("1e38", numeric(39, 0)), "1" + std::string(38, '0'));
}

TEST(compute, sees_the_stored_value_of_another_metric) {
  metric_set set(texts{"margin = price - cost", "ratio = margin / price", "half = margin / 2", "next = half * 2"});
  set.set_column(0, integer);
  set.set_column(1, numeric(6, 4));
  set.set_column(2, integer);
  set.set_column(3, numeric(3, -2));
  EXPECT_EQ(exactly(set, {{"price", "10.4"}, {"cost", "3"}}), (texts{"7", "0.6731", "4", "0"}));
  EXPECT_EQ(exactly(set, {{"price", "70"}, {"cost", "0.5"}}), (texts{"70", "1.0000", "35", "100"}));
}

TEST(compute, sees_null_where_another_metric_has_no_value) {
  metric_set set(texts{"a = x / y", "b = coalesce(a, -1)", "c = a + 1"});
  set.set_column(0, numeric(3, 0));
  set.set_column(1, integer);
  set.set_column(2, integer);
  EXPECT_EQ(exactly(set, {{"x", "999"}, {"y", "1"}}), (texts{"999", "999", "1000"}));
  EXPECT_EQ(exactly(set, {{"x", "1000"}, {"y", "1"}}), (texts{"too large: 1000", "-1", "NULL"}));
  EXPECT_EQ(exactly(set, {{"x", "1"}, {"y", "0"}}), (texts{"NULL", "-1", "NULL"}));
}

TEST(compute, reads_a_metric_of_negative_or_long_scale) {
  metric_set set(texts{"a = x", "b = a + 0.5"});
  set.set_column(0, numeric(3, -2));
  set.set_column(1, numeric(12, 1));
  EXPECT_EQ(exactly(set, {{"x", "1250"}}), (texts{"1300", "1300.5"}));
  set.set_column(0, numeric(60, 50));
  EXPECT_EQ(exactly(set, {{"x", "1250"}}), (texts{"1250." + std::string(50, '0'), "1250.5"}));
}

TEST(compute, takes_the_extremes_of_its_inputs) {
  metric_set set(texts{"a = x + y", "b = x - y", "c = x * y", "d = x / y", "e = -x", "f = abs(x)"});
  const decimal extremes[] = {decimal::of(INT64_MIN),
                              decimal::of(INT64_MAX),
                              decimal::of(-1),
                              decimal::of(0),
                              {999999999999999999, nullptr, 18, false},
                              {-999999999999999999, nullptr, 9, false},
                              {INT64_MIN, nullptr, 18, false},
                              {1, nullptr, 18, false}};
  for (const decimal &x : extremes)
    for (const decimal &y : extremes) {
      const decimal inputs[] = {x, y};
      exactly(set, inputs);
    }
  EXPECT_EQ(one("-x", bigint, {{"x", "-9223372036854775808"}}), "too large: 9223372036854775808");
}

TEST(compute, is_fast_where_128_bits_suffice) {
  metric_set set(texts{"x = a * b / c"});
  set.set_column(0, bigint);
  EXPECT_TRUE(is_fast(set, {decimal::of(INT64_MAX), decimal::of(INT64_MAX), decimal::of(INT64_MAX)}));
  EXPECT_FALSE(is_fast(set, {decimal::of(INT64_MAX), decimal::of(INT64_MAX), {1, nullptr, 18, false}}));
  const decimal text = decimal_from("1234567890123456789");
  EXPECT_FALSE(is_fast(set, {text, decimal::of(1), decimal::of(1)}));
  EXPECT_FALSE(is_fast(metric_set(texts{"x = 1e30 * a"}), {decimal::of(1)}));
  EXPECT_TRUE(is_fast(metric_set(texts{"x = 1 / 3"}), {}));
}

TEST(compute_exactly, has_no_limit_of_digits) {
  const std::string nines(40, '9'), inputs(1000, '7');
  EXPECT_EQ(one("a + 1", numeric(1000, 0), {{"a", nines}}), "1" + std::string(40, '0'));
  EXPECT_EQ(one("a - a / 7 * 7", integer, {{"a", inputs}}), "0");
  EXPECT_EQ(one("a / 7", unbounded, {{"a", inputs}}), std::string(1000, '1') + "." + std::string(20, '0'));
  EXPECT_EQ(one("-a / 7e999", unbounded, {{"a", inputs}}), "-1.11111111111111111111");
  EXPECT_EQ(one("round(a, -999)", numeric(1000, 0), {{"a", inputs}}), "8" + std::string(999, '0'));
  EXPECT_EQ(one("-0.05 * 1e-30 * 1e30", numeric(4, 2)), "-0.05");
  EXPECT_EQ(one("-0.004 * 1e-30 * 1e30", numeric(4, 2)), "0.00");
  EXPECT_EQ(one("least(a, a - 1) - greatest(-a, 1 - a)", numeric(1000, 0), {{"a", nines}}),
            "1" + std::string(39, '9') + "6");
  EXPECT_EQ(one("nullif(a, a * 2 / 2)", integer, {{"a", nines}}), "NULL");
}

TEST(compute_exactly, ends_where_numeric_ends) {
  EXPECT_EQ(one("1e131071 * 9", unbounded), "9" + std::string(131071, '0') + "." + std::string(20, '0'));
  EXPECT_EQ(one("1e131071 * 10", unbounded), "too large: ");
  EXPECT_EQ(one("-1e131071 * 10", numeric(10, -1000)), "too large: ");
  EXPECT_EQ(one("1e131071 * 10 / 1e131071", integer), "10");
}

TEST(compute_exactly, bounds_its_numbers) {
  EXPECT_EQ(one("1e131071 * 1e131071 * 1e131071 * 1e131071 / 1e131071 / 1e131071 / 1e131071", unbounded),
            "1" + std::string(131071, '0') + "." + std::string(20, '0'));
  EXPECT_EQ(one("1e131071 * 1e131071 * 1e131071 * 1e131071 * 1e131071", unbounded), "too large: ");
  EXPECT_EQ(one("1 / 1e131071 / 1e131071 / 1e131071 / 1e131071 / 1e131071", unbounded), "too large: ");
}

TEST(compute_exactly, can_be_interrupted) {
  static volatile std::sig_atomic_t pending = 1;
  const metric_set set(texts{"x = 1 + 1"});
  std::vector<exact_outcome> results(1);
  EXPECT_THROW(set.compute_exactly({}, results, {&pending, [] { throw 57014; }}), int);
}

// What a column refuses is NULL to the metrics that stand on it, on both ways.
TEST(metrics, a_refused_figure_is_null_to_others) {
  const texts formulas{"a = n", "b = 2 * a", "c = coalesce(a, 7)"};
  metric_set set(formulas);
  for (std::size_t metric = 0; metric < set.metrics().size(); ++metric)
    set.set_column(metric, integer);
  const figure_judge refuses_above_100{[](void *, std::size_t metric, const outcome &figure) {
                                         return metric == 0 && figure.digits > 100 ? figure_verdict::refuses
                                                                                   : figure_verdict::takes;
                                       },
                                       nullptr};
  const figure_judge knows_nothing{[](void *, std::size_t, const outcome &) { return figure_verdict::unknown; },
                                   nullptr};
  const exact_judge takes = [](std::size_t metric, const std::string &figure) {
    return metric != 0 || figure != "101";
  };
  for (const auto &[n, refused] : {std::pair{"100", false}, std::pair{"101", true}}) {
    const std::vector<decimal> inputs{decimal_from(n)};
    std::vector<outcome> quick(3);
    ASSERT_TRUE(set.compute(inputs, quick, &refuses_above_100));
    EXPECT_EQ(quick[0].kind, refused ? outcome_kind::refused : outcome_kind::value);
    EXPECT_EQ(quick[1].kind, refused ? outcome_kind::null : outcome_kind::value);
    EXPECT_EQ(to_text(quick[2].digits, 0), refused ? "7" : "100");
    EXPECT_FALSE(set.compute(inputs, quick, &knows_nothing));
    std::vector<exact_outcome> slow(3);
    set.compute_exactly(inputs, slow, no_interrupt, takes);
    EXPECT_EQ(slow[0].kind, refused ? outcome_kind::refused : outcome_kind::value);
    EXPECT_EQ(slow[0].text, n);
    EXPECT_EQ(slow[1].kind, refused ? outcome_kind::null : outcome_kind::value);
    EXPECT_EQ(slow[2].text, refused ? "7" : "100");
  }
}

TEST(is_between_0_and_1, takes_both_ends) {
  for (const char *number : {"0", "1", "0.4000", "1.000", "0.000", "0.99999999999999999999", "1.00000000000000000000",
                             "0.00000000000000000001", "-0"})
    EXPECT_TRUE(is_between_0_and_1(decimal_from(number))) << number;
  for (const char *number :
       {"-1", "1.01", "40", "-0.00000000000000000001", "1.00000000000000000001", "10000000000000000000", "-0.1"})
    EXPECT_FALSE(is_between_0_and_1(decimal_from(number))) << number;
  EXPECT_TRUE(is_between_0_and_1(decimal::null()));
  EXPECT_TRUE(is_between_0_and_1({1000000000000000000, nullptr, 18, false}));
  EXPECT_FALSE(is_between_0_and_1({1000000000000000001, nullptr, 18, false}));
}

} // namespace metrics_test
