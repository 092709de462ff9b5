// upkeep.explain_change: what drove the change from one week, or any other period, to another.
#include "core/diagnostics/attribution/attribution.hpp"
#include "core/numeric/decimal.hpp"
#include "postgres/sql/result_set.hpp"
#include "postgres/values/number.hpp"

#include <algorithm>

namespace upkeep::diagnostics {

using pg::call;

namespace {

// One argument: an object with the figures of one side.
class side {
public:
  side(std::string_view name, Jsonb *figures) : name(name), root(&figures->root) {
    if (!JB_ROOT_IS_OBJECT(figures))
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("{} must be a JSON object", name),
                  .hint = R"(Pass figures by their names: '{"leads": 480, "orders": 36, "revenue": 13500000}'.)"};
  }

  bool has(std::string_view key) const {
    JsonbValue value;
    return find(key, value);
  }

  // A figure, as it is written.
  std::string number(std::string_view key) const {
    JsonbValue value;
    if (!find(key, value))
      is_missing(key, "is missing");
    switch (value.type) {
    case jbvNull:
      is_missing(key, "is null");
    case jbvNumeric:
      return pg::string_from(
          [&] { return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value.val.numeric))); });
    case jbvString:
      return {value.val.string.val, static_cast<std::size_t>(value.val.string.len)};
    default:
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("{} of {} is not a number", key, name),
                  .hint = "Pass a JSON number, or a string that holds one."};
    }
  }

private:
  bool find(std::string_view key, JsonbValue &value) const {
    return call([&] {
      return getKeyJsonValueFromContainer(root, key.data(), static_cast<int>(key.size()), &value) != nullptr;
    });
  }

  [[noreturn]] void is_missing(std::string_view key, const char *how) const {
    throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                .message = fmt::format("{} of {} {}", key, name, how),
                .hint = "Pass leads, orders and revenue of both sides; ad_spend and cogs_ratio too to explain profit."};
  }

  std::string_view name;
  JsonbContainer *root;
};

// Whether there is what profit needs; of both sides or of neither.
bool asks_for_profit(const side &before, const side &after) {
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

attribution_side read(const side &from, bool with_profit) {
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

attribution explain(Jsonb *on_before, Jsonb *on_after) {
  const side before("before", on_before), after("after", on_after);
  const bool with_profit = asks_for_profit(before, after);
  const attribution_side from = read(before, with_profit), to = read(after, with_profit);
  const int decimals = std::min(std::max(decimals_of_money(from), decimals_of_money(to)), max_decimal_digits);
  return with_profit ? explain_profit(from, to, decimals) : explain_revenue(from, to, decimals);
}

} // namespace

} // namespace upkeep::diagnostics

using namespace upkeep;
using namespace upkeep::diagnostics;

// upkeep.explain_change(before jsonb, after jsonb) RETURNS TABLE (driver text, amount numeric): each an object with
// leads, orders and revenue, and with ad_spend and cogs_ratio for profit: JSON numbers, or strings that hold one. The
// amounts have as many decimals as the money, and sum up to its change. Errors: 22004 a figure is missing or null;
// 22023 it is not a number, has too many digits, is a negative count or no ratio, or what profit needs is on one side
// only.
UPKEEP_FUNCTION(upkeep_explain_change) {
  return pg::entry([=] {
    Jsonb *before = call([=] { return PG_GETARG_JSONB_P(0); });
    Jsonb *after = call([=] { return PG_GETARG_JSONB_P(1); });
    const attribution found = explain(before, after);
    pg::result_set rows(fcinfo);
    for (const driver_amount &each : found.drivers)
      rows.add(std::string(each.driver),
               pg::result_set::ready{call([&] { return pg::numeric_from(each.amount.c_str()); })});
    return Datum(0);
  });
}
