#include "features/orders/refunds/corrected.hpp"

#include "features/catalogue.hpp"
#include "features/orders/refunds/locked_rows.hpp"
#include "features/orders/refunds/order_refunds.hpp"
#include "features/orders/refunds/overdrawn.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/rows/collect_keys.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/rows/row_comparer.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr const char *refund_less = "Leave at least what was refunded, or delete the refund first, under the same "
                                    "correction.";

std::vector<Oid> array_types(Relation table, const std::vector<std::string> &columns) {
  std::vector<Oid> types = types_of(table, columns);
  for (Oid &type : types)
    type = call([=] { return get_array_type(type); });
  return types;
}

// What the session remembers of the trigger on the lines or the orders.
struct watch_plan {
  watch_plan(order_refunds resolved, const std::vector<std::string> &keys, std::vector<char> counted, fragment find,
             fragment any, const std::vector<Oid> &types)
      : of(std::move(resolved)), keys(keys), counted(std::move(counted)), find(std::move(find)),
        any(std::move(any), types, pg::access::by_index) {}

  order_refunds of;
  std::vector<std::string> keys;        // of the table
  std::vector<char> counted;            // a layout
  fragment find;                        // what is overdrawn of those with the keys in the arrays $1, ...
  pg::saved_query any;                  // whether anything was refunded of them
  AttrNumber total = InvalidAttrNumber; // of an order, in the trigger's table
};

template <class Make> pg::resolved_plan<watch_plan> make_watch_plan(const TriggerData &trigger, Make &&make) {
  Relation own = trigger.tg_relation;
  const option_list options = pg::trigger_options(*trigger.tg_trigger, order_refunds_feature);
  const refund_tables tables = tables_of_refunds(options, own, AccessShareLock);
  std::shared_ptr<const watch_plan> plan;
  if_refundable([&] {
    pg::with_relation(tables.refunds, [&](Relation refunds) {
      pg::with_relation(tables.orders, [&](Relation orders) {
        pg::with_relation(tables.lines, [&](Relation lines) {
          plan = make(order_refunds(options, refunds, orders, lines), refunds, orders, lines);
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

fragment any_refund(const order_refunds &of, Relation refunds, const std::vector<std::string> &columns, Relation own,
                    const std::vector<std::string> &keys) {
  return sql("SELECT FROM {refunds} r WHERE {has_key} LIMIT 1", "refunds"_is = of.refunds_name,
             "has_key"_is = pg::match_keys(refunds, "r", columns, own, keys, enable_order_refunds_name).condition);
}

std::shared_ptr<const watch_plan> lines_plan_of(const TriggerData &trigger) {
  return pg::session_plan<watch_plan>(*trigger.tg_trigger, [&] {
    return make_watch_plan(trigger, [&](order_refunds of, Relation refunds, Relation orders, Relation lines) {
      Relation own = trigger.tg_relation;
      const std::vector<std::string> keys = of.line_keys;
      const pg::key_match match = pg::match_keys(refunds, "r", of.line_columns, own, keys, enable_order_refunds_name);
      fragment find = overdrawn_lines(of, refunds, orders, lines, match.condition);
      fragment any = any_refund(of, refunds, of.line_columns, own, keys);
      std::vector<char> counted = pg::counted_layout(RelationGetDescr(own), of.line_inputs);
      return std::make_shared<const watch_plan>(std::move(of), keys, std::move(counted), std::move(find),
                                                std::move(any), array_types(own, keys));
    });
  });
}

std::shared_ptr<const watch_plan> orders_plan_of(const TriggerData &trigger) {
  return pg::session_plan<watch_plan>(*trigger.tg_trigger, [&] {
    return make_watch_plan(trigger, [&](order_refunds of, Relation refunds, Relation orders, Relation) {
      Relation own = trigger.tg_relation;
      const std::vector<std::string> keys = of.link.keys;
      fragment find =
          overdrawn_orders(of, pg::match_keys(orders, "o", keys, own, keys, enable_order_refunds_name).condition);
      fragment any = any_refund(of, refunds, of.order_columns, own, keys);
      const std::string total = of.totals.total.name;
      std::vector<char> counted = pg::counted_layout(RelationGetDescr(own), {total});
      auto plan = std::make_shared<watch_plan>(std::move(of), keys, std::move(counted), std::move(find), std::move(any),
                                               array_types(own, keys));
      plan->total = pg::find_column(RelationGetDescr(own), total);
      return plan;
    });
  });
}

// Whether an order has a smaller total than it had.
bool has_shrunk(const watch_plan &plan, const pg::transition &before, const pg::transition &after) {
  const Oid type = plan.of.totals.total.base_type;
  return call([&] {
    bool was_null = false, is_null = false;
    const Datum old_total = slot_getattr(before.row(), plan.total, &was_null);
    const Datum new_total = slot_getattr(after.row(), plan.total, &is_null);
    return !was_null && !is_null &&
           DatumGetBool(
               DirectFunctionCall2(numeric_lt, pg::to_numeric(new_total, type), pg::to_numeric(old_total, type)));
  });
}

void require_enough(const watch_plan &plan, const pg::key_set &keys) {
  if (keys.empty())
    return;
  pg::with_spi([&] {
    plan.of.as_owner([&] {
      const std::vector<pg::parameter> arrays = keys.parameters();
      if (plan.any.execute(arrays, pg::latest_snapshot()).count() == 0)
        return;
      const pg::rows found = pg::execute(plan.find, arrays, pg::snapshot::latest);
      if (found.count() == 0)
        return;
      const auto text = [&](int column) { return found.text(0, column).value_or("null"); };
      const refused_refund numbers{text(1), text(2), text(3), text(4), "0"};
      const std::string orders = pg::table_name(plan.of.link.orders);
      refund_not_possible(numbers.line == "null"
                              ? fmt::format("more was refunded of order {} of \"{}\" than would be left of its total",
                                            numbers.order, orders)
                              : fmt::format("more was refunded of line {} of order {} than would be left of it",
                                            numbers.line, numbers.order),
                          numbers, refund_less);
    });
  });
}

} // namespace

void check_changed_lines(const TriggerData &trigger) {
  const std::shared_ptr<const watch_plan> plan = lines_plan_of(trigger);
  if (!plan)
    return;
  pg::key_set keys(trigger.tg_relation, plan->keys, enable_order_refunds_name);
  pg::collect_keys(trigger, keys, [&] {
    const auto &counted = *reinterpret_cast<const pg::layout *>(plan->counted.data());
    return [rows = pg::row_comparer(counted, trigger.tg_relation)](
               const pg::transition &before, const pg::transition &after) { return rows.changed(before, after); };
  });
  require_enough(*plan, keys);
}

void check_changed_orders(const TriggerData &trigger) {
  const std::shared_ptr<const watch_plan> plan = orders_plan_of(trigger);
  if (!plan)
    return;
  pg::key_set keys(trigger.tg_relation, plan->keys, enable_order_refunds_name);
  pg::collect_keys(trigger, keys, [&] {
    return [&](const pg::transition &before, const pg::transition &after) { return has_shrunk(*plan, before, after); };
  });
  require_enough(*plan, keys);
}

} // namespace upkeep::orders
