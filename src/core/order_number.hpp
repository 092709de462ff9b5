// The number of an order, as its customer reads it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace upkeep {

inline constexpr int most_order_digits = 18;

// "ORD-" and 42 with 8 digits is ORD-00000042. A number of more digits is never cut.
std::string format_order_number(std::string_view prefix, std::int64_t number, int digits);

} // namespace upkeep
