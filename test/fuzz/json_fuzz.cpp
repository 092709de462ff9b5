// parse_json: an input is a text. It is either refused as documented, or what is read is written and read again as it
// was.
#include "core/fault.hpp"
#include "core/text/json.hpp"
#include "require.hpp"

#include <string_view>

using namespace upkeep;

namespace {

bool same(const json &a, const json &b) {
  if (a.type() != b.type() || a.text() != b.text() || a.elements().size() != b.elements().size() ||
      a.members().size() != b.members().size())
    return false;
  for (std::size_t i = 0; i < a.elements().size(); ++i)
    if (!same(a.elements()[i], b.elements()[i]))
      return false;
  for (std::size_t i = 0; i < a.members().size(); ++i)
    if (a.members()[i].first != b.members()[i].first || !same(a.members()[i].second, b.members()[i].second))
      return false;
  return true;
}

// Objects have the last of the members with one key; nothing else has members.
void require_members(const json &value) {
  REQUIRE(value.type() == json::kind::object || value.members().empty());
  REQUIRE(value.type() == json::kind::array || value.elements().empty());
  if (!value.members().empty()) {
    const auto &[key, last] = value.members().back();
    REQUIRE(&value[key] == &last);
  }
  for (const json &element : value.elements())
    require_members(element);
  for (const json::member &each : value.members())
    require_members(each.second);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  try {
    const json read = parse_json({reinterpret_cast<const char *>(data), size});
    const std::string written = read.dump();
    const json again = parse_json(written);
    REQUIRE(same(read, again));
    REQUIRE(again.dump() == written);
    require_members(read);
  } catch (const fault &said) {
    REQUIRE(said.sqlstate == std::string_view("22P02"));
    REQUIRE(said.detail.starts_with("At byte "));
  }
  return 0;
}
