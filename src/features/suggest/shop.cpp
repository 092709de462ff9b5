#include "features/suggest/shop.hpp"

#include "core/suggest/names.hpp"
#include "core/suggest/patterns.hpp"
#include "postgres/relation.hpp"
#include "postgres/values/number.hpp"

#include <algorithm>

namespace upkeep::suggest {

namespace {

// What serves as it is, else what could after a change of its type.
template <class F> const schema_column *best_or_any(const schema_table &table, name_patterns names, F &&serves) {
  const schema_column *best = table.best(names, serves);
  return best ? best : table.best(names);
}

} // namespace

shop::shop(const shop_tables &tables, const schema_table &lines, const schema_table &orders)
    : tables(tables), lines(lines), orders(orders), products(tables.product.to), tenant(tables.order.tenant),
      line_price(best_or_any(lines, patterns::line_price, is_kept)), quantity(count_of(lines, patterns::quantity)),
      status(orders.best(patterns::status, is_text)), paid_at(orders.best(patterns::paid_at, is_moment)),
      total(best_or_any(orders, patterns::total, is_kept)), sum(best_or_any(orders, patterns::subtotal, is_kept)) {
  const schema_column *const whole = total && total != sum && is_one_of(patterns::total, total->word) ? total : nullptr;
  amounts = read_amounts(orders, lines, {whole, sum, line_price});
  has_formulas = amounts.are_certain() && (whole || !sum);
  if (is_more_than_lines())
    total = has_formulas ? whole : sum;
  // It has at least the decimals of the total.
  if (!total || !sum || total == sum || !is_kept(*sum) || sum->type_name != total->type_name)
    sum = nullptr;
}

bool is_kept(const schema_column &column) { return is_exact(column) && !column.is_computed; }

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

void link_order(const shop &of, proposal &made) {
  made.text("order_column", of.tables.order.column).text("order_key", of.tables.order.key);
}

void add_tenant(const shop &of, bool with_product, proposal &made) {
  if (with_product && of.tables.product.tenant != of.tenant)
    made.blocked("orders and products are not found by the same tenant column");
  else if (!of.tenant.empty())
    made.text("tenant_column", of.tenant);
}

const schema_column *price_of(const schema_table &products) { return best_or_any(products, patterns::price, is_exact); }

const schema_column *count_of(const schema_table &table, name_patterns names) {
  const schema_column *exact = table.best(names, is_kept);
  return exact ? exact : table.best(names, is_counted);
}

std::string price_type(const schema_column *like) {
  return like && is_exact(*like) ? like->type_name : "numeric(12,2)";
}

std::string money_type(const schema_column *like) {
  if (!like || !is_exact(*like) || like->type_name.ends_with(",2)"))
    return "numeric(12,2)";
  return pg::is_integer(like->type) ? "bigint" : like->type_name;
}

std::string free_name(const schema_table &table, name_patterns names) {
  for (const std::string_view name : names)
    if (!table.find(std::string(name)))
      return std::string(name);
  return std::string(names.front());
}

std::string free_name(const schema_table &table, name_patterns names, const schema_column *like) {
  std::vector<std::string_view> fitting;
  for (const std::string_view name : names)
    if (name.ends_with("_cents") == (like && is_in_cents(*like)))
      fitting.push_back(name);
  return free_name(table, fitting);
}

std::string add_column(const schema_table &table, const std::string &name, const std::string &type) {
  return fmt::format("ALTER TABLE {} ADD COLUMN {} {};", table.name, name, type);
}

void require_key(const table_link &link, proposal &made) {
  if (!link.to->is_unique(link.key, link.tenant))
    made.needs(
        fmt::format("ALTER TABLE {} ADD UNIQUE ({});", link.to->name, link.to->unique_columns(link.key, link.tenant)),
        fmt::format("{} of {} is not unique", pg::quoted(link.key), link.to->name));
}

void require_exact(const schema_table &table, const schema_column *column, proposal &made, const char *type) {
  if (!column || is_exact(*column))
    return;
  const std::string name = pg::quoted(column->name);
  const std::string problem =
      fmt::format("{} of {} is {}, which is not an exact numeric type", name, table.name, column->type_name);
  if (is_counted(*column) || is_text(*column))
    made.needs(fmt::format("ALTER TABLE {0} ALTER COLUMN {1} TYPE {2} USING {1}::numeric;", table.name, name, type),
               problem);
  else
    made.blocked(problem);
}

std::string name_quantity(const shop &of, proposal &made) {
  const std::string name = of.quantity ? of.quantity->name : free_name(of.lines, patterns::quantity);
  made.text("quantity_column", name);
  if (!of.quantity)
    made.needs(add_column(of.lines, name, "integer NOT NULL DEFAULT 1"), "the lines have no quantity");
  require_exact(of.lines, of.quantity, made, "numeric(12,3)");
  return name;
}

std::string add_line_price(const shop &of, proposal &made) {
  const schema_column *like = of.products ? price_of(*of.products) : nullptr;
  const std::string name = free_name(of.lines, patterns::line_price, like);
  made.needs(add_column(of.lines, name, price_type(like)), "the lines have no column for the price");
  return name;
}

} // namespace upkeep::suggest
