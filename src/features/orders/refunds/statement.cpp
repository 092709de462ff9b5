#include "features/orders/refunds/statement.hpp"

#include "features/orders/lock/correction.hpp"
#include "features/orders/refunds/fill.hpp"
#include "features/orders/refunds/unlocked.hpp"
#include "features/orders/stock/settle/settle_lines.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/rows/transition.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/array_elements.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

using key = std::vector<Datum>;

// The keys in arrays of one length.
std::vector<key> keys_in(const std::vector<pg::parameter> &arrays) {
  std::vector<key> keys;
  for (const pg::parameter &array : arrays) {
    const Oid type = call([&] { return get_element_type(array.type); });
    const pg::array_elements elements = pg::elements_of(array.value, type);
    keys.resize(static_cast<std::size_t>(elements.count));
    for (int i = 0; i < elements.count; ++i)
      keys[static_cast<std::size_t>(i)].push_back(elements.values[i]);
  }
  return keys;
}

// The refunds of one statement: what they are refunds of.
class touched_rows {
public:
  touched_rows(Relation refunds, const refund_plan &plan)
      : plan(plan), orders(refunds, plan.of.order_columns, enable_order_refunds_name),
        lines(refunds, plan.of.line_columns, enable_order_refunds_name),
        pairs(refunds, with_order(plan.of), enable_order_refunds_name),
        stocked(refunds, plan.of.line_columns, enable_order_refunds_name) {}

  // Reads what the statement wrote or took away, not both.
  void read(const TriggerData &trigger) {
    for (Tuplestorestate *table : {trigger.tg_oldtable, trigger.tg_newtable}) {
      pg::transition rows(table, trigger.tg_relation);
      while (rows.next())
        if (!has_moved(trigger, rows))
          add(rows);
      rows.close();
    }
    // Once: a set gives its memory away.
    const auto arrays = [](const pg::key_set &keys) {
      return keys.empty() ? std::vector<pg::parameter>{} : keys.parameters();
    };
    orders_count = orders.count();
    lines_count = lines.count();
    orders_keys = arrays(orders);
    lines_keys = arrays(lines);
    pairs_keys = arrays(pairs);
    stocked_keys = arrays(stocked);
  }

  const refund_plan &plan;
  // Keys in arrays, none where there are none.
  std::vector<pg::parameter> orders_keys, lines_keys;
  std::vector<pg::parameter> pairs_keys;   // of a line and the order that the refund names
  std::vector<pg::parameter> stocked_keys; // lines of which stock may get something back
  std::size_t orders_count = 0, lines_count = 0;

private:
  static std::vector<std::string> with_order(const order_refunds &of) {
    std::vector<std::string> columns = of.line_columns;
    columns.insert(columns.end(), of.order_columns.begin(), of.order_columns.end());
    return columns;
  }

  // Of what a MERGE deletes, PostgreSQL does not tell what it moves to another partition: such a refund is still there.
  bool has_moved(const TriggerData &trigger, const pg::transition &rows) const {
    if (!plan.is_there || !TRIGGER_FIRED_BY_DELETE(trigger.tg_event))
      return false;
    std::vector<Datum> key;
    bool is_null = false;
    for (const AttrNumber column : plan.primary_key)
      key.push_back(call([&] { return slot_getattr(rows.row(), column, &is_null); }));
    bool found = false;
    plan.of.as_owner([&] { found = plan.is_there->execute(key).count() > 0; });
    return found;
  }

  void add(const pg::transition &rows) {
    orders.add(rows);
    lines.add(rows);
    pairs.add(rows);
    if (plan.stock && !call([&] { return slot_attisnull(rows.row(), plan.restock); }) &&
        !call([&] { return slot_attisnull(rows.row(), plan.quantity); }))
      stocked.add(rows);
  }

  pg::key_set orders, lines, pairs, stocked;
};

// Whether all of them are closed.
bool lock_orders(const refund_plan &plan, const touched_rows &rows) {
  if (rows.orders_count == 1)
    return plan.order_lock.take(key_in(rows.orders_keys)).value_or(false);
  const pg::rows found = pg::execute(plan.lock_orders, rows.orders_keys);
  bool are_locked = found.count() == rows.orders_count, is_null = false;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    are_locked = are_locked && DatumGetBool(found.value(row, 1, is_null));
  return are_locked;
}

void lock_lines(const refund_plan &plan, const touched_rows &rows) {
  if (rows.lines_count == 1)
    plan.line_lock.take(key_in(rows.lines_keys));
  else if (rows.lines_count > 1)
    pg::execute(plan.lock_lines, rows.lines_keys);
}

// What a statement is told of one order or line.
class statement_checks {
public:
  statement_checks(const TriggerData &trigger, const refund_plan &plan) : trigger(trigger), plan(plan) {}

  void require_line(const key &pair) const;
  void require_order(const key &order) const;

private:
  // A value of a key as JSON: that of its last column.
  std::string json_of(const key &from, std::size_t place, AttrNumber column) const {
    return as_json({TupleDescAttr(RelationGetDescr(trigger.tg_relation), column - 1)->atttypid, from[place]});
  }
  std::string order_of(const key &pair) const { return json_of(pair, pair.size() - 1, plan.order_key.back()); }
  std::string line_of(const key &pair) const { return json_of(pair, plan.line_key.size() - 1, plan.line_key.back()); }
  // What the statement asks for: the sum of a column over its rows with that key.
  std::string requested(const std::string &column, const std::vector<std::string> &columns, const key &of) const;
  [[noreturn]] void refuse_line(const key &pair, const pg::rows &found, bool are_pieces) const;

  const TriggerData &trigger;
  const refund_plan &plan;
};

// Where nothing is gone, nothing is exceeded, not even the amount of a voucher, which is below 0.
bool exceeds(const pg::rows &found, int gone, int limit) {
  bool is_null = false;
  const Datum part = found.value(0, gone, is_null), whole = found.value(0, limit, is_null);
  return call([=] {
    const Datum none = DirectFunctionCall1(int4_numeric, Int32GetDatum(0));
    return DatumGetBool(DirectFunctionCall2(numeric_gt, part, DirectFunctionCall2(numeric_larger, whole, none)));
  });
}

std::string text_in(const pg::rows &found, int column) { return found.text(0, column).value_or("null"); }

// Numbers as texts: the first less the second.
std::string difference(const std::string &from, const std::string &less) {
  const pg::parameter numbers[] = {pg::parameter::text(from), pg::parameter::text(less)};
  return pg::execute(sql("SELECT ($1::pg_catalog.numeric [-] $2::pg_catalog.numeric)::pg_catalog.text"), numbers)
      .text(0, 1)
      .value_or("null");
}

std::string statement_checks::requested(const std::string &column, const std::vector<std::string> &columns,
                                        const key &of) const {
  Relation refunds = trigger.tg_relation;
  const std::vector<Oid> types = types_of(refunds, columns);
  std::vector<pg::parameter> parameters;
  for (std::size_t i = 0; i < columns.size(); ++i)
    parameters.push_back({types[i], of[i]});
  return pg::execute(sql(R"sql(
    SELECT COALESCE(pg_catalog.sum(n.{column}::pg_catalog.numeric), 0)::pg_catalog.text FROM {new} n WHERE {has_key}
  )sql",
                         "column"_is = pg::identifier{column},
                         "new"_is = pg::identifier{trigger.tg_trigger->tgnewtable},
                         "has_key"_is = one_key(refunds, "n", columns, refunds, columns)),
                     parameters)
      .text(0, 1)
      .value_or("0");
}

void statement_checks::refuse_line(const key &pair, const pg::rows &found, bool are_pieces) const {
  const std::string sold = text_in(found, are_pieces ? sold_of_line : amount_of_line);
  const std::string gone = text_in(found, are_pieces ? gone_of_line : refunded_of_line);
  const std::string asked = requested(are_pieces ? plan.of.quantity : plan.of.amount.name, plan.of.line_columns, pair);
  const std::string order = order_of(pair), line = line_of(pair);
  refund_not_possible(
      are_pieces ? fmt::format("more pieces of line {} of order {} would be refunded than were sold", line, order)
                 : fmt::format("more would be refunded of line {} of order {} than it was worth", line, order),
      {order, line, sold, difference(gone, asked), asked},
      are_pieces ? "Refund at most the pieces that are left."
                 : "Refund at most what is left of its amount; leave the amount out to have it computed.");
}

void statement_checks::require_line(const key &pair) const {
  pg::rows found = plan.keep_line.execute(pair, pg::latest_snapshot());
  // A trigger of somebody else may have kept the row from being written.
  if (found.count() == 0 && plan.of.refunded_quantity)
    found = plan.line_state.execute(pair, pg::latest_snapshot());
  bool is_null = false;
  if (found.count() == 0 || !DatumGetBool(found.value(0, is_line_of_order, is_null)))
    no_such_line(plan, line_of(pair), order_of(pair));
  if (exceeds(found, gone_of_line, sold_of_line))
    refuse_line(pair, found, true);
  if (exceeds(found, refunded_of_line, amount_of_line))
    refuse_line(pair, found, false);
}

void statement_checks::require_order(const key &order) const {
  pg::rows found = plan.keep_order.execute(order, pg::latest_snapshot());
  if (found.count() == 0 && plan.of.refunded)
    found = plan.order_state.execute(order, pg::latest_snapshot());
  const auto name = [&] { return order_of(order); };
  if (found.count() == 0)
    no_such_order(plan, name());
  bool is_null = false;
  if (!DatumGetBool(found.value(0, is_locked_order, is_null)))
    order_is_open(plan, name());
  if (found.value(0, total_of_order, is_null); is_null || !exceeds(found, refunded_of_order, total_of_order))
    return;
  const std::string total = text_in(found, total_of_order), refunded = text_in(found, refunded_of_order);
  const std::string asked = requested(plan.of.amount.name, plan.of.order_columns, order);
  refund_not_possible(fmt::format("more would be refunded of order {} of \"{}\" than its total", name(),
                                  pg::table_name(plan.of.link.orders)),
                      {name(), "null", total, difference(refunded, asked), asked},
                      "Refund at most what is left of the total.");
}

// The arrays of keys as columns k of FROM.
fragment keys_as_rows(const std::vector<std::string> &columns) {
  std::vector<fragment> arrays, names;
  for (const std::string &column : columns) {
    names.push_back(pg::identifier{column});
    arrays.push_back(sql("pg_catalog.unnest(${number})", "number"_is = names.size()));
  }
  return sql("ROWS FROM ({arrays}) AS k({names})", "arrays"_is = pg::joined(arrays), "names"_is = pg::joined(names));
}

// From now on the lines have taken what was not given back of them.
void settle_stock_of(const refund_plan &plan, const touched_rows &rows) {
  if (!plan.stock || rows.stocked_keys.empty() || pg::is_paused(pg::pausable::stock))
    return;
  const stock_tables &tables = *plan.stock;
  const std::vector<pg::parameter> &keys = rows.stocked_keys;
  const auto found = [&] {
    fragment has_key;
    pg::with_relation(plan.of.refunds, [&](Relation refunds) {
      pg::with_relation(tables.lines, [&](Relation lines) {
        has_key = pg::equal_keys(lines, "l", plan.of.line_keys, refunds, "k", plan.of.line_columns,
                                 enable_order_refunds_name);
      });
    });
    return sql("(SELECT l.* FROM {keys} CROSS JOIN LATERAL ({lines}) l) i",
               "keys"_is = keys_as_rows(plan.of.line_columns), "lines"_is = looked_up(tables.lines_rows, "l", has_key));
  };
  pg::as_user(tables.owner, SECURITY_NOFORCE_RLS, [&] { settle_lines(tables, "refunds", found, keys); });
}

// Nothing is left of the orders where they went with their refunds.
void keep(const refund_plan &plan, const touched_rows &rows) {
  const pg::marked_statement marked(pg::own_statement::refund);
  for (const key &pair : keys_in(rows.pairs_keys))
    plan.keep_line.execute(pair, pg::latest_snapshot());
  for (const key &order : keys_in(rows.orders_keys))
    plan.keep_order.execute(order, pg::latest_snapshot());
}

} // namespace

void settle_new_refunds(const TriggerData &trigger) {
  const std::shared_ptr<const refund_plan> plan = refund_plan_of(trigger);
  pg::with_spi([&] {
    touched_rows rows(trigger.tg_relation, *plan);
    rows.read(trigger);
    if (rows.orders_keys.empty())
      return;
    call([&] { SPI_register_trigger_data(const_cast<TriggerData *>(&trigger)); });
    if (pg::is_restoring()) {
      plan->of.as_owner([&] {
        lock_orders(*plan, rows);
        lock_lines(*plan, rows);
        keep(*plan, rows);
      });
      settle_stock_of(*plan, rows);
      return;
    }
    plan->of.as_owner([&] {
      const statement_checks checks(trigger, *plan);
      const pg::marked_statement marked(pg::own_statement::refund);
      // Before a line is waited for: who changes lines of an open order locks them first.
      if (!lock_orders(*plan, rows))
        for (const key &order : keys_in(rows.orders_keys))
          checks.require_order(order);
      lock_lines(*plan, rows);
      for (const key &pair : keys_in(rows.pairs_keys))
        checks.require_line(pair);
      for (const key &order : keys_in(rows.orders_keys))
        checks.require_order(order);
    });
    settle_stock_of(*plan, rows);
  });
}

void settle_deleted_refunds(const TriggerData &trigger) {
  const std::shared_ptr<const refund_plan> plan = refund_plan_of(trigger);
  pg::with_spi([&] {
    touched_rows rows(trigger.tg_relation, *plan);
    rows.read(trigger);
    if (rows.orders_keys.empty())
      return;
    const order_link &link = plan->of.link;
    const std::vector<std::string> open = orders_open_to(link, GetUserId());
    plan->of.as_owner([&] {
      lock_orders(*plan, rows);
      lock_lines(*plan, rows);
      require_unlocked(*plan, plan->has_orders, rows.orders_keys, open, "its refunds cannot be deleted", true);
      keep(*plan, rows);
    });
    settle_stock_of(*plan, rows);
  });
}

} // namespace upkeep::orders
