#include "core/text/joined.hpp"

namespace upkeep {

namespace {

template <class Part> std::string join(std::span<const Part> parts, std::string_view between) {
  std::string text;
  for (const Part &part : parts) {
    if (&part != parts.data())
      text += between;
    text += part;
  }
  return text;
}

} // namespace

std::string joined(std::span<const std::string> parts, std::string_view between) { return join(parts, between); }
std::string joined(std::span<const std::string_view> parts, std::string_view between) { return join(parts, between); }

} // namespace upkeep
