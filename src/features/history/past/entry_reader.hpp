// Entries of the history, read as their owner, one after the other.
#pragma once

#include "features/history/entries.hpp"
#include "postgres/memory.hpp"
#include "postgres/sql/query.hpp"

#include <span>

namespace upkeep::history {

// Lies in memory that the next entries take, and so does what is made while it is looked at.
struct past_entry {
  std::int64_t id;
  TimestampTz at;
  std::uint64_t transaction;
  std::int32_t table, cluster, statement;
  action what;
  const char *key;       // as jsonb writes it; nullptr where it is the table that the entry tells of
  Jsonb *before, *after; // nullptr for NULL
  HeapTuple row;         // with all of it
};

// What few ask for.
enum class entry_parts { changes, author_too };
enum class entry_author { role = 11, actor, reason };

// The rest of a query for entries `e`, newest or oldest first: "WHERE … ORDER BY e.id".
class entry_cursor {
public:
  // Sees what the caller's statement sees, as a STABLE function must, or all that was done.
  entry_cursor(const pg::fragment &which, std::span<const pg::parameter> parameters, bool is_read_only,
               entry_parts parts = entry_parts::changes);
  entry_cursor(const entry_cursor &) = delete;
  entry_cursor &operator=(const entry_cursor &) = delete;

  // The next entries; none at the end, when the cursor is closed.
  std::span<const past_entry> next();
  // Of an entry that was returned last, with the author; "" for none.
  std::string author(const past_entry &entry, entry_author column) const;
  void close();
  MemoryContext scratch() const { return memory; }

private:
  Portal portal = nullptr;
  TupleDesc descriptor = nullptr;
  MemoryContext memory;
  past_entry *entries;
};

// Calls `with` for each.
template <class F>
void each_entry(const pg::fragment &which, std::span<const pg::parameter> parameters, bool is_read_only, F &&with) {
  entry_cursor cursor(which, parameters, is_read_only);
  for (std::span<const past_entry> some = cursor.next(); !some.empty(); some = cursor.next())
    for (const past_entry &each : some) {
      const pg::within here(cursor.scratch());
      with(each);
    }
}

} // namespace upkeep::history
