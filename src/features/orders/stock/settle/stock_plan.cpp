#include "features/orders/stock/settle/stock_plan.hpp"

#include "features/catalogue.hpp"
#include "features/orders/stock/settle/stock_indexes.hpp"
#include "features/trigger_options.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

// The tables of a trigger, on the lines or on the orders.
stock_tables tables_of(const Trigger &trigger, Relation own) {
  const option_list options = pg::trigger_options(trigger, stock_feature);
  const Oid table = pg::topmost(RelationGetRelid(own));
  if (table != RelationGetRelid(own)) {
    call([=] { LockRelationOid(table, RowExclusiveLock); });
    pg::require_role_of(own->rd_rel->relowner, table, pg::owner_of(table));
  }
  const Oid products = other_table(options, "products", own, RowExclusiveLock);
  if (find_option(options, "order_items"))
    return resolve_stock(options, other_table(options, "order_items", own, RowExclusiveLock), products, table);
  std::optional<Oid> orders;
  if (find_option(options, "orders"))
    orders = other_table(options, "orders", own, RowExclusiveLock);
  return resolve_stock(options, table, products, orders);
}

// Whether the rows that fire the trigger, new orders for instance, can have lines already. Most tables have a foreign
// key that rules it out.
bool may_have_lines(const Trigger &trigger, Relation own, const stock_tables &tables) {
  // A MERGE that moves an order to another partition inserts one that has its lines.
  if (!TRIGGER_FOR_INSERT(trigger.tgtype) || own->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
    return true;
  bool may = false;
  pg::with_spi([&] { may = lines_may_come_first(tables); });
  return may;
}

} // namespace

bool stock_plan::has_changed(const TriggerData &trigger) const {
  struct {
    bool found = false;
    void add(const pg::transition &) { found = true; }
  } rows;
  collect_changed(trigger, rows);
  return rows.found;
}

std::vector<std::string> keys_of_line(const stock_tables &tables) {
  std::vector<std::string> names = tables.line_columns;
  names.insert(names.end(), tables.product_columns.begin(), tables.product_columns.end());
  names.insert(names.end(), tables.order_columns.begin(), tables.order_columns.end());
  return names;
}

pg::resolved_plan<stock_plan> make_stock_plan(const TriggerData &fired) {
  const Trigger &trigger = *fired.tg_trigger;
  Relation own = fired.tg_relation;
  const bool is_on_orders = find_option(pg::trigger_options(trigger, stock_feature), "order_items");
  if (is_on_orders && !TRIGGER_FOR_INSERT(trigger.tgtype) && !TRIGGER_FOR_UPDATE(trigger.tgtype))
    pg::misused_trigger(fired, stock_feature, "AFTER INSERT or UPDATE with transition tables, FOR EACH STATEMENT");
  stock_tables tables = tables_of(trigger, own);
  std::vector<pg::planned_table> planned{{RelationGetRelid(own)}};
  // A statement that only adds an order must not keep anyone from altering the other tables.
  if (is_on_orders && !may_have_lines(trigger, own, tables)) {
    planned.push_back({*tables.orders});
    planned.push_back({tables.lines});
    return {std::make_shared<const stock_plan>(stock_plan{is_on_orders, std::nullopt, {}}), planned};
  }
  planned.push_back({is_on_orders ? *tables.orders : tables.lines, RowExclusiveLock});
  planned.push_back({tables.products, RowExclusiveLock});
  if (is_on_orders)
    planned.push_back({tables.lines, RowExclusiveLock});
  else if (tables.orders)
    planned.push_back({*tables.orders, RowExclusiveLock});
  if (tables.refunds)
    planned.push_back({tables.refunds->refunds(), AccessShareLock});
  tables.statements = std::make_shared<stock_statements>();
  const option_list options = pg::trigger_options(trigger, stock_feature);
  TupleDesc descriptor = RelationGetDescr(own);
  std::vector<std::string> names = is_on_orders ? tables.order_key : keys_of_line(tables);
  order_release release{};
  if (is_on_orders)
    release = release_of(own, options);
  else {
    tables.indexes = find_stock_indexes(tables, options);
    names.push_back(text_option(options, "quantity_column"));
    if (const std::string *taken = find_option(options, "taken_column"))
      names.push_back(*taken);
  }
  return {std::make_shared<const stock_plan>(
              stock_plan{is_on_orders, std::move(tables), pg::counted_layout(descriptor, names), std::move(release)}),
          planned};
}

} // namespace upkeep::orders
