#include "features/orders/totals/currency.hpp"

#include "features/catalogue.hpp"
#include "features/trigger_options.hpp"
#include "postgres/column_info.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/rows/keyed_rows.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/trigger.hpp"

#include <cstring>

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// `order`: its key as JSON.
[[noreturn]] void other_currency(const std::string &orders, const std::string &order, const std::string &currency,
                                 const std::string &line_currency) {
  throw fault{.sqlstate = sqlstate::currency_mismatch,
              .message = fmt::format("a line of order {} of \"{}\" has another currency than the order", order, orders),
              .detail = fmt::format(R"({{"order":{},"currency":{},"line_currency":{}}})", order,
                                    pg::json_string(currency), pg::json_string(line_currency)),
              .hint = "Leave the currency of a line out: it gets that of its order. Convert its price before."};
}

[[noreturn]] void no_currency(const std::string &orders, const std::string &order) {
  throw fault{.sqlstate = sqlstate::null_value_not_allowed,
              .message = fmt::format("order {} of \"{}\" has lines and no currency", order, orders),
              .hint = "Give the order its currency first."};
}

// The key of an order o, without the tenant, as JSON.
fragment key_as_json(const order_totals &totals) {
  return sql("pg_catalog.to_jsonb(o.{key})::pg_catalog.text", "key"_is = pg::identifier{totals.link.keys.back()});
}

fragment currency_of(const char *alias, const order_totals &totals) {
  return sql("{alias}.{column}::pg_catalog.text", "alias"_is = fragment(alias),
             "column"_is = pg::identifier{*totals.currency});
}

fragment offending_query(const order_totals &totals, Relation orders, Relation lines) {
  const order_link &link = totals.link;
  return sql(R"sql(
    SELECT {key}, {of_order}, {of_line}
    FROM {orders} o
    JOIN {lines} l ON {same_keys}
    WHERE {has_key} AND ({of_order} IS NULL OR {of_line} IS NULL OR {of_line} [<>] {of_order})
    ORDER BY {of_line} IS NULL, {keys}
    LIMIT 1
  )sql",
             "key"_is = key_as_json(totals), "of_order"_is = currency_of("o", totals),
             "of_line"_is = currency_of("l", totals), "orders"_is = link.orders_name, "lines"_is = link.lines_name,
             "same_keys"_is =
                 pg::equal_keys(orders, "o", link.keys, lines, "l", link.columns, enable_order_totals_name),
             "has_key"_is = match_orders(link, orders, lines, enable_order_totals_name).condition,
             "keys"_is = link.key_list());
}

fragment fill_query(const order_totals &totals, Relation orders, Relation lines) {
  const order_link &link = totals.link;
  const pg::identifier column{*totals.currency};
  return sql(R"sql(
    UPDATE {lines} l
    SET {column} = o.{column}
    FROM {orders} o
    WHERE {same_keys} AND {has_key} AND l.{column} IS NULL AND o.{column} IS NOT NULL
  )sql",
             "lines"_is = link.lines_name, "column"_is = column, "orders"_is = link.orders_name,
             "same_keys"_is =
                 pg::equal_keys(orders, "o", link.keys, lines, "l", link.columns, enable_order_totals_name),
             "has_key"_is = match_orders(link, orders, lines, enable_order_totals_name).condition);
}

std::vector<Oid> array_types(Relation table, const std::vector<std::string> &columns) {
  std::vector<Oid> types = types_of(table, columns);
  for (Oid &type : types)
    type = call([=] { return get_array_type(type); });
  return types;
}

std::vector<Oid> with_text(std::vector<Oid> types) {
  types.push_back(TEXTOID);
  return types;
}

// What the session remembers of the row trigger on the lines.
struct fill_plan {
  fill_plan(const order_totals &totals, Relation orders, Relation lines)
      : link(totals.link), column(pg::find_column(RelationGetDescr(lines), *totals.currency)),
        currency(sql("SELECT o.{column} FROM {orders} o WHERE {has_key}",
                     "column"_is = pg::identifier{*totals.currency}, "orders"_is = link.orders_name,
                     "has_key"_is = one_key(orders, "o", link.keys, lines, link.columns)),
                 types_of(lines, link.columns)) {
    std::vector<pg::key_part> parts;
    for (std::size_t i = 0; i < link.columns.size(); ++i) {
      keys.push_back(pg::find_column(RelationGetDescr(lines), link.columns[i]));
      parts.push_back(
          {pg::find_column(RelationGetDescr(orders), link.keys[i]), pg::column_info(lines, keys.back()).type});
    }
    of_order = pg::find_column(RelationGetDescr(orders), *totals.currency);
    by = call([&] { return pg::find_unique_key(orders, parts.data(), static_cast<int>(parts.size())); });
  }

  order_link link;
  AttrNumber column, of_order;
  std::vector<AttrNumber> keys;
  pg::unique_key by;        // of orders
  pg::saved_query currency; // of the order with the key $1, ..., where no index finds it
};

pg::resolved_plan<fill_plan> make_fill_plan(const Trigger &trigger, Relation lines) {
  const option_list options = pg::trigger_options(trigger, order_totals_feature);
  const Oid orders = other_table(options, "orders", lines, RowShareLock);
  std::shared_ptr<const fill_plan> plan;
  pg::with_relation(orders, [&](Relation target) {
    const order_totals totals = resolve_totals(options, target, lines);
    if (!totals.currency)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("trigger \"{}\" of \"{}\" names no currency_column", trigger.tgname,
                                         pg::table_name(lines)),
                  .hint = "Call upkeep.enable_order_totals() again."};
    plan = std::make_shared<const fill_plan>(totals, target, lines);
  });
  return {plan, {{RelationGetRelid(lines)}, {orders, RowShareLock}}};
}

// As it will be when everyone has ended who is changing the order now: a line that would be filled with what is about
// to be replaced would have another currency than its order. False where no index finds the order.
bool read_currency(const fill_plan &plan, const std::vector<Datum> &key, const FormData_pg_attribute &attribute,
                   NullableDatum &into) {
  return call([&] {
    for (bool has_waited = true; has_waited;) {
      pg::keyed_rows rows;
      if (!pg::open_keyed(plan.by, false, rows))
        return false;
      const bool is_there = pg::find_by_key(rows, key.data());
      has_waited = is_there && pg::wait_for_writer(rows);
      if (is_there && !has_waited) {
        into.value = slot_getattr(rows.row, plan.of_order, &into.isnull);
        if (!into.isnull)
          into.value = datumCopy(into.value, attribute.attbyval, attribute.attlen);
      }
      pg::close_keyed(rows);
    }
    return true;
  });
}

void query_currency(const fill_plan &plan, const std::vector<Datum> &key, const FormData_pg_attribute &attribute,
                    NullableDatum &into) {
  pg::with_spi([&] {
    const pg::rows found = plan.currency.execute(key);
    if (found.count() == 0)
      return;
    const Datum value = found.value(0, 1, into.isnull);
    if (!into.isnull)
      into.value = call([&] { return SPI_datumTransfer(value, attribute.attbyval, attribute.attlen); });
  });
}

} // namespace

void require_one_currency_type(const order_totals &totals, Relation orders, Relation lines) {
  const auto type = [&](Relation table) {
    return pg::column_info(table, pg::find_column(RelationGetDescr(table), *totals.currency));
  };
  const pg::column_info of_orders = type(orders), of_lines = type(lines);
  if (of_orders.declared == of_lines.declared && of_orders.declared_modifier == of_lines.declared_modifier)
    return;
  throw fault{.sqlstate = sqlstate::type_mismatch,
              .message = fmt::format("column \"{}\" is {} in \"{}\" and {} in \"{}\"", *totals.currency,
                                     of_orders.type_name(), of_orders.table, of_lines.type_name(), of_lines.table),
              .hint = "Give both columns the same type."};
}

line_currencies::line_currencies(const order_totals &totals, Relation orders, Relation lines)
    : offending(offending_query(totals, orders, lines), array_types(lines, totals.link.columns)),
      fill(fill_query(totals, orders, lines), array_types(lines, totals.link.columns)),
      orders_name(pg::table_name(pg::topmost(totals.link.orders))) {}

void line_currencies::settle(const std::vector<pg::parameter> &keys) const {
  pg::rows found = offending.execute(keys);
  if (found.count() > 0 && found.text(0, 2) && !found.text(0, 3)) {
    const pg::marked_statement marked(pg::own_statement::quiet);
    fill.execute(keys);
    found = offending.execute(keys);
  }
  if (found.count() == 0)
    return;
  const std::string order = found.text(0, 1).value_or("null");
  const std::optional<std::string> currency = found.text(0, 2);
  if (!currency)
    no_currency(orders_name, order);
  other_currency(orders_name, order, *currency, found.text(0, 3).value_or(""));
}

bool is_on_lines(const Trigger &trigger) {
  for (int i = 0; i < trigger.tgnargs; ++i)
    if (std::strncmp(trigger.tgargs[i], "orders=", 7) == 0)
      return true;
  return false;
}

HeapTuple with_currency(const TriggerData &trigger) {
  Relation lines = trigger.tg_relation;
  TupleDesc descriptor = RelationGetDescr(lines);
  const auto plan =
      pg::session_plan<fill_plan>(*trigger.tg_trigger, [&] { return make_fill_plan(*trigger.tg_trigger, lines); });
  HeapTuple row = trigger.tg_trigtuple;
  if (!call([&] { return heap_attisnull(row, plan->column, descriptor); }))
    return row;
  std::vector<Datum> key;
  for (const AttrNumber column : plan->keys) {
    bool is_null = false;
    key.push_back(call([&] { return heap_getattr(row, column, descriptor, &is_null); }));
    if (is_null)
      return row;
  }
  const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, plan->column - 1);
  NullableDatum currency{0, true};
  plan->link.as_owner(0, [&] {
    if (!read_currency(*plan, key, attribute, currency))
      query_currency(*plan, key, attribute, currency);
  });
  if (currency.isnull)
    return row;
  return call([&] {
    int column = plan->column;
    return heap_modify_tuple_by_cols(row, descriptor, 1, &column, &currency.value, &currency.isnull);
  });
}

order_currency::order_currency(const order_totals &totals, Relation orders, Relation lines)
    : number(pg::find_column(RelationGetDescr(orders), *totals.currency)),
      others(sql(R"sql(
        SELECT pg_catalog.to_jsonb(${position})::pg_catalog.text, {of_line}
        FROM {lines} l
        WHERE {has_key} AND (${last} IS NULL OR {of_line} [<>] ${last})
        LIMIT 1
      )sql",
                 "position"_is = totals.link.keys.size(), "of_line"_is = currency_of("l", totals),
                 "lines"_is = totals.link.lines_name,
                 "has_key"_is = one_key(lines, "l", totals.link.columns, orders, totals.link.keys),
                 "last"_is = totals.link.keys.size() + 1),
             with_text(types_of(orders, totals.link.keys))),
      orders_name(pg::table_name(orders)) {}

void order_currency::require(std::span<const Datum> key, const char *currency) const {
  std::vector<pg::parameter> parameters;
  for (const Datum part : key)
    parameters.push_back({InvalidOid, part});
  parameters.push_back({TEXTOID, currency ? pg::parameter::text(currency).value : Datum(0), !currency});
  const pg::rows found = others.execute(parameters);
  if (found.count() == 0)
    return;
  const std::string order = found.text(0, 1).value_or("null");
  if (!currency)
    no_currency(orders_name, order);
  other_currency(orders_name, order, currency, found.text(0, 2).value_or(""));
}

} // namespace upkeep::orders
