#include "features/orders/stock/stock_lines.hpp"

namespace upkeep::orders {

using pg::call;

pg::rows execute_latest(const pg::fragment &sql, std::span<const pg::parameter> parameters) {
  return pg::execute(sql, parameters, pg::snapshot::latest);
}

pg::parameter array_in(const pg::rows &found, int column, Oid element) {
  pg::parameter array{call([=] { return get_array_type(element); }), 0};
  array.value = found.value(0, column, array.is_null);
  if (!array.is_null)
    array.value = call([&] { return datumCopy(array.value, false, -1); });
  return array;
}

pg::parameter no_array(Oid element) {
  return {call([=] { return get_array_type(element); }), 0, true};
}

} // namespace upkeep::orders
