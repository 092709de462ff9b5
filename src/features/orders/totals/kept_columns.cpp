#include "features/orders/totals/kept_columns.hpp"

#include "core/metrics/formula.hpp"
#include "features/catalogue.hpp"
#include "features/orders/totals/column_formula.hpp"
#include "features/registry.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

std::vector<std::string> columns_of_totals(Relation orders) {
  const Trigger *trigger = trigger_of(orders, order_totals_feature);
  if (!trigger)
    return {};
  try {
    const option_list options = pg::trigger_options(*trigger, order_totals_feature);
    std::vector<std::string> columns{text_option(options, "total_column")};
    for (const char *name : {"lines_column", "currency_column"})
      if (const std::string *column = find_option(options, name))
        columns.push_back(*column);
    if (const std::string *formula = find_option(options, "total_formula"))
      for (const metrics::reference &each : metrics::parse_formula(*formula).references)
        if (each.name != sum_input)
          columns.push_back(each.name);
    std::erase_if(columns, [&](const std::string &column) {
      return pg::find_column(RelationGetDescr(orders), column) == InvalidAttrNumber;
    });
    return columns;
  } catch (const fault &) {
    return {};
  }
}

} // namespace upkeep::orders
