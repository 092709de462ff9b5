#include "core/diagnostics/attribution/attribution.hpp"

#include "core/diagnostics/attribution/attribution_model.hpp"

#include <algorithm>

namespace upkeep::diagnostics {

namespace {

wide_integer power_of(int exponent) { return pow(wide_integer(10), static_cast<unsigned>(exponent)); }

std::string text_of(const wide_integer &digits, int decimals) {
  std::string text = wide_integer(abs(digits)).str();
  if (const auto behind = static_cast<std::size_t>(decimals); behind > 0) {
    text.insert(0, behind + 1 - std::min(text.size(), behind + 1), '0');
    text.insert(text.size() - behind, 1, '.');
  }
  return digits < 0 ? "-" + text : text;
}

wide_integer round_half_away(const wide_integer &numerator, const wide_integer &denominator) {
  const wide_integer rounded = (abs(numerator) * 2 + denominator) / (denominator * 2);
  return numerator < 0 ? -rounded : rounded;
}

// What a driver has in the change: a numerator; once it is rounded down, the whole and its remainder.
struct part {
  std::string_view driver;
  wide_integer amount;
  wide_integer remainder = 0;

  void round_down(const wide_integer &denominator) {
    const wide_integer numerator = amount;
    divide_qr(numerator, denominator, amount, remainder);
    if (remainder < 0) {
      --amount;
      remainder += denominator;
    }
  }
};

// The drivers' numerators, over `denominator` times that of leads, as amounts that sum up to the change of profit. What
// the model leaves of it is `other`.
template <std::size_t n>
attribution settle(const attribution_model &change, std::array<part, n> parts, const wide_integer &denominator,
                   int decimals) {
  const wide_integer actual = (change.profit.after - change.profit.before) * denominator;
  part &other = parts.back();
  other.amount = actual;
  for (std::size_t i = 0; i + 1 < n; ++i)
    other.amount -= parts[i].amount;

  const wide_integer unit = power_of(decimals),
                     divisor = denominator * change.leads.denominator * power_of(change.money_scale);
  wide_integer missing = round_half_away(actual * unit, divisor);
  attribution result{{}, text_of(missing, decimals)};
  for (part &each : parts) {
    each.amount *= unit;
    each.round_down(divisor);
    missing -= each.amount;
  }
  // It goes to the largest remainders, of equals to the first.
  for (; missing > 0; --missing) {
    const auto largest = std::max_element(parts.begin(), parts.end(),
                                          [](const part &a, const part &b) { return a.remainder < b.remainder; });
    ++largest->amount;
    largest->remainder = -1;
  }
  for (const part &each : parts)
    if (&each != &other || !each.amount.is_zero())
      result.drivers.push_back({each.driver, text_of(each.amount, decimals)});
  return result;
}

} // namespace

attribution explain_revenue(const attribution_side &before, const attribution_side &after, int decimals) {
  const attribution_model change = model_of(before, after, false);
  const auto [leads, cvr, aov] = shapley_values<3>({&change.leads, &change.cvr, &change.aov});
  return settle<4>(change, {{{"leads", leads}, {"cvr", cvr}, {"aov", aov}, {"other", 0}}},
                   factorial(3) * change.cvr.denominator * change.aov.denominator, decimals);
}

attribution explain_profit(const attribution_side &before, const attribution_side &after, int decimals) {
  const attribution_model change = model_of(before, after, true);
  // Gross profit and spend are two games; their values add up over one denominator.
  const auto [leads, cvr, aov, cogs] = shapley_values<4>({&change.leads, &change.cvr, &change.aov, &change.margin});
  const auto [spent_leads, cpl] = shapley_values<2>({&change.leads, &change.cpl});
  const wide_integer &gross_share = change.cpl.denominator;
  const wide_integer spend_share =
      factorial(4) / factorial(2) * change.cvr.denominator * change.aov.denominator * change.margin.denominator;
  return settle<6>(change,
                   {{{"leads", leads * gross_share - spent_leads * spend_share},
                     {"cvr", cvr * gross_share},
                     {"aov", aov * gross_share},
                     {"cogs", cogs * gross_share},
                     {"cpl", -cpl * spend_share},
                     {"other", 0}}},
                   factorial(2) * gross_share * spend_share, decimals);
}

} // namespace upkeep::diagnostics
