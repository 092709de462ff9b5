// upkeep.evaluate and the metric functions: formulas computed on what the caller passes, shown to 20 decimals.
#include "core/metrics/commerce_set.hpp"
#include "features/metrics/metrics_plan.hpp"
#include "postgres/memory.hpp"
#include "postgres/sql/arguments.hpp"

#include <array>

namespace upkeep::metrics {

using pg::call;

namespace {

// One metric function: its formula's inputs are its arguments, in this order.
struct metric_function {
  std::string_view name;
  std::string_view formula;
  std::array<std::string_view, 3> arguments;
};

constexpr metric_function metric_functions[] = {
    {"aov", "revenue / orders", {"revenue", "orders"}},
    {"cpl", "ad_spend / leads", {"ad_spend", "leads"}},
    {"cvr", "100 * orders / leads", {"orders", "leads"}},
    {"roas", "revenue / ad_spend", {"revenue", "ad_spend"}},
    {"net_profit",
     "revenue - round(revenue * settings.cogs_ratio) - ad_spend",
     {"revenue", "ad_spend", "settings.cogs_ratio"}},
    {"poas", "gross_profit / ad_spend", {"gross_profit", "ad_spend"}},
    {"ad_ratio", "ad_spend / revenue", {"ad_spend", "revenue"}},
    {"cpo", "ad_spend / orders", {"ad_spend", "orders"}},
    {"break_even_roas", "1 / nullif(greatest(margin, 0), 0)", {"margin"}},
    {"ctr", "100 * clicks / impressions", {"clicks", "impressions"}},
    {"cpc", "ad_spend / clicks", {"ad_spend", "clicks"}},
    {"cpm", "1000 * ad_spend / impressions", {"ad_spend", "impressions"}},
};

std::string name_of(const reference &input) { return (input.of_settings ? "settings." : "") + input.name; }

// A set of the one formula; its result has unbounded_scale decimals.
metric_set set_of(std::string_view text) {
  const formula parsed = parse_formula(text);
  const std::string whole = parsed.target.empty() ? fmt::format("result = {}", text) : std::string(text);
  return metric_set(std::span(&whole, 1));
}

void check_fraction(const reference &input, const decimal &value) {
  if (input.of_settings && input.name == fraction_setting && !value.is_null && !is_between_0_and_1(value))
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message =
                    fmt::format("{} must be a fraction between 0 and 1, not {}", fraction_setting, to_text(value)),
                .hint = "Pass 0.4 for 40 percent."};
}

// The result as a numeric, NULL as nullopt.
std::optional<Datum> compute(const metric_set &set, std::span<const decimal> inputs) {
  for (std::size_t i = 0; i < inputs.size(); ++i)
    check_fraction(set.inputs()[i], inputs[i]);
  outcome quick{};
  if (set.compute(inputs, std::span(&quick, 1)) && quick.kind != outcome_kind::too_large) {
    if (quick.kind == outcome_kind::null)
      return std::nullopt;
    const std::string text = to_text(quick.digits, quick.scale);
    return call([&] { return pg::numeric_from(text.c_str()); });
  }
  exact_outcome exact{};
  set.compute_exactly(inputs, std::span(&exact, 1), pg::server_interrupt());
  if (exact.kind == outcome_kind::null)
    return std::nullopt;
  if (exact.kind == outcome_kind::too_large)
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = "the result is beyond any numeric",
                .hint = "Pass smaller inputs."};
  return call([&] { return pg::numeric_from(exact.text.c_str()); });
}

Datum answer(FunctionCallInfo fcinfo, const std::optional<Datum> &result) {
  fcinfo->isnull = !result;
  return result.value_or(Datum(0));
}

[[noreturn]] void no_number(const std::string &name, const char *what) {
  throw fault{.sqlstate = sqlstate::type_mismatch,
              .message = fmt::format("input \"{}\" is {}, which is not a number", name, what),
              .hint = "Inputs are JSON numbers, or strings that hold one; null is NULL."};
}

// The text of an input: of a JSON number, or of a string that holds one; nullopt for null.
std::optional<std::string> read_input(const std::string &name, const JsonbValue &value) {
  switch (value.type) {
  case jbvNull:
    return std::nullopt;
  case jbvNumeric:
    return pg::string_from(
        [&] { return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value.val.numeric))); });
  case jbvString: {
    const std::string_view text(value.val.string.val, static_cast<std::size_t>(value.val.string.len));
    if (const std::optional<std::string> plain = plain_notation(text))
      return plain;
    no_number(name, "a string");
  }
  case jbvBool:
    no_number(name, "a boolean");
  default:
    no_number(name, "an object or an array");
  }
}

const JsonbValue *member(JsonbContainer *object, std::string_view name) {
  return call(
      [=] { return getKeyJsonValueFromContainer(object, name.data(), static_cast<int>(name.size()), nullptr); });
}

// The value of an input: {"revenue": 5}; of a setting {"settings.cogs_ratio": 0.4} or {"settings": {"cogs_ratio":
// 0.4}}.
const JsonbValue *find_input(JsonbContainer *object, const reference &input) {
  if (const JsonbValue *found = member(object, name_of(input)); found || !input.of_settings)
    return found;
  const JsonbValue *settings = member(object, "settings");
  if (!settings || settings->type != jbvBinary || !JsonContainerIsObject(settings->val.binary.data))
    return nullptr;
  return member(settings->val.binary.data, input.name);
}

std::optional<Datum> evaluate(const std::string &text, Jsonb *inputs) {
  const metric_set set = set_of(text);
  if (!JB_ROOT_IS_OBJECT(inputs))
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = "inputs must be a JSON object",
                .hint = R"(Pass names and numbers: '{"revenue": 1000004, "orders": 8}'.)"};
  std::vector<std::string> texts;
  texts.reserve(set.inputs().size());
  std::vector<decimal> values;
  for (const reference &input : set.inputs()) {
    const JsonbValue *found = find_input(&inputs->root, input);
    if (!found)
      throw fault{.sqlstate = sqlstate::undefined_column,
                  .message = fmt::format("there is no input \"{}\"", name_of(input)),
                  .hint = fmt::format("The formula names it: pass {{\"{}\": ...}}, null where it is not known.",
                                      name_of(input))};
    const std::optional<std::string> plain = read_input(name_of(input), *found);
    values.push_back(plain ? decimal_from(texts.emplace_back(*plain).c_str()) : decimal::null());
  }
  return compute(set, values);
}

// What one call site of a metric function keeps: its set, and which argument each input is.
struct prepared_function {
  explicit prepared_function(const metric_function &function) : set(set_of(function.formula)) {
    for (const reference &input : set.inputs())
      for (std::size_t i = 0; i < function.arguments.size(); ++i)
        if (function.arguments[i] == name_of(input))
          arguments.push_back(static_cast<int>(i));
  }

  metric_set set;
  std::vector<int> arguments;
};

Datum call_function(FunctionCallInfo fcinfo, std::string_view name) {
  if (!fcinfo->flinfo->fn_extra) {
    const metric_function *function = metric_functions;
    while (function->name != name)
      ++function;
    fcinfo->flinfo->fn_extra = &pg::make_in<prepared_function>(fcinfo->flinfo->fn_mcxt, *function);
  }
  const auto &prepared = *static_cast<const prepared_function *>(fcinfo->flinfo->fn_extra);
  std::vector<decimal> inputs(prepared.arguments.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Datum value = fcinfo->args[prepared.arguments[i]].value;
    const pg::number_kind kind = call([&] { return pg::read_number(value, NUMERICOID, inputs[i]); });
    if (kind != pg::number_kind::finite)
      pg::not_finite(kind, fmt::format("argument \"{}\" of upkeep.{}", prepared.set.inputs()[i].name, name));
  }
  return answer(fcinfo, compute(prepared.set, inputs));
}

} // namespace

} // namespace upkeep::metrics

using namespace upkeep;
using namespace upkeep::metrics;

// upkeep.evaluate(formula, inputs) RETURNS numeric: tries a formula, with or without `column =`; exact, shown to 20
// decimals. Errors: 42601 and 54001 the formula, 42703 an input that is not passed, 42804 one that is not a number,
// 22003 a result beyond any numeric, 22023 a cogs_ratio outside 0 to 1.
UPKEEP_FUNCTION(upkeep_evaluate) {
  return pg::entry([=] {
    const std::string text = pg::arguments(fcinfo).string(0, "formula");
    Jsonb *inputs = call([=] { return DatumGetJsonbP(fcinfo->args[1].value); });
    return answer(fcinfo, evaluate(text, inputs));
  });
}

// The metric functions: numeric arguments, none of them NULL; NULL where a divisor is zero. Errors: 22003 NaN or
// infinity.
#define UPKEEP_METRIC(name)                                                                                            \
  UPKEEP_FUNCTION(upkeep_##name) {                                                                                     \
    return pg::entry([=] { return call_function(fcinfo, #name); });                                                    \
  }
UPKEEP_METRIC(aov)
UPKEEP_METRIC(cpl)
UPKEEP_METRIC(cvr)
UPKEEP_METRIC(roas)
UPKEEP_METRIC(net_profit)
UPKEEP_METRIC(poas)
UPKEEP_METRIC(ad_ratio)
UPKEEP_METRIC(cpo)
UPKEEP_METRIC(break_even_roas)
UPKEEP_METRIC(ctr)
UPKEEP_METRIC(cpc)
UPKEEP_METRIC(cpm)
