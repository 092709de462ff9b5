// metric_set::compute against compute_exactly: what the fast path says, the slow one says too. An input is formulas,
// one a line, up to a zero byte, and then numbers that say what columns and inputs there are; without formulas, the
// numbers make some.
#include "core/fault.hpp"
#include "core/metrics/metric_set.hpp"
#include "require.hpp"

#include <algorithm>
#include <fmt/format.h>

using namespace upkeep;
using namespace upkeep::metrics;

namespace {

// The bytes of an input, and zeros after its end.
class numbers {
public:
  numbers(const std::uint8_t *data, std::size_t size) : data(data), size(size) {}

  unsigned below(unsigned bound) { return next() % bound; }

  std::int64_t integer() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i)
      value = value << 8 | next();
    return static_cast<std::int64_t>(value);
  }

private:
  std::uint8_t next() { return size > 0 ? --size, *data++ : 0; }

  const std::uint8_t *data;
  std::size_t size;
};

// An expression that parses; `metrics` of those named m0, m1, … may be used.
std::string expression(numbers &from, unsigned metrics, int levels) {
  const auto part = [&] { return expression(from, metrics, levels - 1); };
  const auto both = [&](auto form) {
    const std::string left = part(), right = part();
    return fmt::format(form, left, right);
  };
  switch (from.below(levels > 0 ? 14 : 4)) {
  case 0:
    return fmt::format("{}", from.below(256));
  case 1: {
    const unsigned digits = from.below(100);
    return fmt::format("{}e{}", digits, static_cast<int>(from.below(41)) - 20);
  }
  case 2:
    return metrics > 0 ? fmt::format("m{}", from.below(metrics)) : "settings.rate";
  case 3:
    return std::string(1, "abcd"[from.below(4)]);
  case 4:
    return both(FMT_STRING("({} + {})"));
  case 5:
    return both(FMT_STRING("({} - {})"));
  case 6:
    return both(FMT_STRING("{} * {}"));
  case 7:
  case 8:
    return both(FMT_STRING("({}) / ({})"));
  case 9: {
    const std::string rounded = part();
    return fmt::format("round({}, {})", rounded, static_cast<int>(from.below(50)) - 10);
  }
  case 10:
    return fmt::format("(- abs({}))", part());
  case 11:
    return both(FMT_STRING("coalesce({}, {})"));
  case 12:
    return both(FMT_STRING("nullif({}, {})"));
  default:
    return from.below(2) ? both(FMT_STRING("least({}, {})")) : both(FMT_STRING("greatest({}, {})"));
  }
}

std::vector<std::string> formulas_of(std::string_view lines, numbers &from) {
  std::vector<std::string> formulas;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    formulas.emplace_back(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  if (formulas.empty())
    for (unsigned metrics = 1 + from.below(3), i = 0; i < metrics; ++i)
      formulas.push_back(fmt::format("m{} = {}", i, expression(from, i, 4)));
  return formulas;
}

number_type column_of(numbers &from) {
  switch (from.below(6)) {
  case 0:
    return {number_type::int8, false, 0, 0};
  case 1:
    return {number_type::int4, false, 0, 0};
  case 2:
    return {number_type::int2, false, 0, 0};
  case 3:
    return {};
  case 4:
    return {number_type::numeric, true, static_cast<std::int16_t>(1 + from.below(20)),
            static_cast<std::int16_t>(from.below(8))};
  default:
    return {number_type::numeric, true, static_cast<std::int16_t>(1 + from.below(60)),
            static_cast<std::int16_t>(static_cast<int>(from.below(90)) - 45)};
  }
}

// An input; `text` must outlive it.
decimal decimal_of(numbers &from, std::string &text) {
  const auto scale = static_cast<std::int16_t>(from.below(19));
  switch (from.below(8)) {
  case 0:
    return decimal::null();
  case 1:
    return {static_cast<std::int64_t>(from.below(256)) - 128, nullptr, static_cast<std::int16_t>(scale % 3), false};
  case 2:
    return {from.integer() % 1000000000000000000, nullptr, scale, false};
  case 3:
    return {from.below(2) ? INT64_MAX : INT64_MIN, nullptr, static_cast<std::int16_t>(scale % 2 * 18), false};
  case 4:
    return {from.below(2) ? 999999999999999999 : -999999999999999999, nullptr, scale, false};
  case 5:
    return decimal::of((INT64_C(1) << from.below(63)) - scale % 3);
  case 6:
    text = fmt::format("{}{:018}.{:018}", from.integer() >> 8, from.below(256), scale);
    return decimal_from(text.c_str());
  default: {
    const std::int64_t integer = from.integer();
    return decimal::of(integer >> from.below(64));
  }
  }
}

void compare(const metric_set &set, std::span<const decimal> inputs) {
  static volatile std::sig_atomic_t never = 0;
  std::vector<outcome> fast(set.metrics().size());
  std::vector<exact_outcome> exact(fast.size());
  set.compute_exactly(inputs, exact, {&never, [] {}});
  const bool is_fast = set.compute(inputs, fast);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    REQUIRE(exact[i].kind == outcome_kind::value ? !exact[i].text.empty() : true);
    REQUIRE(exact[i].kind == outcome_kind::null ? exact[i].text.empty() : true);
    REQUIRE(exact[i].text.empty() || exact[i].text[0] != '-' ||
            exact[i].text.find_first_not_of("-0.") != std::string::npos);
    if (!is_fast)
      continue;
    REQUIRE(fast[i].kind == exact[i].kind);
    REQUIRE(fast[i].kind == outcome_kind::null || to_text(fast[i].digits, fast[i].scale) == exact[i].text);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view whole(reinterpret_cast<const char *>(data), std::min<std::size_t>(size, 1024));
  const std::string_view lines = whole.substr(0, whole.find('\0'));
  const std::size_t read = std::min(lines.size() + 1, whole.size());
  numbers from(data + read, whole.size() - read);
  try {
    metric_set set(formulas_of(lines, from));
    std::size_t constants = 0;
    for (const metric_set::metric &metric : set.metrics())
      for (const std::string &constant : metric.expression.constants)
        constants += constant.size();
    // Longer ones take long and prove nothing more.
    if (constants > 2000)
      return 0;
    for (std::size_t i = 0; i < set.metrics().size(); ++i)
      set.set_column(i, column_of(from));
    std::vector<std::string> texts(set.inputs().size());
    std::vector<decimal> inputs;
    for (std::string &text : texts)
      inputs.push_back(decimal_of(from, text));
    compare(set, inputs);
  } catch (const fault &said) {
    REQUIRE(!lines.empty());
    REQUIRE(!said.message.empty() && !said.hint.empty());
  }
  return 0;
}
