// What lines that are there already count for when stock is enabled.
#pragma once

#include "features/orders/stock/stock_tables.hpp"

#include <cstdint>
#include <optional>

namespace upkeep::orders {

// What the lines in `rows`, some or all of those of the tables, should have taken counts as taken, or is taken now,
// where nothing is remembered of a line. Returns how many lines that were. Needs an SPI connection.
enum class opening_balance { settled, reserve };
std::uint64_t open_stock(const stock_tables &tables, const pg::fragment &rows, opening_balance opening);

// Carries over what the lines in `rows` have taken when stock is enabled with another memory, or finds products by
// another key: it was in the column `before`, a quoted name, or without one in upkeep.stock_taken. Needs an SPI
// connection.
void move_memory(const stock_tables &tables, const pg::fragment &rows, const std::optional<pg::fragment> &before);

} // namespace upkeep::orders
