// The side of the orders: what a paid order keeps, and that it stays.
#include "core/text/joined.hpp"
#include "features/orders/lock/correction.hpp"
#include "features/orders/lock/order_lock_rules.hpp"

#include "features/catalogue.hpp"
#include "features/orders/totals/kept_columns.hpp"
#include "features/trigger_options.hpp"
#include "postgres/memory.hpp"
#include "postgres/rows/row.hpp"
#include "postgres/rows/transition.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"
#include "postgres/values/same_value.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

namespace {

// What the session remembers of a trigger on the orders.
struct orders_plan {
  order_lock_rules rules;
  std::vector<AttrNumber> keys;
  std::vector<AttrNumber> frozen; // the keys among them, at the end
  AttrNumber paid, status;        // or InvalidAttrNumber
  std::vector<char> watched;      // a layout: the frozen columns and the one that says paid
};

// What one statement needs.
struct statement_work {
  std::shared_ptr<const orders_plan> plan;
};

const pg::layout &watched_columns(const orders_plan &plan) {
  return *reinterpret_cast<const pg::layout *>(plan.watched.data());
}

pg::resolved_plan<orders_plan> make_orders_plan(const Trigger &trigger, Relation orders) {
  const option_list options = pg::trigger_options(trigger, order_lock_feature);
  const Oid table = other_table(options, "order_items", orders, AccessShareLock);
  auto plan = std::make_shared<orders_plan>();
  pg::with_relation(table, [&](Relation lines) { plan->rules = resolve_lock(options, orders, lines); });
  TupleDesc descriptor = RelationGetDescr(orders);
  const auto number = [&](const std::optional<std::string> &column) {
    return column ? pg::find_column(descriptor, *column) : AttrNumber(InvalidAttrNumber);
  };
  for (const std::string &key : plan->rules.link.keys)
    plan->keys.push_back(number(key));
  // With another key the order would lose its lines.
  plan->rules.frozen.insert(plan->rules.frozen.end(), plan->rules.link.keys.begin(), plan->rules.link.keys.end());
  for (const std::string &column : columns_of_totals(orders))
    if (std::ranges::count(plan->rules.frozen, column) == 0)
      plan->rules.frozen.push_back(column);
  for (const std::string &column : plan->rules.frozen)
    plan->frozen.push_back(number(column));
  plan->paid = number(plan->rules.paid_column);
  plan->status = number(plan->rules.status_column);
  plan->watched.resize(pg::layout::size(descriptor->natts));
  auto &layout = *new (plan->watched.data()) pg::layout;
  pg::describe(descriptor, layout);
  for (AttrNumber column = 1; column <= descriptor->natts; ++column)
    layout.columns[column - 1].role =
        column == plan->paid || std::find(plan->frozen.begin(), plan->frozen.end(), column) != plan->frozen.end()
            ? pg::column_role::counted
            : pg::column_role::passive;
  return {plan, {{RelationGetRelid(orders)}, {table}}};
}

std::shared_ptr<const orders_plan> plan_of(const TriggerData &trigger) {
  return pg::session_plan<orders_plan>(*trigger.tg_trigger,
                                       [&] { return make_orders_plan(*trigger.tg_trigger, trigger.tg_relation); });
}

struct value {
  Datum datum;
  bool is_null;
};

// A column's value as text; nullopt for NULL. Blanks at the end of a character(n) are not part of it, as in its cast to
// text.
std::optional<std::string> text_of(TupleDesc descriptor, AttrNumber column, const value &from) {
  if (from.is_null)
    return std::nullopt;
  const Oid type = TupleDescAttr(descriptor, column - 1)->atttypid;
  std::string text = pg::string_from([&] {
    Oid output;
    bool is_varlena;
    getTypeOutputInfo(type, &output, &is_varlena);
    return OidOutputFunctionCall(output, from.datum);
  });
  if (call([=] { return getBaseType(type); }) == BPCHAROID)
    text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::optional<std::string> value_text(TupleDesc descriptor, AttrNumber column, auto &&get) {
  return column ? text_of(descriptor, column, get(column)) : std::nullopt;
}

// Whether a row is locked. `get` reads a column of it.
template <class Get> bool is_locked(const orders_plan &plan, TupleDesc descriptor, Get &&get) {
  const std::vector<std::string> &locked = plan.rules.statuses;
  if (plan.paid && !get(plan.paid).is_null)
    return true;
  const std::optional<std::string> status = value_text(descriptor, plan.status, get);
  return status && std::find(locked.begin(), locked.end(), *status) != locked.end();
}

// What a message says of a locked row, but for its key_argument.
template <class Get> locked_order order_of(const orders_plan &plan, TupleDesc descriptor, Get &&get) {
  std::vector<std::string> keys;
  for (const AttrNumber key : plan.keys)
    keys.push_back(value_text(descriptor, key, get).value_or("NULL"));
  return {joined(keys, ", "), value_text(descriptor, plan.paid, get), value_text(descriptor, plan.status, get), ""};
}

value read(HeapTuple row, AttrNumber column, TupleDesc descriptor) {
  value found{};
  found.datum = call([&] { return heap_getattr(row, column, descriptor, &found.is_null); });
  return found;
}

enum class difference { none, image, value };

difference compare(const value &before, const value &after, const FormData_pg_attribute &attribute) {
  if (before.is_null || after.is_null)
    return before.is_null == after.is_null ? difference::none : difference::value;
  return call([&] {
    if (datum_image_eq(before.datum, after.datum, attribute.attbyval, attribute.attlen))
      return difference::none;
    return pg::same_value(attribute, before.datum, after.datum) ? difference::image : difference::value;
  });
}

HeapTuple with_old_values(const TriggerData &trigger, const std::vector<int> &columns) {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  const auto count = static_cast<int>(columns.size());
  std::vector<Datum> values(columns.size());
  const auto nulls = std::make_unique<bool[]>(columns.size());
  for (int i = 0; i < count; ++i) {
    const value before = read(trigger.tg_trigtuple, static_cast<AttrNumber>(columns[i]), descriptor);
    values[i] = before.datum;
    nulls[i] = before.is_null;
  }
  return call([&] {
    return heap_modify_tuple_by_cols(trigger.tg_newtuple, descriptor, count, const_cast<int *>(columns.data()),
                                     values.data(), nulls.get());
  });
}

// The key of a row as upkeep.correct_order takes it.
std::string key_argument(const orders_plan &plan, TupleDesc descriptor, HeapTuple row) {
  std::vector<pg::fragment> columns;
  std::vector<pg::parameter> values;
  for (const AttrNumber key : plan.keys) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, key - 1);
    const value of_row = read(row, key, descriptor);
    values.push_back({attribute.atttypid, of_row.datum, of_row.is_null});
    columns.push_back(pg::sql("${number} AS {key}", "number"_is = values.size(),
                              "key"_is = pg::identifier{NameStr(attribute.attname)}));
  }
  std::string text;
  pg::with_spi([&] {
    text = pg::execute(pg::sql("SELECT {argument} FROM (SELECT {columns}) o",
                               "argument"_is = plan.rules.link.key_argument(), "columns"_is = pg::joined(columns)),
                       values)
               .text(0, 1)
               .value_or("");
  });
  return text;
}

// Something that a locked order keeps has another image. What means the same stays as it was.
HeapTuple check_row(const orders_plan &plan, const TriggerData &trigger) {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  const auto before = [&](AttrNumber column) { return read(trigger.tg_trigtuple, column, descriptor); };
  if (!is_locked(plan, descriptor, before))
    return trigger.tg_newtuple;
  std::vector<int> same_values;
  std::optional<std::string> frozen;
  for (std::size_t i = 0; i < plan.frozen.size(); ++i) {
    const AttrNumber column = plan.frozen[i];
    const difference found =
        compare(before(column), read(trigger.tg_newtuple, column, descriptor), *TupleDescAttr(descriptor, column - 1));
    const std::string &name = plan.rules.frozen[i];
    if (found == difference::value && std::ranges::count(plan.keys, column) > 0)
      order_is_locked(plan.rules, order_of(plan, descriptor, before), fmt::format("\"{}\" cannot change", name),
                      not_even_corrected);
    if (found == difference::value && !frozen)
      frozen = name;
    else if (found == difference::image)
      same_values.push_back(column);
  }
  if (plan.paid && !before(plan.paid).is_null && read(trigger.tg_newtuple, plan.paid, descriptor).is_null)
    order_is_locked(plan.rules, order_of(plan, descriptor, before),
                    fmt::format("\"{}\" cannot become NULL, which would reopen it", *plan.rules.paid_column),
                    not_even_corrected);
  if (frozen) {
    const std::string key = key_argument(plan, descriptor, trigger.tg_trigtuple);
    if (!is_open_to(plan.rules.link, key, GetUserId())) {
      locked_order order = order_of(plan, descriptor, before);
      order.key_argument = key;
      order_is_locked(plan.rules, order, fmt::format("\"{}\" cannot change", *frozen),
                      how_to_correct(plan.rules, order));
    }
  }
  return same_values.empty() ? trigger.tg_newtuple : with_old_values(trigger, same_values);
}

void before_truncate_of(const orders_plan &plan, Relation orders) {
  plan.rules.link.as_owner(0, [&] {
    const pg::rows found =
        pg::execute(plan.rules.first_locked(pg::own_rows_of(RelationGetRelid(orders)), pg::fragment("true")));
    if (found.count() > 0)
      order_is_locked(plan.rules, {found.text(0, 1).value_or(""), found.text(0, 2), found.text(0, 3), ""},
                      "it cannot be truncated", not_even_corrected);
  });
}

// Of what a MERGE deletes, PostgreSQL does not tell what it moves to another partition: such an order is still there.
bool has_moved(const orders_plan &plan, const TriggerData &trigger, const pg::transition &gone) {
  Relation orders = trigger.tg_relation;
  if (orders->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
    return false;
  const order_link &link = plan.rules.link;
  const std::vector<Oid> types = types_of(orders, link.keys);
  std::vector<pg::parameter> key;
  for (std::size_t i = 0; i < types.size(); ++i) {
    pg::parameter &each = key.emplace_back(pg::parameter{types[i], 0});
    each.value = call([&] { return slot_getattr(gone.row(), plan.keys[i], &each.is_null); });
  }
  bool found = false;
  link.as_owner(0, [&] {
    found = pg::execute(pg::sql("SELECT FROM {orders} o WHERE {has_key} LIMIT 1", "orders"_is = link.orders_name,
                                "has_key"_is = one_key(orders, "o", link.keys, orders, link.keys)),
                        key)
                .count() > 0;
  });
  return found;
}

void after_delete_of(const orders_plan &plan, const TriggerData &trigger) {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  pg::transition gone(trigger.tg_oldtable, trigger.tg_relation);
  const auto get = [&](AttrNumber column) {
    value found{};
    found.datum = call([&] { return slot_getattr(gone.row(), column, &found.is_null); });
    return found;
  };
  while (gone.next())
    if (is_locked(plan, descriptor, get) && !has_moved(plan, trigger, gone))
      order_is_locked(plan.rules, order_of(plan, descriptor, get), "it cannot be deleted", not_even_corrected);
  gone.close();
}

} // namespace

// Once a row: nothing here may need a destructor when PostgreSQL raises.
HeapTuple guard_order(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  auto *work = static_cast<statement_work *>(fcinfo->flinfo->fn_extra);
  if (!work) {
    work = &pg::make_in<statement_work>(fcinfo->flinfo->fn_mcxt, statement_work{plan_of(trigger)});
    fcinfo->flinfo->fn_extra = work;
  }
  const orders_plan &plan = *work->plan;
  if (pg::compare(watched_columns(plan), RelationGetDescr(trigger.tg_relation), trigger.tg_trigtuple,
                  trigger.tg_newtuple)
          .changed)
    return check_row(plan, trigger);
  return trigger.tg_newtuple;
}

void guard_orders(const TriggerData &trigger) {
  pg::with_spi([&] {
    if (TRIGGER_FIRED_BY_DELETE(trigger.tg_event))
      after_delete_of(*plan_of(trigger), trigger);
    else if (TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event))
      before_truncate_of(*plan_of(trigger), trigger.tg_relation);
  });
}

} // namespace upkeep::orders
