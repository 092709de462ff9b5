// The rows of a table as they stood: the walk back from the rows that there are, entry by entry.
#pragma once

#include "features/history/past/past_table.hpp"

#include <algorithm>
#include <bit>
#include <deque>
#include <memory>

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
  std::int64_t newest;  // its newest entry
  bool is_there = true; // now
  bool existed = true;  // before the oldest entry
  std::vector<past_value> values = {};
  HeapTuple now = nullptr;
  past_row *next = nullptr; // in a row_index

  past_value &value_of(AttrNumber column);
};

// Rows by a hash of theirs.
class row_index {
public:
  past_row *first(std::uint32_t hash) const { return places.empty() ? nullptr : places[hash & (places.size() - 1)]; }
  void add(past_row &row) {
    if (++count * 2 > places.size())
      grow();
    push(row);
  }
  void remove(past_row &row) {
    past_row **place = &places[row.hash & (places.size() - 1)];
    while (*place != &row)
      place = &(*place)->next;
    *place = row.next;
    --count;
  }

private:
  void push(past_row &row) {
    past_row *&place = places[row.hash & (places.size() - 1)];
    row.next = place;
    place = &row;
  }
  // Of two rows with one hash the later stays the first.
  void grow() {
    std::vector<past_row *> old(std::max(places.size() * 2, std::size_t(64))), chain;
    old.swap(places);
    for (past_row *row : old) {
      for (chain.clear(); row; row = row->next)
        chain.push_back(row);
      while (!chain.empty()) {
        push(*chain.back());
        chain.pop_back();
      }
    }
  }

  std::vector<past_row *> places;
  std::size_t count = 0;
};

// Rows by a hash of theirs, asked for each row of a table: a filter that stays in the cache is right about nearly all
// that are not there, and no row is touched for the hash of another.
class row_lookup {
public:
  void prepare(std::size_t rows) {
    filter.resize(std::bit_ceil(rows / 8 + 1));
    slots.resize(std::bit_ceil(rows * 2 + 1));
  }
  void add(std::uint32_t hash, past_row &row) {
    filter[(hash >> 6) & (filter.size() - 1)] |= bit(hash);
    std::size_t at = hash & (slots.size() - 1);
    while (slots[at].row)
      at = (at + 1) & (slots.size() - 1);
    slots[at] = {hash, &row};
  }
  // Calls `with` for each row of the hash until it returns true.
  template <class F> void find(std::uint32_t hash, F &&with) const {
    if (!(filter[(hash >> 6) & (filter.size() - 1)] & bit(hash)))
      return;
    for (std::size_t at = hash & (slots.size() - 1); slots[at].row; at = (at + 1) & (slots.size() - 1))
      if (slots[at].hash == hash && with(*slots[at].row))
        return;
  }

private:
  struct slot {
    std::uint32_t hash = 0;
    past_row *row = nullptr;
  };
  static std::uint64_t bit(std::uint32_t hash) { return std::uint64_t(1) << (hash & 63); }

  std::vector<std::uint64_t> filter;
  std::vector<slot> slots;
};

// What a row is that was deleted and came back: another one, or the same.
enum class lives { apart, one };

class past_rows {
public:
  // `memory` keeps what is read of entries.
  past_rows(const past_table &table, MemoryContext memory, lives of_row = lives::apart)
      : table(table), memory(memory), of_row(of_row), names(RelationGetDescr(table.relation)) {}

  // The newest first. Returns the row that it tells of, if it is one. Throws 55000 where entries contradict each other,
  // or do not tell.
  past_row *go_back(const past_entry &entry);
  // Of the columns, when the walk has come to.
  const past_names &names_then() const { return names; }

  // Those that entries tell of. Nothing must be read before go_back was called for the last time.
  std::deque<past_row> &all() { return rows; }
  bool empty() const { return rows.empty(); }
  // The key of a row of the table as it is, read into `key`. Raises; creates nothing with a destructor.
  std::uint32_t read_key(TupleTableSlot *row, Datum *key) const;
  // The row now of that key, or one that was deleted; nullptr where entries tell of none.
  past_row *find_now(std::uint32_t hash, const Datum *key) const;
  // The row that had the key when the walk has come to, nullptr where no entry since tells of it; and whether it has
  // that key now.
  past_row *find_then(std::uint32_t hash, const Datum *key);
  bool has_key_now(const past_row &row, const Datum *key) const;
  // Gives rows of the table, with the columns of columns_now, to those that they are.
  void find_rows(const std::vector<HeapTuple> &now);
  // To be called once, before find_now.
  void index();

private:
  past_row &change(const past_entry &entry);
  void know_key(const pg::jsonb_fields &key);
  const Datum *read_key(const past_entry &entry, const pg::jsonb_fields &key, const pg::jsonb_fields *replaced) const;
  past_row *find(const row_index &among, std::uint32_t hash, const Datum *key) const;
  past_row &deleted_row(const past_entry &entry, std::uint32_t hash, const Datum *key);
  past_row &row_of(const past_entry &entry, std::uint32_t hash, const Datum *key);
  void merge(past_row &row, const pg::jsonb_fields &before, const pg::jsonb_fields &after);
  bool touches_key(const pg::jsonb_fields &before) const;
  void end_statement();
  [[noreturn]] void contradicted(const past_entry &entry) const;

  const past_table &table;
  MemoryContext memory;
  lives of_row;
  past_names names;
  std::vector<AttrNumber> key_numbers; // in the order of the columns
  std::unique_ptr<pg::key_column[]> key;
  std::deque<past_row> rows;
  row_index open, came; // that there were then; that came by the last insert so far
  row_lookup by_key_now;
  // Rows of one statement get their keys at once.
  std::vector<past_row *> moved;
  std::int64_t deleted = 0;
  std::uint64_t transaction = 0;
  TimestampTz at = 0;
};

} // namespace upkeep::history
