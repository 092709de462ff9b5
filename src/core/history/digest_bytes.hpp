// The 32 bytes of a SHA-256, and their hex.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep::history {

using digest_bytes = std::array<std::uint8_t, 32>;

// In lower case.
std::string hex_of(const digest_bytes &digest);
// nullopt unless these are 64 digits in lower case.
std::optional<digest_bytes> digest_of_hex(std::string_view hex);

inline std::string_view bytes_of(const digest_bytes &digest) {
  return {reinterpret_cast<const char *>(digest.data()), digest.size()};
}

} // namespace upkeep::history
