// A table whose past is asked for: what history keeps of it, and under which names.
#pragma once

#include "features/history/past/entry_reader.hpp"
#include "features/history/plan.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/row_key.hpp"
#include "postgres/values/jsonb_fields.hpp"
#include "postgres/values/stored_value_reader.hpp"

#include <map>

namespace upkeep::history {

// Its columns by the names that entries know them by. Who reads the newest first undoes the renames on the way.
class past_names {
public:
  explicit past_names(TupleDesc descriptor);

  // 0 for a column that is there no longer.
  AttrNumber find(std::string_view name) const {
    const auto found = numbers.find(name);
    return found == numbers.end() ? AttrNumber(InvalidAttrNumber) : found->second;
  }
  // Of a `rename`: of a column, or that it was dropped.
  void go_back(const past_entry &rename);

private:
  std::map<std::string, AttrNumber, std::less<>> numbers;
};

struct past_table {
  // Throws 42809 for what has no history of its own, 55000 for a table without history, 42501 for one that the caller
  // may not read. The relation stays the caller's. Needs an SPI connection.
  past_table(Relation relation, MemoryContext memory);

  bool is_kept(AttrNumber column) const;
  bool is_counted(AttrNumber column) const;
  // 42501 unless the caller may read the table.
  void require_readable() const;

  Relation relation;
  history_plan plan;
  pg::stored_value_reader *readers; // a column each; those of dropped ones are not to be used
};

// The names of the table's columns when an entry was written. Needs an SPI connection.
past_names names_at(const past_table &table, std::int64_t entry);

// The columns of `t`, of the table, as they are now, each in its place: dropped ones and those that the history does
// not keep as NULL.
pg::fragment columns_now(const past_table &table);

// Opens the table of an argument for `body`, locked until the end of the transaction.
template <class F> void with_past_of(Oid table, LOCKMODE lock, F &&body) {
  pg::call([=] { LockRelationOid(table, lock); });
  pg::with_relation(table, body);
}

} // namespace upkeep::history
