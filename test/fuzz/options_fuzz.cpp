// parse_options: an input is arguments with a zero byte between them. It either says 22023 or reads back what was
// written.
#include "core/fault.hpp"
#include "core/options.hpp"
#include "require.hpp"

#include <array>
#include <fmt/format.h>
#include <string_view>

using namespace upkeep;

namespace {

constexpr std::array<std::string_view, 2> choices{"utc", "session"};
constexpr std::array<option_rule, 3> rules{
    {{"column", option_kind::text}, {"ignore", option_kind::list}, {"timezone", option_kind::choice, choices}}};
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
    const std::vector<option> options = parse_options(feature, arguments);
    REQUIRE(options.size() == arguments.size());
    for (std::size_t i = 0; i < options.size(); ++i)
      REQUIRE(fmt::format("{}={}", options[i].rule->name, options[i].value) == arguments[i]);
  } catch (const fault &said) {
    REQUIRE(std::string_view(said.sqlstate) == "22023");
    REQUIRE(!said.message.empty() && !said.hint.empty());
  }
  return 0;
}
