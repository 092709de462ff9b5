#include "core/orders/refund_share.hpp"

#include <fmt/format.h>

namespace upkeep::orders {

namespace {

// Its inputs are named first in this order: amount, gone, pieces, sold, left, left_of_order.
std::string formula_for(std::optional<int> scale) {
  const auto rounded = [&](std::string_view worth) {
    return scale ? fmt::format("round({}, {})", worth, *scale) : std::string(worth);
  };
  return fmt::format("greatest(least({} - {}, \"left\", left_of_order), 0)", rounded("amount * (gone + pieces) / sold"),
                     rounded("amount * gone / sold"));
}

} // namespace

refund_share::refund_share(std::optional<int> scale) : formula(formula_for(scale), scale) {}

std::string refund_share::of(const decimal &pieces, const refunded_line &line, const interrupt &stop) const {
  const decimal inputs[] = {line.amount, line.gone, pieces, line.sold, line.left, line.left_of_order};
  return formula.compute(inputs, stop).value_or("0");
}

} // namespace upkeep::orders
