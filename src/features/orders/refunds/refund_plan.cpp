#include "features/orders/refunds/refund_plan.hpp"

#include "features/catalogue.hpp"
#include "features/orders/refunds/restock.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/sql/sql.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

std::vector<AttrNumber> numbers_of(Relation table, const std::vector<std::string> &columns) {
  std::vector<AttrNumber> numbers;
  for (const std::string &column : columns)
    numbers.push_back(pg::require_column(table, column, enable_order_refunds_name));
  return numbers;
}

std::vector<std::string> fixed_columns(const order_refunds &of) {
  std::vector<std::string> columns = of.order_columns;
  columns.push_back(of.line_columns.back());
  columns.push_back(of.quantity);
  columns.push_back(of.amount.name);
  if (of.restock)
    columns.push_back(*of.restock);
  return columns;
}

std::vector<Oid> both(std::vector<Oid> first, const std::vector<Oid> &second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// Templates of the queries of a plan.
struct refund_queries {
  const order_refunds &of;
  Relation refunds, orders, lines;

  fragment amount() const {
    return sql("r.{column}::pg_catalog.numeric", "column"_is = pg::identifier{of.amount.name});
  }

  // The sum t.upkeep_amount over the refunds of an order, whose key stands after `before` parameters.
  fragment sum_of_order(std::size_t before) const {
    return sql("(SELECT COALESCE(pg_catalog.sum({amount}), 0) AS upkeep_amount FROM {refunds} r WHERE {has_key}) t",
               "amount"_is = amount(), "refunds"_is = of.refunds_name,
               "has_key"_is = one_key(refunds, "r", of.order_columns, refunds, of.order_columns, before));
  }

  // The sums s.upkeep_pieces and s.upkeep_amount over the refunds of a line.
  fragment sums_of_line(std::size_t before) const {
    return sql(R"sql(
      (SELECT COALESCE(pg_catalog.sum(r.{quantity}::pg_catalog.numeric), 0) AS upkeep_pieces,
         COALESCE(pg_catalog.sum({amount}), 0) AS upkeep_amount
       FROM {refunds} r
       WHERE {has_key}) s
    )sql",
               "quantity"_is = pg::identifier{of.quantity}, "amount"_is = amount(), "refunds"_is = of.refunds_name,
               "has_key"_is = one_key(refunds, "r", of.line_columns, refunds, of.line_columns, before));
  }

  fragment has_order(std::size_t before) const {
    return one_key(orders, "o", of.link.keys, refunds, of.order_columns, before);
  }
  fragment has_line(std::size_t before) const {
    return one_key(lines, "l", of.line_keys, refunds, of.line_columns, before);
  }

  fragment order_columns() const {
    return sql("{is_locked}, o.{total}::pg_catalog.numeric, t.upkeep_amount", "is_locked"_is = of.lock.is_locked(),
               "total"_is = pg::identifier{of.totals.total.name});
  }

  // `before`: how many parameters stand before the key of the order.
  fragment line_columns(std::size_t before) const {
    const fragment is_there = sql("l.{key} IS NOT NULL", "key"_is = pg::identifier{of.line_keys.back()});
    return sql(R"sql(
      ({is_of_order}) IS TRUE, CASE WHEN {is_there} THEN {amount} END, {sold}, {gone}, s.upkeep_amount
    )sql",
               "is_of_order"_is = one_key(lines, "l", of.link.columns, refunds, of.order_columns, before),
               "is_there"_is = is_there, "amount"_is = of.totals.line_amount(order_totals::on_null::raises),
               "sold"_is = of.sold, "gone"_is = of.gone(sql("s.upkeep_pieces")));
  }

  fragment state() const {
    const std::size_t count = of.order_columns.size();
    return sql(R"sql(
      SELECT {order_columns}, {line_columns}
      FROM {orders} o
      CROSS JOIN {sum_of_order}
      CROSS JOIN {sums_of_line}
      LEFT JOIN {lines} l ON {has_line}
      WHERE {has_order}
    )sql",
               "order_columns"_is = order_columns(), "line_columns"_is = line_columns(0),
               "orders"_is = of.link.orders_name, "sum_of_order"_is = sum_of_order(0),
               "sums_of_line"_is = sums_of_line(count), "lines"_is = of.link.lines_name,
               "has_line"_is = has_line(count), "has_order"_is = has_order(0));
  }

  fragment order_state() const {
    return sql("SELECT {columns} FROM {orders} o CROSS JOIN {sum} WHERE {has_order}", "columns"_is = order_columns(),
               "orders"_is = of.link.orders_name, "sum"_is = sum_of_order(0), "has_order"_is = has_order(0));
  }

  fragment keep_order() const {
    if (!of.refunded)
      return order_state();
    return sql(R"sql(
      UPDATE {orders} o SET {refunded} = t.upkeep_amount FROM {sum} WHERE {has_order} RETURNING {columns}
    )sql",
               "orders"_is = of.link.orders_name, "refunded"_is = pg::identifier{of.refunded->name},
               "sum"_is = sum_of_order(0), "has_order"_is = has_order(0), "columns"_is = order_columns());
  }

  fragment line_state() const {
    return sql("SELECT {columns} FROM {lines} l CROSS JOIN {sums} WHERE {has_line}",
               "columns"_is = line_columns(of.line_columns.size()), "lines"_is = of.link.lines_name,
               "sums"_is = sums_of_line(0), "has_line"_is = has_line(0));
  }

  fragment keep_line() const {
    if (!of.refunded_quantity)
      return line_state();
    return sql(R"sql(
      UPDATE {lines} l SET {refunded} = s.upkeep_pieces FROM {sums} WHERE {has_line} RETURNING {columns}
    )sql",
               "lines"_is = of.link.lines_name, "refunded"_is = pg::identifier{of.refunded_quantity->name},
               "sums"_is = sums_of_line(0), "has_line"_is = has_line(0),
               "columns"_is = line_columns(of.line_columns.size()));
  }

  std::vector<Oid> order_types() const { return types_of(refunds, of.order_columns); }
  std::vector<Oid> line_types() const { return types_of(refunds, of.line_columns); }

  static fragment lock_many(const fragment &table, const char *alias, const pg::key_match &match,
                            const fragment &told) {
    return sql("SELECT {told} FROM {table} {alias} WHERE {has_key} ORDER BY {keys} FOR NO KEY UPDATE OF {alias}",
               "told"_is = told, "table"_is = table, "alias"_is = fragment(alias), "has_key"_is = match.condition,
               "keys"_is = match.order);
  }
  fragment lock_orders() const {
    return lock_many(of.link.orders_name, "o",
                     pg::match_keys(orders, "o", of.link.keys, refunds, of.order_columns, enable_order_refunds_name),
                     of.lock.is_locked());
  }
  fragment lock_lines() const {
    return lock_many(of.link.lines_name, "l",
                     pg::match_keys(lines, "l", of.line_keys, refunds, of.line_columns, enable_order_refunds_name),
                     sql("true"));
  }
};

} // namespace

refund_plan::refund_plan(order_refunds resolved, Relation refunds, Relation orders, Relation lines)
    : of(std::move(resolved)), order_key(numbers_of(refunds, of.order_columns)),
      line_key(numbers_of(refunds, of.line_columns)), quantity(numbers_of(refunds, {of.quantity}).front()),
      quantity_type(pg::column_info(refunds, quantity).type),
      restock(of.restock ? numbers_of(refunds, {*of.restock}).front() : AttrNumber(InvalidAttrNumber)),
      fixed(numbers_of(refunds, fixed_columns(of))), share(of.scale()), order_lock(of, refunds, orders),
      line_lock(of, refunds, lines), lock_orders(refund_queries{of, refunds, orders, lines}.lock_orders()),
      lock_lines(refund_queries{of, refunds, orders, lines}.lock_lines()),
      has_orders(
          pg::match_keys(orders, "o", of.link.keys, refunds, of.order_columns, enable_order_refunds_name).condition),
      state(refund_queries{of, refunds, orders, lines}.state(),
            both(types_of(refunds, of.order_columns), types_of(refunds, of.line_columns)), pg::access::by_index),
      order_state(refund_queries{of, refunds, orders, lines}.order_state(), types_of(refunds, of.order_columns),
                  pg::access::by_index),
      keep_order(refund_queries{of, refunds, orders, lines}.keep_order(), types_of(refunds, of.order_columns),
                 pg::access::by_index),
      line_state(refund_queries{of, refunds, orders, lines}.line_state(),
                 both(types_of(refunds, of.line_columns), types_of(refunds, of.order_columns)), pg::access::by_index),
      keep_line(refund_queries{of, refunds, orders, lines}.keep_line(),
                both(types_of(refunds, of.line_columns), types_of(refunds, of.order_columns)), pg::access::by_index) {}

pg::resolved_plan<refund_plan> make_refund_plan(const Trigger &trigger, Relation table) {
  const option_list options = pg::trigger_options(trigger, order_refunds_feature);
  if (place_of(options) != column_of::refunds)
    throw fault{
        .sqlstate = sqlstate::invalid_parameter_value,
        .message = fmt::format("trigger \"{}\" of \"{}\" is not one of refunds", trigger.tgname, pg::table_name(table)),
        .hint = "Call upkeep.enable_order_refunds() again."};
  const refund_tables tables = tables_of_refunds(options, table, RowExclusiveLock);
  std::vector<pg::planned_table> planned{{RelationGetRelid(table)},
                                         {tables.refunds, RowExclusiveLock},
                                         {tables.orders, RowExclusiveLock},
                                         {tables.lines, RowExclusiveLock}};
  std::shared_ptr<refund_plan> plan;
  pg::with_relation(tables.refunds, [&](Relation refunds) {
    pg::with_relation(tables.orders, [&](Relation orders) {
      pg::with_relation(tables.lines, [&](Relation lines) {
        plan = std::make_shared<refund_plan>(order_refunds(options, refunds, orders, lines), refunds, orders, lines);
        // A partition may number its columns in its own way.
        plan->order_key = numbers_of(table, plan->of.order_columns);
        plan->line_key = numbers_of(table, plan->of.line_columns);
        plan->quantity = numbers_of(table, {plan->of.quantity}).front();
        plan->of.amount = resolve_total_column(table, numbers_of(table, {plan->of.amount.name}).front());
        plan->fixed = numbers_of(table, fixed_columns(plan->of));
        if (const std::vector<std::string> key = pg::primary_key(refunds);
            table->rd_rel->relkind == RELKIND_PARTITIONED_TABLE && !key.empty()) {
          plan->primary_key = numbers_of(table, key);
          plan->is_there = std::make_unique<const pg::saved_query>(
              sql("SELECT FROM {refunds} r WHERE {has_key}", "refunds"_is = plan->of.refunds_name,
                  "has_key"_is = one_key(refunds, "r", key, refunds, key)),
              types_of(refunds, key));
        }
        if (plan->of.restock) {
          plan->restock = numbers_of(table, {*plan->of.restock}).front();
          plan->stock = stock_of_refunds(lines, planned);
        }
      });
    });
  });
  return {plan, planned};
}

std::shared_ptr<const refund_plan> refund_plan_of(const TriggerData &trigger) {
  return pg::session_plan<refund_plan>(*trigger.tg_trigger,
                                       [&] { return make_refund_plan(*trigger.tg_trigger, trigger.tg_relation); });
}

} // namespace upkeep::orders
