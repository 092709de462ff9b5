#include "features/orders/refunds/order_refunds.hpp"

#include "features/catalogue.hpp"
#include "features/orders/snapshots/returns/returned_pieces.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/column_info.hpp"
#include "postgres/rows/unique_index.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

[[noreturn]] void lacks(const feature_rule &feature, Relation orders, Relation lines, const char *why) {
  const auto name = [](Relation table) { return pg::qualified(pg::logical_table(RelationGetRelid(table))); };
  const std::string first = name(&feature == &stock_feature ? lines : orders);
  const std::string second = &feature == &stock_feature ? "the products" : pg::literals({name(lines)});
  throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
              .message = fmt::format("{} is not enabled for \"{}\" and \"{}\"", feature.name, pg::table_name(orders),
                                     pg::table_name(lines)),
              .detail = why,
              .hint = fmt::format("Call upkeep.enable_{}({}, {}) first.", feature.name, pg::literals({first}), second)};
}

// The options of a trigger that lines have for these orders.
option_list options_for(const feature_rule &feature, Relation orders, Relation lines, const char *why) {
  const Trigger *trigger = trigger_of(lines, feature);
  if (!trigger || orders_named_by(RelationGetRelid(lines), feature) != RelationGetRelid(orders))
    lacks(feature, orders, lines, why);
  return pg::trigger_options(*trigger, feature);
}

order_totals totals_of(Relation orders, Relation lines) {
  return resolve_totals(options_for(order_totals_feature, orders, lines,
                                    "The totals say what may be refunded of an order and its lines."),
                        orders, lines);
}

order_lock_rules lock_of(Relation orders, Relation lines) {
  return resolve_lock(options_for(order_lock_feature, orders, lines,
                                  "The lock says which orders are closed, so that their refunds are written."),
                      orders, lines);
}

total_column number_column(Relation table, const std::string &name) {
  const pg::column_info column(table, pg::require_column(table, name, enable_order_refunds_name));
  column.require_number("Use numeric, bigint, integer or smallint.");
  column.require_not_generated("What was refunded is kept in columns that can be written.");
  return resolve_total_column(table, column.number);
}

std::optional<total_column> kept_column(const option_list &options, std::string_view option, Relation table) {
  const std::string *name = find_option(options, option);
  return name ? std::optional(number_column(table, *name)) : std::nullopt;
}

std::optional<std::string> restock_of(const option_list &options, Relation refunds, Relation orders, Relation lines) {
  const std::string *name = find_option(options, "restock_column");
  if (!name)
    return std::nullopt;
  const pg::column_info column(refunds, pg::require_column(refunds, *name, enable_order_refunds_name));
  if (column.type != BOOLOID)
    column.refuse_type("cannot say whether pieces go back to stock", "Make it boolean.");
  if (!trigger_of(lines, stock_feature))
    lacks(stock_feature, orders, lines, "A restock_column gives pieces back to a stock.");
  return *name;
}

// The column with the pieces of a line: as the totals say, else the one that is called as in the refunds, else as the
// stock says; nullopt where a line is one piece.
std::optional<std::string> column_of_pieces(const std::string &quantity, Relation lines) {
  const option_list of_totals = pg::trigger_options(*trigger_of(lines, order_totals_feature), order_totals_feature);
  if (const std::optional<std::string> name = column_name_option(lines, of_totals, "quantity_column"))
    return name;
  if (const AttrNumber number = pg::find_column(RelationGetDescr(lines), quantity);
      number && pg::is_number(pg::column_info(lines, number).type))
    return quantity;
  if (const Trigger *stock = trigger_of(lines, stock_feature))
    return text_option(pg::trigger_options(*stock, stock_feature), "quantity_column");
  return std::nullopt;
}

// What says what was sold would be lost.
void require_own_column(const std::optional<total_column> &kept, const std::vector<std::string> &others,
                        Relation table) {
  if (kept && std::ranges::count(others, kept->name) > 0)
    throw fault{.sqlstate = sqlstate::invalid_object_definition,
                .message =
                    fmt::format("column \"{}\" of table \"{}\" cannot keep what is refunded: it says what was sold",
                                kept->name, pg::table_name(table)),
                .hint = "Name a column of its own."};
}

std::vector<std::string> inputs_of_line(const order_refunds &of, Relation lines) {
  std::vector<std::string> columns = of.line_keys;
  columns.insert(columns.end(), of.link.columns.begin(), of.link.columns.end());
  if (!of.totals.line_formula) {
    const option_list of_totals = pg::trigger_options(*trigger_of(lines, order_totals_feature), order_totals_feature);
    columns.push_back(text_option(of_totals, "price_column"));
    return columns;
  }
  for (const column_formula::input &each : of.totals.line_formula->inputs)
    columns.push_back(each.name);
  return columns;
}

fragment sum_of(const order_refunds &of, const fragment &condition) {
  return sql("COALESCE((SELECT pg_catalog.sum(r.{amount}::pg_catalog.numeric) FROM {refunds} r WHERE {condition}), 0)",
             "amount"_is = pg::identifier{of.amount.name}, "refunds"_is = of.refunds_name, "condition"_is = condition);
}

// Which of the three tables the triggers of the refunds mean by it.
std::optional<Oid> named_by_refunds(Oid refunds, column_of::owner place) {
  return place == column_of::orders ? orders_named_by(refunds, order_refunds_feature)
                                    : lines_named_by(refunds, order_refunds_feature);
}

} // namespace

refund_tables tables_of_refunds(const option_list &options, Relation own, LOCKMODE lock) {
  const column_of::owner place = place_of(options);
  const auto other = [&](const char *option) { return other_table(options, option, own, lock); };
  if (place == column_of::refunds) {
    const Oid whole = pg::topmost(RelationGetRelid(own));
    if (whole != RelationGetRelid(own)) {
      call([=] { LockRelationOid(whole, lock); });
      pg::require_role_of(own->rd_rel->relowner, whole, pg::owner_of(whole));
    }
    const Oid orders = other("orders");
    return {whole, orders, other("order_items")};
  }
  refund_tables tables{other("refunds"), InvalidOid, InvalidOid};
  // Of a partition or a child the refunds know the whole.
  std::optional<Oid> whole = pg::lock_found(lock, [&] { return named_by_refunds(tables.refunds, place); });
  if (!whole) {
    whole = pg::topmost(RelationGetRelid(own));
    call([&] { LockRelationOid(*whole, lock); });
  }
  pg::require_role_of(own->rd_rel->relowner, *whole, pg::owner_of(*whole));
  if (place == column_of::orders) {
    tables.orders = *whole;
    tables.lines = other("order_items");
  } else {
    tables.lines = *whole;
    tables.orders = other("orders");
  }
  return tables;
}

order_refunds::order_refunds(const option_list &options, Relation refunds, Relation orders, Relation lines)
    : refunds(RelationGetRelid(refunds)), owner(refunds->rd_rel->relowner), refunds_name(pg::table{this->refunds}),
      link(resolve_link(options, orders, lines, enable_order_refunds_name)),
      quantity(number_column(refunds, text_option(options, "quantity_column")).name),
      amount(number_column(refunds, text_option(options, "amount_column"))),
      refunded(kept_column(options, "refunded_column", orders)),
      refunded_quantity(kept_column(options, "refunded_quantity_column", lines)), totals(totals_of(orders, lines)),
      lock(lock_of(orders, lines)), pieces(options, refunds, lines, "l") {
  restock = restock_of(options, refunds, orders, lines);
  const std::string *given = find_option(options, "tenant_column");
  const std::optional<std::string> tenant = given ? std::optional(*given) : std::nullopt;
  order_columns = with_tenant(tenant, text_option(options, "order_column"));
  line_columns = with_tenant(tenant, text_option(options, "line_column"));
  line_keys = with_tenant(tenant, text_option(options, "line_key"));
  for (std::size_t i = 0; i < link.keys.size(); ++i) {
    require_comparable(orders, link.keys[i], refunds, order_columns[i], enable_order_refunds_name);
    require_comparable(lines, line_keys[i], refunds, line_columns[i], enable_order_refunds_name);
  }
  is_of_line = pg::equal_keys(refunds, "r", line_columns, lines, "l", line_keys, enable_order_refunds_name);
  is_of_order = pg::equal_keys(refunds, "r", order_columns, orders, "o", link.keys, enable_order_refunds_name);
  returned = returned_pieces(lines, "l");
  amount_of_order = sum_of(*this, is_of_order);
  line_inputs = inputs_of_line(*this, lines);
  const std::optional<std::string> pieces_column = column_of_pieces(quantity, lines);
  sold = pieces_column
             ? sql("COALESCE(l.{column}::pg_catalog.numeric, 0)", "column"_is = pg::identifier{*pieces_column})
             : sql("1::pg_catalog.numeric");
  if (pieces_column)
    line_inputs.push_back(*pieces_column);
  std::vector<std::string> of_orders = link.keys;
  of_orders.push_back(totals.total.name);
  if (totals.lines_total)
    of_orders.push_back(totals.lines_total->name);
  require_own_column(refunded, of_orders, orders);
  require_own_column(refunded_quantity, line_inputs, lines);
  if (refunded && totals.total_formula)
    require_not_refunded(*totals.total_formula, refunded->name, orders);
  if (refunded_quantity && totals.line_formula)
    require_not_refunded(*totals.line_formula, refunded_quantity->name, lines);
}

void require_sound_refunds(const order_refunds &of, Relation orders, Relation lines) {
  pg::require_unique_key(orders, of.link.keys, "an order");
  pg::require_unique_key(lines, of.line_keys, "a line");
}

fragment order_refunds::gone(const fragment &refunded) const {
  return returned ? sql("{refunded} [+] {returned}", "refunded"_is = refunded, "returned"_is = *returned) : refunded;
}

fragment order_refunds::order_as_json() const {
  return sql("pg_catalog.to_jsonb(o.{key})::pg_catalog.text", "key"_is = pg::identifier{link.keys.back()});
}

fragment order_refunds::line_as_json() const {
  return sql("pg_catalog.to_jsonb(l.{key})::pg_catalog.text", "key"_is = pg::identifier{line_keys.back()});
}

void refund_not_possible(const std::string &message, const refused_refund &numbers, const std::string &hint) {
  throw fault{.sqlstate = sqlstate::refund_not_possible,
              .message = message,
              .detail = fmt::format(R"({{"order":{},"line":{},"sold":{},"refunded":{},"requested":{}}})", numbers.order,
                                    numbers.line, numbers.sold, numbers.refunded, numbers.requested),
              .hint = hint};
}

} // namespace upkeep::orders
