// parse_formula: an input is a formula's text. It is either refused as documented, or its code is well formed.
#include "core/fault.hpp"
#include "core/metrics/formula.hpp"
#include "core/numeric/decimal.hpp"
#include "require.hpp"

#include <algorithm>

using namespace upkeep;
using namespace upkeep::metrics;

namespace {

// By how much an instruction makes the stack grow, and how many values it needs on it.
struct effect {
  int pushed;
  int needed;
};

effect effect_of(opcode code) {
  switch (code) {
  case opcode::input:
  case opcode::constant:
    return {1, 0};
  case opcode::negate:
  case opcode::absolute:
  case opcode::round:
    return {0, 1};
  default:
    return {-1, 2};
  }
}

void require_well_formed(const formula &parsed, std::string_view text) {
  REQUIRE(parsed.text == text);
  REQUIRE(parsed.code.size() <= text.size());
  int height = 0, depth = 0;
  for (const instruction &now : parsed.code) {
    REQUIRE(now.code <= opcode::greatest);
    if (now.code == opcode::input)
      REQUIRE(static_cast<std::size_t>(now.operand) < parsed.references.size());
    if (now.code == opcode::constant)
      REQUIRE(static_cast<std::size_t>(now.operand) < parsed.constants.size());
    if (now.code == opcode::round)
      REQUIRE(now.operand >= -1000 && now.operand <= 1000);
    const effect expected = effect_of(now.code);
    REQUIRE(height >= expected.needed);
    height += expected.pushed;
    depth = std::max(depth, height);
  }
  REQUIRE(height == 1);
  REQUIRE(depth == parsed.depth && depth <= max_depth);
  for (const std::string &constant : parsed.constants)
    REQUIRE(plain_notation(constant) == constant);
  int last = 0;
  for (const reference &name : parsed.references) {
    REQUIRE(!name.name.empty());
    REQUIRE(name.position > last && name.position <= static_cast<int>(text.size()));
    last = name.position;
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), std::min(size, max_formula_bytes + 16));
  try {
    require_well_formed(parse_formula(text), text);
  } catch (const fault &said) {
    constexpr std::string_view documented[] = {"22003", "22023", "42601", "42703", "54001"};
    REQUIRE(std::find(std::begin(documented), std::end(documented), said.sqlstate) != std::end(documented));
    REQUIRE(!said.message.empty() && !said.hint.empty());
    REQUIRE(said.message.find(" at position ") != std::string::npos);
  }
  return 0;
}
