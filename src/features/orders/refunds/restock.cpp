#include "features/orders/refunds/restock.hpp"

#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"

namespace upkeep::orders {

std::optional<stock_tables> stock_of_refunds(Relation lines, std::vector<pg::planned_table> &planned) {
  const Trigger *trigger = trigger_of(lines, stock_feature);
  if (!trigger)
    return std::nullopt;
  const option_list options = pg::trigger_options(*trigger, stock_feature);
  const auto other = [&](const char *option) {
    const Oid table = other_table(options, option, lines, RowExclusiveLock);
    planned.push_back({table, RowExclusiveLock});
    return table;
  };
  const Oid products = other("products");
  const std::optional<Oid> orders = find_option(options, "orders") ? std::optional(other("orders")) : std::nullopt;
  stock_tables tables = resolve_stock(options, RelationGetRelid(lines), products, orders);
  tables.statements = std::make_shared<stock_statements>();
  return tables;
}

} // namespace upkeep::orders
