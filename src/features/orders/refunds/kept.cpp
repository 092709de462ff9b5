#include "features/orders/refunds/kept.hpp"

#include "features/catalogue.hpp"
#include "features/orders/refunds/locked_rows.hpp"
#include "features/orders/refunds/order_refunds.hpp"
#include "features/trigger_options.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"
#include "postgres/values/same_value.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// What the session remembers of the row trigger.
struct kept_plan {
  kept_plan(order_refunds resolved, total_column column, std::vector<AttrNumber> keys, bool starts_empty, fragment sum,
            std::vector<Oid> types)
      : of(std::move(resolved)), column(std::move(column)), keys(std::move(keys)), starts_empty(starts_empty),
        sum(std::move(sum), std::move(types), pg::access::by_index) {}

  order_refunds of;
  total_column column;
  std::vector<AttrNumber> keys;
  bool starts_empty;   // a new row can have no refunds yet
  pg::saved_query sum; // of the refunds of the row with the key $1, ...
};

[[noreturn]] void keeps_nothing(const Trigger &trigger, Relation table) {
  throw fault{
      .sqlstate = sqlstate::invalid_parameter_value,
      .message = fmt::format("trigger \"{}\" of \"{}\" names no column to keep", trigger.tgname, pg::table_name(table)),
      .hint = "Call upkeep.enable_order_refunds() again."};
}

pg::resolved_plan<kept_plan> make_kept_plan(const Trigger &trigger, Relation own) {
  const option_list options = pg::trigger_options(trigger, order_refunds_feature);
  const bool is_on_orders = place_of(options) == column_of::orders;
  const refund_tables tables = tables_of_refunds(options, own, AccessShareLock);
  std::shared_ptr<const kept_plan> plan;
  if_refundable([&] {
    pg::with_relation(tables.refunds, [&](Relation refunds) {
      pg::with_relation(tables.orders, [&](Relation orders) {
        pg::with_relation(tables.lines, [&](Relation lines) {
          order_refunds of(options, refunds, orders, lines);
          const std::optional<total_column> &kept = is_on_orders ? of.refunded : of.refunded_quantity;
          if (!kept)
            keeps_nothing(trigger, own);
          const std::vector<std::string> keys = is_on_orders ? of.link.keys : of.line_keys;
          const std::vector<std::string> columns = is_on_orders ? of.order_columns : of.line_columns;
          const std::string summed = is_on_orders ? of.amount.name : of.quantity;
          total_column column =
              resolve_total_column(own, pg::require_column(own, kept->name, enable_order_refunds_name));
          std::vector<AttrNumber> numbers;
          for (const std::string &key : keys)
            numbers.push_back(pg::find_column(RelationGetDescr(own), key));
          bool starts_empty = false;
          pg::with_spi([&] { starts_empty = forbids_lines_without_order(own, keys, refunds, columns); });
          fragment sum = sql(R"sql(
            SELECT COALESCE(pg_catalog.sum(r.{column}::pg_catalog.numeric), 0) FROM {refunds} r WHERE {has_key}
          )sql",
                             "column"_is = pg::identifier{summed}, "refunds"_is = of.refunds_name,
                             "has_key"_is = one_key(refunds, "r", columns, own, keys));
          plan = std::make_shared<const kept_plan>(std::move(of), std::move(column), std::move(numbers), starts_empty,
                                                   std::move(sum), types_of(own, keys));
        });
      });
    });
  });
  return {plan,
          {{RelationGetRelid(own)},
           {tables.refunds, AccessShareLock},
           {tables.orders, AccessShareLock},
           {tables.lines, AccessShareLock}}};
}

std::shared_ptr<const kept_plan> kept_plan_of(const TriggerData &trigger) {
  return pg::session_plan<kept_plan>(*trigger.tg_trigger,
                                     [&] { return make_kept_plan(*trigger.tg_trigger, trigger.tg_relation); });
}

// A numeric in the memory of the caller.
Datum refunded_so_far(const kept_plan &plan, const TriggerData &trigger) {
  Datum sum = call([] { return NumericGetDatum(int64_to_numeric(0)); });
  std::vector<Datum> key;
  for (const AttrNumber column : plan.keys) {
    bool is_null = false;
    key.push_back(call(
        [&] { return heap_getattr(trigger.tg_trigtuple, column, RelationGetDescr(trigger.tg_relation), &is_null); }));
    if (is_null)
      return sum;
  }
  if (plan.starts_empty)
    return sum;
  pg::with_spi([&] {
    plan.of.as_owner([&] {
      bool is_null = false;
      const Datum value = plan.sum.execute(key, pg::latest_snapshot()).value(0, 1, is_null);
      sum = call([&] { return SPI_datumTransfer(value, false, -1); });
    });
  });
  return sum;
}

HeapTuple with_value(const TriggerData &trigger, HeapTuple row, AttrNumber column, Datum value, bool is_null) {
  return call([&] {
    int number = column;
    return heap_modify_tuple_by_cols(row, RelationGetDescr(trigger.tg_relation), 1, &number, &value, &is_null);
  });
}

HeapTuple as_it_was(const kept_plan &plan, const TriggerData &trigger) {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  const AttrNumber column = plan.column.number;
  bool was_null = false, is_null = false, is_same = false;
  const Datum before = call([&] { return heap_getattr(trigger.tg_trigtuple, column, descriptor, &was_null); });
  call([&] {
    const Datum after = heap_getattr(trigger.tg_newtuple, column, descriptor, &is_null);
    is_same = was_null || is_null ? was_null == is_null
                                  : pg::same_value(*TupleDescAttr(descriptor, column - 1), before, after);
  });
  return is_same ? trigger.tg_newtuple : with_value(trigger, trigger.tg_newtuple, column, before, was_null);
}

} // namespace

HeapTuple with_refunded(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  const std::shared_ptr<const kept_plan> plan = kept_plan_of(trigger);
  if (!plan)
    return TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? trigger.tg_newtuple : trigger.tg_trigtuple;
  if (TRIGGER_FIRED_BY_UPDATE(trigger.tg_event))
    return as_it_was(*plan, trigger);
  const Datum refunded = refunded_so_far(*plan, trigger);
  const std::optional<Datum> stored = plan->column.stored(refunded);
  if (!stored)
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = fmt::format("what was refunded is too large for column \"{}\" of type {}", plan->column.name,
                                       plan->column.type_name),
                .hint = fmt::format("Give \"{}\" a wider type.", plan->column.name)};
  if (OidIsValid(plan->column.domain))
    call([&] { domain_check(*stored, false, plan->column.domain, nullptr, fcinfo->flinfo->fn_mcxt); });
  return with_value(trigger, trigger.tg_trigtuple, plan->column.number, *stored, false);
}

} // namespace upkeep::orders
