// How messages about a formula are worded.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::metrics {

// `what` with the formula and the position in it: of a long formula, what stands around the position.
std::string at_position(const std::string &what, const std::string &formula_text, int position);

// `text` in double quotes: its beginning where it is long.
std::string quoted_for_message(std::string_view text);

} // namespace upkeep::metrics
