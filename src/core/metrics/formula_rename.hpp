// A formula that goes on naming a column which has a new name.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::metrics {

// The formula with every use of column `from`, of the row or (`of_settings`) of its settings, written as `to`; all else
// stays as it is, blanks and spelling too. Throws 42601 for what cannot be taken apart into words.
std::string rename_in_formula(std::string_view formula, const std::string &from, const std::string &to,
                              bool of_settings);

} // namespace upkeep::metrics
