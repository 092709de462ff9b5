// explain_revenue and explain_profit: the parts sum up to the change, and back again they are the opposite. An input is
// figures, one a line: leads, orders, revenue, ad_spend, cogs_ratio, cogs and weeks before; the same after; decimals.
#include "core/diagnostics/attribution/attribution.hpp"
#include "core/fault.hpp"
#include "require.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>

using namespace upkeep;
using namespace upkeep::diagnostics;

namespace {

using integer = boost::multiprecision::cpp_int;

// The lines of an input; empty after its end. What belongs to no number is taken for a digit, so that most mutations
// are figures still; '?' stays.
class lines {
public:
  explicit lines(std::string_view text) : rest(text) {}

  std::string text() {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    std::string result(line);
    for (char &c : result)
      if (std::string_view("0123456789.-e?").find(c) == std::string_view::npos)
        c = static_cast<char>('0' + static_cast<unsigned char>(c) % 10);
    return result;
  }

  std::int64_t number() {
    std::int64_t value = 0;
    for (const char c : text().substr(0, 18))
      value = value * 10 + (c & 15);
    return value;
  }

private:
  std::string_view rest;
};

attribution_side read_side(lines &from) {
  attribution_side side{from.text(), from.text(), from.text(), from.text(), from.text(), from.text()};
  side.weeks = from.number();
  return side;
}

// An amount in units of its last decimal, of which it must have so many.
integer digits_of(std::string_view amount, std::size_t decimals) {
  const bool negative = amount.starts_with('-');
  std::string digits(amount.substr(negative));
  if (decimals > 0) {
    REQUIRE(digits.size() > decimals + 1 && digits[digits.size() - decimals - 1] == '.');
    digits.erase(digits.size() - decimals - 1, 1);
  }
  REQUIRE(!digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const integer value(digits);
  REQUIRE(!negative || value != 0);
  return negative ? integer(-value) : value;
}

bool is_zero(std::string_view figure) {
  return figure.substr(0, figure.find('e')).find_first_of("123456789") == std::string_view::npos;
}

// Where each side has each factor, they explain it all.
bool has_factors(const attribution_side &side) {
  return !is_zero(side.leads) && !is_zero(side.orders) && !is_zero(side.revenue);
}

void require_whole(const attribution &found, std::initializer_list<std::string_view> drivers, std::size_t decimals) {
  integer sum = 0;
  for (const driver_amount &each : found.drivers)
    sum += digits_of(each.amount, decimals);
  REQUIRE(sum == digits_of(found.change, decimals));
  REQUIRE(found.drivers.size() == drivers.size() || found.drivers.size() == drivers.size() + 1);
  REQUIRE(std::equal(drivers.begin(), drivers.end(), found.drivers.begin(),
                     [](std::string_view name, const driver_amount &each) { return each.driver == name; }));
  if (found.drivers.size() > drivers.size()) {
    REQUIRE(found.drivers.back().driver == "other");
    REQUIRE(digits_of(found.drivers.back().amount, decimals) != 0);
  }
}

// The way back gives the same, except for what rounding moves.
void require_opposite(const attribution &found, const attribution &back, std::size_t decimals) {
  REQUIRE(digits_of(found.change, decimals) == -digits_of(back.change, decimals));
  for (std::size_t i = 0; i < std::min(found.drivers.size(), back.drivers.size()); ++i)
    REQUIRE(abs(digits_of(found.drivers[i].amount, decimals) + digits_of(back.drivers[i].amount, decimals)) <= 1);
}

void require_nothing(const attribution &found, std::size_t decimals) {
  for (const driver_amount &each : found.drivers)
    REQUIRE(digits_of(each.amount, decimals) == 0);
}

template <class F>
void require_sound(F explain, const attribution_side &before, const attribution_side &after,
                   std::initializer_list<std::string_view> drivers, int decimals) {
  const auto places = static_cast<std::size_t>(decimals);
  const attribution found = explain(before, after, decimals);
  require_whole(found, drivers, places);
  if (has_factors(before) && has_factors(after))
    REQUIRE(found.drivers.size() == drivers.size());
  require_opposite(found, explain(after, before, decimals), places);
  require_nothing(explain(before, before, decimals), places);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  lines input({reinterpret_cast<const char *>(data), size});
  const attribution_side before = read_side(input), after = read_side(input);
  const int decimals = static_cast<int>(input.number() % 19);
  try {
    require_sound(explain_revenue, before, after, {"leads", "cvr", "aov"}, decimals);
    require_sound(explain_profit, before, after, {"leads", "cvr", "aov", "cogs", "cpl"}, decimals);
  } catch (const fault &said) {
    REQUIRE(said.sqlstate == std::string_view("22023"));
    REQUIRE(!said.message.empty() && !said.hint.empty());
  }
  return 0;
}
