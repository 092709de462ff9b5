// What one entry of a transaction means for its undoing.
#pragma once

#include "features/history/back/stored_row.hpp"
#include "features/history/past/past_rows.hpp"

namespace upkeep::history {

// Its table and its row stay where they are.
struct undo_step {
  const past_table *table;
  past_row *row;
  action what; // of the entry: an insert is taken away, a remove comes back, an update is changed back
  std::int64_t id;
  TimestampTz at;
  stored_row before, after, key;   // of the entry; the key is the one after it
  std::vector<AttrNumber> columns; // that are written
};

// The newest entry first, but a row comes back after those that it refers to, and goes after those that refer to it.
std::vector<const undo_step *> in_order(const std::vector<undo_step> &steps);

// Runs them, as many rows at once as one statement of the transaction wrote. Throws 40001 where a row was changed by
// somebody meanwhile, 23503 where rows of others would go with one.
void run(const std::vector<const undo_step *> &steps);

// 40001: the row is not as the transaction left it.
[[noreturn]] void changed_since(const past_table &table, const char *key);

} // namespace upkeep::history
