#include "core/history/digest_bytes.hpp"

namespace upkeep::history {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

} // namespace

std::string hex_of(const digest_bytes &digest) {
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const std::uint8_t byte : digest) {
    hex += hex_digits[byte >> 4];
    hex += hex_digits[byte & 15];
  }
  return hex;
}

std::optional<digest_bytes> digest_of_hex(std::string_view hex) {
  digest_bytes digest{};
  if (hex.size() != 2 * digest.size() || hex.find_first_not_of(hex_digits) != std::string_view::npos)
    return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<std::uint8_t>(hex_digits.find(hex[2 * i]) << 4 | hex_digits.find(hex[2 * i + 1]));
  return digest;
}

} // namespace upkeep::history
