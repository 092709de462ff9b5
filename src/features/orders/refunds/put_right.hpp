// What orders and lines keep of their refunds, as it should be.
#pragma once

#include "features/orders/refunds/order_refunds.hpp"

namespace upkeep::orders {

// Writes it wherever it differs, in locked orders too, and returns how many rows that were. Needs an SPI connection and
// the rights of the orders' owner.
std::uint64_t put_refunds_right(const order_refunds &of);

// The refunds that orders and lines have; nullopt where order_refunds is not enabled for them. Throws what the
// arguments of their triggers have wrong.
std::optional<order_refunds> refunds_of(Relation orders, Relation lines);

} // namespace upkeep::orders
