#include "core/diagnostics/facts/day_figures.hpp"

#include <algorithm>
#include <cstring>

namespace upkeep::diagnostics {

namespace {

decimal fit_amount(const given_amount &given, shop_days &days) {
  const auto mark = [&](unfit what) { days.unfit_bits |= static_cast<std::uint8_t>(what); };
  const decimal &number = given.number;
  if (!given.is_finite)
    mark(unfit::not_a_number);
  else if (!number.is_null && (number.text || number.scale > max_amount_decimals))
    mark(number.text && !std::strchr(number.text, '.') ? unfit::out_of_range : unfit::too_many_decimals);
  else
    return number;
  return decimal::of(0);
}

} // namespace

void take_amounts(const given_amount &revenue, const given_amount &ad_spend, shop_days &days, day_row &row) {
  const decimal amounts[] = {fit_amount(revenue, days), fit_amount(ad_spend, days)};
  for (const decimal &amount : amounts)
    row.scale = std::max(row.scale, static_cast<std::uint8_t>(amount.scale));
  for (const measure which : {measure::revenue, measure::ad_spend}) {
    const decimal &amount = amounts[which == measure::ad_spend];
    if (amount.is_null)
      continue;
    std::int64_t value;
    if (__builtin_mul_overflow(amount.digits, static_cast<std::int64_t>(power_of_ten(row.scale - amount.scale)),
                               &value))
      value = INT64_MAX;
    know(row, which, value);
  }
}

} // namespace upkeep::diagnostics
