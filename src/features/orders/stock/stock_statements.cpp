#include "features/orders/stock/stock_statements.hpp"
#include "postgres/latest_snapshot.hpp"

namespace upkeep::orders {

using pg::call;

std::unique_ptr<pg::saved_query> stock_statements::prepare(const pg::fragment &sql,
                                                           std::span<const pg::parameter> parameters) {
  std::vector<Oid> types;
  for (const pg::parameter &each : parameters)
    types.push_back(each.type);
  return std::make_unique<pg::saved_query>(sql, types, pg::access::by_index);
}

pg::rows stock_statements::run(const pg::saved_query &query, std::span<const pg::parameter> parameters) {
  return query.execute(parameters, pg::latest_snapshot());
}

} // namespace upkeep::orders
