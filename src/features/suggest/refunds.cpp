// What keeps the refunds of a shop, as upkeep.suggest proposes it.
#include "core/options/option_list.hpp"
#include "core/suggest/names.hpp"
#include "core/suggest/patterns.hpp"
#include "features/catalogue.hpp"
#include "features/orders/refunds/order_refunds.hpp"
#include "features/suggest/shop.hpp"

#include <algorithm>

namespace upkeep::suggest {

namespace {

bool is_boolean(const schema_column &column) { return column.type == BOOLOID; }

// Enabled, or to be so by what is proposed before.
bool is_there_by_then(const shop &of, const feature_rule &feature, const std::vector<proposal> &before) {
  return has_feature(of.lines, feature) || std::ranges::any_of(before, [&](const proposal &each) {
           return each.feature() == feature.name && each.is_open();
         });
}

const schema_key *key_to(const schema_table &from, const schema_table &to) {
  const auto found =
      std::ranges::find_if(from.foreign_keys, [&](const schema_key &key) { return key.target == to.oid; });
  return found == from.foreign_keys.end() ? nullptr : &*found;
}

// What is not called as in the lines, or is not there, gets a column.
void name_order(const shop &of, const schema_table &refunds, proposal &made) {
  const std::string &column = of.tables.order.column;
  made.text("order_column", column).text("order_key", of.tables.order.key);
  if (!refunds.find(column))
    made.needs(add_column(refunds, column, of.orders.find(of.tables.order.key)->type_name),
               fmt::format("{} names no order as the lines do", refunds.name));
}

void name_line(const shop &of, const schema_table &refunds, proposal &made) {
  const std::optional<std::string> own_key = key_of(of.lines);
  const schema_key *declared = key_to(refunds, of.lines);
  const std::string key = declared ? declared->target_column : own_key.value_or("id");
  const schema_column *named = declared ? refunds.find(declared->column) : refunds.best(patterns::line_key);
  const std::string name = named ? named->name : free_name(refunds, patterns::line_key);
  made.text("line_column", name).text("line_key", key);
  if (!of.lines.find(key))
    made.blocked(fmt::format("{} has no key of one column", of.lines.name));
  else if (!named)
    made.needs(add_column(refunds, name, of.lines.find(key)->type_name),
               fmt::format("{} does not say which line is refunded", refunds.name));
}

void name_what_is_refunded(const shop &of, const schema_table &refunds, proposal &made) {
  const schema_column *quantity = count_of(refunds, patterns::quantity);
  const schema_column *amount = refunds.best(patterns::refund_amount, is_counted);
  const std::string pieces = quantity ? quantity->name : free_name(refunds, patterns::quantity);
  const std::string money = amount ? amount->name : free_name(refunds, patterns::refund_amount, of.total);
  made.text("quantity_column", pieces).text("amount_column", money);
  if (!quantity)
    made.needs(add_column(refunds, pieces, of.quantity && is_exact(*of.quantity) ? of.quantity->type_name : "integer"),
               fmt::format("{} does not say how many pieces are refunded", refunds.name));
  if (!amount)
    made.needs(add_column(refunds, money, money_type(of.total)), fmt::format("{} has no amount", refunds.name));
  require_exact(refunds, quantity, made, "numeric(12,3)");
  require_exact(refunds, amount, made);
}

// Kept by this alone; enabling fills them.
void name_kept(const shop &of, proposal &made) {
  std::vector<std::string> kept;
  const auto name = [&](const schema_table &table, const char *option, name_patterns names) {
    const schema_column *column = table.best(names, is_kept);
    if (!column || !is_one_of(names, column->word))
      return;
    made.text(option, column->name);
    kept.push_back(pg::quoted(column->name));
  };
  name(of.orders, "refunded_column", patterns::refunded_amount);
  name(of.lines, "refunded_quantity_column", patterns::refunded_quantity);
  if (!kept.empty())
    made.remark(fmt::format("{} become what was refunded, of existing orders too", enumerated(kept)));
}

} // namespace

void suggest_refunds(const found_schema &schema, const shop &of, std::vector<proposal> &into) {
  const schema_table *refunds = schema.best(patterns::refunds);
  if (!refunds || refunds == &of.orders || refunds == &of.lines || has_feature(*refunds, order_refunds_feature))
    return;
  if (!key_to(*refunds, of.orders) && !key_to(*refunds, of.lines) && !refunds->find(of.tables.order.column))
    return;
  proposal made(order_refunds_feature, {refunds, &of.orders, &of.lines});
  name_order(of, *refunds, made);
  name_line(of, *refunds, made);
  name_what_is_refunded(of, *refunds, made);
  const schema_column *restock = refunds->best(patterns::restock, is_boolean);
  if (restock && is_there_by_then(of, stock_feature, into))
    made.text("restock_column", restock->name);
  name_kept(of, made);
  add_tenant(of, false, made);
  require_key(of.tables.order, made);
  const bool has_totals = has_feature(of.lines, order_totals_feature),
             is_locked = has_feature(of.lines, order_lock_feature);
  if (!is_there_by_then(of, order_totals_feature, into) || !is_there_by_then(of, order_lock_feature, into))
    made.blocked("totals and lock of the orders come first: they say what may be refunded");
  else if (has_totals && is_locked)
    made.check(*refunds, {"orders=" + of.orders.name, "order_items=" + of.lines.name},
               [&](const option_list &options, Relation relation) {
                 pg::with_relation(of.orders.oid, [&](Relation orders) {
                   pg::with_relation(of.lines.oid,
                                     [&](Relation lines) { orders::order_refunds(options, relation, orders, lines); });
                 });
               });
  into.push_back(std::move(made));
}

} // namespace upkeep::suggest
