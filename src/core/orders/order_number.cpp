#include "core/orders/order_number.hpp"

#include <fmt/format.h>

#include <charconv>

namespace upkeep::orders {

namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

} // namespace

std::string format_order_number(std::string_view prefix, std::int64_t number, int digits) {
  return fmt::format("{}{:0{}}", prefix, number, digits);
}

std::optional<std::int64_t> parse_order_number(std::string_view text, std::string_view prefix, int digits) {
  if (!text.starts_with(prefix))
    return std::nullopt;
  text.remove_prefix(prefix.size());
  const auto width = static_cast<std::size_t>(digits);
  // Only what fills the width begins with zeros. from_chars would read a sign.
  if (text.size() < width || (text.size() > width && text.front() == '0') || !is_digit(text.front()))
    return std::nullopt;
  std::int64_t number = 0;
  const char *end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end)
    return std::nullopt;
  return number;
}

} // namespace upkeep::orders
