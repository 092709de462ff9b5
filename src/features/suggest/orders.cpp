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
#include "features/orders/snapshots/line_plan.hpp"
#include "features/orders/status/order_status_plan.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "features/orders/totals/order_totals.hpp"
#include "features/suggest/found_schema.hpp"
#include "features/suggest/suggest.hpp"

#include <algorithm>

namespace upkeep::suggest {

using pg::call;

namespace {

constexpr const char *moves =
    R"({"pending": ["paid", "cancelled"], "paid": ["completed", "refunded", "cancelled"], "completed": ["refunded"]})";
constexpr const char *shipping_moves =
    R"({"pending": ["paid", "cancelled"], "paid": ["shipped", "completed", "refunded", "cancelled"], )"
    R"("shipped": ["completed", "refunded"], "completed": ["refunded"]})";

// What a trigger can keep.
bool is_kept(const schema_column &column) { return is_exact(column) && !column.is_computed; }

bool is_in_cents(const schema_column &column) { return column.word.ends_with("_cents"); }

// The columns of one shop that several features name.
struct shop {
  shop(const shop_tables &tables, const schema_table &lines, const schema_table &orders)
      : tables(tables), lines(lines), orders(orders), products(tables.product.to), tenant(tables.order.tenant),
        line_price(exact_or_any(lines, patterns::line_price)), quantity(lines.best(patterns::quantity, is_exact)),
        status(orders.best(patterns::status, is_text)), paid_at(orders.best(patterns::paid_at, is_moment)),
        total(find_total()) {}

  static const schema_column *exact_or_any(const schema_table &table, name_patterns names) {
    const schema_column *exact = table.best(names, is_kept);
    return exact ? exact : table.best(names);
  }

  const schema_column *find_total() const {
    const schema_column *lines_only = orders.best(patterns::subtotal, is_kept);
    return is_more_than_lines() && lines_only ? lines_only : exact_or_any(orders, patterns::total);
  }
  bool is_more_than_lines() const { return orders.best(patterns::beside_lines); }

  shop_tables tables;
  const schema_table &lines, &orders;
  const schema_table *products;
  std::string tenant; // or ""
  const schema_column *line_price, *quantity, *status, *paid_at, *total;
};

// Of the statuses that are wanted those that the column can have, as it writes them; all of them where it takes any
// text.
std::vector<std::string> statuses_of(const schema_column &status, name_patterns wanted) {
  std::vector<std::string> found;
  if (!status.labels) {
    for (const std::string_view each : wanted)
      found.emplace_back(each);
    return found;
  }
  for (const std::string &label : *status.labels)
    if (is_one_of(wanted, snake_name(label)))
      found.push_back(label);
  return found;
}

void require_key(const table_link &link, proposal &made) {
  if (!link.to->is_unique(link.key, link.tenant))
    made.needs(
        fmt::format("ALTER TABLE {} ADD UNIQUE ({});", link.to->name, link.to->unique_columns(link.key, link.tenant)),
        fmt::format("{} of {} is not unique", pg::quoted(link.key), link.to->name));
}

// What all lookups carry. Both links of the lines must have the same.
void add_tenant(const shop &of, bool with_product, proposal &made) {
  if (with_product && of.tables.product.tenant != of.tenant)
    made.blocked("orders and products are not found by the same tenant column");
  else if (!of.tenant.empty())
    made.text("tenant_column", of.tenant);
}

void link_order(const shop &of, proposal &made) {
  made.text("order_column", of.tables.order.column).text("order_key", of.tables.order.key);
}

std::string add_column(const schema_table &table, const std::string &name, const std::string &type) {
  return fmt::format("ALTER TABLE {} ADD COLUMN {} {};", table.name, name, type);
}

// Money in floating point, or in a text.
void require_exact(const schema_table &table, const schema_column *column, proposal &made) {
  if (column && !is_exact(*column))
    made.needs(fmt::format("ALTER TABLE {0} ALTER COLUMN {1} TYPE numeric(12,2) USING {1}::numeric;", table.name,
                           pg::quoted(column->name)),
               fmt::format("{} of {} is {}, which is not an exact numeric type", pg::quoted(column->name), table.name,
                           column->type_name));
}

void suggest_snapshots(const shop &of, std::vector<proposal> &into) {
  if (!of.products || has_feature(of.lines, order_snapshots_feature))
    return;
  proposal made(order_snapshots_feature, {&of.lines, of.products});
  const schema_column *snapshot = of.lines.best(
      patterns::snapshot, [](const schema_column &each) { return each.type == JSONOID || each.type == JSONBOID; });
  const schema_column *price = of.products->best(patterns::price, is_exact);
  if (!price)
    price = of.products->best(patterns::price);
  const schema_column *active =
      of.products->best(patterns::active, [](const schema_column &each) { return each.type == BOOLOID; });
  made.text("product_column", of.tables.product.column)
      .text("product_key", of.tables.product.key)
      .text("order_column", of.tables.order.column);
  if (of.line_price)
    made.text("price_column", of.line_price->name);
  if (price)
    made.text("product_price", price->name);
  if (snapshot)
    made.text("snapshot_column", snapshot->name);
  if (active)
    made.text("active_column", active->name);
  require_exact(*of.products, price, made);
  require_exact(of.lines, of.line_price, made);
  if (!price)
    made.blocked(fmt::format("{} has no column for a price", of.products->name));
  if (!of.line_price)
    made.needs(add_column(of.lines, "price_snapshot", price ? price->type_name : "numeric(12,2)"),
               "the lines have no column for the price");
  if (!snapshot && of.line_price)
    made.remark("there is no column for the product as it was sold: " +
                fmt::format("ALTER TABLE {} ADD COLUMN product_snapshot jsonb", of.lines.name));
  else if (!snapshot)
    made.needs(add_column(of.lines, "product_snapshot", "jsonb"), "nor for the product as it was sold");
  if (price && of.line_price && is_in_cents(*price) != is_in_cents(*of.line_price))
    made.blocked("one price is in cents, the other is not");
  add_tenant(of, true, made);
  require_key(of.tables.product, made);
  made.check(of.lines, {"products=" + of.products->name},
             [](const option_list &options, Relation lines) { orders::resolve_order_line(options, lines); });
  made.remark("a client that sends another price than the product's is refused: mode => 'fill' takes it");
  into.push_back(std::move(made));
}

void suggest_totals(const shop &of, std::vector<proposal> &into) {
  if (has_feature(of.lines, order_totals_feature))
    return;
  proposal made(order_totals_feature, {&of.orders, &of.lines});
  link_order(of, made);
  if (of.total)
    made.text("total_column", of.total->name);
  if (of.quantity)
    made.text("quantity_column", of.quantity->name);
  if (of.line_price)
    made.text("price_column", of.line_price->name);
  require_exact(of.orders, of.total, made);
  require_exact(of.lines, of.line_price, made);
  if (!of.total)
    made.needs(add_column(of.orders, "total_amount", "numeric(12,2) NOT NULL DEFAULT 0"),
               "there is no column for the total");
  else if (of.is_more_than_lines() && !is_one_of(patterns::subtotal, of.total->word))
    made.blocked(
        "the orders have shipping, discounts or taxes beside the lines, and the total would be the sum of the lines");
  if (!of.quantity)
    made.needs(add_column(of.lines, "quantity", "integer NOT NULL DEFAULT 1"), "the lines have no quantity");
  if (!of.line_price)
    made.needs(add_column(of.lines, "price_snapshot", "numeric(12,2)"), "the lines have no price");
  if (of.total && of.line_price && is_in_cents(*of.total) != is_in_cents(*of.line_price))
    made.blocked("one of total and price is in cents, the other is not");
  add_tenant(of, false, made);
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
  if (of.total)
    columns.push_back(of.total->name);
  for (const schema_column &each : of.orders.columns)
    if (is_one_of(patterns::frozen, each.word))
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
  if (of.paid_at)
    made.text("paid_column", of.paid_at->name);
  if (has_status) {
    made.text("status_column", of.status->name);
    if (of.status->labels)
      made.list("locked_statuses", locked);
    else
      made.remark("any text can be a status: see that locked_statuses names yours");
  }
  std::vector<std::string> frozen = frozen_columns(of), usual = usual_frozen(of);
  std::sort(frozen.begin(), frozen.end());
  std::sort(usual.begin(), usual.end());
  made.list("frozen_columns", frozen, usual);
  if (!of.paid_at && !has_status)
    made.needs(add_column(of.orders, "payment_completed_at", "timestamptz"),
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
  const schema_column *number = of.orders.best(patterns::order_number, is_text);
  proposal made(order_number_feature, {&of.orders});
  const std::string name = number ? number->name : "order_number";
  made.text("column", name);
  const std::string index =
      fmt::format("CREATE UNIQUE INDEX ON {} ({});", of.orders.name, of.orders.unique_columns(name, of.tenant));
  if (!number && of.orders.partitioned_by.empty())
    made.needs(add_column(of.orders, "order_number", "text UNIQUE"), "there is no column for the number");
  else if (!number)
    made.needs(add_column(of.orders, "order_number", "text"), "there is no column for the number").needs(index, "");
  else if (!of.orders.is_unique(name, of.tenant))
    made.needs(index, fmt::format("{} is not unique", pg::quoted(name)));
  else if (!number->usual.empty())
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

void suggest_stock(const shop &of, std::vector<proposal> &into) {
  if (!of.products || has_feature(of.lines, stock_feature))
    return;
  proposal made(stock_feature, {&of.lines, of.products});
  const schema_column *stock = of.products->best(patterns::stock, is_kept);
  made.text("stock_column", stock ? stock->name : "stock_quantity")
      .text("product_column", of.tables.product.column)
      .text("product_key", of.tables.product.key);
  if (of.quantity)
    made.text("quantity_column", of.quantity->name);
  const std::vector<std::string> released =
      of.status ? statuses_of(*of.status, patterns::released_statuses) : std::vector<std::string>{};
  const bool gives_back = !released.empty();
  if (gives_back) {
    made.table("orders", of.orders);
    link_order(of, made);
    made.text("status_column", of.status->name);
    if (of.status->labels)
      made.list("released", released);
  } else
    made.remark("no status of the orders gives back what their lines have taken");
  if (!stock)
    made.needs(add_column(*of.products, "stock_quantity", "integer"),
               "there is no integer or numeric column for the stock");
  if (!of.quantity)
    made.blocked("the lines have no quantity");
  add_tenant(of, true, made);
  require_key(of.tables.product, made);
  if (gives_back)
    require_key(of.tables.order, made);
  made.check(of.lines, {"products=" + of.products->name}, [&](const option_list &options, Relation) {
    orders::resolve_stock(options, of.lines.oid, of.products->oid,
                          gives_back ? std::optional(of.orders.oid) : std::nullopt);
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
    suggest_snapshots(of, into);
    suggest_totals(of, into);
    suggest_lock(of, into);
  }
  suggest_status(of, into);
  suggest_number(of, into);
  if (tables.order.to)
    suggest_stock(of, into);
}

} // namespace upkeep::suggest
