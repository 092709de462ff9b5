// parse_options: an input is arguments with a zero byte between them. It either says 22023 or reads back what was
// written.
#include "core/fault.hpp"
#include "core/options/feature_rule.hpp"
#include "core/options/option_list.hpp"
#include "require.hpp"

#include <array>
#include <fmt/format.h>
#include <string_view>

using namespace upkeep;

namespace {

constexpr std::array<std::string_view, 2> choices{"utc", "session"};
constexpr option_rule rules[] = {column_rule("column", column_of::own), columns_rule("ignore", column_of::own),
                                 choice_rule("timezone", choices)};
constexpr feature_rule feature{"updated_at", "updated_at", rules};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  std::vector<std::string> arguments(1);
  for (std::size_t i = 0; i < size; ++i)
    if (data[i])
      arguments.back().push_back(static_cast<char>(data[i]));
    else
      arguments.emplace_back();
  try {
    const option_list options = parse_options(feature, arguments);
    REQUIRE(options.given.size() == arguments.size());
    for (std::size_t i = 0; i < options.given.size(); ++i)
      REQUIRE(fmt::format("{}={}", options.given[i].rule->name, options.given[i].value) == arguments[i]);
  } catch (const fault &said) {
    REQUIRE(std::string_view(said.sqlstate) == "22023");
    REQUIRE(!said.message.empty() && !said.hint.empty());
  }
  return 0;
}
