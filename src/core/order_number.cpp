#include "core/order_number.hpp"

#include <fmt/format.h>

#include <charconv>

namespace upkeep {

namespace {

__extension__ using int128 = __int128;

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

std::int64_t next_of(const sequence_state &sequence) {
  std::int64_t next = sequence.last;
  if (sequence.is_called && __builtin_add_overflow(sequence.last, sequence.increment, &next))
    return sequence.last;
  return next;
}

std::optional<std::int64_t> moved_beyond(const sequence_state &sequence, std::int64_t taken) {
  const int128 step = sequence.increment;
  const int128 next = sequence.is_called ? sequence.last + step : int128(sequence.last);
  // Counted along the sequence's way, be it up or down.
  const int128 size = step > 0 ? step : -step, distance = step > 0 ? taken - next : next - taken;
  if (distance < 0)
    return std::nullopt;
  const int128 moved = next + (distance + size - 1) / size * step, after = moved + step;
  if (after < sequence.least || after > sequence.greatest)
    return std::nullopt;
  return static_cast<std::int64_t>(moved);
}

} // namespace upkeep
