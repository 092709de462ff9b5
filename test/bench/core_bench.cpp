// Micro-benchmarks of core: what one row costs before PostgreSQL is in it.
#include "core/decisions/ad_decision.hpp"
#include "core/decisions/elasticity.hpp"
#include "core/decisions/growth.hpp"
#include "core/decisions/pacing.hpp"
#include "core/decisions/unit_economics.hpp"
#include "core/diagnostics/attribution/attribution.hpp"
#include "core/diagnostics/rules/statistics.hpp"
#include "core/metrics/commerce_set.hpp"
#include "core/metrics/metric_set.hpp"
#include "core/text/bytes.hpp"
#include "core/text/json_tree.hpp"
#include "core/updated_at.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

// Two rows of so many bytes that differ in the last one: the longest way.
void compare_rows(benchmark::State &state) {
  const auto length = static_cast<std::size_t>(state.range(0));
  const std::vector<char> before(length, 'x');
  std::vector<char> after = before;
  after.back() = 'y';
  for (auto _ : state) {
    const char *a = before.data(), *b = after.data();
    benchmark::DoNotOptimize(a);
    benchmark::DoNotOptimize(b);
    benchmark::DoNotOptimize(upkeep::first_difference(a, b, length));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(compare_rows)->Name("first_difference/last_byte")->Arg(64)->Arg(256)->Arg(1024);

// Rows that are equal, and whose length is not a multiple of the step.
void compare_equal_rows(benchmark::State &state) {
  const auto length = static_cast<std::size_t>(state.range(0)) - 3;
  const std::vector<char> before(length, 'x'), after(length, 'x');
  for (auto _ : state) {
    const char *a = before.data(), *b = after.data();
    benchmark::DoNotOptimize(a);
    benchmark::DoNotOptimize(b);
    benchmark::DoNotOptimize(upkeep::first_difference(a, b, length));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(length));
}
BENCHMARK(compare_equal_rows)->Name("first_difference/equal")->Arg(64)->Arg(256)->Arg(1024);

// The argument is the precision of the column: 6 rounds nothing, 3 divides.
void stamp_row(benchmark::State &state) {
  const upkeep::microseconds tick = upkeep::tick_of(static_cast<int>(state.range(0)));
  upkeep::microseconds old = 757382400000000;
  const upkeep::microseconds now = upkeep::round_to(old + upkeep::one_hour, tick);
  for (auto _ : state) {
    benchmark::DoNotOptimize(old);
    benchmark::DoNotOptimize(upkeep::next_stamp(now, old, tick));
  }
}
BENCHMARK(stamp_row)->Name("next_stamp/clock_wins")->Arg(6)->Arg(3)->Arg(0);

// A row written twice in one transaction: its old stamp is the clock's, and the next one must be later.
void stamp_row_again(benchmark::State &state) {
  const upkeep::microseconds tick = upkeep::tick_of(static_cast<int>(state.range(0)));
  const upkeep::microseconds now = upkeep::round_to(757382400123456, tick);
  upkeep::microseconds old = now;
  for (auto _ : state) {
    benchmark::DoNotOptimize(old);
    benchmark::DoNotOptimize(upkeep::next_stamp(now, old, tick));
  }
}
BENCHMARK(stamp_row_again)->Name("next_stamp/same_clock")->Arg(6)->Arg(3)->Arg(0);

// The commerce set over integer columns, with ratios of numeric(…, 2), as for a shop's day.
upkeep::metrics::metric_set commerce_metrics() {
  std::vector<std::string> formulas;
  for (const upkeep::metrics::commerce_metric &metric : upkeep::metrics::commerce_set())
    formulas.emplace_back(metric.formula);
  upkeep::metrics::metric_set set(formulas);
  for (std::size_t i = 0; i < set.metrics().size(); ++i) {
    const std::string &name = set.metrics()[i].expression.target;
    if (name == "cvr" || name == "roas")
      set.set_column(i, {upkeep::number_type::numeric, true, 8, 2});
    else
      set.set_column(i, {upkeep::number_type::int8, false, 0, 0});
  }
  return set;
}

// Revenue, orders, ad_spend, leads; and the ratio, as numeric(5,4).
constexpr upkeep::decimal shop_day[] = {upkeep::decimal::of(123456789),
                                        upkeep::decimal::of(321),
                                        upkeep::decimal::of(45678901),
                                        upkeep::decimal::of(23456),
                                        {4000, nullptr, 4, false}};

void compute_row(benchmark::State &state) {
  const upkeep::metrics::metric_set set = commerce_metrics();
  std::vector<upkeep::decimal> inputs(std::begin(shop_day), std::end(shop_day));
  std::vector<upkeep::metrics::outcome> results(set.metrics().size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(inputs.data());
    benchmark::DoNotOptimize(set.compute(inputs, results));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(compute_row)->Name("metric_set::compute/commerce");

// The same where 128 bits do not suffice: what a row with very long numbers costs.
void compute_row_exactly(benchmark::State &state) {
  static volatile std::sig_atomic_t never = 0;
  const upkeep::metrics::metric_set set = commerce_metrics();
  const std::vector<upkeep::decimal> inputs(std::begin(shop_day), std::end(shop_day));
  std::vector<upkeep::metrics::exact_outcome> results(set.metrics().size());
  for (auto _ : state) {
    set.compute_exactly(inputs, results, {&never, [] {}});
    benchmark::DoNotOptimize(results.data());
  }
}
BENCHMARK(compute_row_exactly)->Name("metric_set::compute_exactly/commerce");

// A mean week and the next one; then in cents, with the cost of the goods as a weekly run has it.
const upkeep::diagnostics::attribution_side week{"400", "40", "16000000", "4000000", "0.45"},
    next_week{"480", "36", "13500000", "5760000", "0.48"};

upkeep::diagnostics::attribution_side eight_weeks() {
  upkeep::diagnostics::attribution_side side{"19876", "1543", "61234567.89", "14000000.50", "", "27555555.550500000"};
  side.weeks = 8;
  return side;
}
const upkeep::diagnostics::attribution_side mean_week = eight_weeks(),
                                            this_week{"2480",       "166", "6350000.12",
                                                      "1760000.45", "",    "3048000.057600000"};

using explain = upkeep::diagnostics::attribution(const upkeep::diagnostics::attribution_side &,
                                                 const upkeep::diagnostics::attribution_side &, int);

void explain_week(benchmark::State &state, explain *explain, const upkeep::diagnostics::attribution_side &before,
                  const upkeep::diagnostics::attribution_side &after, int decimals) {
  for (auto _ : state)
    benchmark::DoNotOptimize(explain(before, after, decimals));
}
BENCHMARK_CAPTURE(explain_week, revenue, upkeep::diagnostics::explain_revenue, week, next_week, 0)
    ->Name("explain_revenue");
BENCHMARK_CAPTURE(explain_week, profit, upkeep::diagnostics::explain_profit, week, next_week, 0)
    ->Name("explain_profit");
BENCHMARK_CAPTURE(explain_week, cents, upkeep::diagnostics::explain_profit, mean_week, this_week, 2)
    ->Name("explain_profit/cents");

void predict_week(benchmark::State &state) {
  double observed = 16;
  for (auto _ : state) {
    benchmark::DoNotOptimize(observed);
    benchmark::DoNotOptimize(
        upkeep::diagnostics::beyond_prediction(observed, 20, 0.8, static_cast<int>(state.range(0))));
  }
}
BENCHMARK(predict_week)->Name("beyond_prediction")->Arg(4)->Arg(8);

void bound_orders(benchmark::State &state) {
  std::int64_t orders = state.range(0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(orders);
    benchmark::DoNotOptimize(upkeep::decisions::poisson_interval(orders));
  }
}
BENCHMARK(bound_orders)->Name("poisson_interval")->Arg(0)->Arg(5)->Arg(1000)->Arg(2000000);

upkeep::decisions::optional_number given(const char *text) { return upkeep::decisions::numeric_input::of(text); }

// From the texts of the arguments to the evidence.
void decide_on_ad(benchmark::State &state) {
  for (auto _ : state) {
    upkeep::decisions::ad_figures figures;
    figures.spend = given("1500000");
    figures.revenue = given("1600000");
    figures.cogs_ratio = given("0.45");
    figures.orders = 5;
    figures.leads = 60;
    upkeep::json_tree into;
    write_evidence(figures, upkeep::decisions::decide_ad(figures), {}, into);
    benchmark::DoNotOptimize(into.take());
  }
}
BENCHMARK(decide_on_ad)->Name("decide_ad");

void economise(benchmark::State &state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(upkeep::decisions::unit_economics_of(given("199.90"), given("89.95"), given("0.05")));
}
BENCHMARK(economise)->Name("unit_economics");

void grow(benchmark::State &state) {
  for (auto _ : state) {
    upkeep::decisions::growth_figures figures;
    figures.target_revenue = given("20000000");
    figures.revenue = given("16000000");
    figures.ad_spend = given("4000000");
    figures.cogs_ratio = given("0.45");
    figures.leads = 400;
    figures.orders = 40;
    benchmark::DoNotOptimize(upkeep::decisions::simulate_growth(figures));
  }
}
BENCHMARK(grow)->Name("simulate_growth");

void pace_month(benchmark::State &state) {
  constexpr upkeep::day_number first = 9801;
  std::vector<upkeep::decisions::recorded_day> recorded;
  for (int day = 0; day < 8; ++day)
    recorded.push_back({first + day, *given("3375000")});
  for (auto _ : state)
    benchmark::DoNotOptimize(upkeep::decisions::pace_to_goal(
        {{2, 2, 2, 2, 2, 4, 3}, upkeep::month_of(first), first + 8, recorded, given("100000000")}));
}
BENCHMARK(pace_month)->Name("pace_to_goal");

void gather_point(benchmark::State &state) {
  upkeep::decisions::elasticity_sums sums{};
  double spend = 1000;
  for (auto _ : state) {
    add_point(sums, spend += 1, 4000);
    benchmark::DoNotOptimize(sums);
  }
}
BENCHMARK(gather_point)->Name("elasticity/add_point");

} // namespace
