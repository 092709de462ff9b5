// Queries whose rows are looked at one by one, where the executor has them: nothing is kept.
#pragma once

#include "postgres/boundary.hpp"

#include <string>

namespace upkeep::pg {

// Runs a query that sees what the caller's statement sees, and calls `take` with each row. Needs an SPI connection.
void stream_to(const std::string &sql, void (*take)(TupleTableSlot *, void *), void *argument);

// The same for a lambda that captures by reference and creates nothing with a destructor: it runs on PostgreSQL's side
// of the door, and may raise.
template <class F> void stream(const std::string &sql, F &&take) {
  static_assert(std::is_trivially_destructible_v<std::decay_t<F>>, "a longjmp would skip a captured destructor");
  stream_to(
      sql, [](TupleTableSlot *row, void *argument) { (*static_cast<std::decay_t<F> *>(argument))(row); }, &take);
}

} // namespace upkeep::pg
