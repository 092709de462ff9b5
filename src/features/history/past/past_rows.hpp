// The rows of a table as they stood: the walk back from the rows that there are, entry by entry.
#pragma once

#include "features/history/past/past_table.hpp"

#include <deque>
#include <unordered_map>

namespace upkeep::history {

// A column of a row of the past.
struct past_value {
  AttrNumber column;
  bool has_now, has_past;
  JsonbValue now;  // what its newest entry says that it is
  JsonbValue past; // what it was before the oldest
};

struct past_row {
  const char *name; // its key as its newest entry has it
  const Datum *key; // when the walk has come to
  std::uint32_t hash;
  const Datum *key_now; // or when it was deleted
  std::uint32_t hash_now;
  bool is_there = true; // now
  bool existed = true;  // before the oldest entry
  std::vector<past_value> values = {};
  HeapTuple now = nullptr;

  past_value &value_of(AttrNumber column);
};

class past_rows {
public:
  // `memory` keeps what is read of entries.
  past_rows(const past_table &table, MemoryContext memory)
      : table(table), memory(memory), names(RelationGetDescr(table.relation)) {}

  // The newest first. Throws 55000 where entries contradict each other, or do not tell.
  void go_back(const past_entry &entry);

  // Those that entries tell of. Nothing must be read before go_back was called for the last time.
  std::deque<past_row> &all() { return rows; }
  bool empty() const { return rows.empty(); }
  // The key of a row of the table as it is, read into `key`. Raises; creates nothing with a destructor.
  std::uint32_t read_key(TupleTableSlot *row, Datum *key) const;
  // The row now of that key, or one that was deleted; nullptr where entries tell of none.
  past_row *find_now(std::uint32_t hash, const Datum *key) const;
  // To be called once, before find_now.
  void index();

private:
  using row_index = std::unordered_multimap<std::uint32_t, past_row *>;

  void change(const past_entry &entry);
  void know_key(const pg::jsonb_fields &key);
  const Datum *read_key(const pg::jsonb_fields &key, const pg::jsonb_fields *replaced) const;
  row_index::iterator find(std::uint32_t hash, const Datum *key);
  past_row &row_of(const past_entry &entry, std::uint32_t hash, const Datum *key);
  void merge(past_row &row, const pg::jsonb_fields &before, const pg::jsonb_fields &after);
  bool touches_key(const pg::jsonb_fields &before) const;
  void end_statement();
  [[noreturn]] void contradicted(const past_entry &entry) const;

  const past_table &table;
  MemoryContext memory;
  past_names names;
  std::vector<AttrNumber> key_numbers; // in the order of the columns
  std::unique_ptr<pg::key_column[]> key;
  std::deque<past_row> rows;
  row_index open, by_key_now;
  // Rows of one statement get their keys at once.
  std::vector<past_row *> moved;
  std::int64_t deleted = 0;
  std::uint64_t transaction = 0;
  TimestampTz at = 0;
};

} // namespace upkeep::history
