#include "core/diagnostics/attribution/explained_change.hpp"

#include "core/fault.hpp"
#include "core/numeric/decimal.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep::diagnostics {

namespace {

class told_side {
public:
  told_side(std::string_view name, const json &figures) : name(name), figures(figures) {
    if (figures.type() != json::kind::object)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("{} must be a JSON object", name),
                  .hint = R"(Pass figures by their names: '{"leads": 480, "orders": 36, "revenue": 13500000}'.)"};
  }

  bool has(std::string_view key) const {
    return std::ranges::find(figures.members(), key, &json::member::first) != figures.members().end();
  }

  // A figure, as it is written.
  std::string number(std::string_view key) const {
    if (!has(key))
      is_missing(key, "is missing");
    const json &value = figures[key];
    if (value.is_null())
      is_missing(key, "is null");
    if (value.type() != json::kind::number && value.type() != json::kind::string)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("{} of {} is not a number", key, name),
                  .hint = "Pass a JSON number, or a string that holds one."};
    return value.text();
  }

private:
  [[noreturn]] void is_missing(std::string_view key, const char *how) const {
    throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                .message = fmt::format("{} of {} {}", key, name, how),
                .hint = "Pass leads, orders and revenue of both sides; ad_spend and cogs_ratio too to explain profit."};
  }

  std::string_view name;
  const json &figures;
};

// Whether there is what profit needs; of both sides or of neither.
bool asks_for_profit(const told_side &before, const told_side &after) {
  bool has_all = true;
  for (const char *key : {"ad_spend", "cogs_ratio"}) {
    if (before.has(key) != after.has(key))
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("only {} has {}", before.has(key) ? "before" : "after", key),
                  .hint =
                      "Pass ad_spend and cogs_ratio of both sides to explain profit, of neither to explain revenue."};
    has_all &= before.has(key);
  }
  return has_all;
}

attribution_side read(const told_side &from, bool with_profit) {
  attribution_side figures{from.number("leads"), from.number("orders"), from.number("revenue")};
  if (with_profit) {
    figures.ad_spend = from.number("ad_spend");
    figures.cogs_ratio = from.number("cogs_ratio");
  }
  return figures;
}

int decimals_of_money(const attribution_side &side) {
  return std::max(written_decimals(side.revenue), written_decimals(side.ad_spend));
}

} // namespace

attribution explain_change(const json &before, const json &after) {
  const told_side then("before", before), now("after", after);
  const bool with_profit = asks_for_profit(then, now);
  const attribution_side from = read(then, with_profit), to = read(now, with_profit);
  const int decimals = std::min(std::max(decimals_of_money(from), decimals_of_money(to)), max_decimal_digits);
  return with_profit ? explain_profit(from, to, decimals) : explain_revenue(from, to, decimals);
}

} // namespace upkeep::diagnostics
