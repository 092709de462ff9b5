#include "core/orders/amount_formula.hpp"

#include "core/fault.hpp"
#include "core/metrics/formula_message.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::orders {

namespace {

metrics::formula parse(std::string_view text) {
  metrics::formula parsed = metrics::parse_formula(text);
  if (!parsed.target.empty())
    throw fault{.sqlstate = sqlstate::syntax_error,
                .message = fmt::format("{} assigns to a column", metrics::quoted_for_message(text)),
                .hint = "Write the expression alone, without the column and the \"=\" before it."};
  for (const metrics::reference &name : parsed.references)
    if (name.of_settings)
      throw fault{.sqlstate = sqlstate::undefined_column,
                  .message = metrics::at_position(fmt::format("there are no settings to read \"{}\" from", name.name),
                                                  parsed.text, name.position),
                  .hint = "Totals are computed from columns of the order and its lines."};
  return parsed;
}

metrics::metric_set set_of(std::string_view text, std::optional<int> scale) {
  const std::string whole = fmt::format("result = {}", text);
  metrics::metric_set set(std::span(&whole, 1));
  number_type column;
  if (scale)
    column.scale = static_cast<std::int16_t>(*scale);
  set.set_column(0, column);
  return set;
}

} // namespace

amount_formula::amount_formula(std::string_view text, std::optional<int> scale)
    : written(text), is_rounded(scale), columns(parse(text).references), set(set_of(text, scale)) {
  for (const metrics::reference &needed : set.inputs())
    places.push_back(
        static_cast<std::size_t>(std::ranges::find(columns, needed.name, &metrics::reference::name) - columns.begin()));
}

std::optional<std::string> amount_formula::compute(std::span<const decimal> inputs, const interrupt &stop) const {
  std::vector<decimal> ordered;
  for (const std::size_t place : places)
    ordered.push_back(inputs[place]);
  metrics::outcome quick{};
  if (set.compute(ordered, std::span(&quick, 1)) && quick.kind != metrics::outcome_kind::too_large) {
    if (quick.kind == metrics::outcome_kind::null)
      return std::nullopt;
    return finished(to_text(quick.digits, quick.scale));
  }
  metrics::exact_outcome exact{};
  set.compute_exactly(ordered, std::span(&exact, 1), stop);
  if (exact.kind == metrics::outcome_kind::null)
    return std::nullopt;
  if (exact.text.empty())
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = fmt::format("{} is beyond any numeric", metrics::quoted_for_message(written)),
                .hint = "Correct the numbers that it reads."};
  return finished(exact.text);
}

std::string amount_formula::finished(std::string plain) const {
  if (!is_rounded)
    trim(plain);
  return plain;
}

std::string amount_formula::why_null(std::span<const decimal> inputs) const {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (inputs[i].is_null)
      return fmt::format("\"{}\" is NULL", columns[i].name);
  return "it divides by zero";
}

} // namespace upkeep::orders
