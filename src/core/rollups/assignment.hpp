// "orders_count = count(*)": a column, and the expression that it gets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace upkeep::rollups {

struct assignment {
  std::string column;     // without quotes, and, where it had none, in lower case
  std::string expression; // as it stands after the "=", without blanks around it
};

// nullopt where the text does not begin with a name and "=", or has nothing after that.
std::optional<assignment> parse_assignment(std::string_view text);

// False where a parenthesis outside strings and quoted names lacks its other one. True where dollar quotes, backslashes
// or comments leave that open.
bool has_matching_parentheses(std::string_view text);

} // namespace upkeep::rollups
