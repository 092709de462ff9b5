#include "features/orders/stock/settle/order_release.hpp"

#include "features/catalogue.hpp"
#include "features/trigger_options.hpp"
#include "postgres/column_info.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

order_release release_of(Relation orders, const option_list &options) {
  const pg::column_info status(orders,
                               pg::require_column(orders, text_option(options, "status_column"), "enable_stock"));
  Oid output = InvalidOid;
  bool is_varlena = false;
  call([&] { getTypeOutputInfo(status.type, &output, &is_varlena); });
  return {status.number, output, status.type == BPCHAROID, pg::list_option(options, "released")};
}

bool order_release::operator()(TupleTableSlot *order) const {
  bool is_null = false;
  const Datum value = call([&] { return slot_getattr(order, status, &is_null); });
  if (is_null)
    return false;
  std::string text = pg::string_from([=, this] { return OidOutputFunctionCall(output, value); });
  if (is_padded)
    text.resize(text.find_last_not_of(' ') + 1);
  return std::find(released.begin(), released.end(), text) != released.end();
}

} // namespace upkeep::orders
