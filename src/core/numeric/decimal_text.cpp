#include "core/numeric/decimal.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep {

std::string to_text(int128 digits, int scale) {
  if (scale == 0 && digits == static_cast<std::int64_t>(digits))
    return fmt::format_int(static_cast<std::int64_t>(digits)).str();
  uint128 rest = digits < 0 ? -static_cast<uint128>(digits) : static_cast<uint128>(digits);
  std::string text; // from its end
  for (int written = 0; rest != 0 || written <= scale; ++written, rest /= 10) {
    if (written == scale && scale > 0)
      text.push_back('.');
    text.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  if (text.empty())
    return "0";
  if (digits < 0)
    text.push_back('-');
  std::reverse(text.begin(), text.end());
  if (scale < 0 && digits != 0)
    text.append(static_cast<std::size_t>(-scale), '0');
  return text;
}

std::string to_text(const decimal &number) {
  if (number.is_null)
    return "NULL";
  return number.text ? number.text : to_text(number.digits, number.scale);
}

bool has_value(const decimal &number, int128 digits, int scale) {
  if (number.text)
    return false;
  int128 ours = number.digits;
  for (int at = number.scale; at < scale; ++at)
    if (!product(ours, 10, ours))
      return false;
  for (int at = scale; at < number.scale; ++at)
    if (!product(digits, 10, digits))
      return false;
  return ours == digits;
}

void trim(int128 &digits, std::int16_t &scale) {
  for (const int zeros : {16, 8, 4, 2, 1})
    while (scale >= zeros && digits % static_cast<int128>(powers_of_ten[zeros]) == 0) {
      digits /= static_cast<int128>(powers_of_ten[zeros]);
      scale = static_cast<std::int16_t>(scale - zeros);
    }
}

void trim(std::string &plain) {
  if (plain.find('.') == std::string::npos)
    return;
  plain.erase(plain.find_last_not_of('0') + 1);
  if (plain.back() == '.')
    plain.pop_back();
}

} // namespace upkeep
