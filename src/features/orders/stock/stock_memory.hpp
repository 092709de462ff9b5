// upkeep.stock_taken: what lines have taken, where they have no column for it.
#pragma once

#include "features/orders/stock/stock_lines.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "postgres/as_user.hpp"
#include "postgres/relation.hpp"

namespace upkeep::orders {

// Runs `body` as the owner of upkeep.stock_taken. Only texts and numbers may reach its statements: no code of the
// lines' owner runs in them.
Oid memory_table();
// Since 0.7.0 it says whose products a line has taken.
bool memory_knows_products();
template <class F> void with_memory(F &&body) { pg::as_user(pg::owner_of(memory_table()), SECURITY_NOFORCE_RLS, body); }

// The lines of these tables are gone, and so is what is remembered of them. Needs an SPI connection.
void forget_stock(std::span<const Oid> lines);

// What upkeep.stock_taken says of all lines of the table.
stock_lines remembered_stock(const stock_tables &tables);

} // namespace upkeep::orders
