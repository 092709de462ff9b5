// Lists in texts. Not fmt::join, which every source would compile anew.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace upkeep {

std::string joined(std::span<const std::string> parts, std::string_view between);
std::string joined(std::span<const std::string_view> parts, std::string_view between);

} // namespace upkeep
