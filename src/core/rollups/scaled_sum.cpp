#include "core/rollups/scaled_sum.hpp"

#include "core/numeric/fraction.hpp"

namespace upkeep::rollups {

namespace {

std::int64_t power(int of_ten) { return static_cast<std::int64_t>(power_of_ten(of_ten)); }

} // namespace

bool rescale(std::int64_t &digits, int from, int to) {
  if (from == to || digits == 0)
    return true;
  if (to > from) {
    std::int64_t longer;
    if (to - from > max_short_power || __builtin_mul_overflow(digits, power(to - from), &longer))
      return false;
    digits = longer;
    return true;
  }
  if (from - to > max_short_power) {
    const std::int64_t half = 5 * power(max_short_power);
    const bool is_next = from - to == max_short_power + 1;
    digits = !is_next ? 0 : (digits >= half) - (digits <= -half);
    return true;
  }
  const std::int64_t by = power(from - to), half = by / 2, rest = digits % by;
  digits = digits / by + (rest >= half) - (rest <= -half);
  return true;
}

bool is_within(std::int64_t digits, int scale, int whole) {
  const int most = whole + scale;
  if (most >= 18)
    return true;
  const auto limit = most < 0 ? std::int64_t(0) : power(most);
  return -limit < digits && digits < limit;
}

} // namespace upkeep::rollups
