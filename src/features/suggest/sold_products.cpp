// What keeps the products of a shop's lines, as upkeep.suggest proposes it: snapshots and stock.
#include "core/options/option_list.hpp"
#include "core/suggest/names.hpp"
#include "core/suggest/patterns.hpp"
#include "features/catalogue.hpp"
#include "features/orders/snapshots/line_plan.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "features/suggest/shop.hpp"

namespace upkeep::suggest {

namespace {

void require_product_column(const shop &of, proposal &made) {
  const table_link &link = of.tables.product;
  if (!link.is_missing)
    return;
  const std::string type = link.to->find(link.key)->type_name;
  const std::string references = fmt::format(" REFERENCES {} ({})", link.to->name, pg::quoted(link.key));
  made.needs(add_column(of.lines, link.column, link.to->is_key(link.key) ? type + references : type),
             fmt::format("no column of {} says which product was sold", of.lines.name));
}

// Other tables are not looked into: what a product costs, and how many there are, stands in its own row.
std::string stands_elsewhere(const schema_table *other) {
  return other ? fmt::format("; {} is not looked into", other->name) : "";
}

std::string add_product_price(const found_schema &schema, const shop &of, proposal &made) {
  const std::string name = free_name(*of.products, patterns::price, of.line_price);
  made.needs(add_column(*of.products, name, price_type(of.line_price)),
             fmt::format("{} has no column for a price{}", of.products->name,
                         stands_elsewhere(schema.about(*of.products, patterns::price))));
  return name;
}

// Without it the price alone is kept: where nothing else is missing, that is enough to begin with.
void require_snapshot(const shop &of, const std::string &name, proposal &made) {
  const std::string statement = add_column(of.lines, name, "jsonb");
  const std::string note = "there is no column for the product as it was sold";
  if (made.is_open() && name == patterns::snapshot[0])
    made.remark(fmt::format("{}: {}", note, statement.substr(0, statement.size() - 1)));
  else
    made.needs(statement, note);
}

// Of the type of the key of the lines.
void name_returns(const shop &of, proposal &made) {
  const std::optional<std::string> key = key_of(of.lines);
  const schema_column *own = key ? of.lines.find(*key) : nullptr;
  const schema_column *returns = of.lines.best(patterns::returns, [&](const schema_column &each) {
    return own && each.type == own->type && is_one_of(patterns::returns, each.word);
  });
  if (returns && of.quantity)
    made.text("returns_column", returns->name).text("quantity_column", of.quantity->name);
}

std::string add_stock(const found_schema &schema, const shop &of, proposal &made) {
  const schema_table *other = schema.about(*of.products, patterns::stock);
  const bool is_of_stock = other && has_word_of(patterns::stock_tables, other->word);
  const std::string name = free_name(*of.products, patterns::stock);
  made.needs(add_column(*of.products, name,
                        of.quantity && of.quantity->type == NUMERICOID ? of.quantity->type_name : "integer"),
             "there is no integer or numeric column for the stock" + stands_elsewhere(is_of_stock ? other : nullptr));
  return name;
}

} // namespace

void suggest_snapshots(const found_schema &schema, const shop &of, std::vector<proposal> &into) {
  if (has_feature(of.lines, order_snapshots_feature))
    return;
  if (!of.products) {
    proposal made(order_snapshots_feature, {&of.lines});
    made.blocked(fmt::format("{} names no product that has a key in this schema", of.lines.name));
    into.push_back(std::move(made));
    return;
  }
  proposal made(order_snapshots_feature, {&of.lines, of.products});
  require_product_column(of, made);
  const schema_column *snapshot = of.lines.best(
      patterns::snapshot, [](const schema_column &each) { return each.type == JSONOID || each.type == JSONBOID; });
  const schema_column *price = price_of(*of.products);
  const schema_column *active =
      of.products->best(patterns::active, [](const schema_column &each) { return each.type == BOOLOID; });
  made.text("product_column", of.tables.product.column)
      .text("product_key", of.tables.product.key)
      .text("order_column", of.tables.order.column);
  made.text("price_column", of.line_price ? of.line_price->name : add_line_price(of, made))
      .text("product_price", price ? price->name : add_product_price(schema, of, made));
  const std::string snapshot_name = snapshot ? snapshot->name : free_name(of.lines, patterns::snapshot);
  made.text("snapshot_column", snapshot_name);
  if (active)
    made.text("active_column", active->name);
  name_returns(of, made);
  require_exact(*of.products, price, made);
  require_exact(of.lines, of.line_price, made);
  if (price && of.line_price && is_in_cents(*price) != is_in_cents(*of.line_price))
    made.blocked("one price is in cents, the other is not");
  add_tenant(of, true, made);
  require_key(of.tables.product, made);
  if (!snapshot)
    require_snapshot(of, snapshot_name, made);
  made.check(of.lines, {"products=" + of.products->name},
             [](const option_list &options, Relation lines) { orders::resolve_order_line(options, lines); });
  if (of.lines.best(patterns::cart_key))
    made.remark("a line keeps its order: one that is written in a cart, without an order, does not get one later");
  made.remark("a client that sends another price than the product's is refused: mode => 'fill' takes it");
  into.push_back(std::move(made));
}

void suggest_stock(const found_schema &schema, const shop &of, std::vector<proposal> &into) {
  if (!of.products || has_feature(of.lines, stock_feature))
    return;
  proposal made(stock_feature, {&of.lines, of.products});
  require_product_column(of, made);
  const schema_column *stock = count_of(*of.products, patterns::stock);
  made.text("stock_column", stock ? stock->name : add_stock(schema, of, made))
      .text("product_column", of.tables.product.column)
      .text("product_key", of.tables.product.key);
  name_quantity(of, made);
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
  require_exact(*of.products, stock, made, "numeric(12,3)");
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

} // namespace upkeep::suggest
