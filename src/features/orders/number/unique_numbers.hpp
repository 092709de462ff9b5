// The unique indexes that keep numbers apart.
#pragma once

#include "features/orders/number/order_number_settings.hpp"
#include "postgres/boundary.hpp"

namespace upkeep::orders {

// Throws 55000 where no unique index is on the number, with the tenant where one is given; for numbers per tenant also
// where one is on the number alone. Needs an SPI connection.
void require_unique_numbers(Oid orders, const order_number_settings &settings);

} // namespace upkeep::orders
