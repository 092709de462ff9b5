// The number of an order, as its customer reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep::orders {

inline constexpr int max_order_digits = 18;

// "ORD-" and 42 with 8 digits is ORD-00000042. A number of more digits is never cut.
std::string format_order_number(std::string_view prefix, std::int64_t number, int digits);

// The inverse: nullopt for a text that is not a number's, as format_order_number writes it.
std::optional<std::int64_t> parse_order_number(std::string_view text, std::string_view prefix, int digits);

} // namespace upkeep::orders
