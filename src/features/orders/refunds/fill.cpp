#include "features/orders/refunds/fill.hpp"

#include "core/orders/refund_share.hpp"
#include "features/trigger_options.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/number.hpp"
#include "postgres/values/same_value.hpp"

namespace upkeep::orders {

using pg::call;
using pg::sql;

namespace {

const char *column_name(Relation refunds, AttrNumber column) {
  return NameStr(TupleDescAttr(RelationGetDescr(refunds), column - 1)->attname);
}

struct given_value {
  Datum value;
  bool is_null;
};

given_value read(const TriggerData &trigger, AttrNumber column) {
  given_value found{};
  found.value = call([&] {
    return heap_getattr(trigger.tg_trigtuple, column, RelationGetDescr(trigger.tg_relation), &found.is_null);
  });
  return found;
}

// The number in a column; NULL is one. Throws 22003 for one that is not finite.
decimal read_number(const given_value &given, Oid type, Relation refunds, AttrNumber column) {
  decimal number = decimal::null();
  if (given.is_null)
    return number;
  const pg::number_kind kind = call([&] { return pg::read_number(given.value, type, number); });
  if (kind != pg::number_kind::finite)
    pg::not_finite(kind, fmt::format("\"{}\"", column_name(refunds, column)));
  return number;
}

bool is_negative(const decimal &number) { return number.text ? number.text[0] == '-' : number.digits < 0; }
bool is_zero(const decimal &number) { return !number.text && number.digits == 0; }

[[noreturn]] void is_missing(Relation refunds, AttrNumber column, const char *hint) {
  throw fault{.sqlstate = sqlstate::not_null_violation,
              .message = fmt::format("null value in column \"{}\" of a refund in \"{}\"", column_name(refunds, column),
                                     pg::table_name(refunds)),
              .hint = hint};
}

[[noreturn]] void is_too_small(Relation refunds, AttrNumber column, const decimal &number, const char *is,
                               const char *hint) {
  throw fault{.sqlstate = sqlstate::check_violation,
              .message = fmt::format("{} {} of a refund in \"{}\" is {}", column_name(refunds, column), to_text(number),
                                     pg::table_name(refunds), is),
              .hint = hint};
}

// The values of a key; empty where one is NULL.
std::vector<Datum> key_of(const TriggerData &trigger, const std::vector<AttrNumber> &columns) {
  std::vector<Datum> key;
  for (const AttrNumber column : columns) {
    const given_value part = read(trigger, column);
    if (part.is_null)
      return {};
    key.push_back(part.value);
  }
  return key;
}

std::string last_as_json(const TriggerData &trigger, const std::vector<AttrNumber> &columns) {
  const given_value part = read(trigger, columns.back());
  return as_json(
      {TupleDescAttr(RelationGetDescr(trigger.tg_relation), columns.back() - 1)->atttypid, part.value, part.is_null});
}

[[noreturn]] void has_no_total(const refund_plan &plan) {
  throw fault{.sqlstate = sqlstate::null_value_not_allowed,
              .message =
                  fmt::format("an order of \"{}\" that is refunded has no total", pg::table_name(plan.of.link.orders)),
              .hint = "CALL upkeep.repair_order_totals, or correct the order: its total limits what is refunded."};
}

decimal finite(Datum value) {
  decimal number = decimal::null();
  const pg::number_kind kind = call([&] { return pg::read_number(value, NUMERICOID, number); });
  if (kind != pg::number_kind::finite)
    pg::not_finite(kind, "what a refund is limited by");
  return number;
}

decimal number_in(const pg::rows &found, int column) {
  bool is_null = false;
  return finite(found.value(0, column, is_null));
}

// What is left of the first after the second.
decimal left_of(const pg::rows &found, int all, int gone) {
  bool is_null = false;
  const Datum from = found.value(0, all, is_null), less = found.value(0, gone, is_null);
  return finite(call([=] { return DirectFunctionCall2(numeric_sub, from, less); }));
}

// The share of these pieces, in plain notation.
std::string share_of(const TriggerData &trigger, const refund_plan &plan, const decimal &pieces) {
  const std::vector<Datum> order = key_of(trigger, plan.order_key), line = key_of(trigger, plan.line_key);
  const auto order_name = [&] { return last_as_json(trigger, plan.order_key); };
  const auto line_name = [&] { return last_as_json(trigger, plan.line_key); };
  const std::optional<bool> is_locked = plan.order_lock.take(order);
  if (!is_locked)
    no_such_order(plan, order_name());
  // Before the line is waited for: who changes lines of an open order locks them first.
  if (!*is_locked)
    order_is_open(plan, order_name());
  if (!plan.line_lock.take(line))
    no_such_line(plan, line_name(), order_name());
  std::vector<Datum> keys = order;
  keys.insert(keys.end(), line.begin(), line.end());
  const pg::rows found = plan.state.execute(keys, pg::latest_snapshot());
  if (found.count() == 0)
    no_such_order(plan, order_name());
  const int first = order_columns_end - 1;
  bool is_null = false;
  if (!DatumGetBool(found.value(0, first + is_line_of_order, is_null)))
    no_such_line(plan, line_name(), order_name());
  if (found.value(0, total_of_order, is_null); is_null)
    has_no_total(plan);
  return plan.share.of(pieces,
                       {number_in(found, first + amount_of_line), number_in(found, first + sold_of_line),
                        number_in(found, first + gone_of_line),
                        left_of(found, first + amount_of_line, first + refunded_of_line),
                        left_of(found, total_of_order, refunded_of_order)},
                       pg::server_interrupt());
}

} // namespace

std::string as_json(const pg::parameter &value) {
  return pg::execute(sql("SELECT pg_catalog.to_jsonb($1)::pg_catalog.text"), {&value, 1}).text(0, 1).value_or("null");
}

void no_such_order(const refund_plan &plan, const std::string &order) {
  throw fault{.sqlstate = sqlstate::foreign_key_violation,
              .message =
                  fmt::format("order {} of a refund in \"{}\" does not exist", order, pg::table_name(plan.of.refunds)),
              .detail = fmt::format("Table \"{}\" has no such row.", pg::table_name(plan.of.link.orders)),
              .hint = "Name the order that is refunded."};
}

void no_such_line(const refund_plan &plan, const std::string &line, const std::string &order) {
  throw fault{.sqlstate = sqlstate::foreign_key_violation,
              .message = fmt::format("line {} of a refund in \"{}\" is not one of order {}", line,
                                     pg::table_name(plan.of.refunds), order),
              .detail = fmt::format("Table \"{}\" has no such row.", pg::table_name(plan.of.link.lines)),
              .hint = "Name a line of the order, or none: that refunds money alone."};
}

void order_is_open(const refund_plan &plan, const std::string &order) {
  throw fault{.sqlstate = sqlstate::refund_not_possible,
              .message = fmt::format("order {} of \"{}\" is open: there is nothing to refund", order,
                                     pg::table_name(plan.of.link.orders)),
              .detail = fmt::format(R"({{"order":{}}})", order),
              .hint =
                  fmt::format("Change its lines in \"{}\". Refunds are for orders that are paid or otherwise locked.",
                              pg::table_name(plan.of.link.lines))};
}

HeapTuple with_amount(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  const std::shared_ptr<const refund_plan> plan = refund_plan_of(trigger);
  Relation refunds = trigger.tg_relation;
  const total_column &column = plan->of.amount;
  const given_value given = read(trigger, column.number);
  const decimal quantity = read_number(read(trigger, plan->quantity), plan->quantity_type, refunds, plan->quantity);
  const decimal amount = read_number(given, column.base_type, refunds, column.number);
  if (!quantity.is_null && (is_negative(quantity) || is_zero(quantity)))
    is_too_small(refunds, plan->quantity, quantity, "not positive",
                 "Say how many pieces are refunded; leave it out where it is money alone.");
  if (!amount.is_null && is_negative(amount))
    is_too_small(refunds, column.number, amount, "negative", "Write what is given back, without a sign.");
  for (const AttrNumber key : plan->order_key)
    if (read(trigger, key).is_null)
      is_missing(refunds, key, "Name the order that is refunded.");
  if (!amount.is_null)
    return trigger.tg_trigtuple;
  if (quantity.is_null || key_of(trigger, plan->line_key).empty())
    is_missing(refunds, column.number,
               "Say how much is given back; it is computed only for pieces of a line, so name a line and a quantity.");
  std::string share;
  pg::with_spi([&] { plan->of.as_owner([&] { share = share_of(trigger, *plan, quantity); }); });
  const Datum number = call([&] { return pg::numeric_from(share.c_str()); });
  const std::optional<Datum> stored = column.stored(number);
  if (!stored)
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = fmt::format("the amount of a refund, {}, is too large for column \"{}\" of type {}", share,
                                       column.name, column.type_name),
                .hint = fmt::format("Give \"{}\" the type of the total.", column.name)};
  return call([&] {
    Datum value = *stored;
    bool is_null = false;
    int position = column.number;
    if (OidIsValid(column.domain))
      domain_check(value, false, column.domain, nullptr, fcinfo->flinfo->fn_mcxt);
    return heap_modify_tuple_by_cols(trigger.tg_trigtuple, RelationGetDescr(refunds), 1, &position, &value, &is_null);
  });
}

void require_unchanged(const TriggerData &trigger) {
  const std::shared_ptr<const refund_plan> plan = refund_plan_of(trigger);
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  for (const AttrNumber column : plan->fixed) {
    const bool is_same = call([&] {
      bool was_null = false, is_null = false;
      const Datum before = heap_getattr(trigger.tg_trigtuple, column, descriptor, &was_null);
      const Datum after = heap_getattr(trigger.tg_newtuple, column, descriptor, &is_null);
      return was_null || is_null ? was_null == is_null
                                 : pg::same_value(*TupleDescAttr(descriptor, column - 1), before, after);
    });
    if (!is_same)
      throw fault{.sqlstate = sqlstate::snapshot_immutable,
                  .message = fmt::format("column \"{}\" of a refund in \"{}\" cannot change",
                                         column_name(trigger.tg_relation, column), pg::table_name(trigger.tg_relation)),
                  .hint = "What was given back stays as it was. Write another refund; a wrong one is deleted under "
                          "upkeep.correct_order."};
  }
}

} // namespace upkeep::orders
