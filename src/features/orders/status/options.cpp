// From the arguments of an order_status trigger to a plan for its table.
#include "features/orders/status/order_status_plan.hpp"
#include "features/orders/status/status_labels.hpp"
#include "features/trigger_options.hpp"
#include "postgres/column_info.hpp"
#include "postgres/time_column.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

[[noreturn]] void not_transitions(const std::string &problem) {
  throw fault{
      .sqlstate = sqlstate::invalid_parameter_value,
      .message = fmt::format("invalid transitions of order_status: {}", problem),
      .hint =
          R"(Write an object with a list for each status: {"pending": ["paid", "cancelled"], "paid": ["refunded"]}.)"};
}

std::string text_of(const JsonbValue &value) { return {value.val.string.val, std::size_t(value.val.string.len)}; }

status_moves read_transitions(const std::string &text) {
  if (!call([&] { return pg::is_json(text.c_str()); }))
    not_transitions("they are not JSON");
  const Jsonb *json =
      call([&] { return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text.c_str()))); });
  JsonbIterator *walk = call([&] { return JsonbIteratorInit(const_cast<JsonbContainer *>(&json->root)); });
  JsonbValue value;
  const auto next = [&] { return call([&] { return JsonbIteratorNext(&walk, &value, false); }); };

  status_moves moves;
  if (next() != WJB_BEGIN_OBJECT)
    not_transitions("they are not an object");
  while (next() == WJB_KEY) {
    const std::string from = text_of(value);
    moves.add(from);
    if (next() != WJB_BEGIN_ARRAY)
      not_transitions(fmt::format("\"{}\" has no list", from));
    JsonbIteratorToken token;
    while ((token = next()) == WJB_ELEM) {
      if (value.type != jbvString)
        not_transitions(fmt::format("the list of \"{}\" has something that is not a string", from));
      moves.allow(from, text_of(value));
    }
    if (token != WJB_END_ARRAY)
      not_transitions(fmt::format("the list of \"{}\" has something that is not a string", from));
  }
  return moves;
}

void resolve_status(Relation orders, AttrNumber number, order_status_columns &columns) {
  const pg::column_info column(orders, number);
  columns.status = number;
  columns.status_length = column.length;
  columns.status_by_value = column.by_value;
  columns.status_is_padded = column.type == BPCHAROID;
  bool is_varlena = false;
  call([&] { getTypeOutputInfo(column.declared, &columns.status_output, &is_varlena); });
  // A generated status is known after the BEFORE triggers only.
  column.require_not_generated("The status must be a column that can be written.");
}

void resolve_paid(Relation orders, AttrNumber number, order_status_columns &columns) {
  columns.paid = number;
  if (number == InvalidAttrNumber)
    return;
  const pg::time_column time = pg::require_time_column(orders, number);
  columns.paid_tick = tick_of(time.precision);
  columns.paid_domain = time.is_domain ? TupleDescAttr(RelationGetDescr(orders), number - 1)->atttypid : InvalidOid;
}

} // namespace

void require_statuses(const option_list &options, const order_status_plan &plan, Relation orders) {
  const std::string column = text_option(options, "status_column");
  require_labels(orders, column, {"transitions", plan.moves.statuses()});
  if (plan.paid_status != rule_of(*options.feature, "paid_status").usual())
    require_labels(orders, column, {"paid_status", {plan.paid_status}});
}

order_status_plan resolve_order_status(const option_list &options, Relation orders) {
  const std::string *transitions = find_option(options, "transitions");
  if (!transitions)
    not_transitions("there are none");
  order_status_plan plan{};
  plan.moves = read_transitions(*transitions);
  plan.paid_status = text_option(options, "paid_status");
  resolve_status(orders, column_option(orders, options, "status_column"), plan.columns);
  resolve_paid(orders, column_option(orders, options, "paid_column"), plan.columns);
  column_option(orders, options, "tenant_column");
  return plan;
}

} // namespace upkeep::orders
