#include "features/orders/refunds/refunded_columns.hpp"

#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

std::optional<std::string> refunded_column_of(Relation table) {
  const Trigger *trigger = trigger_of(table, order_refunds_feature);
  if (!trigger)
    return std::nullopt;
  try {
    const option_list options = pg::trigger_options(*trigger, order_refunds_feature);
    const column_of::owner place = place_of(options);
    const std::string *column = place == column_of::orders  ? find_option(options, "refunded_column")
                                : place == column_of::lines ? find_option(options, "refunded_quantity_column")
                                                            : nullptr;
    return column ? std::optional(*column) : std::nullopt;
  } catch (const fault &) {
    return std::nullopt;
  }
}

} // namespace upkeep::orders
