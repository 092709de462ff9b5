// Formulas of totals: resolved, as SQL, and the function that SQL computes them with.
#include "features/orders/totals/column_formula.hpp"

#include "core/metrics/formula_message.hpp"
#include "postgres/column_info.hpp"
#include "postgres/memory.hpp"
#include "postgres/missing_column.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/values/array_elements.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;
using pg::fragment;

namespace {

[[noreturn]] void is_null(const amount_formula &formula, std::span<const decimal> inputs, const std::string &of) {
  throw fault{.sqlstate = sqlstate::null_value_not_allowed,
              .message = fmt::format("the {} is NULL", of),
              .detail =
                  fmt::format("In {}, {}.", metrics::quoted_for_message(formula.text()), formula.why_null(inputs)),
              .hint = "Give the column a value, or write coalesce(…, 0) or nullif(…, 0) into the formula."};
}

column_formula::input resolve_input(const amount_formula &formula, const metrics::reference &name, Relation table,
                                    const std::vector<std::string> &kept) {
  const char *enable = "enable_order_totals";
  const AttrNumber number = pg::find_column(RelationGetDescr(table), name.name);
  const auto at = [&](const std::string &what) { return metrics::at_position(what, formula.text(), name.position); };
  if (number == InvalidAttrNumber)
    throw pg::missing_column{
        {sqlstate::undefined_column,
         at(fmt::format("column \"{}\" of table \"{}\" does not exist", name.name, pg::table_name(table))),
         {},
         fmt::format("If it was renamed or dropped, call upkeep.{} again with formulas that name the columns \"{}\" "
                     "has now.",
                     enable, pg::table_name(table))},
        RelationGetRelid(table),
        {name.name}};
  const pg::column_info column(table, number);
  if (!pg::is_number(column.type))
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = at(fmt::format("column \"{}\" of table \"{}\" has type {}, which is not an exact numeric "
                                          "type",
                                          name.name, column.table, column.type_name())),
                .hint = "Formulas compute with smallint, integer, bigint and numeric, and domains over them."};
  if (column.generated)
    throw fault{.sqlstate = sqlstate::generated_always,
                .message =
                    at(fmt::format("column \"{}\" of table \"{}\" is a generated column", name.name, column.table)),
                .hint = "Write what it is generated from into the formula."};
  if (std::ranges::count(kept, name.name))
    throw fault{.sqlstate = sqlstate::invalid_object_definition,
                .message = at(fmt::format("column \"{}\" of table \"{}\" is kept by the totals themselves", name.name,
                                          column.table)),
                .hint = fmt::format("Write {} for the sum of the amounts of the lines.", sum_input)};
  return {name.name, number, column.type};
}

decimal read(Datum value, Oid type, const std::string &name) {
  decimal number{};
  const pg::number_kind kind = call([&] { return pg::read_number(value, type, number); });
  if (kind != pg::number_kind::finite)
    pg::not_finite(kind, fmt::format("\"{}\"", name));
  return number;
}

// What one call site of upkeep.order_amount keeps.
struct prepared_amount {
  prepared_amount(const std::string &text, std::optional<int> scale) : formula(text, scale), scale(scale) {}

  amount_formula formula;
  std::optional<int> scale;
};

const amount_formula &prepared(FunctionCallInfo fcinfo, const std::string &text, std::optional<int> scale) {
  auto *known = static_cast<prepared_amount *>(fcinfo->flinfo->fn_extra);
  if (!known || known->formula.text() != text || known->scale != scale) {
    known = &pg::make_in<prepared_amount>(fcinfo->flinfo->fn_mcxt, text, scale);
    fcinfo->flinfo->fn_extra = known;
  }
  return known->formula;
}

std::optional<Datum> computed(const amount_formula &formula, std::span<const decimal> inputs) {
  const std::optional<std::string> result = formula.compute(inputs, pg::server_interrupt());
  if (!result)
    return std::nullopt;
  return call([&] { return pg::numeric_from(result->c_str()); });
}

} // namespace

Datum amount_of(const amount_formula &formula, std::span<const decimal> inputs, const std::string &of) {
  const std::optional<Datum> amount = computed(formula, inputs);
  if (!amount)
    is_null(formula, inputs, of);
  return *amount;
}

fragment column_formula::sql(const std::string &alias, const std::optional<std::string> &of,
                             const fragment &sum) const {
  std::vector<fragment> values;
  for (const input &each : inputs)
    values.push_back(each.number ? pg::sql("{alias}.{column}::pg_catalog.numeric", "alias"_is = fragment(alias),
                                           "column"_is = pg::identifier{each.name})
                                 : sum);
  return pg::sql("upkeep.order_amount({formula}, {scale}, ARRAY[{values}]::pg_catalog.numeric[], {of})",
                 "formula"_is = pg::literal{formula.text()},
                 "scale"_is = scale ? fragment(std::to_string(*scale)) : fragment("NULL"),
                 "values"_is = pg::joined(values), "of"_is = of ? fragment(pg::literals({*of})) : fragment("NULL"));
}

bool column_formula::reads(const std::string &column) const {
  return std::ranges::any_of(inputs, [&](const input &each) { return each.number && each.name == column; });
}

column_formula resolve_formula(const std::string &text, std::optional<int> scale, Relation table, bool of_totals,
                               const std::vector<std::string> &kept) {
  column_formula resolved{amount_formula(text, scale), scale, {}};
  for (const metrics::reference &name : resolved.formula.inputs())
    resolved.inputs.push_back(of_totals && name.name == sum_input ? column_formula::input{name.name, 0, NUMERICOID}
                                                                  : resolve_input(resolved.formula, name, table, kept));
  return resolved;
}

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.order_amount(formula, scale, inputs, of) RETURNS numeric: the formula over its inputs, each once, in the order
// in which it names them. Errors: 22003, 22004 where the result is NULL and `of` is not, 22023, 42601, 42703, 54001.
UPKEEP_FUNCTION(upkeep_order_amount) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const std::string text = given.string(0, "formula");
    const std::optional<int> scale =
        given.is_null(1) ? std::nullopt : std::optional<int>(static_cast<int>(given.integer(1, "scale")));
    const amount_formula &formula = prepared(fcinfo, text, scale);
    if (given.is_null(2))
      throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                  .message = "inputs must not be NULL",
                  .hint = "Pass an array with the columns that the formula names; its elements may be NULL."};
    const pg::array_elements values = pg::elements_of(PG_GETARG_DATUM(2), NUMERICOID);
    if (static_cast<std::size_t>(values.count) != formula.inputs().size())
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("{} has {} inputs, not {}", metrics::quoted_for_message(text),
                                         formula.inputs().size(), values.count),
                  .hint = "Pass them in the order in which the formula names them first."};
    std::vector<decimal> inputs;
    for (int i = 0; i < values.count; ++i)
      inputs.push_back(values.nulls[i]
                           ? decimal::null()
                           : read(values.values[i], NUMERICOID, formula.inputs()[static_cast<std::size_t>(i)].name));
    if (!given.is_null(3))
      return amount_of(formula, inputs, given.string(3, "of"));
    const std::optional<Datum> amount = computed(formula, inputs);
    fcinfo->isnull = !amount;
    return amount.value_or(Datum(0));
  });
}
