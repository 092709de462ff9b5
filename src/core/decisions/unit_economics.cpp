#include "core/decisions/unit_economics.hpp"

#include "core/metrics/metric_set.hpp"

#include <array>
#include <csignal>

namespace upkeep::decisions {

namespace {

constexpr std::size_t figures = 3;
using figure_texts = std::array<std::optional<std::string>, figures>;

// The first names the inputs in the order of the arguments.
metrics::metric_set formulas(int amount_scale) {
  static constexpr const char *texts[figures] = {
      "unit_margin = sell_price - cogs - sell_price * variable_cost_share",
      "margin_ratio = 1 - cogs / sell_price - variable_cost_share",
      "break_even_roas = 1 / nullif(greatest(1 - cogs / sell_price - variable_cost_share, 0), 0)"};
  metrics::metric_set set(std::vector<std::string>(std::begin(texts), std::end(texts)));
  set.set_column(0, {number_type::numeric, false, 0, static_cast<std::int16_t>(amount_scale)});
  return set;
}

std::optional<std::string> text_of(const metrics::outcome &result) {
  if (result.kind == metrics::outcome_kind::null)
    return std::nullopt;
  return to_text(result.digits, result.scale);
}

std::optional<std::string> text_of(const metrics::exact_outcome &result) {
  if (result.kind == metrics::outcome_kind::null)
    return std::nullopt;
  if (result.text.empty())
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = "the unit economics are beyond any numeric",
                .hint = "Pass numbers with fewer decimals."};
  return result.text;
}

template <class Outcome> figure_texts texts_of(const std::array<Outcome, figures> &results) {
  return {text_of(results[0]), text_of(results[1]), text_of(results[2])};
}

figure_texts compute(const metrics::metric_set &set, std::span<const decimal> inputs) {
  std::array<metrics::outcome, figures> quick{};
  if (set.compute(inputs, quick))
    return texts_of(quick);
  // Three short formulas end by themselves.
  static volatile std::sig_atomic_t never = 0;
  std::array<metrics::exact_outcome, figures> exact{};
  set.compute_exactly(inputs, exact, {&never, [] {}});
  return texts_of(exact);
}

} // namespace

unit_economics unit_economics_of(const optional_number &sell_price, const optional_number &cogs,
                                 const optional_number &variable_cost_share) {
  check_argument("sell_price", sell_price, allowed::not_negative);
  check_argument("cogs", cogs, allowed::not_negative);
  check_argument("variable_cost_share", variable_cost_share, allowed::share);
  if (!sell_price || !cogs || !variable_cost_share)
    return {};
  const std::array inputs{sell_price->as_decimal(), cogs->as_decimal(), variable_cost_share->as_decimal()};
  figure_texts results = compute(formulas(scale_of_amounts({&sell_price, &cogs})), inputs);
  return {results[0], results[1], results[2], results[0]};
}

} // namespace upkeep::decisions
