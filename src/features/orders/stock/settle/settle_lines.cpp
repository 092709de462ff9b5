#include "features/orders/stock/settle/settle_lines.hpp"

#include "features/orders/stock/settle/settle.hpp"
#include "features/orders/stock/settle/taken_column.hpp"

namespace upkeep::orders {

void settle_lines(const stock_tables &tables, const std::string &name, const std::function<pg::fragment()> &rows,
                  std::span<const pg::parameter> parameters, bool may_be_short) {
  settled_lines lines = lines_to_settle(tables, name, parameters, rows, "i", true);
  if (lines.lines.empty())
    return;
  if (!tables.taken)
    return settle_stock(tables, std::move(lines), may_be_short);
  const pg::parameter keys[] = {texts_array(lines.lines)};
  const pg::rows taken = execute_latest(tables, "taken", keys, [&] {
    const taken_source sources[] = {{current_rows(tables)}};
    return taken_query(tables, sources);
  });
  settle_taken(tables, std::move(lines), taken_in(taken), false, may_be_short);
}

} // namespace upkeep::orders
