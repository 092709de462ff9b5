// What keeps the orders of a shop, as upkeep.suggest proposes it.
#include "core/options/option_list.hpp"
#include "core/orders/order_number.hpp"
#include "core/suggest/names.hpp"
#include "core/suggest/patterns.hpp"
#include "core/text/joined.hpp"
#include "features/catalogue.hpp"
#include "features/orders/lock/order_lock_rules.hpp"
#include "features/orders/number/order_number_column.hpp"
#include "features/orders/number/order_number_settings.hpp"
#include "features/orders/status/order_status_plan.hpp"
#include "features/orders/totals/column_formula.hpp"
#include "features/orders/totals/order_totals.hpp"
#include "features/suggest/shop.hpp"
#include "features/suggest/suggest.hpp"
#include "features/trigger_options.hpp"

#include <algorithm>

namespace upkeep::suggest {

using pg::call;

namespace {

constexpr const char *moves =
    R"({"pending": ["paid", "cancelled"], "paid": ["completed", "refunded", "cancelled"], "completed": ["refunded"]})";
constexpr const char *shipping_moves =
    R"({"pending": ["paid", "cancelled"], "paid": ["shipped", "completed", "refunded", "cancelled"], )"
    R"("shipped": ["completed", "refunded"], "completed": ["refunded"]})";

// Where an order is more than its lines, and it is not known how, what these add up to gets a column of its own.
std::string add_total(const shop &of, proposal &made) {
  const bool is_sum = of.is_more_than_lines() && !of.has_formulas;
  const schema_column *like = of.line_price;
  if (const schema_column *whole = of.orders.best(patterns::total, is_kept); is_sum && whole)
    like = whole;
  const std::string type = money_type(like) + " NOT NULL DEFAULT 0";
  const name_patterns names = is_sum ? name_patterns(patterns::subtotal) : name_patterns(patterns::total);
  const std::string name = free_name(of.orders, names, like);
  made.needs(add_column(of.orders, name, type),
             is_sum
                 ? "there are shipping, discounts or taxes beside the lines, so the sum of the lines is not the total "
                   "and needs a column of its own"
                 : "there is no column for the total");
  return name;
}

std::vector<std::string> names_of(const std::vector<amount_term> &terms, bool taken_off) {
  std::vector<std::string> names;
  for (const amount_term &each : terms)
    if (each.is_taken_off == taken_off)
      names.push_back(pg::quoted(each.column->name));
  return names;
}

// What to look at before a formula is trusted.
void remark_on(const std::string &formula, const std::vector<amount_term> &terms, proposal &made) {
  const std::vector<std::string> added = names_of(terms, false), taken_off = names_of(terms, true);
  const std::string adds = added.empty() ? "" : "adds " + enumerated(added);
  const std::string takes_off = taken_off.empty() ? "" : "takes off " + enumerated(taken_off);
  made.remark(fmt::format("{} {}{}{}: see that your shop does", formula, adds,
                          added.empty() || taken_off.empty() ? "" : " and ", takes_off));
}

// The amounts of the lines, and what the total is made of.
void add_formulas(const shop &of, const std::string &price, const std::string &quantity, proposal &made) {
  if (!of.has_formulas) {
    if (!of.amounts.doubts.empty())
      made.remark(fmt::format("only the sum of the lines is kept, since {}", joined(of.amounts.doubts, ", ")));
    else if (of.is_more_than_lines())
      made.remark("only the sum of the lines is kept, since there is no column for the total");
    return;
  }
  for (const amount_term &each : of.amounts.of_orders)
    require_exact(of.orders, each.column, made);
  for (const amount_term &each : of.amounts.of_lines)
    require_exact(of.lines, each.column, made);
  if (!of.amounts.of_lines.empty()) {
    std::string formula =
        formula_of(fmt::format("{} * {}", pg::quoted(price), pg::quoted(quantity)), of.amounts.of_lines);
    if (!of.line_price || of.line_price->is_nullable || !of.quantity || of.quantity->is_nullable)
      formula = fmt::format("coalesce({}, 0)", formula);
    made.text("line_formula", formula);
    remark_on("line_formula", of.amounts.of_lines, made);
  }
  if (!of.amounts.of_orders.empty()) {
    made.text("total_formula", formula_of(orders::sum_input, of.amounts.of_orders));
    remark_on("total_formula", of.amounts.of_orders, made);
  }
}

// Of both tables, under one name; a line's gets that of its order, which must have one.
void add_currency(const shop &of, proposal &made) {
  const schema_column *own = of.orders.best(patterns::currency, is_text);
  const schema_column *of_line = own ? of.lines.find(own->name) : nullptr;
  if (of_line && !own->is_nullable && !own->is_computed && !of_line->is_computed && of_line->type == own->type &&
      of_line->type_name == own->type_name)
    made.text("currency_column", own->name);
}

void suggest_totals(const shop &of, std::vector<proposal> &into) {
  if (has_feature(of.lines, order_totals_feature))
    return;
  proposal made(order_totals_feature, {&of.orders, &of.lines});
  link_order(of, made);
  made.text("total_column", of.total ? of.total->name : add_total(of, made));
  const std::string quantity = name_quantity(of, made);
  const std::string price = of.line_price ? of.line_price->name : add_line_price(of, made);
  made.text("price_column", price);
  require_exact(of.orders, of.total, made);
  require_exact(of.lines, of.line_price, made);
  if (of.total && of.line_price && is_in_cents(*of.total) != is_in_cents(*of.line_price))
    made.blocked("one of total and price is in cents, the other is not");
  add_tenant(of, false, made);
  add_formulas(of, price, quantity, made);
  if (of.sum)
    made.text("lines_column", of.sum->name)
        .remark(fmt::format("{} becomes the sum of the lines, of existing orders too", pg::quoted(of.sum->name)));
  add_currency(of, made);
  require_key(of.tables.order, made);
  made.check(of.lines, {"orders=" + of.orders.name}, [&](const option_list &options, Relation lines) {
    pg::with_relation(of.orders.oid, [&](Relation orders) { orders::resolve_totals(options, orders, lines); });
  });
  made.remark("totals that are there stay until their lines change: see upkeep.check_orders");
  into.push_back(std::move(made));
}

// What an order that is paid keeps.
std::vector<std::string> frozen_columns(const shop &of) {
  std::vector<std::string> columns;
  for (const schema_column &each : of.orders.columns)
    if (&each == of.total || &each == of.sum || &each == of.orders.best(patterns::total) ||
        is_one_of(patterns::frozen, each.word))
      columns.push_back(each.name);
  return columns;
}

// Those of the default that the orders have.
std::vector<std::string> usual_frozen(const shop &of) {
  std::vector<std::string> columns;
  for (const std::string &name : usual_list(order_lock_feature, "frozen_columns"))
    if (of.orders.find(name))
      columns.push_back(name);
  return columns;
}

void suggest_lock(const shop &of, std::vector<proposal> &into) {
  if (has_feature(of.lines, order_lock_feature))
    return;
  proposal made(order_lock_feature, {&of.orders, &of.lines});
  link_order(of, made);
  const std::vector<std::string> locked =
      of.status ? statuses_of(*of.status, patterns::locked_statuses) : std::vector<std::string>{};
  const bool has_status = !locked.empty();
  const std::string paid = of.paid_at ? of.paid_at->name : free_name(of.orders, patterns::paid_at);
  if (of.paid_at)
    made.text("paid_column", paid);
  if (has_status) {
    made.text("status_column", of.status->name);
    if (of.status->labels)
      made.list("locked_statuses", locked);
    else
      made.remark("any text can be a status: see that locked_statuses names yours");
  }
  std::vector<std::string> open;
  for (const schema_column &each : of.lines.columns)
    if (is_one_of(patterns::open, each.word))
      open.push_back(each.name);
  made.list("open_columns", open);
  std::vector<std::string> frozen = frozen_columns(of), usual = usual_frozen(of);
  std::sort(frozen.begin(), frozen.end());
  std::sort(usual.begin(), usual.end());
  made.list("frozen_columns", frozen, usual);
  if (!of.paid_at && !has_status)
    made.text("paid_column", paid)
        .needs(add_column(of.orders, paid, "timestamptz"),
               of.status ? "no status of the orders says that one is paid" : "nothing says that an order is paid");
  add_tenant(of, false, made);
  require_key(of.tables.order, made);
  made.check(of.lines, {"orders=" + of.orders.name}, [&](const option_list &options, Relation lines) {
    pg::with_relation(of.orders.oid, [&](Relation orders) { orders::resolve_lock(options, orders, lines); });
  });
  into.push_back(std::move(made));
}

bool has_labels(const shop &of, name_patterns labels) {
  return of.status->labels &&
         std::is_permutation(of.status->labels->begin(), of.status->labels->end(), labels.begin(), labels.end());
}

// Whether the statuses are those of the storefront, so that its moves are too.
bool moves_like_storefront(const shop &of) {
  if (of.status->labels)
    return has_labels(of, patterns::storefront_statuses) ||
           has_labels(of, std::span(patterns::storefront_statuses).first(5));
  return of.status->usual.starts_with("'pending'") && of.paid_at && of.paid_at->name == "payment_completed_at";
}

void suggest_status(const shop &of, std::vector<proposal> &into) {
  if (!of.status || has_feature(of.orders, order_status_feature))
    return;
  proposal made(order_status_feature, {&of.orders});
  const char *const transitions = has_labels(of, patterns::storefront_statuses) ? shipping_moves : moves;
  made.second(pg::literals({transitions}));
  made.text("status_column", of.status->name);
  const std::vector<std::string> paid = statuses_of(*of.status, std::span(patterns::locked_statuses).first(1));
  if (!paid.empty())
    made.text("paid_status", paid.front());
  if (of.paid_at && is_time(*of.paid_at))
    made.text("paid_column", of.paid_at->name);
  if (!moves_like_storefront(of))
    made.blocked(of.status->labels
                     ? fmt::format("write the moves of these statuses: {}", joined(*of.status->labels, ", "))
                     : std::string("write the moves that your orders make"));
  made.check(of.orders, {fmt::format("transitions={}", transitions)},
             [](const option_list &options, Relation orders) { orders::resolve_order_status(options, orders); });
  into.push_back(std::move(made));
}

void suggest_number(const shop &of, std::vector<proposal> &into) {
  if (has_feature(of.orders, order_number_feature))
    return;
  const schema_column *number = of.orders.best(patterns::order_number, [](const schema_column &each) {
    return is_text(each) || (each.type == INT4OID || each.type == INT8OID);
  });
  proposal made(order_number_feature, {&of.orders});
  const std::string name = number ? number->name : free_name(of.orders, patterns::order_number);
  made.text("column", name);
  if (number && !is_text(*number))
    made.text("prefix", "");
  const std::string index =
      fmt::format("CREATE UNIQUE INDEX ON {} ({});", of.orders.name, of.orders.unique_columns(name, of.tenant));
  if (!number && of.orders.partitioned_by.empty())
    made.needs(add_column(of.orders, name, "text UNIQUE"), "there is no column for the number");
  else if (!number)
    made.needs(add_column(of.orders, name, "text"), "there is no column for the number").needs(index, "");
  else if (!of.orders.is_unique(name, of.tenant))
    made.needs(index, fmt::format("{} is not unique", pg::quoted(name)));
  else if (!number->usual.empty() || number->is_computed)
    made.blocked(fmt::format("{} has a default already", pg::quoted(name)));
  add_tenant(of, false, made);
  made.check(of.orders, {}, [&](const option_list &options, Relation orders) {
    const orders::order_number_settings settings = orders::read_order_number(options);
    const orders::order_number_column column = orders::require_number_column(orders, settings);
    const std::string first = orders::format_order_number(settings.prefix, 1, settings.digits);
    if (column.max_characters && column.max_characters < static_cast<int>(first.size()))
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("{} is too short for {}", number->type_name, first),
                  .hint = "Pass fewer digits, or a shorter prefix."};
  });
  into.push_back(std::move(made));
}

} // namespace

void suggest_orders(const found_schema &schema, std::vector<proposal> &into) {
  const shop_tables tables = schema.shop();
  const schema_table *orders = tables.order.to ? tables.order.to : schema.best(patterns::orders);
  // What has no lines and only ends in the name, like work_orders, does not belong to a shop.
  if (!orders || (!tables.order.to && orders->word != patterns::orders[0]))
    return;
  // Without lines what concerns the orders alone remains.
  const shop of(tables, tables.order.to ? *tables.order.from : *orders, *orders);
  if (tables.order.to) {
    suggest_snapshots(schema, of, into);
    suggest_totals(of, into);
    suggest_lock(of, into);
  }
  suggest_status(of, into);
  suggest_number(of, into);
  if (!tables.order.to)
    return;
  suggest_stock(schema, of, into);
  suggest_refunds(schema, of, into);
}

} // namespace upkeep::suggest
