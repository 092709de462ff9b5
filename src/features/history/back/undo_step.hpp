// What one entry of a transaction means for its undoing.
#pragma once

#include "features/history/back/foreign_keys.hpp"
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
  stored_row beside = {};          // what the row has in columns that refer, or are referred to, and did not change

  // The keys that the row had, as texts: after the entry, and before it where that is another.
  std::vector<std::string> keys() const;
  // What it did not change, as far as known.
  stored_row unchanged() const;
  // Columns before the entry and after it, as a text to compare rows by; nullopt where the entry has changed none of
  // them, or where one is NULL or not known.
  std::optional<std::string> tuple_before(const std::vector<AttrNumber> &columns) const;
  std::optional<std::string> tuple_after(const std::vector<AttrNumber> &columns) const;
};

// To be called before in_order. Takes from steps what the database does with others of them: where a row gets the key
// back that rows referred to, these follow ON UPDATE CASCADE.
void leave_to_cascades(std::vector<undo_step> &steps);

// How many rows: one that went and came back is one.
std::uint64_t count_rows(const std::vector<undo_step> &steps);

// The newest entry first, but a row comes back after those that it refers to, and goes after those that refer to it.
std::vector<const undo_step *> in_order(const std::vector<undo_step> &steps);

// Runs them, as many rows at once as one statement of the transaction wrote. Throws 40001 where a row was changed by
// somebody meanwhile, 23503 where rows of others would go with one.
void run(const std::vector<const undo_step *> &steps);

// 40001: the row is not as the transaction left it.
[[noreturn]] void changed_since(const past_table &table, const char *key);

} // namespace upkeep::history
