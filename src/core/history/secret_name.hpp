// Names of columns that history leaves out unless somebody names them.
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

namespace upkeep::history {

inline constexpr std::array<std::string_view, 5> secret_parts{"password", "passwd", "secret", "token", "api_key"};

// Whether the name looks like that of a secret: it has one of these parts in it, in letters of either case. An apiKey
// is an api_key.
inline bool is_secret_name(std::string_view name) {
  std::string plain;
  for (const char letter : name)
    if (letter != '_')
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return std::ranges::any_of(secret_parts, [&](std::string_view part) {
    std::string wanted(part);
    std::erase(wanted, '_');
    return plain.find(wanted) != std::string::npos;
  });
}

} // namespace upkeep::history
